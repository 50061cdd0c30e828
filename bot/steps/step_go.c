/* step_go.c - go: on to a step with an id. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/steps/steps_priv.h"

static void compile(struct compile *c, const struct val *step, struct node *n, int next) {
    const struct val *to = val_get(step, "go");
    (void)next;
    compile_exit_go(c, n, "", to);
    compile_summary(c, n, "go to %.*s", STR_ARG(val_is(to, VAL_TEXT) ? to->text : STR_EMPTY));
}

static int run(struct run *r, const struct node *n) {
    (void)r;
    return n->exit[0].to;
}

static const struct key_spec KEYS[] = {
    {"go", KEY_LABEL, true, NULL, "l'id de l'étape, ou end", "the id of the step, or end"},
    {NULL, 0, false, NULL, NULL, NULL}};

const struct step_kind STEP_GO = {.name = "go",
                                  .key = KEYS,
                                  .compile = compile,
                                  .run = run,
                                  .doc_fr = "continuer à une autre étape",
                                  .doc_en = "go on at another step"};
