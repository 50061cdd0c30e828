/* test_str.c - views of bytes. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/str.h"

#include "tests/unit/checks.h"

static void splitting_keeps_empty_parts(void **state) {
    (void)state;
    struct str rest = STR("a,,b,"), part;
    const char *expected[] = {"a", "", "b", ""};
    for (size_t i = 0; i < 4; i++) {
        assert_true(str_next(&rest, ',', &part));
        check_str(part, expected[i]);
    }
    assert_false(str_next(&rest, ',', &part));
    rest = STR("");
    assert_true(str_next(&rest, ',', &part));
    assert_int_equal(part.n, 0);
    assert_false(str_next(&rest, ',', &part));
    rest = STR_EMPTY;
    assert_false(str_next(&rest, ',', &part));
}

static void integers_are_read_whole_or_not_at_all(void **state) {
    (void)state;
    int64_t v = 7;
    assert_true(str_to_i64(STR("-9223372036854775808"), &v));
    assert_true(v == INT64_MIN);
    assert_true(str_to_i64(STR("9223372036854775807"), &v));
    assert_true(v == INT64_MAX);
    assert_true(str_to_i64(STR("+05"), &v));
    assert_int_equal(v, 5);
    const char *bad[] = {"",
                         "-",
                         "1 ",
                         " 1",
                         "1.0",
                         "0x1",
                         "9223372036854775808",
                         "-9223372036854775809",
                         "99999999999999999999",
                         "\xd9\xa3"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(str_to_i64(str_from(bad[i]), &v));
        assert_int_equal(v, 5); /* untouched */
    }
}

static void searching_and_comparing(void **state) {
    (void)state;
    assert_int_equal(str_find(STR("banana"), STR("na"), 0), 2);
    assert_int_equal(str_find(STR("banana"), STR("na"), 3), 4);
    assert_true(str_find(STR("banana"), STR("na"), 5) == SIZE_MAX);
    assert_int_equal(str_find(STR("abc"), STR(""), 3), 3);
    assert_true(str_find(STR("abc"), STR(""), 4) == SIZE_MAX);
    assert_true(str_find_char(STR_EMPTY, 'a', 0) == SIZE_MAX);
    assert_true(str_cmp(STR("ab"), STR("abc")) < 0);
    assert_true(str_cmp(STR("b"), STR("abc")) > 0);
    assert_true(str_cmp(STR("\xc3"), STR("a")) > 0); /* bytes are unsigned */
    assert_true(str_eq_nocase(STR("StOp"), STR("sToP")));
    assert_false(str_eq_nocase(STR("[]"), STR("{}"))); /* 0x20 apart, but no letters */
    assert_true(str_starts(STR("+336"), STR("+33")));
    assert_false(str_starts(STR("+3"), STR("+33")));
    assert_true(str_ends(STR("a.yaml"), STR(".yaml")));
    check_str(str_trim(STR(" \t x y \r\n")), "x y");
    check_str(str_sub(STR("abc"), 1, 99), "bc");
    check_str(str_sub(STR("abc"), 9, 1), "");
    assert_true(str_eq(str_from(NULL), STR("")));
}

static void integers_are_written_as_they_are_read(void **state) {
    static const int64_t is[] = {0, 7, -7, 10, 1772528400000, INT64_MAX, INT64_MIN};
    char room[24];
    (void)state;
    for (size_t i = 0; i < sizeof is / sizeof *is; i++) {
        int64_t back;
        assert_true(str_to_i64(str_of_i64(is[i], room), &back));
        assert_true(back == is[i]);
    }
    check_str(str_of_i64(-120, room), "-120");
}

/* The hash is in databases: it may never change. */
static void the_hash_is_for_ever(void **state) {
    (void)state;
    assert_true(str_hash(STR("")) == 0xcbf29ce484222325ULL);
    assert_true(str_hash(STR("foobar")) == 0x85944171f73967e8ULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splitting_keeps_empty_parts),
        cmocka_unit_test(integers_are_read_whole_or_not_at_all),
        cmocka_unit_test(integers_are_written_as_they_are_read),
        cmocka_unit_test(searching_and_comparing),
        cmocka_unit_test(the_hash_is_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
