/* timers.c - what is to happen at a moment: armed, moved, fired once. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/timers.h"

#include <assert.h>

#include "base/buf.h"
#include "base/id.h"
#include "db/sql.h"

#define COLUMNS "id, due_ms, kind, contact_id, token, key, payload, expires_ms"

static void read_row(struct sql_stmt *st, struct arena *a, struct timer *t) {
    *t = (struct timer){
        .id = sql_int(st, 0),
        .due_ms = sql_int(st, 1),
        .kind = sql_str(st, 2, a),
        .contact_id = sql_int(st, 3),
        .token = sql_str(st, 4, a),
        .key = sql_str(st, 5, a),
        .payload = sql_str(st, 6, a),
        .expires_ms = sql_int(st, 7),
    };
}

enum rc timers_arm(struct db *db, struct timer *t, int64_t now_ms) {
    assert(sql_in_write(db));
    enum rc rc = t->key.n > 0 ? timers_cancel(db, t->key) : OK;
    if (rc != OK) {
        return rc;
    }
    int64_t id = id_new(now_ms);
    rc = sql_run(
        db,
        "INSERT INTO timers (due_ms, id, kind, contact_id, token, key, payload, expires_ms) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        SQL_I(t->due_ms), SQL_I(id), SQL_S(t->kind), SQL_I(t->contact_id), SQL_S(t->token),
        SQL_SN(t->key), SQL_S(t->payload), SQL_I(t->expires_ms));
    if (rc == OK) {
        t->id = id;
    }
    return rc;
}

enum rc timers_cancel(struct db *db, struct str key) {
    return sql_run(db, "DELETE FROM timers WHERE key IS NOT NULL AND key = $1", SQL_S(key));
}

enum rc timers_cancel_prefix(struct db *db, struct str prefix) {
    struct buf end;
    buf_init(&end, 256);
    buf_str(&end, prefix);
    buf_putc(&end, 0x7f); /* keys are ASCII: every continuation of the prefix sorts before it */
    enum rc rc =
        end.over
            ? E_LIMIT
            : sql_run(db, "DELETE FROM timers WHERE key IS NOT NULL AND key >= $1 AND key < $2",
                      SQL_S(prefix), SQL_S(buf_view(&end)));
    buf_done(&end);
    return rc;
}

static const char CLAIM[] =
    "SELECT " COLUMNS " FROM timers WHERE due_ms <= $1 ORDER BY due_ms, id LIMIT $2";
static const char CLAIM_LOCKED[] =
    "SELECT " COLUMNS " FROM timers WHERE due_ms <= $1 ORDER BY due_ms, id LIMIT $2 "
    "FOR UPDATE SKIP LOCKED";

static enum rc fill(struct db *db, int64_t now_ms, int max, struct arena *a,
                    struct timer **list, size_t *ret_n) {
    struct sql_stmt *st =
        sql_start(db, SQL_BY_CAP(db, SQL_CAP_SKIP_LOCKED, CLAIM_LOCKED, CLAIM), SQL_I(now_ms),
                  SQL_I(max));
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        read_row(st, a, SQL_PUSH(a, *list, *ret_n));
    }
    return sql_done(rc);
}

enum rc timers_claim(struct db *db, int64_t now_ms, int max, struct arena *a,
                     struct timer **ret, size_t *ret_n, int64_t *ret_expired) {
    assert(sql_in_write(db));
    struct timer *list = NULL;
    size_t n = 0, kept = 0;
    enum rc rc = fill(db, now_ms, max, a, &list, &n);
    for (size_t i = 0; rc == OK && i < n; i++) {
        struct timer t = list[i];
        rc = sql_run(db, "DELETE FROM timers WHERE due_ms = $1 AND id = $2", SQL_I(t.due_ms),
                     SQL_I(t.id));
        if (t.expires_ms == 0 || t.expires_ms > now_ms) {
            list[kept++] = t;
        }
    }
    if (rc != OK) {
        return rc;
    }
    if (ret_expired) {
        *ret_expired = (int64_t)(n - kept);
    }
    *ret = list;
    *ret_n = kept;
    return n == 0 ? NONE : OK;
}

enum rc timers_next_ms(struct db *db, int64_t *ret) {
    return sql_get_int_n(db, ret, "SELECT due_ms FROM timers ORDER BY due_ms, id LIMIT 1", NULL,
                         0);
}

enum rc timers_count(struct db *db, int64_t *ret) {
    return sql_get_int_n(db, ret, "SELECT count(*) FROM timers", NULL, 0);
}

enum rc timers_list(struct db *db, int max, struct arena *a, struct timer **ret,
                    size_t *ret_n) {
    struct sql_stmt *st = sql_start(
        db, "SELECT " COLUMNS " FROM timers ORDER BY due_ms, id LIMIT $1", SQL_I(max));
    struct timer *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        read_row(st, a, SQL_PUSH(a, list, n));
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}
