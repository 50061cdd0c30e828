/* step_if.c - if: one condition, two ways. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/steps/steps_priv.h"

struct if_data {
    const struct tmpl *test;
    struct str source;
    int yes, no;
};

static void compile(struct compile *c, const struct val *step, struct node *n, int next) {
    struct if_data *d = ARENA_NEW(compile_arena(c), struct if_data);
    n->data = d;
    d->source = val_get_text(step, "if", STR_EMPTY);
    d->test = compile_expr(c, val_get(step, "if"));
    d->yes = compile_exit(c, n, "then", next);
    d->no = compile_exit(c, n, "else", next);
    n->exit[d->yes].to = compile_block(c, val_get(step, "then"), "then", next);
    n->exit[d->no].to = compile_block(c, val_get(step, "else"), "else", next);
    compile_summary(c, n, "if %.*s", STR_ARG(d->source));
}

static int run(struct run *r, const struct node *n) {
    const struct if_data *d = n->data;
    bool yes = turn_test(r, d->test);
    turn_trace(r, "%.*s: %s", STR_ARG(d->source), yes ? "true" : "false");
    return n->exit[yes ? d->yes : d->no].to;
}

static const struct key_spec KEYS[] = {
    {"if", KEY_EXPR, true, NULL, "la condition", "the condition"},
    {"then", KEY_STEPS, true, NULL, "si elle est vraie", "when it is true"},
    {"else", KEY_STEPS, false, NULL, "sinon", "otherwise"},
    {NULL, 0, false, NULL, NULL, NULL}};

const struct step_kind STEP_IF = {.name = "if",
                                  .key = KEYS,
                                  .compile = compile,
                                  .run = run,
                                  .doc_fr = "prendre un chemin ou l'autre",
                                  .doc_en = "take one way or the other"};
