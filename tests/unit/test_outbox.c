/* test_outbox.c - every move allowed and refused, the order per person, and what becomes of a
 * message. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/db_fixture.h"

#include "db/channels.h"
#include "db/outbox.h"
#include "db/receipts.h"
#include "db/threads.h"
#include "db/timers.h"

static struct outbox_row message(int64_t contact_id, int priority, const char *text) {
    return (struct outbox_row){.contact_id = contact_id,
                               .kind = STR("reply"),
                               .priority = priority,
                               .text = str_from(text)};
}

static int64_t put(struct fixture *f, struct outbox_row m, int64_t now_ms) {
    IN_WRITE(f, outbox_put(f->db, &m, NULL, &f->a, now_ms));
    return m.id;
}

static size_t claim(struct fixture *f, int64_t now_ms, struct outbox_row **ret) {
    size_t n = 0;
    assert_ok(sql_begin(f->db, SQL_WRITE));
    enum rc rc = outbox_claim(f->db, STR("sms"), now_ms, 100, &f->a, ret, &n);
    assert_true(rc == OK || rc == NONE);
    assert_ok(sql_commit(f->db));
    return n;
}

static void result(struct fixture *f, const struct outbox_row *m, struct outcome o,
                   int64_t next_ms, int64_t now_ms) {
    IN_WRITE(f, outbox_result(f->db, m, &o, next_ms, 20260105, true, now_ms));
}

static enum outbox_state state_of(struct fixture *f, int64_t id) {
    struct outbox_row m;
    assert_ok(outbox_get(f->db, id, &f->a, &m));
    return m.state;
}

static void a_message_comes_back_whole(void **state) {
    struct fixture *f = *state;
    int64_t a = fixture_person(f, 1);
    struct outbox_row m = {
        .contact_id = a,
        .kind = STR("question"),
        .priority = 3,
        .text = STR("Tu viens ?"),
        .buttons = STR("[{\"label\":\"Oui\"}]"),
        .attachments = STR("[\"image/png:https://x\"]"),
        .lang = STR("fr"),
        .ask_contact = true,
        .confirms_stop = true,
        .expires_ms = T0 + MS_DAY,
        .arm_ms = 5000,
        .arm_token = STR("q1"),
        .broadcast_id = 1,
        .meetup_id = 2,
        .wave_id = 3,
        .case_id = 4,
        .inbox_id = 5,
        .staff_id = 6,
        .segments = 1,
    };
    int64_t id = put(f, m, T0);
    struct outbox_row *r;
    assert_int_equal(claim(f, T0, &r), 1);
    assert_true(r->id == id && r->contact_id == a);
    assert_str(r->to.scheme, "tel");
    assert_true(str_eq(r->to.value, fixture_tel(f, 1).value));
    assert_str(r->channel, "sms");
    assert_str(r->kind, "question");
    assert_str(r->text, "Tu viens ?");
    assert_str(r->buttons, "[{\"label\":\"Oui\"}]");
    assert_str(r->attachments, "[\"image/png:https://x\"]");
    assert_true(r->ask_contact && r->confirms_stop && r->state == OUTBOX_INFLIGHT);
    assert_true(r->broadcast_id == 1 && r->case_id == 4 && r->segments == 1);
    assert_true(r->attempt == 1 && r->first_part == 1);
    assert_true(r->expires_ms == T0 + MS_DAY && r->arm_ms == 5000);
    assert_str(r->arm_token, "q1");
    struct outbox_row got;
    assert_ok(outbox_get(f->db, id, &f->a, &got));
    assert_str(got.text, "Tu viens ?");
    assert_true(got.broadcast_id == 1 && got.meetup_id == 2 && got.wave_id == 3 &&
                got.case_id == 4 && got.inbox_id == 5 && got.staff_id == 6);
    assert_true(got.segments == 1 && got.attempt == 1 && got.created_ms == T0);
}

/* What the last door asks is as fresh as the claim itself. */
static void a_claim_knows_the_person(void **state) {
    struct fixture *f = *state;
    int64_t a = fixture_person(f, 1), b = fixture_person(f, 2);
    struct contact_address at;
    struct outbox_row *r;
    put(f, message(a, 0, "x"), T0);
    put(f, message(b, 0, "y"), T0);
    assert_ok(addresses_find(f->db, fixture_tel(f, 2), &f->a, &at));
    IN_WRITE(f, addresses_mark(f->db, at.id, ADDRESS_BAD, STR("gone"), T0));
    assert_ok(sql_begin(f->db, SQL_WRITE));
    assert_ok(sql_script(f->db, "UPDATE contacts SET stop_all_ms = 7, pause_until_ms = 8"));
    assert_ok(sql_commit(f->db));
    assert_int_equal(claim(f, T0, &r), 2);
    assert_true(r[0].who.known && !r[0].who.erased && !r[0].who.bad_address);
    assert_true(r[0].who.stop_all_ms == 7 && r[0].who.pause_until_ms == 8);
    assert_true(r[1].who.known && r[1].who.bad_address && !r[1].who.blocked_address);
}

