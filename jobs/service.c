/* service.c - opens what a service holds, and turns its one wheel: intake, converse, timers,
 * deliver. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/service.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/embed.h"
#include "base/log.h"
#include "bot/flow/library.h"
#include "bot/understand/understand.h"
#include "db/calls.h"
#include "db/channels.h"
#include "db/db.h"
#include "db/inbox.h"
#include "db/migrate.h"
#include "db/outbox.h"
#include "db/receipts.h"
#include "db/reports.h"
#include "db/sql.h"
#include "db/timers.h"
#include "gateways/descriptor.h"
#include "gateways/http.h"
#include "jobs/callout.h"
#include "jobs/campaign.h"
#include "jobs/carriers.h"
#include "jobs/converse.h"
#include "jobs/deliver.h"
#include "jobs/facts.h"
#include "jobs/flows.h"
#include "jobs/forget.h"
#include "jobs/media.h"
#include "jobs/metrics.h"
#include "jobs/poll.h"
#include "jobs/receive.h"
#include "jobs/remind.h"
#include "jobs/route.h"
#include "jobs/tracing.h"
#include "jobs/version.h"
#include "jobs/spoken.h"

#define PLAN_EVERY_MS MS_HOUR
#define PLAN_AGAIN_MS MS_MINUTE /* after a failure */
#define HOUSEKEEPING_MS MS_MINUTE
#define REFUSED_PAUSE_MS 200 /* the database is busy or full: not a hot loop */

/* ---- calls from other threads ---- */

struct call {
    enum rc (*fn)(struct service *s, void *ctx);
    void *ctx;
    enum rc rc;
    bool done;
    struct call *next;
};

struct calls {
    pthread_mutex_t lock;
    pthread_cond_t finished;
    struct call *first, **last;
    bool closed;
};

static void calls_open(struct service *s) {
    s->calls = mem_alloc(sizeof *s->calls);
    memset(s->calls, 0, sizeof *s->calls);
    pthread_mutex_init(&s->calls->lock, NULL);
    pthread_cond_init(&s->calls->finished, NULL);
    s->calls->last = &s->calls->first;
}

enum rc service_call(struct service *s, enum rc (*fn)(struct service *s, void *ctx),
                     void *ctx) {
    struct calls *q = s->calls;
    struct call call = {.fn = fn, .ctx = ctx};
    pthread_mutex_lock(&q->lock);
    if (q->closed) {
        pthread_mutex_unlock(&q->lock);
        return E_STATE;
    }
    *q->last = &call;
    q->last = &call.next;
    pthread_mutex_unlock(&q->lock);
    service_wake(s);
    pthread_mutex_lock(&q->lock);
    while (!call.done) {
        pthread_cond_wait(&q->finished, &q->lock);
    }
    pthread_mutex_unlock(&q->lock);
    return call.rc;
}

static int calls_run(struct service *s) {
    struct calls *q = s->calls;
    pthread_mutex_lock(&q->lock);
    struct call *c = q->first;
    q->first = NULL;
    q->last = &q->first;
    pthread_mutex_unlock(&q->lock);
    int n = 0;
    while (c) {
        struct call *next = c->next; /* the caller's stack frame is gone once done is set */
        enum rc rc = c->fn(s, c->ctx);
        pthread_mutex_lock(&q->lock);
        c->rc = rc;
        c->done = true;
        pthread_cond_broadcast(&q->finished);
        pthread_mutex_unlock(&q->lock);
        c = next;
        n++;
    }
    return n;
}

static void calls_close(struct service *s) {
    struct calls *q = s->calls;
    if (!q) {
        return;
    }
    pthread_mutex_lock(&q->lock);
    q->closed = true;
    for (struct call *c = q->first; c; c = c->next) {
        c->rc = E_STATE;
        c->done = true;
    }
    q->first = NULL;
    pthread_cond_broadcast(&q->finished);
    pthread_mutex_unlock(&q->lock);
}

/* ---- opening ---- */

static enum rc open_database(struct service *s, struct err *err) {
    char *where = arena_cstr(&s->process, s->config->database);
    enum rc rc = db_open(where, NULL, &s->db, err);
    if (rc == OK) {
        rc = migrate_run(s->db, service_now(s), err);
    }
    return rc;
}

