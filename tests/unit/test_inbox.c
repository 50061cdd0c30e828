/* test_inbox.c - kept once, claimed once, in order, one conversation at a time. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/db_fixture.h"

#include "db/hash.h"
#include "db/threads.h"

static struct inbox_row *claim(struct fixture *f, int64_t now_ms, size_t want) {
    struct inbox_row *rows = NULL;
    size_t n = 0;
    enum rc rc = inbox_claim(f->db, now_ms, 100, &f->a, &rows, &n);
    assert_int_equal(rc, want ? OK : NONE);
    assert_int_equal(n, want);
    return rows;
}

static void finish(struct fixture *f, const struct inbox_row *row, int64_t now_ms) {
    struct talk t;
    assert_ok(sessions_load(f->db, row->contact_id, &f->a, &t));
    assert_ok(inbox_finish(f->db, row, &t, now_ms));
    assert_ok(sessions_put(f->db, &t));
}

static void a_message_comes_back_whole(void **state) {
    struct fixture *f = *state;
    static const struct str files[] = {{"image/jpeg:https://x/1", 22},
                                       {"audio/ogg:https://x/2", 21}};
    struct inbound in = fixture_text(f, 1, "ABC", "Salut, \"ça\" va ? 👍");
    in.payload = STR("yes");
    in.kind = INBOUND_BUTTON;
    in.reply_to_tag = STR("abc123");
    in.callback_id = STR("cb");
    in.person_name = STR("Inès");
    in.attachment = files;
    in.attachments = 2;
    in.sent_ms = T0 - 500;
    in.part = 1;
    in.parts = 2;
    in.part_ref = STR("r9");
    int64_t id;
    IN_WRITE(f, inbox_receive(f->db, &in, &f->a, T0, &id));
    assert_ok(sql_begin(f->db, SQL_WRITE));
    struct inbox_row *r = claim(f, T0, 1);
    assert_true(r->id == id);
    assert_int_equal(r->kind, INBOX_BUTTON);
    assert_int_equal(r->state, INBOX_NEW);
    assert_str(r->gateway, "kannel");
    assert_str(r->channel, "sms");
    assert_str(r->provider_id, "ABC");
    assert_str(r->text, "Salut, \"ça\" va ? 👍");
    assert_str(r->payload, "yes");
    assert_str(r->reply_to_tag, "abc123");
    assert_str(r->callback_id, "cb");
    assert_str(r->person_name, "Inès");
    assert_str(r->part_ref, "r9");
    assert_true(r->part == 1 && r->parts == 2);
    assert_int_equal(r->attachments, 2);
    assert_str(r->attachment[1], "audio/ogg:https://x/2");
    assert_true(r->sent_ms == T0 - 500 && r->received_ms == T0);
    sql_rollback(f->db);
}

static enum rc receive_again(struct fixture *f, struct inbound *in, int64_t now_ms) {
    int64_t id;
    assert_ok(sql_begin(f->db, SQL_WRITE));
    return sql_end(f->db, inbox_receive(f->db, in, &f->a, now_ms, &id));
}

static void a_repetition_is_recognised(void **state) {
    struct fixture *f = *state;
    struct inbound in = fixture_text(f, 1, "42", "oui");
    assert_ok(receive_again(f, &in, T0));
    assert_int_equal(receive_again(f, &in, T0 + 1), E_CONFLICT);
    assert_int_equal(receive_again(f, &in, T0 + 6 * MS_DAY),
                     E_CONFLICT); /* a week later still */
    in.provider_id = STR("042");
    assert_ok(receive_again(f, &in, T0 + 2)); /* compared as text */
    in.channel = STR("sms2");
    assert_ok(receive_again(f, &in, T0 + 3)); /* another channel counts its own ids */
    in.gateway = STR("jasmin");
    assert_ok(receive_again(f, &in, T0 + 4));
    int64_t n;
    assert_ok(inbox_waiting(f->db, &n));
    assert_int_equal(n, 4);
}

/* Two ids whose hashes collide are two messages: the hit is compared in full. */
static void a_collision_loses_nothing(void **state) {
    struct fixture *f = *state;
    struct inbound in = fixture_text(f, 1, "first", "a");
    int64_t other = fixture_receive(f, 1, "other", "x", T0);
    int64_t h = hash_weekly(in.gateway, in.channel, in.provider_id, T0);
    assert_ok(sql_run(f->db, "INSERT INTO inbox_seen (h, inbox_id) VALUES ($1, $2)", SQL_I(h),
                      SQL_I(other)));
    assert_ok(receive_again(f, &in, T0));
    assert_int_equal(receive_again(f, &in, T0), E_CONFLICT);
    int64_t n;
    assert_ok(inbox_waiting(f->db, &n));
    assert_int_equal(n, 2);
}

