/* test_val.c - the value: building, finding, comparing. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/val.h"

#include <stdio.h>

#include "tests/unit/checks.h"

static struct arena a;

/* A map of n members k0..: built both ways. */
static const struct val *map_of(size_t n) {
    struct val_builder *b = val_map_begin(&a);
    for (size_t i = 0; i < n; i++) {
        char k[32];
        snprintf(k, sizeof k, "k%zu", i);
        val_put(b, k, val_int(&a, (int64_t)i));
    }
    return val_end(b);
}

static void members_are_found_in_maps_of_any_size(void **state) {
    (void)state;
    static const size_t sizes[] = {0, 1, 8, 15, 16, 17, 18, 64, 1000, 20000};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const struct val *m = map_of(sizes[s]);
        assert_int_equal(m->map.n, sizes[s]);
        for (size_t i = 0; i < sizes[s]; i++) {
            char k[32];
            snprintf(k, sizeof k, "k%zu", i);
            assert_int_equal(val_get_int(m, k, -1), i);
            check_str(m->map.pair[i].key, k); /* in the order written */
            snprintf(k, sizeof k, "K%zu", i);
            assert_null(val_get(m, k));
            assert_non_null(val_get_nocase(m, str_from(k)));
            if (sizes[s] > 1000) {
                i += 97;
            }
        }
        assert_null(val_get(m, "none"));
        assert_null(val_get(m, ""));
    }
}

static void later_puts_replace_in_place(void **state) {
    (void)state;
    for (size_t n = 3; n < 40; n += 18) {
        struct val_builder *b = val_map_begin(&a);
        for (int round = 0; round < 2; round++) {
            for (size_t i = 0; i < n; i++) {
                char k[32];
                snprintf(k, sizeof k, "k%zu", i);
                val_put(b, k, val_int(&a, (int64_t)i + 100 * round));
            }
        }
        val_put(b, "skipped", NULL);
        const struct val *m = val_end(b);
        assert_int_equal(m->map.n, n);
        assert_int_equal(val_get_int(m, "k1", 0), 101);
    }
}

static void a_big_map_may_have_bytes_as_keys(void **state) {
    (void)state;
    struct val_pair pair[300];
    char keys[300][2];
    for (size_t i = 0; i < 300; i++) {
        keys[i][0] = (char)(i & 255);
        keys[i][1] = (char)(i >> 8);
        pair[i] = (struct val_pair){.key = {keys[i], 2}, .val = val_int(&a, (int64_t)i)};
    }
    const struct val *m = val_map(&a, pair, 300), *c = val_copy(&a, m);
    memset(keys, 'x', sizeof keys);
    char k[2] = {(char)43, 1};
    int64_t n;
    assert_int_equal(dec_to_i64(val_get_str(c, (struct str){k, 2})->num, &n), OK);
    assert_int_equal(n, 299);
}

static void absent_things_are_null_or_the_default(void **state) {
    (void)state;
    struct val_builder *b = val_map_begin(&a);
    val_put(b, "t", val_textz(&a, "text"));
    val_put(b, "n", val_num(&a, (struct dec){0, 15, -1, false}));
    val_put(b, "b", &VAL_TRUE);
    const struct val *m = val_end(b);
    check_str(val_get_text(m, "t", STR("d")), "text");
    check_str(val_get_text(m, "n", STR("d")), "d");
    assert_int_equal(val_get_int(m, "n", 7), 7); /* 1.5 is no integer */
    assert_int_equal(val_get_int(m, "t", 7), 7);
    assert_true(val_get_bool(m, "b", false));
    assert_true(val_get_bool(m, "t", true));
    assert_null(val_get(NULL, "x"));
    assert_null(val_get(&VAL_NIL, "x"));
    assert_null(val_at_index(m, 0));
    assert_false(val_is(NULL, VAL_NULL));
}

static void paths(void **state) {
    (void)state;
    const struct val *one = val_int(&a, 1), *list[] = {&VAL_NIL, one};
    struct val_builder *b = val_map_begin(&a);
    val_put(b, "b", val_list(&a, list, 2));
    const struct val *inner = val_end(b);
    b = val_map_begin(&a);
    val_put(b, "a", inner);
    const struct val *m = val_end(b);
    assert_ptr_equal(val_path(m, "a.b.1"), one);
    const char *absent[] = {"a.b.2", "a.b.-1", "a.b.x", "a.c", "x", "a.b.1.z", "", "a..b"};
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
        assert_null(val_path(m, absent[i]));
    }
}

