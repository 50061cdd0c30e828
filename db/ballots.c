/* ballots.c - a question put to a group by text: one vote a person, the last one counts. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/ballots.h"

#include "base/id.h"
#include "db/sql.h"

static const char *const STATES[BALLOT_STATES] = {"DRAFT", "OPEN", "CLOSED", "CANCELLED"};

const char *ballots_state_name(enum ballot_state s) {
    return STATES[s];
}

#define COLUMNS "id, title, series_id, state, closes_ms, asked, voters, staff_id, created_ms"

static void read_row(struct sql_stmt *st, struct arena *a, struct ballot *b) {
    *b = (struct ballot){
        .id = sql_int(st, 0),
        .title = sql_str(st, 1, a),
        .series_id = sql_int(st, 2),
        .state = (enum ballot_state)sql_word(st, 3, STATES, BALLOT_STATES),
        .closes_ms = sql_int(st, 4),
        .asked = sql_int(st, 5),
        .voters = sql_int(st, 6),
        .staff_id = sql_int(st, 7),
        .created_ms = sql_int(st, 8),
    };
}

/* ---- the draft */

static bool is_sound(const struct ballot *b) {
    bool sound =
        b->title.n > 0 && b->options >= BALLOT_OPTIONS_MIN && b->options <= BALLOT_OPTIONS_MAX;
    for (int i = 0; sound && i < b->options; i++) {
        sound = b->option[i].text.n > 0;
    }
    return sound;
}

static enum rc write_options(struct db *db, const struct ballot *b) {
    enum rc rc = sql_run(db, "DELETE FROM ballot_options WHERE ballot_id = $1", SQL_I(b->id));
    for (int i = 0; rc == OK && i < b->options; i++) {
        rc = sql_run(db,
                     "INSERT INTO ballot_options (ballot_id, rank, text) VALUES ($1, $2, $3)",
                     SQL_I(b->id), SQL_I(i + 1), SQL_S(b->option[i].text));
    }
    return rc;
}

static enum rc insert(struct db *db, struct ballot *b, int64_t now_ms) {
    b->id = id_new(now_ms);
    return sql_run(db,
                   "INSERT INTO ballots (id, title, series_id, state, closes_ms, staff_id, "
                   "created_ms) VALUES ($1, $2, $3, 'DRAFT', $4, $5, $6)",
                   SQL_I(b->id), SQL_S(b->title), SQL_IN(b->series_id), SQL_I(b->closes_ms),
                   SQL_I(b->staff_id), SQL_I(now_ms));
}

static enum rc update(struct db *db, const struct ballot *b) {
    enum rc rc =
        sql_run(db,
                "UPDATE ballots SET title = $1, series_id = $2, closes_ms = $3 "
                "WHERE id = $4 AND state = 'DRAFT'",
                SQL_S(b->title), SQL_IN(b->series_id), SQL_I(b->closes_ms), SQL_I(b->id));
    return rc == OK && sql_changes(db) == 0 ? E_STATE : rc;
}

enum rc ballots_put(struct db *db, struct ballot *b, int64_t now_ms) {
    if (!is_sound(b)) {
        return E_INVALID;
    }
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    rc = b->id ? update(db, b) : insert(db, b, now_ms);
    if (rc == OK) {
        rc = write_options(db, b);
    }
    return sql_end(db, rc);
}

/* ---- reading */

/* Counts while it is open; what was written down when it is closed. */
static enum rc read_options(struct db *db, struct arena *a, struct ballot *b) {
    bool open = b->state == BALLOT_OPEN;
    struct sql_stmt *st =
        sql_start(db,
                  "SELECT o.text, CASE WHEN $1 = 1 THEN (SELECT COUNT(*) FROM votes v WHERE "
                  "v.ballot_id = o.ballot_id AND v.rank = o.rank) ELSE o.votes END "
                  "FROM ballot_options o WHERE o.ballot_id = $2 ORDER BY o.rank",
                  SQL_I(open), SQL_I(b->id));
    enum rc rc;
    int64_t all = 0;
    while ((rc = sql_step(st)) == OK && b->options < BALLOT_OPTIONS_MAX) {
        b->option[b->options].text = sql_str(st, 0, a);
        b->option[b->options].votes = sql_int(st, 1);
        all += b->option[b->options++].votes;
    }
    sql_stop(st);
    b->voters = open ? all : b->voters;
    return sql_done(rc);
}

