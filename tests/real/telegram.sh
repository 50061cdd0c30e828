#!/bin/bash
# telegram.sh - a sign-up through a Telegram emulator that others wrote (npm telegram-test-api).
# SPDX-License-Identifier: EUPL-1.2
#
#   tests/real/telegram.sh [PATH-TO-REBOND]      default: ${B:-build}/rebond
#
# Ends with 77 when Node or the emulator is not to be had; ends what it started.
set -u
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C.UTF-8
REBOND=${1:-${B:-build}/rebond}
. tests/real/npm.sh
npm_peer tests/real/telegram
. tests/real/peer.sh
peer_begin telegram
timeout -k 5 50 node tests/real/telegram/talk.mjs "$REBOND" "$DIR" "$(free_port)"