static void equality_is_deep(void **state) {
    (void)state;
    struct dec d1 = {0, 150, -2, false}, d2 = {0, 15, -1, false};
    assert_true(val_eq(val_num(&a, d1), val_num(&a, d2)));
    assert_false(val_eq(val_textz(&a, "1"), val_int(&a, 1)));
    struct val_pair ab[] = {{STR("a"), &VAL_TRUE, 0, 0}, {STR("b"), &VAL_NIL, 0, 0}};
    struct val_pair ba[] = {{STR("b"), &VAL_NIL, 0, 0}, {STR("a"), &VAL_TRUE, 0, 0}};
    assert_true(val_eq(val_map(&a, ab, 2), val_map(&a, ba, 2)));
    assert_false(val_eq(val_map(&a, ab, 2), val_map(&a, ba, 1)));
    assert_true(val_eq(map_of(100), map_of(100)));
    assert_false(val_eq(map_of(100), map_of(99)));
    struct instant x = {100, 5, 0, NULL}, y = {100, 5, 3600, NULL}, z = {101, 5, 0, NULL};
    assert_true(val_eq(val_at(&a, x), val_at(&a, y)));
    assert_false(val_eq(val_at(&a, x), val_at(&a, z)));
    assert_true(
        val_eq(val_date(&a, date_make(2026, 1, 2)), val_date(&a, date_make(2026, 1, 2))));
    assert_false(
        val_eq(val_time(&a, (struct tod){1, 2, 3, 4}), val_time(&a, (struct tod){1, 2, 3, 5})));
    assert_false(val_eq(NULL, &VAL_NIL));
    assert_true(val_eq(val_error(&a, "bad %d", 1), val_error(&a, "bad 1")));
}

static void a_copy_needs_nothing_of_the_first(void **state) {
    (void)state;
    struct arena first;
    arena_init(&first);
    const struct val *list[] = {val_textz(&first, "x"), val_int(&first, 2)};
    struct val_pair p[] = {{arena_str(&first, STR("key")), val_list(&first, list, 2), 4, 5}};
    struct val *m = ARENA_NEW(&first, struct val);
    *m = *val_map(&first, p, 1);
    m->line = 9;
    m->map.fallback = val_textz(&first, "fallback");
    const struct val *c = val_copy(&a, m);
    arena_done(&first);
    check_str(val_path(c, "key.0")->text, "x");
    check_str(c->map.fallback->text, "fallback");
    assert_int_equal(c->line, 9);
    assert_int_equal(c->map.pair[0].line, 4);
    assert_null(val_copy(&a, NULL));
}

static void with_sets_and_removes(void **state) {
    (void)state;
    const struct val *m = map_of(17);
    const struct val *set = val_with(&a, m, STR("k3"), &VAL_TRUE);
    assert_true(val_get_bool(set, "k3", false));
    assert_int_equal(set->map.n, 17);
    const struct val *more = val_with(&a, m, STR("new"), &VAL_TRUE);
    assert_int_equal(more->map.n, 18);
    const struct val *less = val_with(&a, m, STR("k3"), NULL);
    assert_int_equal(less->map.n, 16);
    assert_null(val_get(less, "k3"));
    assert_int_equal(val_get_int(less, "k16", 0), 16);
    assert_int_equal(val_get_int(m, "k3", 0), 3); /* the first one is as it was */
    assert_int_equal(val_with(&a, &VAL_NIL, STR("x"), &VAL_NIL)->map.n, 1);
    assert_int_equal(val_with(&a, m, STR("none"), NULL)->map.n, 17);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_found_in_maps_of_any_size),
        cmocka_unit_test(later_puts_replace_in_place),
        cmocka_unit_test(a_big_map_may_have_bytes_as_keys),
        cmocka_unit_test(absent_things_are_null_or_the_default),
        cmocka_unit_test(paths),
        cmocka_unit_test(equality_is_deep),
        cmocka_unit_test(a_copy_needs_nothing_of_the_first),
        cmocka_unit_test(with_sets_and_removes),
    };
    arena_init(&a);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_done(&a);
    return failed;
}
