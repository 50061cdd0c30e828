/* followups.c - check-ins at 3, 6, 9 and 12 months from a first contract. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/followups.h"

#include <assert.h>

#include "base/id.h"
#include "db/followups_priv.h"
#include "db/sql.h"

const char *const WAVE_NAMES[WAVE_STATES] = {"PLANNED",   "ASKED",   "PARTIAL",  "DONE",
                                             "UNREACHED", "REFUSED", "CANCELLED"};

const char *followups_state_name(enum wave_state s) {
    return WAVE_NAMES[s];
}

#define BIT(s) (1u << WAVE_##s)
static const unsigned MAY[WAVE_STATES] = {
    [WAVE_PLANNED] =
        BIT(ASKED) | BIT(UNREACHED) | BIT(REFUSED) | BIT(CANCELLED) | BIT(PARTIAL) | BIT(DONE),
    [WAVE_ASKED] = BIT(ASKED) | BIT(PARTIAL) | BIT(DONE) | BIT(UNREACHED) | BIT(REFUSED),
    [WAVE_PARTIAL] = BIT(PARTIAL) | BIT(ASKED) | BIT(DONE) | BIT(UNREACHED) | BIT(REFUSED),
    [WAVE_DONE] = BIT(DONE),
    [WAVE_UNREACHED] = BIT(UNREACHED) | BIT(PARTIAL) | BIT(DONE) | BIT(REFUSED),
    [WAVE_REFUSED] = BIT(DONE),
    [WAVE_CANCELLED] = 0,
};

bool followups_may_move(enum wave_state from, enum wave_state to) {
    return (MAY[from] & (1u << to)) != 0;
}

void followups_read_wave(struct sql_stmt *st, struct arena *a, struct wave *w) {
    *w = (struct wave){
        .id = sql_int(st, 0),
        .followup_id = sql_int(st, 1),
        .contact_id = sql_int(st, 2),
        .month = (int)sql_int(st, 3),
        .state = (enum wave_state)sql_word(st, 5, WAVE_NAMES, WAVE_STATES),
        .attempts = (int)sql_int(st, 6),
        .asked_ms = sql_int(st, 7),
        .answered_ms = sql_int(st, 8),
        .situation = sql_str(st, 9, a),
        .success = sql_str(st, 10, a),
        .difficulty = sql_str(st, 11, a),
        .need = sql_str(st, 12, a),
        .called_ms = sql_int(st, 13),
        .called_by = sql_int(st, 14),
        .call_note = sql_str(st, 15, a),
    };
    date_parse_iso(sql_view(st, 4), &w->due);
}

/* ---- the follow-up ---- */

static enum rc insert_waves(struct db *db, const struct followup *f, int64_t id, int64_t now_ms,
                            struct arena *a) {
    enum rc rc = OK;
    for (int month = 3; rc == OK && month <= 12; month += 3) {
        struct str due = date_iso(date_add_months(f->contract_date, month), a);
        rc = sql_run(db,
                     "INSERT INTO waves (id, followup_id, contact_id, month, due, state) "
                     "VALUES ($1, $2, $3, $4, $5, 'PLANNED')",
                     SQL_I(id_new(now_ms)), SQL_I(id), SQL_I(f->contact_id), SQL_I(month),
                     SQL_S(due));
    }
    return rc;
}

enum rc followups_start(struct db *db, struct followup *f, int64_t now_ms) {
    assert(sql_in_write(db));
    struct arena a;
    int64_t id = id_new(now_ms);
    arena_init(&a);
    struct str ends = f->ends.year ? date_iso(f->ends, &a) : STR("");
    enum rc rc = sql_run(
        db,
        "INSERT INTO followups (id, contact_id, contract_date, kind, ends, created_ms) "
        "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (contact_id, contract_date) DO NOTHING",
        SQL_I(id), SQL_I(f->contact_id), SQL_S(date_iso(f->contract_date, &a)), SQL_S(f->kind),
        SQL_S(ends), SQL_I(now_ms));
    if (rc == OK && sql_changes(db) == 0) {
        rc = E_CONFLICT;
    }
    if (rc == OK) {
        rc = insert_waves(db, f, id, now_ms, &a);
    }
    arena_done(&a);
    if (rc == OK) {
        f->id = id;
        f->created_ms = now_ms;
        f->active = true;
    }
    return rc;
}

