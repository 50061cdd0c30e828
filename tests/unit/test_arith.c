/* test_arith.c - results are exact or refused. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/arith.h"

#include "tests/unit/checks.h"

static struct dec number(const char *text) {
    struct dec d;
    assert_int_equal(dec_parse(str_from(text), &d), OK);
    return d;
}

typedef enum rc operation(struct dec x, struct dec y, struct dec *ret);

static void check(operation *op, const char *x, const char *y, const char *expected) {
    struct dec d;
    struct arena a;
    arena_init(&a);
    enum rc rc = op(number(x), number(y), &d);
    if (expected) {
        assert_int_equal(rc, OK);
        check_str(dec_text(d, &a), expected);
    } else {
        assert_int_equal(rc, E_LIMIT);
    }
    arena_done(&a);
}

#define NINES "999999999999999999999999999999999999" /* 36 */

static void sums(void **state) {
    (void)state;
    check(arith_add, "0.1", "0.2", "0.3");
    check(arith_add, NINES, "1", "1000000000000000000000000000000000000");
    check(arith_add, NINES, "2", NULL);
    check(arith_add, NINES, "0.5", NULL);
    check(arith_sub, "-" NINES, "3", NULL);
    check(arith_sub, NINES, NINES, "0");
    check(arith_add, "1e60", "1", NULL);
}

static void products(void **state) {
    (void)state;
    check(arith_mul, "99999999999999999999", "99999999999999999999", NULL);
    check(arith_mul, "100000000000000000000", "300000000000000000000",
          "30000000000000000000000000000000000000000");
    check(arith_mul, "999999999999999999", "999999999999999999",
          "999999999999999998000000000000000001");
    check(arith_mul, "1e60", "1e60", NULL);
    check(arith_mul, "-1.5", "4", "-6");
}

static void quotients_and_powers(void **state) {
    (void)state;
    struct dec d;
    check(arith_div, "1", "3", "0.3333333333333333");
    check(arith_div, "2", "3", "0.6666666666666667");
    check(arith_div, "100000000000000000000000000", "3", NULL);
    check(arith_div, "1e40", "4", "2500000000000000000000000000000000000000");
    assert_int_equal(arith_div(number("1"), number("0.0"), &d), E_INVALID);
    check(arith_pow, "3", "4", "81");
    check(arith_pow, "2", "-2", "0.25");
    check(arith_pow, "3", "100", NULL);
    check(arith_pow, "1", "101", NULL);
    check(arith_pow, "10", "100",
          "1"
          "0000000000"
          "0000000000"
          "0000000000"
          "0000000000"
          "0000000000"
          "0000000000"
          "0000000000"
          "0000000000"
          "0000000000"
          "0000000000");
    check(arith_pow, "0", "-1", NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums),
        cmocka_unit_test(products),
        cmocka_unit_test(quotients_and_powers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
