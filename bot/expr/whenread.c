/* whenread.c - finds dates and times of day in what people write. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/whenread.h"

#include <string.h>

#include "base/rx.h"
#include "base/text.h"
#include "bot/expr/convert.h"
#include "bot/expr/rxcache.h"

#define SEPARATORS "-./\\_ "
#define READ_MAX 2000 /* characters; longer than any message */

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static int to_int(struct str s) {
    int v = 0;
    for (size_t i = 0; i < s.n && i < 9; i++) {
        v = v * 10 + (s.p[i] - '0');
    }
    return v;
}

int64_t whenread_ms(struct instant i) {
    return i.sec * 1000 + i.nsec / 1000000;
}

struct instant whenread_instant(const struct zone *zone, struct date d, struct tod t) {
    struct tod whole = t;
    whole.nsec = 0;
    struct instant i = zone_instant(zone, zone_to_utc(zone, d, whole));
    i.nsec = t.nsec;
    return i;
}

void whenread_civil(struct instant i, struct date *ret_d, struct tod *ret_t) {
    int64_t local = i.sec + i.offset;
    int64_t days = local / 86400, s = local % 86400;
    if (s < 0) {
        s += 86400;
        days--;
    }
    *ret_d = date_from_days((int32_t)days);
    *ret_t = (struct tod){(int8_t)(s / 3600), (int8_t)(s / 60 % 60), (int8_t)(s % 60), i.nsec};
}

struct instant whenread_in_zone(struct instant i, const struct zone *zone) {
    i.zone = zone;
    i.offset = zone_offset(zone, whenread_ms(i));
    return i;
}

/* --- dates in digits --- */

/* 1 to max digits at *i; 0 when there are none. */
static int read_digits(struct str s, size_t *i, size_t max, struct str *ret) {
    size_t from = *i;
    while (*i < s.n && *i - from < max && is_digit(s.p[*i])) {
        (*i)++;
    }
    *ret = str_sub(s, from, *i - from);
    return (int)ret->n;
}

static bool read_separator(struct str s, size_t *i) {
    if (*i < s.n && s.p[*i] && strchr(SEPARATORS, s.p[*i])) {
        (*i)++;
        return true;
    }
    return false;
}

/* A year of 4 or 2 digits that ends the word when `last`. */
static bool read_year(struct str s, size_t *i, bool last, struct str *ret) {
    for (size_t n = 4; n >= 2; n -= 2) {
        size_t end = *i;
        bool fits = read_digits(s, &end, n, ret) == (int)n;
        if (fits && (!last || end == s.n || !is_word(s.p[end]))) {
            *i = end;
            return true;
        }
    }
    return false;
}

/* Three groups at `from` in the order of the format; false when the shape is not there. */
static bool read_groups(struct str s, size_t from, bool year_first, struct str g[3],
                        size_t *end) {
    size_t i = from;
    if (year_first) {
        struct str last;
        if (!read_year(s, &i, false, &g[0]) || !read_separator(s, &i) ||
            !read_digits(s, &i, 2, &g[1]) || !read_separator(s, &i) ||
            !read_digits(s, &i, 2, &last) || (i < s.n && is_word(s.p[i]))) {
            return false;
        }
        g[2] = last;
    } else if (!read_digits(s, &i, 2, &g[0]) || !read_separator(s, &i) ||
               !read_digits(s, &i, 2, &g[1]) || !read_separator(s, &i) ||
               !read_year(s, &i, true, &g[2])) {
        return false;
    }
    *end = i;
    return true;
}

/* Two digits: this century up to the present year, else the last one. */
static int full_year(struct str digits, int this_year) {
    int y = to_int(digits);
    if (digits.n != 2) {
        return y;
    }
    return y > this_year % 1000 ? 1900 + y : 2000 + y;
}

static struct date today_in(const struct expr_env *env) {
    struct date d;
    struct tod t;
    whenread_civil(whenread_in_zone(env->now, convert_zone(env)), &d, &t);
    return d;
}

static bool date_in_order(struct str s, const struct expr_env *env, struct date *ret,
                          struct str *rest) {
    struct str format = env->date_format.n ? env->date_format : STR("DD-MM-YYYY");
    bool year_first = str_starts(format, STR("YYYY")),
         month_first = str_starts(format, STR("MM"));
    int this_year = today_in(env).year;
    for (size_t i = 0; i < s.n;) {
        struct str g[3];
        size_t end;
        bool starts = is_digit(s.p[i]) && (i == 0 || !is_word(s.p[i - 1]));
        if (!starts || !read_groups(s, i, year_first, g, &end)) {
            i++;
            continue;
        }
        int y = full_year(g[year_first ? 0 : 2], this_year);
        int m = to_int(g[month_first ? 0 : 1]), d = to_int(g[year_first    ? 2
                                                             : month_first ? 1
                                                                           : 0]);
        if (date_is_valid(y, m, d)) {
            *ret = date_make(y, m, d);
            *rest = str_sub(s, end, s.n);
            return true;
        }
        i = end;
    }
    return false;
}

bool whenread_date(struct str s, const struct expr_env *env, struct arena *a, struct date *ret,
                   struct str *rest) {
    struct str ignored;
    rest = rest ? rest : &ignored;
    s = text_cut(str_trim(s), READ_MAX);
    if (s.n >= 10 && date_parse_iso(str_sub(s, 0, 10), ret)) {
        *rest = str_sub(s, 10, s.n);
        return true;
    }
    if (date_in_order(s, env, ret, rest)) {
        return true;
    }
    if (!env->french) {
        return false;
    }
    size_t end;
    struct str folded = text_fold(s, a);
    if (!whenread_french_date(folded, today_in(env), ret, &end)) {
        return false;
    }
    *rest = str_sub(folded, end, folded.n);
    return true;
}