static void nobody_is_written_to_without_an_address(void **state) {
    struct fixture *f = *state;
    struct contact c = {.origin = STR("staff")};
    assert_ok(contacts_new(f->db, &c, T0));
    struct outbox_row m = message(c.id, 0, "x");
    assert_ok(sql_begin(f->db, SQL_WRITE));
    assert_int_equal(outbox_put(f->db, &m, NULL, &f->a, T0), NONE);
    assert_ok(sql_commit(f->db));
    struct outbox_row *r;
    assert_int_equal(claim(f, T0, &r), 0);
}

/* Brings a fresh row into the state by the roads that exist. */
static int64_t row_in(struct fixture *f, int64_t contact_id, enum outbox_state s) {
    int64_t id = put(f, message(contact_id, 0, "x"), T0);
    assert_ok(sql_run(f->db, "UPDATE outbox SET state = $1 WHERE id = $2",
                      SQL_C(outbox_state_name(s)), SQL_I(id)));
    return id;
}

static void all_moves_allowed_and_refused(void **state) {
    /* from: rows, to: columns, in the order of the enum; written here again on purpose */
    static const char *const MAY[OUTBOX_STATES] = {
        /*            Q I S D R F U E H */
        /* QUEUED  */ ".x.....xx",
        /* INFLIGHT*/ "x.x..xxxx",
        /* SENT    */ "...xxx...",
        /* DELIVERD*/ "....x....",
        /* READ    */ ".........",
        /* FAILED  */ ".........",
        /* UNKNOWN */ "..xxxx...",
        /* EXPIRED */ ".........",
        /* HELD    */ ".........",
    };
    struct fixture *f = *state;
    int64_t a = fixture_person(f, 1);
    for (int from = 0; from < OUTBOX_STATES; from++) {
        for (int to = 0; to < OUTBOX_STATES; to++) {
            bool may = MAY[from][to] == 'x';
            int64_t id = row_in(f, a, (enum outbox_state)from);
            assert_int_equal(outbox_may_move((enum outbox_state)from, (enum outbox_state)to),
                             may);
            assert_ok(sql_begin(f->db, SQL_WRITE));
            enum rc rc = outbox_move(f->db, id, (enum outbox_state)from, (enum outbox_state)to,
                                     NULL, T0 + 7);
            assert_int_equal(rc, may ? OK : E_STATE);
            assert_ok(sql_commit(f->db));
            struct outbox_row m;
            assert_ok(outbox_get(f->db, id, &f->a, &m));
            assert_int_equal(m.state, may ? to : from);
            if (may) {
                assert_true(m.sent_ms == (to == OUTBOX_SENT ? T0 + 7 : 0));
                assert_true(m.final_ms ==
                            (outbox_is_final((enum outbox_state)to) ? T0 + 7 : 0));
            }
        }
    }
}

