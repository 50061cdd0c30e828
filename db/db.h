/* db.h - a database as a whole: open, close, copy, check. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_DB_H
#define DB_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "db/sql.h"

struct db_options {
    int busy_ms;          /* how long a write waits for another; 0 = 5000 */
    int cache_kib;        /* page cache of one connection (SQLite); 0 = 16384 */
    int checkpoint_pages; /* wal_autocheckpoint (SQLite); 0 = 20000 (80 MB): see LIMITS in docs
                           */
    bool read_only;       /* pages and reports */
    bool must_exist;      /* do not create the file */
};

/* `where`: a path of a SQLite file, ":memory:", or "postgres://..." (also "postgresql://...";
 * any libpq URL). `opt` may be NULL. The file is made with mode 0600. Does not migrate: see
 * migrate.h. E_INVALID: not a database, or this build lacks the driver; E_IO: cannot be opened.
 */
enum rc db_open(const char *where, const struct db_options *opt, struct db **ret,
                struct err *err) MUST_USE;
/* NULL is fine. An open transaction is rolled back. */
void db_close(struct db *db);

/* "sqlite 3.40.1", "postgresql 15.18". */
const char *db_engine(const struct db *db);

/* False while the connection to a PostgreSQL server is lost: everything fails with E_IO. It is
 * made again by the next begin or lone statement, at once the first time, then after a pause
 * that grows to 5 seconds. Asks nobody: it is what the last call found. */
bool db_is_up(const struct db *db);

/* SQLite: copies what can be copied of the write-ahead log into the file without stopping
 * anybody; past 4 * checkpoint_pages also restarts the log (waits for readers up to the busy
 * time-out). *ret_pages (may be NULL) = pages still in the log. PostgreSQL: OK, nothing to do.
 * Not in a transaction. */
enum rc db_checkpoint(struct db *db, int64_t *ret_pages) MUST_USE;

/* A consistent copy of a SQLite database into a new file while it is in use, made beside and
 * renamed; E_CONFLICT when `path` exists. PostgreSQL: E_UNSUPPORTED with a hint to use pg_dump.
 */
enum rc db_backup(struct db *db, const char *path, struct err *err) MUST_USE;

/* Structure of the file and of the references in it: OK, or E_INVALID with the first finding.
 */
enum rc db_check(struct db *db, struct err *err) MUST_USE;

/* Bytes on disk, log included. */
enum rc db_size(struct db *db, int64_t *ret) MUST_USE;

/* ---- tests: a connection that fails on purpose ---- */

enum db_fault {
    DB_FAULT_NONE,
    DB_FAULT_BUSY, /* E_BUSY */
    DB_FAULT_FULL, /* E_IO, "database or disk is full" */
    DB_FAULT_LOST  /* E_IO, the commit happened but the answer was lost */
};

/* The nth call of the driver from now (1 = the next begin, step or commit) fails so, once; with
 * `sticky` all later ones too until called with DB_FAULT_NONE. */
void db_fault_set(struct db *db, enum db_fault what, int64_t nth, bool sticky);
/* Driver calls made so far: lets a test walk n through a whole job. */
int64_t db_calls(const struct db *db);

#endif
