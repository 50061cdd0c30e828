/* test_exprcheck.c - mistakes found in a template before it runs, each with its column. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/buf.h"
#include "tests/unit/expr_fixture.h"

/* "column! text (hint)" of each problem, "column?" for warnings, joined by " | ". */
static void check_problems(const char *source, const char *expected) {
    const struct tmpl *t;
    const struct tmpl_problem *p;
    struct buf all;
    buf_init(&all, 4000);
    assert_int_equal(tmpl_compile(str_from(source), is_root, NULL, &a, &t, NULL), OK);
    size_t n = tmpl_problems(t, &a, &p);
    for (size_t i = 0; i < n; i++) {
        buf_printf(&all, "%s%d%c %.*s%s%.*s%s", i ? " | " : "", p[i].column,
                   p[i].warning ? '?' : '!', STR_ARG(p[i].text), p[i].hint.n ? " (" : "",
                   STR_ARG(p[i].hint), p[i].hint.n ? ")" : "");
    }
    check_str(buf_view(&all), expected);
    buf_done(&all);
}

static void nothing_wrong(void **state) {
    (void)state;
    check_problems("Salut @contact.first_name, @@toi, lea@example.org", "");
    check_problems("@(upper(contact.town) & \" \" & 1 + 2)", "");
    check_problems("@(default(contact.age + 1, \"?\"))", "");
    check_problems("@(foreach(words, (w) => upper(w)))", "");
    check_problems("@(has_number_gt(contact.town, 3))", "");
}

static void mistakes(void **state) {
    (void)state;
    check_problems("Été : @(uper(contact.town))",
                   "9! no function 'uper' (did you mean upper()?)");
    check_problems("@(contct.age)", "3! no name 'contct'");
    check_problems("@(upper(contact.town, 2))",
                   "8! upper() has too many arguments (2) (upper(text))");
    check_problems("@(1 + )", "7! syntax error at the end");
    check_problems("@(1 / 0)", "7! division by zero");
    check_problems("@(has_pattern(\"a\", \"(\"))",
                   "20! bad pattern: missing closing parenthesis");
}

static void what_may_fail(void **state) {
    (void)state;
    check_problems(
        "@(contact.age + 1)",
        "3? the expression fails when a value is not a number (default(..., \"...\"))");
    check_problems(
        "@(date(contact.town))",
        "3? date() fails when the text is not what it expects (default(date(...), \"...\"))");
}

static void names_it_reads(void **state) {
    (void)state;
    const struct tmpl *t;
    const struct str *name;
    assert_int_equal(tmpl_compile(STR("@contact.First_Name @(upper(contact[\"age\"]) & "
                                      "words[0] & ((x) => x)(contact))"),
                                  is_root, NULL, &a, &t, NULL),
                     OK);
    assert_int_equal(tmpl_names(t, &a, &name), 4);
    check_str(name[0], "contact.first_name");
    check_str(name[1], "contact.age");
    check_str(name[2], "words");
    check_str(name[3], "contact");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_wrong),
        cmocka_unit_test(mistakes),
        cmocka_unit_test(what_may_fail),
        cmocka_unit_test(names_it_reads),
    };
    return cmocka_run_group_tests(tests, fixture_start, fixture_end);
}
