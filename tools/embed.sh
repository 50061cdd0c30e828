#!/bin/sh
# embed.sh - writes a C file that carries the files named as arguments (sorted) inside the binary.
set -eu
echo '/* Made by tools/embed.sh; do not edit. */'
echo '#include "base/embed.h"'
i=0
for f in $(printf '%s\n' "$@" | LC_ALL=C sort); do
    # one extra NUL so that texts can be handed to C functions as they are
    echo "static const unsigned char d$i[] = {"
    xxd -i <"$f"
    [ -s "$f" ] && echo ', 0};' || echo '0};'
    i=$((i + 1))
done
echo 'const struct embed_file EMBED_FILES[] = {'
i=0
for f in $(printf '%s\n' "$@" | LC_ALL=C sort); do
    echo "    {\"$f\", d$i, sizeof d$i - 1},"
    i=$((i + 1))
done
echo '    {0, 0, 0}};'
