/* fn_word.c - functions on texts as words. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/text.h"
#include "base/text_form.h"
#include "bot/expr/convert.h"
#include "bot/expr/functions.h"
#include "bot/expr/words.h"

/* The words of arg[0], cut at the delimiters in arg[at] when given. */
static const struct val *split_args(struct eval *e, const struct val *const *arg, size_t n,
                                    size_t at, const struct str **word, size_t *count) {
    struct str s, delimiters = STR("");
    bool over;
    TRY(convert_text(e, arg[0], &s));
    if (n > at) {
        TRY(convert_text(e, arg[at], &delimiters));
    }
    *count = words_split(s, delimiters, e->a, word, &over);
    if (over) {
        return eval_error(e, "cannot split into more than %d items", EXPR_ITEMS_MAX);
    }
    return eval_spend(e, *count) ? NULL : eval_limit(e);
}

static const struct val *list_of(struct eval *e, const struct str *word, size_t n) {
    const struct val **item = ARENA_ARRAY(e->a, const struct val *, n);
    for (size_t i = 0; i < n; i++) {
        item[i] = val_text(e->a, word[i]);
    }
    return eval_list(e, item, n);
}

const struct val *fn_split(struct eval *e, const struct val *const *arg, size_t n) {
    const struct str *word;
    size_t count;
    TRY(split_args(e, arg, n, 1, &word, &count));
    return list_of(e, word, count);
}

const struct val *fn_word(struct eval *e, const struct val *const *arg, size_t n) {
    const struct str *word;
    size_t count;
    int index;
    TRY(split_args(e, arg, n, 2, &word, &count));
    TRY(convert_int(e, arg[1], &index));
    int64_t at = index < 0 ? (int64_t)count + index : index;
    if (at < 0 || at >= (int64_t)count) {
        return eval_error(e, "index %d is out of range for the number of words %zu", index,
                          count);
    }
    return eval_text(e, word[at]);
}

const struct val *fn_word_count(struct eval *e, const struct val *const *arg, size_t n) {
    const struct str *word;
    size_t count;
    TRY(split_args(e, arg, n, 1, &word, &count));
    return val_int(e->a, (int64_t)count);
}

const struct val *fn_word_slice(struct eval *e, const struct val *const *arg, size_t n) {
    const struct str *word;
    size_t count;
    int start, end = -1;
    struct sink out;
    TRY(split_args(e, arg, n, 3, &word, &count));
    TRY(convert_int(e, arg[1], &start));
    if (start < 0) {
        return eval_error(e, "must start with a positive index");
    }
    if (n > 2 && arg[2]->type != VAL_NULL) {
        TRY(convert_int(e, arg[2], &end));
        if (end > 0 && end <= start) {
            return eval_error(e, "must have a end which is greater than the start");
        }
    }
    size_t stop = end <= 0 || (size_t)end > count ? count : (size_t)end;
    sink_init(&out, e->a);
    for (size_t i = (size_t)start; i < stop; i++) {
        if (i > (size_t)start) {
            sink_putc(&out, ' ');
        }
        sink_add(&out, word[i]);
    }
    return eval_text(e, sink_view(&out));
}

const struct val *fn_remove_first_word(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct str s;
    const struct str *word;
    bool over;
    TRY(convert_text(e, arg[0], &s));
    if (words_split(s, STR(""), e->a, &word, &over) < 2) {
        return val_text(e->a, STR(""));
    }
    size_t second = (size_t)(word[1].p - s.p);
    return eval_text(e, str_sub(s, second, s.n - second));
}

const struct val *fn_field(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct str s, sep;
    int index;
    TRY(convert_text(e, arg[0], &s));
    TRY(convert_int(e, arg[1], &index));
    if (index < 0) {
        return eval_error(e, "cannot use a negative index");
    }
    TRY(convert_text(e, arg[2], &sep));
    /* without a separator every character is a field; spaces in a row are one separator */
    bool spaces = str_is(sep, " ");
    for (int i = 0; s.p; i++) {
        while (spaces && str_starts(s, sep)) {
            s = str_sub(s, 1, s.n);
        }
        size_t at = str_find(s, sep, 0);
        if (!sep.n) {
            at = 0;
            if (s.n) {
                text_next(s, &at);
            }
            at = at < s.n ? at : SIZE_MAX;
        }
        if (i == index) {
            return eval_text(e, text_form_trim(at == SIZE_MAX ? s : str_sub(s, 0, at)));
        }
        if (at == SIZE_MAX) {
            break;
        }
        s = str_sub(s, at + sep.n, s.n);
    }
    return val_text(e->a, STR(""));
}
