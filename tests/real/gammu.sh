#!/bin/bash
# gammu.sh - a running service and a real gammu-smsd with its dummy modem.
# SPDX-License-Identifier: EUPL-1.2
#
#   tests/real/gammu.sh [PATH-TO-REBOND]      default: ${B:-build}/rebond
#
# Receives, sends, long and Unicode texts both ways, what was sent while the service was down, a delivery report (put
# into the dummy modem by hand: it makes none itself). Ends with 77 when gammu-smsd is not installed; ends what it
# started.
set -u
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C.UTF-8
REBOND=${1:-${B:-build}/rebond}
for tool in gammu-smsd gammu; do
    command -v $tool >/dev/null || {
        echo "$tool is not installed: skipped"
        exit 77
    }
done
. tests/real/peer.sh
peer_begin gammu
PORT=$(free_port)
URL=http://127.0.0.1:$PORT
SPOOL=$DIR/spool
mkdir -p "$DIR/modem" "$SPOOL"/{inbox,outbox,sent,error} "$DIR/flows"
cp flows/*.yaml "$DIR/flows/"
cat >"$DIR/flows/essai_unicode.yaml" <<'END'
flow: essai_unicode
title: Un long texte Unicode
starts: {keywords: [essaiunicode]}
steps:
  - say: 👋 Ça va être une belle fête à Noël, œufs compris, et tu es invité ; la réponse tient en un mot. À très bientôt chez nous 🎄
END
cat >"$DIR/rebond.yaml" <<END
listen: 127.0.0.1:$PORT
database: $DIR/rebond.db
flows: $DIR/flows
org:
  name: Mission Locale d'essai
sending:
  retry_first: 1 s
  join: 0 s
channels:
  - name: sms
    gateway: gammu
    spool: $SPOOL
    text_policy: exact
    per_person: 0 s
    per_second: 10
END
cat >"$DIR/smsdrc" <<END
[gammu]
model = dummy
connection = none
device = $DIR/modem

[smsd]
service = files
logfile = $DIR/smsd.log
debuglevel = 1
inboxpath = $SPOOL/inbox/
outboxpath = $SPOOL/outbox/
sentsmspath = $SPOOL/sent/
errorsmspath = $SPOOL/error/
inboxformat = detail
transmitformat = auto
deliveryreport = sms
commtimeout = 1
loopsleep = 1
receivefrequency = 1
statusfrequency = 0
checkbattery = 0
checksignal = 0
checknetwork = 0
checksecurity = 0
hangupcalls = 0
END
start_rebond() {
    run rebond "$REBOND" serve --config "$DIR/rebond.yaml"
    SERVICE=$LAST
}
start_rebond
check "the service answers" curl -sf -o /dev/null "$URL/health" || exit 1
run gammu-smsd gammu-smsd -c "$DIR/smsdrc"
check "the modem is served" grep -q "Starting phone communication\|Connected to phone\|Using FILES" "$DIR/smsd.log"

PHONE=+33639980171
arrives() { # arrives NUMBER TEXT: into the modem's memory
    gammu -c "$DIR/smsdrc" savesms TEXT -folder 1 -unread -sender "$1" -autolen 700 -text "$2" >>"$DIR/gammu.log" 2>&1
}
sent() { sed -n 's/.*Found \([0-9]*\) sms to "\([^"]*\)".*/\2 \1/p' "$DIR/smsd.log" | grep -cF -- "$1"; }
left() { [ "$(sent "$1")" -ge "$2" ]; }
in_parts() { grep -q "Found $2 sms to \"$1\"" "$DIR/smsd.log"; }
empty() { [ -z "$(ls -A "$SPOOL/inbox" "$SPOOL/outbox" "$SPOOL/sent" "$SPOOL/error" | grep -v ':$' | grep .)" ]; }

arrives $PHONE "bonjour"
check "a text reaches the service" at_least rebond_inbound_total 1
check "and is answered" left $PHONE 1
check "the modem sent it" grep -q "Transmitted OUTA.*_${PHONE}_" "$DIR/smsd.log"
check "that is known" at_least rebond_receipts_total 1
check "and the folders are empty again" empty

arrives +33639980172 "essaiunicode"
check "a long Unicode answer leaves in two parts" in_parts +33639980172 2
check "as Unicode, from its first letter" grep -q 'text "👋 Ça va être' "$DIR/smsd.log"
check "with a report asked for" grep -q 'to "+33639980172".*dlr: 1' "$DIR/smsd.log"

BEFORE=$(metric rebond_inbound_total)
arrives +33639980173 "Bonjour, je m'appelle Zoë 👋 et je voudrais venir mercredi au local avec ma sœur ; nous habitons à côté de la mairie, est-ce possible ?"
check "a long text in parts arrives as one" at_least rebond_inbound_total $((BEFORE + 1))
check "and is answered too" left +33639980173 1
if command -v sqlite3 >/dev/null; then
    whole="SELECT count(*) FROM inbox WHERE text LIKE 'Bonjour, je m''appelle Zoë 👋%ma sœur ;%possible ?'"
    check "whole" eval '[ "$(sqlite3 "$DIR/rebond.db" "$whole")" = 1 ]'
fi

# the network reports on the last text, the only one sent to that number: a status report in the modem's memory
PHONE=+33639980173
check "the folders are empty" empty
cat >"$DIR/modem/sms/1/77" <<END
; This file format was designed for Gammu and is compatible with Gammu+

[SMSBackup000]
PDU = Status_Report
DateTime = 20261122T070530Z
SMSCDateTime = 20261122T070530Z
SMSCTime = 20261122T070530Z
State = UnRead
Number = "$PHONE"
NumberUnicode = $(printf %s "$PHONE" | iconv -t UTF-16BE | od -An -tx1 | tr -d ' \n' | tr a-f A-F)
Name = ""
NameUnicode =
Text00 = 00440065006C006900760065007200650064
Coding = Default_No_Compression
Folder = 1
Length = 9
Class = -1
ReplySMSC = False
RejectDuplicates = False
ReplaceMessage = 0
MessageReference = 255
END
READ=$(metric rebond_receipts_total)
check "a report arrives" at_least rebond_receipts_total $((READ + 1))
check "and says: delivered" at_least rebond_delivered_total 1
check "it is no message" eval '[ "$(metric rebond_inbound_total)" -eq $((BEFORE + 1)) ]'

# the service is down while somebody writes: smsd keeps the text
kill "$SERVICE"
wait "$SERVICE" 2>/dev/null
arrives +33639980174 "bonjour"
check "a text waits in the folder" eval 'ls "$SPOOL/inbox" | grep -q +33639980174'
start_rebond
check "the service is back" curl -sf -o /dev/null "$URL/health"
check "and reads it" at_least rebond_inbound_total 1
check "and answers" left +33639980174 1
# something that is no text message is put aside, not lost and not read again and again
echo "no message" >"$SPOOL/inbox/IN20261122_070530_00_+33639980175_00.txt"
check "a file that is no message is put aside" test -f "$SPOOL/inbox/refused-IN20261122_070530_00_+33639980175_00.txt"
check "nothing is left waiting" drained
peer_end
