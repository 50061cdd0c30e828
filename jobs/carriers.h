/* carriers.h - the configured channels at work: opened gateways, their pace and their pauses.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_CARRIERS_H
#define JOBS_CARRIERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "gateways/gateway.h"
#include "jobs/channel_limits.h"
#include "jobs/config.h"

struct service;

/* Tokens of a fast channel gather so long, so that one commit serves several messages: nobody
 * notices that an answer waits so long. */
#define CARRIER_GATHER_MS 20

/* One channel at work. gw is read by the web thread too (hooks) and never changes after
 * opening. */
struct carrier {
    struct gw_channel gw;
    const struct channel_config *config;
    struct channel_limits limits; /* the configuration's, else the provider's */
    /* the writer's own from here on */
    int64_t tokens_micro; /* token bucket, in millionths of a message */
    int64_t refilled_ms;
    int64_t pace_until_ms;   /* no token before: see carrier_pace */
    int in_flight, landed;   /* on the wire; of these, answered and not yet written down */
    int64_t paused_until_ms; /* throttled or faulty; INT64_MAX until staff say otherwise */
    int64_t held_until_ms;   /* what is due waits for an earlier message of the same person */
    bool polling;            /* a long poll is open */
    int64_t
        poll_after_ms; /* by the monotonic clock: a network's pause, not the service's time */
    int poll_failures;
    void *poll_ctx;         /* of jobs/poll.c */
    struct str poll_cursor; /* points into poll_cursor_buf */
    char poll_cursor_buf[128];
    /* last send to each of the most recent recipients, by a hash of the address: pace per
     * person */
    struct {
        uint64_t hash;
        int64_t sent_ms;
    } recent[1024];
};

/* Opens every channel of the configuration; the first that fails is named in err. */
enum rc carriers_open(struct service *s, struct err *err) MUST_USE;
void carriers_close(struct service *s);
/* Staff say that the fault is mended: what waits leaves at the next round. On the writer's
 * thread (service_call). NONE: no such channel. */
enum rc carrier_resume(struct service *s, struct str name) MUST_USE;
/* By name; NULL when there is none. */
struct carrier *carrier_find(struct service *s, struct str name);
/* The channel for an address. `preferred` (the one the person writes on: answers come from the
 * number they know) when it carries the address and is not out of order. Else the best of those
 * that carry it: in order before out of order, the longest of its prefixes, the smallest
 * `order`, the cheapest known price, the first written. NULL when none carries it. */
struct carrier *carrier_for(struct service *s, struct address at, struct str preferred);
/* Whether this channel may carry this address: its scheme and, for numbers, its prefixes. */
bool carrier_carries(const struct carrier *c, struct address at);
/* Whether it takes a message of so many SMS; 0 = not known. What the provider would refuse or
 * cut is told to staff instead of being paid for. */
bool carrier_takes(const struct carrier *c, int segments);
/* Paused for so long that its messages should go by another channel. */
bool carrier_is_out(const struct service *s, const struct carrier *c, int64_t now_ms);
/* 0 when a message to this recipient may leave now (the token is taken), else how long to wait
 * in ms. */
int64_t carrier_take(struct carrier *c, struct str address, int64_t now_ms);
/* How many may leave now by the channel's own pace. 0: pace_until_ms says when to ask again. A
 * channel at the end of its pace lets tokens gather, CARRIER_GATHER_MS at most. */
int carrier_pace(struct carrier *c, int64_t now_ms);

#endif
