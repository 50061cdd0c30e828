/* test_engine.c - what a person lives through: questions, interruptions, time, limits. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/engine.h"

#include "base/clock.h"
#include "tests/unit/flows_kit.h"

#define ASK_TWO                                                                                \
    "flow: deux\ntitle: Deux\nstarts: {keywords: [salut]}\nsteps:\n"                           \
    "  - ask: Un chiffre ?\n    id: un\n    kind: number\n    again: Ce chiffre ?\n"           \
    "    retry: [Encore un chiffre ?]\n"                                                       \
    "  - ask: Oui ou non ?\n    id: oui\n    kind: yes_no\n    digits: no\n"                   \
    "  - say: Merci @results.un\n"
#define AIDE                                                                                   \
    "flow: aide\ntitle: Aide\nsystem: yes\nstarts: {intent: help}\nsteps:\n  - say: Voici de " \
    "l'aide\n"
#define RAPPEL                                                                                 \
    "flow: rappel\ntitle: Rappel\nstarts: {event: meetup.reminder}\nsteps:\n"                  \
    "  - ask: \"@org.name toujours ?\"\n    kind: yes_no\n    digits: no\n"                    \
    "  - say: Bien\n"
#define ANNULEE                                                                                \
    "flow: annulee\ntitle: Annulée\npriority: urgent\nstarts: {event: meetup.cancelled}\n"    \
    "steps:\n  - say: \"@org.name annule\"\n"
#define BOUCLE                                                                                 \
    "flow: boucle\ntitle: Boucle\nstarts: {keywords: [boucle]}\nsteps:\n"                      \
    "  - act: enrol\n    id: encore\n  - if: contact.first_name = \"x\"\n    then: [{end: "    \
    "}]\n"                                                                                     \
    "    else: [{ask: Rien ?, kind: free, skip_if: \"true\"}, {go: encore}]\n"

static const char *const FLOWS[] = {ASK_TWO, AIDE, RAPPEL, ANNULEE, BOUCLE, NULL};

struct talk_kit {
    struct library *l;
    struct player *p;
};

static struct talk_kit begin(void) {
    struct talk_kit k;
    k.l = kit_library(FLOWS);
    k.p = kit_player(k.l);
    return k;
}

static void finish(struct talk_kit *k) {
    player_free(k->p);
    library_free(k->l);
}

static void a_question_waits_for_its_answer(void **state) {
    struct talk_kit k = begin();
    (void)state;
    check_str(kit_say(k.p, "Salut !!"), "Un chiffre ?");
    check_str(kit_say(k.p, "7"), "Oui ou non ?");
    check_str(kit_say(k.p, "ouais"), "Merci 7");
    check_str(kit_say(k.p, "et voila"), "");
    finish(&k);
}

static void two_misunderstood_answers_call_a_human(void **state) {
    struct talk_kit k = begin();
    struct err err = {0};
    (void)state;
    kit_say(k.p, "salut");
    check_str(kit_say(k.p, "bof"), "Encore un chiffre ?");
    check_str(kit_say(k.p, "rien du tout"), "Je passe la main à un conseiller. / !unclear");
    check_str(kit_say(k.p, "8"), "");
    assert_int_equal(player_close_case(k.p, &err), OK);
    check_str(kit_say(k.p, "8"), "Oui ou non ?");
    finish(&k);
}

static void the_same_words_count_once(void **state) {
    struct talk_kit k = begin();
    (void)state;
    kit_say(k.p, "salut");
    check_str(kit_say(k.p, "salut"), "");
    check_str(kit_say(k.p, "bof"), "Encore un chiffre ?");
    check_str(kit_say(k.p, "Bof !"), "");
    check_str(kit_wait(k.p, 3 * MS_MINUTE), "");
    check_str(kit_say(k.p, "bof"), "Je passe la main à un conseiller. / !unclear");
    finish(&k);
}

static void help_does_not_lose_the_question(void **state) {
    struct talk_kit k = begin();
    (void)state;
    kit_say(k.p, "salut");
    check_str(kit_say(k.p, "aide"), "Voici de l'aide\nCe chiffre ?");
    check_str(kit_say(k.p, "3"), "Oui ou non ?");
    finish(&k);
}

static void one_automatic_question_at_a_time(void **state) {
    struct talk_kit k = begin();
    (void)state;
    kit_say(k.p, "salut");
    check_str(kit_start(k.p, "meetup.reminder", NULL), "");
    check_str(kit_say(k.p, "3"), "Oui ou non ?");
    check_str(kit_say(k.p, "oui"), "Merci 3 / Mission locale toujours ?");
    check_str(kit_say(k.p, "oui"), "Bien");
    finish(&k);
}

static void an_unanswered_question_gives_way(void **state) {
    struct talk_kit k = begin();
    (void)state;
    kit_say(k.p, "salut");
    kit_start(k.p, "meetup.reminder", NULL);
    check_str(kit_wait(k.p, 13 * MS_HOUR), "Mission locale toujours ?");
    check_str(kit_say(k.p, "oui"), "Bien\nCe chiffre ?");
    check_str(kit_say(k.p, "5"), "Oui ou non ?");
    finish(&k);
}

static void an_urgent_notice_goes_first(void **state) {
    struct talk_kit k = begin();
    (void)state;
    kit_say(k.p, "salut");
    check_str(kit_start(k.p, "meetup.cancelled", NULL), "Mission locale annule");
    check_str(kit_say(k.p, "4"), "Oui ou non ?");
    finish(&k);
}

static void the_same_start_is_made_once(void **state) {
    struct talk_kit k = begin();
    (void)state;
    struct val_pair pair[] = {{.key = STR("key"), .val = val_textz(&kit_arena, "r/1")}};
    const struct val *with = val_map(&kit_arena, pair, 1);
    check_str(kit_start(k.p, "meetup.reminder", with), "Mission locale toujours ?");
    check_str(kit_start(k.p, "meetup.reminder", with), "");
    check_str(kit_say(k.p, "oui"), "Bien");
    finish(&k);
}

static void an_endless_chain_of_acts_ends(void **state) {
    struct talk_kit k = begin();
    (void)state;
    check_str(kit_say(k.p, "boucle"), "!flow_limit / Un conseiller va te répondre.");
    check_str(kit_say(k.p, "salut"), "Un chiffre ?");
    finish(&k);
}

static void two_machines_do_not_answer_each_other_for_ever(void **state) {
    struct talk_kit k = begin();
    int said = 0, cases = 0;
    (void)state;
    for (int i = 0; i < 100; i++) {
        struct str heard = kit_say(k.p, i % 2 ? "aide" : "aide svp");
        said += str_find(heard, STR("Voici"), 0) != SIZE_MAX;
        cases += str_find(heard, STR("!loop"), 0) != SIZE_MAX;
        kit_wait(k.p, 1000);
    }
    assert_int_equal(said, ENGINE_REPLIES_HOUR);
    assert_int_equal(cases, 1);
    kit_wait(k.p, MS_HOUR);
    check_str(kit_say(k.p, "aide"), "Voici de l'aide");
    finish(&k);
}

/* The same world, session and event give the same turn: nothing else is looked at. */
static void a_step_is_pure(void **state) {
    struct talk_kit k = begin();
    struct talk_kit other = begin();
    static const char *const WORDS[] = {"salut", "bof", "aide", "12", "non je me suis trompé",
                                        "13",    "non"};
    (void)state;
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        struct str a = kit_say(k.p, WORDS[i]), b = kit_say(other.p, WORDS[i]);
        check_str(a, arena_cstr(&kit_arena, b));
        check_str(player_session(k.p), arena_cstr(&kit_arena, player_session(other.p)));
    }
    finish(&k);
    finish(&other);
}

