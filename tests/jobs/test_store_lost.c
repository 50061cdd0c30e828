/* test_store_lost.c - the database server goes away and comes back: what was accepted is
 * answered once, what was not is refused, and the answer to a commit may be lost at any moment.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include <stdio.h>
#include <stdlib.h>

#include "db/contacts.h"
#include "db/db.h"
#include "db/sql.h"
#include "jobs/receive.h"

#define PHONES 6
#define TRIES 400

static struct str phone(struct office *o, int i) {
    return arena_printf(&o->a, "+33639981%03d", i);
}

/* The server of tests/real/pg.sh; false: there is none to restart. */
static bool server(const char *what) {
    char command[256];
    const char *dir = getenv("REBOND_TEST_PG_DIR");
    if (!dir || !*dir) {
        return false;
    }
    snprintf(command, sizeof command, "tests/real/pg.sh %s '%s'", what, dir);
    assert_int_equal(system(command), 0);
    return true;
}

#define NEEDS_SERVER()                                                                         \
    do {                                                                                       \
        const char *dir_ = getenv("REBOND_TEST_PG_DIR");                                       \
        if (!dir_ || !*dir_) {                                                                 \
            skip();                                                                            \
        }                                                                                      \
    } while (0)

/* Rounds until all is done, however many fail meanwhile. */
static void settle_at_last(struct office *o) {
    enum rc rc = E_IO;
    for (int i = 0; i < TRIES && rc != OK; i++) {
        rc = service_settle(&o->s);
        if (rc != OK) {
            assert_true(service_round(&o->s, 50) > -100);
        }
    }
    assert_int_equal(rc, OK);
}

struct told {
    int stored, refused;
};

static void told(void *ctx, const struct receive_item *item, enum rc rc) {
    struct told *t = ctx;
    (void)item;
    t->stored += rc == OK;
    t->refused += rc != OK;
}

/* A web-hook's message; false: refused at the door. */
static bool offer(struct office *o, int i, struct told *t) {
    struct receive_item *item = receive_item_new();
    struct inbound *in = ARENA_NEW(&item->a, struct inbound);
    *in = (struct inbound){.gateway = STR("sim"),
                           .channel = STR("sms"),
                           .provider_id = arena_printf(&item->a, "p-%d", i),
                           .from = {STR("sim"), phone(o, i)},
                           .kind = INBOUND_TEXT,
                           .text = STR("INFO")};
    item->channel = in->channel;
    item->parsed = (struct gw_parsed){.in = in, .ins = 1};
    item->done = told;
    item->ctx = t;
    if (receive_offer(&o->s, item) == OK) {
        return true;
    }
    receive_item_free(item);
    return false;
}

static void expect_one_answer_each(struct office *o) {
    for (int i = 0; i < PHONES; i++) {
        struct str *text;
        const char *who = arena_cstr(&o->a, phone(o, i));
        assert_int_equal(office_texts(o, who, &text), 1);
    }
    assert_int_equal(office_in_state(o, OUTBOX_INFLIGHT), 0);
    assert_int_equal(office_in_state(o, OUTBOX_UNKNOWN), 0);
    assert_int_equal(office_in_state(o, OUTBOX_QUEUED), 0);
}

static void refused_while_down_answered_once_after(void **state) {
    struct office o;
    struct told t = {0};
    (void)state;
    NEEDS_SERVER();
    office_open(&o, NULL, NULL);
    for (int i = 0; i < 3; i++) { /* stored; nothing else was done with them */
        assert_true(offer(&o, i, &t));
    }
    assert_int_equal(receive_batch(&o.s), 3);
    assert_int_equal(t.stored, 3);
    server("down");
    assert_true(offer(&o, 3, &t)); /* nobody knows yet */
    (void)service_round(&o.s, 0);  /* the others fail with it, each by its own begin */
    assert_int_equal(t.refused, 1);
    assert_true(atomic_load(&o.s.store_lost));
    assert_false(offer(&o, 4, &t));
    assert_true(service_round(&o.s, 0) < 0);
    server("up");
    settle_at_last(&o);
    assert_false(atomic_load(&o.s.store_lost));
    for (int i = 2; i < PHONES; i++) { /* the provider tries again, one of them needlessly */
        assert_true(offer(&o, i, &t));
    }
    settle_at_last(&o);
    assert_int_equal(t.refused, 1);
    expect_one_answer_each(&o);
    office_close(&o);
}

