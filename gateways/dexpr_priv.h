/* dexpr_priv.h - nodes of compiled descriptor expressions, shared by parser, evaluator and
 * functions. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef GATEWAYS_DEXPR_PRIV_H
#define GATEWAYS_DEXPR_PRIV_H

#include "base/rx.h"
#include "gateways/dexpr.h"

enum dexpr_op {
    OP_LITERAL,
    OP_VAR,
    OP_CONFIG,
    OP_LET,
    OP_LOCAL,
    OP_MEMBER,
    OP_INDEX,
    OP_EACH, /* kid[0] for each of kid[1] if kid[2], into local id */
    OP_LIST,
    OP_CALL,
    OP_COALESCE,
    OP_OR,
    OP_AND,
    OP_NOT,
    OP_EQ,
    OP_NE,
    OP_LT,
    OP_LE,
    OP_GT,
    OP_GE,
    OP_IN,
    OP_CONTAINS,
    OP_MATCHES,
    OP_JOIN,
    OP_ADD,
    OP_SUB
};

struct dexpr_func {
    const char *name;
    int min, max; /* arguments; max -1: any number */
    const struct val *(*run)(struct dexpr_env *env, const struct val *const *arg, int n);
    const char *help; /* "upper(text): capital letters" */
};

struct dexpr {
    enum dexpr_op op;
    int id; /* variable, let, local or index */
    struct str name;
    const struct val *literal;
    const struct dexpr_func *func;
    const struct rx *rx; /* constant pattern, compiled at load */
    const struct dexpr **kid;
    int kids;
};

const struct dexpr_func *dexpr_func_find(struct str name);
/* A pattern that lives as long as the process; err->column is the place in it. */
enum rc dexpr_rx(struct str text, const struct rx **ret, struct err *err) MUST_USE;
/* Notes the first failure of an evaluation; returns &VAL_NIL. */
const struct val *dexpr_fail(struct dexpr_env *env, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Evaluates text formats of times: "%Y-%m-%d %H:%M:%S", see README of providers. NONE: no
 * match. */
enum rc dexpr_time_parse(struct str text, struct str format, struct str zone, int64_t *ret_ms);
struct str dexpr_time_format(int64_t ms, struct str format, struct str zone, struct arena *a);

extern const struct dexpr_func DEXPR_TEXT_FUNCS[], DEXPR_CODE_FUNCS[];

/* Parses the expression that starts at *pos of text and stops before a closing brace or at the
 * end. */
enum rc dexpr_parse(const struct dexpr_scope *scope, const struct val *where, struct str text,
                    size_t *pos, struct arena *a, const struct dexpr **ret,
                    struct err *err) MUST_USE;
/* err_at for the character at offset `pos` of the scalar. */
enum rc dexpr_err(const struct dexpr_scope *scope, const struct val *where, struct str text,
                  size_t pos, struct err *err, const char *fmt, ...) PRINTF_LIKE(6, 7);

#endif
