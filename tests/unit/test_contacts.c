/* test_contacts.c - people, their numbers, tags and hot row; merging and forgetting them. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/db_fixture.h"

#include "base/text.h"
#include "db/broadcasts.h"
#include "db/cases.h"
#include "db/optouts.h"
#include "db/outbox.h"
#include "db/series.h"
#include "db/staff.h"
#include "db/tags.h"
#include "db/threads.h"
#include "db/timers.h"

static struct contact get(struct fixture *f, int64_t id) {
    struct contact c;
    assert_ok(contacts_get(f->db, id, &f->a, &c));
    return c;
}

static void what_was_written_is_read(void **state) {
    struct fixture *f = *state;
    struct staff s = {
        .login = STR("sonia"), .name = STR("Sonia"), .role = STAFF_ADVISOR, .active = true};
    assert_ok(staff_put(f->db, &s, T0));
    struct contact c = {
        .status = CONTACT_SIGNING,
        .first_name = STR("Inès"),
        .last_name = STR("Le Goff"),
        .lang = STR("fr"),
        .born = date_make(2006, 3, 12),
        .commune = STR("Mérignac"),
        .postcode = STR("33700"),
        .insee = STR("33281"),
        .rqth = true,
        .origin = STR("import:liste.csv"),
        .referent_id = s.id,
        .guardian_phone = STR("+33639980099"),
    };
    assert_ok(contacts_new(f->db, &c, T0));
    struct contact got = get(f, c.id);
    assert_int_equal(got.status, CONTACT_SIGNING);
    assert_str(got.first_name, "Inès");
    assert_str(got.last_name, "Le Goff");
    assert_int_equal(date_cmp(got.born, c.born), 0);
    assert_str(got.insee, "33281");
    assert_true(got.rqth);
    assert_true(got.referent_id == s.id);
    assert_str(got.guardian_phone, "+33639980099");
    assert_true(got.created_ms == T0);
    assert_int_equal(contacts_get(f->db, 4711, &f->a, &got), NONE);
    got.lang = STR("en");
    got.born = (struct date){0};
    got.id = c.id;
    assert_ok(contacts_put(f->db, &got));
    assert_int_equal(get(f, c.id).born.year, 0);
    assert_str(get(f, c.id).lang, "en");
}

static void flows_set_single_columns(void **state) {
    struct fixture *f = *state;
    int64_t id = fixture_person(f, 1);
    assert_ok(contacts_set(f->db, id, STR("first_name"), STR("Zoé")));
    assert_ok(contacts_set(f->db, id, STR("born"), STR("2008-02-29")));
    assert_int_equal(contacts_set(f->db, id, STR("born"), STR("2007-02-29")), E_INVALID);
    assert_ok(contacts_set(f->db, id, STR("rqth"), STR("1")));
    assert_ok(contacts_set(f->db, id, STR("language"), STR("en")));
    assert_int_equal(contacts_set(f->db, id, STR("pets"), STR("3")), NONE);
    struct contact c = get(f, id);
    assert_str(c.first_name, "Zoé");
    assert_int_equal(c.born.day, 29);
    assert_true(c.rqth);
    assert_str(c.lang, "en");
}

static void enrolling_counts_once(void **state) {
    struct fixture *f = *state;
    struct contact c = {.origin = STR("self")};
    bool first = false;
    int64_t n = 0;
    assert_ok(contacts_new(f->db, &c, T0));
    assert_ok(contacts_enrol(f->db, c.id, T0 + 5, &first));
    assert_true(first);
    assert_ok(contacts_enrol(f->db, c.id, T0 + 9, &first));
    assert_false(first);
    assert_true(get(f, c.id).enrolled_ms == T0 + 5);
    assert_ok(contacts_count(f->db, CONTACT_ENROLLED, &n));
    assert_int_equal(n, 1);
}

static void lists_find_by_accentless_part_of_a_name(void **state) {
    struct fixture *f = *state;
    struct contact *list;
    size_t n;
    for (int i = 0; i < 3; i++) {
        fixture_person(f, i);
    }
    struct contact odd = {
        .status = CONTACT_ENROLLED, .first_name = STR("Élodie"), .last_name = STR("100%_Sûr")};
    assert_ok(contacts_new(f->db, &odd, T0));
    struct contact_filter q = {.words = text_fold(STR("elod"), &f->a)};
    assert_ok(contacts_list(f->db, &q, &f->a, &list, &n));
    assert_int_equal(n, 1);
    assert_true(list[0].id == odd.id);
    q.words = STR("0%_s");
    assert_ok(contacts_list(f->db, &q, &f->a, &list, &n));
    assert_int_equal(n, 1);
    q.words = STR("%");
    assert_ok(contacts_list(f->db, &q, &f->a, &list, &n));
    assert_int_equal(n, 1); /* a percent sign is a letter, not "anything" */
    q = (struct contact_filter){.limit = 2, .offset = 2};
    assert_ok(contacts_list(f->db, &q, &f->a, &list, &n));
    assert_int_equal(n, 2);
}

