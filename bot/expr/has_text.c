/* has_text.c - router tests on the words and characters of a text. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/rx.h"
#include "base/text.h"
#include "base/text_form.h"
#include "bot/expr/convert.h"
#include "bot/expr/functions.h"
#include "bot/expr/phonefind.h"
#include "bot/expr/rxcache.h"
#include "bot/expr/words.h"

/* Words as written and as compared. */
struct bag {
    const struct str *word;
    struct str *fold;
    size_t n;
};

static const struct val *bag_of(struct eval *e, const struct val *v, struct bag *ret) {
    struct str s;
    TRY(convert_text(e, v, &s));
    ret->n = words_of(s, e->env, e->a, &ret->word);
    if (!eval_spend(e, s.n / 8 + ret->n)) {
        return eval_limit(e);
    }
    ret->fold = ARENA_ARRAY(e->a, struct str, ret->n);
    for (size_t i = 0; i < ret->n; i++) {
        ret->fold[i] = words_fold(ret->word[i], e->env, e->a);
    }
    return NULL;
}

static const struct val *match_words(struct eval *e, const struct bag *b, const bool *taken) {
    struct sink out;
    bool any = false;
    sink_init(&out, e->a);
    for (size_t i = 0; i < b->n; i++) {
        if (taken[i]) {
            if (any) {
                sink_putc(&out, ' ');
            }
            sink_add(&out, b->word[i]);
            any = true;
        }
    }
    return functions_match(e, val_text(e->a, sink_view(&out)), NULL);
}

/* Marks the words of the text that are among the wanted; how many of the wanted are there at
 * all. */
static size_t find_words(struct eval *e, const struct bag *text, const struct bag *wanted,
                         bool *taken) {
    size_t found = 0;
    for (size_t k = 0; k < wanted->n; k++) {
        bool here = false;
        if (!eval_spend(e, text->n / 8 + 1)) {
            break;
        }
        for (size_t i = 0; i < text->n; i++) {
            bool same = str_eq(text->fold[i], wanted->fold[k]);
            taken[i] = taken[i] || same;
            here = here || same;
        }
        found += here;
    }
    return found;
}

const struct val *fn_has_any_word(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct bag text, wanted;
    TRY(bag_of(e, arg[0], &text));
    TRY(bag_of(e, arg[1], &wanted));
    bool *taken = ARENA_ARRAY(e->a, bool, text.n);
    return find_words(e, &text, &wanted, taken) ? match_words(e, &text, taken)
                                                : functions_no_match(e);
}

const struct val *fn_has_all_words(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct bag text, wanted;
    TRY(bag_of(e, arg[0], &text));
    TRY(bag_of(e, arg[1], &wanted));
    bool *taken = ARENA_ARRAY(e->a, bool, text.n);
    bool all = find_words(e, &text, &wanted, taken) == wanted.n;
    return all ? match_words(e, &text, taken) : functions_no_match(e);
}

const struct val *fn_has_phrase(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct bag text, wanted;
    TRY(bag_of(e, arg[0], &text));
    TRY(bag_of(e, arg[1], &wanted));
    bool *taken = ARENA_ARRAY(e->a, bool, text.n);
    if (!eval_spend(e, text.n * wanted.n / 64)) {
        return eval_limit(e);
    }
    for (size_t from = 0; from + wanted.n <= text.n; from++) {
        size_t k = 0;
        while (k < wanted.n && str_eq(text.fold[from + k], wanted.fold[k])) {
            taken[from + k++] = true;
        }
        if (k == wanted.n) {
            return match_words(e, &text, taken);
        }
        while (k > 0) {
            taken[from + --k] = false;
        }
    }
    return functions_no_match(e);
}

const struct val *fn_has_only_phrase(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct bag text, wanted;
    TRY(bag_of(e, arg[0], &text));
    TRY(bag_of(e, arg[1], &wanted));
    bool *taken = ARENA_ARRAY(e->a, bool, text.n);
    bool same = text.n == wanted.n;
    for (size_t i = 0; i < text.n && same; i++) {
        same = str_eq(text.fold[i], wanted.fold[i]);
        taken[i] = true;
    }
    return same ? match_words(e, &text, taken) : functions_no_match(e);
}