static void a_move_from_another_state_changes_nothing(void **state) {
    struct fixture *f = *state;
    int64_t id = row_in(f, fixture_person(f, 1), OUTBOX_READ);
    assert_ok(sql_begin(f->db, SQL_WRITE));
    assert_int_equal(outbox_move(f->db, id, OUTBOX_INFLIGHT, OUTBOX_SENT, NULL, T0), E_STATE);
    assert_int_equal(outbox_move(f->db, id, OUTBOX_SENT, OUTBOX_DELIVERED, NULL, T0), E_STATE);
    assert_int_equal(outbox_move(f->db, 4711, OUTBOX_SENT, OUTBOX_DELIVERED, NULL, T0),
                     E_STATE);
    assert_ok(sql_commit(f->db));
    assert_int_equal(state_of(f, id), OUTBOX_READ);
}

static void one_person_is_written_to_in_order(void **state) {
    struct fixture *f = *state;
    int64_t a = fixture_person(f, 1), b = fixture_person(f, 2);
    int64_t first = put(f, message(a, 2, "un"), T0);
    int64_t second = put(f, message(a, 2, "deux"), T0);
    int64_t other = put(f, message(b, 2, "autre"), T0);
    struct outbox_row *r, *q;
    assert_int_equal(claim(f, T0, &r), 2);
    assert_true(r[0].id == first && r[1].id == other);
    assert_int_equal(claim(f, T0, &q), 0); /* the first one is in flight */
    result(f, r, (struct outcome){.kind = OUTCOME_LATER, .reason = STR("500")}, T0 + 1000, T0);
    assert_int_equal(claim(f, T0 + 10, &q), 0); /* due to be tried again */
    int64_t urgent = put(f, message(a, 1, "annulé"), T0 + 10);
    assert_int_equal(claim(f, T0 + 10, &q), 1); /* a more urgent one overtakes */
    assert_true(q[0].id == urgent);
    assert_int_equal(claim(f, T0 + 1000, &q), 1);
    assert_true(q[0].id == first && q[0].attempt == 2);
    result(f, q, (struct outcome){.kind = OUTCOME_SENT}, 0, T0 + 1000);
    assert_int_equal(claim(f, T0 + 1000, &q), 1);
    assert_true(q[0].id == second);
}

static void a_message_for_tomorrow_blocks_nobody(void **state) {
    struct fixture *f = *state;
    int64_t a = fixture_person(f, 1);
    struct outbox_row m = message(a, 2, "demain");
    m.next_ms = T0 + MS_DAY;
    put(f, m, T0);
    int64_t now = put(f, message(a, 2, "maintenant"), T0);
    struct outbox_row *r;
    assert_int_equal(claim(f, T0, &r), 1);
    assert_true(r->id == now);
    int64_t ms;
    assert_ok(outbox_next_ms(f->db, STR("sms"), &ms));
    assert_true(ms == T0 + MS_DAY);
    assert_int_equal(outbox_next_ms(f->db, STR("tg"), &ms), NONE);
}

static void urgent_ones_leave_before_a_broadcast(void **state) {
    struct fixture *f = *state;
    for (int i = 0; i < 20; i++) {
        put(f, message(fixture_person(f, i), 5, "offre"), T0);
    }
    int64_t reply = put(f, message(fixture_person(f, 50), 0, "réponse"), T0 + 1);
    struct outbox_row *r;
    size_t n;
    assert_ok(sql_begin(f->db, SQL_WRITE));
    assert_ok(outbox_claim(f->db, STR("sms"), T0 + 1, 5, &f->a, &r, &n));
    assert_ok(sql_commit(f->db));
    assert_int_equal(n, 5);
    assert_true(r[0].id == reply);
}

static void the_timeout_runs_from_the_sending(void **state) {
    struct fixture *f = *state;
    int64_t a = fixture_person(f, 1), n;
    struct outbox_row m = message(a, 0, "?"), *r;
    m.arm_ms = 60000;
    m.arm_token = STR("q9");
    put(f, m, T0);
    assert_int_equal(claim(f, T0 + 5000, &r), 1);
    assert_ok(timers_count(f->db, &n));
    assert_int_equal(n, 0);
    result(f, r, (struct outcome){.kind = OUTCOME_SENT}, 0, T0 + 7000);
    struct timer *t;
    size_t k;
    assert_ok(timers_list(f->db, 10, &f->a, &t, &k));
    assert_int_equal(k, 1);
    assert_true(t->due_ms == T0 + 67000 && t->contact_id == a);
    assert_str(t->token, "q9");
    assert_str(t->kind, TIMERS_TIMEOUT);
}

