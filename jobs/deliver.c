/* deliver.c - outbox to wire to outcome; a message leaves once or is shown to a human.
 *
 *   claim (INFLIGHT, COMMIT) -> door -> gateway.send_next <-> http -> outcome -> settle (SENT |
 * QUEUED | FAILED | UNKNOWN)
 *
 * Between the commit of INFLIGHT and the outcome the process may die: such rows are found at
 * the next start and become UNKNOWN, never sent again by themselves. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/deliver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/id.h"
#include "base/log.h"
#include "bot/effect.h"
#include "db/addresses.h"
#include "db/cases.h"
#include "db/channels.h"
#include "db/inbox.h"
#include "db/outbox.h"
#include "db/sql.h"
#include "gateways/gateway.h"
#include "jobs/carriers.h"
#include "jobs/door.h"
#include "jobs/flying.h"
#include "jobs/metrics.h"
#include "jobs/route.h"
#include "jobs/service.h"

#define CLAIM_MAX 64
#define COMPANY_MS 4 /* an outcome waits so long for others: one commit for all of them */
#define FAULT_PAUSE_MS (30 * MS_MINUTE) /* a broken account is tried again this often */
#define BACKOFF_MAX_MS MS_HOUR

enum rc deliver_recover(struct service *s, int64_t before_ms) {
    int64_t lost = 0;
    enum rc rc = sql_begin(s->db, SQL_WRITE);
    if (rc == OK) {
        rc = sql_end(s->db, outbox_recover(s->db, before_ms, service_now(s), &lost));
    }
    if (rc == OK && lost > 0) {
        metric_add(METRIC_UNKNOWN, lost);
        log_event(LOG_LVL_WARN, "deliver.unknown_after_stop", "messages=%lld", (long long)lost);
    }
    return rc;
}

enum rc deliver_open(struct service *s, struct err *err) {
    struct flight *f = mem_alloc(sizeof *f);
    memset(f, 0, sizeof *f);
    f->last = &f->landed;
    s->flight = f;
    /* what an earlier process had on the wire: nobody knows whether it arrived. A SQLite file
     * has one process, so all of it is ours, whatever its clock said. */
    enum rc rc = deliver_recover(
        s, sql_can(s->db, SQL_CAP_SKIP_LOCKED) ? service_now(s) - DELIVER_STALE_MS : INT64_MAX);
    return rc < OK ? err_set(err, rc, "messages left in flight could not be settled: %s",
                             sql_error(s->db))
                   : OK;
}

void deliver_close(struct service *s) {
    /* also those whose answer never came: their rows become UNKNOWN at the next start */
    while (s->flight && s->flight->all) {
        flying_free(s->flight->all);
    }
    free(s->flight);
    s->flight = NULL;
}

int deliver_in_flight(const struct service *s) {
    return s->flight->in_flight;
}

int64_t deliver_backoff(int64_t first_ms, int attempt) {
    int64_t ms = first_ms;
    for (int i = 1; i < attempt && ms < BACKOFF_MAX_MS; i++) {
        ms *= 2;
    }
    if (ms > BACKOFF_MAX_MS) {
        ms = BACKOFF_MAX_MS;
    }
    uint32_t chance;
    id_random(&chance, sizeof chance);
    return ms + (int64_t)(chance % 1000) * (ms / 4) / 1000;
}

/* ---- the claim ---- */

static enum rc let_wait(struct service *s, const struct outbox_row *m, int64_t until,
                        int64_t now) {
    struct outbox_change back = {
        .next_ms = until, .uncount = true, .first_part = m->first_part};
    return outbox_move(s->db, m->id, OUTBOX_INFLIGHT, OUTBOX_QUEUED, &back, now);
}

/* Asks the door, then the pace; *ret is the message to send, or NULL. */
static enum rc pass_row(struct service *s, struct carrier *c, const struct outbox_row *m,
                        int64_t now, struct arena *a, struct flying **ret) {
    *ret = NULL;
    struct door d;
    enum rc rc = door_ask(s, m, now, a, &d);
    if (rc != OK) {
        return rc;
    }
    if (d.says == DOOR_WAIT) {
        return let_wait(s, m, d.wait_until_ms, now);
    }
    if (d.closed) {
        rc = route_elsewhere(s, m, a, now);
        if (rc != NONE) {
            return rc;
        }
    }
    if (d.says == DOOR_EXPIRE || d.says == DOOR_HOLD) {
        enum outbox_state to = d.says == DOOR_EXPIRE ? OUTBOX_EXPIRED : OUTBOX_HELD_BACK;
        struct outbox_change why = {.reason = str_from(d.reason)};
        metric_add(d.says == DOOR_EXPIRE ? METRIC_EXPIRED : METRIC_HELD_BACK, 1);
        log_event(LOG_LVL_INFO, "deliver.not_sent", "outbox=%lld state=%s reason=\"%s\"",
                  (long long)m->id, outbox_state_name(to), d.reason);
        return outbox_move(s->db, m->id, OUTBOX_INFLIGHT, to, &why, now);
    }
    int64_t wait = carrier_take(c, m->to.value, now);
    if (wait > 0) {
        return let_wait(s, m, now + wait, now);
    }
    *ret = flying_new(s, c, m, d.counts);
    return OK;
}

