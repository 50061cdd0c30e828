/* test_trip.c - the whole life of a meetup in one SMS thread, and of a follow-up, as the people
 * in it see them. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include <stdio.h>

#include "db/cases.h"
#include "db/contacts.h"
#include "db/followups.h"
#include "db/meetups.h"
#include "db/places.h"
#include "db/sql.h"
#include "jobs/remind.h"

#define AWA "+33639980150"
#define TOM "+33639980151"
#define INES "+33639980152"

static void join(struct office *o, int64_t series, int64_t contact) {
    assert_int_equal(sql_begin(o->s.db, SQL_WRITE), OK);
    assert_int_equal(
        series_join(o->s.db, series, contact, MEMBER_COLLABORATEUR, service_now(&o->s)), OK);
    assert_int_equal(sql_commit(o->s.db), OK);
}

static int64_t next_meetup(struct office *o) {
    struct meetup m;
    assert_int_equal(meetups_next(o->s.db, 0, service_now(&o->s), &o->a, &m), OK);
    return m.id;
}

static enum place_state place_state(struct office *o, int64_t meetup, const char *phone) {
    struct place p;
    assert_int_equal(places_get(o->s.db, meetup, office_contact(o, phone), &o->a, &p), OK);
    return p.state;
}

/* DOMAIN row 1: three months -> three invitations, three pairs of reminders, none twice. */
static void three_months_of_meetups(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    join(&o, office_series(&o, 15), office_youth(&o, "Awa", AWA));
    for (int day = 0; day < 98; day++) { /* to the middle of June: 1 April, 6 May, 3 June */
        office_pass(&o, MS_DAY);
        if (office_count(&o, AWA, "Tu viens ?") > office_count(&o, AWA, "place est prise")) {
            office_says(&o, AWA, "ouai jvien");
        }
    }
    assert_int_equal(office_count(&o, AWA, "place est prise"), 3);
    assert_int_equal(office_count(&o, AWA, "Tu viens toujours"), 3);
    assert_int_equal(office_count(&o, AWA, "c'est aujourd'hui"), 3);
    office_close(&o);
}

/* DOMAIN row 11: after six silent weeks one message, and only one; "oui" brings an adviser. */
static void six_silent_weeks(void **unused) {
    (void)unused;
    struct office o;
    struct case_row c;
    office_open(&o, NULL, NULL);
    int64_t awa = office_youth(&o, "Awa", AWA);
    office_youth(&o, "Karim", "+33639980151"); /* never wrote: came from a list */
    office_says(&o, AWA, "merci");
    office_pass(&o, 41 * MS_DAY);
    assert_int_equal(office_count(&o, AWA, "pas de nouvelles"), 0);
    office_pass(&o, 3 * MS_DAY);
    assert_int_equal(office_count(&o, AWA, "pas de nouvelles"), 1);
    office_restart(&o);
    office_pass(&o, 40 * MS_DAY);
    assert_int_equal(office_count(&o, AWA, "pas de nouvelles"), 1);
    assert_int_equal(office_count(&o, "+33639980151", "pas de nouvelles"), 0);
    office_says(&o, AWA, "je veux parler à quelqu'un");
    assert_int_equal(cases_of(o.s.db, awa, &o.a, &c), OK);
    office_close(&o);
}

/* Invitations leave ten days before, at the hour of questions; reminders in the morning. */
static void invitation_leaves_ten_days_before(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    join(&o, office_series(&o, 15), office_youth(&o, "Awa", AWA));
    /* 1 April less ten days is Sunday 22 March: closed, so it leaves on Monday 23 at nine */
    office_pass(&o, 1774216800000LL - OFFICE_START); /* Sunday 22 March 2026, 23:00 */
    assert_int_equal(office_count(&o, AWA, "Rencontre des jeunes"), 0);
    office_pass(&o, 11 * MS_HOUR);
    assert_int_equal(office_count(&o, AWA, "mercredi 1er avril"), 1);
    office_expect(&o, AWA, "14h");
    office_close(&o);
}

/* An invitation that is due on a Sunday is not open before it has left on Monday: what is
 * written meanwhile is not its answer. */
