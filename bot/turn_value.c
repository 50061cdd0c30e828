/* turn_value.c - what a turn knows: contact, results, parameters, variables. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/turn.h"

#include <string.h>

#define RESULT_INPUT_MAX 300 /* bytes of the person's own words kept with a result */

/* The contact with what this chain of turns has set; declared fields without a value are null,
 * not errors. */
const struct val *turn_contact(struct run *r) {
    if (r->contact) {
        return r->contact;
    }
    const struct field_spec *field;
    size_t n = library_fields(r->w->library, &field);
    struct val_builder *b = val_map_begin(r->a);
    for (size_t i = 0; i < n; i++) {
        val_put_str(b, field[i].name, &VAL_NIL);
    }
    const struct val *map[] = {val_get(r->w->contact, "fields"), r->w->contact, r->s.fresh};
    for (size_t m = 0; m < 3; m++) {
        for (size_t i = 0; val_is(map[m], VAL_MAP) && i < map[m]->map.n; i++) {
            val_put_str(b, map[m]->map.pair[i].key, map[m]->map.pair[i].val);
        }
    }
    r->contact = val_end(b);
    return r->contact;
}

static const struct val *view_with(struct run *r) {
    const struct program *p = turn_program(r);
    const struct val *with = turn_top(r) ? turn_top(r)->with : NULL;
    struct val_builder *b = val_map_begin(r->a);
    for (size_t i = 0; p && i < p->params; i++) {
        val_put_str(b, p->param[i].name, &VAL_NIL);
    }
    for (size_t i = 0; val_is(with, VAL_MAP) && i < with->map.n; i++) {
        val_put_str(b, with->map.pair[i].key, with->map.pair[i].val);
    }
    return val_end(b);
}

static const struct val *view_results(struct run *r) {
    const struct program *p = turn_program(r);
    const struct val *results = turn_var(r, STR("results"));
    struct val_builder *b = val_map_begin(r->a);
    for (size_t i = 0; p && i < p->nodes; i++) {
        if (p->node[i]->named && p->node[i]->kind->asks) {
            val_put_str(b, p->node[i]->id, &VAL_NIL);
        }
    }
    for (size_t i = 0; val_is(results, VAL_MAP) && i < results->map.n; i++) {
        const struct val *v = results->map.pair[i].val;
        struct val *with_text = ARENA_NEW(r->a, struct val);
        *with_text = *v;
        if (v->type == VAL_MAP) {
            with_text->map.fallback = val_get(v, "value"); /* "@results.prenom" is its value */
        }
        val_put_str(b, results->map.pair[i].key, with_text);
    }
    return val_end(b);
}

/* A name that a later step gives: empty for now, not an error. */
static bool is_declared(struct run *r, struct str name) {
    const struct program *p = turn_program(r);
    for (size_t i = 0; p && i < p->names.n; i++) {
        if (str_eq(p->names.item[i], name)) {
            return true;
        }
    }
    return false;
}

static const struct val *root(void *ctx, struct str name, struct arena *a) {
    struct run *r = ctx;
    (void)a;
    if (str_is(name, "contact")) {
        return turn_contact(r);
    }
    if (str_is(name, "fields")) {
        return turn_contact(r);
    }
    if (str_is(name, "org")) {
        return r->w->org;
    }
    if (str_is(name, "with")) {
        r->with = r->with ? r->with : view_with(r);
        return r->with;
    }
    if (str_is(name, "results")) {
        r->results = r->results ? r->results : view_results(r);
        return r->results;
    }
    if (str_is(name, "input")) {
        return r->s.input ? r->s.input : &VAL_NIL;
    }
    if (str_is(name, "answer")) {
        return r->value ? r->value : &VAL_NIL;
    }
    const struct val *v = turn_var(r, name);
    return v ? v : is_declared(r, name) ? &VAL_NIL : NULL;
}

struct expr_scope *turn_scope(struct run *r) {
    if (!r->scope.root) {
        r->scope = (struct expr_scope){
            .env = &r->env, .root = root, .ctx = r, .a = r->a, .fuel = EXPR_FUEL};
    }
    return &r->scope;
}

const struct val *turn_value(struct run *r, const struct tmpl *t) {
    const struct val *v = t ? tmpl_value(t, turn_scope(r)) : &VAL_NIL;
    /* a result stands for its value wherever it is used alone */
    return val_is(v, VAL_MAP) && v->map.fallback ? v->map.fallback : v;
}

bool turn_test(struct run *r, const struct tmpl *condition) {
    const struct val *v = turn_value(r, condition);
    if (val_is(v, VAL_ERROR)) {
        turn_trace(r, "condition failed" TRACE_HIDE ": %.*s" TRACE_SHOW, STR_ARG(v->error));
        return false;
    }
    return expr_truth(v, turn_scope(r));
}

const struct val *turn_var(struct run *r, struct str name) {
    const struct frame *f = turn_top(r);
    return f ? val_get_str(f->vars, name) : NULL;
}

void turn_set_var(struct run *r, struct str name, const struct val *v) {
    struct frame *f = turn_top(r);
    static const struct val EMPTY = {.type = VAL_MAP};
    f->vars = val_with(r->a, f->vars ? f->vars : &EMPTY, name, v);
    r->results = NULL;
}

void turn_set_result(struct run *r, struct str name, const struct val *v, struct str category,
                     struct str input) {
    static const struct val EMPTY = {.type = VAL_MAP};
    const struct val *all = turn_var(r, STR("results"));
    struct val_builder *b = val_map_begin(r->a);
    val_put(b, "value", v ? v : &VAL_NIL);
    val_put(b, "category", category.n ? val_text(r->a, category) : NULL);
    val_put(b, "input", val_text(r->a, str_sub(input, 0, RESULT_INPUT_MAX)));
    turn_set_var(r, STR("results"), val_with(r->a, all ? all : &EMPTY, name, val_end(b)));
}

void turn_set(struct run *r, struct str target, const struct val *v) {
    static const struct val EMPTY = {.type = VAL_MAP};
    if (!str_starts(target, STR("contact."))) {
        turn_set_var(r, target, v);
        return;
    }
    struct str name = str_sub(target, 8, target.n);
    struct effect *e = turn_effect(r, EFFECT_SET_FIELD);
    e->field.name = name;
    e->field.value = v ? v : &VAL_NIL;
    r->s.fresh = val_with(r->a, r->s.fresh ? r->s.fresh : &EMPTY, name, e->field.value);
    r->contact = NULL;
}

const struct val *turn_entries(struct run *r, const struct entry *entry, size_t n) {
    struct val_builder *b = val_map_begin(r->a);
    for (size_t i = 0; i < n; i++) {
        const struct val *v = turn_value(r, entry[i].value);
        if (val_is(v, VAL_ERROR)) {
            turn_trace(r, "%.*s could not be worked out" TRACE_HIDE ": %.*s" TRACE_SHOW,
                       STR_ARG(entry[i].name), STR_ARG(v->error));
            v = &VAL_NIL;
        }
        val_put_str(b, entry[i].name, v);
    }
    return val_end(b);
}
