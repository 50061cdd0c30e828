/* has_value.c - router tests on numbers, dates, times, groups, categories and intents. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/text.h"
#include "bot/expr/convert.h"
#include "bot/expr/functions.h"
#include "bot/expr/numread.h"
#include "bot/expr/datewrite.h"
#include "bot/expr/whenread.h"
#include "bot/expr/words.h"

#define READ_MAX 2000 /* characters; longer than any message */

/* The first number of the text between two bounds; NULL = no bound. `strict`: the bounds are
 * out. */
static const struct val *number_in(struct eval *e, const struct val *text,
                                   const struct dec *low, const struct dec *high, bool strict) {
    struct str s;
    struct dec d;
    TRY(convert_text(e, text, &s));
    s = text_cut(s, READ_MAX);
    s = e->env->french ? text_fold(s, e->a) : s;
    if (!eval_spend(e, s.n / 8)) {
        return eval_limit(e);
    }
    for (size_t pos = 0; numread_next(s, &pos, e->env, e->a, &d) == OK;) {
        int above = low ? dec_cmp(d, *low) : 1, below = high ? dec_cmp(*high, d) : 1;
        if (above >= strict && below >= strict) {
            return functions_match(e, val_num(e->a, d), NULL);
        }
    }
    return functions_no_match(e);
}

const struct val *fn_has_number(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    return number_in(e, arg[0], NULL, NULL, false);
}

const struct val *fn_has_number_between(struct eval *e, const struct val *const *arg,
                                        size_t n) {
    (void)n;
    struct str s;
    struct dec low, high;
    TRY(convert_text(e, arg[0], &s));
    TRY(convert_number(e, arg[1], &low));
    TRY(convert_number(e, arg[2], &high));
    return number_in(e, arg[0], &low, &high, false);
}

enum side { BELOW, EQUAL, ABOVE };

static const struct val *number_beside(struct eval *e, const struct val *const *arg,
                                       enum side side, bool strict) {
    struct str s;
    struct dec d;
    TRY(convert_text(e, arg[0], &s));
    TRY(convert_number(e, arg[1], &d));
    return number_in(e, arg[0], side != BELOW ? &d : NULL, side != ABOVE ? &d : NULL, strict);
}

const struct val *fn_has_number_lt(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    return number_beside(e, arg, BELOW, true);
}

const struct val *fn_has_number_lte(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    return number_beside(e, arg, BELOW, false);
}

const struct val *fn_has_number_eq(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    return number_beside(e, arg, EQUAL, false);
}

const struct val *fn_has_number_gte(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    return number_beside(e, arg, ABOVE, false);
}

const struct val *fn_has_number_gt(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    return number_beside(e, arg, ABOVE, true);
}

/* --- dates and times --- */

static const struct val *date_in(struct eval *e, const struct val *text, struct instant *ret,
                                 bool *found) {
    if (text->type == VAL_ERROR) {
        return text;
    }
    *found = !convert_datetime(e, text, true, ret);
    return NULL;
}

const struct val *fn_has_date(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct instant i;
    bool found;
    TRY(date_in(e, arg[0], &i, &found));
    return found ? functions_match(e, val_at(e->a, i), NULL) : functions_no_match(e);
}

/* Days are compared, as the place counts them; the time of day does not matter. */
static const struct val *date_beside(struct eval *e, const struct val *const *arg,
                                     enum side side) {
    struct instant i, than;
    bool found, good = false;
    TRY(date_in(e, arg[0], &i, &found));
    TRY(convert_datetime(e, arg[1], false, &than));
    if (found) {
        const struct zone *zone = convert_zone(e->env);
        int cmp = date_cmp(datewrite_parts_of(whenread_in_zone(i, zone)).date,
                           datewrite_parts_of(whenread_in_zone(than, zone)).date);
        good = side == EQUAL ? cmp == 0 : side == BELOW ? cmp < 0 : cmp > 0;
    }
    return good ? functions_match(e, val_at(e->a, i), NULL) : functions_no_match(e);
}

