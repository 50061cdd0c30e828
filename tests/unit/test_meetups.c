/* test_meetups.c - series and meetups; places under pressure; waiting list; opinions; sheets.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/db_fixture.h"

#include "db/meetups.h"
#include "db/places.h"
#include "db/reports.h"
#include "db/series.h"

static struct series a_series(struct fixture *f) {
    struct series s = {
        .name = STR("mensuelle"),
        .title = STR("Rencontre du mois"),
        .rule = STR("FREQ=MONTHLY;BYDAY=1WE"),
        .start = date_make(2026, 1, 1),
        .at = STR("14:00"),
        .zone = STR("Europe/Paris"),
        .duration_min = 120,
        .venue = STR("Mérignac"),
        .way = STR("Tram A"),
        .capacity = 5,
        .invite_days = 10,
        .active = true,
    };
    assert_ok(series_put(f->db, &s, T0));
    return s;
}

static int64_t a_meetup(struct fixture *f, int capacity, int64_t offer_ms) {
    struct meetup m = {
        .title = STR("Rencontre"),
        .day = date_make(2026, 1, 15),
        .starts_ms = T0 + 10 * MS_DAY,
        .ends_ms = T0 + 10 * MS_DAY + 2 * MS_HOUR,
        .zone = STR("Europe/Paris"),
        .venue = STR("Mérignac"),
        .capacity = capacity,
        .offer_ms = offer_ms,
    };
    assert_ok(meetups_put(f->db, &m, T0));
    return m.id;
}

static struct place_result say(struct fixture *f, int64_t meetup, int64_t contact,
                               enum place_answer says, int guests, int64_t now_ms) {
    struct place_result r;
    assert_ok(places_answer(f->db, meetup, contact, says, guests, STR(""), &f->a, now_ms, &r));
    struct meetup m;
    struct place_counts c;
    assert_ok(meetups_get(f->db, meetup, &f->a, &m));
    assert_ok(places_count(f->db, meetup, &c));
    assert_int_equal(m.taken, c.seats); /* always, whatever was said */
    assert_true(m.capacity == 0 || c.seats <= m.capacity);
    return r;
}

static enum place_state state_of(struct fixture *f, int64_t meetup, int64_t contact) {
    struct place p;
    assert_ok(places_get(f->db, meetup, contact, &f->a, &p));
    return p.state;
}

static void a_series_is_kept_and_found(void **state) {
    struct fixture *f = *state;
    struct series s = a_series(f), got,
                  twin = {.name = STR("mensuelle"), .title = STR("x"), .start = s.start};
    assert_ok(series_by_name(f->db, STR("mensuelle"), &f->a, &got));
    assert_true(got.id == s.id && got.capacity == 5 && got.duration_min == 120 &&
                got.invite_days == 10);
    assert_str(got.rule, "FREQ=MONTHLY;BYDAY=1WE");
    assert_int_equal(date_cmp(got.start, s.start), 0);
    assert_int_equal(series_put(f->db, &twin, T0), E_CONFLICT);
    got.active = false;
    got.title = STR("Ancienne");
    assert_ok(series_put(f->db, &got, T0));
    struct series *list;
    size_t n;
    assert_ok(series_list(f->db, true, &f->a, &list, &n));
    assert_int_equal(n, 0);
    assert_ok(series_list(f->db, false, &f->a, &list, &n));
    assert_true(n == 1 && str_is(list->title, "Ancienne"));
}

static void people_join_change_roles_and_leave(void **state) {
    struct fixture *f = *state;
    struct series s = a_series(f);
    int64_t a = fixture_person(f, 1), b = fixture_person(f, 2);
    struct member *m;
    size_t n;
    assert_ok(series_join(f->db, s.id, a, MEMBER_COLLABORATEUR, T0));
    assert_ok(series_join(f->db, s.id, b, MEMBER_COLLABORATEUR, T0));
    assert_ok(series_join(f->db, s.id, a, MEMBER_PILOTE, T0 + 1));
    assert_ok(series_of(f->db, a, &f->a, &m, &n));
    assert_true(n == 1 && m->role == MEMBER_PILOTE && m->since_ms == T0);
    assert_ok(series_members(f->db, s.id, 0, 1, &f->a, &m, &n));
    assert_int_equal(n, 1);
    assert_ok(series_members(f->db, s.id, m->contact_id, 10, &f->a, &m, &n));
    assert_int_equal(n, 1);
    assert_ok(series_leave(f->db, s.id, a));
    assert_int_equal(series_leave(f->db, s.id, a), NONE);
    struct contact c;
    assert_ok(contacts_get(f->db, a, &f->a, &c));
    assert_int_equal(c.status, CONTACT_ENROLLED); /* leaving a group closes no file */
}

