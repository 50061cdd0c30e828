/* step_start.c - start: another flow, after this one. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/steps/steps_priv.h"

struct start_data {
    struct str flow;
    const struct entry *with;
    size_t withs;
    int next;
};

static void compile(struct compile *c, const struct val *step, struct node *n, int next) {
    struct start_data *d = ARENA_NEW(compile_arena(c), struct start_data);
    n->data = d;
    d->flow = val_get_text(step, "start", STR_EMPTY);
    d->with = compile_entries(c, val_get(step, "with"), &d->withs);
    compile_flow_ref(c, val_get(step, "start"), d->with, d->withs);
    d->next = compile_exit(c, n, "", next);
    compile_summary(c, n, "start %.*s", STR_ARG(d->flow));
}

static int run(struct run *r, const struct node *n) {
    const struct start_data *d = n->data;
    if (r->s.pendings < SESSION_PENDING_MAX) {
        r->pending[r->s.pendings++] =
            (struct pending){.flow = d->flow,
                             .with = turn_entries(r, d->with, d->withs),
                             .priority = SAY_QUESTION,
                             .queued_ms = r->w->now_ms};
    } else {
        turn_case(r, "too_many_flows", STR_EMPTY, false, false);
    }
    return n->exit[d->next].to;
}

static const struct key_spec KEYS[] = {
    {"start", KEY_FLOW, true, NULL, "la conversation à commencer ensuite",
     "the flow to start next"},
    {"with", KEY_ENTRIES, false, NULL, "ce qu'on lui donne", "what it is given"},
    {NULL, 0, false, NULL, NULL, NULL}};

const struct step_kind STEP_START = {.name = "start",
                                     .key = KEYS,
                                     .compile = compile,
                                     .run = run,
                                     .doc_fr =
                                         "commencer une autre conversation après celle-ci",
                                     .doc_en = "start another flow after this one"};
