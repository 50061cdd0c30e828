/* dexpr_time.c - times as providers write them, by small patterns. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/zone.h"
#include "gateways/dexpr_priv.h"

/* %Y %m %d %H %M %S; %y two digits; %I and %p twelve hours; %b Jan; %a Mon; %f an optional
 * fraction with its dot; %z Z, +0100, +01:00 or +01; %% ; 'iso' is "%Y-%m-%dT%H:%M:%S%f%z".
 * Others stand for themselves. */

static const char *const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const char *const DAYS = "MonTueWedThuFriSatSun";

struct when {
    int year, month, day, hour, minute, second, millis, offset;
    bool has_offset, has_pm, pm;
};

static bool take_digits(struct str s, size_t *pos, int count, int *ret) {
    int v = 0;
    for (int i = 0; i < count; i++, (*pos)++) {
        if (*pos >= s.n || !isdigit((unsigned char)s.p[*pos])) {
            return false;
        }
        v = v * 10 + (s.p[*pos] - '0');
    }
    *ret = v;
    return true;
}

static bool take_name(struct str s, size_t *pos, const char *names, int *ret) {
    for (int i = 0; names[i * 3] && *pos + 3 <= s.n; i++) {
        if (str_eq_nocase(str_sub(s, *pos, 3), (struct str){names + i * 3, 3})) {
            *ret = i + 1;
            *pos += 3;
            return true;
        }
    }
    return false;
}

static void take_fraction(struct str s, size_t *pos, struct when *w) {
    if (*pos >= s.n || (s.p[*pos] != '.' && s.p[*pos] != ',')) {
        return;
    }
    int scale = 100;
    for ((*pos)++; *pos < s.n && isdigit((unsigned char)s.p[*pos]); (*pos)++, scale /= 10) {
        w->millis += (s.p[*pos] - '0') * scale;
    }
}

static bool take_offset(struct str s, size_t *pos, struct when *w) {
    int h, m = 0;
    w->has_offset = true;
    if (*pos < s.n && (s.p[*pos] == 'Z' || s.p[*pos] == 'z')) {
        (*pos)++;
        return true;
    }
    if (*pos >= s.n || (s.p[*pos] != '+' && s.p[*pos] != '-')) {
        return false;
    }
    int sign = s.p[(*pos)++] == '-' ? -1 : 1;
    if (!take_digits(s, pos, 2, &h)) {
        return false;
    }
    bool colon = *pos < s.n && s.p[*pos] == ':';
    *pos += colon;
    if (*pos < s.n && isdigit((unsigned char)s.p[*pos]) && !take_digits(s, pos, 2, &m)) {
        return false;
    }
    w->offset = sign * (h * 3600 + m * 60);
    return h <= 14 && m < 60;
}

static bool take_pm(struct str s, size_t *pos, struct when *w) {
    if (*pos + 2 > s.n) {
        return false;
    }
    struct str two = str_sub(s, *pos, 2);
    *pos += 2;
    w->has_pm = true;
    w->pm = str_eq_nocase(two, STR("PM"));
    return w->pm || str_eq_nocase(two, STR("AM"));
}

static bool take_field(char f, struct str s, size_t *pos, struct when *w) {
    int ignored;
    switch (f) {
    case 'Y':
        return take_digits(s, pos, 4, &w->year);
    case 'y':
        return take_digits(s, pos, 2, &w->year) && (w->year += 2000) > 0;
    case 'm':
        return take_digits(s, pos, 2, &w->month);
    case 'd':
        return take_digits(s, pos, 2, &w->day);
    case 'H':
    case 'I':
        return take_digits(s, pos, 2, &w->hour);
    case 'M':
        return take_digits(s, pos, 2, &w->minute);
    case 'S':
        return take_digits(s, pos, 2, &w->second);
    case 'b':
        return take_name(s, pos, MONTHS, &w->month);
    case 'a':
        return take_name(s, pos, DAYS, &ignored);
    case 'p':
        return take_pm(s, pos, w);
    case 'f':
        take_fraction(s, pos, w);
        return true;
    case 'z':
        return take_offset(s, pos, w);
    default:
        return f == '%' && *pos < s.n && s.p[(*pos)++] == '%';
    }
}

static bool read_when(struct str s, struct str format, struct when *w) {
    size_t pos = 0;
    for (size_t i = 0; i < format.n; i++) {
        if (format.p[i] == '%' && i + 1 < format.n) {
            if (!take_field(format.p[++i], s, &pos, w)) {
                return false;
            }
        } else if (pos >= s.n || s.p[pos++] != format.p[i]) {
            return false;
        }
    }
    if (w->has_pm) {
        w->hour = w->hour % 12 + (w->pm ? 12 : 0);
    }
    return pos == s.n && date_is_valid(w->year, w->month, w->day) && w->hour < 24 &&
           w->minute < 60 && w->second <= 60;
}

enum rc dexpr_time_parse(struct str text, struct str format, struct str zone, int64_t *ret_ms) {
    struct when w = {.month = 1, .day = 1};
    if (!read_when(text, str_is(format, "iso") ? STR("%Y-%m-%dT%H:%M:%S%f%z") : format, &w)) {
        return NONE;
    }
    struct date d = date_make(w.year, w.month, w.day);
    if (w.has_offset || str_is(zone, "UTC")) {
        int64_t s = (int64_t)date_to_days(d) * 86400 + w.hour * 3600 + w.minute * 60 +
                    w.second - w.offset;
        *ret_ms = s * 1000 + w.millis;
        return OK;
    }
    const struct zone *z;
    if (zone_get(zone, &z, NULL) != OK) {
        return NONE;
    }
    struct tod t = {(int8_t)w.hour, (int8_t)w.minute, (int8_t)(w.second > 59 ? 59 : w.second),
                    0};
    *ret_ms = zone_to_utc(z, d, t) + w.millis;
    return OK;
}

static void put_field(struct buf *out, char f, struct date d, struct tod t) {
    switch (f) {
    case 'Y':
        buf_printf(out, "%04d", d.year);
        return;
    case 'y':
        buf_printf(out, "%02d", d.year % 100);
        return;
    case 'm':
        buf_printf(out, "%02d", d.month);
        return;
    case 'd':
        buf_printf(out, "%02d", d.day);
        return;
    case 'H':
        buf_printf(out, "%02d", t.hour);
        return;
    case 'M':
        buf_printf(out, "%02d", t.minute);
        return;
    case 'S':
        buf_printf(out, "%02d", t.second);
        return;
    case 'b':
        buf_printf(out, "%.3s", MONTHS + (d.month - 1) * 3);
        return;
    case 'a':
        buf_printf(out, "%.3s", DAYS + (date_weekday(d) - 1) * 3);
        return;
    default:
        buf_putc(out, f);
    }
}

struct str dexpr_time_format(int64_t ms, struct str format, struct str zone, struct arena *a) {
    const struct zone *z;
    struct date d;
    struct tod t;
    if (zone_get(zone, &z, NULL) != OK && zone_get(STR("UTC"), &z, NULL) != OK) {
        return STR_EMPTY;
    }
    zone_to_civil(z, ms, &d, &t);
    struct buf out;
    buf_init(&out, 200);
    for (size_t i = 0; i < format.n; i++) {
        if (format.p[i] == '%' && i + 1 < format.n) {
            put_field(&out, format.p[++i], d, t);
        } else {
            buf_putc(&out, format.p[i]);
        }
    }
    struct str done = arena_str(a, buf_view(&out));
    buf_done(&out);
    return done;
}
