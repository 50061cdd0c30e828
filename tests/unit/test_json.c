/* test_json.c - JSON in and out, number by number. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/json.h"

#include "tests/unit/checks.h"

static struct arena a;

static void check_round_trip(const char *in, const char *out) {
    const struct val *v;
    struct err e;
    if (json_parse(str_from(in), &a, &v, &e) != OK) {
        fail_msg("%s: %s", in, e.text);
    }
    check_str(json_text(v, &a), out);
}

static void there_and_back(void **state) {
    (void)state;
    static const char *const same[] = {
        "null",
        "true",
        "[]",
        "{}",
        "\"\"",
        "0",
        "-7",
        "[1,[2,[3]]]",
        "{\"a\":{\"b\":[null,false]}}",
        "{\"z\":1,\"a\":2}",
        "\"\\\"\\\\\\n\\t\\r\\b\\f\\u0001\\u007f\"",
        "\"é€😀\"",
        "9223372036854775807",
        "-9223372036854775808",
        "123456789012345678901234567890123456",
        "0.123456789012345678901234567890123456",
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        check_round_trip(same[i], same[i]);
    }
    check_round_trip(" { \"a\" : [ 1 , 2 ] } ", "{\"a\":[1,2]}");
    check_round_trip("\"\\u00e9\\ud83d\\ude00\\/\"", "\"é😀/\"");
}

/* Digits in strings and keys, escaped quotes: the finger on the text must not slip. */
static void numbers_keep_their_digits(void **state) {
    (void)state;
    check_round_trip("[1.10,1e3,2.50E-2,-0.0,1e2]", "[1.1,1000,0.025,0,100]");
    check_round_trip("{\"1\":2,\"3\\\"4\":\"5 \\\\\",\"6\":[-7.5,\"8\"],\"\\\\\":9}",
                     "{\"1\":2,\"3\\\"4\":\"5 \\\\\",\"6\":[-7.5,\"8\"],\"\\\\\":9}");
    check_round_trip("[true,1,null,2,false,3]", "[true,1,null,2,false,3]");
    check_round_trip("[0.1000000000000000000000000000000000000000000000000]", "[0.1]");
    const struct val *v;
    assert_int_equal(json_parse(STR("{\"id\":-1001234567890123457}"), &a, &v, NULL), OK);
    assert_true(val_get_int(v, "id", 0) == -1001234567890123457LL);
}

static void bad_texts_say_where(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum rc rc;
        int line, column;
        const char *word;
    } bad[] = {
        {"", E_INVALID, 1, 1, "end of file"},
        {"[1,2", E_INVALID, 1, 4, "']' expected"},
        {"{\"é\":1,\n \"é\":2}", E_INVALID, 2, 4, "duplicate"},
        {"[1 2]", E_INVALID, 1, 4, "']' expected"},
        {"[01]", E_INVALID, 1, 2, "token"},
        {"nan", E_INVALID, 1, 3, "token"},
        {"\"\xff\"", E_INVALID, 1, 1, "decode byte"},
        {"\"\\u0000\"", E_INVALID, 1, 8, "u0000"},
        {"\"\\ud800\"", E_INVALID, 1, 8, ""},
        {"[1]x", E_INVALID, 1, 4, "end of file expected"},
        {"[1,\n\"é\", 1e101]", E_LIMIT, 2, 6, "number"},
        {"1234567890123456789012345678901234567", E_LIMIT, 1, 1, "number"},
        {"[1e999]", E_LIMIT, 1, 6, "number"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const struct val *v = NULL;
        struct err e;
        enum rc rc = json_parse(str_from(bad[i].text), &a, &v, &e);
        if (rc != bad[i].rc || e.line != bad[i].line || e.column != bad[i].column ||
            !strstr(e.text, bad[i].word)) {
            fail_msg("%s: %s %d:%d %s", bad[i].text, rc_name(rc), e.line, e.column, e.text);
        }
        assert_null(v);
    }
}

static void errors_do_not_repeat_what_people_wrote(void **state) {
    (void)state;
    const struct val *v;
    struct err e;
    assert_int_equal(json_parse(STR("{\"text\": \"I am Ali\" \"secret\"}"), &a, &v, &e),
                     E_INVALID);
    assert_null(strstr(e.text, "secret"));
    assert_null(strstr(e.text, "Ali"));
}

static void nesting_has_a_limit(void **state) {
    (void)state;
    char deep[10001];
    static const int depth[] = {100, 101, 2000, 5000};
    for (size_t i = 0; i < 4; i++) {
        size_t n = (size_t)depth[i];
        memset(deep, '[', n);
        memset(deep + n, ']', n);
        const struct val *v;
        enum rc rc = json_parse((struct str){deep, 2 * n}, &a, &v, NULL);
        assert_int_equal(rc, depth[i] <= JSON_DEPTH_MAX ? OK : E_LIMIT);
    }
}

static void other_kinds_are_written_as_texts(void **state) {
    (void)state;
    struct val_builder *b = val_list_begin(&a);
    val_push(b, val_date(&a, date_make(2026, 3, 9)));
    val_push(b, val_time(&a, (struct tod){8, 5, 0, 0}));
    val_push(b, val_time(&a, (struct tod){8, 5, 0, 120000000}));
    val_push(b, val_at(&a, (struct instant){0, 0, 0, NULL}));
    val_push(b, val_at(&a, (struct instant){1782907200, 500000000, 7200, NULL}));
    val_push(b, val_at(&a, (struct instant){-1, 0, -12600, NULL}));
    val_push(b, val_error(&a, "x"));
    val_push(b, NULL);
    check_str(json_text(val_end(b), &a),
              "[\"2026-03-09\",\"08:05:00\",\"08:05:00.12\",\"1970-01-01T00:00:00Z\","
              "\"2026-07-01T14:00:00.5+02:00\",\"1969-12-31T20:29:59-03:30\",null,null]");
}

static void quoting_makes_valid_json_of_any_bytes(void **state) {
    (void)state;
    struct buf b;
    buf_init(&b, 1000);
    json_quote((struct str){"a\0\"\xff\xc3\xa9", 6}, &b);
    check_str(buf_view(&b), "\"a\\u0000\\\"�é\"");
    buf_reset(&b);
    json_quote(STR_EMPTY, &b);
    check_str(buf_view(&b), "\"\"");
    buf_done(&b);
    buf_init(&b, 4);
    json_quote(STR("long text"), &b);
    assert_true(b.over);
    buf_done(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(numbers_keep_their_digits),
        cmocka_unit_test(bad_texts_say_where),
        cmocka_unit_test(errors_do_not_repeat_what_people_wrote),
        cmocka_unit_test(nesting_has_a_limit),
        cmocka_unit_test(other_kinds_are_written_as_texts),
        cmocka_unit_test(quoting_makes_valid_json_of_any_bytes),
    };
    arena_init(&a);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_done(&a);
    return failed;
}