static void results_of_every_kind(void **state) {
    struct fixture *f = *state;
    int64_t who[4], id[4];
    struct outbox_row *r;
    for (int i = 0; i < 4; i++) {
        who[i] = fixture_person(f, i);
        id[i] = put(f, message(who[i], 0, "x"), T0 + i);
    }
    assert_int_equal(claim(f, T0 + 9, &r), 4);
    const struct str ids[] = {{"p1", 2}, {"p2", 2}};
    result(f, &r[0],
           (struct outcome){.kind = OUTCOME_SENT, .provider_id = ids, .provider_ids = 2}, 0,
           T0 + 10);
    result(f, &r[1],
           (struct outcome){
               .kind = OUTCOME_NEVER, .bad_address = true, .reason = STR("no such number")},
           0, T0 + 10);
    result(f, &r[2],
           (struct outcome){.kind = OUTCOME_NEVER, .opted_out = true, .reason = STR("blocked")},
           0, T0 + 10);
    result(f, &r[3], (struct outcome){.kind = OUTCOME_UNKNOWN, .reason = STR("time-out")}, 0,
           T0 + 10);
    assert_int_equal(state_of(f, id[0]), OUTBOX_SENT);
    assert_int_equal(state_of(f, id[1]), OUTBOX_FAILED);
    assert_int_equal(state_of(f, id[2]), OUTBOX_FAILED);
    assert_int_equal(state_of(f, id[3]), OUTBOX_UNKNOWN);
    struct outbox_part *parts;
    struct contact_address to;
    size_t n;
    int count;
    assert_ok(receipts_of(f->db, id[0], &f->a, &parts, &n));
    assert_true(n == 2 && parts[1].part == 2);
    assert_str(parts[1].provider_id, "p2");
    assert_ok(sessions_day_count(f->db, who[0], 20260105, &count));
    assert_int_equal(count, 1);
    assert_ok(sessions_day_count(f->db, who[3], 20260105, &count));
    assert_int_equal(count, 0);
    assert_ok(addresses_find(f->db, fixture_tel(f, 1), &f->a, &to));
    assert_int_equal(to.state, ADDRESS_BAD);
    assert_ok(addresses_find(f->db, fixture_tel(f, 2), &f->a, &to));
    assert_int_equal(to.state, ADDRESS_BLOCKED);
    assert_int_equal(claim(f, T0 + MS_DAY, &r), 0); /* UNKNOWN is never sent again by itself */
    assert_ok(outbox_list(f->db, OUTBOX_UNKNOWN, 10, &f->a, &r, &n));
    assert_int_equal(n, 1);
    assert_str(r->reason, "time-out");
}

static void a_part_that_was_accepted_is_not_sent_again(void **state) {
    struct fixture *f = *state;
    int64_t id = put(f, message(fixture_person(f, 1), 0, "long"), T0);
    struct outbox_row *r;
    const struct str one[] = {{"p1", 2}}, two[] = {{"p2", 2}};
    assert_int_equal(claim(f, T0, &r), 1);
    result(f, r,
           (struct outcome){
               .kind = OUTCOME_LATER, .provider_id = one, .provider_ids = 1, .resume_part = 2},
           T0 + 5, T0);
    assert_int_equal(claim(f, T0 + 5, &r), 1);
    assert_int_equal(r->first_part, 2);
    result(f, r, (struct outcome){.kind = OUTCOME_SENT, .provider_id = two, .provider_ids = 1},
           0, T0 + 6);
    struct outbox_part *parts;
    size_t n;
    assert_ok(receipts_of(f->db, id, &f->a, &parts, &n));
    assert_true(n == 2);
    assert_str(parts[0].provider_id, "p1");
    assert_str(parts[1].provider_id, "p2");
}