static void a_series_meets_once_a_day(void **state) {
    struct fixture *f = *state;
    struct series s = a_series(f);
    struct meetup m = {.series_id = s.id,
                       .title = STR("Janvier"),
                       .day = date_make(2026, 1, 7),
                       .starts_ms = T0 + 2 * MS_DAY,
                       .ends_ms = T0 + 2 * MS_DAY + MS_HOUR,
                       .zone = STR("Europe/Paris")};
    struct meetup twin = m, next = m, got, *list;
    size_t n;
    assert_ok(meetups_put(f->db, &m, T0));
    assert_int_equal(meetups_put(f->db, &twin, T0), E_CONFLICT);
    next.day = date_make(2026, 2, 4);
    next.starts_ms = T0 + 30 * MS_DAY;
    assert_ok(meetups_put(f->db, &next, T0));
    next.day = m.day;
    assert_int_equal(meetups_put(f->db, &next, T0), E_CONFLICT);
    assert_ok(meetups_next(f->db, s.id, T0, &f->a, &got));
    assert_true(got.id == m.id);
    assert_ok(meetups_move(f->db, m.id, MEETUP_CANCELLED));
    assert_ok(meetups_next(f->db, s.id, T0, &f->a, &got));
    assert_true(got.id == next.id);
    assert_int_equal(meetups_next(f->db, s.id, T0 + 40 * MS_DAY, &f->a, &got), NONE);
    assert_ok(meetups_list(f->db, s.id, T0, T0 + 20 * MS_DAY, &f->a, &list, &n));
    assert_true(n == 1 && list->state == MEETUP_CANCELLED);
}

static void a_meetup_moves_forward_only(void **state) {
    static const char *const MAY[] = {".x.x", "..xx", "....",
                                      "...."}; /* PLANNED OPEN DONE CANCELLED */
    struct fixture *f = *state;
    for (int from = 0; from < 4; from++) {
        for (int to = 0; to < 4; to++) {
            int64_t id = a_meetup(f, 0, 0);
            assert_ok(sql_run(f->db, "UPDATE meetups SET state = $1 WHERE id = $2",
                              SQL_C(meetups_state_name((enum meetup_state)from)), SQL_I(id)));
            assert_int_equal(meetups_move(f->db, id, (enum meetup_state)to),
                             MAY[from][to] == 'x' ? OK : E_STATE);
        }
    }
}

static void thirty_replies_for_five_places(void **state) {
    struct fixture *f = *state;
    int64_t m = a_meetup(f, 5, 0), who[30];
    for (int i = 0; i < 30; i++) {
        who[i] = fixture_person(f, i);
        assert_ok(places_invite(f->db, m, who[i], T0));
        assert_int_equal(places_invite(f->db, m, who[i], T0), NONE); /* invited once */
    }
    for (int i = 0; i < 30; i++) {
        struct place_result r = say(f, m, who[i], PLACE_SAYS_YES, 0, T0 + i);
        assert_int_equal(r.before, PLACE_INVITED);
        assert_int_equal(r.state, i < 5 ? PLACE_YES : PLACE_WAITING);
        assert_int_equal(r.waiting, i < 5 ? 0 : i - 4);
        assert_int_equal(r.free, i < 5 ? 4 - i : 0);
    }
    struct place *list;
    size_t n;
    assert_ok(places_list(f->db, m, 1u << PLACE_WAITING, &f->a, &list, &n));
    assert_int_equal(n, 25);
    for (int i = 0; i < 25; i++) {
        assert_true(list[i].contact_id == who[5 + i]); /* in order of answer */
    }
    struct place_result r =
        say(f, m, who[7], PLACE_SAYS_YES, 0, T0 + 99); /* again: the rank is kept */
    assert_int_equal(r.waiting, 3);
}

