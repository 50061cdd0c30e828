/* settings.h - the office's own facts, set from the console: name, hours, ages, wording. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_SETTINGS_H
#define DB_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct db;

struct setting {
    struct str name, value; /* "org.name" */
};

/* NONE: not set. */
enum rc settings_get(struct db *db, struct str name, struct arena *a, struct str *ret) MUST_USE;
enum rc settings_put(struct db *db, struct str name, struct str value, int64_t now_ms) MUST_USE;
/* Those whose name begins with the prefix, by name. Names that begin with "secret." never. */
enum rc settings_list(struct db *db, struct str prefix, struct arena *a, struct setting **ret,
                      size_t *ret_n) MUST_USE;

/* A random secret made at first use and kept ("optout"): 32 hex characters. In a write
 * transaction. */
enum rc settings_secret(struct db *db, struct str name, struct arena *a,
                        struct str *ret) MUST_USE;

#endif
