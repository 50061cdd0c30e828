/* test_rapid_run.c - people in flows of another system: questions, sub-flows, results, limits.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/rapid_fixture.h"

#define CHANNELS                                                                               \
    "'channels': [{'uuid': 'ch', 'name': 'SMS', 'address': '+33700000000', 'schemes': "        \
    "['tel'], 'roles': ['send', 'receive']}]"
#define LEA                                                                                    \
    "{'uuid': 'p1', 'id': 12, 'name': 'Léa Martin', 'language': 'fra', 'status': 'active', "  \
    "'urns': ['tel:+33639980123'], 'created_on': '2025-01-01T10:00:00Z'}"
#define ASK                                                                                    \
    "{'uuid': 'f1', 'name': 'Question', 'spec_version': '14.4.2', 'language': 'fra', 'type': " \
    "'messaging', 'localization': {'eng': {'a1': {'text': ['Your age, "                        \
    "@contact.first_name?']}, "                                                                \
    "'c2': {'name': ['No idea']}}}, 'nodes': [{'uuid': 'n1', 'actions': [{'uuid': 'a1', "      \
    "'type': 'send_msg', 'text': 'Ton âge, @contact.first_name ?'}], 'router': {'type': "     \
    "'switch', 'operand': '@input.text', 'result_name': 'Age', 'wait': {'type': 'msg', "       \
    "'timeout': {'seconds': 60, 'category_uuid': 'c3'}}, 'categories': [{'uuid': 'c1', "       \
    "'name': 'Jeune', 'exit_uuid': 'e1'}, {'uuid': 'c2', 'name': 'Autre', 'exit_uuid': "       \
    "'e2'}, {'uuid': 'c3', 'name': 'Rien', 'exit_uuid': 'e3'}], 'default_category_uuid': "     \
    "'c2', 'cases': [{'uuid': 'k1', 'type': 'has_number_between', 'arguments': ['16', "        \
    "'25'], 'category_uuid': 'c1'}]}, 'exits': [{'uuid': 'e1', 'destination_uuid': 'n2'}, "    \
    "{'uuid': 'e2', 'destination_uuid': 'n1'}, {'uuid': 'e3'}]}, {'uuid': 'n2', 'actions': "   \
    "[{'uuid': 'a2', 'type': 'send_msg', 'text': '@results.age ans, donc "                     \
    "@results.age.category.'}], 'exits': [{'uuid': 'e4'}]}]}"
#define REPLY(words)                                                                           \
    "{'type': 'msg', 'event': {'type': 'msg_received', 'uuid': 'm1', 'created_on': "           \
    "'2026-02-01T10:00:00Z', 'msg': {'text': '" words "', 'urn': 'tel:+33639980123'}}}"

static struct rapid_world world;

static struct rapid_session *start_with(const struct rapid_program *p, const char *person,
                                        const char *trigger) {
    struct rapid_session *s = NULL;
    struct err err = {0};
    world.env = fixture_env();
    if (rapid_session_start(p, &world, fixture_json(person), fixture_json(trigger),
                            &fixture_arena, &s, &err) != OK) {
        fail_msg("%s", err.text);
    }
    return s;
}

static struct rapid_session *start(const struct rapid_program *p) {
    return start_with(p, LEA, "{'type': 'manual', 'flow': {'uuid': 'f1'}}");
}

static void resume(struct rapid_session *s, const char *how) {
    struct err err = {0};
    if (rapid_session_resume(s, fixture_json(how), &err) != OK) {
        fail_msg("%s", err.text);
    }
}

/* The n-th event of a type in the last sprint, or NULL. */
static const struct val *event(struct rapid_session *s, const char *type, size_t n) {
    const struct val *all = rapid_session_events(s);
    for (size_t i = 0; i < all->list.n; i++) {
        if (str_is(val_get_text(all->list.item[i], "type", STR("")), type) && n-- == 0) {
            return all->list.item[i];
        }
    }
    return NULL;
}

static void said(struct rapid_session *s, size_t n, const char *words) {
    struct str text = val_get_text(val_get(event(s, "msg_created", n), "msg"), "text", STR(""));
    if (!str_is(text, words)) {
        fail_msg("said '%.*s', not '%s'", STR_ARG(text), words);
    }
}

static const struct val *result(struct rapid_session *s, size_t run, const char *key) {
    return val_get(val_get(val_at_index(rapid_session_runs(s), run), "results"), key);
}

static void is(const struct val *map, const char *key, const char *want) {
    struct str got = val_get_text(map, key, STR(""));
    if (!str_is(got, want)) {
        fail_msg("%s is '%.*s', not '%s'", key, STR_ARG(got), want);
    }
}

