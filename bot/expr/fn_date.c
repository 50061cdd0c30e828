/* fn_date.c - functions on dates and times. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "bot/expr/arith.h"
#include "bot/expr/convert.h"
#include "bot/expr/datewrite.h"
#include "bot/expr/functions.h"
#include "bot/expr/when.h"
#include "bot/expr/whenread.h"

static const char UNITS[] = "s, m, h, D, W, M, Y";

static struct instant now_here(struct eval *e) {
    return whenread_in_zone(e->env->now, convert_zone(e->env));
}

const struct val *fn_now(struct eval *e, const struct val *const *arg, size_t n) {
    (void)arg;
    (void)n;
    return val_at(e->a, now_here(e));
}

const struct val *fn_today(struct eval *e, const struct val *const *arg, size_t n) {
    (void)arg;
    (void)n;
    return val_date(e->a, datewrite_parts_of(now_here(e)).date);
}

const struct val *fn_age(struct eval *e, const struct val *const *arg, size_t n) {
    struct date born, on = datewrite_parts_of(now_here(e)).date;
    TRY(convert_date(e, arg[0], &born));
    if (n > 1) {
        TRY(convert_date(e, arg[1], &on));
    }
    return val_int(e->a, date_age(born, on));
}

const struct val *fn_date_from_parts(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    int y, m, d;
    TRY(convert_int(e, arg[0], &y));
    TRY(convert_int(e, arg[1], &m));
    TRY(convert_int(e, arg[2], &d));
    if (m < 1 || m > 12) {
        return eval_error(e, "invalid value for month, must be 1-12");
    }
    if (y < 1 || y > 9999 || d < -4000000 || d > 4000000) {
        return eval_error(e, "the date is out of range");
    }
    /* days outside the month run over into its neighbours */
    struct date r = date_add_days(date_make(y, m, 1), d - 1);
    return r.year ? val_date(e->a, r) : eval_error(e, "the date is out of range");
}

const struct val *fn_time_from_parts(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    int h, m, s;
    TRY(convert_int(e, arg[0], &h));
    TRY(convert_int(e, arg[1], &m));
    TRY(convert_int(e, arg[2], &s));
    if (h < 0 || h > 23) {
        return eval_error(e, "invalid value for hour, must be 0-23");
    }
    if (m < 0 || m > 59) {
        return eval_error(e, "invalid value for minute, must be 0-59");
    }
    if (s < 0 || s > 59) {
        return eval_error(e, "invalid value for second, must be 0-59");
    }
    return val_time(e->a, (struct tod){(int8_t)h, (int8_t)m, (int8_t)s, 0});
}

static const struct val *unit_of(struct eval *e, const struct val *v, char *ret) {
    struct str s;
    TRY(convert_text(e, v, &s));
    if (s.n != 1 || !strchr("smhDWMY", s.p[0])) {
        return eval_error(e, "unknown unit: %.*s, must be one of %s", STR_ARG(s), UNITS);
    }
    *ret = s.p[0];
    return NULL;
}

const struct val *fn_datetime_add(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct instant i;
    int offset;
    char unit;
    TRY(convert_datetime(e, arg[0], false, &i));
    TRY(convert_int(e, arg[1], &offset));
    TRY(unit_of(e, arg[2], &unit));
    return when_add(e, i, offset, unit);
}

const struct val *fn_datetime_diff(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct instant i, j;
    char unit;
    TRY(convert_datetime(e, arg[0], false, &i));
    TRY(convert_datetime(e, arg[1], false, &j));
    TRY(unit_of(e, arg[2], &unit));
    struct date a = datewrite_parts_of(i).date, b = datewrite_parts_of(j).date;
    /* the clock counts whole units; a difference of less than one is none */
    int64_t sec = j.sec - i.sec;
    sec += sec > 0 && j.nsec < i.nsec ? -1 : sec < 0 && j.nsec > i.nsec ? 1 : 0;
    int64_t days = date_to_days(b) - date_to_days(a);
    switch (unit) {
    case 's':
        return val_int(e->a, sec);
    case 'm':
        return val_int(e->a, sec / 60);
    case 'h':
        return val_int(e->a, sec / 3600);
    case 'D':
        return val_int(e->a, days);
    case 'W':
        return val_int(e->a, days / 7);
    case 'M':
        return val_int(e->a, (b.year - a.year) * 12 + b.month - a.month);
    default:
        return val_int(e->a, b.year - a.year);
    }
}

