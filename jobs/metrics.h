/* metrics.h - a few counters and gauges, printed in Prometheus' text form. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_METRICS_H
#define JOBS_METRICS_H

#include <stdint.h>

#include "base/buf.h"

/* The closed list; names and help texts stand in metrics.c in the same order. */
enum metric {
    METRIC_INBOUND,       /* messages committed to the inbox */
    METRIC_INBOUND_TWICE, /* deliveries of the same message again */
    METRIC_HOOK_REFUSED,  /* web-hooks refused: signature, size, form */
    METRIC_TURNS,
    METRIC_TURN_FAILURES,
    METRIC_SENT,
    METRIC_DELIVERED,
    METRIC_FAILED,
    METRIC_UNKNOWN, /* left, and no answer came */
    METRIC_EXPIRED,
    METRIC_HELD_BACK, /* refused at the last door */
    METRIC_RECEIPTS,
    METRIC_RECEIPTS_UNMATCHED, /* waited ten minutes for a message that never was */
    METRIC_COMMITS,
    METRIC_TIMERS,
    METRIC_CASES,
    METRIC_CALLS,         /* web-hooks answered, well or not */
    METRIC_CALL_FAILURES, /* those that were not */
    METRIC_QUEUE_IN,      /* gauges from here on */
    METRIC_QUEUE_OUT,
    METRIC_OPEN_CASES,
    METRIC_COUNT
};

/* Thread-safe. */
void metric_add(enum metric m, int64_t n);
void metric_set(enum metric m, int64_t v);
int64_t metric_get(enum metric m);
/* Text exposition format 0.0.4. */
void metrics_write(struct buf *out);

#endif
