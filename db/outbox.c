/* outbox.c - rows wait here until a gateway takes them. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/outbox.h"

#include <assert.h>

#include "base/id.h"
#include "db/addresses.h"
#include "db/outbox_priv.h"
#include "db/receipts.h"
#include "db/sessions.h"
#include "db/sql.h"
#include "db/timers.h"

const char *const OUTBOX_NAMES[OUTBOX_STATES] = {"QUEUED",    "INFLIGHT", "SENT",
                                                 "DELIVERED", "READ",     "FAILED",
                                                 "UNKNOWN",   "EXPIRED",  "HELD_BACK"};

const char *outbox_state_name(enum outbox_state s) {
    return OUTBOX_NAMES[s];
}

/* ---- moves ---- */

#define BIT(s) (1u << OUTBOX_##s)
static const unsigned MAY[OUTBOX_STATES] = {
    [OUTBOX_QUEUED] = BIT(INFLIGHT) | BIT(EXPIRED) | BIT(HELD_BACK),
    [OUTBOX_INFLIGHT] =
        BIT(QUEUED) | BIT(SENT) | BIT(FAILED) | BIT(UNKNOWN) | BIT(EXPIRED) | BIT(HELD_BACK),
    [OUTBOX_SENT] = BIT(DELIVERED) | BIT(READ) | BIT(FAILED),
    [OUTBOX_DELIVERED] = BIT(READ),
    [OUTBOX_READ] = 0,
    [OUTBOX_FAILED] = 0,
    [OUTBOX_UNKNOWN] = BIT(SENT) | BIT(DELIVERED) | BIT(READ) | BIT(FAILED),
    [OUTBOX_EXPIRED] = 0,
    [OUTBOX_HELD_BACK] = 0,
};

bool outbox_may_move(enum outbox_state from, enum outbox_state to) {
    return (MAY[from] & (1u << to)) != 0;
}

bool outbox_is_final(enum outbox_state s) {
    return s != OUTBOX_QUEUED && s != OUTBOX_INFLIGHT && s != OUTBOX_SENT &&
           s != OUTBOX_UNKNOWN;
}

static enum rc move_inflight(struct db *db, int64_t id, int64_t now_ms) {
    return sql_run(db,
                   "UPDATE outbox SET state = 'INFLIGHT', next_ms = $1, attempt = attempt + 1 "
                   "WHERE id = $2 AND state = 'QUEUED'",
                   SQL_I(now_ms), SQL_I(id));
}

static enum rc move_queued(struct db *db, int64_t id, const struct outbox_change *c) {
    return sql_run(db,
                   "UPDATE outbox SET state = 'QUEUED', next_ms = $1, attempt = attempt - $2, "
                   "first_part = CASE WHEN $3 > 0 THEN $3 ELSE first_part END, "
                   "reason = CASE WHEN $4 <> '' THEN $4 ELSE reason END WHERE id = $5 AND "
                   "state = 'INFLIGHT'",
                   SQL_I(c->next_ms), SQL_I(c->uncount), SQL_I(c->first_part), SQL_S(c->reason),
                   SQL_I(id));
}

/* The time-out of a question runs from the moment the question is really sent. */
static enum rc arm(struct db *db, const struct outbox_row *m, int64_t now_ms) {
    struct timer t = {.kind = STR(TIMERS_TIMEOUT),
                      .due_ms = now_ms + m->arm_ms,
                      .token = m->arm_token,
                      .contact_id = m->contact_id};
    return m->arm_ms > 0 ? timers_arm(db, &t, now_ms) : OK;
}

static enum rc arm_stored(struct db *db, int64_t id, int64_t now_ms) {
    struct arena a;
    struct outbox_row m = {0};
    struct sql_stmt *st = sql_start(
        db, "SELECT arm_ms, arm_token, contact_id FROM outbox WHERE id = $1", SQL_I(id));
    enum rc rc = sql_step(st);
    if (rc != OK || sql_int(st, 0) == 0) {
        sql_stop(st);
        return sql_done(rc);
    }
    arena_init(&a);
    m.arm_ms = sql_int(st, 0);
    m.arm_token = sql_str(st, 1, &a);
    m.contact_id = sql_int(st, 2);
    sql_stop(st);
    rc = arm(db, &m, now_ms);
    arena_done(&a);
    return rc;
}

