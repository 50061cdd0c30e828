/* recur.c - calendar rules: checked and told here, counted out by libical. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/recur.h"

#include <libical/ical.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RULE_MAX 256     /* bytes */
#define DAYS_MAX 14      /* BYDAY entries we can tell in words */
#define STEPS_MAX 200000 /* occurrences walked over before `from`: centuries of daily ones */

enum freq { DAILY, WEEKLY, MONTHLY, YEARLY, FREQ_NONE };

struct weekday {
    int8_t nth; /* 0 every, 1 first, -1 last */
    int8_t day; /* 1 Monday .. 7 Sunday */
};

/* What the checks found; `other` when a part is there that recur_text has no words for. */
struct rule {
    enum freq freq;
    int64_t interval;
    struct weekday day[DAYS_MAX];
    size_t days;
    int64_t month_day; /* of BYMONTHDAY with one entry; 0 = none */
    bool by_day, by_month_day, by_week_or_year_day, by_position;
    bool has_count, has_until, has_skip, other;
};

static const char *const DAY_CODE[] = {"", "MO", "TU", "WE", "TH", "FR", "SA", "SU"};

static enum rc wrong(struct err *err, const char *part, struct str value,
                     const char *expected) {
    err_set(err, E_INVALID, "%s=%.*s is not right in a calendar rule", part,
            (int)(value.n < 60 ? value.n : 60), value.p ? value.p : "");
    err_hint(err, "%s", expected);
    return E_INVALID;
}

/* A comma list of whole numbers within +-max, zero excluded. */
static enum rc check_numbers(const char *part, struct str value, int64_t min, int64_t max,
                             bool negative, struct err *err) {
    struct str rest = value, one;
    char expected[64];
    snprintf(expected, sizeof expected, "numbers from %d to %d%s", (int)min, (int)max,
             negative ? ", or negative ones counted from the end" : "");
    while (str_next(&rest, ',', &one)) {
        int64_t n;
        bool ok = str_to_i64(one, &n);
        if (ok && negative && n < 0) {
            n = -n;
        }
        if (!ok || n < min || n > max) {
            return wrong(err, part, value, expected);
        }
    }
    return OK;
}

static int day_code(struct str s) {
    for (int d = 1; d <= 7; d++) {
        if (str_is(s, DAY_CODE[d])) {
            return d;
        }
    }
    return 0;
}

static enum rc check_days(struct str value, struct rule *r, struct err *err) {
    struct str rest = value, one;
    r->by_day = true;
    while (str_next(&rest, ',', &one)) {
        int64_t nth = 0;
        int day = one.n >= 2 ? day_code(str_sub(one, one.n - 2, 2)) : 0;
        bool ok = day && (one.n == 2 || str_to_i64(str_sub(one, 0, one.n - 2), &nth));
        if (!ok || nth > 53 || nth < -53 || (one.n > 2 && nth == 0)) {
            return wrong(err, "BYDAY", value,
                         "days are MO TU WE TH FR SA SU, with a number for the nth of the "
                         "month: 1WE, -1FR");
        }
        if (r->days == DAYS_MAX) {
            r->other = true;
        } else {
            r->day[r->days++] = (struct weekday){(int8_t)nth, (int8_t)day};
        }
    }
    return OK;
}

static enum rc check_freq(struct str value, struct rule *r, struct err *err) {
    static const char *const name[] = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
    for (int f = 0; f < FREQ_NONE; f++) {
        if (str_is(value, name[f])) {
            r->freq = (enum freq)f;
            return OK;
        }
    }
    return wrong(err, "FREQ", value, "DAILY, WEEKLY, MONTHLY or YEARLY");
}

/* 20261231 or 20261231T225959Z; of the second only the day counts. */
static enum rc check_until(struct str value, struct rule *r, struct err *err) {
    char iso[11];
    struct date d;
    r->has_until = true;
    bool shape = value.n == 8 || ((value.n == 15 || value.n == 16) && value.p[8] == 'T');
    if (shape) {
        snprintf(iso, sizeof iso, "%.4s-%.2s-%.2s", value.p, value.p + 4, value.p + 6);
    }
    if (!shape || !date_parse_iso(str_from(iso), &d)) {
        return wrong(err, "UNTIL", value, "a day such as 20261231");
    }
    return OK;
}

