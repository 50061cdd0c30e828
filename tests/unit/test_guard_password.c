/* test_guard_password.c - good passwords open, all others do not, in the same time. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <sodium.h>

#include "base/clock.h"
#include "web/guard_password.h"

static struct arena a;

static void test_round_trip(void **state) {
    struct str hash, again;
    struct err err = {0};
    (void)state;
    assert_int_equal(guard_password_hash(STR("quatre mots à retenir"), &a, &hash, &err), OK);
    assert_true(str_starts(hash, STR("$argon2id$")));
    assert_true(guard_password_check(hash, STR("quatre mots à retenir")));
    assert_false(guard_password_check(hash, STR("quatre mots a retenir")));
    assert_false(guard_password_check(hash, STR_EMPTY));
    assert_false(guard_password_is_old(hash));
    assert_int_equal(guard_password_hash(STR("quatre mots à retenir"), &a, &again, &err), OK);
    assert_false(str_eq(hash, again));
}

static void test_refused(void **state) {
    struct str hash;
    struct err err = {0};
    char big[GUARD_PASSWORD_MAX + 2];
    (void)state;
    assert_int_equal(guard_password_hash(STR("court"), &a, &hash, &err), E_INVALID);
    assert_true(strlen(err.text) > 10);
    memset(big, 'a', sizeof big);
    assert_int_equal(guard_password_hash((struct str){big, sizeof big}, &a, &hash, &err),
                     E_INVALID);
}

static void test_no_account_looks_like_one(void **state) {
    (void)state;
    /* the decoy must be a hash that really is computed, or its speed would tell */
    assert_false(guard_password_check(STR_EMPTY, STR("-")));
    assert_false(guard_password_check(STR("$argon2id$broken"), STR("x")));
    int64_t t0 = clock_mono_ms();
    guard_password_check(STR_EMPTY, STR("whatever it is"));
    assert_true(clock_mono_ms() - t0 >= 10);
}

static void test_old_settings(void **state) {
    char weak[crypto_pwhash_STRBYTES];
    (void)state;
    assert_int_equal(crypto_pwhash_str(weak, "quatre mots", 11, 1, 8192), 0);
    assert_true(guard_password_is_old(str_from(weak)));
    assert_true(guard_password_check(str_from(weak), STR("quatre mots")));
}

static int start(void **state) {
    (void)state;
    arena_init(&a);
    return sodium_init() < 0;
}

static int end(void **state) {
    (void)state;
    arena_done(&a);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_no_account_looks_like_one),
        cmocka_unit_test(test_old_settings),
    };
    return cmocka_run_group_tests(tests, start, end);
}