static void an_answer_can_be_taken_back(void **state) {
    struct talk_kit k = begin();
    (void)state;
    kit_say(k.p, "salut");
    kit_say(k.p, "3");
    check_str(kit_say(k.p, "non je me suis trompé"), "Un chiffre ?");
    check_str(kit_say(k.p, "4"), "Oui ou non ?");
    check_str(kit_say(k.p, "oui"), "Merci 4");
    finish(&k);
}

static void time_stands_still_while_a_human_talks(void **state) {
    static const char *const TIMED[] = {
        "flow: t\ntitle: T\nstarts: {keywords: [temps]}\nsteps:\n"
        "  - ask: Oui ?\n    kind: yes_no\n    digits: no\n"
        "    timeout: {after: 1 day, do: [{say: Trop tard}]}\n",
        "flow: h\ntitle: H\nsystem: yes\nstarts: {intent: human}\nsteps:\n"
        "  - hand: human\n",
        NULL};
    struct library *l = kit_library(TIMED);
    struct player *p = kit_player(l);
    struct err err = {0};
    (void)state;
    check_str(kit_say(p, "temps"), "Oui ?");
    check_str(kit_say(p, "conseiller"), "!human");
    check_str(kit_wait(p, 2 * MS_DAY), "");
    assert_true(
        player_given(p, STR("paused"), &VAL_FALSE)); /* closed, and nobody told the engine */
    check_str(kit_wait(p, 2 * MS_HOUR), "Trop tard");
    check_str(kit_say(p, "temps"), "Oui ?");
    check_str(kit_say(p, "conseiller"), "!human");
    check_str(kit_wait(p, 2 * MS_DAY), "");
    assert_int_equal(player_close_case(p, &err), OK);
    check_str(kit_heard(p), "Trop tard");
    player_free(p);
    library_free(l);
}

