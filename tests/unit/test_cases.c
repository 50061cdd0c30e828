/* test_cases.c - conversations for humans, the staff who answer, settings, audit, flow
 * versions. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/db_fixture.h"

#include "db/audit.h"
#include "db/cases.h"
#include "db/programs.h"
#include "db/reports.h"
#include "db/settings.h"
#include "db/staff.h"

static int64_t a_staff(struct fixture *f, const char *login) {
    struct staff s = {.login = str_from(login),
                      .name = str_from(login),
                      .role = STAFF_ADVISOR,
                      .active = true};
    assert_ok(staff_put(f->db, &s, T0));
    return s.id;
}

static int64_t open_case(struct fixture *f, int64_t contact, const char *reason, bool urgent,
                         bool pause, int64_t now_ms) {
    struct case_row c = {.contact_id = contact,
                         .reason = str_from(reason),
                         .quote = STR("c koi"),
                         .urgent = urgent,
                         .pause = pause};
    IN_WRITE(f, cases_open(f->db, &c, NULL, now_ms, NULL));
    return c.id;
}

static void a_case_finds_the_referent_or_the_delegate(void **state) {
    struct fixture *f = *state;
    int64_t a = fixture_person(f, 1), sonia = a_staff(f, "sonia"), karim = a_staff(f, "karim");
    struct case_row c;
    assert_ok(contacts_set_referent(f->db, a, sonia));
    int64_t id = open_case(f, a, "unclear", false, false, T0);
    assert_ok(cases_get(f->db, id, &f->a, &c));
    assert_true(c.owner_id == sonia && c.state == CASE_OPEN);
    assert_str(c.first_name, "Inès1");
    assert_str(c.quote, "c koi");
    assert_ok(cases_close(f->db, id, sonia, T0 + 1));
    assert_ok(staff_set_absence(f->db, sonia, T0 + MS_DAY, karim));
    id = open_case(f, a, "human", false, false, T0 + 2);
    assert_ok(cases_get(f->db, id, &f->a, &c));
    assert_true(c.owner_id == karim);
    assert_ok(cases_close(f->db, id, karim, T0 + 3));
    id = open_case(f, a, "human", false, false, T0 + MS_DAY); /* back again */
    assert_ok(cases_get(f->db, id, &f->a, &c));
    assert_true(c.owner_id == sonia);
}

static void absences_never_go_in_circles(void **state) {
    struct fixture *f = *state;
    int64_t a = a_staff(f, "a"), b = a_staff(f, "b"), duty = -1;
    assert_ok(staff_set_absence(f->db, a, T0 + 1, b));
    assert_ok(staff_set_absence(f->db, b, T0 + 1, a));
    assert_ok(staff_on_duty(f->db, a, T0, &duty));
    assert_int_equal(duty, 0); /* both away: anybody */
    assert_ok(staff_on_duty(f->db, a, T0 + 1, &duty));
    assert_true(duty == a);
    assert_ok(staff_on_duty(f->db, 4711, T0, &duty));
    assert_int_equal(duty, 0);
}

static void one_open_case_a_person(void **state) {
    struct fixture *f = *state;
    int64_t a = fixture_person(f, 1), first = open_case(f, a, "unclear", false, false, T0);
    struct case_row c = {
        .contact_id = a, .reason = STR("distress"), .urgent = true, .pause = true};
    struct talk t;
    bool is_new = true;
    assert_ok(sessions_load(f->db, a, &f->a, &t));
    IN_WRITE(f, cases_open(f->db, &c, &t, T0 + 5, &is_new));
    assert_false(is_new);
    assert_true(c.id == first && t.paused_case == first);
    IN_WRITE(f, sessions_put(f->db, &t)); /* the turn's own write still goes through */
    assert_ok(cases_of(f->db, a, &f->a, &c));
    assert_true(c.urgent && c.pause && c.opened_ms == T0);
    assert_str(c.reason, "distress");
    assert_str(c.quote, "c koi"); /* no new words: the old ones stay */
    assert_ok(cases_close(f->db, first, 0, T0 + 6));
    assert_ok(sessions_load(f->db, a, &f->a, &t));
    assert_true(t.paused_case == 0);
    assert_int_equal(cases_of(f->db, a, &f->a, &c), NONE);
    assert_int_equal(cases_close(f->db, first, 0, T0 + 7), E_STATE);
    assert_true(open_case(f, a, "human", false, false, T0 + 8) != first);
}

