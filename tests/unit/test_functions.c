/* test_functions.c - the functions of the language, family by family, in the reference's
 * manner. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/functions.h"

#include "tests/unit/expr_fixture.h"

static void the_table_is_in_order_and_described(void **state) {
    (void)state;
    const struct expr_function *f, *before = NULL;
    size_t tests = 0, n = 0;
    for (; (f = expr_function_at(n)) != NULL; n++) {
        assert_true(!before || strcmp(before->name, f->name) < 0);
        assert_true(f->fr[0] && f->en[0] && f->min >= 0 && (f->max < 0 || f->max >= f->min));
        assert_true(expr_has_function(str_from(f->name)));
        tests += f->is_test;
        assert_int_equal(f->is_test, strncmp(f->name, "has_", 4) == 0);
        before = f;
    }
    assert_true(n - tests >= 85 && tests >= 27);
    assert_false(expr_has_function(STR("has_everything")));
    assert_true(expr_has_function(STR("UPPER")));
}

static void texts(void **state) {
    (void)state;
    gives("@(upper(\"été ß\")) @(lower(\"ÉTÉ\")) @(title(\"jean-luc o'brien\"))",
          "ÉTÉ ß été Jean-Luc O'Brien");
    gives("[@(trim(\"  a b \"))] [@(trim_left(\"xxaxx\", \"x\"))] [@(trim_right(\"xxaxx\", "
          "\"x\"))]",
          "[a b] [axx] [xxa]");
    gives("@(text_length(\"cœur 💚\")) @(code(\"é\")) @(char(339))", "6 233 œ");
    gives("@(text_slice(\"bonjour\", 3)) @(text_slice(\"bonjour\", -4, -1)) "
          "@(text_slice(\"bonjour\", 0, 3))",
          "jour jou bon");
    gives("@(replace(\"aXbXc\", \"X\", \"-\")) @(replace(\"aXbXc\", \"X\", \"-\", 1)) "
          "@(replace(\"ab\", \"\", \".\"))",
          "a-b-c a-bXc .a.b.");
    gives("@(repeat(\"ha\", 3))@(repeat(\"x\", 0))", "hahaha");
    gives("@(clean(\"a\\tb\\nc\"))", "abc");
    gives("@(html_decode(\"&lt;&eacute;&#x41;&nope;\"))", "<éA&nope;");
    gives("@(url_encode(\"à 2 & 3\"))", "%C3%A0%202%20%26%203");
    gives("@(read_chars(\"1234\")) / @(read_chars(\"123456789\")) / @(read_chars(\"12345\"))",
          "1 2 3 4 / 1 2 3 , 4 5 , 6 7 8 9 / 1,2,3,4,5");
    gives("@(text_compare(\"b\", \"a\")) @(regex_match(\"Bus 57, quai B\", \"bus (\\d+)\", 1))",
          "1 57");
    fails("@(repeat(\"abc\", 5000))", "longer than 10000");
    fails("@(regex_match(\"a\", \"(\"))", "invalid regular expression");
    fails("@(regex_match(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\", \"(a+)+$\"))",
          "too long");
}

static void words(void **state) {
    (void)state;
    gives("@(word(\"un deux, trois\", 1)) @(word(\"un deux, trois\", -1)) @(word(\"a;b;c\", 2, "
          "\";\"))",
          "deux trois c");
    gives("@(word_count(\"l'été, c'est bien !\")) @(word_count(\"a-b_c\"))", "3 2");
    gives("@(word_slice(\"un deux trois quatre\", 1, 3)) @(word_slice(\"un deux trois\", 1))",
          "deux trois deux trois");
    gives("@(remove_first_word(\"RDV demain à midi\"))|@(remove_first_word(\"STOP\"))",
          "demain à midi|");
    gives("@(split(\"a, b;c\", \" ,;\"))", "[a, b, c]");
    gives("@(field(\"nom;prénom;âge\", 1, \";\")) @(field(\"a;b\", 9, \";\"))", "prénom ");
    fails("@(word(\"un\", 3))", "out of range");
}

static void numbers(void **state) {
    (void)state;
    gives("@(round(2.5)) @(round(-2.5)) @(round(1234.567, -2)) @(round_up(2.01)) "
          "@(round_down(-2.01))",
          "3 -3 1200 3 -3");
    gives("@(mod(-7, 3)) @(mod(7, -3)) @(mod(7, 3)) @(abs(-4)) @(max(1, \"12\", 3)) @(min(4, "
          "2)) @(mean(1, 2))",
          "-1 1 1 4 12 2 1.5");
    gives("@(0.1 + 0.2) @(1 / 3)", "0.3 0.3333333333333333");
    gives("@(percent(0.125)) @(sum(array(1, \"2\", 3.5)))", "13% 6.5");
    gives("@(format_number(1234567.891, 2)) @(format_number(1234.5)) @(format_number(1234, 0, "
          "false))",
          "1,234,567.89 1,234.5 1234");
    fails("@(99999999999999999999 * 99999999999999999999)", "out of range");
    fails("@(2 ^ 200)", "out of range");
    fails("@(number(\"dix\"))", "unable to convert \"dix\" to a number");
    gives("@(format_number(12345678901234567890))", "12,345,678,901,234,567,890");
}

static void chance_belongs_to_the_turn(void **state) {
    (void)state;
    struct str first, again;
    struct err err;
    struct expr_env env = place(false);
    chance = 7;
    assert_int_equal(evaluate("@(rand_between(1, 6)) @(rand())", &env, &first, &err), OK);
    chance = 7;
    assert_int_equal(evaluate("@(rand_between(1, 6)) @(rand())", &env, &again, &err), OK);
    assert_true(str_eq(first, again));
    for (int i = 0; i < 200; i++) {
        gives(
            "@(and(rand() >= 0, rand() < 1, rand_between(2, 4) >= 2, rand_between(2, 4) <= 4))",
            "true");
    }
    env.random = NULL;
    assert_int_equal(evaluate("@(rand())", &env, &first, &err), E_INVALID);
}

static void dates(void **state) {
    (void)state;
    gives("@(now()) @(today())", "2026-03-08T10:15:00.000000+01:00 2026-03-08");
    gives("@(date_from_parts(2026, 3, 8)) @(date_from_parts(2026, 3, 32))",
          "2026-03-08 2026-04-01");
    gives("@(datetime_add(\"27/03/2026 20:00\", 2, \"D\")) @(datetime_add(\"28/03/2026 "
          "20:00\", 24, \"h\"))",
          "2026-03-29T20:00:00.000000+02:00 2026-03-29T21:00:00.000000+02:00"); /* the clocks
                                                                                   change that
                                                                                   night */
    gives("@(datetime_add(\"31/01/2026\", 1, \"M\"))", "2026-03-03T00:00:00.000000+01:00");
    gives("@(datetime_diff(\"01/01/2026\", \"08/03/2026\", \"D\")) "
          "@(datetime_diff(\"31/12/2025\", \"01/01/2026\", \"Y\")) "
          "@(datetime_diff(\"8/3/2026 10:00\", \"8/3/2026 09:01\", \"h\"))",
          "66 1 0");
    gives("@(weekday(\"08/03/2026\")) @(week_number(\"01/01/2026\")) "
          "@(week_number(\"04/01/2026\"))",
          "0 1 2");
    gives("@(epoch(\"1970-01-02T00:00:00Z\")) @(datetime_from_epoch(1.5))",
          "86400 1970-01-01T01:00:01.500000+01:00");
    gives("@(replace_time(\"08/03/2026\", \"18:30\")) @(time_from_parts(7, 5, 0))",
          "2026-03-08T18:30:00.000000+01:00 07:05:00.000000");
    gives("@(tz(now())) @(tz_offset(now())) @(tz_offset(\"2026-07-01T10:00:00Z\"))",
          "Europe/Paris +0100 +0000");
    gives(
        "@(age(\"09/03/2008\")) @(age(\"08/03/2008\")) @(age(\"29/02/2004\", \"28/02/2025\"))",
        "17 18 20");
    fails("@(datetime_add(now(), 1, \"x\"))", "unknown unit");
    fails("@(date_from_parts(2026, 13, 1))", "month");
    fails("@(datetime_add(now(), 9000, \"Y\"))", "out of range");
}

