/* fuzz_expr.c - any text as a template: it compiles, is checked and runs to an end within its
 * limits. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>

#include "base/text.h"
#include "bot/expr/expr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct arena program, turn;

static void demand(bool law) {
    if (!law) {
        abort();
    }
}

static bool is_root(void *ctx, struct str name) {
    (void)ctx;
    return str_is(name, "contact") || str_is(name, "list") || str_is(name, "when") ||
           str_is(name, "text");
}

static const struct val *root(void *ctx, struct str name, struct arena *a) {
    (void)ctx;
    struct val_builder *b;
    if (str_is(name, "contact")) {
        b = val_map_begin(a);
        val_put(b, "name", val_textz(a, "Léa O'Brien"));
        val_put(b, "age", val_int(a, 17));
        val_put(b, "none", &VAL_NIL);
        return expr_object(a, val_end(b), val_textz(a, "Léa"));
    }
    if (str_is(name, "list")) {
        b = val_list_begin(a);
        val_push(b, val_int(a, 3));
        val_push(b, val_textz(a, "deux"));
        val_push(b, val_date(a, date_make(2026, 1, 31)));
        return val_end(b);
    }
    if (str_is(name, "when")) {
        return val_at(a, (struct instant){.sec = 1775000000, .offset = 7200});
    }
    return str_is(name, "text")
               ? val_textz(a, "Rendez-vous le 12 mars à 14h30, 17,5 € ou +33 6 39 98 01 23")
               : NULL;
}

static void run(const struct tmpl *t, bool french) {
    uint64_t chance = 42;
    struct expr_env env = {
        .french = french, .country = STR("FR"), .random = &chance, .now = {.sec = 1775000000}};
    struct expr_scope scope = {&env, root, NULL, &turn, EXPR_FUEL};
    struct str text, same;
    struct err err;
    enum rc rc = tmpl_text(t, &scope, &text, &err);
    demand(rc == OK || rc == E_INVALID || rc == E_LIMIT);
    demand(text.n <= EXPR_TEXT_MAX && text.p);
    demand(!tmpl_is_constant(t, &same) || (rc == OK && str_eq(text, same)));
    scope.fuel = EXPR_FUEL;
    const struct val *v = tmpl_value(t, &scope);
    demand(v != NULL);
    scope.fuel = EXPR_FUEL;
    demand(expr_text(v, &scope).n <= EXPR_TEXT_MAX &&
           expr_format(v, &scope).n <= EXPR_TEXT_MAX);
    expr_truth(v, &scope);
}

static void check(const struct tmpl *t, struct str source) {
    const struct tmpl_problem *problem;
    const struct str *name;
    size_t n = tmpl_problems(t, &program, &problem);
    for (size_t i = 0; i < n; i++) {
        demand(problem[i].column >= 1 && (size_t)problem[i].column <= text_length(source) + 1);
        demand(problem[i].text.n > 0 && (i == 0 || problem[i - 1].column <= problem[i].column));
    }
    n = tmpl_names(t, &program, &name);
    for (size_t i = 0; i < n; i++) {
        demand(name[i].n > 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct tmpl *t;
    struct err err;
    arena_reset(&program);
    arena_reset(&turn);
    struct str source = text_repair((struct str){(const char *)data, size}, &program);
    if (tmpl_compile(source, is_root, NULL, &program, &t, &err) == OK) {
        check(t, source);
        run(t, size % 2);
    }
    if (expr_compile(source, is_root, NULL, &program, &t, &err) == OK) {
        check(t, source);
        run(t, size % 2);
    }
    return 0;
}
