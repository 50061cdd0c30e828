/* check.c - what only shows when all flows stand side by side: calls, keywords, events,
 * intents. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/flow/check.h"

#include "bot/flow/library_priv.h"
#include "bot/flow/problems.h"
#include "bot/understand/understand.h"

static bool has_word(struct words w, struct str s) {
    for (size_t i = 0; i < w.n; i++) {
        if (str_eq(w.item[i], s)) {
            return true;
        }
    }
    return false;
}

/* The same key in two flows: which one would begin? */
static void refuse_twice(const struct program *p, const struct program *q, struct words mine,
                         struct words theirs, const char *what,
                         struct flow_problems *problems) {
    for (size_t i = 0; i < mine.n; i++) {
        if (has_word(theirs, mine.item[i])) {
            problems_add(problems, p->file, p->starts_line, p->starts_column, false,
                         "keep it in one of the two",
                         "the %s '%.*s' also starts the flow '%.*s'", what,
                         STR_ARG(mine.item[i]), STR_ARG(q->name));
        }
    }
}

static void check_starts(const struct library *l, size_t at, struct flow_problems *problems) {
    const struct program *p = l->program[at];
    for (size_t i = 0; i < at; i++) {
        const struct program *q = l->program[i];
        refuse_twice(p, q, p->keyword, q->keyword, "keyword", problems);
        refuse_twice(p, q, p->event, q->event, "event", problems);
        refuse_twice(p, q, p->intent, q->intent, "intent", problems);
        refuse_twice(p, q, p->link, q->link, "link", problems);
        if (p->anything && q->anything) {
            problems_add(problems, p->file, p->starts_line, p->starts_column, false,
                         "keep it in one of the two", "'%.*s' takes anything as well",
                         STR_ARG(q->name));
        }
    }
}

static void check_intents(const struct library *l, const struct program *p,
                          struct flow_problems *problems) {
    struct arena *a = problems->a;
    struct str names = STR("stop_doubt");
    for (int i = INTENT_YES; i <= INTENT_UNCLEAR; i++) {
        names = arena_printf(a, "%.*s %s", STR_ARG(names), intent_name((enum intent)i));
    }
    (void)l;
    for (size_t i = 0; i < p->intent.n; i++) {
        struct str rest = names, name;
        bool known = false;
        while (!known && str_next(&rest, ' ', &name)) {
            known = str_eq(name, p->intent.item[i]);
        }
        if (known) {
            continue;
        }
        struct str near = problems_nearest(p->intent.item[i], arena_cstr(a, names));
        char *hint =
            near.n ? arena_cstr(a, arena_printf(a, "did you mean '%.*s'?", STR_ARG(near)))
                   : arena_cstr(a, arena_printf(a, "the intents are: %.*s", STR_ARG(names)));
        problems_add(problems, p->file, p->starts_line, p->starts_column, false, hint,
                     "unknown intent '%.*s'", STR_ARG(p->intent.item[i]));
    }
}

static bool takes(const struct program *target, struct str name) {
    for (size_t i = 0; i < target->params; i++) {
        if (str_eq(target->param[i].name, name)) {
            return true;
        }
    }
    return target->open ||
           target->event.n > 0; /* what an event brings may also be given by a caller */
}

static void check_refs(const struct library *l, const struct program *p,
                       struct flow_problems *problems) {
    struct str names = STR_EMPTY;
    for (size_t i = 0; i < l->programs; i++) {
        names = arena_printf(problems->a, "%.*s%s%.*s", STR_ARG(names), names.n ? " " : "",
                             STR_ARG(l->program[i]->name));
    }
    for (size_t i = 0; i < p->refs; i++) {
        const struct program_ref *ref = &p->ref[i];
        const struct program *target = library_get(l, ref->flow);
        if (!target) {
            struct str near = problems_nearest(ref->flow, arena_cstr(problems->a, names));
            char *hint =
                near.n
                    ? arena_cstr(problems->a, arena_printf(problems->a, "did you mean '%.*s'?",
                                                           STR_ARG(near)))
                    : arena_cstr(problems->a,
                                 str_from("the name written after flow: in the other file"));
            problems_add(problems, p->file, ref->line, ref->column, false, hint,
                         "there is no flow '%.*s'", STR_ARG(ref->flow));
            continue;
        }
        for (size_t k = 0; k < ref->givens; k++) {
            if (!takes(target, ref->given[k].name)) {
                problems_add(problems, p->file, ref->given[k].line, ref->given[k].column, false,
                             "declare it there with with:", "the flow '%.*s' takes no '%.*s'",
                             STR_ARG(ref->flow), STR_ARG(ref->given[k].name));
            }
        }
    }
}

void check_library(const struct library *l, struct flow_problems *problems) {
    for (size_t i = 0; i < l->programs; i++) {
        const struct program *p = l->program[i];
        check_starts(l, i, problems);
        check_intents(l, p, problems);
        check_refs(l, p, problems);
        check_names(l, p, problems);
        check_graph(p, problems);
    }
    check_calls(l, problems);
}

/* A set of flows that answers some reflexes must answer those that people's safety and freedom
 * rest on. */
static void check_reflexes(const struct library *l, struct flow_problems *problems) {
    static const char *const NEEDED[] = {"stop",  "stop_doubt", "start",        "help",
                                         "human", "distress",   "wrong_number", "unclear"};
    const struct program *any = NULL;
    for (size_t i = 0; i < l->programs && !any; i++) {
        any = l->program[i]->system && l->program[i]->intent.n ? l->program[i] : NULL;
    }
    for (size_t i = 0; any && i < sizeof NEEDED / sizeof *NEEDED; i++) {
        if (!library_for_intent(l, str_from(NEEDED[i]))) {
            problems_add(problems, any->file, any->starts_line, any->starts_column, true,
                         "starts: {intent: ...} in a flow with system: yes",
                         "no flow answers '%s'", NEEDED[i]);
        }
    }
}

void library_check(const struct library *l, const struct text_meter *meter,
                   struct flow_problems *problems) {
    check_standing(l, meter, problems);
    check_reflexes(l, problems);
    for (size_t i = 0; i < l->programs; i++) {
        check_texts(l, l->program[i], meter, problems);
    }
}
