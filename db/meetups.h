/* meetups.h - one meeting: when, where, how many; and what people said of it afterwards. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_MEETUPS_H
#define DB_MEETUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

struct db;

/* PLANNED -> OPEN (invitations have left) -> DONE;  PLANNED, OPEN -> CANCELLED. */
enum meetup_state { MEETUP_PLANNED, MEETUP_OPEN, MEETUP_DONE, MEETUP_CANCELLED };

struct meetup {
    int64_t id, series_id; /* series 0 = a single event */
    struct str title;
    struct date day; /* civil, in zone; a series has at most one a day */
    int64_t starts_ms, ends_ms;
    struct str zone, venue, way;
    int capacity; /* 0 = no limit; guests count */
    int64_t offer_ms;
    enum meetup_state state;
    int taken; /* seats held by YES and OFFERED, guests included; kept by places.h */
    int64_t owner_id;
};

/* New when m->id is 0 (given, PLANNED); else the plain columns are written, never state, taken
 * or series. A smaller capacity takes no place away. E_CONFLICT: the series has a meetup that
 * day. NONE: no such meetup. */
enum rc meetups_put(struct db *db, struct meetup *m, int64_t now_ms) MUST_USE;
enum rc meetups_get(struct db *db, int64_t id, struct arena *a, struct meetup *ret) MUST_USE;
/* E_STATE: not allowed. */
enum rc meetups_move(struct db *db, int64_t id, enum meetup_state to) MUST_USE;
/* starts_ms in [from, to), oldest first; series 0 = all. */
enum rc meetups_list(struct db *db, int64_t series_id, int64_t from_ms, int64_t to_ms,
                     struct arena *a, struct meetup **ret, size_t *ret_n) MUST_USE;
/* First one PLANNED or OPEN that starts after now. series 0 = any. */
enum rc meetups_next(struct db *db, int64_t series_id, int64_t now_ms, struct arena *a,
                     struct meetup *ret) MUST_USE;

/* People of the meetup's series who are enrolled, not stopped, and have no place row yet, after
 * contact `after`, at most `max`: whom to invite. */
enum rc meetups_uninvited(struct db *db, int64_t meetup_id, int64_t after, int max,
                          int64_t now_ms, struct arena *a, int64_t **ret,
                          size_t *ret_n) MUST_USE;

/* Opinions hold no trace of who gave them: no contact, no time, no order. One a person is
 * assured by a mark on the place. rating 0 = none. E_CONFLICT: this person gave theirs. */
enum rc meetups_feedback(struct db *db, int64_t meetup_id, int64_t contact_id, int rating,
                         struct str words) MUST_USE;
struct meetup_feedback {
    int rating;
    struct str words;
};
/* In no order of time. The reader hides them below five (DOMAIN row 10). */
enum rc meetups_feedbacks(struct db *db, int64_t meetup_id, struct arena *a,
                          struct meetup_feedback **ret, size_t *ret_n) MUST_USE;

/* "Trop loin": counted by commune, once a person and meetup. */
enum rc meetups_too_far(struct db *db, int64_t meetup_id, int64_t contact_id,
                        struct str commune) MUST_USE;

const char *meetups_state_name(enum meetup_state s);

#endif
