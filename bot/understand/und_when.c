/* und_when.c - days and hours together, bounds and ranges: "jeudi de 9h a 11h". */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

#include <string.h>

static bool asks(const struct und_msg *m, enum ask_kind k) {
    return m->ask && (m->ask->kind == k || m->ask->kind == ASK_DATETIME);
}

/* ---- a day, an hour, or both */

static bool read_day(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    struct und_when a = {0}, b = {0};
    size_t ea = 0, eb = 0;
    bool da = und_date(m, i, &ea, &a), db = und_period(m, i, &eb, &b);
    if (!da && !db) {
        return false;
    }
    bool period = db && (!da || eb > ea);
    *w = period ? b : a;
    *end = period ? eb : ea;
    return true;
}

static bool a_day(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    if (i >= m->n) {
        return false;
    }
    struct und_known *k = &m->known[i];
    if (k->day_edges != m->at[i].n + 1) {
        k->day_is = read_day(m, i, &k->day_end, &k->day);
        k->day_edges = (uint16_t)(m->at[i].n + 1);
    }
    if (k->day_is) {
        *w = k->day;
        *end = k->day_end;
    }
    return k->day_is;
}

static void attach_time(struct und_when *day, const struct und_when *t) {
    bool unsure_hour = t->doubt && (day->future_week || t->part);
    day->time = true;
    day->t = t->t;
    day->t2 = t->t2;
    day->t2_set = t->t2_set;
    day->part = t->part;
    day->open_from = t->open_from;
    day->open_to = t->open_to;
    day->doubt = day->doubt || unsure_hour;
}

static bool bounds(struct und_msg *m, size_t i, size_t *end, struct und_when *w, bool days);

static size_t skip_glue(const struct und_msg *m, size_t i) {
    while (und_word(m, i, "plutot") || und_word(m, i, "le") || und_word(m, i, "et") ||
           und_word(m, i, "sur") || und_word(m, i, "la") || und_word(m, i, "du") ||
           und_word(m, i, "pour")) {
        i++;
    }
    return i;
}

/* An hour behind a day: "jeudi a 14h", "le 16 vers 6h dans la soiree", "demain matin a 7". */
static bool hour_behind(struct und_msg *m, size_t i, size_t *end, struct und_when *t) {
    int32_t v;
    size_t at = i + und_word(m, i, "plutot");
    if (i >= m->n || (m->tok[i - 1].brk & BRK_Q)) {
        return false;
    }
    if (bounds(m, at, end, t, false)) {
        return true;
    }
    bool about = und_class(m, at, CLS_ABOUT, &at, &v);
    bool full_day_asked = m->ask && (m->ask->kind == ASK_DATE || m->ask->kind == ASK_TIME ||
                                     m->ask->kind == ASK_DATETIME);
    return und_hour(m, at, about && full_day_asked, end, t) || und_time(m, i, end, t);
}

static void day_then_time(struct und_msg *m, size_t *end, struct und_when *w) {
    struct und_when t = {0}, h = {0};
    size_t e = 0, e2;
    if (w->now_based || w->d2.year || !hour_behind(m, *end, &e, &t) || (t.date && !t.part)) {
        return;
    }
    *end = e;
    if (t.part && hour_behind(m, e, &e2, &h) && !h.part && !h.date) {
        int hour = h.t.hour;
        h.t.hour = (int8_t)(t.part > 1 && hour < 12 && !h.t2_set ? hour + 12 : hour);
        h.doubt = false;
        t = h;
        *end = e2;
    }
    attach_time(w, &t);
}