static enum rc check_skip(struct str value, struct rule *r, struct err *err) {
    r->has_skip = true;
    if (str_is(value, "OMIT") || str_is(value, "BACKWARD") || str_is(value, "FORWARD")) {
        return OK;
    }
    return wrong(err, "SKIP", value, "OMIT, BACKWARD or FORWARD");
}

static enum rc check_part(struct str key, struct str value, struct rule *r, struct err *err) {
    if (str_is(key, "FREQ")) {
        return check_freq(value, r, err);
    }
    if (str_is(key, "INTERVAL")) {
        (void)str_to_i64(value, &r->interval);
        return check_numbers("INTERVAL", value, 1, 1000, false, err);
    }
    if (str_is(key, "COUNT")) {
        r->has_count = true;
        return check_numbers("COUNT", value, 1, 100000, false, err);
    }
    if (str_is(key, "UNTIL")) {
        return check_until(value, r, err);
    }
    if (str_is(key, "BYDAY")) {
        return check_days(value, r, err);
    }
    if (str_is(key, "BYMONTHDAY")) {
        r->by_month_day = true;
        r->other = r->other || !str_to_i64(value, &r->month_day);
        return check_numbers("BYMONTHDAY", value, 1, 31, true, err);
    }
    if (str_is(key, "SKIP")) {
        return check_skip(value, r, err);
    }
    r->other = true;
    if (str_is(key, "BYMONTH")) {
        return check_numbers("BYMONTH", value, 1, 12, false, err);
    }
    if (str_is(key, "BYSETPOS")) {
        r->by_position = true;
        return check_numbers("BYSETPOS", value, 1, 366, true, err);
    }
    if (str_is(key, "BYYEARDAY") || str_is(key, "BYWEEKNO")) {
        bool week = str_is(key, "BYWEEKNO");
        r->by_week_or_year_day = true;
        return check_numbers(week ? "BYWEEKNO" : "BYYEARDAY", value, 1, week ? 53 : 366, true,
                             err);
    }
    if (str_is(key, "WKST")) {
        return day_code(value) ? OK : wrong(err, "WKST", value, "MO TU WE TH FR SA or SU");
    }
    if (str_is(key, "RSCALE")) {
        return str_is(value, "GREGORIAN") ? OK : wrong(err, "RSCALE", value, "GREGORIAN");
    }
    err_set(err, E_INVALID, "a calendar rule has no part '%.*s'",
            (int)(key.n < 40 ? key.n : 40), key.p ? key.p : "");
    err_hint(err, "FREQ INTERVAL COUNT UNTIL BYDAY BYMONTHDAY BYMONTH BYSETPOS BYYEARDAY "
                  "BYWEEKNO WKST SKIP; hours are set apart from the rule");
    return E_INVALID;
}

static enum rc check_whole(const struct rule *r, struct err *err) {
    if (r->freq == FREQ_NONE) {
        err_set(err, E_INVALID, "a calendar rule needs FREQ");
        err_hint(err, "FREQ=WEEKLY;BYDAY=WE");
        return E_INVALID;
    }
    if (r->has_count && r->has_until) {
        return err_set(err, E_INVALID, "a calendar rule has COUNT or UNTIL, not both");
    }
    for (size_t i = 0; i < r->days; i++) {
        if (r->day[i].nth && r->freq != MONTHLY && r->freq != YEARLY) {
            err_set(err, E_INVALID, "BYDAY with a number (%d%s) needs FREQ=MONTHLY or YEARLY",
                    r->day[i].nth, DAY_CODE[r->day[i].day]);
            return E_INVALID;
        }
    }
    if (r->by_position && r->freq != MONTHLY && r->freq != YEARLY) {
        return err_set(err, E_INVALID, "BYSETPOS needs FREQ=MONTHLY or YEARLY");
    }
    if (r->by_month_day && r->freq == WEEKLY) {
        return err_set(err, E_INVALID, "BYMONTHDAY means nothing with FREQ=WEEKLY");
    }
    return OK;
}

/* The rule in capitals into out, without an RRULE: in front, checked part by part: libical
 * itself only says that something is wrong. */
