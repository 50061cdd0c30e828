/* dexpr_eval.c - evaluates the expressions of provider descriptors. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <string.h>

#include "base/dec.h"
#include "base/json.h"
#include "gateways/dexpr_priv.h"
#include "gateways/gateway.h"

#define FORM_FIELDS_MAX 200

const struct val *dexpr_fail(struct dexpr_env *env, const char *fmt, ...) {
    if (!env->failed.n) {
        va_list ap;
        va_start(ap, fmt);
        env->failed = arena_vprintf(env->a, fmt, ap);
        va_end(ap);
    }
    return &VAL_NIL;
}

bool dexpr_is_empty(const struct val *v) {
    return v->type == VAL_NULL || (v->type == VAL_TEXT && !v->text.n) ||
           (v->type == VAL_LIST && !v->list.n) || (v->type == VAL_MAP && !v->map.n);
}

bool dexpr_true(const struct val *v) {
    if (v->type == VAL_BOOL) {
        return v->b;
    }
    if (v->type == VAL_NUMBER) {
        return !dec_is_zero(v->num);
    }
    return !dexpr_is_empty(v);
}

struct str dexpr_text(const struct val *v, struct arena *a) {
    switch (v->type) {
    case VAL_NULL:
        return STR("");
    case VAL_BOOL:
        return v->b ? STR("true") : STR("false");
    case VAL_NUMBER:
        return dec_text(v->num, a);
    case VAL_TEXT:
        return v->text.p ? v->text : STR("");
    case VAL_MAP:
        return v->map.fallback ? dexpr_text(v->map.fallback, a) : json_text(v, a);
    default:
        return json_text(v, a);
    }
}

const struct val *dexpr_form(struct str form, struct arena *a) {
    struct val_pair pair[FORM_FIELDS_MAX] = {0};
    size_t n = 0;
    struct str key, value;
    while (n < FORM_FIELDS_MAX && gw_form_next(&form, a, &key, &value)) {
        size_t k = 0;
        while (k < n && !str_eq(pair[k].key, key)) {
            k++;
        }
        if (k == n) {
            pair[n].key = key;
            pair[n++].val = val_text(a, value);
        }
    }
    return val_map(a, pair, n);
}

static const struct val *number_of(const struct val *v, struct dexpr_env *env) {
    struct dec d;
    if (v->type == VAL_NUMBER) {
        return v;
    }
    return v->type == VAL_TEXT && dec_parse(v->text, &d) == OK ? val_num(env->a, d) : NULL;
}

/* Loose on purpose: providers write 0 and "0" for the same thing. */
static bool equal(const struct val *a, const struct val *b, struct dexpr_env *env) {
    if (a->type == VAL_NULL || b->type == VAL_NULL) {
        return a->type == b->type;
    }
    if (a->type == VAL_NUMBER && b->type == VAL_NUMBER) {
        return dec_cmp(a->num, b->num) == 0;
    }
    if (a->type >= VAL_LIST && b->type >= VAL_LIST) {
        return val_eq(a, b);
    }
    return str_eq(dexpr_text(a, env->a), dexpr_text(b, env->a));
}

static bool ordered(const struct dexpr *e, const struct val *a, const struct val *b,
                    struct dexpr_env *env) {
    const struct val *x = number_of(a, env), *y = number_of(b, env);
    if (!x || !y) {
        return false;
    }
    int c = dec_cmp(x->num, y->num);
    return e->op == OP_LT ? c < 0 : e->op == OP_LE ? c <= 0 : e->op == OP_GT ? c > 0 : c >= 0;
}

static bool is_in(const struct val *a, const struct val *list, struct dexpr_env *env) {
    if (list->type != VAL_LIST) {
        return !dexpr_is_empty(list) && equal(a, list, env);
    }
    for (size_t i = 0; i < list->list.n; i++) {
        if (equal(a, list->list.item[i], env)) {
            return true;
        }
    }
    return false;
}

static bool contains(const struct val *a, const struct val *b, struct dexpr_env *env) {
    if (a->type == VAL_LIST) {
        return is_in(b, a, env);
    }
    struct str part = dexpr_text(b, env->a);
    return part.n && str_find(dexpr_text(a, env->a), part, 0) != SIZE_MAX;
}

static bool matches(const struct dexpr *e, const struct val *v, struct dexpr_env *env) {
    struct rx_match m;
    return rx_match(e->rx, dexpr_text(v, env->a), 0, &m) == OK;
}

static const struct val *sum(const struct dexpr *e, const struct val *a, const struct val *b,
                             struct dexpr_env *env) {
    const struct val *x = number_of(a, env), *y = number_of(b, env);
    struct dec d;
    if (!x || !y ||
        (e->op == OP_ADD ? dec_add(x->num, y->num, &d) : dec_sub(x->num, y->num, &d)) != OK) {
        return &VAL_NIL;
    }
    return val_num(env->a, d);
}

static const struct val *or_nil(const struct val *v) {
    return v ? v : &VAL_NIL;
}

