/* places.c - who comes to a meetup: the one place where seats are given and taken back. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/places.h"

#include <assert.h>

#include "db/places_priv.h"
#include "db/sql.h"

const char *const PLACE_NAMES[PLACE_STATES] = {"INVITED", "YES",    "WAITING",   "OFFERED",
                                               "NO",      "MAYBE",  "CANCELLED", "CAME",
                                               "ABSENT",  "EXCUSED"};

const char *places_state_name(enum place_state s) {
    return PLACE_NAMES[s];
}

#define BIT(s) (1u << PLACE_##s)
static const unsigned MAY[PLACE_STATES] = {
    [PLACE_INVITED] = BIT(YES) | BIT(WAITING) | BIT(NO) | BIT(MAYBE) | BIT(CAME),
    [PLACE_YES] =
        BIT(YES) | BIT(MAYBE) | BIT(CANCELLED) | BIT(CAME) | BIT(ABSENT) | BIT(EXCUSED),
    [PLACE_WAITING] =
        BIT(WAITING) | BIT(YES) | BIT(OFFERED) | BIT(MAYBE) | BIT(CANCELLED) | BIT(CAME),
    [PLACE_OFFERED] = BIT(YES) | BIT(MAYBE) | BIT(CANCELLED) | BIT(CAME),
    [PLACE_NO] = BIT(NO) | BIT(YES) | BIT(WAITING) | BIT(MAYBE) | BIT(CAME),
    [PLACE_MAYBE] = BIT(MAYBE) | BIT(YES) | BIT(WAITING) | BIT(NO) | BIT(CAME),
    [PLACE_CANCELLED] = BIT(CANCELLED) | BIT(YES) | BIT(WAITING) | BIT(MAYBE) | BIT(CAME),
    [PLACE_CAME] = BIT(CAME) | BIT(ABSENT) | BIT(EXCUSED),
    [PLACE_ABSENT] = BIT(CAME) | BIT(ABSENT) | BIT(EXCUSED),
    [PLACE_EXCUSED] = BIT(CAME) | BIT(ABSENT) | BIT(EXCUSED),
};

bool places_may_move(enum place_state from, enum place_state to) {
    return (MAY[from] & (1u << to)) != 0;
}

static bool holds(enum place_state s) {
    return s == PLACE_YES || s == PLACE_OFFERED;
}

/* The meetup as this decision sees it. With several writers the update that counts the answer
 * locks it. */
struct room {
    int64_t meetup_id;
    int capacity, taken;
    int64_t offer_ms, answers;
};

/* E_STATE: cancelled or over. NONE: no such meetup. */
static enum rc room_enter(struct db *db, int64_t meetup_id, struct room *r) {
    struct sql_stmt *st = sql_start(db,
                                    "UPDATE meetups SET answers = answers + 1 "
                                    "WHERE id = $1 AND state IN ('PLANNED', 'OPEN') "
                                    "RETURNING capacity, taken, offer_ms, answers",
                                    SQL_I(meetup_id));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        *r = (struct room){meetup_id, (int)sql_int(st, 0), (int)sql_int(st, 1), sql_int(st, 2),
                           sql_int(st, 3)};
        sql_stop(st);
    } else if (rc == NONE) {
        int64_t one;
        rc = sql_get_int(db, &one, "SELECT 1 FROM meetups WHERE id = $1", SQL_I(meetup_id));
        rc = rc == OK ? E_STATE : rc;
    }
    return rc;
}

static enum rc room_leave(struct db *db, const struct room *r) {
    return sql_run(db, "UPDATE meetups SET taken = $1 WHERE id = $2", SQL_I(r->taken),
                   SQL_I(r->meetup_id));
}

static bool fits(const struct room *r, int seats) {
    return r->capacity == 0 || r->taken + seats <= r->capacity;
}

static int free_seats(const struct room *r) {
    return r->capacity == 0 ? -1 : r->capacity > r->taken ? r->capacity - r->taken : 0;
}

/* The only writer of the state; the other members of *p are written with it. E_STATE: not
 * allowed. */
static enum rc move(struct db *db, const struct place *p, enum place_state to) {
    if (!places_may_move(p->state, to)) {
        return E_STATE;
    }
    enum rc rc = sql_run(
        db,
        "UPDATE places SET state = $1, rank = $2, guests = $3, note = $4, answered_ms = $5, "
        "offered_until_ms = $6 WHERE meetup_id = $7 AND contact_id = $8 AND state = $9",
        SQL_C(PLACE_NAMES[to]), SQL_I(p->rank), SQL_I(p->guests), SQL_S(p->note),
        SQL_I(p->answered_ms), SQL_I(p->offered_until_ms), SQL_I(p->meetup_id),
        SQL_I(p->contact_id), SQL_C(PLACE_NAMES[p->state]));
    return rc == OK && sql_changes(db) == 0 ? E_STATE : rc;
}