static void a_cancelled_place_goes_to_the_first_who_waits(void **state) {
    struct fixture *f = *state;
    int64_t m = a_meetup(f, 2, 0), who[4];
    struct place_result r;
    for (int i = 0; i < 4; i++) {
        who[i] = fixture_person(f, i);
        say(f, m, who[i], PLACE_SAYS_YES, 0, T0 + i);
    }
    assert_ok(places_cancel(f->db, m, who[0], &f->a, T0 + 10, &r));
    assert_int_equal(r.state, PLACE_CANCELLED);
    assert_int_equal(r.promoteds, 1);
    assert_true(r.promoted[0].contact_id == who[2] && r.promoted[0].state == PLACE_YES);
    assert_int_equal(state_of(f, m, who[3]), PLACE_WAITING);
    assert_int_equal(places_cancel(f->db, m, who[0], &f->a, T0 + 11, &r), E_STATE);
    r = say(f, m, who[0], PLACE_SAYS_YES, 0, T0 + 12); /* changes their mind: at the end */
    assert_int_equal(r.state, PLACE_WAITING);
    assert_int_equal(r.waiting, 2);
    r = say(f, m, who[3], PLACE_SAYS_NO, 0,
            T0 + 13); /* one who waits gives up: nobody is promoted */
    assert_int_equal(r.state, PLACE_CANCELLED);
    assert_int_equal(r.promoteds, 0);
    r = say(f, m, who[1], PLACE_SAYS_MAYBE, 0, T0 + 14);
    assert_int_equal(r.state, PLACE_MAYBE);
    assert_true(r.promoteds == 1 && r.promoted[0].contact_id == who[0]);
}

static void guests_take_seats(void **state) {
    struct fixture *f = *state;
    int64_t m = a_meetup(f, 5, 0), a = fixture_person(f, 1), b = fixture_person(f, 2),
            c = fixture_person(f, 3);
    struct place_counts n;
    assert_int_equal(say(f, m, a, PLACE_SAYS_YES, 2, T0).free, 2);
    assert_int_equal(say(f, m, b, PLACE_SAYS_YES, 2, T0 + 1).state,
                     PLACE_WAITING); /* three do not fit in two */
    assert_int_equal(say(f, m, c, PLACE_SAYS_YES, 1, T0 + 2).state, PLACE_YES); /* two do */
    struct place_result r = say(f, m, a, PLACE_SAYS_YES, 4, T0 + 3);
    assert_int_equal(r.state, PLACE_YES); /* asking for more never loses the seat */
    assert_int_equal(r.guests, 2);
    r = say(f, m, a, PLACE_SAYS_YES, 0,
            T0 + 4); /* fewer guests: two seats are free, b needs three */
    assert_int_equal(r.promoteds, 0);
    assert_int_equal(say(f, m, b, PLACE_SAYS_YES, 1, T0 + 5).state, PLACE_YES);
    assert_ok(places_count(f->db, m, &n));
    assert_true(n.seats == 5 && n.guests == 2 && n.n[PLACE_YES] == 3);
    assert_int_equal(places_answer(f->db, m, a, PLACE_SAYS_YES, 10, STR(""), &f->a, T0, &r),
                     E_INVALID);
}

static void a_freed_place_may_be_offered_for_a_while(void **state) {
    struct fixture *f = *state;
    int64_t m = a_meetup(f, 1, MS_HOUR), a = fixture_person(f, 1), b = fixture_person(f, 2),
            c = fixture_person(f, 3);
    const struct place_promoted *p;
    size_t n;
    say(f, m, a, PLACE_SAYS_YES, 0, T0);
    say(f, m, b, PLACE_SAYS_YES, 0, T0 + 1);
    say(f, m, c, PLACE_SAYS_YES, 0, T0 + 2);
    struct place_result r = say(f, m, a, PLACE_SAYS_NO, 0, T0 + 10);
    assert_true(r.promoteds == 1 && r.promoted[0].contact_id == b &&
                r.promoted[0].state == PLACE_OFFERED);
    assert_true(r.promoted[0].until_ms == T0 + 10 + MS_HOUR);
    assert_ok(places_promote(f->db, m, &f->a, T0 + 20, &p, &n));
    assert_int_equal(n, 0); /* still theirs */
    assert_ok(places_promote(f->db, m, &f->a, T0 + 10 + MS_HOUR, &p, &n));
    assert_true(n == 1 && p[0].contact_id == c);
    assert_int_equal(state_of(f, m, b), PLACE_CANCELLED);
    r = say(f, m, c, PLACE_SAYS_YES, 0, T0 + 11 + MS_HOUR);
    assert_int_equal(r.state, PLACE_YES);
    assert_int_equal(say(f, m, b, PLACE_SAYS_YES, 0, T0 + 12 + MS_HOUR).state, PLACE_WAITING);
}

