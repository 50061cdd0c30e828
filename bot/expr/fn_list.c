/* fn_list.c - functions on lists. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "bot/expr/arith.h"
#include "bot/expr/convert.h"
#include "bot/expr/functions.h"
#include "bot/expr/operators.h"

const struct val *fn_concat(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    const struct val *a, *b;
    TRY(convert_list(e, arg[0], &a));
    TRY(convert_list(e, arg[1], &b));
    if (!eval_spend(e, a->list.n + b->list.n)) {
        return eval_limit(e);
    }
    const struct val **item = ARENA_ARRAY(e->a, const struct val *, a->list.n + b->list.n);
    for (size_t i = 0; i < a->list.n + b->list.n; i++) {
        item[i] = i < a->list.n ? a->list.item[i] : b->list.item[i - a->list.n];
    }
    return val_list(e->a, item, a->list.n + b->list.n);
}

const struct val *fn_contains(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    const struct val *list;
    TRY(convert_list(e, arg[0], &list));
    if (arg[1]->type == VAL_ERROR) {
        return arg[1];
    }
    for (size_t i = 0; i < list->list.n; i++) {
        if (!eval_spend(e, 1)) {
            return eval_limit(e);
        }
        if (operators_same(e, list->list.item[i], arg[1])) {
            return &VAL_TRUE;
        }
    }
    return &VAL_FALSE;
}

const struct val *fn_unique(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    const struct val *list;
    TRY(convert_list(e, arg[0], &list));
    const struct val **kept = ARENA_ARRAY(e->a, const struct val *, list->list.n);
    size_t count = 0;
    for (size_t i = 0; i < list->list.n; i++) {
        bool seen = false;
        if (!eval_spend(e, count / 8 + 1)) {
            return eval_limit(e);
        }
        for (size_t k = 0; k < count && !seen; k++) {
            seen = operators_same(e, kept[k], list->list.item[i]);
        }
        if (!seen) {
            kept[count++] = list->list.item[i];
        }
    }
    return eval_list(e, kept, count);
}

/* Calls fn with the item and what follows it in the arguments from `extra` on. */
static const struct val *call_with(struct eval *e, const struct val *fn, const struct val *item,
                                   const struct val *const *arg, size_t n, size_t extra) {
    const struct val **args = ARENA_ARRAY(e->a, const struct val *, n - extra + 1);
    args[0] = item;
    for (size_t i = extra; i < n; i++) {
        args[i - extra + 1] = arg[i];
    }
    return eval_call(e, fn, args, n - extra + 1);
}

const struct val *fn_filter(struct eval *e, const struct val *const *arg, size_t n) {
    const struct val *list, *fn;
    TRY(convert_list(e, arg[0], &list));
    TRY(convert_func(e, arg[1], &fn));
    const struct val **kept = ARENA_ARRAY(e->a, const struct val *, list->list.n);
    size_t count = 0;
    for (size_t i = 0; i < list->list.n; i++) {
        bool keep;
        TRY(convert_bool(e, call_with(e, fn, list->list.item[i], arg, n, 2), &keep));
        if (keep) {
            kept[count++] = list->list.item[i];
        }
    }
    return eval_list(e, kept, count);
}

const struct val *fn_foreach(struct eval *e, const struct val *const *arg, size_t n) {
    const struct val *list, *fn;
    TRY(convert_list(e, arg[0], &list));
    TRY(convert_func(e, arg[1], &fn));
    const struct val **made = ARENA_ARRAY(e->a, const struct val *, list->list.n);
    for (size_t i = 0; i < list->list.n; i++) {
        made[i] = call_with(e, fn, list->list.item[i], arg, n, 2);
        if (made[i]->type == VAL_ERROR) {
            return made[i];
        }
    }
    return eval_list(e, made, list->list.n);
}

const struct val *fn_foreach_value(struct eval *e, const struct val *const *arg, size_t n) {
    const struct val *map, *fn;
    TRY(convert_map(e, arg[0], &map));
    TRY(convert_func(e, arg[1], &fn));
    struct val_pair *pair = ARENA_ARRAY(e->a, struct val_pair, map->map.n);
    for (size_t i = 0; i < map->map.n; i++) {
        pair[i].key = map->map.pair[i].key;
        pair[i].val = call_with(e, fn, map->map.pair[i].val, arg, n, 2);
        if (pair[i].val->type == VAL_ERROR) {
            return pair[i].val;
        }
    }
    return eval_spend(e, map->map.n) ? val_map(e->a, pair, map->map.n) : eval_limit(e);
}

