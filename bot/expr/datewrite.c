/* datewrite.c - dates and times by a layout ("DD-MM-YYYY tt:mm"), written and read. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/datewrite.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "bot/expr/convert.h"
#include "bot/expr/whenread.h"

enum part {
    PART_YEAR2,
    PART_YEAR,
    PART_MONTH,
    PART_MONTH2,
    PART_MON,
    PART_MONTH_NAME,
    PART_DAY,
    PART_DAY2,
    PART_WDAY,
    PART_WEEKDAY_NAME,
    PART_FRACTION,
    PART_HOUR12,
    PART_HOUR12_2,
    PART_HOUR,
    PART_HOUR2,
    PART_MINUTE,
    PART_MINUTE2,
    PART_SECOND,
    PART_SECOND2,
    PART_AMPM,
    PART_AMPM_UP,
    PART_ZONE_Z,
    PART_ZONE,
    PART_LITERAL
};

enum { FOR_DATE = 1, FOR_TIME = 2, FOR_BOTH = 4 };

static const struct {
    const char *run;
    enum part part;
    int use;
    bool readable;
} RUNS[] = {{"YY", PART_YEAR2, FOR_DATE, true},
            {"YYYY", PART_YEAR, FOR_DATE, true},
            {"M", PART_MONTH, FOR_DATE, true},
            {"MM", PART_MONTH2, FOR_DATE, true},
            {"MMM", PART_MON, FOR_DATE, false},
            {"MMMM", PART_MONTH_NAME, FOR_DATE, false},
            {"D", PART_DAY, FOR_DATE, true},
            {"DD", PART_DAY2, FOR_DATE, true},
            {"EEE", PART_WDAY, FOR_DATE, false},
            {"EEEE", PART_WEEKDAY_NAME, FOR_DATE, false},
            {"fff", PART_FRACTION, FOR_TIME, true},
            {"ffffff", PART_FRACTION, FOR_TIME, true},
            {"fffffffff", PART_FRACTION, FOR_TIME, true},
            {"h", PART_HOUR12, FOR_TIME, true},
            {"hh", PART_HOUR12_2, FOR_TIME, true},
            {"t", PART_HOUR, FOR_TIME, true},
            {"tt", PART_HOUR2, FOR_TIME, true},
            {"m", PART_MINUTE, FOR_TIME, true},
            {"mm", PART_MINUTE2, FOR_TIME, true},
            {"s", PART_SECOND, FOR_TIME, true},
            {"ss", PART_SECOND2, FOR_TIME, true},
            {"aa", PART_AMPM, FOR_TIME, true},
            {"AA", PART_AMPM_UP, FOR_TIME, true},
            {"Z", PART_ZONE_Z, FOR_BOTH, true},
            {"ZZZ", PART_ZONE, FOR_BOTH, true}};

struct names {
    const char *language;
    const char *month[12], *mon[12], *day[7], *wday[7]; /* days from Monday */
};

