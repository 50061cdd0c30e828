/* test_timers.c - armed, moved, fired once, or too late. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/db_fixture.h"

#include "db/timers.h"

static void arm(struct fixture *f, int64_t due_ms, const char *key, int64_t expires_ms) {
    struct timer t = {.due_ms = due_ms,
                      .kind = STR("reminder"),
                      .key = str_from(key),
                      .payload = STR("{\"n\":1}"),
                      .expires_ms = expires_ms};
    IN_WRITE(f, timers_arm(f->db, &t, T0));
    assert_true(t.id != 0);
}

static size_t claim(struct fixture *f, int64_t now_ms, int max, struct timer **ret,
                    int64_t *ret_expired) {
    size_t n = 0;
    assert_ok(sql_begin(f->db, SQL_WRITE));
    enum rc rc = timers_claim(f->db, now_ms, max, &f->a, ret, &n, ret_expired);
    assert_true(rc == OK || (rc == NONE && n == 0));
    assert_ok(sql_commit(f->db));
    return n;
}

static void they_fire_in_order_and_once(void **state) {
    struct fixture *f = *state;
    struct timer *t;
    int64_t ms;
    arm(f, T0 + 30, NULL, 0);
    arm(f, T0 + 10, NULL, 0);
    arm(f, T0 + 20, "meetup/7/reminder", 0);
    assert_ok(timers_next_ms(f->db, &ms));
    assert_true(ms == T0 + 10);
    assert_int_equal(claim(f, T0 + 9, 10, &t, NULL), 0);
    assert_int_equal(claim(f, T0 + 25, 10, &t, NULL), 2);
    assert_true(t[0].due_ms == T0 + 10 && t[1].due_ms == T0 + 20);
    assert_str(t[1].key, "meetup/7/reminder");
    assert_str(t[1].payload, "{\"n\":1}");
    assert_int_equal(claim(f, T0 + 25, 10, &t, NULL), 0);
    assert_int_equal(claim(f, T0 + 99, 10, &t, NULL), 1);
    assert_int_equal(timers_next_ms(f->db, &ms), NONE);
}

static void a_key_is_one_timer(void **state) {
    struct fixture *f = *state;
    struct timer *t;
    int64_t n;
    arm(f, T0 + 10, "k", 0);
    arm(f, T0 + 50, "k", 0);
    assert_ok(timers_count(f->db, &n));
    assert_int_equal(n, 1);
    assert_int_equal(claim(f, T0 + 20, 10, &t, NULL), 0);
    assert_int_equal(claim(f, T0 + 50, 10, &t, NULL), 1);
    arm(f, T0 + 60, "k", 0); /* a key that fired is free */
    assert_ok(timers_cancel(f->db, STR("k")));
    assert_ok(timers_cancel(f->db, STR("never armed")));
    assert_ok(timers_count(f->db, &n));
    assert_int_equal(n, 0);
}

static void a_meetup_takes_its_timers_with_it(void **state) {
    struct fixture *f = *state;
    struct timer *t;
    size_t n;
    arm(f, T0 + 1, "meetup/7/invite", 0);
    arm(f, T0 + 2, "meetup/7/reminder", 0);
    arm(f, T0 + 3, "meetup/71/invite", 0);
    arm(f, T0 + 4, NULL, 0);
    assert_ok(timers_cancel_prefix(f->db, STR("meetup/7/")));
    assert_ok(timers_list(f->db, 10, &f->a, &t, &n));
    assert_int_equal(n, 2);
    assert_str(t[0].key, "meetup/71/invite");
}

static void late_ones_expire_instead_of_bursting(void **state) {
    struct fixture *f = *state;
    struct timer *t;
    int64_t expired = 0;
    for (int i = 0; i < 10; i++) {
        arm(f, T0 + i, NULL, i < 7 ? T0 + MS_HOUR : 0);
    }
    assert_int_equal(claim(f, T0 + MS_DAY, 100, &t, &expired), 3);
    assert_int_equal(expired, 7);
    assert_int_equal(claim(f, T0 + MS_DAY, 100, &t, &expired), 0);
}

static void a_rolled_back_claim_fires_again(void **state) {
    struct fixture *f = *state;
    struct timer *t;
    size_t n;
    arm(f, T0, NULL, 0);
    assert_ok(sql_begin(f->db, SQL_WRITE));
    assert_ok(timers_claim(f->db, T0, 10, &f->a, &t, &n, NULL));
    sql_rollback(f->db);
    assert_int_equal(claim(f, T0, 10, &t, NULL), 1);
}

static void batches_end(void **state) {
    struct fixture *f = *state;
    struct timer *t;
    for (int i = 0; i < 25; i++) {
        arm(f, T0, NULL, 0); /* all at the same moment */
    }
    assert_int_equal(claim(f, T0, 10, &t, NULL), 10);
    assert_int_equal(claim(f, T0, 10, &t, NULL), 10);
    assert_int_equal(claim(f, T0, 10, &t, NULL), 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(they_fire_in_order_and_once),
        FIXTURE_TEST(a_key_is_one_timer),
        FIXTURE_TEST(a_meetup_takes_its_timers_with_it),
        FIXTURE_TEST(late_ones_expire_instead_of_bursting),
        FIXTURE_TEST(a_rolled_back_claim_fires_again),
        FIXTURE_TEST(batches_end),
    };
    FIXTURE_RUN("timers", tests);
}
