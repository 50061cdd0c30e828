#!/usr/bin/env python3
"""words.py - no word of the French dictionary is a STOP, a danger or a wrong number by a slip or a sound.

usage: words.py REBOND [DICTIONARY]     default: /usr/share/dict/french (Debian: wfrench)

Each word is read alone, as the answer to an open question ("Ton idée ?"). Those that do mean STOP or danger are
named below by their family; another word read so would stop somebody's messages, or wake an adviser, for "stade" or
"voile". Ends with 77 when the dictionary is not there.
"""
# SPDX-License-Identifier: EUPL-1.2
import json
import os
import re
import subprocess
import sys

FAMILIES = {
    "stop": r"(stop|arr[eê]t|arête|cess|désabonn|désinscri|désactiv|déactiv|désengag|résili|halte|basta|bastas?i?|bastât"
            r"|alto|par[ae]|paré|stup|non-stop)",
    "distress": r"(suicid|viol|prostitu|scarifi|séquestr|attouchement|automutilation|excision|abusai|expuls|non-violen"
                r"|sans-abri)",
    "wrong_number": r"(erreur|inconnu|errer|aérer|aèrer|airer|éra[iy]er|stérer|stèrer)",
}


def main():
    path = sys.argv[2] if len(sys.argv) > 2 else "/usr/share/dict/french"
    if not os.path.exists(path):
        print(f"no dictionary at {path}: skipped")
        return 77
    with open(path, encoding="utf-8") as f:
        words = [w.strip() for w in f if w.strip()]
    lines = "\n".join(json.dumps({"id": str(i), "text": w, "ask": "free"}) for i, w in enumerate(words))
    out = subprocess.run([sys.argv[1], "understand"], input=lines.encode(), stdout=subprocess.PIPE, check=True).stdout
    strange = []
    for line in out.decode().splitlines():
        answer = json.loads(line)
        word = words[int(answer["id"])]
        family = FAMILIES.get(answer["intent"])
        if family and not re.match(family, word):
            strange.append(f"{word} ({answer['intent']})")
    print(f"{len(words)} words, {len(strange)} read as STOP, danger or wrong number outside their families")
    if strange:
        print(" ".join(strange))
    return 1 if strange else 0


sys.exit(main())
