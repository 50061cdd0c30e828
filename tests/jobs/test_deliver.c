/* test_deliver.c - what becomes of a message on each mood of a provider: never lost, never
 * twice. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include <stdio.h>
#include <stdlib.h>

#include "db/addresses.h"
#include "db/channels.h"
#include "db/db.h"
#include "db/receipts.h"
#include "db/sql.h"
#include "jobs/carriers.h"
#include "jobs/deliver.h"
#include "jobs/receive.h"
#include "tests/fake/fake_http.h"

#define PHONE "+33639980150"

struct desk {
    struct office o;
    struct fake_http *provider;
    int64_t youth;
};

static void open_desk(struct desk *d) {
    char yaml[512];
    setenv("REBOND_TEST_PASSWORD", "not-a-secret", 1);
    d->provider = fake_http_start();
    snprintf(yaml, sizeof yaml,
             "  - {name: sms, gateway: kannel, send_url: '%s/cgi-bin/sendsms', username: u,\n"
             "     password: 'env:REBOND_TEST_PASSWORD', from: '38000', allow_private: oui, "
             "per_second: 1000,\n"
             "     per_person: 0}\n",
             fake_http_url(d->provider));
    office_open(&d->o, yaml, "public_url: http://127.0.0.1:9\n");
    d->youth = office_youth(&d->o, "Awa", PHONE);
    fake_http_default(d->provider,
                      (struct fake_answer){.status = 202, .body = "0: Accepted for delivery"});
}

static void close_desk(struct desk *d) {
    office_close(&d->o);
    fake_http_stop(d->provider);
}

static int64_t queue(struct desk *d, const char *text) {
    struct outbox_row m = {.contact_id = d->youth,
                           .kind = STR("reply"),
                           .text = str_from(text),
                           .channel = STR("sms"),
                           .expires_ms = service_now(&d->o.s) + MS_DAY};
    assert_int_equal(sql_begin(d->o.s.db, SQL_WRITE), OK);
    assert_int_equal(outbox_put(d->o.s.db, &m, NULL, &d->o.a, service_now(&d->o.s)), OK);
    assert_int_equal(sql_commit(d->o.s.db), OK);
    return m.id;
}

static enum outbox_state state_of(struct desk *d, int64_t id) {
    struct outbox_row m;
    assert_int_equal(outbox_get(d->o.s.db, id, &d->o.a, &m), OK);
    return m.state;
}

static void accepted_message_leaves_once(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    int64_t id = queue(&d, "Bonjour Awa");
    office_settle(&d.o);
    office_settle(&d.o);
    assert_int_equal(fake_http_count(d.provider), 1);
    assert_int_equal(state_of(&d, id), OUTBOX_SENT);
    close_desk(&d);
}

/* More SMS than the provider takes in one message: staff see it, nobody pays for it. */
static void too_long_does_not_leave(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    d.o.s.carrier[0].limits.parts_max = 2;
    struct outbox_row m = {.contact_id = d.youth,
                           .kind = STR("reply"),
                           .text = STR("Bonjour Awa"),
                           .channel = STR("sms"),
                           .segments = 3};
    assert_int_equal(sql_begin(d.o.s.db, SQL_WRITE), OK);
    assert_int_equal(outbox_put(d.o.s.db, &m, NULL, &d.o.a, service_now(&d.o.s)), OK);
    assert_int_equal(sql_commit(d.o.s.db), OK);
    int64_t fine = queue(&d, "Bonjour");
    office_settle(&d.o);
    assert_int_equal(state_of(&d, m.id), OUTBOX_FAILED);
    assert_int_equal(state_of(&d, fine), OUTBOX_SENT);
    assert_int_equal(fake_http_count(d.provider), 1);
    close_desk(&d);
}

static void server_error_is_tried_again_later(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    fake_http_push(
        d.provider,
        (struct fake_answer){.status = 503, .body = "Temporal failure, try again later."});
    int64_t id = queue(&d, "Bonjour Awa");
    office_settle(&d.o);
    assert_int_equal(state_of(&d, id), OUTBOX_QUEUED);
    assert_int_equal(fake_http_count(d.provider), 1);
    office_pass(&d.o, 5 * MS_SECOND);
    assert_int_equal(fake_http_count(d.provider), 1); /* not before the pause */
    office_pass(&d.o, 20 * MS_SECOND);
    assert_int_equal(fake_http_count(d.provider), 2);
    assert_int_equal(state_of(&d, id), OUTBOX_SENT);
    close_desk(&d);
}

