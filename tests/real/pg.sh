#!/bin/sh
# pg.sh - a private PostgreSQL server in a folder of its own, on a Unix socket, for tests.
# SPDX-License-Identifier: EUPL-1.2
#
#   pg.sh start DIR        makes DIR, starts the server, prints its URL
#   pg.sh stop DIR         stops it and removes DIR
#   pg.sh down DIR, up DIR stops it and starts it again, as an upgrade of the server does
#   pg.sh run COMMAND...   starts one, runs the command with REBOND_TEST_PG set, stops it
#
# No root database, no port, no trace: nothing but DIR is written. The server refuses to run as root, so root
# hands it to "nobody". Nothing is synced to disk: these are tests of SQL, not of the disk.
set -eu

BIN=${PG_BIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)}
PORT=54329
[ -n "$BIN" ] || { echo "pg.sh: no PostgreSQL server here (apt-get install postgresql-15)" >&2; exit 77; }

as_server() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid=nobody --regid=nogroup --clear-groups env -i HOME="$dir" LC_ALL=C.UTF-8 \
            PATH="$BIN:/usr/bin:/bin" "$@"
    else
        env -i HOME="$dir" LC_ALL=C.UTF-8 PATH="$BIN:/usr/bin:/bin" "$@"
    fi
}

start() {
    dir=$1
    mkdir -p "$dir"
    chmod 0700 "$dir"
    [ "$(id -u)" = 0 ] && chown nobody:nogroup "$dir"
    cd "$dir"
    as_server initdb -D "$dir/data" -U app -A trust -E UTF8 --locale=C.UTF-8 --no-sync -N >"$dir.out" 2>&1 ||
        { cat "$dir.out" >&2; exit 1; }
    up "$dir" 2>>"$dir.out" || { cat "$dir.out" "$dir/log" >&2; exit 1; }
    rm -f "$dir.out"
    echo "postgres://app@/postgres?host=$dir&port=$PORT"
}

stop() {
    dir=$1
    cd /
    as_server pg_ctl -D "$dir/data" -m fast -w stop >/dev/null
    rm -rf "$dir"
}

down() {
    dir=$1
    cd /
    as_server pg_ctl -D "$dir/data" -m fast -w stop >/dev/null
}

up() {
    dir=$1
    cd /
    as_server pg_ctl -D "$dir/data" -w -l "$dir/log" \
        -o "-p $PORT -c listen_addresses='' -c unix_socket_directories=$dir -c fsync=off -c synchronous_commit=off" \
        start >/dev/null
}

case ${1:-} in
down) down "$2" ;;
up) up "$2" ;;
start) start "$2" ;;
stop) stop "$2" ;;
run)
    shift
    here=$(pwd)
    home=$(mktemp -d /tmp/rebond-pg-XXXXXX)
    chmod 0711 "$home" # the server, another user, must reach its folder
    REBOND_TEST_PG=$(start "$home/s") || exit $?
    REBOND_TEST_PG_DIR=$home/s
    export REBOND_TEST_PG REBOND_TEST_PG_DIR
    trap '[ -f "$home/s/data/postmaster.pid" ] || up "$home/s"; stop "$home/s"; rmdir "$home"' EXIT INT TERM
    cd "$here"
    "$@"
    ;;
*)
    sed -n 's/^#  \{1,\}pg/pg/p' "$0" >&2
    exit 2
    ;;
esac
