/* hours.c - when automatic messages may leave. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/hours.h"

static struct hours window_of(const struct config *c, struct date d) {
    if (!c->sending.holidays && date_is_french_holiday(d, c->org.region)) {
        return (struct hours){0, 0};
    }
    return c->sending.week[date_weekday(d)];
}

int64_t hours_at(const struct config *c, struct date d, int minutes) {
    if (minutes >= 24 * 60) {
        d = date_add_days(d, 1);
        minutes -= 24 * 60;
    }
    struct tod t = {(int8_t)(minutes / 60), (int8_t)(minutes % 60), 0, 0};
    return zone_to_utc(c->org.tz, d, t);
}

bool hours_open(const struct config *c, int64_t ms) {
    struct date d;
    struct tod t;
    zone_to_civil(c->org.tz, ms, &d, &t);
    struct hours w = window_of(c, d);
    int minute = t.hour * 60 + t.minute;
    return minute >= w.from && minute < w.to;
}

int64_t hours_next_open(const struct config *c, int64_t ms) {
    if (hours_open(c, ms)) {
        return ms;
    }
    struct date d;
    struct tod t;
    zone_to_civil(c->org.tz, ms, &d, &t);
    for (int day = 0; day < 30; day++) {
        struct hours w = window_of(c, d);
        int64_t opens = hours_at(c, d, w.from);
        if (w.from < w.to && opens >= ms) {
            return opens;
        }
        d = date_add_days(d, 1);
    }
    return -1;
}

int64_t hours_begin(const struct config *c, int64_t ms) {
    int64_t open = hours_next_open(c, ms);
    return open < 0 ? ms : open;
}

int64_t hours_day_start(const struct config *c, int64_t ms) {
    struct date d;
    struct tod t;
    zone_to_civil(c->org.tz, ms, &d, &t);
    return hours_at(c, d, 0);
}
