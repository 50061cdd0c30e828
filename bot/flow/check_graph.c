/* check_graph.c - the shape of a flow: loops without a wait, unreachable steps, no way out. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/flow/check.h"
#include "bot/flow/kind.h"
#include "bot/flow/problems.h"

struct graph {
    const struct program *p;
    struct flow_problems *problems;
    unsigned char *mark;
    int *stack;
};

static void report(struct graph *g, const struct node *n, bool warning, const char *hint,
                   const char *text) {
    problems_add(g->problems, g->p->file, n->line, n->column, warning, hint, "%s", text);
}

static void unreachable(struct graph *g) {
    size_t top = 0;
    if (g->p->entry >= 0) {
        g->mark[g->p->entry] = 1;
        g->stack[top++] = g->p->entry;
    }
    while (top) {
        const struct node *n = g->p->node[g->stack[--top]];
        for (size_t i = 0; i < n->exits; i++) {
            int to = n->exit[i].to;
            if (to >= 0 && n->exit[i].used && !g->mark[to]) {
                g->mark[to] = 1;
                g->stack[top++] = to;
            }
        }
    }
    /* only the first of a run of steps nobody reaches */
    for (size_t i = 0; i < g->p->nodes; i++) {
        if (!g->mark[i] && (i == 0 || g->mark[i - 1])) {
            report(g, g->p->node[i], true,
                   "take it away, or lead to it with go:", "no path leads to this step");
        }
    }
}

/* Marks 2: can reach an end. Repeats until nothing changes; flows are small. */
static void no_way_out(struct graph *g) {
    bool changed = true;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < g->p->nodes; i++) {
            const struct node *n = g->p->node[i];
            for (size_t k = 0; k < n->exits && !(g->mark[i] & 2); k++) {
                int to = n->exit[k].to;
                if (n->exit[k].used && (to == NODE_END || (to >= 0 && (g->mark[to] & 2)))) {
                    g->mark[i] |= 2;
                    changed = true;
                }
            }
        }
    }
    for (size_t i = 0; i < g->p->nodes; i++) {
        if ((g->mark[i] & 3) == 1) {
            report(g, g->p->node[i], true, "lead somewhere to end, or to a later step",
                   "from this step nothing ever ends");
            return;
        }
    }
}

/* Depth first over steps that do not wait; 8: on the path, 16: done. The path is the stack
 * itself. */
static bool endless_from(struct graph *g, int start, unsigned char *next_exit) {
    size_t top = 0;
    g->stack[top++] = start;
    g->mark[start] |= 8;
    while (top) {
        int at = g->stack[top - 1];
        const struct node *n = g->p->node[at];
        if (next_exit[at] >= n->exits) {
            g->mark[at] = (unsigned char)((g->mark[at] & ~8) | 16);
            top--;
            continue;
        }
        const struct node_exit *exit = &n->exit[next_exit[at]++];
        if (exit->to < 0 || !exit->used || g->p->node[exit->to]->kind->waits) {
            continue;
        }
        if (g->mark[exit->to] & 8) {
            report(g, n, false, "put an ask or a wait inside the loop",
                   "a loop without a wait begins again here");
            return true;
        }
        if (!(g->mark[exit->to] & 16)) {
            g->mark[exit->to] |= 8;
            g->stack[top++] = exit->to;
        }
    }
    return false;
}

static void endless(struct graph *g) {
    unsigned char *next_exit = ARENA_ARRAY(g->problems->a, unsigned char, g->p->nodes);
    for (size_t i = 0; i < g->p->nodes; i++) {
        if (!(g->mark[i] & (8 | 16)) && !g->p->node[i]->kind->waits &&
            endless_from(g, (int)i, next_exit)) {
            return;
        }
    }
}

void check_graph(const struct program *p, struct flow_problems *problems) {
    struct graph g = {p, problems, ARENA_ARRAY(problems->a, unsigned char, p->nodes),
                      ARENA_ARRAY(problems->a, int, p->nodes)};
    unreachable(&g);
    no_way_out(&g);
    endless(&g);
}