const struct val *fn_datetime_from_epoch(struct eval *e, const struct val *const *arg,
                                         size_t n) {
    (void)n;
    struct dec d, fraction;
    int64_t sec, nsec;
    TRY(convert_number(e, arg[0], &d));
    struct dec whole = dec_round(d, 0, DEC_DOWN);
    bool ok = dec_to_i64(whole, &sec) == OK && sec >= -62135596800LL && sec <= 253402300799LL;
    ok = ok && dec_sub(d, whole, &fraction) == OK &&
         dec_mul(fraction, dec_from_i64(1000000000), &fraction) == OK &&
         dec_to_i64(dec_round(fraction, 0, DEC_TRUNC), &nsec) == OK;
    if (!ok) {
        return eval_error(e, "epoch time is out of range");
    }
    struct instant i = {.sec = sec, .nsec = (int32_t)nsec};
    return val_at(e->a, whenread_in_zone(i, convert_zone(e->env)));
}

const struct val *fn_epoch(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct instant i;
    TRY(convert_datetime(e, arg[0], false, &i));
    struct dec d = dec_from_i64(i.sec), part = dec_from_i64(i.nsec);
    part.exp = i.nsec ? -9 : 0;
    if (dec_add(d, part, &d) != OK) {
        return eval_error(e, "epoch time is out of range");
    }
    return val_num(e->a, d);
}

static const struct val *zone_arg(struct eval *e, const struct val *v,
                                  const struct zone **ret) {
    struct str name;
    TRY(convert_text(e, v, &name));
    if (zone_get(name, ret, NULL) != OK) {
        return eval_error(e, "unknown time zone %.*s", STR_ARG(name));
    }
    return NULL;
}

/* What datewrite_parse says went wrong. */
static const struct val *parse_error(struct eval *e, enum rc rc, const struct datewrite_read *r,
                                     struct str text, const char *kind) {
    if (rc == E_INVALID) {
        return eval_error(e, "'%.*s' is not valid in a %s parsing layout", STR_ARG(r->bad),
                          kind);
    }
    if (r->bad.n) {
        return eval_error(e, "cannot parse '%.*s' as '%.*s'", STR_ARG(r->at), STR_ARG(r->bad));
    }
    return eval_error(e, "cannot parse '%.*s'", STR_ARG(r->at.n ? r->at : text));
}

const struct val *fn_parse_datetime(struct eval *e, const struct val *const *arg, size_t n) {
    struct str text, layout;
    const struct zone *zone = convert_zone(e->env);
    struct datewrite_read r;
    TRY(convert_text(e, arg[0], &text));
    TRY(convert_text(e, arg[1], &layout));
    if (n > 2) {
        TRY(zone_arg(e, arg[2], &zone));
    }
    enum rc rc = datewrite_parse(text, layout, DATEWRITE_DATETIME, &r);
    if (rc != OK) {
        return parse_error(e, rc, &r, text, "datetime");
    }
    struct tod t = r.parts.tod;
    if (!r.has_offset) {
        return val_at(e->a, whenread_instant(zone, r.parts.date, t));
    }
    int64_t local =
        (int64_t)date_to_days(r.parts.date) * 86400 + t.hour * 3600 + t.minute * 60 + t.second;
    struct instant i = {local - r.parts.offset, t.nsec, r.parts.offset, NULL};
    i.zone = zone_offset(zone, whenread_ms(i)) == i.offset ? zone : NULL;
    return val_at(e->a, i);
}