static void taking_giving_back_and_stealing(void **state) {
    struct fixture *f = *state;
    int64_t a = fixture_person(f, 1), sonia = a_staff(f, "sonia"), karim = a_staff(f, "karim");
    int64_t id = open_case(f, a, "human", false, true, T0);
    struct case_row c;
    assert_ok(cases_take(f->db, id, sonia, T0 + 1));
    assert_ok(cases_take(f->db, id, sonia, T0 + 2)); /* twice by the same is fine */
    assert_int_equal(cases_take(f->db, id, karim, T0 + 2), E_STATE);
    assert_ok(cases_hand(f->db, id, karim));
    assert_ok(cases_take(f->db, id, karim, T0 + 3));
    assert_ok(cases_get(f->db, id, &f->a, &c));
    assert_true(c.taken_by == karim && c.taken_ms == T0 + 1 && c.state == CASE_TAKEN);
    assert_ok(cases_close(f->db, id, karim, T0 + 4));
    assert_int_equal(cases_take(f->db, id, sonia, T0 + 5), E_STATE);
    assert_int_equal(cases_hand(f->db, id, sonia), E_STATE);
}

static void the_list_has_urgent_first_then_the_oldest(void **state) {
    struct fixture *f = *state;
    int64_t sonia = a_staff(f, "sonia"), karim = a_staff(f, "karim"), who[4], id[4];
    struct case_row *list;
    struct case_counts c;
    size_t n;
    for (int i = 0; i < 4; i++) {
        who[i] = fixture_person(f, i);
        assert_ok(contacts_set_referent(f->db, who[i], i == 3 ? 0 : i == 2 ? karim : sonia));
        id[i] = open_case(f, who[i], "x", i == 1, false, T0 + i);
    }
    assert_ok(cases_list(f->db, 0, 10, &f->a, &list, &n));
    assert_int_equal(n, 4);
    assert_true(list[0].id == id[1] && list[1].id == id[0] && list[2].id == id[2]);
    assert_ok(cases_list(f->db, sonia, 10, &f->a, &list, &n));
    assert_int_equal(n, 3); /* hers and nobody's */
    assert_ok(cases_take(f->db, id[2], sonia, T0 + 9));
    assert_ok(cases_list(f->db, sonia, 10, &f->a, &list, &n));
    assert_int_equal(n, 4);
    assert_ok(cases_count(f->db, 0, &c));
    assert_true(c.open == 3 && c.taken == 1 && c.urgent == 1 && c.oldest_ms == T0);
    struct report_overview r;
    assert_ok(reports_overview(f->db, &r));
    assert_true(r.cases_open == 4 && r.cases_urgent == 1 && r.enrolled == 4 &&
                r.outbox_queued == 0);
}

static void logins_lock_after_five_mistakes(void **state) {
    struct fixture *f = *state;
    int64_t id = a_staff(f, "sonia");
    struct staff s, twin = {.login = STR("sonia"), .name = STR("x"), .active = true};
    assert_int_equal(staff_put(f->db, &twin, T0), E_CONFLICT);
    assert_ok(staff_set_hash(f->db, id, STR("$argon2id$x")));
    for (int i = 0; i < 5; i++) {
        assert_ok(staff_get(f->db, id, &f->a, &s));
        assert_int_equal(s.locked_until_ms, 0);
        assert_ok(staff_login(f->db, id, false, MS_MINUTE, T0));
    }
    assert_ok(staff_by_login(f->db, STR("sonia"), &f->a, &s));
    assert_true(s.failures == 5 && s.locked_until_ms == T0 + MS_MINUTE);
    assert_ok(staff_login(f->db, id, true, MS_MINUTE, T0 + 2));
    assert_ok(staff_get(f->db, id, &f->a, &s));
    assert_true(s.failures == 0 && s.locked_until_ms == 0 && s.last_login_ms == T0 + 2);
    s.name = STR("Sonia B.");
    s.hash = STR("");
    assert_ok(staff_put(f->db, &s, T0));
    assert_ok(staff_get(f->db, id, &f->a, &s));
    assert_str(s.hash, "$argon2id$x"); /* an empty one does not erase it */
    assert_int_equal(staff_by_login(f->db, STR("nobody"), &f->a, &s), NONE);
}