enum rc ballots_get(struct db *db, int64_t id, struct arena *a, struct ballot *ret) {
    struct sql_stmt *st =
        sql_start(db, "SELECT " COLUMNS " FROM ballots WHERE id = $1", SQL_I(id));
    enum rc rc = sql_step(st);
    if (rc != OK) {
        return rc;
    }
    read_row(st, a, ret);
    sql_stop(st);
    return read_options(db, a, ret);
}

enum rc ballots_list(struct db *db, int max, struct arena *a, struct ballot **ret,
                     size_t *ret_n) {
    struct sql_stmt *st =
        sql_start(db, "SELECT " COLUMNS " FROM ballots ORDER BY id DESC LIMIT $1", SQL_I(max));
    struct ballot *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        read_row(st, a, SQL_PUSH(a, list, n));
    }
    *ret = list;
    *ret_n = n;
    return sql_done(rc);
}

/* ---- its life */

static bool may_move(enum ballot_state from, enum ballot_state to) {
    return (from == BALLOT_DRAFT && to == BALLOT_OPEN) ||
           (from == BALLOT_OPEN && to == BALLOT_CLOSED) ||
           (to == BALLOT_CANCELLED && (from == BALLOT_DRAFT || from == BALLOT_OPEN));
}

static enum rc count_votes(struct db *db, int64_t id) {
    enum rc rc =
        sql_run(db,
                "UPDATE ballot_options SET votes = (SELECT COUNT(*) FROM votes v WHERE "
                "v.ballot_id = ballot_options.ballot_id AND v.rank = "
                "ballot_options.rank) WHERE ballot_id = $1",
                SQL_I(id));
    if (rc == OK) {
        rc =
            sql_run(db,
                    "UPDATE ballots SET voters = (SELECT COUNT(*) FROM votes WHERE ballot_id = "
                    "ballots.id) WHERE id = $1",
                    SQL_I(id));
    }
    return rc;
}

enum rc ballots_move(struct db *db, int64_t id, enum ballot_state to) {
    struct arena a;
    struct ballot b;
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    arena_init(&a);
    rc = ballots_get(db, id, &a, &b);
    if (rc == OK && !may_move(b.state, to)) {
        rc = E_STATE;
    }
    if (rc == OK && to == BALLOT_CLOSED) {
        rc = count_votes(db, id);
    }
    if (rc == OK && b.state == BALLOT_OPEN) {
        rc = sql_run(db, "UPDATE votes SET rank = 0 WHERE ballot_id = $1", SQL_I(id));
    }
    if (rc == OK) {
        rc = sql_run(db, "UPDATE ballots SET state = $1 WHERE id = $2", SQL_C(STATES[to]),
                     SQL_I(id));
    }
    arena_done(&a);
    return sql_end(db, rc);
}

/* ---- people */

/* Youths who are signed up, and asked for neither silence nor a pause. */
#define ASKED(now)                                                                             \
    "c.kind = 'youth' AND c.status = 'ENROLLED' AND c.stop_all_ms = 0 AND c.pause_until_ms "   \
    "<= " now