static void nobody_answers_what_they_have_not_seen(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    join(&o, office_series(&o, 15), office_youth(&o, "Awa", AWA));
    office_pass(&o, 1774203600000LL - OFFICE_START); /* Sunday 22 March 2026, 19:20 */
    int64_t meetup = next_meetup(&o);
    office_says(&o, AWA, "oui");
    assert_int_equal(place_state(&o, meetup, AWA), PLACE_INVITED);
    office_pass(&o, 15 * MS_HOUR);
    assert_int_equal(office_count(&o, AWA, "Tu viens ?"), 1);
    office_says(&o, AWA, "oui");
    assert_int_equal(place_state(&o, meetup, AWA), PLACE_YES);
    office_close(&o);
}

static void full_meetup_waits_in_order_and_promotes(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    int64_t series = office_series(&o, 1);
    join(&o, series, office_youth(&o, "Awa", AWA));
    join(&o, series, office_youth(&o, "Tom", TOM));
    join(&o, series, office_youth(&o, "Ines", INES));
    office_pass(&o, 21 * MS_DAY);
    int64_t meetup = next_meetup(&o);
    office_says(&o, AWA, "oui");
    office_says(&o, TOM, "oui je viens");
    office_says(&o, INES, "ok");
    office_expect(&o, AWA, "place est prise");
    office_expect(&o, TOM, "Rang 1");
    office_expect(&o, INES, "Rang 2");
    office_says(&o, AWA, "annuler");
    if (place_state(&o, meetup, AWA) == PLACE_YES) {
        office_says(&o, AWA, "oui"); /* the flow asks which place is given back */
    }
    office_pass(&o, MS_MINUTE);
    assert_int_equal(place_state(&o, meetup, AWA), PLACE_CANCELLED);
    office_expect(&o, TOM, "se libère pour");
    assert_int_equal(office_count(&o, INES, "se libère pour"), 0);
    office_says(&o, TOM, "oui");
    assert_int_equal(place_state(&o, meetup, TOM), PLACE_YES);
    office_expect(&o, TOM, "place est prise");
    assert_int_equal(place_state(&o, meetup, INES), PLACE_WAITING);
    office_close(&o);
}

/* Nobody answers an offer: it goes to the next person, never to two at once. */
static void offer_that_nobody_takes_moves_on(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    int64_t series = office_series(&o, 1);
    join(&o, series, office_youth(&o, "Awa", AWA));
    join(&o, series, office_youth(&o, "Tom", TOM));
    join(&o, series, office_youth(&o, "Ines", INES));
    office_pass(&o, 21 * MS_DAY);
    int64_t meetup = next_meetup(&o);
    office_says(&o, AWA, "oui");
    office_says(&o, TOM, "oui");
    office_says(&o, INES, "oui");
    office_says(&o, AWA, "je peux plus venir, annule");
    if (place_state(&o, meetup, AWA) == PLACE_YES) {
        office_says(&o, AWA, "oui");
    }
    assert_int_equal(place_state(&o, meetup, TOM), PLACE_OFFERED);
    office_pass(&o, 26 * MS_HOUR);
    assert_int_equal(place_state(&o, meetup, TOM), PLACE_CANCELLED);
    assert_int_equal(office_count(&o, INES, "se libère pour"), 1);
    office_close(&o);
}

/* DOMAIN row 40: only those registered are told, and reminders do not follow. */
static void cancelled_meetup_is_told_to_the_registered(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    int64_t series = office_series(&o, 15);
    join(&o, series, office_youth(&o, "Awa", AWA));
    join(&o, series, office_youth(&o, "Tom", TOM));
    office_pass(&o, 21 * MS_DAY);
    office_says(&o, AWA, "oui");
    office_says(&o, TOM, "non");
    int64_t meetup = next_meetup(&o);
    assert_int_equal(sql_begin(o.s.db, SQL_WRITE), OK);
    assert_int_equal(remind_cancel(&o.s, meetup, "salle fermée", service_now(&o.s)), OK);
    assert_int_equal(sql_commit(o.s.db), OK);
    office_pass(&o, 20 * MS_HOUR);
    assert_int_equal(office_count(&o, AWA, "n'aura pas lieu"), 1);
    assert_int_equal(office_count(&o, TOM, "n'aura pas lieu"), 0);
    office_pass(&o, 10 * MS_DAY);
    assert_int_equal(office_count(&o, AWA, "Tu viens toujours"), 0);
    assert_int_equal(office_count(&o, AWA, "c'est aujourd'hui"), 0);
    office_close(&o);
}

