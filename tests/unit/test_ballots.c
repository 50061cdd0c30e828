/* test_ballots.c - one vote a person, the last one counts, the result is the recount. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/db_fixture.h"

#include "db/ballots.h"
#include "db/ideas.h"
#include "db/series.h"

#define DAY (24LL * 3600 * 1000)

static int64_t somebody(struct fixture *f, const char *name) {
    struct contact c = {.first_name = str_from(name), .status = CONTACT_ENROLLED};
    assert_ok(contacts_new(f->db, &c, T0));
    return c.id;
}

static struct ballot draft(struct fixture *f, int64_t series) {
    struct ballot b = {.title = STR("Quelle sortie ?"),
                       .series_id = series,
                       .closes_ms = T0 + 2 * DAY,
                       .option = {{STR("Foot"), 0}, {STR("Cuisine"), 0}, {STR("Ciné"), 0}},
                       .options = 3};
    assert_ok(ballots_put(f->db, &b, T0));
    return b;
}

static void forty_votes_five_changed(void **state) {
    struct fixture *f = *state;
    struct ballot b = draft(f, 0), read;
    int64_t who[40];
    int before;
    assert_int_equal(ballots_vote(f->db, b.id, somebody(f, "Tôt"), 1, T0, &before), E_STATE);
    assert_ok(ballots_move(f->db, b.id, BALLOT_OPEN));
    for (int i = 0; i < 40; i++) {
        who[i] = somebody(f, "Inès");
        assert_ok(ballots_vote(f->db, b.id, who[i], i % 3 + 1, T0, &before));
        assert_int_equal(before, 0);
    }
    for (int i = 0; i < 5; i++) {
        assert_ok(ballots_vote(f->db, b.id, who[i * 3], 3, T0, &before));
        assert_int_equal(before, 1);
    }
    assert_ok(ballots_get(f->db, b.id, &f->a, &read));
    assert_int_equal(read.voters, 40);
    assert_int_equal(ballots_vote(f->db, b.id, who[0], 4, T0, &before), E_INVALID);
    assert_int_equal(ballots_vote(f->db, b.id, who[0], 1, T0 + 2 * DAY, &before), E_STATE);
    assert_ok(ballots_move(f->db, b.id, BALLOT_CLOSED));
    assert_ok(ballots_get(f->db, b.id, &f->a, &read));
    assert_int_equal(read.voters, 40);
    assert_int_equal(read.option[0].votes, 14 - 5);
    assert_int_equal(read.option[1].votes, 13);
    assert_int_equal(read.option[2].votes, 13 + 5);
    assert_int_equal(ballots_vote(f->db, b.id, who[0], 1, T0, &before), E_STATE);
}

static void closed_ballot_forgets_who_chose_what(void **state) {
    struct fixture *f = *state;
    struct ballot b = draft(f, 0);
    int64_t who = somebody(f, "Karim"), n, *voters;
    size_t count;
    int before;
    assert_ok(ballots_move(f->db, b.id, BALLOT_OPEN));
    assert_ok(ballots_vote(f->db, b.id, who, 2, T0, &before));
    assert_ok(ballots_move(f->db, b.id, BALLOT_CLOSED));
    assert_ok(sql_get_int_n(f->db, &n, "SELECT COUNT(*) FROM votes WHERE rank <> 0", NULL, 0));
    assert_int_equal(n, 0);
    assert_ok(ballots_voters(f->db, b.id, 0, 10, &f->a, &voters, &count));
    assert_int_equal(count, 1);
    assert_true(voters[0] == who);
    assert_int_equal(ballots_move(f->db, b.id, BALLOT_OPEN), E_STATE);
}

static void only_the_group_is_asked(void **state) {
    struct fixture *f = *state;
    struct series s = {.name = STR("sport"),
                       .title = STR("Sport"),
                       .rule = STR("FREQ=MONTHLY"),
                       .start = {2026, 1, 1},
                       .at = STR("14:00"),
                       .zone = STR("Europe/Paris"),
                       .duration_min = 60};
    assert_ok(series_put(f->db, &s, T0));
    int64_t in = somebody(f, "Dedans"), out = somebody(f, "Dehors"), id, *asked, people;
    size_t n;
    assert_ok(series_join(f->db, s.id, in, MEMBER_COLLABORATEUR, T0));
    struct contact partner = {
        .first_name = STR("Mairie"), .kind = CONTACT_PARTNER, .status = CONTACT_ENROLLED};
    assert_ok(contacts_new(f->db, &partner, T0));
    assert_ok(series_join(f->db, s.id, partner.id, MEMBER_COLLABORATEUR, T0));
    struct ballot b = draft(f, s.id), read;
    assert_ok(ballots_people(f->db, s.id, T0, &people));
    assert_int_equal(people, 1);
    assert_int_equal(ballots_for(f->db, in, T0, &id), NONE);
    assert_ok(ballots_move(f->db, b.id, BALLOT_OPEN));
    assert_ok(sql_begin(f->db, SQL_WRITE));
    assert_ok(ballots_ask(f->db, b.id, 0, 100, T0, &f->a, &asked, &n));
    assert_ok(sql_commit(f->db));
    assert_int_equal(n, 1);
    assert_true(asked[0] == in);
    assert_ok(ballots_get(f->db, b.id, &f->a, &read));
    assert_int_equal(read.asked, 1);
    assert_ok(ballots_for(f->db, in, T0, &id));
    assert_true(id == b.id);
    assert_int_equal(ballots_for(f->db, out, T0, &id), NONE);
    assert_int_equal(ballots_for(f->db, in, T0 + 2 * DAY, &id), NONE);
}

static void drafts_need_two_options(void **state) {
    struct fixture *f = *state;
    struct ballot b = {.title = STR("Une seule ?"), .option = {{STR("Oui"), 0}}, .options = 1};
    assert_int_equal(ballots_put(f->db, &b, T0), E_INVALID);
    b = draft(f, 0);
    b.options = 2;
    b.option[1].text = STR("Bowling");
    assert_ok(ballots_put(f->db, &b, T0));
    struct ballot read;
    assert_ok(ballots_get(f->db, b.id, &f->a, &read));
    assert_int_equal(read.options, 2);
    assert_true(str_is(read.option[1].text, "Bowling"));
    assert_ok(ballots_move(f->db, b.id, BALLOT_OPEN));
    assert_int_equal(ballots_put(f->db, &b, T0), E_STATE);
}

static void ideas_outlive_the_name(void **state) {
    struct fixture *f = *state;
    int64_t who = somebody(f, "Jade"), id, other;
    struct idea *list;
    size_t n;
    assert_int_equal(ideas_put(f->db, who, STR("  "), T0, &id), E_INVALID);
    assert_ok(ideas_put(f->db, who, STR(" Un tournoi de foot "), T0, &id));
    assert_ok(ideas_put(f->db, who, STR("Un potager"), T0 + 1, &other));
    assert_ok(ideas_move(f->db, other, IDEA_KEPT));
    assert_ok(ideas_list(f->db, 10, &f->a, &list, &n));
    assert_int_equal(n, 2);
    assert_true(str_is(list[0].words, "Un tournoi de foot"));
    assert_true(str_is(list[0].first_name, "Jade"));
    assert_int_equal(list[1].state, IDEA_KEPT);
    assert_ok(sql_begin(f->db, SQL_WRITE));
    assert_ok(contacts_erase(f->db, who, T0));
    assert_ok(sql_commit(f->db));
    assert_ok(ideas_list(f->db, 10, &f->a, &list, &n));
    assert_int_equal(n, 2);
    assert_true(list[0].contact_id == 0 && list[0].first_name.n == 0);
    assert_ok(ideas_move(f->db, id, IDEA_CLOSED));
    assert_ok(ideas_list(f->db, 10, &f->a, &list, &n));
    assert_int_equal(n, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(forty_votes_five_changed),
        FIXTURE_TEST(closed_ballot_forgets_who_chose_what),
        FIXTURE_TEST(only_the_group_is_asked),
        FIXTURE_TEST(drafts_need_two_options),
        FIXTURE_TEST(ideas_outlive_the_name),
    };
    FIXTURE_RUN("ballots", tests);
}