static void a_larger_room_lets_people_in(void **state) {
    struct fixture *f = *state;
    int64_t id = a_meetup(f, 1, 0), who[3];
    const struct place_promoted *p;
    struct meetup m;
    size_t n;
    for (int i = 0; i < 3; i++) {
        who[i] = fixture_person(f, i);
        say(f, id, who[i], PLACE_SAYS_YES, 0, T0 + i);
    }
    assert_ok(meetups_get(f->db, id, &f->a, &m));
    m.capacity = 2;
    assert_ok(meetups_put(f->db, &m, T0));
    assert_ok(places_promote(f->db, id, &f->a, T0 + 9, &p, &n));
    assert_true(n == 1 && p[0].contact_id == who[1]);
    m.capacity = 1; /* a smaller one takes nothing away */
    assert_ok(meetups_put(f->db, &m, T0));
    assert_ok(places_promote(f->db, id, &f->a, T0 + 9, &p, &n));
    assert_int_equal(n, 0);
    assert_int_equal(state_of(f, id, who[1]), PLACE_YES);
}

static void nobody_answers_a_cancelled_meetup(void **state) {
    struct fixture *f = *state;
    int64_t m = a_meetup(f, 1, 0), a = fixture_person(f, 1);
    struct place_result r;
    assert_ok(meetups_move(f->db, m, MEETUP_CANCELLED));
    assert_int_equal(places_answer(f->db, m, a, PLACE_SAYS_YES, 0, STR(""), &f->a, T0, &r),
                     E_STATE);
    assert_int_equal(places_answer(f->db, 4711, a, PLACE_SAYS_YES, 0, STR(""), &f->a, T0, &r),
                     NONE);
    assert_int_equal(places_get(f->db, m, a, &f->a, &(struct place){0}),
                     NONE); /* nothing was written */
}

static void a_refusal_leaves_the_turn_whole(void **state) {
    struct fixture *f = *state;
    int64_t m = a_meetup(f, 1, 0), a = fixture_person(f, 1);
    struct place_result r;
    assert_ok(meetups_move(f->db, m, MEETUP_CANCELLED));
    assert_ok(sql_begin(f->db, SQL_WRITE));
    assert_ok(contacts_set(f->db, a, STR("commune"), STR("Talence")));
    assert_int_equal(places_answer(f->db, m, a, PLACE_SAYS_YES, 0, STR(""), &f->a, T0, &r),
                     E_STATE);
    assert_ok(sql_commit(f->db));
    struct contact c;
    assert_ok(contacts_get(f->db, a, &f->a, &c));
    assert_str(c.commune, "Talence");
}

static void all_place_moves_allowed_and_refused(void **state) {
    static const char *const MAY[PLACE_STATES] = {
        /*               I Y W O N M C c A E: INVITED YES WAITING OFFERED NO MAYBE CANCELLED
           CAME ABSENT EXCUSED */
        /* INVITED   */ ".xx.xx.x..", /* YES       */ ".x...xxxxx",
        /* WAITING   */ ".xxx.xxx..",
        /* OFFERED   */ ".x...xxx..", /* NO        */ ".xx.xx.x..",
        /* MAYBE     */ ".xx.xx.x..",
        /* CANCELLED */ ".xx..xxx..", /* CAME      */ ".......xxx",
        /* ABSENT    */ ".......xxx",
        /* EXCUSED   */ ".......xxx",
    };
    (void)state;
    for (int from = 0; from < PLACE_STATES; from++) {
        for (int to = 0; to < PLACE_STATES; to++) {
            assert_int_equal(places_may_move((enum place_state)from, (enum place_state)to),
                             MAY[from][to] == 'x');
        }
    }
}

