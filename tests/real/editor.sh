#!/bin/bash
# editor.sh - an ordinary YAML editor reads our schema: the language server that editors run.
# SPDX-License-Identifier: EUPL-1.2
#
#   tests/real/editor.sh [PATH-TO-REBOND]      default: ${B:-build}/rebond
#
# Ends with 77 when Node or the server is not to be had. Nothing is fetched while it runs.
set -u
cd "$(dirname "$0")/../.." || exit 2
REBOND=${1:-${B:-build}/rebond}
. tests/real/npm.sh
npm_peer tests/real/editor
exec timeout -k 5 100 node tests/real/editor/editor.mjs "$REBOND"
