/* cases.c - conversations that wait for a human. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/cases.h"

#include <assert.h>

#include "base/id.h"
#include "db/sessions.h"
#include "db/sql.h"
#include "db/staff.h"

static const char *const STATES[] = {"OPEN", "TAKEN", "CLOSED"};

#define COLUMNS                                                                                \
    "k.id, k.contact_id, k.state, k.reason, k.quote, k.team, k.urgent, k.pause, k.owner_id, "  \
    "k.taken_by, k.closed_by, k.opened_ms, k.taken_ms, k.closed_ms, t.last_in_ms, "            \
    "c.first_name, "                                                                           \
    "c.last_name"
#define FROM                                                                                   \
    " FROM cases k JOIN contacts c ON c.id = k.contact_id JOIN talks t ON t.contact_id = "     \
    "k.contact_id "

static void read_row(struct sql_stmt *st, struct arena *a, struct case_row *c) {
    *c = (struct case_row){
        .id = sql_int(st, 0),
        .contact_id = sql_int(st, 1),
        .state = (enum case_state)sql_word(st, 2, STATES, 3),
        .reason = sql_str(st, 3, a),
        .quote = sql_str(st, 4, a),
        .team = sql_str(st, 5, a),
        .urgent = sql_int(st, 6) != 0,
        .pause = sql_int(st, 7) != 0,
        .owner_id = sql_int(st, 8),
        .taken_by = sql_int(st, 9),
        .closed_by = sql_int(st, 10),
        .opened_ms = sql_int(st, 11),
        .taken_ms = sql_int(st, 12),
        .closed_ms = sql_int(st, 13),
        .last_in_ms = sql_int(st, 14),
        .first_name = sql_str(st, 15, a),
        .last_name = sql_str(st, 16, a),
    };
}

static enum rc find_owner(struct db *db, int64_t contact_id, int64_t now_ms, int64_t *ret) {
    int64_t referent = 0;
    enum rc rc = sql_get_int(db, &referent, "SELECT referent_id FROM contacts WHERE id = $1",
                             SQL_I(contact_id));
    if (rc == OK && referent != 0) {
        rc = staff_on_duty(db, referent, now_ms, &referent);
    }
    *ret = referent;
    return rc;
}

static enum rc insert(struct db *db, const struct case_row *c, int64_t id, int64_t owner_id,
                      int64_t now_ms) {
    return sql_run(db,
                   "INSERT INTO cases (id, contact_id, state, reason, quote, team, urgent, "
                   "pause, owner_id, opened_ms) "
                   "VALUES ($1, $2, 'OPEN', $3, $4, $5, $6, $7, $8, $9)",
                   SQL_I(id), SQL_I(c->contact_id), SQL_S(c->reason), SQL_S(c->quote),
                   SQL_S(c->team), SQL_I(c->urgent), SQL_I(c->pause), SQL_I(owner_id),
                   SQL_I(now_ms));
}

static enum rc widen(struct db *db, const struct case_row *c, int64_t id) {
    return sql_run(
        db,
        "UPDATE cases SET reason = $1, quote = CASE WHEN $2 = '' THEN quote ELSE $2 END, "
        "urgent = CASE WHEN urgent + $3 > 0 THEN 1 ELSE 0 END, "
        "pause = CASE WHEN pause + $4 > 0 THEN 1 ELSE 0 END WHERE id = $5",
        SQL_S(c->reason), SQL_S(c->quote), SQL_I(c->urgent), SQL_I(c->pause), SQL_I(id));
}

enum rc cases_open(struct db *db, struct case_row *c, struct talk *t, int64_t now_ms,
                   bool *ret_new) {
    assert(sql_in_write(db));
    int64_t id, owner_id = c->owner_id;
    enum rc rc = sql_get_int(
        db, &id, "SELECT id FROM cases WHERE state IN ('OPEN', 'TAKEN') AND contact_id = $1",
        SQL_I(c->contact_id));
    bool is_new = rc == NONE;
    if (is_new) {
        id = id_new(now_ms);
        rc = owner_id ? OK : find_owner(db, c->contact_id, now_ms, &owner_id);
        rc = rc == OK ? insert(db, c, id, owner_id, now_ms) : rc;
    } else if (rc == OK) {
        rc = widen(db, c, id);
    }
    if (rc == OK && c->pause && t) {
        t->paused_case = id;
    } else if (rc == OK && c->pause) {
        rc = sessions_pause(db, c->contact_id, id);
    }
    if (rc == OK) {
        c->id = id;
        c->owner_id = is_new ? owner_id : c->owner_id;
        if (ret_new) {
            *ret_new = is_new;
        }
    }
    return rc;
}

static enum rc one(struct sql_stmt *st, struct arena *a, struct case_row *ret) {
    enum rc rc = sql_step(st);
    if (rc == OK) {
        read_row(st, a, ret);
        sql_stop(st);
    }
    return rc;
}

enum rc cases_get(struct db *db, int64_t id, struct arena *a, struct case_row *ret) {
    return one(sql_start(db, "SELECT " COLUMNS FROM "WHERE k.id = $1", SQL_I(id)), a, ret);
}

enum rc cases_of(struct db *db, int64_t contact_id, struct arena *a, struct case_row *ret) {
    return one(sql_start(db,
                         "SELECT " COLUMNS FROM
                         "WHERE k.state IN ('OPEN', 'TAKEN') AND k.contact_id = $1",
                         SQL_I(contact_id)),
               a, ret);
}

static enum rc changed(struct db *db, enum rc rc) {
    return rc == OK && sql_changes(db) == 0 ? E_STATE : rc;
}

enum rc cases_take(struct db *db, int64_t id, int64_t staff_id, int64_t now_ms) {
    return changed(
        db, sql_run(db,
                    "UPDATE cases SET state = 'TAKEN', taken_by = $1, "
                    "taken_ms = CASE WHEN taken_ms = 0 THEN $2 ELSE taken_ms END "
                    "WHERE id = $3 AND (state = 'OPEN' OR (state = 'TAKEN' AND taken_by = $1))",
                    SQL_I(staff_id), SQL_I(now_ms), SQL_I(id)));
}

enum rc cases_hand(struct db *db, int64_t id, int64_t owner_id) {
    return changed(db, sql_run(db,
                               "UPDATE cases SET state = 'OPEN', taken_by = 0, owner_id = $1 "
                               "WHERE id = $2 AND state IN ('OPEN', 'TAKEN')",
                               SQL_I(owner_id), SQL_I(id)));
}

enum rc cases_close(struct db *db, int64_t id, int64_t staff_id, int64_t now_ms) {
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    rc =
        changed(db, sql_run(db,
                            "UPDATE cases SET state = 'CLOSED', closed_by = $1, closed_ms = $2 "
                            "WHERE id = $3 AND state IN ('OPEN', 'TAKEN')",
                            SQL_I(staff_id), SQL_I(now_ms), SQL_I(id)));
    if (rc == OK) {
        rc = sql_run(
            db,
            "UPDATE talks SET paused_case = 0, version = version + 1 WHERE paused_case = $1 "
            "AND contact_id = (SELECT k.contact_id FROM cases k WHERE k.id = $1)",
            SQL_I(id));
    }
    return sql_end(db, rc);
}

enum rc cases_list(struct db *db, int64_t owner_id, int max, struct arena *a,
                   struct case_row **ret, size_t *ret_n) {
    struct sql_stmt *st = sql_start(db,
                                    "SELECT " COLUMNS FROM "WHERE k.state IN ('OPEN', 'TAKEN') "
                                    "AND ($1 = 0 OR k.owner_id IN ($1, 0) OR k.taken_by = $1) "
                                    "ORDER BY k.urgent DESC, k.opened_ms, k.id LIMIT $2",
                                    SQL_I(owner_id), SQL_I(max));
    struct case_row *list = NULL;
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

enum rc cases_quotes(struct db *db, struct str reason, int max, struct arena *a,
                     struct case_quote **ret, size_t *ret_n) {
    struct case_quote *list = NULL;
    size_t n = 0;
    struct sql_stmt *st = sql_start(db,
                                    "SELECT quote, count(*), max(opened_ms) FROM cases "
                                    "WHERE reason = $1 AND quote <> '' GROUP BY quote "
                                    "ORDER BY count(*) DESC, max(opened_ms) DESC LIMIT $2",
                                    SQL_S(reason), SQL_I(max));
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        *SQL_PUSH(a, list, n) =
            (struct case_quote){sql_str(st, 0, a), sql_int(st, 1), sql_int(st, 2)};
    }
    *ret = list;
    *ret_n = n;
    return sql_done(rc);
}

enum rc cases_count(struct db *db, int64_t owner_id, struct case_counts *ret) {
    struct sql_stmt *st = sql_start(db,
                                    "SELECT count(*) FILTER (WHERE state = 'OPEN'), count(*) "
                                    "FILTER (WHERE state = 'TAKEN'), "
                                    "count(*) FILTER (WHERE urgent = 1), "
                                    "coalesce(min(opened_ms) FILTER (WHERE state = 'OPEN'), 0) "
                                    "FROM cases WHERE state IN ('OPEN', 'TAKEN') "
                                    "AND ($1 = 0 OR owner_id IN ($1, 0) OR taken_by = $1)",
                                    SQL_I(owner_id));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        *ret = (struct case_counts){sql_int(st, 0), sql_int(st, 1), sql_int(st, 2),
                                    sql_int(st, 3)};
        sql_stop(st);
    }
    return rc;
}
