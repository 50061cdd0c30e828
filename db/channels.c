/* channels.c - what must survive about each configured channel. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/channels.h"

#include "base/id.h"
#include "db/sql.h"

#define COLUMNS "name, gateway, scheme, poll_cursor, paused_until_ms, fault, fault_ms"

static void read_row(struct sql_stmt *st, struct arena *a, struct channel *c) {
    *c = (struct channel){
        .name = sql_str(st, 0, a),
        .gateway = sql_str(st, 1, a),
        .scheme = sql_str(st, 2, a),
        .cursor = sql_str(st, 3, a),
        .paused_until_ms = sql_int(st, 4),
        .fault = sql_str(st, 5, a),
        .fault_ms = sql_int(st, 6),
    };
}

enum rc channels_ensure(struct db *db, struct str name, struct str gateway, struct str scheme) {
    return sql_run(
        db,
        "INSERT INTO channels (name, gateway, scheme) VALUES ($1, $2, $3) "
        "ON CONFLICT (name) DO UPDATE SET gateway = excluded.gateway, scheme = excluded.scheme",
        SQL_S(name), SQL_S(gateway), SQL_S(scheme));
}

enum rc channels_get(struct db *db, struct str name, struct arena *a, struct channel *ret) {
    struct sql_stmt *st =
        sql_start(db, "SELECT " COLUMNS " FROM channels WHERE name = $1", SQL_S(name));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        read_row(st, a, ret);
        sql_stop(st);
    }
    return rc;
}

/* Ids tell when a row was made, so that the primary key finds a day's rows. */
static enum rc count(struct db *db, int64_t since_ms, struct channel *c) {
    enum rc rc = sql_get_int(db, &c->sent,
                             "SELECT COUNT(*) FROM outbox WHERE id >= $1 AND channel = $2 AND "
                             "state IN ('SENT', 'DELIVERED', 'READ')",
                             SQL_I(id_floor(since_ms)), SQL_S(c->name));
    return rc == OK ? sql_get_int(db, &c->received,
                                  "SELECT COUNT(*) FROM inbox WHERE id >= $1 AND channel = $2 "
                                  "AND kind IN ('text', 'button', 'start')",
                                  SQL_I(id_floor(since_ms)), SQL_S(c->name))
                    : rc;
}

enum rc channels_list(struct db *db, int64_t since_ms, struct arena *a, struct channel **ret,
                      size_t *ret_n) {
    struct sql_stmt *st = sql_start0(db, "SELECT " COLUMNS " FROM channels ORDER BY name");
    struct channel *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        read_row(st, a, SQL_PUSH(a, list, n));
    }
    rc = sql_done(rc);
    for (size_t i = 0; i < n && rc == OK; i++) {
        rc = count(db, since_ms, &list[i]);
    }
    *ret = list;
    *ret_n = rc == OK ? n : 0;
    return rc;
}

enum rc channels_set_cursor(struct db *db, struct str name, struct str cursor) {
    return sql_run(db, "UPDATE channels SET poll_cursor = $1 WHERE name = $2", SQL_S(cursor),
                   SQL_S(name));
}

enum rc channels_pause(struct db *db, struct str name, int64_t until_ms, struct str fault,
                       int64_t now_ms) {
    bool known = false;
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    struct sql_stmt *st =
        sql_start(db, "SELECT fault FROM channels WHERE name = $1", SQL_S(name));
    rc = sql_step(st);
    if (rc == OK) {
        known = fault.n > 0 && str_eq(sql_view(st, 0), fault);
        sql_stop(st);
        rc = sql_run(db,
                     "UPDATE channels SET paused_until_ms = CASE WHEN paused_until_ms > $1 "
                     "THEN paused_until_ms "
                     "ELSE $1 END, fault_ms = CASE WHEN $2 = '' OR fault = $2 THEN fault_ms "
                     "ELSE $3 END, "
                     "fault = CASE WHEN $2 = '' THEN fault ELSE $2 END WHERE name = $4",
                     SQL_I(until_ms), SQL_S(fault), SQL_I(now_ms), SQL_S(name));
    }
    rc = sql_end(db, rc);
    return rc == OK && known ? NONE : rc;
}

enum rc channels_resume(struct db *db, struct str name) {
    return sql_run(
        db, "UPDATE channels SET paused_until_ms = 0, fault = '', fault_ms = 0 WHERE name = $1",
        SQL_S(name));
}

enum rc channels_memory_get(struct db *db, struct str name, struct str key, int64_t now_ms,
                            struct arena *a, struct str *ret) {
    struct sql_stmt *st =
        sql_start(db,
                  "SELECT value FROM channel_memory WHERE channel = $1 AND name = $2 "
                  "AND (expires_ms = 0 OR expires_ms > $3)",
                  SQL_S(name), SQL_S(key), SQL_I(now_ms));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        *ret = sql_str(st, 0, a);
        sql_stop(st);
    }
    return rc;
}

enum rc channels_memory_put(struct db *db, struct str name, struct str key, struct str value,
                            int64_t expires_ms) {
    return sql_run(
        db,
        "INSERT INTO channel_memory (channel, name, value, expires_ms) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (channel, name) DO UPDATE SET value = excluded.value, "
        "expires_ms = excluded.expires_ms",
        SQL_S(name), SQL_S(key), SQL_S(value), SQL_I(expires_ms));
}