/* 14h demain, 20:00 sur la 15, ce matin a sept */
static void time_then_day(struct und_msg *m, size_t *end, struct und_when *w) {
    struct und_when d = {0}, h = {0};
    size_t e, at = skip_glue(m, *end);
    if (w->part && (w->date || asks(m, ASK_TIME)) && hour_behind(m, *end, &e, &h) && !h.part &&
        !h.date) {
        h.t.hour = (int8_t)(w->part > 1 && h.t.hour < 12 ? h.t.hour + 12 : h.t.hour);
        w->t = h.t;
        w->part = 0;
        *end = e;
        return;
    }
    if (w->date || *end >= m->n ||
        !a_day(m, at > *end && !und_word(m, *end, "le") ? at : *end, &e, &d) || d.now_based) {
        if (w->date || at == *end || at >= m->n || !a_day(m, at, &e, &d) || d.now_based) {
            return;
        }
    }
    if (d.d2.year && d.grain) {
        return;
    }
    struct und_when part = {0};
    size_t e2;
    if (und_time(m, e, &e2, &part) && part.part > 1 && w->t.hour < 12 && !w->t2_set) {
        w->t.hour = (int8_t)(w->t.hour + 12);
        w->doubt = false;
        e = e2;
    }
    attach_time(&d, w);
    *w = d;
    *end = e;
}

static bool simple(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    struct und_when day = {0}, t = {0};
    size_t ed = 0, et = 0;
    bool have_d = a_day(m, i, &ed, &day), have_t = und_time(m, i, &et, &t);
    if (have_d && have_t && et > ed) {
        have_d = false; /* "14.30" asked as an hour, "8 du soir" */
    }
    if (have_d) {
        *w = day;
        *end = ed;
        day_then_time(m, end, w);
        return true;
    }
    if (have_t) {
        *w = t;
        *end = et;
        time_then_day(m, end, w);
    }
    return have_t;
}

/* ---- ranges */

struct side {
    struct und_when w;
    bool bare; /* a number alone */
    int n;
    size_t end;
};

static bool side_at(struct und_msg *m, size_t i, struct side *s) {
    int32_t v;
    size_t at = i;
    memset(s, 0, sizeof *s);
    struct und_when t = {0};
    size_t et = 0;
    bool hour = und_hour(m, i, false, &et, &t) && !t.part;
    if (a_day(m, i, &s->end, &s->w) && !s->w.now_based && (!hour || s->end >= et)) {
        if (!s->w.d2.year) {
            day_then_time(m, &s->end, &s->w);
        }
        return true;
    }
    if (hour) {
        s->w = t;
        s->end = et;
        return true;
    }
    memset(&s->w, 0, sizeof s->w);
    und_class(m, at, CLS_THE, &at, &v);
    struct und_num num;
    if (und_number(m, at, &num) && num.whole && num.i >= 0 && num.i <= 31 && !num.unit &&
        (!und_digits(m, at) || m->tok[at].f.n <= 2)) {
        s->bare = true;
        s->n = (int)(und_digits(m, at) ? m->tok[at].n : num.i);
        s->end = und_digits(m, at) && !num.ordinal ? at + 1 : num.end;
        return true;
    }
    return false;
}

static size_t link_at(const struct und_msg *m, size_t i, bool between_word) {
    int32_t v;
    size_t e;
    if (i == 0 || i >= m->n) {
        return 0;
    }
    if (und_class(m, i, CLS_UNTIL, &e, &v)) {
        return e;
    }
    if (und_word(m, i, "a") || und_word(m, i, "au") || (between_word && und_word(m, i, "et"))) {
        return i + 1;
    }
    return und_between(m, i - 1) == '-' ? i : 0;
}

static void to_minutes(const struct tod *t, int *ret) {
    *ret = t->hour * 60 + t->minute;
}

static bool hours_range(const struct side *a, const struct side *b, struct und_when *w) {
    struct tod t1 = a->w.t, t2 = b->w.t;
    int x, y;
    if (a->bare) {
        t1 = (struct tod){(int8_t)a->n, 0, 0, 0};
    }
    if (b->bare) {
        t2 = (struct tod){(int8_t)b->n, 0, 0, 0};
    }
    if ((a->bare && a->n > 24) || (b->bare && b->n > 24)) {
        return false;
    }
    to_minutes(&t1, &x);
    to_minutes(&t2, &y);
    if (y < x && t2.hour <= 12) {
        t2.hour = (int8_t)((t2.hour + 12) % 24);
    }
    w->time = w->t2_set = true;
    w->t = t1;
    w->t2 = t2;
    w->doubt = t1.hour >= 1 && t1.hour <= 7 && t2.hour <= 7 && (a->bare || a->w.doubt) &&
               (b->bare || b->w.doubt);
    return true;
}