/* --- times of day --- */

static bool time_of_match(const struct rx_match *m, struct tod *ret) {
    int hour = to_int(m->group[1]), minute = to_int(m->group[2]), second = to_int(m->group[3]);
    int32_t nsec = 0;
    struct str fraction = str_sub(m->group[4], 0, 9);
    for (size_t i = 0; i < 9 && fraction.n; i++) {
        nsec = nsec * 10 + (i < fraction.n ? fraction.p[i] - '0' : 0);
    }
    bool pm = str_eq_nocase(m->group[5], STR("pm")), am = str_eq_nocase(m->group[5], STR("am"));
    if (pm && hour < 12) {
        hour += 12;
    } else if (am && hour == 12) {
        hour = 0;
    }
    if (hour == 24 && !minute && !second && !nsec) {
        hour = 0;
    }
    if (hour > 23 || minute > 59 || second > 59) {
        return false;
    }
    *ret = (struct tod){(int8_t)hour, (int8_t)minute, (int8_t)second, nsec};
    return true;
}

bool whenread_time(struct str s, const struct expr_env *env, struct arena *a, struct tod *ret) {
    static const char PATTERN[] =
        "\\b(\\d{1,2})(?::?(\\d{2})(?::(\\d{2})(?:\\.(\\d+))?)?)?\\W*([aApP][mM])?\\b";
    s = text_cut(s, READ_MAX);
    if (env->french && whenread_french_time(text_fold(s, a), ret)) {
        return true;
    }
    struct rx_match m;
    for (size_t from = 0; rxcache_match(PATTERN, 0, s, from, &m) == OK;) {
        if (time_of_match(&m, ret)) {
            return true;
        }
        from = (size_t)(m.group[0].p - s.p) + m.group[0].n;
    }
    return false;
}

/* --- both --- */

/* Exactly `n` digits at *i. */
static bool fixed_digits(struct str s, size_t *i, size_t n, int *ret) {
    struct str g;
    if (read_digits(s, i, n, &g) != (int)n) {
        return false;
    }
    *ret = to_int(g);
    return true;
}

static bool literal(struct str s, size_t *i, char c) {
    if (*i < s.n && s.p[*i] == c) {
        (*i)++;
        return true;
    }
    return false;
}

static bool read_offset(struct str s, size_t *i, int *ret) {
    if (literal(s, i, 'Z')) {
        *ret = 0;
        return true;
    }
    int sign = literal(s, i, '+') ? 1 : literal(s, i, '-') ? -1 : 0;
    int h, m;
    if (!sign || !fixed_digits(s, i, 2, &h) || !literal(s, i, ':') ||
        !fixed_digits(s, i, 2, &m) || h > 24 || m > 59) {
        return false;
    }
    *ret = sign * (h * 60 + m) * 60;
    return true;
}

static bool read_seconds(struct str s, size_t *i, struct tod *t) {
    int second;
    if (!literal(s, i, ':')) {
        return true;
    }
    if (!fixed_digits(s, i, 2, &second) || second > 59) {
        return false;
    }
    t->second = (int8_t)second;
    if (!literal(s, i, '.')) {
        return true;
    }
    struct str g;
    if (!read_digits(s, i, SIZE_MAX, &g)) {
        return false;
    }
    for (size_t k = 0; k < 9; k++) {
        t->nsec = t->nsec * 10 + (k < g.n ? g.p[k] - '0' : 0);
    }
    return true;
}

bool whenread_iso(struct str s, const struct zone *zone, struct instant *ret) {
    struct date d;
    struct tod t = {0};
    size_t i = 11;
    int hour, minute, offset;
    if (s.n < 17 || s.p[10] != 'T' || !date_parse_iso(str_sub(s, 0, 10), &d)) {
        return false;
    }
    if (!fixed_digits(s, &i, 2, &hour) || !literal(s, &i, ':') ||
        !fixed_digits(s, &i, 2, &minute) || hour > 23 || minute > 59) {
        return false;
    }
    t.hour = (int8_t)hour;
    t.minute = (int8_t)minute;
    if (!read_seconds(s, &i, &t) || !read_offset(s, &i, &offset) || i != s.n) {
        return false;
    }
    int64_t local = (int64_t)date_to_days(d) * 86400 + hour * 3600 + minute * 60 + t.second;
    *ret = (struct instant){local - offset, t.nsec, offset, NULL};
    /* an offset that the place has at that moment means the place itself */
    if (zone && zone_offset(zone, whenread_ms(*ret)) == offset) {
        ret->zone = zone;
    }
    return true;
}

bool whenread_datetime(struct str s, const struct expr_env *env, struct arena *a,
                       bool fill_time, struct instant *ret) {
    const struct zone *zone = convert_zone(env);
    struct date d;
    struct tod t = {0};
    struct str rest;
    s = str_trim(s);
    if (whenread_iso(s, zone, ret)) {
        return true;
    }
    if (!whenread_date(s, env, a, &d, &rest)) {
        return false;
    }
    if (!whenread_time(rest, env, a, &t) && fill_time) {
        struct date ignored;
        whenread_civil(whenread_in_zone(env->now, zone), &ignored, &t);
    }
    *ret = whenread_instant(zone, d, t);
    return true;
}