static void one_number_is_one_person(void **state) {
    struct fixture *f = *state;
    int64_t a = fixture_person(f, 1), b = fixture_person(f, 2), id;
    struct contact_address found;
    assert_ok(addresses_find(f->db, fixture_tel(f, 1), &f->a, &found));
    assert_true(found.contact_id == a);
    assert_true(found.preferred);
    assert_int_equal(addresses_find(f->db, fixture_tel(f, 3), &f->a, &found), NONE);
    assert_int_equal(addresses_add(f->db, b, fixture_tel(f, 1), STR("sms"), T0, &id),
                     E_CONFLICT);
    struct address same_value = {STR("telegram"), fixture_tel(f, 1).value};
    assert_ok(addresses_add(f->db, b, same_value, STR("tg"), T0,
                            &id)); /* another scheme is another address */
    assert_ok(addresses_get(f->db, id, &f->a, &found));
    assert_false(found.preferred);
}

static void the_usable_address_is_picked(void **state) {
    struct fixture *f = *state;
    int64_t a = fixture_person(f, 1), tg;
    struct contact_address p, first;
    const struct address chat = {STR("telegram"), STR("4242")};
    assert_ok(addresses_pick(f->db, a, &f->a, &first));
    assert_ok(addresses_add(f->db, a, chat, STR("tg"), T0 + 1, &tg));
    assert_ok(addresses_mark(f->db, first.id, ADDRESS_BAD, STR("unknown subscriber"), T0 + 2));
    assert_ok(addresses_pick(f->db, a, &f->a, &p));
    assert_true(p.id == tg);
    assert_ok(addresses_mark(f->db, tg, ADDRESS_BLOCKED, STR("blocked"), T0 + 3));
    assert_int_equal(addresses_pick(f->db, a, &f->a, &p), NONE);
    bool is_new = true;
    IN_WRITE(f, addresses_meet(f->db, chat, STR("tg2"), &f->a, T0 + 4, &p,
                               &is_new)); /* it wrote: it works */
    assert_false(is_new);
    assert_ok(addresses_pick(f->db, a, &f->a, &p));
    assert_true(p.id == tg);
    assert_str(p.channel, "tg2");
    assert_ok(addresses_prefer(f->db, tg));
    struct contact_address *list;
    size_t n;
    assert_ok(addresses_list(f->db, a, &f->a, &list, &n));
    assert_int_equal(n, 2);
    assert_true(list[0].id == tg && list[0].preferred && !list[1].preferred);
    assert_ok(addresses_remove(f->db, tg));
    assert_ok(addresses_list(f->db, a, &f->a, &list, &n));
    assert_true(n == 1 && list[0].preferred);
}

