/* test_library.c - which flow a word or an event starts; versions that people still live in. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/flow/library.h"

#include "bot/flow/kind.h"
#include "bot/flow/problems.h"
#include "tests/unit/checks.h"

/* A language of one step, so that this floor is tested alone. */
static void compile_note(struct compile *c, const struct val *step, struct node *n, int next) {
    compile_template(c, val_get(step, "dire"));
    compile_exit(c, n, "", next);
}

static const struct key_spec KEYS[] = {{"dire", KEY_TEMPLATE, true, NULL, "x", "x"},
                                       {NULL, KEY_NOTHING, false, NULL, NULL, NULL}};
static const struct step_kind DIRE = {.name = "dire", .key = KEYS, .compile = compile_note};
static const struct step_kind *const STEPS[] = {&DIRE, NULL};
static const struct flow_lang LANG = {STEPS, NULL, NULL};

static struct arena a;

static const struct library_source V1 = {
    STR("flows/a.yaml"),
    STR("flow: a\ntitle: A\nstarts: {keywords: [\"Ça va\", salut], event: silence, "
        "link: qr, intent: help}\nsteps:\n  - dire: un\n    id: un\n")};
static const struct library_source V2 = {
    STR("flows/a.yaml"), STR("flow: a\ntitle: A\nsteps:\n  - dire: deux\n    id: deux\n")};

static struct library *load(const struct library_source *src,
                            enum rc (*fetch)(void *, struct str, struct arena *,
                                             struct library_source *)) {
    struct flow_problems problems;
    struct library *l = NULL;
    problems_init(&problems, &a);
    assert_int_equal(library_load(&LANG, src, 1, fetch, NULL, &l, &problems), OK);
    return l;
}

static void words_events_and_links_start_flows(void **state) {
    struct library *l = load(&V1, NULL);
    (void)state;
    assert_non_null(library_for_keyword(l, library_fold(STR("  SALUUUUT !!! "), &a)));
    assert_non_null(library_for_keyword(l, library_fold(STR("ca va ?"), &a)));
    assert_null(library_for_keyword(l, library_fold(STR("salut les amis"), &a)));
    assert_null(library_for_keyword(l, STR("")));
    assert_non_null(library_for_event(l, STR("silence")));
    assert_null(library_for_event(l, STR("meetup.invited")));
    assert_non_null(library_for_link(l, STR("qr")));
    assert_non_null(library_for_intent(l, STR("help")));
    assert_null(library_for_anything(l));
    library_free(l);
}

static struct str hash_of(const struct library *l) {
    struct str name, hash;
    struct library_source src;
    library_item(l, 0, &name, &hash, &src);
    return arena_str(&a, hash);
}

static int fetched;

static enum rc fetch_v1(void *ctx, struct str hash, struct arena *into,
                        struct library_source *ret) {
    (void)ctx, (void)into;
    fetched++;
    *ret = V1;
    return hash.n == 16 ? OK : NONE;
}

static void an_old_version_is_compiled_once_from_its_source(void **state) {
    struct library *old = load(&V1, NULL), *now = load(&V2, fetch_v1);
    (void)state;
    struct str hash = hash_of(old);
    assert_int_equal(hash.n, 16);
    fetched = 0;
    const struct program *p = library_version(now, STR("a"), hash);
    assert_non_null(p);
    assert_int_equal(program_find(p, STR("un")), 0);
    assert_ptr_equal(library_version(now, STR("a"), hash), p);
    assert_int_equal(fetched, 1);
    assert_int_equal(program_find(library_get(now, STR("a")), STR("deux")), 0);
    library_free(old);
    library_free(now);
}

static void a_lost_version_is_none(void **state) {
    struct library *l = load(&V2, NULL);
    (void)state;
    assert_null(library_version(l, STR("a"), STR("0000000000000000")));
    assert_null(library_version(l, STR("b"), hash_of(l)));
    assert_non_null(library_version(l, STR("a"), hash_of(l)));
    library_free(l);
}

static void folding_is_gentle(void **state) {
    (void)state;
    check_str(library_fold(STR("Ouiiiii"), &a), "oui");
    check_str(library_fold(STR("j'arrive..."), &a), "j'arrive");
    check_str(library_fold(STR("allez"), &a), "allez");
    check_str(library_fold(STR("2000"), &a), "2000");
    check_str(library_fold(STR("?!"), &a), "");
}

static int setup(void **state) {
    (void)state;
    arena_init(&a);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_done(&a);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_events_and_links_start_flows),
        cmocka_unit_test(an_old_version_is_compiled_once_from_its_source),
        cmocka_unit_test(a_lost_version_is_none), cmocka_unit_test(folding_is_gentle)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
