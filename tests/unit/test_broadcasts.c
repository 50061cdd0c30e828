/* test_broadcasts.c - whom a segment selects, the fixed list, answers in order, who got
 * nothing. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/db_fixture.h"

#include "db/broadcasts.h"
#include "db/outbox.h"
#include "db/series.h"
#include "db/tags.h"

static int64_t draft(struct fixture *f, const struct segment *seg) {
    struct broadcast b = {.title = STR("Fibre"),
                          .text = STR("Un poste à Meaux, ça t'intéresse ?"),
                          .segment = STR("{}")};
    assert_ok(broadcasts_put(f->db, &b, seg, T0));
    return b.id;
}

/* How many the segment selects; the preview, the count and the confirmed list must agree. */
static int64_t selects(struct fixture *f, const struct segment *seg) {
    struct broadcast_person *list;
    size_t n;
    int64_t total = -1, fixed = -1, id = draft(f, seg);
    assert_ok(broadcasts_preview(f->db, id, 1000, T0, &f->a, &list, &n, &total));
    assert_int_equal(n, total);
    assert_ok(broadcasts_confirm(f->db, id, T0, &fixed));
    assert_int_equal(fixed, total);
    return total;
}

static void people(struct fixture *f, int64_t who[10]) {
    for (int i = 0; i < 10; i++) {
        char born[24];
        who[i] = fixture_person(f, i);
        snprintf(born, sizeof born, "%d-06-15", 2000 + i);
        assert_ok(contacts_set(f->db, who[i], STR("born"), str_from(born)));
        assert_ok(
            contacts_set(f->db, who[i], STR("insee"), i % 2 ? STR("77284") : STR("33281")));
        assert_ok(tags_add(f->db, who[i], i < 4 ? STR("fibre") : STR("cuisine"), T0));
    }
    assert_ok(tags_add(f->db, who[0], STR("cuisine"), T0)); /* two tags, still one message */
}

static void a_segment_is_counted_by_hand(void **state) {
    struct fixture *f = *state;
    int64_t who[10];
    people(f, who);
    const struct str fibre[] = {{"fibre", 5}}, both[] = {{"fibre", 5}, {"cuisine", 7}},
                     meaux[] = {{"77284", 5}};
    const struct segment all = {0}, tag = {.tag = fibre, .tags = 1},
                         two = {.tag = both, .tags = 2};
    const struct segment here = {.insee = meaux, .insees = 1};
    const struct segment tag_here = {.tag = fibre, .tags = 1, .insee = meaux, .insees = 1};
    const struct segment young = {.born_from = date_make(2005, 6, 15)};
    const struct segment between = {.born_from = date_make(2002, 6, 15),
                                    .born_to = date_make(2004, 6, 15)};
    assert_int_equal(selects(f, &all), 10);
    assert_int_equal(selects(f, &tag), 4);
    assert_int_equal(selects(f, &two), 10);
    assert_int_equal(selects(f, &here), 5);
    assert_int_equal(selects(f, &tag_here), 2);
    assert_int_equal(selects(f, &young), 5); /* both ends are included */
    assert_int_equal(selects(f, &between), 3);
}

static void a_series_is_a_segment_too(void **state) {
    struct fixture *f = *state;
    int64_t who[10];
    people(f, who);
    struct series s = {.name = STR("cafe"),
                       .title = STR("Café"),
                       .start = date_make(2026, 1, 1),
                       .active = true};
    assert_ok(series_put(f->db, &s, T0));
    for (int i = 2; i < 5; i++) {
        assert_ok(series_join(f->db, s.id, who[i], MEMBER_COLLABORATEUR, T0));
    }
    const struct str fibre[] = {{"fibre", 5}}, meaux[] = {{"77284", 5}};
    const struct segment members = {.series = &s.id, .series_n = 1};
    const struct segment mixed = {
        .series = &s.id, .series_n = 1, .tag = fibre, .tags = 1, .insee = meaux, .insees = 1};
    assert_int_equal(selects(f, &members), 3);
    assert_int_equal(selects(f, &mixed), 1);
}