static void a_stranger_is_made_once(void **state) {
    struct fixture *f = *state;
    struct contact_address p, q;
    bool is_new = false;
    IN_WRITE(f, addresses_meet(f->db, fixture_tel(f, 7), STR("sms"), &f->a, T0, &p, &is_new));
    assert_true(is_new);
    IN_WRITE(f, addresses_meet(f->db, fixture_tel(f, 7), STR("sms"), &f->a, T0, &q, &is_new));
    assert_false(is_new);
    assert_true(p.contact_id == q.contact_id && p.id == q.id);
    assert_int_equal(get(f, p.contact_id).status, CONTACT_STRANGER);
}

static void tags_are_one_word_each(void **state) {
    struct fixture *f = *state;
    int64_t a = fixture_person(f, 1), b = fixture_person(f, 2);
    struct str *list;
    struct tag_count *all;
    size_t n;
    assert_ok(tags_add(f->db, a, STR("impression 3d"), T0));
    assert_ok(tags_add(f->db, a, STR("impression 3d"), T0));
    assert_ok(tags_add(f->db, a, STR("cuisine"), T0));
    assert_ok(tags_add(f->db, b, STR("impression 3d"), T0));
    assert_ok(tags_list(f->db, a, &f->a, &list, &n));
    assert_int_equal(n, 2);
    assert_str(list[0], "cuisine");
    assert_ok(tags_all(f->db, &f->a, &all, &n));
    assert_str(all[0].tag, "impression 3d");
    assert_int_equal(all[0].people, 2);
    assert_ok(tags_remove(f->db, a, STR("impression 3d")));
    assert_ok(tags_list(f->db, a, &f->a, &list, &n));
    assert_int_equal(n, 1);
    assert_int_equal(tags_add(f->db, a, STR(""), T0), E_LIMIT);
}

static void who_writes_on_an_old_picture_is_refused(void **state) {
    struct fixture *f = *state;
    int64_t a = fixture_person(f, 1);
    struct talk t, old;
    assert_ok(sessions_load(f->db, a, &f->a, &t));
    old = t;
    t.session = STR("{\"v\":1}");
    t.fields = STR("{\"permis\":\"oui\"}");
    t.last_in_ms = T0 + 3;
    IN_WRITE(f, sessions_put(f->db, &t));
    assert_ok(sql_begin(f->db, SQL_WRITE));
    assert_int_equal(sessions_put(f->db, &old), E_CONFLICT);
    sql_rollback(f->db);
    struct talk got;
    assert_ok(sessions_load(f->db, a, &f->a, &got));
    assert_str(got.session, "{\"v\":1}");
    assert_str(got.fields, "{\"permis\":\"oui\"}");
    assert_true(got.version == t.version);
    assert_true(get(f, a).last_in_ms == T0 + 3);
    assert_int_equal(sessions_load(f->db, 99, &f->a, &got), NONE);
}

static void the_day_is_counted(void **state) {
    struct fixture *f = *state;
    int64_t a = fixture_person(f, 1);
    int n = -1;
    assert_ok(sessions_sent(f->db, a, 20260105, true, T0));
    assert_ok(sessions_sent(f->db, a, 20260105, true, T0 + 1));
    assert_ok(sessions_sent(f->db, a, 20260105, false, T0 + 2));
    assert_ok(sessions_day_count(f->db, a, 20260105, &n));
    assert_int_equal(n, 2);
    assert_ok(sessions_day_count(f->db, a, 20260106, &n));
    assert_int_equal(n, 0);
    assert_ok(sessions_sent(f->db, a, 20260106, true, T0 + MS_DAY));
    assert_ok(sessions_day_count(f->db, a, 20260106, &n));
    assert_int_equal(n, 1);
    assert_true(get(f, a).last_out_ms == T0 + MS_DAY);
}