const struct val *fn_parse_time(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct str text, layout;
    struct datewrite_read r;
    TRY(convert_text(e, arg[0], &text));
    TRY(convert_text(e, arg[1], &layout));
    enum rc rc = datewrite_parse(text, layout, DATEWRITE_TIME, &r);
    return rc == OK ? val_time(e->a, r.parts.tod) : parse_error(e, rc, &r, text, "time");
}

const struct val *fn_replace_time(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct instant i;
    struct tod t;
    TRY(convert_datetime(e, arg[0], false, &i));
    TRY(convert_time(e, arg[1], &t));
    struct date d = datewrite_parts_of(i).date;
    if (i.zone) {
        return val_at(e->a, whenread_instant(i.zone, d, t));
    }
    i.sec =
        (int64_t)date_to_days(d) * 86400 + t.hour * 3600 + t.minute * 60 + t.second - i.offset;
    i.nsec = t.nsec;
    return val_at(e->a, i);
}

const struct val *fn_tz(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct instant i;
    TRY(convert_datetime(e, arg[0], false, &i));
    return eval_text(e, i.zone ? zone_name(i.zone) : i.offset == 0 ? STR("UTC") : STR(""));
}

const struct val *fn_tz_offset(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct instant i;
    TRY(convert_datetime(e, arg[0], false, &i));
    int minutes = (i.offset < 0 ? -i.offset : i.offset) / 60;
    return eval_text(e, arena_printf(e->a, "%c%02d%02d", i.offset < 0 ? '-' : '+', minutes / 60,
                                     minutes % 60));
}

const struct val *fn_weekday(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct date d;
    TRY(convert_date(e, arg[0], &d));
    return val_int(e->a, date_weekday(d) % 7);
}

/* Weeks begin on Sunday and the first is the one with 1 January. */
const struct val *fn_week_number(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct date d;
    TRY(convert_date(e, arg[0], &d));
    struct date first = date_make(d.year, 1, 1);
    int32_t day = date_to_days(d) - date_to_days(first);
    return val_int(e->a, (day + date_weekday(first) % 7) / 7 + 1);
}

/* --- written by a layout --- */

static const struct val *write_layout(struct eval *e, const struct val *const *arg, size_t n,
                                      enum datewrite_kind kind,
                                      const struct datewrite_parts *parts, struct str usual) {
    static const char *const KIND[] = {"date", "time", "datetime"};
    struct str layout = usual, bad;
    struct sink out;
    if (n > 1) {
        TRY(convert_text(e, arg[1], &layout));
    }
    sink_init(&out, e->a);
    if (!datewrite_layout(layout, kind, parts, e->env->language, &out, &bad)) {
        return eval_error(e, "'%.*s' is not valid in a %s formatting layout", STR_ARG(bad),
                          KIND[kind]);
    }
    return eval_text(e, sink_view(&out));
}

const struct val *fn_format_date(struct eval *e, const struct val *const *arg, size_t n) {
    struct datewrite_parts p = {.offset = 0};
    TRY(convert_date(e, arg[0], &p.date));
    return write_layout(e, arg, n, DATEWRITE_DATE, &p, datewrite_date_format(e->env));
}

const struct val *fn_format_time(struct eval *e, const struct val *const *arg, size_t n) {
    struct datewrite_parts p = {.offset = 0};
    TRY(convert_time(e, arg[0], &p.tod));
    return write_layout(e, arg, n, DATEWRITE_TIME, &p, datewrite_time_format(e->env));
}

const struct val *fn_format_datetime(struct eval *e, const struct val *const *arg, size_t n) {
    struct instant i;
    const struct zone *zone = convert_zone(e->env);
    TRY(convert_datetime(e, arg[0], false, &i));
    if (n > 2) {
        TRY(zone_arg(e, arg[2], &zone));
    }
    struct datewrite_parts p = datewrite_parts_of(whenread_in_zone(i, zone));
    struct str day = datewrite_date_format(e->env), hour = datewrite_time_format(e->env);
    struct str usual =
        n > 1 ? STR("") : arena_printf(e->a, "%.*s %.*s", STR_ARG(day), STR_ARG(hour));
    return write_layout(e, arg, n, DATEWRITE_DATETIME, &p, usual);
}