static enum rc move_sent(struct db *db, int64_t id, enum outbox_state from,
                         const struct outbox_change *c, int64_t now_ms) {
    enum rc rc = sql_run(
        db,
        "UPDATE outbox SET state = 'SENT', open = 0, sent_ms = $1, reason = '', "
        "segments = CASE WHEN $2 > 0 THEN $2 ELSE segments END WHERE id = $3 AND state = $4",
        SQL_I(now_ms), SQL_I(c->segments), SQL_I(id), SQL_C(OUTBOX_NAMES[from]));
    return rc == OK && sql_changes(db) == 0 ? E_STATE : rc;
}

static enum rc move_other(struct db *db, int64_t id, enum outbox_state from,
                          enum outbox_state to, const struct outbox_change *c, int64_t now_ms) {
    return sql_run(
        db,
        "UPDATE outbox SET state = $1, open = 0, final_ms = $2, "
        "segments = CASE WHEN $3 > 0 THEN $3 ELSE segments END, "
        "reason = CASE WHEN $4 <> '' THEN $4 ELSE reason END WHERE id = $5 AND state = $6",
        SQL_C(OUTBOX_NAMES[to]), SQL_I(outbox_is_final(to) ? now_ms : 0), SQL_I(c->segments),
        SQL_S(c->reason), SQL_I(id), SQL_C(OUTBOX_NAMES[from]));
}

enum rc outbox_move(struct db *db, int64_t id, enum outbox_state from, enum outbox_state to,
                    const struct outbox_change *c, int64_t now_ms) {
    const struct outbox_change none = {0};
    assert(sql_in_write(db));
    c = c ? c : &none;
    if (!outbox_may_move(from, to)) {
        return E_STATE;
    }
    if (to == OUTBOX_SENT) {
        enum rc rc = move_sent(db, id, from, c, now_ms);
        return rc == OK ? arm_stored(db, id, now_ms) : rc;
    }
    enum rc rc = to == OUTBOX_INFLIGHT ? move_inflight(db, id, now_ms)
                 : to == OUTBOX_QUEUED ? move_queued(db, id, c)
                                       : move_other(db, id, from, to, c, now_ms);
    return rc == OK && sql_changes(db) == 0 ? E_STATE : rc;
}

/* ---- in ---- */

/* Where the message hangs in the person's thread; *ret_prev 0: nowhere. */
static enum rc hang(struct db *db, const struct outbox_row *m, int64_t id, struct talk *t,
                    int64_t now_ms, int64_t *ret_prev) {
    *ret_prev = 0;
    if (t) {
        *ret_prev = t->last_msg;
        t->last_msg = -id;
        t->last_out_ms = now_ms;
        return OK;
    }
    if (m->broadcast_id != 0) {
        return OK; /* found by broadcast_people: a million hot rows stay clean */
    }
    enum rc rc = sql_get_int(db, ret_prev, "SELECT last_msg FROM talks WHERE contact_id = $1",
                             SQL_I(m->contact_id));
    if (rc == OK) {
        rc = sql_run(
            db, "UPDATE talks SET last_msg = $1, version = version + 1 WHERE contact_id = $2",
            SQL_I(-id), SQL_I(m->contact_id));
    }
    return rc;
}

enum rc outbox_put(struct db *db, struct outbox_row *m, struct talk *t, struct arena *a,
                   int64_t now_ms) {
    assert(sql_in_write(db));
    assert(m->priority >= 0 && m->priority < OUTBOX_PRIORITIES);
    struct contact_address to = {.id = m->address_id, .channel = m->channel};
    enum rc rc = OK;
    if (m->address_id == 0) {
        rc = addresses_pick(db, m->contact_id, a, &to);
    } else if (m->channel.n == 0) {
        rc = addresses_get(db, m->address_id, a, &to);
    }
    int64_t id = m->id ? m->id : id_new(now_ms), prev = 0;
    if (rc == OK) {
        rc = hang(db, m, id, t, now_ms, &prev);
    }
    if (rc != OK) {
        return rc;
    }
    struct str channel = m->channel.n > 0 ? m->channel : to.channel;
    int64_t next_ms = m->next_ms ? m->next_ms : now_ms;
    rc = sql_run(db,
                 "INSERT INTO outbox (id, contact_id, address_id, channel, kind, priority, "
                 "text, buttons, attachments, lang, "
                 "ask_contact, confirms_stop, state, next_ms, expires_ms, arm_ms, arm_token, "
                 "broadcast_id, meetup_id, "
                 "wave_id, case_id, inbox_id, staff_id, segments, created_ms, prev_id) "
                 "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'QUEUED', $13, "
                 "$14, $15, $16, $17, $18, $19, "
                 "$20, $21, $22, $23, $24, $25)",
                 SQL_I(id), SQL_I(m->contact_id), SQL_I(to.id), SQL_S(channel), SQL_S(m->kind),
                 SQL_I(m->priority), SQL_S(m->text), SQL_S(m->buttons), SQL_S(m->attachments),
                 SQL_S(m->lang), SQL_I(m->ask_contact), SQL_I(m->confirms_stop), SQL_I(next_ms),
                 SQL_I(m->expires_ms), SQL_I(m->arm_ms), SQL_S(m->arm_token),
                 SQL_I(m->broadcast_id), SQL_I(m->meetup_id), SQL_I(m->wave_id),
                 SQL_I(m->case_id), SQL_I(m->inbox_id), SQL_I(m->staff_id), SQL_I(m->segments),
                 SQL_I(now_ms), SQL_I(prev));
    if (rc == OK) {
        m->id = id;
        m->address_id = to.id;
        m->channel = channel;
        m->state = OUTBOX_QUEUED;
        m->next_ms = next_ms;
        m->created_ms = now_ms;
    }
    return rc;
}