static void silent_people_are_found_in_pages(void **state) {
    struct fixture *f = *state;
    int64_t *list, who[4];
    size_t n;
    for (int i = 0; i < 4; i++) {
        who[i] = fixture_person(f, i);
    }
    fixture_receive(f, 3, "p1", "coucou", T0 + MS_DAY);
    assert_ok(sql_run(f->db, "UPDATE talks SET last_in_ms = $1 WHERE contact_id = $2",
                      SQL_I(T0 + MS_DAY), SQL_I(who[3])));
    assert_ok(sessions_silent(f->db, 0, T0, 0, 2, &f->a, &list, &n));
    assert_int_equal(n, 2);
    assert_ok(sessions_silent(f->db, 0, T0, list[1], 10, &f->a, &list, &n));
    assert_int_equal(n, 1);
    assert_ok(sessions_pause(f->db, who[0], 5));
    assert_ok(sessions_silent(f->db, 0, T0, 0, 10, &f->a, &list, &n));
    assert_int_equal(n, 2);
}

static void say(struct fixture *f, int64_t contact_id, const char *text, int64_t broadcast_id) {
    struct outbox_row m = {.contact_id = contact_id,
                           .kind = STR("reply"),
                           .text = str_from(text),
                           .broadcast_id = broadcast_id};
    IN_WRITE(f, outbox_put(f->db, &m, NULL, &f->a, T0 + 10));
}

static void finish_all(struct fixture *f, int64_t now_ms) {
    struct inbox_row *rows;
    size_t n;
    assert_ok(sql_begin(f->db, SQL_WRITE));
    enum rc rc = inbox_claim(f->db, now_ms, 100, &f->a, &rows, &n);
    for (size_t i = 0; rc == OK && i < n; i++) {
        struct talk t;
        assert_ok(sessions_load(f->db, rows[i].contact_id, &f->a, &t));
        assert_ok(inbox_finish(f->db, &rows[i], &t, now_ms));
        assert_ok(sessions_put(f->db, &t));
    }
    assert_ok(sql_commit(f->db));
}

static void fail_all(struct fixture *f, int64_t now_ms) {
    struct inbox_row *rows;
    size_t n;
    assert_ok(sql_begin(f->db, SQL_WRITE));
    enum rc rc = inbox_claim(f->db, now_ms, 100, &f->a, &rows, &n);
    for (size_t i = 0; rc == OK && i < n; i++) {
        assert_ok(inbox_fail(f->db, &rows[i], NULL, STR("E_IO"), now_ms));
    }
    assert_ok(sql_commit(f->db));
}

static void two_files_become_one(void **state) {
    struct fixture *f = *state;
    int64_t into = fixture_person(f, 1);
    struct series s = {.name = STR("cafe"),
                       .title = STR("Café"),
                       .rule = STR(""),
                       .start = date_make(2026, 1, 1),
                       .at = STR("14:00"),
                       .zone = STR("Europe/Paris"),
                       .active = true};
    struct inbound in = fixture_text(f, 1, "t1", "salut");
    int64_t id;
    assert_ok(series_put(f->db, &s, T0));
    in.from = (struct address){STR("telegram"), STR("777")};
    IN_WRITE(f, inbox_receive(f->db, &in, &f->a, T0, &id));
    fixture_receive(f, 1, "k1", "bonjour", T0 + 1);
    finish_all(f, T0 + 2);
    struct contact_address chat;
    assert_ok(addresses_find(f->db, in.from, &f->a, &chat));
    int64_t from = chat.contact_id;
    say(f, from, "qui es-tu ?", 0);
    assert_ok(tags_add(f->db, from, STR("sport"), T0));
    assert_ok(tags_add(f->db, into, STR("sport"), T0));
    assert_ok(series_join(f->db, s.id, from, MEMBER_PILOTE, T0));
    assert_ok(contacts_note(f->db, from, 0, STR("aime le foot"), T0));
    struct optout o = {
        .contact_id = from, .out = true, .scope = OPTOUT_REMINDERS, .channel = STR("tg")};
    IN_WRITE(f, optouts_put(f->db, &o, T0, NULL));
    IN_WRITE(f, contacts_merge(f->db, from, into, T0 + 20));
    assert_ok(addresses_find(f->db, in.from, &f->a, &chat));
    assert_true(chat.contact_id == into);
    struct thread_line *lines;
    struct member *member;
    struct contact_note *notes;
    size_t n;
    assert_ok(threads_read(f->db, into, 50, &f->a, &lines, &n));
    assert_int_equal(n, 3);
    assert_str(lines[0].text, "salut");
    assert_str(lines[1].text, "bonjour");
    assert_str(lines[2].text, "qui es-tu ?");
    assert_ok(series_of(f->db, into, &f->a, &member, &n));
    assert_true(n == 1 && member[0].role == MEMBER_PILOTE);
    assert_ok(contacts_notes(f->db, into, &f->a, &notes, &n));
    assert_int_equal(n, 1);
    assert_int_equal(get(f, from).status, CONTACT_ERASED);
    assert_true(get(f, into).stop_reminders_ms > 0); /* a STOP is never lost in a merge */
    assert_ok(threads_read(f->db, from, 50, &f->a, &lines, &n));
    assert_int_equal(n, 0);
}

