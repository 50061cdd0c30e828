/* places.h - who comes to a meetup: answers, seats, waiting list, attendance. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_PLACES_H
#define DB_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct db;

/*   INVITED --yes--> YES or (full) WAITING --a seat is freed--> YES, or OFFERED --yes--> YES
 *      | no, maybe         |            |                                  | no, too late
 *      v                   +-- no ------+----------------------------------+--> CANCELLED
 *   NO, MAYBE              (maybe gives the seat back too: MAYBE)
 *   NO, MAYBE, CANCELLED --yes--> YES or WAITING (at the end): minds may change
 *   any --> CAME;  YES --> ABSENT, EXCUSED;  and corrections between the three
 * move() in places.c alone writes the column. Seats of YES and OFFERED, guests included, never
 * exceed the capacity; rank is the order of the answers. */
enum place_state {
    PLACE_INVITED,
    PLACE_YES,
    PLACE_WAITING,
    PLACE_OFFERED,
    PLACE_NO,
    PLACE_MAYBE,
    PLACE_CANCELLED,
    PLACE_CAME,
    PLACE_ABSENT,
    PLACE_EXCUSED
};
#define PLACE_STATES 10
#define PLACE_GUESTS_MAX 9

struct place {
    int64_t meetup_id, contact_id;
    enum place_state state;
    int64_t rank; /* order of answer; 0 = has not said yes */
    int guests;
    struct str note;
    int64_t invited_ms, answered_ms;
    int64_t offered_until_ms;
    bool late; /* told that they come late */
};

struct place_promoted {
    int64_t contact_id;
    enum place_state state; /* YES, or OFFERED until */
    int64_t until_ms;
};

struct place_result {
    enum place_state before, state; /* before: INVITED for somebody who was not invited */
    int waiting;                    /* WAITING: how many are before this one, plus 1; else 0 */
    int free;                       /* seats left; -1 = no limit */
    int guests;                     /* of the place now */
    const struct place_promoted
        *promoted; /* whom the answer freed a seat for, in order; tell them */
    size_t promoteds;
};

enum place_answer { PLACE_SAYS_YES, PLACE_SAYS_NO, PLACE_SAYS_MAYBE };

/* OK: the row was made. NONE: it was there (nothing changed): an invitation is sent once. */
enum rc places_invite(struct db *db, int64_t meetup_id, int64_t contact_id,
                      int64_t now_ms) MUST_USE;

/* The one decision, in one transaction (its own when the caller has none): YES takes a seat
 * when there is one for the person and the guests, else WAITING with the next rank. YES again
 * changes the guests; a seat that is held is never lost by asking for more (ret->guests tells
 * what was kept). NO gives a held seat or a rank back (CANCELLED), MAYBE too; freed seats go to
 * the first waiting who fit. E_STATE: the meetup is cancelled or over, or attendance was
 * checked. NONE: no such meetup. E_INVALID: guests outside 0..PLACE_GUESTS_MAX. */
enum rc places_answer(struct db *db, int64_t meetup_id, int64_t contact_id,
                      enum place_answer says, int guests, struct str note, struct arena *a,
                      int64_t now_ms, struct place_result *ret) MUST_USE;

/* Gives the place back: CANCELLED, and the first waiting who fit are promoted. E_STATE: holds
 * none. */
enum rc places_cancel(struct db *db, int64_t meetup_id, int64_t contact_id, struct arena *a,
                      int64_t now_ms, struct place_result *ret) MUST_USE;

/* After a larger capacity, or when offers may have run out: offers past their time are
 * CANCELLED, then free seats are given in order of rank to those who fit. */
enum rc places_promote(struct db *db, int64_t meetup_id, struct arena *a, int64_t now_ms,
                       const struct place_promoted **ret, size_t *ret_n) MUST_USE;

/* CAME, ABSENT or EXCUSED. NONE: no such place. E_STATE: see the drawing. */
enum rc places_attend(struct db *db, int64_t meetup_id, int64_t contact_id,
                      enum place_state s) MUST_USE;
/* Every YES left after the meetup becomes ABSENT; *ret_n = how many. For offices that check
 * attendance. */
enum rc places_close(struct db *db, int64_t meetup_id, int64_t *ret_n) MUST_USE;
enum rc places_late(struct db *db, int64_t meetup_id, int64_t contact_id) MUST_USE;

enum rc places_get(struct db *db, int64_t meetup_id, int64_t contact_id, struct arena *a,
                   struct place *ret) MUST_USE;
/* mask: bit (1 << state) for each state wanted. In order of rank, those without rank after, by
 * contact. */
enum rc places_list(struct db *db, int64_t meetup_id, unsigned mask, struct arena *a,
                    struct place **ret, size_t *ret_n) MUST_USE;
/* A person's places in meetups that start after `from_ms` and are not cancelled, soonest first.
 */
enum rc places_of(struct db *db, int64_t contact_id, int64_t from_ms, struct arena *a,
                  struct place **ret, size_t *ret_n) MUST_USE;

struct place_counts {
    int64_t n[PLACE_STATES]; /* people by state */
    int64_t guests;          /* of YES and CAME */
    int64_t seats; /* YES + OFFERED with guests: meetup.taken, until attendance is checked */
};
enum rc places_count(struct db *db, int64_t meetup_id, struct place_counts *ret) MUST_USE;

bool places_may_move(enum place_state from, enum place_state to);
const char *places_state_name(enum place_state s);

#endif
