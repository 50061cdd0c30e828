/* und_chart.c - finds the phrases of the tables in a message, and the row that covers it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

#include <string.h>

/* Right to left: when token i is looked at, all edges that start after it are complete, so each
 * phrase that begins with a symbol of token i can be followed to its end at once. A phrase
 * found gives a new edge at i, which may begin further phrases. */

void und_edge_add(struct und_msg *m, size_t i, struct und_edge e) {
    struct und_edges *at = &m->at[i];
    for (uint16_t k = 0; und_edge_may(at, e.sym) && k < at->n; k++) {
        if (at->e[k].sym == e.sym && at->e[k].end == e.end && at->e[k].val == e.val) {
            return;
        }
    }
    if (at->n == UND_EDGES_MAX) {
        return;
    }
    if (at->n == at->cap) {
        uint16_t cap = at->cap ? (uint16_t)(at->cap * 2) : 16;
        struct und_edge *more = ARENA_ARRAY(m->a, struct und_edge, cap);
        if (at->n) {
            memcpy(more, at->e, at->n * sizeof *more);
        }
        at->e = more;
        at->cap = cap;
    }
    at->e[at->n++] = e;
    at->seen[und_edge_word(e.sym)] |= 1ULL << (e.sym & 63);
}

const struct und_edge *und_edge_longest(const struct und_edges *at, uint16_t sym) {
    const struct und_edge *best = NULL;
    for (uint16_t k = 0; k < at->n; k++) {
        const struct und_edge *e = &at->e[k];
        if (e->sym == sym && (!best || e->end > best->end)) {
            best = e;
        }
    }
    return best;
}

#define BRK_CLAUSE (BRK_COMMA | BRK_END | BRK_Q | BRK_LINE | BRK_BANG)

static bool clause_starts(const struct und_msg *m, size_t i) {
    return i == 0 || (m->tok[i - 1].brk & BRK_CLAUSE) != 0;
}

struct walk {
    struct und_msg *m;
    const struct und_rule *r;
    uint16_t number;
    size_t from;
    int budget; /* steps of one phrase at one place: keeps '...' from exploding */
};

static void walk_on(struct walk *w, uint8_t k, size_t pos, uint8_t miss, uint8_t fuzz);

static void walk_edges(struct walk *w, uint8_t k, size_t pos, uint8_t miss, uint8_t fuzz) {
    const struct und_edges *at = &w->m->at[pos];
    uint16_t sym = w->r->e[k].sym;
    if (!und_edge_may(at, sym)) {
        return;
    }
    for (uint16_t i = 0; i < at->n; i++) {
        if (at->e[i].sym == sym) {
            walk_on(w, (uint8_t)(k + 1), at->e[i].end, (uint8_t)(miss + at->e[i].miss),
                    (uint8_t)(fuzz + at->e[i].fuzz));
        }
    }
}

#define TAIL_MAX 8 /* words a final ".." may swallow */

static bool tail_ends(const struct und_msg *m, size_t pos) {
    return (m->tok[pos - 1].brk & BRK_CLAUSE) != 0 ||
           und_edge_find(m, pos, m->u->sig[SIG_BUT]) ||
           und_edge_find(m, pos, m->u->sig[SIG_FINALLY]);
}

static void walk_end(struct walk *w, size_t pos, uint8_t miss, uint8_t fuzz) {
    const struct und_msg *m = w->m;
    if (w->r->asks && !(m->tok[pos - 1].brk & BRK_Q)) {
        return;
    }
    if (w->r->at_end && pos < m->n && !(m->tok[pos - 1].brk & BRK_CLAUSE)) {
        return;
    }
    struct und_edge e = {.sym = w->r->lhs,
                         .end = (uint16_t)pos,
                         .rule = w->number,
                         .miss = miss,
                         .fuzz = fuzz,
                         .val = w->r->val};
    und_edge_add(w->m, w->from, e);
    for (uint8_t k = 1; w->r->open_end && k <= TAIL_MAX && pos < m->n && !tail_ends(m, pos);
         k++) {
        e.end = (uint16_t)++pos;
        e.tail = k;
        und_edge_add(w->m, w->from, e);
    }
}

static void walk_on(struct walk *w, uint8_t k, size_t pos, uint8_t miss, uint8_t fuzz) {
    if (w->budget-- <= 0) {
        return;
    }
    if (k == w->r->n) {
        walk_end(w, pos, miss, fuzz);
        return;
    }
    const struct und_elem *e = &w->r->e[k];
    if (e->opt) {
        walk_on(w, (uint8_t)(k + 1), pos, miss, fuzz);
    }
    for (uint8_t skip = 0; skip <= e->gap && pos + skip < w->m->n; skip++) {
        /* a gap stays inside its sentence */
        if (skip && w->m->tok[pos + skip - 1].brk & (BRK_END | BRK_Q | BRK_LINE | BRK_BANG)) {
            return;
        }
        walk_edges(w, k, pos + skip, (uint8_t)(miss + skip), fuzz);
    }
}

