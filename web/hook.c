/* hook.c - from a web-hook request to jobs/receive, and the answer back after the COMMIT. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/hook.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "jobs/receive.h"
#include "jobs/service.h"
#include "web/server.h"

/* The library can only hand on names it is told. */
const char *const HOOK_HEADERS[] = {"x-twilio-signature",
                                    "i-twilio-idempotency-token",
                                    "x-telegram-bot-api-secret-token",
                                    "x-rebond-secret",
                                    "x-smsfactor-signature",
                                    "messagebird-signature-jwt",
                                    "messagebird-signature",
                                    "messagebird-request-timestamp",
                                    "x-hub-signature",
                                    "x-hub-signature-256",
                                    "x-signature",
                                    "x-signature-256",
                                    "x-signature-timestamp",
                                    "x-timestamp",
                                    "x-nonce",
                                    "x-secret",
                                    "x-token",
                                    "x-api-key",
                                    "x-ovh-signature",
                                    "x-ovh-timestamp",
                                    "x-ovh-consumer",
                                    "x-ovh-application",
                                    "x-request-id",
                                    "x-webhook-signature",
                                    "x-webhook-secret",
                                    "x-webhook-token",
                                    "signature",
                                    "telnyx-signature-ed25519",
                                    "telnyx-timestamp",
                                    "x-plivo-signature-v2",
                                    "x-plivo-signature-v2-nonce",
                                    "x-signalwire-signature",
                                    NULL};

/* Lives until the last item that was offered has been dealt with, which may be after the
 * server. */
struct hook {
    struct service *service;
    pthread_mutex_t lock;
    bool closed; /* the server may be gone */
    int refs;    /* the site's own, and one for each item on its way */
};

/* Who waits for the COMMIT. Lives in the item's arena. */
struct ticket {
    struct hook *hook;
    struct server *server;
    int64_t id;
};

struct hook *hook_new(struct service *s) {
    struct hook *h = mem_alloc(sizeof *h);
    memset(h, 0, sizeof *h);
    h->service = s;
    h->refs = 1;
    pthread_mutex_init(&h->lock, NULL);
    return h;
}

static void hold(struct hook *h) {
    pthread_mutex_lock(&h->lock);
    h->refs++;
    pthread_mutex_unlock(&h->lock);
}

static void drop(struct hook *h) {
    pthread_mutex_lock(&h->lock);
    bool last = --h->refs == 0;
    pthread_mutex_unlock(&h->lock);
    if (last) {
        pthread_mutex_destroy(&h->lock);
        free(h);
    }
}

void hook_close(struct hook *h) {
    if (h) {
        pthread_mutex_lock(&h->lock);
        h->closed = true;
        pthread_mutex_unlock(&h->lock);
        drop(h);
    }
}

static void answer(struct server *s, int64_t id, int status, struct str type, struct str body) {
    static const struct web_header retry = {{"retry-after", 11}, {"5", 1}};
    struct web_answer a = {.status = status, .content_type = type, .body = body};
    if (status == 503) {
        a.header = &retry;
        a.headers = 1;
    }
    server_answer(s, id, &a);
}

static void on_stored(void *ctx, const struct receive_item *item, enum rc rc) {
    const struct ticket *t = ctx;
    struct hook *h = t->hook;
    int status = item->parsed.http_status;
    pthread_mutex_lock(&h->lock);
    if (!h->closed && rc == OK) {
        answer(t->server, t->id, status ? status : 200, item->parsed.content_type,
               item->parsed.body);
    } else if (!h->closed) {
        answer(t->server, t->id, 503, STR("text/plain"), STR("busy"));
    }
    pthread_mutex_unlock(&h->lock);
    drop(h);
}

static bool is_name(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            c != '_' && c != '-') {
            return false;
        }
    }
    return s.n > 0 && s.n <= 64;
}

/* What the provider signed: the address it was given, not the one a proxy passed on. */
static struct str public_url(const struct service *s, const struct web_request *r) {
    struct str base = s->config->public_url;
    while (base.n && base.p[base.n - 1] == '/') {
        base.n--;
    }
    if (!base.n) {
        base = arena_printf(r->arena, "http%s://%.*s", r->secure ? "s" : "", STR_ARG(r->host));
    }
    return arena_printf(r->arena, "%.*s%.*s%s%.*s", STR_ARG(base), STR_ARG(r->path),
                        r->query.n ? "?" : "", STR_ARG(r->query));
}

static struct gw_request to_gateway(const struct service *s, const struct web_request *r,
                                    struct str action) {
    struct gw_header *h = ARENA_ARRAY(r->arena, struct gw_header, r->headers);
    for (size_t i = 0; i < r->headers; i++) {
        h[i] = (struct gw_header){r->header[i].name, r->header[i].value};
    }
    return (struct gw_request){.method = r->method,
                               .url = public_url(s, r),
                               .path = r->path,
                               .action = action,
                               .query = r->query,
                               .header = h,
                               .headers = r->headers,
                               .body = r->body,
                               .remote_ip = r->remote_ip,
                               .now_ms = service_now(s)};
}

void hook_serve(const struct web_request *r, void *ctx) {
    struct hook *h = ctx;
    struct service *s = h->service;
    struct str rest = r->tail, name = STR_EMPTY, action = STR_EMPTY, part;
    struct receive_item *item = NULL;
    struct err err = {0};
    int status = 0;
    if (!str_next(&rest, '/', &name) || !is_name(name)) {
        answer(r->server, r->id, 404, STR("text/plain"), STR("unknown"));
        return;
    }
    while (rest.p && str_next(&rest, '/', &part)) {
        action = part.n ? part : action;
    }
    struct gw_request rq = to_gateway(s, r, action);
    enum rc rc = receive_parse(s, name, &rq, &item, &status, &err);
    if (rc != OK) {
        log_event(LOG_LVL_WARN, "hook.refused", "channel=%.*s rc=%s status=%d reason=\"%s\"",
                  STR_ARG(name), rc_name(rc), status, err.text);
        answer(r->server, r->id, status ? status : 404, STR("text/plain"), STR("refused"));
        return;
    }
    struct ticket *t = ARENA_NEW(&item->a, struct ticket);
    t->hook = h;
    t->server = r->server;
    t->id = r->id;
    item->done = on_stored;
    item->ctx = t;
    hold(h);
    if (receive_offer(s, item) != OK) {
        drop(h);
        log_event(LOG_LVL_WARN, "hook.full", "channel=%.*s", STR_ARG(name));
        receive_item_free(item);
        answer(r->server, r->id, 503, STR("text/plain"), STR("busy"));
    }
}
