/* carriers.c - the configured channels at work: opened gateways, their pace and their pauses.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/carriers.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "db/channels.h"
#include "db/sql.h"
#include "jobs/service.h"

/* Tokens and clock skews that gateways keep between calls. A handful per channel; one lock is
 * enough. */
#define MEMORY_SLOTS 32

#define ONE 1000000LL /* a message, in the bucket */

struct memory {
    struct gw_memory face;
    pthread_mutex_t lock;
    struct {
        char *key, *value;
        int64_t expires_ms;
    } slot[MEMORY_SLOTS];
};

static char *cstr_of(struct str s) {
    char *p = mem_alloc(s.n + 1);
    if (s.n > 0) {
        memcpy(p, s.p, s.n);
    }
    p[s.n] = '\0';
    return p;
}

static enum rc memory_get(void *ctx, struct str key, int64_t now_ms, struct arena *a,
                          struct str *ret) {
    struct memory *m = ctx;
    enum rc rc = NONE;
    pthread_mutex_lock(&m->lock);
    for (int i = 0; i < MEMORY_SLOTS; i++) {
        if (m->slot[i].key && str_is(key, m->slot[i].key) && m->slot[i].expires_ms > now_ms) {
            *ret = arena_str(a, str_from(m->slot[i].value));
            rc = OK;
        }
    }
    pthread_mutex_unlock(&m->lock);
    return rc;
}

static void memory_put(void *ctx, struct str key, struct str value, int64_t expires_ms) {
    struct memory *m = ctx;
    pthread_mutex_lock(&m->lock);
    int at = 0; /* the same key, else a free slot, else the one that expires first */
    for (int i = 0; i < MEMORY_SLOTS; i++) {
        if (m->slot[i].key && str_is(key, m->slot[i].key)) {
            at = i;
            break;
        }
        if (!m->slot[i].key || m->slot[i].expires_ms < m->slot[at].expires_ms) {
            at = i;
        }
    }
    free(m->slot[at].key);
    free(m->slot[at].value);
    m->slot[at].key = cstr_of(key);
    m->slot[at].value = cstr_of(value);
    m->slot[at].expires_ms = expires_ms;
    pthread_mutex_unlock(&m->lock);
}

static struct memory *memory_new(void) {
    struct memory *m = mem_alloc(sizeof *m);
    memset(m, 0, sizeof *m);
    pthread_mutex_init(&m->lock, NULL);
    m->face = (struct gw_memory){memory_get, memory_put, m};
    return m;
}

static void memory_free(struct memory *m) {
    for (int i = 0; i < MEMORY_SLOTS; i++) {
        free(m->slot[i].key);
        free(m->slot[i].value);
    }
    pthread_mutex_destroy(&m->lock);
    free(m);
}

/* "+336 +337": each with its country code, or a rule would never match in silence. */
static bool prefixes_are_right(struct str list) {
    struct str one;
    while (str_next(&list, ' ', &one)) {
        for (size_t i = 0; i < one.n; i++) {
            if (i == 0 ? one.p[i] != '+' || one.n < 2 : one.p[i] < '0' || one.p[i] > '9') {
                return false;
            }
        }
    }
    return true;
}

/* One second of messages, at least one. */
static int64_t bucket_size(const struct carrier *c) {
    int64_t second = c->limits.per_1000_s * 1000;
    return second > ONE ? second : ONE;
}

static enum rc carrier_open(struct service *s, struct carrier *c,
                            const struct channel_config *cc, struct err *err) {
    if (!prefixes_are_right(cc->prefixes)) {
        return err_at(err, E_INVALID, s->config->file.p, cc->line, 1,
                      "channel '%.*s': prefixes are written +336 +337", STR_ARG(cc->name));
    }
    c->config = cc;
    channel_limits(cc, &c->limits);
    c->tokens_micro = bucket_size(c);
    c->gw.name = cc->name;
    c->gw.config = cc->options;
    c->gw.public_url = s->config->public_url;
    c->gw.allow_private = cc->allow_private;
    enum rc rc = gateway_find(cc->gateway, &c->gw.kind);
    if (rc != OK) {
        return err_at(
            err, E_INVALID, s->config->file.p, cc->line, 1,
            "channel '%.*s': there is no gateway '%.*s'; `rebond gateway list` shows them",
            STR_ARG(cc->name), STR_ARG(cc->gateway));
    }
    struct memory *m = memory_new();
    c->gw.memory = &m->face;
    struct err why = {0};
    rc = c->gw.kind->open(&c->gw, &s->process, &why);
    if (rc != OK) {
        err_at(err, rc, s->config->file.p, cc->line, 1, "channel '%.*s': %s", STR_ARG(cc->name),
               why.text);
        err_hint(err, "%s", why.hint);
        return rc;
    }
    return OK;
}

enum rc carriers_open(struct service *s, struct err *err) {
    s->carriers = s->config->channels;
    s->carrier = ARENA_ARRAY(&s->process, struct carrier, s->carriers);
    for (size_t i = 0; i < s->carriers; i++) {
        enum rc rc = carrier_open(s, &s->carrier[i], &s->config->channel[i], err);
        if (rc != OK) {
            return rc;
        }
        log_event(LOG_LVL_INFO, "channel.open", "channel=%.*s gateway=%s",
                  STR_ARG(s->carrier[i].gw.name), s->carrier[i].gw.kind->name);
    }
    return OK;
}

