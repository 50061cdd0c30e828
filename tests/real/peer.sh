# peer.sh - what scripts with real peers share: a folder, processes that end with the script, checks. Sourced.
# SPDX-License-Identifier: EUPL-1.2

peer_begin() { # peer_begin NAME
    NAME=$1
    DIR=$(mktemp -d "${TMPDIR:-/tmp}/rebond-$NAME.XXXXXX")
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

check() { # check WHAT COMMAND...: the command must succeed within ten seconds
    local what=$1 i
    shift
    for ((i = 0; i < 50; i++)); do
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

peer_end() {
    echo "$NAME: $PASSED passed, $FAILED failed"
    [ "$FAILED" -eq 0 ]
    exit
}
