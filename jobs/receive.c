/* receive.c - what came from outside goes into the inbox, many requests in one commit. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/receive.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/log.h"
#include "db/channels.h"
#include "db/inbox.h"
#include "db/receipts.h"
#include "db/sql.h"
#include "gateways/http.h"
#include "jobs/carriers.h"
#include "jobs/media.h"
#include "jobs/metrics.h"
#include "jobs/service.h"
#include "jobs/spool.h"

struct intake {
    pthread_mutex_t lock;
    struct receive_item *first, **last;
    int waiting;
};

struct receive_item *receive_item_new(void) {
    struct receive_item *item = mem_alloc(sizeof *item);
    memset(item, 0, sizeof *item);
    arena_init(&item->a);
    return item;
}

void receive_item_free(struct receive_item *item) {
    if (item) {
        arena_done(&item->a);
        free(item);
    }
}

enum rc receive_open(struct service *s) {
    struct intake *q = mem_alloc(sizeof *q);
    memset(q, 0, sizeof *q);
    pthread_mutex_init(&q->lock, NULL);
    q->last = &q->first;
    s->intake = q;
    return OK;
}

static struct receive_item *take_all(struct intake *q) {
    pthread_mutex_lock(&q->lock);
    struct receive_item *first = q->first;
    q->first = NULL;
    q->last = &q->first;
    q->waiting = 0;
    pthread_mutex_unlock(&q->lock);
    return first;
}

static void tell(struct receive_item *item, enum rc rc) {
    if (item->done) {
        item->done(item->ctx, item, rc);
    }
    receive_item_free(item);
}

void receive_close(struct service *s) {
    if (!s->intake) {
        return;
    }
    struct receive_item *item = take_all(s->intake);
    while (item) {
        struct receive_item *next = item->next;
        tell(item, E_BUSY); /* not stored: the provider will send it again */
        item = next;
    }
    pthread_mutex_destroy(&s->intake->lock);
    free(s->intake);
    s->intake = NULL;
}

enum rc receive_offer(struct service *s, struct receive_item *item) {
    struct intake *q = s->intake;
    pthread_mutex_lock(&q->lock);
    if (q->waiting >= RECEIVE_WAITING_MAX || atomic_load(&s->stopping) ||
        atomic_load(&s->store_lost)) {
        pthread_mutex_unlock(&q->lock);
        return E_BUSY;
    }
    item->next = NULL;
    *q->last = item;
    q->last = &item->next;
    q->waiting++;
    pthread_mutex_unlock(&q->lock);
    service_wake(s);
    return OK;
}

enum rc receive_parse(struct service *s, struct str name, const struct gw_request *rq,
                      struct receive_item **ret, int *ret_status, struct err *err) {
    struct carrier *c = carrier_find(s, name);
    if (!c || !(c->gw.kind->caps & GW_HOOK)) {
        *ret_status = 404;
        return NONE;
    }
    struct receive_item *item = receive_item_new();
    item->channel = c->gw.name;
    enum rc rc = c->gw.kind->hook(&c->gw, rq, &item->a, &item->parsed, err);
    *ret_status = item->parsed.http_status;
    if (rc != OK) {
        metric_add(METRIC_HOOK_REFUSED, 1);
        *ret_status = rc == E_DENIED && *ret_status < 400 ? 403
                      : *ret_status < 400                 ? 400
                                                          : *ret_status;
        receive_item_free(item);
        return rc;
    }
    *ret = item;
    return OK;
}

/* A message that cannot be stored because of its own form must not take the others with it; a
 * database that is busy or full takes all of them, and the providers try again. */
static enum rc store_inbound(struct service *s, const struct inbound *in, struct arena *a,
                             int64_t now) {
    int64_t id;
    enum rc rc = inbox_receive(s->db, in, a, now, &id);
    if (rc == E_CONFLICT) {
        metric_add(METRIC_INBOUND_TWICE, 1);
        return OK;
    }
    for (size_t i = 0; i < in->attachments && rc == OK; i++) {
        rc = media_expect(s, in->channel, id, in->attachment[i], a, now);
    }
    if (rc == OK) {
        metric_add(METRIC_INBOUND, 1);
        log_event(LOG_LVL_INFO, "receive.stored", "inbox=%lld channel=%.*s", (long long)id,
                  STR_ARG(in->channel));
    }
    return rc;
}

static enum rc store_receipt(struct service *s, const struct receipt *r, int64_t now) {
    struct receipt_effect e = {0};
    enum rc rc = receipts_apply(s->db, r, now, &e);
    if (rc < OK) {
        return rc;
    }
    metric_add(METRIC_RECEIPTS, 1);
    if (rc == OK && e.changed) {
        metric_add(e.state == OUTBOX_DELIVERED ? METRIC_DELIVERED : METRIC_FAILED,
                   e.state == OUTBOX_DELIVERED || e.state == OUTBOX_FAILED);
        log_event(LOG_LVL_INFO, "receive.receipt", "outbox=%lld state=%s",
                  (long long)e.message_id, outbox_state_name(e.state));
    }
    return OK;
}

static enum rc store_item(struct service *s, struct receive_item *item, int64_t now) {
    enum rc rc = OK;
    for (size_t i = 0; i < item->parsed.ins && rc == OK; i++) {
        rc = store_inbound(s, &item->parsed.in[i], &item->a, now);
    }
    for (size_t i = 0; i < item->parsed.receipts && rc == OK; i++) {
        rc = store_receipt(s, &item->parsed.receipt[i], now);
    }
    if (rc == OK && item->cursor.p) {
        rc = channels_set_cursor(s->db, item->channel, item->cursor);
    }
    return rc;
}

static enum rc store_all(struct service *s, struct receive_item *first) {
    int64_t now = service_now(s);
    enum rc rc = sql_begin(s->db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    for (struct receive_item *i = first; i && rc == OK; i = i->next) {
        rc = store_item(s, i, now);
    }
    FAULT("receive.before_commit");
    rc = sql_end(s->db, rc);
    FAULT("receive.after_commit");
    metric_add(METRIC_COMMITS, 1);
    return rc;
}

static void no_answer_needed(const struct gw_answer *answer, void *ctx) {
    (void)answer;
    (void)ctx;
}

static void react(struct service *s, const struct receive_item *item) {
    struct carrier *c = carrier_find(s, item->channel);
    for (size_t i = 0; c && i < item->parsed.reacts; i++) {
        spool_or_wire(s->http, &item->parsed.react[i], c->gw.allow_private, no_answer_needed,
                      NULL);
    }
}

/* One by one after the whole batch failed for a reason that may be one item's own. */
static enum rc store_alone(struct service *s, struct receive_item *item) {
    struct receive_item *next = item->next;
    item->next = NULL;
    enum rc rc = store_all(s, item);
    item->next = next;
    return rc;
}

int receive_batch(struct service *s) {
    struct receive_item *first = take_all(s->intake);
    if (!first) {
        return 0;
    }
    enum rc all = store_all(s, first);
    int n = 0;
    unsigned changed = 0;
    while (first) {
        struct receive_item *item = first;
        first = item->next;
        enum rc rc = all == OK || all == E_BUSY ? all : store_alone(s, item);
        if (rc == OK) {
            react(s, item);
            changed |= CHANGE_INBOUND;
        } else {
            log_event(LOG_LVL_ERROR, "receive.not_stored", "channel=%.*s rc=%s why=\"%s\"",
                      STR_ARG(item->channel), rc_name(rc), sql_error(s->db));
        }
        tell(item, rc);
        n++;
    }
    if (changed && s->on_change) {
        s->on_change(s->change_ctx, changed);
    }
    return n;
}
