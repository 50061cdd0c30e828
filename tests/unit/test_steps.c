/* test_steps.c - every wrong flow gives exactly the messages written at its end. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/steps/steps.h"

#include <stdio.h>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "bot/flow/kind.h"
#include "bot/flow/listing.h"
#include "bot/flow/program.h"
#include "tests/unit/flows_kit.h"

#define DIR "tests/flows/bad"
#define GSM_SINGLE 160
#define GSM_PART 153

/* The real one lives with the gateways; this one knows the circumflex and counts. */
static void measure(struct str text, struct arena *a, struct text_measure *ret) {
    size_t n = text_length(text), pos = 0;
    (void)a;
    *ret = (struct text_measure){
        .segments = n <= GSM_SINGLE ? 1 : (int)((n + GSM_PART - 1) / GSM_PART), .gsm = true};
    for (int column = 1; pos < text.n; column++) {
        size_t at = pos;
        if (text_next(text, &pos) == 0xEA) {
            *ret =
                (struct text_measure){1, false, column, str_sub(text, at, pos - at), STR("e")};
            return;
        }
    }
}

static const struct text_meter METER = {measure};

/* The lines that begin with "#! ", without it. */
static struct str expected(struct str text) {
    struct buf out;
    struct str line;
    buf_init(&out, 100000);
    while (str_next(&text, '\n', &line)) {
        if (str_starts(line, STR("#! "))) {
            buf_printf(&out, "%.*s\n", STR_ARG(str_sub(line, 3, line.n)));
        }
    }
    struct str ret = arena_str(&kit_arena, buf_view(&out));
    buf_done(&out);
    return ret;
}

static struct str found(const struct library_source *src, size_t n) {
    struct flow_problems problems;
    struct library *l = NULL;
    struct buf out;
    problems_init(&problems, &kit_arena);
    if (library_load(&STEPS_LANG, src, n, NULL, NULL, &l, &problems) == OK) {
        library_check(l, &METER, &problems);
        problems_sort(&problems);
    }
    library_free(l);
    buf_init(&out, 100000);
    for (size_t i = 0; i < problems.n; i++) {
        const struct flow_problem *x = &problems.problem[i];
        buf_printf(&out, "%d:%d: %s: %.*s", x->line, x->column,
                   x->warning ? "warning" : "error", STR_ARG(x->text));
        if (x->hint.n) {
            buf_printf(&out, " (%.*s)", STR_ARG(x->hint));
        }
        buf_putc(&out, '\n');
    }
    struct str ret = arena_str(&kit_arena, buf_view(&out));
    buf_done(&out);
    return ret;
}

