/* step_end.c - end: this flow is over; quit: every conversation is. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/steps/steps_priv.h"

struct end_data {
    const struct entry *entry;
    size_t entries;
};

static void compile_end(struct compile *c, const struct val *step, struct node *n, int next) {
    struct end_data *d = ARENA_NEW(compile_arena(c), struct end_data);
    (void)next;
    n->data = d;
    d->entry = compile_entries(c, val_get(step, "with"), &d->entries);
    compile_exit(c, n, "", NODE_END);
    compile_summary(c, n, "end");
}

static int run_end(struct run *r, const struct node *n) {
    const struct end_data *d = n->data;
    r->child = d->entries ? turn_entries(r, d->entry, d->entries) : NULL;
    return NODE_END;
}

static const struct key_spec END_KEYS[] = {
    {"end", KEY_NOTHING, true, NULL, "rien", "nothing"},
    {"with", KEY_ENTRIES, false, NULL, "ce que la conversation rend à celle qui l'a appelée",
     "what the flow gives back to its caller"},
    {NULL, 0, false, NULL, NULL, NULL}};

const struct step_kind STEP_END = {.name = "end",
                                   .key = END_KEYS,
                                   .compile = compile_end,
                                   .run = run_end,
                                   .doc_fr = "finir cette conversation",
                                   .doc_en = "end this flow"};

static void compile_quit(struct compile *c, const struct val *step, struct node *n, int next) {
    (void)step;
    (void)next;
    compile_exit(c, n, "", NODE_END);
    compile_summary(c, n, "quit");
}

static int run_quit(struct run *r, const struct node *n) {
    (void)r;
    (void)n;
    return STEP_QUIT;
}

static const struct key_spec QUIT_KEYS[] = {
    {"quit", KEY_NOTHING, true, NULL, "rien", "nothing"}, {NULL, 0, false, NULL, NULL, NULL}};

const struct step_kind STEP_QUIT_ALL = {.name = "quit",
                                        .key = QUIT_KEYS,
                                        .compile = compile_quit,
                                        .run = run_quit,
                                        .doc_fr = "finir toutes les conversations en cours",
                                        .doc_en = "end every open conversation"};
