/* und_date.c - one day, as people write it: 12/03, jeudi 12, le 3 fevrier, demain. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

#include <string.h>

#define YEAR_AHEAD                                                                             \
    20 /* two-digit years this far ahead are still to come, unless a birth date was asked */

static enum ask_hint hint(const struct und_msg *m) {
    return m->hint;
}

static bool asks_day(const struct und_msg *m) {
    return m->ask && (m->ask->kind == ASK_DATE || m->ask->kind == ASK_DATETIME);
}

/* Character between token i and the next, 0 when they touch, ' ' for white space, 1 for
 * anything else. */
char und_between(const struct und_msg *m, size_t i) {
    if (i + 1 >= m->n || m->tok[i + 1].off < m->tok[i].end) {
        return 1;
    }
    struct str gap = str_sub(m->text, m->tok[i].end, m->tok[i + 1].off - m->tok[i].end);
    struct str in = str_trim(gap);
    if (gap.n == 0) {
        return 0;
    }
    return in.n == 0 ? ' ' : in.n == 1 ? in.p[0] : 1;
}

int und_year(const struct und_msg *m, int yy) {
    int ahead = hint(m) == HINT_BIRTH ? 0 : YEAR_AHEAD;
    int century = m->today.year / 100 * 100;
    return yy <= m->today.year % 100 + ahead ? century + yy : century - 100 + yy;
}

/* A year in digits or words. `two`: two digits are enough. */
bool und_year_at(const struct und_msg *m, size_t i, bool two, size_t *end, int *ret) {
    struct und_num a, b;
    if (und_digits(m, i)) {
        size_t n = m->tok[i].f.n;
        int y = (int)m->tok[i].n;
        char after = und_between(m, i);
        if (n == 4 && y >= 1900 && y <= 2099) {
            *ret = y;
        } else if (n == 2 && two && !(i + 1 < m->n && after == 0) &&
                   !(i + 1 < m->n && und_after(m, i) == ':')) {
            *ret = und_year(m, y);
        } else {
            return false;
        }
        *end = i + 1;
        return true;
    }
    if (!und_number(m, i, &a) || !a.whole || a.ordinal) {
        return false;
    }
    if (a.i == 19 && und_number(m, a.end, &b) && b.whole && b.i >= 10 && b.i < 100) {
        *ret = 1900 + (int)b.i;
        *end = b.end;
        return true;
    }
    if (a.i < 1900 || a.i > 2099) {
        return false;
    }
    *ret = (int)a.i;
    *end = a.end;
    return true;
}

static bool day_at(const struct und_msg *m, size_t i, size_t *end, int *ret) {
    struct und_num n;
    int32_t v;
    if (und_digits(m, i)) {
        if (m->tok[i].f.n > 2 || m->tok[i].n < 1 || m->tok[i].n > 31) {
            return false;
        }
        *ret = (int)m->tok[i].n;
        *end = i + 1;
        if (i + 1 < m->n && und_between(m, i) == 0 &&
            und_class(m, i + 1, CLS_ORDSUFFIX, end, &v)) {
            return true;
        }
        return !(i + 1 < m->n && und_between(m, i) == 0 && !m->tok[i + 1].num) ||
               und_class(m, i + 1, CLS_MONTH, &(size_t){0}, &v);
    }
    if (!und_number(m, i, &n) || !n.whole || n.i < 1 || n.i > 31 || (n.ordinal && n.i > 2)) {
        return false;
    }
    *ret = (int)n.i;
    *end = n.end;
    return true;
}

/* Completes a day and month without a year. */
static void set_day_month(const struct und_msg *m, struct und_when *w, int day, int month) {
    int y = m->today.year;
    w->date = true;
    w->no_year = true;
    if (day > date_month_days(month == 2 ? 2024 : y, month)) {
        w->doubt = true;
        w->d = m->today;
        return;
    }
    for (int k = 0; k < 5; k++) {
        int year = hint(m) == HINT_NONE ? y + k : y - k;
        if (!date_is_valid(year, month, day)) {
            continue;
        }
        w->d = date_make(year, month, day);
        int c = date_cmp(w->d, m->today);
        if (hint(m) == HINT_NONE ? c >= 0 : c <= 0) {
            break;
        }
    }
    w->doubt = w->doubt || hint(m) == HINT_BIRTH;
}

static void set_full(const struct und_msg *m, struct und_when *w, int day, int month,
                     int year) {
    w->date = true;
    if (!date_is_valid(year, month, day)) {
        w->doubt = true;
        w->d = m->today;
        return;
    }
    w->d = date_make(year, month, day);
    if (hint(m) == HINT_BIRTH && date_cmp(w->d, m->today) > 0) {
        w->doubt = true;
    }
}

