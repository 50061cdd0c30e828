/* callout.c - web-hooks that conversations asked for: table to wire to answer.
 *
 *   turn: row QUEUED (its transaction) -> claim: INFLIGHT, COMMIT -> wire -> ANSWERED + inbox
 * event, COMMIT -> turn: EVENT_ANSWER, row deleted, COMMIT
 *
 * A call leaves at most once: what died on the wire is answered "unknown". The keys of a
 * service are read from the configuration just before the wire and go nowhere else. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/callout.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "bot/flow/library.h"
#include "bot/flow/program.h"
#include "db/calls.h"
#include "db/sql.h"
#include "gateways/http.h"
#include "jobs/metrics.h"
#include "jobs/service.h"

#define CLAIM_MAX 16
#define AGAIN_MS MS_SECOND
#define RETRY_LATER_MS (MS_SECOND / 4) /* its service has no free place */

/* One call on the wire. Owns its memory. */
struct calling {
    struct arena a;
    struct service *s;
    const struct webhook_config *to;
    struct call_row row;
    int64_t sent_ms;
    bool again;           /* no byte left: another try, or its claim is in doubt */
    struct calling *next; /* in the list of the landed */
    struct calling *older, **link;
};

struct callouts {
    struct calling *all;
    struct calling *landed, **last;
    bool doubted; /* some of the landed were never sent: their claim's commit may not have been
                   */
    int in_flight;
    int busy[CONFIG_WEBHOOKS_MAX]; /* of each service */
};

enum rc callout_recover(struct service *s, int64_t before_ms) {
    int64_t lost = 0;
    enum rc rc = calls_recover(s->db, before_ms, service_now(s), &lost);
    if (rc == OK && lost > 0) {
        log_event(LOG_LVL_WARN, "callout.unknown_after_stop", "calls=%lld", (long long)lost);
    }
    return rc;
}

/* A flow that asks a service nobody declared always takes its other branch: told at once. */
static void warn_undeclared(struct service *s) {
    for (size_t i = 0; i < library_count(s->library); i++) {
        struct str name, hash, rest;
        struct library_source src;
        library_item(s->library, i, &name, &hash, &src);
        const struct program *p = library_get(s->library, name);
        for (size_t k = 0; p && k < p->webhooks.n; k++) {
            if (!config_webhook_find(s->config->webhook, s->config->webhooks,
                                     p->webhooks.item[k], STR(""), &rest)) {
                log_event(LOG_LVL_WARN, "callout.not_in_configuration", "flow=%.*s name=%.*s",
                          STR_ARG(name), STR_ARG(p->webhooks.item[k]));
            }
        }
    }
}

enum rc callout_open(struct service *s, struct err *err) {
    struct callouts *c = mem_alloc(sizeof *c);
    memset(c, 0, sizeof *c);
    c->last = &c->landed;
    s->callouts = c;
    warn_undeclared(s);
    /* as with messages: a SQLite file has one process, so all of it was ours */
    bool shared = sql_can(s->db, SQL_CAP_SKIP_LOCKED);
    enum rc rc = callout_recover(s, shared ? service_now(s) - CALLOUT_STALE_MS : INT64_MAX);
    return rc < OK ? err_set(err, rc, "web-hooks left in flight could not be settled: %s",
                             sql_error(s->db))
                   : OK;
}

static void calling_free(struct calling *c) {
    *c->link = c->older;
    if (c->older) {
        c->older->link = c->link;
    }
    arena_done(&c->a);
    free(c);
}

void callout_close(struct service *s) {
    while (s->callouts && s->callouts->all) {
        calling_free(s->callouts->all);
    }
    free(s->callouts);
    s->callouts = NULL;
}

int callout_in_flight(const struct service *s) {
    return s->callouts->in_flight;
}

/* ---- a turn asks ---- */

static struct str headers_json(const struct effect_call *call, struct arena *a) {
    if (call->headers == 0) {
        return STR_EMPTY;
    }
    struct val_builder *b = val_map_begin(a);
    for (size_t i = 0; i < call->headers; i++) {
        val_put_str(b, call->header[i].name, val_text(a, call->header[i].value));
    }
    return json_text(val_end(b), a);
}