static void attempts_end_and_the_failure_is_seen(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    fake_http_default(
        d.provider,
        (struct fake_answer){.status = 503, .body = "Temporal failure, try again later."});
    int64_t id = queue(&d, "Bonjour Awa");
    office_pass(&d.o, 6 * MS_HOUR);
    assert_int_equal(fake_http_count(d.provider), (size_t)d.o.config.sending.attempts);
    assert_int_equal(state_of(&d, id), OUTBOX_FAILED);
    close_desk(&d);
}

static void silence_after_sending_is_never_sent_again(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    fake_http_push(d.provider, (struct fake_answer){.manner = FAKE_CLOSES});
    int64_t id = queue(&d, "Bonjour Awa");
    office_pass(&d.o, 2 * MS_DAY);
    assert_int_equal(fake_http_count(d.provider), 1);
    assert_int_equal(state_of(&d, id), OUTBOX_UNKNOWN);
    close_desk(&d);
}

static void refused_number_is_marked(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    fake_http_push(d.provider, (struct fake_answer){.status = 403,
                                                    .body = "Not routable. Do not try again."});
    int64_t id = queue(&d, "Bonjour Awa");
    office_settle(&d.o);
    assert_int_equal(state_of(&d, id), OUTBOX_FAILED);
    close_desk(&d);
}

static void broken_account_pauses_the_channel_once(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    fake_http_default(
        d.provider,
        (struct fake_answer){.status = 403, .body = "Authorization failed for sendsms"});
    int64_t first = queue(&d, "un");
    int64_t second = queue(&d, "deux");
    office_settle(&d.o);
    size_t asked = fake_http_count(d.provider);
    assert_in_range(asked, 1, 2);
    office_pass(&d.o, 20 * MS_MINUTE);
    assert_int_equal(fake_http_count(d.provider), asked); /* paused: nobody is hammered */
    assert_int_equal(state_of(&d, first), OUTBOX_QUEUED);
    assert_int_equal(state_of(&d, second), OUTBOX_QUEUED);
    struct channel row;
    assert_int_equal(channels_get(d.o.s.db, STR("sms"), &d.o.a, &row), OK);
    assert_true(row.fault.n > 0);
    fake_http_default(d.provider,
                      (struct fake_answer){.status = 202, .body = "0: Accepted for delivery"});
    office_pass(&d.o, 20 * MS_MINUTE);
    assert_int_equal(state_of(&d, first), OUTBOX_SENT); /* and nothing was lost */
    assert_int_equal(state_of(&d, second), OUTBOX_SENT);
    close_desk(&d);
}

static void report(struct desk *d, const char *dlr) {
    struct gw_request rq = {.method = STR("GET"),
                            .path = STR("/hook/sms/status"),
                            .action = STR("status"),
                            .now_ms = service_now(&d->o.s)};
    /* the address is the one that the gateway itself wrote into the request */
    struct fake_request sent = fake_http_request(d->provider, fake_http_count(d->provider) - 1);
    struct str url = gw_form_get(sent.query, "dlr-url", &d->o.a);
    size_t mark = str_find_char(url, '?', 0);
    assert_true(mark != SIZE_MAX);
    struct str query = str_sub(url, mark + 1, url.n);
    size_t at = str_find(query, STR("%d"), 0);
    assert_true(at != SIZE_MAX);
    rq.query = arena_printf(&d->o.a, "%.*s%s%.*s", (int)at, query.p, dlr,
                            (int)(query.n - at - 2), query.p + at + 2);
    rq.url =
        arena_printf(&d->o.a, "http://127.0.0.1:9/hook/sms/status?%.*s", STR_ARG(rq.query));
    struct receive_item *item;
    int status;
    struct err err = {0};
    assert_int_equal(receive_parse(&d->o.s, STR("sms"), &rq, &item, &status, &err), OK);
    assert_int_equal(receive_offer(&d->o.s, item), OK);
    office_settle(&d->o);
}

