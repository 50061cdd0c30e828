/* fn_value.c - functions that convert, choose and count. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/convert.h"
#include "bot/expr/functions.h"
#include "bot/expr/operators.h"

const struct val *fn_text(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct str s;
    TRY(convert_text(e, arg[0], &s));
    return eval_text(e, s);
}

const struct val *fn_boolean(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    bool b;
    TRY(convert_bool(e, arg[0], &b));
    return val_bool(b);
}

const struct val *fn_number(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct dec d;
    TRY(convert_number(e, arg[0], &d));
    return val_num(e->a, d);
}

const struct val *fn_date(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct date d;
    TRY(convert_date(e, arg[0], &d));
    return val_date(e->a, d);
}

const struct val *fn_datetime(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct instant i;
    TRY(convert_datetime(e, arg[0], false, &i));
    return val_at(e->a, i);
}

const struct val *fn_time(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct tod t;
    TRY(convert_time(e, arg[0], &t));
    return val_time(e->a, t);
}

const struct val *fn_array(struct eval *e, const struct val *const *arg, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (arg[i]->type == VAL_ERROR) {
            return arg[i];
        }
    }
    return eval_list(e, arg, n);
}

const struct val *fn_object(struct eval *e, const struct val *const *arg, size_t n) {
    if (n % 2) {
        return eval_error(e, "requires an even number of arguments");
    }
    struct val_builder *b = val_map_begin(e->a);
    for (size_t i = 0; i < n; i += 2) {
        struct str key;
        TRY(convert_text(e, arg[i], &key));
        if (arg[i + 1]->type == VAL_ERROR) {
            return arg[i + 1];
        }
        val_put_str(b, key, arg[i + 1]);
    }
    return eval_spend(e, n) ? val_end(b) : eval_limit(e);
}

/* The lazy forms are in eval.c; these serve when the function is passed as a value. */
const struct val *fn_and(struct eval *e, const struct val *const *arg, size_t n) {
    bool b = true;
    for (size_t i = 0; i < n && b; i++) {
        TRY(convert_bool(e, arg[i], &b));
    }
    return val_bool(b);
}

const struct val *fn_or(struct eval *e, const struct val *const *arg, size_t n) {
    bool b = false;
    for (size_t i = 0; i < n && !b; i++) {
        TRY(convert_bool(e, arg[i], &b));
    }
    return val_bool(b);
}

const struct val *fn_if(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    bool b;
    TRY(convert_bool(e, arg[0], &b));
    return arg[b ? 1 : 2];
}

const struct val *fn_is_error(struct eval *e, const struct val *const *arg, size_t n) {
    (void)e;
    (void)n;
    return val_bool(arg[0]->type == VAL_ERROR);
}

const struct val *fn_default(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct str s;
    if (arg[0]->type == VAL_NULL || arg[0]->type == VAL_ERROR) {
        return arg[1];
    }
    bool bad = convert_text(e, arg[0], &s) != NULL;
    return bad || s.n == 0 ? arg[1] : arg[0];
}

const struct val *fn_count(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    switch (arg[0]->type) {
    case VAL_ERROR:
        return arg[0];
    case VAL_NULL:
        return val_int(e->a, 0);
    case VAL_LIST:
        return val_int(e->a, (int64_t)arg[0]->list.n);
    case VAL_MAP:
        return val_int(e->a, (int64_t)arg[0]->map.n);
    default:
        return eval_error(e, "value isn't countable");
    }
}

const struct val *fn_prompt(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct str name;
    TRY(convert_text(e, arg[0], &name));
    return eval_error(e, "unknown LLM prompt %.*s", STR_ARG(name));
}

const struct val *fn_has_error(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    if (arg[0]->type != VAL_ERROR) {
        return functions_no_match(e);
    }
    return functions_match(e, val_text(e->a, arg[0]->error), NULL);
}
