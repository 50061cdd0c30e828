/* test_step_webhook.c - what a flow hears of another service: long, late, broken answers. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "bot/engine.h"
#include "tests/unit/flows_kit.h"

#define WHOLE                                                                                  \
    "flow: tout\ntitle: x\nstarts: {keywords: [tout]}\nsteps:\n  - webhook: agenda\n"          \
    "    as: vu\n    ok:\n      - say: \"@vu.json.n.\"\n    failed:\n      - say: \"Non: "     \
    "@vu.why.\"\n"
#define PICKED                                                                                 \
    "flow: choisi\ntitle: x\nstarts: {keywords: [choisi]}\nsteps:\n  - webhook: agenda\n"      \
    "    as: vu\n    pick: {n: \"@answer.json.n\", long: \"@(text_length(answer.text))\"}\n"   \
    "    ok:\n      - say: \"@vu.n, @vu.long.\"\n    failed:\n      - say: \"Non: "            \
    "@vu.why.\"\n"
#define BROKEN                                                                                 \
    "flow: casse\ntitle: x\nstarts: {keywords: [casse]}\nsteps:\n  - webhook: agenda\n"        \
    "    path: \"/@(1 / contact.born)\"\n    fallback: x\n    as: vu\n"                        \
    "    failed:\n      - say: \"Non: @vu.why.\"\n"
#define PLACE                                                                                  \
    "flow: lieu\ntitle: x\nstarts: {keywords: [lieu]}\nsteps:\n  - ask: Quoi ?\n    id: "      \
    "quoi\n"                                                                                   \
    "    kind: free\n  - webhook: agenda\n    path: \"/lieux/@results.quoi?sur=1\"\n"          \
    "    failed:\n      - say: Non.\n"
#define ROUND                                                                                  \
    "flow: rond\ntitle: x\nstarts: {keywords: [rond]}\nsteps:\n  - webhook: agenda\n"          \
    "    failed:\n      - say: Encore.\n      - start: rond\n      - end:\n  - say: Fini.\n"
#define AIDE                                                                                   \
    "flow: aide\ntitle: x\nsystem: yes\nstarts: {intent: help}\nsteps:\n  - ask: Quoi ?\n"     \
    "    id: quoi\n    kind: free\n  - say: Bien.\n"

static const char *const FLOWS[] = {WHOLE, PICKED, BROKEN, PLACE, ROUND, AIDE, NULL};

/* {"n": 3, "x": "aaa..."} of about `bytes`. */
static const struct val *answer(size_t bytes, const char *after) {
    struct buf b;
    buf_init(&b, 100000);
    for (size_t i = 0; i < bytes; i++) {
        buf_putc(&b, 'a');
    }
    struct val_builder *json = val_map_begin(&kit_arena), *v = val_map_begin(&kit_arena);
    val_put(json, "n", val_int(&kit_arena, 3));
    val_put(json, "x", val_text(&kit_arena, arena_str(&kit_arena, buf_view(&b))));
    val_put(v, "json", val_end(json));
    if (after) {
        val_put(v, "after", val_textz(&kit_arena, after));
    }
    buf_done(&b);
    return val_end(v);
}

static struct str said(const char *word, const struct val *given, bool meanwhile) {
    struct library *l = kit_library(FLOWS);
    struct player *p = NULL;
    struct err err = {0};
    struct val_builder *world = val_map_begin(&kit_arena), *b = val_map_begin(&kit_arena);
    val_put(b, "agenda", given);
    val_put(world, "webhooks", val_end(b));
    assert_int_equal(player_new(l, kit_und, val_end(world), &p, &err), OK);
    assert_int_equal(player_say(p, str_from(word), &err), OK);
    if (meanwhile) {
        assert_int_equal(player_say(p, STR("aide"), &err), OK);
    }
    assert_int_equal(player_wait(p, 5000, &err), OK);
    if (meanwhile) {
        kit_heard(p);
        assert_int_equal(player_say(p, STR("les horaires du lundi"), &err), OK);
    }
    struct str heard = kit_heard(p);
    assert_true(player_session(p).n < 6000);
    player_free(p);
    library_free(l);
    return heard;
}

static void a_short_answer_is_kept_whole(void **state) {
    (void)state;
    check_str(said("tout", answer(3000, NULL), false), "3.");
}

static void a_long_one_is_refused_unless_picked_from(void **state) {
    (void)state;
    check_str(said("tout", answer(5000, NULL), false), "Non: too_long.");
    check_str(said("choisi", answer(50000, NULL), false), "3, 50014.");
}

static void what_waits_for_another_conversation_is_kept_small(void **state) {
    (void)state;
    check_str(said("tout", answer(3000, "2 s"), true), "Bien.\n3.");
    check_str(said("choisi", answer(50000, "2 s"), true), "Bien.\nNon: too_long.");
}

static void an_address_that_fails_is_not_called(void **state) {
    (void)state;
    check_str(said("casse", answer(1, NULL), false), "!flow_error / Non: refused.");
}

