/* converse.c - what came in meets the engine; what comes out is committed with it.
 *
 *   inbox rows of one person -> joined -> engine_step -> effects ... -> session, outbox,
 * timers, inbox done ^  act done, result  |
 *                                             +--------------------+
 *
 * One transaction a batch; when a turn fails, once more with one savepoint a person: nobody's
 * turn is lost because another's failed. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/converse.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/id.h"
#include "base/json.h"
#include "base/log.h"
#include "base/phone.h"
#include "bot/engine.h"
#include "bot/understand/understand.h"
#include "db/calls.h"
#include "db/cases.h"
#include "db/inbox.h"
#include "db/optouts.h"
#include "db/places.h"
#include "db/sql.h"
#include "gateways/gateway.h"
#include "jobs/acts.h"
#include "jobs/callout.h"
#include "jobs/carriers.h"
#include "jobs/effects.h"
#include "jobs/facts.h"
#include "jobs/metrics.h"
#include "jobs/person.h"
#include "jobs/service.h"
#include "jobs/tracing.h"

#define ACTS_A_TURN                                                                            \
    40 /* a flow that asks for more in one turn is broken: it is ended and shown to staff */
#define PARTS_WAIT_MS (60 * MS_SECOND) /* for the missing parts of a long message */

static bool is_words(const struct inbox_row *row) {
    return row->kind == INBOX_TEXT && row->payload.n == 0;
}

static enum rc world_of(struct person *p, struct world *ret) {
    enum rc rc = p->facts ? OK : facts_contact(p, &p->facts);
    *ret =
        (struct world){.library = p->s->library,
                       .und = p->s->und,
                       .contact = p->facts,
                       .org = p->s->org,
                       .zone = p->s->config->org.tz,
                       .lang = person_lang(p),
                       .now_ms = p->now_ms,
                       .paused = p->talk.paused_case != 0,
                       .opted_out = p->contact.stop_all_ms != 0,
                       .resting = p->contact.pause_until_ms > p->now_ms,
                       .has_buttons = p->carrier && (p->carrier->gw.kind->caps & GW_BUTTONS)};
    id_random(&ret->seed, sizeof ret->seed);
    return rc;
}

/* Parameters of the conversation that is being led: they tell which meetup "je viens" is about.
 */
static const struct val *about_of(const struct person *p, const struct event *ev) {
    if (p->session.frames > 0 && p->session.frame[p->session.frames - 1].with) {
        return p->session.frame[p->session.frames - 1].with;
    }
    return ev->with;
}

/* The text of a failure quotes what could not be worked with, which may be the person's words:
 * the log says where only. */
static void log_fallback(const struct person *p, const struct turn *turn,
                         const struct err *why) {
    struct err where = *why;
    struct str flow = turn->traces ? turn->trace[turn->traces - 1].flow : STR_EMPTY;
    snprintf(where.text, sizeof where.text, "a sentence or an expression failed");
    log_err("converse.fallback", &where, "contact=%lld flow=%.*s", (long long)p->contact.id,
            STR_ARG(flow));
}

/* The engine and the acts in turn, until the engine waits or ends. */
static enum rc run_engine(struct person *p, struct event ev, bool *ret_handled,
                          struct err *err) {
    *ret_handled = false;
    for (int n = 0; n < ACTS_A_TURN; n++) {
        struct world w;
        struct turn turn;
        struct err why = {0};
        enum rc rc = world_of(p, &w);
        if (rc != OK) {
            return rc;
        }
        rc = engine_step(&w, &p->session, &ev, p->a, &turn, &why);
        if (rc != OK) {
            *err = why;
            return rc;
        }
        if (why.text[0]) {
            metric_add(METRIC_TURN_FAILURES, 1);
            log_fallback(p, &turn, &why);
        }
        tracing_note(p, &turn);
        const struct val *before = about_of(p, &ev);
        p->session = turn.session;
        p->about = about_of(p, &ev) ? about_of(p, &ev) : before;
        *ret_handled = *ret_handled || turn.handled;
        const struct val *result = NULL;
        p->facts = NULL;
        rc = effects_apply(p, &turn, &result, err);
        if (rc != OK || !turn.needs_result) {
            return rc;
        }
        ev = (struct event){.kind = EVENT_RESULT, .result = result};
    }
    struct case_row c = {.contact_id = p->contact.id, .reason = STR("flow"), .quote = STR("")};
    p->session = (struct session){.version = p->session.version};
    log_event(LOG_LVL_ERROR, "converse.too_many_acts", "contact=%lld",
              (long long)p->contact.id);
    return cases_open(p->s->db, &c, &p->talk, p->now_ms, NULL);
}