static void restarts_between_two_rounds_are_not_noticed(void **state) {
    struct office o;
    (void)state;
    NEEDS_SERVER();
    office_open(&o, NULL, NULL);
    for (int i = 0; i < PHONES; i++) {
        struct told t = {0};
        assert_true(offer(&o, i, &t));
        assert_int_equal(receive_batch(&o.s), 1);
        server("down");
        server("up");
        settle_at_last(&o);
        assert_int_equal(t.stored, 1);
    }
    expect_one_answer_each(&o);
    office_close(&o);
}

static void a_transaction_cut_in_two_is_undone_whole(void **state) {
    struct office o;
    struct contact c = {.first_name = STR("Coupé")}, found;
    (void)state;
    NEEDS_SERVER();
    office_open(&o, NULL, NULL);
    assert_int_equal(sql_begin(o.s.db, SQL_WRITE), OK);
    assert_int_equal(contacts_new(o.s.db, &c, OFFICE_START), OK);
    server("down");
    server("up");
    assert_int_not_equal(contacts_get(o.s.db, c.id, &o.a, &found), OK);
    assert_int_not_equal(sql_commit(o.s.db), OK);
    /* the same connection, the same prepared statements */
    assert_int_equal(sql_begin(o.s.db, SQL_WRITE), OK);
    assert_int_equal(contacts_get(o.s.db, c.id, &o.a, &found), NONE);
    assert_int_equal(contacts_new(o.s.db, &c, OFFICE_START), OK);
    assert_int_equal(sql_commit(o.s.db), OK);
    assert_int_equal(contacts_get(o.s.db, c.id, &o.a, &found), OK);
    office_close(&o);
}

/* Each call to the store of a message's whole trip, in turn, is answered by "connection lost";
 * a commit so answered did happen. */
static void answers_lost_at_any_moment(void **state) {
    struct office o;
    struct told t = {0};
    bool reached = true;
    (void)state;
    office_open(&o, NULL, NULL);
    int n = 0;
    for (; reached && n < 300; n++) {
        assert_true(offer(&o, n, &t));
        int64_t before = db_calls(o.s.db);
        db_fault_set(o.s.db, DB_FAULT_LOST, n + 1, false);
        settle_at_last(&o);
        reached = db_calls(o.s.db) - before > n;
        db_fault_set(o.s.db, DB_FAULT_NONE, 0, false);
        if (t.refused) { /* not stored, as far as the provider was told: it sends it again */
            t.refused = 0;
            assert_true(offer(&o, n, &t));
            settle_at_last(&o);
        }
        office_pass(&o, 2 * MS_SECOND); /* turns that were put back */
        struct str *text;
        size_t sent = office_texts(&o, arena_cstr(&o.a, phone(&o, n)), &text);
        if (sent != 1) {
            fail_msg("call %d lost: %zu answers", n + 1, sent);
        }
        assert_int_equal(office_in_state(&o, OUTBOX_INFLIGHT), 0);
        assert_int_equal(office_in_state(&o, OUTBOX_UNKNOWN), 0);
    }
    assert_true(n > 20 && !reached);
    office_close(&o);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_lost_at_any_moment),
        cmocka_unit_test(a_transaction_cut_in_two_is_undone_whole),
        cmocka_unit_test(restarts_between_two_rounds_are_not_noticed),
        cmocka_unit_test(refused_while_down_answered_once_after),
    };
    return cmocka_run_group_tests_name("store lost", tests, NULL, NULL);
}
