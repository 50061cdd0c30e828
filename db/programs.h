/* programs.h - old versions of flows, by content hash: a conversation ends on the version it
 * began. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_PROGRAMS_H
#define DB_PROGRAMS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct db;

struct program_row {
    struct str hash, name; /* content hash (hex), flow's name */
    struct str source;     /* the file as it was */
    int64_t since_ms;      /* first loaded */
    int64_t used_ms;       /* last loaded as current */
};

/* Keeps a version; when it is there its used_ms moves. */
enum rc programs_put(struct db *db, struct str hash, struct str name, struct str source,
                     int64_t now_ms) MUST_USE;
enum rc programs_get(struct db *db, struct str hash, struct arena *a,
                     struct program_row *ret) MUST_USE;
/* All, newest first, without source. */
enum rc programs_list(struct db *db, struct arena *a, struct program_row **ret,
                      size_t *ret_n) MUST_USE;
/* Deletes versions not current since before_ms that no session names. */
enum rc programs_forget(struct db *db, int64_t before_ms, int64_t *ret_n) MUST_USE;

#endif
