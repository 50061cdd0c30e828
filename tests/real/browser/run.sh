#!/bin/bash
# run.sh - the pages of a running service in headless Chromium: simulator first, then the console.
# Status 77: no Chromium or no Node on this machine.
set -u
cd "$(dirname "$0")/../../.." || exit 1
for tool in chromium node npm; do
    command -v $tool >/dev/null 2>&1 || { echo "$tool is not installed"; exit 77; }
done
rebond=${REBOND:-${B:-build}/rebond}
here=tests/real/browser
if ! cmp -s $here/package-lock.json $here/node_modules/.lock 2>/dev/null; then
    (cd $here && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) || exit 77
    cp $here/package-lock.json $here/node_modules/.lock
fi
work=$(mktemp -d)
timeout -k 5 240 "$rebond" serve --demo --listen 127.0.0.1:0 >"$work/out" 2>"$work/log" &
served=$!
stop() {
    kill "$served" 2>/dev/null
    wait "$served" 2>/dev/null
    rm -rf "$work"
}
trap stop EXIT
url=
for _ in $(seq 100); do
    url=$(grep -o 'http://[^ /]*' "$work/out" 2>/dev/null | head -n 1)
    [ -n "$url" ] && break
    sleep 0.1
done
[ -n "$url" ] || { echo "the service did not start:"; cat "$work/out" "$work/log"; exit 1; }
URL=$url SHOTS=${SHOTS:-} timeout -k 5 200 node $here/pages.mjs
status=$?
[ $status = 0 ] || tail -n 20 "$work/log"
# Ctrl-C must stop it cleanly
kill -INT "$served"
wait "$served"
ended=$?
[ $ended = 0 ] || { echo "the service ended with status $ended"; status=1; }
exit $status
