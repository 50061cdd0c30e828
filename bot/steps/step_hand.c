/* step_hand.c - hand: a human takes over. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/steps/steps_priv.h"

struct hand_data {
    struct str reason, team;     /* as written */
    const struct tmpl *why, *to; /* the same, to be filled in */
    bool urgent, pause;
    int next;
};

static void compile(struct compile *c, const struct val *step, struct node *n, int next) {
    struct hand_data *d = ARENA_NEW(compile_arena(c), struct hand_data);
    n->data = d;
    d->reason = val_get_text(step, "hand", STR_EMPTY);
    d->team = val_get_text(step, "team", STR_EMPTY);
    d->why = compile_template(c, val_get(step, "hand"));
    d->to = d->team.n ? compile_template(c, val_get(step, "team")) : NULL;
    d->urgent = compile_flag(c, val_get(step, "urgent"), false);
    d->pause = compile_flag(c, val_get(step, "pause"), true);
    d->next = compile_exit(c, n, "", next);
    compile_summary(c, n, "hand over: %.*s%s", STR_ARG(d->reason),
                    d->urgent ? " (urgent)" : "");
}

/* A case must be opened even when its words cannot be filled in. */
static struct str filled(struct run *r, const struct tmpl *t, struct str written) {
    const struct val *v = t ? turn_value(r, t) : NULL;
    struct expr_scope *scope = turn_scope(r);
    return !v || v->type == VAL_ERROR || v->type == VAL_NULL ? written : expr_text(v, scope);
}

static int run(struct run *r, const struct node *n) {
    const struct hand_data *d = n->data;
    struct str reason = filled(r, d->why, d->reason);
    struct str team = filled(r, d->to, d->team);
    turn_hand(r, reason, d->reason, team, d->urgent, d->pause);
    return n->exit[d->next].to;
}

static const struct key_spec KEYS[] = {
    {"hand", KEY_TEMPLATE, true, NULL, "la raison, lue par l'équipe",
     "the reason, read by the staff"},
    {"team", KEY_TEMPLATE, false, NULL, "l'équipe ; sans elle, le référent",
     "the team; without it, the referent"},
    {"urgent", KEY_FLAG, false, NULL, "en tête de liste, avec alarme",
     "at the head of the list, with an alarm"},
    {"pause", KEY_FLAG, false, NULL, "« no » : les conversations automatiques continuent",
     "\"no\": automatic conversations go on"},
    {NULL, 0, false, NULL, NULL, NULL}};

const struct step_kind STEP_HAND = {.name = "hand",
                                    .key = KEYS,
                                    .compile = compile,
                                    .run = run,
                                    .doc_fr = "passer la main à un humain",
                                    .doc_en = "hand over to a human"};
