/* test_dec.c - decimals: exact where paper would be, refused where they do not fit. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/dec.h"

#include <stdio.h>

#include "tests/unit/checks.h"

static struct arena a;

static struct dec num(const char *s) {
    struct dec d = {0};
    if (dec_parse(str_from(s), &d) != OK) {
        fail_msg("'%s' is no number", s);
    }
    return d;
}

typedef enum rc operation(struct dec, struct dec, struct dec *);

/* expected NULL: E_LIMIT; "!": E_INVALID */
static void check_op(operation *op, const char *x, const char *y, const char *expected) {
    struct dec r = {7, 7, 7, true};
    enum rc rc = op(num(x), num(y), &r);
    if (!expected || expected[0] == '!') {
        assert_int_equal(rc, expected ? E_INVALID : E_LIMIT);
        assert_int_equal(r.hi, 7); /* untouched */
        return;
    }
    assert_int_equal(rc, OK);
    check_str(dec_text(r, &a), expected);
}

static void reading_and_writing(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"17.50", "17.5"},
        {"-0.001", "-0.001"},
        {"1200", "1200"},
        {"1.2e3", "1200"},
        {"-0", "0"},
        {"0.000", "0"},
        {"007", "7"},
        {"+5", "5"},
        {"1E-3", "0.001"},
        {"0e999999999999", "0"},
        {"9223372036854775808", "9223372036854775808"},
        {"12.00e1", "120"},
        {"999999999999999999999999999999999999", "999999999999999999999999999999999999"},
        {"0.100000000000000000000000000000000000000000000000000000000000", "0.1"},
        {"1000000000000000000000000000000000000000000000000000000", /* 1e54 */
         "1000000000000000000000000000000000000000000000000000000"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        check_str(dec_text(num(pairs[i][0]), &a), pairs[i][1]);
    }
    struct dec d = {7, 7, 7, true};
    const char *none[] = {"",    "-",   ".5",    "5.",  "1e",  "1e+",   "1 ",      " 1",
                          "1,5", "0x1", "1.2.3", "--1", "nan", "1_000", "\xd9\xa3"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        assert_int_equal(dec_parse(str_from(none[i]), &d), NONE);
    }
    const char *limit[] = {"1e101",
                           "1e-101",
                           "1234567890123456789012345678901234567",
                           "1e99999999999",
                           "1e-99999999999",
                           "99999999999999999999999999999999999999999",
                           "1.0000000000000000000000000000000000000000000000001"};
    for (size_t i = 0; i < sizeof limit / sizeof *limit; i++) {
        assert_int_equal(dec_parse(str_from(limit[i]), &d), E_LIMIT);
    }
    assert_int_equal(d.hi, 7);
    assert_int_equal(dec_text(num("-1.23456789012345678901234567890123456e-100"), &a).n, 138);
    assert_int_equal(dec_text(num("-9e100"), &a).n, 102);
    char small[4];
    assert_int_equal(dec_format(num("123"), small, sizeof small), 3);
    assert_int_equal(dec_format(num("1234"), small, sizeof small), 0);
}

static void sums(void **state) {
    (void)state;
    check_op(dec_add, "0.1", "0.2", "0.3");
    check_op(dec_sub, "1", "0.9", "0.1");
    check_op(dec_sub, "5", "5.000", "0");
    check_op(dec_add, "-7", "7", "0");
    check_op(dec_add, "999999999999999999999999999999999999", "1",
             "1000000000000000000000000000000000000");
    check_op(dec_add, "999999999999999999999999999999999999", "0.4",
             "999999999999999999999999999999999999");
    check_op(dec_add, "999999999999999999999999999999999999", "0.5",
             "1000000000000000000000000000000000000");
    check_op(dec_sub, "1000000000000000000000000000000000000", "0.3",
             "1000000000000000000000000000000000000");
    check_op(dec_sub, "1000000000000000000000000000000000000", "0.6",
             "999999999999999999999999999999999999");
    check_op(dec_sub, "1e40", "1", "10000000000000000000000000000000000000000");
    check_op(dec_add, "9.9e100", "1e99", NULL);
    check_op(dec_sub, "1.00000000000000000000000000000000001e-80", "1e-80", NULL);
}

static void products(void **state) {
    (void)state;
    check_op(dec_mul, "1.10", "1.10", "1.21");
    check_op(dec_mul, "-3", "0", "0");
    check_op(dec_mul, "-1.5", "-2", "3");
    check_op(dec_mul, "999999999999999999", "999999999999999999",
             "999999999999999998000000000000000001");
    check_op(dec_mul, "123456789012345678901", "987654321098765432109",
             "121932631137021795225845145533336229000000");
    check_op(dec_mul, "1e60", "1e41", NULL);
    check_op(dec_mul, "1e-60", "1e-41", NULL);
    check_op(dec_mul, "333333333333333333333333333333333333", "3",
             "999999999999999999999999999999999999");
}

