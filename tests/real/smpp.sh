#!/bin/bash
# smpp.sh - a running service, a real Kannel, and an SMPP operator behind it (npm smpp).
# SPDX-License-Identifier: EUPL-1.2
#
#   tests/real/smpp.sh [PATH-TO-REBOND]      default: ${B:-build}/rebond
#
# Long and Unicode texts both ways, reports DELIVRD and UNDELIV, a throttled operator. Ends with 77 when Kannel or
# Node is not to be had; ends what it started.
set -u
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C.UTF-8
REBOND=${1:-${B:-build}/rebond}
. tests/real/npm.sh
. tests/real/peer.sh
kannel_or_skip
npm_peer tests/real/smpp
peer_begin smpp
kannel_ports

PORT=$(free_port)
URL=http://127.0.0.1:$PORT

mkdir "$DIR/flows"
cp flows/*.yaml "$DIR/flows/"
cat >"$DIR/flows/essai_long.yaml" <<'END'
flow: essai_long
title: Un long texte
starts: {keywords: [essailong]}
steps:
  - say: Rendez-vous mercredi au local. Apporte ta carte, ton CV, une photo et surtout tes questions. Nous serons quatre pour y repondre, et il y aura du monde. Le bus 12 passe toutes les dix minutes. A mercredi !
END
cat >"$DIR/flows/essai_unicode.yaml" <<'END'
flow: essai_unicode
title: Un texte Unicode
starts: {keywords: [essaiunicode]}
steps:
  - say: 👋 Ça va être une belle fête à Noël, œufs compris, et tu es invité ; la réponse tient en un mot. À très bientôt chez nous 🎄
END
kannel_yaml sms "$PORT" >"$DIR/rebond.yaml" <<END
    per_second: 100
    text_policy: exact
flows: $DIR/flows
END
kannel_conf sms >"$DIR/kannel.conf" <<'END'
smsc = smpp
smsc-id = operateur
host = 127.0.0.1
transceiver-mode = true
smsc-username = rebond
smsc-password = essai
system-type = ""
reconnect-delay = 1
END

mkfifo "$DIR/orders"
node tests/real/smpp/operator.mjs "$SMSC_PORT" <"$DIR/orders" >"$DIR/operator.txt" 2>"$DIR/operator.log" &
PIDS+=($!)
exec 4>"$DIR/orders"
run rebond "$REBOND" serve --config "$DIR/rebond.yaml"
check "the service answers" curl -sf -o /dev/null "$URL/health" || exit 1
check "the operator listens" grep -q '"listening"' "$DIR/operator.txt" || exit 1
kannel_start || exit 1
check "Kannel is bound to the operator" grep -q '"bound"' "$DIR/operator.txt" || exit 1

says() { echo "mo $1 38000 $2" >&4; }
# what the operator took for a number, as one text; $2 = field of jq-less JSON (text, udh, coding)
got() {
    node -e '
        const fs = require("fs");
        const [file, to, key] = process.argv.slice(1);
        const lines = fs.readFileSync(file, "utf8").trim().split("\n").map((l) => JSON.parse(l));
        console.log(lines.filter((l) => l.event === "submit" && l.to === to).map((l) => l[key]).join(key === "text" ? "" : " "));
    ' "$DIR/operator.txt" "$1" "$2"
}
took() { got "$1" "$2" | grep -qF -- "$3"; }
parts() { [ "$(grep -c "\"submit\",\"to\":\"$1\"" "$DIR/operator.txt")" -eq "$2" ]; }

LONG=+33639980161 UNICODE=+33639980162 LOST=+33639980163 SLOW=+33639980164 BIG=+33639980165

says $LONG "essailong"
check "a long text is answered in two parts" parts $LONG 2
check "which together are the whole text" took $LONG text "repondre, et il y aura du monde. Le bus 12 passe toutes les dix minutes. A mercredi !"
udh_of() { got "$1" udh | grep -qE '^0003(..)0201 0003\1''0202$'; }
check "each part says which it is, under one reference" udh_of $LONG
check "both are GSM text" eval '[ "$(got $LONG coding)" = "0 0" ]'
check "the sender is our short code" eval '[ "$(got $LONG from)" = "38000 38000" ]'
check "DELIVRD comes home" at_least rebond_delivered_total 1

says $UNICODE "essaiunicode"
check "a Unicode text leaves in two parts" parts $UNICODE 2
check "with the same headers" udh_of $UNICODE
check "no letter of it is lost" took $UNICODE text "👋 Ça va être une belle fête à Noël, œufs compris, et tu es invité ; la réponse tient en un mot. À très bientôt chez nous 🎄"
check "as UCS-2" eval '[ "$(got $UNICODE coding)" = "8 8" ]'
check "and is reported too" at_least rebond_delivered_total 2

echo "next $LOST undelivered" >&4
FAILED_BEFORE=$(metric rebond_failed_total)
says $LOST "essailong"
check "a number that is gone: the text leaves" parts $LOST 2
check "UNDELIV counts as failed" at_least rebond_failed_total $((${FAILED_BEFORE:-0} + 1))
sleep 1
check "and is not sent again" parts $LOST 2

echo "next $SLOW throttled 2" >&4
says $SLOW "essaiunicode"
check "the operator says: slower" grep -q "\"throttled\",\"to\":\"$SLOW\"" "$DIR/operator.txt"
check "Kannel keeps the text and it leaves later, once" parts $SLOW 2
check "whole" took $SLOW text "bientôt chez nous 🎄"

says $BIG "bonjour, je m'appelle Zoë 👋 et je voudrais venir mercredi au local avec ma sœur ; nous habitons à côté de la mairie, est-ce possible ?"
check "a long Unicode text arrives in parts and is answered" eval '[ -n "$(got $BIG text)" ]'
check "it counts as one message" at_least rebond_inbound_total 5
sleep 0.5
check "and only one" exactly rebond_inbound_total 5
check "nothing is left waiting" drained
if command -v sqlite3 >/dev/null; then
    whole="SELECT count(*) FROM inbox WHERE text LIKE '%Zoë 👋 et je voudrais%ma sœur ;%possible ?'"
    check "with all its letters" eval '[ "$(sqlite3 "$DIR/rebond.db" "$whole")" = 1 ]'
fi
peer_end
