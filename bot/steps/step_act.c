/* step_act.c - act: something is done in the world and its answer awaited within the turn. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/flow/acts_spec.h"
#include "bot/flow/problems.h"
#include "bot/steps/steps_priv.h"

struct act_data {
    struct str name, as;
    const struct entry *with;
    size_t withs;
    int next, fails;
};

static const struct act_spec *find(struct compile *c, const struct val *name) {
    struct str names = STR_EMPTY;
    for (const struct act_spec *a = compile_lang(c)->act; val_is(name, VAL_TEXT) && a->name;
         a++) {
        if (str_is(name->text, a->name)) {
            return a;
        }
        names = arena_printf(compile_arena(c), "%.*s%s%s", STR_ARG(names), names.n ? " " : "",
                             a->name);
    }
    if (val_is(name, VAL_TEXT)) {
        struct str near = problems_nearest(name->text, arena_cstr(compile_arena(c), names));
        struct str hint =
            near.n ? arena_printf(compile_arena(c), "did you mean '%.*s'?", STR_ARG(near))
                   : arena_printf(compile_arena(c), "the acts are: %.*s", STR_ARG(names));
        compile_wrong(c, name, arena_cstr(compile_arena(c), hint), "unknown act '%.*s'",
                      STR_ARG(name->text));
    }
    return NULL;
}

/* args is "answer meetup? note?": a mark means it may be absent. */
static void check_args(struct compile *c, const struct val *step, const struct act_spec *act,
                       const struct act_data *d) {
    struct str rest = str_from(act->args), arg;
    while (str_next(&rest, ' ', &arg)) {
        bool optional = str_ends(arg, STR("?"));
        struct str name = str_sub(arg, 0, arg.n - optional);
        if (name.n && !optional && !val_get_str(val_get(step, "with"), name)) {
            compile_wrong(
                c, val_get(step, "act"),
                arena_cstr(compile_arena(c),
                           arena_printf(compile_arena(c), "with: {%.*s: ...}", STR_ARG(name))),
                "the act '%s' needs '%.*s'", act->name, STR_ARG(name));
        }
    }
    for (size_t i = 0; i < d->withs; i++) {
        bool known = false;
        rest = str_from(act->args);
        while (str_next(&rest, ' ', &arg)) {
            known |= str_eq(str_sub(arg, 0, arg.n - str_ends(arg, STR("?"))), d->with[i].name);
        }
        if (!known) {
            const struct val at = {.line = d->with[i].line, .column = d->with[i].column};
            compile_wrong(c, &at,
                          arena_cstr(compile_arena(c),
                                     arena_printf(compile_arena(c), "it takes: %s",
                                                  act->args[0] ? act->args : "nothing")),
                          "the act '%s' takes no '%.*s'", act->name, STR_ARG(d->with[i].name));
        }
    }
}

static void compile(struct compile *c, const struct val *step, struct node *n, int next) {
    struct act_data *d = ARENA_NEW(compile_arena(c), struct act_data);
    n->data = d;
    d->name = val_get_text(step, "act", STR_EMPTY);
    d->as = val_get_text(step, "as", STR_EMPTY);
    d->with = compile_entries(c, val_get(step, "with"), &d->withs);
    const struct act_spec *act = find(c, val_get(step, "act"));
    if (act) {
        check_args(c, step, act, d);
    }
    compile_as(c, val_get(step, "as"), act);
    d->next = compile_exit(c, n, "", next);
    d->fails = -1;
    if (val_get(step, "if_fails")) {
        d->fails = compile_exit(c, n, "if_fails", next);
        int to = compile_block(c, val_get(step, "if_fails"), "if_fails", next);
        n->exit[d->fails].to = to;
    }
    compile_summary(c, n, "act %.*s", STR_ARG(d->name));
}

static int run(struct run *r, const struct node *n) {
    const struct act_data *d = n->data;
    const struct val *args = turn_entries(r, d->with, d->withs);
    struct effect *e = turn_effect(r, EFFECT_ACT);
    e->act.name = d->name;
    e->act.args = args;
    turn_wait(r, WAIT_RESULT, false);
    turn_trace(r, "act %.*s", STR_ARG(d->name));
    r->needs_result = true;
    return STEP_WAIT;
}

static int resume(struct run *r, const struct node *n, const struct event *ev) {
    const struct act_data *d = n->data;
    if (ev->kind != EVENT_RESULT) {
        return STEP_WAIT;
    }
    bool ok = val_get_bool(ev->result, "ok", false);
    turn_top(r)->wait = WAIT_NOTHING;
    turn_trace(r, "act %.*s: %s", STR_ARG(d->name), ok ? "done" : "refused");
    if (d->as.n) {
        turn_set_var(r, d->as, ev->result);
    }
    return n->exit[!ok && d->fails >= 0 ? d->fails : d->next].to;
}

static const struct key_spec KEYS[] = {
    {"act", KEY_ACT, true, NULL, "le nom de l'action", "the name of the action"},
    {"with", KEY_ENTRIES, false, NULL, "ce qu'on lui donne", "what it is given"},
    {"as", KEY_NAME, false, NULL, "le nom de sa réponse : @nom.ok, @nom.rank...",
     "the name of its answer: @name.ok, @name.rank..."},
    {"if_fails", KEY_STEPS, false, NULL, "si l'action n'a pas pu se faire",
     "when it could not be done"},
    {NULL, 0, false, NULL, NULL, NULL}};

const struct step_kind STEP_ACT = {.name = "act",
                                   .key = KEYS,
                                   .waits = false,
                                   .compile = compile,
                                   .run = run,
                                   .resume = resume,
                                   .doc_fr = "faire quelque chose dans le dossier ou l'agenda",
                                   .doc_en = "do something in the file or the calendar"};
