/* ast_priv.h - the tree that the parser builds and the evaluator walks; immutable once built.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_EXPR_AST_PRIV_H
#define BOT_EXPR_AST_PRIV_H

#include "base/str.h"
#include "base/val.h"

struct builtin;

enum op {
    OP_ADD,
    OP_SUB,
    OP_MUL,
    OP_DIV,
    OP_POW,
    OP_LT,
    OP_LTE,
    OP_GT,
    OP_GTE,
    OP_EQ,
    OP_NEQ,
    OP_JOIN
};

enum node_kind {
    NODE_CONST,  /* a literal */
    NODE_NAME,   /* a parameter, a top-level name or a function */
    NODE_NEG,    /* - operand */
    NODE_CHAIN,  /* first op operand op operand ...: one level of precedence, left to right */
    NODE_ACCESS, /* base .key [index] (args) ... */
    NODE_LAMBDA  /* (x, y) => body */
};

/* Chains and accesses are flat so that "a & b & c ..." of any length is no deeper than its
 * parts. */
struct link {
    enum op op;
    const struct node *operand;
};

enum suffix_kind { SUFFIX_DOT, SUFFIX_INDEX, SUFFIX_CALL };

struct suffix {
    enum suffix_kind kind;
    size_t at;
    struct str key;           /* DOT */
    const struct node *index; /* INDEX */
    const struct node *const *arg;
    size_t args; /* CALL */
};

struct node {
    enum node_kind kind;
    size_t at; /* byte offset within the template */
    union {
        const struct val *value;
        struct {
            struct str written, folded;
            const struct builtin *builtin; /* the function of that name, or NULL */
            const struct val *func;        /* the same as a value */
            bool is_param;
            bool is_root; /* the compiler was told that it exists */
        } name;
        const struct node *operand;
        struct {
            const struct node *first;
            const struct link *link;
            size_t n;
        } chain;
        struct {
            const struct node *base;
            const struct suffix *suffix;
            size_t n;
        } access;
        struct {
            const struct str *param;
            size_t n;
            const struct node *body;
        } lambda;
    };
};

#endif