/* "le 12": the next one, or with HINT_PAST the last one. */
static void set_day(const struct und_msg *m, struct und_when *w, int day) {
    int step = hint(m) == HINT_PAST ? -1 : 1;
    w->date = true;
    w->doubt = w->doubt || hint(m) == HINT_BIRTH;
    for (int k = 0; k < 13; k++) {
        struct date first =
            date_add_months(date_make(m->today.year, m->today.month, 1), step * k);
        if (!date_is_valid(first.year, first.month, day)) {
            continue;
        }
        w->d = date_make(first.year, first.month, day);
        if (date_cmp(w->d, m->today) * step >= 0) {
            return;
        }
    }
}

/* 12/03/2006 12-3-06 12.03.2006 2006-03-12 12/03 12 03 2006 12/Sep/2020 */
static bool numeric(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    int d = 0, month, year;
    int32_t v;
    size_t e;
    char s1 = und_between(m, i);
    if (!und_digits(m, i) || i + 1 >= m->n || s1 == 0 || s1 == 1 || s1 == ':' || s1 == '+') {
        return false;
    }
    bool named = und_class(m, i + 1, CLS_MONTH, &e, &v);
    if (m->tok[i].f.n == 4 && und_digits(m, i + 1) && und_digits(m, i + 2) &&
        und_between(m, i + 1) == s1 && s1 != ' ') {
        set_full(m, w, (int)m->tok[i + 2].n, (int)m->tok[i + 1].n, (int)m->tok[i].n);
        *end = i + 3;
        return m->tok[i].n >= 1900 && m->tok[i].n < 2100 && m->tok[i + 1].f.n <= 2 &&
               m->tok[i + 2].f.n <= 2;
    }
    if (!day_at(m, i, end, &d) || *end != i + 1 ||
        !(named || (und_digits(m, i + 1) && m->tok[i + 1].f.n <= 2))) {
        return false;
    }
    month = named ? v : (int)m->tok[i + 1].n;
    if (month < 1 || month > 12) { /* 5/13/2005 */
        bool full = und_digits(m, i + 2) && m->tok[i + 2].f.n == 4 &&
                    und_between(m, i + 1) == s1 && m->tok[i + 2].n >= 1900;
        w->date = w->doubt = full;
        w->d = m->today;
        *end = i + 3;
        return full && m->tok[i + 2].n < 2100;
    }
    char s2 = und_between(m, i + 1);
    bool same = s2 == s1 || (s1 == '/' && (s2 == ',' || s2 == ' '));
    if (same && i + 2 < m->n && und_year_at(m, i + 2, s2 == s1, &e, &year)) {
        set_full(m, w, d, month, year);
        *end = e;
        return true;
    }
    *end = i + 2;
    bool tail = i + 2 < m->n && und_digits(m, i + 2) && s2 != ' ' && s2 != 1 &&
                !(s1 == '/' && s2 == '-');
    if (named) {
        return false;
    }
    if ((s1 == ' ' && !asks_day(m)) || ((s1 == '-' || s1 == '.') && !asks_day(m)) ||
        s1 == ',' || tail) {
        return false;
    }
    set_day_month(m, w, d, month);
    return true;
}

/* 03022005 030205 */
static bool packed(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    if (!und_digits(m, i) || !asks_day(m) || (m->tok[i].f.n != 8 && m->tok[i].f.n != 6)) {
        return false;
    }
    int64_t v = m->tok[i].n;
    int year = m->tok[i].f.n == 8 ? (int)(v % 10000) : und_year(m, (int)(v % 100));
    v /= m->tok[i].f.n == 8 ? 10000 : 100;
    *end = i + 1;
    if (v / 100 < 1 || v / 100 > 31 || v % 100 < 1 || v % 100 > 12 || year < 1900 ||
        year > 2099) {
        return false;
    }
    set_full(m, w, (int)(v / 100), (int)(v % 100), year);
    return true;
}

static size_t skip_word(const struct und_msg *m, size_t i, const char *w) {
    return i + und_word(m, i, w);
}

static bool month_at(const struct und_msg *m, size_t i, size_t *end, int *ret) {
    int32_t v;
    i = skip_word(m, i, "de");
    i = skip_word(m, i, "mois");
    i = skip_word(m, i, "de");
    if (!und_class(m, i, CLS_MONTH, end, &v)) {
        return false;
    }
    *ret = v;
    return true;
}

static void finish_named(const struct und_msg *m, size_t *end, struct und_when *w, int day,
                         int month) {
    int year;
    size_t at = skip_word(m, *end, "de"), e;
    at = skip_word(m, at, "en");
    at = skip_word(m, at, "a");
    if (und_year_at(m, at, at == *end && und_between(m, at - 1) != '-', &e, &year)) {
        *end = e;
        set_full(m, w, day, month, year);
    } else {
        set_day_month(m, w, day, month);
    }
}