static void each_mistake_has_its_message(void **state) {
    struct library_source src[2] = {{STR(DIR "/_champs.yaml"), STR_EMPTY}};
    struct str *name;
    size_t n, wrong = 0, seen = 0;
    struct err err = {0};
    (void)state;
    assert_int_equal(file_list(DIR, ".yaml", &kit_arena, &name, &n, &err), OK);
    assert_int_equal(file_read(src[0].file.p, 100000, &kit_arena, &src[0].text, &err), OK);
    for (size_t i = 0; i < n; i++) {
        if (str_is(name[i], "_champs.yaml")) {
            continue;
        }
        src[1].file = arena_printf(&kit_arena, DIR "/%.*s", STR_ARG(name[i]));
        assert_int_equal(file_read(src[1].file.p, 100000, &kit_arena, &src[1].text, &err), OK);
        struct str want = expected(src[1].text), got = found(src, 2);
        seen++;
        if (!str_eq(want, got)) {
            fprintf(stderr, "%.*s\n  expected:\n%.*s  found:\n%.*s\n", STR_ARG(name[i]),
                    STR_ARG(want), STR_ARG(got));
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
    assert_true(seen >= 60);
}

static void the_flows_of_the_project_are_right(void **state) {
    struct str *name;
    size_t n;
    struct err err = {0};
    (void)state;
    assert_int_equal(file_list("flows", ".yaml", &kit_arena, &name, &n, &err), OK);
    struct library_source *src = ARENA_ARRAY(&kit_arena, struct library_source, n);
    for (size_t i = 0; i < n; i++) {
        src[i].file = arena_printf(&kit_arena, "flows/%.*s", STR_ARG(name[i]));
        assert_int_equal(file_read(src[i].file.p, 300000, &kit_arena, &src[i].text, &err), OK);
    }
    check_str(found(src, n), "");
}

/* Two files, one mistake each: both are reported, by file and line. */
static void all_files_are_reported_at_once(void **state) {
    const struct library_source src[] = {
        {STR("b.yaml"),
         STR("flow: b\ntitle: B\nstarts: {keywords: [salut]}\nsteps:\n  - sya: x\n")},
        {STR("a.yaml"),
         STR("flow: a\ntitle: A\nstarts: {keywords: [SALUT !]}\nsteps:\n  - call: c\n")}};
    struct flow_problems problems;
    struct library *l = NULL;
    struct buf out;
    (void)state;
    problems_init(&problems, &kit_arena);
    assert_int_equal(library_load(&STEPS_LANG, src, 2, NULL, NULL, &l, &problems), E_INVALID);
    buf_init(&out, 100000);
    problems_print(&problems, &out);
    check_str(buf_view(&out), "a.yaml:3:9: error: the keyword 'salut' also starts the flow 'b' "
                              "(keep it in one of the two)\n"
                              "a.yaml:5:11: error: there is no flow 'c' (the name written "
                              "after flow: in the other file)\n"
                              "b.yaml:5:5: error: unknown step 'sya' (did you mean 'say'?)\n");
    buf_done(&out);
}

static void hostile_nesting_ends_by_a_limit(void **state) {
    struct buf text;
    struct flow_problems problems;
    struct library *l = NULL;
    (void)state;
    buf_init(&text, 200000);
    buf_puts(&text, "flow: a\ntitle: A\nsteps: ");
    for (int i = 0; i < 25; i++) {
        buf_puts(&text, "[{if: \"1\", then: ");
    }
    buf_puts(&text, "[]");
    for (int i = 0; i < 25; i++) {
        buf_puts(&text, "}]");
    }
    const struct library_source src = {STR("a.yaml"), buf_view(&text)};
    problems_init(&problems, &kit_arena);
    enum rc rc = library_load(&STEPS_LANG, &src, 1, NULL, NULL, &l, &problems);
    assert_true(rc == OK || problems.errors > 0);
    library_free(l);
    buf_done(&text);
}

/* Editors read it: it must be JSON, and know every step with the keys it needs. */
static void the_schema_knows_every_step(void **state) {
    struct buf out;
    const struct val *schema = NULL;
    struct err err = {0};
    size_t kinds = 0;
    (void)state;
    buf_init(&out, 1000000);
    listing_schema(&STEPS_LANG, &out);
    if (json_parse(buf_view(&out), &kit_arena, &schema, &err) != OK) {
        fail_msg("%d:%d %s", err.line, err.column, err.text);
    }
    const struct val *steps = val_path(schema, "$defs.steps.items.oneOf");
    for (const struct step_kind *const *k = STEPS_LANG.step; *k; k++, kinds++) {
        const struct val *one = val_at_index(steps, kinds);
        assert_non_null(val_get(val_get(one, "properties"), (*k)->name));
        check_str(val_at_index(val_get(one, "required"), 0)->text, (*k)->name);
        assert_true((*k)->doc_fr && (*k)->doc_en);
    }
    assert_null(val_at_index(steps, kinds));
    buf_done(&out);
}

static void the_listing_shows_every_way(void **state) {
    static const char *const FLOWS[] = {
        "flow: a\ntitle: A\nsteps:\n  - ask: Oui ?\n    id: q\n    kind: yes_no\n"
        "    timeout: {after: 2 days, go: end}\n"
        "    if_yes:\n      - say: Bien\n  - say: Fin\n    id: fin\n",
        NULL};
    struct library *l = kit_library(FLOWS);
    struct buf out;
    (void)state;
    buf_init(&out, 100000);
    listing_program(library_get(l, STR("a")), &out);
    struct str text = buf_view(&out);
    static const char *const WANTED[] = {
        "begins at q",         "-> fin\n",           "-> q.if_yes.1  (if_yes)",
        "-> (human)  (human)", "-> (end)  (2 days)", "say \"Bien\""};
    for (size_t i = 0; i < sizeof WANTED / sizeof *WANTED; i++) {
        if (str_find(text, str_from(WANTED[i]), 0) == SIZE_MAX) {
            fail_msg("no %s in\n%s", WANTED[i], buf_cstr(&out));
        }
    }
    buf_done(&out);
    library_free(l);
}

/* Depth, doubling templates, costly patterns: a named end and the fallback text, whatever the
 * flow. */
static void hostile_expressions_end_with_the_fallback(void **state) {
    static const char *const FLOWS[] = {
        "flow: a\ntitle: A\nstarts: {keywords: [a]}\nsteps:\n"
        "  - set: {x: \"@(repeat(\\\"a\\\", 9000))\"}\n"
        "  - say: \"@(repeat(x, 9000) & repeat(x, 9000))\"\n    fallback: Trop long.\n"
        "  - say: \"@(regex_match(x, \\\"(a+)+b\\\"))\"\n    fallback: Trop cher.\n",
        NULL};
    struct library *l = kit_library(FLOWS);
    struct player *p = kit_player(l);
    (void)state;
    struct str heard = kit_say(p, "a");
    assert_true(str_find(heard, STR("Trop long."), 0) != SIZE_MAX);
    assert_true(str_find(heard, STR("!flow_error"), 0) != SIZE_MAX);
    assert_true(heard.n < 500);
    player_free(p);
    library_free(l);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mistake_has_its_message),
        cmocka_unit_test(the_flows_of_the_project_are_right),
        cmocka_unit_test(all_files_are_reported_at_once),
        cmocka_unit_test(hostile_nesting_ends_by_a_limit),
        cmocka_unit_test(the_schema_knows_every_step),
        cmocka_unit_test(the_listing_shows_every_way),
        cmocka_unit_test(hostile_expressions_end_with_the_fallback)};
    return cmocka_run_group_tests(tests, kit_setup, kit_teardown);
}
