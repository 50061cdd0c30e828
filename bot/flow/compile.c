/* compile.c - from the values of a YAML file to the nodes of a program. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/flow/compile_priv.h"

#include <stdlib.h>
#include <string.h>

struct arena *compile_arena(struct compile *c) {
    return c->a;
}

const struct flow_lang *compile_lang(const struct compile *c) {
    return c->lang;
}

const struct library *compile_library(const struct compile *c) {
    return c->lib;
}

const struct program *compile_program(const struct compile *c) {
    return c->p;
}

void compile_guard(struct compile *c, bool guarded) {
    c->guarded = guarded;
}

void *compile_grow(struct compile *c, void *old, size_t n, size_t size) {
    if (n & (n - 1)) {
        return old;
    }
    void *more = arena_array(c->a, n ? n * 2 : 1, size);
    if (n) {
        memcpy(more, old, n * size);
    }
    return more;
}

void compile_wrong_at(struct compile *c, int line, int column, const char *hint,
                      const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    problems_vadd(c->problems, c->p->file, line, column, false, hint, fmt, ap);
    va_end(ap);
}

void compile_wrong(struct compile *c, const struct val *at, const char *hint, const char *fmt,
                   ...) {
    va_list ap;
    va_start(ap, fmt);
    problems_vadd(c->problems, c->p->file, at ? at->line : c->p->line,
                  at ? at->column : c->p->column, false, hint, fmt, ap);
    va_end(ap);
}

int compile_exit(struct compile *c, struct node *n, const char *label, int to) {
    n->exit = compile_grow(c, n->exit, n->exits, sizeof *n->exit);
    n->exit[n->exits] = (struct node_exit){arena_str(c->a, str_from(label)), to, true};
    return (int)n->exits++;
}

int compile_exit_go(struct compile *c, struct node *n, const char *label,
                    const struct val *target) {
    if (!val_is(target, VAL_TEXT)) {
        compile_wrong(c, target ? target : NULL, "write the id of a step, or end",
                      "no step is named here");
        return compile_exit(c, n, label, NODE_END);
    }
    if (str_is(target->text, "end")) {
        return compile_exit(c, n, label, NODE_END);
    }
    if (str_is(target->text, "human")) {
        return compile_exit(c, n, label, NODE_HUMAN);
    }
    int exit = compile_exit(c, n, label, NODE_END);
    c->go = compile_grow(c, c->go, c->gos, sizeof *c->go);
    c->go[c->gos++] = (struct compile_go){n, exit, target->text, target->line, target->column};
    return exit;
}

void compile_summary(struct compile *c, struct node *n, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    n->summary = arena_vprintf(c->a, fmt, ap);
    va_end(ap);
}

static const struct step_kind *kind_named(const struct compile *c, struct str name) {
    for (const struct step_kind *const *k = c->lang->step; *k; k++) {
        if (str_is(name, (*k)->name)) {
            return *k;
        }
    }
    return NULL;
}

static bool kind_has_key(const struct step_kind *kind, struct str key) {
    for (const struct key_spec *k = kind->key; k->name; k++) {
        if (str_is(key, k->name)) {
            return true;
        }
    }
    return false;
}

static const char *kind_names(struct compile *c) {
    struct str all = STR_EMPTY;
    for (const struct step_kind *const *k = c->lang->step; *k; k++) {
        all = arena_printf(c->a, "%.*s%s%s", STR_ARG(all), all.n ? " " : "", (*k)->name);
    }
    return arena_cstr(c->a, all);
}

/* The kind of a step is the first of its keys that names one. */
static const struct step_kind *kind_of(struct compile *c, const struct val *step) {
    const struct step_kind *kind = NULL;
    for (size_t i = 0; i < step->map.n; i++) {
        const struct val_pair *pair = &step->map.pair[i];
        const struct step_kind *k = kind_named(c, pair->key);
        if (!k) {
            continue;
        }
        if (!kind) {
            kind = k;
        } else if (!kind_has_key(kind, pair->key)) {
            compile_wrong_at(c, pair->line, pair->column, "begin each step with its own dash",
                             "two steps in one: '%s' and '%.*s'", kind->name,
                             STR_ARG(pair->key));
            return NULL;
        }
    }
    if (!kind && step->map.n) {
        const struct val_pair *pair = &step->map.pair[0];
        struct str near = problems_nearest(pair->key, kind_names(c));
        char *hint =
            near.n ? arena_cstr(c->a, arena_printf(c->a, "did you mean '%.*s'?", STR_ARG(near)))
                   : arena_cstr(c->a, arena_printf(c->a, "the steps are: %s", kind_names(c)));
        compile_wrong_at(c, pair->line, pair->column, hint, "unknown step '%.*s'",
                         STR_ARG(pair->key));
    }
    return kind;
}