static void hash_keys_stay_in_their_week(void **state) {
    (void)state;
    char id[16];
    for (int i = 0; i < 20000; i++) {
        snprintf(id, sizeof id, "%d", i);
        int64_t h = hash_weekly(STR("g"), STR("c"), str_from(id), T0);
        assert_true(h >= hash_week_start(T0));
        assert_true(h + HASH_SLOTS <= hash_week_start(T0 + 7 * MS_DAY));
        assert_true(hash_week_before(h) ==
                    hash_weekly(STR("g"), STR("c"), str_from(id), T0 - 7 * MS_DAY));
        assert_true(hash_address((struct address){STR("tel"), str_from(id)}) > 0);
    }
}

static void claims_are_in_order_and_end(void **state) {
    struct fixture *f = *state;
    int64_t id[3];
    id[0] = fixture_receive(f, 1, "1", "un", T0);
    id[1] = fixture_receive(f, 2, "2", "deux", T0 + 1);
    id[2] = fixture_receive(f, 1, "3", "trois", T0 + 2);
    assert_ok(sql_begin(f->db, SQL_WRITE));
    struct inbox_row *r = claim(f, T0 + 2, 3);
    for (int i = 0; i < 3; i++) {
        assert_true(r[i].id == id[i]);
        finish(f, &r[i], T0 + 3);
        assert_int_equal(inbox_finish(f->db, &r[i], NULL, T0 + 3), E_STATE); /* once */
    }
    assert_ok(sql_commit(f->db));
    assert_ok(sql_begin(f->db, SQL_WRITE));
    claim(f, T0 + 9, 0);
    assert_ok(sql_commit(f->db));
    struct inbox_row row;
    assert_ok(inbox_get(f->db, id[2], &f->a, &row));
    assert_int_equal(row.state, INBOX_DONE);
    assert_true(row.done_ms == T0 + 3);
    int64_t ms;
    assert_int_equal(inbox_next_ms(f->db, &ms), NONE);
}

static void a_rolled_back_turn_gives_the_message_back(void **state) {
    struct fixture *f = *state;
    fixture_receive(f, 1, "1", "un", T0);
    assert_ok(sql_begin(f->db, SQL_WRITE));
    finish(f, claim(f, T0, 1), T0);
    sql_rollback(f->db);
    assert_ok(sql_begin(f->db, SQL_WRITE));
    claim(f, T0, 1);
    sql_rollback(f->db);
}

static void a_half_answer_waits_for_the_other(void **state) {
    struct fixture *f = *state;
    int64_t first = fixture_receive(f, 1, "1", "je", T0), ms;
    assert_ok(sql_begin(f->db, SQL_WRITE));
    assert_ok(inbox_hold(f->db, claim(f, T0, 1)->id, T0 + 30000));
    assert_ok(sql_commit(f->db));
    assert_ok(sql_begin(f->db, SQL_WRITE));
    claim(f, T0 + 5, 0);
    assert_ok(sql_commit(f->db));
    assert_ok(inbox_next_ms(f->db, &ms));
    assert_true(ms == T0 + 30000);
    fixture_receive(f, 2, "2", "moi", T0 + 6); /* somebody else does not wake it */
    int64_t second = fixture_receive(f, 1, "3", "viens", T0 + 7);
    assert_ok(sql_begin(f->db, SQL_WRITE));
    struct inbox_row *r = claim(f, T0 + 8, 3);
    assert_true(r[0].id == first && r[0].state == INBOX_HELD);
    assert_str(r[1].text, "moi");
    assert_true(r[2].id == second);
    assert_ok(inbox_retry(f->db, r[2].id, T0 + 50));
    finish(f, &r[0], T0 + 8);
    finish(f, &r[1], T0 + 8);
    assert_ok(sql_commit(f->db));
    assert_ok(sql_begin(f->db, SQL_WRITE));
    r = claim(f, T0 + 50, 1);
    assert_int_equal(r->tries, 1);
    assert_ok(inbox_fail(f->db, r, NULL, STR("broken flow"), T0 + 51));
    assert_ok(sql_commit(f->db));
    size_t n;
    assert_ok(inbox_list(f->db, INBOX_FAILED, 10, &f->a, &r, &n));
    assert_int_equal(n, 1);
    assert_str(r->reason, "broken flow");
}

static void a_held_message_comes_when_its_time_is_over(void **state) {
    struct fixture *f = *state;
    fixture_receive(f, 1, "1", "oui mais", T0);
    assert_ok(sql_begin(f->db, SQL_WRITE));
    assert_ok(inbox_hold(f->db, claim(f, T0, 1)->id, T0 + 30000));
    claim(f, T0 + 29999, 0);
    claim(f, T0 + 30000, 1);
    sql_rollback(f->db);
}

