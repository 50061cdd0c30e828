/* test_id.c - ids that never repeat and grow with time; randomness a test can own. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/id.h"

#include <pthread.h>

#include "tests/unit/checks.h"

#define NOW 1774000000000LL
#define PER_THREAD 20000

static int64_t made[4][PER_THREAD];

static void *make_many(void *arg) {
    int64_t *out = arg;
    for (int i = 0; i < PER_THREAD; i++) {
        out[i] = id_new(NOW);
    }
    return NULL;
}

static int by_value(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void threads_never_get_the_same_id(void **state) {
    (void)state;
    pthread_t t[4];
    for (int i = 0; i < 4; i++) {
        pthread_create(&t[i], NULL, make_many, made[i]);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(t[i], NULL);
    }
    qsort(made, 4 * PER_THREAD, sizeof(int64_t), by_value);
    const int64_t *all = &made[0][0];
    assert_true(all[0] > 0);
    for (int i = 1; i < 4 * PER_THREAD; i++) {
        assert_true(all[i] != all[i - 1]);
    }
}

static void ids_follow_time_even_when_the_clock_goes_back(void **state) {
    (void)state;
    int64_t a = id_new(NOW + 1000), b = id_new(NOW + 2000), c = id_new(NOW);
    assert_true(a < b);
    assert_true(b < c);
    assert_true(id_new(0) > 0);
}

static void a_seed_makes_everything_repeatable(void **state) {
    (void)state;
    char t1[14], t2[14], u1[37], u2[37];
    id_seed(42);
    int64_t a = id_new(NOW);
    id_token(t1, 13);
    id_uuid(u1);
    id_seed(42);
    assert_true(id_new(NOW) == a);
    id_token(t2, 13);
    id_uuid(u2);
    assert_string_equal(t1, t2);
    assert_string_equal(u1, u2);
    id_token(t2, 13);
    assert_string_not_equal(t1, t2);
    assert_int_equal(strlen(t1), 13);
    assert_int_equal(strspn(t1, "0123456789abcdefghijklmnopqrstuvwxyz"), 13);
}

static void uuids_have_version_and_variant(void **state) {
    (void)state;
    for (int i = 0; i < 50; i++) {
        char u[37];
        id_uuid(u);
        assert_int_equal(strlen(u), 36);
        assert_true(u[8] == '-' && u[13] == '-' && u[18] == '-' && u[23] == '-');
        assert_int_equal(u[14], '4');
        assert_non_null(strchr("89ab", u[19]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_never_get_the_same_id),
        cmocka_unit_test(ids_follow_time_even_when_the_clock_goes_back),
        cmocka_unit_test(a_seed_makes_everything_repeatable),
        cmocka_unit_test(uuids_have_version_and_variant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
