/* test_rx.c - patterns find, refuse and never run away. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/rx.h"

#include <pthread.h>

#include "tests/unit/checks.h"

static struct rx *compile(const char *pattern, int flags) {
    struct rx *rx = NULL;
    struct err e;
    if (rx_compile(str_from(pattern), flags, &rx, &e) != OK) {
        fail_msg("%s: %s", pattern, e.text);
    }
    return rx;
}

static void groups_and_positions(void **state) {
    (void)state;
    struct rx *rx = compile("(\\d+)\\s*(eur|€)?(x)?", RX_UTF | RX_NOCASE);
    struct rx_match m;
    struct str s = STR("a 12 EUR, 30");
    assert_int_equal(rx_match(rx, s, 0, &m), OK);
    check_str(m.group[0], "12 EUR");
    check_str(m.group[1], "12");
    check_str(m.group[2], "EUR");
    assert_null(m.group[3].p); /* absent */
    size_t next = (size_t)(m.group[0].p - s.p) + m.group[0].n;
    assert_int_equal(rx_match(rx, s, next, &m), OK);
    check_str(m.group[0], "30");
    assert_null(m.group[2].p);
    assert_int_equal(rx_match(rx, s, s.n, &m), NONE);
    assert_int_equal(rx_match(rx, s, s.n + 5, &m), NONE);
    assert_int_equal(rx_match(rx, STR_EMPTY, 0, &m), NONE);
    rx_free(rx);
}

static void flags_mean_what_they_say(void **state) {
    (void)state;
    struct rx_match m;
    struct rx *rx = compile("\\w+", RX_UTF);
    assert_int_equal(rx_match(rx, STR("été"), 0, &m), OK);
    check_str(m.group[0], "été");
    rx_free(rx);
    rx = compile("É", RX_UTF | RX_NOCASE);
    assert_int_equal(rx_match(rx, STR("é"), 0, &m), OK);
    rx_free(rx);
    rx = compile("b", RX_ANCHORED);
    assert_int_equal(rx_match(rx, STR("ab"), 0, &m), NONE);
    rx_free(rx);
    rx = compile("^b.", RX_MULTILINE | RX_DOTALL);
    assert_int_equal(rx_match(rx, STR("a\nb\n"), 0, &m), OK);
    check_str(m.group[0], "b\n");
    rx_free(rx);
    rx = compile("b", RX_UTF);
    assert_int_equal(rx_match(rx,
                              STR("\xff"
                                  "b"),
                              0, &m),
                     OK); /* bad bytes are only bytes */
    rx_free(rx);
    rx_free(NULL);
}

static void bad_patterns_say_where(void **state) {
    (void)state;
    struct rx *rx = NULL;
    struct err e;
    assert_int_equal(rx_compile(STR("é(a"), RX_UTF, &rx, &e), E_INVALID);
    assert_int_equal(e.column, 4);
    assert_non_null(strstr(e.text, "parenthesis"));
    assert_null(rx);
    assert_int_equal(rx_compile(STR("a\\Cb"), RX_UTF, &rx, &e), E_INVALID);
    char big[5000];
    memset(big, 'a', sizeof big);
    assert_int_equal(rx_compile((struct str){big, 4097}, 0, &rx, &e), E_LIMIT);
    memset(big, '(', 200);
    memset(big + 200, ')', 200);
    assert_int_equal(rx_compile((struct str){big, 400}, 0, &rx, &e), E_INVALID);
}

static void catastrophes_end(void **state) {
    (void)state;
    char text[3000];
    memset(text, 'a', sizeof text);
    text[40] = 'b';
    struct rx_match m;
    const char *evil[] = {"(a+)+$", "(a|aa)+$", "^(([a-z])+.)+[A-Z]$", "(*NO_JIT)(a+)+$"};
    for (size_t i = 0; i < sizeof evil / sizeof *evil; i++) {
        struct rx *rx = compile(evil[i], 0);
        assert_int_equal(rx_match(rx, (struct str){text, 41}, 0, &m), E_LIMIT);
        rx_free(rx);
    }
    /* a long text by itself is no catastrophe */
    memset(text, 'a', sizeof text);
    struct rx *rx = compile("(a|b)*c|a+$", 0);
    enum rc rc = rx_match(rx, (struct str){text, sizeof text}, 0, &m);
    assert_true(rc == OK || rc == E_LIMIT);
    rx_free(rx);
}

static void *match_often(void *arg) {
    struct rx_match m;
    int hits = 0;
    for (int i = 0; i < 2000; i++) {
        hits += rx_match(arg, i % 2 ? STR("oui 12") : STR("non"), 0, &m) == OK;
    }
    return hits == 1000 ? arg : NULL;
}

static void one_pattern_serves_all_threads(void **state) {
    (void)state;
    struct rx *rx = compile("([a-z]+) (\\d+)", 0);
    pthread_t t[3];
    for (int i = 0; i < 3; i++) {
        pthread_create(&t[i], NULL, match_often, rx);
    }
    for (int i = 0; i < 3; i++) {
        void *ok;
        pthread_join(t[i], &ok);
        assert_non_null(ok);
    }
    rx_free(rx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_and_positions),
        cmocka_unit_test(flags_mean_what_they_say),
        cmocka_unit_test(bad_patterns_say_where),
        cmocka_unit_test(catastrophes_end),
        cmocka_unit_test(one_pattern_serves_all_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
