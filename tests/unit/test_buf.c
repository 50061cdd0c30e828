/* test_buf.c - growing bytes stop at their ceiling and say so. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/buf.h"

#include "tests/unit/checks.h"

static void grows_to_the_ceiling_and_no_further(void **state) {
    (void)state;
    struct buf b;
    buf_init(&b, 1000);
    for (int i = 0; i < 1000; i++) {
        buf_putc(&b, 'x');
    }
    assert_false(b.over);
    assert_int_equal(buf_view(&b).n, 1000);
    buf_putc(&b, 'y');
    assert_true(b.over);
    buf_puts(&b, ""); /* sticky */
    assert_true(b.over);
    assert_int_equal(strlen(buf_cstr(&b)), 1000);
    buf_reset(&b);
    assert_false(b.over);
    assert_string_equal(buf_cstr(&b), "");
    buf_done(&b);
}

static void a_piece_that_does_not_fit_is_not_written_in_part(void **state) {
    (void)state;
    struct buf b;
    buf_init(&b, 8);
    buf_puts(&b, "12345");
    buf_printf(&b, "%s", "6789");
    assert_true(b.over);
    assert_string_equal(buf_cstr(&b), "12345");
    buf_puts(&b, "6");
    assert_string_equal(buf_cstr(&b), "12345");
    buf_done(&b);
}

static void long_formats(void **state) {
    (void)state;
    struct buf b;
    buf_init(&b, 10000);
    assert_string_equal(buf_cstr(&b), "");
    buf_printf(&b, "%0*d|", 4000, 1);
    buf_str(&b, STR("end"));
    assert_int_equal(b.n, 4004);
    assert_string_equal(buf_cstr(&b) + 3999, "1|end");
    buf_done(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_to_the_ceiling_and_no_further),
        cmocka_unit_test(a_piece_that_does_not_fit_is_not_written_in_part),
        cmocka_unit_test(long_formats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
