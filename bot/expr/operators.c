/* operators.c - + - * / ^ < <= > >= = != and unary minus on values. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/operators.h"

#include "bot/expr/arith.h"
#include "bot/expr/convert.h"

#define POWER_FUEL 100 /* a power with a fraction is a series */

const struct val *operators_number(struct eval *e, enum rc rc, struct dec d) {
    if (rc == OK) {
        return val_num(e->a, d);
    }
    return eval_error(e, rc == E_INVALID ? "division by zero" : "number value out of range");
}

const struct val *operators_negate(struct eval *e, const struct val *v) {
    struct dec d;
    TRY(convert_number(e, v, &d));
    return val_num(e->a, dec_neg(d));
}

static const struct val *arithmetic(struct eval *e, enum op op, const struct val *left,
                                    const struct val *right) {
    struct dec a, b, r = dec_from_i64(0);
    TRY(convert_number(e, left, &a));
    TRY(convert_number(e, right, &b));
    enum rc rc;
    switch (op) {
    case OP_ADD:
        rc = arith_add(a, b, &r);
        break;
    case OP_SUB:
        rc = arith_sub(a, b, &r);
        break;
    case OP_MUL:
        rc = arith_mul(a, b, &r);
        break;
    case OP_DIV:
        rc = arith_div(a, b, &r);
        break;
    default:
        if (!eval_spend(e, POWER_FUEL)) {
            return eval_limit(e);
        }
        rc = arith_pow(a, b, &r);
        break;
    }
    return operators_number(e, rc, r);
}

static const struct val *equality(struct eval *e, bool want, const struct val *left,
                                  const struct val *right) {
    if (left->type == VAL_NUMBER && right->type == VAL_NUMBER) {
        return val_bool((dec_cmp(left->num, right->num) == 0) == want);
    }
    struct str a, b;
    TRY(convert_text(e, left, &a));
    TRY(convert_text(e, right, &b));
    return val_bool(str_eq(a, b) == want);
}

int operators_cmp_instants(struct instant a, struct instant b) {
    if (a.sec != b.sec) {
        return a.sec < b.sec ? -1 : 1;
    }
    return a.nsec < b.nsec ? -1 : a.nsec > b.nsec;
}

static bool is_when(const struct val *v) {
    while (val_is(v, VAL_MAP) && v->map.fallback) {
        v = v->map.fallback;
    }
    return v->type == VAL_DATE || v->type == VAL_DATETIME;
}

static int cmp_times(struct tod a, struct tod b) {
    int64_t x = ((a.hour * 60 + a.minute) * 60 + a.second) * 1000000000LL + a.nsec;
    int64_t y = ((b.hour * 60 + b.minute) * 60 + b.second) * 1000000000LL + b.nsec;
    return x < y ? -1 : x > y;
}

/* French rule: a date or a time beside < compares as such; the other side is read as one. */
static const struct val *compare_when(struct eval *e, const struct val *left,
                                      const struct val *right, int *ret) {
    if (val_is(left, VAL_TIME) || val_is(right, VAL_TIME)) {
        struct tod a, b;
        TRY(convert_time(e, left, &a));
        TRY(convert_time(e, right, &b));
        *ret = cmp_times(a, b);
        return NULL;
    }
    if (val_is(left, VAL_DATE) || val_is(right, VAL_DATE)) {
        struct date a, b;
        TRY(convert_date(e, left, &a));
        TRY(convert_date(e, right, &b));
        *ret = date_cmp(a, b);
        return NULL;
    }
    struct instant a, b;
    TRY(convert_datetime(e, left, false, &a));
    TRY(convert_datetime(e, right, false, &b));
    *ret = operators_cmp_instants(a, b);
    return NULL;
}

static const struct val *comparison(struct eval *e, enum op op, const struct val *left,
                                    const struct val *right) {
    int cmp = 0;
    bool times = val_is(left, VAL_TIME) || val_is(right, VAL_TIME);
    if (e->env->french && (times || is_when(left) || is_when(right))) {
        TRY(compare_when(e, left, right, &cmp));
    } else {
        struct dec a, b;
        TRY(convert_number(e, left, &a));
        TRY(convert_number(e, right, &b));
        cmp = dec_cmp(a, b);
    }
    switch (op) {
    case OP_LT:
        return val_bool(cmp < 0);
    case OP_LTE:
        return val_bool(cmp <= 0);
    case OP_GT:
        return val_bool(cmp > 0);
    default:
        return val_bool(cmp >= 0);
    }
}

const struct val *operators_binary(struct eval *e, enum op op, const struct val *left,
                                   const struct val *right) {
    if (left->type == VAL_ERROR || right->type == VAL_ERROR) {
        return left->type == VAL_ERROR ? left : right;
    }
    switch (op) {
    case OP_EQ:
    case OP_NEQ:
        return equality(e, op == OP_EQ, left, right);
    case OP_LT:
    case OP_LTE:
    case OP_GT:
    case OP_GTE:
        return comparison(e, op, left, right);
    default:
        return arithmetic(e, op, left, right);
    }
}

bool operators_order(const struct val *a, const struct val *b, int *ret) {
    if (a->type != b->type) {
        return false;
    }
    switch (a->type) {
    case VAL_TEXT:
        *ret = str_cmp(a->text, b->text);
        return true;
    case VAL_NUMBER:
        *ret = dec_cmp(a->num, b->num);
        return true;
    case VAL_BOOL:
        *ret = (int)a->b - (int)b->b;
        return true;
    case VAL_DATE:
        *ret = date_cmp(a->date, b->date);
        return true;
    case VAL_TIME:
        *ret = cmp_times(a->tod, b->tod);
        return true;
    case VAL_DATETIME:
        *ret = operators_cmp_instants(a->at, b->at);
        return true;
    default:
        return false;
    }
}

static bool same_maps(struct eval *e, const struct val *a, const struct val *b) {
    for (size_t i = 0; i < a->map.n; i++) {
        const struct val *other = val_get_str(b, a->map.pair[i].key);
        if (!other || !operators_same(e, a->map.pair[i].val, other)) {
            return false;
        }
    }
    return a->map.n == b->map.n;
}

bool operators_same(struct eval *e, const struct val *a, const struct val *b) {
    int cmp;
    if (!eval_spend(e, 1) || a->type != b->type) {
        return false;
    }
    if (operators_order(a, b, &cmp)) {
        return cmp == 0;
    }
    if (a->type == VAL_MAP) {
        return same_maps(e, a, b);
    }
    if (a->type == VAL_FUNC) {
        return a->func == b->func || (a->func->builtin && a->func->builtin == b->func->builtin);
    }
    if (a->type != VAL_LIST || a->list.n != b->list.n) {
        return a->type == VAL_NULL;
    }
    for (size_t i = 0; i < a->list.n; i++) {
        if (!operators_same(e, a->list.item[i], b->list.item[i])) {
            return false;
        }
    }
    return true;
}
