/* step_start.c - start: another flow, after this one, or for another person. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/json.h"
#include "bot/others.h"
#include "bot/steps/steps_priv.h"

struct start_data {
    struct str flow;
    const struct tmpl *person; /* NULL: the same */
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
    d->person = val_get(step, "for") ? compile_template(c, val_get(step, "for")) : NULL;
    compile_summary(c, n, "start %.*s%s", STR_ARG(d->flow),
                    d->person ? " for another person" : "");
}

static struct str person_text(struct run *r, const struct val *v) {
    return val_is(v, VAL_TEXT)     ? str_trim(v->text)
           : val_is(v, VAL_NUMBER) ? dec_text(v->num, r->a)
                                   : STR_EMPTY;
}

static int run(struct run *r, const struct node *n) {
    const struct start_data *d = n->data;
    if (d->person) {
        others_start(r, d->flow, person_text(r, turn_value(r, d->person)),
                     turn_entries(r, d->with, d->withs));
    } else if (r->s.pendings < SESSION_PENDING_MAX) {
        const struct val *with = turn_entries(r, d->with, d->withs);
        if (others_chain(r)) {
            with = val_with(r->a, with, STR(START_CHAIN), val_int(r->a, others_chain(r)));
        }
        r->pending[r->s.pendings++] = (struct pending){
            .flow = d->flow, .with = with, .priority = SAY_QUESTION, .queued_ms = r->w->now_ms};
    } else {
        turn_case(r, "too_many_flows", STR_EMPTY, false, false);
    }
    return n->exit[d->next].to;
}

static const struct key_spec KEYS[] = {
    {"start", KEY_FLOW, true, NULL, "la conversation à commencer ensuite",
     "the flow to start next"},
    {"for", KEY_TEMPLATE, false, NULL,
     "pour une autre personne, déjà inscrite : son téléphone, son adresse ou le numéro du "
     "dossier",
     "for another person, enrolled already: phone, address or number of the file"},
    {"with", KEY_ENTRIES, false, NULL, "ce qu'on lui donne", "what it is given"},
    {NULL, 0, false, NULL, NULL, NULL}};

const struct step_kind STEP_START = {
    .name = "start",
    .key = KEYS,
    .compile = compile,
    .run = run,
    .doc_fr = "commencer une autre conversation après celle-ci, ou "
              "pour une autre personne",
    .doc_en = "start another flow after this one, or for another "
              "person"};