static void sessions_end(void **state) {
    struct fixture *f = *state;
    int64_t id = a_staff(f, "sonia");
    struct staff_session s = {.token_hash = STR("abc"),
                              .csrf = STR("tok"),
                              .staff_id = id,
                              .created_ms = T0,
                              .expires_ms = T0 + MS_HOUR},
                         got;
    struct staff who;
    assert_ok(staff_session_open(f->db, &s));
    assert_ok(staff_session_find(f->db, STR("abc"), T0 + 1, &f->a, &got, &who));
    assert_true(who.id == id && got.expires_ms == T0 + MS_HOUR);
    assert_str(got.csrf, "tok");
    assert_int_equal(staff_session_find(f->db, STR("abd"), T0 + 1, &f->a, &got, &who), NONE);
    assert_int_equal(staff_session_find(f->db, STR("abc"), T0 + MS_HOUR, &f->a, &got, &who),
                     NONE);
    assert_ok(staff_session_touch(f->db, STR("abc"), T0 + 2 * MS_HOUR, T0 + 1));
    assert_ok(staff_session_find(f->db, STR("abc"), T0 + MS_HOUR, &f->a, &got, &who));
    who.active = false;
    assert_ok(staff_put(f->db, &who, T0));
    assert_int_equal(staff_session_find(f->db, STR("abc"), T0 + 1, &f->a, &got, &who), NONE);
    assert_ok(staff_session_clear(f->db, 0, T0));
    assert_ok(staff_session_touch(f->db, STR("abc"), T0, T0));
    assert_ok(staff_session_clear(f->db, 0, T0));
    assert_int_equal(staff_session_touch(f->db, STR("abc"), T0, T0), NONE);
    struct staff *list;
    size_t n;
    assert_ok(staff_list(f->db, true, &f->a, &list, &n));
    assert_int_equal(n, 0);
    assert_ok(staff_list(f->db, false, &f->a, &list, &n));
    assert_int_equal(n, 1);
}

static void settings_and_secrets(void **state) {
    struct fixture *f = *state;
    struct str v, w;
    struct setting *list;
    size_t n;
    assert_ok(settings_put(f->db, STR("org.name"), STR("Mission locale"), T0));
    assert_ok(settings_put(f->db, STR("org.name"), STR("Rebond"), T0));
    assert_ok(settings_put(f->db, STR("sms.price"), STR("12"), T0));
    IN_WRITE(f, settings_secret(f->db, STR("optout"), &f->a, &v));
    IN_WRITE(f, settings_secret(f->db, STR("optout"), &f->a, &w));
    assert_int_equal(v.n, 32);
    assert_true(str_eq(v, w));
    assert_ok(settings_list(f->db, STR(""), &f->a, &list, &n));
    assert_int_equal(n, 2); /* secrets are never listed */
    assert_ok(settings_list(f->db, STR("org."), &f->a, &list, &n));
    assert_true(n == 1 && str_is(list->value, "Rebond"));
}

static void the_audit_is_read_back(void **state) {
    struct fixture *f = *state;
    struct audit *list;
    int64_t n;
    size_t k;
    for (int i = 0; i < 5; i++) {
        const struct audit a = {.staff_id = 1 + i % 2,
                                .verb = STR("contact.view"),
                                .object = STR("contact"),
                                .object_id = i};
        assert_ok(audit_put(f->db, &a, T0 + i));
    }
    assert_ok(audit_list(f->db, 0, STR(""), 0, 0, 3, &f->a, &list, &k));
    assert_int_equal(k, 3);
    assert_true(list[0].at_ms == T0 + 4);
    assert_ok(audit_list(f->db, 0, STR(""), 0, list[2].id, 10, &f->a, &list, &k));
    assert_int_equal(k, 2);
    assert_ok(audit_list(f->db, 2, STR(""), 0, 0, 10, &f->a, &list, &k));
    assert_int_equal(k, 2);
    assert_ok(audit_list(f->db, 0, STR("contact"), 3, 0, 10, &f->a, &list, &k));
    assert_true(k == 1 && list->staff_id == 2);
    assert_ok(audit_forget(f->db, T0 + 3, &n));
    assert_int_equal(n, 3);
}