static void a_question_waits_and_its_answer_is_kept(void **state) {
    (void)state;
    struct rapid_session *s = start(fixture_load("{'flows': [" ASK "], " CHANNELS "}"));
    said(s, 0, "Ton âge, Léa ?");
    assert_true(str_is(rapid_session_status(s), "waiting"));
    resume(s, REPLY("beaucoup"));
    is(result(s, 0, "age"), "category", "Autre");
    said(s, 0, "Ton âge, Léa ?");
    resume(s, REPLY("j ai 19 ans"));
    said(s, 0, "19 ans, donc Jeune.");
    is(result(s, 0, "age"), "value", "19");
    is(result(s, 0, "age"), "input", "j ai 19 ans");
    assert_true(str_is(rapid_session_status(s), "completed"));
    is(val_get(event(s, "run_result_changed", 0), "previous"), "value", "beaucoup");
}

static void a_person_reads_her_language(void **state) {
    (void)state;
    const struct rapid_program *p = fixture_load("{'flows': [" ASK "], " CHANNELS "}");
    struct rapid_session *s =
        start_with(p, "{'uuid': 'p2', 'name': 'Amy', 'language': 'eng', 'urns': []}",
                   "{'type': 'manual', 'flow': {'uuid': 'f1'}}");
    said(s, 0, "Your age, Amy?");
    is(val_get(event(s, "msg_created", 0), "msg"), "unsendable_reason", "no_route");
    is(val_get(event(s, "msg_created", 0), "msg"), "locale", "eng-FR");
    resume(s, REPLY("?"));
    is(result(s, 0, "age"), "category", "Autre");
    is(result(s, 0, "age"), "category_localized", "No idea");
}

static void silence_takes_its_own_way(void **state) {
    (void)state;
    struct rapid_session *s = start(fixture_load("{'flows': [" ASK "], " CHANNELS "}"));
    assert_int_equal(val_get_int(event(s, "msg_wait", 0), "timeout_seconds", 0), 60);
    resume(s, "{'type': 'wait_timeout'}");
    is(result(s, 0, "age"), "category", "Rien");
    is(result(s, 0, "age"), "value", "");
    assert_true(str_is(rapid_session_status(s), "completed"));
}

static void a_message_that_starts_a_flow_answers_it(void **state) {
    (void)state;
    struct rapid_session *s =
        start_with(fixture_load("{'flows': [" ASK "], " CHANNELS "}"), LEA,
                   "{'type': 'msg', 'flow': {'uuid': 'f1'}, 'event': {'type': 'msg_received', "
                   "'uuid': 'm0', 'msg': {'text': '17'}}}");
    said(s, 1, "17 ans, donc Jeune.");
    assert_true(str_is(rapid_session_status(s), "completed"));
}

static void what_is_stored_goes_on(void **state) {
    (void)state;
    const struct rapid_program *p = fixture_load("{'flows': [" ASK "], " CHANNELS "}");
    struct rapid_session *s = start(p), *back = NULL;
    struct err err = {0};
    const struct val *saved = NULL;
    struct str text = json_text(rapid_session_save(s), &fixture_arena);
    assert_int_equal(json_parse(text, &fixture_arena, &saved, &err), OK);
    assert_int_equal(rapid_session_restore(p, &world, saved, &fixture_arena, &back, &err), OK);
    resume(back, REPLY("20"));
    said(back, 0, "20 ans, donc Jeune.");
    const struct val *run = val_at_index(val_get(rapid_session_save(back), "runs"), 0);
    assert_int_equal(val_get(run, "path")->list.n, 0);
    assert_null(val_get(run, "locals"));
    assert_int_equal(rapid_session_resume(back, fixture_json(REPLY("21")), &err), E_STATE);
}