static void attendance_and_its_corrections(void **state) {
    struct fixture *f = *state;
    int64_t m = a_meetup(f, 0, 0), a = fixture_person(f, 1), b = fixture_person(f, 2),
            c = fixture_person(f, 3), n;
    say(f, m, a, PLACE_SAYS_YES, 0, T0);
    say(f, m, b, PLACE_SAYS_YES, 0, T0);
    say(f, m, c, PLACE_SAYS_NO, 0, T0);
    assert_ok(places_late(f->db, m, a));
    assert_int_equal(places_late(f->db, m, 99), NONE);
    assert_ok(places_attend(f->db, m, a, PLACE_CAME));
    assert_ok(places_attend(f->db, m, c, PLACE_CAME)); /* said no and came: welcome */
    assert_int_equal(places_attend(f->db, m, a, PLACE_YES), E_STATE);
    assert_int_equal(places_attend(f->db, m, 99, PLACE_CAME), NONE);
    assert_ok(places_close(f->db, m, &n));
    assert_int_equal(n, 1);
    assert_int_equal(state_of(f, m, b), PLACE_ABSENT);
    assert_ok(places_attend(f->db, m, b, PLACE_EXCUSED));
    struct place_result r;
    assert_int_equal(places_answer(f->db, m, b, PLACE_SAYS_YES, 0, STR(""), &f->a, T0, &r),
                     E_STATE);
    struct place p;
    assert_ok(places_get(f->db, m, a, &f->a, &p));
    assert_true(p.late && p.state == PLACE_CAME);
}

static void ones_own_places(void **state) {
    struct fixture *f = *state;
    int64_t m = a_meetup(f, 0, 0), a = fixture_person(f, 1);
    struct place *list;
    size_t n;
    say(f, m, a, PLACE_SAYS_YES, 1, T0);
    assert_ok(places_of(f->db, a, T0, &f->a, &list, &n));
    assert_true(n == 1 && list->meetup_id == m && list->guests == 1);
    assert_ok(places_of(f->db, a, T0 + 20 * MS_DAY, &f->a, &list, &n));
    assert_int_equal(n, 0);
    assert_ok(meetups_move(f->db, m, MEETUP_CANCELLED));
    assert_ok(places_of(f->db, a, T0, &f->a, &list, &n));
    assert_int_equal(n, 0);
}

static void only_those_who_may_are_invited(void **state) {
    struct fixture *f = *state;
    struct series s = a_series(f);
    struct meetup m = {
        .series_id = s.id, .title = STR("x"), .day = date_make(2026, 2, 4), .zone = STR("UTC")};
    int64_t who[5], *list;
    size_t n;
    assert_ok(meetups_put(f->db, &m, T0));
    for (int i = 0; i < 5; i++) {
        who[i] = fixture_person(f, i);
        assert_ok(series_join(f->db, s.id, who[i], MEMBER_COLLABORATEUR, T0));
    }
    assert_ok(places_invite(f->db, m.id, who[0], T0));
    assert_ok(
        sql_run(f->db, "UPDATE contacts SET stop_all_ms = 1 WHERE id = $1", SQL_I(who[1])));
    assert_ok(
        sql_run(f->db, "UPDATE contacts SET kind = 'partner' WHERE id = $1", SQL_I(who[2])));
    assert_ok(sql_run(f->db, "UPDATE contacts SET pause_until_ms = $1 WHERE id = $2",
                      SQL_I(T0 + 1), SQL_I(who[3])));
    assert_ok(meetups_uninvited(f->db, m.id, 0, 10, T0, &f->a, &list, &n));
    assert_true(n == 1 && list[0] == who[4]);
    assert_ok(meetups_uninvited(f->db, m.id, 0, 10, T0 + 1, &f->a, &list, &n));
    assert_int_equal(n, 2); /* the pause is over */
}

