/* communes.h - the communes people live in, for lists of choices. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_COMMUNES_H
#define DB_COMMUNES_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct db;

struct commune_count {
    struct str insee, name;
    int64_t people;
};

/* Communes in use among youths who are not erased, the most frequent first, at most `max`. */
enum rc communes_in_use(struct db *db, int max, struct arena *a, struct commune_count **ret,
                        size_t *ret_n) MUST_USE;

#endif