/* The row of each channel, and what an earlier run left in it. */
static enum rc recall_channels(struct service *s, struct err *err) {
    enum rc rc = sql_begin(s->db, SQL_WRITE);
    for (size_t i = 0; i < s->carriers && rc == OK; i++) {
        struct carrier *c = &s->carrier[i];
        struct channel row;
        rc = channels_ensure(s->db, c->gw.name, str_from(c->gw.kind->name), c->gw.kind->scheme);
        if (rc == OK) {
            rc = channels_get(s->db, c->gw.name, &s->process, &row);
        }
        if (rc == OK) {
            c->paused_until_ms = row.paused_until_ms;
            c->poll_cursor = row.cursor.n < sizeof c->poll_cursor_buf ? row.cursor : STR_EMPTY;
        }
    }
    rc = sql_end(s->db, rc);
    return rc == OK ? OK : err_set(err, rc, "channels: %s", sql_error(s->db));
}

static void set_log_level(struct str name) {
    static const struct {
        const char *name;
        enum log_level level;
    } LEVELS[] = {{"error", LOG_LVL_ERROR},
                  {"warn", LOG_LVL_WARN},
                  {"info", LOG_LVL_INFO},
                  {"debug", LOG_LVL_DEBUG}};
    for (size_t i = 0; i < sizeof LEVELS / sizeof *LEVELS; i++) {
        if (str_is(name, LEVELS[i].name)) {
            log_set_level(LEVELS[i].level);
        }
    }
}

enum rc service_open(const struct config *config, struct service *ret, struct err *err) {
    struct service *s = ret;
    struct clock clock = s->clock; /* a test's clock, or all zero */
    memset(s, 0, sizeof *s);
    s->config = config;
    s->clock.now = clock.now;
    atomic_store(&s->clock.fixed_ms, atomic_load(&clock.fixed_ms));
    if (!s->clock.now) {
        clock_real(&s->clock);
    }
    arena_init(&s->process);
    set_log_level(config->log_level);
    calls_open(s);
    s->org = facts_org(config, &s->process);
    enum rc rc = http_open(REBOND_VERSION, &s->http, err);
    if (rc == OK) {
        http_set_loopback_only(s->http, !config->production);
        rc = open_database(s, err);
    }
    if (rc == OK) {
        rc = und_load(config->tables.n > 0 ? arena_cstr(&s->process, config->tables) : NULL,
                      &s->und, err);
    }
    if (rc == OK) {
        rc = flows_load(s, err);
    }
    if (rc == OK) {
        descriptor_set_dir(config->providers.n > 0 ? arena_cstr(&s->process, config->providers)
                                                   : NULL);
        rc = carriers_open(s, err);
    }
    if (rc == OK) {
        rc = recall_channels(s, err);
    }
    if (rc == OK) {
        rc = receive_open(s);
    }
    if (rc == OK) {
        media_open(s);
        rc = deliver_open(s, err);
    }
    if (rc == OK) {
        rc = callout_open(s, err);
    }
    if (rc != OK) {
        service_close(s);
    }
    return rc;
}

void service_close(struct service *s) {
    calls_close(s);
    receive_close(s);
    http_close(s->http);
    if (s->flight) {
        deliver_close(s);
    }
    callout_close(s);
    media_close(s);
    carriers_close(s);
    flows_close(s);
    und_free(s->und);
    db_close(s->db);
    if (s->calls) {
        pthread_mutex_destroy(&s->calls->lock);
        pthread_cond_destroy(&s->calls->finished);
        free(s->calls);
    }
    arena_done(&s->process);
    memset(s, 0, sizeof *s);
}

/* ---- the wheel ---- */

int64_t service_now(const struct service *s) {
    return clock_now(&s->clock);
}

void service_wake(struct service *s) {
    atomic_store(&s->woken, true);
    if (s->http) {
        http_wakeup(s->http);
    }
}

void service_advance(struct service *s, int64_t ms) {
    clock_advance(&s->clock, ms);
    if (s->on_change) {
        s->on_change(s->change_ctx, CHANGE_CLOCK);
    }
    service_wake(s);
}

static int keep_house(struct service *s) {
    int64_t dropped = 0, now = service_now(s);
    struct report_overview o;
    enum rc rc = sql_begin(s->db, SQL_WRITE);
    if (rc == OK) {
        rc = sql_end(s->db, receipts_drop(s->db, now, &dropped));
    }
    if (rc == OK && dropped > 0) {
        metric_add(METRIC_RECEIPTS_UNMATCHED, dropped);
        log_event(LOG_LVL_WARN, "receipts.unmatched", "n=%lld", (long long)dropped);
    }
    if (rc == OK && sql_can(s->db, SQL_CAP_SKIP_LOCKED)) {
        rc = deliver_recover(s, now - DELIVER_STALE_MS);
        rc = rc == OK ? callout_recover(s, now - CALLOUT_STALE_MS) : rc;
    }
    if (rc == OK && reports_overview(s->db, &o) == OK) {
        metric_set(METRIC_QUEUE_IN, o.inbox_waiting);
        metric_set(METRIC_QUEUE_OUT, o.outbox_queued);
        metric_set(METRIC_OPEN_CASES, o.cases_open);
    }
    s->house_ms = now + HOUSEKEEPING_MS;
    rc = rc == OK ? media_forget(s) : rc;
    rc = rc == OK ? tracing_forget(s) : rc;
    return rc == OK ? route_orphans(s) : (int)rc;
}