static int64_t contract(struct office *o, int64_t contact, struct date on) {
    struct followup f = {.contact_id = contact, .contract_date = on, .kind = STR("cdd")};
    assert_int_equal(sql_begin(o->s.db, SQL_WRITE), OK);
    assert_int_equal(followups_start(o->s.db, &f, service_now(&o->s)), OK);
    assert_int_equal(sql_commit(o->s.db), OK);
    o->s.plan_ms = 0;
    return f.id;
}

static struct wave wave_at(struct office *o, int64_t followup, int i) {
    struct wave *w;
    size_t n = 0;
    assert_int_equal(followups_waves(o->s.db, followup, &o->a, &w, &n), OK);
    assert_int_equal(n, 4);
    return w[i];
}

/* DOMAIN row 17: due at 3, 6, 9 and 12 months; two retries without an answer, then the call
 * list. */
static void silent_person_ends_on_the_call_list(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    int64_t id = contract(&o, office_youth(&o, "Awa", AWA), date_make(2025, 12, 15));
    assert_int_equal(date_cmp(wave_at(&o, id, 0).due, date_make(2026, 3, 15)), 0);
    assert_int_equal(date_cmp(wave_at(&o, id, 3).due, date_make(2026, 12, 15)), 0);
    office_pass(&o, 12 * MS_DAY);
    assert_int_equal(office_count(&o, AWA, "situation"), 0);
    office_pass(&o, 20 * MS_DAY);
    assert_int_equal(office_count(&o, AWA, "situation"), 3); /* the question and two retries */
    struct wave w = wave_at(&o, id, 0);
    assert_int_equal(w.state, WAVE_UNREACHED);
    struct call *call;
    size_t n = 0;
    assert_int_equal(followups_calls(o.s.db, 0, &o.a, &call, &n), OK);
    assert_int_equal(n, 1);
    check_str(call[0].first_name, "Awa");
    check_str(call[0].last_situation, "cdd");
    office_close(&o);
}

/* A pause of thirty days is no silence: the check-in comes after it, with all its tries. */
static void check_in_waits_for_the_end_of_a_pause(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    int64_t id = contract(&o, office_youth(&o, "Awa", AWA), date_make(2025, 12, 15));
    office_pass(&o, 10 * MS_DAY);
    office_says(&o, AWA, "pause"); /* until the middle of April; due on 15 March */
    office_pass(&o, 25 * MS_DAY);
    assert_int_equal(office_count(&o, AWA, "situation"), 0);
    assert_int_equal(wave_at(&o, id, 0).state, WAVE_PLANNED);
    office_pass(&o, 10 * MS_DAY);
    assert_int_equal(office_count(&o, AWA, "situation") > 0, 1);
    office_close(&o);
}

/* DOMAIN row 18: a need opens an item for a human. */
static void answered_wave_is_done_and_a_need_is_heard(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    int64_t youth = office_youth(&o, "Awa", AWA);
    int64_t id = contract(&o, youth, date_make(2025, 12, 15));
    office_pass(&o, 14 * MS_DAY);
    assert_int_equal(office_count(&o, AWA, "situation"), 1);
    office_says(&o, AWA, "je suis en cdi maintenant");
    office_says(&o, AWA, "l'equipe est sympa");
    office_says(&o, AWA, "les transports");
    office_says(&o, AWA, "une aide pour le permis");
    struct wave w = wave_at(&o, id, 0);
    assert_int_equal(w.state, WAVE_DONE);
    check_str(w.situation, "cdi");
    check_str(w.need, "une aide pour le permis");
    struct case_row c;
    assert_int_equal(cases_of(o.s.db, youth, &o.a, &c), OK);
    office_pass(&o, 15 * MS_DAY);
    assert_int_equal(office_count(&o, AWA, "situation"), 1); /* no retry after an answer */
    office_close(&o);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_months_of_meetups),
        cmocka_unit_test(six_silent_weeks),
        cmocka_unit_test(invitation_leaves_ten_days_before),
        cmocka_unit_test(nobody_answers_what_they_have_not_seen),
        cmocka_unit_test(full_meetup_waits_in_order_and_promotes),
        cmocka_unit_test(offer_that_nobody_takes_moves_on),
        cmocka_unit_test(cancelled_meetup_is_told_to_the_registered),
        cmocka_unit_test(silent_person_ends_on_the_call_list),
        cmocka_unit_test(check_in_waits_for_the_end_of_a_pause),
        cmocka_unit_test(answered_wave_is_done_and_a_need_is_heard),
    };
    return cmocka_run_group_tests_name("trip", tests, NULL, NULL);
}
