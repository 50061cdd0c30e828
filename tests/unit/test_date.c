/* test_date.c - civil dates, ages, Easter and the holidays of France. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/date.h"

#include "tests/unit/checks.h"

static void every_day_of_the_calendar_goes_there_and_back(void **state) {
    (void)state;
    int32_t n = date_to_days(date_make(1, 1, 1));
    assert_int_equal(date_to_days(date_make(1970, 1, 1)), 0);
    assert_int_equal(date_to_days(date_make(2000, 3, 1)), 11017);
    int weekday = date_weekday(date_make(1, 1, 1));
    for (int y = 1; y <= 9999; y++) {
        for (int m = 1; m <= 12; m++) {
            for (int d = 1; d <= date_month_days(y, m); d++, n++) {
                struct date x = date_from_days(n);
                if (x.year != y || x.month != m || x.day != d || date_to_days(x) != n ||
                    date_weekday(x) != weekday) {
                    fail_msg("%d-%d-%d", y, m, d);
                }
                weekday = weekday % 7 + 1;
            }
        }
    }
    assert_int_equal(date_from_days(n).year, 0); /* 10000-01-01 is outside */
    assert_int_equal(date_from_days(INT32_MIN).year, 0);
    assert_int_equal(date_from_days(INT32_MAX).year, 0);
}

static void weeks_are_iso(void **state) {
    (void)state;
    assert_int_equal(date_weekday(date_make(2026, 11, 22)), 7);
    assert_int_equal(date_iso_week(date_make(2026, 1, 1)), 1);
    assert_int_equal(date_iso_week(date_make(2021, 1, 3)), 53);
    assert_int_equal(date_iso_week(date_make(2024, 12, 30)), 1);
    assert_int_equal(date_iso_week(date_make(2026, 12, 31)), 53);
}

static void months_keep_to_their_end(void **state) {
    (void)state;
    struct date jan31 = date_make(2027, 1, 31);
    assert_int_equal(date_cmp(date_add_months(jan31, 1), date_make(2027, 2, 28)), 0);
    assert_int_equal(date_cmp(date_add_months(jan31, 13), date_make(2028, 2, 29)), 0);
    assert_int_equal(date_cmp(date_add_months(jan31, -2), date_make(2026, 11, 30)), 0);
    assert_int_equal(date_cmp(date_add_days(jan31, 1), date_make(2027, 2, 1)), 0);
    assert_int_equal(date_add_months(date_make(9999, 12, 1), 1).year, 0);
    assert_int_equal(date_add_months(date_make(1, 1, 1), -1).year, 0);
    assert_int_equal(date_add_days(jan31, INT32_MAX).year, 0);
}

static void ages(void **state) {
    (void)state;
    struct date born = date_make(2008, 2, 29);
    assert_int_equal(date_age(born, date_make(2026, 2, 28)), 17);
    assert_int_equal(date_age(born, date_make(2026, 3, 1)), 18);
    assert_int_equal(date_age(born, date_make(2028, 2, 29)), 20);
    assert_int_equal(date_age(date_make(2010, 11, 22), date_make(2026, 11, 22)), 16);
    assert_true(date_age(born, date_make(2007, 1, 1)) < 0);
}

static void reading_is_strict(void **state) {
    (void)state;
    struct date d;
    assert_true(date_parse_iso(STR("2024-02-29"), &d));
    assert_int_equal(d.day, 29);
    const char *bad[] = {"2026-02-29", "2026-2-01",  "2026-13-01",
                         "2026-00-10", "0000-01-01", "2026-01-01 ",
                         "2026/01/01", "+026-01-01", ""};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(date_parse_iso(str_from(bad[i]), &d));
    }
}

static bool holiday(int y, int m, int d, const char *region) {
    return date_is_french_holiday(date_make(y, m, d), str_from(region));
}

static void french_holidays(void **state) {
    (void)state;
    assert_int_equal(date_cmp(date_easter(2026), date_make(2026, 4, 5)), 0);
    assert_int_equal(date_cmp(date_easter(2038), date_make(2038, 4, 25)), 0);
    assert_int_equal(date_cmp(date_easter(2285), date_make(2285, 3, 22)), 0);
    int count = 0;
    for (int32_t n = date_to_days(date_make(2026, 1, 1)); date_from_days(n).year == 2026; n++) {
        count += date_is_french_holiday(date_from_days(n), STR(""));
    }
    assert_int_equal(count, 11);
    assert_true(holiday(2026, 4, 6, ""));  /* Easter Monday */
    assert_true(holiday(2026, 5, 14, "")); /* Ascension */
    assert_true(holiday(2026, 5, 25, "")); /* Whit Monday */
    assert_false(holiday(2026, 4, 3, "")); /* Good Friday */
    assert_true(holiday(2026, 4, 3, "alsace-moselle"));
    assert_true(holiday(2026, 12, 26, "alsace-moselle"));
    assert_false(holiday(2026, 12, 26, "RE"));
    assert_true(holiday(2026, 12, 20, "RE"));
    assert_true(holiday(2026, 5, 22, "MQ"));
    assert_true(holiday(2026, 5, 27, "GP"));
    assert_true(holiday(2026, 6, 10, "GF"));
    assert_true(holiday(2026, 4, 27, "YT"));
    assert_false(holiday(2026, 5, 22, ""));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_the_calendar_goes_there_and_back),
        cmocka_unit_test(weeks_are_iso),
        cmocka_unit_test(months_keep_to_their_end),
        cmocka_unit_test(ages),
        cmocka_unit_test(reading_is_strict),
        cmocka_unit_test(french_holidays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
