/* threads.h - a person's conversation, both directions, as an advisor reads it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_THREADS_H
#define DB_THREADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "db/inbox.h"
#include "db/outbox.h"

struct thread_line {
    bool inbound;
    int64_t id, at_ms; /* received_ms, or sent_ms (created_ms until sent) */
    struct str channel, text;
    enum inbox_kind in_kind; /* inbound */
    struct str out_kind;     /* outbound: "reply"... */
    enum outbox_state state; /* outbound */
    int64_t staff_id;        /* outbound written by a human */
    int64_t inbox_id;        /* outbound: the message or event it came from; 0 = none */
    struct str reason;       /* outbound: why it failed or was held back */
};

/* The last `max` lines, oldest first. Broadcasts are in it. */
enum rc threads_read(struct db *db, int64_t contact_id, int max, struct arena *a,
                     struct thread_line **ret, size_t *ret_n) MUST_USE;

#endif