static void reports_move_forward_only(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    int64_t id = queue(&d, "Bonjour Awa");
    office_settle(&d.o);
    report(&d, "1");
    assert_int_equal(state_of(&d, id), OUTBOX_DELIVERED);
    report(&d, "8"); /* "at the SMSC" comes after "delivered": Kannel does that */
    assert_int_equal(state_of(&d, id), OUTBOX_DELIVERED);
    report(&d, "2");
    assert_int_equal(state_of(&d, id), OUTBOX_DELIVERED);
    office_pass(&d.o, MS_HOUR);
    assert_int_equal(fake_http_count(d.provider), 1); /* a report never causes a resend */
    close_desk(&d);
}

static void crash_in_flight_becomes_unknown(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    fake_http_push(d.provider, (struct fake_answer){.manner = FAKE_SILENT});
    int64_t id = queue(&d, "Bonjour Awa");
    service_round(&d.o.s, 0);
    assert_true(fake_http_wait(d.provider, 1, 5000) || service_round(&d.o.s, 50) >= 0);
    assert_int_equal(state_of(&d, id), OUTBOX_INFLIGHT);
    office_restart(&d.o);
    office_pass(&d.o, MS_HOUR);
    assert_int_equal(state_of(&d, id), OUTBOX_UNKNOWN);
    assert_in_range(fake_http_count(d.provider), 0, 1);
    close_desk(&d);
}

static void order_is_kept_for_one_person(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    fake_http_push(
        d.provider,
        (struct fake_answer){.status = 503, .body = "Temporal failure, try again later."});
    queue(&d, "premier");
    queue(&d, "second");
    office_pass(&d.o, MS_MINUTE);
    assert_int_equal(fake_http_count(d.provider), 3);
    for (size_t i = 0; i < 3; i++) {
        struct fake_request rq = fake_http_request(d.provider, i);
        check_str(gw_form_get(rq.query, "text", &d.o.a), i < 2 ? "premier" : "second");
    }
    close_desk(&d);
}

static void full_disk_loses_nothing(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    int64_t id = queue(&d, "Bonjour Awa");
    db_fault_set(d.o.s.db, DB_FAULT_FULL, 1, true);
    for (int i = 0; i < 5; i++) {
        service_round(&d.o.s, 0);
    }
    assert_int_equal(fake_http_count(d.provider), 0); /* nothing leaves that is not on disk */
    db_fault_set(d.o.s.db, DB_FAULT_NONE, 0, false);
    office_settle(&d.o);
    assert_int_equal(fake_http_count(d.provider), 1);
    assert_int_equal(state_of(&d, id), OUTBOX_SENT);
    close_desk(&d);
}

static void outcome_survives_a_busy_database(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    int64_t id = queue(&d, "Bonjour Awa");
    service_round(&d.o.s, 0); /* claimed and on the wire */
    db_fault_set(d.o.s.db, DB_FAULT_BUSY, 1, true);
    for (int i = 0; i < 20; i++) {
        service_round(&d.o.s, 20);
    }
    db_fault_set(d.o.s.db, DB_FAULT_NONE, 0, false);
    office_settle(&d.o);
    assert_int_equal(fake_http_count(d.provider),
                     1); /* the answer was kept, not asked for again */
    assert_int_equal(state_of(&d, id), OUTBOX_SENT);
    close_desk(&d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted_message_leaves_once),
        cmocka_unit_test(too_long_does_not_leave),
        cmocka_unit_test(server_error_is_tried_again_later),
        cmocka_unit_test(attempts_end_and_the_failure_is_seen),
        cmocka_unit_test(silence_after_sending_is_never_sent_again),
        cmocka_unit_test(refused_number_is_marked),
        cmocka_unit_test(broken_account_pauses_the_channel_once),
        cmocka_unit_test(reports_move_forward_only),
        cmocka_unit_test(crash_in_flight_becomes_unknown),
        cmocka_unit_test(order_is_kept_for_one_person),
        cmocka_unit_test(full_disk_loses_nothing),
        cmocka_unit_test(outcome_survives_a_busy_database),
    };
    return cmocka_run_group_tests_name("deliver", tests, NULL, NULL);
}
