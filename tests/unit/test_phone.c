/* test_phone.c - numbers as people write them. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/phone.h"

#include <stdio.h>

#include "tests/unit/checks.h"

/* Numbers of the ranges ARCEP keeps for fiction (06 39 98, 01 99 00...) where they parse;
 * others are plain sequences. */
static struct arena a;

static void check_number(const char *text, const char *e164, const char *region) {
    struct phone p;
    enum rc rc = phone_parse(str_from(text), STR("FR"), &a, &p);
    if (rc != OK || !str_is(p.e164, e164) || !str_is(p.region, region)) {
        fail_msg("%s: %s %.*s %.*s", text, rc_name(rc), rc == OK ? (int)p.e164.n : 0,
                 rc == OK ? p.e164.p : "", rc == OK ? (int)p.region.n : 0,
                 rc == OK ? p.region.p : "");
    }
}

static void one_number_in_many_spellings(void **state) {
    (void)state;
    static const char *const spellings[] = {
        "06 39 98 01 23", "06.39.98.01.23",       "06-39-98-01-23",      "0639980123",
        " 0639980123\n",  "0033 6 39 98 01 23",   "+33 6 39 98 01 23",   "+33639980123",
        "33639980123",    "+33 (0)6 39 98 01 23", "tel:+33639980123",    "TEL: 0639980123",
        "O639980123",     "o6 39 98 01 23",       "06\u00a039 98 01 23", "٠٦٣٩٩٨٠١٢٣",
        "06/39/98/01/23",
    };
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        check_number(spellings[i], "+33639980123", "FR");
    }
}

static void overseas_numbers_typed_at_home(void **state) {
    (void)state;
    check_number("0692 12 34 56", "+262692123456", "RE");
    check_number("0690123456", "+590690123456", "GP");
    check_number("0694123456", "+594694123456", "GF");
    check_number("0696123456", "+596696123456", "MQ");
    check_number("+262692123456", "+262692123456", "RE");
    check_number("+689 87 12 34 56", "+68987123456", "PF");
    check_number("+687 751234", "+687751234", "NC");
    check_number("+508551234", "+508551234", "PM");
}

static void other_countries_and_kinds(void **state) {
    (void)state;
    struct phone p;
    check_number("+32 470 12 34 56", "+32470123456", "BE");
    check_number("+213551234567", "+213551234567", "DZ");
    assert_int_equal(phone_parse(STR("0612345678"), STR("FR"), &a, &p), OK);
    assert_int_equal(p.type, PHONE_MOBILE);
    assert_false(p.doubtful);
    assert_int_equal(phone_parse(STR("01 42 68 53 00"), STR("FR"), &a, &p), OK);
    assert_int_equal(p.type, PHONE_FIXED);
    assert_int_equal(phone_parse(STR("0812345678"), STR("FR"), &a, &p), OK);
    assert_int_equal(p.type, PHONE_OTHER);
    assert_int_equal(phone_parse(STR("0470 12 34 56"), STR("BE"), &a, &p), OK);
    check_str(p.e164, "+32470123456");
}

/* Right by its length, newer than the tables: accepted with a doubt. */
static void a_doubt_is_no_refusal(void **state) {
    (void)state;
    struct phone p;
    assert_int_equal(phone_parse(STR("+262639123456"), STR("FR"), &a, &p), OK);
    assert_true(p.doubtful);
    assert_int_equal(phone_parse(STR("0639980123"), STR("FR"), &a, &p), OK);
    assert_int_equal(p.type, PHONE_MOBILE);
}

static void what_is_no_number(void **state) {
    (void)state;
    static const char *const bad[] = {
        "",
        " ",
        "36180",
        "3114",
        "112",
        "15",
        "123456",
        "06 39 98 01 2",
        "06 39 98 01 23 4",
        "0699",
        "+33",
        "06 12 34 56 78 (maman)",
        "maman",
        "zero six",
        "06O12345678901234",
        "a@b.fr",
        "*100#",
        "0612345678;1",
        "2026-03-12",
        "+999123456789",
        "\3770612345678",
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct phone p;
        if (phone_parse(str_from(bad[i]), STR("FR"), &a, &p) != NONE) {
            fail_msg("%s is no number", bad[i]);
        }
    }
    struct phone p;
    assert_int_equal(phone_parse(STR("0612345678"), STR(""), &a, &p), NONE);
}

static void shown_to_people(void **state) {
    (void)state;
    check_str(phone_pretty(STR("+33639980123"), STR("FR"), &a), "06 39 98 01 23");
    check_str(phone_pretty(STR("+33639980123"), STR("RE"), &a), "+33 6 39 98 01 23");
    check_str(phone_pretty(STR("+262692123456"), STR("FR"), &a), "+262 692 12 34 56");
    check_str(phone_pretty(STR("no number"), STR("FR"), &a), "no number");
    check_str(phone_national(STR("+33639980123"), &a), "0639980123");
    check_str(phone_national(STR("+262692123456"), &a), "0692123456");
    check_str(phone_masked(STR("+33639980123"), &a), "+33 6 39 ** ** 23");
    check_str(phone_masked(STR("+262692123456"), &a), "+262 692 ** ** 56");
    check_str(phone_masked(STR("0639980123"), &a), "***");
    check_str(phone_masked(STR(""), &a), "***");
}

/* Digits alone take the short road; with a space in them the library reads the same number
 * whole.
 */
static void spaces_change_nothing(void **state) {
    (void)state;
    static const char *const REGION[] = {"FR", "RE", "YT", "GP", "MQ", "GF", "BE"};
    static const char *const HEAD[] = {"0", "+33", "+262", "+590", "+596", "+594"};
    uint64_t seed = 7;
    for (int i = 0; i < 1500; i++) {
        char plain[24], spaced[24];
        seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
        int three = (int)(seed >> 33) % 1000, rest = (int)(seed >> 17 & 0xFFFFF) % 1000000;
        struct str region = str_from(REGION[i % 7]);
        const char *head = HEAD[i % 6];
        snprintf(plain, sizeof plain, "%s%03d%06d", head, three, rest);
        snprintf(spaced, sizeof spaced, "%s %03d %06d", head, three, rest);
        struct phone x = {0}, y = {0};
        enum rc rc = phone_parse(str_from(plain), region, &a, &x);
        assert_int_equal(rc, phone_parse(str_from(spaced), region, &a, &y));
        assert_true(str_eq(x.e164, y.e164));
        assert_true(str_eq(x.region, y.region));
        assert_int_equal(x.type, y.type);
        assert_int_equal(x.doubtful, y.doubtful);
        arena_reset(&a);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_number_in_many_spellings),
        cmocka_unit_test(overseas_numbers_typed_at_home),
        cmocka_unit_test(other_countries_and_kinds),
        cmocka_unit_test(a_doubt_is_no_refusal),
        cmocka_unit_test(what_is_no_number),
        cmocka_unit_test(shown_to_people),
        cmocka_unit_test(spaces_change_nothing),
    };
    arena_init(&a);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_done(&a);
    return failed;
}