static void name_node(struct compile *c, struct node *n, const struct val *step,
                      const char *label, size_t nth) {
    const struct val *id = val_get(step, "id");
    if (val_is(id, VAL_TEXT)) {
        n->named = compile_is_name(id->text);
        if (!n->named) {
            compile_wrong(c, id,
                          "letters without accents, digits and _, beginning with a letter",
                          "'%.*s' cannot be the id of a step", STR_ARG(id->text));
        }
        n->id = id->text;
    }
    if (!n->named) {
        struct str parent = c->current ? c->current->id : STR_EMPTY;
        n->id = parent.n ? arena_printf(c->a, "%.*s.%s.%zu", STR_ARG(parent), label, nth)
                         : arena_printf(c->a, "%zu", nth);
    }
}

/* The node of one item, not compiled yet; NULL when it is no step at all. */
static struct node *make_node(struct compile *c, const struct val *step, const char *label,
                              size_t nth) {
    if (!val_is(step, VAL_MAP)) {
        compile_wrong(c, step, "a step looks like \"- say: Bonjour\"", "this is not a step");
        return NULL;
    }
    const struct step_kind *kind = kind_of(c, step);
    if (!kind) {
        return NULL;
    }
    if (c->nodes >= COMPILE_NODES_MAX) {
        compile_wrong(c, step, "cut the flow in several and use call", "more than %d steps",
                      COMPILE_NODES_MAX);
        return NULL;
    }
    struct node *n = ARENA_NEW(c->a, struct node);
    n->kind = kind;
    n->line = step->line;
    n->column = step->column;
    name_node(c, n, step, label, nth);
    n->index = (int)c->nodes;
    c->node = compile_grow(c, c->node, c->nodes, sizeof(struct node *));
    c->node[c->nodes++] = n;
    return n;
}

static void compile_node(struct compile *c, struct node *n, const struct val *step, int next) {
    struct node *outer = c->current;
    bool guarded = c->guarded;
    c->current = n;
    c->guarded = true;
    n->fallback = compile_texts(c, val_get(step, "fallback"), "fallback", 0);
    c->guarded = n->fallback != NULL;
    c->misshapen = false;
    compile_check_keys(c, step, n->kind);
    n->kind->compile(c, step, n, next);
    c->guarded = guarded;
    c->current = outer;
}

int compile_block(struct compile *c, const struct val *list, const char *label, int next) {
    if (!val_is(list, VAL_LIST)) {
        if (list && list->type != VAL_NULL) {
            compile_wrong(c, list, "a list, each step beginning with a dash",
                          "steps are missing here");
        }
        return next;
    }
    if (c->depth >= COMPILE_DEPTH_MAX) {
        compile_wrong(c, list, "cut the flow in several and use call",
                      "steps nested more than %d deep", COMPILE_DEPTH_MAX);
        return next;
    }
    c->depth++;
    struct node **made = ARENA_ARRAY(c->a, struct node *, list->list.n);
    for (size_t i = 0; i < list->list.n; i++) {
        made[i] = make_node(c, list->list.item[i], label, i + 1);
    }
    int first = next;
    for (size_t i = list->list.n; i-- > 0;) {
        if (made[i]) {
            compile_node(c, made[i], list->list.item[i], first);
            first = made[i]->index;
        }
    }
    c->depth--;
    return first;
}