static void some_are_never_selected(void **state) {
    struct fixture *f = *state;
    int64_t who[10];
    people(f, who);
    const struct segment all = {0}, enrolled = {.enrolled_only = true},
                         born = {.born_to = date_make(2026, 1, 1)};
    struct contact_address a;
    assert_ok(
        sql_run(f->db, "UPDATE contacts SET kind = 'partner' WHERE id = $1", SQL_I(who[0])));
    assert_ok(
        sql_run(f->db, "UPDATE contacts SET stop_all_ms = 5 WHERE id = $1", SQL_I(who[1])));
    assert_ok(sql_run(f->db, "UPDATE contacts SET pause_until_ms = $1 WHERE id = $2",
                      SQL_I(T0 + 1), SQL_I(who[2])));
    assert_ok(contacts_set_status(f->db, who[3], CONTACT_REFUSED, T0));
    assert_ok(addresses_pick(f->db, who[4], &f->a, &a));
    assert_ok(addresses_mark(f->db, a.id, ADDRESS_BAD, STR("x"), T0));
    assert_ok(contacts_set_status(f->db, who[5], CONTACT_SIGNING, T0));
    assert_ok(contacts_set(f->db, who[6], STR("born"), STR("")));
    assert_int_equal(selects(f, &all), 5);
    assert_int_equal(selects(f, &enrolled), 4);
    assert_int_equal(selects(f, &born), 4); /* no birth date, no age */
}

static void a_broadcast_moves_forward_only(void **state) {
    static const char *const MAY[] = {".x..x", "..x.x", "...xx", ".....", "....."};
    struct fixture *f = *state;
    const struct segment all = {0};
    for (int from = 0; from < 5; from++) {
        for (int to = 0; to < 5; to++) {
            int64_t id = draft(f, &all);
            assert_ok(sql_run(f->db, "UPDATE broadcasts SET state = $1 WHERE id = $2",
                              SQL_C(broadcasts_state_name((enum broadcast_state)from)),
                              SQL_I(id)));
            assert_int_equal(broadcasts_move(f->db, id, (enum broadcast_state)to, T0),
                             MAY[from][to] == 'x' ? OK : E_STATE);
        }
    }
}

static void a_confirmed_text_stays_as_it_was(void **state) {
    struct fixture *f = *state;
    const struct segment all = {0};
    struct broadcast b = {.title = STR("a"), .text = STR("un"), .segment = STR("{}")}, got;
    int64_t n;
    assert_ok(broadcasts_put(f->db, &b, &all, T0));
    b.text = STR("deux");
    assert_ok(broadcasts_put(f->db, &b, &all, T0));
    assert_ok(broadcasts_confirm(f->db, b.id, T0, &n));
    b.text = STR("trois");
    assert_int_equal(broadcasts_put(f->db, &b, &all, T0), E_STATE);
    assert_int_equal(broadcasts_confirm(f->db, b.id, T0, &n), E_STATE);
    assert_ok(broadcasts_get(f->db, b.id, &f->a, &got));
    assert_str(got.text, "deux");
    assert_int_equal(got.state, BROADCAST_CONFIRMED);
}

/* Sends the whole broadcast in pages of 4; the person at `skip` is skipped. */
static void send_all(struct fixture *f, int64_t id, int64_t skip) {
    struct broadcast_person *list;
    size_t n;
    enum rc rc;
    do {
        assert_ok(sql_begin(f->db, SQL_WRITE));
        rc = broadcasts_claim(f->db, id, 4, &f->a, &list, &n);
        for (size_t i = 0; rc == OK && i < n; i++) {
            struct outbox_row m = {.contact_id = list[i].contact_id,
                                   .kind = STR("bulk"),
                                   .priority = 5,
                                   .broadcast_id = id};
            if (list[i].contact_id == skip) {
                assert_ok(broadcasts_skipped(f->db, id, skip, STR("stop")));
                continue;
            }
            assert_ok(outbox_put(f->db, &m, NULL, &f->a, T0));
            assert_ok(broadcasts_queued(f->db, id, list[i].contact_id, m.id));
        }
        assert_ok(sql_commit(f->db));
    } while (rc == OK);
    assert_int_equal(rc, NONE);
}

