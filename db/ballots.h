/* ballots.h - a question put to a group by text: one vote a person, the last one counts. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_BALLOTS_H
#define DB_BALLOTS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct db;

#define BALLOT_OPTIONS_MIN 2
#define BALLOT_OPTIONS_MAX 9 /* one digit answers */

/*   DRAFT --put to people--> OPEN --at its time, or by staff--> CLOSED
 *     +----------------------+--> CANCELLED                           */
enum ballot_state { BALLOT_DRAFT, BALLOT_OPEN, BALLOT_CLOSED, BALLOT_CANCELLED };
#define BALLOT_STATES 4

struct ballot_option {
    struct str text;
    int64_t votes; /* so far when open; the result when closed */
};

struct ballot {
    int64_t id;
    struct str title;
    int64_t series_id; /* 0 = everybody who is signed up */
    enum ballot_state state;
    int64_t closes_ms;
    int64_t asked;  /* people the question was put to */
    int64_t voters; /* people who voted */
    int64_t staff_id, created_ms;
    struct ballot_option option[BALLOT_OPTIONS_MAX];
    int options;
};

/* Writes a draft: new when b->id is 0 (then given). E_STATE: it is no draft any more.
 * E_INVALID: fewer than two options or more than nine, or an empty text. */
enum rc ballots_put(struct db *db, struct ballot *b, int64_t now_ms) MUST_USE;
/* With options and counts. NONE: no such ballot. */
enum rc ballots_get(struct db *db, int64_t id, struct arena *a, struct ballot *ret) MUST_USE;
/* The newest first, without their options. */
enum rc ballots_list(struct db *db, int max, struct arena *a, struct ballot **ret,
                     size_t *ret_n) MUST_USE;
/* E_STATE: from there one cannot go there. To CLOSED the votes become the result, and what each
 * person voted is forgotten. */
enum rc ballots_move(struct db *db, int64_t id, enum ballot_state to) MUST_USE;

/* The people it is for (youths who asked for neither silence nor a pause), after contact
 * `after`, at most `max`, in the order of their ids; adds them to `asked`. Only of an OPEN
 * ballot. In a write transaction. */
enum rc ballots_ask(struct db *db, int64_t id, int64_t after, int max, int64_t now_ms,
                    struct arena *a, int64_t **ret, size_t *ret_n) MUST_USE;
/* How many a draft would be put to. */
enum rc ballots_people(struct db *db, int64_t series_id, int64_t now_ms, int64_t *ret) MUST_USE;
/* Who voted, in the order of their ids. */
enum rc ballots_voters(struct db *db, int64_t id, int64_t after, int max, struct arena *a,
                       int64_t **ret, size_t *ret_n) MUST_USE;

/* The open ballot of this person that closes first; NONE: none. */
enum rc ballots_for(struct db *db, int64_t contact_id, int64_t now_ms, int64_t *ret) MUST_USE;
/* Votes, or votes anew: the last one counts. *ret_before = the option voted for until now, 0 =
 * none. E_STATE: closed, cancelled, or past its time. E_INVALID: no such option. */
enum rc ballots_vote(struct db *db, int64_t id, int64_t contact_id, int rank, int64_t now_ms,
                     int *ret_before) MUST_USE;

const char *ballots_state_name(enum ballot_state s);

#endif
