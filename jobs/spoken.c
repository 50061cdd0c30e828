/* spoken.c - dates and times as people say them, French first. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/spoken.h"

#include "base/clock.h"

static const char *const DAYS_FR[] = {"lundi",    "mardi",  "mercredi", "jeudi",
                                      "vendredi", "samedi", "dimanche"};
static const char *const DAYS_EN[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                      "Friday", "Saturday", "Sunday"};
/* GSM-7 has neither û nor î: "août" alone would turn a 160-character text into a 70-character
 * one, but a month without its accent is a spelling mistake; the text policy of the channel
 * decides. */
static const char *const MONTHS_FR[] = {"janvier",   "février", "mars",     "avril",
                                        "mai",       "juin",    "juillet",  "août",
                                        "septembre", "octobre", "novembre", "décembre"};
static const char *const MONTHS_EN[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};

/* "" for no date (year 0), which no caller should pass. */
static const char *name_at(const char *const *list, int n, int i) {
    return i >= 1 && i <= n ? list[i - 1] : "";
}

struct str spoken_date(struct date d, struct date now, struct str lang, struct arena *a) {
    bool en = str_is(lang, "en");
    const char *day = name_at(en ? DAYS_EN : DAYS_FR, 7, date_weekday(d));
    const char *month = name_at(en ? MONTHS_EN : MONTHS_FR, 12, d.month);
    const char *first = !en && d.day == 1 ? "er" : "";
    if (d.year == now.year) {
        return arena_printf(a, "%s %d%s %s", day, d.day, first, month);
    }
    return arena_printf(a, "%s %d%s %s %d", day, d.day, first, month, d.year);
}

struct str spoken_time(struct tod t, struct str lang, struct arena *a) {
    if (!str_is(lang, "en")) {
        return t.minute ? arena_printf(a, "%dh%02d", t.hour, t.minute)
                        : arena_printf(a, "%dh", t.hour);
    }
    int hour = t.hour % 12 == 0 ? 12 : t.hour % 12;
    const char *half = t.hour < 12 ? "am" : "pm";
    return t.minute ? arena_printf(a, "%d:%02d %s", hour, t.minute, half)
                    : arena_printf(a, "%d %s", hour, half);
}

struct str spoken_moment(int64_t ms, const struct zone *z, int64_t now_ms, struct str lang,
                         struct arena *a) {
    struct date d, now;
    struct tod t, unused;
    zone_to_civil(z, ms, &d, &t);
    zone_to_civil(z, now_ms, &now, &unused);
    struct str date = spoken_date(d, now, lang, a), time = spoken_time(t, lang, a);
    return arena_printf(a, str_is(lang, "en") ? "%.*s at %.*s" : "%.*s à %.*s", STR_ARG(date),
                        STR_ARG(time));
}

struct str spoken_age(int64_t ms, struct arena *a) {
    if (ms < MS_MINUTE) {
        return STR("à l'instant");
    }
    if (ms < MS_HOUR) {
        return arena_printf(a, "il y a %lld min", (long long)(ms / MS_MINUTE));
    }
    if (ms < 2 * MS_DAY) {
        return arena_printf(a, "il y a %lld h", (long long)(ms / MS_HOUR));
    }
    return arena_printf(a, "il y a %lld j", (long long)(ms / MS_DAY));
}