/* Gives free seats to those who wait, in order of rank; a group that does not fit is passed
 * over, not lost. */
static enum rc promote(struct db *db, struct room *r, struct arena *a, int64_t now_ms,
                       const struct place_promoted **ret, size_t *ret_n) {
    struct place *waiting = NULL;
    struct place_promoted *list = NULL;
    size_t n_waiting = 0, n = 0;
    *ret = NULL;
    *ret_n = 0;
    if (!fits(r, 1)) {
        return OK;
    }
    struct sql_stmt *st = sql_start(
        db,
        "SELECT " PLACE_COLUMNS " FROM places p WHERE p.state IN ('WAITING', 'OFFERED') "
        "AND p.meetup_id = $1 AND p.state = 'WAITING' ORDER BY p.rank",
        SQL_I(r->meetup_id));
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        places_read_row(st, a, SQL_PUSH(a, waiting, n_waiting));
    }
    rc = sql_done(rc);
    for (size_t i = 0; rc == OK && i < n_waiting && fits(r, 1); i++) {
        struct place *p = &waiting[i];
        if (!fits(r, 1 + p->guests)) {
            continue;
        }
        enum place_state to = r->offer_ms > 0 ? PLACE_OFFERED : PLACE_YES;
        p->offered_until_ms = r->offer_ms > 0 ? now_ms + r->offer_ms : 0;
        rc = move(db, p, to);
        r->taken += 1 + p->guests;
        *SQL_PUSH(a, list, n) = (struct place_promoted){p->contact_id, to, p->offered_until_ms};
    }
    *ret = list;
    *ret_n = n;
    return rc;
}

static enum rc say_yes(struct db *db, struct room *r, struct place *p, int guests) {
    bool held = holds(p->state);
    if (held) {
        r->taken -= 1 + p->guests;
    }
    if (fits(r, 1 + guests)) {
        p->guests = guests;
    } else if (!held) {
        p->guests = guests;
        p->rank = p->state == PLACE_WAITING ? p->rank : r->answers;
        return move(db, p, PLACE_WAITING);
    }
    p->rank = p->state == PLACE_WAITING || held ? p->rank : r->answers;
    p->offered_until_ms = 0;
    r->taken += 1 + p->guests;
    return move(db, p, PLACE_YES);
}

static enum rc say_other(struct db *db, struct room *r, struct place *p, enum place_state to) {
    bool had = holds(p->state) || p->state == PLACE_WAITING;
    if (holds(p->state)) {
        r->taken -= 1 + p->guests;
    }
    if (to == PLACE_NO && (had || p->state == PLACE_CANCELLED)) {
        to = PLACE_CANCELLED;
    }
    p->rank = 0;
    p->guests = 0;
    p->offered_until_ms = 0;
    return move(db, p, to);
}

static enum rc waiting_before(struct db *db, const struct place *p, int *ret) {
    int64_t n = 0;
    enum rc rc = sql_get_int(
        db, &n,
        "SELECT count(*) FROM places WHERE state IN ('WAITING', 'OFFERED') AND meetup_id = $1 "
        "AND state = 'WAITING' AND rank < $2",
        SQL_I(p->meetup_id), SQL_I(p->rank));
    *ret = (int)n + 1;
    return rc;
}

static enum rc ensure_row(struct db *db, int64_t meetup_id, int64_t contact_id,
                          int64_t now_ms) {
    return sql_run(db,
                   "INSERT INTO places (meetup_id, contact_id, state, invited_ms) VALUES ($1, "
                   "$2, 'INVITED', $3) "
                   "ON CONFLICT (meetup_id, contact_id) DO NOTHING",
                   SQL_I(meetup_id), SQL_I(contact_id), SQL_I(now_ms));
}

/* What the person now has, and who else got something. */
static enum rc conclude(struct db *db, struct room *r, int64_t contact_id, struct arena *a,
                        int64_t now_ms, struct place_result *ret) {
    struct place p;
    enum rc rc = promote(db, r, a, now_ms, &ret->promoted, &ret->promoteds);
    if (rc == OK) {
        rc = room_leave(db, r);
    }
    if (rc == OK) {
        rc = places_get(db, r->meetup_id, contact_id, a, &p);
    }
    if (rc != OK) {
        return rc;
    }
    ret->state = p.state;
    ret->guests = p.guests;
    ret->free = free_seats(r);
    return p.state == PLACE_WAITING ? waiting_before(db, &p, &ret->waiting) : OK;
}

