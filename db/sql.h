/* sql.h - the seam below all SQL: connections, prepared statements, transactions. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_SQL_H
#define DB_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* One connection. One thread at a time; open one a thread. Opened and closed by db.h.
 * Everything outside db/ needs only the transaction pair below; statements are for db/ itself.
 *
 * Writing SQL here:
 * - text both engines speak; parameters $1, $2... first used in that order; no boolean
 * literals;
 * - never rely on a failing statement inside a transaction (PostgreSQL then refuses the rest of
 *   it): ON CONFLICT DO NOTHING and sql_changes() instead;
 * - times are integer milliseconds UTC, truth is 0 or 1, absent numbers and texts are NULL only
 *   where the schema says so. */
struct db;

enum sql_mode {
    SQL_READ, /* one consistent picture; never blocks the writer */
    SQL_WRITE /* takes the right to write at once, so that a later statement cannot find it gone
               */
};

/* Transactions nest by counting: the inner pair only counts, so a function that needs one may
 * open one whether or not its caller did. A WRITE inside a READ is a bug (asserted). begin: OK,
 * E_BUSY after the busy time-out, E_IO. */
enum rc sql_begin(struct db *db, enum sql_mode mode) MUST_USE;
/* Outermost: OK means on disk. A connection lost meanwhile undid all of it: the whole work is
 * done again from its begin, which connects again. On failure everything is rolled back: E_BUSY
 * (try the whole work again), E_IO (disk full, connection lost: with PostgreSQL the commit may
 * have happened), E_STATE when a statement failed meanwhile or an inner rollback was asked. */
enum rc sql_commit(struct db *db) MUST_USE;
/* Undoes all; inside a nested pair it undoes at the outermost end. Never fails; harmless
 * without a transaction. */
void sql_rollback(struct db *db);
/* The end of a function that may be the outer or the inner pair: commit when rc is OK or NONE,
 * else rollback; returns rc or commit's failure. An inner pair never undoes the outer one by a
 * refusal (E_STATE, E_CONFLICT...): a function that refuses has written nothing; a statement
 * that fails spoils the transaction by itself. */
enum rc sql_end(struct db *db, enum rc rc) MUST_USE;
bool sql_in_write(const struct db *db);

/* A part of a write transaction that can be undone alone: one turn of a batch of many. Not
 * nested. */
enum rc sql_save(struct db *db) MUST_USE;
enum rc sql_save_end(struct db *db, bool keep) MUST_USE;

/* What the engine says of the last failure on this connection; never holds personal data. */
const char *sql_error(const struct db *db);

/* ---- statements: for files of db/ only ---- */

struct sql_stmt;

enum sql_type { SQL_INT, SQL_TEXT, SQL_BYTES };

struct sql_arg {
    enum sql_type type; /* of the parameter, NULL or not */
    bool null;
    int64_t i;
    struct str s; /* must live until the statement is stepped for the last time */
};

#define SQL_I(v) ((struct sql_arg){.type = SQL_INT, .i = (int64_t)(v)})
/* 0 becomes NULL: references and times that may be absent. */
#define SQL_IN(v) sql_arg_null_int((int64_t)(v))
#define SQL_S(v) ((struct sql_arg){.type = SQL_TEXT, .s = (v)})
/* Any bytes, into a column of type BLOB; read back with sql_str. */
#define SQL_B(v) ((struct sql_arg){.type = SQL_BYTES, .s = (v)})
/* The empty view becomes NULL. */
#define SQL_SN(v) sql_arg_null_str(v)
#define SQL_C(v) ((struct sql_arg){.type = SQL_TEXT, .s = str_from(v)})

struct sql_arg sql_arg_null_int(int64_t v);
struct sql_arg sql_arg_null_str(struct str s);

/* Starts a statement: prepared at the first use of this text on this connection and kept
 * (`text` must be a literal: its address is the key). Never NULL; failures come out of
 * sql_step. A text that is still being stepped is a bug (asserted). */
#define sql_start(db, text, ...)                                                               \
    sql_start_n((db), (text), (const struct sql_arg[]){__VA_ARGS__},                           \
                sizeof((const struct sql_arg[]){__VA_ARGS__}) / sizeof(struct sql_arg))
#define sql_start0(db, text) sql_start_n((db), (text), NULL, 0)
struct sql_stmt *sql_start_n(struct db *db, const char *text, const struct sql_arg *arg,
                             size_t n);
/* OK: a row. NONE: the end. E_BUSY, E_IO, E_CONFLICT (a constraint said no), E_INVALID (our SQL
 * is wrong). After anything but OK the statement is over. */
enum rc sql_step(struct sql_stmt *st) MUST_USE;
/* Leaves a statement before its end. Harmless after it. */
void sql_stop(struct sql_stmt *st);
/* Columns count from 0; NULL reads as 0, "". */
int64_t sql_int(struct sql_stmt *st, int col);
bool sql_is_null(struct sql_stmt *st, int col);
struct str sql_str(struct sql_stmt *st, int col, struct arena *a); /* copied into a */
struct str sql_view(struct sql_stmt *st, int col);                 /* until the next step */

/* Place of the column's text in a list of names; 0 when it is not there (the schema's CHECK
 * forbids it). */
int sql_word(struct sql_stmt *st, int col, const char *const *name, int n);

/* Start, step to the end, stop: for statements without rows. OK or E_*. */
#define sql_run(db, text, ...)                                                                 \
    sql_run_n((db), (text), (const struct sql_arg[]){__VA_ARGS__},                             \
              sizeof((const struct sql_arg[]){__VA_ARGS__}) / sizeof(struct sql_arg))
enum rc sql_run_n(struct db *db, const char *text, const struct sql_arg *arg,
                  size_t n) MUST_USE;
/* First column of the first row as a number; NONE without a row. */
#define sql_get_int(db, ret, text, ...)                                                        \
    sql_get_int_n((db), (ret), (text), (const struct sql_arg[]){__VA_ARGS__},                  \
                  sizeof((const struct sql_arg[]){__VA_ARGS__}) / sizeof(struct sql_arg))
enum rc sql_get_int_n(struct db *db, int64_t *ret, const char *text, const struct sql_arg *arg,
                      size_t n) MUST_USE;
/* Rows changed by the last sql_run. */
int64_t sql_changes(const struct db *db);
/* NONE and OK are one for a caller that read all rows. */
static inline enum rc sql_done(enum rc rc) {
    return rc == NONE ? OK : rc;
}
/* Several statements without parameters, separated by ';' (schema files). Not cached. */
enum rc sql_script(struct db *db, const char *text) MUST_USE;

/* What the engines differ in. */
enum { SQL_CAP_SKIP_LOCKED = 1 /* several writers: claims lock their rows */ };
bool sql_can(const struct db *db, int cap);
/* One of two literals by the capability. */
#define SQL_BY_CAP(db, cap, yes, no) (sql_can((db), (cap)) ? (yes) : (no))

/* The first column of all rows of a started statement, as numbers: ids in the query's order. OK
 * also when there is none. */
enum rc sql_ids(struct sql_stmt *st, struct arena *a, int64_t **ret, size_t *ret_n) MUST_USE;

/* A list that grows in an arena: gives the place of element n (0, 1, 2... in order). */
void *sql_grow(struct arena *a, void *list, size_t n, size_t size);
#define SQL_PUSH(a, list, n)                                                                   \
    ((list) = sql_grow((a), (list), (n), sizeof *(list)), &(list)[(n)++])

#endif
