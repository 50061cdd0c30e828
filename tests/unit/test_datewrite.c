/* test_datewrite.c - dates by a layout, written and read. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/datewrite.h"

#include "tests/unit/expr_fixture.h"

static const struct datewrite_parts SUNDAY = {{2026, 3, 8}, {0, 5, 9, 12345678}, -5400};

static void check_written(const char *layout, const char *language, const char *expected) {
    struct sink out;
    struct str bad;
    sink_init(&out, &a);
    assert_true(datewrite_layout(str_from(layout), DATEWRITE_DATETIME, &SUNDAY,
                                 str_from(language), &out, &bad));
    check_str(sink_view(&out), expected);
}

static void written(void **state) {
    (void)state;
    check_written("YYYY-MM-DDTtt:mm:ss.fffZZZ", "eng", "2026-03-08T00:05:09.012-01:30");
    check_written("D/M/YY h:mm aa", "eng", "8/3/26 12:05 am");
    check_written("hh:mm:s AA", "eng", "12:05:9 AM");
    check_written("EEEE D MMMM YYYY", "fra", "dimanche 8 mars 2026");
    check_written("EEE, MMM D", "eng", "Sun, Mar 8");
    check_written("EEEE", "spa", "domingo");
    check_written("t:m", "fra", "0:5");
}

static void wrong_layouts_name_their_run(void **state) {
    (void)state;
    struct sink out;
    struct str bad;
    sink_init(&out, &a);
    assert_false(
        datewrite_layout(STR("DD/MMMMM"), DATEWRITE_DATE, &SUNDAY, STR("eng"), &out, &bad));
    check_str(bad, "MMMMM");
    assert_false(
        datewrite_layout(STR("DD tt"), DATEWRITE_DATE, &SUNDAY, STR("eng"), &out, &bad));
    check_str(bad, "tt");
    assert_false(datewrite_layout(STR("é"), DATEWRITE_DATE, &SUNDAY, STR("eng"), &out, &bad));
}

static void read_back(void **state) {
    (void)state;
    struct datewrite_read r;
    assert_int_equal(datewrite_parse(STR("8/3/2026 7:05 pm"), STR("D/M/YYYY h:mm aa"),
                                     DATEWRITE_DATETIME, &r),
                     OK);
    assert_int_equal(r.parts.date.day, 8);
    assert_int_equal(r.parts.tod.hour, 19);
    assert_false(r.has_offset);
    assert_int_equal(datewrite_parse(STR("2026-03-08T10:00:01.5+02:00"),
                                     STR("YYYY-MM-DDTtt:mm:ssZ"), DATEWRITE_DATETIME, &r),
                     OK);
    assert_int_equal(r.parts.offset, 7200);
    assert_int_equal(r.parts.tod.nsec, 500000000);
    assert_int_equal(datewrite_parse(STR("12:30 am"), STR("h:mm aa"), DATEWRITE_TIME, &r), OK);
    assert_int_equal(r.parts.tod.hour, 0);
}

static void what_does_not_fit(void **state) {
    (void)state;
    struct datewrite_read r;
    assert_int_equal(datewrite_parse(STR("le 8"), STR("D/M"), DATEWRITE_DATE, &r), NONE);
    check_str(r.bad, "D");
    assert_int_equal(datewrite_parse(STR("30/02/2026"), STR("DD/MM/YYYY"), DATEWRITE_DATE, &r),
                     NONE);
    assert_int_equal(datewrite_parse(STR("08/03/2026!"), STR("DD/MM/YYYY"), DATEWRITE_DATE, &r),
                     NONE);
    assert_int_equal(datewrite_parse(STR("x"), STR("MMMM"), DATEWRITE_DATE, &r), E_INVALID);
    assert_int_equal(datewrite_parse(STR("25:00"), STR("tt:mm"), DATEWRITE_TIME, &r), NONE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written),
        cmocka_unit_test(wrong_layouts_name_their_run),
        cmocka_unit_test(read_back),
        cmocka_unit_test(what_does_not_fit),
    };
    return cmocka_run_group_tests(tests, fixture_start, fixture_end);
}
