/* route.h - another road for a message: the next channel when one is down, SMS when a chat is
 * closed. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_ROUTE_H
#define JOBS_ROUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "db/addresses.h"
#include "db/outbox.h"

struct config;
struct db;
struct service;

/* Where to write to a person: the preferred address; when that one is blocked or dead, another
 * of theirs. From a chat to SMS only as `sending.fallback` allows: a shared number is not yet a
 * wish for text messages. NONE: nowhere. */
enum rc route_reach(struct service *s, int64_t contact_id, struct arena *a,
                    struct contact_address *ret) MUST_USE;
/* The same for pages, on their own connection. */
enum rc route_reach_on(const struct config *config, struct db *db, int64_t contact_id,
                       struct arena *a, struct contact_address *ret) MUST_USE;

/* A claimed message whose address is blocked or dead and which certainly did not arrive: put
 * back in the queue for another address that route_reach would allow, choices written as
 * digits. The confirmation of a STOP never follows. NONE: there is no other road (nothing
 * changed). In a write transaction. */
enum rc route_elsewhere(struct service *s, const struct outbox_row *m, struct arena *a,
                        int64_t now_ms) MUST_USE;

/* What waits on a channel that is out of order, or on none yet, goes by the best one that
 * carries its number. Returns how many messages moved, or a negative rc. */
int route_failover(struct service *s);
/* The same for channels that are no longer in the configuration. Looked at now and then. */
int route_orphans(struct service *s);

#endif
