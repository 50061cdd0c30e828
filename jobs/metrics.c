/* metrics.c - a few counters and gauges, printed in Prometheus' text form. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/metrics.h"

#include <stdatomic.h>

static const struct {
    const char *name, *help;
} METRICS[METRIC_COUNT] = {
    {"rebond_inbound_total", "Messages committed to the inbox."},
    {"rebond_inbound_duplicates_total", "Deliveries of a message that was there already."},
    {"rebond_hook_refused_total", "Web-hook requests refused."},
    {"rebond_turns_total", "Turns of conversations."},
    {"rebond_turn_failures_total", "Turns that ended in a fallback."},
    {"rebond_sent_total", "Messages accepted by a provider."},
    {"rebond_delivered_total", "Messages reported delivered."},
    {"rebond_failed_total", "Messages that failed for good."},
    {"rebond_unknown_total", "Messages that left without an answer."},
    {"rebond_expired_total", "Messages dropped because they were too late."},
    {"rebond_held_back_total", "Messages refused at the last door (STOP, caps)."},
    {"rebond_receipts_total", "Delivery reports read."},
    {"rebond_receipts_unmatched_total", "Reports that named no message of ours in time."},
    {"rebond_commits_total", "Transactions committed by the writer."},
    {"rebond_timers_total", "Timers that came due."},
    {"rebond_cases_total", "Conversations handed to a human."},
    {"rebond_calls_total", "Web-hooks that conversations asked for."},
    {"rebond_call_failures_total", "Those that failed or stayed silent."},
    {"rebond_inbox_waiting", "Messages not yet treated."},
    {"rebond_outbox_waiting", "Messages not yet sent."},
    {"rebond_cases_open", "Conversations waiting for a human."},
};

static _Atomic int64_t values[METRIC_COUNT];

void metric_add(enum metric m, int64_t n) {
    atomic_fetch_add_explicit(&values[m], n, memory_order_relaxed);
}

void metric_set(enum metric m, int64_t v) {
    atomic_store_explicit(&values[m], v, memory_order_relaxed);
}

int64_t metric_get(enum metric m) {
    return atomic_load_explicit(&values[m], memory_order_relaxed);
}

void metrics_write(struct buf *out) {
    for (int m = 0; m < METRIC_COUNT; m++) {
        buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", METRICS[m].name,
                   METRICS[m].help, METRICS[m].name, m >= METRIC_QUEUE_IN ? "gauge" : "counter",
                   METRICS[m].name, (long long)metric_get((enum metric)m));
    }
}
