/* test_handback.c - the staff free somebody who is stuck, or begin a conversation with them. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include "db/contacts.h"
#include "db/inbox.h"
#include "db/sessions.h"
#include "db/sql.h"
#include "jobs/handback.h"

#define AWA "+33639980150"

static void in_write(struct office *o, enum rc rc) {
    assert_int_equal(rc, OK);
    assert_int_equal(sql_commit(o->s.db), OK);
    office_settle(o);
}

static void release(struct office *o, int64_t who) {
    assert_int_equal(sql_begin(o->s.db, SQL_WRITE), OK);
    in_write(o, handback_release(o->s.db, who, service_now(&o->s)));
}

static void begin(struct office *o, int64_t who, const char *flow) {
    int64_t now = service_now(&o->s);
    assert_int_equal(sql_begin(o->s.db, SQL_WRITE), OK);
    in_write(o, handback_start(o->s.db, who, str_from(flow), now, now));
}

static void freed_person_is_asked_nothing_more(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    office_says(&o, AWA, "salut");
    office_expect(&o, AWA, "prénom");
    int64_t awa = office_contact(&o, AWA);
    release(&o, awa);
    office_says(&o, AWA, "horaires"); /* no first name: nothing is asked any more */
    assert_int_equal(office_count(&o, AWA, "prénom"), 1);
    office_says(&o, AWA, "salut");
    assert_int_equal(office_count(&o, AWA, "prénom"), 2);
    office_close(&o);
}

static void what_waited_its_turn_goes_on(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    int64_t awa = office_youth(&o, "Awa", AWA);
    office_says(&o, AWA, "j'ai une idée");
    office_expect(&o, AWA, "idée pour le groupe");
    begin(&o, awa, "silence");
    assert_int_equal(office_count(&o, AWA, "pas de nouvelles"), 0); /* one question at a time */
    release(&o, awa);
    assert_int_equal(office_count(&o, AWA, "pas de nouvelles"), 1);
    office_says(&o, AWA, "oui");
    office_expect(&o, AWA, "un conseiller te contacte");
    office_close(&o);
}

static void nobody_is_begun_with_after_stop(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    int64_t awa = office_youth(&o, "Awa", AWA);
    office_says(&o, AWA, "stop");
    begin(&o, awa, "silence");
    office_pass(&o, MS_DAY);
    assert_int_equal(office_count(&o, AWA, "pas de nouvelles"), 0);
    office_close(&o);
}

/* During a pause no question is open that nobody was shown: "oui" would be its answer. */
static void nothing_begins_by_itself_during_a_pause(void **unused) {
    (void)unused;
    struct office o;
    struct talk t;
    office_open(&o, NULL, NULL);
    int64_t awa = office_youth(&o, "Awa", AWA);
    assert_int_equal(sql_begin(o.s.db, SQL_WRITE), OK);
    assert_int_equal(sql_run(o.s.db, "UPDATE contacts SET pause_until_ms = $1 WHERE id = $2",
                             SQL_I(service_now(&o.s) + 3 * MS_DAY), SQL_I(awa)),
                     OK);
    assert_int_equal(sql_commit(o.s.db), OK);
    begin(&o, awa, "silence");
    office_pass(&o, MS_HOUR);
    assert_int_equal(sessions_load(o.s.db, awa, &o.a, &t), OK);
    assert_true(str_find(t.session, STR("silence"), 0) == SIZE_MAX);
    assert_int_equal(office_in_state(&o, OUTBOX_HELD_BACK), 0);
    office_pass(&o, 4 * MS_DAY);
    begin(&o, awa, "silence");
    office_pass(&o, MS_DAY);
    assert_int_equal(office_count(&o, AWA, "pas de nouvelles"), 1);
    office_close(&o);
}

static void nobody_there_to_free(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    assert_int_equal(sql_begin(o.s.db, SQL_WRITE), OK);
    assert_int_equal(handback_release(o.s.db, 12345, service_now(&o.s)), NONE);
    sql_rollback(o.s.db);
    office_close(&o);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(freed_person_is_asked_nothing_more),
        cmocka_unit_test(what_waited_its_turn_goes_on),
        cmocka_unit_test(nobody_is_begun_with_after_stop),
        cmocka_unit_test(nothing_begins_by_itself_during_a_pause),
        cmocka_unit_test(nobody_there_to_free),
    };
    return cmocka_run_group_tests_name("handback", tests, NULL, NULL);
}
