/* sql.c - statements prepared once and transactions that nest, over any driver. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/sql.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "db/sql_priv.h"

void sql_set_error(struct db *db, const char *text) {
    snprintf(db->error, sizeof db->error, "%s", text ? text : "");
    size_t n = strlen(db->error);
    while (n > 0 && db->error[n - 1] == '\n') {
        db->error[--n] = 0;
    }
}

const char *sql_error(const struct db *db) {
    return db->error;
}

bool sql_can(const struct db *db, int cap) {
    return (db->real->caps & cap) != 0;
}

bool sql_in_write(const struct db *db) {
    return db->depth > 0 && db->mode == SQL_WRITE;
}

int64_t sql_changes(const struct db *db) {
    return db->changes;
}

/* ---- transactions ---- */

enum rc sql_begin(struct db *db, enum sql_mode mode) {
    if (db->depth > 0) {
        assert(mode == SQL_READ || db->mode == SQL_WRITE);
        db->depth++;
        return OK;
    }
    enum rc rc = db->drv->begin(db, mode);
    if (rc == OK) {
        db->depth = 1;
        db->mode = mode;
        db->spoiled = false;
        db->saved = false;
    }
    return rc;
}

enum rc sql_commit(struct db *db) {
    assert(db->depth > 0);
    if (db->depth > 1) {
        db->depth--;
        return db->spoiled ? E_STATE : OK;
    }
    assert(!db->saved);
    if (db->spoiled) {
        sql_rollback(db);
        return E_STATE;
    }
    if (db->mode == SQL_WRITE) {
        FAULT("db.before_commit");
    }
    enum rc rc = FAULT_FAILS("db.commit_fails") ? E_IO : db->drv->commit(db);
    if (rc != OK) {
        sql_rollback(db);
        return rc;
    }
    db->depth = 0;
    if (db->mode == SQL_WRITE) {
        FAULT("db.after_commit");
    }
    return OK;
}

void sql_rollback(struct db *db) {
    if (db->depth > 1) {
        db->depth--;
        db->spoiled = true;
        return;
    }
    if (db->depth == 1) {
        db->drv->rollback(db);
    }
    db->depth = 0;
    db->saved = false;
    db->spoiled = false;
}

enum rc sql_end(struct db *db, enum rc rc) {
    if (rc >= 0) {
        enum rc rc2 = sql_commit(db);
        return rc2 == OK ? rc : rc2;
    }
    if (db->depth > 1) {
        db->depth--;
    } else {
        sql_rollback(db);
    }
    return rc;
}

enum rc sql_save(struct db *db) {
    assert(sql_in_write(db) && !db->saved);
    enum rc rc = sql_run_n(db, "SAVEPOINT turn", NULL, 0);
    if (rc == OK) {
        db->saved = true;
    }
    return rc;
}

enum rc sql_save_end(struct db *db, bool keep) {
    assert(db->saved);
    db->saved = false;
    if (keep && !db->spoiled) {
        return sql_run_n(db, "RELEASE SAVEPOINT turn", NULL, 0);
    }
    if (db->drv->is_lost(db)) {
        db->spoiled = true;
        return E_STATE;
    }
    db->spoiled = false;
    enum rc rc = sql_run_n(db, "ROLLBACK TO SAVEPOINT turn", NULL, 0);
    if (rc == OK) {
        rc = sql_run_n(db, "RELEASE SAVEPOINT turn", NULL, 0);
    }
    return rc == OK && keep ? E_STATE : rc;
}

/* ---- statements ---- */

struct sql_arg sql_arg_null_int(int64_t v) {
    return (struct sql_arg){.type = SQL_INT, .null = v == 0, .i = v};
}

struct sql_arg sql_arg_null_str(struct str s) {
    return (struct sql_arg){.type = SQL_TEXT, .null = s.n == 0, .s = s};
}

