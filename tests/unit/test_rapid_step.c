/* test_rapid_step.c - brought flows walked by our engine: reflexes, repair, time, other flows.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/rapid/rapid_step.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "bot/flow/listing.h"
#include "tests/unit/flows_kit.h"

static const char STOP[] = "flow: arret\ntitle: Stop\nsystem: yes\nidentifies: yes\n"
                           "starts: {intent: stop}\nsteps:\n  - say: Plus rien.\n"
                           "    confirms_stop: yes\n  - act: opt_out\n    with: {scope: all}\n"
                           "  - quit:\n";
static const char HOURS[] = "flow: horaires\ntitle: Horaires\nsystem: yes\n"
                            "starts: {intent: help}\nsteps:\n  - say: De 9 h à 17 h.\n";
static const char MENU[] =
    "flow: menu\ntitle: Menu\nstarts: {keywords: [panneau]}\nsteps:\n"
    "  - call: taille_du_velo\n    with: {source: menu}\n    as: mesure\n"
    "  - say: \"Retenu : @mesure.taille cm.\"\n"
    "  - start: pret_de_velo\n";

static const char *velo(void) {
    struct str text;
    struct err err = {0};
    if (file_read("tests/imports/velo.json", RAPID_SET_BYTES_MAX, &kit_arena, &text, &err) !=
        OK) {
        fail_msg("%s", err.text);
    }
    return arena_cstr(&kit_arena, text);
}

static struct library *flows(void) {
    const char *text[] = {STOP, HOURS, MENU, velo(), NULL};
    return kit_library(text);
}

static struct player *lea(const struct library *l) {
    struct player *p = kit_player(l);
    assert_true(player_given(p, STR("contact.first_name"), val_textz(&kit_arena, "Léa")));
    assert_true(player_given(p, STR("contact.new"), &VAL_FALSE));
    return p;
}

static void a_word_begins_it_and_answers_lead_through(void **unused) {
    (void)unused;
    struct library *l = flows();
    struct player *p = lea(l);
    check_str(kit_say(p, "VÉLO svp"),
              "Bonjour Léa, un vélo pour aller travailler ?\nOui / Non");
    check_str(kit_say(p, "bof"), "Réponds par oui ou par non.");
    check_str(kit_say(p, "ouais"), "Ta taille en cm ?");
    check_str(kit_say(p, "immense"), "Un nombre entre 120 et 220.");
    check_str(kit_say(p, "172"),
              "C'est noté : un vélo pour 172 cm. / !Préparer un vélo de 172 cm");
    player_free(p);
    library_free(l);
}

static void reflexes_go_before_it(void **unused) {
    (void)unused;
    struct library *l = flows();
    struct player *p = lea(l);
    kit_say(p, "velo");
    check_str(kit_say(p, "c'est quoi les horaires ?"),
              "De 9 h à 17 h.\nBonjour Léa, un vélo pour aller travailler ?\nOui / Non");
    check_str(kit_say(p, "STOP"), "Plus rien.");
    check_str(kit_say(p, "oui"), "");
    player_free(p);
    library_free(l);
}

static void nothing_can_be_taken_back_but_it_is_said(void **unused) {
    (void)unused;
    struct library *l = flows();
    struct player *p = lea(l);
    kit_say(p, "velo");
    kit_say(p, "oui");
    /* no flow of ours is reached behind the answer given to a brought one */
    struct str heard = kit_say(p, "non je me suis trompé");
    check_str(heard, "Ta taille en cm ?");
    check_str(kit_say(p, "170"),
              "C'est noté : un vélo pour 170 cm. / !Préparer un vélo de 170 cm");
    player_free(p);
    library_free(l);
}

static void silence_takes_its_own_way(void **unused) {
    (void)unused;
    struct library *l = flows();
    struct player *p = lea(l);
    kit_say(p, "velo");
    check_str(kit_wait(p, 119 * MS_MINUTE), "");
    check_str(kit_wait(p, 2 * MS_MINUTE), "Sans réponse, la demande est fermée.");
    /* a child without a time-out of its own expires, and its parent goes on */
    kit_say(p, "velo");
    kit_say(p, "oui");
    check_str(kit_wait(p, 61 * MS_MINUTE), "Sans réponse, la demande est fermée.");
    player_free(p);
    library_free(l);
}

