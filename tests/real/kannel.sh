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

. tests/real/peer.sh
kannel_or_skip
[ $# -ge 1 ] || { sed -n '5,13p' "$0"; exit 2; }

peer_begin kannel
kannel_ports
PHONE=+33639980142
NAME=${2:-sms}

start_rebond() {
    run rebond "$REBOND" serve --config "$DIR/rebond.yaml"
    REBOND_PID=$LAST
}

case $1 in
http://*) REBOND= URL=${1%/} ;;
*)
    REBOND=$1
    PORT=$(free_port)
    URL=http://127.0.0.1:$PORT
    kannel_yaml "$NAME" "$PORT" >"$DIR/rebond.yaml" </dev/null
    start_rebond
    ;;
esac
check "the service answers at $URL" curl -sf -o /dev/null "$URL/health" || exit 1

kannel_conf "$NAME" >"$DIR/kannel.conf" <<'END'
smsc = fake
smsc-id = fake
connect-allow-ip = 127.0.0.1
END
kannel_start || exit 1

# the phone: one connection to the fake SMSC, what arrives is collected in a file
exec 3<>"/dev/tcp/127.0.0.1/$SMSC_PORT"
cat <&3 >"$DIR/phone.txt" &
PIDS+=($!)
says() { printf '%s 38000 %s\n' "$PHONE" "$1" >&3; }
got() { [ "$(wc -l <"$DIR/phone.txt")" -ge "$1" ]; }
lines() { wc -l <"$DIR/phone.txt"; }

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
check "and is stored once" exactly rebond_inbound_total $((before + 1))
check "without the secret it is refused" ok "$hook" 403

# Kannel is down while somebody writes: the answer waits in our outbox
check "nothing is left waiting" drained
sleep 0.3
N=$(lines)
kill "$SMSBOX"
wait "$SMSBOX" 2>/dev/null
check "a text arrives while smsbox is down" ok \
    "$URL/hook/$NAME/receive?sender=%2B33639980144&message=Bonjour&id=down-1&secret=$KANNEL_SECRET" 200
smsbox_start
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

peer_end
