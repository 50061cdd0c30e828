/* files.c - files that people sent: expected, fetched, kept for a while, forgotten. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/files.h"

#include <assert.h>

#include "base/id.h"
#include "db/sql.h"

static const char *const STATES[] = {"WAITING", "KEPT", "GONE", "REFUSED"};

#define COLUMNS                                                                                \
    "id, contact_id, inbox_id, channel, source, state, type, size, tries, reason, created_ms"

static void read_row(struct sql_stmt *st, struct arena *a, struct file_row *ret) {
    *ret = (struct file_row){
        .id = sql_int(st, 0),
        .contact_id = sql_int(st, 1),
        .inbox_id = sql_int(st, 2),
        .channel = sql_str(st, 3, a),
        .source = sql_str(st, 4, a),
        .state = (enum file_state)sql_word(st, 5, STATES, 4),
        .type = sql_str(st, 6, a),
        .size = sql_int(st, 7),
        .tries = (int)sql_int(st, 8),
        .reason = sql_str(st, 9, a),
        .created_ms = sql_int(st, 10),
    };
}

enum rc files_expect(struct db *db, int64_t inbox_id, struct str source, int64_t now_ms) {
    assert(sql_in_write(db));
    return sql_run(
        db,
        "INSERT INTO files (id, contact_id, inbox_id, channel, source, state, "
        "next_ms, created_ms) "
        "SELECT $1, i.contact_id, i.id, i.channel, $2, 'WAITING', $3, $4 FROM inbox i "
        "WHERE i.id = $5",
        SQL_I(id_new(now_ms)), SQL_S(source), SQL_I(now_ms), SQL_I(now_ms), SQL_I(inbox_id));
}

/* Another process may have taken some of them since they were read. */
static enum rc hold(struct db *db, struct file_row *list, size_t n, int64_t until_ms,
                    int64_t now_ms, size_t *ret_n) {
    size_t kept = 0;
    enum rc rc = OK;
    for (size_t i = 0; i < n && rc == OK; i++) {
        rc = sql_run(db,
                     "UPDATE files SET next_ms = $1, tries = tries + 1 "
                     "WHERE id = $2 AND next_ms <= $3 AND state = 'WAITING'",
                     SQL_I(until_ms), SQL_I(list[i].id), SQL_I(now_ms));
        if (rc == OK && sql_changes(db) == 1) {
            list[kept] = list[i];
            list[kept++].tries++;
        }
    }
    *ret_n = kept;
    return rc;
}

enum rc files_claim(struct db *db, int max, int64_t hold_ms, int64_t now_ms, struct arena *a,
                    struct file_row **ret, size_t *ret_n) {
    struct file_row *list = NULL;
    size_t n = 0, kept = 0;
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    struct sql_stmt *st = sql_start(db,
                                    "SELECT " COLUMNS " FROM files WHERE state = 'WAITING' "
                                    "AND next_ms <= $1 ORDER BY next_ms LIMIT $2",
                                    SQL_I(now_ms), SQL_I(max));
    while ((rc = sql_step(st)) == OK) {
        read_row(st, a, SQL_PUSH(a, list, n));
    }
    rc = sql_done(rc);
    if (rc == OK) {
        rc = hold(db, list, n, now_ms + hold_ms, now_ms, &kept);
    }
    rc = sql_end(db, rc);
    if (rc == OK) {
        *ret = list;
        *ret_n = kept;
    }
    return rc;
}

enum rc files_next_ms(struct db *db, int64_t *ret) {
    return sql_get_int_n(
        db, ret, "SELECT next_ms FROM files WHERE state = 'WAITING' ORDER BY next_ms LIMIT 1",
        NULL, 0);
}

enum rc files_count(struct db *db, int64_t contact_id, int64_t since_ms, int64_t *ret) {
    return sql_get_int(db, ret,
                       "SELECT count(*) FROM files WHERE contact_id = $1 AND created_ms >= $2 "
                       "AND state = 'KEPT'",
                       SQL_I(contact_id), SQL_I(since_ms));
}

static enum rc one_changed(struct db *db, enum rc rc) {
    return rc == OK && sql_changes(db) == 0 ? NONE : rc;
}

enum rc files_keep(struct db *db, int64_t id, struct str type, struct str bytes) {
    return one_changed(
        db, sql_run(db,
                    "UPDATE files SET state = 'KEPT', source = '', reason = '', type = $1, "
                    "size = $2, bytes = $3 WHERE id = $4 AND state = 'WAITING'",
                    SQL_S(type), SQL_I(bytes.n), SQL_B(bytes), SQL_I(id)));
}

enum rc files_later(struct db *db, int64_t id, int64_t next_ms, struct str reason) {
    return one_changed(db, sql_run(db,
                                   "UPDATE files SET next_ms = $1, reason = $2 "
                                   "WHERE id = $3 AND state = 'WAITING'",
                                   SQL_I(next_ms), SQL_S(reason), SQL_I(id)));
}

enum rc files_end(struct db *db, int64_t id, enum file_state state, struct str reason) {
    assert(state == FILE_GONE || state == FILE_REFUSED);
    return one_changed(db, sql_run(db,
                                   "UPDATE files SET state = $1, source = '', reason = $2 "
                                   "WHERE id = $3 AND state = 'WAITING'",
                                   SQL_C(STATES[state]), SQL_S(reason), SQL_I(id)));
}

enum rc files_of(struct db *db, int64_t contact_id, struct arena *a, struct file_row **ret,
                 size_t *ret_n) {
    struct file_row *list = NULL;
    size_t n = 0;
    struct sql_stmt *st = sql_start(
        db, "SELECT " COLUMNS " FROM files WHERE contact_id = $1 ORDER BY inbox_id, id",
        SQL_I(contact_id));
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        read_row(st, a, SQL_PUSH(a, list, n));
    }
    *ret = list;
    *ret_n = n;
    return sql_done(rc);
}

enum rc files_get(struct db *db, int64_t id, struct arena *a, struct file_row *ret,
                  struct str *ret_bytes) {
    struct sql_stmt *st = sql_start(
        db, "SELECT " COLUMNS ", bytes FROM files WHERE id = $1 AND state = 'KEPT'", SQL_I(id));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        read_row(st, a, ret);
        *ret_bytes = sql_str(st, 11, a);
        sql_stop(st);
    }
    return rc;
}

enum rc files_forget(struct db *db, int64_t before_ms, int max, int64_t *ret_n) {
    enum rc rc = sql_run(db,
                         "UPDATE files SET state = 'GONE', bytes = NULL, size = 0, "
                         "reason = 'kept no longer' WHERE id IN (SELECT f.id FROM files f "
                         "WHERE f.created_ms < $1 AND f.state = 'KEPT' "
                         "ORDER BY f.created_ms LIMIT $2)",
                         SQL_I(before_ms), SQL_I(max));
    if (rc == OK) {
        *ret_n = sql_changes(db);
    }
    return rc;
}
