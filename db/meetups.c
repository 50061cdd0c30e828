/* meetups.c - one meeting: when, where, how many; and what people said of it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/meetups.h"

#include "base/id.h"
#include "db/sql.h"

static const char *const STATES[] = {"PLANNED", "OPEN", "DONE", "CANCELLED"};

const char *meetups_state_name(enum meetup_state s) {
    return STATES[s];
}

#define COLUMNS                                                                                \
    "m.id, m.series_id, m.title, m.day, m.starts_ms, m.ends_ms, m.zone, m.venue, m.way, "      \
    "m.capacity, m.offer_ms, m.state, m.taken, m.owner_id"

static void read_row(struct sql_stmt *st, struct arena *a, struct meetup *m) {
    *m = (struct meetup){
        .id = sql_int(st, 0),
        .series_id = sql_int(st, 1),
        .title = sql_str(st, 2, a),
        .starts_ms = sql_int(st, 4),
        .ends_ms = sql_int(st, 5),
        .zone = sql_str(st, 6, a),
        .venue = sql_str(st, 7, a),
        .way = sql_str(st, 8, a),
        .capacity = (int)sql_int(st, 9),
        .offer_ms = sql_int(st, 10),
        .state = (enum meetup_state)sql_word(st, 11, STATES, 4),
        .taken = (int)sql_int(st, 12),
        .owner_id = sql_int(st, 13),
    };
    date_parse_iso(sql_view(st, 3), &m->day);
}

static enum rc insert(struct db *db, struct meetup *m, struct str day, int64_t now_ms) {
    int64_t id = id_new(now_ms);
    enum rc rc = sql_run(
        db,
        "INSERT INTO meetups (id, series_id, title, day, starts_ms, ends_ms, zone, venue, way, "
        "capacity, offer_ms, state, owner_id, created_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, "
        "$8, "
        "$9, $10, $11, 'PLANNED', $12, $13) ON CONFLICT (series_id, day) DO NOTHING",
        SQL_I(id), SQL_IN(m->series_id), SQL_S(m->title), SQL_S(day), SQL_I(m->starts_ms),
        SQL_I(m->ends_ms), SQL_S(m->zone), SQL_S(m->venue), SQL_S(m->way), SQL_I(m->capacity),
        SQL_I(m->offer_ms), SQL_IN(m->owner_id), SQL_I(now_ms));
    if (rc == OK && sql_changes(db) == 0) {
        return E_CONFLICT;
    }
    if (rc == OK) {
        m->id = id;
        m->state = MEETUP_PLANNED;
    }
    return rc;
}

static enum rc update(struct db *db, const struct meetup *m, struct str day) {
    int64_t other;
    enum rc rc =
        sql_get_int(db, &other,
                    "SELECT 1 FROM meetups o JOIN meetups m ON m.series_id = o.series_id "
                    "WHERE m.id = $1 AND o.id <> m.id AND o.day = $2",
                    SQL_I(m->id), SQL_S(day));
    if (rc != NONE) {
        return rc == OK ? E_CONFLICT : rc;
    }
    rc = sql_run(db,
                 "UPDATE meetups SET title = $1, day = $2, starts_ms = $3, ends_ms = $4, zone "
                 "= $5, venue = $6, "
                 "way = $7, capacity = $8, offer_ms = $9, owner_id = $10 WHERE id = $11",
                 SQL_S(m->title), SQL_S(day), SQL_I(m->starts_ms), SQL_I(m->ends_ms),
                 SQL_S(m->zone), SQL_S(m->venue), SQL_S(m->way), SQL_I(m->capacity),
                 SQL_I(m->offer_ms), SQL_IN(m->owner_id), SQL_I(m->id));
    return rc == OK && sql_changes(db) == 0 ? NONE : rc;
}

enum rc meetups_put(struct db *db, struct meetup *m, int64_t now_ms) {
    struct arena a;
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    arena_init(&a);
    struct str day = date_iso(m->day, &a);
    rc = m->id ? update(db, m, day) : insert(db, m, day, now_ms);
    arena_done(&a);
    return sql_end(db, rc);
}

enum rc meetups_get(struct db *db, int64_t id, struct arena *a, struct meetup *ret) {
    struct sql_stmt *st =
        sql_start(db, "SELECT " COLUMNS " FROM meetups m WHERE m.id = $1", SQL_I(id));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        read_row(st, a, ret);
        sql_stop(st);
    }
    return rc;
}

enum rc meetups_move(struct db *db, int64_t id, enum meetup_state to) {
    enum rc rc = E_STATE;
    switch (to) {
    case MEETUP_PLANNED:
        return E_STATE;
    case MEETUP_OPEN:
        rc =
            sql_run(db, "UPDATE meetups SET state = 'OPEN' WHERE id = $1 AND state = 'PLANNED'",
                    SQL_I(id));
        break;
    case MEETUP_DONE:
        rc = sql_run(db, "UPDATE meetups SET state = 'DONE' WHERE id = $1 AND state = 'OPEN'",
                     SQL_I(id));
        break;
    case MEETUP_CANCELLED:
        rc = sql_run(db,
                     "UPDATE meetups SET state = 'CANCELLED' WHERE id = $1 AND state IN "
                     "('PLANNED', 'OPEN')",
                     SQL_I(id));
        break;
    }
    return rc == OK && sql_changes(db) == 0 ? E_STATE : rc;
}

enum rc meetups_list(struct db *db, int64_t series_id, int64_t from_ms, int64_t to_ms,
                     struct arena *a, struct meetup **ret, size_t *ret_n) {
    struct sql_stmt *st = sql_start(
        db,
        "SELECT " COLUMNS " FROM meetups m WHERE m.starts_ms >= $1 AND m.starts_ms < $2 "
        "AND ($3 = 0 OR m.series_id = $3) ORDER BY m.starts_ms, m.id",
        SQL_I(from_ms), SQL_I(to_ms), SQL_I(series_id));
    struct meetup *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        read_row(st, a, SQL_PUSH(a, list, n));
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}

enum rc meetups_next(struct db *db, int64_t series_id, int64_t now_ms, struct arena *a,
                     struct meetup *ret) {
    struct sql_stmt *st =
        sql_start(db,
                  "SELECT " COLUMNS " FROM meetups m WHERE m.starts_ms > $1 "
                  "AND ($2 = 0 OR m.series_id = $2) AND m.state IN ('PLANNED', 'OPEN') "
                  "ORDER BY m.starts_ms, m.id LIMIT 1",
                  SQL_I(now_ms), SQL_I(series_id));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        read_row(st, a, ret);
        sql_stop(st);
    }
    return rc;
}

enum rc meetups_uninvited(struct db *db, int64_t meetup_id, int64_t after, int max,
                          int64_t now_ms, struct arena *a, int64_t **ret, size_t *ret_n) {
    struct sql_stmt *st = sql_start(
        db,
        "SELECT b.contact_id FROM meetups m JOIN members b ON b.series_id = m.series_id "
        "JOIN contacts c ON c.id = b.contact_id WHERE m.id = $1 AND b.contact_id > $2 "
        "AND c.kind = 'youth' AND c.status = 'ENROLLED' AND c.stop_all_ms = 0 "
        "AND c.pause_until_ms <= $3 AND NOT EXISTS (SELECT 1 FROM places p "
        "WHERE p.meetup_id = m.id AND p.contact_id = b.contact_id) "
        "ORDER BY b.contact_id LIMIT $4",
        SQL_I(meetup_id), SQL_I(after), SQL_I(now_ms), SQL_I(max));
    return sql_ids(st, a, ret, ret_n);
}

/* Sets a mark of the place once; NONE: it was set, or there is no place. */
static enum rc mark_once(struct db *db, const char *text, int64_t meetup_id,
                         int64_t contact_id) {
    enum rc rc = sql_run(db, text, SQL_I(meetup_id), SQL_I(contact_id));
    return rc == OK && sql_changes(db) == 0 ? NONE : rc;
}