static void quotients(void **state) {
    (void)state;
    check_op(dec_div, "1", "3", "0.3333333333333333");
    check_op(dec_div, "2", "3", "0.6666666666666667");
    check_op(dec_div, "-2", "3", "-0.6666666666666667");
    check_op(dec_div, "10", "4", "2.5");
    check_op(dec_div, "0", "4", "0");
    check_op(dec_div, "1", "0", "!");
    check_op(dec_div, "1", "0.000", "!");
    check_op(dec_div, "1e-50", "3", "0");
    check_op(dec_div, "0.0000000000000001", "2", "0.0000000000000001"); /* the half goes up */
    check_op(dec_div, "-0.0000000000000001", "2", "-0.0000000000000001");
    check_op(dec_div, "1", "20000000000000001", "0");
    check_op(dec_div, "1e30", "7", "142857142857142857142857142857.142857");
    check_op(dec_div, "2e36", "3", "666666666666666666666666666666666667");
    check_op(dec_div, "2e20", "3", "66666666666666666666.6666666666666667");
    check_op(dec_div, "2e37", "3", "6666666666666666666666666666666666670");
    check_op(dec_div, "1e100", "1e-1", NULL);
    check_op(dec_div, "5", "2e-30", "2500000000000000000000000000000");
}

static void remainders_have_the_sign_of_the_divisor(void **state) {
    (void)state;
    check_op(dec_mod, "7", "3", "1");
    check_op(dec_mod, "-7", "3", "2");
    check_op(dec_mod, "7", "-3", "-2");
    check_op(dec_mod, "-7", "-3", "-1");
    check_op(dec_mod, "-6", "3", "0");
    check_op(dec_mod, "7.5", "2", "1.5");
    check_op(dec_mod, "1e100", "7", "4");
    check_op(dec_mod, "0.3", "0.1", "0");
    check_op(dec_mod, "5", "0", "!");
}

static void powers(void **state) {
    (void)state;
    check_op(dec_pow, "4", "0.5", "2");
    check_op(dec_pow, "2", "10", "1024");
    check_op(dec_pow, "2", "-3", "0.125");
    check_op(dec_pow, "-2", "3", "-8");
    check_op(dec_pow, "-2", "4", "16");
    check_op(dec_pow, "0.1", "2", "0.01");
    check_op(dec_pow, "1.1", "20", "6.72749994932560009201");
    check_op(dec_pow, "27", "1.5", "140.296115413079060775723153661975662"); /* 81 * sqrt 3 */
    check_op(dec_pow, "2", "0.5", "1.41421356237309504880168872420969808");
    check_op(dec_pow, "9", "-0.5", "0.333333333333333333333333333333333333");
    check_op(dec_pow, "1024", "0.1", "2");
    check_op(dec_pow, "10", "100", dec_text(num("1e100"), &a).p);
    check_op(dec_pow, "10", "-100", dec_text(num("1e-100"), &a).p);
    check_op(dec_pow, "10", "101", NULL);
    check_op(dec_pow, "10", "-101", NULL);
    check_op(dec_pow, "2", "1e18", NULL);
    check_op(dec_pow, "0.5", "1e100", NULL);
    check_op(dec_pow, "1", "1e100", "1");
    check_op(dec_pow, "-1", "9999999999999999999999999", "-1");
    check_op(dec_pow, "1.0000000001", "10000000000", "2.7182818283231311439497940012972295");
    check_op(dec_pow, "0", "0", "1");
    check_op(dec_pow, "5", "0", "1");
    check_op(dec_pow, "0", "2.5", "0");
    check_op(dec_pow, "0", "-1", "!");
    check_op(dec_pow, "-8", "0.5", "!");
}

static void comparing(void **state) {
    (void)state;
    static const char *const rising[] = {
        "-1e100",  "-2", "-1.5",
        "-1e-100", "0",  "1e-100",
        "0.999",   "1",  "1.0000000000000000000000000000000001",
        "9.99",    "10", "1e36",
        "1e100"};
    size_t n = sizeof rising / sizeof *rising;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < n; k++) {
            int expected = (i > k) - (i < k), got = dec_cmp(num(rising[i]), num(rising[k]));
            assert_int_equal((got > 0) - (got < 0), expected);
        }
    }
    assert_int_equal(dec_cmp(num("1.50"), num("1.5")), 0);
    assert_int_equal(dec_cmp(num("-0"), num("0")), 0);
    assert_int_equal(dec_cmp(num("1e36"), num("1000000000000000000000000000000000000")), 0);
    assert_int_equal(dec_cmp(dec_neg(num("0")), num("0")), 0);
    assert_int_equal(dec_cmp(dec_abs(num("-3")), num("3")), 0);
}