#define PARENT                                                                                 \
    "{'uuid': 'f1', 'name': 'Mère', 'spec_version': '14.4.2', 'language': 'fra', 'type': "    \
    "'messaging', 'nodes': [{'uuid': 'p1', 'actions': [{'uuid': 'a0', 'type': 'enter_flow', "  \
    "'flow': {'uuid': 'f2', 'name': 'Fille'}}], 'router': {'type': 'switch', 'operand': "      \
    "'@child.status', 'categories': [{'uuid': 'c1', 'name': 'Fini', 'exit_uuid': 'e1'}, "      \
    "{'uuid': 'c2', 'name': 'Expiré', 'exit_uuid': 'e2'}], 'default_category_uuid': 'c2', "   \
    "'cases': [{'uuid': 'k', 'type': 'has_only_text', 'arguments': ['completed'], "            \
    "'category_uuid': 'c1'}]}, 'exits': [{'uuid': 'e1', 'destination_uuid': 'p2'}, {'uuid': "  \
    "'e2', 'destination_uuid': 'p3'}]}, {'uuid': 'p2', 'actions': [{'uuid': 'b1', 'type': "    \
    "'send_msg', 'text': 'Fini : @child.results.mot'}], 'exits': [{'uuid': 'e3'}]}, {'uuid': " \
    "'p3', 'actions': [{'uuid': 'b2', 'type': 'send_msg', 'text': 'Trop tard'}], 'exits': "    \
    "[{'uuid': 'e4'}]}]}, {'uuid': 'f2', 'name': 'Fille', 'spec_version': '14.4.2', "          \
    "'language': 'fra', 'type': 'messaging', 'nodes': [{'uuid': 'q1', 'actions': [], "         \
    "'router': {'type': 'switch', 'operand': '@input.text', 'result_name': 'Mot', 'wait': "    \
    "{'type': 'msg'}, 'categories': [{'uuid': 'd1', 'name': 'Tout', 'exit_uuid': 'g1'}], "     \
    "'default_category_uuid': 'd1', 'cases': []}, 'exits': [{'uuid': 'g1'}]}]}"

static void a_sub_flow_gives_its_result(void **state) {
    (void)state;
    struct rapid_session *s = start(fixture_load("{'flows': [" PARENT "], " CHANNELS "}"));
    assert_true(str_is(rapid_session_status(s), "waiting"));
    resume(s, REPLY("banane"));
    said(s, 0, "Fini : banane");
    assert_true(str_is(rapid_session_status(s), "completed"));
}

static void a_sub_flow_that_expires_lets_its_parent_go_on(void **state) {
    (void)state;
    struct rapid_session *s = start(fixture_load("{'flows': [" PARENT "], " CHANNELS "}"));
    resume(s, "{'type': 'wait_expiration'}");
    said(s, 0, "Trop tard");
    is(val_at_index(rapid_session_runs(s), 1), "status", "expired");
    is(val_at_index(rapid_session_runs(s), 0), "status", "completed");
}

#define FLOW1(actions, more)                                                                   \
    "{'flows': [{'uuid': 'f1', 'name': 'Essai', 'spec_version': '14.4.2', 'language': 'fra', " \
    "'type': 'messaging', 'nodes': [{'uuid': 'n1', 'actions': [" actions "], 'exits': "        \
    "[{'uuid': 'e1'" more "}]}]}], " CHANNELS                                                  \
    ", 'fields': [{'key': 'ville', 'name': 'Ville', 'type': 'text'}, {'key': 'age', 'name': "  \
    "'Age', 'type': 'number'}], 'groups': [{'uuid': 'g1', 'name': 'Lyon', 'query': 'ville = "  \
    "Lyon'}, {'uuid': 'g2', 'name': 'Amis'}]}"

static void a_loop_without_a_wait_ends(void **state) {
    (void)state;
    struct rapid_session *s = start(fixture_load(FLOW1(
        "{'uuid': 'a1', 'type': 'set_run_local', 'local': 'tour', 'operation': 'increment', "
        "'value': '1'}",
        ", 'destination_uuid': 'n1'")));
    assert_true(str_is(rapid_session_status(s), "failed"));
    assert_non_null(event(s, "failure", 0));
    is(val_get(val_at_index(rapid_session_runs(s), 0), "locals"), "tour", "100");
}

static void a_field_moves_people_between_groups(void **state) {
    (void)state;
    struct rapid_session *s = start(fixture_load(
        FLOW1("{'uuid': 'a1', 'type': 'set_contact_field', 'field': {'key': 'ville', 'name': "
              "'Ville'}, 'value': 'Lyon'}, {'uuid': 'a2', 'type': 'set_contact_field', "
              "'field': {'key': 'age', 'name': 'Age'}, 'value': '19'}, {'uuid': 'a3', 'type': "
              "'add_contact_groups', 'groups': [{'uuid': 'g1', 'name': 'Lyon'}, "
              "{'name_match': 'AMIS'}, {'uuid': 'g9', 'name': 'Perdu'}]}, {'uuid': 'a4', "
              "'type': 'set_contact_status', 'status': 'stopped'}",
              "")));
    const struct val *c = rapid_session_contact(s);
    is(val_path(c, "fields.ville"), "text", "Lyon");
    assert_int_equal(val_get_int(val_path(c, "fields.age"), "number", 0), 19);
    is(val_path(event(s, "contact_groups_changed", 0), "groups_added.0"), "name", "Lyon");
    is(val_path(event(s, "contact_groups_changed", 1), "groups_added.0"), "name", "Amis");
    /* a group with a query, and one that is not there */
    assert_non_null(event(s, "error", 1));
    /* who stops is in no group */
    assert_null(val_get(c, "groups"));
    assert_int_equal(val_get(event(s, "contact_groups_changed", 2), "groups_removed")->list.n,
                     2);
}

