/* deliver.h - outbox to wire to outcome; a message leaves once or is shown to a human. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_DELIVER_H
#define JOBS_DELIVER_H

#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"

struct service;

#define DELIVER_STALE_MS                                                                       \
    (10 * MS_MINUTE) /* no request lasts that long: its process is gone                        \
                      */

enum rc deliver_open(struct service *s, struct err *err) MUST_USE;
void deliver_close(struct service *s);
/* Messages claimed at or before `before_ms` whose process ended become UNKNOWN. Called at
 * opening and, where several processes share a database, each minute. */
enum rc deliver_recover(struct service *s, int64_t before_ms) MUST_USE;

/* Writes down the outcomes that have come back and claims what may leave now on each channel,
 * both in one transaction, and puts the claims on the wire after COMMIT. Returns how many rows
 * were moved, or a negative rc: then nothing has left and the outcomes are kept in memory. */
int deliver_round(struct service *s);
/* The outcomes alone: nothing new leaves. */
int deliver_settle(struct service *s);
/* In how many ms deliver_round has outcomes to write down: 0 at once, INT64_MAX none came back.
 */
int64_t deliver_ripe_ms(struct service *s);
/* How many outcomes wait to be written down. */
int deliver_landed(const struct service *s);
/* Messages on the wire. */
int deliver_in_flight(const struct service *s);

/* The pause before attempt + 1, in ms: first * 2^(attempt-1) up to an hour, plus up to a
 * quarter of chance so that many messages that failed together do not come back together. */
int64_t deliver_backoff(int64_t first_ms, int attempt);

#endif
