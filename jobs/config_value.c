/* config_value.c - one written setting to its typed value. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/config_value.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"

enum rc config_duration(struct str s, int64_t *ret_ms) {
    static const struct {
        const char *unit;
        int64_t ms;
    } UNITS[] = {{"ms", 1},         {"s", MS_SECOND}, {"sec", MS_SECOND}, {"min", MS_MINUTE},
                 {"h", MS_HOUR},    {"j", MS_DAY},    {"d", MS_DAY},      {"jours", MS_DAY},
                 {"jour", MS_DAY},  {"days", MS_DAY}, {"day", MS_DAY},    {"heures", MS_HOUR},
                 {"hours", MS_HOUR}};
    size_t digits = 0;
    while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9') {
        digits++;
    }
    int64_t n;
    if (digits == 0 || digits > 12 || str_to_i64(str_sub(s, 0, digits), &n) != true) {
        return E_INVALID;
    }
    struct str unit = str_trim(str_sub(s, digits, s.n - digits));
    if (unit.n == 0 && n == 0) {
        *ret_ms = 0;
        return OK;
    }
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++) {
        if (str_is(unit, UNITS[i].unit)) {
            *ret_ms = n * UNITS[i].ms;
            return OK;
        }
    }
    return E_INVALID;
}

/* "9", "9h", "9h30", "09:30" to minutes of the day. */
static bool minutes_of(struct str s, int16_t *ret) {
    s = str_trim(s);
    size_t cut = str_find_char(s, ':', 0);
    if (cut == SIZE_MAX) {
        cut = str_find_char(s, 'h', 0);
    }
    struct str h = cut == SIZE_MAX ? s : str_sub(s, 0, cut);
    struct str m = cut == SIZE_MAX ? STR_EMPTY : str_sub(s, cut + 1, s.n - cut - 1);
    int64_t hh, mm = 0;
    if (!str_to_i64(h, &hh) || (m.n > 0 && !str_to_i64(m, &mm))) {
        return false;
    }
    if (hh < 0 || mm < 0 || mm > 59 || hh * 60 + mm > 24 * 60) {
        return false;
    }
    *ret = (int16_t)(hh * 60 + mm);
    return true;
}

enum rc config_hours(struct str s, struct hours *ret) {
    s = str_trim(s);
    if (str_is(s, "fermé") || str_is(s, "ferme") || str_is(s, "closed")) {
        *ret = (struct hours){0, 0};
        return OK;
    }
    size_t dash = str_find_char(s, '-', 0);
    struct hours h;
    if (dash == SIZE_MAX || !minutes_of(str_sub(s, 0, dash), &h.from) ||
        !minutes_of(str_sub(s, dash + 1, s.n - dash - 1), &h.to) || h.from >= h.to) {
        return E_INVALID;
    }
    *ret = h;
    return OK;
}

enum rc config_secret(struct str s, struct arena *a, struct str *ret, bool *ret_ref,
                      struct err *err) {
    *ret_ref = true;
    if (str_starts(s, STR("env:"))) {
        const char *name = arena_cstr(a, str_sub(s, 4, s.n - 4));
        const char *v = getenv(name);
        if (!v || !*v) {
            return err_set(err, E_INVALID, "the environment variable %s is not set", name);
        }
        *ret = arena_str(a, str_from(v));
        return OK;
    }
    if (str_starts(s, STR("file:"))) {
        struct str text;
        enum rc rc = file_read(arena_cstr(a, str_sub(s, 5, s.n - 5)), 64 * 1024, a, &text, err);
        if (rc != OK) {
            return rc;
        }
        *ret = str_trim(text);
        return ret->n > 0 ? OK : err_set(err, E_INVALID, "the file of the secret is empty");
    }
    *ret_ref = false;
    *ret = s;
    return OK;
}

static bool choice_has(const char *choices, struct str s) {
    struct str rest = str_from(choices), one;
    while (str_next(&rest, '|', &one)) {
        if (str_eq(one, s)) {
            return true;
        }
    }
    return false;
}

static enum rc bool_of(struct str s, bool *ret, struct err *err) {
    static const char *const YES[] = {"oui", "yes", "true"}, *const NO[] = {"non", "no",
                                                                            "false"};
    for (int i = 0; i < 3; i++) {
        if (str_is(s, YES[i]) || str_is(s, NO[i])) {
            *ret = str_is(s, YES[i]);
            return OK;
        }
    }
    return err_set(err, E_INVALID, "'%.*s' is neither oui nor non", STR_ARG(s));
}

static enum rc text_of(const struct option *o, struct str s, struct arena *a, struct str *ret,
                       struct err *err) {
    size_t n = text_length(s);
    if ((int64_t)n < o->min || (int64_t)n > o->max) {
        return err_set(err, E_LIMIT, "%zu characters; between %lld and %lld are allowed", n,
                       (long long)o->min, (long long)o->max);
    }
    if (o->type == OPTION_URL && n > 0 && !str_starts(s, STR("http://")) &&
        !str_starts(s, STR("https://"))) {
        return err_set(err, E_INVALID, "an address begins with http:// or https://");
    }
    *ret = arena_str(a, s);
    return OK;
}

static enum rc number_of(const struct option *o, struct str s, int64_t *ret, struct err *err) {
    bool duration = o->type == OPTION_DURATION;
    int64_t v;
    if (duration ? config_duration(s, &v) != OK : !str_to_i64(s, &v)) {
        return err_set(
            err, E_INVALID,
            duration ? "'%.*s' is not a duration; write for example 30 s, 10 min, 2 h or 3 j"
                     : "'%.*s' is not a whole number",
            STR_ARG(s));
    }
    if (v < o->min || v > o->max) {
        int64_t unit = duration ? MS_SECOND : 1;
        return err_set(err, E_LIMIT, "%.*s is outside %lld..%lld%s", STR_ARG(s),
                       (long long)(o->min / unit), (long long)(o->max / unit),
                       duration ? " seconds" : "");
    }
    *ret = v;
    return OK;
}

enum rc config_value_put(void *into, const struct option *o, struct str written,
                         struct arena *a, struct err *err) {
    void *at = (char *)into + o->offset;
    int64_t v;
    enum rc rc;
    switch (o->type) {
    case OPTION_TEXT:
    case OPTION_URL:
        return text_of(o, written, a, at, err);
    case OPTION_CHOICE:
        if (!choice_has(o->choices, written)) {
            return err_set(err, E_INVALID, "'%.*s' is not one of %s", STR_ARG(written),
                           o->choices);
        }
        *(struct str *)at = arena_str(a, written);
        return OK;
    case OPTION_BOOL:
        return bool_of(written, at, err);
    case OPTION_INT:
        rc = number_of(o, written, &v, err);
        if (rc == OK) {
            *(int *)at = (int)v;
        }
        return rc;
    case OPTION_DURATION:
        rc = number_of(o, written, &v, err);
        if (rc == OK) {
            *(int64_t *)at = v;
        }
        return rc;
    case OPTION_HOURS:
        if (config_hours(written, at) != OK) {
            return err_set(err, E_INVALID, "'%.*s' is not like 9:00-20:00 or fermé",
                           STR_ARG(written));
        }
        return OK;
    }
    return E_INVALID;
}
