/* und_period.c - stretches of days: la semaine prochaine, ce week-end, en avril. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

static struct date monday(struct date d) {
    return date_add_days(d, 1 - date_weekday(d));
}

static struct date first_of(struct date d) {
    return date_make(d.year, d.month, 1);
}

static struct date last_of(struct date d) {
    return date_make(d.year, d.month, date_month_days(d.year, d.month));
}

static void span(struct und_when *w, struct date a, struct date b, int grain) {
    w->date = true;
    w->d = a;
    w->d2 = b;
    w->grain = (int8_t)grain;
}

static void span_month(struct und_when *w, struct date any) {
    span(w, first_of(any), last_of(any), 2);
}

static enum ask_hint hint(const struct und_msg *m) {
    return m->hint;
}

/* mars, en avril, septembre 2025 */
static bool month(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    int32_t v, x;
    int year;
    size_t at = i;
    if (und_word(m, at, "en") || und_class(m, at, CLS_SINCE, &at, &x)) {
        at += und_word(m, at, "en");
    }
    bool this = und_class(m, at, CLS_THIS, &at, &x);
    if (!this) {
        und_class(m, at, CLS_THE, &at, &x);
    }
    bool mois = und_word(m, at, "mois");
    at += mois;
    at += und_word(m, at, "de");
    if (!und_class(m, at, CLS_MONTH, end, &v)) {
        return false;
    }
    size_t e, y = *end + und_word(m, *end, "de");
    if (und_year_at(m, y, true, &e, &year)) {
        *end = e;
        span_month(w, date_make(year, v, 1));
        w->doubt = hint(m) == HINT_BIRTH;
        return true;
    }
    year = m->today.year;
    if (!this && hint(m) == HINT_NONE && v < m->today.month) {
        year++;
    }
    if (hint(m) != HINT_NONE && v > m->today.month) {
        year--;
    }
    w->no_year = true;
    w->doubt = hint(m) == HINT_BIRTH;
    span_month(w, date_make(year, v, 1));
    return true;
}

/* 2015-3  3/2015  2016 - 11 */
static bool month_digits(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    char sep = und_between(m, i);
    if (!und_digits(m, i) || !und_digits(m, i + 1) ||
        (sep != '-' && sep != '/' && sep != '.')) {
        return false;
    }
    size_t y = m->tok[i].f.n == 4 ? i : i + 1, k = m->tok[i].f.n == 4 ? i + 1 : i;
    int64_t year = m->tok[y].n, mon = m->tok[k].n;
    if (m->tok[y].f.n != 4 || m->tok[k].f.n > 2 || year < 1900 || year > 2099 || mon < 1 ||
        mon > 12) {
        return false;
    }
    if (und_digits(m, i + 2) && und_between(m, i + 1) != ' ') {
        return false;
    }
    *end = i + 2;
    w->doubt = hint(m) == HINT_BIRTH;
    span_month(w, date_make((int)year, (int)mon, 1));
    return true;
}

static bool year(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    int y;
    size_t at = i;
    int32_t v;
    bool lead = und_word(m, at, "en") || und_class(m, at, CLS_SINCE, &at, &v);
    at += und_word(m, at, "en");
    bool asked = m->ask && m->ask->kind == ASK_DATE;
    if (!(lead || asked) || !und_digits(m, at) || !und_year_at(m, at, false, end, &y)) {
        return false;
    }
    if (*end < m->n && (und_between(m, at) == '/' || und_between(m, at) == '-')) {
        return false;
    }
    span(w, date_make(y, 1, 1), date_make(y, 12, 31), 3);
    w->doubt = hint(m) == HINT_BIRTH;
    return true;
}

/* semaine, week-end, mois, annee with prochain, dernier, ce */
static bool unit_word(const struct und_msg *m, size_t i, size_t *end, int *unit) {
    int32_t v;
    if (und_class(m, i, CLS_WEEKEND, end, &v)) {
        *unit = 9;
        return true;
    }
    if (und_class(m, i, CLS_UNIT, end, &v) && v >= 5 && v != 7) {
        *unit = v;
        return true;
    }
    return false;
}

static void span_unit(const struct und_msg *m, struct und_when *w, int unit, int shift) {
    struct date t = m->today, sat = date_add_days(monday(t), 5 + 7 * shift);
    switch (unit) {
    case 5:
        span(w, date_add_days(monday(t), 7 * shift), date_add_days(monday(t), 7 * shift + 6),
             1);
        return;
    case 6:
        span_month(w, date_add_months(first_of(t), shift));
        return;
    case 9:
        span(w, sat, date_add_days(sat, 1), 0);
        return;
    default:
        span(w, date_make(t.year + shift, 1, 1), date_make(t.year + shift, 12, 31), 3);
    }
}

