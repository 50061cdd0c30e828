/* door.h - the last door before the wire: may this message still leave, now? */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_DOOR_H
#define JOBS_DOOR_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "db/outbox.h"

struct service;

enum door_says {
    DOOR_GO,
    DOOR_WAIT,   /* not before wait_until_ms; no attempt is counted */
    DOOR_EXPIRE, /* too late to be of use */
    DOOR_HOLD    /* must not leave: reason says why */
};

struct door {
    enum door_says says;
    int64_t wait_until_ms;
    const char *reason; /* "stop", "paused", "blocked address", "too late"... */
    bool counts;        /* it is an automatic message: it counts for the day's cap */
    bool closed;        /* with HOLD: only this address is closed, another may be open */
};

/* Asked for each claimed row, in the claim's transaction, whatever was checked when it was
 * queued: expiry; address known bad or blocked; STOP (only its confirmation passes), reminders
 * refused, PAUSE; a human has the conversation (automatic questions wait); one question at a
 * time (a broadcast waits while another question is open); allowed hours (answers and advisors'
 * own words pass at any hour); daily cap. Order: what forbids comes before what delays. */
enum rc door_ask(struct service *s, const struct outbox_row *m, int64_t now_ms, struct arena *a,
                 struct door *ret) MUST_USE;

/* yyyymmdd in the office's zone, the key of the day's cap. */
int32_t door_day(const struct service *s, int64_t ms);

#endif
