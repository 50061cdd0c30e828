/* test_tracing.c - why past turns went as they did: kept, without a word of the person, and
 * forgotten. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include "db/contacts.h"
#include "db/sql.h"
#include "db/threads.h"
#include "db/traces.h"
#include "jobs/tracing.h"

#define PHONE "+33639980170"

static size_t kept(struct office *o, struct trace_row **ret) {
    size_t n = 99;
    assert_true(traces_last(o->s.db, 0, 50, &o->a, ret, &n) >= OK);
    return n;
}

static bool says(struct str lines, const char *words) {
    return str_find(lines, str_from(words), 0) != SIZE_MAX;
}

static void a_turn_leaves_its_reasons(void **unused) {
    (void)unused;
    struct office o;
    struct trace_row *row;
    office_open(&o, NULL, NULL);
    office_says(&o, PHONE, "SALUT");
    office_says(&o, PHONE, "moi c inès");
    office_says(&o, PHONE, "06 39 98 01 23 mon num");
    assert_true(kept(&o, &row) >= 3);
    /* newest first: the person's second message is the one before the last */
    assert_true(says(row[1].lines, "inscription/prenom"));
    assert_true(says(row[1].lines, "read as name (sure) by rule"));
    assert_int_equal(row[1].contact_id, office_contact(&o, PHONE));
    assert_true(row[1].at_ms >= OFFICE_START);
    for (size_t i = 0; i < 3; i++) {
        assert_false(says(row[i].lines, "SALUT"));
        assert_false(says(row[i].lines, "in\xc3\xa8s"));
        assert_false(says(row[i].lines, "98 01"));
        assert_true(row[i].lines.n <= TRACING_MAX);
    }
    /* the answer in the thread leads to it */
    struct thread_line *line;
    size_t n = 0;
    struct str lines;
    assert_int_equal(threads_read(o.s.db, row[1].contact_id, 80, &o.a, &line, &n), OK);
    for (size_t i = 0; i < n; i++) {
        if (!line[i].inbound) {
            assert_int_equal(traces_get(o.s.db, line[i].inbox_id, &o.a, &lines), OK);
        }
    }
    office_close(&o);
}

static void it_is_forgotten_in_time_and_with_the_person(void **unused) {
    (void)unused;
    struct office o;
    struct trace_row *row;
    office_open(&o, NULL, "traces: {keep: 3 j}\n");
    office_says(&o, PHONE, "SALUT");
    int64_t first = kept(&o, &row) ? row[0].inbox_id : 0;
    struct str lines;
    assert_int_equal(traces_get(o.s.db, first, &o.a, &lines), OK);
    office_pass(&o, 4 * MS_DAY);
    assert_int_equal(traces_get(o.s.db, first, &o.a, &lines), NONE);
    office_says(&o, PHONE, "aide");
    assert_true(kept(&o, &row) > 0);
    assert_int_equal(sql_begin(o.s.db, SQL_WRITE), OK);
    assert_int_equal(contacts_erase(o.s.db, office_contact(&o, PHONE), service_now(&o.s)), OK);
    assert_int_equal(sql_commit(o.s.db), OK);
    assert_int_equal(kept(&o, &row), 0);
    office_close(&o);
}

static void nothing_is_kept_when_nothing_shall_be(void **unused) {
    (void)unused;
    struct office o;
    struct trace_row *row;
    office_open(&o, NULL, "traces: {keep: 0}\n");
    office_says(&o, PHONE, "SALUT");
    assert_int_equal(kept(&o, &row), 0);
    office_close(&o);
}

static void a_long_turn_keeps_whole_lines(void **unused) {
    (void)unused;
    struct office o;
    struct person p = {0};
    struct trace many[100];
    struct inbox_row cause = {.id = 77};
    office_open(&o, NULL, NULL);
    for (int i = 0; i < 100; i++) {
        many[i] = (struct trace){STR("flow"), STR("step"),
                                 STR("sums 0639980123 up" TRACE_HIDE " secret" TRACE_SHOW "!")};
    }
    struct turn turn = {.trace = many, .traces = 100};
    p.s = &o.s;
    p.a = &o.a;
    p.cause = &cause;
    p.contact.id = 5;
    tracing_note(&p, &turn);
    assert_int_equal(sql_begin(o.s.db, SQL_WRITE), OK);
    assert_int_equal(tracing_keep(&p), OK);
    assert_int_equal(sql_commit(o.s.db), OK);
    struct str lines;
    assert_int_equal(traces_get(o.s.db, 77, &o.a, &lines), OK);
    assert_in_range(lines.n, TRACING_MAX / 2, TRACING_MAX);
    assert_true(str_starts(lines, STR("flow/step\tsums ... up!\n\tsums ... up!\n")));
    assert_true(str_ends(lines, STR("\tsums ... up!")));
    office_close(&o);
}

static void it_reads_in_french(void **unused) {
    (void)unused;
    static const struct {
        const char *line, *french;
    } SAID[] = {
        {"inscription/prenom\tread as name (sure) by rule first_name",
         "inscription, étape prenom : réponse lue comme prénom (sûr), règle first_name"},
        {"\tanswer kept", "réponse gardée"},
        {"info/\tbegins", "info : la conversation commence"},
        {"\tact rsvp: done", "action rsvp : faite"},
        {"\tact rsvp", "action rsvp demandée"},
        {"\tnot understood, 1 of 3", "pas compris, essai 1 sur 3"},
        {"\twait.ok: true", "wait.ok : vrai"},
        {"\twait.ok: true or so", "wait.ok: true or so"},
        {"/\tsilent: the person said stop", "silence : la personne a dit STOP"},
        {"\tsomething new", "something new"}};
    struct arena a;
    struct str place = STR_EMPTY;
    arena_init(&a);
    for (size_t i = 0; i < sizeof SAID / sizeof *SAID; i++) {
        check_str(tracing_french(str_from(SAID[i].line), &place, &a), SAID[i].french);
    }
    arena_done(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_turn_leaves_its_reasons),
        cmocka_unit_test(it_is_forgotten_in_time_and_with_the_person),
        cmocka_unit_test(nothing_is_kept_when_nothing_shall_be),
        cmocka_unit_test(a_long_turn_keeps_whole_lines),
        cmocka_unit_test(it_reads_in_french),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