static void lists_and_objects(void **state) {
    (void)state;
    gives("@(reverse(words)) @(sort(array(3, 10, 2))) @(unique(array(1, \"1\", 1)))",
          "[trois, deux, un] [2, 3, 10] [1, 1]");
    gives("@(slice(words, 1)) @(slice(words, -2, -1)) @(concat(words, array(4)))",
          "[deux, trois] [deux] [un, deux, trois, 4]");
    gives("@(contains(words, \"deux\")) @(contains(array(1), \"1\")) @(join(words, \" et \")) "
          "@(count(words))",
          "true false un et deux et trois 3");
    gives("@(keys(object(\"b\", 1, \"a\", 2))) @(extract(contact, \"age\")) "
          "@(extract_object(contact, \"age\"))",
          "[a, b] 17 {age: 17}");
    gives("@(foreach_value(object(\"a\", 1), (v) => v + 1))", "{a: 2}");
    fails("@(sort(array(1, \"a\")))", "compare");
    fails("@(count(3))", "countable");
    fails("@(object(\"a\"))", "even");
}

static void json(void **state) {
    (void)state;
    gives("@(json(object(\"b\", array(1.50, null, true), \"a\", \"l\\\"x\")))",
          "{\"a\":\"l\\\"x\",\"b\":[1.5,null,true]}");
    gives("@(json(now())) @(json(contact))",
          "\"2026-03-08T10:15:00.000000+01:00\" "
          "{\"Town\":\"Rennes\",\"age\":17,\"first_name\":\"Léa\",\"nothing\":null}");
    gives("@(parse_json(\"{\\\"a\\\": [10, {\\\"b\\\": \\\"x\\\"}]}\").a[1].b)", "x");
    fails("@(parse_json(\"{a}\"))", "invalid JSON");
}