void carriers_close(struct service *s) {
    for (size_t i = 0; i < s->carriers; i++) {
        if (s->carrier[i].gw.memory) {
            memory_free(s->carrier[i].gw.memory->ctx);
        }
    }
    s->carriers = 0;
}

struct carrier *carrier_find(struct service *s, struct str name) {
    for (size_t i = 0; i < s->carriers; i++) {
        if (str_eq(s->carrier[i].gw.name, name)) {
            return &s->carrier[i];
        }
    }
    return NULL;
}

enum rc carrier_resume(struct service *s, struct str name) {
    struct carrier *c = carrier_find(s, name);
    if (!c) {
        return NONE;
    }
    enum rc rc = sql_begin(s->db, SQL_WRITE);
    if (rc == OK) {
        rc = sql_end(s->db, channels_resume(s->db, name));
    }
    if (rc == OK) {
        c->paused_until_ms = 0;
    }
    return rc;
}

/* How much of the number the channel's prefixes say: -1 none of them fits, 0 it takes all. */
static int prefix_fit(const struct carrier *c, struct address at) {
    struct str list = c->config->prefixes, one;
    int best = list.n > 0 ? -1 : 0;
    while (str_next(&list, ' ', &one)) {
        if (one.n > 0 && str_starts(at.value, one) && (int)one.n > best) {
            best = (int)one.n;
        }
    }
    return best;
}

bool carrier_carries(const struct carrier *c, struct address at) {
    return str_eq(c->gw.kind->scheme, at.scheme) && prefix_fit(c, at) >= 0;
}

bool carrier_takes(const struct carrier *c, int segments) {
    return !c->limits.sms || c->limits.parts_max == 0 || segments <= c->limits.parts_max;
}

bool carrier_is_out(const struct service *s, const struct carrier *c, int64_t now_ms) {
    return c->config->failover && c->paused_until_ms > now_ms &&
           c->paused_until_ms - now_ms > s->config->sending.failover_ms;
}

/* An unknown price is taken for the dearest: nobody chose that channel for its price. */
static int64_t price_of(const struct carrier *c) {
    return c->limits.price_micro > 0 ? c->limits.price_micro : INT64_MAX;
}

static bool is_better(const struct service *s, const struct carrier *c,
                      const struct carrier *than, struct address at, int64_t now) {
    bool out = carrier_is_out(s, c, now);
    int fit = prefix_fit(c, at), other_fit = prefix_fit(than, at);
    if (out != carrier_is_out(s, than, now)) {
        return !out;
    }
    if (fit != other_fit) {
        return fit > other_fit;
    }
    if (c->config->order != than->config->order) {
        return c->config->order < than->config->order;
    }
    return price_of(c) < price_of(than);
}

struct carrier *carrier_for(struct service *s, struct address at, struct str preferred) {
    int64_t now = service_now(s);
    struct carrier *c = carrier_find(s, preferred);
    if (c && carrier_carries(c, at) && !carrier_is_out(s, c, now)) {
        return c;
    }
    struct carrier *best = c && carrier_carries(c, at) ? c : NULL;
    for (size_t i = 0; i < s->carriers; i++) {
        c = &s->carrier[i];
        if (carrier_carries(c, at) && (!best || is_better(s, c, best, at, now))) {
            best = c;
        }
    }
    return best;
}

static void refill(struct carrier *c, int64_t now_ms) {
    int64_t rate = c->limits.per_1000_s, full = bucket_size(c); /* rate: millionths a ms */
    int64_t gone = now_ms - c->refilled_ms;
    if (gone > 0) {
        int64_t gained = gone > full / rate ? full : gone * rate;
        c->tokens_micro = c->tokens_micro + gained > full ? full : c->tokens_micro + gained;
    }
    c->refilled_ms = now_ms; /* also when the clock was set back */
}

/* What a channel at the end of its pace waits for: no more than may be on the wire. */
static int64_t company(const struct carrier *c) {
    int64_t most = c->limits.in_flight * ONE, some = c->limits.per_1000_s * CARRIER_GATHER_MS;
    some = some < most ? some : most;
    return some < ONE ? ONE : some;
}

int carrier_pace(struct carrier *c, int64_t now_ms) {
    refill(c, now_ms);
    int64_t rate = c->limits.per_1000_s, need = company(c);
    if (c->tokens_micro >= need) {
        return (int)(c->tokens_micro / ONE);
    }
    c->pace_until_ms = now_ms + (need - c->tokens_micro + rate - 1) / rate;
    return 0;
}

int64_t carrier_take(struct carrier *c, struct str address, int64_t now_ms) {
    refill(c, now_ms);
    uint64_t hash = str_hash(address);
    size_t at = (size_t)(hash % (sizeof c->recent / sizeof *c->recent));
    if (c->recent[at].hash == hash &&
        c->recent[at].sent_ms + c->limits.per_person_ms > now_ms) {
        return c->recent[at].sent_ms + c->limits.per_person_ms - now_ms;
    }
    if (c->tokens_micro < ONE) {
        int64_t rate = c->limits.per_1000_s;
        return (ONE - c->tokens_micro + rate - 1) / rate;
    }
    c->tokens_micro -= ONE;
    c->recent[at].hash = hash;
    c->recent[at].sent_ms = now_ms;
    return 0;
}
