/* und_match.c - words of a question against words of a reply: options, and other ways to say
 * yes or no. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

#include <string.h>

uint16_t und_class_id(const struct und_msg *m, const char *name) {
    int32_t id = und_map_get(&m->u->classes, str_from(name));
    return id > 0 ? (uint16_t)id : 0;
}

struct und_msg *und_sub(struct und_msg *m, struct str text) {
    struct und_msg *s = ARENA_NEW(m->a, struct und_msg);
    s->u = m->u;
    s->a = m->a;
    s->today = m->today;
    s->now = m->now;
    und_norm(s, text);
    und_chart(s);
    return s;
}

static bool same_group(const struct und_msg *a, size_t i, const struct und_msg *b, size_t k) {
    const struct und_edge *x = und_edge_find(a, i, und_class_id(a, "same"));
    const struct und_edge *y = und_edge_find(b, k, und_class_id(b, "same"));
    return x && y && x->val == y->val;
}

static bool prefix_of(struct str a, struct str b) {
    size_t n = a.n < b.n ? a.n : b.n;
    size_t longer = a.n < b.n ? b.n : a.n;
    return n >= 4 && longer - n <= 4 && memcmp(a.p, b.p, n) == 0;
}

static int slips(struct str a, struct str b) {
    size_t head = 0, tail = 0;
    while (head < a.n && head < b.n && a.p[head] == b.p[head]) {
        head++;
    }
    while (tail < a.n - head && tail < b.n - head &&
           a.p[a.n - 1 - tail] == b.p[b.n - 1 - tail]) {
        tail++;
    }
    size_t x = a.n - head - tail, y = b.n - head - tail;
    if (x == 2 && y == 2 && a.p[head] == b.p[head + 1] && a.p[head + 1] == b.p[head]) {
        return 1;
    }
    return (int)(x > y ? x : y);
}

static bool same_sound(struct str x, struct str y) {
    char kx[64], ky[64];
    if (x.n < 4 || y.n < 4) {
        return false;
    }
    size_t nx = und_sound(x, kx, sizeof kx), ny = und_sound(y, ky, sizeof ky);
    return nx >= 3 && nx == ny && memcmp(kx, ky, nx) == 0;
}

bool und_same_word(const struct und_msg *a, size_t i, const struct und_msg *b, size_t k) {
    struct str x = a->tok[i].f, y = b->tok[k].f;
    if (str_eq(x, y)) {
        return true;
    }
    if (a->tok[i].num || b->tok[k].num) {
        return false;
    }
    return prefix_of(x, y) || (x.n >= 5 && y.n >= 5 && slips(x, y) <= 1) || same_sound(x, y) ||
           same_group(a, i, b, k);
}

/* ---- a question's own words for yes and no */

static bool is_guarded(const struct und_msg *m, size_t i) {
    return und_edge_find(m, i, m->u->sig[SIG_STOP]) ||
           und_edge_find(m, i, m->u->sig[SIG_DISTRESS]);
}

static void read_own(struct und_msg *m, const struct str *word, size_t n, int sig) {
    for (size_t i = 0; i < n; i++) {
        struct und_msg *own = und_sub(m, word[i]);
        if (own->n) {
            m->own[m->owns++] = (struct und_own){own, sig};
        }
    }
}

void und_own_read(struct und_msg *m, const struct ask *ask) {
    m->owns = 0;
    if (ask && ask->kind == ASK_YES_NO && ask->yes_n + ask->no_n > 0) {
        m->own = ARENA_ARRAY(m->a, struct und_own, ask->yes_n + ask->no_n);
        read_own(m, ask->yes, ask->yes_n, SIG_YES);
        read_own(m, ask->no, ask->no_n, SIG_NO);
    }
}

bool und_own_at(const struct und_msg *m, size_t i, const struct und_own *own) {
    if (i + own->m->n > m->n) {
        return false;
    }
    for (size_t k = 0; k < own->m->n; k++) {
        if (!und_same_word(m, i + k, own->m, k) || is_guarded(m, i + k)) {
            return false;
        }
    }
    return true;
}