static void quiet_hours_are_no_attempt(void **state) {
    struct fixture *f = *state;
    int64_t id = put(f, message(fixture_person(f, 1), 0, "x"), T0);
    struct outbox_row *r;
    assert_int_equal(claim(f, T0, &r), 1);
    const struct outbox_change c = {
        .next_ms = T0 + MS_HOUR, .uncount = true, .reason = STR("quiet hours")};
    IN_WRITE(f, outbox_move(f->db, id, OUTBOX_INFLIGHT, OUTBOX_QUEUED, &c, T0));
    assert_int_equal(claim(f, T0 + MS_HOUR - 1, &r), 0);
    assert_int_equal(claim(f, T0 + MS_HOUR, &r), 1);
    assert_int_equal(r->attempt, 1);
}

static void after_a_crash_nobody_gets_it_twice(void **state) {
    struct fixture *f = *state;
    int64_t id = put(f, message(fixture_person(f, 1), 0, "x"), T0), n = 0;
    struct outbox_row *r;
    assert_int_equal(claim(f, T0 + 5, &r), 1);
    assert_ok(outbox_recover(f->db, T0 + 4, T0 + 9,
                             &n)); /* another process's claim, newer than that */
    assert_int_equal(n, 0);
    assert_ok(outbox_recover(f->db, T0 + 5, T0 + 9, &n));
    assert_int_equal(n, 1);
    assert_int_equal(state_of(f, id), OUTBOX_UNKNOWN);
    assert_int_equal(claim(f, T0 + MS_DAY, &r), 0);
}

static void what_is_cancelled_is_held_back(void **state) {
    struct fixture *f = *state;
    int64_t a = fixture_person(f, 1), b = fixture_person(f, 2), n;
    struct outbox_row m = message(a, 2, "rappel");
    m.kind = STR("reminder");
    m.meetup_id = 7;
    int64_t one = put(f, m, T0);
    m.contact_id = b;
    int64_t two = put(f, m, T0);
    m.meetup_id = 8;
    int64_t three = put(f, m, T0);
    int64_t reply = put(f, message(a, 0, "réponse"), T0);
    assert_ok(outbox_hold_back(f->db, 0, 0, 7, 0, STR("reminder"), STR("meetup cancelled"),
                               T0 + 1, &n));
    assert_int_equal(n, 2);
    assert_int_equal(state_of(f, one), OUTBOX_HELD_BACK);
    assert_int_equal(state_of(f, two), OUTBOX_HELD_BACK);
    assert_int_equal(state_of(f, three), OUTBOX_QUEUED);
    assert_ok(outbox_hold_back(f->db, a, 0, 0, 0, STR(""), STR("stop"), T0 + 2, &n));
    assert_int_equal(n, 1);
    assert_int_equal(state_of(f, reply), OUTBOX_HELD_BACK);
    struct outbox_row row;
    assert_ok(outbox_get(f->db, one, &f->a, &row));
    assert_str(row.reason, "meetup cancelled");
    assert_true(row.final_ms == T0 + 1);
}

static void channels_with_a_queue(void **state) {
    struct fixture *f = *state;
    static const char *const NAMES[] = {"b", "", "a", "b"};
    struct str name;
    int64_t n;
    assert_int_equal(outbox_next_channel(f->db, NULL, &f->a, &name), NONE);
    for (int i = 0; i < 4; i++) {
        struct outbox_row m = message(fixture_person(f, i), i, "x");
        IN_WRITE(f, outbox_put(f->db, &m, NULL, &f->a, T0));
        IN_WRITE(f, outbox_to_channel(f->db, m.address_id, m.channel, str_from(NAMES[i]), &n));
    }
    assert_ok(outbox_next_channel(f->db, NULL, &f->a, &name));
    assert_str(name, ""); /* waits for any channel: it is one, too */
    assert_ok(outbox_next_channel(f->db, &name, &f->a, &name));
    assert_str(name, "a");
    assert_ok(outbox_next_channel(f->db, &name, &f->a, &name));
    assert_str(name, "b");
    assert_int_equal(outbox_next_channel(f->db, &name, &f->a, &name), NONE);
}

