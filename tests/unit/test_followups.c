/* test_followups.c - four waves from a contract, their states, the call list, the figures. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/db_fixture.h"

#include "db/followups.h"
#include "db/reports.h"
#include "db/staff.h"

static struct followup start(struct fixture *f, int64_t contact, struct date on) {
    struct followup u = {.contact_id = contact,
                         .contract_date = on,
                         .kind = STR("cdd"),
                         .ends = date_make(2026, 7, 14)};
    IN_WRITE(f, followups_start(f->db, &u, T0));
    return u;
}

static struct wave *waves(struct fixture *f, int64_t followup) {
    struct wave *w;
    size_t n;
    assert_ok(followups_waves(f->db, followup, &f->a, &w, &n));
    assert_int_equal(n, 4);
    return w;
}

static void a_contract_makes_four_waves(void **state) {
    struct fixture *f = *state;
    int64_t a = fixture_person(f, 1);
    struct followup u = start(f, a, date_make(2026, 1, 15)), got;
    static const char *const DUE[] = {"2026-04-15", "2026-07-15", "2026-10-15", "2027-01-15"};
    struct wave *w = waves(f, u.id);
    for (int i = 0; i < 4; i++) {
        assert_str(date_iso(w[i].due, &f->a), DUE[i]);
        assert_int_equal(w[i].month, 3 * (i + 1));
        assert_int_equal(w[i].state, WAVE_PLANNED);
        assert_true(w[i].contact_id == a);
    }
    assert_ok(followups_of(f->db, a, &f->a, &got));
    assert_true(got.id == u.id && got.ends.month == 7);
    assert_ok(sql_begin(f->db, SQL_WRITE));
    assert_int_equal(followups_start(f->db, &u, T0), E_CONFLICT);
    assert_ok(sql_commit(f->db));
}

static void the_end_of_a_month_stays_one(void **state) {
    struct fixture *f = *state;
    struct followup u = start(f, fixture_person(f, 1), date_make(2025, 11, 30));
    struct wave *w = waves(f, u.id);
    assert_str(date_iso(w[0].due, &f->a), "2026-02-28");
    assert_str(date_iso(w[1].due, &f->a), "2026-05-30");
}

static void waves_become_due(void **state) {
    struct fixture *f = *state;
    struct wave *w;
    size_t n;
    start(f, fixture_person(f, 1), date_make(2026, 1, 15));
    start(f, fixture_person(f, 2), date_make(2026, 1, 14));
    assert_ok(followups_due(f->db, date_make(2026, 4, 13), 10, &f->a, &w, &n));
    assert_int_equal(n, 0);
    assert_ok(followups_due(f->db, date_make(2026, 4, 15), 10, &f->a, &w, &n));
    assert_int_equal(n, 2);
    assert_true(date_cmp(w[0].due, w[1].due) < 0);
    assert_ok(followups_asked(f->db, w[0].id, T0));
    assert_ok(followups_due(f->db, date_make(2026, 4, 15), 10, &f->a, &w, &n));
    assert_int_equal(n, 1);
}

static void answers_add_up(void **state) {
    struct fixture *f = *state;
    int64_t a = fixture_person(f, 1);
    struct followup u = start(f, a, date_make(2026, 1, 15));
    struct wave *w = waves(f, u.id), got;
    assert_int_equal(followups_open(f->db, a, &f->a, &got), NONE);
    assert_ok(followups_asked(f->db, w[0].id, T0 + 1));
    assert_ok(followups_asked(f->db, w[0].id, T0 + 2));
    assert_ok(followups_open(f->db, a, &f->a, &got));
    assert_true(got.id == w[0].id && got.attempts == 2 && got.asked_ms == T0 + 2);
    assert_ok(followups_answer(f->db, w[0].id, &(struct wave_answer){.situation = STR("cdi")},
                               T0 + 3));
    const struct wave_answer rest = {
        .success = STR("j'ai mon permis"), .need = STR("un logement"), .done = true};
    assert_ok(followups_answer(f->db, w[0].id, &rest, T0 + 4));
    assert_ok(followups_wave(f->db, w[0].id, &f->a, &got));
    assert_int_equal(got.state, WAVE_DONE);
    assert_str(got.situation, "cdi");
    assert_str(got.success, "j'ai mon permis");
    assert_str(got.need, "un logement");
    assert_int_equal(got.difficulty.n, 0);
    assert_int_equal(followups_asked(f->db, w[0].id, T0 + 5),
                     E_STATE); /* who answered is left alone */
    assert_int_equal(followups_open(f->db, a, &f->a, &got), NONE);
}

static void all_wave_moves(void **state) {
    static const char *const MAY[] = {
        /*               P A p D U R C: PLANNED ASKED PARTIAL DONE UNREACHED REFUSED CANCELLED
         */
        /* PLANNED   */ ".xxxxxx",
        /* ASKED     */ ".xxxxx.",
        /* PARTIAL   */ ".xxxxx.",
        /* DONE      */ "...x...",
        /* UNREACHED */ "..xxxx.",
        /* REFUSED   */ "...x...",
        /* CANCELLED */ ".......",
    };
    struct fixture *f = *state;
    struct followup u = start(f, fixture_person(f, 1), date_make(2026, 1, 15));
    struct wave *w = waves(f, u.id), got;
    for (int from = 0; from < 7; from++) {
        for (int to = 0; to < 7; to++) {
            bool may = MAY[from][to] == 'x';
            assert_int_equal(followups_may_move((enum wave_state)from, (enum wave_state)to),
                             may);
            assert_ok(sql_run(f->db, "UPDATE waves SET state = $1 WHERE id = $2",
                              SQL_C(followups_state_name((enum wave_state)from)),
                              SQL_I(w[0].id)));
            assert_int_equal(followups_move(f->db, w[0].id, (enum wave_state)to, T0),
                             may ? OK : E_STATE);
            assert_ok(followups_wave(f->db, w[0].id, &f->a, &got));
            assert_int_equal(got.state, may ? to : from);
        }
    }
}

