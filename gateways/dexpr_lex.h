/* dexpr_lex.h - words of the descriptors' expressions, for their parser alone. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef GATEWAYS_DEXPR_LEX_H
#define GATEWAYS_DEXPR_LEX_H

#include "gateways/dexpr_priv.h"

enum token { T_END, T_NAME, T_NUMBER, T_TEXT, T_OP };

struct parser {
    const struct dexpr_scope *scope;
    const struct val *where;
    struct str text;
    size_t pos;   /* after the current token */
    size_t start; /* of the current token */
    enum token token;
    struct str word; /* the token's text; for T_TEXT already unescaped */
    int depth;
    struct str local[DEXPR_LOCALS];
    int locals;
    struct arena *a;
    struct err *err;
};

#define PARSE_ERR(ps, ...)                                                                     \
    dexpr_err((ps)->scope, (ps)->where, (ps)->text, (ps)->start, (ps)->err, __VA_ARGS__)

/* The next word becomes the current one; T_END before a closing brace and at the end. */
enum rc dexpr_lex(struct parser *ps);
/* The current word is this sign, this name. */
bool dexpr_lex_is_op(const struct parser *ps, const char *op);
bool dexpr_lex_is_name(const struct parser *ps, const char *name);
bool dexpr_lex_is_word(char c);

#endif
