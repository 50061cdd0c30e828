/* sql_fault.c - a driver over the real one that fails at the call a test names. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/sql_priv.h"

#include <string.h>

/* What this call is to do: OK to go on, else the failure. */
static enum rc due(struct db *db) {
    db->calls++;
    if (db->fault == DB_FAULT_NONE || db->fault_in <= 0) {
        return OK;
    }
    if (db->fault_in > 1) {
        db->fault_in--;
        return OK;
    }
    if (!db->sticky) {
        db->fault_in = 0;
    }
    switch (db->fault) {
    case DB_FAULT_BUSY:
        sql_set_error(db, "database is locked (on purpose)");
        return E_BUSY;
    case DB_FAULT_FULL:
        sql_set_error(db, "database or disk is full (on purpose)");
        return E_IO;
    case DB_FAULT_LOST:
        sql_set_error(db, "connection lost (on purpose)");
        return E_IO;
    case DB_FAULT_NONE:
        break;
    }
    return OK;
}

static enum rc fault_begin(struct db *db, enum sql_mode mode) {
    enum rc rc = due(db);
    return rc == OK ? db->real->begin(db, mode) : rc;
}

static enum rc fault_commit(struct db *db) {
    enum rc rc = due(db);
    if (rc != OK && db->fault == DB_FAULT_LOST) {
        enum rc done = db->real->commit(db);
        return done == OK ? rc : done;
    }
    return rc == OK ? db->real->commit(db) : rc;
}

static void fault_rollback(struct db *db) {
    db->real->rollback(db);
}

static bool fault_is_lost(struct db *db) {
    return db->real->is_lost(db);
}

static enum rc fault_prepare(struct db *db, struct sql_stmt *st, const struct sql_arg *arg,
                             size_t n) {
    return db->real->prepare(db, st, arg, n);
}

static enum rc fault_bind(struct sql_stmt *st, const struct sql_arg *arg, size_t n) {
    return st->db->real->bind(st, arg, n);
}

static enum rc fault_step(struct sql_stmt *st) {
    enum rc rc = due(st->db);
    return rc == OK ? st->db->real->step(st) : rc;
}

static void fault_reset(struct sql_stmt *st) {
    st->db->real->reset(st);
}

static void fault_finalize(struct sql_stmt *st) {
    st->db->real->finalize(st);
}

static int64_t fault_get_int(struct sql_stmt *st, int col) {
    return st->db->real->get_int(st, col);
}

static struct str fault_get_str(struct sql_stmt *st, int col) {
    return st->db->real->get_str(st, col);
}

static bool fault_is_null(struct sql_stmt *st, int col) {
    return st->db->real->is_null(st, col);
}

static int64_t fault_changes(struct db *db) {
    return db->real->changes(db);
}

static enum rc fault_script(struct db *db, const char *text) {
    enum rc rc = due(db);
    return rc == OK ? db->real->script(db, text) : rc;
}

static void fault_close(struct db *db) {
    db->real->close(db);
}

static enum rc fault_checkpoint(struct db *db, int64_t *ret_pages) {
    enum rc rc = due(db);
    return rc == OK ? db->real->checkpoint(db, ret_pages) : rc;
}

static enum rc fault_backup(struct db *db, const char *path, struct err *err) {
    return db->real->backup(db, path, err);
}

static enum rc fault_check(struct db *db, struct err *err) {
    return db->real->check(db, err);
}

static enum rc fault_size(struct db *db, int64_t *ret) {
    return db->real->size(db, ret);
}

const struct sql_driver SQL_FAULT = {
    .name = "fault",
    .begin = fault_begin,
    .commit = fault_commit,
    .rollback = fault_rollback,
    .is_lost = fault_is_lost,
    .prepare = fault_prepare,
    .bind = fault_bind,
    .step = fault_step,
    .reset = fault_reset,
    .finalize = fault_finalize,
    .get_int = fault_get_int,
    .get_str = fault_get_str,
    .is_null = fault_is_null,
    .changes = fault_changes,
    .script = fault_script,
    .close = fault_close,
    .checkpoint = fault_checkpoint,
    .backup = fault_backup,
    .check = fault_check,
    .size = fault_size,
};

void db_fault_set(struct db *db, enum db_fault what, int64_t nth, bool sticky) {
    db->drv = &SQL_FAULT;
    db->fault = what;
    db->fault_in = nth;
    db->sticky = sticky;
}

int64_t db_calls(const struct db *db) {
    return db->calls;
}