static void depths_and_lists(void **state) {
    struct fixture *f = *state;
    struct outbox_row *r;
    struct outbox_depth *d;
    size_t n;
    for (int i = 0; i < 3; i++) {
        put(f, message(fixture_person(f, i), 0, "x"), T0 + i);
    }
    assert_ok(outbox_depths(f->db, &f->a, &d, &n));
    assert_int_equal(n, 1);
    assert_true(d->n == 3 && d->oldest_ms == T0 && d->state == OUTBOX_QUEUED);
    assert_ok(outbox_list(f->db, OUTBOX_QUEUED, 2, &f->a, &r, &n));
    assert_int_equal(n, 2);
    assert_true(r[0].id > r[1].id);
    assert_int_equal(claim(f, T0 + 9, &r), 3);
    assert_ok(outbox_list(f->db, OUTBOX_INFLIGHT, 9, &f->a, &r, &n));
    assert_int_equal(n, 3);
    assert_ok(outbox_depths(f->db, &f->a, &d, &n));
    assert_true(n == 1 && d->state == OUTBOX_INFLIGHT);
    int64_t forgotten, after = 0;
    result(f, &r[0], (struct outcome){.kind = OUTCOME_SENT}, 0, T0 + 10);
    IN_WRITE(f, outbox_forget(f->db, T0 + MS_DAY, 100, &after, &forgotten));
    assert_int_equal(forgotten, 1); /* never the text of a message that is under way */
}

static void a_conversation_is_read_as_it_was_lived(void **state) {
    struct fixture *f = *state;
    int64_t a = fixture_person(f, 1);
    fixture_receive(f, 1, "1", "salut", T0);
    struct inbox_row *in;
    struct talk t;
    size_t n;
    assert_ok(sql_begin(f->db, SQL_WRITE));
    assert_ok(inbox_claim(f->db, T0, 10, &f->a, &in, &n));
    assert_ok(sessions_load(f->db, a, &f->a, &t));
    assert_ok(inbox_finish(f->db, in, &t, T0 + 1));
    struct outbox_row one = message(a, 0, "bonjour"), two = message(a, 0, "ton prénom ?");
    assert_ok(outbox_put(f->db, &one, &t, &f->a, T0 + 1));
    assert_ok(outbox_put(f->db, &two, &t, &f->a, T0 + 1));
    assert_ok(sessions_put(f->db, &t));
    assert_ok(sql_commit(f->db));
    struct outbox_row staff = message(a, 0, "c'est Sonia");
    staff.staff_id = 5;
    put(f, staff, T0 + MS_HOUR);
    struct outbox_row bulk = message(a, 5, "offre");
    bulk.broadcast_id = 77;
    int64_t bulk_id = put(f, bulk, T0 + 2 * MS_HOUR);
    assert_ok(sql_run(f->db,
                      "INSERT INTO broadcasts (id, title, text, segment, state, created_ms) "
                      "VALUES ($1, 'x', 'offre', '', 'SENDING', 0)",
                      SQL_I(77)));
    assert_ok(
        sql_run(f->db,
                "INSERT INTO broadcast_people (broadcast_id, contact_id, step, outbox_id) "
                "VALUES ($1, $2, 'QUEUED', $3)",
                SQL_I(77), SQL_I(a), SQL_I(bulk_id)));
    struct thread_line *l;
    assert_ok(threads_read(f->db, a, 50, &f->a, &l, &n));
    assert_int_equal(n, 5);
    assert_true(l[0].inbound);
    assert_str(l[0].text, "salut");
    assert_str(l[1].text, "bonjour");
    assert_str(l[2].text, "ton prénom ?");
    assert_true(l[3].staff_id == 5);
    assert_str(l[4].text, "offre");
    assert_ok(threads_read(f->db, a, 2, &f->a, &l, &n));
    assert_int_equal(n, 2);
    assert_str(l[0].text, "c'est Sonia");
    assert_ok(sessions_load(f->db, a, &f->a, &t));
    assert_true(t.last_in_ms == T0 && t.last_out_ms == T0 + 1);
}