/* A message with no reader left over goes to a human: answers must never fall into a void. */
static enum rc unheard(struct person *p, const struct event *ev) {
    if (ev->kind != EVENT_MESSAGE || p->talk.paused_case || p->contact.stop_all_ms) {
        return OK;
    }
    struct case_row c = {
        .contact_id = p->contact.id, .reason = STR("unclear"), .quote = ev->text};
    p->changes |= CHANGE_CASES;
    metric_add(METRIC_CASES, 1);
    return cases_open(p->s->db, &c, &p->talk, p->now_ms, NULL);
}

/* Who has answered for this meetup is not invited to it once more. */
static bool is_answered(const struct inbox_row *row, const struct val *about) {
    struct str state = about ? val_get_text(about, "state", STR_EMPTY) : STR_EMPTY;
    return str_is(row->name, "meetup.invited") && state.n > 0 &&
           !str_is(state, places_state_name(PLACE_INVITED));
}

static enum rc event_of_row(struct person *p, const struct inbox_row *row, struct str text,
                            struct event *ret, bool *ret_gone) {
    *ret_gone = false;
    *ret = (struct event){.kind = EVENT_MESSAGE,
                          .text = text,
                          .words = p->words,
                          .payload = row->payload,
                          .attachment = row->attachment,
                          .attachments = row->attachments};
    if (row->kind == INBOX_TIMEOUT) {
        *ret = (struct event){.kind = EVENT_TIMEOUT, .token = row->token};
    }
    if (row->kind != INBOX_EVENT) {
        return OK;
    }
    if (str_is(row->name, CALLS_EVENT)) {
        enum rc heard = callout_event(p, row, ret);
        *ret_gone = heard == NONE;
        return heard < OK ? heard : OK;
    }
    const struct val *with = NULL;
    struct err e = {0};
    if (row->data.n > 0 && json_parse(row->data, p->a, &with, &e) != OK) {
        log_err("converse.event_data", &e, "inbox=%lld", (long long)row->id);
        *ret_gone = true;
        return OK;
    }
    enum rc rc = facts_about(p, with, &with);
    *ret_gone = rc == NONE || (row->expires_ms && row->expires_ms <= p->now_ms) ||
                is_answered(row, with);
    bool named = str_starts(row->name, STR("flow:"));
    *ret = (struct event){.kind = EVENT_START,
                          .flow = named ? str_sub(row->name, 5, row->name.n - 5) : STR_EMPTY,
                          .name = named ? STR_EMPTY : row->name,
                          .with = with,
                          .priority = row->priority,
                          .key = row->key,
                          .expires_ms = row->expires_ms};
    return rc < OK ? rc : OK;
}

/* A chat whose owner shared their own phone number: the same person, one file. */
static enum rc link_phone(struct person *p, const struct inbox_row *row) {
    struct phone ph;
    if (phone_parse(row->payload, p->s->config->org.country, p->a, &ph) != OK) {
        return OK;
    }
    struct address tel = {STR("tel"), ph.e164};
    struct contact_address known;
    enum rc rc = addresses_find(p->s->db, tel, p->a, &known);
    if (rc == NONE) {
        int64_t id;
        return addresses_add(p->s->db, p->contact.id, tel, STR_EMPTY, p->now_ms, &id);
    }
    if (rc != OK || known.contact_id == p->contact.id) {
        return rc;
    }
    log_event(LOG_LVL_INFO, "converse.linked", "from=%lld into=%lld", (long long)p->contact.id,
              (long long)known.contact_id);
    return contacts_merge(p->s->db, p->contact.id, known.contact_id, p->now_ms);
}

