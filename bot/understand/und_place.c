/* und_place.c - a postcode, a commune, or both (the postcode then wins). */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

static bool doubt(struct und_msg *m, struct answer *r, const char *rule) {
    und_value(r, &VAL_NIL);
    und_say(m, r, INTENT_UNCLEAR, 0.3, rule, 0, m->n);
    r->second = INTENT_POSTCODE;
    return true;
}

static bool plausible(int64_t v) {
    return v >= 1000 && v <= 98999;
}

/* 77100, 77 100, F-77100 at token i. */
static bool post_at(const struct und_msg *m, size_t i, size_t *end, int64_t *ret) {
    if (!und_digits(m, i)) {
        return false;
    }
    if (m->tok[i].f.n == 5) {
        *ret = m->tok[i].n;
        *end = i + 1;
        return plausible(*ret);
    }
    char sep = und_between(m, i);
    if (m->tok[i].f.n == 2 && und_digits(m, i + 1) && m->tok[i + 1].f.n == 3 &&
        (sep == ' ' || sep == '.')) {
        *ret = m->tok[i].n * 1000 + m->tok[i + 1].n;
        *end = i + 2;
        return plausible(*ret);
    }
    if (m->tok[i].f.n == 3 && und_digits(m, i + 1) && m->tok[i + 1].f.n == 2 && sep == ' ') {
        *ret = m->tok[i].n * 100 + m->tok[i + 1].n;
        *end = i + 2;
        return plausible(*ret);
    }
    return false;
}

/* "soixante dix sept mille cent", "soixante dix sept cent" */
static bool spoken(const struct und_msg *m, size_t i, size_t *end, int64_t *ret) {
    struct und_num a, b;
    if (und_digits(m, i) || !und_number(m, i, &a) || !a.whole || a.ordinal) {
        return false;
    }
    *end = a.end;
    *ret = a.i;
    if (a.i >= 1000 && a.i % 1000 == 0 && und_number(m, a.end, &b) && b.whole && b.i < 1000) {
        *ret = a.i + b.i;
        *end = b.end;
    } else if (a.i < 99 && a.end < m->n && und_number(m, a.end, &b) && b.whole && b.i < 1000 &&
               b.i >= 100) {
        *ret = a.i * 1000 + b.i;
        *end = b.end;
    }
    return *ret >= 1000 && *ret <= 98999;
}

struct places {
    int64_t post[4];
    size_t posts, at, end;
    bool now;        /* "maintenant", "la" stands beside the last */
    bool wrong, odd; /* digits that are no postcode */
};

static void gather(const struct und_msg *m, struct places *p) {
    for (size_t i = 0; i < m->n; i++) {
        size_t end = i + 1;
        int64_t v;
        if (post_at(m, i, &end, &v) || spoken(m, i, &end, &v)) {
            if (p->posts < 4) {
                p->post[p->posts++] = v;
            }
            p->at = i;
            p->end = end;
            i = end - 1;
        } else if (und_digits(m, i)) {
            p->wrong = true;
            p->odd = p->odd || m->tok[i].f.n > 2;
        }
        p->now = p->now || und_word(m, i, "maintenant");
    }
}

static bool better(const struct und_town *t, size_t len, const struct und_town *best,
                   size_t best_len) {
    return t && (!best || len > best_len);
}

static const struct und_town *find_town(const struct und_msg *m, bool near, size_t *at,
                                        size_t *end, bool *two) {
    const struct und_town *best = NULL;
    size_t best_len = 0;
    int32_t skip = und_map_get(&m->u->classes, STR("not_a_town"));
    for (size_t i = 0; i < m->n; i++) {
        size_t e = i + 1;
        if (m->tok[i].num) {
            continue;
        }
        const struct und_town *t = und_commune_at(m, i, &e, near);
        if (t && e == i + 1 && skip > 0 && und_edge_find(m, i, (uint16_t)skip)) {
            t = NULL; /* a common word that is also a village */
        }
        bool nested = best && i < *end;
        if (t && best && !nested && !str_eq(t->name, best->name)) {
            *two = true;
        }
        if (!nested && better(t, t ? t->name.n : 0, best, best_len)) {
            best = t;
            best_len = t->name.n;
            *at = i;
            *end = e;
        }
    }
    return best;
}

bool und_place(struct und_msg *m, struct answer *r) {
    struct places p = {0};
    gather(m, &p);
    if (p.posts > 1 && !p.now) {
        return doubt(m, r, "two_postcodes");
    }
    if (p.posts) {
        und_value(r,
                  val_text(m->a, arena_printf(m->a, "%05lld", (long long)p.post[p.posts - 1])));
        und_say(m, r, INTENT_POSTCODE,
                und_commune_post(m->u, (uint32_t)p.post[p.posts - 1]) ? 0.97 : 0.8, "postcode",
                p.at, p.end);
        return true;
    }
    size_t at = 0, end = 0;
    bool two = false;
    const struct und_town *t = find_town(m, false, &at, &end, &two);
    if (!t && !p.wrong) {
        t = find_town(m, true, &at, &end, &two);
    }
    if (t && two && und_has(m, SIG_OR)) {
        return doubt(m, r, "two_towns");
    }
    bool beside = at > 1 && und_word(m, at - 1, "de") &&
                  (und_word(m, at - 2, "cote") || und_word(m, at - 2, "pres") ||
                   und_word(m, at - 2, "loin"));
    if (t && (p.odd || beside)) {
        return doubt(m, r, "near_a_town");
    }
    if (t) {
        und_value(r, val_text(m->a, t->name));
        und_say(m, r, INTENT_TOWN, 0.85, "commune", at, end);
        return true;
    }
    if (p.wrong) {
        return doubt(m, r, "no_postcode");
    }
    return false;
}
