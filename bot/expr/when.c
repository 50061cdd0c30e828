/* when.c - adding to dates and the time between them. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/when.h"

#include "bot/expr/whenread.h"

/* The day `months` later; the days of a month too short run over into the next one. */
static struct date add_months_over(struct date d, int64_t months) {
    int64_t m = (int64_t)d.year * 12 + d.month - 1 + months;
    if (m < 12 || m >= 10000 * 12) {
        return (struct date){0};
    }
    return date_add_days(date_make((int)(m / 12), (int)(m % 12) + 1, 1), d.day - 1);
}

static struct date add_calendar(struct date d, int n, char unit, bool french) {
    if (n > 4000000 || n < -4000000) {
        return (struct date){0};
    }
    switch (unit) {
    case 'D':
        return date_add_days(d, n);
    case 'W':
        return date_add_days(d, n * 7);
    default: {
        int months = unit == 'Y' ? n * 12 : n;
        return french ? date_add_months(d, months) : add_months_over(d, months);
    }
    }
}

static bool in_range(struct instant i) {
    return i.sec >= -62135596800LL && i.sec <= 253402300799LL; /* years 1 to 9999 */
}

const struct val *when_add(struct eval *e, struct instant i, int n, char unit) {
    struct date d;
    struct tod t;
    if (unit == 'h' || unit == 'm' || unit == 's') {
        i.sec += (int64_t)n * (unit == 'h' ? 3600 : unit == 'm' ? 60 : 1);
        if (!in_range(i)) {
            return eval_error(e, "the date is out of range");
        }
        return val_at(e->a, i.zone ? whenread_in_zone(i, i.zone) : i);
    }
    whenread_civil(i, &d, &t);
    d = add_calendar(d, n, unit, e->env->french);
    if (d.year == 0) {
        return eval_error(e, "the date is out of range");
    }
    if (i.zone) {
        return val_at(e->a, whenread_instant(i.zone, d, t));
    }
    int64_t local = (int64_t)date_to_days(d) * 86400 + t.hour * 3600 + t.minute * 60 + t.second;
    i.sec = local - i.offset;
    return val_at(e->a, i);
}
