/* compile_priv.h - the state of one compilation, shared by the compile_*.c files. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_FLOW_COMPILE_PRIV_H
#define BOT_FLOW_COMPILE_PRIV_H

#include "bot/flow/kind.h"
#include "bot/flow/problems.h"

#define COMPILE_DEPTH_MAX 32
#define COMPILE_NODES_MAX 2000
#define COMPILE_TEXT_MAX 2000 /* characters of one text */

/* An exit that names its step: resolved when all steps are known. */
struct compile_go {
    struct node *node;
    int exit;
    struct str label;
    int line, column;
};

struct compile {
    struct arena *a;
    const struct flow_lang *lang;
    const struct library *lib;
    struct program *p;
    struct flow_problems *problems;
    const char *roots; /* space separated: the first names that texts may use */
    struct node **node;
    size_t nodes;
    struct compile_go *go;
    size_t gos;
    struct program_expr *expr;
    size_t exprs;
    struct program_text *text;
    size_t texts;
    struct program_ref *ref;
    size_t refs;
    struct program_as *as;
    size_t ass;
    struct node *current; /* the step being compiled */
    bool guarded;
    bool misshapen; /* a key of this step has the wrong shape: said once */
    int depth;
};

/* Room for one more element after `n`; the old ones are copied. */
void *compile_grow(struct compile *c, void *old, size_t n, size_t size);
void compile_wrong_at(struct compile *c, int line, int column, const char *hint,
                      const char *fmt, ...) PRINTF_LIKE(5, 6);
/* The whole `steps:` list; afterwards c->p has its nodes, exprs and texts. */
void compile_steps(struct compile *c, const struct val *steps);
/* Names created by as:, set: and ids of questions, and the roots of expressions. */
void compile_names(struct compile *c, const struct val *steps);
/* Keys and shapes of one step against its kind's table. */
void compile_check_keys(struct compile *c, const struct val *step,
                        const struct step_kind *kind);
bool compile_is_name(struct str s);
bool compile_is_lang(struct str s);
/* Column of the `offset`th character of a scalar, counting the quote before it. */
int compile_column(const struct compile *c, const struct val *v, int offset);

#endif
