/* test_rapid_yaml.c - a brought flow written as our YAML is a flow of ours, and says the same.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/rapid/rapid_yaml.h"

#include "base/file.h"
#include "base/json.h"
#include "bot/rapid/rapid_yaml_words.h"
#include "tests/unit/flows_kit.h"

static const struct rapid_program *velo(void) {
    const struct rapid_program *p = NULL;
    const struct val *json = NULL;
    struct expr_env env = {.country = STR("FR"), .language = STR("fra")};
    struct str text;
    struct err err = {0};
    if (file_read("tests/imports/velo.json", 1 << 20, &kit_arena, &text, &err) != OK ||
        json_parse(text, &kit_arena, &json, &err) != OK ||
        rapid_load(json, &env, &kit_arena, &p, &err) != OK) {
        fail_msg("%s", err.text);
    }
    return p;
}

static struct library *written(void) {
    const struct rapid_program *p = velo();
    struct library_source src[16] = {{STR("_champs.yaml"), STR(KIT_FIELDS)},
                                     {STR("_plus.yaml"), rapid_yaml_fields(p, &kit_arena)}};
    struct flow_problems problems;
    struct library *l = NULL;
    problems_init(&problems, &kit_arena);
    for (size_t i = 0; i < p->flows; i++) {
        struct rapid_yaml y;
        rapid_yaml_write(p, &p->flow[i], &kit_arena, &y);
        src[i + 2] = (struct library_source){y.name, y.text};
    }
    if (library_load(&STEPS_LANG, src, p->flows + 2, NULL, NULL, &l, &problems) != OK) {
        struct buf out;
        buf_init(&out, 100000);
        problems_print(&problems, &out);
        fail_msg("%s", buf_cstr(&out));
    }
    return l;
}

static void it_passes_the_check_and_says_the_same(void **unused) {
    (void)unused;
    struct library *l = written();
    struct player *p = kit_player(l);
    assert_true(player_given(p, STR("contact.first_name"), val_textz(&kit_arena, "Léa")));
    assert_true(player_given(p, STR("contact.new"), &VAL_FALSE));
    check_str(kit_say(p, "biclou"), "Bonjour Léa, un vélo pour aller travailler ?");
    check_str(kit_say(p, "bof"), "Réponds par oui ou par non.");
    check_str(kit_say(p, "ouais"), "Ta taille en cm ?");
    check_str(kit_say(p, "petite"), "Un nombre entre 120 et 220.");
    check_str(kit_say(p, "158"),
              "C'est noté : un vélo pour 158 cm. / !Préparer un vélo de 158 cm");
    player_free(p);
    library_free(l);
}

static void what_is_not_here_stays_as_words(void **unused) {
    (void)unused;
    const struct rapid_program *p = velo();
    struct rapid_yaml_words w;
    struct str text, foreign;
    rapid_yaml_words(p, &p->flow[0], &kit_arena, &w);
    assert_false(rapid_yaml_text(&w, STR("@contact.name, @globals.numero : a@b.fr @@x"), &text,
                                 &foreign));
    check_str(text, "@contact.first_name, @@globals.numero : a@b.fr @@x");
    check_str(foreign, "globals");
    assert_true(rapid_yaml_text(
        &w, STR("@(upper(fields.taille_velo & \"fields.x\")) @results.veut_un_velo."), &text,
        &foreign));
    check_str(text, "@(upper(contact.taille_velo & \"fields.x\")) @results.veut_un_velo.");
    assert_false(rapid_yaml_text(&w, STR("@(if(parent.results.a, 1, 2))"), &text, &foreign));
    check_str(text, "@@(if(parent.results.a, 1, 2))");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_passes_the_check_and_says_the_same),
        cmocka_unit_test(what_is_not_here_stays_as_words),
    };
    return cmocka_run_group_tests_name("rapid_yaml", tests, kit_setup, kit_teardown);
}