static void a_worker_frees_a_stuck_person(void **state) {
    struct talk_kit k = begin();
    struct session s;
    struct buf out;
    (void)state;
    kit_say(k.p, "salut");
    assert_int_equal(session_read(player_session(k.p), &kit_arena, &s, NULL), OK);
    assert_int_equal(s.frames, 1);
    session_release(&s);
    buf_init(&out, 10000);
    assert_int_equal(session_write(&s, &out), OK);
    assert_true(str_find(buf_view(&out), STR("frames"), 0) == SIZE_MAX);
    buf_done(&out);
    finish(&k);
}

#define V1                                                                                     \
    "flow: v\ntitle: V\nsteps:\n  - ask: Ancien ?\n    id: q\n    kind: number\n  - say: "     \
    "Ancienne suite\n"
#define V2                                                                                     \
    "flow: v\ntitle: V\nsteps:\n  - ask: Nouveau ?\n    id: q\n    kind: number\n  - say: "    \
    "Nouvelle suite\n"
#define V3 "flow: v\ntitle: V\nsteps:\n  - say: Tout autre\n"

static enum rc stored(void *ctx, struct str hash, struct arena *a, struct library_source *ret) {
    (void)hash, (void)a;
    *ret = (struct library_source){STR("v.yaml"), str_from(ctx)};
    return OK;
}

static struct library *published(const char *text, const char *old) {
    struct library_source src = {STR("v.yaml"), str_from(text)};
    struct flow_problems problems;
    struct library *l = NULL;
    union {
        const char *in;
        void *out;
    } ctx = {old};
    problems_init(&problems, &kit_arena);
    assert_int_equal(
        library_load(&STEPS_LANG, &src, 1, old ? stored : NULL, ctx.out, &l, &problems), OK);
    return l;
}

/* Begins on V1, answers "7" after `next` was published; what is said. */
static struct str answered_after(const char *next, const char *old) {
    struct library *before = published(V1, NULL), *after = published(next, old);
    struct turn t = {0};
    struct err err = {0};
    struct str said = STR_EMPTY;
    struct session s = {0};
    struct event start = {.kind = EVENT_START, .flow = STR("v"), .priority = SAY_QUESTION};
    struct event seven = {.kind = EVENT_MESSAGE, .text = STR("7")};
    const struct zone *zone;
    assert_int_equal(zone_get(STR("Europe/Paris"), &zone, &err), OK);
    struct world w = {
        .library = before, .und = kit_und, .zone = zone, .lang = STR("fr"), .now_ms = 1};
    assert_int_equal(engine_step(&w, &s, &start, &kit_arena, &t, &err), OK);
    check_str(t.effect[0].say.text, "Ancien ?");
    s = t.session;
    w.library = after;
    w.now_ms = 1000;
    assert_int_equal(engine_step(&w, &s, &seven, &kit_arena, &t, &err), OK);
    for (size_t i = 0; i < t.effects; i++) {
        if (t.effect[i].kind == EFFECT_SAY) {
            said = arena_str(&kit_arena, t.effect[i].say.text);
        } else if (t.effect[i].kind == EFFECT_CASE) {
            said = arena_printf(&kit_arena, "!%.*s", STR_ARG(t.effect[i].hand.reason));
        }
    }
    library_free(before);
    library_free(after);
    return said;
}

static void publishing_breaks_nobody(void **state) {
    (void)state;
    check_str(answered_after(V2, V1), "Ancienne suite");
    check_str(answered_after(V2, NULL), "Nouvelle suite");
    check_str(answered_after(V3, V1), "Ancienne suite");
}

/* The old version is lost and its step with it: a case for the staff and a word for the person.
 */
static void a_lost_step_is_never_silence(void **state) {
    (void)state;
    check_str(answered_after(V3, NULL), "Un conseiller va te répondre.");
}

