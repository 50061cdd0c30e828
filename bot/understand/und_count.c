/* und_count.c - "combien ?": people, a mark out of ten, an age, a length of time. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

#include <string.h>

static bool say_number(struct und_msg *m, struct answer *r, enum intent i, struct dec d,
                       size_t from, size_t to, double conf, const char *rule) {
    und_value(r, val_num(m->a, d));
    und_say(m, r, i, conf, rule, from, to);
    return true;
}

static bool doubt(struct und_msg *m, struct answer *r, enum intent lean, size_t from, size_t to,
                  const char *rule) {
    und_value(r, &VAL_NIL);
    und_say(m, r, INTENT_UNCLEAR, 0.3, rule, from, to);
    r->second = lean;
    return true;
}

struct numbers {
    struct und_num n[8];
    size_t at[8], count;
};

static void all_numbers(const struct und_msg *m, struct numbers *o) {
    memset(o, 0, sizeof *o);
    for (size_t i = 0; i < m->n && o->count < 8;) {
        struct und_num n;
        bool article = und_word(m, i, "un") || und_word(m, i, "une");
        if (und_number(m, i, &n) && !(article && n.end == i + 1 && m->n > 1)) {
            o->n[o->count] = n;
            o->at[o->count++] = i;
            i = n.end;
        } else {
            i++;
        }
    }
}

static bool word_between(const struct und_msg *m, size_t from, size_t to, const char *w) {
    for (size_t i = from; i < to; i++) {
        if (und_word(m, i, w)) {
            return true;
        }
    }
    return false;
}

/* Marks: 8/10, 8 sur 10. */
static bool out_of(struct und_msg *m, struct answer *r, const struct numbers *o) {
    if (o->count != 2) {
        return false;
    }
    size_t gap = o->n[0].end;
    bool over = und_word(m, gap, "sur") || und_between(m, gap - 1) == '/';
    if (!over || o->at[1] != gap + und_word(m, gap, "sur")) {
        return false;
    }
    if (dec_cmp(o->n[0].d, o->n[1].d) > 0) {
        return doubt(m, r, INTENT_NUMBER, o->at[0], o->n[1].end, "more_than_all");
    }
    return say_number(m, r, INTENT_NUMBER, o->n[0].d, o->at[0], o->n[1].end, 0.95, "out_of");
}

/* "moi + 1", "moi et mon pote", "juste moi" */
static bool people(struct und_msg *m, struct answer *r, const struct numbers *o) {
    int32_t v = 0;
    size_t from = 0, to = 0;
    for (size_t i = 0; i < m->segs; i++) {
        if (m->seg[i].sig == SIG_ACCOMPANIED && m->seg[i].val != 0) {
            v = m->seg[i].val;
            from = m->seg[i].from;
            to = m->seg[i].to;
        }
    }
    if (v == 0) {
        return false;
    }
    if (v == 50 && o->count == 1) { /* "moi et 2 amis", "moi + 1": the others and oneself */
        return say_number(m, r, INTENT_NUMBER, dec_from_i64(o->n[0].i + 1), from, to, 0.8,
                          "me_and");
    }
    if (o->count == 0 || v == 1) {
        return say_number(m, r, INTENT_NUMBER, dec_from_i64(v < 50 ? v : 2), from, to, 0.8,
                          "me_and");
    }
    return false;
}

bool und_count(struct und_msg *m, struct answer *r) {
    struct numbers o;
    all_numbers(m, &o);
    if (out_of(m, r, &o) || people(m, r, &o)) {
        return true;
    }
    if (o.count == 0) {
        for (size_t i = 0; i < m->segs; i++) {
            if (m->seg[i].sig == SIG_NONE) {
                return say_number(m, r, INTENT_NUMBER, dec_from_i64(0), m->seg[i].from,
                                  m->seg[i].to, 0.85, "none");
            }
        }
        return false;
    }
    size_t last = o.count - 1;
    if (o.n[last].unit) {
        return false;
    }
    if (o.count > 1) {
        size_t a = o.n[last - 1].end, b = o.at[last];
        bool total = word_between(m, a, b, "donc") || word_between(m, a, b, "total");
        if (!total && last == 1 && !word_between(m, a, b, "ou") &&
            !word_between(m, a, b, "voire") && a != b && und_between(m, a - 1) != '-') {
            last = m->segs && dec_cmp(o.n[0].d, o.n[1].d) == 0 ? 1 : last;
        }
        bool either = word_between(m, a, b, "ou") || word_between(m, a, b, "voire") || a == b ||
                      und_between(m, a - 1) == '-';
        if (!total && (either || dec_cmp(o.n[last].d, o.n[last - 1].d) != 0)) {
            return doubt(m, r, INTENT_NUMBER, o.at[0], o.n[last].end, "several_numbers");
        }
    }
    struct dec half;
    if (und_word(m, o.n[last].end, "et") &&
        (und_word(m, o.n[last].end + 1, "demi") || und_word(m, o.n[last].end + 1, "demie")) &&
        dec_parse(STR("0.5"), &half) == OK && dec_add(o.n[last].d, half, &o.n[last].d) == OK) {
        o.n[last].end += 2;
    }
    return say_number(m, r, INTENT_NUMBER, o.n[last].d, o.at[last], o.n[last].end, 0.9,
                      "number");
}

