/* und_moment.c - the answer to "quand ?": picks among the days and hours of a message. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

#define FOUND_MAX 6

struct found {
    struct und_when w;
    size_t seg;
    bool refused; /* "pas demain", "vendredi je peux pas" */
};

static bool is_when(const struct und_seg *s) {
    return s->sig == SIG_DATE || s->sig == SIG_TIME;
}

static bool pas_before(const struct und_msg *m, const struct und_seg *s) {
    static const char *const LINK[] = {"le", "ce", "pour", "de", "a", "cette", "les"};
    size_t i = s->from;
    for (size_t k = 0; i > 1 && k < sizeof LINK / sizeof *LINK; k++) {
        if (und_word(m, i - 1, LINK[k])) {
            i--;
            break;
        }
    }
    return i > 0 && (und_word(m, i - 1, "pas") || und_word(m, i - 1, "sauf")) &&
           !(m->tok[i - 1].brk & (BRK_COMMA | BRK_END));
}

/* "je peux pas avant 16h": the refusal and the bound are one. */
static bool cannot_before(const struct und_msg *m, size_t k, struct und_when *w) {
    if (k == 0 || m->seg[k - 1].sig != SIG_CANT || !(w->open_to || w->open_from) ||
        !und_word(m, m->seg[k].from - 1, "pas")) {
        return false;
    }
    bool from = w->open_to;
    w->open_from = from;
    w->open_to = !from;
    return true;
}

static bool refused_after(const struct und_msg *m, size_t k) {
    for (size_t i = k + 1; i < m->segs && !is_when(&m->seg[i]) && m->seg[i].sig != SIG_BUT;
         i++) {
        if (m->seg[i].sig == SIG_CANT || m->seg[i].sig == SIG_REASON ||
            m->seg[i].sig == SIG_NO) {
            return true;
        }
    }
    return false;
}

static size_t gather(const struct und_msg *m, struct found *f) {
    size_t n = 0;
    for (size_t k = 0; k < m->segs && n < FOUND_MAX; k++) {
        if (is_when(&m->seg[k])) {
            f[n].w = m->when[m->seg[k].val];
            f[n].seg = k;
            f[n].refused = !cannot_before(m, k, &f[n].w) &&
                           (pas_before(m, &m->seg[k]) || refused_after(m, k));
            n++;
        }
    }
    return n;
}

static bool say(struct und_msg *m, struct answer *r, const struct found *f, double conf,
                const char *rule) {
    und_answer_when(m, &f->w, r);
    und_say(m, r, r->intent, conf, rule, m->seg[f->seg].from, m->seg[f->seg].to);
    return true;
}

static bool doubt(struct und_msg *m, struct answer *r, const struct found *f,
                  const char *rule) {
    und_answer_when(m, &f->w, r);
    r->second = r->intent;
    r->second_value = r->value;
    r->value = &VAL_NIL;
    und_say(m, r, INTENT_UNCLEAR, 0.3, rule, m->seg[f->seg].from, m->seg[f->seg].to);
    return true;
}

/* "vendredi ... le matin": a day and an hour said apart. */
static void join(struct found *f, size_t *n) {
    if (*n != 2 || f[0].refused || f[1].refused) {
        return;
    }
    struct und_when *a = &f[0].w, *b = &f[1].w;
    bool split = a->date && !a->time && !b->date && b->time,
         turned = !a->date && a->time && b->date && !b->time;
    if (!split && !turned) {
        return;
    }
    struct und_when day = split ? *a : *b, t = split ? *b : *a;
    if (day.d2.year) {
        return;
    }
    bool doubtful = day.doubt || t.doubt;
    day.time = true;
    day.t = t.t;
    day.t2 = t.t2;
    day.t2_set = t.t2_set;
    day.part = t.part;
    day.open_from = t.open_from;
    day.open_to = t.open_to;
    day.doubt = doubtful;
    f[0].w = day;
    *n = 1;
}

static bool between_or(const struct und_msg *m, size_t a, size_t b) {
    for (size_t k = a + 1; k < b; k++) {
        if (m->seg[k].sig == SIG_OR) {
            return true;
        }
    }
    return false;
}