enum rc callout_ask(struct person *p, const struct effect_call *call) {
    struct service *s = p->s;
    struct str rest = STR_EMPTY;
    int64_t waiting = 0;
    int64_t limit = call->limit_ms > 0 ? call->limit_ms : CALL_LIMIT_MS;
    limit = limit < CALL_LIMIT_MAX_MS ? limit : CALL_LIMIT_MAX_MS;
    const struct webhook_config *to = config_webhook_find(
        s->config->webhook, s->config->webhooks, call->endpoint, call->url, &rest);
    struct call_row row = {.contact_id = p->contact.id,
                           .token = call->token,
                           .endpoint = to ? to->name : call->endpoint,
                           .method = call->method,
                           .url = rest,
                           .headers = headers_json(call, p->a),
                           .body = call->body,
                           .due_ms = p->now_ms + limit};
    enum rc rc = calls_waiting(s->db, &waiting);
    if (rc == OK) {
        rc = calls_put(s->db, &row, p->now_ms);
    }
    if (rc == OK && (!to || call->body.n > CALL_REQUEST_MAX || waiting >= CALLOUT_WAITING)) {
        row.why = waiting >= CALLOUT_WAITING ? STR("too_many") : STR("refused");
        log_event(LOG_LVL_WARN, "callout.refused", "contact=%lld endpoint=\"%.*s\" why=%s",
                  (long long)p->contact.id, STR_ARG(call->endpoint),
                  to ? arena_cstr(p->a, row.why) : "not_in_configuration");
        rc = calls_answer(s->db, &row, p->now_ms);
    }
    return rc;
}

/* ---- on the wire ---- */

static int slot_of(const struct service *s, const struct webhook_config *w) {
    return (int)(w - s->config->webhook);
}

static struct calling *calling_new(struct service *s, const struct webhook_config *to,
                                   const struct call_row *row) {
    struct calling *c = mem_alloc(sizeof *c);
    memset(c, 0, sizeof *c);
    arena_init(&c->a);
    c->s = s;
    c->to = to;
    c->older = s->callouts->all;
    c->link = &s->callouts->all;
    s->callouts->all = c;
    if (c->older) {
        c->older->link = &c->older;
    }
    c->row = *row;
    c->row.token = arena_str(&c->a, row->token);
    c->row.endpoint = to->name;
    c->row.method = arena_str(&c->a, row->method);
    c->row.url = arena_str(&c->a, row->url);
    c->row.headers = arena_str(&c->a, row->headers);
    c->row.body = arena_str(&c->a, row->body);
    c->row.why = c->row.type = c->row.answer = STR_EMPTY;
    return c;
}

static void land(struct calling *c) {
    struct callouts *all = c->s->callouts;
    c->next = NULL;
    *all->last = c;
    all->last = &c->next;
}

static void no_answer(struct calling *c, const char *why) {
    c->row.status = 0;
    c->row.why = str_from(why);
    land(c);
}

static void take_body(struct calling *c, const struct gw_answer *answer) {
    for (size_t i = 0; i < answer->headers; i++) {
        if (str_eq_nocase(answer->header[i].name, STR("content-type"))) {
            c->row.type = arena_str(&c->a, str_sub(answer->header[i].value, 0, 100));
        }
    }
    bool text = text_is_utf8(answer->body) &&
                str_find_char(answer->body, '\0', 0) == SIZE_MAX && text_is_utf8(c->row.type);
    if (answer->body.n > CALL_ANSWER_MAX) {
        c->row.why = STR("too_large");
    } else if (text) {
        c->row.answer = arena_str(&c->a, answer->body);
    }
    c->row.type = text ? c->row.type : STR_EMPTY;
}

static void answered(const struct gw_answer *answer, void *ctx) {
    struct calling *c = ctx;
    FAULT("callout.after_wire");
    if (answer->status == 0) {
        log_event(LOG_LVL_WARN, "callout.no_answer", "call=%lld endpoint=%.*s why=\"%.*s\"",
                  (long long)c->row.id, STR_ARG(c->row.endpoint), STR_ARG(answer->error));
        c->again = !answer->left && c->row.attempt < CALLOUT_ATTEMPTS &&
                   service_now(c->s) + AGAIN_MS < c->row.due_ms;
        no_answer(c, answer->left ? "time_out" : "unreachable");
        return;
    }
    c->row.status = answer->status;
    if (answer->status < 200 || answer->status > 299) {
        c->row.why = STR("status");
    }
    take_body(c, answer);
    land(c);
}