/* ---- age */

static bool years_word(const struct und_msg *m, size_t i) {
    int32_t v = 0;
    size_t e;
    return i < m->n &&
           (und_edge_find(m, i, (uint16_t)und_map_get(&m->u->classes, STR("years"))) ||
            (und_class(m, i, CLS_UNIT, &e, &v) && v == 8));
}

bool und_age(struct und_msg *m, struct answer *r) {
    struct numbers o;
    size_t best = SIZE_MAX, plausible = 0;
    all_numbers(m, &o);
    for (size_t k = 0; k < o.count; k++) {
        size_t at = o.n[k].end;
        bool fits = o.n[k].whole && !o.n[k].ordinal && o.n[k].i >= 10 && o.n[k].i <= 110;
        if (fits && years_word(m, at)) {
            best = k;
            plausible = 1;
            break;
        }
        int32_t v;
        size_t e;
        bool month = und_class(m, at, CLS_UNIT, &e, &v);
        if (fits && !month) {
            plausible++;
            best = best == SIZE_MAX ? k : best;
        }
    }
    if (m->ask && m->ask->kind == ASK_AGE) {
        for (size_t i = 0; i < m->segs; i++) {
            if (m->seg[i].sig == SIG_DATE) {
                const struct und_when *w = &m->when[m->seg[i].val];
                if (!w->no_year && !w->d2.year && w->d.year < m->today.year - 5) {
                    und_answer_when(m, w, r);
                    und_say(m, r, INTENT_DATE, 0.9, "birth_date", m->seg[i].from, m->seg[i].to);
                    return true;
                }
            }
        }
    }
    if (best == SIZE_MAX) {
        return o.count > 0 && m->ask && m->ask->kind == ASK_AGE &&
               doubt(m, r, INTENT_AGE, o.at[0], o.n[0].end, "odd_age");
    }
    if (plausible > 1 && o.count > 1) {
        return doubt(m, r, INTENT_AGE, o.at[0], o.n[1].end, "two_ages");
    }
    int64_t age = o.n[best].i;
    size_t at = o.at[best], end = o.n[best].end;
    /* "je vais sur mes 19", "bientot 18", "18 dans 2 mois": not yet */
    int32_t v;
    size_t e;
    bool soon = at > 0 && (und_word(m, at - 1, "mes") || und_word(m, at - 1, "bientot") ||
                           und_word(m, at - 1, "presque"));
    soon = soon || (und_word(m, end + years_word(m, end), "dans") &&
                    und_class(m, end + years_word(m, end) + 2, CLS_UNIT, &e, &v));
    for (size_t i = 0; i < at; i++) {
        soon = soon || und_word(m, i, "aurai") ||
               (und_word(m, i, "vais") && und_word(m, i + 1, "avoir"));
        soon = soon || (und_word(m, i, "dans") && und_class(m, i + 2, CLS_UNIT, &e, &v));
    }
    age -= soon;
    return say_number(m, r, INTENT_AGE, dec_from_i64(age), at, end,
                      years_word(m, end) ? 0.95 : 0.8, "age");
}

/* ---- duration */

static const char *const UNIT[] = {"",     "second", "minute",  "hour", "day",
                                   "week", "month",  "quarter", "year"};

bool und_duration_at(const struct und_msg *m, size_t i, size_t *end, struct dec *n,
                     const char **unit) {
    struct und_num num;
    int32_t v;
    if (!und_number(m, i, &num) || num.ordinal) {
        return false;
    }
    if (!und_class(m, num.end, CLS_UNIT, end, &v)) {
        char c = num.end <= m->n ? und_after(m, num.end - 1) : 0;
        if (c != '"' || !num.digits) {
            return false;
        }
        v = 1;
        *end = num.end;
    }
    *n = num.d;
    *unit = UNIT[v];
    return true;
}

bool und_duration(struct und_msg *m, struct answer *r) {
    struct dec d;
    const char *unit;
    size_t end = 0, at = SIZE_MAX;
    for (size_t i = 0; i < m->n; i++) {
        size_t e;
        struct dec x;
        const char *u;
        if (und_duration_at(m, i, &e, &x, &u)) {
            at = i;
            end = e;
            d = x;
            unit = u;
            i = e - 1;
        }
    }
    if (at == SIZE_MAX) {
        return false;
    }
    struct val_builder *b = val_map_begin(m->a);
    val_put(b, "value", val_num(m->a, d));
    val_put(b, "unit", val_textz(m->a, unit));
    und_value(r, val_end(b));
    und_say(m, r, INTENT_DURATION, 0.85, "duration", at, end);
    return true;
}