const struct val *fn_join(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    const struct val *list;
    struct str sep;
    struct sink out;
    TRY(convert_list(e, arg[0], &list));
    TRY(convert_text(e, arg[1], &sep));
    sink_init(&out, e->a);
    for (size_t i = 0; i < list->list.n; i++) {
        struct str item;
        TRY(convert_text(e, list->list.item[i], &item));
        if (i) {
            sink_add(&out, sep);
        }
        sink_add(&out, item);
    }
    return out.over ? eval_limit(e) : eval_text(e, sink_view(&out));
}

const struct val *fn_reverse(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    const struct val *list;
    TRY(convert_list(e, arg[0], &list));
    size_t count = list->list.n;
    const struct val **item = ARENA_ARRAY(e->a, const struct val *, count);
    for (size_t i = 0; i < count; i++) {
        item[i] = list->list.item[count - 1 - i];
    }
    return eval_list(e, item, count);
}

const struct val *fn_slice(struct eval *e, const struct val *const *arg, size_t n) {
    const struct val *list;
    int start, end = INT32_MAX;
    TRY(convert_list(e, arg[0], &list));
    TRY(convert_int(e, arg[1], &start));
    if (n > 2) {
        TRY(convert_int(e, arg[2], &end));
    }
    int64_t count = (int64_t)list->list.n;
    int64_t from = start < 0 ? count + start : start, to = end < 0 ? count + end : end;
    from = from < 0 ? 0 : from;
    to = to > count ? count : to;
    if (from >= to) {
        return eval_list(e, NULL, 0);
    }
    return eval_list(e, list->list.item + from, (size_t)(to - from));
}

static int compare_items(const void *x, const void *y) {
    const struct val *a = *(const struct val *const *)x, *b = *(const struct val *const *)y;
    int c;
    return operators_order(a, b, &c) ? c : 0;
}

const struct val *fn_sort(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    const struct val *list;
    TRY(convert_list(e, arg[0], &list));
    size_t count = list->list.n;
    const struct val **item = ARENA_ARRAY(e->a, const struct val *, count);
    for (size_t i = 0; i < count; i++) {
        const struct val *v = list->list.item[i];
        while (v->type == VAL_MAP && v->map.fallback) {
            v = v->map.fallback;
        }
        int c;
        if (v->type == VAL_ERROR) {
            return v;
        }
        if (count > 1 && !operators_order(v, v, &c)) {
            struct str what = convert_describe(e, v);
            return eval_error(e, "%.*s isn't a comparable type", STR_ARG(what));
        }
        if (i && v->type != item[0]->type) {
            struct str a = convert_describe(e, item[0]), b = convert_describe(e, v);
            return eval_error(e, "%.*s can't be compared with %.*s", STR_ARG(a), STR_ARG(b));
        }
        item[i] = v;
    }
    if (!eval_spend(e, count * 2)) {
        return eval_limit(e);
    }
    qsort(item, count, sizeof item[0], compare_items);
    return eval_list(e, item, count);
}

const struct val *fn_sum(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    const struct val *list;
    struct dec sum = dec_from_i64(0), d;
    TRY(convert_list(e, arg[0], &list));
    for (size_t i = 0; i < list->list.n; i++) {
        TRY(convert_number(e, list->list.item[i], &d));
        enum rc rc = arith_add(sum, d, &sum);
        if (rc != OK) {
            return operators_number(e, rc, sum);
        }
    }
    return val_num(e->a, sum);
}

const struct val *fn_keys(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    const struct val *map;
    TRY(convert_map(e, arg[0], &map));
    const struct val_pair *pair = convert_sorted(e, map);
    const struct val **item = ARENA_ARRAY(e->a, const struct val *, map->map.n);
    for (size_t i = 0; i < map->map.n; i++) {
        item[i] = val_text(e->a, pair[i].key);
    }
    return eval_list(e, item, map->map.n);
}

static const struct val *property(const struct val *map, struct str key) {
    const struct val *v = val_get_str(map, key);
    return v ? v : val_get_nocase(map, key);
}

const struct val *fn_extract(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    const struct val *map;
    struct str key;
    TRY(convert_map(e, arg[0], &map));
    TRY(convert_text(e, arg[1], &key));
    const struct val *v = property(map, key);
    return v ? v : &VAL_NIL;
}

const struct val *fn_extract_object(struct eval *e, const struct val *const *arg, size_t n) {
    const struct val *map;
    TRY(convert_map(e, arg[0], &map));
    struct val_builder *b = val_map_begin(e->a);
    for (size_t i = 1; i < n; i++) {
        struct str key;
        TRY(convert_text(e, arg[i], &key));
        const struct val *v = property(map, key);
        val_put_str(b, key, v ? v : &VAL_NIL);
    }
    return val_end(b);
}