static void a_version_in_use_is_kept(void **state) {
    struct fixture *f = *state;
    int64_t a = fixture_person(f, 1), n;
    struct program_row p, *list;
    struct talk t;
    size_t k;
    assert_ok(programs_put(f->db, STR("aaaa1111"), STR("inscription"), STR("flow: 1"), T0));
    assert_ok(programs_put(f->db, STR("bbbb2222"), STR("inscription"), STR("flow: 2"), T0));
    assert_ok(programs_put(f->db, STR("cccc3333"), STR("inscription"), STR("flow: 3"), T0));
    assert_ok(
        programs_put(f->db, STR("cccc3333"), STR("inscription"), STR("flow: 3"), T0 + MS_DAY));
    assert_ok(sessions_load(f->db, a, &f->a, &t));
    t.session = STR("{\"frames\":[{\"hash\":\"aaaa1111\"}]}");
    IN_WRITE(f, sessions_put(f->db, &t));
    assert_ok(programs_forget(f->db, T0 + 1, &n));
    assert_int_equal(n, 1);
    assert_int_equal(programs_get(f->db, STR("bbbb2222"), &f->a, &p), NONE);
    assert_ok(programs_get(f->db, STR("aaaa1111"), &f->a, &p));
    assert_str(p.source, "flow: 1");
    assert_ok(programs_list(f->db, &f->a, &list, &k));
    assert_true(k == 2 && str_is(list[0].hash, "cccc3333") && list[0].since_ms == T0);
}

static void words_nobody_understood_are_counted(void **state) {
    struct fixture *f = *state;
    struct case_quote *q;
    size_t n = 0;
    for (int i = 1; i <= 3; i++) {
        struct case_row c = {.contact_id = fixture_person(f, i),
                             .reason = STR("unclear"),
                             .quote = i == 3 ? STR("blabla") : STR("kestuveu")};
        IN_WRITE(f, cases_open(f->db, &c, NULL, T0 + i, NULL));
    }
    assert_ok(cases_quotes(f->db, STR("unclear"), 10, &f->a, &q, &n));
    assert_int_equal(n, 2);
    assert_true(str_is(q[0].quote, "kestuveu") && q[0].n == 2 && q[0].last_ms == T0 + 2);
    assert_true(str_is(q[1].quote, "blabla") && q[1].n == 1);
}

static void traffic_of_a_day(void **state) {
    struct fixture *f = *state;
    struct report_traffic r;
    fixture_receive(f, 1, "1", "a", T0);
    fixture_receive(f, 1, "2", "b", T0 + MS_DAY);
    assert_ok(reports_traffic(f->db, T0, T0 + MS_DAY, &r));
    assert_true(r.received == 1 && r.sent == 0 && r.segments == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_case_finds_the_referent_or_the_delegate),
        FIXTURE_TEST(absences_never_go_in_circles),
        FIXTURE_TEST(one_open_case_a_person),
        FIXTURE_TEST(taking_giving_back_and_stealing),
        FIXTURE_TEST(the_list_has_urgent_first_then_the_oldest),
        FIXTURE_TEST(logins_lock_after_five_mistakes),
        FIXTURE_TEST(sessions_end),
        FIXTURE_TEST(settings_and_secrets),
        FIXTURE_TEST(the_audit_is_read_back),
        FIXTURE_TEST(a_version_in_use_is_kept),
        FIXTURE_TEST(words_nobody_understood_are_counted),
        FIXTURE_TEST(traffic_of_a_day),
    };
    FIXTURE_RUN("cases", tests);
}
