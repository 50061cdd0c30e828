/* check_calls.c - flows that call each other in a ring without ever waiting. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "bot/flow/check.h"
#include "bot/flow/kind.h"
#include "bot/flow/library_priv.h"
#include "bot/flow/problems.h"

enum visit { VISIT_NEW, VISIT_OPEN, VISIT_DONE };

struct calls {
    const struct library *l;
    struct flow_problems *problems;
    unsigned char *visit; /* of each program */
    bool found;
};

/* Marks the steps met from the entry before anything waits. */
static void reach(const struct program *p, unsigned char *met, int *stack) {
    size_t top = 0;
    if (p->entry >= 0) {
        met[p->entry] = 1;
        stack[top++] = p->entry;
    }
    while (top) {
        const struct node *n = p->node[stack[--top]];
        for (size_t i = 0; i < n->exits && !n->kind->waits; i++) {
            int to = n->exit[i].to;
            if (to >= 0 && n->exit[i].used && !met[to]) {
                met[to] = 1;
                stack[top++] = to;
            }
        }
    }
}

static size_t index_of(const struct library *l, struct str name) {
    size_t i = 0;
    while (i < l->programs && !str_eq(l->program[i]->name, name)) {
        i++;
    }
    return i;
}

static void follow(struct calls *c, size_t at) {
    const struct program *p = c->l->program[at];
    unsigned char *met = ARENA_ARRAY(c->problems->a, unsigned char, p->nodes);
    reach(p, met, ARENA_ARRAY(c->problems->a, int, p->nodes));
    c->visit[at] = VISIT_OPEN;
    for (size_t i = 0; i < p->refs && !c->found; i++) {
        const struct program_ref *ref = &p->ref[i];
        size_t to = index_of(c->l, ref->flow);
        bool call =
            ref->node && strcmp(ref->node->kind->name, "call") == 0 && met[ref->node->index];
        if (!call || to == c->l->programs) {
            continue;
        }
        if (c->visit[to] == VISIT_OPEN) {
            c->found = true;
            problems_add(c->problems, p->file, ref->line, ref->column, false,
                         "ask or wait before calling it",
                         "'%.*s' is called again before anything waits", STR_ARG(ref->flow));
        } else if (c->visit[to] == VISIT_NEW) {
            follow(c, to);
        }
    }
    c->visit[at] = VISIT_DONE;
}

void check_calls(const struct library *l, struct flow_problems *problems) {
    struct calls c = {l, problems, ARENA_ARRAY(problems->a, unsigned char, l->programs), false};
    for (size_t i = 0; i < l->programs && !c.found; i++) {
        if (c.visit[i] == VISIT_NEW) {
            follow(&c, i);
        }
    }
}