static void everybody_gets_one_and_counts_agree(void **state) {
    struct fixture *f = *state;
    const struct segment all = {0};
    struct broadcast_counts c;
    struct broadcast *active;
    struct broadcast_miss *missed;
    struct outbox_row *r;
    int64_t who[10], n, id;
    size_t k;
    people(f, who);
    id = draft(f, &all);
    assert_ok(broadcasts_confirm(f->db, id, T0, &n));
    assert_ok(broadcasts_active(f->db, T0, &f->a, &active, &k));
    assert_int_equal(k, 1);
    assert_ok(broadcasts_move(f->db, id, BROADCAST_SENDING, T0));
    send_all(f, id, who[3]);
    send_all(f, id, 0); /* nothing is left */
    assert_ok(broadcasts_count(f->db, id, &c));
    assert_true(c.people == 10 && c.queued == 9 && c.skipped == 1 && c.waiting == 0 &&
                c.to_send == 9);
    IN_WRITE(f, outbox_claim(f->db, STR("sms"), T0, 2, &f->a, &r, &k));
    IN_WRITE(f, outbox_result(f->db, &r[0], &(struct outcome){.kind = OUTCOME_SENT}, 0, 0,
                              false, T0));
    IN_WRITE(f,
             outbox_result(f->db, &r[1],
                           &(struct outcome){.kind = OUTCOME_NEVER, .reason = STR("no route")},
                           0, 0, false, T0));
    assert_ok(outbox_hold_back(f->db, 0, id, 0, 0, STR(""), STR("cancelled"), T0, &n));
    assert_int_equal(n, 7);
    assert_ok(broadcasts_count(f->db, id, &c));
    assert_true(c.sent == 1 && c.failed == 1 && c.held == 7 && c.to_send == 0);
    assert_ok(broadcasts_missed(f->db, id, &f->a, &missed, &k));
    assert_int_equal(k, 9);
    int stop = 0, route = 0, cancelled = 0;
    for (size_t i = 0; i < k; i++) {
        stop += str_is(missed[i].reason, "stop");
        route += str_is(missed[i].reason, "no route");
        cancelled += str_is(missed[i].reason, "cancelled");
    }
    assert_true(stop == 1 && route == 1 && cancelled == 7);
}

static void answers_are_numbered_in_order(void **state) {
    struct fixture *f = *state;
    const struct segment all = {0};
    struct broadcast_reply *list;
    int64_t who[10], n, rank, id, latest;
    size_t k;
    people(f, who);
    struct broadcast b = {.title = STR("x"),
                          .text = STR("x"),
                          .segment = STR("{}"),
                          .answers_until_ms = T0 + MS_HOUR};
    assert_ok(broadcasts_put(f->db, &b, &all, T0));
    id = b.id;
    assert_ok(broadcasts_confirm(f->db, id, T0, &n));
    assert_int_equal(broadcasts_latest(f->db, who[5], T0, &latest),
                     NONE); /* not sent to them yet */
    send_all(f, id, 0);
    assert_ok(broadcasts_latest(f->db, who[5], T0, &latest));
    assert_true(latest == id);
    assert_ok(broadcasts_answer(f->db, id, who[5], STR("yes"), T0 + 1, &rank));
    assert_int_equal(rank, 1);
    assert_ok(broadcasts_answer(f->db, id, who[2], STR("no"), T0 + 2, &rank));
    assert_ok(broadcasts_answer(f->db, id, who[7], STR("yes"), T0 + 3, &rank));
    assert_int_equal(rank, 2);
    assert_ok(broadcasts_answer(f->db, id, who[2], STR("yes"), T0 + 4,
                                &rank)); /* a changed mind keeps its number */
    assert_int_equal(rank, 2);
    assert_int_equal(broadcasts_answer(f->db, id, 99, STR("yes"), T0 + 4, &rank), NONE);
    assert_ok(broadcasts_replies(f->db, id, STR("yes"), &f->a, &list, &k));
    assert_int_equal(k, 3);
    assert_true(list[0].who.contact_id == who[5] && list[1].who.contact_id == who[2]);
    assert_true(list[2].who.contact_id == who[7] && list[2].answered_ms == T0 + 3);
    assert_int_equal(broadcasts_answer(f->db, id, who[8], STR("yes"), T0 + MS_HOUR, &rank),
                     E_STATE);
    assert_int_equal(broadcasts_latest(f->db, who[8], T0 + MS_HOUR, &latest), NONE);
    struct broadcast_counts c;
    assert_ok(broadcasts_count(f->db, id, &c));
    assert_true(c.yes == 3 && c.no == 0 && c.other == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_segment_is_counted_by_hand),
        FIXTURE_TEST(a_series_is_a_segment_too),
        FIXTURE_TEST(some_are_never_selected),
        FIXTURE_TEST(a_broadcast_moves_forward_only),
        FIXTURE_TEST(a_confirmed_text_stays_as_it_was),
        FIXTURE_TEST(everybody_gets_one_and_counts_agree),
        FIXTURE_TEST(answers_are_numbered_in_order),
    };
    FIXTURE_RUN("broadcasts", tests);
}