enum rc ballots_ask(struct db *db, int64_t id, int64_t after, int max, int64_t now_ms,
                    struct arena *a, int64_t **ret, size_t *ret_n) {
    struct ballot b;
    *ret_n = 0;
    enum rc rc = ballots_get(db, id, a, &b);
    if (rc != OK || b.state != BALLOT_OPEN) {
        return rc == OK ? E_STATE : rc;
    }
    struct sql_stmt *st =
        b.series_id
            ? sql_start(db,
                        "SELECT c.id FROM members m JOIN contacts c ON c.id = m.contact_id "
                        "WHERE m.series_id = $1 AND c.id > $2 AND " ASKED(
                            "$3") " ORDER BY c.id LIMIT $4",
                        SQL_I(b.series_id), SQL_I(after), SQL_I(now_ms), SQL_I(max))
            : sql_start(db,
                        "SELECT c.id FROM contacts c WHERE c.id > $1 AND " ASKED(
                            "$2") " ORDER BY c.id LIMIT $3",
                        SQL_I(after), SQL_I(now_ms), SQL_I(max));
    rc = sql_ids(st, a, ret, ret_n);
    if (rc == OK && *ret_n > 0) {
        rc = sql_run(db, "UPDATE ballots SET asked = asked + $1 WHERE id = $2", SQL_I(*ret_n),
                     SQL_I(id));
    }
    return rc;
}

enum rc ballots_people(struct db *db, int64_t series_id, int64_t now_ms, int64_t *ret) {
    return series_id
               ? sql_get_int(db, ret,
                             "SELECT COUNT(*) FROM members m JOIN contacts c ON c.id = "
                             "m.contact_id WHERE m.series_id = $1 AND " ASKED("$2"),
                             SQL_I(series_id), SQL_I(now_ms))
               : sql_get_int(db, ret, "SELECT COUNT(*) FROM contacts c WHERE " ASKED("$1"),
                             SQL_I(now_ms));
}

enum rc ballots_voters(struct db *db, int64_t id, int64_t after, int max, struct arena *a,
                       int64_t **ret, size_t *ret_n) {
    return sql_ids(
        sql_start(db,
                  "SELECT contact_id FROM votes WHERE ballot_id = $1 AND contact_id > $2 "
                  "ORDER BY contact_id LIMIT $3",
                  SQL_I(id), SQL_I(after), SQL_I(max)),
        a, ret, ret_n);
}

enum rc ballots_for(struct db *db, int64_t contact_id, int64_t now_ms, int64_t *ret) {
    return sql_get_int(db, ret,
                       "SELECT b.id FROM ballots b WHERE b.state = 'OPEN' AND b.closes_ms > $1 "
                       "AND (b.series_id IS NULL OR EXISTS (SELECT 1 FROM members m WHERE "
                       "m.series_id = b.series_id AND m.contact_id = $2)) "
                       "ORDER BY b.closes_ms, b.id LIMIT 1",
                       SQL_I(now_ms), SQL_I(contact_id));
}

enum rc ballots_vote(struct db *db, int64_t id, int64_t contact_id, int rank, int64_t now_ms,
                     int *ret_before) {
    struct arena a;
    struct ballot b;
    int64_t before = 0;
    *ret_before = 0;
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    arena_init(&a);
    rc = ballots_get(db, id, &a, &b);
    if (rc == OK && (b.state != BALLOT_OPEN || b.closes_ms <= now_ms)) {
        rc = E_STATE;
    } else if (rc == OK && (rank < 1 || rank > b.options)) {
        rc = E_INVALID;
    }
    if (rc == OK) {
        rc = sql_done(sql_get_int(
            db, &before, "SELECT rank FROM votes WHERE ballot_id = $1 AND contact_id = $2",
            SQL_I(id), SQL_I(contact_id)));
    }
    if (rc == OK) {
        *ret_before = (int)before;
        rc = sql_run(db,
                     "INSERT INTO votes (ballot_id, contact_id, rank) VALUES ($1, $2, $3) "
                     "ON CONFLICT (ballot_id, contact_id) DO UPDATE SET rank = excluded.rank",
                     SQL_I(id), SQL_I(contact_id), SQL_I(rank));
    }
    arena_done(&a);
    return sql_end(db, rc);
}