static enum rc blocked(struct person *p, const struct inbox_row *row) {
    bool out = row->kind == INBOX_BLOCKED;
    enum rc rc = OK;
    if (row->address_id) {
        rc = addresses_mark(p->s->db, row->address_id, out ? ADDRESS_BLOCKED : ADDRESS_OK,
                            STR("provider"), p->now_ms);
    }
    /* an operator's own STOP is a STOP; a blocked chat only closes that chat */
    if (rc == OK && out && str_is(p->address.at.scheme, "tel")) {
        struct optout o = {.contact_id = p->contact.id,
                           .out = true,
                           .scope = OPTOUT_ALL,
                           .channel = STR("provider"),
                           .inbox_id = row->id};
        bool already;
        rc = optouts_put(p->s->db, &o, p->now_ms, &already);
    }
    return rc;
}

/* What was understood stays understood, but for two things that must never be missed: who
 * corrects a message into STOP has said STOP, and who corrects it into distress is in distress.
 */
static bool must_be_heard(struct person *p, struct str text) {
    struct ask ask = {
        .kind = ASK_NONE, .region = p->s->config->org.country, .now_ms = p->now_ms};
    struct answer answer;
    return text.n > 0 && und_reflex(p->s->und, text, &ask, p->a, &answer) == OK &&
           answer.sureness == UND_SURE &&
           (answer.intent == INTENT_STOP || answer.intent == INTENT_DISTRESS);
}

/* One message or event, in its person's hands. */
static enum rc take_turn(struct person *p, const struct inbox_row *row, struct str text,
                         struct err *err) {
    switch (row->kind) {
    case INBOX_BLOCKED:
    case INBOX_UNBLOCKED:
        return blocked(p, row);
    case INBOX_CONTACT:
        return link_phone(p, row);
    case INBOX_EDITED:
        if (!must_be_heard(p, text)) {
            return OK; /* kept in the thread */
        }
        break;
    case INBOX_TEXT:
    case INBOX_BUTTON:
    case INBOX_START:
    case INBOX_EVENT:
    case INBOX_TIMEOUT:
        break;
    }
    struct event ev;
    bool gone, handled;
    enum rc rc = event_of_row(p, row, text, &ev, &gone);
    if (rc != OK || gone) {
        return rc;
    }
    p->about = ev.with;
    rc = run_engine(p, ev, &handled, err);
    if (rc == OK && !handled) {
        rc = unheard(p, &ev);
    }
    if (rc == OK) {
        rc = tracing_keep(p);
    }
    p->turned = true;
    return rc;
}

/* ---- joining what came in pieces ---- */

/* All parts of a long message, in order, as one text; false when some are missing. */
static bool join_parts(const struct inbox_row *row, size_t n, struct arena *a,
                       struct str *ret) {
    struct buf b;
    buf_init(&b, 65536);
    int parts = row[0].parts;
    bool whole = true;
    for (int part = 1; part <= parts && whole; part++) {
        whole = false;
        for (size_t i = 0; i < n && !whole; i++) {
            if (row[i].part == part && str_eq(row[i].part_ref, row[0].part_ref)) {
                buf_str(&b, row[i].text);
                whole = true;
            }
        }
    }
    *ret = arena_str(a, buf_view(&b));
    buf_done(&b);
    return whole;
}

/* How many rows from the first on make one message, and its text. *ret_hold_ms > 0: wait that
 * long for more. */