static bool coming_unit(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    int32_t v;
    int unit;
    size_t at = i, e;
    at += und_word(m, at, "dans") || und_word(m, at, "pendant") || und_word(m, at, "en");
    bool this = und_class(m, at, CLS_THIS, &at, &v);
    bool the = !this && und_class(m, at, CLS_THE, &at, &v);
    bool next = und_class(m, at, CLS_NEXT, &at, &v);
    bool last = !next && und_class(m, at, CLS_LAST, &at, &v);
    if (!unit_word(m, at, &e, &unit)) {
        return false;
    }
    *end = e;
    next = next || und_class(m, e, CLS_NEXT, end, &v);
    last = last || (!next && und_class(m, e, CLS_LAST, end, &v));
    if (!next && !last && !this && !(unit == 9) && !(the && unit == 5 && at > i + 1)) {
        return false;
    }
    if (unit == 9 && next && date_weekday(m->today) <= 5) {
        w->doubt = true; /* this one or the one after */
    }
    span_unit(m, w, unit, next ? 1 : last ? -1 : 0);
    if (unit == 5 && this && m->ask && hint(m) == HINT_NONE && !next && !last) {
        w->grain = 1;
    }
    return true;
}

/* les 3 prochains mois, 2 dernieres semaines, prochaines 5 heures */
static void span_counted(const struct und_msg *m, struct und_when *w, int64_t n, int unit,
                         int sign, bool from_now) {
    static const int SECONDS[] = {0, 1, 60, 3600};
    struct date t = m->today;
    if (unit <= 3) {
        int64_t now = (int64_t)m->now.hour * 3600 + m->now.minute * 60 + m->now.second,
                s = SECONDS[unit];
        int64_t a = from_now || sign < 0 ? now : (now / s + 1) * s, b = a + sign * n * s;
        int64_t lo = sign < 0 ? b : a, hi = sign < 0 ? a : b;
        w->date = w->time = w->t2_set = w->now_based = true;
        w->d = date_add_days(t, (int32_t)((lo + 864000) / 86400 - 10));
        w->d2 = date_add_days(t, (int32_t)((hi + 864000) / 86400 - 10));
        lo = (lo + 864000) % 86400;
        hi = (hi + 864000) % 86400;
        w->t = (struct tod){(int8_t)(lo / 3600), (int8_t)(lo / 60 % 60), (int8_t)(lo % 60), 0};
        w->t2 = (struct tod){(int8_t)(hi / 3600), (int8_t)(hi / 60 % 60), (int8_t)(hi % 60), 0};
        return;
    }
    int k = (int)n;
    struct date a, b;
    if (unit == 4) {
        a = sign > 0 ? date_add_days(t, 1) : date_add_days(t, -k);
        b = date_add_days(a, k - 1);
    } else if (unit == 5) {
        a = date_add_days(monday(t), sign > 0 ? 7 : -7 * k);
        b = date_add_days(a, 7 * k - 1);
    } else {
        int months = unit == 6 ? 1 : unit == 7 ? 3 : 12;
        struct date f = unit == 8 ? date_make(t.year, 1, 1) : first_of(t);
        a = date_add_months(f, sign > 0 ? months : -months * k);
        b = date_add_days(date_add_months(a, months * k), -1);
    }
    span(w, a, b, unit - 4);
}

static bool counted_unit(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    bool rolling =
        und_word(m, i, "les") || (und_word(m, i, "dans") && und_word(m, i + 1, "les"));
    int32_t v, unit;
    int n = 1, sign = 0;
    size_t at = i, e;
    at += und_word(m, at, "dans");
    und_class(m, at, CLS_THE, &at, &v);
    bool front = und_class(m, at, CLS_NEXT, &at, &v);
    sign = front ? 1 : 0;
    if (!front && und_class(m, at, CLS_LAST, &at, &v)) {
        sign = -1;
        front = true;
    }
    bool have = und_small(m, at, 1, 999, &at, &n);
    if (!sign && have) {
        sign = und_class(m, at, CLS_NEXT, &at, &v) ? 1 : 0;
        sign = !sign && und_class(m, at, CLS_LAST, &at, &v) ? -1 : sign;
    }
    if (!und_class(m, at, CLS_UNIT, &e, &unit) || (!have && (unit > 3 || !sign))) {
        return false;
    }
    if (!sign && have) {
        sign = und_class(m, e, CLS_NEXT, &e, &v) ? 1 : 0;
        sign = !sign && und_class(m, e, CLS_LAST, &e, &v) ? -1 : sign;
    }
    if (!sign && have && unit <= 3 && rolling && und_word(m, i, "dans")) {
        sign = 1; /* "dans les 2h" */
        front = true;
    }
    if (!sign || (!front && have && unit == 6 && n > 12)) { /* "4 au 23 mois prochain" */
        return false;
    }
    *end = e;
    if (rolling && unit == 5 && sign > 0) { /* "les 3 prochaines semaines": from tomorrow on */
        struct date from = date_add_days(m->today, 1);
        span(w, from, date_add_days(from, 7 * n - 1), 1);
        return true;
    }
    span_counted(m, w, n, unit, sign, front);
    return true;
}