static void a_failing_expression_is_told(void **state) {
    (void)state;
    struct rapid_session *s = start(fixture_load(
        FLOW1("{'uuid': 'a1', 'type': 'send_msg', 'text': 'a@(1/0)b @(foo()) c'}, {'uuid': "
              "'a2', 'type': 'set_contact_name', 'name': '@(1/0)'}",
              "")));
    said(s, 0, "ab  c");
    assert_non_null(event(s, "error", 2));
    assert_null(event(s, "error", 3));
    is(val_get(event(s, "error", 0), "extra"), "expression", "@(1/0)");
    is(rapid_session_contact(s), "name", "Léa Martin");
}

static void answer(void *ctx, const struct rapid_request *q, struct arena *a,
                   struct rapid_response *ret) {
    int *calls = ctx;
    (void)a;
    ++*calls;
    assert_true(str_is(q->url, "http://example.org/?v=Lyon%20sud"));
    ret->status = *calls == 1 ? 200 : 503;
    ret->body = STR("{\"temps\": \"beau\"}");
}

static void a_web_hook_is_asked(void **state) {
    (void)state;
    int calls = 0;
    world = (struct rapid_world){.ctx = &calls, .http = answer};
    struct rapid_session *s = start(fixture_load(FLOW1(
        "{'uuid': 'a1', 'type': 'call_webhook', 'method': 'get', 'url': "
        "'http://example.org/?v=@(url_encode(\\'Lyon sud\\'))', 'result_name': 'Temps'}, "
        "{'uuid': 'a2', 'type': 'send_msg', 'text': 'Il fait @webhook.json.temps "
        "(@results.temps.extra.temps)'}, {'uuid': 'a3', 'type': 'call_webhook', 'method': "
        "'POST', 'url': 'http://example.org/?v=@(url_encode(\\'Lyon sud\\'))', 'body': '{}', "
        "'result_name': 'Temps'}",
        "")));
    said(s, 0, "Il fait beau (beau)");
    is(event(s, "webhook_called", 1), "status", "response_error");
    is(result(s, 0, "temps"), "category", "Failure");
    is(result(s, 0, "temps"), "value", "503");
    assert_int_equal(calls, 2);
    world = (struct rapid_world){.http = NULL};
}

static void chance_keeps_to_the_categories(void **state) {
    (void)state;
    const struct rapid_program *p = fixture_load(
        "{'flows': [{'uuid': 'f1', 'name': 'Dé', 'spec_version': '14.4.2', 'language': 'fra', "
        "'type': 'messaging', 'nodes': [{'uuid': 'n1', 'actions': [], 'router': {'type': "
        "'random', 'result_name': 'Dé', 'categories': [{'uuid': 'c1', 'name': 'Pile', "
        "'exit_uuid': 'e1'}, {'uuid': 'c2', 'name': 'Face', 'exit_uuid': 'e1'}]}, 'exits': "
        "[{'uuid': 'e1'}]}]}]}");
    bool seen[2] = {false, false};
    for (int i = 0; i < 64; i++) {
        const struct val *r = result(start(p), 0, "de");
        r = r ? r : result(start(p), 0, "dé");
        seen[str_is(val_get_text(r, "category", STR("")), "Face")] = true;
        assert_true(str_is(val_get_text(r, "value", STR("")),
                           str_is(val_get_text(r, "category", STR("")), "Face") ? "1" : "0"));
    }
    assert_true(seen[0] && seen[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_waits_and_its_answer_is_kept),
        cmocka_unit_test(a_person_reads_her_language),
        cmocka_unit_test(silence_takes_its_own_way),
        cmocka_unit_test(a_message_that_starts_a_flow_answers_it),
        cmocka_unit_test(what_is_stored_goes_on),
        cmocka_unit_test(a_sub_flow_gives_its_result),
        cmocka_unit_test(a_sub_flow_that_expires_lets_its_parent_go_on),
        cmocka_unit_test(a_loop_without_a_wait_ends),
        cmocka_unit_test(a_field_moves_people_between_groups),
        cmocka_unit_test(a_failing_expression_is_told),
        cmocka_unit_test(a_web_hook_is_asked),
        cmocka_unit_test(chance_keeps_to_the_categories),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
