# npm.sh - npm_peer FOLDER: what its lock file names is installed there, or the script ends with 77. Sourced.
# SPDX-License-Identifier: EUPL-1.2

npm_peer() {
    local here=$1 tool
    for tool in node npm; do
        command -v "$tool" >/dev/null || {
            echo "$tool is not installed: skipped"
            exit 77
        }
    done
    cmp -s "$here/package-lock.json" "$here/node_modules/.lock" 2>/dev/null && return
    (cd "$here" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) || {
        echo "the packages of $here could not be installed: skipped"
        exit 77
    }
    cp "$here/package-lock.json" "$here/node_modules/.lock"
}
