/* test_door.c - what must not leave does not leave: STOP, PAUSE, hours, cap, one question at a
 * time. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include "db/contacts.h"
#include "db/optouts.h"
#include "db/sessions.h"
#include "db/sql.h"
#include "jobs/hours.h"

#define AWA "+33639980150"

static int64_t queue(struct office *o, int64_t youth, const char *kind, const char *text) {
    struct outbox_row m = {.contact_id = youth,
                           .kind = str_from(kind),
                           .text = str_from(text),
                           .priority = 4,
                           .channel = STR("sms"),
                           .expires_ms = service_now(&o->s) + 3 * MS_DAY};
    assert_int_equal(sql_begin(o->s.db, SQL_WRITE), OK);
    assert_int_equal(outbox_put(o->s.db, &m, NULL, &o->a, service_now(&o->s)), OK);
    assert_int_equal(sql_commit(o->s.db), OK);
    return m.id;
}

static enum outbox_state state_of(struct office *o, int64_t id) {
    struct outbox_row m;
    assert_int_equal(outbox_get(o->s.db, id, &o->a, &m), OK);
    return m.state;
}

static void stop_is_confirmed_once_then_silence(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    int64_t youth = office_youth(&o, "Awa", AWA);
    office_says(&o, AWA, "stop svp");
    office_expect(&o, AWA, "écrira plus");
    struct str *text;
    size_t after_stop = office_texts(&o, AWA, &text);
    int64_t id = queue(&o, youth, "urgent", "La salle change");
    office_settle(&o);
    assert_int_equal(state_of(&o, id), OUTBOX_HELD_BACK);
    office_says(&o, AWA, "stop");
    assert_in_range(office_texts(&o, AWA, &text), after_stop, after_stop + 1);
    office_says(&o, AWA, "start");
    id = queue(&o, youth, "urgent", "La salle change");
    office_settle(&o);
    assert_int_equal(state_of(&o, id), OUTBOX_SENT);
    office_close(&o);
}

/* What was queued before the STOP does not leave after it. */
static void stop_holds_back_what_waits(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    int64_t youth = office_youth(&o, "Awa", AWA);
    office_pass(&o, 11 * MS_HOUR); /* nine in the evening: questions wait for the morning */
    int64_t id = queue(&o, youth, "question", "Une question du soir");
    office_settle(&o);
    assert_int_equal(state_of(&o, id), OUTBOX_QUEUED);
    office_says(&o, AWA, "Arrêtez de m'envoyer des messages");
    office_pass(&o, MS_DAY);
    assert_int_equal(state_of(&o, id), OUTBOX_HELD_BACK);
    office_close(&o);
}

static void stop_has_its_proof_in_the_ledger(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    int64_t youth = office_youth(&o, "Awa", AWA);
    office_says(&o, AWA, "STOP");
    struct optout *line;
    size_t n = 0;
    assert_int_equal(optouts_of(o.s.db, youth, &o.a, &line, &n), OK);
    assert_int_equal(n, 1);
    assert_true(line[0].out && line[0].scope == OPTOUT_ALL && line[0].inbox_id != 0);
    check_str(line[0].words, "STOP");
    office_close(&o);
}

static void quiet_hours_hold_questions_not_answers(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    int64_t youth = office_youth(&o, "Awa", AWA);
    office_pass(&o, 12 * MS_HOUR); /* 22:00 */
    int64_t question = queue(&o, youth, "question", "Une question");
    int64_t answer = queue(&o, youth, "reply", "Une réponse");
    office_settle(&o);
    assert_int_equal(state_of(&o, answer), OUTBOX_SENT);
    assert_int_equal(state_of(&o, question), OUTBOX_QUEUED);
    office_pass(&o, 11 * MS_HOUR + 30 * MS_MINUTE); /* 9:30 the next day */
    assert_int_equal(state_of(&o, question), OUTBOX_SENT);
    office_close(&o);
}

