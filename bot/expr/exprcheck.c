/* exprcheck.c - what is wrong, or may go wrong, in a compiled template; found without running
 * it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "bot/expr/convert.h"
#include "bot/expr/functions.h"
#include "bot/expr/rxcache.h"
#include "bot/expr/template_priv.h"

struct checker {
    const struct tmpl *t;
    struct arena *a;
    struct tmpl_problem *problem;
    size_t problems, problem_cap;
    struct str *name;
    size_t names, name_cap;
};

static void *grown(struct arena *a, void *old, size_t n, size_t *cap, size_t size) {
    if (n < *cap) {
        return old;
    }
    *cap = *cap ? *cap * 2 : 8;
    void *more = arena_array(a, *cap, size);
    if (n) {
        memcpy(more, old, n * size);
    }
    return more;
}

static void add(struct checker *c, size_t at, bool warning, struct str text, struct str hint) {
    c->problem = grown(c->a, c->problem, c->problems, &c->problem_cap, sizeof *c->problem);
    c->problem[c->problems++] =
        (struct tmpl_problem){template_column(c->t, at), warning, text, hint};
}

static void add_name(struct checker *c, struct str s) {
    c->name = grown(c->a, c->name, c->names, &c->name_cap, sizeof *c->name);
    c->name[c->names++] = s;
}

/* --- a function that is nearly called so --- */

/* Edits between two short names (Levenshtein), at most 9. */
static int distance(struct str a, struct str b) {
    int row[40];
    if (a.n > 30 || b.n > 30) {
        return 9;
    }
    for (size_t j = 0; j <= b.n; j++) {
        row[j] = (int)j;
    }
    for (size_t i = 1; i <= a.n; i++) {
        int diagonal = row[0];
        row[0] = (int)i;
        for (size_t j = 1; j <= b.n; j++) {
            int change = diagonal + (a.p[i - 1] != b.p[j - 1]);
            int best = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            diagonal = row[j];
            row[j] = change < best ? change : best;
        }
    }
    return row[b.n];
}

static struct str nearest_function(struct checker *c, struct str name) {
    const char *best = NULL;
    int least = 3;
    const struct expr_function *f;
    for (size_t i = 0; (f = expr_function_at(i)) != NULL; i++) {
        int d = distance(name, str_from(f->name));
        if (d < least) {
            least = d;
            best = f->name;
        }
    }
    return best ? arena_printf(c->a, "did you mean %s()?", best) : STR("");
}

/* --- the walk --- */

static void walk(struct checker *c, const struct node *n, bool guarded);

static void check_name(struct checker *c, const struct node *n, bool called) {
    if (n->name.is_param) {
        return;
    }
    if (n->name.is_root || n->name.builtin) {
        return;
    }
    struct str s = n->name.written;
    if (called) {
        add(c, n->at, false, arena_printf(c->a, "no function '%.*s'", STR_ARG(s)),
            nearest_function(c, n->name.folded));
    } else {
        add(c, n->at, false, arena_printf(c->a, "no name '%.*s'", STR_ARG(s)), STR(""));
    }
}

static void check_count(struct checker *c, const struct expr_function *f,
                        const struct suffix *s) {
    bool few = s->args < (size_t)f->min, many = f->max >= 0 && s->args > (size_t)f->max;
    if (few || many) {
        add(c, s->at, false,
            arena_printf(c->a, "%s() has too %s arguments (%zu)", f->name, few ? "few" : "many",
                         s->args),
            arena_printf(c->a, "%s(%s)", f->name, f->args));
    }
}

/* A literal of a type with which the function cannot fail any more. */
static bool is_plain_number(const struct node *n) {
    return n->kind == NODE_CONST && n->value->type == VAL_NUMBER;
}

static void check_pattern(struct checker *c, const struct expr_function *f,
                          const struct suffix *s) {
    bool pattern = strcmp(f->name, "has_pattern") == 0 || strcmp(f->name, "regex_match") == 0;
    if (!pattern || s->args < 2 || s->arg[1]->kind != NODE_CONST ||
        s->arg[1]->value->type != VAL_TEXT) {
        return;
    }
    struct rx *rx = NULL;
    struct err err = {0};
    if (rx_compile(s->arg[1]->value->text, RX_NOCASE | RX_UTF, &rx, &err) != OK) {
        add(c, s->arg[1]->at, false, arena_str(c->a, str_from(err.text)), STR(""));
    }
    rx_free(rx);
}

