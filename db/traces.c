/* traces.c - why the service answered as it did: one row a turn, kept for a while. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/traces.h"

#include <assert.h>

#include "base/id.h"
#include "db/sql.h"

enum rc traces_put(struct db *db, int64_t inbox_id, int64_t contact_id, struct str lines) {
    assert(sql_in_write(db));
    return sql_run(db,
                   "INSERT INTO traces (inbox_id, contact_id, lines) VALUES ($1, $2, $3) "
                   "ON CONFLICT (inbox_id) DO NOTHING",
                   SQL_I(inbox_id), SQL_I(contact_id), SQL_S(lines));
}

enum rc traces_get(struct db *db, int64_t inbox_id, struct arena *a, struct str *ret) {
    struct sql_stmt *st =
        sql_start(db, "SELECT lines FROM traces WHERE inbox_id = $1", SQL_I(inbox_id));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        *ret = sql_str(st, 0, a);
        sql_stop(st);
    }
    return rc;
}

enum rc traces_last(struct db *db, int64_t contact_id, int max, struct arena *a,
                    struct trace_row **ret, size_t *ret_n) {
    struct sql_stmt *st = sql_start(
        db,
        "SELECT t.inbox_id, t.contact_id, t.lines, coalesce(i.received_ms, 0) FROM traces t "
        "LEFT JOIN inbox i ON i.id = t.inbox_id WHERE $1 = 0 OR t.contact_id = $2 "
        "ORDER BY t.inbox_id DESC LIMIT $3",
        SQL_I(contact_id), SQL_I(contact_id), SQL_I(max));
    struct trace_row *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        struct trace_row *t = SQL_PUSH(a, list, n);
        *t = (struct trace_row){.inbox_id = sql_int(st, 0),
                                .contact_id = sql_int(st, 1),
                                .lines = sql_str(st, 2, a),
                                .at_ms = sql_int(st, 3)};
    }
    *ret = list;
    *ret_n = n;
    return sql_done(rc);
}

enum rc traces_forget(struct db *db, int64_t before_ms, int max, int64_t *ret_n) {
    int64_t last = 0, floor = id_floor(before_ms);
    /* nothing is old most of the time: found by one look at the first row */
    enum rc rc = sql_get_int(db, &last,
                             "SELECT inbox_id FROM traces WHERE inbox_id < $1 ORDER BY "
                             "inbox_id LIMIT 1",
                             SQL_I(floor));
    *ret_n = 0;
    if (rc != OK) {
        return sql_done(rc);
    }
    rc = sql_run(db,
                 "DELETE FROM traces WHERE inbox_id IN (SELECT inbox_id FROM traces WHERE "
                 "inbox_id < $1 ORDER BY inbox_id LIMIT $2)",
                 SQL_I(floor), SQL_I(max));
    *ret_n = rc == OK ? sql_changes(db) : 0;
    return rc;
}