static void to_integers(void **state) {
    (void)state;
    int64_t v = 5;
    assert_int_equal(dec_to_i64(num("-9223372036854775808"), &v), OK);
    assert_true(v == INT64_MIN);
    assert_int_equal(dec_to_i64(num("9223372036854775808"), &v), E_LIMIT);
    assert_int_equal(dec_to_i64(num("1.5"), &v), E_LIMIT);
    assert_int_equal(dec_to_i64(num("1e30"), &v), E_LIMIT);
    assert_int_equal(dec_to_i64(num("12.000"), &v), OK);
    assert_int_equal(v, 12);
    assert_int_equal(dec_to_i64(num("12e2"), &v), OK);
    assert_int_equal(v, 1200);
    assert_true(dec_is_int(num("1e100")));
    assert_false(dec_is_int(num("1e-100")));
    assert_int_equal(dec_cmp(dec_from_i64(INT64_MIN), num("-9223372036854775808")), 0);
    assert_true(dec_to_double(num("0.1")) == 0.1);
    assert_true(dec_to_double(num("-1.5e100")) == -1.5e100);
}

static void check_round(const char *x, int places, const char *const expected[5]) {
    for (int how = DEC_HALF_AWAY; how <= DEC_TRUNC; how++) {
        check_str(dec_text(dec_round(num(x), places, (enum dec_round)how), &a), expected[how]);
    }
}

static void rounding(void **state) {
    (void)state;
    /* half away, half even, up, down, cut */
    check_round("2.5", 0, (const char *[]){"3", "2", "3", "2", "2"});
    check_round("-2.5", 0, (const char *[]){"-3", "-2", "-2", "-3", "-2"});
    check_round("3.5", 0, (const char *[]){"4", "4", "4", "3", "3"});
    check_round("1.2345", 3, (const char *[]){"1.235", "1.234", "1.235", "1.234", "1.234"});
    check_round("1.25", 5, (const char *[]){"1.25", "1.25", "1.25", "1.25", "1.25"});
    check_round("3", 0, (const char *[]){"3", "3", "3", "3", "3"});
    check_round("1250", -2, (const char *[]){"1300", "1200", "1300", "1200", "1200"});
    check_round("0.004", 2, (const char *[]){"0", "0", "0.01", "0", "0"});
    check_round("-0.004", 2, (const char *[]){"0", "0", "0", "-0.01", "0"});
    check_round("1e-100", 0, (const char *[]){"0", "0", "1", "0", "0"});
    check_round("49", -2, (const char *[]){"0", "0", "100", "0", "0"});
    check_round("999999999999999999999999999999999999", -1,
                (const char *[]){"1000000000000000000000000000000000000",
                                 "1000000000000000000000000000000000000",
                                 "1000000000000000000000000000000000000",
                                 "999999999999999999999999999999999990",
                                 "999999999999999999999999999999999990"});
}

/* Fast and exact roads agree: products and quotients of random sizes undo each other. */
static void operations_undo_each_other(void **state) {
    (void)state;
    uint64_t seed = 1;
    for (int i = 0; i < 3000; i++) {
        char x[40], y[40];
        seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
        snprintf(x, sizeof x, "%.*s", (int)(1 + seed % 17), "98765432101234567");
        seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
        snprintf(y, sizeof y, "%llu.%llu", (unsigned long long)(seed >> 44),
                 (unsigned long long)(seed & 0xFFFF));
        struct dec p, q, s, d;
        assert_int_equal(dec_mul(num(x), num(y), &p), OK);
        if (!dec_is_zero(num(y))) {
            assert_int_equal(dec_div(p, num(y), &q), OK);
            assert_int_equal(dec_cmp(q, num(x)), 0);
        }
        assert_int_equal(dec_add(num(x), num(y), &s), OK);
        assert_int_equal(dec_sub(s, num(y), &d), OK);
        assert_int_equal(dec_cmp(d, num(x)), 0);
        assert_int_equal(dec_cmp(num(dec_text(p, &a).p), p), 0);
    }
}

/* Where the number of digits changes: 9...9 and 10...0 on both sides of each power of ten,
 * read, put in order and written again. */
static void numbers_around_each_power_of_ten(void **state) {
    (void)state;
    char low[40], high[40];
    for (int n = 1; n <= 35; n++) {
        memset(low, '9', (size_t)n);
        low[n] = '\0';
        snprintf(high, sizeof high, "1%0*d", n, 0);
        struct dec one = num("1"), sum;
        assert_int_equal(dec_cmp(num(low), num(high)), -1);
        assert_int_equal(dec_add(num(low), one, &sum), OK);
        assert_int_equal(dec_cmp(sum, num(high)), 0);
        assert_string_equal(dec_text(num(low), &a).p, low);
        assert_string_equal(dec_text(sum, &a).p, high);
    }
    struct dec d;
    assert_int_equal(dec_parse(STR("9999999999999999999999999999999999999"), &d), E_LIMIT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_and_writing),
        cmocka_unit_test(sums),
        cmocka_unit_test(products),
        cmocka_unit_test(quotients),
        cmocka_unit_test(remainders_have_the_sign_of_the_divisor),
        cmocka_unit_test(powers),
        cmocka_unit_test(comparing),
        cmocka_unit_test(to_integers),
        cmocka_unit_test(rounding),
        cmocka_unit_test(operations_undo_each_other),
        cmocka_unit_test(numbers_around_each_power_of_ten),
    };
    arena_init(&a);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_done(&a);
    return failed;
}
