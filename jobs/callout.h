/* callout.h - web-hooks that conversations asked for: table to wire to answer. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_CALLOUT_H
#define JOBS_CALLOUT_H

#include "base/err.h"
#include "base/val.h"
#include "bot/engine.h"
#include "db/inbox.h"
#include "jobs/person.h"

struct service;

#define CALLOUT_IN_FLIGHT 16 /* calls open at once, all services together */
#define CALLOUT_WAITING 500  /* beyond, a call is answered "too_many" at once */
#define CALLOUT_ATTEMPTS 3   /* only while no byte has left */
#define CALLOUT_STALE_MS                                                                       \
    (CALL_LIMIT_MAX_MS + 60000) /* in flight this long: its process is gone */

/* Answers "unknown" what an earlier process had on the wire. */
enum rc callout_open(struct service *s, struct err *err) MUST_USE;
void callout_close(struct service *s);

/* Keeps what the turn asks for, in the turn's transaction. What can never leave (no such
 * web-hook in the configuration, too many) is answered there and then. */
enum rc callout_ask(struct person *p, const struct effect_call *call) MUST_USE;
/* Sends what is ready: marked in flight and committed before. How many, or a negative rc. */
int callout_claim(struct service *s);
/* Writes down the answers that came, each with the event that tells the conversation. */
int callout_settle(struct service *s);
int callout_in_flight(const struct service *s);
/* The same for a process that died elsewhere (PostgreSQL). */
enum rc callout_recover(struct service *s, int64_t before_ms) MUST_USE;

/* The inbox event of an answer, as the engine takes it; the row goes with this turn. NONE:
 * nobody knows the call any more. */
enum rc callout_event(struct person *p, const struct inbox_row *row,
                      struct event *ret) MUST_USE;

#endif