static void nobody_waits_for_an_old_answer(void **state) {
    (void)state;
    struct library *l = kit_library(FLOWS);
    struct zone const *zone;
    struct err err = {0};
    assert_int_equal(zone_get(STR("Europe/Paris"), &zone, &err), OK);
    struct world w = {.library = l, .und = kit_und, .zone = zone, .lang = STR("fr")};
    struct session s = {.version = 1};
    struct event ev = {.kind = EVENT_ANSWER, .token = STR("q9"), .result = answer(1, NULL)};
    struct turn t;
    assert_int_equal(engine_step(&w, &s, &ev, &kit_arena, &t, &err), OK);
    assert_int_equal(t.effects, 0);
    assert_int_equal(t.session.frames, 0);
    ev.result = NULL;
    assert_int_equal(engine_step(&w, &s, &ev, &kit_arena, &t, &err), E_INVALID);
    library_free(l);
}

/* An answer of a person is one piece of the path, whatever is typed. */
static void a_value_cannot_lead_elsewhere(void **state) {
    (void)state;
    struct library *l = kit_library(FLOWS);
    struct player *p = kit_player(l);
    struct err err = {0};
    kit_say(p, "lieu");
    assert_int_equal(player_say(p, STR("../admin?x=1&y#z %2e"), &err), OK);
    const struct player_line *line;
    size_t n = player_lines(p, &line);
    bool called = false;
    for (size_t i = 0; i < n; i++) {
        called |= str_find(line[i].text, STR("/lieux/..%2Fadmin%3Fx%3D1%26y%23z%20%252e?sur=1"),
                           0) != SIZE_MAX;
    }
    assert_true(called);
    player_free(p);
    library_free(l);
}

/* The answer was lost with the turn that should have heard it: the next words free the person.
 */
static void an_answer_that_never_comes_ends_the_wait(void **state) {
    (void)state;
    struct library *l = kit_library(FLOWS);
    struct zone const *zone;
    struct err err = {0};
    assert_int_equal(zone_get(STR("Europe/Paris"), &zone, &err), OK);
    struct world w = {
        .library = l, .und = kit_und, .zone = zone, .lang = STR("fr"), .now_ms = 1000000};
    struct session s = {.version = 1};
    struct event ev = {.kind = EVENT_MESSAGE, .text = STR("tout")};
    struct turn t;
    assert_int_equal(engine_step(&w, &s, &ev, &kit_arena, &t, &err), OK);
    assert_int_equal(t.session.frame[0].wait, WAIT_CALL);
    s = t.session;
    ev.text = STR("allo");
    w.now_ms += 60000;
    assert_int_equal(engine_step(&w, &s, &ev, &kit_arena, &t, &err), OK);
    assert_int_equal(t.session.frame[0].wait, WAIT_CALL); /* it may come still */
    s = t.session;
    w.now_ms += 10 * MS_MINUTE;
    assert_int_equal(engine_step(&w, &s, &ev, &kit_arena, &t, &err), OK);
    assert_int_equal(t.session.frames, 0);
    assert_int_equal(t.effects, 1);
    assert_true(str_is(t.effect[0].say.text, "Non: unknown."));
    library_free(l);
}

/* A flow that begins itself anew when a service fails must not write to somebody all night. */
static void a_flow_in_circles_is_stopped(void **state) {
    (void)state;
    struct library *l = kit_library(FLOWS);
    struct player *p = NULL;
    struct err err = {0};
    const struct val *given = NULL;
    assert_int_equal(json_parse(STR("{\"webhooks\": {\"agenda\": {\"status\": 500, \"after\": "
                                    "\"5 s\"}}}"),
                                &kit_arena, &given, &err),
                     OK);
    assert_int_equal(player_new(l, kit_und, given, &p, &err), OK);
    assert_int_equal(player_say(p, STR("rond"), &err), OK);
    size_t said = 0, calls = 0, cases = 0;
    for (int i = 0; i < 200; i++) {
        const struct player_line *line;
        assert_int_equal(player_wait(p, 5000, &err), OK);
        size_t n = player_lines(p, &line);
        for (size_t k = 0; k < n; k++) {
            said += line[k].kind == PLAYER_SAYS;
            calls += line[k].kind == PLAYER_CALLS;
            cases += line[k].kind == PLAYER_CASE;
        }
    }
    assert_in_range(said, 1, ENGINE_REPLIES_HOUR);
    assert_in_range(calls, 1, ENGINE_REPLIES_HOUR);
    assert_true(cases > 0); /* somebody looks at it */
    player_free(p);
    library_free(l);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_answer_is_kept_whole),
        cmocka_unit_test(a_long_one_is_refused_unless_picked_from),
        cmocka_unit_test(what_waits_for_another_conversation_is_kept_small),
        cmocka_unit_test(an_address_that_fails_is_not_called),
        cmocka_unit_test(nobody_waits_for_an_old_answer),
        cmocka_unit_test(a_value_cannot_lead_elsewhere),
        cmocka_unit_test(an_answer_that_never_comes_ends_the_wait),
        cmocka_unit_test(a_flow_in_circles_is_stopped)};
    return cmocka_run_group_tests(tests, kit_setup, kit_teardown);
}
