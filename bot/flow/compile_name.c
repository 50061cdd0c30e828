/* compile_name.c - fields, flows and answers that a step names. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/flow/compile_priv.h"

/* Nothing may be kept that _champs.yaml does not declare: minimisation is checked, not
 * promised. */
void compile_field(struct compile *c, struct str target, int line, int column) {
    const struct field_spec *field;
    size_t n = c->lib ? library_fields(c->lib, &field) : 0;
    if (!str_starts(target, STR("contact."))) {
        if (!compile_is_name(target)) {
            compile_wrong_at(c, line, column,
                             "contact.FIELD, or letters without accents, digits and _",
                             "'%.*s' cannot be a name", STR_ARG(target));
        }
        return;
    }
    struct str name = str_sub(target, 8, target.n), names = STR_EMPTY;
    for (size_t i = 0; i < n; i++) {
        if (str_eq(field[i].name, name)) {
            return;
        }
        names = arena_printf(c->a, "%.*s%s%.*s", STR_ARG(names), names.n ? " " : "",
                             STR_ARG(field[i].name));
    }
    if (n) {
        struct str near = problems_nearest(name, arena_cstr(c->a, names));
        char *hint = near.n
                         ? arena_cstr(c->a, arena_printf(c->a, "did you mean 'contact.%.*s'?",
                                                         STR_ARG(near)))
                         : arena_cstr(c->a, str_from("declare it in _champs.yaml"));
        compile_wrong_at(c, line, column, hint, "no field '%.*s' is declared", STR_ARG(name));
    }
}

void compile_flow_ref(struct compile *c, const struct val *flow, const struct entry *with,
                      size_t n) {
    if (!val_is(flow, VAL_TEXT)) {
        return;
    }
    struct param *given = ARENA_ARRAY(c->a, struct param, n);
    for (size_t i = 0; i < n; i++) {
        given[i] = (struct param){with[i].name, STR_EMPTY, with[i].line, with[i].column};
    }
    c->ref = compile_grow(c, c->ref, c->refs, sizeof *c->ref);
    c->ref[c->refs++] =
        (struct program_ref){flow->text, c->current, given, n, flow->line, flow->column};
}

void compile_webhook(struct compile *c, struct str name) {
    struct words *w = &c->p->webhooks;
    for (size_t i = 0; i < w->n; i++) {
        if (str_eq(w->item[i], name)) {
            return;
        }
    }
    struct str *item = ARENA_ARRAY(c->a, struct str, w->n + 1);
    for (size_t i = 0; i < w->n; i++) {
        item[i] = w->item[i];
    }
    item[w->n] = name;
    *w = (struct words){item, w->n + 1};
}

void compile_as(struct compile *c, const struct val *as, const struct act_spec *act) {
    if (!val_is(as, VAL_TEXT)) {
        return;
    }
    if (!compile_is_name(as->text)) {
        compile_wrong(c, as, "letters without accents, digits and _", "'%.*s' cannot be a name",
                      STR_ARG(as->text));
        return;
    }
    c->as = compile_grow(c, c->as, c->ass, sizeof *c->as);
    c->as[c->ass++] = (struct program_as){as->text, act};
}