enum rc followups_of(struct db *db, int64_t contact_id, struct arena *a, struct followup *ret) {
    struct sql_stmt *st =
        sql_start(db,
                  "SELECT id, contact_id, contract_date, kind, ends, created_ms, active "
                  "FROM followups WHERE contact_id = $1 AND active = 1 "
                  "ORDER BY contract_date DESC LIMIT 1",
                  SQL_I(contact_id));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        *ret = (struct followup){
            .id = sql_int(st, 0),
            .contact_id = sql_int(st, 1),
            .kind = sql_str(st, 3, a),
            .created_ms = sql_int(st, 5),
            .active = sql_int(st, 6) != 0,
        };
        date_parse_iso(sql_view(st, 2), &ret->contract_date);
        date_parse_iso(sql_view(st, 4), &ret->ends);
        sql_stop(st);
    }
    return rc;
}

enum rc followups_end(struct db *db, int64_t id, int64_t now_ms) {
    struct arena a;
    struct wave *list = NULL;
    size_t n = 0;
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    arena_init(&a);
    rc = followups_waves(db, id, &a, &list, &n);
    for (size_t i = 0; rc == OK && i < n; i++) {
        if (list[i].state == WAVE_PLANNED) {
            rc = followups_move(db, list[i].id, WAVE_CANCELLED, now_ms);
        }
    }
    if (rc == OK) {
        rc = sql_run(db, "UPDATE followups SET active = 0 WHERE id = $1", SQL_I(id));
    }
    arena_done(&a);
    return sql_end(db, rc);
}

/* ---- waves ---- */

static enum rc one_wave(struct sql_stmt *st, struct arena *a, struct wave *ret) {
    enum rc rc = sql_step(st);
    if (rc == OK) {
        followups_read_wave(st, a, ret);
        sql_stop(st);
    }
    return rc;
}

static enum rc many_waves(struct sql_stmt *st, struct arena *a, struct wave **ret,
                          size_t *ret_n) {
    struct wave *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        followups_read_wave(st, a, SQL_PUSH(a, list, n));
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}

enum rc followups_wave(struct db *db, int64_t wave_id, struct arena *a, struct wave *ret) {
    return one_wave(
        sql_start(db, "SELECT " WAVE_COLUMNS " FROM waves w WHERE w.id = $1", SQL_I(wave_id)),
        a, ret);
}

enum rc followups_waves(struct db *db, int64_t followup_id, struct arena *a, struct wave **ret,
                        size_t *ret_n) {
    return many_waves(sql_start(db,
                                "SELECT " WAVE_COLUMNS
                                " FROM waves w WHERE w.followup_id = $1 ORDER BY w.month",
                                SQL_I(followup_id)),
                      a, ret, ret_n);
}

enum rc followups_due(struct db *db, struct date day, int max, struct arena *a,
                      struct wave **ret, size_t *ret_n) {
    return many_waves(sql_start(db,
                                "SELECT " WAVE_COLUMNS
                                " FROM waves w WHERE w.state = 'PLANNED' AND w.due <= $1 "
                                "ORDER BY w.due, w.id LIMIT $2",
                                SQL_S(date_iso(day, a)), SQL_I(max)),
                      a, ret, ret_n);
}

enum rc followups_open(struct db *db, int64_t contact_id, struct arena *a, struct wave *ret) {
    return one_wave(sql_start(db,
                              "SELECT " WAVE_COLUMNS " FROM waves w WHERE w.contact_id = $1 "
                              "AND w.state IN ('ASKED', 'PARTIAL') ORDER BY w.due DESC LIMIT 1",
                              SQL_I(contact_id)),
                    a, ret);
}

