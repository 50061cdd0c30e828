/* test_receipts.c - delivery reports: early, late, repeated, out of order, by odd ids. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/db_fixture.h"

#include "db/receipts.h"

/* A message on its way: claimed, not answered yet. */
static struct outbox_row inflight(struct fixture *f, int i) {
    struct outbox_row m = {.contact_id = fixture_person(f, i),
                           .kind = STR("reply"),
                           .text = STR("x")},
                      *r;
    size_t n;
    IN_WRITE(f, outbox_put(f->db, &m, NULL, &f->a, T0));
    IN_WRITE(f, outbox_claim(f->db, STR("sms"), T0, 10, &f->a, &r, &n));
    return r[0];
}

static void sent(struct fixture *f, const struct outbox_row *m, const char *one,
                 const char *two) {
    const struct str ids[] = {str_from(one), str_from(two)};
    const struct outcome o = {
        .kind = OUTCOME_SENT, .provider_id = ids, .provider_ids = two ? 2 : 1};
    IN_WRITE(f, outbox_result(f->db, m, &o, 0, 0, false, T0 + 1));
}

static enum rc apply(struct fixture *f, const char *id, enum receipt_status s, int64_t now_ms,
                     struct receipt_effect *ret) {
    const struct receipt r = {.gateway = STR("kannel"),
                              .channel = STR("sms"),
                              .provider_id = str_from(id),
                              .status = s,
                              .reason =
                                  s == RECEIPT_FAILED ? STR("absent subscriber") : STR("")};
    assert_ok(sql_begin(f->db, SQL_WRITE));
    return sql_end(f->db, receipts_apply(f->db, &r, now_ms, ret));
}

static enum outbox_state state_of(struct fixture *f, int64_t id) {
    struct outbox_row m;
    assert_ok(outbox_get(f->db, id, &f->a, &m));
    return m.state;
}

static void delivered_then_read(void **state) {
    struct fixture *f = *state;
    struct outbox_row m = inflight(f, 1);
    struct receipt_effect e;
    sent(f, &m, "id1", NULL);
    assert_ok(apply(f, "id1", RECEIPT_SENT, T0 + 2, &e));
    assert_false(e.changed);
    assert_ok(apply(f, "id1", RECEIPT_DELIVERED, T0 + 3, &e));
    assert_true(e.changed && e.message_id == m.id && e.contact_id == m.contact_id);
    assert_ok(apply(f, "id1", RECEIPT_DELIVERED, T0 + 4, &e)); /* repeated */
    assert_false(e.changed);
    assert_ok(apply(f, "id1", RECEIPT_FAILED, T0 + 5,
                    &e)); /* contradicts: the first final one wins */
    assert_false(e.changed);
    assert_ok(apply(f, "id1", RECEIPT_READ, T0 + 6, &e));
    assert_int_equal(state_of(f, m.id), OUTBOX_READ);
    assert_ok(apply(f, "id1", RECEIPT_SENT, T0 + 7, &e)); /* out of order */
    assert_int_equal(state_of(f, m.id), OUTBOX_READ);
}

static void a_failure_stays_one(void **state) {
    struct fixture *f = *state;
    struct outbox_row m = inflight(f, 1), got;
    struct receipt_effect e;
    sent(f, &m, "id1", NULL);
    assert_ok(apply(f, "id1", RECEIPT_FAILED, T0 + 2, &e));
    assert_true(e.changed && !e.marked_bad);
    assert_ok(apply(f, "id1", RECEIPT_DELIVERED, T0 + 3, &e));
    assert_ok(outbox_get(f->db, m.id, &f->a, &got));
    assert_int_equal(got.state, OUTBOX_FAILED);
    assert_str(got.reason, "absent subscriber");
}

static void a_permanent_failure_marks_the_number(void **state) {
    struct fixture *f = *state;
    struct outbox_row m = inflight(f, 1);
    struct receipt_effect e;
    struct contact_address a;
    sent(f, &m, "id1", NULL);
    const struct receipt r = {.channel = STR("sms"),
                              .provider_id = STR("id1"),
                              .status = RECEIPT_FAILED,
                              .permanent = true,
                              .reason = STR("unknown subscriber")};
    IN_WRITE(f, receipts_apply(f->db, &r, T0 + 2, &e));
    assert_true(e.marked_bad);
    assert_ok(addresses_get(f->db, m.address_id, &f->a, &a));
    assert_int_equal(a.state, ADDRESS_BAD);
    assert_str(a.reason, "unknown subscriber");
}

static void all_parts_make_the_message(void **state) {
    struct fixture *f = *state;
    struct outbox_row m = inflight(f, 1);
    struct receipt_effect e;
    sent(f, &m, "a", "b");
    assert_ok(apply(f, "b", RECEIPT_DELIVERED, T0 + 2, &e));
    assert_int_equal(state_of(f, m.id), OUTBOX_SENT);
    assert_ok(apply(f, "a", RECEIPT_READ, T0 + 3, &e));
    assert_int_equal(state_of(f, m.id), OUTBOX_DELIVERED);
    assert_ok(apply(f, "b", RECEIPT_READ, T0 + 4, &e));
    assert_int_equal(state_of(f, m.id), OUTBOX_READ);
}

static void one_lost_part_is_a_lost_message(void **state) {
    struct fixture *f = *state;
    struct outbox_row m = inflight(f, 1);
    struct receipt_effect e;
    sent(f, &m, "a", "b");
    assert_ok(apply(f, "a", RECEIPT_DELIVERED, T0 + 2, &e));
    assert_ok(apply(f, "b", RECEIPT_FAILED, T0 + 3, &e));
    assert_int_equal(state_of(f, m.id), OUTBOX_FAILED);
}

