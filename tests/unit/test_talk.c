/* test_talk.c - the transcripts of the project, and what a transcript shows when a conversation
 * changes. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/talk.h"

#include <stdio.h>

#include "base/file.h"
#include "tests/unit/flows_kit.h"

static struct library *library_of(const char *dir) {
    struct str *name;
    size_t n;
    struct err err = {0};
    struct flow_problems problems;
    struct library *l = NULL;
    assert_int_equal(file_list(dir, ".yaml", &kit_arena, &name, &n, &err), OK);
    struct library_source *src = ARENA_ARRAY(&kit_arena, struct library_source, n);
    for (size_t i = 0; i < n; i++) {
        src[i].file = arena_printf(&kit_arena, "%s/%.*s", dir, STR_ARG(name[i]));
        assert_int_equal(file_read(src[i].file.p, 300000, &kit_arena, &src[i].text, &err), OK);
    }
    problems_init(&problems, &kit_arena);
    assert_int_equal(library_load(&STEPS_LANG, src, n, NULL, NULL, &l, &problems), OK);
    return l;
}

static void play_folder(const char *dir, size_t at_least) {
    struct library *l = library_of(dir);
    struct str *name, text;
    size_t n;
    struct err err = {0};
    struct talk_result result = {0};
    struct buf out;
    buf_init(&out, 1000000);
    assert_int_equal(file_list(dir, ".talk", &kit_arena, &name, &n, &err), OK);
    for (size_t i = 0; i < n; i++) {
        struct str path = arena_printf(&kit_arena, "%s/%.*s", dir, STR_ARG(name[i]));
        struct talk talk = {0};
        assert_int_equal(file_read(path.p, TALK_SIZE_MAX, &kit_arena, &text, &err), OK);
        if (talk_parse(path, text, &kit_arena, &talk, &err) != OK ||
            talk_play(&talk, l, kit_und, TALK_MODE_CHECK, &out, &result, &err) != OK) {
            fail_msg("%s:%d: %s", path.p, err.line, err.text);
        }
    }
    if (result.failures) {
        fail_msg("%s", buf_cstr(&out));
    }
    assert_true((size_t)result.talks >= at_least);
    buf_done(&out);
    library_free(l);
}

static void the_flows_say_what_is_written(void **state) {
    (void)state;
    play_folder("flows", 60);
}

static void the_language_does_what_is_written(void **state) {
    (void)state;
    play_folder("tests/talks", 15);
}

/* The next ```LANG block of a page; *pos moves behind it. */
static bool block(struct str page, const char *lang, size_t *pos, struct str *ret) {
    struct str mark = arena_printf(&kit_arena, "```%s\n", lang);
    size_t at = str_find(page, mark, *pos);
    size_t end = at == SIZE_MAX ? SIZE_MAX : str_find(page, STR("```"), at + mark.n);
    if (end == SIZE_MAX) {
        return false;
    }
    *ret = arena_str(&kit_arena, str_sub(page, at + mark.n, end - at - mark.n));
    *pos = end + 3;
    return true;
}

static void the_examples_of_the_guide_run(void **state) {
    const char *flow[32] = {NULL};
    struct talk_result result = {0};
    struct err err = {0};
    struct str page, text;
    struct buf out;
    size_t pos = 0, n = 0;
    (void)state;
    assert_int_equal(file_read("flows/README.md", 100000, &kit_arena, &page, &err), OK);
    while (n < 31 && block(page, "yaml", &pos, &text)) {
        flow[n++] = text.p;
    }
    struct library *l = kit_library(flow);
    buf_init(&out, 100000);
    for (pos = 0; block(page, "talk", &pos, &text);) {
        struct talk talk = {0};
        if (talk_parse(STR("flows/README.md"), text, &kit_arena, &talk, &err) != OK) {
            fail_msg("%s", err.text);
        }
        assert_int_equal(talk_play(&talk, l, kit_und, TALK_MODE_CHECK, &out, &result, &err),
                         OK);
    }
    if (result.failures) {
        fail_msg("%s", buf_cstr(&out));
    }
    assert_true(n >= 6 && result.talks >= 6);
    buf_done(&out);
    library_free(l);
}

