/* test_routing.c - several channels: which one carries a message, and who takes over when. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include <stdio.h>
#include <stdlib.h>

#include "db/addresses.h"
#include "db/db.h"
#include "db/optouts.h"
#include "db/sql.h"
#include "jobs/carriers.h"
#include "jobs/route.h"
#include "tests/fake/fake_http.h"
#include "tests/fake/fake_telegram.h"

#define PHONE "+33639980150"
#define CHAT "770001"

static const struct fake_answer TAKEN = {.status = 202, .body = "0: Accepted for delivery"};
static const struct fake_answer BROKEN = {.status = 403,
                                          .body = "Authorization failed for sendsms"};

/* Two operators, and a messenger when `net` is there. */
struct desk {
    struct office o;
    struct fake_http *first, *second;
    struct fake_telegram *net;
    int64_t youth;
};

static const char *channel(struct arena *a, const char *name, struct fake_http *f,
                           const char *more) {
    return arena_printf(a,
                        "  - {name: %s, gateway: kannel, send_url: '%s/cgi-bin/sendsms', "
                        "username: u,\n     password: 'env:REBOND_TEST_PASSWORD', "
                        "allow_private: oui, per_person: 0, %s}\n",
                        name, fake_http_url(f), more)
        .p;
}

static void start(struct desk *d) {
    setenv("REBOND_TEST_PASSWORD", "not-a-secret", 1);
    setenv("REBOND_TEST_TOKEN", "123456:not-a-secret-of-anything-abcdefghij", 1);
    d->first = fake_http_start();
    d->second = fake_http_start();
    fake_http_default(d->first, TAKEN);
    fake_http_default(d->second, TAKEN);
    d->net = NULL;
}

static void open_desk(struct desk *d, const char *first, const char *second, const char *more) {
    struct arena a;
    start(d);
    arena_init(&a);
    struct str yaml = arena_printf(&a, "%s%s", channel(&a, "one", d->first, first),
                                   channel(&a, "two", d->second, second));
    office_open(&d->o, arena_cstr(&a, yaml),
                arena_printf(&a, "public_url: http://127.0.0.1:9\n%s", more ? more : "").p);
    arena_done(&a);
    d->youth = office_youth(&d->o, "Awa", PHONE);
}

/* The chat is the first address of the person; the phone number is known besides. `wrote`: they
 * have also written by SMS. */
static void open_chat(struct desk *d, bool wrote, const char *more) {
    struct arena a;
    int64_t id;
    struct address tel = {STR("tel"), STR(PHONE)};
    start(d);
    arena_init(&a);
    d->net = fake_telegram_start(getenv("REBOND_TEST_TOKEN"));
    struct str yaml = arena_printf(
        &a,
        "  - {name: chat, gateway: telegram, token: 'env:REBOND_TEST_TOKEN', mode: hook,\n"
        "     secret_token: 'env:REBOND_TEST_PASSWORD', api_url: '%s', allow_private: oui,\n"
        "     per_second: 1000, per_person: 0}\n%s",
        fake_telegram_url(d->net), channel(&a, "one", d->first, "from: '38000'"));
    office_open(
        &d->o, arena_cstr(&a, yaml),
        arena_printf(&a, "public_url: https://bot.example.org\n%s", more ? more : "").p);
    arena_done(&a);
    d->youth = office_youth(&d->o, "Awa", CHAT);
    assert_int_equal(sql_begin(d->o.s.db, SQL_WRITE), OK);
    assert_int_equal(addresses_add(d->o.s.db, d->youth, tel, wrote ? STR("one") : STR_EMPTY,
                                   service_now(&d->o.s), &id),
                     OK);
    assert_int_equal(sql_commit(d->o.s.db), OK);
}

static void close_desk(struct desk *d) {
    office_close(&d->o);
    fake_http_stop(d->first);
    fake_http_stop(d->second);
    if (d->net) {
        assert_int_equal(fake_telegram_violations(d->net), 0);
        fake_telegram_stop(d->net);
    }
}

static int64_t put(struct desk *d, struct outbox_row m) {
    m.contact_id = m.contact_id ? m.contact_id : d->youth;
    m.expires_ms = service_now(&d->o.s) + MS_DAY;
    assert_int_equal(sql_begin(d->o.s.db, SQL_WRITE), OK);
    assert_int_equal(outbox_put(d->o.s.db, &m, NULL, &d->o.a, service_now(&d->o.s)), OK);
    assert_int_equal(sql_commit(d->o.s.db), OK);
    return m.id;
}

