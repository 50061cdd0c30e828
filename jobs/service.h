/* service.h - what a running service holds; made by service_open, handed down, never global. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_SERVICE_H
#define JOBS_SERVICE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "base/val.h"
#include "jobs/config.h"

struct db;
struct library;
struct flows_read;
struct und;
struct http_pool;
struct carrier;
struct intake; /* jobs/receive.h */
struct calls;
struct flight;   /* jobs/deliver.h: messages on the wire */
struct callouts; /* jobs/callout.h: web-hooks on the wire */
struct media;    /* jobs/media.h: files on their way here */

/* What other threads may want to know; see service.on_change. */
enum change {
    CHANGE_INBOUND = 1,  /* somebody wrote */
    CHANGE_OUTBOUND = 2, /* a message was queued, sent or delivered */
    CHANGE_CASES = 4,
    CHANGE_CLOCK = 8
};

/* Owned by the work thread, but for what is marked shared. */
struct service {
    const struct config *config;     /* shared, immutable */
    struct arena process;            /* lives as long as the service */
    struct clock clock;              /* shared */
    struct db *db;                   /* the writer's connection */
    struct library *_Atomic library; /* shared: flows in force; one that was stays readable */
    struct flows_read *flows;        /* jobs/flows.c */
    atomic_bool publish;             /* shared: read the flows again at the next round */
    struct und *und;                 /* shared, immutable */
    struct carrier *carrier;         /* configured channels, opened (jobs/carriers.h) */
    size_t carriers;
    struct http_pool *http;
    struct intake *intake; /* shared: from the web thread to the writer */
    struct calls *calls;   /* shared: what other threads asked the writer to do */
    struct flight *flight;
    struct callouts *callouts;
    struct media *media;
    const struct val *org;    /* what flows see as @org */
    atomic_bool stopping;     /* shared */
    atomic_bool woken;        /* shared: by service_wake, since the round began */
    atomic_bool store_lost;   /* shared: the database server does not answer (db_is_up) */
    _Atomic int64_t beat_ms;  /* shared: when the writer last turned, by the monotonic clock */
    int64_t plan_ms;          /* next look at series and meetups */
    int64_t campaign_ms;      /* broadcasts are fed again from then on */
    int64_t campaign_next_ms; /* when broadcasts want to be looked at; -1 = never */
    int64_t house_ms;         /* next housekeeping */
    int64_t forget_ms;        /* next few words to forget, of this step (jobs/forget.c) */
    int forget_step;
    /* Called by the writer after COMMIT; must not block. */
    void (*on_change)(void *ctx, unsigned changes);
    void *change_ctx;
};

/* Opens the database (migrating it), the tables, flows and channels of `config`, which must
 * outlive the service. Every problem is in err or in the log; nothing is started. Test builds
 * may set the clock before. */
enum rc service_open(const struct config *config, struct service *ret,
                     struct err *err) MUST_USE;
void service_close(struct service *s);

/* One round of everything that is due now: intake, converse, timers, campaigns, deliver. Waits
 * at most max_wait_ms for something to happen (0: not at all). Returns how many things were
 * done, or a negative rc. */
int service_round(struct service *s, int max_wait_ms);
/* Rounds until nothing is left to do at the clock's present time: tests and the clock panel. */
enum rc service_settle(struct service *s);
/* Moves the time forward by ms, stopping at every planned moment on the way, so that a month
 * passed in a second lives all its days. On the writer's thread (service_call), or in a test.
 */
enum rc service_pass_time(struct service *s, int64_t ms);
/* Rounds until `stopping`. */
enum rc service_run(struct service *s);
/* Runs `fn` on the writer's thread between two rounds and waits for it: how pages write. From
 * any other thread. E_STATE when the service is stopping. fn opens its own transaction on
 * s->db. */
enum rc service_call(struct service *s, enum rc (*fn)(struct service *s, void *ctx),
                     void *ctx) MUST_USE;
/* Moves the service's time forward and wakes it: demonstration and tests only. Thread-safe. */
void service_advance(struct service *s, int64_t ms);
/* Wakes service_round from any thread. */
void service_wake(struct service *s);
/* Current time of the service. */
int64_t service_now(const struct service *s);
/* The next planned moment (timer, delayed message) and what it is, for the clock panel; NONE
 * when there is none. */
enum rc service_next_event(struct service *s, struct arena *a, int64_t *ret_ms,
                           struct str *ret_what);

#endif
