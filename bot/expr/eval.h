/* eval.h - runs a compiled expression: values in, one value out, with fuel. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_EXPR_EVAL_H
#define BOT_EXPR_EVAL_H

#include "bot/expr/ast_priv.h"
#include "bot/expr/expr.h"

/* One evaluation in progress. `limit` is sticky: once out of fuel or over a size nothing more
 * is computed, every node gives an error, and the caller reports E_LIMIT. */
struct eval {
    struct expr_scope *scope;
    const struct expr_env *env;
    struct arena *a;
    const struct frame *frame; /* parameters of the functions we are inside */
    int depth;
    bool limit;
};

/* Parameters of one call of a (x, y) => ... function, innermost first. */
struct frame {
    const struct str *param;
    const struct val *const *value;
    size_t n;
    const struct frame *up;
};

/* What a VAL_FUNC points to: a row of the table, or a lambda with the frames it saw. */
struct func {
    const struct builtin *builtin;
    const struct node *lambda;
    const struct frame *closure;
};

void eval_init(struct eval *e, struct expr_scope *scope);
const struct val *eval_compound(struct eval *e, const struct node *n);
/* Never NULL; failure is a VAL_ERROR value. */
static inline const struct val *eval_node(struct eval *e, const struct node *n) {
    return n->kind == NODE_CONST ? n->value : eval_compound(e, n);
}
/* Calls a VAL_FUNC; errors of a builtin are prefixed with its name. */
const struct val *eval_call(struct eval *e, const struct val *fn, const struct val *const *args,
                            size_t n);
const struct val *eval_builtin(struct eval *e, const struct builtin *b,
                               const struct val *const *args, size_t n);
/* Takes n steps of fuel; false (and limit set) when there are not enough. */
static inline bool eval_spend(struct eval *e, size_t n) {
    if (e->limit || n > EXPR_FUEL || (e->scope->fuel -= (int64_t)n) < 0) {
        e->limit = true;
    }
    return !e->limit;
}
/* A computed text: charged by its length, refused over EXPR_TEXT_MAX. */
const struct val *eval_text(struct eval *e, struct str s);
const struct val *eval_list(struct eval *e, const struct val *const *item, size_t n);
const struct val *eval_error(struct eval *e, const char *fmt, ...) PRINTF_LIKE(2, 3);
const struct val *eval_limit(struct eval *e);

/* In functions that return a value: leave with the error that a conversion gave. */
#define TRY(conversion)                                                                        \
    do {                                                                                       \
        const struct val *bad_ = (conversion);                                                 \
        if (bad_) {                                                                            \
            return bad_;                                                                       \
        }                                                                                      \
    } while (0)

#endif