enum rc meetups_feedback(struct db *db, int64_t meetup_id, int64_t contact_id, int rating,
                         struct str words) {
    int64_t random_id = 0;
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    rc = mark_once(
        db,
        "UPDATE places SET opined = 1 WHERE meetup_id = $1 AND contact_id = $2 AND opined = 0",
        meetup_id, contact_id);
    if (rc == NONE) {
        rc = E_CONFLICT;
    }
    if (rc == OK) {
        id_random(&random_id, sizeof random_id); /* not id_new: its order would tell who */
        rc = sql_run(
            db, "INSERT INTO feedbacks (id, meetup_id, rating, words) VALUES ($1, $2, $3, $4)",
            SQL_I(random_id & INT64_MAX), SQL_I(meetup_id), SQL_I(rating), SQL_S(words));
    }
    return sql_end(db, rc);
}

enum rc meetups_feedbacks(struct db *db, int64_t meetup_id, struct arena *a,
                          struct meetup_feedback **ret, size_t *ret_n) {
    struct sql_stmt *st =
        sql_start(db, "SELECT rating, words FROM feedbacks WHERE meetup_id = $1 ORDER BY id",
                  SQL_I(meetup_id));
    struct meetup_feedback *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        *SQL_PUSH(a, list, n) =
            (struct meetup_feedback){(int)sql_int(st, 0), sql_str(st, 1, a)};
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}

enum rc meetups_too_far(struct db *db, int64_t meetup_id, int64_t contact_id,
                        struct str commune) {
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    rc = mark_once(
        db, "UPDATE places SET far = 1 WHERE meetup_id = $1 AND contact_id = $2 AND far = 0",
        meetup_id, contact_id);
    if (rc == OK) {
        rc = sql_run(db,
                     "INSERT INTO too_far (meetup_id, commune, n) VALUES ($1, $2, 1) "
                     "ON CONFLICT (meetup_id, commune) DO UPDATE SET n = too_far.n + 1",
                     SQL_I(meetup_id), SQL_S(commune));
    }
    return sql_end(db, sql_done(rc));
}