static void a_channel_counts_its_day(void **state) {
    struct fixture *f = *state;
    struct channel *list;
    size_t n;
    assert_ok(channels_ensure(f->db, STR("sms"), STR("kannel"), STR("tel")));
    fixture_person(f, 1);
    fixture_receive(f, 1, "p1", "coucou", T0);
    fixture_receive(f, 1, "p2", "salut", T0 + MS_DAY);
    fixture_receive(f, 1, "p3", "ca va", T0 + MS_DAY + 1);
    assert_ok(channels_list(f->db, T0 + MS_DAY, &f->a, &list, &n));
    assert_int_equal(n, 1);
    assert_true(list->received == 2 && list->sent == 0);
}

static void channels_pause_and_alert_once(void **state) {
    struct fixture *f = *state;
    struct channel c;
    struct str v;
    assert_ok(channels_ensure(f->db, STR("sms"), STR("kannel"), STR("tel")));
    assert_ok(channels_ensure(f->db, STR("sms"), STR("jasmin"), STR("tel")));
    assert_ok(channels_set_cursor(f->db, STR("sms"), STR("981")));
    assert_ok(channels_pause(f->db, STR("sms"), T0 + 1000, STR("no credit"), T0));
    assert_int_equal(channels_pause(f->db, STR("sms"), T0 + 500, STR("no credit"), T0 + 1),
                     NONE);
    assert_ok(channels_get(f->db, STR("sms"), &f->a, &c));
    assert_str(c.gateway, "jasmin");
    assert_str(c.cursor, "981");
    assert_true(c.paused_until_ms == T0 + 1000 && c.fault_ms == T0);
    assert_ok(channels_resume(f->db, STR("sms")));
    assert_ok(channels_get(f->db, STR("sms"), &f->a, &c));
    assert_true(c.paused_until_ms == 0 && c.fault.n == 0);
    assert_int_equal(channels_get(f->db, STR("tg"), &f->a, &c), NONE);
    assert_ok(channels_memory_put(f->db, STR("sms"), STR("token"), STR("a"), T0 + 10));
    assert_ok(channels_memory_put(f->db, STR("sms"), STR("token"), STR("b"), T0 + 20));
    assert_ok(channels_memory_get(f->db, STR("sms"), STR("token"), T0 + 19, &f->a, &v));
    assert_str(v, "b");
    assert_int_equal(channels_memory_get(f->db, STR("sms"), STR("token"), T0 + 20, &f->a, &v),
                     NONE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_message_comes_back_whole),
        FIXTURE_TEST(a_claim_knows_the_person),
        FIXTURE_TEST(nobody_is_written_to_without_an_address),
        FIXTURE_TEST(all_moves_allowed_and_refused),
        FIXTURE_TEST(a_move_from_another_state_changes_nothing),
        FIXTURE_TEST(one_person_is_written_to_in_order),
        FIXTURE_TEST(a_message_for_tomorrow_blocks_nobody),
        FIXTURE_TEST(urgent_ones_leave_before_a_broadcast),
        FIXTURE_TEST(the_timeout_runs_from_the_sending),
        FIXTURE_TEST(results_of_every_kind),
        FIXTURE_TEST(a_part_that_was_accepted_is_not_sent_again),
        FIXTURE_TEST(quiet_hours_are_no_attempt),
        FIXTURE_TEST(after_a_crash_nobody_gets_it_twice),
        FIXTURE_TEST(what_is_cancelled_is_held_back),
        FIXTURE_TEST(channels_with_a_queue),
        FIXTURE_TEST(depths_and_lists),
        FIXTURE_TEST(a_conversation_is_read_as_it_was_lived),
        FIXTURE_TEST(a_channel_counts_its_day),
        FIXTURE_TEST(channels_pause_and_alert_once),
    };
    FIXTURE_RUN("outbox", tests);
}
