#!/bin/bash
# conformance.sh - scores the program on case sets that live outside the project; they are never copied in.
# REBOND_CONFORMANCE names the folder (default: ../shared/conformance beside the checkout). Exit status 77: not there.
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
score() { # FLOOR COMMAND...: prints the scorer's summary, fails below the floor
    "$@" || status=1
}
e=$set_/excellent
for f in docs_examples functions router_tests operators templates conversions text_utils; do
    "$rebond" eval --environments "$e/environments.json" <"$e/$f.jsonl" >"$out/$f.jsonl"
    score python3 "$e/score_flows.py" "$e/$f.jsonl" --out "$out/$f.jsonl" | head -n 4
done
"$rebond" query --fixtures "$e/fixtures.json" --environments "$e/environments.json" <"$e/contact_queries.jsonl" >"$out/q.jsonl"
python3 "$e/score_flows.py" "$e/contact_queries.jsonl" --out "$out/q.jsonl" | head -n 4
for s in runner actions routers localization; do
    "$rebond" flow run --fixtures "$e/fixtures.json" --environments "$e/environments.json" <"$e/$s.jsonl" >"$out/$s.jsonl"
    python3 "$e/score_flows.py" "$e/$s.jsonl" --out "$out/$s.jsonl" | head -n 3
done
f=$set_/french
for s in replies real peers; do
    "$rebond" understand <"$f/$s-dev.jsonl" >"$out/$s.jsonl"
    python3 "$f/score_french.py" "$f/$s-dev.jsonl" "$out/$s.jsonl" | head -n 12
done
g=$set_/gateways
cat "$g"/*.jsonl >"$out/all.jsonl"
"$rebond" gateway replay <"$out/all.jsonl" >"$out/g.jsonl"
python3 "$g/score_gateways.py" "$out/all.jsonl" --out "$out/g.jsonl" | tail -n 12
exit $status