static void who_does_not_answer_is_on_the_call_list(void **state) {
    struct fixture *f = *state;
    struct staff s = {
        .login = STR("sonia"), .name = STR("Sonia"), .role = STAFF_ADVISOR, .active = true};
    int64_t a = fixture_person(f, 1), b = fixture_person(f, 2);
    struct call *list;
    size_t n;
    assert_ok(staff_put(f->db, &s, T0));
    assert_ok(contacts_set_referent(f->db, a, s.id));
    struct wave *w = waves(f, start(f, a, date_make(2026, 1, 15)).id);
    struct wave *v = waves(f, start(f, b, date_make(2026, 1, 20)).id);
    assert_ok(followups_answer(
        f->db, w[0].id, &(struct wave_answer){.situation = STR("interim"), .done = true}, T0));
    assert_ok(followups_asked(f->db, w[1].id, T0));
    assert_ok(followups_move(f->db, w[1].id, WAVE_UNREACHED, T0));
    assert_ok(followups_move(f->db, v[0].id, WAVE_UNREACHED, T0));
    assert_ok(followups_calls(f->db, 0, &f->a, &list, &n));
    assert_int_equal(n, 2);
    assert_true(list[0].wave.id == v[0].id);
    assert_str(list[0].last_situation, "cdd"); /* nothing answered yet: the contract */
    assert_str(list[1].last_situation, "interim");
    assert_str(date_iso(list[1].last_on, &f->a), "2026-04-15");
    assert_true(str_eq(list[1].phone, fixture_tel(f, 1).value));
    assert_ok(followups_calls(f->db, s.id, &f->a, &list, &n));
    assert_true(n == 1 && list->wave.id == w[1].id && list->referent_id == s.id);
    assert_ok(
        followups_called(f->db, w[1].id, s.id, WAVE_UNREACHED, NULL, STR("répondeur"), T0 + 5));
    assert_ok(followups_calls(f->db, s.id, &f->a, &list, &n));
    assert_int_equal(n, 1);
    assert_str(list->wave.call_note, "répondeur");
    const struct wave_answer said = {.situation = STR("cdi")};
    assert_ok(
        followups_called(f->db, w[1].id, s.id, WAVE_DONE, &said, STR("au téléphone"), T0 + 6));
    assert_ok(followups_calls(f->db, s.id, &f->a, &list, &n));
    assert_int_equal(n, 0);
}

static void an_ended_followup_asks_no_more(void **state) {
    struct fixture *f = *state;
    int64_t a = fixture_person(f, 1);
    struct followup u = start(f, a, date_make(2026, 1, 15)), got;
    struct wave *w = waves(f, u.id);
    size_t n;
    assert_ok(followups_asked(f->db, w[0].id, T0));
    assert_ok(followups_end(f->db, u.id, T0));
    w = waves(f, u.id);
    assert_int_equal(w[0].state, WAVE_ASKED); /* a running one may still be answered */
    assert_int_equal(w[1].state, WAVE_CANCELLED);
    assert_int_equal(followups_of(f->db, a, &f->a, &got), NONE);
    assert_ok(followups_due(f->db, date_make(2028, 1, 1), 10, &f->a, &w, &n));
    assert_int_equal(n, 0);
}

static void figures_keep_the_unreached_apart(void **state) {
    struct fixture *f = *state;
    struct report_wave r[4];
    struct report_situation *s;
    size_t n;
    for (int i = 0; i < 10; i++) {
        struct wave *w = waves(f, start(f, fixture_person(f, i), date_make(2026, 1, 15)).id);
        const struct wave_answer said = {.situation = i < 4 ? STR("cdi") : STR("rien"),
                                         .done = true};
        if (i < 6) {
            assert_ok(followups_answer(f->db, w[0].id, &said, T0));
        } else if (i < 8) {
            assert_ok(followups_move(f->db, w[0].id, WAVE_UNREACHED, T0));
        } else if (i == 8) {
            assert_ok(followups_move(f->db, w[0].id, WAVE_REFUSED, T0));
        }
    }
    assert_ok(reports_waves(f->db, date_make(2026, 1, 1), date_make(2026, 12, 31), r));
    assert_true(r[0].month == 3 && r[0].due == 10 && r[0].done == 6 && r[0].unreached == 2);
    assert_true(r[0].refused == 1 && r[0].planned == 1 && r[1].planned == 10 && r[3].due == 0);
    assert_ok(reports_situations(f->db, 3, date_make(2026, 1, 1), date_make(2026, 12, 31),
                                 &f->a, &s, &n));
    assert_int_equal(n, 2);
    assert_str(s[0].situation, "cdi");
    assert_int_equal(s[0].n, 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_contract_makes_four_waves),
        FIXTURE_TEST(the_end_of_a_month_stays_one),
        FIXTURE_TEST(waves_become_due),
        FIXTURE_TEST(answers_add_up),
        FIXTURE_TEST(all_wave_moves),
        FIXTURE_TEST(who_does_not_answer_is_on_the_call_list),
        FIXTURE_TEST(an_ended_followup_asks_no_more),
        FIXTURE_TEST(figures_keep_the_unreached_apart),
    };
    FIXTURE_RUN("followups", tests);
}
