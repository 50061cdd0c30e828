/* test_signup.c - the first journey: an unknown number texts, is understood, is answered, and
 * can come back days later. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include <stdio.h>

#include "db/cases.h"
#include "db/contacts.h"
#include "db/db.h"
#include "jobs/receive.h"
#include "db/inbox.h"
#include "db/tags.h"

#define INES "+33639980160"

static struct contact person(struct office *o, const char *phone) {
    struct contact c;
    assert_int_equal(contacts_get(o->s.db, office_contact(o, phone), &o->a, &c), OK);
    return c;
}

static void sign_up_in_one_go(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    office_says(&o, INES, "SALUT");
    assert_true(office_count(&o, INES, "Mission Locale du Val Rosay") >= 1);
    assert_true(office_count(&o, INES, "STOP") >= 1);
    office_expect(&o, INES, "prénom");
    office_says(&o, INES, "moi c inès");
    office_expect(&o, INES, "naissance");
    office_says(&o, INES, "12 mars 06");
    office_expect(&o, INES, "ville");
    office_says(&o, INES, "merignac");
    office_expect(&o, INES, "intéresse");
    office_says(&o, INES, "1 et 3");
    assert_int_equal(office_count(&o, INES, "inscription est faite"), 1);
    struct contact c = person(&o, INES);
    assert_int_equal(c.status, CONTACT_ENROLLED);
    check_str(c.commune, "Mérignac");
    check_str(c.insee, "33281"); /* what a broadcast selects by */
    assert_int_equal(date_cmp(c.born, date_make(2006, 3, 12)), 0);
    struct str *tag;
    size_t n = 0;
    assert_int_equal(tags_list(o.s.db, c.id, &o.a, &tag, &n), OK);
    assert_int_equal(n, 2);
    struct str *text;
    assert_in_range(office_texts(&o, INES, &text), 5,
                    8); /* at most seven questions and a good-bye */
    office_close(&o);
}

static void resumes_days_later_at_the_same_question(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    office_says(&o, INES, "bonjour");
    office_says(&o, INES, "Inès");
    office_pass(&o, 4 * MS_DAY);
    office_restart(&o);
    office_says(&o, INES, "12/03/2006");
    office_expect(&o, INES, "ville");
    office_close(&o);
}

/* DOMAIN row 26: the edges of age take the right path. */
static void ages_take_their_own_path(void **unused) {
    (void)unused;
    static const struct {
        const char *phone, *born, *words;
    } CASES[] = {
        {"+33639980161", "04/03/2011", "à partir de"}, /* 14: fifteen tomorrow */
        {"+33639980162", "03/03/2011", "parent"},      /* 15 today: a minor's path */
        {"+33639980163", "03/03/2008", "ville"},       /* 18 today */
        {"+33639980164", "04/03/2000", "ville"},       /* 25, until tomorrow */
        {"+33639980165", "03/03/2000", "RQTH"},        /* 26 today */
    };
    struct office o;
    office_open(&o, NULL, NULL);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        office_says(&o, CASES[i].phone, "salut");
        office_says(&o, CASES[i].phone, "Alex");
        office_says(&o, CASES[i].phone, CASES[i].born);
        office_expect(&o, CASES[i].phone, CASES[i].words);
    }
    office_close(&o);
}

static void two_misunderstood_answers_reach_a_human(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    office_says(&o, INES, "salut");
    office_says(&o, INES, "Inès");
    office_says(&o, INES, "bah je sais plus trop mdr");
    office_says(&o, INES, "blablabla");
    office_says(&o, INES, "encore du blabla");
    struct case_row c;
    assert_int_equal(cases_of(o.s.db, office_contact(&o, INES), &o.a, &c), OK);
    office_close(&o);
}

static void same_delivery_twice_is_one_message(void **unused) {
    (void)unused;
    struct office o;
    struct str *text;
    office_open(&o, NULL, NULL);
    office_receives(&o, INES, "salut", "same-id");
    office_receives(&o, INES, "salut", "same-id");
    office_settle(&o);
    size_t n = office_texts(&o, INES, &text);
    office_receives(&o, INES, "salut", "same-id");
    office_settle(&o);
    assert_int_equal(office_texts(&o, INES, &text), n);
    office_close(&o);
}

