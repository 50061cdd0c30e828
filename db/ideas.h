/* ideas.h - what people propose by text, for the team and for a vote. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_IDEAS_H
#define DB_IDEAS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct db;

#define IDEA_WORDS_MAX 400 /* characters kept of one idea */

/* NEW --> KEPT (for a vote, or to be done), CLOSED (read, not now); both may be changed. */
enum idea_state { IDEA_NEW, IDEA_KEPT, IDEA_CLOSED };
#define IDEA_STATES 3

struct idea {
    int64_t id;
    int64_t contact_id; /* 0 = the person was forgotten since */
    struct str first_name;
    struct str words;
    enum idea_state state;
    int64_t at_ms;
};

/* E_INVALID: no words. Longer ones are cut. */
enum rc ideas_put(struct db *db, int64_t contact_id, struct str words, int64_t now_ms,
                  int64_t *ret_id) MUST_USE;
/* NONE: no such idea. */
enum rc ideas_move(struct db *db, int64_t id, enum idea_state to) MUST_USE;
/* New ones first, then kept ones; the newest first. CLOSED ones are left out. */
enum rc ideas_list(struct db *db, int max, struct arena *a, struct idea **ret,
                   size_t *ret_n) MUST_USE;

#endif