static void pretty(void **state) {
    (void)state;
    gives("@(format(1234.5)) @(format(today())) @(format(now())) @(format(array(1000, true)))",
          "1,234.5 08-03-2026 08-03-2026 10:15 1,000, true");
    gives("@(format(object(\"b\", object(\"x\", 1, \"y\", 2), \"a\", 1)))",
          "a: 1\nb:\n  x: 1\n  y: 2");
    gives("@(format(array(object(\"x\", 1, \"y\", 2), 3)))", "- x: 1\n  y: 2\n- 3");
    gives("@(format_urn(\"tel:+33639980123\")) @(format_urn(\"telegram:99#lea\")) "
          "@(format_location(\"France > Bretagne\"))",
          "06 39 98 01 23 lea Bretagne");
    gives("@(urn_parts(\"mailto:a@b.example?x=1#Léa\"))",
          "{display: Léa, path: a@b.example, scheme: mailto}");
    gives("@(attachment_parts(\"image/png:https://x.example/a.png\").url)",
          "https://x.example/a.png");
    fails("@(format_urn(\"tel:\"))", "not a valid URN");
    fails("@(format_date(today(), \"DDD\"))", "'DDD' is not valid in a date formatting layout");
}

static void called_by_name_with_values(void **state) {
    (void)state;
    struct expr_env env = place(false);
    struct expr_scope scope = {&env, root, NULL, &a, EXPR_FUEL};
    const struct val *args[] = {val_textz(&a, "j'ai 17 ans"), val_int(&a, 16),
                                val_textz(&a, "25")};
    const struct val *v = expr_call(&scope, STR("Has_Number_Between"), args, 3);
    assert_true(expr_truth(v, &scope));
    check_str(expr_text(val_get(v, "match"), &scope), "17");
    assert_int_equal(expr_call(&scope, STR("nope"), args, 3)->type, VAL_ERROR);
    assert_int_equal(expr_call(&scope, STR("upper"), args, 3)->type, VAL_ERROR);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_in_order_and_described),
        cmocka_unit_test(texts),
        cmocka_unit_test(words),
        cmocka_unit_test(numbers),
        cmocka_unit_test(chance_belongs_to_the_turn),
        cmocka_unit_test(dates),
        cmocka_unit_test(lists_and_objects),
        cmocka_unit_test(json),
        cmocka_unit_test(pretty),
        cmocka_unit_test(called_by_name_with_values),
    };
    return cmocka_run_group_tests(tests, fixture_start, fixture_end);
}
