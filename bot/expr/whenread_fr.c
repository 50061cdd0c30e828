/* whenread_fr.c - French dates and times in words: "12 mars 2007", "demain", "14h30", "midi".
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "bot/expr/numread.h"
#include "bot/expr/whenread.h"

/* All texts here are folded: lower case, no accents, plain spaces and apostrophes. */

static bool is_alnum(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Does the word or words stand at i, whole? */
static bool word_at(struct str s, size_t i, const char *word, size_t *end) {
    struct str w = str_from(word);
    if (!str_starts(str_sub(s, i, s.n), w) || (i && is_alnum(s.p[i - 1]))) {
        return false;
    }
    if (i + w.n < s.n && is_alnum(s.p[i + w.n])) {
        return false;
    }
    *end = i + w.n;
    return true;
}

static size_t skip_spaces(struct str s, size_t i) {
    while (i < s.n && s.p[i] == ' ') {
        i++;
    }
    return i;
}

/* A number of at most `max` digits that begins a word; 0 digits read = false. */
static bool digits_at(struct str s, size_t i, size_t max, int *ret, size_t *end) {
    size_t n = 0;
    *ret = 0;
    while (i + n < s.n && is_digit(s.p[i + n]) && n <= max) {
        *ret = *ret * 10 + (s.p[i + n] - '0');
        n++;
    }
    *end = i + n;
    return n > 0 && n <= max && (i == 0 || !is_alnum(s.p[i - 1]));
}

static int month_at(struct str s, size_t i, size_t *end) {
    static const struct {
        const char *word;
        int month;
    } MONTHS[] = {{"janvier", 1}, {"janv", 1},      {"fevrier", 2}, {"fevr", 2},
                  {"fev", 2},     {"mars", 3},      {"avril", 4},   {"avr", 4},
                  {"mai", 5},     {"juin", 6},      {"juillet", 7}, {"juil", 7},
                  {"aout", 8},    {"septembre", 9}, {"sept", 9},    {"octobre", 10},
                  {"oct", 10},    {"novembre", 11}, {"nov", 11},    {"decembre", 12},
                  {"dec", 12}};
    for (size_t k = 0; k < sizeof(MONTHS) / sizeof(MONTHS[0]); k++) {
        if (word_at(s, i, MONTHS[k].word, end)) {
            *end += *end < s.n && s.p[*end] == '.';
            return MONTHS[k].month;
        }
    }
    return 0;
}

/* A year of four digits, or of two behind an apostrophe or nothing, if one stands there. */
static int year_at(struct str s, size_t i, int this_year, size_t *end) {
    int y;
    size_t to, from = i < s.n && s.p[i] == '\'' ? i + 1 : i;
    if (!digits_at(s, from, 4, &y, &to) ||
        (to < s.n && (is_alnum(s.p[to]) || s.p[to] == ':'))) {
        return 0;
    }
    *end = to;
    if (to - from == 4) {
        return y;
    }
    return to - from != 2 ? 0 : y > this_year % 100 ? 1900 + y : 2000 + y;
}

/* "12 mars 2007", "1er mai", "le premier juin": without a year, the next such day from today
 * on. */
static bool day_month_at(struct str s, size_t i, struct date today, struct date *ret,
                         size_t *end) {
    int day = 0;
    size_t to, after;
    if (digits_at(s, i, 2, &day, &to)) {
        if (day == 1 && str_starts(str_sub(s, to, s.n), STR("er"))) {
            to += 2;
        }
    } else if (word_at(s, i, "premier", &to)) {
        day = 1;
    } else {
        int64_t v;
        bool begins = i == 0 || !is_alnum(s.p[i - 1]);
        if (!begins || numread_french_words(s, i, &v, &to) != OK || v < 1 || v > 31) {
            return false;
        }
        day = (int)v;
    }
    int month = month_at(s, skip_spaces(s, to), &to);
    if (!month) {
        return false;
    }
    int year = year_at(s, skip_spaces(s, to), today.year, &after);
    if (year) {
        to = after;
    } else {
        bool past = month < today.month || (month == today.month && day < today.day);
        year = today.year + past;
    }
    if (!date_is_valid(year, month, day)) {
        return false;
    }
    *ret = date_make(year, month, day);
    *end = to;
    return true;
}

/* "12/03": a day and a month in digits, the next such day from today on. */
static bool slashed_at(struct str s, size_t i, struct date today, struct date *ret,
                       size_t *end) {
    int day, month;
    size_t slash, to;
    if (!digits_at(s, i, 2, &day, &slash) || slash >= s.n || s.p[slash] != '/') {
        return false;
    }
    size_t n = 0;
    for (month = 0, to = slash + 1; to < s.n && is_digit(s.p[to]) && n < 3; to++, n++) {
        month = month * 10 + (s.p[to] - '0');
    }
    bool goes_on = to < s.n && (is_alnum(s.p[to]) || s.p[to] == '/');
    bool before = i > 0 && s.p[i - 1] == '/';
    if (n == 0 || n > 2 || goes_on || before) {
        return false;
    }
    bool past = month < today.month || (month == today.month && day < today.day);
    if (!date_is_valid(today.year + past, month, day)) {
        return false;
    }
    *ret = date_make(today.year + past, month, day);
    *end = to;
    return true;
}

static bool relative_at(struct str s, size_t i, struct date today, struct date *ret,
                        size_t *end) {
    static const struct {
        const char *word;
        int days;
    } WORDS[] = {{"apres-demain", 2}, {"apres demain", 2},  {"aujourd'hui", 0},
                 {"aujourd hui", 0},  {"demain", 1},        {"avant-hier", -2},
                 {"avant hier", -2},  {"hier", -1},         {"ce soir", 0},
                 {"ce matin", 0},     {"cet apres-midi", 0}};
    static const char *const DAYS[] = {"lundi",    "mardi",  "mercredi", "jeudi",
                                       "vendredi", "samedi", "dimanche"};
    for (size_t k = 0; k < sizeof(WORDS) / sizeof(WORDS[0]); k++) {
        if (word_at(s, i, WORDS[k].word, end)) {
            *ret = date_add_days(today, WORDS[k].days);
            return true;
        }
    }
    for (int k = 0; k < 7; k++) {
        if (!word_at(s, i, DAYS[k], end)) {
            continue;
        }
        /* the next such day after today; "dernier" the last one before */
        int ahead = (k + 1 - date_weekday(today) + 7) % 7;
        size_t to, next = skip_spaces(s, *end);
        ahead = ahead ? ahead : 7;
        if (word_at(s, next, "dernier", &to)) {
            ahead -= ahead == 7 ? 14 : 7;
            *end = to;
        } else if (word_at(s, next, "prochain", &to)) {
            *end = to;
        }
        *ret = date_add_days(today, ahead);
        return true;
    }
    return false;
}

/* "dans 3 jours", "il y a deux semaines". */
static bool distance_at(struct str s, size_t i, struct date today, struct date *ret,
                        size_t *end) {
    int sign = 1, n;
    int64_t v;
    size_t to, unit;
    if (word_at(s, i, "il y a", &to)) {
        sign = -1;
    } else if (!word_at(s, i, "dans", &to)) {
        return false;
    }
    to = skip_spaces(s, to);
    if (!digits_at(s, to, 3, &n, &unit)) {
        if (numread_french_words(s, to, &v, &unit) != OK || v > 999) {
            return false;
        }
        n = (int)v;
    }
    unit = skip_spaces(s, unit);
    if (word_at(s, unit, "jour", end) || word_at(s, unit, "jours", end)) {
        *ret = date_add_days(today, sign * n);
        return true;
    }
    if (word_at(s, unit, "semaine", end) || word_at(s, unit, "semaines", end)) {
        *ret = date_add_days(today, sign * n * 7);
        return true;
    }
    if (word_at(s, unit, "mois", end)) {
        *ret = date_add_months(today, sign * n);
        return true;
    }
    return false;
}

bool whenread_french_date(struct str folded, struct date today, struct date *ret, size_t *end) {
    /* a day with its month says more than the name of a weekday before it: "jeudi 12 mars" */
    for (size_t i = 0; i < folded.n; i++) {
        if (day_month_at(folded, i, today, ret, end)) {
            return true;
        }
    }
    for (size_t i = 0; i < folded.n; i++) {
        if (slashed_at(folded, i, today, ret, end) || distance_at(folded, i, today, ret, end) ||
            relative_at(folded, i, today, ret, end)) {
            return ret->year != 0;
        }
    }
    return false;
}

/* "dans 2 heures" is a while, not an hour of the day. */
static bool is_duration(struct str s, size_t i) {
    static const char *const BEFORE[] = {"dans ",   "pendant ", "depuis ",
                                         "il y a ", "les ",     "durant "};
    for (size_t k = 0; k < sizeof(BEFORE) / sizeof(BEFORE[0]); k++) {
        if (str_ends(str_sub(s, 0, i), str_from(BEFORE[k]))) {
            return true;
        }
    }
    return false;
}

/* "14h30", "14 h 30", "8h", "9 heures 15". */
static bool hour_at(struct str s, size_t i, struct tod *ret) {
    int hour, minute = 0, m;
    size_t to, after;
    int64_t v;
    if (is_duration(s, i)) {
        return false;
    }
    if (!digits_at(s, i, 2, &hour, &to)) {
        bool begins = i == 0 || !is_alnum(s.p[i - 1]);
        if (!begins || numread_french_words(s, i, &v, &to) != OK || v > 24) {
            return false;
        }
        hour = (int)v;
    }
    to = skip_spaces(s, to);
    if (!word_at(s, to, "heures", &after) && !word_at(s, to, "heure", &after)) {
        bool short_h = to < s.n && s.p[to] == 'h' &&
                       (to + 1 == s.n || s.p[to + 1] < 'a' || s.p[to + 1] > 'z');
        if (!short_h) {
            return false;
        }
        after = to + 1;
    }
    size_t min_at = skip_spaces(s, after);
    if (min_at + 1 < s.n && is_digit(s.p[min_at]) && is_digit(s.p[min_at + 1])) {
        m = (s.p[min_at] - '0') * 10 + (s.p[min_at + 1] - '0');
        minute = min_at + 2 == s.n || !is_digit(s.p[min_at + 2]) ? m : 0;
    } else if (word_at(s, min_at, "et demie", &to) || word_at(s, min_at, "et demi", &to)) {
        minute = 30;
    } else if (word_at(s, min_at, "et quart", &to)) {
        minute = 15;
    } else if (word_at(s, min_at, "moins le quart", &to)) {
        minute = 45;
        hour--;
    }
    if (word_at(s, skip_spaces(s, after), "du soir", &to) ||
        word_at(s, skip_spaces(s, after), "de l'apres-midi", &to)) {
        hour += hour < 12 ? 12 : 0;
    }
    if (hour < 0 || hour > 24 || minute > 59 || (hour == 24 && minute)) {
        return false;
    }
    *ret = (struct tod){.hour = (int8_t)(hour % 24), .minute = (int8_t)minute};
    return true;
}

bool whenread_french_time(struct str folded, struct tod *ret) {
    size_t end;
    for (size_t i = 0; i < folded.n; i++) {
        if (hour_at(folded, i, ret)) {
            return true;
        }
        struct str before = str_sub(folded, 0, i);
        bool compound = str_ends(before, STR("apres-")) || str_ends(before, STR("apres "));
        if (!compound && word_at(folded, i, "midi", &end)) {
            size_t next = skip_spaces(folded, end), to;
            *ret = (struct tod){.hour = 12};
            ret->minute =
                word_at(folded, next, "et demie", &to) || word_at(folded, next, "et demi", &to)
                    ? 30
                : word_at(folded, next, "et quart", &to) ? 15
                                                         : 0;
            return true;
        }
        if (word_at(folded, i, "minuit", &end)) {
            *ret = (struct tod){0};
            return true;
        }
    }
    return false;
}