static void sundays_and_holidays_are_quiet(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    const struct config *c = &o.config;
    int64_t sunday = hours_at(c, date_make(2026, 3, 8), 12 * 60);
    int64_t easter_monday = hours_at(c, date_make(2026, 4, 6), 12 * 60);
    assert_false(hours_open(c, sunday));
    assert_false(hours_open(c, easter_monday));
    assert_int_equal(hours_next_open(c, easter_monday),
                     hours_at(c, date_make(2026, 4, 7), 9 * 60));
    assert_true(
        hours_open(c, hours_at(c, date_make(2026, 3, 7), 10 * 60))); /* Saturday at ten */
    assert_false(hours_open(c, hours_at(c, date_make(2026, 3, 7), 18 * 60)));
    office_close(&o);
}

static void late_reminder_expires(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    int64_t youth = office_youth(&o, "Awa", AWA);
    struct outbox_row m = {.contact_id = youth,
                           .kind = STR("reminder"),
                           .text = STR("C'est aujourd'hui"),
                           .channel = STR("sms"),
                           .expires_ms = service_now(&o.s) + MS_MINUTE,
                           .next_ms = service_now(&o.s) + MS_HOUR};
    assert_int_equal(sql_begin(o.s.db, SQL_WRITE), OK);
    assert_int_equal(outbox_put(o.s.db, &m, NULL, &o.a, service_now(&o.s)), OK);
    assert_int_equal(sql_commit(o.s.db), OK);
    office_pass(&o, 2 * MS_HOUR);
    assert_int_equal(state_of(&o, m.id), OUTBOX_EXPIRED);
    office_close(&o);
}

static void daily_cap_spreads_automatic_messages(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, "sending: {daily_cap: 2}\n");
    int64_t youth = office_youth(&o, "Awa", AWA);
    int64_t id[3];
    for (int i = 0; i < 3; i++) {
        id[i] = queue(&o, youth, "question", "Une question");
    }
    office_settle(&o);
    assert_int_equal(state_of(&o, id[0]), OUTBOX_SENT);
    assert_int_equal(state_of(&o, id[1]), OUTBOX_SENT);
    assert_int_equal(state_of(&o, id[2]), OUTBOX_QUEUED);
    office_pass(&o, MS_DAY);
    assert_int_equal(state_of(&o, id[2]), OUTBOX_SENT);
    office_close(&o);
}

static void pause_stops_questions_for_thirty_days(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    int64_t youth = office_youth(&o, "Awa", AWA);
    office_says(&o, AWA, "pause");
    int64_t id = queue(&o, youth, "survey", "Une question");
    office_settle(&o);
    assert_int_equal(state_of(&o, id), OUTBOX_HELD_BACK);
    office_pass(&o, 31 * MS_DAY);
    id = queue(&o, youth, "survey", "Une question");
    office_pass(&o, MS_DAY);
    assert_int_equal(state_of(&o, id), OUTBOX_SENT);
    office_close(&o);
}

/* DOMAIN row 14: a human now, help numbers, and no survey that day. */
static void distress_calls_a_human_and_silences_surveys(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    int64_t youth = office_youth(&o, "Awa", AWA);
    office_says(&o, AWA, "j'en peux plus de vivre");
    assert_true(office_count(&o, AWA, "3114") >= 1);
    assert_true(office_count(&o, AWA, "automatique") >= 1);
    int64_t id = queue(&o, youth, "survey", "Ta situation ?");
    office_pass(&o, 9 * MS_HOUR);
    assert_int_equal(state_of(&o, id), OUTBOX_QUEUED);
    office_close(&o);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stop_is_confirmed_once_then_silence),
        cmocka_unit_test(stop_holds_back_what_waits),
        cmocka_unit_test(stop_has_its_proof_in_the_ledger),
        cmocka_unit_test(quiet_hours_hold_questions_not_answers),
        cmocka_unit_test(sundays_and_holidays_are_quiet),
        cmocka_unit_test(late_reminder_expires),
        cmocka_unit_test(daily_cap_spreads_automatic_messages),
        cmocka_unit_test(pause_stops_questions_for_thirty_days),
        cmocka_unit_test(distress_calls_a_human_and_silences_surveys),
    };
    return cmocka_run_group_tests_name("door", tests, NULL, NULL);
}