const struct val *fn_has_text(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct str s;
    TRY(convert_text(e, arg[0], &s));
    s = text_form_trim(s);
    return s.n ? functions_match(e, val_text(e->a, s), NULL) : functions_no_match(e);
}

const struct val *fn_has_only_text(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct str a, b;
    TRY(convert_text(e, arg[0], &a));
    TRY(convert_text(e, arg[1], &b));
    bool same = e->env->french ? str_eq(text_fold(a, e->a), text_fold(b, e->a)) : str_eq(a, b);
    return same ? functions_match(e, val_text(e->a, a), NULL) : functions_no_match(e);
}

const struct val *fn_has_beginning(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct str s, beginning;
    TRY(convert_text(e, arg[0], &s));
    TRY(convert_text(e, arg[1], &beginning));
    s = text_form_trim(s);
    struct str want = words_fold(text_form_trim(beginning), e->env, e->a);
    if (!want.n || !eval_spend(e, want.n / 4)) {
        return e->limit ? eval_limit(e) : functions_no_match(e);
    }
    /* character by character, as folding may change lengths; marks belong to the letter before
     * them */
    struct sink head;
    size_t at = 0, end = 0;
    sink_init(&head, e->a);
    while (at < s.n && head.n <= want.n) {
        size_t from = at;
        bool mark = text_form_is_mark(text_next(s, &at));
        if (head.n == want.n && !mark) {
            break;
        }
        sink_add(&head, words_fold(str_sub(s, from, at - from), e->env, e->a));
        end = at;
        if (!str_starts(want, sink_view(&head))) {
            return functions_no_match(e);
        }
    }
    return head.n == want.n ? functions_match(e, val_text(e->a, str_sub(s, 0, end)), NULL)
                            : functions_no_match(e);
}

static const struct val *pattern_match(struct eval *e, const struct rx *rx,
                                       const struct rx_match *m) {
    struct val_builder *groups = val_map_begin(e->a);
    for (int i = 0; i <= rx_groups(rx); i++) {
        char key[8];
        int len = i >= 10;
        key[0] = (char)('0' + (len ? i / 10 : i));
        key[len] = len ? (char)('0' + i % 10) : key[0];
        key[len + 1] = '\0';
        struct str g = i < m->n && m->group[i].p ? m->group[i] : STR("");
        val_put(groups, key, val_text(e->a, g));
    }
    return functions_match(e, val_text(e->a, m->group[0]), val_end(groups));
}

const struct val *fn_has_pattern(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct str s, pattern;
    struct rx_match m;
    TRY(convert_text(e, arg[0], &s));
    TRY(convert_text(e, arg[1], &pattern));
    const struct rx *rx = functions_pattern(e, pattern);
    if (!rx) {
        return eval_error(e, "must be called with a valid regular expression");
    }
    enum rc rc = functions_search(e, rx, s, &m);
    if (rc == NONE && e->env->french) {
        rc = functions_search(e, rx, text_fold(s, e->a), &m);
    }
    if (rc == E_LIMIT) {
        return e->limit ? eval_limit(e)
                        : eval_error(e, "the regular expression takes too long");
    }
    return rc == OK ? pattern_match(e, rx, &m) : functions_no_match(e);
}

const struct val *fn_has_email(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    static const char PATTERN[] =
        "[\\pL\\pN][-_.\\pL\\pN]*@[\\pL\\pN][-_\\pL\\pN]*(?:\\.[\\pL\\pN][-_\\pL\\pN]*)+";
    struct str s;
    struct rx_match m;
    TRY(convert_text(e, arg[0], &s));
    enum rc rc = rxcache_match(PATTERN, RX_UTF, s, 0, &m);
    return rc == OK ? functions_match(e, val_text(e->a, m.group[0]), NULL)
                    : functions_no_match(e);
}

const struct val *fn_has_phone(struct eval *e, const struct val *const *arg, size_t n) {
    struct str s, country = e->env->country, found;
    TRY(convert_text(e, arg[0], &s));
    if (n > 1 && arg[1]->type != VAL_NULL) {
        TRY(convert_text(e, arg[1], &country));
    }
    if (!eval_spend(e, s.n / 2)) {
        return eval_limit(e);
    }
    bool any = phonefind_first(s, country, e->a, &found);
    return any ? functions_match(e, val_text(e->a, found), NULL) : functions_no_match(e);
}