static struct str played(const char *text, enum talk_mode mode, int *ret_failures) {
    static const char *const FLOWS[] = {
        "flow: a\ntitle: A\nstarts: {keywords: [salut]}\nsteps:\n  - say: Bonjour toi\n  - "
        "hand: motif\n",
        NULL};
    struct library *l = kit_library(FLOWS);
    struct talk talk = {0};
    struct talk_result result = {0};
    struct err err = {0};
    struct buf out;
    buf_init(&out, 100000);
    assert_int_equal(talk_parse(STR("x.talk"), str_from(text), &kit_arena, &talk, &err), OK);
    assert_int_equal(talk_play(&talk, l, kit_und, mode, &out, &result, &err), OK);
    struct str ret = arena_str(&kit_arena, buf_view(&out));
    buf_done(&out);
    library_free(l);
    *ret_failures = result.failures;
    return ret;
}

static void a_change_shows_both_texts_side_by_side(void **state) {
    int failures;
    (void)state;
    check_str(played("> salut\n< Bonsoir toi\n! case motif\n", TALK_MODE_CHECK, &failures),
              "x.talk:2: not what was said\n"
              "    expected                                       said\n"
              "    Bonsoir toi                                  | Bonjour toi\n");
    assert_int_equal(failures, 1);
}

static void what_nobody_expected_is_a_difference(void **state) {
    int failures;
    (void)state;
    played("> salut\n< Bonjour toi\n", TALK_MODE_CHECK, &failures);
    assert_int_equal(failures, 1); /* the case */
    played("> salut\n! case motif\n", TALK_MODE_CHECK, &failures);
    assert_int_equal(failures, 1); /* the text */
    played("> salut\n< Bonjour toi\n! case motif\n! act rsvp answer=yes\n", TALK_MODE_CHECK,
           &failures);
    assert_int_equal(failures, 1); /* an act that was not done */
    played("> salut\n< Bonjour toi\n! case motif\n", TALK_MODE_CHECK, &failures);
    assert_int_equal(failures, 0);
}

static void what_is_given_has_a_name(void **state) {
    int failures;
    (void)state;
    check_str(played("given act rsvp: {state: attente}\n> salut\n< Bonjour toi\n! case motif\n",
                     TALK_MODE_CHECK, &failures),
              "x.talk:1: nothing has this name (such as: given acts.rsvp: {state: attente})\n");
    assert_int_equal(failures, 1);
}

static void recording_writes_what_is_said_today(void **state) {
    int failures;
    (void)state;
    check_str(played("given: {language: fr}\n---\n# note\n> salut\n< Autre\n", TALK_MODE_RECORD,
                     &failures),
              "given: {language: fr}\n---\n# note\n> salut\n< Bonjour toi\n! case motif\n");
    assert_int_equal(failures, 0);
}

static void wrong_lines_have_a_place(void **state) {
    static const struct {
        const char *text;
        int line;
    } BAD[] = {{"> ok\nbonjour\n", 2}, {"| suite\n", 1},        {"wait longtemps\n", 1},
               {"event\n", 1},         {"given: [\n---\n", 2},  {"start x {a: \n", 1},
               {"\xff\xfe", 1},        {"---\n> a\n\n? b\n", 4}};
    (void)state;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct talk talk = {0};
        struct err err = {0};
        assert_int_equal(
            talk_parse(STR("x.talk"), str_from(BAD[i].text), &kit_arena, &talk, &err),
            E_INVALID);
        assert_int_equal(err.line, BAD[i].line);
        assert_true(err.text[0]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_flows_say_what_is_written),
                                       cmocka_unit_test(the_language_does_what_is_written),
                                       cmocka_unit_test(the_examples_of_the_guide_run),
                                       cmocka_unit_test(a_change_shows_both_texts_side_by_side),
                                       cmocka_unit_test(what_nobody_expected_is_a_difference),
                                       cmocka_unit_test(what_is_given_has_a_name),
                                       cmocka_unit_test(recording_writes_what_is_said_today),
                                       cmocka_unit_test(wrong_lines_have_a_place)};
    return cmocka_run_group_tests(tests, kit_setup, kit_teardown);
}