/* At most what may leave at once: a claim that only waits for its turn would be written twice.
 */
static int room_on(struct carrier *c, int64_t now) {
    int room = c->limits.in_flight - (c->in_flight - c->landed);
    if (c->paused_until_ms > now || room <= 0) {
        return 0;
    }
    int pace = carrier_pace(c, now);
    room = room < pace ? room : pace;
    return room < CLAIM_MAX ? room : CLAIM_MAX;
}

/* Adds what this channel may send to *list; *moved counts the rows that were touched. */
static enum rc claim_on(struct service *s, struct carrier *c, int64_t now, struct arena *a,
                        struct flying **list, int *moved) {
    struct outbox_row *row = NULL;
    size_t n = 0;
    int room = room_on(c, now);
    if (room == 0) {
        return OK;
    }
    enum rc rc = sql_done(outbox_claim(s->db, c->gw.name, now, room, a, &row, &n));
    for (size_t i = 0; i < n && rc == OK; i++) {
        struct flying *f;
        rc = pass_row(s, c, &row[i], now, a, &f);
        if (f) {
            f->next = *list;
            *list = f;
        }
    }
    c->held_until_ms = 0;
    if (rc == OK && n == 0) {
        rc = sql_done(outbox_next_after(s->db, c->gw.name, now, &c->held_until_ms));
        c->held_until_ms = c->held_until_ms ? c->held_until_ms : now + MS_SECOND;
    }
    *moved += (int)n;
    return rc;
}

/* ---- outcomes ---- */

static enum rc pause_channel(struct service *s, struct carrier *c, const struct outcome *o,
                             int64_t now) {
    int64_t until = now + (o->channel_fault        ? FAULT_PAUSE_MS
                           : o->retry_after_ms > 0 ? o->retry_after_ms
                                                   : MS_SECOND);
    if (until > c->paused_until_ms) {
        c->paused_until_ms = until;
    }
    if (!o->channel_fault) {
        return OK;
    }
    enum rc rc = channels_pause(s->db, c->gw.name, until,
                                o->reason.n > 0 ? o->reason : STR("account"), now);
    if (rc == OK) {
        log_event(LOG_LVL_ERROR, "channel.fault", "channel=%.*s code=%.*s", STR_ARG(c->gw.name),
                  STR_ARG(o->code));
    }
    return rc < OK ? rc : OK;
}

/* A broadcast has really left: from now on the person's answer is about it. */
static enum rc await_broadcast(struct service *s, const struct outbox_row *m, int64_t now) {
    if (!m->broadcast_id || !str_is(m->kind, "bulk")) {
        return OK;
    }
    char data[64], key[96];
    snprintf(data, sizeof data, "{\"broadcast\":%lld}", (long long)m->broadcast_id);
    snprintf(key, sizeof key, "broadcast/%lld/%lld", (long long)m->broadcast_id,
             (long long)m->contact_id);
    struct inbox_row ev = {.contact_id = m->contact_id,
                           .kind = INBOX_EVENT,
                           .name = STR("broadcast.sent"),
                           .data = str_from(data),
                           .priority = SAY_BULK,
                           .key = str_from(key)};
    int64_t id;
    enum rc rc = inbox_event(s->db, &ev, now, &id);
    return rc == E_CONFLICT ? OK : rc;
}

/* A message whose fate only a human can judge: left without an answer. */
static enum rc show_unknown(struct service *s, const struct outbox_row *m, int64_t now) {
    if (!str_is(m->kind, "staff") && !str_is(m->kind, "urgent")) {
        return OK; /* listed by `rebond queue show` and counted; an alert each would drown the
                      others */
    }
    struct case_row c = {
        .contact_id = m->contact_id, .reason = STR("unknown"), .quote = STR("")};
    return cases_open(s->db, &c, NULL, now, NULL);
}