/* The flow's headers, then the configuration's: a flow can neither see nor replace these. */
static bool build_headers(struct calling *c, struct gw_call *call) {
    const struct val *map = NULL;
    struct err e = {0};
    if (c->row.headers.n && json_parse(c->row.headers, &c->a, &map, &e) != OK) {
        return false;
    }
    size_t given = val_is(map, VAL_MAP) ? map->map.n : 0;
    struct gw_header *h = ARENA_ARRAY(&c->a, struct gw_header, given + c->to->headers);
    for (size_t i = 0; i < given; i++) {
        bool ours = false;
        for (size_t j = 0; j < c->to->headers; j++) {
            ours |= str_eq_nocase(map->map.pair[i].key, c->to->header[j].name);
        }
        if (!ours && val_is(map->map.pair[i].val, VAL_TEXT)) {
            h[call->headers++] =
                (struct gw_header){map->map.pair[i].key, map->map.pair[i].val->text};
        }
    }
    for (size_t j = 0; j < c->to->headers; j++) {
        bool by_reference;
        struct gw_header *to = &h[call->headers++];
        to->name = c->to->header[j].name;
        if (config_webhook_value(c->to->header[j].written, &c->a, &to->value, &by_reference,
                                 &e) != OK) {
            log_err("callout.key", &e, "endpoint=%.*s", STR_ARG(c->to->name));
            return false;
        }
    }
    call->header = h;
    return true;
}

static void fly(struct calling *c) {
    struct gw_call call = {.method = c->row.method, .body = c->row.body};
    int64_t left = c->row.due_ms - service_now(c->s);
    call.url = arena_printf(&c->a, "%.*s%.*s", STR_ARG(c->to->url), STR_ARG(c->row.url));
    c->sent_ms = service_now(c->s);
    if (!build_headers(c, &call)) {
        no_answer(c, "refused");
        return;
    }
    FAULT("callout.before_wire");
    http_start(c->s->http, &call, left < 1 ? 1 : (int)left, c->to->allow_private, answered, c);
}

/* ---- the claim ---- */

/* What leaves now; NULL when the row was dealt with otherwise. */
static enum rc pass_row(struct service *s, struct call_row *row, int64_t now,
                        struct calling **ret) {
    struct str rest;
    const struct webhook_config *to = config_webhook_find(
        s->config->webhook, s->config->webhooks, row->endpoint, row->url, &rest);
    *ret = NULL;
    if (!to || row->due_ms <= now) {
        row->why = to ? STR("time_out") : STR("refused");
        return calls_answer(s->db, row, now);
    }
    if (s->callouts->busy[slot_of(s, to)] >= to->in_flight) {
        int64_t next = now + RETRY_LATER_MS;
        return calls_again(s->db, row, next < row->due_ms ? next : row->due_ms);
    }
    s->callouts->busy[slot_of(s, to)]++;
    *ret = calling_new(s, to, row);
    return OK;
}

static void drop(struct calling *c) {
    c->s->callouts->busy[slot_of(c->s, c->to)]--;
    calling_free(c);
}

static int claim(struct service *s, int room) {
    struct arena a;
    struct call_row *row = NULL;
    struct calling *off[CLAIM_MAX];
    size_t n = 0, flying = 0;
    int64_t now = service_now(s);
    arena_init(&a);
    enum rc rc = sql_begin(s->db, SQL_WRITE);
    if (rc == OK) {
        rc = calls_claim(s->db, now, room < CLAIM_MAX ? room : CLAIM_MAX, &a, &row, &n);
        for (size_t i = 0; i < n && rc == OK; i++) {
            rc = pass_row(s, &row[i], now, &off[flying]);
            flying += rc == OK && off[flying] != NULL;
        }
        FAULT("callout.before_commit");
        rc = sql_end(s->db, rc);
        FAULT("callout.after_commit");
    }
    for (size_t i = 0; i < flying; i++) {
        if (rc < OK && rc != E_IO) {
            drop(off[i]); /* the claim was undone: the row is QUEUED still */
            continue;
        }
        s->callouts->in_flight++;
        if (rc == E_IO) {
            s->callouts->doubted = off[i]->again = true;
            land(off[i]);
        } else {
            fly(off[i]);
        }
    }
    arena_done(&a);
    return rc < OK ? (int)rc : (int)n;
}