static void flows_of_ours_call_and_start_it(void **unused) {
    (void)unused;
    struct library *l = flows();
    struct player *p = lea(l);
    check_str(kit_say(p, "panneau"), "Ta taille en cm ?");
    check_str(kit_say(p, "165"),
              "Retenu : 165 cm. / Bonjour Léa, un vélo pour aller travailler ?\nOui / Non");
    player_free(p);
    library_free(l);
}

static void buttons_carry_their_words(void **unused) {
    (void)unused;
    struct library *l = flows();
    struct player *p = lea(l);
    struct err err = {0};
    assert_true(player_given(p, STR("buttons"), &VAL_TRUE));
    check_str(kit_say(p, "velo"), "Bonjour Léa, un vélo pour aller travailler ?\n[Oui]\n[Non]");
    assert_int_equal(player_press(p, 2, &err), OK);
    check_str(kit_heard(p), "Pas de souci, une autre fois.");
    player_free(p);
    library_free(l);
}

static void a_web_hook_is_waited_for(void **unused) {
    (void)unused;
    struct library *l = flows();
    struct player *p = lea(l);
    const struct val *answer = NULL;
    struct err err = {0};
    assert_int_equal(json_parse(STR("{\"json\": {\"ciel\": \"soleil\", \"degres\": 21}, "
                                    "\"after\": \"5 s\"}"),
                                &kit_arena, &answer, &err),
                     OK);
    check_str(kit_say(p, "météo"), "La météo ne répond pas.");
    assert_true(player_given(p, STR("webhooks.url"), answer));
    kit_wait(p, 3 * MS_MINUTE); /* the same word sooner would count once */
    check_str(kit_say(p, "meteo"), "");
    check_str(kit_say(p, "et donc"), "Un instant, je cherche la réponse.");
    check_str(kit_wait(p, 6 * MS_SECOND), "Demain : soleil, 21 degrés.");
    player_free(p);
    library_free(l);
}

/* A web-hook, then a question, then what the web-hook said. */
static const char LONG_ANSWER[] =
    "{\"flows\": [{\"uuid\": \"f\", \"name\": \"Gros\", \"language\": \"fra\", "
    "\"spec_version\": "
    "\"14.4.2\", \"type\": \"messaging\", \"nodes\": [{\"uuid\": \"n1\", \"actions\": "
    "[{\"uuid\": "
    "\"a1\", \"type\": \"call_webhook\", \"method\": \"GET\", \"url\": "
    "\"https://gros.example/\", "
    "\"result_name\": \"Gros\"}], \"exits\": [{\"uuid\": \"e1\", \"destination_uuid\": "
    "\"n2\"}]}, "
    "{\"uuid\": \"n2\", \"actions\": [{\"uuid\": \"a2\", \"type\": \"send_msg\", \"text\": "
    "\"Prêt "
    "?\"}], \"router\": {\"type\": \"switch\", \"operand\": \"@input.text\", \"wait\": "
    "{\"type\": "
    "\"msg\"}, \"categories\": [{\"uuid\": \"c1\", \"name\": \"Tout\", \"exit_uuid\": "
    "\"e2\"}], "
    "\"default_category_uuid\": \"c1\", \"cases\": []}, \"exits\": [{\"uuid\": \"e2\", "
    "\"destination_uuid\": \"n3\"}]}, {\"uuid\": \"n3\", \"actions\": [{\"uuid\": \"a3\", "
    "\"type\": "
    "\"send_msg\", \"text\": \"Reste @webhook.json.court.\"}], \"exits\": [{\"uuid\": "
    "\"e3\"}]}]}]}";

static void a_long_answer_keeps_what_is_read_of_it(void **unused) {
    (void)unused;
    const char *text[] = {LONG_ANSWER, NULL};
    struct library *l = kit_library(text);
    struct player *p = lea(l);
    const struct val *answer = NULL;
    struct err err = {0};
    char *padding = arena_alloc(&kit_arena, 9001);
    memset(padding, 'x', 9000);
    padding[9000] = '\0';
    struct str json = arena_printf(
        &kit_arena, "{\"json\": {\"long\": \"%s\", \"court\": \"trois\"}}", padding);
    assert_int_equal(json_parse(json, &kit_arena, &answer, &err), OK);
    assert_true(player_given(p, STR("webhooks.url"), answer));
    check_str(kit_start(p, "gros", NULL), "Prêt ?");
    assert_true(player_session(p).n < 9000);
    check_str(kit_say(p, "ok"), "Reste trois.");
    player_free(p);
    library_free(l);
}

