/* series.c - groups that meet by a calendar rule, and who belongs to them. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/series.h"

#include "base/id.h"
#include "db/sql.h"

static const char *const ROLES[] = {"collaborateur", "pilote"};

const char *series_role_name(enum member_role r) {
    return ROLES[r];
}

#define COLUMNS                                                                                \
    "id, name, title, rule, start_day, at, zone, duration_min, venue, way, capacity, "         \
    "invite_days, offer_ms, owner_id, active"

static void read_row(struct sql_stmt *st, struct arena *a, struct series *s) {
    *s = (struct series){
        .id = sql_int(st, 0),
        .name = sql_str(st, 1, a),
        .title = sql_str(st, 2, a),
        .rule = sql_str(st, 3, a),
        .at = sql_str(st, 5, a),
        .zone = sql_str(st, 6, a),
        .duration_min = (int)sql_int(st, 7),
        .venue = sql_str(st, 8, a),
        .way = sql_str(st, 9, a),
        .capacity = (int)sql_int(st, 10),
        .invite_days = (int)sql_int(st, 11),
        .offer_ms = sql_int(st, 12),
        .owner_id = sql_int(st, 13),
        .active = sql_int(st, 14) != 0,
    };
    date_parse_iso(sql_view(st, 4), &s->start);
}

static enum rc insert(struct db *db, struct series *s, struct str start, int64_t now_ms) {
    int64_t id = id_new(now_ms);
    enum rc rc = sql_run(
        db,
        "INSERT INTO series (id, name, title, rule, start_day, at, zone, duration_min, venue, "
        "way, "
        "capacity, invite_days, offer_ms, owner_id, active, created_ms) VALUES ($1, $2, $3, "
        "$4, $5, "
        "$6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT (name) DO NOTHING",
        SQL_I(id), SQL_S(s->name), SQL_S(s->title), SQL_S(s->rule), SQL_S(start), SQL_S(s->at),
        SQL_S(s->zone), SQL_I(s->duration_min), SQL_S(s->venue), SQL_S(s->way),
        SQL_I(s->capacity), SQL_I(s->invite_days), SQL_I(s->offer_ms), SQL_IN(s->owner_id),
        SQL_I(s->active), SQL_I(now_ms));
    if (rc == OK && sql_changes(db) == 0) {
        return E_CONFLICT;
    }
    s->id = rc == OK ? id : 0;
    return rc;
}

static enum rc update(struct db *db, const struct series *s, struct str start) {
    int64_t other;
    enum rc rc = sql_get_int(db, &other, "SELECT 1 FROM series WHERE name = $1 AND id <> $2",
                             SQL_S(s->name), SQL_I(s->id));
    if (rc != NONE) {
        return rc == OK ? E_CONFLICT : rc;
    }
    rc = sql_run(db,
                 "UPDATE series SET name = $1, title = $2, rule = $3, start_day = $4, at = $5, "
                 "zone = $6, "
                 "duration_min = $7, venue = $8, way = $9, capacity = $10, invite_days = $11, "
                 "offer_ms = $12, "
                 "owner_id = $13, active = $14 WHERE id = $15",
                 SQL_S(s->name), SQL_S(s->title), SQL_S(s->rule), SQL_S(start), SQL_S(s->at),
                 SQL_S(s->zone), SQL_I(s->duration_min), SQL_S(s->venue), SQL_S(s->way),
                 SQL_I(s->capacity), SQL_I(s->invite_days), SQL_I(s->offer_ms),
                 SQL_IN(s->owner_id), SQL_I(s->active), SQL_I(s->id));
    return rc == OK && sql_changes(db) == 0 ? NONE : rc;
}

enum rc series_put(struct db *db, struct series *s, int64_t now_ms) {
    struct arena a;
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    arena_init(&a);
    struct str start = date_iso(s->start, &a);
    rc = s->id ? update(db, s, start) : insert(db, s, start, now_ms);
    arena_done(&a);
    return sql_end(db, rc);
}

enum rc series_get(struct db *db, int64_t id, struct arena *a, struct series *ret) {
    struct sql_stmt *st =
        sql_start(db, "SELECT " COLUMNS " FROM series WHERE id = $1", SQL_I(id));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        read_row(st, a, ret);
        sql_stop(st);
    }
    return rc;
}

enum rc series_by_name(struct db *db, struct str name, struct arena *a, struct series *ret) {
    struct sql_stmt *st =
        sql_start(db, "SELECT " COLUMNS " FROM series WHERE name = $1", SQL_S(name));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        read_row(st, a, ret);
        sql_stop(st);
    }
    return rc;
}

enum rc series_list(struct db *db, bool only_active, struct arena *a, struct series **ret,
                    size_t *ret_n) {
    struct sql_stmt *st = sql_start(
        db, "SELECT " COLUMNS " FROM series WHERE $1 = 0 OR active = 1 ORDER BY title, id",
        SQL_I(only_active));
    struct series *list = NULL;
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

enum rc series_join(struct db *db, int64_t series_id, int64_t contact_id, enum member_role role,
                    int64_t now_ms) {
    return sql_run(
        db,
        "INSERT INTO members (series_id, contact_id, role, since_ms) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (series_id, contact_id) DO UPDATE SET role = excluded.role",
        SQL_I(series_id), SQL_I(contact_id), SQL_C(ROLES[role]), SQL_I(now_ms));
}

enum rc series_leave(struct db *db, int64_t series_id, int64_t contact_id) {
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    rc = sql_run(db, "DELETE FROM members WHERE series_id = $1 AND contact_id = $2",
                 SQL_I(series_id), SQL_I(contact_id));
    bool was_in = rc == OK && sql_changes(db) > 0;
    if (was_in) {
        rc = sql_run(db, "UPDATE series SET left_count = left_count + 1 WHERE id = $1",
                     SQL_I(series_id));
    }
    rc = sql_end(db, rc);
    return rc == OK && !was_in ? NONE : rc;
}

static enum rc read_members(struct sql_stmt *st, struct arena *a, struct member **ret,
                            size_t *ret_n) {
    struct member *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        *SQL_PUSH(a, list, n) = (struct member){
            .series_id = sql_int(st, 0),
            .contact_id = sql_int(st, 1),
            .role = (enum member_role)sql_word(st, 2, ROLES, 2),
            .since_ms = sql_int(st, 3),
        };
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}

enum rc series_members(struct db *db, int64_t series_id, int64_t after, int max,
                       struct arena *a, struct member **ret, size_t *ret_n) {
    return read_members(
        sql_start(db,
                  "SELECT series_id, contact_id, role, since_ms FROM members "
                  "WHERE series_id = $1 AND contact_id > $2 ORDER BY contact_id LIMIT $3",
                  SQL_I(series_id), SQL_I(after), SQL_I(max)),
        a, ret, ret_n);
}

enum rc series_of(struct db *db, int64_t contact_id, struct arena *a, struct member **ret,
                  size_t *ret_n) {
    return read_members(sql_start(db,
                                  "SELECT series_id, contact_id, role, since_ms FROM members "
                                  "WHERE contact_id = $1 ORDER BY since_ms, series_id",
                                  SQL_I(contact_id)),
                        a, ret, ret_n);
}