int callout_claim(struct service *s) {
    int64_t due;
    if (s->callouts->doubted) { /* before a row can be claimed once more */
        int n = callout_settle(s);
        if (n < 0) {
            return n;
        }
    }
    int room = CALLOUT_IN_FLIGHT - s->callouts->in_flight;
    enum rc rc = calls_next_ms(s->db, &due);
    if (rc != OK || due > service_now(s) || room < 1) {
        return rc < OK ? (int)rc : 0;
    }
    return claim(s, room);
}

/* ---- answers ---- */

static enum rc settle_one(struct service *s, struct calling *c, int64_t now) {
    enum rc rc = c->again ? calls_again(s->db, &c->row, now + AGAIN_MS)
                          : calls_answer(s->db, &c->row, now);
    return rc == E_STATE ? OK : rc; /* the person was erased meanwhile */
}

static void count(const struct calling *c, int64_t now) {
    metric_add(METRIC_CALLS, c->again ? 0 : 1);
    metric_add(METRIC_CALL_FAILURES, !c->again && c->row.why.n > 0);
    log_event(c->row.why.n ? LOG_LVL_WARN : LOG_LVL_INFO, "callout.answer",
              "call=%lld contact=%lld endpoint=%.*s status=%d why=%.*s again=%d ms=%lld",
              (long long)c->row.id, (long long)c->row.contact_id, STR_ARG(c->row.endpoint),
              c->row.status, STR_ARG(c->row.why), c->again, (long long)(now - c->sent_ms));
}

int callout_settle(struct service *s) {
    struct callouts *all = s->callouts;
    if (!all->landed) {
        return 0;
    }
    int64_t now = service_now(s);
    enum rc rc = sql_begin(s->db, SQL_WRITE);
    for (struct calling *c = all->landed; c && rc == OK; c = c->next) {
        rc = settle_one(s, c, now);
    }
    FAULT("callout.before_answer");
    if (rc == OK || sql_in_write(s->db)) {
        rc = sql_end(s->db, rc);
    }
    FAULT("callout.after_answer");
    if (rc < OK) {
        /* kept in the list and written down at the next round: never called again */
        log_event(LOG_LVL_ERROR, "callout.not_settled", "rc=%s why=\"%s\"", rc_name(rc),
                  sql_error(s->db));
        return rc;
    }
    int n = 0;
    while (all->landed) {
        struct calling *c = all->landed;
        all->landed = c->next;
        count(c, now);
        all->in_flight--;
        drop(c);
        n++;
    }
    all->last = &all->landed;
    all->doubted = false;
    return n;
}

/* ---- the turn that hears it ---- */

enum rc callout_event(struct person *p, const struct inbox_row *row, struct event *ret) {
    const struct val *data = NULL, *json = NULL;
    struct err e = {0};
    struct call_row c;
    if (json_parse(row->data, p->a, &data, &e) != OK) {
        return NONE;
    }
    enum rc rc = calls_get(p->s->db, val_get_int(data, "call", 0), p->a, &c);
    if (rc != OK || c.contact_id != p->contact.id) {
        return rc < OK ? rc : NONE;
    }
    if (c.answer.n == 0 || json_parse(c.answer, p->a, &json, &e) != OK) {
        json = &VAL_NIL;
    }
    struct val_builder *b = val_map_begin(p->a);
    val_put(b, "ok", val_bool(c.why.n == 0));
    val_put(b, "status", val_int(p->a, c.status));
    val_put(b, "text", val_text(p->a, c.answer));
    val_put(b, "json", json);
    val_put(b, "type", val_text(p->a, c.type));
    val_put(b, "why", val_text(p->a, c.why));
    *ret = (struct event){.kind = EVENT_ANSWER, .token = c.token, .result = val_end(b)};
    return calls_drop(p->s->db, c.id);
}
