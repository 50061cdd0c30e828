/* test_places.c - several connections at once: seats, claims and repetitions stay exact. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/db_fixture.h"

#include <pthread.h>

#include "db/meetups.h"
#include "db/outbox.h"
#include "db/places.h"
#include "db/timers.h"

#define WORKERS 4
#define PEOPLE 32

/* What the workers share; each has its own connection. Results are written to own slots, read
 * after the join. */
struct shared {
    struct fixture *f;
    int64_t who[PEOPLE], meetup;
    void (*job)(struct shared *s, struct db *db, struct arena *a, int me);
    int taken[WORKERS][PEOPLE]; /* how often worker took item */
    int new_rows[WORKERS];
};

struct worker {
    struct shared *s;
    int me;
    pthread_t thread;
    struct db *db;
};

static void *run(void *arg) {
    struct worker *w = arg;
    struct arena a;
    arena_init(&a);
    w->s->job(w->s, w->db, &a, w->me);
    arena_done(&a);
    return NULL;
}

static void together(struct shared *s) {
    struct worker w[WORKERS];
    for (int i = 0; i < WORKERS; i++) {
        w[i] = (struct worker){.s = s, .me = i};
        fixture_open(s->f, &w[i].db);
        assert_int_equal(pthread_create(&w[i].thread, NULL, run, &w[i]), 0);
    }
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(w[i].thread, NULL);
        db_close(w[i].db);
    }
}

static void prepare(struct fixture *f, struct shared *s) {
    s->f = f;
    for (int i = 0; i < PEOPLE; i++) {
        s->who[i] = fixture_person(f, i);
    }
}

/* Each of the 32 says yes once, spread over the workers; every eighth cancels again. */
static void answer_job(struct shared *s, struct db *db, struct arena *a, int me) {
    struct place_result r;
    for (int i = me; i < PEOPLE; i += WORKERS) {
        enum rc rc;
        do {
            rc = places_answer(db, s->meetup, s->who[i], PLACE_SAYS_YES, i % 3, STR(""), a,
                               T0 + i, &r);
        } while (rc == E_BUSY);
        assert_ok(rc);
        while (i % 8 == me && (rc = places_answer(db, s->meetup, s->who[i], PLACE_SAYS_NO, 0,
                                                  STR(""), a, T0 + i, &r)) == E_BUSY) {
        }
        assert_ok(rc);
    }
}

static void seats_are_never_exceeded(void **state) {
    struct fixture *f = *state;
    struct shared s = {.job = answer_job};
    struct meetup m = {.title = STR("x"),
                       .day = date_make(2026, 2, 4),
                       .zone = STR("UTC"),
                       .capacity = 12,
                       .starts_ms = T0 + MS_DAY};
    struct place_counts c;
    prepare(f, &s);
    assert_ok(meetups_put(f->db, &m, T0));
    s.meetup = m.id;
    together(&s);
    assert_ok(meetups_get(f->db, m.id, &f->a, &m));
    assert_ok(places_count(f->db, m.id, &c));
    assert_true(c.seats <= 12);
    assert_true(c.seats >=
                10); /* and none is left that the next group of one to three could take */
    assert_int_equal(m.taken, c.seats);
    assert_int_equal(c.n[PLACE_YES] + c.n[PLACE_WAITING] + c.n[PLACE_CANCELLED], PEOPLE);
    struct place *list;
    size_t n;
    assert_ok(
        places_list(f->db, m.id, 1u << PLACE_YES | 1u << PLACE_WAITING, &f->a, &list, &n));
    for (size_t i = 1; i < n; i++) {
        assert_true(list[i].rank > list[i - 1].rank); /* no rank is given twice */
    }
}

static void claim_job(struct shared *s, struct db *db, struct arena *a, int me) {
    for (;;) {
        struct outbox_row *r;
        size_t n = 0;
        enum rc rc = sql_begin(db, SQL_WRITE);
        if (rc == E_BUSY) {
            continue;
        }
        assert_ok(rc);
        rc = outbox_claim(db, STR("sms"), T0, 3, a, &r, &n);
        for (size_t i = 0; rc == OK && i < n; i++) {
            s->taken[me][r[i].segments]++;
        }
        enum rc end = sql_commit(db);
        assert_ok(end);
        if (rc == NONE) {
            return;
        }
    }
}

