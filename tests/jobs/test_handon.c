/* test_handon.c - a conversation of one person begins another for somebody else. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "db/cases.h"
#include "db/contacts.h"
#include "db/optouts.h"
#include "db/sessions.h"
#include "db/sql.h"

#define INES "+33639980170"
#define KARIM "+33639980171"
#define LEA "+33639980172"
#define STRANGER "+33639980179"

static const struct {
    const char *name, *text;
} FLOWS[] = {
    {"ami.yaml", "flow: ami\ntitle: Ami\nidentifies: yes\nstarts: {keywords: [ami]}\nsteps:\n"
                 "  - ask: Son numéro ?\n    id: ami\n    kind: phone\n    then: end\n"
                 "  - start: merci\n    for: \"@results.ami\"\n    with: {prenom: "
                 "\"@contact.first_name\"}\n"
                 "  - say: C'est fait.\n"},
    {"merci.yaml", "flow: merci\ntitle: Merci\nwith: {prenom: text}\nidentifies: yes\nsteps:\n"
                   "  - say: \"@with.prenom vient de ta part.\"\n"},
    /* a ring of three people, without anybody writing: must end by itself */
    {"ronde.yaml", "flow: ronde\ntitle: Ronde\nidentifies: yes\nstarts: {keywords: [ronde]}\n"
                   "steps:\n  - say: Ronde.\n  - case: contact.first_name\n    is:\n"
                   "      Karim: [{start: ronde, for: \"" LEA "\"}]\n"
                   "      Léa: [{start: ronde, for: \"" INES "\"}]\n"
                   "    else: [{start: ronde, for: \"" KARIM "\"}]\n"},
    {"qui.yaml", "flow: qui\ntitle: Qui\nidentifies: yes\nstarts: {anything: yes}\nsteps:\n"
                 "  - say: Rien compris.\n"},
    {"_champs.yaml",
     "fields:\n  first_name: {type: text, title: x}\n  language: {type: language, title: x}\n"
     "org: [name]\n"}};

struct desk {
    struct office o;
    char flows[80];
    int64_t ines, karim;
};

static void open_desk(struct desk *d) {
    char more[200], path[160];
    snprintf(d->flows, sizeof d->flows, "/tmp/rebond-flows-XXXXXX");
    assert_non_null(mkdtemp(d->flows));
    for (size_t i = 0; i < sizeof FLOWS / sizeof *FLOWS; i++) {
        snprintf(path, sizeof path, "%s/%s", d->flows, FLOWS[i].name);
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        fputs(FLOWS[i].text, f);
        fclose(f);
    }
    snprintf(more, sizeof more, "flows: %s\n", d->flows);
    office_open(&d->o, NULL, more);
    d->ines = office_youth(&d->o, "Inès", INES);
    d->karim = office_youth(&d->o, "Karim", KARIM);
}

static void close_desk(struct desk *d) {
    office_close(&d->o);
    for (size_t i = 0; i < sizeof FLOWS / sizeof *FLOWS; i++) {
        char path[160];
        snprintf(path, sizeof path, "%s/%s", d->flows, FLOWS[i].name);
        unlink(path);
    }
    rmdir(d->flows);
}

static void names(struct desk *d, const char *number) {
    office_says(&d->o, INES, "ami");
    office_expect(&d->o, INES, "Son numéro ?");
    office_says(&d->o, INES, number);
    office_expect(&d->o, INES, "C'est fait.");
}

static void the_other_hears_of_it_once_a_day(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    names(&d, "06 39 98 01 71");
    office_expect(&d.o, KARIM, "Inès vient de ta part.");
    office_pass(&d.o, MS_HOUR);
    names(&d, "0639980171");
    assert_int_equal(office_count(&d.o, KARIM, "de ta part"), 1);
    office_pass(&d.o, MS_DAY);
    names(&d, "0639980171");
    assert_int_equal(office_count(&d.o, KARIM, "de ta part"), 2);
    close_desk(&d);
}

static void it_begins_when_it_may_leave(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    office_pass(&d.o, 13 * MS_HOUR); /* 23:00 */
    names(&d, "0639980171");
    office_pass(&d.o, 2 * MS_HOUR);
    struct talk t;
    assert_int_equal(sessions_load(d.o.s.db, d.karim, &d.o.a, &t), OK);
    assert_int_equal(t.session.n, 0); /* nothing is open in the night */
    office_pass(&d.o, 10 * MS_HOUR);
    office_expect(&d.o, KARIM, "Inès vient de ta part.");
    close_desk(&d);
}

static void nobody_is_made_and_nobody_is_told(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    names(&d, "06 39 98 01 79"); /* the same words as for a person who is known */
    assert_int_equal(office_contact(&d.o, STRANGER), 0);
    close_desk(&d);
}

static void who_said_stop_or_left_hears_nothing(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    office_says(&d.o, KARIM, "stop");
    size_t before, after;
    struct str *text;
    before = office_texts(&d.o, KARIM, &text);
    names(&d, "0639980171");
    after = office_texts(&d.o, KARIM, &text);
    assert_int_equal(before, after);
    close_desk(&d);
    open_desk(&d);
    assert_int_equal(contacts_set_status(d.o.s.db, d.karim, CONTACT_LEFT, 1), OK);
    names(&d, "0639980171");
    assert_int_equal(office_texts(&d.o, KARIM, &text), 0);
    close_desk(&d);
}

/* A question that the pause holds back would still be open: what the person writes next would
 * be taken for its answer. */
static void who_asked_for_a_pause_is_left_in_peace(void **unused) {
    (void)unused;
    struct desk d;
    struct talk t;
    open_desk(&d);
    struct optout pause = {.contact_id = d.karim,
                           .out = true,
                           .scope = OPTOUT_PAUSE,
                           .channel = STR("sms"),
                           .until_ms = service_now(&d.o.s) + 7 * MS_DAY};
    assert_int_equal(sql_begin(d.o.s.db, SQL_WRITE), OK);
    assert_int_equal(optouts_put(d.o.s.db, &pause, service_now(&d.o.s), NULL), OK);
    assert_int_equal(sql_commit(d.o.s.db), OK);
    names(&d, "0639980171");
    assert_int_equal(office_in_state(&d.o, OUTBOX_HELD_BACK), 0);
    assert_int_equal(sessions_load(d.o.s.db, d.karim, &d.o.a, &t), OK);
    assert_int_equal(t.session.n, 0);
    close_desk(&d);
}

static void a_ring_of_people_ends_with_a_case(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    office_youth(&d.o, "Léa", LEA);
    office_says(&d.o, INES, "ronde");
    office_pass(&d.o, 3 * MS_DAY);
    /* handed on three times: to Karim, to Léa, to Inès again, and there it stays */
    assert_int_equal(office_count(&d.o, INES, "Ronde."), 2);
    assert_int_equal(office_count(&d.o, KARIM, "Ronde."), 1);
    assert_int_equal(office_count(&d.o, LEA, "Ronde."), 1);
    struct case_row *c;
    size_t n = 0;
    assert_int_equal(cases_list(d.o.s.db, 0, 10, &d.o.a, &c, &n), OK);
    assert_int_equal(n, 1);
    check_str(c[0].reason, "start_chain");
    close_desk(&d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_other_hears_of_it_once_a_day),
        cmocka_unit_test(it_begins_when_it_may_leave),
        cmocka_unit_test(nobody_is_made_and_nobody_is_told),
        cmocka_unit_test(who_said_stop_or_left_hears_nothing),
        cmocka_unit_test(who_asked_for_a_pause_is_left_in_peace),
        cmocka_unit_test(a_ring_of_people_ends_with_a_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
