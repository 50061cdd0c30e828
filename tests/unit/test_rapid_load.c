/* test_rapid_load.c - exports of another system: read, migrated, refused with names. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/rapid/rapid_yaml.h"
#include "tests/unit/rapid_fixture.h"

#define HEAD                                                                                   \
    "'uuid': 'f1', 'name': 'Accueil', 'spec_version': '14.4.2', 'language': 'fra', 'type': "   \
    "'messaging'"

static bool says(const struct rapid_program *p, const char *words) {
    for (size_t i = 0; i < p->problems; i++) {
        if (str_find(p->problem[i].text, str_from(words), 0) != SIZE_MAX) {
            return true;
        }
    }
    return false;
}

static void a_flow_is_read(void **state) {
    (void)state;
    const struct rapid_program *p = fixture_load(
        "{'flows': [{" HEAD ", 'revision': 7, 'expire_after_minutes': 60, 'nodes': ["
        "{'uuid': 'n1', 'actions': [{'uuid': 'a1', 'type': 'send_msg', 'text': 'Salut'}], "
        "'exits': [{'uuid': 'e1', 'destination_uuid': 'n2'}]},"
        "{'uuid': 'n2', 'actions': [], 'exits': [{'uuid': 'e2'}]}]}]}");
    assert_int_equal(p->problems, 0);
    assert_int_equal(p->flows, 1);
    const struct rapid_flow *f = rapid_flow_find(p, STR("f1"));
    assert_non_null(f);
    assert_int_equal(f->revision, 7);
    assert_int_equal(f->nodes, 2);
    assert_true(rapid_node_find(f, STR("n2")) == &f->node[1]);
    assert_null(rapid_node_find(f, STR("n3")));
}

static void one_flow_without_a_list_is_read(void **state) {
    (void)state;
    const struct rapid_program *p = fixture_load("{" HEAD ", 'nodes': []}");
    assert_int_equal(p->flows, 1);
}

static void a_fault_names_its_place(void **state) {
    (void)state;
    const struct rapid_program *p = fixture_load(
        "{'flows': [{" HEAD ", 'nodes': [{'uuid': 'n9', 'actions': [{'uuid': 'a9', 'type': "
        "'call_webhook', 'method': 'BREW', 'url': ''}], 'exits': [{'uuid': 'e1'}]}]}]}");
    assert_int_equal(p->flows, 0);
    assert_int_equal(p->problems, 1);
    assert_false(p->problem[0].warning);
    assert_true(str_is(p->problem[0].flow, "Accueil"));
    assert_true(str_is(p->problem[0].node, "n9"));
    assert_true(str_is(p->problem[0].action, "call_webhook a9"));
    assert_true(str_is(p->problem[0].text, "field 'method' is not a valid HTTP method, field "
                                           "'url' is required"));
}

static void the_good_flows_of_a_file_are_kept(void **state) {
    (void)state;
    const struct rapid_program *p = fixture_load(
        "{'flows': [{" HEAD ", 'nodes': []}, {'uuid': 'f2', 'name': 'Vieux', 'spec_version': "
        "'11.2', 'nodes': []}, {'uuid': 'f3', 'name': 'Demain', 'spec_version': '15.0', "
        "'nodes': []}]}");
    assert_int_equal(p->flows, 1);
    assert_int_equal(p->problems, 2);
    assert_true(says(p, "older than spec 13"));
    assert_true(says(p, "newer than"));
}

static void what_nobody_knows_is_listed(void **state) {
    (void)state;
    const struct rapid_program *p = fixture_load(
        "{'flows': [{" HEAD ", 'nodes': [{'uuid': 'n1', 'actions': [{'uuid': 'a1', 'type': "
        "'brew_coffee'}], 'exits': [{'uuid': 'e1', 'destination_uuid': 'nowhere'}]}]}]}");
    assert_int_equal(p->flows, 0);
    assert_true(says(p, "'brew_coffee' is not known"));
}

static void an_exit_must_lead_somewhere(void **state) {
    (void)state;
    const struct rapid_program *p = fixture_load(
        "{'flows': [{" HEAD ", 'nodes': [{'uuid': 'n1', 'actions': [], 'exits': [{'uuid': "
        "'e1', 'destination_uuid': 'nowhere'}]}]}]}");
    assert_int_equal(p->flows, 0);
    assert_true(says(p, "destination nowhere"));
}

static void a_service_that_is_not_here_is_a_warning(void **state) {
    (void)state;
    const struct rapid_program *p = fixture_load(
        "{'flows': [{" HEAD ", 'nodes': [{'uuid': 'n1', 'actions': [{'uuid': 'a1', 'type': "
        "'transfer_airtime', 'amounts': {'EUR': 2}}], 'exits': [{'uuid': 'e1'}]}]}]}");
    assert_int_equal(p->flows, 1);
    assert_int_equal(p->problems, 1);
    assert_true(p->problem[0].warning);
}

static void old_specs_are_brought_to_the_new_one(void **state) {
    (void)state;
    const struct rapid_program *p = fixture_load(
        "{'flows': [{'uuid': 'f1', 'name': 'Treize', 'spec_version': '13.0.0', 'language': "
        "'base', 'type': 'messaging', 'expire_after_minutes': 99999, 'localization': {'base': "
        "{}, 'eng': {'a1': {'text': ['@(webhook.city) it is']}}}, 'nodes': [{'uuid': 'n1', "
        "'actions': [{'uuid': 'a1', 'type': 'send_msg', 'all_urns': true, 'text': 'A "
        "@webhook.city, pas webhook ni @results.webhook'}], 'exits': [{'uuid': 'e1', "
        "'destination_uuid': 'n2'}]}, {'uuid': 'n2', 'actions': [{'uuid': 'a2', 'type': "
        "'call_webhook', 'method': 'GET', 'url': 'http://x/', 'result_name': 'Appel'}], "
        "'router': {'type': 'switch', 'operand': '@results.appel.category', 'categories': "
        "[{'uuid': 'c1', 'name': '', 'exit_uuid': 'e2'}], 'default_category_uuid': 'c1', "
        "'cases': [{'uuid': 'k1', 'type': 'has_only_text', 'arguments': ['Success'], "
        "'category_uuid': 'c1'}]}, 'exits': [{'uuid': 'e2'}]}]}]}");
    assert_int_equal(p->flows, 1);
    const struct rapid_flow *f = &p->flow[0];
    assert_true(str_is(f->language, "und"));
    assert_int_equal(f->expire_minutes, 20160);
    assert_null(val_get(f->localization, "base"));
    assert_true(
        str_is(val_path(f->localization, "eng.a1.text.0")->text, "@(webhook.json.city) it is"));
    const struct val *say = f->node[0].action[0].def;
    assert_true(str_is(val_get_text(say, "text", STR("")),
                       "A @webhook.json.city, pas webhook ni @results.webhook"));
    assert_null(val_get(say, "all_urns"));
    const struct rapid_router *r = f->node[1].router;
    assert_true(str_is(r->operand, "@(default(webhook.status, 0))"));
    assert_true(str_is(r->category[0].name, "Match"));
    assert_true(str_is(r->cases[0].type, "has_number_between"));
}

static void a_flow_becomes_yaml(void **state) {
    (void)state;
    const struct rapid_program *p = fixture_load(
        "{'flows': [{" HEAD ", 'localization': {'eng': {'a1': {'text': ['Coming?']}}}, "
        "'nodes': [{'uuid': 'n1', 'actions': [{'uuid': 'a1', 'type': 'send_msg', 'text': 'Tu "
        "viens ?'}], 'router': {'type': 'switch', 'operand': '@input.text', 'result_name': "
        "'Présence', 'wait': {'type': 'msg', 'timeout': {'seconds': 600, 'category_uuid': "
        "'c2'}}, 'categories': [{'uuid': 'c1', 'name': 'Oui', 'exit_uuid': 'e1'}, {'uuid': "
        "'c2', 'name': 'Autre', 'exit_uuid': 'e2'}], 'default_category_uuid': 'c2', 'cases': "
        "[{'uuid': 'k1', 'type': 'has_any_word', 'arguments': ['oui ouais'], 'category_uuid': "
        "'c1'}]}, 'exits': [{'uuid': 'e1', 'destination_uuid': 'n2'}, {'uuid': 'e2'}]}, "
        "{'uuid': 'n2', 'actions': [{'uuid': 'a2', 'type': 'transfer_airtime', 'amounts': "
        "{'EUR': 1}}], 'exits': [{'uuid': 'e3'}]}]}]}");
    struct rapid_yaml y;
    rapid_yaml_write(p, &p->flow[0], &fixture_arena, &y);
    assert_true(str_is(y.name, "accueil"));
    static const char *const LINES[] = {
        "flow: accueil\n",
        "- ask: {fr: \"Tu viens ?\", en: \"Coming?\"}\n",
        "id: presence\n",
        "timeout: {after: 10 min, go: end}\n",
        "- when: \"has_any_word(results.presence.input, \\\"oui ouais\\\")\"\n",
        "- go: etape_2\n",
        "# not carried over: action transfer_airtime (a2)\n"};
    for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
        if (str_find(y.text, str_from(LINES[i]), 0) == SIZE_MAX) {
            fail_msg("no %s in\n%.*s", LINES[i], STR_ARG(y.text));
        }
    }
    assert_int_equal(y.losses, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flow_is_read),
        cmocka_unit_test(one_flow_without_a_list_is_read),
        cmocka_unit_test(a_fault_names_its_place),
        cmocka_unit_test(the_good_flows_of_a_file_are_kept),
        cmocka_unit_test(what_nobody_knows_is_listed),
        cmocka_unit_test(an_exit_must_lead_somewhere),
        cmocka_unit_test(a_service_that_is_not_here_is_a_warning),
        cmocka_unit_test(old_specs_are_brought_to_the_new_one),
        cmocka_unit_test(a_flow_becomes_yaml),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