/* The only writer of the state, with what belongs to it. */
static enum rc write_wave(struct db *db, const struct wave *w, enum wave_state to) {
    if (!followups_may_move(w->state, to)) {
        return E_STATE;
    }
    enum rc rc =
        sql_run(db,
                "UPDATE waves SET state = $1, attempts = $2, asked_ms = $3, answered_ms = $4, "
                "situation = $5, "
                "success = $6, difficulty = $7, need = $8, called_ms = $9, called_by = $10, "
                "call_note = $11 "
                "WHERE id = $12 AND state = $13",
                SQL_C(WAVE_NAMES[to]), SQL_I(w->attempts), SQL_I(w->asked_ms),
                SQL_I(w->answered_ms), SQL_S(w->situation), SQL_S(w->success),
                SQL_S(w->difficulty), SQL_S(w->need), SQL_I(w->called_ms), SQL_I(w->called_by),
                SQL_S(w->call_note), SQL_I(w->id), SQL_C(WAVE_NAMES[w->state]));
    return rc == OK && sql_changes(db) == 0 ? E_STATE : rc;
}

static void take(struct wave *w, const struct wave_answer *x, int64_t now_ms) {
    w->situation = x->situation.p ? x->situation : w->situation;
    w->success = x->success.p ? x->success : w->success;
    w->difficulty = x->difficulty.p ? x->difficulty : w->difficulty;
    w->need = x->need.p ? x->need : w->need;
    w->answered_ms = now_ms;
}

enum wave_change { CHANGE_STATE, CHANGE_ASKED, CHANGE_ANSWER, CHANGE_CALL };

struct change {
    enum wave_change kind;
    enum wave_state to;
    const struct wave_answer *answer;
    int64_t staff_id;
    struct str note;
};

static void prepare(struct wave *w, const struct change *c, int64_t now_ms) {
    if (c->kind == CHANGE_ASKED) {
        w->attempts++;
        w->asked_ms = now_ms;
    }
    if (c->answer) {
        take(w, c->answer, now_ms);
    }
    if (c->kind == CHANGE_CALL) {
        w->called_ms = now_ms;
        w->called_by = c->staff_id;
        w->call_note = c->note;
    }
}

static enum rc change(struct db *db, int64_t wave_id, const struct change *c, int64_t now_ms) {
    struct arena a;
    struct wave w;
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    arena_init(&a);
    rc = followups_wave(db, wave_id, &a, &w);
    if (rc == OK) {
        prepare(&w, c, now_ms);
        rc = write_wave(db, &w, c->to);
    }
    arena_done(&a);
    return sql_end(db, rc);
}

enum rc followups_move(struct db *db, int64_t wave_id, enum wave_state to, int64_t now_ms) {
    return change(db, wave_id, &(struct change){.kind = CHANGE_STATE, .to = to}, now_ms);
}

enum rc followups_asked(struct db *db, int64_t wave_id, int64_t now_ms) {
    return change(db, wave_id, &(struct change){.kind = CHANGE_ASKED, .to = WAVE_ASKED},
                  now_ms);
}

enum rc followups_answer(struct db *db, int64_t wave_id, const struct wave_answer *w,
                         int64_t now_ms) {
    const struct change c = {
        .kind = CHANGE_ANSWER, .to = w->done ? WAVE_DONE : WAVE_PARTIAL, .answer = w};
    return change(db, wave_id, &c, now_ms);
}

enum rc followups_called(struct db *db, int64_t wave_id, int64_t staff_id, enum wave_state to,
                         const struct wave_answer *w, struct str note, int64_t now_ms) {
    const struct change c = {
        .kind = CHANGE_CALL, .to = to, .answer = w, .staff_id = staff_id, .note = note};
    return change(db, wave_id, &c, now_ms);
}
