/* test_messenger.c - the same journeys on Telegram, by long poll, against a strict fake of its
 * API. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include <stdio.h>
#include <stdlib.h>

#include "db/addresses.h"
#include "db/contacts.h"
#include "db/sql.h"
#include "gateways/http.h"
#include "jobs/poll.h"
#include "tests/fake/fake_telegram.h"

#define CHAT 770001
#define CHAT_ADDRESS "770001"

struct desk {
    struct office o;
    struct fake_telegram *net;
};

static void open_desk(struct desk *d) {
    char yaml[512];
    setenv("REBOND_TEST_TOKEN", "123456:not-a-secret-of-anything-abcdefghij", 1);
    d->net = fake_telegram_start(getenv("REBOND_TEST_TOKEN"));
    snprintf(yaml, sizeof yaml,
             "  - {name: chat, gateway: telegram, token: 'env:REBOND_TEST_TOKEN', mode: poll, "
             "api_url: '%s',\n"
             "     allow_private: oui, per_second: 1000, per_person: 0}\n",
             fake_telegram_url(d->net));
    office_open(&d->o, yaml, NULL);
    poll_setup(&d->o.s);
}

static void close_desk(struct desk *d) {
    for (size_t i = 0; i < fake_telegram_violations(d->net); i++) {
        print_message("the API was misused: %s\n", fake_telegram_violation(d->net, i));
    }
    assert_int_equal(fake_telegram_violations(d->net), 0);
    office_close(&d->o);
    fake_telegram_stop(d->net);
}

/* The real wire takes real time: turns the wheel until `sent` messages have arrived and been
 * settled. */
static void turn_until(struct desk *d, size_t sent) {
    for (int i = 0; i < 400 && fake_telegram_sent(d->net) < sent; i++) {
        service_round(&d->o.s, 25);
    }
    for (int i = 0; i < 8; i++) {
        service_round(&d->o.s, 10);
    }
    assert_in_range(fake_telegram_sent(d->net), sent, sent + 3);
}

static struct fake_telegram_message last(struct desk *d) {
    size_t n = fake_telegram_sent(d->net);
    assert_true(n > 0);
    return fake_telegram_message(d->net, n - 1);
}

static bool holds(struct str s, const char *words) {
    return str_find(s, str_from(words), 0) != SIZE_MAX;
}

static int64_t contact_of(struct desk *d) {
    return office_contact(&d->o, CHAT_ADDRESS);
}

static void sign_up_with_buttons(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    fake_telegram_text(d.net, CHAT, "/start");
    turn_until(&d, 2);
    assert_true(holds(last(&d).text, "prénom"));
    fake_telegram_text(d.net, CHAT, "Lina");
    turn_until(&d, 3);
    fake_telegram_text(d.net, CHAT, "02/06/2006");
    turn_until(&d, 4);
    fake_telegram_text(d.net, CHAT, "33600");
    turn_until(&d, 5);
    assert_true(holds(last(&d).text, "1 Emploi")); /* several may be chosen: typed, as by SMS */
    fake_telegram_text(d.net, CHAT, "1 et 2");
    turn_until(&d, 6);
    struct contact c;
    assert_int_equal(contacts_get(d.o.s.db, contact_of(&d), &d.o.a, &c), OK);
    assert_int_equal(c.status, CONTACT_ENROLLED);
    close_desk(&d);
}

/* A yes or no is two buttons, no digits; the press is answered so that it stops spinning. */
static void question_has_buttons(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    fake_telegram_text(d.net, CHAT, "/start");
    turn_until(&d, 2);
    fake_telegram_text(d.net, CHAT, "Lina");
    turn_until(&d, 3);
    fake_telegram_text(d.net, CHAT,
                       "02/06/1999"); /* too old, unless RQTH: a question of yes or no */
    turn_until(&d, 4);
    assert_true(holds(last(&d).text, "RQTH"));
    assert_true(last(&d).markup.n > 0);
    assert_false(holds(last(&d).text, "1 Oui"));
    assert_true(fake_telegram_press(d.net, CHAT, "Oui") > 0);
    turn_until(&d, 5);
    assert_true(holds(last(&d).text, "ville"));
    assert_int_equal(fake_telegram_answered(d.net), 1);
    close_desk(&d);
}

static void updates_are_confirmed_only_once_stored(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    fake_telegram_text(d.net, CHAT, "/start");
    turn_until(&d, 2);
    size_t before = fake_telegram_sent(d.net);
    office_restart(&d.o); /* the cursor is in the database, with what it covers */
    for (int i = 0; i < 10; i++) {
        service_round(&d.o.s, 20);
    }
    assert_int_equal(fake_telegram_sent(d.net), before);
    close_desk(&d);
}

static void blocked_chat_gets_nothing_more(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    fake_telegram_text(d.net, CHAT, "/start");
    turn_until(&d, 2);
    fake_telegram_block(d.net, CHAT, true);
    for (int i = 0; i < 40; i++) {
        service_round(&d.o.s, 20);
    }
    struct contact_address addr;
    struct address at = {STR("telegram"), STR(CHAT_ADDRESS)};
    assert_int_equal(addresses_find(d.o.s.db, at, &d.o.a, &addr), OK);
    assert_int_equal(addr.state, ADDRESS_BLOCKED);
    fake_telegram_block(d.net, CHAT, false);
    fake_telegram_text(d.net, CHAT, "Lina");
    turn_until(&d, 3);
    assert_int_equal(addresses_find(d.o.s.db, at, &d.o.a, &addr), OK);
    assert_int_equal(addr.state, ADDRESS_OK);
    close_desk(&d);
}

/* A phone number shared by its owner joins the chat to the person's file. */
static void shared_number_links_the_two(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    int64_t known = office_youth(&d.o, "Lina", "990001");
    struct address tel = {STR("tel"), STR("+33639980177")};
    int64_t id;
    assert_int_equal(sql_begin(d.o.s.db, SQL_WRITE), OK);
    assert_int_equal(addresses_add(d.o.s.db, known, tel, STR_EMPTY, service_now(&d.o.s), &id),
                     OK);
    assert_int_equal(sql_commit(d.o.s.db), OK);
    fake_telegram_contact(d.net, CHAT, "+33639980177", CHAT);
    for (int i = 0; i < 60 && contact_of(&d) != known; i++) {
        service_round(&d.o.s, 20);
    }
    assert_int_equal(contact_of(&d), known);
    close_desk(&d);
}

static void flood_limit_is_waited_for(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    fake_telegram_fail(d.net, 1, 429, "Too Many Requests: retry after 30", 30);
    fake_telegram_text(d.net, CHAT, "/start");
    for (int i = 0; i < 30; i++) {
        service_round(&d.o.s, 20);
    }
    size_t before = fake_telegram_sent(d.net);
    assert_in_range(before, 0, 1);
    clock_advance(&d.o.s.clock, 31 * MS_SECOND);
    turn_until(&d, 2);
    close_desk(&d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sign_up_with_buttons),
        cmocka_unit_test(question_has_buttons),
        cmocka_unit_test(updates_are_confirmed_only_once_stored),
        cmocka_unit_test(blocked_chat_gets_nothing_more),
        cmocka_unit_test(shared_number_links_the_two),
        cmocka_unit_test(flood_limit_is_waited_for),
    };
    return cmocka_run_group_tests_name("messenger", tests, NULL, NULL);
}