static void check_call(struct checker *c, const struct node *base, const struct suffix *s,
                       bool guarded) {
    const struct builtin *b =
        base->kind == NODE_NAME && !base->name.is_param ? base->name.builtin : NULL;
    if (!b || base->name.is_root) {
        for (size_t i = 0; i < s->args; i++) {
            walk(c, s->arg[i], guarded);
        }
        return;
    }
    check_count(c, &b->doc, s);
    check_pattern(c, &b->doc, s);
    bool catches = b->run == fn_default || b->run == fn_is_error || b->run == fn_has_error;
    bool all_literal = s->args > 0;
    for (size_t i = 0; i < s->args; i++) {
        /* what a test looks into may be any text: only what it compares with can be wrong */
        all_literal =
            all_literal && ((b->doc.is_test && i == 0) || s->arg[i]->kind == NODE_CONST);
        walk(c, s->arg[i], guarded || (catches && i == 0));
    }
    if (b->doc.may_fail && !guarded && !all_literal) {
        add(c, base->at, true,
            arena_printf(c->a, "%s() fails when the text is not what it expects", b->doc.name),
            arena_printf(c->a, "default(%s(...), \"...\")", b->doc.name));
    }
}

/* "contact.first_name" from a name and the dots that follow it. */
static void note_path(struct checker *c, const struct node *n) {
    const struct node *base = n->kind == NODE_ACCESS ? n->access.base : n;
    if (base->kind != NODE_NAME || base->name.is_param ||
        (base->name.builtin && !base->name.is_root)) {
        return;
    }
    struct sink out;
    sink_init(&out, c->a);
    sink_add(&out, base->name.folded);
    for (size_t i = 0; n->kind == NODE_ACCESS && i < n->access.n; i++) {
        const struct suffix *s = &n->access.suffix[i];
        bool literal = s->kind == SUFFIX_INDEX && s->index->kind == NODE_CONST &&
                       s->index->value->type == VAL_TEXT;
        if (s->kind != SUFFIX_DOT && !literal) {
            break;
        }
        sink_putc(&out, '.');
        sink_add(&out, text_lower(literal ? s->index->value->text : s->key, c->a));
    }
    add_name(c, sink_view(&out));
}

static void walk_access(struct checker *c, const struct node *n, bool guarded) {
    const struct node *base = n->access.base;
    bool called = n->access.n && n->access.suffix[0].kind == SUFFIX_CALL;
    note_path(c, n);
    if (base->kind == NODE_NAME) {
        check_name(c, base, called);
    } else {
        walk(c, base, guarded);
    }
    for (size_t i = 0; i < n->access.n; i++) {
        const struct suffix *s = &n->access.suffix[i];
        if (s->kind == SUFFIX_CALL) {
            check_call(c, base, s, guarded);
        } else if (s->kind == SUFFIX_INDEX) {
            walk(c, s->index, guarded);
        }
    }
}

static bool needs_numbers(enum op op) {
    return op != OP_EQ && op != OP_NEQ && op != OP_JOIN;
}

static void walk_chain(struct checker *c, const struct node *n, bool guarded) {
    bool numbers = is_plain_number(n->chain.first), arithmetic = false;
    walk(c, n->chain.first, guarded);
    for (size_t i = 0; i < n->chain.n; i++) {
        const struct link *l = &n->chain.link[i];
        arithmetic = arithmetic || needs_numbers(l->op);
        numbers = numbers && is_plain_number(l->operand);
        if (l->op == OP_DIV && is_plain_number(l->operand) &&
            dec_is_zero(l->operand->value->num)) {
            add(c, l->operand->at, false, STR("division by zero"), STR(""));
        }
        walk(c, l->operand, guarded);
    }
    if (arithmetic && !numbers && !guarded) {
        add(c, n->at, true, STR("the expression fails when a value is not a number"),
            STR("default(..., \"...\")"));
    }
}

static void walk(struct checker *c, const struct node *n, bool guarded) {
    switch (n->kind) {
    case NODE_CONST:
        break;
    case NODE_NAME:
        note_path(c, n);
        check_name(c, n, false);
        break;
    case NODE_NEG:
        walk(c, n->operand, guarded);
        break;
    case NODE_CHAIN:
        walk_chain(c, n, guarded);
        break;
    case NODE_ACCESS:
        walk_access(c, n, guarded);
        break;
    case NODE_LAMBDA:
        walk(c, n->lambda.body, guarded);
        break;
    }
}

static struct checker check(const struct tmpl *t, struct arena *a) {
    struct checker c = {.t = t, .a = a};
    for (size_t i = 0; i < t->n; i++) {
        const struct part *p = &t->part[i];
        if (p->syntax_error) {
            add(&c, p->error_at, false, p->syntax_error->error, STR(""));
        } else if (p->is_expression) {
            walk(&c, p->node, false);
        }
    }
    return c;
}

static int by_column(const void *x, const void *y) {
    const struct tmpl_problem *a = x, *b = y;
    return a->column != b->column ? (a->column < b->column ? -1 : 1)
                                  : (int)a->warning - (int)b->warning;
}

size_t tmpl_problems(const struct tmpl *t, struct arena *a, const struct tmpl_problem **ret) {
    struct checker c = check(t, a);
    if (c.problems > 1) {
        qsort(c.problem, c.problems, sizeof *c.problem, by_column);
    }
    *ret = c.problem;
    return c.problems;
}

size_t tmpl_names(const struct tmpl *t, struct arena *a, const struct str **ret) {
    struct checker c = check(t, a);
    *ret = c.name;
    return c.names;
}
