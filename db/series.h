/* series.h - groups that meet by a calendar rule, and who belongs to them. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_SERIES_H
#define DB_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

struct db;

struct series {
    int64_t id;
    struct str name;   /* short, unique: what flows and the REJOINDRE keyword use */
    struct str title;  /* what people read */
    struct str rule;   /* RRULE of base/recur.h */
    struct date start; /* first possible day */
    struct str at;     /* civil time "14:00" */
    struct str zone;   /* "Europe/Paris" */
    int duration_min;
    struct str venue, way; /* where, and how to get there */
    int capacity;          /* 0 = no limit */
    int invite_days;       /* invitations leave so many days before */
    int64_t offer_ms;      /* a freed place is offered so long; 0 = given at once */
    int64_t owner_id;      /* staff who animates it; 0 = nobody */
    bool active;
};

/* New when s->id is 0 (then given). E_CONFLICT: the name is taken. */
enum rc series_put(struct db *db, struct series *s, int64_t now_ms) MUST_USE;
enum rc series_get(struct db *db, int64_t id, struct arena *a, struct series *ret) MUST_USE;
enum rc series_by_name(struct db *db, struct str name, struct arena *a,
                       struct series *ret) MUST_USE;
enum rc series_list(struct db *db, bool only_active, struct arena *a, struct series **ret,
                    size_t *ret_n) MUST_USE;

/* The two roles of participation; changed freely. */
enum member_role { MEMBER_COLLABORATEUR, MEMBER_PILOTE };

struct member {
    int64_t series_id, contact_id, since_ms;
    enum member_role role;
};

/* Joins, or changes the role. */
enum rc series_join(struct db *db, int64_t series_id, int64_t contact_id, enum member_role role,
                    int64_t now_ms) MUST_USE;
/* NONE: was not in it. Leaves a count, no reason. */
enum rc series_leave(struct db *db, int64_t series_id, int64_t contact_id) MUST_USE;
/* People of a series after contact `after` (0 = from the start), at most `max`: pages of a
 * large group. */
enum rc series_members(struct db *db, int64_t series_id, int64_t after, int max,
                       struct arena *a, struct member **ret, size_t *ret_n) MUST_USE;
/* The series a person is in. */
enum rc series_of(struct db *db, int64_t contact_id, struct arena *a, struct member **ret,
                  size_t *ret_n) MUST_USE;

const char *series_role_name(enum member_role r); /* "collaborateur", "pilote" */

#endif