/* la premiere semaine d'octobre, la semaine du 7 octobre, derniere semaine de septembre 2014 */
static bool week_of(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    int32_t ord = 0, v;
    size_t at = i;
    struct und_when in = {0};
    at += und_word(m, at, "dans");
    und_class(m, at, CLS_THE, &at, &v);
    bool last = und_class(m, at, CLS_LAST, &at, &v);
    bool nth = !last && und_class(m, at, CLS_ORDINAL, &at, &ord) && ord <= 5;
    if (!und_word(m, at, "semaine")) {
        return false;
    }
    at++;
    if (!last && !nth) {
        if (!und_word(m, at, "du") || !und_date(m, at, end, &in)) {
            return false;
        }
        span(w, monday(in.d), date_add_days(monday(in.d), 6), 1);
        return true;
    }
    if (!(und_word(m, at, "de") || und_word(m, at, "du"))) {
        return false;
    }
    if (und_year_at(m, at + 1, false, end, &v)) {
        in.d = date_make(v, 1, 4);
    } else if (!month(m, at + 1, end, &in)) {
        return false;
    }
    struct date first = monday(date_add_days(in.d, 6)); /* first Monday in the month */
    if (in.d2.year == 0) {
        first = monday(in.d); /* ISO 8601: the week of 4 January is week 1 */
    }
    struct date a =
        last ? monday(date_add_days(in.d2, -6)) : date_add_days(first, 7 * (ord - 1));
    span(w, a, date_add_days(a, 6), 1);
    return true;
}

/* fin mars, debut du mois d'avril, mi-decembre, premiere quinzaine d'avril */
static bool part_of_month(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    int32_t v, which = 0;
    size_t at = i;
    struct und_when in = {0};
    at += und_word(m, at, "en") || und_word(m, at, "a") || und_word(m, at, "au");
    und_class(m, at, CLS_THE, &at, &v);
    if (und_class(m, at, CLS_BEGIN, &at, &v)) {
        which = 1;
    } else if (und_class(m, at, CLS_MIDDLE, &at, &v)) {
        which = 2;
    } else if (und_class(m, at, CLS_END, &at, &v)) {
        which = 3;
    } else {
        return false;
    }
    at += und_word(m, at, "du") || und_word(m, at, "de");
    if (und_word(m, at, "mois") && !und_word(m, at + 1, "de")) {
        *end = at + 1;
        struct date t = first_of(m->today);
        if (und_class(m, at + 1, CLS_NEXT, end, &v) || (which == 1 && m->today.day > 10)) {
            t = date_add_months(t, 1);
        }
        span_month(&in, t);
    } else if (!month(m, at, end, &in) || in.grain != 2) {
        return false;
    }
    static const int8_t FROM[] = {0, 1, 10, 21}, TO[] = {0, 10, 19, 31};
    struct date a = in.d;
    int days = date_month_days(a.year, a.month);
    span(w, date_make(a.year, a.month, FROM[which]),
         date_make(a.year, a.month, TO[which] > days ? days : TO[which]), 0);
    return true;
}

static bool part_of_week(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    int32_t v;
    size_t at = i;
    at += und_word(m, at, "en") || und_word(m, at, "au");
    und_class(m, at, CLS_THE, &at, &v);
    int which = und_class(m, at, CLS_BEGIN, &at, &v)    ? 1
                : und_class(m, at, CLS_MIDDLE, &at, &v) ? 2
                : und_class(m, at, CLS_END, &at, &v)    ? 3
                                                        : 0;
    if (!which) {
        return false;
    }
    at += und_word(m, at, "de");
    und_class(m, at, CLS_THE, &at, &v);
    if (!und_word(m, at, "semaine")) {
        return false;
    }
    *end = at + 1;
    bool next = und_class(m, at + 1, CLS_NEXT, end, &v);
    struct date mon = date_add_days(monday(m->today), next ? 7 : 0);
    static const int8_t FROM[] = {0, 0, 2, 3}, TO[] = {0, 1, 3, 6};
    span(w, date_add_days(mon, FROM[which]), date_add_days(mon, TO[which]), 0);
    return true;
}

/* The seasons as a calendar has them, within a day. */
static bool season(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    int32_t v;
    size_t at = i;
    if (!und_class(m, at, CLS_THIS, &at, &v)) {
        at += und_word(m, at, "en") || und_word(m, at, "au");
    }
    und_class(m, at, CLS_THE, &at, &v);
    if (at == i || !und_class(m, at, CLS_SEASON, end, &v)) {
        return false;
    }
    static const int8_t MONTH[] = {0, 3, 6, 9, 12};
    struct date a = date_make(m->today.year, MONTH[v], 21);
    if (v == 4 && m->today.month < 4) {
        a.year--;
    }
    struct date b = date_add_days(date_add_months(a, 3), -1);
    if (date_cmp(b, m->today) < 0) {
        a = date_add_months(a, 12);
        b = date_add_months(b, 12);
    }
    span(w, a, b, 2);
    return true;
}

bool und_period(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    static bool (*const FORM[])(struct und_msg *, size_t, size_t *, struct und_when *) = {
        month_digits, week_of, part_of_month, part_of_week, counted_unit,
        coming_unit,  month,   year,          season};
    for (size_t k = 0; k < sizeof FORM / sizeof *FORM; k++) {
        struct und_when r = {0};
        if (FORM[k](m, i, end, &r)) {
            *w = r;
            return true;
        }
    }
    return false;
}
