/* step_choose.c - choose: the first true condition wins, with a mandatory else. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>

#include "bot/steps/steps_priv.h"

struct choose_row {
    const struct tmpl *test;
    struct str source;
    int exit;
};

struct choose_data {
    const struct choose_row *row;
    size_t rows;
    int otherwise;
};

static void compile(struct compile *c, const struct val *step, struct node *n, int next) {
    struct choose_data *d = ARENA_NEW(compile_arena(c), struct choose_data);
    const struct val *list = val_get(step, "choose");
    n->data = d;
    d->rows = val_is(list, VAL_LIST) ? list->list.n : 0;
    struct choose_row *row = ARENA_ARRAY(compile_arena(c), struct choose_row, d->rows);
    for (size_t i = 0; i < d->rows; i++) {
        const struct val *item = list->list.item[i], *when = val_get(item, "when");
        char label[24];
        snprintf(label, sizeof label, "%zu", i + 1);
        if (!when || !val_get(item, "do") || item->map.n != 2) {
            compile_wrong(c, item, "- {when: CONDITION, do: [steps]}",
                          "each way of 'choose' has when: and do:");
            d->rows = 0;
            break;
        }
        row[i].source = val_is(when, VAL_TEXT) ? when->text : STR_EMPTY;
        row[i].test = compile_expr(c, when);
        row[i].exit = compile_exit(c, n, arena_cstr(compile_arena(c), row[i].source), next);
        int to = compile_block(c, val_get(item, "do"), label, next);
        n->exit[row[i].exit].to = to;
    }
    d->row = row;
    d->otherwise = compile_exit(c, n, "else", next);
    int to = compile_block(c, val_get(step, "else"), "else", next);
    n->exit[d->otherwise].to = to;
    compile_summary(c, n, "choose among %zu", d->rows);
}

static int run(struct run *r, const struct node *n) {
    const struct choose_data *d = n->data;
    for (size_t i = 0; i < d->rows; i++) {
        if (turn_test(r, d->row[i].test)) {
            turn_trace(r, "%.*s: true", STR_ARG(d->row[i].source));
            return n->exit[d->row[i].exit].to;
        }
    }
    turn_trace(r, "else");
    return n->exit[d->otherwise].to;
}

static const struct key_spec KEYS[] = {
    {"choose", KEY_CHOICES, true, NULL, "une liste de {when: condition, do: étapes}",
     "a list of {when: condition, do: steps}"},
    {"else", KEY_STEPS, true, NULL, "si aucune n'est vraie", "when none is true"},
    {NULL, 0, false, NULL, NULL, NULL}};

const struct step_kind STEP_CHOOSE = {.name = "choose",
                                      .key = KEYS,
                                      .compile = compile,
                                      .run = run,
                                      .doc_fr = "la première condition vraie l'emporte",
                                      .doc_en = "the first true condition wins"};