const struct val *fn_has_date_lt(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    return date_beside(e, arg, BELOW);
}

const struct val *fn_has_date_eq(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    return date_beside(e, arg, EQUAL);
}

const struct val *fn_has_date_gt(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    return date_beside(e, arg, ABOVE);
}

const struct val *fn_has_time(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct tod t;
    if (arg[0]->type == VAL_ERROR) {
        return arg[0];
    }
    return convert_time(e, arg[0], &t) ? functions_no_match(e)
                                       : functions_match(e, val_time(e->a, t), NULL);
}

/* --- what the engine knows --- */

const struct val *fn_has_group(struct eval *e, const struct val *const *arg, size_t n) {
    const struct val *groups;
    struct str uuid, name;
    TRY(convert_list(e, arg[0], &groups));
    TRY(convert_text(e, arg[1], &uuid));
    if (n > 2) {
        TRY(convert_text(e, arg[2], &name));
    }
    for (size_t i = 0; i < groups->list.n; i++) {
        const struct val *g;
        TRY(convert_map(e, groups->list.item[i], &g));
        if (str_eq(val_get_text(g, "uuid", STR("")), uuid)) {
            return functions_match(e, g, NULL);
        }
    }
    return functions_no_match(e);
}

const struct val *fn_has_category(struct eval *e, const struct val *const *arg, size_t n) {
    const struct val *result;
    struct str category;
    TRY(convert_map(e, arg[0], &result));
    const struct val *has = val_get(result, "category");
    if (!has) {
        return eval_error(e, "first argument must be a result");
    }
    TRY(convert_text(e, has, &category));
    const struct val *match = NULL;
    for (size_t i = 1; i < n; i++) {
        struct str wanted;
        TRY(convert_text(e, arg[i], &wanted));
        bool same = e->env->french ? str_eq(words_fold(wanted, e->env, e->a),
                                            words_fold(category, e->env, e->a))
                                   : str_eq(wanted, category);
        if (same && !match) {
            match = val_text(e->a, category);
        }
    }
    return match ? functions_match(e, match, NULL) : functions_no_match(e);
}

/* The entities of a classifier's answer, each as its first value. */
static const struct val *entities_of(struct eval *e, const struct val *extra) {
    const struct val *all = val_get(extra, "entities");
    struct val_builder *b = val_map_begin(e->a);
    for (size_t i = 0; all && val_is(all, VAL_MAP) && i < all->map.n; i++) {
        const struct val *list = all->map.pair[i].val;
        const struct val *value = val_get(val_at_index(list, 0), "value");
        if (value) {
            val_put_str(b, all->map.pair[i].key, value);
        }
    }
    return val_end(b);
}

static const struct val *intent(struct eval *e, const struct val *const *arg, size_t most) {
    const struct val *result;
    struct str name;
    struct dec confidence, has;
    TRY(convert_map(e, arg[0], &result));
    TRY(convert_text(e, arg[1], &name));
    TRY(convert_number(e, arg[2], &confidence));
    const struct val *extra = val_get(result, "extra"), *list = val_get(extra, "intents");
    for (size_t i = 0; val_is(list, VAL_LIST) && i < list->list.n && i < most; i++) {
        const struct val *one = list->list.item[i], *c = val_get(one, "confidence");
        struct str is = val_get_text(one, "name", STR(""));
        bool same = str_eq(words_fold(is, e->env, e->a), words_fold(name, e->env, e->a));
        if (same && c && !convert_number(e, c, &has) && dec_cmp(has, confidence) >= 0) {
            return functions_match(e, val_text(e->a, is), entities_of(e, extra));
        }
    }
    return functions_no_match(e);
}

const struct val *fn_has_intent(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    return intent(e, arg, SIZE_MAX);
}

const struct val *fn_has_top_intent(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    return intent(e, arg, 1);
}