static int64_t count(struct fixture *f, const char *text, const char *like) {
    int64_t n = -1;
    assert_ok(sql_get_int(f->db, &n, text, SQL_C(like)));
    return n;
}

static void a_forgotten_person_leaves_only_the_stop(void **state) {
    struct fixture *f = *state;
    int64_t a = fixture_person(f, 1);
    bool stopped = false;
    fixture_receive(f, 1, "k1", "je suis secret", T0);
    finish_all(f, T0 + 1);
    fixture_receive(f, 1, "k2", "encore un secret", T0 + 2);
    say(f, a, "bonjour secret", 0);
    struct optout o = {
        .contact_id = a, .out = true, .channel = STR("sms"), .words = STR("stop secret")};
    IN_WRITE(f, optouts_put(f->db, &o, T0 + 3, NULL));
    assert_ok(contacts_note(f->db, a, 0, STR("secret"), T0));
    assert_ok(contacts_set(f->db, a, STR("commune"), STR("secret")));
    struct timer t = {
        .due_ms = T0 + 9, .kind = STR("reminder"), .contact_id = a, .payload = STR("secret")};
    IN_WRITE(f, timers_arm(f->db, &t, T0));
    /* a message that could not be dealt with, an event with somebody's name, a case whose
     * reason was filled in with an answer */
    fixture_receive(f, 1, "k3", "toujours secret", T0 + 3);
    fail_all(f, T0 + 3);
    struct inbox_row ev = {.contact_id = a,
                           .kind = INBOX_EVENT,
                           .name = STR("flow:x"),
                           .data = STR("{\"ami\":\"secret\"}"),
                           .key = STR("e1")};
    int64_t event;
    IN_WRITE(f, inbox_event(f->db, &ev, T0 + 3, &event));
    finish_all(f, T0 + 3);
    struct case_row k = {.contact_id = a, .reason = STR("parler de secret")};
    IN_WRITE(f, cases_open(f->db, &k, NULL, T0 + 3, NULL));
    IN_WRITE(f, contacts_erase(f->db, a, T0 + 4));
    assert_int_equal(count(f, "SELECT count(*) FROM inbox WHERE extra LIKE $1", "%secret%"), 0);
    assert_int_equal(count(f, "SELECT count(*) FROM cases WHERE reason LIKE $1", "%secret%"),
                     0);
    struct contact c = get(f, a);
    assert_int_equal(c.status, CONTACT_ERASED);
    assert_int_equal(c.first_name.n + c.last_name.n + c.commune.n, 0);
    assert_int_equal(count(f,
                           "SELECT count(*) FROM inbox WHERE text LIKE $1 OR payload LIKE $1",
                           "%secret%"),
                     0);
    assert_int_equal(count(f, "SELECT count(*) FROM outbox WHERE text LIKE $1", "%secret%"), 0);
    assert_int_equal(count(f, "SELECT count(*) FROM notes WHERE text LIKE $1", "%"), 0);
    assert_int_equal(count(f, "SELECT count(*) FROM addresses WHERE value LIKE $1", "%"), 0);
    assert_int_equal(count(f, "SELECT count(*) FROM optouts WHERE words LIKE $1", "%secret%"),
                     0);
    assert_int_equal(count(f, "SELECT count(*) FROM timers WHERE kind LIKE $1", "%"), 0);
    assert_int_equal(
        count(f, "SELECT count(*) FROM inbox WHERE address_id <> 0 AND gateway LIKE $1", "%"),
        0);
    assert_ok(optouts_is_stopped(f->db, fixture_tel(f, 1), &stopped));
    assert_true(stopped); /* an import of the same number cannot subscribe it again */
    assert_ok(optouts_is_stopped(f->db, fixture_tel(f, 2), &stopped));
    assert_false(stopped);
    assert_int_equal(contacts_set_status(f->db, a, CONTACT_ENROLLED, T0), E_STATE);
}