/* ---- out ---- */

/* The inner question: is an earlier message of the same person in the way? "Earlier" by id; one
 * that waits for another moment (quiet hours) and was never tried is not. */
#define DUE                                                                                    \
    " WHERE o.state = 'QUEUED' AND o.channel = $1 AND o.priority = $2 AND o.next_ms <= $3 "    \
    "AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.open = 1 "                                 \
    "AND e.contact_id = o.contact_id AND e.id < o.id AND e.channel = o.channel "               \
    "AND e.priority <= o.priority "                                                            \
    "AND (e.state = 'INFLIGHT' OR e.attempt > 0 OR e.next_ms <= $3)) "                         \
    "ORDER BY o.next_ms, o.id LIMIT $4"
#define SENDABLE                                                                               \
    "SELECT o.id, o.contact_id, o.address_id, a.scheme, a.value, a.state, o.kind, o.text, "    \
    "o.buttons, o.attachments, o.lang, o.ask_contact, o.confirms_stop, o.expires_ms, "         \
    "o.attempt, o.first_part, o.arm_ms, o.arm_token, o.broadcast_id, o.case_id, "              \
    "o.segments, "                                                                             \
    "c.status, c.stop_all_ms, c.stop_reminders_ms, c.pause_until_ms FROM outbox o "            \
    "LEFT JOIN addresses a ON a.id = o.address_id LEFT JOIN contacts c ON c.id = o.contact_id"
static const char CLAIM[] = SENDABLE DUE;
static const char CLAIM_LOCKED[] = SENDABLE DUE " FOR UPDATE OF o SKIP LOCKED";

static void read_who(struct sql_stmt *st, struct outbox_who *w) {
    struct str address = sql_view(st, 5);
    w->bad_address = str_is(address, "BAD");
    w->blocked_address = str_is(address, "BLOCKED");
    struct str status = sql_view(st, 21);
    w->erased = str_is(status, "ERASED");
    w->known = status.n > 0 && !sql_is_null(st, 3);
    w->stop_all_ms = sql_int(st, 22);
    w->stop_reminders_ms = sql_int(st, 23);
    w->pause_until_ms = sql_int(st, 24);
}

static void read_sendable(struct sql_stmt *st, struct arena *a, struct outbox_row *m) {
    *m = (struct outbox_row){
        .id = sql_int(st, 0),
        .contact_id = sql_int(st, 1),
        .address_id = sql_int(st, 2),
        .to = {sql_str(st, 3, a), sql_str(st, 4, a)},
        .kind = sql_str(st, 6, a),
        .text = sql_str(st, 7, a),
        .buttons = sql_str(st, 8, a),
        .attachments = sql_str(st, 9, a),
        .lang = sql_str(st, 10, a),
        .ask_contact = sql_int(st, 11) != 0,
        .confirms_stop = sql_int(st, 12) != 0,
        .expires_ms = sql_int(st, 13),
        .attempt = (int)sql_int(st, 14),
        .first_part = (int)sql_int(st, 15),
        .arm_ms = sql_int(st, 16),
        .arm_token = sql_str(st, 17, a),
        .broadcast_id = sql_int(st, 18),
        .case_id = sql_int(st, 19),
        .segments = (int)sql_int(st, 20),
    };
    read_who(st, &m->who);
}

static enum rc fill(struct db *db, struct str channel, int priority, int64_t now_ms, size_t max,
                    struct arena *a, struct outbox_row **list, size_t *ret_n) {
    struct sql_stmt *st =
        sql_start(db, SQL_BY_CAP(db, SQL_CAP_SKIP_LOCKED, CLAIM_LOCKED, CLAIM), SQL_S(channel),
                  SQL_I(priority), SQL_I(now_ms), SQL_I(max));
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        struct outbox_row *m = SQL_PUSH(a, *list, *ret_n);
        read_sendable(st, a, m);
        m->channel = channel;
        m->priority = priority;
    }
    return sql_done(rc);
}

