#!/bin/bash
# oracles.sh - official clients of Twilio, Vonage and OVH say whether our signatures are right.
# SPDX-License-Identifier: EUPL-1.2
#
#   tests/real/oracles.sh [PATH-TO-REBOND]      default: ${B:-build}/rebond
#
# Ends with 77 when Node or the clients are not to be had. Nothing is sent anywhere.
set -u
cd "$(dirname "$0")/../.." || exit 2
REBOND=${1:-${B:-build}/rebond}
. tests/real/npm.sh
npm_peer tests/real/oracles
exec timeout -k 5 55 node tests/real/oracles/oracles.mjs "$REBOND" "${SEED:-20261122}"
