/* eval.c - runs a compiled expression: values in, one value out, with fuel. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/eval.h"

#include <stdarg.h>

#include "base/text.h"
#include "bot/expr/convert.h"
#include "bot/expr/functions.h"
#include "bot/expr/operators.h"

/* Nodes inside nodes and calls inside calls together: bounds the C stack. */
#define EVAL_DEPTH_MAX 1000
#define ARGS_ON_STACK 8

void eval_init(struct eval *e, struct expr_scope *scope) {
    *e = (struct eval){.scope = scope, .env = scope->env, .a = scope->a};
}

const struct val *eval_limit(struct eval *e) {
    static const char WHY[] = "the expression takes too long or grows too large";
    static const struct val STOPPED = {.type = VAL_ERROR, .error = {WHY, sizeof WHY - 1}};
    e->limit = true;
    return &STOPPED;
}

const struct val *eval_error(struct eval *e, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    struct val *v = ARENA_NEW(e->a, struct val);
    v->type = VAL_ERROR;
    v->error = arena_vprintf(e->a, fmt, ap);
    va_end(ap);
    return v;
}

const struct val *eval_text(struct eval *e, struct str s) {
    if (s.n > EXPR_TEXT_MAX || !eval_spend(e, s.n / 16)) {
        return eval_limit(e);
    }
    return val_text(e->a, s);
}

const struct val *eval_list(struct eval *e, const struct val *const *item, size_t n) {
    if (!eval_spend(e, n)) {
        return eval_limit(e);
    }
    return val_list(e->a, item, n);
}

static const struct val *eval_name(struct eval *e, const struct node *n) {
    if (n->name.is_param) {
        for (const struct frame *f = e->frame; f; f = f->up) {
            for (size_t i = 0; i < f->n; i++) {
                if (str_eq(f->param[i], n->name.folded)) {
                    return f->value[i];
                }
            }
        }
    }
    const struct val *v =
        e->scope->root ? e->scope->root(e->scope->ctx, n->name.folded, e->a) : NULL;
    if (v) {
        return v;
    }
    if (n->name.func) {
        return n->name.func;
    }
    return eval_error(e, "context has no property '%.*s'", STR_ARG(n->name.written));
}

