/* und_choice.c - which of the options: by digit, rank, word, synonym; several at once. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

#include <string.h>

#define OPTIONS_MAX 32

struct label { /* an option, read like a message so that the same tables serve */
    struct und_msg *m;
    bool yes, no;
};

struct choice {
    struct und_msg *m;
    size_t n;
    struct label label[OPTIONS_MAX];
    uint32_t hit[UND_TOKENS_MAX];   /* by token: bit set of the options it speaks for */
    uint32_t exact[UND_TOKENS_MAX]; /* the same, letter for letter */
    uint32_t whole;                 /* options whose label stands whole in the message */
};

static bool doubt(struct und_msg *m, struct answer *r, const char *rule) {
    und_value(r, &VAL_NIL);
    und_say(m, r, INTENT_UNCLEAR, 0.3, rule, 0, m->n);
    r->second = INTENT_CHOICE;
    return true;
}

static void read_labels(struct choice *c) {
    for (size_t i = 0; i < c->n; i++) {
        struct und_msg *s = und_sub(c->m, c->m->ask->option[i].label);
        c->label[i].m = s;
        const struct und_edge *y = s->n ? und_edge_find(s, 0, s->u->sig[SIG_YES]) : NULL;
        const struct und_edge *no = s->n ? und_edge_find(s, 0, s->u->sig[SIG_NO]) : NULL;
        c->label[i].yes = y && y->end == s->n;
        c->label[i].no = no && no->end == s->n;
    }
}

/* Words that name nothing by themselves. */
static bool is_empty_word(const struct und_msg *m, size_t i) {
    uint16_t empty = und_class_id(m, "empty_word");
    return empty && und_edge_find(m, i, empty) != NULL;
}

static bool is_hour_mark(const struct und_msg *m, size_t i) {
    int32_t v;
    size_t e;
    return und_class(m, i, CLS_HOURWORD, &e, &v);
}

/* A number that is part of a label ("14h") speaks for the option, not for its rank. */
static void match_tokens(struct choice *c, const struct und_msg *l, size_t option) {
    struct und_msg *m = c->m;
    for (size_t i = 0; i < m->n; i++) {
        for (size_t k = 0; k < l->n; k++) {
            bool num = m->tok[i].num && is_hour_mark(m, i + 1) && is_hour_mark(l, k + 1);
            if (m->tok[i].num ? num && m->tok[i].n == l->tok[k].n
                              : !is_empty_word(m, i) && !is_hour_mark(m, i) &&
                                    und_same_word(m, i, l, k)) {
                c->hit[i] |= 1U << option;
                c->exact[i] |= str_eq(m->tok[i].f, l->tok[k].f) ? 1U << option : 0;
            }
        }
    }
    for (size_t i = 0; i + l->n <= m->n && l->n; i++) {
        size_t k = 0;
        while (k < l->n && und_same_word(m, i + k, l, k)) {
            k++;
        }
        if (k == l->n) {
            c->whole |= 1U << option;
        }
    }
}

/* A word of two labels tells nothing where another word tells them apart. */
static uint32_t votes(struct choice *c, bool *torn) {
    uint32_t sure = 0, shared = 0, all = ~0U;
    for (size_t i = 0; i < c->m->n; i++) {
        /* "cdi" is the label CDI before it is a cousin of CDD */
        uint32_t h = c->exact[i] ? c->exact[i] : c->hit[i];
        if (h && (h & (h - 1)) == 0) {
            sure |= h;
        } else if (h) {
            shared |= h;
        }
        all &= h ? h : ~0U;
    }
    *torn = !sure && shared && (all & (all - 1)) != 0;
    return sure ? sure : shared && (all & (all - 1)) == 0 ? all : 0;
}

static bool say(struct und_msg *m, struct answer *r, uint32_t set, double conf,
                const char *rule) {
    const struct val *item[OPTIONS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < OPTIONS_MAX; i++) {
        if (set >> i & 1) {
            item[n++] = val_int(m->a, (int64_t)i + 1);
        }
    }
    und_value(r, n == 1 ? item[0] : val_list(m->a, item, n));
    und_say(m, r, INTENT_CHOICE, conf, rule, 0, m->n);
    return true;
}