static enum rc gather(struct person *p, const struct inbox_row *row, size_t n, size_t *ret_used,
                      struct str *ret_text, int64_t *ret_hold_ms) {
    *ret_used = 1;
    *ret_text = row[0].text;
    *ret_hold_ms = 0;
    if (row[0].parts > 1) {
        size_t same = 0;
        while (same < n && row[same].parts > 1 && str_eq(row[same].part_ref, row[0].part_ref)) {
            same++;
        }
        *ret_used = same;
        if (!join_parts(row, same, p->a, ret_text)) {
            int64_t left = row[0].received_ms + PARTS_WAIT_MS - p->now_ms;
            *ret_hold_ms = left > 0 ? left : 0;
        }
        return OK;
    }
    if (!is_words(&row[0]) || p->session.wait != WAIT_ANSWER) {
        return OK;
    }
    struct world w;
    enum rc rc = world_of(p, &w);
    if (rc != OK) {
        return rc;
    }
    int64_t hold = 0;
    p->words = und_prepare(w.und, *ret_text, p->a);
    while (engine_wants_more(&w, &p->session, p->words, p->a, &hold)) {
        if (*ret_used < n && is_words(&row[*ret_used]) && row[*ret_used].parts <= 1) {
            *ret_text = arena_printf(p->a, "%.*s\n%.*s", STR_ARG(*ret_text),
                                     STR_ARG(row[*ret_used].text));
            p->words = und_prepare(w.und, *ret_text, p->a);
            (*ret_used)++;
            continue;
        }
        if (hold > p->s->config->sending.join_ms) {
            hold = p->s->config->sending.join_ms;
        }
        int64_t left = row[*ret_used - 1].received_ms + hold - p->now_ms;
        *ret_hold_ms = left > 0 ? left : 0;
        break;
    }
    return OK;
}

/* ---- a person's rows ---- */

static enum rc finish_rows(struct person *p, const struct inbox_row *row, size_t n) {
    enum rc rc = OK;
    for (size_t i = 0; i < n && rc == OK; i++) {
        rc = inbox_finish(p->s->db, &row[i], &p->talk, p->now_ms);
    }
    return rc;
}

/* What a transaction of many turns has done so far. */
struct batch {
    bool careful; /* a savepoint a person: nobody's turn is lost because another's failed */
    bool failed;  /* a turn did */
    unsigned changes;
    int turns;
};

/* Messages are hung on the thread before what they caused, so that the thread reads in order.
 */
static enum rc person_rows(struct service *s, const struct inbox_row *row, size_t n,
                           struct arena *a, struct batch *b, struct err *err) {
    size_t at = 0;
    while (at < n) {
        struct person p;
        enum rc rc = person_load(s, row[at].contact_id, &row[at], a, &p, err);
        if (rc != OK) {
            return rc == NONE ? finish_rows(&(struct person){.s = s, .now_ms = service_now(s)},
                                            row + at, n - at)
                              : rc;
        }
        size_t used;
        struct str text;
        int64_t hold;
        rc = gather(&p, row + at, n - at, &used, &text, &hold);
        if (rc != OK) {
            return rc;
        }
        if (hold > 0) {
            for (size_t i = at; i < n && rc == OK; i++) {
                rc = inbox_hold(s->db, row[i].id, p.now_ms + hold);
            }
            return rc;
        }
        int64_t merged_into = row[at].kind == INBOX_CONTACT;
        rc = finish_rows(&p, row + at, used);
        if (rc == OK) {
            rc = take_turn(&p, &row[at], text, err);
        }
        if (rc == OK && !(merged_into && person_reload(&p) != OK) &&
            p.contact.status != CONTACT_ERASED) {
            rc = person_save(&p);
        }
        if (rc != OK) {
            return rc;
        }
        b->changes |= p.changes;
        b->turns += p.turned;
        at += used;
    }
    return OK;
}

/* The turn was undone: again later, and after some tries a human must know. */
static enum rc put_back(struct service *s, const struct inbox_row *row, size_t n, enum rc why,
                        const struct err *err) {
    int64_t now = service_now(s);
    enum rc rc = OK;
    for (size_t i = 0; i < n && rc == OK; i++) {
        if (row[i].tries + 1 < CONVERSE_TRIES) {
            rc = inbox_retry(s->db, row[i].id, now + 1000LL * (row[i].tries + 1));
            continue;
        }
        log_err("converse.failed", err, "inbox=%lld rc=%s", (long long)row[i].id, rc_name(why));
        rc = inbox_fail(s->db, &row[i], NULL, str_from(rc_name(why)), now);
        struct case_row c = {
            .contact_id = row[i].contact_id, .reason = STR("failed"), .quote = row[i].text};
        if (rc == OK) {
            rc = cases_open(s->db, &c, NULL, now, NULL);
        }
    }
    return rc;
}