static struct sql_stmt *cache_find(struct db *db, const char *text) {
    size_t at = ((uintptr_t)text >> 3) * 0x9E3779B97F4A7C15u >> 20;
    for (;; at++) {
        struct sql_stmt **slot = &db->cache[at & (SQL_CACHE - 1)];
        if (*slot && (*slot)->text == text) {
            return *slot;
        }
        if (!*slot) {
            assert(db->cached < SQL_CACHE - 1);
            *slot = mem_alloc(sizeof **slot);
            **slot = (struct sql_stmt){.db = db, .text = text};
            db->cached++;
            return *slot;
        }
    }
}

static void spoil(struct db *db, enum rc rc) {
    if (rc < 0 && db->depth > 0) {
        db->spoiled = true;
    }
}

struct sql_stmt *sql_start_n(struct db *db, const char *text, const struct sql_arg *arg,
                             size_t n) {
    struct sql_stmt *st = cache_find(db, text);
    assert(!st->busy);
    st->busy = true;
    st->failed = OK;
    if (db->depth > 0 && db->spoiled) {
        st->failed = E_STATE;
        return st;
    }
    if (!st->handle) {
        st->failed = db->drv->prepare(db, st, arg, n);
    }
    if (st->failed == OK && n > 0) {
        st->failed = db->drv->bind(st, arg, n);
    }
    return st;
}

enum rc sql_step(struct sql_stmt *st) {
    assert(st->busy);
    enum rc rc = st->failed ? st->failed : st->db->drv->step(st);
    if (rc != OK) {
        spoil(st->db, rc);
        sql_stop(st);
    }
    return rc;
}

void sql_stop(struct sql_stmt *st) {
    if (!st->busy) {
        return;
    }
    st->busy = false;
    if (st->handle) {
        st->db->drv->reset(st);
    }
}

int64_t sql_int(struct sql_stmt *st, int col) {
    return st->db->drv->get_int(st, col);
}

bool sql_is_null(struct sql_stmt *st, int col) {
    return st->db->drv->is_null(st, col);
}

struct str sql_view(struct sql_stmt *st, int col) {
    return st->db->drv->get_str(st, col);
}

struct str sql_str(struct sql_stmt *st, int col, struct arena *a) {
    struct str s = st->db->drv->get_str(st, col);
    return s.n == 0 ? (struct str){"", 0} : arena_str(a, s);
}

int sql_word(struct sql_stmt *st, int col, const char *const *name, int n) {
    struct str s = sql_view(st, col);
    for (int i = 0; i < n; i++) {
        if (str_is(s, name[i])) {
            return i;
        }
    }
    return 0;
}

enum rc sql_run_n(struct db *db, const char *text, const struct sql_arg *arg, size_t n) {
    struct sql_stmt *st = sql_start_n(db, text, arg, n);
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
    }
    if (rc == NONE) {
        db->changes = db->drv->changes(db);
        return OK;
    }
    return rc;
}

enum rc sql_get_int_n(struct db *db, int64_t *ret, const char *text, const struct sql_arg *arg,
                      size_t n) {
    struct sql_stmt *st = sql_start_n(db, text, arg, n);
    enum rc rc = sql_step(st);
    if (rc == OK) {
        *ret = sql_int(st, 0);
        sql_stop(st);
    }
    return rc;
}

enum rc sql_script(struct db *db, const char *text) {
    if (db->depth > 0 && db->spoiled) {
        return E_STATE;
    }
    enum rc rc = db->drv->script(db, text);
    spoil(db, rc);
    return rc;
}

enum rc sql_ids(struct sql_stmt *st, struct arena *a, int64_t **ret, size_t *ret_n) {
    int64_t *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        *SQL_PUSH(a, list, n) = sql_int(st, 0);
    }
    *ret = list;
    *ret_n = rc == NONE ? n : 0;
    return sql_done(rc);
}

void *sql_grow(struct arena *a, void *list, size_t n, size_t size) {
    if (n == 0) {
        return arena_array(a, 8, size);
    }
    if (n < 8 || (n & (n - 1)) != 0) {
        return list;
    }
    void *bigger = arena_array(a, n * 2, size);
    memcpy(bigger, list, n * size);
    return bigger;
}
