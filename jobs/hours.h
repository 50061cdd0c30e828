/* hours.h - when automatic messages may leave: week, public holidays, and the next opening. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_HOURS_H
#define JOBS_HOURS_H

#include <stdbool.h>
#include <stdint.h>

#include "jobs/config.h"

/* True when automatic messages may leave at that instant (DOMAIN: weekdays 9-20, Saturday
 * 10-18, never on Sundays and public holidays unless the office says otherwise). */
bool hours_open(const struct config *c, int64_t ms);
/* The instant itself when open, else the next opening within 30 days; -1 when there is none
 * (every day closed). */
int64_t hours_next_open(const struct config *c, int64_t ms);
/* When an automatic conversation that is due at `ms` may begin: then or at the next opening (at
 * `ms` when every day is closed: the last door decides). A question that waits in the queue
 * must not be open meanwhile: what the person writes in the evening would be taken for its
 * answer. */
int64_t hours_begin(const struct config *c, int64_t ms);
/* `minutes` of local wall clock on the civil day of `d`, as ms UTC. */
int64_t hours_at(const struct config *c, struct date d, int minutes);
/* Local midnight that began the day of `ms`. */
int64_t hours_day_start(const struct config *c, int64_t ms);

#endif