static enum rc check(struct str text, char out[RULE_MAX], struct rule *r, struct err *err) {
    text = str_trim(text);
    if (text.n >= 6 && str_eq_nocase(str_sub(text, 0, 6), STR("RRULE:"))) {
        text = str_sub(text, 6, SIZE_MAX);
    }
    if (text.n == 0 || text.n >= RULE_MAX - 40) {
        return err_set(err, text.n ? E_LIMIT : E_INVALID, "a calendar rule has 1 to %d bytes",
                       RULE_MAX - 41);
    }
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        out[i] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
    }
    out[text.n] = '\0';
    *r = (struct rule){.freq = FREQ_NONE, .interval = 1};
    struct str rest = {out, text.n}, part, seen[16];
    size_t n = 0;
    while (str_next(&rest, ';', &part)) {
        size_t eq = str_find_char(part, '=', 0);
        if (eq == SIZE_MAX || n == sizeof seen / sizeof *seen) {
            err_set(err, E_INVALID, "'%.*s' is no part of a calendar rule",
                    (int)(part.n < 60 ? part.n : 60), part.p);
            err_hint(err, "parts look like NAME=VALUE with ; between them");
            return E_INVALID;
        }
        struct str key = str_sub(part, 0, eq);
        for (size_t i = 0; i < n; i++) {
            if (str_eq(seen[i], key)) {
                return err_set(err, E_INVALID, "%.*s is twice in the calendar rule",
                               STR_ARG(key));
            }
        }
        seen[n++] = key;
        enum rc rc = check_part(key, str_sub(part, eq + 1, SIZE_MAX), r, err);
        if (rc != OK) {
            return rc;
        }
    }
    return check_whole(r, err);
}

/* --- dates --- */

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start_library(void) {
    icalerror_set_errors_are_fatal(0); /* it would abort() on bad input */
}

/* Floating times, no zone: libical's own all-day values lose a day in yearly and monthly rules.
 */
static struct icaltimetype to_ical(struct date d, int hour) {
    struct icaltimetype t = icaltime_null_time();
    t.year = d.year;
    t.month = d.month;
    t.day = d.day;
    t.hour = hour;
    return t;
}

enum rc recur_dates(struct str text, struct date start, struct date from, struct date *ret,
                    int max, int *ret_n, struct err *err) {
    char room[RULE_MAX];
    struct rule r;
    enum rc rc = check(text, room, &r, err);
    if (rc != OK) {
        return rc;
    }
    pthread_once(&once, start_library);
    bool by_date =
        (r.freq == MONTHLY || r.freq == YEARLY) && !r.by_day && !r.by_week_or_year_day;
    if (by_date && !r.has_skip) {
        /* without it the month that lacks the day has no date at all */
        strncat(room, ";RSCALE=GREGORIAN;SKIP=BACKWARD", sizeof room - strlen(room) - 1);
    }
    struct icalrecurrencetype rule = icalrecurrencetype_from_string(room);
    if (rule.freq == ICAL_NO_RECURRENCE) {
        return err_set(err, E_INVALID, "the calendar rule '%.*s' means nothing", STR_ARG(text));
    }
    if (r.has_until) {
        struct date end = date_make(rule.until.year, rule.until.month, rule.until.day);
        rule.until = to_ical(end, 23);
    }
    icalrecur_iterator *it = icalrecur_iterator_new(rule, to_ical(start, 12));
    if (!it) {
        free(rule.rscale);
        return err_set(err, E_INVALID, "the calendar rule '%.*s' has no dates", STR_ARG(text));
    }
    struct date last = {0};
    int n = 0, steps = 0;
    while (n < max && steps++ < STEPS_MAX) {
        struct icaltimetype t = icalrecur_iterator_next(it);
        if (icaltime_is_null_time(t) || !date_is_valid(t.year, t.month, t.day)) {
            break;
        }
        struct date d = date_make(t.year, t.month, t.day);
        /* BYMONTHDAY=30,31 falls twice on 30 April */
        if (date_cmp(d, from) >= 0 && date_cmp(d, last) != 0) {
            ret[n++] = d;
            last = d;
        }
    }
    icalrecur_iterator_free(it);
    free(rule.rscale); /* its copy is ours to free */
    *ret_n = n;
    return OK;
}

/* --- words --- */

struct words {
    const char *day[8], *days[8]; /* "mercredi", "mercredis" */
    const char *nth[6];           /* [0] is "last" */
    const char *and;
};

