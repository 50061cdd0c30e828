/* test_session.c - a session survives being written and read; a damaged one is refused, never
 * followed. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/session.h"

#include "base/json.h"
#include "bot/session_json.h"
#include "tests/unit/checks.h"

static struct str written(const struct session *s, struct arena *a) {
    struct buf out;
    buf_init(&out, 100000);
    assert_int_equal(session_write(s, &out), OK);
    struct str ret = arena_str(a, buf_view(&out));
    buf_done(&out);
    return ret;
}

static void nothing_is_an_empty_session(void **state) {
    struct arena a;
    struct session s;
    (void)state;
    arena_init(&a);
    assert_int_equal(session_read(STR(""), &a, &s, NULL), OK);
    assert_int_equal(s.frames, 0);
    check_str(written(&s, &a), "{\"version\":1}");
    arena_done(&a);
}

static void all_of_it_comes_back(void **state) {
    struct arena a;
    struct session s = {0}, back;
    (void)state;
    arena_init(&a);
    struct val_pair pair[] = {{.key = STR("prenom"),
                               .val = val_textz(&a, "L\xc3\xa9"
                                                    "a \"x\"")}};
    struct frame frame[] = {
        {.flow = STR("inscription"),
         .hash = STR("0123456789abcdef"),
         .step = STR("prenom"),
         .vars = val_map(&a, pair, 1),
         .tries = 1,
         .priority = 3,
         .key = STR("k/1"),
         .wait = WAIT_ANSWER,
         .token = STR("q7"),
         .asked_ms = 1774000000000LL,
         .due = true},
        {.flow = STR("systeme_aide"), .hash = STR("h"), .system = true, .wait = WAIT_TIME}};
    struct pending pending[] = {{.flow = STR("suivi"),
                                 .priority = 4,
                                 .queued_ms = 5,
                                 .expires_ms = 6,
                                 .key = STR("w/3")}};
    s.frame = frame;
    s.frames = 2;
    s.pending = pending;
    s.pendings = 1;
    s.serial = 7;
    s.replying = true;
    s.last_text = STR("oui");
    s.last_ms = 42;
    s.auto_count = 3;
    s.auto_hour = 99;
    struct str json = written(&s, &a);
    assert_int_equal(session_read(json, &a, &back, NULL), OK);
    check_str(written(&back, &a), arena_cstr(&a, json));
    assert_int_equal(back.frames, 2);
    check_str(back.frame[0].step, "prenom");
    assert_int_equal(back.frame[0].tries, 1);
    assert_true(back.frame[0].due && back.frame[1].system && back.replying);
    check_str(val_get_text(back.frame[0].vars, "prenom", STR("")), "L\xc3\xa9"
                                                                   "a \"x\"");
    assert_int_equal(back.wait, WAIT_TIME);
    assert_int_equal(back.pending[0].expires_ms, 6);
    arena_done(&a);
}

static void a_damaged_one_is_refused(void **state) {
    static const char *const BAD[] = {
        "{",
        "[]",
        "{}",
        "{\"version\":2}",
        "{\"version\":1,\"frames\":[{\"step\":\"x\"}]}",
        "{\"version\":1,\"frames\":[{\"flow\":\"x\",\"wait\":\"for ever\"}]}",
        "{\"version\":1,\"frames\":[{\"flow\":\"x\",\"priority\":9}]}",
        "{\"version\":1,\"frames\":[1,2,3,4,5,6,7,8,9,10,11,12,13]}",
        "{\"version\":1,\"pending\":[{\"flow\":\"x\",\"priority\":-1}]}"};
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct session s;
        struct err err = {0};
        assert_int_equal(session_read(str_from(BAD[i]), &a, &s, &err), E_INVALID);
        assert_true(err.text[0] != '\0');
    }
    arena_done(&a);
}

/* The quick reader and the general one see the same in all that is written; what is unusual
 * falls back. */
static void both_readers_agree(void **state) {
    static const char *const TEXTS[] = {
        "{\"a\":[1,-2,3.5,true,false,null,\"x\\n\\\"y\\\"\",{}],\"b\":{\"c\":[]}}", "{}", "[]",
        "\"\"", "12"};
    static const char *const UNUSUAL[] = {"",
                                          "{",
                                          "{\"a\" :1}",
                                          "\"\\u00e9\"",
                                          "[1,]",
                                          "{\"a\":1}x",
                                          "tru",
                                          "\"\\",
                                          "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
                                          "1e5",
                                          "-",
                                          "\"a\nb\""};
    struct arena a;
    (void)state;
    arena_init(&a);
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        const struct val *slow = NULL, *quick = session_json(str_from(TEXTS[i]), &a);
        assert_non_null(quick);
        if (json_parse(str_from(TEXTS[i]), &a, &slow, NULL) == OK) {
            assert_true(val_eq(quick, slow));
        }
    }
    for (size_t i = 0; i < sizeof UNUSUAL / sizeof *UNUSUAL; i++) {
        assert_null(session_json(str_from(UNUSUAL[i]), &a));
    }
    arena_done(&a);
}

static void too_much_is_said(void **state) {
    struct arena a;
    struct buf out;
    (void)state;
    arena_init(&a);
    char *big = arena_alloc(&a, SESSION_BYTES_MAX + 1);
    memset(big, 'x', SESSION_BYTES_MAX);
    struct session s = {.last_text = {big, SESSION_BYTES_MAX}};
    buf_init(&out, SESSION_BYTES_MAX * 3);
    assert_int_equal(session_write(&s, &out), E_LIMIT);
    buf_done(&out);
    arena_done(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_an_empty_session), cmocka_unit_test(all_of_it_comes_back),
        cmocka_unit_test(a_damaged_one_is_refused), cmocka_unit_test(too_much_is_said),
        cmocka_unit_test(both_readers_agree)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