static void count_outcome(const struct outcome *o, const struct outbox_row *m) {
    static const struct {
        enum metric metric;
        const char *word;
    } BY[] = {[OUTCOME_SENT] = {METRIC_SENT, "sent"},
              [OUTCOME_NEVER] = {METRIC_FAILED, "failed"},
              [OUTCOME_UNKNOWN] = {METRIC_UNKNOWN, "unknown"},
              [OUTCOME_LATER] = {METRIC_COUNT, "later"}};
    if (BY[o->kind].metric != METRIC_COUNT) {
        metric_add(BY[o->kind].metric, 1);
    }
    log_event(o->kind == OUTCOME_SENT ? LOG_LVL_INFO : LOG_LVL_WARN, "deliver.outcome",
              "outbox=%lld state=%s attempt=%d code=%.*s reason=\"%.*s\"", (long long)m->id,
              BY[o->kind].word, m->attempt, STR_ARG(o->code),
              STR_ARG(str_sub(o->reason, 0, 120)));
}

/* The person closed this chat, or the number is dead: certain not to have arrived, so another
 * of their addresses may take it. NONE: it may not. */
static enum rc settle_elsewhere(struct service *s, struct flying *f, int64_t now) {
    const struct outcome *o = &f->send.outcome;
    if (o->kind != OUTCOME_NEVER || !(o->opted_out || o->bad_address) ||
        f->row.first_part > 1) {
        return NONE;
    }
    enum rc rc = route_elsewhere(s, &f->row, &f->a, now);
    return rc == OK
               ? addresses_mark(s->db, f->row.address_id,
                                o->opted_out ? ADDRESS_BLOCKED : ADDRESS_BAD, o->reason, now)
               : rc;
}

static enum rc settle_one(struct service *s, struct flying *f, int64_t now) {
    struct outcome *o = &f->send.outcome;
    enum rc rc = settle_elsewhere(s, f, now);
    if (rc != NONE) {
        return rc == E_STATE ? OK : rc;
    }
    rc = OK;
    if (o->channel_fault || o->pause_channel) {
        rc = pause_channel(s, f->carrier, o, now);
        if (rc == OK && (o->kind == OUTCOME_LATER || o->channel_fault) && !o->bad_address &&
            !o->opted_out) {
            /* not this message's fault: it waits with the channel, or for the one that takes
             * over, and no attempt is counted */
            bool out = carrier_is_out(s, f->carrier, now);
            return let_wait(s, &f->row, out ? now : f->carrier->paused_until_ms, now);
        }
    }
    int64_t next = 0;
    if (o->kind == OUTCOME_LATER) {
        if (f->row.attempt >= s->config->sending.attempts) {
            o->kind = OUTCOME_NEVER;
            o->reason = o->reason.n > 0 ? o->reason : STR("too many attempts");
        } else {
            int64_t pause = deliver_backoff(s->config->sending.retry_first_ms, f->row.attempt);
            next = now + (o->retry_after_ms > pause ? o->retry_after_ms : pause);
        }
    }
    if (rc == OK) {
        rc = outbox_result(s->db, &f->row, o, next, door_day(s, now), f->counts, now);
    }
    if (rc == OK && o->kind == OUTCOME_SENT) {
        rc = await_broadcast(s, &f->row, now);
    }
    if (rc == OK && o->kind == OUTCOME_UNKNOWN) {
        rc = show_unknown(s, &f->row, now);
    }
    if (rc == E_STATE) {
        rc = OK; /* a receipt came first and was final */
    }
    return rc;
}

static enum rc settle_landed(struct service *s, int64_t now) {
    enum rc rc = OK;
    for (struct flying *f = s->flight->landed; f && rc == OK; f = f->next) {
        rc = s->flight->unsure ? outbox_holds(s->db, &f->row) : OK;
        rc = rc == OK ? settle_one(s, f, now) : sql_done(rc);
    }
    if (s->flight->landed) {
        FAULT("settle.before_commit");
    }
    return rc;
}

/* Rows of claims whose commit is in doubt wait again, if it did happen; none of them left. */
static enum rc give_back(struct service *s, int64_t now) {
    enum rc rc = OK;
    for (struct flying *f = s->flight->doubted; f && rc == OK; f = f->next) {
        rc = outbox_holds(s->db, &f->row);
        rc = rc == OK ? let_wait(s, &f->row, now, now) : sql_done(rc);
        rc = rc == E_STATE ? OK : rc;
    }
    return rc;
}

static void free_list(struct flying *list) {
    while (list) {
        struct flying *f = list;
        list = f->next;
        flying_free(f);
    }
}

