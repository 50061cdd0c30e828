/* test_rapid_adapter.c - brought flows seen as our own engine's conversations. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/rapid/rapid_adapter.h"
#include "tests/unit/rapid_fixture.h"

#define FLOW                                                                                   \
    "{'flows': [{'uuid': 'f1', 'name': 'Ville', 'spec_version': '14.4.2', 'language': 'fra', " \
    "'type': 'messaging', 'expire_after_minutes': 120, 'nodes': [{'uuid': 'n1', 'actions': "   \
    "[{'uuid': 'a1', 'type': 'send_msg', 'text': 'Ta ville, @contact.first_name ?', "          \
    "'quick_replies': ['Lyon', 'Metz']}], 'router': {'type': 'switch', 'operand': "            \
    "'@input.text', 'result_name': 'Ville', 'wait': {'type': 'msg'}, 'categories': [{'uuid': " \
    "'c1', 'name': 'Tout', 'exit_uuid': 'e1'}], 'default_category_uuid': 'c1', 'cases': []}, " \
    "'exits': [{'uuid': 'e1', 'destination_uuid': 'n2'}]}, {'uuid': 'n2', 'actions': "         \
    "[{'uuid': 'a2', 'type': 'set_contact_field', 'field': {'key': 'commune', 'name': "        \
    "'Ville'}, 'value': '@results.ville'}, {'uuid': 'a3', 'type': 'add_contact_groups', "      \
    "'groups': [{'uuid': 'g1', 'name': 'sport'}]}, {'uuid': 'a4', 'type': 'open_ticket', "     \
    "'note': 'à rappeler'}, {'uuid': 'a5', 'type': 'send_msg', 'text': 'Noté : "             \
    "@fields.commune'}], 'exits': [{'uuid': 'e2'}]}]}], 'fields': [{'key': 'commune', "        \
    "'name': 'Ville', 'type': 'text'}], 'groups': [{'uuid': 'g1', 'name': 'sport'}], "         \
    "'topics': [{'uuid': 't1', 'name': 'General'}]}"

static struct turn step(const struct rapid_program *p, const struct session *s,
                        struct event ev) {
    struct turn t;
    struct err err = {0};
    struct world w = {.contact = fixture_json("{'id': 7, 'first_name': 'Léa', 'tags': []}"),
                      .lang = STR("fr"),
                      .now_ms = 1770000000000};
    if (rapid_adapter_step(p, &w, s, &ev, &fixture_arena, &t, &err) != OK) {
        fail_msg("%s", err.text);
    }
    return t;
}

static const struct effect *effect_of(const struct turn *t, enum effect_kind kind) {
    for (size_t i = 0; i < t->effects; i++) {
        if (t->effect[i].kind == kind) {
            return &t->effect[i];
        }
    }
    fail_msg("no effect of kind %d among %zu", (int)kind, t->effects);
    return NULL;
}

static struct session stored(const struct session *s) {
    struct session back;
    struct err err = {0};
    struct buf b;
    buf_init(&b, 2 * SESSION_BYTES_MAX);
    assert_int_equal(session_write(s, &b), OK);
    assert_int_equal(
        session_read(arena_str(&fixture_arena, buf_view(&b)), &fixture_arena, &back, &err), OK);
    buf_done(&b);
    return back;
}

static void a_brought_flow_asks_and_notes(void **state) {
    (void)state;
    const struct rapid_program *p = fixture_load(FLOW);
    struct session none = {.frames = 0};
    struct turn t = step(p, &none, (struct event){.kind = EVENT_START, .flow = STR("ville")});
    assert_true(t.handled);
    const struct effect *say = effect_of(&t, EFFECT_SAY);
    assert_true(str_is(say->say.text, "Ta ville, Léa ?"));
    assert_true(str_is(say->say.lang, "fr"));
    assert_int_equal(say->say.buttons, 2);
    assert_int_equal(say->say.timeout_ms, 120 * 60 * 1000);
    assert_true(rapid_adapter_owns(&t.session));
    struct session s = stored(&t.session);
    assert_true(rapid_adapter_owns(&s));
    t = step(p, &s, (struct event){.kind = EVENT_MESSAGE, .text = STR("Lyon")});
    assert_true(str_is(effect_of(&t, EFFECT_SAY)->say.text, "Noté : Lyon"));
    assert_true(str_is(effect_of(&t, EFFECT_SET_FIELD)->field.name, "commune"));
    assert_true(str_is(effect_of(&t, EFFECT_SET_FIELD)->field.value->text, "Lyon"));
    assert_true(str_is(effect_of(&t, EFFECT_ACT)->act.name, "tag"));
    assert_true(str_is(effect_of(&t, EFFECT_RESULT)->result.flow, "Ville"));
    assert_true(effect_of(&t, EFFECT_CASE)->hand.pause);
    assert_int_equal(t.session.frames, 0);
}

static void silence_ends_it(void **state) {
    (void)state;
    const struct rapid_program *p = fixture_load(FLOW);
    struct session none = {.frames = 0};
    struct turn t =
        step(p, &none, (struct event){.kind = EVENT_START, .flow = STR("rapid:f1")});
    struct session s = stored(&t.session);
    struct event late = {.kind = EVENT_TIMEOUT, .token = STR("another")};
    assert_false(step(p, &s, late).handled);
    late.token = s.token;
    t = step(p, &s, late);
    assert_true(t.handled);
    assert_int_equal(t.session.frames, 0);
}

static void what_is_not_ours_is_left_alone(void **state) {
    (void)state;
    const struct rapid_program *p = fixture_load(FLOW);
    struct session none = {.frames = 0};
    struct event ev = {.kind = EVENT_MESSAGE, .text = STR("salut")};
    assert_false(step(p, &none, ev).handled);
    ev = (struct event){.kind = EVENT_START, .flow = STR("inscription")};
    assert_null(rapid_adapter_flow(p, &ev));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_brought_flow_asks_and_notes),
        cmocka_unit_test(silence_ends_it),
        cmocka_unit_test(what_is_not_ours_is_left_alone),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