static void impossible_events_are_refused(void **state) {
    struct talk_kit k = begin();
    struct turn t;
    struct err err = {0};
    struct session s = {0};
    struct event ev = {.kind = EVENT_RESULT};
    const struct zone *zone;
    (void)state;
    assert_int_equal(zone_get(STR("Europe/Paris"), &zone, &err), OK);
    struct world w = {
        .library = k.l, .und = kit_und, .zone = zone, .lang = STR("fr"), .now_ms = 1};
    assert_int_equal(engine_step(&w, &s, &ev, &kit_arena, &t, &err), E_INVALID);
    ev = (struct event){.kind = EVENT_TIMEOUT, .token = STR("q99")};
    assert_int_equal(engine_step(&w, &s, &ev, &kit_arena, &t, &err), OK);
    assert_int_equal(t.effects, 0);
    finish(&k);
}

static bool wants_more(const struct world *w, const struct session *s, struct str text,
                       int64_t *ret_hold_ms) {
    struct und_text *words = und_prepare(w->und, text, &kit_arena);
    return engine_wants_more(w, s, words, &kit_arena, ret_hold_ms);
}

/* The reading made to know whether more is to come serves the turn: it says the same. */
static void words_read_before_give_the_same_turn(void **state) {
    static const char *const SAID[] = {"12", "alors", "aide", "stop", "j'ai 17 ans", "demain"};
    (void)state;
    for (size_t i = 0; i < sizeof SAID / sizeof *SAID; i++) {
        struct talk_kit k = begin();
        struct session s;
        struct err err = {0};
        struct turn t[2];
        const struct zone *zone;
        int64_t hold;
        assert_int_equal(zone_get(STR("Europe/Paris"), &zone, &err), OK);
        struct world w = {.library = k.l,
                          .und = kit_und,
                          .zone = zone,
                          .lang = STR("fr"),
                          .now_ms = player_now(k.p)};
        kit_say(k.p, "salut");
        assert_int_equal(session_read(player_session(k.p), &kit_arena, &s, &err), OK);
        for (int again = 0; again < 2; again++) {
            struct event ev = {.kind = EVENT_MESSAGE, .text = str_from(SAID[i])};
            if (again) {
                ev.words = und_prepare(kit_und, ev.text, &kit_arena);
                engine_wants_more(&w, &s, ev.words, &kit_arena, &hold);
            }
            memset(&t[again], 0, sizeof t[again]);
            assert_int_equal(engine_step(&w, &s, &ev, &kit_arena, &t[again], &err), OK);
        }
        assert_int_equal(t[0].effects, t[1].effects);
        assert_int_equal(t[0].traces, t[1].traces);
        for (size_t n = 0; n < t[0].traces; n++) {
            assert_true(str_eq(t[0].trace[n].what, t[1].trace[n].what));
        }
        finish(&k);
    }
}

static void split_answers_are_waited_for(void **state) {
    struct talk_kit k = begin();
    struct session s;
    struct err err = {0};
    const struct zone *zone;
    int64_t hold = 0;
    (void)state;
    assert_int_equal(zone_get(STR("Europe/Paris"), &zone, &err), OK);
    struct world w = {.library = k.l,
                      .und = kit_und,
                      .zone = zone,
                      .lang = STR("fr"),
                      .now_ms = player_now(k.p)};
    kit_say(k.p, "salut");
    assert_int_equal(session_read(player_session(k.p), &kit_arena, &s, &err), OK);
    assert_true(wants_more(&w, &s, STR("alors"), &hold));
    assert_int_equal(hold, 20000);
    assert_false(wants_more(&w, &s, STR("12"), &hold));
    assert_false(wants_more(&w, &s, STR("aide"), &hold));
    finish(&k);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_waits_for_its_answer),
        cmocka_unit_test(two_misunderstood_answers_call_a_human),
        cmocka_unit_test(the_same_words_count_once),
        cmocka_unit_test(help_does_not_lose_the_question),
        cmocka_unit_test(one_automatic_question_at_a_time),
        cmocka_unit_test(an_unanswered_question_gives_way),
        cmocka_unit_test(an_urgent_notice_goes_first),
        cmocka_unit_test(the_same_start_is_made_once),
        cmocka_unit_test(an_endless_chain_of_acts_ends),
        cmocka_unit_test(two_machines_do_not_answer_each_other_for_ever),
        cmocka_unit_test(a_step_is_pure),
        cmocka_unit_test(an_answer_can_be_taken_back),
        cmocka_unit_test(time_stands_still_while_a_human_talks),
        cmocka_unit_test(a_worker_frees_a_stuck_person),
        cmocka_unit_test(publishing_breaks_nobody),
        cmocka_unit_test(a_lost_step_is_never_silence),
        cmocka_unit_test(impossible_events_are_refused),
        cmocka_unit_test(split_answers_are_waited_for),
        cmocka_unit_test(words_read_before_give_the_same_turn)};
    return cmocka_run_group_tests(tests, kit_setup, kit_teardown);
}