/* What was written down is forgotten here. */
static int let_go(struct service *s) {
    struct flight *all = s->flight;
    int n = 0;
    free_list(all->doubted);
    all->doubted = NULL;
    all->unsure = false;
    while (all->landed) {
        struct flying *f = all->landed;
        all->landed = f->next;
        count_outcome(&f->send.outcome, &f->row);
        f->carrier->in_flight--;
        f->carrier->landed--;
        all->in_flight--;
        flying_free(f);
        n++;
    }
    all->last = &all->landed;
    all->down = 0;
    return n;
}

/* Claims are undone: those rows are QUEUED still, or will be once the store can be asked again.
 * Outcomes stay in the list and are written down at the next round: never sent again. */
static void keep_for_later(struct service *s, struct flying *list, enum rc rc) {
    struct flight *all = s->flight;
    if (all->landed) {
        log_event(LOG_LVL_ERROR, "deliver.not_settled", "rc=%s why=\"%s\"", rc_name(rc),
                  sql_error(s->db));
    }
    if (rc != E_IO) {
        free_list(list);
        return;
    }
    all->unsure = true;
    while (list) {
        struct flying *f = list;
        list = f->next;
        f->next = all->doubted;
        all->doubted = f;
    }
}

static void launch(struct flying *list) {
    while (list) {
        struct flying *f = list;
        list = f->next;
        flying_go(f);
    }
}

/* How long the channels whose messages came home may not send yet; 0: one of them may. */
static int64_t pace_left(struct service *s, int64_t now) {
    int64_t left = CARRIER_GATHER_MS;
    for (size_t i = 0; i < s->carriers && left > 0; i++) {
        struct carrier *c = &s->carrier[i];
        if (c->landed > 0) {
            int64_t wait = carrier_pace(c, now) > 0 ? 0 : c->pace_until_ms - now;
            left = wait < left ? wait : left;
        }
    }
    return left;
}

/* Outcomes worth a commit: the whole wire has come home, or the first waits long enough. Where
 * the pace lets nothing leave yet, they wait for the next claims: one commit for both. */
int64_t deliver_ripe_ms(struct service *s) {
    const struct flight *f = s->flight;
    if (f->down == 0) {
        return INT64_MAX;
    }
    int64_t pace = pace_left(s, service_now(s)), mono = clock_mono_ms();
    if (pace > 0) {
        int64_t left = f->first_ms + CARRIER_GATHER_MS - mono;
        left = left < pace ? left : pace;
        return left > 0 ? left : 0;
    }
    int64_t left = f->first_ms + COMPANY_MS - mono;
    return f->down == f->in_flight || left < 0 ? 0 : left;
}

int deliver_landed(const struct service *s) {
    return s->flight->down;
}

/* Whether a row may leave without waiting for an outcome to be written down. */
static bool may_claim(struct service *s, int64_t now) {
    for (size_t i = 0; i < s->carriers; i++) {
        struct carrier *c = &s->carrier[i];
        int64_t due;
        bool paced = c->pace_until_ms > now && c->pace_until_ms <= now + MS_SECOND;
        if (!paced && c->in_flight < c->config->in_flight && room_on(c, now) > 0 &&
            outbox_next_ms(s->db, c->gw.name, &due) == OK && due <= now) {
            return true;
        }
    }
    return false;
}

/* Outcomes first: they make room. One commit for both; only after it does anything leave. */
static int exchange(struct service *s, bool claims) {
    struct arena a;
    struct flying *list = NULL;
    int64_t now = service_now(s);
    int moved = 0;
    bool landed = s->flight->landed != NULL;
    arena_init(&a);
    enum rc rc = sql_begin(s->db, SQL_WRITE);
    if (rc == OK) {
        rc = give_back(s, now);
        rc = rc == OK ? settle_landed(s, now) : rc;
        for (size_t i = 0; i < s->carriers && rc == OK && claims; i++) {
            rc = claim_on(s, &s->carrier[i], now, &a, &list, &moved);
        }
        FAULT("deliver.before_commit");
        rc = sql_end(s->db, rc);
        FAULT("deliver.after_commit");
    }
    arena_done(&a);
    if (rc < OK) {
        keep_for_later(s, list, rc);
        return rc;
    }
    if (landed) {
        FAULT("settle.after_commit");
    }
    moved += let_go(s);
    if (landed && s->on_change) {
        s->on_change(s->change_ctx, CHANGE_OUTBOUND);
    }
    launch(list);
    return moved;
}

int deliver_round(struct service *s) {
    int moved = route_failover(s);
    if (moved < 0) {
        return moved;
    }
    if (deliver_ripe_ms(s) > 0 && !s->flight->doubted && !may_claim(s, service_now(s))) {
        return moved;
    }
    int n = exchange(s, true);
    return n < 0 ? n : moved + n;
}

int deliver_settle(struct service *s) {
    return s->flight->landed ? exchange(s, false) : 0;
}