static void add_up(int *done, int *failed, int n) {
    if (n < 0) {
        *failed = n;
    } else {
        *done += n;
    }
}

/* Everything that is due now, each part once. */
static int turn_once(struct service *s) {
    int done = 0, failed = 0;
    int64_t next = -1, now = service_now(s);
    add_up(&done, &failed, calls_run(s));
    flows_publish(s);
    add_up(&done, &failed, receive_batch(s));
    add_up(&done, &failed, converse_round(s));
    add_up(&done, &failed, remind_round(s));
    if (now >= s->plan_ms) {
        enum rc rc = remind_plan(s);
        s->plan_ms = now + (rc < OK ? PLAN_AGAIN_MS : PLAN_EVERY_MS);
        add_up(&done, &failed, rc < OK ? (int)rc : 0);
    }
    add_up(&done, &failed, campaign_round(s, &next));
    s->campaign_next_ms = next;
    add_up(&done, &failed, deliver_round(s));
    add_up(&done, &failed, callout_claim(s));
    add_up(&done, &failed, callout_settle(s));
    if (!atomic_load(&s->stopping)) {
        poll_round(s);
        add_up(&done, &failed, media_round(s));
    }
    add_up(&done, &failed, (int)forget_round(s));
    if (now >= s->house_ms) {
        add_up(&done, &failed, keep_house(s));
    }
    return done > 0 ? done : failed;
}

/* How long nothing can be due, at most max ms. */
static int idle_ms(struct service *s, int max) {
    int64_t now = service_now(s), next = now + max, at;
    if (timers_next_ms(s->db, &at) == OK && at < next) {
        next = at;
    }
    if (inbox_next_ms(s->db, &at) == OK && at < next) {
        next = at;
    }
    if (calls_next_ms(s->db, &at) == OK && at < next) {
        next = at;
    }
    for (size_t i = 0; i < s->carriers; i++) {
        int64_t held = s->carrier[i].held_until_ms, pause = s->carrier[i].paused_until_ms;
        pause = pause > s->carrier[i].pace_until_ms ? pause : s->carrier[i].pace_until_ms;
        bool full = s->carrier[i].in_flight >= s->carrier[i].config->in_flight;
        /* a full one waits for an answer first */
        if (!full && outbox_next_ms(s->db, s->carrier[i].gw.name, &at) == OK) {
            at = at <= now && held > now ? held : at;
            at = at > pause ? at : pause;
            next = at < next ? at : next;
        }
    }
    at = media_next_ms(s);
    next = at < next ? at : next;
    if (s->campaign_next_ms > 0 && s->campaign_next_ms < next) {
        next = s->campaign_next_ms;
    }
    int64_t ripe = deliver_ripe_ms(s);
    next = next <= now ? 0 : next - now;
    return (int)(ripe < next ? ripe : next);
}

static int on_the_wire(const struct service *s) {
    return deliver_in_flight(s) + callout_in_flight(s);
}

/* Once for each loss and each return, not at each thing that fails meanwhile. */
static void watch_store(struct service *s) {
    bool lost = !db_is_up(s->db);
    if (atomic_exchange(&s->store_lost, lost) == lost) {
        return;
    }
    if (lost) {
        log_event(LOG_LVL_ERROR, "store.lost", "why=\"%s\"", sql_error(s->db));
    } else {
        log_event(LOG_LVL_WARN, "store.back", "engine=\"%s\"", db_engine(s->db));
    }
}

/* Answers come home one by one, and a round asks the store a dozen questions: outcomes that
 * wait for company anyway do so here. Any other answer, and any other thread, ends it. */
static int await(struct service *s, int max_ms) {
    int64_t end = clock_mono_ms() + max_ms, left = max_ms;
    int n = 0;
    for (;;) {
        int landed = deliver_landed(s);
        int got = http_run(s->http, (int)left);
        n += got;
        int64_t ripe = deliver_ripe_ms(s);
        left = end - clock_mono_ms();
        left = ripe < left ? ripe : left;
        if (left <= 0 || deliver_in_flight(s) == 0 || got != deliver_landed(s) - landed ||
            atomic_load(&s->woken) || atomic_load(&s->stopping)) {
            return n;
        }
    }
}

