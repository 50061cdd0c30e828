/* traces.h - why the service answered as it did: one row a turn, kept for a while. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_TRACES_H
#define DB_TRACES_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct db;

struct trace_row {
    int64_t inbox_id, contact_id;
    int64_t at_ms;    /* when what began it came in; 0 when that is forgotten */
    struct str lines; /* see the schema */
};

/* In the turn's write transaction. */
enum rc traces_put(struct db *db, int64_t inbox_id, int64_t contact_id,
                   struct str lines) MUST_USE;
/* NONE: not kept (any more). */
enum rc traces_get(struct db *db, int64_t inbox_id, struct arena *a, struct str *ret) MUST_USE;
/* The last ones of a person (0 = of anybody), newest first. Looks through the table: for people
 * in front of a terminal. */
enum rc traces_last(struct db *db, int64_t contact_id, int max, struct arena *a,
                    struct trace_row **ret, size_t *ret_n) MUST_USE;
/* Deletes at most `max` of those whose turn began before `before_ms`. */
enum rc traces_forget(struct db *db, int64_t before_ms, int max, int64_t *ret_n) MUST_USE;

#endif