static enum rc answer(struct db *db, int64_t meetup_id, int64_t contact_id,
                      enum place_answer says, int guests, struct str note, struct arena *a,
                      int64_t now_ms, struct place_result *ret) {
    struct room r;
    struct place p;
    enum rc rc = room_enter(db, meetup_id, &r);
    if (rc != OK) {
        return rc;
    }
    rc = ensure_row(db, meetup_id, contact_id, now_ms);
    if (rc == OK) {
        rc = places_get(db, meetup_id, contact_id, a, &p);
    }
    if (rc != OK) {
        return rc;
    }
    *ret = (struct place_result){.before = p.state};
    p.answered_ms = now_ms;
    p.note = note.n > 0 ? note : p.note;
    rc = says == PLACE_SAYS_YES  ? say_yes(db, &r, &p, guests)
         : says == PLACE_SAYS_NO ? say_other(db, &r, &p, PLACE_NO)
                                 : say_other(db, &r, &p, PLACE_MAYBE);
    return rc == OK ? conclude(db, &r, contact_id, a, now_ms, ret) : rc;
}

enum rc places_answer(struct db *db, int64_t meetup_id, int64_t contact_id,
                      enum place_answer says, int guests, struct str note, struct arena *a,
                      int64_t now_ms, struct place_result *ret) {
    struct place_result result = {0};
    if (guests < 0 || guests > PLACE_GUESTS_MAX) {
        return E_INVALID;
    }
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    rc = sql_end(db, answer(db, meetup_id, contact_id, says, guests, note, a, now_ms, &result));
    if (rc == OK) {
        *ret = result;
    }
    return rc;
}

enum rc places_cancel(struct db *db, int64_t meetup_id, int64_t contact_id, struct arena *a,
                      int64_t now_ms, struct place_result *ret) {
    struct place p;
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    rc = places_get(db, meetup_id, contact_id, a, &p);
    bool has = rc == OK && (holds(p.state) || p.state == PLACE_WAITING);
    if (rc == NONE || (rc == OK && !has)) {
        rc = E_STATE;
    }
    if (rc == OK) {
        rc =
            places_answer(db, meetup_id, contact_id, PLACE_SAYS_NO, 0, STR(""), a, now_ms, ret);
    }
    return sql_end(db, rc);
}

/* Offers past their time are given up. */
static enum rc drop_offers(struct db *db, struct room *r, struct arena *a, int64_t now_ms) {
    struct place *late = NULL;
    size_t n = 0;
    struct sql_stmt *st = sql_start(
        db,
        "SELECT " PLACE_COLUMNS " FROM places p WHERE p.state IN ('WAITING', 'OFFERED') "
        "AND p.meetup_id = $1 AND p.state = 'OFFERED' AND p.offered_until_ms <= $2 "
        "ORDER BY p.rank",
        SQL_I(r->meetup_id), SQL_I(now_ms));
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        places_read_row(st, a, SQL_PUSH(a, late, n));
    }
    rc = sql_done(rc);
    for (size_t i = 0; rc == OK && i < n; i++) {
        rc = say_other(db, r, &late[i], PLACE_NO);
    }
    return rc;
}

enum rc places_promote(struct db *db, int64_t meetup_id, struct arena *a, int64_t now_ms,
                       const struct place_promoted **ret, size_t *ret_n) {
    struct room r;
    const struct place_promoted *list = NULL;
    size_t n = 0;
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    rc = room_enter(db, meetup_id, &r);
    if (rc == OK) {
        rc = drop_offers(db, &r, a, now_ms);
    }
    if (rc == OK) {
        rc = promote(db, &r, a, now_ms, &list, &n);
    }
    if (rc == OK) {
        rc = room_leave(db, &r);
    }
    rc = sql_end(db, rc);
    if (rc == OK) {
        *ret = list;
        *ret_n = n;
    }
    return rc;
}

enum rc places_invite(struct db *db, int64_t meetup_id, int64_t contact_id, int64_t now_ms) {
    enum rc rc = ensure_row(db, meetup_id, contact_id, now_ms);
    return rc == OK && sql_changes(db) == 0 ? NONE : rc;
}

enum rc places_attend(struct db *db, int64_t meetup_id, int64_t contact_id,
                      enum place_state s) {
    struct arena a;
    struct place p;
    if (s != PLACE_CAME && s != PLACE_ABSENT && s != PLACE_EXCUSED) {
        return E_STATE;
    }
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    arena_init(&a);
    rc = places_get(db, meetup_id, contact_id, &a, &p);
    if (rc == OK) {
        rc = move(db, &p, s);
    }
    arena_done(&a);
    return sql_end(db, rc);
}

enum rc places_close(struct db *db, int64_t meetup_id, int64_t *ret_n) {
    enum rc rc =
        sql_run(db, "UPDATE places SET state = 'ABSENT' WHERE meetup_id = $1 AND state = 'YES'",
                SQL_I(meetup_id));
    if (rc == OK) {
        *ret_n = sql_changes(db);
    }
    return rc;
}