struct ranks {
    uint32_t set;
    size_t count;
    bool outside, either, plural;
};

static void add_rank(struct ranks *k, int64_t n, size_t options) {
    k->count++;
    if (n >= 1 && n <= (int64_t)options) {
        k->set |= 1U << (n - 1);
    } else {
        k->outside = true;
    }
}

static struct ranks by_rank(struct choice *c) {
    struct und_msg *m = c->m;
    struct ranks k = {0};
    for (size_t i = 0; i < m->n; i++) {
        int32_t v;
        size_t e;
        if (c->hit[i] || is_hour_mark(m, i + 1)) {
            continue;
        }
        if (m->tok[i].num) {
            add_rank(&k, m->tok[i].f.n <= 3 ? m->tok[i].n : 999, c->n);
            k.either = k.either || (und_between(m, i) == '/' && und_digits(m, i + 1)) ||
                       m->tok[i].minus;
            k.plural = k.plural || (i > 0 && und_word(m, i - 1, "les"));
        } else if (und_class(m, i, CLS_ORDINAL, &e, &v) &&
                   !(i > 0 && und_word(m, i - 1, "en"))) {
            add_rank(&k, v, c->n);
        } else if (und_class(m, i, CLS_UNITWORD, &e, &v) && v > 0 &&
                   (m->n <= 3 || !(und_word(m, i, "un") || und_word(m, i, "une"))) &&
                   !(i + 1 < m->n && c->hit[i + 1])) {
            add_rank(&k, v, c->n);
            k.plural = k.plural || (i > 0 && und_word(m, i - 1, "les"));
        } else if (und_word(m, i, "dernier") || und_word(m, i, "derniere")) {
            add_rank(&k, (int64_t)c->n, c->n);
        }
    }
    return k;
}

static bool has_word(const struct und_msg *m, const char *w) {
    for (size_t i = 0; i < m->n; i++) {
        if (und_word(m, i, w)) {
            return true;
        }
    }
    return false;
}

static bool lists(const struct und_msg *m) {
    for (size_t i = 0; i + 1 < m->n; i++) {
        char b = und_between(m, i);
        if (b == ',' || b == '+' || b == '&' || m->tok[i].brk & (BRK_COMMA | BRK_LINE)) {
            return true;
        }
    }
    return has_word(m, "et") || has_word(m, "plus") || has_word(m, "aussi");
}

static uint32_t yes_no_option(struct choice *c) {
    uint32_t set = 0;
    bool y = false, n = false;
    for (size_t i = 0; i < c->m->segs; i++) {
        y = y || c->m->seg[i].sig == SIG_YES || c->m->seg[i].sig == SIG_ACK;
        n = n || c->m->seg[i].sig == SIG_NO || c->m->seg[i].sig == SIG_CANT;
    }
    for (size_t i = 0; i < c->n; i++) {
        set |= (c->label[i].yes && y && !n) || (c->label[i].no && n && !y) ? 1U << i : 0;
    }
    return set;
}

static uint32_t only_bit(uint32_t x) {
    return x && (x & (x - 1)) == 0 ? x : 0;
}

/* "pas formation, emploi": what stands behind "pas" up to the comma. */
static uint32_t refused_options(const struct choice *c) {
    uint32_t set = 0;
    for (size_t i = 0; i < c->m->n; i++) {
        bool no = und_word(c->m, i, "pas") || und_word(c->m, i, "sauf");
        for (size_t k = i; no && k < c->m->n && k < i + 4; k++) {
            set |= c->hit[k];
            no = !(c->m->tok[k].brk & (BRK_COMMA | BRK_END | BRK_LINE)) &&
                 !und_word(c->m, k + 1, "mais");
        }
    }
    return set;
}

/* "mardi 15h" where mardi is at 14h. */
static bool wrong_hour(const struct choice *c) {
    bool any = false, hit = false, labels = false;
    for (size_t i = 0; i + 1 < c->m->n; i++) {
        bool hour = c->m->tok[i].num && is_hour_mark(c->m, i + 1);
        any = any || hour;
        hit = hit || (hour && c->hit[i]);
    }
    for (size_t k = 0; k < c->n; k++) {
        for (size_t i = 0; i + 1 < c->label[k].m->n; i++) {
            labels = labels || is_hour_mark(c->label[k].m, i + 1);
        }
    }
    return any && !hit && labels;
}