static int64_t queue(struct desk *d, const char *name, const char *text) {
    return put(d, (struct outbox_row){
                      .kind = STR("reply"), .text = str_from(text), .channel = str_from(name)});
}

static struct outbox_row row(struct desk *d, int64_t id) {
    struct outbox_row m;
    assert_int_equal(outbox_get(d->o.s.db, id, &d->o.a, &m), OK);
    return m;
}

static struct str sent(struct desk *d, struct fake_http *f, size_t i, const char *key) {
    return gw_form_get(fake_http_request(f, i).query, key, &d->o.a);
}

/* ---- which channel ---- */

static struct str chosen(struct desk *d, const char *number, const char *preferred) {
    struct address at = {STR("tel"), str_from(number)};
    struct carrier *c = carrier_for(&d->o.s, at, str_from(preferred));
    return c ? c->gw.name : STR("none");
}

static void longest_prefix_wins(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d, "prefixes: '+33 +262'", "prefixes: '+33639'", NULL);
    check_str(chosen(&d, "+33612345678", ""), "one");
    check_str(chosen(&d, "+33639980150", ""), "two");
    check_str(chosen(&d, "+262692000000", ""), "one");
    check_str(chosen(&d, "+4915112345678", ""), "none");
    close_desk(&d);
}

static void preference_then_price_decide(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d, "price: 0.06", "price: 0.04", NULL);
    check_str(chosen(&d, PHONE, ""), "two"); /* the cheaper */
    close_desk(&d);
    open_desk(&d, "price: 0.06, order: 10", "price: 0.04", NULL);
    check_str(chosen(&d, PHONE, ""), "one"); /* preferred whatever it costs */
    close_desk(&d);
    open_desk(&d, "per_second: 5", "price: 0.04", NULL);
    check_str(chosen(&d, PHONE, ""), "two"); /* a known price before an unknown one */
    close_desk(&d);
}

static void answers_come_from_the_number_they_know(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d, "price: 0.06", "price: 0.04", NULL);
    check_str(chosen(&d, PHONE, "one"), "one");
    close_desk(&d);
    open_desk(&d, "prefixes: '+44'", "price: 0.04", NULL);
    check_str(chosen(&d, PHONE, "one"), "two"); /* which cannot carry it any more */
    close_desk(&d);
}

static void prefix_without_country_code_is_refused(void **unused) {
    (void)unused;
    struct arena a;
    struct config c;
    struct service s = {0};
    struct buf problems;
    struct err err = {0};
    arena_init(&a);
    buf_init(&problems, 4096);
    assert_int_equal(config_parse("office.yaml",
                                  STR("database: ':memory:'\nchannels:\n"
                                      "  - {name: sms, gateway: sim, prefixes: '06 07'}\n"),
                                  &a, &c, &problems),
                     OK);
    assert_int_equal(service_open(&c, &s, &err), E_INVALID);
    assert_non_null(strstr(err.text, "channel 'sms'"));
    assert_non_null(strstr(err.text, "+336"));
    buf_done(&problems);
    arena_done(&a);
}

/* ---- a channel is down ---- */

static void broken_channel_is_replaced(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d, "from: '38000'", "from: '38111'", NULL);
    fake_http_default(d.first, BROKEN);
    int64_t id = queue(&d, "one", "Bonjour Awa");
    office_settle(&d.o);
    assert_int_equal(row(&d, id).state, OUTBOX_SENT);
    check_str(row(&d, id).channel, "two");
    assert_int_equal(fake_http_count(d.second), 1);
    check_str(sent(&d, d.first, 0, "from"), "38000"); /* each with its own sender */
    check_str(sent(&d, d.second, 0, "from"), "38111");
    /* the next one does not knock at the broken door */
    size_t asked = fake_http_count(d.first);
    queue(&d, "one", "Encore");
    office_settle(&d.o);
    assert_int_equal(fake_http_count(d.first), asked);
    assert_int_equal(fake_http_count(d.second), 2);
    check_str(chosen(&d, PHONE, "one"), "two");
    office_pass(&d.o, 31 * MS_MINUTE);
    check_str(chosen(&d, PHONE, "one"), "one"); /* and it is tried again later */
    close_desk(&d);
}

