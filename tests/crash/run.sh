#!/bin/sh
# run.sh - kills the office at every named fault point, at its first and at a later passage, and counts.
set -eu
cd "$(dirname "$0")/../.."
B=${B:-build}
make --no-print-directory VARIANT=test "$B/test/crash_office"
points=none
for p in $(make -s faults); do
    case $p in
    *_fails) continue ;; # an error, not a death: the store's own tests walk those
    esac
    points="$points $p $p:3"
done
exec "$B/test/crash_office" judge $points