static void events_take_the_same_road_once(void **state) {
    struct fixture *f = *state;
    int64_t a = fixture_person(f, 1), id;
    struct inbox_row ev = {.kind = INBOX_EVENT,
                           .contact_id = a,
                           .name = STR("meetup.reminder"),
                           .data = STR("{\"meetup\":7}"),
                           .key = STR("reminder/7"),
                           .priority = 2,
                           .expires_ms = T0 + MS_HOUR,
                           .ready_ms = T0 + 10};
    assert_ok(inbox_event(f->db, &ev, T0, &id));
    assert_int_equal(inbox_event(f->db, &ev, T0 + 1, &id), E_CONFLICT);
    struct inbox_row timeout = {.kind = INBOX_TIMEOUT, .contact_id = a, .token = STR("q7")};
    assert_ok(inbox_event(f->db, &timeout, T0, &id));
    assert_ok(inbox_event(f->db, &timeout, T0, NULL));
    assert_ok(sql_begin(f->db, SQL_WRITE));
    claim(f, T0 + 9, 2);
    struct inbox_row *r = claim(f, T0 + 10, 3);
    assert_int_equal(r[0].kind, INBOX_EVENT);
    assert_str(r[0].name, "meetup.reminder");
    assert_str(r[0].data, "{\"meetup\":7}");
    assert_str(r[0].key, "reminder/7");
    assert_int_equal(r[0].priority, 2);
    assert_true(r[0].expires_ms == T0 + MS_HOUR);
    assert_int_equal(r[1].kind, INBOX_TIMEOUT);
    assert_str(r[1].token, "q7");
    for (int i = 0; i < 3; i++) {
        finish(f, &r[i], T0 + 11);
    }
    assert_ok(sql_commit(f->db));
    struct thread_line *lines;
    size_t n;
    assert_ok(threads_read(f->db, a, 10, &f->a, &lines, &n));
    assert_int_equal(n, 0); /* events are no lines of the conversation */
}

static void old_words_are_forgotten(void **state) {
    struct fixture *f = *state;
    int64_t id = fixture_receive(f, 1, "1", "secret", T0), n = 0;
    fixture_receive(f, 1, "2", "new", T0 + 400 * MS_DAY);
    assert_ok(sql_begin(f->db, SQL_WRITE));
    finish(f, claim(f, T0, 1), T0);
    assert_ok(sql_commit(f->db));
    int64_t after = 0;
    IN_WRITE(f, inbox_forget(f->db, T0 + 300 * MS_DAY, 100, &after, &n));
    assert_int_equal(n, 1);
    assert_true(after >= id);
    struct inbox_row row;
    assert_ok(inbox_get(f->db, id, &f->a, &row));
    assert_int_equal(row.text.n, 0);
    IN_WRITE(f, inbox_forget(f->db, T0 + 300 * MS_DAY, 100, &after, &n));
    assert_int_equal(n, 0);
    assert_ok(inbox_unsee(f->db, T0 + 400 * MS_DAY, 100, &n));
    assert_int_equal(n, 1);
    assert_ok(sql_get_int_n(f->db, &n, "SELECT count(*) FROM inbox_seen", NULL, 0));
    assert_int_equal(n, 1);
}

/* Two processes on one PostgreSQL: each message is claimed by one, and no person by both. */
static void two_processes_share_the_work(void **state) {
    struct fixture *f = *state;
    struct fixture g = *f;
    size_t n = 0, m = 0;
    struct inbox_row *r = NULL, *q = NULL;
    if (!fixture_url) {
        skip();
    }
    for (int i = 0; i < 8; i++) {
        char id[16];
        snprintf(id, sizeof id, "%d", i);
        fixture_receive(f, i % 4, id, "oui", T0 + i);
    }
    fixture_open(f, &g.db);
    assert_ok(sql_begin(f->db, SQL_WRITE));
    assert_ok(sql_begin(g.db, SQL_WRITE));
    assert_ok(inbox_claim(f->db, T0 + 9, 2, &f->a, &r, &n));
    assert_ok(inbox_claim(g.db, T0 + 9, 100, &f->a, &q, &m));
    assert_int_equal(n, 2);
    assert_int_equal(m, 4); /* the other two people, both messages of each */
    for (size_t i = 0; i < m; i++) {
        assert_true(q[i].contact_id != r[0].contact_id && q[i].contact_id != r[1].contact_id);
    }
    for (size_t i = 0; i < n; i++) {
        finish(f, &r[i], T0 + 10);
    }
    assert_ok(sql_commit(f->db));
    assert_ok(inbox_claim(g.db, T0 + 9, 100, &f->a, &q, &m));
    assert_int_equal(m, 6);
    sql_rollback(g.db);
    db_close(g.db);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_message_comes_back_whole),
        FIXTURE_TEST(a_repetition_is_recognised),
        FIXTURE_TEST(a_collision_loses_nothing),
        FIXTURE_TEST(hash_keys_stay_in_their_week),
        FIXTURE_TEST(claims_are_in_order_and_end),
        FIXTURE_TEST(a_rolled_back_turn_gives_the_message_back),
        FIXTURE_TEST(a_half_answer_waits_for_the_other),
        FIXTURE_TEST(a_held_message_comes_when_its_time_is_over),
        FIXTURE_TEST(events_take_the_same_road_once),
        FIXTURE_TEST(old_words_are_forgotten),
        FIXTURE_TEST(two_processes_share_the_work),
    };
    FIXTURE_RUN("inbox", tests);
}