static void stop_and_start_are_a_ledger(void **state) {
    struct fixture *f = *state;
    int64_t a = fixture_person(f, 1);
    bool already, stopped;
    struct optout o = {.contact_id = a,
                       .out = true,
                       .channel = STR("sms"),
                       .words = STR("STOP svp"),
                       .inbox_id = 12};
    IN_WRITE(f, optouts_put(f->db, &o, T0 + 1, &already));
    assert_false(already);
    assert_true(get(f, a).stop_all_ms == T0 + 1);
    IN_WRITE(f, optouts_put(f->db, &o, T0 + 2, &already));
    assert_true(already);
    assert_true(get(f, a).stop_all_ms == T0 + 1); /* the first one is the proof */
    struct optout back = {
        .contact_id = a, .out = false, .channel = STR("sms"), .words = STR("reprendre")};
    IN_WRITE(f, optouts_put(f->db, &back, T0 + 3, &already));
    assert_false(already);
    assert_true(get(f, a).stop_all_ms == 0);
    assert_ok(optouts_is_stopped(f->db, fixture_tel(f, 1), &stopped));
    assert_false(stopped);
    struct optout pause = {
        .contact_id = a, .out = true, .scope = OPTOUT_PAUSE, .until_ms = T0 + 30 * MS_DAY};
    IN_WRITE(f, optouts_put(f->db, &pause, T0 + 4, &already));
    assert_true(get(f, a).pause_until_ms == T0 + 30 * MS_DAY);
    struct optout *list;
    size_t n;
    assert_ok(optouts_of(f->db, a, &f->a, &list, &n));
    assert_int_equal(n, 4);
    assert_int_equal(list[0].scope, OPTOUT_PAUSE);
    assert_false(list[1].out);
    assert_true(list[3].inbox_id == 12);
    assert_str(list[3].words, "STOP svp");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(what_was_written_is_read),
        FIXTURE_TEST(flows_set_single_columns),
        FIXTURE_TEST(enrolling_counts_once),
        FIXTURE_TEST(lists_find_by_accentless_part_of_a_name),
        FIXTURE_TEST(one_number_is_one_person),
        FIXTURE_TEST(the_usable_address_is_picked),
        FIXTURE_TEST(a_stranger_is_made_once),
        FIXTURE_TEST(tags_are_one_word_each),
        FIXTURE_TEST(who_writes_on_an_old_picture_is_refused),
        FIXTURE_TEST(the_day_is_counted),
        FIXTURE_TEST(silent_people_are_found_in_pages),
        FIXTURE_TEST(two_files_become_one),
        FIXTURE_TEST(a_forgotten_person_leaves_only_the_stop),
        FIXTURE_TEST(stop_and_start_are_a_ledger),
    };
    FIXTURE_RUN("contacts", tests);
}
