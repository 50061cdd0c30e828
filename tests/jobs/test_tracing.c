/* test_tracing.c - why past turns went as they did: kept, without a word of the person, and
 * forgotten. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/log.h"
#include "db/cases.h"
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

/* ---- words that a flow puts into a sentence, a case or a failure ---- */

static const struct {
    const char *name, *text;
} SUBJECT[] = {
    {"sujet.yaml",
     "flow: sujet\ntitle: Sujet\nidentifies: yes\nstarts: {keywords: [sujet]}\nsteps:\n"
     "  - ask: De quoi ?\n    id: quoi\n    kind: free\n"
     "  - say: \"@(1 + results.quoi)\"\n"
     "  - hand: \"parler de @results.quoi\"\n"},
    {"qui.yaml", "flow: qui\ntitle: Premier\nidentifies: yes\nstarts: {anything: yes}\nsteps:\n"
                 "  - say: Rien compris.\n"},
    {"arret.yaml", "flow: arret\ntitle: Stop\nsystem: yes\nidentifies: yes\n"
                   "starts: {intent: stop}\nsteps:\n  - act: opt_out\n    with: {scope: "
                   "all}\n  - say: Plus rien.\n    confirms_stop: yes\n  - quit:\n"},
    {"_champs.yaml", "fields:\n  first_name: {type: text, title: x}\n"}};

static void note_line(const char *line, void *ctx) {
    struct buf *all = ctx;
    buf_puts(all, line);
}

static void words_stay_out_of_traces_and_logs(void **unused) {
    (void)unused;
    struct office o;
    struct trace_row *row;
    struct case_row c;
    struct err err = {0};
    struct buf log;
    char dir[] = "/tmp/rebond-subject-XXXXXX", path[80], more[80];
    assert_non_null(mkdtemp(dir));
    for (size_t i = 0; i < sizeof SUBJECT / sizeof *SUBJECT; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, SUBJECT[i].name);
        assert_int_equal(file_write(path, str_from(SUBJECT[i].text), &err), OK);
    }
    snprintf(more, sizeof more, "flows: %s\n", dir);
    office_open(&o, NULL, more);
    int64_t awa = office_youth(&o, "Awa", PHONE);
    buf_init(&log, 1 << 20);
    log_capture(note_line, &log);
    office_says(&o, PHONE, "sujet");
    office_says(&o, PHONE, "mes dettes de loyer");
    log_capture(NULL, NULL);
    /* the advisor reads the words, traces and log do not hold them */
    assert_int_equal(cases_of(o.s.db, awa, &o.a, &c), OK);
    assert_true(says(c.reason, "dettes") || says(c.quote, "dettes"));
    assert_true(says(buf_view(&log), "converse.fallback"));
    assert_true(says(buf_view(&log), "sujet.yaml:9:"));
    assert_false(says(buf_view(&log), "dettes"));
    assert_true(kept(&o, &row) > 0);
    assert_true(says(row[0].lines, "case parler de @results.quoi"));
    assert_false(says(row[0].lines, "dettes"));
    buf_done(&log);
    office_close(&o);
    for (size_t i = 0; i < sizeof SUBJECT / sizeof *SUBJECT; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, SUBJECT[i].name);
        unlink(path);
    }
    rmdir(dir);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_turn_leaves_its_reasons),
        cmocka_unit_test(it_is_forgotten_in_time_and_with_the_person),
        cmocka_unit_test(nothing_is_kept_when_nothing_shall_be),
        cmocka_unit_test(a_long_turn_keeps_whole_lines),
        cmocka_unit_test(it_reads_in_french),
        cmocka_unit_test(words_stay_out_of_traces_and_logs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
