/* test_words.c - texts to words, keys of results, look-alike texts, addresses in parts. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/words.h"

#include "base/buf.h"
#include "bot/expr/urnparts.h"
#include "tests/unit/expr_fixture.h"

static void check_tokens(const char *text, const char *expected) {
    const struct str *word;
    struct buf joined;
    buf_init(&joined, 1000);
    size_t n = expr_tokenize(str_from(text), &a, &word);
    for (size_t i = 0; i < n; i++) {
        buf_puts(&joined, i ? "|" : "");
        buf_str(&joined, word[i]);
    }
    check_str(buf_view(&joined), expected);
    buf_done(&joined);
}

static void words(void **state) {
    (void)state;
    check_tokens("", "");
    check_tokens("l'été, c'est-à-dire 12h30 !", "l'été|c'est|à|dire|12h30");
    check_tokens("a+b=c 😀😀", "a|+|b|=|c|😀|😀");
    check_tokens("  foo_bar\n", "foo_bar");
}

static void many_words_are_refused(void **state) {
    (void)state;
    static char many[2 * EXPR_ITEMS_MAX + 4];
    for (size_t i = 0; i + 1 < sizeof many; i++) {
        many[i] = i % 2 ? ' ' : 'x';
    }
    const struct str *word;
    bool over;
    assert_int_equal(words_split(str_from(many), STR(" "), &a, &word, &over), EXPR_ITEMS_MAX);
    assert_true(over);
}

static void keys(void **state) {
    (void)state;
    check_str(expr_snakify(STR("Date de naissance"), &a), "date_de_naissance");
    check_str(expr_snakify(STR(" Ça va ?"), &a), "ça_va_");
    check_str(expr_snakify(STR("A--B__c"), &a), "a_b__c");
    check_str(expr_snakify(STR(""), &a), "");
}

static void collations(void **state) {
    (void)state;
    assert_true(expr_collate_equals(STR("OUI"), STR("oui"), EXPR_COLLATE_DEFAULT, &a));
    assert_false(expr_collate_equals(STR("été"), STR("ete"), EXPR_COLLATE_DEFAULT, &a));
    /* Cyrillic letters that look Latin */
    assert_true(expr_collate_equals(STR("расе"), STR("pace"), EXPR_COLLATE_CONFUSABLES, &a));
    assert_true(expr_collate_equals(STR("كتاب"), STR("کتاب"), EXPR_COLLATE_ARABIC, &a));
    assert_false(expr_collate_equals(STR("كتاب"), STR("کتاب"), EXPR_COLLATE_DEFAULT, &a));
}

static void urns(void **state) {
    (void)state;
    struct urnparts u;
    assert_null(urnparts_read(STR("telegram:123?v=1#Léa%23%25"), &a, &u));
    check_str(u.path, "123");
    check_str(u.query, "v=1");
    check_str(u.display, "Léa#%");
    assert_non_null(urnparts_read(STR(":x"), &a, &u));
    assert_non_null(urnparts_read(STR("tel"), &a, &u));
    assert_non_null(urnparts_read(STR("a?b:c"), &a, &u));
    assert_true(urnparts_is_scheme(STR("tel")) && !urnparts_is_scheme(STR("pigeon")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words), cmocka_unit_test(many_words_are_refused),
        cmocka_unit_test(keys),  cmocka_unit_test(collations),
        cmocka_unit_test(urns),
    };
    return cmocka_run_group_tests(tests, fixture_start, fixture_end);
}