static const struct words FR = {
    {"", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"},
    {"", "lundis", "mardis", "mercredis", "jeudis", "vendredis", "samedis", "dimanches"},
    {"dernier", "1er", "2e", "3e", "4e", "5e"},
    " et "};
static const struct words EN = {
    {"", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
    {"", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"},
    {"last", "first", "second", "third", "fourth", "fifth"},
    " and "};

static bool is_working_week(const struct rule *r) {
    unsigned set = 0;
    for (size_t i = 0; i < r->days; i++) {
        set |= 1u << r->day[i].day;
    }
    return r->days == 5 && set == 0x3E;
}

/* "les mardis et jeudis" */
static struct str list_days(const struct rule *r, const struct words *w, struct arena *a) {
    struct str s = STR_EMPTY;
    for (size_t i = 0; i < r->days; i++) {
        const char *sep = i == 0 ? "" : i + 1 == r->days ? w->and : ", ";
        s = arena_printf(a, "%.*s%s%s", STR_ARG(s), sep, w->days[r->day[i].day]);
    }
    return s;
}

static struct str weekly(const struct rule *r, bool fr, const struct words *w,
                         struct arena *a) {
    if (r->days == 0 || r->interval > 2) {
        return STR_EMPTY;
    }
    const char *day = w->day[r->day[0].day];
    if (r->interval == 2) {
        if (r->days > 1) {
            return STR_EMPTY;
        }
        return arena_printf(a, fr ? "un %s sur deux" : "every other %s", day);
    }
    if (is_working_week(r)) {
        return fr ? STR("du lundi au vendredi") : STR("Monday to Friday");
    }
    if (r->days == 1) {
        return arena_printf(a, fr ? "chaque %s" : "every %s", day);
    }
    struct str days = list_days(r, w, a);
    return arena_printf(a, fr ? "les %.*s" : "on %.*s", STR_ARG(days));
}

static struct str monthly(const struct rule *r, bool fr, const struct words *w,
                          struct arena *a) {
    const char *tail = "";
    if (r->interval == 2) {
        tail = fr ? ", un mois sur deux" : ", every other month";
    } else if (r->interval == 3) {
        tail = fr ? ", tous les trois mois" : ", every three months";
    } else if (r->interval != 1) {
        return STR_EMPTY;
    }
    const char *month = fr ? " du mois" : " of the month";
    if (r->days == 1 && !r->by_month_day && r->day[0].nth >= -1 && r->day[0].nth <= 5 &&
        r->day[0].nth != 0) {
        const char *nth = w->nth[r->day[0].nth < 0 ? 0 : r->day[0].nth];
        return arena_printf(a, "%s %s %s%s%s", fr ? "le" : "the", nth, w->day[r->day[0].day],
                            month, tail);
    }
    if (r->days != 0 || !r->by_month_day || r->month_day < -1) {
        return STR_EMPTY;
    }
    if (r->month_day == -1) {
        return arena_printf(a, "%s%s%s", fr ? "le dernier jour" : "the last day", month, tail);
    }
    if (fr) {
        return arena_printf(a, "le %d%s%s%s", (int)r->month_day, r->month_day == 1 ? "er" : "",
                            month, tail);
    }
    return arena_printf(a, "day %d%s%s", (int)r->month_day, month, tail);
}

static struct str daily(const struct rule *r, bool fr) {
    if (r->days || r->by_month_day || r->interval > 2) {
        return STR_EMPTY;
    }
    if (r->interval == 2) {
        return fr ? STR("un jour sur deux") : STR("every other day");
    }
    return fr ? STR("chaque jour") : STR("every day");
}

struct str recur_text(struct str text, const char *lang, struct arena *a) {
    char room[RULE_MAX];
    struct rule r;
    bool fr = strcmp(lang, "fr") == 0;
    const struct words *w = fr ? &FR : &EN;
    struct str s = STR_EMPTY;
    if (check(text, room, &r, NULL) == OK && !r.other && !r.has_count && !r.has_until &&
        !r.has_skip) {
        s = r.freq == DAILY     ? daily(&r, fr)
            : r.freq == WEEKLY  ? weekly(&r, fr, w, a)
            : r.freq == MONTHLY ? monthly(&r, fr, w, a)
                                : STR_EMPTY;
    }
    return s.n ? s : arena_str(a, text);
}