static void resolve_gos(struct compile *c) {
    for (size_t i = 0; i < c->gos; i++) {
        const struct compile_go *go = &c->go[i];
        struct str ids = STR_EMPTY;
        bool found = false;
        for (size_t j = 0; j < c->nodes && !found; j++) {
            if (c->node[j]->named && str_eq(c->node[j]->id, go->label)) {
                go->node->exit[go->exit].to = c->node[j]->index;
                found = true;
            } else if (c->node[j]->named) {
                ids = arena_printf(c->a, "%.*s%s%.*s", STR_ARG(ids), ids.n ? " " : "",
                                   STR_ARG(c->node[j]->id));
            }
        }
        if (found) {
            continue;
        }
        struct str near = problems_nearest(go->label, arena_cstr(c->a, ids));
        char *hint =
            near.n ? arena_cstr(c->a, arena_printf(c->a, "did you mean '%.*s'?", STR_ARG(near)))
                   : arena_cstr(c->a, str_from("write id: on the step to go to"));
        compile_wrong_at(c, go->line, go->column, hint, "no step has the id '%.*s'",
                         STR_ARG(go->label));
    }
}

static int by_place(const void *a, const void *b) {
    const struct node *x = *(struct node *const *)a, *y = *(struct node *const *)b;
    if (x->line != y->line) {
        return x->line < y->line ? -1 : 1;
    }
    return x->column < y->column ? -1 : x->column > y->column;
}

/* Nodes were numbered as they were met; listings want them as they were written. */
static int renumber(struct compile *c, int entry) {
    int *where = ARENA_ARRAY(c->a, int, c->nodes);
    if (c->nodes > 1) {
        qsort(c->node, c->nodes, sizeof(struct node *), by_place);
    }
    for (size_t i = 0; i < c->nodes; i++) {
        where[c->node[i]->index] = (int)i;
    }
    for (size_t i = 0; i < c->nodes; i++) {
        struct node *n = c->node[i];
        n->index = (int)i;
        for (size_t j = 0; j < n->exits; j++) {
            if (n->exit[j].to >= 0) {
                n->exit[j].to = where[n->exit[j].to];
            }
        }
    }
    return entry >= 0 ? where[entry] : entry;
}

static void refuse_same_ids(struct compile *c) {
    for (size_t i = 0; i < c->nodes; i++) {
        for (size_t j = 0; j < i && c->node[i]->named; j++) {
            if (str_eq(c->node[i]->id, c->node[j]->id)) {
                compile_wrong_at(c, c->node[i]->line, c->node[i]->column,
                                 "give each step its own id",
                                 "the id '%.*s' is taken already, line %d",
                                 STR_ARG(c->node[i]->id), c->node[j]->line);
                break;
            }
        }
    }
}

void compile_steps(struct compile *c, const struct val *steps) {
    int entry = compile_block(c, steps, "", NODE_END);
    resolve_gos(c);
    entry = renumber(c, entry);
    refuse_same_ids(c);
    struct program *p = c->p;
    p->entry = entry;
    p->node = (const struct node *const *)c->node;
    p->nodes = c->nodes;
    p->expr = c->expr;
    p->exprs = c->exprs;
    p->text = c->text;
    p->texts = c->texts;
    p->ref = c->ref;
    p->refs = c->refs;
    p->as = c->as;
    p->ass = c->ass;
    for (size_t i = 0; i < c->nodes; i++) {
        p->asks |= c->node[i]->kind->asks || c->node[i]->kind->lasts;
    }
}
