/* sql_priv.h - what a driver must be able to do, and what a connection is made of. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_SQL_PRIV_H
#define DB_SQL_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "db/db.h"
#include "db/sql.h"

struct sql_stmt {
    struct db *db;
    const char *text; /* the key of the cache: its address */
    void *handle;     /* the driver's prepared statement */
    bool busy;        /* between start and end */
    enum rc failed;   /* of start; comes out of the first step */
};

/* One row of function pointers for each engine, and one that fails on purpose (sql_fault.c).
 * The core (sql.c) counts transactions and caches statements; a driver only does what it is
 * told. */
struct sql_driver {
    const char *name;
    int caps;
    enum rc (*begin)(struct db *db, enum sql_mode mode);
    enum rc (*commit)(struct db *db);
    void (*rollback)(struct db *db);
    /* True when the engine ended the transaction by itself after a failure. */
    bool (*is_lost)(struct db *db);
    /* Sets st->handle. The types of the arguments are those of every later use. */
    enum rc (*prepare)(struct db *db, struct sql_stmt *st, const struct sql_arg *arg, size_t n);
    enum rc (*bind)(struct sql_stmt *st, const struct sql_arg *arg, size_t n);
    enum rc (*step)(struct sql_stmt *st); /* OK row, NONE end, E_* */
    void (*reset)(struct sql_stmt *st);
    void (*finalize)(struct sql_stmt *st);
    int64_t (*get_int)(struct sql_stmt *st, int col);
    struct str (*get_str)(struct sql_stmt *st, int col);
    bool (*is_null)(struct sql_stmt *st, int col);
    int64_t (*changes)(struct db *db);
    enum rc (*script)(struct db *db, const char *text);
    void (*close)(struct db *db);
    enum rc (*checkpoint)(struct db *db, int64_t *ret_pages);
    enum rc (*backup)(struct db *db, const char *path, struct err *err);
    enum rc (*check)(struct db *db, struct err *err);
    enum rc (*size)(struct db *db, int64_t *ret);
    bool (*is_up)(const struct db *db); /* NULL: always */
};

#define SQL_CACHE 512 /* slots; a power of two, about twice the statements of the project */

struct db {
    const struct sql_driver *drv;
    const struct sql_driver *real; /* under the one that fails on purpose */
    void *conn;                    /* the driver's connection */
    char engine[64];
    char error[256];
    int depth;          /* of nested transactions */
    enum sql_mode mode; /* of the outermost */
    bool saved;         /* inside sql_save */
    bool spoiled;       /* a statement failed: only rollback is left */
    int64_t changes;    /* of the last sql_run */
    int checkpoint_pages;
    void *fixed[3]; /* SQLite: begin, begin to write, commit */
    struct sql_stmt *cache[SQL_CACHE];
    size_t cached;
    /* sql_fault.c */
    enum db_fault fault;
    bool sticky;
    int64_t fault_in, calls;
};

/* Keeps the engine's words for sql_error. */
void sql_set_error(struct db *db, const char *text);

extern const struct sql_driver SQL_SQLITE, SQL_PGSQL, SQL_FAULT;
enum rc sql_sqlite_open(struct db *db, const char *path, const struct db_options *opt,
                        struct err *err) MUST_USE;
enum rc sql_pgsql_open(struct db *db, const char *url, const struct db_options *opt,
                       struct err *err) MUST_USE;

#endif