static enum rc carefully(struct service *s, const struct inbox_row *row, size_t n,
                         struct arena *a, struct batch *b) {
    struct err err = {0};
    enum rc rc = sql_save(s->db);
    if (rc == OK) {
        enum rc turn = person_rows(s, row, n, a, b, &err);
        FAULT("converse.after_turn");
        rc = sql_save_end(s->db, turn == OK);
        if (rc == OK && turn != OK) {
            metric_add(METRIC_TURN_FAILURES, 1);
            rc = turn == E_BUSY ? turn : put_back(s, row, n, turn, &err);
        }
    }
    return rc;
}

static enum rc one_person(struct service *s, const struct inbox_row *row, size_t n,
                          struct arena *a, struct batch *b) {
    struct err err = {0};
    if (b->careful) {
        return carefully(s, row, n, a, b);
    }
    enum rc rc = person_rows(s, row, n, a, b, &err);
    FAULT("converse.after_turn");
    b->failed = rc != OK && rc != E_BUSY;
    return rc > OK ? E_STATE : rc;
}

/* Rows of one person stand together in the claim's order of arrival: stable selection by
 * contact. */
static size_t collect(const struct inbox_row *row, size_t n, bool *taken, size_t first,
                      struct inbox_row *out) {
    size_t k = 0;
    for (size_t i = first; i < n; i++) {
        if (!taken[i] && row[i].contact_id == row[first].contact_id) {
            taken[i] = true;
            out[k++] = row[i];
        }
    }
    return k;
}

static enum rc one_batch(struct service *s, struct batch *b, size_t *ret_n) {
    struct arena a, turn;
    struct inbox_row *row = NULL;
    size_t n = 0;
    enum rc rc = sql_begin(s->db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    arena_init(&a);
    arena_init(&turn);
    rc = inbox_claim(s->db, service_now(s), CONVERSE_BATCH, &a, &row, &n);
    bool *taken = ARENA_ARRAY(&a, bool, n + 1);
    struct inbox_row *mine = ARENA_ARRAY(&a, struct inbox_row, n + 1);
    for (size_t i = 0; i < n && rc == OK; i++) {
        if (!taken[i]) {
            size_t k = collect(row, n, taken, i, mine);
            rc = one_person(s, mine, k, &turn, b);
            arena_reset(&turn);
        }
    }
    FAULT("converse.before_commit");
    rc = sql_end(s->db, rc);
    FAULT("converse.after_commit");
    arena_done(&turn);
    arena_done(&a);
    *ret_n = n;
    return rc;
}

int converse_round(struct service *s) {
    int64_t ready;
    enum rc rc = inbox_next_ms(s->db, &ready);
    if (rc != OK || ready > service_now(s)) {
        return rc < OK ? (int)rc : 0;
    }
    /* Turns fail so seldom that none has a savepoint, which copies every page it touches; when
     * one does, the batch is undone and done again with one each. */
    struct batch b = {0};
    size_t n = 0;
    rc = one_batch(s, &b, &n);
    if (b.failed) {
        b = (struct batch){.careful = true};
        rc = one_batch(s, &b, &n);
    }
    if (rc < OK) {
        log_event(LOG_LVL_ERROR, "converse.refused", "rc=%s why=\"%s\"", rc_name(rc),
                  sql_error(s->db));
        return rc;
    }
    if (n > 0) {
        metric_add(METRIC_TURNS, b.turns);
        metric_add(METRIC_COMMITS, 1);
        if (s->on_change) {
            s->on_change(s->change_ctx, b.changes | CHANGE_OUTBOUND);
        }
    }
    return (int)n;
}