static void one_question_at_a_time(void **unused) {
    (void)unused;
    struct library *l = flows();
    struct player *p = lea(l);
    kit_say(p, "velo");
    check_str(kit_start(p, "taille_du_velo", NULL), "");
    check_str(kit_say(p, "non"), "Pas de souci, une autre fois. / Ta taille en cm ?");
    player_free(p);
    library_free(l);
}

static void a_human_has_the_conversation(void **unused) {
    (void)unused;
    struct library *l = flows();
    struct player *p = lea(l);
    struct err err = {0};
    kit_say(p, "velo");
    assert_true(player_given(p, STR("paused"), &VAL_TRUE));
    check_str(kit_say(p, "oui"), "");
    check_str(kit_wait(p, 3 * MS_HOUR), ""); /* its time comes, and waits */
    assert_int_equal(player_close_case(p, &err), OK);
    check_str(kit_heard(p), "Sans réponse, la demande est fermée.");
    player_free(p);
    library_free(l);
}

static void a_call_too_long_is_not_made(void **unused) {
    (void)unused;
    static const char FLOW[] =
        "{\"flows\": [{\"uuid\": \"f\", \"name\": \"Long\", \"language\": \"fra\", "
        "\"spec_version\": "
        "\"14.4.2\", \"type\": \"messaging\", \"nodes\": [{\"uuid\": \"n1\", \"actions\": "
        "[{\"uuid\": "
        "\"a1\", \"type\": \"call_webhook\", \"method\": \"POST\", \"url\": "
        "\"https://x.example/\", "
        "\"body\": \"@(repeat(\\\"abcdefghij\\\", 900) & repeat(\\\"abcdefghij\\\", 900))\", "
        "\"result_name\": \"Essai\"}, "
        "{\"uuid\": "
        "\"a2\", \"type\": \"send_msg\", \"text\": \"@results.essai.category\"}], \"exits\": "
        "[{\"uuid\": \"e1\"}]}]}]}";
    const char *text[] = {FLOW, NULL};
    struct library *l = kit_library(text);
    struct player *p = lea(l);
    check_str(kit_start(p, "long", NULL), "Failure");
    player_free(p);
    library_free(l);
}

static void it_is_listed_like_ours(void **unused) {
    (void)unused;
    struct library *l = flows();
    struct buf out;
    buf_init(&out, 100000);
    listing_program(library_get(l, STR("pret_de_velo")), &out);
    assert_true(str_find(buf_view(&out), STR("open_ticket"), 0) != SIZE_MAX);
    assert_true(str_find(buf_view(&out), STR("(Silence)"), 0) != SIZE_MAX);
    buf_done(&out);
    library_free(l);
}

static void the_words_of_ours_cannot_be_taken(void **unused) {
    (void)unused;
    static const char MINE[] = "flow: mien\ntitle: Mien\nstarts: {keywords: [velo]}\nsteps:\n"
                               "  - say: Moi.\n";
    struct library_source src[] = {{STR("mien.yaml"), STR(MINE)},
                                   {STR("velo.json"), str_from(velo())}};
    struct flow_problems problems;
    struct library *l = NULL;
    problems_init(&problems, &kit_arena);
    assert_int_equal(library_load(&STEPS_LANG, src, 2, NULL, NULL, &l, &problems), E_INVALID);
    check_str(problems.problem[0].file, "velo.json");
    check_str(problems.problem[0].text, "the keyword 'velo' also starts the flow 'mien'");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_begins_it_and_answers_lead_through),
        cmocka_unit_test(reflexes_go_before_it),
        cmocka_unit_test(nothing_can_be_taken_back_but_it_is_said),
        cmocka_unit_test(silence_takes_its_own_way),
        cmocka_unit_test(flows_of_ours_call_and_start_it),
        cmocka_unit_test(buttons_carry_their_words),
        cmocka_unit_test(a_web_hook_is_waited_for),
        cmocka_unit_test(a_long_answer_keeps_what_is_read_of_it),
        cmocka_unit_test(one_question_at_a_time),
        cmocka_unit_test(a_human_has_the_conversation),
        cmocka_unit_test(a_call_too_long_is_not_made),
        cmocka_unit_test(it_is_listed_like_ours),
        cmocka_unit_test(the_words_of_ours_cannot_be_taken),
    };
    return cmocka_run_group_tests_name("rapid_step", tests, kit_setup, kit_teardown);
}