enum rc outbox_claim(struct db *db, struct str channel, int64_t now_ms, int max,
                     struct arena *a, struct outbox_row **ret, size_t *ret_n) {
    assert(sql_in_write(db) && max > 0);
    struct outbox_row *list = NULL;
    size_t n = 0;
    enum rc rc = OK;
    for (int p = 0; rc == OK && p < OUTBOX_PRIORITIES && n < (size_t)max; p++) {
        rc = fill(db, channel, p, now_ms, (size_t)max - n, a, &list, &n);
    }
    for (size_t i = 0; rc == OK && i < n; i++) {
        rc = outbox_move(db, list[i].id, OUTBOX_QUEUED, OUTBOX_INFLIGHT, NULL, now_ms);
        list[i].state = OUTBOX_INFLIGHT;
        list[i].next_ms = now_ms;
        list[i].attempt++;
    }
    if (rc != OK) {
        return rc;
    }
    *ret = list;
    *ret_n = n;
    return n == 0 ? NONE : OK;
}

enum rc outbox_holds(struct db *db, const struct outbox_row *m) {
    int64_t one;
    return sql_get_int(
        db, &one,
        "SELECT 1 FROM outbox WHERE id = $1 AND state = 'INFLIGHT' AND attempt = "
        "$2 AND next_ms = $3",
        SQL_I(m->id), SQL_I(m->attempt), SQL_I(m->next_ms));
}

/* ---- what became of it ---- */

static enum rc was_sent(struct db *db, const struct outbox_row *m, const struct outcome *o,
                        int32_t day, bool counts, int64_t now_ms) {
    enum rc rc = receipts_parts(db, m->id, m->channel, m->first_part, o->provider_id,
                                o->provider_ids, now_ms);
    if (rc == OK) {
        rc = move_sent(db, m->id, OUTBOX_INFLIGHT,
                       &(struct outbox_change){.segments = m->segments}, now_ms);
    }
    if (rc == OK) {
        rc = arm(db, m, now_ms);
    }
    if (rc == OK && counts) {
        rc = sessions_sent(db, m->contact_id, day, true, now_ms);
    }
    if (rc == OK) {
        rc = receipts_rematch(db, m->id, m->channel, o->provider_id, o->provider_ids, now_ms);
    }
    return rc;
}

static enum rc was_put_off(struct db *db, const struct outbox_row *m, const struct outcome *o,
                           int64_t next_ms, int64_t now_ms) {
    enum rc rc = OK;
    if (o->provider_ids > 0) { /* some parts were accepted: they are never sent again */
        rc = receipts_parts(db, m->id, m->channel, m->first_part, o->provider_id,
                            o->provider_ids, now_ms);
    }
    const struct outbox_change c = {
        .next_ms = next_ms, .first_part = o->resume_part, .reason = o->reason};
    return rc == OK ? outbox_move(db, m->id, OUTBOX_INFLIGHT, OUTBOX_QUEUED, &c, now_ms) : rc;
}

static enum rc was_refused(struct db *db, const struct outbox_row *m, const struct outcome *o,
                           int64_t now_ms) {
    struct outbox_change c = {.reason = o->reason};
    enum rc rc = outbox_move(db, m->id, OUTBOX_INFLIGHT, OUTBOX_FAILED, &c, now_ms);
    if (rc == OK && (o->bad_address || o->opted_out)) {
        rc = addresses_mark(db, m->address_id, o->opted_out ? ADDRESS_BLOCKED : ADDRESS_BAD,
                            o->reason, now_ms);
    }
    return rc;
}

enum rc outbox_result(struct db *db, const struct outbox_row *m, const struct outcome *o,
                      int64_t next_ms, int32_t day, bool counts, int64_t now_ms) {
    assert(sql_in_write(db));
    switch (o->kind) {
    case OUTCOME_SENT:
        return was_sent(db, m, o, day, counts, now_ms);
    case OUTCOME_LATER:
        return was_put_off(db, m, o, next_ms, now_ms);
    case OUTCOME_NEVER:
        return was_refused(db, m, o, now_ms);
    case OUTCOME_UNKNOWN:
        break;
    }
    return outbox_move(db, m->id, OUTBOX_INFLIGHT, OUTBOX_UNKNOWN,
                       &(struct outbox_change){.reason = o->reason}, now_ms);
}
