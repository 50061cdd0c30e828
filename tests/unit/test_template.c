/* test_template.c - texts with expressions: what is literal, what is computed, what fails and
 * how it ends. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/buf.h"
#include "tests/unit/expr_fixture.h"

static void what_is_literal(void **state) {
    (void)state;
    gives("", "");
    gives("Écris à lea@mjc-rennes.example ou @mjc", "Écris à lea@mjc-rennes.example ou @mjc");
    gives("@@contact et @", "@contact et @");
    gives("@(contact.age", "@(contact.age");
    gives("@ (1)", "@ (1)");
    gives("Prix : 3 @ 5 €", "Prix : 3 @ 5 €");
}

static void names_in_a_text(void **state) {
    (void)state;
    gives("Salut @contact.first_name.", "Salut Léa.");
    gives("@CONTACT.First_Name!", "Léa!");
    gives("@contact", "Léa Martin");
    gives("@contact@contact.age", "Léa Martin17");
    gives("@words.1, @words[0]", "deux, [un, deux, trois][0]");
    gives("@(contact.town) @(contact[\"TOWN\"])", "Rennes Rennes");
}

static void brackets_in_texts_are_protected(void **state) {
    (void)state;
    gives("@(upper(\"fin )\"))!", "FIN )!");
    gives("@(\"a\\\")b\")", "a\")b");
}

static void precedence(void **state) {
    (void)state;
    gives("@(2 + 3 * 4)", "14");
    gives("@(2 ^ 3 ^ 2)", "64");
    gives("@(-3 ^ 2)", "9");
    gives("@(10 - 2 - 3)", "5");
    gives("@(1 + 1 & 2 * 2)", "24");
    gives("@(1 < 2 = true)", "true");
    gives("@((1 + 2) * 3)", "9");
    gives("@(7 / 2 * 2)", "7");
}

static void values_and_their_texts(void **state) {
    (void)state;
    gives("@(array(1, \"b\", true, null))", "[1, b, true, ]");
    gives("@(object(\"z\", 1, \"a\", array()))", "{a: [], z: 1}");
    gives("@(1.50 = 1.5) @(\"1.50\" = 1.5)", "true false");
    gives("@(words[-1]) @(words[1 - 1])", "trois un");
    gives("@(contact.nothing)-@(contact[\"absent\"])", "-");
}

static void functions_are_values(void **state) {
    (void)state;
    gives("@(upper)", "upper");
    gives("@(foreach(words, upper))", "[UN, DEUX, TROIS]");
    gives("@(foreach(words, (w) => w & \" \" & contact.age))", "[un 17, deux 17, trois 17]");
    gives("@(((n) => (m) => n - m)(10)(3))", "7");
    gives("@(filter(words, (w) => text_length(w) > 3))", "[deux, trois]");
    fails("@(((x) => x)(1, 2))", "need 1 argument(s), got 2");
}

static void errors_travel_and_are_caught(void **state) {
    (void)state;
    fails("@(1 / 0 + 5)", "division by zero");
    fails("@(upper(1 / 0))", "error calling upper(...): division by zero");
    fails("@(contact.shoe)", "no property 'shoe'");
    fails("@(words[7])", "index 7 out of range for 3 items");
    fails("@(nobody)", "context has no property 'nobody'");
    fails("@(contact.age.x)", "17 doesn't support lookups");
    fails("@(upper())", "need 1 argument(s), got 0");
    fails("@(1 +)", "syntax error");
    gives("@(default(contact.shoe, \"?\")) @(is_error(1 / 0)) @(has_error(nobody).match)",
          "? true context has no property 'nobody'");
    gives("@(if(true, 1, 1 / 0)) @(and(false, 1 / 0)) @(or(true, 1 / 0))", "1 false true");
}

static void what_is_left_of_a_text_with_a_failure(void **state) {
    (void)state;
    struct expr_env env = place(true);
    struct str got;
    struct err err = {0};
    assert_int_equal(evaluate("Bonjour @(1/0) @contact.first_name @(x)", &env, &got, &err),
                     E_INVALID);
    check_str(got, "Bonjour  Léa ");
    assert_int_equal(err.column, 9);
    assert_non_null(strstr(err.text, "@(1/0): division by zero"));
}

static void one_expression_alone_keeps_its_type(void **state) {
    (void)state;
    struct expr_env env = place(false);
    struct expr_scope scope = {&env, root, NULL, &a, EXPR_FUEL};
    const struct tmpl *t;
    assert_int_equal(tmpl_compile(STR(" @contact.age\n"), is_root, NULL, &a, &t, NULL), OK);
    assert_int_equal(tmpl_value(t, &scope)->type, VAL_NUMBER);
    assert_int_equal(tmpl_compile(STR("@contact.age ans"), is_root, NULL, &a, &t, NULL), OK);
    assert_int_equal(tmpl_value(t, &scope)->type, VAL_TEXT);
    assert_int_equal(expr_compile(STR("contact.age < 18"), is_root, NULL, &a, &t, NULL), OK);
    assert_true(tmpl_value(t, &scope)->b);
    assert_int_equal(expr_compile(STR("contact."), is_root, NULL, &a, &t, NULL), OK);
    assert_int_equal(tmpl_value(t, &scope)->type, VAL_ERROR);
}

static void constants_are_known(void **state) {
    (void)state;
    const struct tmpl *t;
    struct str s;
    assert_int_equal(tmpl_compile(STR("a@@b.example"), is_root, NULL, &a, &t, NULL), OK);
    assert_true(tmpl_is_constant(t, &s));
    check_str(s, "a@b.example");
    assert_int_equal(tmpl_compile(STR("a @(1)"), is_root, NULL, &a, &t, NULL), OK);
    assert_false(tmpl_is_constant(t, &s));
}

static void truth(void **state) {
    (void)state;
    gives("@(boolean(0)) @(boolean(\"FALSE\")) @(boolean(\"non\")) @(boolean(array())) "
          "@(boolean(null))",
          "false false true false false");
    struct expr_env env = place(false);
    struct expr_scope scope = {&env, root, NULL, &a, EXPR_FUEL};
    assert_false(expr_truth(val_error(&a, "x"), &scope));
    assert_true(expr_truth(val_int(&a, 2), &scope));
}

static void stops(const char *source) {
    struct expr_env env = place(true);
    struct str got;
    struct err err = {0};
    enum rc rc = evaluate(source, &env, &got, &err);
    if (rc != E_LIMIT) {
        fail_msg("%s: %s %s", source, rc_name(rc), err.text);
    }
}

static void hostile_texts_end(void **state) {
    (void)state;
    stops("@(((f) => f(f))((f) => f(f)))");
    stops("@(((x) => x & x & x & x & x & x & x & x & x & x)(repeat(\"a\", 10000)))");
    stops("@(default(((f) => f(f))((f) => f(f)), \"caught\"))");
    stops("@(((d) => d(d(d(d(d(d(d(array(1)))))))))((l) => ((m) => concat(m, "
          "m))(concat(concat(l, l), concat(l, l)))))");
}

static void deep_nesting_is_refused_when_read(void **state) {
    (void)state;
    char deep[400];
    memset(deep, '(', 150);
    deep[0] = '@';
    deep[150] = '1';
    memset(deep + 151, ')', 149);
    deep[300] = '\0';
    fails(deep, "nested too deeply");
}

static void a_long_chain_is_not_deep(void **state) {
    (void)state;
    struct buf chain;
    buf_init(&chain, 4000);
    buf_puts(&chain, "@(1");
    for (int i = 0; i < 500; i++) {
        buf_puts(&chain, " + 1");
    }
    buf_puts(&chain, ")");
    gives(buf_cstr(&chain), "501");
    buf_done(&chain);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_literal),
        cmocka_unit_test(names_in_a_text),
        cmocka_unit_test(brackets_in_texts_are_protected),
        cmocka_unit_test(precedence),
        cmocka_unit_test(values_and_their_texts),
        cmocka_unit_test(functions_are_values),
        cmocka_unit_test(errors_travel_and_are_caught),
        cmocka_unit_test(what_is_left_of_a_text_with_a_failure),
        cmocka_unit_test(one_expression_alone_keeps_its_type),
        cmocka_unit_test(constants_are_known),
        cmocka_unit_test(truth),
        cmocka_unit_test(hostile_texts_end),
        cmocka_unit_test(deep_nesting_is_refused_when_read),
        cmocka_unit_test(a_long_chain_is_not_deep),
    };
    return cmocka_run_group_tests(tests, fixture_start, fixture_end);
}