static const struct val *each(const struct dexpr *e, struct dexpr_env *env) {
    const struct val *list = dexpr_eval(e->kid[1], env);
    const struct val *one[1] = {list};
    const struct val *const *item = list->type == VAL_LIST ? list->list.item : one;
    size_t n = list->type == VAL_LIST ? list->list.n : list->type == VAL_NULL ? 0 : 1;
    struct val_builder *b = val_list_begin(env->a);
    const struct val *saved = env->local[e->id];
    for (size_t i = 0; i < n; i++) {
        env->local[e->id] = item[i];
        if (e->kid[2] && !dexpr_true(dexpr_eval(e->kid[2], env))) {
            continue;
        }
        const struct val *v = dexpr_eval(e->kid[0], env);
        if (v->type != VAL_NULL) {
            val_push(b, v);
        }
    }
    env->local[e->id] = saved;
    return val_end(b);
}

static const struct val *index_of(const struct val *base, const struct val *key,
                                  struct dexpr_env *env) {
    if (base->type == VAL_LIST && key->type == VAL_NUMBER) {
        int64_t i;
        return dec_to_i64(key->num, &i) == OK && i >= 0 ? or_nil(val_at_index(base, (size_t)i))
                                                        : &VAL_NIL;
    }
    return base->type == VAL_MAP ? or_nil(val_get_str(base, dexpr_text(key, env->a)))
                                 : &VAL_NIL;
}

static const struct val *call(const struct dexpr *e, struct dexpr_env *env) {
    const struct val *arg[24];
    if (str_is(str_from(e->func->name), "if")) {
        return dexpr_true(dexpr_eval(e->kid[0], env)) ? dexpr_eval(e->kid[1], env)
               : e->kids > 2                          ? dexpr_eval(e->kid[2], env)
                                                      : &VAL_NIL;
    }
    for (int i = 0; i < e->kids; i++) {
        arg[i] = dexpr_eval(e->kid[i], env);
    }
    if (e->rx) {
        struct rx_match m;
        bool hit = rx_match(e->rx, dexpr_text(arg[0], env->a), 0, &m) == OK;
        struct str got = hit ? m.group[m.n > 1 ? 1 : 0] : STR_EMPTY;
        return got.p ? val_text(env->a, got) : &VAL_NIL;
    }
    return e->func->run(env, arg, e->kids);
}

static const struct val *binary(const struct dexpr *e, struct dexpr_env *env) {
    const struct val *a = dexpr_eval(e->kid[0], env);
    if (e->op == OP_MATCHES) {
        return val_bool(matches(e, a, env));
    }
    const struct val *b = dexpr_eval(e->kid[1], env);
    switch (e->op) {
    case OP_EQ:
        return val_bool(equal(a, b, env));
    case OP_NE:
        return val_bool(!equal(a, b, env));
    case OP_IN:
        return val_bool(is_in(a, b, env));
    case OP_CONTAINS:
        return val_bool(contains(a, b, env));
    case OP_JOIN: {
        struct str x = dexpr_text(a, env->a), y = dexpr_text(b, env->a);
        return val_text(env->a, arena_printf(env->a, "%.*s%.*s", STR_ARG(x), STR_ARG(y)));
    }
    case OP_ADD:
    case OP_SUB:
        return sum(e, a, b, env);
    case OP_INDEX:
        return index_of(a, b, env);
    default:
        return val_bool(ordered(e, a, b, env));
    }
}

static const struct val *list_of(const struct dexpr *e, struct dexpr_env *env) {
    struct val_builder *b = val_list_begin(env->a);
    for (int i = 0; i < e->kids; i++) {
        val_push(b, dexpr_eval(e->kid[i], env));
    }
    return val_end(b);
}

const struct val *dexpr_eval(const struct dexpr *e, struct dexpr_env *env) {
    const struct val *v;
    switch (e->op) {
    case OP_LITERAL:
        return e->literal;
    case OP_VAR:
        return env->get(env, e->id);
    case OP_CONFIG:
        return or_nil(val_get_str(env->config, e->name));
    case OP_LET:
        return or_nil(env->let[e->id]);
    case OP_LOCAL:
        return or_nil(env->local[e->id]);
    case OP_MEMBER:
        v = dexpr_eval(e->kid[0], env);
        return v->type == VAL_MAP ? or_nil(val_get_str(v, e->name)) : &VAL_NIL;
    case OP_EACH:
        return each(e, env);
    case OP_LIST:
        return list_of(e, env);
    case OP_CALL:
        return call(e, env);
    case OP_COALESCE:
        v = dexpr_eval(e->kid[0], env);
        return dexpr_is_empty(v) ? dexpr_eval(e->kid[1], env) : v;
    case OP_OR:
        v = dexpr_eval(e->kid[0], env);
        return dexpr_true(v) ? v : dexpr_eval(e->kid[1], env);
    case OP_AND:
        v = dexpr_eval(e->kid[0], env);
        return dexpr_true(v) ? dexpr_eval(e->kid[1], env) : v;
    case OP_NOT:
        return val_bool(!dexpr_true(dexpr_eval(e->kid[0], env)));
    default:
        return binary(e, env);
    }
}

bool dexpr_uses(const struct dexpr *e, int id) {
    if (e->op == OP_VAR && e->id == id) {
        return true;
    }
    for (int i = 0; i < e->kids; i++) {
        if (e->kid[i] && dexpr_uses(e->kid[i], id)) {
            return true;
        }
    }
    return false;
}
