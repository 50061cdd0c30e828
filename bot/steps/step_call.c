/* step_call.c - call: another flow, with parameters and a result. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/steps/steps_priv.h"

struct call_data {
    struct str flow, as;
    const struct entry *with;
    size_t withs;
    int next;
};

static void compile(struct compile *c, const struct val *step, struct node *n, int next) {
    struct call_data *d = ARENA_NEW(compile_arena(c), struct call_data);
    n->data = d;
    d->flow = val_get_text(step, "call", STR_EMPTY);
    d->as = val_get_text(step, "as", STR_EMPTY);
    d->with = compile_entries(c, val_get(step, "with"), &d->withs);
    compile_flow_ref(c, val_get(step, "call"), d->with, d->withs);
    compile_as(c, val_get(step, "as"), NULL);
    d->next = compile_exit(c, n, "", next);
    compile_summary(c, n, "call %.*s", STR_ARG(d->flow));
}

static int run(struct run *r, const struct node *n) {
    const struct call_data *d = n->data;
    const struct program *p = library_get(r->w->library, d->flow);
    const struct val *with = turn_entries(r, d->with, d->withs);
    struct frame *f = turn_top(r);
    bool full = r->s.frames >= SESSION_FRAMES_MAX;
    if (!p || full) {
        turn_trace(r, full ? "too many flows inside each other" : "no such flow");
        turn_case(r, "flow_limit", STR_EMPTY, false, false);
        return n->exit[d->next].to;
    }
    turn_wait(r, WAIT_CHILD, false);
    turn_push(r, p, with, f->priority, STR_EMPTY, false);
    return STEP_PUSHED;
}

static int resume(struct run *r, const struct node *n, const struct event *ev) {
    const struct call_data *d = n->data;
    (void)ev;
    turn_top(r)->wait = WAIT_NOTHING;
    if (d->as.n) {
        turn_set_var(r, d->as, r->child ? r->child : val_map(r->a, NULL, 0));
    }
    r->child = NULL;
    return n->exit[d->next].to;
}

static const struct key_spec KEYS[] = {
    {"call", KEY_FLOW, true, NULL, "le nom de l'autre conversation",
     "the name of the other flow"},
    {"with", KEY_ENTRIES, false, NULL, "ce qu'on lui donne", "what it is given"},
    {"as", KEY_NAME, false, NULL, "le nom de ce qu'elle rend",
     "the name of what it gives back"},
    {NULL, 0, false, NULL, NULL, NULL}};

const struct step_kind STEP_CALL = {.name = "call",
                                    .key = KEYS,
                                    .compile = compile,
                                    .run = run,
                                    .resume = resume,
                                    .doc_fr = "passer par une autre conversation, puis revenir",
                                    .doc_en = "go through another flow, then come back"};
