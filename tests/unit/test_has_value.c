/* test_has_value.c - router tests on numbers, dates, groups and categories. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/json.h"
#include "tests/unit/expr_fixture.h"

static enum rc read_places(const struct val **ret) {
    return json_parse(STR("[{\"name\":\"France\",\"children\":[{\"name\":\"Bretagne\","
                          "\"aliases\":[\"Breizh\"],"
                          "\"children\":[{\"name\":\"Rennes\"}]},{\"name\":\"Occitanie\"}]}]"),
                      &a, ret, NULL);
}

static void numbers(void **state) {
    (void)state;
    gives("@(has_number(\"on sera 12, ou 15\").match) @(has_number(\"zéro\"))", "12 false");
    gives("@(has_number(\"-3.5 degrés\").match) @(has_number(\"1,200 euros\").match) "
          "@(has_number(\".5\").match)",
          "-3.5 1200 0.5");
    gives("@(has_number(\"٣٥\").match)", "35");
    gives("@(has_number_gt(\"12 ou 15\", 13).match) @(has_number_lt(\"12 ou 15\", 12))",
          "15 false");
    gives("@(has_number_between(\"j'ai 17 ans\", 16, 25).match) @(has_number_eq(\"17\", "
          "\"17.0\").match)",
          "17 17");
    fails("@(has_number_gt(\"12\", \"treize\"))", "unable to convert");
}

static void numbers_as_the_french_write_them(void **state) {
    (void)state;
    donne("@(has_number(\"j'ai eu 12,5 au bac\").match)", "12.5");
    donne("@(has_number(\"environ 1 200 euros\").match) @(has_number(\"1\xc2\xa0"
          "200\").match)",
          "1200 1200");
    donne("@(has_number(\"j'ai dix-sept ans\").match) "
          "@(has_number(\"quatre-vingt-dix-neuf\").match)",
          "17 99");
    donne("@(has_number(\"12 15 ou 18\").match)", "12");
    donne("@(has_number(\"J'ai UN frère\")) @(has_number(\"Une\").match) "
          "@(has_number(\"Vingt\").match)",
          "false 1 20");
    donne("@(has_number_between(\"vingt et un\", 16, 25).match)", "21");
}

static void dates(void **state) {
    (void)state;
    gives("@(has_date(\"né le 12/03/2007\").match)", "2007-03-12T10:15:00.000000+01:00");
    gives("@(has_date(\"le 31/02/2007\")) @(has_date(\"demain\"))", "false false");
    gives("@(has_date_lt(\"7/3/2026\", today())) @(has_date_lt(\"8/3/2026\", today())) "
          "@(has_date_eq(\"8/3/2026\", today()))",
          "true false true");
    gives("@(has_date_gt(\"8/3/2026 23:00\", \"8/3/2026\")) @(has_time(\"vers 18:30\").match)",
          "false 18:30:00.000000");
}

static void dates_as_the_french_say_them(void **state) {
    (void)state;
    donne("@(has_date(\"je suis né le 1er mai 2008\").match)",
          "2008-05-01T10:15:00.000000+02:00");
    donne("@(date(\"demain\")) @(date(\"après-demain\")) @(date(\"samedi\")) @(date(\"le 3 "
          "février\"))",
          "2026-03-09 2026-03-10 2026-03-14 2027-02-03");
    donne("@(date(\"le 9/3\")) @(date(\"07/03\")) @(has_date(\"3/4/5/6\")) "
          "@(has_date(\"31/02\"))",
          "2026-03-09 2027-03-07 false false");
    donne("@(date(\"aujourd’hui\")) @(has_time(\"cet après-midi\")) @(has_time(\"cet après "
          "midi\"))",
          "2026-03-08 false false");
    donne("@(datetime(\"mardi 10 mars à 14h30\"))", "2026-03-10T14:30:00.000000+01:00");
    donne("@(time(\"18h\")) @(time(\"midi et demi\")) @(time(\"8 heures moins le quart\")) "
          "@(time(\"minuit\"))",
          "18:00:00.000000 12:30:00.000000 07:45:00.000000 00:00:00.000000");
    donne("@(datetime_add(\"31/01/2026\", 1, \"M\")) @(datetime_add(\"29/02/2024\", 1, \"Y\"))",
          "2026-02-28T00:00:00.000000+01:00 2025-02-28T00:00:00.000000+01:00");
    donne("@(date(\"1/3/2026\") < today()) @(today() >= \"08/03/2026\") @(now() > \"08/03/2026 "
          "11:00\")",
          "true true false");
    fails("@(date(\"1/3/2026\") < today())", "unable to convert date to a number");
}

static void what_the_engine_knows(void **state) {
    (void)state;
    gives("@(has_group(array(object(\"uuid\", \"u1\", \"name\", \"Été\")), \"u1\").match.name)",
          "Été");
    gives("@(has_category(object(\"category\", \"Oui\"), \"Non\", \"Oui\").match)", "Oui");
    donne("@(has_category(object(\"category\", \"Déjà\"), \"DEJA\").match)", "Déjà");
    gives("@(has_category(object(\"category\", \"Oui\"), \"Non\"))", "false");
    fails("@(has_category(object(), \"Non\"))", "must be a result");
    gives("@(has_intent(object(\"extra\", object(\"intents\", array(object(\"name\", "
          "\"venir\", \"confidence\", 0.8)))), "
          "\"venir\", 0.7).match)",
          "venir");
    gives("@(has_error(1 / 0).match) @(has_error(1))", "division by zero false");
}

static void places(void **state) {
    (void)state;
    const struct val *list;
    assert_int_equal(read_places(&list), OK);
    struct expr_env env = place(false);
    env.locations = list;
    check_in(&env, "@(has_state(\"j'habite en bretagne\").match)", "France > Bretagne");
    check_in(&env, "@(has_district(\"RENNES\", \"Bretagne\").match)",
             "France > Bretagne > Rennes");
    check_in(&env, "@(has_district(\"Rennes\", \"Occitanie\")) @(has_state(\"Lune\"))",
             "false false");
    fails("@(has_state(\"Bretagne\"))", "not location enabled");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(numbers_as_the_french_write_them),
        cmocka_unit_test(dates),
        cmocka_unit_test(dates_as_the_french_say_them),
        cmocka_unit_test(what_the_engine_knows),
        cmocka_unit_test(places),
    };
    return cmocka_run_group_tests(tests, fixture_start, fixture_end);
}