static bool days_range(const struct und_msg *m, const struct side *a, const struct side *b,
                       struct und_when *w) {
    struct date d1 = a->w.d, d2 = b->w.d2.year ? b->w.d2 : b->w.d;
    int first = a->bare                                                            ? a->n
                : a->w.day_only && !b->w.day_only && !b->bare && !b->w.future_week ? a->w.d.day
                                                                                   : 0;
    if (first >= 1) {
        struct date base = b->w.d;
        if (first > base.day && !b->w.d2.year) {
            base = date_add_months(date_make(base.year, base.month, 1), -1);
        }
        if (!date_is_valid(base.year, base.month, first)) {
            return false;
        }
        d1 = date_make(base.year, base.month, first);
    }
    if (b->bare) {
        if (!date_is_valid(d1.year, d1.month, b->n)) {
            return false;
        }
        d2 = date_make(d1.year, d1.month, b->n);
    }
    bool said_once = first && !a->bare;
    if (!said_once && a->w.no_year && !b->w.no_year && !b->bare && date_cmp(d1, d2) > 0) {
        d1.year = d2.year;
    } else if (!said_once && a->w.no_year && !b->bare && !b->w.no_year && d1.year != d2.year &&
               d2.year > 0) {
        d1.year = d2.year;
    }
    if (date_cmp(d1, d2) > 0 && b->w.no_year) {
        d2.year++;
    }
    if (a->w.future_week && b->w.future_week && date_cmp(d1, d2) > 0) {
        d2 = date_add_days(d2, 7);
    }
    w->date = true;
    w->d = d1;
    w->d2 = d2;
    w->doubt = date_cmp(d1, d2) > 0 || (a->w.doubt && !said_once) || b->w.doubt;
    w->time = w->t2_set = a->w.time && b->w.time;
    w->t = a->w.t;
    w->t2 = b->w.t;
    (void)m;
    return true;
}

/* "4 au 23 mois prochain" */
static bool days_of_month(struct und_msg *m, struct side *a, struct side *b,
                          struct und_when *w) {
    struct und_when p = {0};
    size_t e;
    if (!a->bare || !b->bare || a->n < 1 || b->n < a->n || !und_period(m, b->end, &e, &p) ||
        p.grain != 2 || !date_is_valid(p.d.year, p.d.month, b->n)) {
        return false;
    }
    w->date = true;
    w->d = date_make(p.d.year, p.d.month, a->n);
    w->d2 = date_make(p.d.year, p.d.month, b->n);
    b->end = e;
    return true;
}

/* Two numbers alone: hours where an hour may be meant, "entre 10 et 12", "15 a 16 demain". */
static bool bare_hours(struct und_msg *m, size_t i, size_t link, const struct side *a,
                       const struct side *b, bool from, bool between_word) {
    size_t ed;
    struct und_when d = {0};
    bool hyphen = link == a->end;
    bool until = !hyphen && !und_word(m, link - 1, "et") && a->end + 2 <= link; /* "jusqu'a" */
    bool day_behind =
        !hyphen && und_word(m, link - 1, "a") && a_day(m, b->end, &ed, &d) && !d.d2.year;
    bool hours = until || day_behind || between_word || (from && !und_word(m, i, "le")) ||
                 asks(m, ASK_TIME);
    return hours && !(hyphen && !asks(m, ASK_TIME)) &&
           (asks(m, ASK_TIME) || asks(m, ASK_DATE)) && a->n <= 24 && b->n <= 24;
}

