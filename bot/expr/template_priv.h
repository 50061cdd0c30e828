/* template_priv.h - a compiled template: literal texts and expressions in order. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_EXPR_TEMPLATE_PRIV_H
#define BOT_EXPR_TEMPLATE_PRIV_H

#include "bot/expr/ast_priv.h"
#include "bot/expr/expr.h"

struct part {
    bool is_expression;
    struct str text; /* literal text; or the expression as written, with its @ */
    size_t at;       /* byte offset of the expression */
    const struct node *node;
    const struct val *syntax_error; /* instead of node */
    size_t error_at;
};

struct tmpl {
    struct str source;
    const struct part *part;
    size_t n;
    const struct part *only; /* the lone expression; NULL when there is text beside it */
    struct str constant;     /* the whole text when no part is an expression */
};

/* Characters from 1 within the source. */
int template_column(const struct tmpl *t, size_t at);

#endif
