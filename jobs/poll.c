/* poll.c - gateways that are asked for messages instead of being told. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/poll.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "gateways/descriptor.h"
#include "gateways/http.h"
#include "jobs/carriers.h"
#include "jobs/deliver.h"
#include "jobs/receive.h"
#include "jobs/service.h"
#include "jobs/spool.h"

#define FAILURE_FIRST_MS MS_SECOND

struct polling {
    struct service *s;
    struct carrier *c;
};

static void failed(struct carrier *c, int64_t wait_ms, const char *why) {
    c->poll_failures++;
    int64_t pause = deliver_backoff(FAILURE_FIRST_MS, c->poll_failures);
    c->poll_after_ms = clock_mono_ms() + (wait_ms > pause ? wait_ms : pause);
    log_event(LOG_LVL_WARN, "poll.failed", "channel=%.*s failures=%d why=\"%s\"",
              STR_ARG(c->gw.name), c->poll_failures, why);
}

/* The cursor moves only when what it covers is committed; else the same updates are asked for
 * again. */
static void stored(void *ctx, const struct receive_item *item, enum rc rc) {
    struct carrier *c = ctx;
    if (rc != OK) {
        failed(c, 0, "not stored");
    } else if (item->cursor.p && item->cursor.n < sizeof c->poll_cursor_buf) {
        memcpy(c->poll_cursor_buf, item->cursor.p, item->cursor.n);
        c->poll_cursor = (struct str){c->poll_cursor_buf, item->cursor.n};
        c->poll_failures = 0;
    }
    c->polling = false;
}

static void polled(const struct gw_answer *answer, void *ctx) {
    struct polling *p = ctx;
    struct service *s = p->s;
    struct carrier *c = p->c;
    struct receive_item *item = receive_item_new();
    struct err err = {0};
    int64_t wait = 0;
    item->channel = c->gw.name;
    item->done = stored;
    item->ctx = c;
    struct str cursor = STR_EMPTY;
    enum rc rc = c->gw.kind->poll_parse(&c->gw, c->poll_cursor, answer, service_now(s),
                                        &item->a, &item->parsed, &cursor, &wait, &err);
    item->cursor = cursor;
    if (rc != OK) {
        struct str why = descriptor_redact(&c->gw, str_from(err.text), &item->a);
        failed(c, rc == E_DENIED ? 10 * MS_MINUTE : wait, arena_cstr(&item->a, why));
    }
    if (rc == OK && wait > 0) {
        c->poll_after_ms = clock_mono_ms() + wait; /* a source that is looked at now and then */
    }
    /* an empty answer needs no transaction */
    bool something = rc == OK && (item->parsed.ins > 0 || item->parsed.receipts > 0 ||
                                  item->parsed.reacts > 0 || !str_eq(cursor, c->poll_cursor));
    if (something && receive_offer(s, item) == OK) {
        return;
    }
    if (something) {
        failed(c, 0, "no room, or no database");
    }
    c->polling = false;
    receive_item_free(item);
}

int poll_round(struct service *s) {
    int started = 0;
    for (size_t i = 0; i < s->carriers; i++) {
        struct carrier *c = &s->carrier[i];
        struct gw_call call = {0};
        struct arena a;
        if (!(c->gw.kind->caps & GW_POLL) || !c->gw.kind->poll_call || c->polling ||
            clock_mono_ms() < c->poll_after_ms) {
            continue;
        }
        arena_init(&a);
        if (c->gw.kind->poll_call(&c->gw, c->poll_cursor, service_now(s), &a, &call) == OK) {
            struct polling *p =
                c->poll_ctx ? c->poll_ctx : ARENA_NEW(&s->process, struct polling);
            *p = (struct polling){s, c};
            c->poll_ctx = p;
            c->polling = true;
            spool_or_wire(s->http, &call, c->gw.allow_private, polled, p);
            started++;
        }
        arena_done(&a);
    }
    return started;
}

static void set_up(const struct gw_answer *answer, void *ctx) {
    struct carrier *c = ctx;
    if (answer->status < 200 || answer->status > 299) {
        log_event(LOG_LVL_WARN, "channel.setup", "channel=%.*s status=%d why=\"%.*s\"",
                  STR_ARG(c->gw.name), answer->status, STR_ARG(answer->error));
    }
}

void poll_setup(struct service *s) {
    for (size_t i = 0; i < s->carriers; i++) {
        struct carrier *c = &s->carrier[i];
        struct gw_call call = {0};
        struct arena a;
        arena_init(&a);
        if (c->gw.kind->setup_call && c->gw.kind->setup_call(&c->gw, &a, &call) == OK) {
            http_start(s->http, &call, call.timeout_ms, c->gw.allow_private, set_up, c);
        }
        arena_done(&a);
    }
}
