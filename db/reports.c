/* reports.c - counts for people who decide, computed each time. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/reports.h"

#include "db/sql.h"

enum rc reports_overview(struct db *db, struct report_overview *ret) {
    struct sql_stmt *st = sql_start0(
        db, "SELECT (SELECT count(*) FROM contacts WHERE status = 'STRANGER'), "
            "(SELECT count(*) FROM contacts WHERE status = 'SIGNING'), "
            "(SELECT count(*) FROM contacts WHERE status = 'ENROLLED'), "
            "(SELECT count(*) FROM contacts WHERE stop_all_ms > 0), "
            "(SELECT count(*) FROM inbox WHERE (state = 'NEW' OR state = 'HELD')), "
            "(SELECT count(*) FROM inbox WHERE state = 'FAILED'), "
            "(SELECT count(*) FROM outbox WHERE state = 'QUEUED'), "
            "(SELECT count(*) FROM outbox WHERE open = 1), "
            "(SELECT count(*) FROM outbox WHERE (state = 'UNKNOWN' OR state = 'FAILED') "
            "AND state = 'UNKNOWN'), "
            "(SELECT count(*) FROM timers), "
            "(SELECT count(*) FROM cases WHERE state IN ('OPEN', 'TAKEN')), "
            "(SELECT count(*) FROM cases WHERE state IN ('OPEN', 'TAKEN') AND urgent = 1), "
            "(SELECT count(*) FROM waves WHERE state = 'UNREACHED')");
    enum rc rc = sql_step(st);
    if (rc == OK) {
        *ret = (struct report_overview){
            .strangers = sql_int(st, 0),
            .signing = sql_int(st, 1),
            .enrolled = sql_int(st, 2),
            .stopped = sql_int(st, 3),
            .inbox_waiting = sql_int(st, 4),
            .inbox_failed = sql_int(st, 5),
            .outbox_queued = sql_int(st, 6),
            .outbox_inflight = sql_int(st, 7) - sql_int(st, 6), /* open ones that do not wait */
            .outbox_unknown = sql_int(st, 8),
            .timers = sql_int(st, 9),
            .cases_open = sql_int(st, 10),
            .cases_urgent = sql_int(st, 11),
            .calls = sql_int(st, 12),
        };
        sql_stop(st);
    }
    return rc;
}

enum rc reports_traffic(struct db *db, int64_t from_ms, int64_t to_ms,
                        struct report_traffic *ret) {
    struct report_traffic t = {0};
    enum rc rc =
        sql_get_int(db, &t.received,
                    "SELECT count(*) FROM inbox WHERE received_ms >= $1 AND received_ms < $2 "
                    "AND kind IN ('text', 'button', 'contact', 'start')",
                    SQL_I(from_ms), SQL_I(to_ms));
    if (rc != OK) {
        return rc;
    }
    struct sql_stmt *st = sql_start(
        db,
        "SELECT count(*) FILTER (WHERE state IN ('SENT', 'DELIVERED', 'READ')), "
        "count(*) FILTER (WHERE state IN ('DELIVERED', 'READ')), count(*) FILTER (WHERE state "
        "= 'FAILED'), "
        "count(*) FILTER (WHERE state = 'UNKNOWN'), "
        "coalesce(sum(segments) FILTER (WHERE state IN ('SENT', 'DELIVERED', 'READ')), 0) "
        "FROM outbox WHERE created_ms >= $1 AND created_ms < $2",
        SQL_I(from_ms), SQL_I(to_ms));
    rc = sql_step(st);
    if (rc == OK) {
        t.sent = sql_int(st, 0);
        t.delivered = sql_int(st, 1);
        t.failed = sql_int(st, 2);
        t.unknown = sql_int(st, 3);
        t.segments = sql_int(st, 4);
        sql_stop(st);
        *ret = t;
    }
    return rc;
}

enum rc reports_too_far(struct db *db, int64_t meetup_id, int64_t from_ms, int64_t to_ms,
                        struct arena *a, struct report_commune **ret, size_t *ret_n) {
    struct sql_stmt *st =
        sql_start(db,
                  "SELECT f.commune, sum(f.n) AS people FROM too_far f "
                  "JOIN meetups m ON m.id = f.meetup_id WHERE ($1 = 0 OR m.id = $1) "
                  "AND m.starts_ms >= $2 AND m.starts_ms < $3 GROUP BY f.commune "
                  "ORDER BY people DESC, f.commune",
                  SQL_I(meetup_id), SQL_I(from_ms), SQL_I(to_ms));
    struct report_commune *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        *SQL_PUSH(a, list, n) = (struct report_commune){sql_str(st, 0, a), sql_int(st, 1)};
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}

