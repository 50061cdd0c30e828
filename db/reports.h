/* reports.h - counts for people who decide: computed from the tables each time, never kept. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_REPORTS_H
#define DB_REPORTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

struct db;

/* For /metrics and the first page. */
struct report_overview {
    int64_t strangers, signing, enrolled, stopped;
    int64_t inbox_waiting, inbox_failed;
    int64_t outbox_queued, outbox_inflight, outbox_unknown;
    int64_t timers, cases_open, cases_urgent, calls;
};
enum rc reports_overview(struct db *db, struct report_overview *ret) MUST_USE;

/* Messages of [from, to): received, and sent by state. */
struct report_traffic {
    int64_t received, sent, delivered, failed, unknown, segments;
};
enum rc reports_traffic(struct db *db, int64_t from_ms, int64_t to_ms,
                        struct report_traffic *ret) MUST_USE;

/* "Trop loin" by commune over meetups of [from, to): most first; meetup_id 0 = all. */
struct report_commune {
    struct str commune;
    int64_t n;
};
enum rc reports_too_far(struct db *db, int64_t meetup_id, int64_t from_ms, int64_t to_ms,
                        struct arena *a, struct report_commune **ret, size_t *ret_n) MUST_USE;

/* Waves by month (3, 6, 9, 12) that were due in [from, to]. answered / due is the response
 * rate; unreached apart. */
struct report_wave {
    int month;
    int64_t due, planned, asked, partial, done, unreached, refused;
};
enum rc reports_waves(struct db *db, struct date from, struct date to,
                      struct report_wave ret[4]) MUST_USE;
/* Situations of answered waves. month 0 = all. */
struct report_situation {
    struct str situation;
    int64_t n;
};
enum rc reports_situations(struct db *db, int month, struct date from, struct date to,
                           struct arena *a, struct report_situation **ret,
                           size_t *ret_n) MUST_USE;

/* One line a meetup of [from, to): the sheet of DOMAIN row 15. */
struct report_meetup {
    int64_t meetup_id, starts_ms;
    struct str title;
    int64_t invited, yes, waiting, no, maybe, cancelled, came, absent, excused, guests;
    int64_t opinions, rating_sum; /* rating_sum / opinions with a rating */
    int64_t rated, too_far;
};
enum rc reports_meetups(struct db *db, int64_t from_ms, int64_t to_ms, struct arena *a,
                        struct report_meetup **ret, size_t *ret_n) MUST_USE;

#endif
