/* step_set.c - set: contact fields and names. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/steps/steps_priv.h"

struct set_data {
    const struct entry *entry;
    size_t entries;
    int next;
};

static void compile(struct compile *c, const struct val *step, struct node *n, int next) {
    struct set_data *d = ARENA_NEW(compile_arena(c), struct set_data);
    d->entry = compile_entries(c, val_get(step, "set"), &d->entries);
    for (size_t i = 0; i < d->entries; i++) {
        compile_field(c, d->entry[i].name, d->entry[i].line, d->entry[i].column);
    }
    d->next = compile_exit(c, n, "", next);
    n->data = d;
    compile_summary(c, n, "set %.*s%s", STR_ARG(d->entries ? d->entry[0].name : STR_EMPTY),
                    d->entries > 1 ? "..." : "");
}

static int run(struct run *r, const struct node *n) {
    const struct set_data *d = n->data;
    for (size_t i = 0; i < d->entries; i++) {
        const struct val *v = turn_value(r, d->entry[i].value);
        if (val_is(v, VAL_ERROR)) {
            turn_trace(r, "%.*s not set" TRACE_HIDE ": %.*s" TRACE_SHOW,
                       STR_ARG(d->entry[i].name), STR_ARG(v->error));
            turn_case(r, "flow_error", STR_EMPTY, false, false);
            continue;
        }
        bool empty = val_is(v, VAL_TEXT) && v->text.n == 0;
        turn_set(r, d->entry[i].name, empty ? &VAL_NIL : v);
    }
    return n->exit[d->next].to;
}

static const struct key_spec KEYS[] = {{"set", KEY_ENTRIES, true, NULL,
                                        "nom ou contact.CHAMP: valeur",
                                        "name or contact.FIELD: value"},
                                       {NULL, 0, false, NULL, NULL, NULL}};

const struct step_kind STEP_SET = {.name = "set",
                                   .key = KEYS,
                                   .compile = compile,
                                   .run = run,
                                   .doc_fr = "retenir une valeur",
                                   .doc_en = "remember a value"};
