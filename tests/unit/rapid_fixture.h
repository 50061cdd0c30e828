/* rapid_fixture.h - small flows of the other system for tests, written with ' for ". */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef TESTS_UNIT_RAPID_FIXTURE_H
#define TESTS_UNIT_RAPID_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "bot/rapid/rapid_session.h"

static struct arena fixture_arena;

static const struct val *fixture_json(const char *quoted) {
    const struct val *v = NULL;
    struct err err = {0};
    char *s = arena_cstr(&fixture_arena, str_from(quoted));
    for (char *p = s; *p; p++) {
        *p = *p == '\'' ? '"' : *p;
    }
    if (json_parse(str_from(s), &fixture_arena, &v, &err) != OK) {
        fail_msg("%s in %s", err.text, quoted);
    }
    return v;
}

static struct expr_env fixture_env(void) {
    static const struct str LANGUAGES[] = {{"fra", 3}, {"eng", 3}};
    return (struct expr_env){.date_format = STR("DD-MM-YYYY"),
                             .time_format = STR("tt:mm"),
                             .country = STR("FR"),
                             .language = STR("fra"),
                             .allowed_language = LANGUAGES,
                             .allowed_languages = 2,
                             .now = {.sec = 1770000000}};
}

static const struct rapid_program *fixture_load(const char *quoted) {
    const struct rapid_program *p = NULL;
    struct expr_env env = fixture_env();
    struct err err = {0};
    if (rapid_load(fixture_json(quoted), &env, &fixture_arena, &p, &err) != OK) {
        fail_msg("%s", err.text);
    }
    return p;
}

static int fixture_setup(void **state) {
    (void)state;
    arena_init(&fixture_arena);
    return 0;
}

static int fixture_teardown(void **state) {
    (void)state;
    arena_done(&fixture_arena);
    return 0;
}

#endif
