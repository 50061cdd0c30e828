/* tags.h - interests and other marks on people; folded by the caller, so one word is one tag.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_TAGS_H
#define DB_TAGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct db;

/* OK also when it was there (or was not). At most 64 bytes: E_LIMIT. */
enum rc tags_add(struct db *db, int64_t contact_id, struct str tag, int64_t now_ms) MUST_USE;
enum rc tags_remove(struct db *db, int64_t contact_id, struct str tag) MUST_USE;
enum rc tags_list(struct db *db, int64_t contact_id, struct arena *a, struct str **ret,
                  size_t *ret_n) MUST_USE;

struct tag_count {
    struct str tag;
    int64_t people;
};
/* All tags in use, the most used first. */
enum rc tags_all(struct db *db, struct arena *a, struct tag_count **ret,
                 size_t *ret_n) MUST_USE;

#endif
