# peer.sh - what scripts with real peers share: a folder, processes that end with the script, checks. Sourced.
# SPDX-License-Identifier: EUPL-1.2

peer_begin() { # peer_begin NAME
    PEER=$1
    DIR=$(mktemp -d "${TMPDIR:-/tmp}/rebond-$PEER.XXXXXX")
    PIDS=()
    PASSED=0
    FAILED=0
    trap peer_clean EXIT
    trap 'exit 130' INT TERM
}

peer_clean() {
    local i
    exec 3>&- 4>&- 2>/dev/null
    for ((i = ${#PIDS[@]} - 1; i >= 0; i--)); do
        kill "${PIDS[i]}" 2>/dev/null
    done
    sleep 0.4
    for ((i = ${#PIDS[@]} - 1; i >= 0; i--)); do
        kill -9 "${PIDS[i]}" 2>/dev/null
        wait "${PIDS[i]}" 2>/dev/null
    done
    if [ "$FAILED" -gt 0 ]; then
        echo "--- what the peers and the service said:"
        tail -n 12 "$DIR"/*.log "$DIR"/*.txt 2>/dev/null
    fi
    [ -n "${KEEP:-}" ] || rm -rf "$DIR"
}

run() { # run NAME COMMAND...: in the background, its words in NAME.log; LAST is its process
    local name=$1
    shift
    "$@" >>"$DIR/$name.log" 2>&1 &
    LAST=$!
    PIDS+=("$LAST")
}

check() { # check WHAT COMMAND...: the command must succeed within twenty seconds
    local what=$1 i
    shift
    for ((i = 0; i < 100; i++)); do
        if "$@" 2>/dev/null; then
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
drained() { [ "$(metric rebond_outbox_waiting)" = 0 ] && [ "$(metric rebond_inbox_waiting)" = 0 ]; }

exactly() { [ "$(metric "$1")" -eq "$2" ]; }

# ---- Kannel between the service and an operator: both need SENDSMS_PORT, BOX_PORT, URL, KANNEL_PASSWORD, KANNEL_SECRET

kannel_or_skip() {
    command -v bearerbox >/dev/null && command -v smsbox >/dev/null && return
    echo "kannel is not installed: skipped"
    exit 77
}

kannel_ports() {
    SENDSMS_PORT=${SENDSMS_PORT:-$(free_port)} BOX_PORT=$(free_port) SMSC_PORT=$(free_port)
    export KANNEL_PASSWORD=${KANNEL_PASSWORD:-motdepasse-essai}
    export KANNEL_SECRET=${KANNEL_SECRET:-0123456789abcdef0123456789abcdef}
}

kannel_yaml() { # kannel_yaml CHANNEL PORT: the service's configuration; more lines of the channel on standard input
    cat <<END
listen: 127.0.0.1:$2
public_url: http://127.0.0.1:$2
database: $DIR/rebond.db
org:
  name: Mission Locale d'essai
sending:
  retry_first: 1 s
  join: 0 s
channels:
  - name: $1
    gateway: kannel
    per_person: 0 s
    allow_private: oui
    send_url: http://127.0.0.1:$SENDSMS_PORT/cgi-bin/sendsms
    username: rebond
    password: env:KANNEL_PASSWORD
    secret: env:KANNEL_SECRET
    from: "38000"
END
    cat
}

kannel_conf() { # kannel_conf CHANNEL: Kannel's configuration; its smsc group on standard input
    cat <<END
group = core
admin-port = $(free_port)
admin-interface = 127.0.0.1
admin-password = essai
smsbox-port = $BOX_PORT
smsbox-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
dlr-storage = internal
sms-resend-freq = 1

group = smsc
port = $SMSC_PORT
END
    cat
    cat <<END

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
max-messages = 10

group = sms-service
keyword = default
catch-all = true
max-messages = 0
omit-empty = true
post-url = "$URL/hook/$1/receive?sender=%p&to=%P&id=%I&ts=%T&charset=%C&secret=$KANNEL_SECRET"
END
}

smsbox_start() { # SMSBOX is its process
    run smsbox smsbox -v 2 "$DIR/kannel.conf"
    SMSBOX=$LAST
    check "smsbox listens" listens "$SENDSMS_PORT"
}

kannel_start() { # with DIR/kannel.conf
    run bearerbox bearerbox -v 2 "$DIR/kannel.conf"
    check "bearerbox listens" listens "$BOX_PORT" && smsbox_start
}

peer_end() {
    echo "$PEER: $PASSED passed, $FAILED failed"
    [ "$FAILED" -eq 0 ]
    exit
}
