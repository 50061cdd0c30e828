#!/bin/bash
# prism.sh - the requests of our Twilio descriptor, judged by Twilio's own OpenAPI document (npm @stoplight/prism-cli,
# the document from npm @twilio/cli-core).
# SPDX-License-Identifier: EUPL-1.2
#
#   tests/real/prism.sh [PATH-TO-REBOND]      default: ${B:-build}/rebond
#
# Prism refuses what the document forbids (a missing field, a wrong type, another kind of body); it does not mind unknown
# fields. Ends with 77 when Node or the packages are not to be had; ends what it started.
set -u
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C.UTF-8
REBOND=${1:-${B:-build}/rebond}
. tests/real/npm.sh
npm_peer tests/real/prism
. tests/real/peer.sh
peer_begin prism

PORT=$(free_port)
SID=AC00000000000000000000000000000007
echo not-a-token-of-anybody-01 >"$DIR/token"
node tests/real/prism/spec.mjs "$DIR/twilio.json" || exit 1
run prism node tests/real/prism/node_modules/@stoplight/prism-cli/dist/index.js mock --errors \
    -h 127.0.0.1 -p "$PORT" "$DIR/twilio.json"
check "Prism answers" listens "$PORT" || exit 1

try() { # try DESCRIPTOR TEXT SETTING...: what the command said is in try.txt
    local file=$1 text=$2
    shift 2
    "$REBOND" gateway try "$file" --really --private --to +33639980123 --text "$text" --public https://bot.example.org \
        account_sid=$SID auth_token=@"$DIR/token" send_url="http://127.0.0.1:$PORT" "$@" >"$DIR/try.txt" 2>&1
}
judged() { # judged WHAT STATUS: the answer had this status
    check "$1" grep -q "^< HTTP $2" "$DIR/try.txt" || cat "$DIR/try.txt"
}

T=gateways/providers/twilio.yaml
try $T "Bonjour, on se voit mercredi ?" address=+33939010001
judged "a text from a number" 201
check "its id is read" grep -q "provider's id SM" "$DIR/try.txt"
check "and the token is not shown" eval '! grep -q "$(cat "$DIR/token")" "$DIR/try.txt"'
try $T "Ça va être une belle fête 🎄 & co = 50 % + tôt" messaging_service_sid=MG00000000000000000000000000000007
judged "a Unicode text from a messaging service" 201
try gateways/providers/twilio_messaging_service.yaml "Bonjour" messaging_service_sid=MG00000000000000000000000000000007
judged "the messaging service's own descriptor" 201
try gateways/providers/twilio_whatsapp.yaml "Bonjour" address=+33939010001
judged "WhatsApp through Twilio" 201

# the judge does judge: our own descriptor with a mistake in it
sed 's/^    To: /    Tu: /' $T >"$DIR/twilio.yaml"
try "$DIR/twilio.yaml" "Bonjour" address=+33939010001
judged "without 'To' it is refused" 422
sed 's/^  form:/  json:/' $T >"$DIR/twilio.yaml"
try "$DIR/twilio.yaml" "Bonjour" address=+33939010001
judged "as JSON it is refused" 415
sed 's/StatusCallback: ".*"/StatusCallback: "not an address"/' $T >"$DIR/twilio.yaml"
try "$DIR/twilio.yaml" "Bonjour" address=+33939010001
judged "with a callback that is no address it is refused" 422
try $T "Bonjour" address=+33939010001 account_sid=AC7
judged "with an account number of the wrong form it is refused" 4
peer_end
