/* timers.h - what is to happen at a moment; survives everything, fires once. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_TIMERS_H
#define DB_TIMERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct db;

#define TIMERS_TIMEOUT                                                                         \
    "timeout" /* kind of what outbox and flows arm: token = of the waiting question */

struct timer {
    int64_t id, due_ms;
    struct str kind; /* the remind job's: "timeout", "invite", "reminder", "wave", "close"... */
    int64_t contact_id; /* 0 = nobody in particular */
    struct str token;   /* TIMERS_TIMEOUT: of bot/session.h */
    struct str key;     /* unique among armed timers; "" = none */
    struct str payload; /* JSON; "" = none */
    int64_t expires_ms; /* past it the timer is dropped, not fired; 0 = never */
};

/* Arms it (t->id is given). A timer with the same key is moved and replaced. In a write
 * transaction. */
enum rc timers_arm(struct db *db, struct timer *t, int64_t now_ms) MUST_USE;
/* OK also when there is none. */
enum rc timers_cancel(struct db *db, struct str key) MUST_USE;
/* Every key that begins with the prefix ("meetup/123/"). */
enum rc timers_cancel_prefix(struct db *db, struct str prefix) MUST_USE;

/* Takes at most `max` due timers out, oldest first: they are gone when the write transaction in
 * which this must be called commits, together with what the caller made of them. Those whose
 * token is not the one that the person's session waits for are the caller's to ignore. Expired
 * ones are deleted and counted in *ret_expired (may be NULL), not returned. NONE: nothing due.
 */
enum rc timers_claim(struct db *db, int64_t now_ms, int max, struct arena *a,
                     struct timer **ret, size_t *ret_n, int64_t *ret_expired) MUST_USE;

/* Earliest due_ms (may be past); NONE: none armed. */
enum rc timers_next_ms(struct db *db, int64_t *ret) MUST_USE;
enum rc timers_count(struct db *db, int64_t *ret) MUST_USE;
/* The next ones due, for people. */
enum rc timers_list(struct db *db, int max, struct arena *a, struct timer **ret,
                    size_t *ret_n) MUST_USE;

#endif
