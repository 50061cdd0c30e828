/* test_forget.c - thirteen months later the words are gone; the counts and the STOP remain. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include <stdio.h>

#include "base/id.h"
#include "db/broadcasts.h"
#include "db/cases.h"
#include "db/contacts.h"
#include "db/ideas.h"
#include "db/inbox.h"
#include "db/optouts.h"
#include "db/retention.h"
#include "db/sql.h"
#include "db/threads.h"
#include "jobs/forget.h"

#define PHONE "+33639980150"
#define SECRET "mon secret zinzolin"

/* Rows of any table whose text still holds the word. */
static int64_t holding(struct office *o, const char *word) {
    static const char *const WHERE[] = {
        "SELECT count(*) FROM inbox WHERE text || payload || extra LIKE $1",
        "SELECT count(*) FROM outbox WHERE text || buttons || attachments LIKE $1",
        "SELECT count(*) FROM cases WHERE quote LIKE $1",
        "SELECT count(*) FROM notes WHERE text LIKE $1",
        "SELECT count(*) FROM ideas WHERE words LIKE $1",
        "SELECT count(*) FROM waves WHERE success || difficulty || need || call_note LIKE $1",
        "SELECT count(*) FROM places WHERE note LIKE $1",
        "SELECT count(*) FROM feedbacks WHERE words LIKE $1",
        "SELECT count(*) FROM broadcast_people WHERE answer LIKE $1",
        "SELECT count(*) FROM talks WHERE session LIKE $1",
    };
    struct str like = arena_printf(&o->a, "%%%s%%", word);
    int64_t all = 0;
    for (size_t i = 0; i < sizeof WHERE / sizeof *WHERE; i++) {
        int64_t n = 0;
        assert_int_equal(sql_get_int(o->s.db, &n, WHERE[i], SQL_S(like)), OK);
        all += n;
    }
    return all;
}

static int64_t rows(struct office *o, const char *sql) {
    int64_t n = -1;
    assert_int_equal(sql_get_int_n(o->s.db, &n, sql, NULL, 0), OK);
    return n;
}

/* Words in the tables that no conversation of this test fills by itself. */
static void fill(struct office *o, int64_t who) {
    struct contact c = {.first_name = STR("Ada")};
    int64_t id;
    assert_int_equal(sql_begin(o->s.db, SQL_WRITE), OK);
    assert_int_equal(contacts_note(o->s.db, who, 1, STR(SECRET), service_now(&o->s)), OK);
    assert_int_equal(ideas_put(o->s.db, who, STR(SECRET), service_now(&o->s), &id), OK);
    assert_int_equal(contacts_new(o->s.db, &c, service_now(&o->s)), OK);
    assert_int_equal(sql_commit(o->s.db), OK);
    char sql[1600];
    snprintf(
        sql, sizeof sql,
        "INSERT INTO meetups (id, title, day, starts_ms, ends_ms, zone, state, created_ms) "
        "VALUES (1, 'm', '2026-03-02', 1, %lld, 'Europe/Paris', 'DONE', 1); "
        "INSERT INTO places (meetup_id, contact_id, state, note, answered_ms) VALUES (1, %lld, "
        "'CAME', '" SECRET "', %lld); "
        "INSERT INTO feedbacks (id, meetup_id, rating, words) VALUES (1, 1, 4, '" SECRET "'); "
        "INSERT INTO broadcasts (id, title, text, segment, state, created_ms) VALUES (1, 'b', "
        "'b', '{}', 'DONE', 1); "
        "INSERT INTO broadcast_people (broadcast_id, contact_id, step, answer, rank, "
        "answered_ms) VALUES (1, %lld, 'QUEUED', '" SECRET "', 1, %lld), (1, %lld, 'QUEUED', "
        "'yes', 2, %lld); "
        "INSERT INTO followups (id, contact_id, contract_date, kind, active, created_ms) "
        "VALUES "
        "(1, %lld, '2025-12-01', 'cdi', 0, 1); "
        "INSERT INTO waves (id, followup_id, contact_id, month, due, state, asked_ms, "
        "answered_ms, situation, success) VALUES (1, 1, %lld, 3, '2026-03-01', 'DONE', %lld, "
        "%lld, 'cdi', '" SECRET "')",
        (long long)OFFICE_START, (long long)who, (long long)OFFICE_START, (long long)who,
        (long long)OFFICE_START, (long long)c.id, (long long)OFFICE_START, (long long)who,
        (long long)who, (long long)OFFICE_START, (long long)OFFICE_START);
    assert_int_equal(sql_script(o->s.db, sql), OK);
}