static const struct names NAMES[] = {
    {"eng",
     {"January", "February", "March", "April", "May", "June", "July", "August", "September",
      "October", "November", "December"},
     {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
     {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
     {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}},
    {"fra",
     {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
      "octobre", "novembre", "décembre"},
     {"janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.",
      "nov.", "déc."},
     {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"},
     {"lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."}},
    {"spa",
     {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
      "octubre", "noviembre", "diciembre"},
     {"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"},
     {"lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"},
     {"lun", "mar", "mié", "jue", "vie", "sáb", "dom"}},
    {"por",
     {"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro",
      "outubro", "novembro", "dezembro"},
     {"jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez"},
     {"segunda", "terça", "quarta", "quinta", "sexta", "sábado", "domingo"},
     {"seg", "ter", "qua", "qui", "sex", "sáb", "dom"}}};

static const struct names *names_in(struct str language) {
    for (size_t i = 1; i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
        if (str_eq_nocase(language, str_from(NAMES[i].language))) {
            return &NAMES[i];
        }
    }
    return &NAMES[0];
}

/* The next run of the layout at *i (moved behind it) and what it means. False when it is not
 * valid. */
static bool next_run(struct str layout, size_t *i, enum datewrite_kind kind, bool reading,
                     struct str *run, enum part *part) {
    static const int USES[] = {FOR_DATE, FOR_TIME, FOR_DATE | FOR_TIME | FOR_BOTH};
    size_t from = *i;
    if (layout.p[from] && strchr(" :/.,T-_", layout.p[from])) {
        (*i)++;
        *run = str_sub(layout, from, 1);
        *part = PART_LITERAL;
        return true;
    }
    uint32_t first = text_next(layout, i);
    for (size_t next = *i; next < layout.n && text_next(layout, &next) == first;) {
        *i = next;
    }
    *run = str_sub(layout, from, *i - from);
    for (size_t k = 0; k < sizeof(RUNS) / sizeof(RUNS[0]); k++) {
        if (run->p[0] == RUNS[k].run[0] && str_is(*run, RUNS[k].run) &&
            (RUNS[k].use & USES[kind]) && (!reading || RUNS[k].readable)) {
            *part = RUNS[k].part;
            return true;
        }
    }
    return false;
}

static void put_int(struct sink *out, int v, int width) {
    char digit[12];
    int n = 0;
    unsigned left = v < 0 ? 0u - (unsigned)v : (unsigned)v;
    do {
        digit[sizeof digit - 1 - (size_t)n++] = (char)('0' + left % 10);
        left /= 10;
    } while (left || n < width);
    if (v < 0) {
        sink_putc(out, '-');
    }
    sink_add(out, (struct str){digit + sizeof digit - (size_t)n, (size_t)n});
}

static void put_offset(struct sink *out, int32_t offset, bool z) {
    if (z && offset == 0) {
        sink_putc(out, 'Z');
        return;
    }
    int32_t minutes = (offset < 0 ? -offset : offset) / 60;
    sink_putc(out, offset < 0 ? '-' : '+');
    put_int(out, minutes / 60, 2);
    sink_putc(out, ':');
    put_int(out, minutes % 60, 2);
}

static void put_fraction(struct sink *out, int32_t nsec, size_t digits) {
    char text[16];
    snprintf(text, sizeof text, "%09d", (int)nsec);
    sink_add(out, (struct str){text, digits < 9 ? digits : 9});
}

static void put_part(struct sink *out, enum part part, struct str run,
                     const struct datewrite_parts *p, const struct names *names) {
    int h12 = p->tod.hour % 12 ? p->tod.hour % 12 : 12;
    int month = p->date.month >= 1 && p->date.month <= 12 ? p->date.month - 1 : 0;
    int day = part == PART_WDAY || part == PART_WEEKDAY_NAME ? date_weekday(p->date) - 1 : 0;
    switch (part) {
    case PART_YEAR2:
        put_int(out, p->date.year % 100, 2);
        break;
    case PART_YEAR:
        put_int(out, p->date.year, 4);
        break;
    case PART_MONTH:
        put_int(out, p->date.month, 1);
        break;
    case PART_MONTH2:
        put_int(out, p->date.month, 2);
        break;
    case PART_MON:
        sink_puts(out, names->mon[month]);
        break;
    case PART_MONTH_NAME:
        sink_puts(out, names->month[month]);
        break;
    case PART_DAY:
        put_int(out, p->date.day, 1);
        break;
    case PART_DAY2:
        put_int(out, p->date.day, 2);
        break;
    case PART_WDAY:
        sink_puts(out, names->wday[day]);
        break;
    case PART_WEEKDAY_NAME:
        sink_puts(out, names->day[day]);
        break;
    case PART_FRACTION:
        put_fraction(out, p->tod.nsec, run.n);
        break;
    case PART_HOUR12:
        put_int(out, h12, 1);
        break;
    case PART_HOUR12_2:
        put_int(out, h12, 2);
        break;
    case PART_HOUR:
        put_int(out, p->tod.hour, 1);
        break;
    case PART_HOUR2:
        put_int(out, p->tod.hour, 2);
        break;
    case PART_MINUTE:
        put_int(out, p->tod.minute, 1);
        break;
    case PART_MINUTE2:
        put_int(out, p->tod.minute, 2);
        break;
    case PART_SECOND:
        put_int(out, p->tod.second, 1);
        break;
    case PART_SECOND2:
        put_int(out, p->tod.second, 2);
        break;
    case PART_AMPM:
        sink_puts(out, p->tod.hour >= 12 ? "pm" : "am");
        break;
    case PART_AMPM_UP:
        sink_puts(out, p->tod.hour >= 12 ? "PM" : "AM");
        break;
    case PART_ZONE_Z:
        put_offset(out, p->offset, true);
        break;
    case PART_ZONE:
        put_offset(out, p->offset, false);
        break;
    case PART_LITERAL:
        sink_add(out, run);
        break;
    }
}

bool datewrite_layout(struct str layout, enum datewrite_kind kind,
                      const struct datewrite_parts *parts, struct str language,
                      struct sink *out, struct str *bad) {
    const struct names *names = names_in(language);
    for (size_t i = 0; i < layout.n;) {
        enum part part;
        if (!next_run(layout, &i, kind, false, bad, &part)) {
            return false;
        }
        put_part(out, part, *bad, parts, names);
    }
    return true;
}

/* --- reading --- */

/* min to max digits at *i. */
static bool get_int(struct str s, size_t *i, size_t min, size_t max, int *ret) {
    size_t n = 0;
    int v = 0;
    while (n < max && *i + n < s.n && s.p[*i + n] >= '0' && s.p[*i + n] <= '9') {
        v = v * 10 + (s.p[*i + n] - '0');
        n++;
    }
    *i += n;
    *ret = v;
    return n >= min;
}

static bool get_fraction(struct str s, size_t *i, size_t digits, int32_t *nsec) {
    int v;
    if (!get_int(s, i, digits, digits, &v)) {
        return false;
    }
    for (size_t k = digits; k < 9; k++) {
        v *= 10;
    }
    *nsec = v;
    return true;
}

static bool get_offset(struct str s, size_t *i, bool z, struct datewrite_read *r) {
    int h, m;
    if (z && *i < s.n && s.p[*i] == 'Z') {
        (*i)++;
        r->parts.offset = 0;
        r->has_offset = true;
        return true;
    }
    int sign = *i < s.n && s.p[*i] == '-' ? -1 : 1;
    if (*i >= s.n || (s.p[*i] != '-' && s.p[*i] != '+')) {
        return false;
    }
    (*i)++;
    if (!get_int(s, i, 2, 2, &h) || *i >= s.n || s.p[(*i)++] != ':' ||
        !get_int(s, i, 2, 2, &m)) {
        return false;
    }
    r->parts.offset = sign * (h * 60 + m) * 60;
    r->has_offset = true;
    return true;
}

/* What the runs before have left to be put together at the end. */
struct reading {
    int hour, pm; /* pm: -1 not said */
    bool fraction;
    char before; /* last character of the layout before this run */
};

static bool get_date_part(struct str s, size_t *i, enum part part, struct date *d) {
    int v;
    switch (part) {
    case PART_YEAR2:
        if (!get_int(s, i, 2, 2, &v)) {
            return false;
        }
        d->year = (int16_t)(v >= 69 ? 1900 + v : 2000 + v);
        return true;
    case PART_YEAR:
        if (!get_int(s, i, 4, 4, &v)) {
            return false;
        }
        d->year = (int16_t)v;
        return true;
    case PART_MONTH:
    case PART_MONTH2:
        if (!get_int(s, i, part == PART_MONTH ? 1 : 2, 2, &v) || v < 1 || v > 12) {
            return false;
        }
        d->month = (int8_t)v;
        return true;
    default:
        if (!get_int(s, i, part == PART_DAY ? 1 : 2, 2, &v) || v < 1 || v > 31) {
            return false;
        }
        d->day = (int8_t)v;
        return true;
    }
}

static bool get_seconds(struct str s, size_t *i, enum part part, struct tod *t) {
    int v;
    if (!get_int(s, i, part == PART_SECOND ? 1 : 2, 2, &v) || v > 59) {
        return false;
    }
    t->second = (int8_t)v;
    return true;
}

/* Seconds may carry a fraction that the layout does not speak of. */
static void skip_fraction(struct str s, size_t *i, struct tod *t) {
    if (*i + 1 >= s.n || s.p[*i] != '.' || s.p[*i + 1] < '0' || s.p[*i + 1] > '9') {
        return;
    }
    (*i)++;
    int32_t scale = 100000000;
    for (t->nsec = 0; *i < s.n && s.p[*i] >= '0' && s.p[*i] <= '9'; (*i)++, scale /= 10) {
        t->nsec += (s.p[*i] - '0') * scale;
    }
}

static bool get_time_part(struct str s, size_t *i, enum part part, struct reading *r,
                          struct tod *t) {
    int v;
    struct str ampm = str_sub(s, *i, 2);
    switch (part) {
    case PART_HOUR12:
    case PART_HOUR12_2:
        return get_int(s, i, part == PART_HOUR12 ? 1 : 2, 2, &r->hour) && r->hour <= 12;
    case PART_HOUR:
    case PART_HOUR2:
        return get_int(s, i, 1, 2, &r->hour) && r->hour <= 23;
    case PART_MINUTE:
    case PART_MINUTE2:
        if (!get_int(s, i, part == PART_MINUTE ? 1 : 2, 2, &v) || v > 59) {
            return false;
        }
        t->minute = (int8_t)v;
        return true;
    case PART_AMPM:
    case PART_AMPM_UP:
        r->pm = str_is(ampm, part == PART_AMPM ? "pm" : "PM")   ? 1
                : str_is(ampm, part == PART_AMPM ? "am" : "AM") ? 0
                                                                : -1;
        *i += r->pm >= 0 ? 2 : 0;
        return r->pm >= 0;
    default:
        return get_seconds(s, i, part, t);
    }
}

static bool get_part(struct str s, size_t *i, enum part part, struct str run, struct reading *r,
                     struct datewrite_read *ret) {
    switch (part) {
    case PART_LITERAL:
        if (run.p[0] == ' ' && (*i >= s.n || s.p[*i] == ' ')) {
            while (*i < s.n && s.p[*i] == ' ') {
                (*i)++;
            }
            return true;
        }
        if (*i >= s.n || s.p[*i] != run.p[0]) {
            return false;
        }
        (*i)++;
        return true;
    case PART_YEAR2:
    case PART_YEAR:
    case PART_MONTH:
    case PART_MONTH2:
    case PART_DAY:
    case PART_DAY2:
        return get_date_part(s, i, part, &ret->parts.date);
    case PART_FRACTION:
        return get_fraction(s, i, run.n, &ret->parts.tod.nsec);
    case PART_ZONE_Z:
    case PART_ZONE:
        return get_offset(s, i, part == PART_ZONE_Z, ret);
    default:
        return get_time_part(s, i, part, r, &ret->parts.tod);
    }
}

/* Is the fraction of the seconds spelled out at this place of the layout (".fff")? */
static bool fraction_follows(struct str layout, size_t i) {
    return i + 1 < layout.n && layout.p[i] == '.' && layout.p[i + 1] == 'f';
}

enum rc datewrite_parse(struct str text, struct str layout, enum datewrite_kind kind,
                        struct datewrite_read *ret) {
    *ret = (struct datewrite_read){.parts = {.date = {1, 1, 1}}};
    struct reading r = {.pm = -1};
    size_t at = 0;
    for (size_t i = 0; i < layout.n;) {
        enum part part;
        if (!next_run(layout, &i, kind, true, &ret->bad, &part)) {
            return E_INVALID;
        }
        size_t here = at;
        if (!get_part(text, &at, part, ret->bad, &r, ret)) {
            ret->at = str_sub(text, here, text.n);
            return NONE;
        }
        if ((part == PART_SECOND || part == PART_SECOND2) && !fraction_follows(layout, i)) {
            skip_fraction(text, &at, &ret->parts.tod);
        }
    }
    if (r.pm >= 0) {
        r.hour = r.hour % 12 + 12 * r.pm;
    }
    ret->parts.tod.hour = (int8_t)r.hour;
    ret->at = str_sub(text, at, text.n);
    struct date d = ret->parts.date;
    ret->bad = STR("");
    return at == text.n && date_is_valid(d.year, d.month, d.day) ? OK : NONE;
}

/* --- the usual forms --- */

struct datewrite_parts datewrite_parts_of(struct instant i) {
    struct datewrite_parts p = {.offset = i.offset};
    whenread_civil(i, &p.date, &p.tod);
    return p;
}

void datewrite_iso_time(struct tod t, struct sink *out) {
    struct str bad;
    struct datewrite_parts p = {.tod = t};
    datewrite_layout(STR("tt:mm:ss.ffffff"), DATEWRITE_TIME, &p, STR("eng"), out, &bad);
}

void datewrite_iso(struct instant i, struct sink *out) {
    struct str bad;
    struct datewrite_parts p = datewrite_parts_of(i);
    datewrite_layout(STR("YYYY-MM-DDTtt:mm:ss.ffffffZ"), DATEWRITE_DATETIME, &p, STR("eng"),
                     out, &bad);
}

struct str datewrite_date_format(const struct expr_env *env) {
    return env->date_format.n ? env->date_format : STR("DD-MM-YYYY");
}

struct str datewrite_time_format(const struct expr_env *env) {
    return env->time_format.n ? env->time_format : STR("tt:mm");
}

void datewrite_pretty(const struct expr_env *env, const struct val *v, struct arena *a,
                      struct sink *out) {
    struct str bad, day = datewrite_date_format(env), hour = datewrite_time_format(env);
    struct datewrite_parts p = {.offset = 0};
    if (v->type == VAL_DATE) {
        p.date = v->date;
        datewrite_layout(day, DATEWRITE_DATE, &p, env->language, out, &bad);
    } else if (v->type == VAL_TIME) {
        p.tod = v->tod;
        datewrite_layout(hour, DATEWRITE_TIME, &p, env->language, out, &bad);
    } else {
        p = datewrite_parts_of(whenread_in_zone(v->at, convert_zone(env)));
        struct str both = arena_printf(a, "%.*s %.*s", STR_ARG(day), STR_ARG(hour));
        datewrite_layout(both, DATEWRITE_DATETIME, &p, env->language, out, &bad);
    }
}
