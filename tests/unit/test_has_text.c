/* test_has_text.c - router tests on words, in the reference's manner and with French folding.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/expr_fixture.h"

static void words_of_a_text(void **state) {
    (void)state;
    gives("@(has_any_word(\"Oui, je VIENS !\", \"viens non\").match)", "VIENS");
    gives("@(has_all_words(\"je viens avec Léa\", \"Léa viens\").match)", "viens Léa");
    gives("@(has_all_words(\"je viens\", \"viens demain\"))", "false");
    gives("@(has_phrase(\"bah pas du tout quoi\", \"Pas du\").match)", "pas du");
    gives("@(has_phrase(\"non non oui\", \"non oui\").match)", "non oui");
    gives("@(has_phrase(\"pas vraiment du tout\", \"pas du\"))", "false");
    gives("@(has_only_phrase(\" Oui merci ! \", \"oui MERCI\").match)", "Oui merci");
    gives("@(has_only_phrase(\"oui merci bien\", \"oui merci\"))", "false");
    gives("@(has_any_word(\"👍 ok\", \"👍\").match)", "👍");
}

static void whole_texts(void **state) {
    (void)state;
    gives("[@(has_text(\"  a \").match)] @(has_text(\" \\n\"))", "[a] false");
    gives("@(has_only_text(\"Oui\", \"Oui\")) @(has_only_text(\"Oui\", \"oui\"))",
          "true false");
    gives("@(has_beginning(\" Rdv demain\", \"rdv\").match) @(has_beginning(\"mon rdv\", "
          "\"rdv\"))",
          "Rdv false");
}

static void patterns(void **state) {
    (void)state;
    gives("@(has_pattern(\"Bus 12 ou 57\", \"bus (\\d+) (et|ou)\").extra)",
          "{0: Bus 12 ou, 1: 12, 2: ou}");
    gives("@(has_pattern(\"a\", \"(a)|(b)\").extra)", "{0: a, 1: a, 2: }");
    gives("@(has_pattern(\"deux\\nlignes\", \"^lignes$\").match)", "lignes");
    fails("@(has_pattern(\"a\", \"[\"))", "valid regular expression");
}

static void addresses(void **state) {
    (void)state;
    gives("@(has_email(\"écris à lea.martin@mjc.example.\").match)", "lea.martin@mjc.example");
    gives("@(has_email(\"lea@mjc\"))", "false");
    gives("@(has_phone(\"appelle le 06 39 98 01 23 merci\").match)", "+33639980123");
    gives(
        "@(has_phone(\"+1 202 456 1111\").match) @(has_phone(\"202 456 1111\", \"US\").match)",
        "+12024561111 +12024561111");
    gives("@(has_phone(\"code postal 35000\"))", "false");
}

static void in_french_accents_and_apostrophes_do_not_count(void **state) {
    (void)state;
    donne("@(has_any_word(\"Ça m’intéresse\", \"m'interesse\").match)", "m’intéresse");
    donne("@(has_phrase(\"Je suis d’accord !\", \"D'ACCORD\").match)", "d’accord");
    donne("@(has_only_phrase(\"Peut-être\", \"peut etre\").match)", "Peut être");
    donne("@(has_only_text(\"Déjà\", \"deja\"))", "true");
    donne("@(has_beginning(\"Œuvre d'été\", \"oeuvre\").match)", "Œuvre");
    donne("@(has_pattern(\"Élève de première\", \"eleve\").match)", "eleve");
    donne("@(has_any_word(\"e\xcc\x81te\xcc\x81\", \"été\").match)", "e\xcc\x81te\xcc\x81");
    gives("@(has_any_word(\"été\", \"ete\"))", "false");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_a_text),
        cmocka_unit_test(whole_texts),
        cmocka_unit_test(patterns),
        cmocka_unit_test(addresses),
        cmocka_unit_test(in_french_accents_and_apostrophes_do_not_count),
    };
    return cmocka_run_group_tests(tests, fixture_start, fixture_end);
}