static void only_counts_and_proofs_remain(void **state) {
    struct office o;
    struct broadcast_counts b;
    struct thread_line *line;
    struct optout *proof;
    size_t n = 0, proofs = 0;
    (void)state;
    office_open(&o, NULL, NULL);
    int64_t who = office_youth(&o, "Inès", PHONE);
    fill(&o, who);
    office_says(&o, PHONE, SECRET);
    office_says(&o, PHONE, "stop svp");
    int64_t in = rows(&o, "SELECT count(*) FROM inbox");
    int64_t out = rows(&o, "SELECT count(*) FROM outbox WHERE state = 'SENT'");
    int64_t cases = rows(&o, "SELECT count(*) FROM cases");
    assert_true(out > 0 && cases == 1 && holding(&o, "zinzolin") >= 8);

    office_pass(&o, 300 * MS_DAY); /* not yet */
    assert_true(holding(&o, "zinzolin") >= 8);
    assert_int_equal(sql_begin(o.s.db, SQL_WRITE), OK);
    assert_int_equal(contacts_note(o.s.db, who, 1, STR("tout neuf"), service_now(&o.s)), OK);
    assert_int_equal(sql_commit(o.s.db), OK);
    office_pass(&o, 96 * MS_DAY);

    assert_int_equal(holding(&o, "zinzolin"), 0);
    assert_int_equal(holding(&o, "tout neuf"), 1);
    assert_true(rows(&o, "SELECT count(*) FROM inbox") >= in);
    assert_int_equal(rows(&o, "SELECT count(*) FROM outbox WHERE state = 'SENT'"), out);
    assert_int_equal(rows(&o, "SELECT count(*) FROM outbox WHERE text <> ''"), 0);
    assert_int_equal(rows(&o, "SELECT count(*) FROM cases"), cases);
    assert_int_equal(rows(&o, "SELECT count(*) FROM ideas"), 1);
    assert_int_equal(rows(&o, "SELECT sum(rating) FROM feedbacks"), 4);
    assert_int_equal(rows(&o, "SELECT count(*) FROM waves WHERE situation = 'cdi'"), 1);
    assert_int_equal(rows(&o, "SELECT count(*) FROM inbox_seen"), 0);
    assert_int_equal(broadcasts_count(o.s.db, 1, &b), OK);
    assert_true(b.yes == 1 && b.other == 1);

    struct contact c;
    assert_int_equal(contacts_get(o.s.db, who, &o.a, &c), OK);
    assert_true(c.stop_all_ms > 0 && str_is(c.first_name, "Inès"));
    assert_int_equal(optouts_of(o.s.db, who, &o.a, &proof, &proofs), OK);
    assert_int_equal(proofs, 1);
    assert_true(str_is(proof[0].words, "stop svp"));

    assert_int_equal(threads_read(o.s.db, who, 50, &o.a, &line, &n), OK);
    assert_true(n >= 4); /* who wrote, when, what became of it */
    for (size_t i = 0; i < n; i++) {
        assert_true(line[i].text.n == 0);
        assert_true(line[i].at_ms < forget_before(&o.config, service_now(&o.s)));
    }
    office_close(&o);
}

static void the_office_chooses_how_long(void **state) {
    struct office o;
    (void)state;
    office_open(&o, NULL, "keep: {messages: 1}\n");
    office_youth(&o, "Inès", PHONE);
    office_says(&o, PHONE, SECRET);
    office_pass(&o, 29 * MS_DAY);
    assert_true(holding(&o, "zinzolin") > 0);
    office_pass(&o, 3 * MS_DAY);
    assert_int_equal(holding(&o, "zinzolin"), 0);
    office_close(&o);
}

/* More rows than one step takes: a few at once, each looked at once, the newest left alone. */
static void a_large_office_forgets_in_small_steps(void **state) {
    struct office o;
    char sql[400];
    int64_t n = 0, total = 0, old = id_floor(OFFICE_START) - 5000;
    (void)state;
    office_open(&o, NULL, NULL);
    int64_t who = office_youth(&o, "Inès", PHONE);
    snprintf(
        sql, sizeof sql,
        "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 1200) "
        "INSERT INTO inbox (id, contact_id, kind, state, gateway, channel, provider_id, "
        "text, received_ms, ready_ms) SELECT %lld + i, %lld, 'text', 'DONE', 'sim', 'sms', "
        "'x', '" SECRET "', %lld, 1 FROM k",
        (long long)old, (long long)who, (long long)OFFICE_START - 1);
    assert_int_equal(sql_script(o.s.db, sql), OK);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(retention_step(o.s.db, 0, OFFICE_START, 500, service_now(&o.s), &n),
                         OK);
        assert_true(n <= 500);
        total += n;
        assert_int_equal(holding(&o, "zinzolin"), 1200 - total);
    }
    assert_int_equal(total, 1200);
    assert_int_equal(retention_step(o.s.db, 0, OFFICE_START, 500, service_now(&o.s), &n), OK);
    assert_int_equal(n, 0);
    office_receives(&o, PHONE, SECRET, "now"); /* waits still: never emptied before its turn */
    assert_int_equal(service_round(&o.s, 0) >= 0, 1);
    assert_int_equal(retention_step(o.s.db, 0, OFFICE_START, 500, service_now(&o.s), &n), OK);
    assert_true(holding(&o, "zinzolin") > 0);
    office_close(&o);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_counts_and_proofs_remain),
        cmocka_unit_test(the_office_chooses_how_long),
        cmocka_unit_test(a_large_office_forgets_in_small_steps),
    };
    return cmocka_run_group_tests_name("forget", tests, NULL, NULL);
}