static void answer_in_several_messages_is_joined(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    office_says(&o, INES, "salut");
    office_says(&o, INES, "Inès");
    office_receives(&o, INES, "le 12", "a");
    office_settle(&o);
    office_pass(&o, 5 * MS_SECOND);
    office_receives(&o, INES, "mars", "b");
    office_settle(&o);
    office_receives(&o, INES, "2006", "c");
    office_settle(&o);
    office_pass(&o, MS_MINUTE);
    office_expect(&o, INES, "ville");
    assert_int_equal(date_cmp(person(&o, INES).born, date_make(2006, 3, 12)), 0);
    office_close(&o);
}

/* DOMAIN row 24: an unknown number that only wants the address is not enrolled in anything. */
static void info_stores_nothing_more(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    office_says(&o, INES, "ADRESSE");
    office_expect(&o, INES, "Tilleuls");
    assert_int_equal(person(&o, INES).status, CONTACT_STRANGER);
    office_close(&o);
}

static void asking_who_writes_is_answered_then_the_question_returns(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    office_says(&o, INES, "salut");
    office_says(&o, INES, "c ki ?");
    office_expect(&o, INES, "prénom");
    office_says(&o, INES, "Inès");
    office_expect(&o, INES, "naissance");
    office_close(&o);
}

/* A database that is full takes nothing in, so that the provider tries again; nothing is half
 * stored. */
static void full_disk_refuses_then_takes_it(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    db_fault_set(o.s.db, DB_FAULT_FULL, 1, true);
    office_receives(&o, INES, "salut", "m1");
    for (int i = 0; i < 3; i++) {
        service_round(&o.s, 0);
    }
    db_fault_set(o.s.db, DB_FAULT_NONE, 0, false);
    office_settle(&o);
    assert_int_equal(office_contact(&o, INES), 0); /* it was answered 503 */
    office_receives(&o, INES, "salut", "m1");
    office_settle(&o);
    assert_true(office_count(&o, INES, "Mission Locale") >= 1);
    office_close(&o);
}

/* Several people in one batch, and the database refuses one statement of it, each time another
 * one: all get what somebody gets whose message came alone. */
static void one_refusal_costs_nobody_a_turn(void **unused) {
    static const char *const PHONES[] = {"+33639980171", "+33639980172", "+33639980173"};
    static const char *const SAYS[] = {"salut", "Inès",   "12/03/2006", "Lormont",
                                       "oui",   "c ki ?", "salut",      "menu"};
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    for (int i = 0; i < 8; i++) {
        char id[32];
        office_says(&o, INES, SAYS[i]);
        for (int k = 0; k < 3; k++) {
            snprintf(id, sizeof id, "b%d-%d", i, k);
            office_receives(&o, PHONES[k], SAYS[i], id);
        }
        assert_int_equal(receive_batch(&o.s), 3);
        db_fault_set(o.s.db, DB_FAULT_FULL, 5 + 13 * i, false);
        for (int k = 0; k < 3; k++) {
            service_round(&o.s, 0);
        }
        db_fault_set(o.s.db, DB_FAULT_NONE, 0, false);
        office_pass(&o, MS_MINUTE);
        struct str *text;
        size_t n = office_texts(&o, INES, &text);
        for (int k = 0; k < 3; k++) {
            assert_int_equal(office_texts(&o, PHONES[k], &text), n);
        }
    }
    office_close(&o);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sign_up_in_one_go),
        cmocka_unit_test(resumes_days_later_at_the_same_question),
        cmocka_unit_test(ages_take_their_own_path),
        cmocka_unit_test(two_misunderstood_answers_reach_a_human),
        cmocka_unit_test(same_delivery_twice_is_one_message),
        cmocka_unit_test(answer_in_several_messages_is_joined),
        cmocka_unit_test(info_stores_nothing_more),
        cmocka_unit_test(asking_who_writes_is_answered_then_the_question_returns),
        cmocka_unit_test(full_disk_refuses_then_takes_it),
        cmocka_unit_test(one_refusal_costs_nobody_a_turn),
    };
    return cmocka_run_group_tests_name("signup", tests, NULL, NULL);
}