static bool several(struct und_msg *m, struct answer *r, struct found *f, size_t n) {
    size_t open = 0, last = 0;
    for (size_t i = 0; i < n; i++) {
        if (!f[i].refused) {
            open++;
            last = i;
        }
    }
    if (open == 1) {
        return f[last].w.doubt ? doubt(m, r, &f[last], "doubtful_moment")
                               : say(m, r, &f[last], 0.8, "the_one_left");
    }
    if (open == 0) {
        return doubt(m, r, &f[0], "all_refused");
    }
    bool or = false;
    for (size_t i = 0; i + 1 < n; i++) {
        or = or || between_or(m, f[i].seg, f[i + 1].seg);
    }
    enum ask_kind k = m->ask->kind;
    size_t pick = SIZE_MAX, fits = 0;
    for (size_t i = 0; i < n; i++) {
        bool fit = !f[i].refused && (k == ASK_TIME ? f[i].w.time : f[i].w.date) &&
                   (k != ASK_TIME || !f[i].w.part);
        fits += fit;
        pick = fit && pick == SIZE_MAX ? i : pick;
    }
    if (fits == 1 && ! or) {
        return f[pick].w.doubt ? doubt(m, r, &f[pick], "doubtful_moment")
                               : say(m, r, &f[pick], 0.75, "the_one_asked");
    }
    return doubt(m, r, &f[last], "two_moments");
}

static bool bare_day(struct und_msg *m, struct answer *r) {
    /* a number alone where a day was asked: of which month? */
    for (size_t i = 0; i < m->segs; i++) {
        if (m->seg[i].sig == SIG_NUM) {
            und_say(m, r, INTENT_UNCLEAR, 0.3, "bare_number", m->seg[i].from, m->seg[i].to);
            return true;
        }
    }
    return false;
}

static bool bare_hour(struct und_msg *m, struct answer *r) {
    int h = -1, found = 0;
    size_t end, at = 0, to = 0;
    for (size_t i = 0; i < m->segs; i++) {
        if (m->seg[i].sig == SIG_NUM) {
            struct und_when w = {0};
            found++;
            at = m->seg[i].from;
            if (und_hour(m, at, true, &end, &w) && !w.part) {
                h = w.t.hour * 60 + w.t.minute;
                to = end;
                i = i + 1 < m->segs && m->seg[i + 1].from < end ? i + 1 : i;
            }
        }
    }
    if (found != 1 || h < 0) {
        return found > 0 && bare_day(m, r);
    }
    if (h < 8 * 60 && h % 60 == 0) {
        return bare_day(m, r);
    }
    und_value(r, val_text(m->a, arena_printf(m->a, "%02d:%02d", h / 60, h % 60)));
    und_say(m, r, INTENT_TIME, 0.8, "bare_hour", at, to);
    return true;
}

bool und_moment(struct und_msg *m, struct answer *r) {
    struct found f[FOUND_MAX];
    size_t n = gather(m, f);
    if (n == 0 && m->ask->hint == HINT_BIRTH && und_age(m, r)) {
        if (r->intent == INTENT_AGE && und_digits(m, 0) && m->n == 1) {
            und_value(r, &VAL_NIL);
            und_say(m, r, INTENT_UNCLEAR, 0.3, "age_or_day", 0, m->n);
        }
        return true;
    }
    if (n == 0) {
        return m->ask->kind == ASK_TIME ? bare_hour(m, r) : bare_day(m, r);
    }
    join(f, &n);
    if (n > 1) {
        return several(m, r, f, n);
    }
    if (m->ask->hint == HINT_BIRTH && f[0].w.d2.year && und_age(m, r)) {
        return true;
    }
    if (f[0].refused) {
        return doubt(m, r, &f[0], "refused_moment");
    }
    if (m->ask->kind == ASK_DATE && f[0].w.bare_part && !f[0].w.date) {
        f[0].w.date = true; /* "je reviendrai 8 du soir": today */
        f[0].w.d = m->today;
    }
    bool only_part = m->ask->kind == ASK_DATE && f[0].w.part && !f[0].w.date;
    bool open_weekday = m->ask->kind == ASK_DATE && f[0].w.future_week &&
                        (f[0].w.open_from || f[0].w.open_to) && !f[0].w.time;
    if (f[0].w.doubt || only_part || open_weekday) {
        return doubt(m, r, &f[0], "doubtful_moment");
    }
    return say(m, r, &f[0], m->sure_unknown > 3 ? 0.7 : 0.95, "moment");
}