/* The option itself is worded so: "pas encore". */
static bool says_pas(const struct choice *c) {
    bool found = false;
    for (size_t k = 0; k < c->n; k++) {
        found = found || ((c->whole >> k & 1) && has_word(c->label[k].m, "pas"));
    }
    return found;
}

static bool decide(struct choice *c, struct answer *r) {
    struct und_msg *m = c->m;
    bool torn = false;
    uint32_t word = votes(c, &torn), yn = yes_no_option(c);
    struct ranks k = by_rank(c);
    if (only_bit(c->whole) && !k.count && !has_word(m, "ou") &&
        only_bit(word | c->whole) == 0 && !lists(m)) {
        word = c->whole;
    }
    /* a label of common words ("Je cherche") speaks only as a whole */
    if (!word && !torn && !k.count && only_bit(c->whole) && !has_word(m, "ou")) {
        word = c->whole;
    }
    bool negated = und_has(m, SIG_NONE) || (has_word(m, "pas") && !only_bit(c->whole)) ||
                   has_word(m, "sauf");
    if (!word && !k.count && only_bit(yn)) {
        return say(m, r, yn, 0.85, "option_yes_no");
    }
    uint32_t refused = refused_options(c);
    if (refused && only_bit(word & ~refused)) {
        return say(m, r, word & ~refused, 0.8, "the_other_option");
    }
    if (refused && !says_pas(c)) {
        return doubt(m, r, "an_option_refused");
    }
    if (negated && (word || k.count || torn || und_has(m, SIG_NONE))) {
        return doubt(m, r, "an_option_refused");
    }
    if ((has_word(m, "ou") || k.either) && (word || k.count)) {
        return doubt(m, r, "one_or_the_other");
    }
    if (word && wrong_hour(c)) {
        return doubt(m, r, "not_at_that_hour");
    }
    if (k.outside || k.plural || (torn && !k.count)) {
        return doubt(m, r, "no_such_option");
    }
    if (k.count && (!word || word == k.set)) {
        return k.count == 1 || lists(m) || k.set != only_bit(k.set)
                   ? say(m, r, k.set, 0.95, "option_number")
                   : say(m, r, k.set, 0.9, "option_number");
    }
    if (k.count && word) {
        return only_bit(word) && (word & k.set) ? say(m, r, word, 0.7, "option_word")
                                                : doubt(m, r, "number_against_word");
    }
    if (!word) {
        return false;
    }
    if (only_bit(word) || lists(m)) {
        return say(m, r, word, m->sure_unknown > 3 ? 0.7 : 0.9, "option_word");
    }
    return doubt(m, r, "several_options");
}

bool und_choice(struct und_msg *m, struct answer *r) {
    struct choice *c = ARENA_NEW(m->a, struct choice);
    bool asks = false;
    for (size_t i = 0; i < m->segs; i++) {
        asks = asks || m->seg[i].sig == SIG_HELP;
    }
    c->m = m;
    c->n = m->ask->options < OPTIONS_MAX ? m->ask->options : OPTIONS_MAX;
    read_labels(c);
    for (size_t i = 0; i < c->n; i++) {
        match_tokens(c, c->label[i].m, i);
        for (size_t k = 0; k < m->ask->option[i].synonyms; k++) {
            match_tokens(c, und_sub(m, m->ask->option[i].synonym[k]), i);
        }
    }
    if (asks && (m->question || !c->whole)) {
        return false;
    }
    if (decide(c, r)) {
        return true;
    }
    if (und_has(m, SIG_MAYBE) && !und_has(m, SIG_HELP)) {
        und_say(m, r, INTENT_MAYBE, 0.8, "maybe", 0, m->n);
        return true;
    }
    if (und_has(m, SIG_ALL) || und_has(m, SIG_YES) || und_has(m, SIG_ACK)) {
        return doubt(m, r, "no_option_named");
    }
    return false;
}
