/* cases.h - conversations that wait for a human, with an age and a name on each. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_CASES_H
#define DB_CASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct db;

/* OPEN -> TAKEN (a staff member answers) -> CLOSED;  OPEN -> CLOSED;  TAKEN -> OPEN (given
 * back). */
enum case_state { CASE_OPEN, CASE_TAKEN, CASE_CLOSED };

struct case_row {
    int64_t id, contact_id;
    enum case_state state;
    struct str reason; /* "unclear", "human", "distress", "need"... */
    struct str quote;  /* the person's words that led here */
    struct str team;   /* "" = the referent's */
    bool urgent;
    bool pause;       /* automation stops for this person until it is closed */
    int64_t owner_id; /* who should answer: the referent, or the delegate of an absent one; 0 =
                         anybody */
    int64_t taken_by, closed_by;
    int64_t opened_ms, taken_ms, closed_ms;
    int64_t last_in_ms;               /* of the person, when listed */
    struct str first_name, last_name; /* of the person, when listed */
};

/* One open case a person: when there is one already it becomes urgent or pausing if this one
 * is, its reason and quote are the newest, and its id is given; *ret_new (may be NULL) tells.
 * The owner is found here: the contact's referent, or the delegate while the referent is
 * absent. With pause the talk is paused in memory when `t` is given, else in the row. In a
 * write transaction. */
struct talk;
enum rc cases_open(struct db *db, struct case_row *c, struct talk *t, int64_t now_ms,
                   bool *ret_new) MUST_USE;
enum rc cases_get(struct db *db, int64_t id, struct arena *a, struct case_row *ret) MUST_USE;
/* The one that is OPEN or TAKEN; NONE. */
enum rc cases_of(struct db *db, int64_t contact_id, struct arena *a,
                 struct case_row *ret) MUST_USE;

/* E_STATE: somebody else has it, or it is closed. */
enum rc cases_take(struct db *db, int64_t id, int64_t staff_id, int64_t now_ms) MUST_USE;
/* To another owner (0 = anybody): OPEN again. */
enum rc cases_hand(struct db *db, int64_t id, int64_t owner_id) MUST_USE;
/* The conversation goes back to the service. */
enum rc cases_close(struct db *db, int64_t id, int64_t staff_id, int64_t now_ms) MUST_USE;

/* OPEN and TAKEN, urgent first, then the longest waiting. owner 0 = all; else that owner's,
 * nobody's, and those they have taken. */
enum rc cases_list(struct db *db, int64_t owner_id, int max, struct arena *a,
                   struct case_row **ret, size_t *ret_n) MUST_USE;

/* What people wrote that nobody understood: the words of cases of this reason, the same words
 * together, the most frequent first, at most `max`. For the review of replies; empty quotes are
 * left out. */
struct case_quote {
    struct str quote;
    int64_t n, last_ms;
};
enum rc cases_quotes(struct db *db, struct str reason, int max, struct arena *a,
                     struct case_quote **ret, size_t *ret_n) MUST_USE;

struct case_counts {
    int64_t open, taken, urgent,
        oldest_ms; /* oldest_ms: opened_ms of the oldest OPEN one; 0 = none */
};
enum rc cases_count(struct db *db, int64_t owner_id, struct case_counts *ret) MUST_USE;

#endif
