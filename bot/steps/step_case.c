/* step_case.c - case: one value, a way for each of its possible texts. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/steps/steps_priv.h"

struct case_row {
    struct str value;
    int exit;
};

struct case_data {
    const struct tmpl *subject;
    const struct case_row *row;
    size_t rows;
    int otherwise;
};

static void compile(struct compile *c, const struct val *step, struct node *n, int next) {
    struct case_data *d = ARENA_NEW(compile_arena(c), struct case_data);
    const struct val *map = val_get(step, "is");
    n->data = d;
    d->subject = compile_expr(c, val_get(step, "case"));
    d->rows = val_is(map, VAL_MAP) ? map->map.n : 0;
    struct case_row *row = ARENA_ARRAY(compile_arena(c), struct case_row, d->rows);
    for (size_t i = 0; i < d->rows; i++) {
        char *label = arena_cstr(compile_arena(c), map->map.pair[i].key);
        row[i].value = map->map.pair[i].key;
        row[i].exit = compile_exit(c, n, label, next);
        int to = compile_block(c, map->map.pair[i].val, label, next);
        n->exit[row[i].exit].to = to;
    }
    d->row = row;
    d->otherwise = compile_exit(c, n, "else", next);
    int to = compile_block(c, val_get(step, "else"), "else", next);
    n->exit[d->otherwise].to = to;
    compile_summary(c, n, "case %.*s", STR_ARG(val_get_text(step, "case", STR_EMPTY)));
}

static int run(struct run *r, const struct node *n) {
    const struct case_data *d = n->data;
    const struct val *v = turn_value(r, d->subject);
    struct str text = val_is(v, VAL_ERROR) ? STR_EMPTY : expr_text(v, turn_scope(r));
    for (size_t i = 0; i < d->rows; i++) {
        if (str_eq_nocase(text, d->row[i].value)) {
            turn_trace(r, "is %.*s", STR_ARG(text));
            return n->exit[d->row[i].exit].to;
        }
    }
    turn_trace(r, "else");
    return n->exit[d->otherwise].to;
}

static const struct key_spec KEYS[] = {
    {"case", KEY_EXPR, true, NULL, "la valeur regardée", "the value looked at"},
    {"is", KEY_CASES, true, NULL, "valeur: étapes", "value: steps"},
    {"else", KEY_STEPS, true, NULL, "pour toute autre valeur", "for any other value"},
    {NULL, 0, false, NULL, NULL, NULL}};

const struct step_kind STEP_CASE = {.name = "case",
                                    .key = KEYS,
                                    .compile = compile,
                                    .run = run,
                                    .doc_fr = "un chemin par valeur",
                                    .doc_en = "one way for each value"};