/* 3 fevrier 2005, le premier mars, octobre 22, 3 du 2 2005 */
static bool named(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    int d, month, year;
    size_t e, e2;
    if (day_at(m, i, &e, &d)) {
        if (month_at(m, e, end, &month)) {
            finish_named(m, end, w, d, month);
            return true;
        }
        bool du = und_word(m, e, "du") && und_digits(m, e + 1) && m->tok[e + 1].f.n <= 2 &&
                  m->tok[e + 1].n >= 1 && m->tok[e + 1].n <= 12;
        if (du && und_year_at(m, e + 2, true, &e2, &year)) {
            set_full(m, w, d, (int)m->tok[e + 1].n, year);
            *end = e2;
            return true;
        }
        if (du && asks_day(m)) {
            set_day_month(m, w, d, (int)m->tok[e + 1].n);
            *end = e + 2;
            return true;
        }
        return false;
    }
    int32_t v;
    if (!und_class(m, i, CLS_MONTH, &e, &v) || !day_at(m, e, end, &d) ||
        und_between(m, *end - 1) == ':') {
        return false;
    }
    finish_named(m, end, w, d, v);
    return true;
}

/* ---- weekdays */

static struct date coming(struct date from, int weekday) {
    int ahead = (weekday - date_weekday(from) + 7) % 7;
    return date_add_days(from, ahead ? ahead : 7);
}

static struct date monday(struct date d) {
    return date_add_days(d, 1 - date_weekday(d));
}

/* Which week a weekday is said to be of: "de cette semaine" 0, "la semaine prochaine" 1,
 * derniere -1. */
static bool week_named(const struct und_msg *m, size_t i, size_t *end, int *ret) {
    int32_t v;
    size_t at = i;
    at = skip_word(m, at, "de");
    bool the = und_class(m, at, CLS_THE, &at, &v);
    bool this = !the && und_class(m, at, CLS_THIS, &at, &v);
    if (!und_word(m, at, "semaine")) {
        return false;
    }
    at++;
    if (und_class(m, at, CLS_NEXT, end, &v)) {
        *ret = 1;
        return true;
    }
    if (und_class(m, at, CLS_LAST, end, &v)) {
        *ret = -1;
        return true;
    }
    *end = at;
    *ret = 0;
    return this;
}

static bool weekday_more(const struct und_msg *m, size_t i, size_t *end, struct und_when *w,
                         int wd) {
    int32_t v;
    int week;
    size_t e;
    struct date next = coming(m->today, wd);
    if (week_named(m, i, end, &week)) {
        w->d = date_add_days(monday(m->today), 7 * week + wd - 1);
        w->doubt = week == 0 && date_cmp(w->d, m->today) < 0 && hint(m) != HINT_PAST;
        return true;
    }
    if (und_word(m, i, "en") && (und_word(m, i + 1, "huit") || und_word(m, i + 1, "8"))) {
        w->d = date_add_days(next, date_weekday(m->today) == wd ? 0 : 7);
        *end = i + 2;
        return true;
    }
    if (und_word(m, i, "en") && (und_word(m, i + 1, "quinze") || und_word(m, i + 1, "15"))) {
        w->d = date_add_days(next, date_weekday(m->today) == wd ? 7 : 14);
        *end = i + 2;
        return true;
    }
    size_t at = skip_word(m, i, "de");
    if (und_class(m, at, CLS_NEXT, &e, &v)) {
        /* doubtful unless this week's is over: two people mean two days by it */
        bool over = wd <= date_weekday(m->today);
        w->d = over || v == 0 ? next : date_add_days(next, 7);
        w->doubt = !over && v == 0;
        *end = e;
        return true;
    }
    if (und_class(m, at, CLS_LAST, &e, &v)) {
        int back = (date_weekday(m->today) - wd + 7) % 7;
        w->d = date_add_days(m->today, -(back ? back : 7));
        w->doubt = hint(m) == HINT_PAST && monday(w->d).day == monday(m->today).day;
        *end = e;
        return true;
    }
    return false;
}

