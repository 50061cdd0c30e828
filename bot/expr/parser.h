/* parser.h - one expression to its tree. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_EXPR_PARSER_H
#define BOT_EXPR_PARSER_H

#include "base/arena.h"
#include "bot/expr/ast_priv.h"

/* Why a text is no expression. `at` counts bytes in the template, like node.at. */
struct parser_error {
    size_t at;
    struct str text;
};

/* Which first names exist; is_root NULL = all. Asked while parsing only. */
struct parser_roots {
    bool (*is_root)(void *ctx, struct str name);
    void *ctx;
};

/* Parses `source`, which stands at byte `base` of its template. NULL when it is no expression
 * or is nested deeper than EXPR_DEPTH_MAX; then *ret says why. */
const struct node *parser_parse(struct str source, size_t base,
                                const struct parser_roots *roots, struct arena *a,
                                struct parser_error *ret);
/* Lower case by Unicode, cheap for ASCII: how names are compared. */
struct str parser_fold_name(struct str name, struct arena *a);

#endif