static void a_message_is_claimed_by_one(void **state) {
    struct fixture *f = *state;
    struct shared s = {.job = claim_job};
    prepare(f, &s);
    for (int i = 0; i < PEOPLE; i++) {
        struct outbox_row m = {.contact_id = s.who[i], .kind = STR("reply"), .segments = i};
        IN_WRITE(f, outbox_put(f->db, &m, NULL, &f->a, T0));
    }
    together(&s);
    for (int i = 0; i < PEOPLE; i++) {
        int times = 0;
        for (int w = 0; w < WORKERS; w++) {
            times += s.taken[w][i];
        }
        assert_int_equal(times, 1);
    }
}

/* All workers bring the same messages of the same unknown callers. */
static void receive_job(struct shared *s, struct db *db, struct arena *a, int me) {
    for (int i = 0; i < PEOPLE; i++) {
        char id[16], number[24];
        snprintf(id, sizeof id, "m%d", i);
        snprintf(number, sizeof number, "+3367000%04d", i / 4);
        const struct inbound in = {.gateway = STR("kannel"),
                                   .channel = STR("sms"),
                                   .provider_id = str_from(id),
                                   .from = {STR("tel"), str_from(number)},
                                   .text = STR("salut")};
        enum rc rc;
        do {
            int64_t row;
            rc = sql_begin(db, SQL_WRITE);
            if (rc == OK) {
                rc = sql_end(db, inbox_receive(db, &in, a, T0, &row));
            }
        } while (rc == E_BUSY);
        assert_true(rc == OK || rc == E_CONFLICT);
        s->new_rows[me] += rc == OK;
    }
}

static void a_repetition_at_the_same_moment_is_one_message(void **state) {
    struct fixture *f = *state;
    struct shared s = {.f = f, .job = receive_job};
    int64_t n;
    int rows = 0;
    together(&s);
    for (int w = 0; w < WORKERS; w++) {
        rows += s.new_rows[w];
    }
    assert_int_equal(rows, PEOPLE);
    assert_ok(inbox_waiting(f->db, &n));
    assert_int_equal(n, PEOPLE);
    assert_ok(contacts_count(f->db, CONTACT_STRANGER, &n));
    assert_int_equal(n, PEOPLE / 4); /* nobody was made twice */
}

static void timer_job(struct shared *s, struct db *db, struct arena *a, int me) {
    for (;;) {
        struct timer *t;
        size_t n = 0;
        enum rc rc = sql_begin(db, SQL_WRITE);
        if (rc == E_BUSY) {
            continue;
        }
        assert_ok(rc);
        rc = timers_claim(db, T0 + MS_HOUR, 3, a, &t, &n, NULL);
        assert_ok(sql_commit(db));
        if (rc == NONE) {
            return;
        }
        for (size_t i = 0; i < n; i++) {
            s->taken[me][t[i].due_ms - T0]++;
        }
    }
}

static void a_timer_fires_once(void **state) {
    struct fixture *f = *state;
    struct shared s = {.f = f, .job = timer_job};
    for (int i = 0; i < PEOPLE; i++) {
        struct timer t = {.due_ms = T0 + i, .kind = STR("x")};
        IN_WRITE(f, timers_arm(f->db, &t, T0));
    }
    together(&s);
    for (int i = 0; i < PEOPLE; i++) {
        assert_int_equal(s.taken[0][i] + s.taken[1][i] + s.taken[2][i] + s.taken[3][i], 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(seats_are_never_exceeded),
        FIXTURE_TEST(a_message_is_claimed_by_one),
        FIXTURE_TEST(a_repetition_at_the_same_moment_is_one_message),
        FIXTURE_TEST(a_timer_fires_once),
    };
    FIXTURE_RUN("places", tests);
}
