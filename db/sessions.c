/* sessions.c - the hot row: one read and one write a turn. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/sessions.h"

#include <assert.h>

#include "db/sql.h"

enum rc sessions_load(struct db *db, int64_t contact_id, struct arena *a, struct talk *ret) {
    struct sql_stmt *st = sql_start(
        db,
        "SELECT session, fields, paused_case, last_msg, last_in_ms, last_out_ms, day, "
        "day_count, version FROM talks WHERE contact_id = $1",
        SQL_I(contact_id));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        *ret = (struct talk){
            .contact_id = contact_id,
            .session = sql_str(st, 0, a),
            .fields = sql_str(st, 1, a),
            .paused_case = sql_int(st, 2),
            .last_msg = sql_int(st, 3),
            .last_in_ms = sql_int(st, 4),
            .last_out_ms = sql_int(st, 5),
            .day = (int32_t)sql_int(st, 6),
            .day_count = (int32_t)sql_int(st, 7),
            .version = sql_int(st, 8),
        };
        sql_stop(st);
    }
    return rc;
}

enum rc sessions_put(struct db *db, struct talk *t) {
    assert(sql_in_write(db));
    enum rc rc = sql_run(
        db,
        "UPDATE talks SET session = $1, fields = $2, paused_case = $3, last_msg = $4, "
        "last_in_ms = $5, last_out_ms = $6, day = $7, day_count = $8, version = version + 1 "
        "WHERE contact_id = $9 AND version = $10",
        SQL_S(t->session), SQL_S(t->fields), SQL_I(t->paused_case), SQL_I(t->last_msg),
        SQL_I(t->last_in_ms), SQL_I(t->last_out_ms), SQL_I(t->day), SQL_I(t->day_count),
        SQL_I(t->contact_id), SQL_I(t->version));
    if (rc != OK) {
        return rc;
    }
    if (sql_changes(db) == 0) {
        return E_CONFLICT;
    }
    t->version++;
    return OK;
}

enum rc sessions_pause(struct db *db, int64_t contact_id, int64_t case_id) {
    return sql_run(
        db, "UPDATE talks SET paused_case = $1, version = version + 1 WHERE contact_id = $2",
        SQL_I(case_id), SQL_I(contact_id));
}

enum rc sessions_sent(struct db *db, int64_t contact_id, int32_t day, bool counts,
                      int64_t now_ms) {
    return sql_run(db,
                   "UPDATE talks SET last_out_ms = $1, "
                   "day_count = CASE WHEN $2 = 0 THEN day_count WHEN day = $3 THEN day_count + "
                   "1 ELSE 1 END, "
                   "day = CASE WHEN $2 = 0 THEN day ELSE $3 END, version = version + 1 WHERE "
                   "contact_id = $4",
                   SQL_I(now_ms), SQL_I(counts), SQL_I(day), SQL_I(contact_id));
}

enum rc sessions_day_count(struct db *db, int64_t contact_id, int32_t day, int *ret) {
    int64_t n = 0;
    enum rc rc = sql_get_int(
        db, &n,
        "SELECT CASE WHEN day = $1 THEN day_count ELSE 0 END FROM talks WHERE contact_id = $2",
        SQL_I(day), SQL_I(contact_id));
    if (rc == OK) {
        *ret = (int)n;
    }
    return rc;
}

enum rc sessions_silent(struct db *db, int64_t from_ms, int64_t before_ms, int64_t after,
                        int max, struct arena *a, int64_t **ret, size_t *ret_n) {
    struct sql_stmt *st = sql_start(
        db,
        "SELECT t.contact_id FROM talks t JOIN contacts c ON c.id = t.contact_id "
        "WHERE t.contact_id > $1 AND t.last_in_ms < $2 AND t.paused_case = 0 "
        "AND c.kind = 'youth' AND c.status = 'ENROLLED' AND c.stop_all_ms = 0 "
        "AND c.pause_until_ms <= $2 AND t.last_in_ms >= $3 ORDER BY t.contact_id LIMIT $4",
        SQL_I(after), SQL_I(before_ms), SQL_I(from_ms), SQL_I(max));
    return sql_ids(st, a, ret, ret_n);
}
