/* db.c - opens, closes, copies and checks a database whatever its engine. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/db.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "db/sql_priv.h"

static bool is_url(const char *where) {
    return strncmp(where, "postgres://", 11) == 0 || strncmp(where, "postgresql://", 13) == 0;
}

enum rc db_open(const char *where, const struct db_options *opt, struct db **ret,
                struct err *err) {
    const struct db_options none = {0};
    struct db *db = mem_alloc(sizeof *db);
    *db = (struct db){0};
    enum rc rc = is_url(where) ? sql_pgsql_open(db, where, opt ? opt : &none, err)
                               : sql_sqlite_open(db, where, opt ? opt : &none, err);
    if (rc != OK) {
        db_close(db);
        return rc;
    }
    *ret = db;
    return OK;
}

void db_close(struct db *db) {
    if (!db) {
        return;
    }
    while (db->depth > 0) {
        sql_rollback(db);
    }
    for (size_t i = 0; i < SQL_CACHE; i++) {
        if (db->cache[i]) {
            if (db->cache[i]->handle) {
                db->real->finalize(db->cache[i]);
            }
            free(db->cache[i]);
        }
    }
    if (db->conn) {
        db->real->close(db);
    }
    free(db);
}

const char *db_engine(const struct db *db) {
    return db->engine;
}

bool db_is_up(const struct db *db) {
    return !db->real->is_up || db->real->is_up(db);
}

enum rc db_checkpoint(struct db *db, int64_t *ret_pages) {
    assert(db->depth == 0);
    return db->drv->checkpoint(db, ret_pages);
}

enum rc db_backup(struct db *db, const char *path, struct err *err) {
    return db->drv->backup(db, path, err);
}

enum rc db_check(struct db *db, struct err *err) {
    return db->drv->check(db, err);
}

enum rc db_size(struct db *db, int64_t *ret) {
    return db->drv->size(db, ret);
}