bool und_range(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    int32_t v;
    struct side a, b;
    size_t at = i, link;
    bool between_word = und_word(m, at, "entre") || und_class(m, at, CLS_SINCE, &link, &v);
    bool from = !between_word &&
                (und_word(m, at, "de") || und_word(m, at, "du") || und_word(m, at, "le"));
    at += between_word || (from && !und_word(m, at, "du"));
    if (!side_at(m, at, &a) || (a.w.d2.year && !a.w.date)) {
        return false;
    }
    link = link_at(m, a.end, between_word || !a.bare);
    if (!link || !side_at(m, link, &b)) {
        return false;
    }
    if (und_word(m, link - 1, "et") && !between_word &&
        !(m->ask && m->ask->kind == ASK_DATE && a.w.no_year)) {
        return false;
    }
    struct und_when r = {0};
    if (days_of_month(m, &a, &b, &r)) {
        *end = b.end;
        *w = r;
        return true;
    }
    bool ok;
    if (a.bare && b.bare) {
        ok = bare_hours(m, i, link, &a, &b, from, between_word) && hours_range(&a, &b, &r);
    } else if (!a.w.date && !b.w.date) {
        ok = hours_range(&a, &b, &r);
    } else if (!a.w.date && b.w.date && b.w.time && (a.bare || a.w.time)) {
        struct side t = b;
        t.w.date = false;
        ok = hours_range(&a, &t, &r); /* "de 5 a 6h demain" */
        r.date = true;
        r.d = b.w.d;
    } else {
        ok = (a.w.date || a.bare) && (b.w.date || b.bare) && days_range(m, &a, &b, &r);
    }
    int part;
    bool today;
    size_t e;
    if (ok && r.time && !r.date && und_part_after(m, b.end, &e, &part, &today)) {
        bool later = part > 1 && r.t.hour < 12 && r.t2.hour < 12;
        r.t.hour = (int8_t)(r.t.hour + (later ? 12 : 0));
        r.t2.hour = (int8_t)(r.t2.hour + (later ? 12 : 0));
        r.doubt = false;
        b.end = e;
    }
    if (ok) {
        *end = b.end;
        *w = r;
    }
    return ok;
}

/* ---- bounds: avant, apres, a partir de, jusqu'a, max */

static bool bounds(struct und_msg *m, size_t i, size_t *end, struct und_when *w, bool days) {
    int32_t v;
    size_t at = i;
    struct und_when in = {0};
    bool negated = und_word(m, i, "pas") || und_word(m, i, "jamais");
    at += negated;
    if (und_class(m, at, CLS_PART, end, &v)) {
        return false; /* "apres midi" */
    }
    bool after = und_class(m, at, CLS_AFTER, &at, &v);
    bool until = !after && und_class(m, at, CLS_UNTIL, &at, &v);
    bool before = !after && !until && und_class(m, at, CLS_BEFORE, &at, &v);
    if (!after && !before && !until) {
        return und_range(m, i, end, w) && (days || !w->date);
    }
    if (days && at > i &&
        (und_word(m, at - 1, "du") || und_word(m, at - 1, "le") || und_word(m, at - 1, "au"))) {
        at--; /* "a partir du 8": the article makes the day */
    }
    size_t ed = 0, et = 0;
    struct und_when day = {0};
    bool have_t = und_hour(m, at, !days || asks(m, ASK_TIME), &et, &in),
         have_d = days && simple(m, at, &ed, &day);
    if (have_d && (!have_t || ed > et)) {
        in = day;
        et = ed;
    } else if (!have_t) {
        return false;
    }
    *w = in;
    *end = et;
    bool from = negated ? !after : after;
    if (in.part && !in.date) {
        return false;
    }
    w->open_from = from;
    w->open_to = !from;
    if (until && in.date && !in.time && days && !asks(m, ASK_DATE)) {
        w->open_to = true;
    }
    return true;
}

/* "17h max", "20h30 ou apres" */
static void bound_after(struct und_msg *m, size_t *end, struct und_when *w) {
    int32_t v;
    size_t e;
    if (!w->time || w->t2_set || w->part || w->open_from || w->open_to) {
        return;
    }
    if (und_word(m, *end, "max") || und_word(m, *end, "maximum") ||
        (und_word(m, *end, "ou") && und_class(m, *end + 1, CLS_BEFORE, &e, &v))) {
        *end += und_word(m, *end, "ou") ? 2 : 1;
        w->open_to = true;
    } else if (und_word(m, *end, "min") || und_word(m, *end, "minimum") ||
               (und_word(m, *end, "ou") &&
                (und_class(m, *end + 1, CLS_AFTER, &e, &v) || und_word(m, *end + 1, "plus")))) {
        *end += und_word(m, *end, "ou") ? (und_word(m, *end + 2, "tard") ? 3 : 2) : 1;
        w->open_from = true;
    }
}