static bool is_ascii(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

/* map.key or map["key"]; a missing key is an error by dot, null by brackets. */
static const struct val *map_member(struct eval *e, const struct val *map, struct str key,
                                    bool dot) {
    const struct val *v = val_get_str(map, key);
    if (!eval_spend(e, map->map.n / 64)) {
        return eval_limit(e);
    }
    if (!v) {
        v = val_get_nocase(map, key);
    }
    if (!v && !is_ascii(key)) {
        struct str low = text_lower(key, e->a);
        for (size_t i = 0; i < map->map.n && !v && eval_spend(e, 1); i++) {
            v = str_eq(text_lower(map->map.pair[i].key, e->a), low) ? map->map.pair[i].val
                                                                    : NULL;
        }
    }
    if (v || !dot) {
        return v ? v : &VAL_NIL;
    }
    return eval_error(e, "object has no property '%.*s'", STR_ARG(key));
}

static const struct val *list_item(struct eval *e, const struct val *list,
                                   const struct val *key) {
    int i;
    TRY(convert_int(e, key, &i));
    int64_t n = (int64_t)list->list.n, at = i < 0 ? n + i : i;
    if (at < 0 || at >= n) {
        return eval_error(e, "index %d out of range for %zu items", i, list->list.n);
    }
    return list->list.item[at];
}

static const struct val *member(struct eval *e, const struct val *base, const struct val *key,
                                bool dot) {
    if (base->type == VAL_LIST) {
        return list_item(e, base, key);
    }
    if (base->type == VAL_MAP) {
        struct str name;
        TRY(convert_text(e, key, &name));
        return map_member(e, base, name, dot);
    }
    struct str what = convert_describe(e, base);
    return eval_error(e, "%.*s doesn't support lookups", STR_ARG(what));
}

static const struct val *call_lambda(struct eval *e, const struct func *f,
                                     const struct val *const *args, size_t n) {
    if (n != f->lambda->lambda.n) {
        return eval_error(e, "need %zu argument(s), got %zu", f->lambda->lambda.n, n);
    }
    struct frame *inner = ARENA_NEW(e->a, struct frame);
    const struct val **value = ARENA_ARRAY(e->a, const struct val *, n);
    for (size_t i = 0; i < n; i++) {
        value[i] = args[i];
    }
    *inner = (struct frame){f->lambda->lambda.param, value, n, f->closure};
    const struct frame *outer = e->frame;
    e->frame = inner;
    const struct val *v = eval_node(e, f->lambda->lambda.body);
    e->frame = outer;
    return v;
}

static const struct val *wrong_count(struct eval *e, const struct expr_function *d, size_t n) {
    if (d->max < 0) {
        return eval_error(e, "error calling %s(...): need at least %d argument(s), got %zu",
                          d->name, d->min, n);
    }
    if (d->min == d->max) {
        return eval_error(e, "error calling %s(...): need %d argument(s), got %zu", d->name,
                          d->min, n);
    }
    return eval_error(e, "error calling %s(...): need %d to %d argument(s), got %zu", d->name,
                      d->min, d->max, n);
}

static bool right_count(const struct expr_function *d, size_t n) {
    return n >= (size_t)d->min && (d->max < 0 || n <= (size_t)d->max);
}

static const struct val *prefixed(struct eval *e, const struct builtin *b,
                                  const struct val *v) {
    if (v->type != VAL_ERROR || e->limit) {
        return v;
    }
    return eval_error(e, "error calling %s(...): %.*s", b->doc.name,
                      STR_ARG(text_cut(v->error, 1000)));
}

const struct val *eval_builtin(struct eval *e, const struct builtin *b,
                               const struct val *const *args, size_t n) {
    if (!right_count(&b->doc, n)) {
        return wrong_count(e, &b->doc, n);
    }
    return prefixed(e, b, b->run(e, args, n));
}

const struct val *eval_call(struct eval *e, const struct val *fn, const struct val *const *args,
                            size_t n) {
    if (!eval_spend(e, 1) || ++e->depth > EVAL_DEPTH_MAX) {
        return eval_limit(e);
    }
    const struct func *f = fn->func;
    const struct val *v =
        f->builtin ? eval_builtin(e, f->builtin, args, n) : call_lambda(e, f, args, n);
    e->depth--;
    return v;
}

/* and(), or(): stops at the first argument that decides; if(): evaluates only the branch taken.
 */
static const struct val *call_lazy(struct eval *e, const struct builtin *b,
                                   const struct suffix *s) {
    if (!right_count(&b->doc, s->args)) {
        return wrong_count(e, &b->doc, s->args);
    }
    bool truth = false;
    if (b->lazy == LAZY_IF) {
        const struct val *bad = convert_bool(e, eval_node(e, s->arg[0]), &truth);
        return prefixed(e, b, bad ? bad : eval_node(e, s->arg[truth ? 1 : 2]));
    }
    for (size_t i = 0; i < s->args; i++) {
        const struct val *bad = convert_bool(e, eval_node(e, s->arg[i]), &truth);
        if (bad) {
            return prefixed(e, b, bad);
        }
        if (truth == (b->lazy == LAZY_OR)) {
            break;
        }
    }
    return val_bool(truth);
}

static const struct val *call_suffix(struct eval *e, const struct val *base,
                                     const struct suffix *s) {
    if (base->type != VAL_FUNC) {
        struct str what = convert_describe(e, base);
        return base->type == VAL_ERROR ? base
                                       : eval_error(e, "%.*s is not a function", STR_ARG(what));
    }
    if (base->func->builtin && base->func->builtin->lazy != LAZY_NO) {
        return call_lazy(e, base->func->builtin, s);
    }
    const struct val *few[ARGS_ON_STACK];
    const struct val **args =
        s->args <= ARGS_ON_STACK ? few : ARENA_ARRAY(e->a, const struct val *, s->args);
    for (size_t i = 0; i < s->args; i++) {
        args[i] = eval_node(e, s->arg[i]);
    }
    return eval_call(e, base, args, s->args);
}

static const struct val *eval_access(struct eval *e, const struct node *n) {
    const struct val *v = eval_node(e, n->access.base);
    for (size_t i = 0; i < n->access.n && v->type != VAL_ERROR; i++) {
        const struct suffix *s = &n->access.suffix[i];
        if (s->kind == SUFFIX_CALL) {
            v = call_suffix(e, v, s);
        } else if (s->kind == SUFFIX_DOT && v->type == VAL_MAP) {
            v = map_member(e, v, s->key, true);
        } else if (s->kind == SUFFIX_DOT) {
            v = member(e, v, val_text(e->a, s->key), true);
        } else {
            const struct val *key = eval_node(e, s->index);
            v = key->type == VAL_ERROR ? key : member(e, v, key, false);
        }
    }
    return v;
}

static const struct val *eval_lambda(struct eval *e, const struct node *n) {
    struct func *f = ARENA_NEW(e->a, struct func);
    f->lambda = n;
    f->closure = e->frame;
    struct val *v = ARENA_NEW(e->a, struct val);
    v->type = VAL_FUNC;
    v->func = f;
    return v;
}

/* a & b & c in one go: no text is copied twice. */
static const struct val *eval_join(struct eval *e, const struct node *n) {
    struct sink out;
    sink_init(&out, e->a);
    for (size_t i = 0; i <= n->chain.n; i++) {
        const struct val *v = eval_node(e, i ? n->chain.link[i - 1].operand : n->chain.first);
        if (v->type == VAL_ERROR) {
            return v;
        }
        if (!convert_render(e, v, &out) || out.over) {
            return eval_limit(e);
        }
    }
    return eval_text(e, sink_view(&out));
}

static const struct val *eval_chain(struct eval *e, const struct node *n) {
    if (n->chain.link[0].op == OP_JOIN) {
        return eval_join(e, n);
    }
    const struct val *acc = eval_node(e, n->chain.first);
    for (size_t i = 0; i < n->chain.n; i++) {
        acc = operators_binary(e, n->chain.link[i].op, acc,
                               eval_node(e, n->chain.link[i].operand));
    }
    return acc;
}

const struct val *eval_compound(struct eval *e, const struct node *n) {
    if (!eval_spend(e, 1) || ++e->depth > EVAL_DEPTH_MAX) {
        return eval_limit(e);
    }
    const struct val *v = NULL;
    switch (n->kind) {
    case NODE_CONST:
        v = n->value;
        break;
    case NODE_NAME:
        v = eval_name(e, n);
        break;
    case NODE_NEG:
        v = operators_negate(e, eval_node(e, n->operand));
        break;
    case NODE_CHAIN:
        v = eval_chain(e, n);
        break;
    case NODE_ACCESS:
        v = eval_access(e, n);
        break;
    case NODE_LAMBDA:
        v = eval_lambda(e, n);
        break;
    }
    e->depth--;
    return v;
}