static void try_rule(struct und_msg *m, size_t i, const struct und_edge *e, uint16_t number) {
    const struct und_rule *r = &m->u->rule[number];
    if (!r->at_start || clause_starts(m, i)) {
        struct walk w = {m, r, number, i, 200};
        walk_on(&w, 1, e->end, e->miss, e->fuzz);
    }
}

/* Phrases that begin with the edge `e` at token i, in the order of the tables. Hundreds begin
 * with "je"; most have no word in common with the rest. */
static void follow(struct und_msg *m, size_t i, const struct und_edge e) {
    const struct und *u = m->u;
    const uint64_t *seen = m->at[e.end].seen;
    uint16_t *chosen = m->chosen;
    size_t n = 0;
    for (uint32_t g = u->first[e.sym]; g < u->first[e.sym + 1]; g++) {
        if (!(seen[u->group[g].word] >> u->group[g].bit & 1)) {
            continue;
        }
        for (uint32_t k = u->group[g].from; k < u->group[g + 1].from; k++) {
            const struct und_start *s = &u->start[k];
            if (!(seen[s->word] >> s->bit & 1)) {
                continue;
            }
            size_t at = n++;
            for (; at > 0 && chosen[at - 1] > s->rule; at--) {
                chosen[at] = chosen[at - 1];
            }
            chosen[at] = s->rule;
        }
    }
    for (size_t k = 0; k < n; k++) {
        try_rule(m, i, &e, chosen[k]);
    }
}

static void seed_code(struct und_msg *m, size_t i) {
    struct und_num num;
    struct und_when w = {0};
    struct dec d;
    const char *unit;
    size_t end;
    if (und_number(m, i, &num)) {
        int32_t val = num.whole && num.i >= 0 && num.i < 1000000 ? (int32_t)num.i : -1;
        und_edge_add(
            m, i,
            (struct und_edge){.sym = m->u->sig[SIG_NUM], .end = (uint16_t)num.end, .val = val});
    }
    if (und_duration_at(m, i, &end, &d, &unit)) {
        und_edge_add(m, i,
                     (struct und_edge){.sym = m->u->sig[SIG_DURATION], .end = (uint16_t)end});
    }
    m->dated = m->dated || und_when_word(m, i);
    bool may = m->dated || und_edge_any(m->at[i].seen, m->u->dates) ||
               und_edge_any(m->at[i + 1].seen + UND_SEEN, m->u->dates);
    m->dates_sought = m->dates_sought || may;
    if (may && und_when(m, i, &end, &w)) {
        if (m->whens == m->whens_cap) {
            struct und_when *more = ARENA_ARRAY(m->a, struct und_when, m->whens_cap * 2 + 8);
            if (m->whens) {
                memcpy(more, m->when, m->whens * sizeof *more);
            }
            m->whens_cap = m->whens_cap * 2 + 8;
            m->when = more;
        }
        m->when[m->whens] = w;
        und_edge_add(m, i,
                     (struct und_edge){.sym = m->u->sig[w.date ? SIG_DATE : SIG_TIME],
                                       .end = (uint16_t)end,
                                       .val = (int32_t)m->whens++});
    }
}

static void seed_words(struct und_msg *m, size_t i) {
    const struct und_tok *t = &m->tok[i];
    struct und_edge name = {.sym = m->u->cls[CLS_NAMEWORD], .end = (uint16_t)(i + 1)};
    char first = m->text.p[t->off];
    bool upper = i > 0 && first >= 'A' && first <= 'Z';
    for (uint8_t s = 0; s < t->nsym; s++) {
        und_edge_add(
            m, i,
            (struct und_edge){.sym = t->sym[s], .end = (uint16_t)(i + 1), .fuzz = t->fuzz});
    }
    bool capital = upper && t->f.n >= 3 && !t->cont && m->text.p[t->end - 1] >= 'a' &&
                   !(m->tok[i - 1].brk & (BRK_END | BRK_LINE | BRK_BANG | BRK_Q));
    bool strange = !t->known && t->f.n >= 3 && (!t->fuzz || upper);
    if (capital || strange) {
        und_edge_add(m, i, name);
    }
}

void und_chart(struct und_msg *m) {
    m->at = ARENA_ARRAY(m->a, struct und_edges, m->n + 1);
    m->known = ARENA_ARRAY(m->a, struct und_known, m->n + 1);
    m->chosen = ARENA_ARRAY(m->a, uint16_t, m->u->most);
    m->at[m->n].seen[0] = m->at[m->n].seen[UND_SEEN] = 1;
    for (size_t i = m->n; i-- > 0;) {
        struct und_edges *at = &m->at[i];
        uint16_t k = 0;
        at->seen[0] = 1;
        seed_words(m, i);
        for (; k < at->n; k++) {
            follow(m, i, at->e[k]);
        }
        seed_code(m, i); /* numbers and dates read the classes found above */
        for (; k < at->n; k++) {
            follow(m, i, at->e[k]);
        }
        for (int s = 0; s < UND_SEEN; s++) {
            at->seen[UND_SEEN + s] = at->seen[s] | m->at[i + 1].seen[UND_SEEN + s];
        }
    }
}

