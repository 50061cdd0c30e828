/* test_clock.c - time that a test owns. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/clock.h"

#include "tests/unit/checks.h"

static void a_fake_clock_stands_still(void **state) {
    (void)state;
    struct clock c;
    clock_fake(&c, 1000);
    assert_true(clock_now(&c) == 1000);
    clock_advance(&c, 2 * MS_DAY);
    assert_true(clock_now(&c) == 1000 + 172800000);
}

static void a_real_clock_can_be_set_forward(void **state) {
    (void)state;
    struct clock a, b;
    clock_real(&a);
    clock_real(&b);
    assert_true(clock_now(&a) > 1700000000000LL); /* milliseconds, not seconds */
    clock_advance(&b, MS_DAY);
    int64_t ahead = clock_now(&b) - clock_now(&a);
    assert_true(ahead > MS_DAY - MS_MINUTE && ahead < MS_DAY + MS_MINUTE);
    int64_t m = clock_mono_ms();
    assert_true(clock_mono_ms() >= m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fake_clock_stands_still),
        cmocka_unit_test(a_real_clock_can_be_set_forward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
