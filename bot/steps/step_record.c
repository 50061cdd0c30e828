/* step_record.c - record: a value worth counting in reports. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/steps/steps_priv.h"

struct record_data {
    const struct entry *entry;
    size_t entries;
    int next;
};

static void compile(struct compile *c, const struct val *step, struct node *n, int next) {
    struct record_data *d = ARENA_NEW(compile_arena(c), struct record_data);
    n->data = d;
    d->entry = compile_entries(c, val_get(step, "record"), &d->entries);
    d->next = compile_exit(c, n, "", next);
    compile_summary(c, n, "record %.*s", STR_ARG(d->entries ? d->entry[0].name : STR_EMPTY));
}

static int run(struct run *r, const struct node *n) {
    const struct record_data *d = n->data;
    for (size_t i = 0; i < d->entries; i++) {
        const struct val *v = turn_value(r, d->entry[i].value);
        struct effect *e = turn_effect(r, EFFECT_RESULT);
        e->result.flow = turn_top(r)->flow;
        e->result.name = d->entry[i].name;
        e->result.value = val_is(v, VAL_ERROR) ? &VAL_NIL : v;
        e->result.category =
            val_is(e->result.value, VAL_TEXT) ? e->result.value->text : STR_EMPTY;
    }
    return n->exit[d->next].to;
}

static const struct key_spec KEYS[] = {
    {"record", KEY_ENTRIES, true, NULL, "nom: valeur à compter", "name: value to count"},
    {NULL, 0, false, NULL, NULL, NULL}};

const struct step_kind STEP_RECORD = {.name = "record",
                                      .key = KEYS,
                                      .compile = compile,
                                      .run = run,
                                      .doc_fr = "noter une valeur pour les bilans",
                                      .doc_en = "record a value for the reports"};
