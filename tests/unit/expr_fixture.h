/* expr_fixture.h - a place, a person and a way to say "this text gives that text" for tests of
 * expressions. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef TESTS_UNIT_EXPR_FIXTURE_H
#define TESTS_UNIT_EXPR_FIXTURE_H

#include "bot/expr/expr.h"
#include "tests/unit/checks.h"

static struct arena a;
static uint64_t chance;

/* Sunday 8 March 2026, 10:15 in Paris. */
#define NOW_SEC 1772961300

static inline struct expr_env place(bool french) {
    struct expr_env env = {.french = french,
                           .date_format = STR("DD-MM-YYYY"),
                           .time_format = STR("tt:mm"),
                           .country = STR("FR"),
                           .language = french ? STR("fra") : STR("eng"),
                           .random = &chance,
                           .now = {.sec = NOW_SEC}};
    assert_int_equal(zone_get(STR("Europe/Paris"), &env.zone, NULL), OK);
    return env;
}

static inline bool is_root(void *ctx, struct str name) {
    (void)ctx;
    return str_is(name, "contact") || str_is(name, "words");
}

static inline const struct val *root(void *ctx, struct str name, struct arena *tmp) {
    (void)ctx;
    struct val_builder *b;
    if (str_is(name, "contact")) {
        b = val_map_begin(tmp);
        val_put(b, "first_name", val_textz(tmp, "Léa"));
        val_put(b, "age", val_int(tmp, 17));
        val_put(b, "Town", val_textz(tmp, "Rennes"));
        val_put(b, "nothing", &VAL_NIL);
        return expr_object(tmp, val_end(b), val_textz(tmp, "Léa Martin"));
    }
    if (str_is(name, "words")) {
        b = val_list_begin(tmp);
        val_push(b, val_textz(tmp, "un"));
        val_push(b, val_textz(tmp, "deux"));
        val_push(b, val_textz(tmp, "trois"));
        return val_end(b);
    }
    return NULL;
}

static inline enum rc evaluate(const char *source, const struct expr_env *env, struct str *ret,
                               struct err *err) {
    const struct tmpl *t;
    struct expr_scope scope = {env, root, NULL, &a, EXPR_FUEL};
    assert_int_equal(tmpl_compile(str_from(source), is_root, NULL, &a, &t, err), OK);
    return tmpl_text(t, &scope, ret, err);
}

static inline void check_in(const struct expr_env *env, const char *source,
                            const char *expected) {
    struct str got;
    struct err err = {0};
    enum rc rc = evaluate(source, env, &got, &err);
    if (rc != OK || !str_is(got, expected)) {
        fail_msg("%s\n   gives  [%.*s] %s\n   wanted [%s]", source, STR_ARG(got), err.text,
                 expected);
    }
}

/* In the reference's manner. */
static inline void gives(const char *source, const char *expected) {
    struct expr_env env = place(false);
    check_in(&env, source, expected);
}

/* With the French differences. */
static inline void donne(const char *source, const char *expected) {
    struct expr_env env = place(true);
    check_in(&env, source, expected);
}

static inline void fails(const char *source, const char *why) {
    struct expr_env env = place(false);
    struct str got;
    struct err err = {0};
    enum rc rc = evaluate(source, &env, &got, &err);
    if (rc != E_INVALID || !strstr(err.text, why)) {
        fail_msg("%s: %s %s, wanted '%s'", source, rc_name(rc), err.text, why);
    }
}

static inline int fixture_start(void **state) {
    (void)state;
    arena_init(&a);
    return 0;
}

static inline int fixture_end(void **state) {
    (void)state;
    arena_done(&a);
    return 0;
}

#endif
