#!/bin/bash
# kannel.sh - a round trip through a real Kannel: bearerbox, smsbox and its fake SMSC.
# SPDX-License-Identifier: EUPL-1.2
#
#   tests/real/kannel.sh PATH-TO-REBOND         starts a service of its own, then Kannel
#   tests/real/kannel.sh http://ADDRESS [NAME]  uses a running service whose channel NAME (sms) is
#                                               a Kannel channel sending to $SENDSMS_PORT with
#                                               user rebond, password $KANNEL_PASSWORD, secret
#                                               $KANNEL_SECRET
#
# The phone is this script: it speaks the fake SMSC's own lines ("FROM TO text ..."). Prints what it
# checks; ends with 0 when all passed, 77 when Kannel is not installed; stops what it started.
set -u
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C.UTF-8

command -v bearerbox >/dev/null && command -v smsbox >/dev/null || {
    echo "kannel: not installed (apt-get install kannel): skipped"
    exit 77
}
[ $# -ge 1 ] || { sed -n '5,13p' "$0"; exit 2; }

DIR=$(mktemp -d "${TMPDIR:-/tmp}/rebond-kannel.XXXXXX")
PIDS=()
FAILED=0
PASSED=0
PHONE=+33639980142

finish() {
    local pid i
    exec 3>&- 2>/dev/null
    for ((i = ${#PIDS[@]} - 1; i >= 0; i--)); do
        pid=${PIDS[i]}
        kill "$pid" 2>/dev/null
    done
    sleep 0.5
    for pid in "${PIDS[@]}"; do
        kill -9 "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null
    done
    if [ "$FAILED" -gt 0 ]; then
        echo "--- what the boxes and the service said:"
        tail -n 12 "$DIR"/*.log
    fi
    rm -rf "$DIR"
}
trap finish EXIT
trap 'exit 130' INT TERM

check() { # check WHAT COMMAND...: the command must succeed within 20 s
    local what=$1 i
    shift
    for ((i = 0; i < 100; i++)); do
        if "$@"; then
            PASSED=$((PASSED + 1))
            echo "ok    $what"
            return 0
        fi
        sleep 0.2
    done
    FAILED=$((FAILED + 1))
    echo "FAIL  $what"
    return 1
}

free_port() {
    local p
    while :; do
        p=$((20000 + RANDOM % 12000))
        (exec 9<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null || break
    done
    echo "$p"
}

listens() { (exec 9<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

metric() { curl -sf "$URL/metrics" | awk -v n="$1" '$1 == n {print int($2)}'; }
at_least() { local v; v=$(metric "$1"); [ "${v:-0}" -ge "$2" ]; }

export KANNEL_PASSWORD=${KANNEL_PASSWORD:-motdepasse-essai}
export KANNEL_SECRET=${KANNEL_SECRET:-0123456789abcdef0123456789abcdef}
SENDSMS_PORT=${SENDSMS_PORT:-$(free_port)}
ADMIN_PORT=$(free_port)
BOX_PORT=$(free_port)
SMSC_PORT=$(free_port)
NAME=${2:-sms}

start_rebond() {
    "$REBOND" serve --config "$DIR/rebond.yaml" >>"$DIR/rebond.log" 2>&1 &
    REBOND_PID=$!
    PIDS+=("$REBOND_PID")
}

case $1 in
http://*) REBOND= URL=${1%/} ;;
*)
    REBOND=$1
    PORT=$(free_port)
    URL=http://127.0.0.1:$PORT
    cat >"$DIR/rebond.yaml" <<END
listen: 127.0.0.1:$PORT
public_url: $URL
database: $DIR/rebond.db
org:
  name: Mission Locale d'essai
sending:
  retry_first: 1 s
  join: 0 s
channels:
  - name: $NAME
    gateway: kannel
    per_person: 0 s
    allow_private: oui
    send_url: http://127.0.0.1:$SENDSMS_PORT/cgi-bin/sendsms
    username: rebond
    password: env:KANNEL_PASSWORD
    secret: env:KANNEL_SECRET
    from: "38000"
END
    start_rebond
    ;;
esac
check "the service answers at $URL" curl -sf -o /dev/null "$URL/health" || exit 1

cat >"$DIR/kannel.conf" <<END
group = core
admin-port = $ADMIN_PORT
admin-interface = 127.0.0.1
admin-password = essai
smsbox-port = $BOX_PORT
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
dlr-storage = internal

group = smsc
smsc = fake
smsc-id = fake
port = $SMSC_PORT
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = $SENDSMS_PORT
sendsms-interface = 127.0.0.1
http-request-retry = 20
http-queue-delay = 1

group = sendsms-user
username = rebond
password = $KANNEL_PASSWORD
concatenation = true
max-messages = 6

group = sms-service
keyword = default
catch-all = true
max-messages = 0
omit-empty = true
post-url = "$URL/hook/$NAME/receive?sender=%p&to=%P&id=%I&ts=%T&charset=%C&secret=$KANNEL_SECRET"
END

bearerbox -v 2 "$DIR/kannel.conf" >"$DIR/bearerbox.log" 2>&1 &
PIDS+=($!)
check "bearerbox listens" listens "$BOX_PORT" || exit 1
start_smsbox() {
    smsbox -v 2 "$DIR/kannel.conf" >>"$DIR/smsbox.log" 2>&1 &
    SMSBOX_PID=$!
    PIDS+=("$SMSBOX_PID")
}
start_smsbox
check "smsbox listens" listens "$SENDSMS_PORT" || exit 1

# the phone: one connection to the fake SMSC, what arrives is collected in a file
exec 3<>"/dev/tcp/127.0.0.1/$SMSC_PORT"
cat <&3 >"$DIR/phone.txt" &
PIDS+=($!)
says() { printf '%s 38000 %s\n' "$PHONE" "$1" >&3; }
got() { [ "$(wc -l <"$DIR/phone.txt")" -ge "$1" ]; }
lines() { wc -l <"$DIR/phone.txt"; }

drained() { [ "$(metric rebond_outbox_waiting)" = 0 ] && [ "$(metric rebond_inbox_waiting)" = 0 ]; }

IN=$(metric rebond_inbound_total) IN=${IN:-0}
OUT=$(metric rebond_sent_total) OUT=${OUT:-0}
REPORTS=$(metric rebond_receipts_total) REPORTS=${REPORTS:-0}

says "text SALUT"
check "a text reaches the service" at_least rebond_inbound_total $((IN + 1))
check "the service answers on the phone" got 1
check "the answer counts as sent" at_least rebond_sent_total $((OUT + 1))
check "its delivery report comes home" at_least rebond_delivered_total 1
check "the reports are read" at_least rebond_receipts_total $((REPORTS + 1))
check "the sender is our short code" grep -q "^38000 $PHONE " "$DIR/phone.txt"

check "nothing is left waiting" drained
sleep 0.3
N=$(lines)
says "ucs2 %00Z%00o%00%EB"
check "a Unicode text (Zoe with its dots) reaches the service" at_least rebond_inbound_total $((IN + 2))
check "and is answered" got $((N + 1))

before=$(metric rebond_inbound_total)
hook="$URL/hook/$NAME/receive?sender=%2B33639980143&to=38000&message=Bonjour&id=same-id&ts=1795320000"
ok() { [ "$(curl -s -o /dev/null -w '%{http_code}' "$1")" = "$2" ]; }
check "a request with the secret is taken" ok "$hook&secret=$KANNEL_SECRET" 200
check "the same again is taken too" ok "$hook&secret=$KANNEL_SECRET" 200
check "but counts once" at_least rebond_inbound_duplicates_total 1
[ "$(metric rebond_inbound_total)" -eq $((before + 1)) ] || { echo "FAIL  stored twice"; FAILED=$((FAILED + 1)); }
check "without the secret it is refused" ok "$hook" 403

# Kannel is down while somebody writes: the answer waits in our outbox
check "nothing is left waiting" drained
sleep 0.3
N=$(lines)
kill "$SMSBOX_PID"
wait "$SMSBOX_PID" 2>/dev/null
check "a text arrives while smsbox is down" ok \
    "$URL/hook/$NAME/receive?sender=%2B33639980144&message=Bonjour&id=down-1&secret=$KANNEL_SECRET" 200
start_smsbox
check "its answer leaves once smsbox is back" got $((N + 1))

# we are down while somebody writes: Kannel keeps the text and tries again
if [ -n "$REBOND" ]; then
    check "nothing is left waiting" drained
    kill "$REBOND_PID"
    wait "$REBOND_PID" 2>/dev/null
    N=$(lines)
    PHONE=+33639980145
    says "text COUCOU"
    sleep 1.5
    start_rebond
    check "the service is back" curl -sf -o /dev/null "$URL/health"
    check "the text sent meanwhile reaches it" at_least rebond_inbound_total 1
    check "and is answered" got $((N + 1))
fi

echo "kannel: $PASSED passed, $FAILED failed"
[ "$FAILED" -eq 0 ]