enum rc reports_waves(struct db *db, struct date from, struct date to,
                      struct report_wave ret[4]) {
    struct arena a;
    struct report_wave w[4] = {{.month = 3}, {.month = 6}, {.month = 9}, {.month = 12}};
    arena_init(&a);
    struct sql_stmt *st = sql_start(
        db,
        "SELECT month, count(*), count(*) FILTER (WHERE state = 'PLANNED'), "
        "count(*) FILTER (WHERE state = 'ASKED'), count(*) FILTER (WHERE state = 'PARTIAL'), "
        "count(*) FILTER (WHERE state = 'DONE'), count(*) FILTER (WHERE state = 'UNREACHED'), "
        "count(*) FILTER (WHERE state = 'REFUSED') FROM waves "
        "WHERE due >= $1 AND due <= $2 AND state <> 'CANCELLED' GROUP BY month",
        SQL_S(date_iso(from, &a)), SQL_S(date_iso(to, &a)));
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        int64_t month = sql_int(st, 0);
        w[month / 3 - 1] = (struct report_wave){
            .month = (int)month,
            .due = sql_int(st, 1),
            .planned = sql_int(st, 2),
            .asked = sql_int(st, 3),
            .partial = sql_int(st, 4),
            .done = sql_int(st, 5),
            .unreached = sql_int(st, 6),
            .refused = sql_int(st, 7),
        };
    }
    for (int i = 0; rc == NONE && i < 4; i++) {
        ret[i] = w[i];
    }
    arena_done(&a);
    return sql_done(rc);
}

enum rc reports_situations(struct db *db, int month, struct date from, struct date to,
                           struct arena *a, struct report_situation **ret, size_t *ret_n) {
    struct sql_stmt *st = sql_start(
        db,
        "SELECT situation, count(*) AS people FROM waves WHERE due >= $1 AND due <= $2 "
        "AND ($3 = 0 OR month = $3) AND situation <> '' GROUP BY situation "
        "ORDER BY people DESC, situation",
        SQL_S(date_iso(from, a)), SQL_S(date_iso(to, a)), SQL_I(month));
    struct report_situation *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        *SQL_PUSH(a, list, n) = (struct report_situation){sql_str(st, 0, a), sql_int(st, 1)};
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}

#define STATE_COUNT(s) "count(*) FILTER (WHERE p.state = '" s "'), "

enum rc reports_meetups(struct db *db, int64_t from_ms, int64_t to_ms, struct arena *a,
                        struct report_meetup **ret, size_t *ret_n) {
    struct sql_stmt *st = sql_start(
        db,
        "SELECT m.id, m.starts_ms, m.title, count(p.contact_id), " STATE_COUNT("YES")
            STATE_COUNT("WAITING") STATE_COUNT("NO") STATE_COUNT("MAYBE")
                STATE_COUNT("CANCELLED") STATE_COUNT("CAME") STATE_COUNT("ABSENT") STATE_COUNT(
                    "EXCUSED") "coalesce(sum(p.guests) FILTER (WHERE p.state IN ('YES', "
                               "'CAME')), 0), "
                               "(SELECT count(*) FROM feedbacks f WHERE f.meetup_id = m.id), "
                               "(SELECT coalesce(sum(f.rating), 0) FROM feedbacks f WHERE "
                               "f.meetup_id = m.id), "
                               "(SELECT count(*) FROM feedbacks f WHERE f.meetup_id = m.id AND "
                               "f.rating > 0), "
                               "(SELECT coalesce(sum(x.n), 0) FROM too_far x WHERE x.meetup_id "
                               "= m.id) "
                               "FROM meetups m LEFT JOIN places p ON p.meetup_id = m.id WHERE "
                               "m.starts_ms >= $1 AND m.starts_ms < $2 "
                               "GROUP BY m.id, m.starts_ms, m.title ORDER BY m.starts_ms, m.id",
        SQL_I(from_ms), SQL_I(to_ms));
    struct report_meetup *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        *SQL_PUSH(a, list, n) = (struct report_meetup){
            .meetup_id = sql_int(st, 0),
            .starts_ms = sql_int(st, 1),
            .title = sql_str(st, 2, a),
            .invited = sql_int(st, 3),
            .yes = sql_int(st, 4),
            .waiting = sql_int(st, 5),
            .no = sql_int(st, 6),
            .maybe = sql_int(st, 7),
            .cancelled = sql_int(st, 8),
            .came = sql_int(st, 9),
            .absent = sql_int(st, 10),
            .excused = sql_int(st, 11),
            .guests = sql_int(st, 12),
            .opinions = sql_int(st, 13),
            .rating_sum = sql_int(st, 14),
            .rated = sql_int(st, 15),
            .too_far = sql_int(st, 16),
        };
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}