static bool weekday(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    int32_t wd;
    int d;
    size_t e, e2;
    struct und_when inner = {0};
    bool this = und_class(m, i, CLS_THIS, &i, &wd);
    if (!und_class(m, i, CLS_WEEKDAY, &e, &wd)) {
        return false;
    }
    w->date = true;
    *end = e;
    if (weekday_more(m, e, end, w, wd)) {
        return true;
    }
    size_t at = e;
    int32_t v;
    und_class(m, at, CLS_THE, &at, &v);
    if (numeric(m, at, &e2, &inner) || named(m, at, &e2, &inner)) {
        *w = inner;
        w->doubt = w->doubt || (date_weekday(w->d) != wd && hint(m) == HINT_NONE && m->ask &&
                                m->ask->kind != ASK_NONE && !inner.no_year);
        *end = e2;
        return true;
    }
    if (day_at(m, at, &e2, &d) && e2 <= m->n && und_between(m, e2 - 1) != ':' &&
        !(und_class(m, e2, CLS_HOURWORD, &at, &v))) {
        set_day(m, w, d);
        w->day_only = true;
        for (int k = 0; k < 12 && date_weekday(w->d) != wd; k++) {
            struct date next = date_add_months(date_make(w->d.year, w->d.month, 1), 1);
            w->d = date_is_valid(next.year, next.month, d) ? date_make(next.year, next.month, d)
                                                           : w->d;
            w->doubt = m->ask && m->ask->hint == HINT_NONE && k > 1;
        }
        *end = e2;
        return true;
    }
    if (hint(m) == HINT_PAST) {
        int back = (date_weekday(m->today) - wd + 7) % 7;
        w->d = date_add_days(m->today, -(back ? back : 7));
    } else {
        w->d = coming(m->today, wd);
    }
    w->future_week = true;
    w->doubt = date_weekday(m->today) == wd && !this;
    return true;
}

/* ---- named days */

static bool holiday(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    int32_t v;
    if (!und_class(m, i, CLS_HOLIDAY, end, &v)) {
        return false;
    }
    set_day_month(m, w, v % 100, v / 100);
    return true;
}

/* "le jour d'apres", "le lendemain du 13 fevrier", "dernier jour d'octobre 2015", "premier
 * vendredi du mois" */
static bool counted(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    int32_t ord, v;
    int month, year;
    size_t at, e;
    bool last = und_class(m, i, CLS_LAST, &at, &v);
    if (!last && (!und_class(m, i, CLS_ORDINAL, &at, &ord) || ord > 5)) {
        return false;
    }
    bool day = und_word(m, at, "jour");
    if (!day && !und_class(m, at, CLS_WEEKDAY, &e, &v)) {
        return false;
    }
    at = day ? at + 1 : e;
    size_t mon = at;
    mon = skip_word(m, mon, "de");
    mon = skip_word(m, mon, "du");
    int32_t x;
    struct date first = date_make(m->today.year, m->today.month, 1);
    if (month_at(m, at, &e, &month)) {
        struct und_when t = {0};
        set_day_month(m, &t, 1, month);
        first = und_year_at(m, e, false, &e, &year) ? date_make(year, month, 1) : t.d;
    } else if ((und_class(m, mon, CLS_THIS, &mon, &x) || true) && und_word(m, mon, "mois")) {
        e = mon + 1;
        if (und_class(m, e, CLS_NEXT, &e, &x)) {
            first = date_add_months(first, 1);
        }
    } else {
        return false;
    }
    int days = date_month_days(first.year, first.month);
    int wanted = last ? days : ord;
    if (!day) {
        int head = (v - date_weekday(first) + 7) % 7 + 1;
        wanted = last ? head + (days - head) / 7 * 7 : head + 7 * (ord - 1);
    }
    w->date = true;
    w->doubt = wanted > days;
    w->d = date_make(first.year, first.month, wanted > days ? days : wanted);
    *end = e;
    return true;
}

static bool plain_day(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    int d;
    int32_t v;
    size_t at, e;
    if (!und_class(m, i, CLS_THE, &at, &v) || v != 1 || !day_at(m, at, &e, &d)) {
        return false;
    }
    bool ord = e > at + 1 || !m->tok[at].num;
    if ((e < m->n && und_between(m, e - 1) == 0) || und_class(m, e, CLS_HOURWORD, &at, &v) ||
        (und_between(m, e - 1) == ':' && und_digits(m, e)) ||
        (m->ask && m->ask->kind == ASK_CHOICE) || (ord && !asks_day(m) && d < 3)) {
        return false;
    }
    set_day(m, w, d);
    w->day_only = true;
    *end = e;
    return true;
}

bool und_date(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    static bool (*const FORM[])(struct und_msg *, size_t, size_t *, struct und_when *) = {
        weekday, numeric, packed,        named,    und_relative,
        holiday, counted, und_day_after, plain_day};
    int32_t v;
    size_t best = 0, at = i, e;
    struct und_when r = {0};
    if (und_class(m, i, CLS_DAYREL, &best, &v)) {
        *w = (struct und_when){.date = true, .d = date_add_days(m->today, v)};
    }
    for (size_t k = 0; k < sizeof FORM / sizeof *FORM; k++) {
        r = (struct und_when){0};
        if (FORM[k](m, i, &e, &r) && e > best) {
            *w = r;
            best = e;
        }
    }
    if (und_class(m, i, CLS_THE, &at, &v) && und_date(m, at, &e, &r) && e > best) {
        *w = r;
        best = e;
    }
    *end = best;
    return best > 0;
}
