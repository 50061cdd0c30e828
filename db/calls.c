/* calls.c - web-hooks that conversations asked for, until their answer was heard. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/calls.h"

#include <assert.h>
#include <stdio.h>

#include "base/id.h"
#include "db/inbox.h"
#include "db/sql.h"

#define COLUMNS                                                                                \
    "id, contact_id, token, endpoint, method, url, headers, body, state, next_ms, due_ms, "    \
    "attempt, status, why, type, answer"

static const char *const STATES[] = {"QUEUED", "INFLIGHT", "ANSWERED"};

static void read_row(struct sql_stmt *st, struct arena *a, struct call_row *c) {
    *c = (struct call_row){
        .id = sql_int(st, 0),
        .contact_id = sql_int(st, 1),
        .token = sql_str(st, 2, a),
        .endpoint = sql_str(st, 3, a),
        .method = sql_str(st, 4, a),
        .url = sql_str(st, 5, a),
        .headers = sql_str(st, 6, a),
        .body = sql_str(st, 7, a),
        .state = (enum call_state)sql_word(st, 8, STATES, 3),
        .next_ms = sql_int(st, 9),
        .due_ms = sql_int(st, 10),
        .attempt = (int)sql_int(st, 11),
        .status = (int)sql_int(st, 12),
        .why = sql_str(st, 13, a),
        .type = sql_str(st, 14, a),
        .answer = sql_str(st, 15, a),
    };
}

enum rc calls_put(struct db *db, struct call_row *c, int64_t now_ms) {
    assert(sql_in_write(db));
    c->id = id_new(now_ms);
    c->state = CALL_QUEUED;
    return sql_run(db,
                   "INSERT INTO calls (id, contact_id, token, endpoint, method, url, headers, "
                   "body, state, next_ms, due_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
                   "'QUEUED', $9, $10)",
                   SQL_I(c->id), SQL_I(c->contact_id), SQL_S(c->token), SQL_S(c->endpoint),
                   SQL_S(c->method), SQL_S(c->url), SQL_S(c->headers), SQL_S(c->body),
                   SQL_I(now_ms), SQL_I(c->due_ms));
}

static const char CLAIM[] =
    "SELECT " COLUMNS " FROM calls WHERE state = 'QUEUED' AND next_ms <= $1 "
    "ORDER BY next_ms, id LIMIT $2";
static const char CLAIM_LOCKED[] =
    "SELECT " COLUMNS " FROM calls WHERE state = 'QUEUED' AND next_ms <= $1 "
    "ORDER BY next_ms, id LIMIT $2 FOR UPDATE SKIP LOCKED";

enum rc calls_claim(struct db *db, int64_t now_ms, int max, struct arena *a,
                    struct call_row **ret, size_t *ret_n) {
    assert(sql_in_write(db));
    struct sql_stmt *st =
        sql_start(db, SQL_BY_CAP(db, SQL_CAP_SKIP_LOCKED, CLAIM_LOCKED, CLAIM), SQL_I(now_ms),
                  SQL_I(max));
    struct call_row *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        read_row(st, a, SQL_PUSH(a, list, n));
    }
    rc = sql_done(rc);
    for (size_t i = 0; i < n && rc == OK; i++) {
        rc = sql_run(db,
                     "UPDATE calls SET state = 'INFLIGHT', next_ms = $1, attempt = attempt + 1 "
                     "WHERE id = $2",
                     SQL_I(now_ms), SQL_I(list[i].id));
        list[i].state = CALL_INFLIGHT;
        list[i].next_ms = now_ms;
        list[i].attempt++;
    }
    if (rc != OK) {
        return rc;
    }
    *ret = list;
    *ret_n = n;
    return n == 0 ? NONE : OK;
}

enum rc calls_again(struct db *db, const struct call_row *c, int64_t next_ms) {
    enum rc rc = sql_run(db,
                         "UPDATE calls SET state = 'QUEUED', next_ms = $1 WHERE id = $2 AND "
                         "state = 'INFLIGHT' AND attempt = $3 AND next_ms = $4",
                         SQL_I(next_ms), SQL_I(c->id), SQL_I(c->attempt), SQL_I(c->next_ms));
    return rc == OK && sql_changes(db) == 0 ? E_STATE : rc;
}

enum rc calls_answer(struct db *db, const struct call_row *c, int64_t now_ms) {
    assert(sql_in_write(db));
    char data[48], key[40];
    enum rc rc = sql_run(db,
                         "UPDATE calls SET state = 'ANSWERED', status = $1, why = $2, type = "
                         "$3, answer = $4, url = '', headers = '', body = '' WHERE id = $5 AND "
                         "state <> 'ANSWERED'",
                         SQL_I(c->status), SQL_S(c->why), SQL_S(c->type), SQL_S(c->answer),
                         SQL_I(c->id));
    if (rc != OK || sql_changes(db) == 0) {
        return rc == OK ? E_STATE : rc;
    }
    snprintf(data, sizeof data, "{\"call\":%lld}", (long long)c->id);
    snprintf(key, sizeof key, "call/%lld", (long long)c->id);
    struct inbox_row ev = {.contact_id = c->contact_id,
                           .kind = INBOX_EVENT,
                           .name = STR(CALLS_EVENT),
                           .data = str_from(data),
                           .key = str_from(key)};
    int64_t id;
    rc = inbox_event(db, &ev, now_ms, &id);
    return rc == E_CONFLICT ? OK : rc;
}

enum rc calls_recover(struct db *db, int64_t before_ms, int64_t now_ms, int64_t *ret_n) {
    struct arena a;
    struct call_row *list = NULL;
    size_t n = 0;
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    arena_init(&a);
    struct sql_stmt *st =
        sql_start(db, "SELECT " COLUMNS " FROM calls WHERE state = 'INFLIGHT' AND next_ms < $1",
                  SQL_I(before_ms));
    while ((rc = sql_step(st)) == OK) {
        read_row(st, &a, SQL_PUSH(&a, list, n));
    }
    rc = sql_done(rc);
    *ret_n = 0;
    for (size_t i = 0; i < n && rc == OK; i++) {
        list[i].why = STR("unknown");
        rc = calls_answer(db, &list[i], now_ms);
        *ret_n += rc == OK;
        rc = rc == E_STATE ? OK : rc;
    }
    arena_done(&a);
    return sql_end(db, rc);
}

enum rc calls_get(struct db *db, int64_t id, struct arena *a, struct call_row *ret) {
    struct sql_stmt *st =
        sql_start(db, "SELECT " COLUMNS " FROM calls WHERE id = $1", SQL_I(id));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        read_row(st, a, ret);
        sql_stop(st);
    }
    return rc;
}

enum rc calls_drop(struct db *db, int64_t id) {
    return sql_run(db, "DELETE FROM calls WHERE id = $1", SQL_I(id));
}

enum rc calls_waiting(struct db *db, int64_t *ret) {
    return sql_get_int_n(db, ret, "SELECT count(*) FROM calls WHERE state <> 'ANSWERED'", NULL,
                         0);
}

enum rc calls_next_ms(struct db *db, int64_t *ret) {
    return sql_get_int_n(db, ret,
                         "SELECT next_ms FROM calls WHERE state = 'QUEUED' ORDER BY next_ms, "
                         "id LIMIT 1",
                         NULL, 0);
}