bool und_has(const struct und_msg *m, enum und_signal s) {
    for (size_t i = 0; i < m->n; i++) {
        if (und_edge_find(m, i, m->u->sig[s])) {
            return true;
        }
    }
    return false;
}

/* ---- the cheapest row of signals */

enum { COST_UNKNOWN = 10, COST_EDGE = 5, COST_MISS = 7, COST_TAIL = 2, COST_FUZZ = 2 };

/* Signals are the first symbols defined, in order (und_load). */
static int signal_of(uint16_t sym) {
    return sym >= 1 && sym <= SIG_COUNT ? (int)sym - 1 : -1;
}

/* At equal length the earlier in this order wins by a little. */
static int signal_bias(int sig) {
    switch (sig) {
    case SIG_DISTRESS:
    case SIG_NOTDISTRESS:
    case SIG_NOTSTOP:
    case SIG_NOTWRONG:
    case SIG_STOP:
    case SIG_CANT:
    case SIG_DISTRESSDOUBT:
        return 0;
    case SIG_ASIDE:
    case SIG_NUM:
    case SIG_WHERE:
    case SIG_CHAT:
        return 3;
    case SIG_DATE:
    case SIG_TIME:
    case SIG_DURATION:
    case SIG_SITUATION:
    case SIG_REASON:
    case SIG_NICE:
    case SIG_VAGUE:
        return 2;
    default:
        return 1;
    }
}

struct cell {
    int cost;
    uint16_t from;
    int16_t sig;
    const struct und_edge *e;
};

static void relax(struct cell *c, int cost, size_t from, int sig, const struct und_edge *e) {
    if (cost < c->cost) {
        *c = (struct cell){cost, (uint16_t)from, (int16_t)sig, e};
    }
}

static void collect(struct und_msg *m, const struct cell *c) {
    size_t count = 0;
    for (size_t at = m->n; at > 0; at = c[at].from) {
        count++;
    }
    m->seg = ARENA_ARRAY(m->a, struct und_seg, count + 1);
    m->segs = count;
    m->sure_unknown = 0;
    for (size_t at = m->n; at > 0; at = c[at].from) {
        const struct und_edge *e = c[at].e;
        m->seg[--count] = (struct und_seg){c[at].sig,      c[at].from,      (uint16_t)at,
                                           e ? e->val : 0, e ? e->rule : 0, e ? e->fuzz : 0};
        m->sure_unknown += c[at].sig < 0 && !m->tok[c[at].from].cont;
    }
}

void und_segment(struct und_msg *m, uint64_t mask) {
    struct cell *c = ARENA_ARRAY(m->a, struct cell, m->n + 1);
    for (size_t i = 1; i <= m->n; i++) {
        c[i].cost = 1 << 28;
    }
    for (size_t i = 0; i < m->n; i++) {
        relax(&c[i + 1], c[i].cost + COST_UNKNOWN, i, -1, NULL);
        for (uint16_t k = 0; k < m->at[i].n; k++) {
            const struct und_edge *e = &m->at[i].e[k];
            int sig = signal_of(e->sym);
            if (sig >= 0 && mask >> sig & 1) {
                relax(&c[e->end],
                      c[i].cost + COST_EDGE + signal_bias(sig) + COST_MISS * e->miss +
                          COST_TAIL * e->tail + COST_FUZZ * e->fuzz,
                      i, sig, e);
            }
        }
        for (size_t k = 0; k < m->owns; k++) {
            const struct und_own *own = &m->own[k];
            if (und_own_at(m, i, own)) {
                /* the author knows better than the tables what these words say here */
                relax(&c[i + own->m->n], c[i].cost + COST_EDGE - 1, i, own->sig, NULL);
            }
        }
    }
    collect(m, c);
}

/* What reaches beyond the cut is no reading of what is left. */
static void cut(struct und_msg *m, size_t n) {
    memset(m->known, 0, m->n * sizeof *m->known);
    m->n = n;
    for (size_t i = 0; i < n; i++) {
        uint16_t kept = 0;
        for (uint16_t k = 0; k < m->at[i].n; k++) {
            if (m->at[i].e[k].end <= n) {
                m->at[i].e[kept++] = m->at[i].e[k];
            }
        }
        m->at[i].n = kept;
    }
}

void und_cut_signature(struct und_msg *m) {
    int32_t sym = und_map_get(&m->u->classes, STR("signature"));
    for (size_t i = 1; sym > 0 && i < m->n; i++) {
        if (m->tok[i - 1].brk & (BRK_LINE | BRK_END | BRK_BANG) &&
            und_edge_find(m, i, (uint16_t)sym)) {
            cut(m, i);
        }
    }
    for (size_t i = 1; i < m->n; i++) { /* "-- " on a line of its own (RFC 3676) */
        struct str gap = str_sub(m->text, m->tok[i - 1].end, m->tok[i].off - m->tok[i - 1].end);
        if (m->tok[i].off > m->tok[i - 1].end && m->tok[i - 1].brk & BRK_LINE &&
            str_find(gap, STR("--"), 0) != SIZE_MAX) {
            cut(m, i);
        }
    }
}
