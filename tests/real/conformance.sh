#!/bin/bash
# conformance.sh - scores the program on case sets that live outside the project; they are never copied in.
# REBOND_CONFORMANCE names the folder (default: ../shared/conformance beside the checkout). Exit status 77: not there.
# A score below its floor fails: the floors stand where the program stands, so that no change slips back.
set -u
cd "$(dirname "$0")/../.." || exit 1
rebond=${B:-build}/rebond
set_=${REBOND_CONFORMANCE:-../shared/conformance}
if [ ! -d "$set_" ]; then
    echo "no conformance cases at $set_"
    exit 77
fi
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
status=0
# score LINES COMMAND...: prints the head of the scorer's report, fails when it is below its floor
score() {
    local lines=$1
    shift
    "$@" >"$out/report" 2>&1 || { status=1 && echo "below its floor: $*"; }
    head -n "$lines" "$out/report"
}
e=$set_/excellent
for f in docs_examples:100 functions:100 router_tests:100 operators:100 templates:100 conversions:100 text_utils:100; do
    n=${f%:*}
    "$rebond" eval --environments "$e/environments.json" <"$e/$n.jsonl" >"$out/$n.jsonl"
    score 1 python3 "$e/score_flows.py" "$e/$n.jsonl" --out "$out/$n.jsonl" --min "${f#*:}"
done
"$rebond" query --fixtures "$e/fixtures.json" --environments "$e/environments.json" <"$e/contact_queries.jsonl" >"$out/q.jsonl"
score 1 python3 "$e/score_flows.py" "$e/contact_queries.jsonl" --out "$out/q.jsonl" --min 100
for f in runner:100 routers:100 localization:100 actions:98; do
    n=${f%:*}
    "$rebond" flow run --fixtures "$e/fixtures.json" --environments "$e/environments.json" <"$e/$n.jsonl" >"$out/$n.jsonl"
    score 2 python3 "$e/score_flows.py" "$e/$n.jsonl" --out "$out/$n.jsonl" --min "${f#*:}"
done
f=$set_/french
for s in "replies acc=99 stop_recall=100 distress_recall=100" "real acc=97" "peers"; do
    set -- $s
    n=$1
    shift
    "$rebond" understand <"$f/$n-dev.jsonl" >"$out/$n.jsonl"
    if [ $# -gt 0 ]; then
        score 2 python3 "$f/score_french.py" "$f/$n-dev.jsonl" "$out/$n.jsonl" --gate "$@"
    else
        score 12 python3 "$f/score_french.py" "$f/$n-dev.jsonl" "$out/$n.jsonl"
    fi
done
g=$set_/gateways
cat "$g"/*.jsonl >"$out/all.jsonl"
python3 "$g/score_gateways.py" "$out/all.jsonl" --questions >"$out/questions.jsonl"
"$rebond" gateway replay <"$out/questions.jsonl" >"$out/g.jsonl"
python3 "$g/score_gateways.py" "$out/all.jsonl" --out "$out/g.jsonl" --min 98 >"$out/report" || status=1
tail -n 6 "$out/report"
exit $status
