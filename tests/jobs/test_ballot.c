/* test_ballot.c - a whole vote by text: asked, changed, closed at its time, told to its voters.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include <stdio.h>

#include "db/ballots.h"
#include "db/contacts.h"
#include "db/ideas.h"
#include "db/sql.h"
#include "jobs/ballot.h"

#define PEOPLE 40

static void phone_of(int i, char out[32]) {
    snprintf(out, 32, "+3363998%04d", 300 + i);
}

static int64_t draft(struct office *o, int64_t series_id, int64_t ms) {
    struct ballot b = {.title = STR("Quelle sortie en mai ?"),
                       .series_id = series_id,
                       .closes_ms = service_now(&o->s) + ms,
                       .option = {{STR("Foot"), 0}, {STR("Cuisine"), 0}, {STR("Ciné"), 0}},
                       .options = 3};
    assert_int_equal(ballots_put(o->s.db, &b, service_now(&o->s)), OK);
    return b.id;
}

static void open_ballot(struct office *o, int64_t id) {
    assert_int_equal(sql_begin(o->s.db, SQL_WRITE), OK);
    assert_int_equal(ballot_open(o->s.db, id, service_now(&o->s)), OK);
    assert_int_equal(sql_commit(o->s.db), OK);
    office_settle(o);
}

static struct ballot read(struct office *o, int64_t id) {
    struct ballot b;
    assert_int_equal(ballots_get(o->s.db, id, &o->a, &b), OK);
    return b;
}

/* DOMAIN row 9: 40 votes, 5 minds changed: 40 counted, the last vote wins, the result that is
 * told equals the tally. */
static void forty_vote_and_five_change(void **unused) {
    (void)unused;
    static const char *const WAYS[] = {"1", "la cuisine", "ciné"};
    struct office o;
    char phone[32];
    office_open(&o, NULL, NULL);
    for (int i = 0; i < PEOPLE + 1; i++) {
        phone_of(i, phone);
        office_youth(&o, "Awa", phone);
    }
    int64_t id = draft(&o, 0, 2 * MS_DAY);
    struct ballot before = read(&o, id);
    struct str shown = ballot_text(&o.config, &before, service_now(&o.s), &o.a);
    open_ballot(&o, id);
    office_pass(&o, MS_HOUR);
    assert_int_equal(read(&o, id).asked, PEOPLE + 1);
    for (int i = 0; i < PEOPLE; i++) {
        phone_of(i, phone);
        assert_true(str_eq(office_last(&o, phone), shown));
        office_says(&o, phone, WAYS[i % 3]);
        office_expect(&o, phone, "C'est noté");
    }
    for (int i = 0; i < 5; i++) {
        phone_of(i * 3, phone);
        office_says(&o, phone, "vote");
        office_says(&o, phone, "3");
        office_expect(&o, phone, "C'est noté : Ciné");
    }
    assert_int_equal(read(&o, id).voters, PEOPLE);
    office_restart(&o);
    office_pass(&o, 2 * MS_DAY);
    struct ballot b = read(&o, id);
    assert_int_equal(b.state, BALLOT_CLOSED);
    assert_int_equal(b.voters, PEOPLE);
    assert_true(str_is(ballot_result(&b, &o.a), "Ciné 18, Cuisine 13, Foot 9"));
    for (int i = 0; i < PEOPLE; i++) {
        phone_of(i, phone);
        assert_int_equal(office_count(&o, phone, "Ciné 18, Cuisine 13, Foot 9"), 1);
    }
    phone_of(PEOPLE, phone); /* never voted: is not told */
    assert_int_equal(office_count(&o, phone, "Résultat"), 0);
    phone_of(0, phone);
    office_says(&o, phone, "vote");
    office_expect(&o, phone, "Pas de vote en cours");
    office_close(&o);
}

static void late_answer_is_not_counted(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    office_youth(&o, "Inès", "+33639980300");
    int64_t id = draft(&o, 0, 3 * MS_HOUR);
    open_ballot(&o, id);
    office_pass(&o, MS_MINUTE);
    office_pass(&o, 3 * MS_HOUR);
    office_says(&o, "+33639980300", "1");
    office_expect(&o, "+33639980300", "clos");
    assert_int_equal(read(&o, id).voters, 0);
    office_close(&o);
}

static void cancelled_ballot_asks_nobody_more(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    office_youth(&o, "Inès", "+33639980300");
    office_pass(&o, 11 * MS_HOUR); /* 21:00: the question waits for the morning */
    int64_t id = draft(&o, 0, 2 * MS_DAY);
    open_ballot(&o, id);
    assert_int_equal(sql_begin(o.s.db, SQL_WRITE), OK);
    assert_int_equal(ballot_cancel(o.s.db, id), OK);
    assert_int_equal(sql_commit(o.s.db), OK);
    office_pass(&o, 2 * MS_DAY);
    assert_int_equal(office_count(&o, "+33639980300", "sortie"), 0);
    office_close(&o);
}

static void only_the_group_is_asked(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    int64_t in = office_youth(&o, "Inès", "+33639980300");
    office_youth(&o, "Karim", "+33639980301");
    int64_t series = office_series(&o, 0);
    assert_int_equal(sql_begin(o.s.db, SQL_WRITE), OK);
    assert_int_equal(series_join(o.s.db, series, in, MEMBER_PILOTE, service_now(&o.s)), OK);
    assert_int_equal(sql_commit(o.s.db), OK);
    open_ballot(&o, draft(&o, series, MS_DAY));
    office_pass(&o, MS_HOUR);
    assert_int_equal(office_count(&o, "+33639980300", "sortie"), 1);
    assert_int_equal(office_count(&o, "+33639980301", "sortie"), 0);
    office_says(&o, "+33639980301", "voter");
    office_expect(&o, "+33639980301", "Pas de vote en cours");
    office_close(&o);
}

static void ideas_reach_the_team(void **unused) {
    (void)unused;
    struct office o;
    struct idea *list;
    size_t n;
    office_open(&o, NULL, NULL);
    office_youth(&o, "Jade", "+33639980300");
    office_says(&o, "+33639980300", "J'ai une idée");
    office_says(&o, "+33639980300", "un potager derrière la mission locale");
    office_expect(&o, "+33639980300", "l'équipe lit ton idée");
    assert_int_equal(ideas_list(o.s.db, 10, &o.a, &list, &n), OK);
    assert_int_equal(n, 1);
    assert_true(str_is(list[0].words, "un potager derrière la mission locale"));
    office_close(&o);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forty_vote_and_five_change),
        cmocka_unit_test(late_answer_is_not_counted),
        cmocka_unit_test(cancelled_ballot_asks_nobody_more),
        cmocka_unit_test(only_the_group_is_asked),
        cmocka_unit_test(ideas_reach_the_team),
    };
    return cmocka_run_group_tests_name("ballot", tests, NULL, NULL);
}
