/* places_list.c - places as lists and counts. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/places.h"

#include "db/places_priv.h"

void places_read_row(struct sql_stmt *st, struct arena *a, struct place *p) {
    *p = (struct place){
        .meetup_id = sql_int(st, 0),
        .contact_id = sql_int(st, 1),
        .state = (enum place_state)sql_word(st, 2, PLACE_NAMES, PLACE_STATES),
        .rank = sql_int(st, 3),
        .guests = (int)sql_int(st, 4),
        .note = sql_str(st, 5, a),
        .invited_ms = sql_int(st, 6),
        .answered_ms = sql_int(st, 7),
        .offered_until_ms = sql_int(st, 8),
        .late = sql_int(st, 9) != 0,
    };
}

enum rc places_get(struct db *db, int64_t meetup_id, int64_t contact_id, struct arena *a,
                   struct place *ret) {
    struct sql_stmt *st = sql_start(
        db,
        "SELECT " PLACE_COLUMNS " FROM places p WHERE p.meetup_id = $1 AND p.contact_id = $2",
        SQL_I(meetup_id), SQL_I(contact_id));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        places_read_row(st, a, ret);
        sql_stop(st);
    }
    return rc;
}

enum rc places_list(struct db *db, int64_t meetup_id, unsigned mask, struct arena *a,
                    struct place **ret, size_t *ret_n) {
    struct sql_stmt *st =
        sql_start(db,
                  "SELECT " PLACE_COLUMNS " FROM places p WHERE p.meetup_id = $1 "
                  "ORDER BY CASE WHEN p.rank > 0 THEN 0 ELSE 1 END, p.rank, p.contact_id",
                  SQL_I(meetup_id));
    struct place *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        if (mask & (1u << sql_word(st, 2, PLACE_NAMES, PLACE_STATES))) {
            places_read_row(st, a, SQL_PUSH(a, list, n));
        }
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}

enum rc places_of(struct db *db, int64_t contact_id, int64_t from_ms, struct arena *a,
                  struct place **ret, size_t *ret_n) {
    struct sql_stmt *st =
        sql_start(db,
                  "SELECT " PLACE_COLUMNS " FROM places p JOIN meetups m ON m.id = p.meetup_id "
                  "WHERE p.contact_id = $1 AND m.starts_ms > $2 AND m.state <> 'CANCELLED' "
                  "ORDER BY m.starts_ms, m.id",
                  SQL_I(contact_id), SQL_I(from_ms));
    struct place *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        places_read_row(st, a, SQL_PUSH(a, list, n));
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}

enum rc places_count(struct db *db, int64_t meetup_id, struct place_counts *ret) {
    struct sql_stmt *st = sql_start(
        db,
        "SELECT state, count(*), sum(guests) FROM places WHERE meetup_id = $1 GROUP BY state",
        SQL_I(meetup_id));
    struct place_counts c = {0};
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        int s = sql_word(st, 0, PLACE_NAMES, PLACE_STATES);
        int64_t people = sql_int(st, 1), guests = sql_int(st, 2);
        c.n[s] = people;
        c.guests += s == PLACE_YES || s == PLACE_CAME ? guests : 0;
        c.seats += s == PLACE_YES || s == PLACE_OFFERED ? people + guests : 0;
    }
    if (rc == NONE) {
        *ret = c;
    }
    return sql_done(rc);
}

enum rc places_late(struct db *db, int64_t meetup_id, int64_t contact_id) {
    enum rc rc =
        sql_run(db, "UPDATE places SET late = 1 WHERE meetup_id = $1 AND contact_id = $2",
                SQL_I(meetup_id), SQL_I(contact_id));
    return rc == OK && sql_changes(db) == 0 ? NONE : rc;
}
