/* words.c - texts to words, and how words are compared. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/words.h"

#include "base/text.h"
#include "base/text_form.h"

struct list {
    struct arena *a;
    struct str *item;
    size_t n, cap;
    bool over;
};

static void add(struct list *l, struct str s) {
    if (l->n == EXPR_ITEMS_MAX) {
        l->over = true;
        return;
    }
    if (l->n == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 8;
        struct str *more = ARENA_ARRAY(l->a, struct str, cap);
        for (size_t i = 0; i < l->n; i++) {
            more[i] = l->item[i];
        }
        l->item = more;
        l->cap = cap;
    }
    l->item[l->n++] = s;
}

static bool in_word(uint32_t cp, bool french) {
    if (cp == '_' || cp == '\'') {
        return true;
    }
    if (french && (cp == 0x2019 || cp == 0x2BC)) {
        return true;
    }
    return text_is_letter(cp) || text_form_is_number(cp) || text_form_is_mark(cp);
}

static void tokenize(struct str s, bool french, struct list *l) {
    size_t from = 0;
    bool inside = false;
    for (size_t i = 0; i < s.n && !l->over;) {
        size_t at = i;
        uint32_t cp = text_next(s, &i);
        bool word = in_word(cp, french);
        if (inside && !word) {
            add(l, str_sub(s, from, at - from));
        }
        if (word && !inside) {
            from = at;
        }
        inside = word;
        if (!word && text_form_is_symbol(cp)) {
            add(l, str_sub(s, at, i - at));
        }
    }
    if (inside) {
        add(l, str_sub(s, from, s.n - from));
    }
}

static bool has_char(struct str set, uint32_t cp) {
    for (size_t i = 0; i < set.n;) {
        if (text_next(set, &i) == cp) {
            return true;
        }
    }
    return false;
}

size_t words_split(struct str s, struct str delimiters, struct arena *a, const struct str **ret,
                   bool *over) {
    struct list l = {.a = a};
    if (!delimiters.n) {
        tokenize(s, false, &l);
    } else {
        size_t from = 0;
        for (size_t i = 0; i <= s.n && !l.over;) {
            size_t at = i;
            bool cut = i == s.n || has_char(delimiters, text_next(s, &i));
            if (cut && at > from) {
                add(&l, str_sub(s, from, at - from));
            }
            if (at == s.n) {
                break;
            }
            from = cut ? i : from;
        }
    }
    *ret = l.item;
    *over = l.over;
    return l.n;
}

size_t expr_tokenize(struct str s, struct arena *a, const struct str **ret) {
    bool over;
    return words_split(s, STR(""), a, ret, &over);
}

size_t words_of(struct str s, const struct expr_env *env, struct arena *a,
                const struct str **ret) {
    struct list l = {.a = a};
    tokenize(s, env->french, &l);
    *ret = l.item;
    return l.n;
}

/* Letters that Arabic, Persian and Pashto keyboards write differently. After NFKD, so that
 * hamza and madda are marks of their own. Source: the differences that Unicode lists between
 * the Arabic and the Extended Arabic letters of the same shape. */
static uint32_t arabic_base(uint32_t cp) {
    static const struct {
        uint16_t from, to;
    } SAME[] = {{0x622, 0x627}, {0x649, 0x6CC}, {0x64A, 0x6CC}, {0x6D0, 0x6CC}, {0x6CD, 0x6CC},
                {0x626, 0x6CC}, {0x643, 0x6A9}, {0x6AB, 0x6A9}, {0x67C, 0x62A}, {0x689, 0x62F},
                {0x693, 0x631}, {0x6BC, 0x646}, {0x69A, 0x634}, {0x698, 0x696}};
    if (cp >= 0x660 && cp <= 0x669) {
        return cp - 0x660 + 0x6F0;
    }
    for (size_t i = 0; i < sizeof(SAME) / sizeof(SAME[0]); i++) {
        if (cp == SAME[i].from) {
            return SAME[i].to;
        }
    }
    return text_form_lower(cp);
}

/* The skeleton keeps kra and kappa apart from k; readers do not. */
static uint32_t latin_k(uint32_t cp) {
    return cp == 0x138 ? 'k' : text_form_lower(cp);
}

struct str words_collate(struct str s, enum expr_collation how, struct arena *a) {
    switch (how) {
    case EXPR_COLLATE_CONFUSABLES:
        return text_form_map(text_form_skeleton(s, a), latin_k, a);
    case EXPR_COLLATE_ARABIC:
        return text_form_map(text_form_nfkd(s, a), arabic_base, a);
    case EXPR_COLLATE_DEFAULT:
        break;
    }
    return text_form_map(s, text_form_lower, a);
}

struct str words_fold(struct str s, const struct expr_env *env, struct arena *a) {
    if (env->french) {
        return text_fold(s, a);
    }
    return words_collate(s, env->collation, a);
}

bool expr_collate_equals(struct str x, struct str y, enum expr_collation how,
                         struct arena *tmp) {
    return str_eq(words_collate(x, how, tmp), words_collate(y, how, tmp));
}

struct str expr_snakify(struct str s, struct arena *a) {
    s = text_form_trim(s);
    char *out = arena_array(a, s.n + 1, 4);
    size_t n = 0;
    bool gap = false;
    for (size_t i = 0; i < s.n;) {
        uint32_t cp = text_next(s, &i);
        if (!text_is_letter(cp) && !(cp >= '0' && cp <= '9') && cp != '_') {
            gap = true;
            continue;
        }
        if (gap) {
            out[n++] = '_';
            gap = false;
        }
        n += text_put(text_form_lower(cp), out + n);
    }
    if (gap) {
        out[n++] = '_';
    }
    return (struct str){out, n};
}