bool und_when_word(const struct und_msg *m, size_t i) {
    return m->tok[i].num || und_word(m, i, "maintenant") || und_word(m, i, "jour") ||
           und_word(m, i, "journee") || und_word(m, i, "semaine") || und_word(m, i, "mois");
}

bool und_when(struct und_msg *m, size_t i, size_t *end, struct und_when *w) {
    struct und_when a = {0}, b = {0}, d = {0};
    size_t ea = 0, eb = 0, e;
    bool have_b = bounds(m, i, &eb, &b, true), have_a = simple(m, i, &ea, &a);
    if (have_b && (!have_a || eb > ea)) {
        a = b;
        ea = eb;
        size_t at = skip_glue(m, ea);
        if (a.time && !a.date && at < m->n && a_day(m, at, &e, &d) && !d.d2.year &&
            !d.now_based) {
            attach_time(&d, &a);
            a = d;
            ea = e;
        }
    } else if (!have_a) {
        return false;
    } else {
        bound_after(m, &ea, &a);
    }
    *w = a;
    *end = ea;
    return true;
}

/* ---- to a value */

static struct str hm(struct arena *a, struct tod t) {
    return arena_printf(a, "%02d:%02d", t.hour, t.minute);
}

static struct str stamp(struct arena *a, struct date d, struct tod t) {
    return t.second ? arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d", d.year, d.month, d.day,
                                   t.hour, t.minute, t.second)
                    : arena_printf(a, "%04d-%02d-%02dT%02d:%02d", d.year, d.month, d.day,
                                   t.hour, t.minute);
}

static const char *const PART[] = {"", "morning", "afternoon", "evening", "night"};

static const struct val *two(struct und_msg *m, const char *from, struct str a, const char *to,
                             struct str b) {
    struct val_builder *v = val_map_begin(m->a);
    if (a.n) {
        val_put(v, from, val_text(m->a, a));
    }
    if (b.n) {
        val_put(v, to, val_text(m->a, b));
    }
    return val_end(v);
}

static const struct val *time_value(struct und_msg *m, const struct und_when *w) {
    if (w->part) {
        return two(m, "part", str_from(PART[w->part]), "", STR_EMPTY);
    }
    if (w->t2_set) {
        return two(m, "from", hm(m->a, w->t), "to", hm(m->a, w->t2));
    }
    if (w->open_from || w->open_to) {
        return two(m, "from", w->open_from ? hm(m->a, w->t) : STR_EMPTY, "to",
                   w->open_to ? hm(m->a, w->t) : STR_EMPTY);
    }
    return val_text(m->a, hm(m->a, w->t));
}

static const struct val *date_value(struct und_msg *m, const struct und_when *w) {
    struct str a = date_iso(w->d, m->a);
    if (w->d2.year && date_cmp(w->d, w->d2) != 0) {
        return two(m, "from", a, "to", date_iso(w->d2, m->a));
    }
    if (w->open_from || w->open_to) {
        return two(m, "from", w->open_from ? a : STR_EMPTY, "to", w->open_to ? a : STR_EMPTY);
    }
    if (w->part) {
        return two(m, "date", a, "part", str_from(PART[w->part]));
    }
    return val_text(m->a, a);
}

static const struct val *both_value(struct und_msg *m, const struct und_when *w) {
    struct str a = stamp(m->a, w->d, w->t);
    if (w->t2_set) {
        return two(m, "from", a, "to", stamp(m->a, w->d2.year ? w->d2 : w->d, w->t2));
    }
    if (w->open_from || w->open_to) {
        static const struct tod MIDNIGHT = {0, 0, 0, 0};
        struct str from = w->open_from ? a : stamp(m->a, w->d, MIDNIGHT);
        return two(m, "from", from, "to", w->open_to ? a : STR_EMPTY);
    }
    return val_text(m->a, a);
}

void und_answer_when(struct und_msg *m, const struct und_when *w, struct answer *r) {
    if (w->date && w->time && !w->part) {
        r->intent = INTENT_DATETIME;
        r->value = both_value(m, w);
    } else if (w->date) {
        r->intent = INTENT_DATE;
        r->value = date_value(m, w);
    } else {
        r->intent = INTENT_TIME;
        r->value = time_value(m, w);
    }
}