static void replaced_channel_keeps_the_order(void **unused) {
    (void)unused;
    static const char *const WORDS[] = {"un", "deux", "trois"};
    struct desk d;
    open_desk(&d, "per_second: 1000", "per_second: 1000", NULL);
    fake_http_default(d.first, BROKEN);
    for (int i = 0; i < 3; i++) {
        queue(&d, "one", WORDS[i]);
    }
    office_pass(&d.o, MS_MINUTE);
    assert_int_equal(fake_http_count(d.second), 3); /* each once */
    for (size_t i = 0; i < 3; i++) {
        check_str(sent(&d, d.second, i, "text"), WORDS[i]);
    }
    close_desk(&d);
}

static void channel_may_refuse_to_be_replaced(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d, "failover: non", "order: 1", NULL);
    fake_http_default(d.first, BROKEN);
    int64_t id = queue(&d, "one", "Bonjour Awa");
    office_pass(&d.o, 10 * MS_MINUTE);
    assert_int_equal(row(&d, id).state, OUTBOX_QUEUED);
    assert_int_equal(fake_http_count(d.second), 0);
    close_desk(&d);
}

static void number_nobody_else_carries_waits(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d, "order: 1", "prefixes: '+44'", NULL);
    fake_http_default(d.first, BROKEN);
    int64_t id = queue(&d, "one", "Bonjour Awa");
    office_pass(&d.o, 10 * MS_MINUTE);
    assert_int_equal(row(&d, id).state, OUTBOX_QUEUED);
    fake_http_default(d.first, TAKEN);
    office_pass(&d.o, 31 * MS_MINUTE);
    assert_int_equal(row(&d, id).state, OUTBOX_SENT);
    assert_int_equal(fake_http_count(d.second), 0);
    close_desk(&d);
}

static void both_broken_loses_nothing(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d, "order: 1", "order: 2", NULL);
    fake_http_default(d.first, BROKEN);
    fake_http_default(d.second, BROKEN);
    int64_t id = queue(&d, "one", "Bonjour Awa");
    office_pass(&d.o, 20 * MS_MINUTE);
    assert_int_equal(row(&d, id).state, OUTBOX_QUEUED);
    assert_int_equal(fake_http_count(d.first) + fake_http_count(d.second), 2);
    fake_http_default(d.second, TAKEN);
    fake_http_default(d.first, TAKEN);
    office_pass(&d.o, MS_HOUR);
    assert_int_equal(row(&d, id).state, OUTBOX_SENT);
    close_desk(&d);
}

/* ---- a chat is closed ---- */

static const char CHOICE[] =
    "[{\"label\":\"Oui\",\"payload\":\"q:1\"},{\"label\":\"Non\",\"payload\":\"q:2\"}]";

static struct contact_address chat_of(struct desk *d) {
    struct contact_address addr;
    struct address at = {STR("telegram"), STR(CHAT)};
    assert_int_equal(addresses_find(d->o.s.db, at, &d->o.a, &addr), OK);
    return addr;
}

static int64_t ask_in_chat(struct desk *d) {
    return put(d, (struct outbox_row){.kind = STR("reminder"),
                                      .address_id = chat_of(d).id,
                                      .text = STR("Tu viens mercredi ?"),
                                      .buttons = STR(CHOICE),
                                      .channel = STR("chat")});
}

static void blocked_chat_goes_on_by_sms(void **unused) {
    (void)unused;
    struct desk d;
    open_chat(&d, true, NULL);
    fake_telegram_block(d.net, 770001, true);
    int64_t id = ask_in_chat(&d);
    office_settle(&d.o);
    assert_int_equal(fake_http_count(d.first), 1);
    check_str(sent(&d, d.first, 0, "to"), PHONE);
    check_str(sent(&d, d.first, 0, "text"), "Tu viens mercredi ?\n1 Oui\n2 Non");
    assert_int_equal(row(&d, id).state, OUTBOX_SENT);
    assert_int_equal(row(&d, id).attempt, 1);
    assert_int_equal(chat_of(&d).state, ADDRESS_BLOCKED);
    /* from now on without knocking there first */
    ask_in_chat(&d);
    office_settle(&d.o);
    assert_int_equal(fake_http_count(d.first), 2);
    assert_int_equal(fake_telegram_calls(d.net, "sendMessage"), 1);
    close_desk(&d);
}

