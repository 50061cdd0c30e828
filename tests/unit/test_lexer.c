/* test_lexer.c - words of expressions. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/lexer.h"

#include "tests/unit/checks.h"

static void check_tokens(const char *source, const enum token_kind *kind, size_t n) {
    size_t pos = 0;
    for (size_t i = 0; i < n; i++) {
        struct token t = lexer_next(str_from(source), &pos);
        if (t.kind != kind[i]) {
            fail_msg("%s: word %zu is of kind %d, wanted %d", source, i, t.kind, kind[i]);
        }
    }
    assert_int_equal(lexer_next(str_from(source), &pos).kind, TOKEN_END);
    assert_int_equal(lexer_next(str_from(source), &pos).kind, TOKEN_END);
}

#define TOKENS(source, ...)                                                                    \
    do {                                                                                       \
        const enum token_kind kind_[] = {__VA_ARGS__};                                         \
        check_tokens(source, kind_, sizeof kind_ / sizeof *kind_);                             \
    } while (0)

static void names_numbers_and_signs(void **state) {
    (void)state;
    TOKENS("âge_1 >= 18", TOKEN_NAME, TOKEN_GTE, TOKEN_INTEGER);
    TOKENS("a.b[0](1.5,x)", TOKEN_NAME, TOKEN_DOT, TOKEN_NAME, TOKEN_LBRACK, TOKEN_INTEGER,
           TOKEN_RBRACK, TOKEN_LPAREN, TOKEN_DECIMAL, TOKEN_COMMA, TOKEN_NAME, TOKEN_RPAREN);
    TOKENS("(x)=>x", TOKEN_LPAREN, TOKEN_NAME, TOKEN_RPAREN, TOKEN_ARROW, TOKEN_NAME);
    TOKENS("True fALSE null nullx", TOKEN_TRUE, TOKEN_FALSE, TOKEN_NULL, TOKEN_NAME);
    TOKENS("1.", TOKEN_INTEGER, TOKEN_DOT);
    TOKENS(".5", TOKEN_DOT, TOKEN_INTEGER);
    TOKENS("a != b & -c ^ d", TOKEN_NAME, TOKEN_NEQ, TOKEN_NAME, TOKEN_AMPERSAND, TOKEN_MINUS,
           TOKEN_NAME, TOKEN_EXPONENT, TOKEN_NAME);
}

static void what_is_no_word(void **state) {
    (void)state;
    TOKENS("a ; b", TOKEN_NAME, TOKEN_BAD, TOKEN_NAME);
    TOKENS("'x'", TOKEN_BAD, TOKEN_NAME, TOKEN_BAD);
    TOKENS("\"open", TOKEN_BAD, TOKEN_NAME);
    TOKENS("\xff", TOKEN_BAD);
}

static void texts_end_at_the_last_quote_they_can(void **state) {
    (void)state;
    TOKENS("\"a\" & \"b\"", TOKEN_TEXT, TOKEN_AMPERSAND, TOKEN_TEXT);
    TOKENS("\"dit \\\"oui\\\"\"", TOKEN_TEXT);
    TOKENS("\"C:\\\\\"", TOKEN_TEXT);
    TOKENS("\"\"", TOKEN_TEXT);
}

static void check_unquoted(const char *quoted, const char *expected) {
    struct arena a;
    arena_init(&a);
    check_str(lexer_unquote(str_from(quoted), &a), expected);
    arena_done(&a);
}

static void escapes_are_decoded_all_or_none(void **state) {
    (void)state;
    check_unquoted("\"plain\"", "plain");
    check_unquoted("\"l1\\nl2\\t\\\"q\\\"\"", "l1\nl2\t\"q\"");
    check_unquoted("\"\\u00e9t\\U000000e9 \\x41\\101\"", "été AA");
    check_unquoted("\"\\d{5}\\n\"",
                   "\\d{5}\\n"); /* a pattern: \d is no escape, so nothing is one */
    check_unquoted("\"\\uD800\"", "\\uD800");
    check_unquoted("\"a\nb\\n\"", "a\nb\\n");
}

static void scanning_for_the_end_of_a_text(void **state) {
    (void)state;
    assert_int_equal(lexer_skip_quoted(STR("x\"a)\"y"), 1), 5);
    assert_int_equal(lexer_skip_quoted(STR("\"a\\\"b\""), 0), 6);
    assert_true(lexer_skip_quoted(STR("\"never"), 0) == SIZE_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_numbers_and_signs),
        cmocka_unit_test(what_is_no_word),
        cmocka_unit_test(texts_end_at_the_last_quote_they_can),
        cmocka_unit_test(escapes_are_decoded_all_or_none),
        cmocka_unit_test(scanning_for_the_end_of_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