static void opinions_are_anonymous_and_given_once(void **state) {
    struct fixture *f = *state;
    int64_t m = a_meetup(f, 0, 0), n;
    struct meetup_feedback *list;
    size_t k;
    for (int i = 0; i < 6; i++) {
        int64_t who = fixture_person(f, i);
        say(f, m, who, PLACE_SAYS_YES, 0, T0);
        assert_ok(meetups_feedback(f->db, m, who, 1 + i % 5, STR("bien")));
        assert_int_equal(meetups_feedback(f->db, m, who, 5, STR("encore")), E_CONFLICT);
    }
    assert_int_equal(meetups_feedback(f->db, m, 99, 5, STR("inconnu")), E_CONFLICT);
    assert_ok(meetups_feedbacks(f->db, m, &f->a, &list, &k));
    assert_int_equal(k, 6);
    if (!fixture_url) { /* the table has no column that leads to a person or a moment */
        assert_ok(sql_get_int_n(
            f->db, &n, "SELECT count(*) FROM pragma_table_info('feedbacks')", NULL, 0));
        assert_int_equal(n, 4); /* id (random), meetup_id, rating, words */
    }
}

static void too_far_is_counted_by_commune(void **state) {
    struct fixture *f = *state;
    int64_t m = a_meetup(f, 0, 0), who[3];
    struct report_commune *list;
    size_t n;
    for (int i = 0; i < 3; i++) {
        who[i] = fixture_person(f, i);
        assert_ok(places_invite(f->db, m, who[i], T0));
        assert_ok(meetups_too_far(f->db, m, who[i], i < 2 ? STR("Lesparre") : STR("Arès")));
        assert_ok(meetups_too_far(f->db, m, who[i],
                                  STR("Lesparre"))); /* the same person again: once */
    }
    assert_ok(reports_too_far(f->db, 0, T0, T0 + 20 * MS_DAY, &f->a, &list, &n));
    assert_int_equal(n, 2);
    assert_str(list[0].commune, "Lesparre");
    assert_int_equal(list[0].n, 2);
    assert_ok(reports_too_far(f->db, m, 0, T0, &f->a, &list, &n));
    assert_int_equal(n, 0);
}

static void the_sheet_equals_the_recount(void **state) {
    struct fixture *f = *state;
    int64_t m = a_meetup(f, 2, 0), who[6];
    struct report_meetup *r;
    size_t n;
    for (int i = 0; i < 6; i++) {
        who[i] = fixture_person(f, i);
        assert_ok(places_invite(f->db, m, who[i], T0));
    }
    say(f, m, who[0], PLACE_SAYS_YES, 1, T0);
    say(f, m, who[1], PLACE_SAYS_YES, 0, T0);
    say(f, m, who[2], PLACE_SAYS_NO, 0, T0);
    say(f, m, who[3], PLACE_SAYS_MAYBE, 0, T0);
    assert_ok(places_attend(f->db, m, who[0], PLACE_CAME));
    assert_ok(meetups_feedback(f->db, m, who[0], 4, STR("")));
    assert_ok(meetups_feedback(f->db, m, who[1], 0, STR("mots")));
    assert_ok(reports_meetups(f->db, T0, T0 + 20 * MS_DAY, &f->a, &r, &n));
    assert_int_equal(n, 1);
    assert_true(r->invited == 6 && r->came == 1 && r->waiting == 1 && r->no == 1 &&
                r->maybe == 1 && r->yes == 0);
    assert_true(r->guests == 1 && r->opinions == 2 && r->rated == 1 && r->rating_sum == 4 &&
                r->too_far == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_series_is_kept_and_found),
        FIXTURE_TEST(people_join_change_roles_and_leave),
        FIXTURE_TEST(a_series_meets_once_a_day),
        FIXTURE_TEST(a_meetup_moves_forward_only),
        FIXTURE_TEST(thirty_replies_for_five_places),
        FIXTURE_TEST(a_cancelled_place_goes_to_the_first_who_waits),
        FIXTURE_TEST(guests_take_seats),
        FIXTURE_TEST(a_freed_place_may_be_offered_for_a_while),
        FIXTURE_TEST(a_larger_room_lets_people_in),
        FIXTURE_TEST(nobody_answers_a_cancelled_meetup),
        FIXTURE_TEST(a_refusal_leaves_the_turn_whole),
        FIXTURE_TEST(all_place_moves_allowed_and_refused),
        FIXTURE_TEST(attendance_and_its_corrections),
        FIXTURE_TEST(ones_own_places),
        FIXTURE_TEST(only_those_who_may_are_invited),
        FIXTURE_TEST(opinions_are_anonymous_and_given_once),
        FIXTURE_TEST(too_far_is_counted_by_commune),
        FIXTURE_TEST(the_sheet_equals_the_recount),
    };
    FIXTURE_RUN("meetups", tests);
}