static void shared_number_is_no_wish_for_sms(void **unused) {
    (void)unused;
    struct desk d;
    open_chat(&d, false, NULL);
    fake_telegram_block(d.net, 770001, true);
    int64_t id = ask_in_chat(&d);
    office_settle(&d.o);
    assert_int_equal(row(&d, id).state, OUTBOX_FAILED);
    assert_int_equal(fake_http_count(d.first), 0);
    struct contact_address addr;
    assert_int_equal(route_reach(&d.o.s, d.youth, &d.o.a, &addr), NONE);
    close_desk(&d);
}

static void office_decides_about_shared_numbers(void **unused) {
    (void)unused;
    struct desk d;
    open_chat(&d, false, "sending:\n  fallback: known\n");
    fake_telegram_block(d.net, 770001, true);
    ask_in_chat(&d);
    office_settle(&d.o);
    assert_int_equal(fake_http_count(d.first), 1);
    close_desk(&d);
    open_chat(&d, true, "sending:\n  fallback: never\n");
    fake_telegram_block(d.net, 770001, true);
    ask_in_chat(&d);
    office_settle(&d.o);
    assert_int_equal(fake_http_count(d.first), 0);
    close_desk(&d);
}

static void stop_holds_on_every_road(void **unused) {
    (void)unused;
    struct desk d;
    bool already;
    open_chat(&d, true, NULL);
    fake_telegram_block(d.net, 770001, true);
    struct optout o = {
        .contact_id = d.youth, .out = true, .scope = OPTOUT_ALL, .channel = STR("chat")};
    assert_int_equal(sql_begin(d.o.s.db, SQL_WRITE), OK);
    assert_int_equal(optouts_put(d.o.s.db, &o, service_now(&d.o.s), &already), OK);
    assert_int_equal(sql_commit(d.o.s.db), OK);
    ask_in_chat(&d);
    put(&d, (struct outbox_row){.kind = STR("reply"),
                                .address_id = chat_of(&d).id,
                                .text = STR("C'est noté, plus de messages."),
                                .confirms_stop = true,
                                .channel = STR("chat")});
    office_settle(&d.o);
    assert_int_equal(fake_http_count(d.first), 0);
    close_desk(&d);
}

/* ---- fair ---- */

static void reply_overtakes_a_broadcast(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d, "per_second: 2, in_flight: 2", "per_second: 2", NULL);
    for (int i = 0; i < 40; i++) {
        char phone[16];
        snprintf(phone, sizeof phone, "+336399801%02d", 51 + i % 49);
        put(&d, (struct outbox_row){.contact_id = office_youth(&d.o, "Lina", phone),
                                    .kind = STR("bulk"),
                                    .priority = 7,
                                    .text = STR("annonce"),
                                    .channel = STR("one")});
    }
    office_pass(&d.o, 3 * MS_SECOND);
    size_t before = fake_http_count(d.first);
    assert_in_range(before, 4, 10); /* two a second */
    queue(&d, "one", "ta réponse");
    office_pass(&d.o, MS_SECOND);
    bool found = false;
    for (size_t i = before; i < fake_http_count(d.first); i++) {
        found = found || str_is(sent(&d, d.first, i, "text"), "ta réponse");
    }
    assert_true(found);
    assert_in_range(fake_http_count(d.first), before + 1, before + 4);
    close_desk(&d);
}

/* At the end of its pace a fast channel lets a few gather: one commit serves them all. None
 * waits longer than CARRIER_GATHER_MS for it, and what came home is written down with them. */
static void a_fast_channel_at_its_pace_gathers(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d, "per_second: 200, in_flight: 8", "per_second: 200", NULL);
    for (int i = 0; i < 206; i++) {
        char phone[24];
        snprintf(phone, sizeof phone, "+33639981%03d", i);
        put(&d, (struct outbox_row){.contact_id = office_youth(&d.o, "Lina", phone),
                                    .kind = STR("reply"),
                                    .text = STR("à tout à l'heure"),
                                    .channel = STR("one")});
    }
    office_settle(&d.o);
    /* a second's worth at once, but for what waits for company: less than four tokens */
    assert_in_range(fake_http_count(d.first), 197, 200);
    assert_int_equal(office_in_state(&d.o, OUTBOX_SENT), fake_http_count(d.first));
    clock_advance(&d.o.s.clock, CARRIER_GATHER_MS);
    office_settle(&d.o);
    assert_in_range(fake_http_count(d.first), 201, 204);
    clock_advance(&d.o.s.clock, CARRIER_GATHER_MS);
    office_settle(&d.o);
    assert_int_equal(office_in_state(&d.o, OUTBOX_SENT), 206);
    close_desk(&d);
}

