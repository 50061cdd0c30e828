/* test_arena.c - memory by lifetime: zeroed, aligned, gone at the reset. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/arena.h"

#include <stdalign.h>

#include "tests/unit/checks.h"

static void memory_is_zeroed_and_aligned(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a);
    for (int round = 0; round < 3; round++) {
        for (size_t n = 0; n < 300; n++) {
            unsigned char *p = arena_alloc(&a, n);
            assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
            for (size_t i = 0; i < n; i++) {
                assert_int_equal(p[i], 0);
                p[i] = 0xAA; /* what the next round must not see */
            }
        }
        arena_reset(&a);
        assert_int_equal(a.used, 0);
    }
    arena_done(&a);
}

static void large_and_small_live_together(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a);
    char *small = arena_cstr(&a, STR("before"));
    char *large = arena_alloc(&a, 3 * 1024 * 1024);
    memset(large, 'x', 3 * 1024 * 1024);
    char *after = arena_cstr(&a, STR("after"));
    assert_string_equal(small, "before");
    assert_string_equal(after, "after");
    arena_reset(&a); /* the huge block is given back */
    assert_string_equal(arena_cstr(&a, STR("again")), "again");
    arena_done(&a);
    arena_done(&a); /* harmless */
}

static void printing_has_no_length_limit(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a);
    check_str(arena_printf(&a, "%s=%d", "n", 7), "n=7");
    struct str s = arena_printf(&a, "%0*d", 5000, 1);
    assert_int_equal(s.n, 5000);
    assert_int_equal(s.p[4999], '1');
    assert_int_equal(s.p[5000], '\0');
    struct str empty = arena_str(&a, STR_EMPTY);
    assert_int_equal(empty.n, 0);
    assert_non_null(empty.p);
    arena_done(&a);
}

static void parts_are_joined(void **state) {
    (void)state;
    struct arena a;
    arena_init(&a);
    struct str part[] = {STR("stop"), STR_EMPTY, STR(" "), STR("stop.txt:10")};
    struct str s = arena_join(&a, part, 4);
    check_str(s, "stop stop.txt:10");
    assert_int_equal(s.p[s.n], '\0');
    check_str(arena_join(&a, NULL, 0), "");
    arena_done(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(large_and_small_live_together),
        cmocka_unit_test(printing_has_no_length_limit),
        cmocka_unit_test(parts_are_joined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