static void an_early_receipt_waits_for_its_send(void **state) {
    struct fixture *f = *state;
    struct outbox_row m = inflight(f, 1);
    struct receipt_effect e;
    int64_t n = 9;
    assert_int_equal(apply(f, "0077", RECEIPT_DELIVERED, T0, &e), NONE);
    assert_int_equal(apply(f, "other", RECEIPT_DELIVERED, T0, &e), NONE);
    sent(f, &m, "77", NULL);
    assert_int_equal(state_of(f, m.id), OUTBOX_DELIVERED);
    assert_ok(receipts_drop(f->db, T0 + RECEIPTS_HOLD_MS - 1, &n));
    assert_int_equal(n, 0);
    assert_ok(receipts_drop(f->db, T0 + RECEIPTS_HOLD_MS, &n));
    assert_int_equal(n, 1); /* the one that matched nothing: shown, for a month */
    struct receipt_lost *lost;
    size_t count;
    assert_ok(receipts_lost(f->db, 10, &f->a, &lost, &count));
    assert_int_equal(count, 1);
    assert_true(str_is(lost[0].provider_id, "other") && lost[0].status == RECEIPT_DELIVERED);
    assert_ok(receipts_drop(f->db, T0 + RECEIPTS_HOLD_MS + RECEIPTS_LOST_MS, &n));
    assert_ok(receipts_lost(f->db, 10, &f->a, &lost, &count));
    assert_int_equal(count, 0);
}

static void our_own_id_is_enough(void **state) {
    struct fixture *f = *state;
    struct outbox_row m = inflight(f, 1), u = inflight(f, 2);
    struct receipt_effect e;
    const struct receipt early = {
        .channel = STR("sms"), .message_id = m.id, .status = RECEIPT_DELIVERED};
    assert_ok(sql_begin(f->db, SQL_WRITE));
    assert_int_equal(receipts_apply(f->db, &early, T0, &e), NONE); /* still in flight: held */
    assert_ok(sql_commit(f->db));
    sent(f, &m, "p", NULL);
    assert_int_equal(state_of(f, m.id), OUTBOX_DELIVERED);
    const struct outcome lost = {.kind = OUTCOME_UNKNOWN};
    IN_WRITE(f, outbox_result(f->db, &u, &lost, 0, 0, false, T0 + 1));
    const struct receipt late = {.channel = STR("sms"),
                                 .provider_id = STR("zz"),
                                 .message_id = u.id,
                                 .status = RECEIPT_SENT};
    IN_WRITE(f, receipts_apply(f->db, &late, T0 + 2, &e));
    assert_true(e.changed &&
                e.state == OUTBOX_SENT); /* the time-out turns out to have been sent */
    assert_ok(apply(f, "zz", RECEIPT_DELIVERED, T0 + 3, &e));
    assert_int_equal(state_of(f, u.id), OUTBOX_DELIVERED);
}

static void ids_are_texts_first(void **state) {
    struct fixture *f = *state;
    struct outbox_row m = inflight(f, 1), k = inflight(f, 2);
    struct receipt_effect e;
    sent(f, &m, "007", NULL);
    sent(f, &k, "7", NULL);
    assert_ok(apply(f, "7", RECEIPT_DELIVERED, T0 + 2, &e));
    assert_true(e.message_id == k.id);
    assert_ok(apply(f, "007", RECEIPT_DELIVERED, T0 + 2, &e));
    assert_true(e.message_id == m.id);
    struct outbox_row o = inflight(f, 3);
    sent(f, &o, "123", NULL);
    assert_ok(apply(f, "000123", RECEIPT_DELIVERED, T0 + 2, &e));
    assert_true(e.message_id == o.id);
}

static void a_receipt_of_next_week_still_finds_it(void **state) {
    struct fixture *f = *state;
    struct outbox_row m = inflight(f, 1);
    struct receipt_effect e;
    sent(f, &m, "w", NULL);
    assert_ok(apply(f, "w", RECEIPT_DELIVERED, T0 + 5 * MS_DAY, &e));
    assert_int_equal(state_of(f, m.id), OUTBOX_DELIVERED);
}

static void other_channels_have_their_own_ids(void **state) {
    struct fixture *f = *state;
    struct outbox_row m = inflight(f, 1);
    struct receipt_effect e;
    sent(f, &m, "id1", NULL);
    const struct receipt r = {
        .channel = STR("sms2"), .provider_id = STR("id1"), .status = RECEIPT_DELIVERED};
    assert_ok(sql_begin(f->db, SQL_WRITE));
    assert_int_equal(receipts_apply(f->db, &r, T0 + 2, &e), NONE);
    assert_ok(sql_commit(f->db));
    assert_int_equal(state_of(f, m.id), OUTBOX_SENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(delivered_then_read),
        FIXTURE_TEST(a_failure_stays_one),
        FIXTURE_TEST(a_permanent_failure_marks_the_number),
        FIXTURE_TEST(all_parts_make_the_message),
        FIXTURE_TEST(one_lost_part_is_a_lost_message),
        FIXTURE_TEST(an_early_receipt_waits_for_its_send),
        FIXTURE_TEST(our_own_id_is_enough),
        FIXTURE_TEST(ids_are_texts_first),
        FIXTURE_TEST(a_receipt_of_next_week_still_finds_it),
        FIXTURE_TEST(other_channels_have_their_own_ids),
    };
    FIXTURE_RUN("receipts", tests);
}
