/* test_rapid_set.c - what of an export lives here, and what is told about the rest. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/rapid/rapid_set.h"

#include "base/file.h"
#include "base/json.h"
#include "tests/unit/checks.h"

static struct arena a;

static const struct val *json_of(struct str text) {
    const struct val *v = NULL;
    struct err err = {0};
    if (json_parse(text, &a, &v, &err) != OK) {
        fail_msg("%s", err.text);
    }
    return v;
}

static const struct val *export_of(const char *path, const char *choices) {
    struct str text;
    struct err err = {0};
    assert_int_equal(file_read(path, RAPID_SET_BYTES_MAX, &a, &text, &err), OK);
    const struct val *v = json_of(text);
    return choices ? val_with(&a, v, STR(RAPID_SET_CHOICES), json_of(str_from(choices))) : v;
}

static struct rapid_set read_set(const char *choices) {
    struct rapid_set s;
    struct err err = {0};
    if (rapid_set_read(export_of("tests/imports/velo.json", choices), &a, &s, &err) != OK) {
        fail_msg("%s", err.text);
    }
    return s;
}

static bool tells(const struct rapid_set *s, enum rapid_note_kind kind, const char *words) {
    for (size_t i = 0; i < s->notes; i++) {
        if (s->note[i].kind == kind &&
            str_find(s->note[i].fr, str_from(words), 0) != SIZE_MAX) {
            return s->note[i].en.n > 0;
        }
    }
    return false;
}

static void names_words_and_fields(void **unused) {
    (void)unused;
    struct rapid_set s = read_set(NULL);
    assert_int_equal(s.program->problems, 0);
    assert_int_equal(s.flows, 4);
    const struct rapid_set_flow *f = rapid_set_find(&s, STR("pret_de_velo"));
    assert_non_null(f);
    assert_int_equal(f->keywords, 2);
    check_str(f->keyword[1], "biclou");
    assert_true(f->opening[0]);
    assert_true(f->asks && f->anything && !f->first_message);
    assert_false(rapid_set_find(&s, STR("papiers"))->asks);
    assert_int_equal(s.fields, 2);
    check_str(s.field[0].name, "taille_velo");
    check_str(s.field[0].type, "number");
}

static void everything_in_the_file_is_told(void **unused) {
    (void)unused;
    struct rapid_set s = read_set(NULL);
    static const char *const DIFFERS[] = {"open_ticket",   "send_email",
                                          "call_webhook",  "set_contact_name",
                                          "start_session", "en-tête Authorization"},
                             *const LOST[] = {"à date",
                                              "« secret »",
                                              "send_broadcast",
                                              "add_input_labels",
                                              "@globals.numero",
                                              "campagne « Relance vélo »",
                                              "+7 D / Pris le -> Prêt de vélo"},
                             *const KEPT[] = {"« biclou »", "groupe « Vélo du Rosay »",
                                              "contact.taille_velo (number)",
                                              "tout autre message"};
    for (size_t i = 0; i < sizeof DIFFERS / sizeof *DIFFERS; i++) {
        assert_true(tells(&s, RAPID_NOTE_DIFFERS, DIFFERS[i]));
    }
    for (size_t i = 0; i < sizeof LOST / sizeof *LOST; i++) {
        assert_true(tells(&s, RAPID_NOTE_LOST, LOST[i]));
    }
    for (size_t i = 0; i < sizeof KEPT / sizeof *KEPT; i++) {
        assert_true(tells(&s, RAPID_NOTE_KEPT, KEPT[i]));
    }
}

static void choices_are_obeyed(void **unused) {
    (void)unused;
    struct rapid_set s =
        read_set("{\"prefix\": \"tx_\", \"skip\": [\"BICLOU\"], \"catch_all\": "
                 "false, \"without\": [\"Météo du trajet\"], \"globals\": "
                 "{\"numero\": \"3610\"}}");
    const struct rapid_set_flow *f = rapid_set_find(&s, STR("tx_pret_de_velo"));
    assert_non_null(f);
    assert_int_equal(s.flows, 3);
    assert_int_equal(f->keywords, 1);
    assert_false(f->anything);
    assert_true(tells(&s, RAPID_NOTE_LOST, "« biclou »"));
    assert_true(tells(&s, RAPID_NOTE_LOST, "« Météo du trajet » : laissée"));
    assert_true(tells(&s, RAPID_NOTE_LOST, "tout autre message"));
    assert_false(tells(&s, RAPID_NOTE_LOST, "@globals.numero"));
    assert_non_null(rapid_asset(s.program, "globals", "key", STR("numero")));
}

static void what_flows_refer_to_is_there(void **unused) {
    (void)unused;
    struct rapid_set s = read_set(NULL);
    const struct val *topic = rapid_asset(s.program, "topics", "name", STR("Vélos"));
    assert_non_null(topic);
    assert_non_null(rapid_asset(s.program, "labels", "name", STR("Papiers")));
}

static void a_fact_of_ours_is_not_overwritten(void **unused) {
    (void)unused;
    struct rapid_set s;
    struct err err = {0};
    const struct val *v = json_of(STR("{\"flows\": [], \"fields\": [{\"key\": \"status\", "
                                      "\"name\": \"Statut\", \"type\": \"text\"}]}"));
    assert_int_equal(rapid_set_read(v, &a, &s, &err), OK);
    check_str(s.field[0].name, "champ_status");
}

static void two_flows_of_one_name_and_no_export(void **unused) {
    (void)unused;
    struct rapid_set s;
    struct err err = {0};
    const char *flow = "{\"uuid\": \"%s\", \"name\": \"%s\", \"spec_version\": \"13.1.0\", "
                       "\"language\": \"fra\", \"type\": \"%s\", \"nodes\": []}";
    struct str one = arena_printf(&a, flow, "u1", "Menu !", "messaging"),
               two = arena_printf(&a, flow, "u2", "Ménu", "messaging"),
               voice = arena_printf(&a, flow, "u3", "Appel", "voice");
    struct str text = arena_printf(&a, "{\"flows\": [%.*s, %.*s, %.*s]}", STR_ARG(one),
                                   STR_ARG(two), STR_ARG(voice));
    assert_int_equal(rapid_set_read(json_of(text), &a, &s, &err), OK);
    assert_int_equal(s.flows, 2);
    assert_false(str_eq(s.flow[0].name, s.flow[1].name));
    assert_true(tells(&s, RAPID_NOTE_LOST, "« Appel »"));
    assert_int_equal(rapid_set_read(json_of(STR("[1]")), &a, &s, &err), E_INVALID);
}

static int setup(void **unused) {
    (void)unused;
    arena_init(&a);
    return 0;
}

static int teardown(void **unused) {
    (void)unused;
    arena_done(&a);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_words_and_fields),
        cmocka_unit_test(everything_in_the_file_is_told),
        cmocka_unit_test(choices_are_obeyed),
        cmocka_unit_test(what_flows_refer_to_is_there),
        cmocka_unit_test(a_fact_of_ours_is_not_overwritten),
        cmocka_unit_test(two_flows_of_one_name_and_no_export),
    };
    return cmocka_run_group_tests_name("rapid_set", tests, setup, teardown);
}