int service_round(struct service *s, int max_wait_ms) {
    atomic_store(&s->beat_ms, clock_mono_ms());
    atomic_store(&s->woken, false);
    int n = turn_once(s);
    watch_store(s);
    int wait = 0;
    if (n < 0) {
        wait = max_wait_ms < REFUSED_PAUSE_MS ? max_wait_ms : REFUSED_PAUSE_MS;
    } else if (max_wait_ms > 0) {
        wait = idle_ms(s, max_wait_ms);
        /* rows that are due but cannot leave (an earlier one of the same person) must not spin
         */
        wait = n == 0 && wait == 0 && on_the_wire(s) > 0 ? 10 : wait;
    }
    int answers = await(s, wait); /* written down with the claims of the next round */
    return n < 0 ? n : n + answers;
}

enum rc service_settle(struct service *s) {
    for (int i = 0; i < 10000; i++) {
        int n = service_round(s, 0);
        if (n < 0) {
            return (enum rc)n;
        }
        if (n > 0) {
            continue;
        }
        if (on_the_wire(s) == 0 && media_in_flight(s) == 0) {
            return OK;
        }
        http_run(s->http, 20);
    }
    return E_LIMIT;
}

enum rc service_pass_time(struct service *s, int64_t ms) {
    int64_t end = service_now(s) + ms;
    enum rc rc = service_settle(s);
    for (int i = 0; i < 100000 && rc == OK && service_now(s) < end; i++) {
        int step =
            idle_ms(s, end - service_now(s) > INT_MAX ? INT_MAX : (int)(end - service_now(s)));
        int64_t plan = s->plan_ms - service_now(s);
        int64_t by = step < 1 ? 1 : step;
        clock_advance(&s->clock, plan > 0 && plan < by ? plan : by);
        rc = service_settle(s);
    }
    if (s->on_change) {
        s->on_change(s->change_ctx, CHANGE_CLOCK);
    }
    return rc;
}

enum rc service_run(struct service *s) {
    poll_setup(s);
    while (!atomic_load(&s->stopping)) {
        service_round(s, 1000);
    }
    /* what is on the wire gets a little time; what does not come back is UNKNOWN at the next
     * start */
    int64_t deadline = clock_mono_ms() + 3000;
    while (on_the_wire(s) > 0 && clock_mono_ms() < deadline) {
        http_run(s->http, 100);
        deliver_settle(s);
        callout_settle(s);
    }
    int64_t pages;
    return db_checkpoint(s->db, &pages) < OK ? E_IO : OK;
}

/* ---- the clock panel ---- */

static struct str timer_words(struct str kind, struct arena *a) {
    static const struct {
        const char *kind, *words;
    } WORDS[] = {{"invite", "invitations à une rencontre"},
                 {"reminder_j2", "rappel deux jours avant une rencontre"},
                 {"reminder_j0", "rappel le matin d'une rencontre"},
                 {"after", "présence et avis après une rencontre"},
                 {"promote", "fin d'une place proposée"},
                 {"wave", "question de suivi après un contrat"},
                 {TIMERS_TIMEOUT, "relance d'une question sans réponse"}};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        if (str_is(kind, WORDS[i].kind)) {
            return str_from(WORDS[i].words);
        }
    }
    return arena_str(a, kind);
}

enum rc service_next_event(struct service *s, struct arena *a, int64_t *ret_ms,
                           struct str *ret_what) {
    struct timer *t = NULL;
    size_t n = 0;
    enum rc found = NONE;
    int64_t at, now = service_now(s);
    if (timers_list(s->db, 1, a, &t, &n) >= OK && n > 0) {
        *ret_ms = t[0].due_ms;
        *ret_what = timer_words(t[0].kind, a);
        found = OK;
    }
    for (size_t i = 0; i < s->carriers; i++) {
        if (outbox_next_ms(s->db, s->carrier[i].gw.name, &at) == OK && at > now &&
            (found == NONE || at < *ret_ms)) {
            *ret_ms = at;
            *ret_what = STR("message qui attend les heures d'envoi");
            found = OK;
        }
    }
    if (inbox_next_ms(s->db, &at) == OK && at > now && (found == NONE || at < *ret_ms)) {
        *ret_ms = at;
        *ret_what = STR("suite d'une réponse en plusieurs messages");
        found = OK;
    }
    return found;
}