static void silent_channel_holds_up_nobody_else(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d, "in_flight: 2, per_second: 100", "per_second: 100", NULL);
    fake_http_default(d.first, (struct fake_answer){.manner = FAKE_SILENT});
    for (int i = 0; i < 6; i++) {
        char phone[16];
        snprintf(phone, sizeof phone, "+3363998016%d", (int)(i % 10));
        put(&d, (struct outbox_row){.contact_id = office_youth(&d.o, "Lina", phone),
                                    .kind = STR("reply"),
                                    .text = STR("silence"),
                                    .channel = STR("one")});
    }
    int64_t id = queue(&d, "two", "Bonjour Awa");
    for (int i = 0; i < 100 && row(&d, id).state != OUTBOX_SENT; i++) {
        service_round(&d.o.s, 10);
    }
    assert_int_equal(row(&d, id).state, OUTBOX_SENT);
    assert_int_equal(office_in_state(&d.o, OUTBOX_INFLIGHT), 2); /* never more than allowed */
    close_desk(&d);
}

/* An imported number has no channel of its own yet; a channel may be renamed or taken out. */
static void no_message_waits_for_a_channel_that_is_not_there(void **unused) {
    (void)unused;
    struct desk d;
    struct address at = {STR("tel"), STR("+33639980199")};
    int64_t address;
    open_desk(&d, "order: 1", "order: 2", NULL);
    assert_int_equal(sql_begin(d.o.s.db, SQL_WRITE), OK);
    assert_int_equal(
        addresses_add(d.o.s.db, d.youth, at, STR_EMPTY, service_now(&d.o.s), &address), OK);
    assert_int_equal(sql_commit(d.o.s.db), OK);
    int64_t staff =
        put(&d, (struct outbox_row){
                    .kind = STR("staff"), .address_id = address, .text = STR("Bonjour Awa")});
    office_settle(&d.o);
    assert_int_equal(row(&d, staff).state, OUTBOX_SENT);
    check_str(row(&d, staff).channel, "one");
    int64_t old = queue(&d, "ancien", "reste");
    office_pass(&d.o, 2 * MS_MINUTE);
    assert_int_equal(row(&d, old).state, OUTBOX_SENT);
    close_desk(&d);
}

/* A second message behind one that is tried again later: the wheel sleeps until then. */
static void waiting_behind_a_retry_does_not_spin(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d, "per_second: 1000", "order: 200", NULL);
    fake_http_push(d.first, (struct fake_answer){.status = 503, .body = "Temporal failure"});
    int64_t id = queue(&d, "one", "premier");
    queue(&d, "one", "second");
    office_settle(&d.o);
    assert_int_equal(row(&d, id).state, OUTBOX_QUEUED);
    assert_int_equal(carrier_find(&d.o.s, STR("one"))->held_until_ms, row(&d, id).next_ms);
    office_pass(&d.o, MS_MINUTE);
    assert_int_equal(office_in_state(&d.o, OUTBOX_SENT), 2);
    close_desk(&d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(longest_prefix_wins),
        cmocka_unit_test(preference_then_price_decide),
        cmocka_unit_test(answers_come_from_the_number_they_know),
        cmocka_unit_test(prefix_without_country_code_is_refused),
        cmocka_unit_test(broken_channel_is_replaced),
        cmocka_unit_test(replaced_channel_keeps_the_order),
        cmocka_unit_test(channel_may_refuse_to_be_replaced),
        cmocka_unit_test(number_nobody_else_carries_waits),
        cmocka_unit_test(both_broken_loses_nothing),
        cmocka_unit_test(blocked_chat_goes_on_by_sms),
        cmocka_unit_test(shared_number_is_no_wish_for_sms),
        cmocka_unit_test(office_decides_about_shared_numbers),
        cmocka_unit_test(stop_holds_on_every_road),
        cmocka_unit_test(reply_overtakes_a_broadcast),
        cmocka_unit_test(a_fast_channel_at_its_pace_gathers),
        cmocka_unit_test(silent_channel_holds_up_nobody_else),
        cmocka_unit_test(no_message_waits_for_a_channel_that_is_not_there),
        cmocka_unit_test(waiting_behind_a_retry_does_not_spin),
    };
    return cmocka_run_group_tests_name("routing", tests, NULL, NULL);
}
