/* test_callout.c - web-hooks that conversations ask for, against a service that answers, fails,
 * hangs or dies. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "db/calls.h"
#include "db/contacts.h"
#include "db/inbox.h"
#include "db/sql.h"
#include "jobs/callout.h"
#include "tests/fake/fake_http.h"

#define PHONE "+33639980170"
#define KEY "a-key-nobody-sees"

static const char FLOW[] =
    "flow: guichet\ntitle: Guichet\nidentifies: yes\nstarts: {keywords: [guichet]}\nsteps:\n"
    "  - webhook: agenda\n    path: /places\n    query: {ville: \"@contact.commune\"}\n"
    "    headers: {X-Langue: \"@contact.language\"}\n    within: 2 s\n    as: vu\n"
    "    pick: {reste: \"@answer.json.reste\", mot: \"@answer.text\"}\n"
    "    ok:\n      - say: \"Reste @vu.reste.\"\n"
    "    failed:\n      - say: \"Rien (@vu.why @vu.status).\"\n"
    "  - say: Merci.\n";
static const char SENDS[] =
    "flow: envoi\ntitle: Envoi\nidentifies: yes\nstarts: {keywords: [envoi]}\nsteps:\n"
    "  - webhook: agenda\n    method: post\n    json: {prenom: \"@contact.first_name\"}\n"
    "    failed:\n      - say: Perdu.\n  - say: Fini.\n";
static const char AWAY[] =
    "flow: ailleurs\ntitle: Ailleurs\nidentifies: yes\nstarts: {keywords: [ailleurs]}\nsteps:\n"
    "  - webhook: ferme\n    as: vu\n    failed:\n      - say: \"Ailleurs (@vu.why).\"\n"
    "  - webhook: inconnu\n    as: vu\n    failed:\n      - say: \"Inconnu (@vu.why).\"\n"
    "  - webhook: agenda\n    path: \"/%2e%2E/admin\"\n    as: vu\n"
    "    failed:\n      - say: \"Dehors (@vu.why).\"\n";
static const char WHO[] =
    "flow: qui\ntitle: Premier\nidentifies: yes\nstarts: {anything: yes}\nsteps:\n"
    "  - say: Rien compris.\n";
static const char STOP[] =
    "flow: arret\ntitle: Stop\nsystem: yes\nidentifies: yes\n"
    "starts: {intent: stop}\nsteps:\n  - act: opt_out\n    with: {scope: "
    "all}\n  - say: Plus rien.\n    confirms_stop: yes\n  - quit:\n";
static const char SHARED[] =
    "fields:\n  first_name: {type: text, title: x}\n  commune: {type: text, title: x}\n"
    "  language: {type: language, title: x}\norg: [name]\n"
    "texts:\n  one_moment: {fr: Un instant.}\n";

struct desk {
    struct office o;
    struct fake_http *service;
    char flows[80];
    int64_t youth;
};

static void write_flow(struct desk *d, const char *name, const char *text) {
    char path[160];
    snprintf(path, sizeof path, "%s/%s", d->flows, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static const struct {
    const char *name, *text;
} FLOWS[] = {{"guichet.yaml", FLOW}, {"envoi.yaml", SENDS}, {"ailleurs.yaml", AWAY},
             {"qui.yaml", WHO},      {"arret.yaml", STOP},  {"_champs.yaml", SHARED}};

static void open_desk(struct desk *d) {
    char more[900];
    snprintf(d->flows, sizeof d->flows, "/tmp/rebond-flows-XXXXXX");
    assert_non_null(mkdtemp(d->flows));
    for (size_t i = 0; i < sizeof FLOWS / sizeof *FLOWS; i++) {
        write_flow(d, FLOWS[i].name, FLOWS[i].text);
    }
    setenv("REBOND_TEST_AGENDA", KEY, 1);
    d->service = fake_http_start();
    snprintf(more, sizeof more,
             "flows: %s\nwebhooks:\n"
             "  - {name: agenda, url: '%s/v1/', allow_private: oui, in_flight: 2,\n"
             "     headers: {Authorization: 'Bearer env:REBOND_TEST_AGENDA', X-Langue: de}}\n"
             "  - {name: ferme, url: 'https://127.0.0.1:%d/'}\n",
             d->flows, fake_http_url(d->service), fake_http_port(d->service));
    office_open(&d->o, NULL, more);
    d->youth = office_youth(&d->o, "Awa", PHONE);
}

static void close_desk(struct desk *d) {
    office_close(&d->o);
    fake_http_stop(d->service);
    for (size_t i = 0; i < sizeof FLOWS / sizeof *FLOWS; i++) {
        char path[160];
        snprintf(path, sizeof path, "%s/%s", d->flows, FLOWS[i].name);
        unlink(path);
    }
    rmdir(d->flows);
}

static void answers(struct desk *d, int status, const char *body) {
    fake_http_push(d->service,
                   (struct fake_answer){.status = status,
                                        .headers = "Content-Type: application/json\r\n",
                                        .body = body});
}

static int64_t waiting(struct desk *d) {
    int64_t n = -1;
    assert_int_equal(calls_waiting(d->o.s.db, &n), OK);
    return n;
}

static void an_answer_becomes_words(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    answers(&d, 200, "{\"reste\": 3}");
    office_says(&d.o, PHONE, "guichet");
    assert_int_equal(fake_http_count(d.service), 1);
    struct fake_request rq = fake_http_request(d.service, 0);
    check_str(rq.method, "GET");
    check_str(rq.path, "/v1/places");
    check_str(rq.query, "ville=M%C3%A9rignac");
    check_str(fake_http_header(&rq, "authorization"), "Bearer " KEY);
    check_str(fake_http_header(&rq, "x-langue"), "de"); /* the configuration's wins */
    office_expect(&d.o, PHONE, "Reste 3.");
    office_expect(&d.o, PHONE, "Merci.");
    assert_int_equal(waiting(&d), 0);
    close_desk(&d);
}

static void what_is_sent_is_json(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    answers(&d, 204, "");
    office_says(&d.o, PHONE, "envoi");
    struct fake_request rq = fake_http_request(d.service, 0);
    check_str(rq.method, "POST");
    check_str(rq.path, "/v1");
    check_str(rq.body, "{\"prenom\":\"Awa\"}");
    check_str(fake_http_header(&rq, "content-type"), "application/json");
    office_expect(&d.o, PHONE, "Fini.");
    assert_int_equal(office_count(&d.o, PHONE, "Perdu"), 0);
    close_desk(&d);
}

static void an_error_takes_the_other_branch(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    answers(&d, 500, "{}");
    office_says(&d.o, PHONE, "guichet");
    office_expect(&d.o, PHONE, "Rien (status 500).");
    office_pass(&d.o, MS_HOUR); /* the same words at once would count once */
    fake_http_push(d.service,
                   (struct fake_answer){.status = 302, .headers = "Location: /x\r\n"});
    office_says(&d.o, PHONE, "guichet");
    office_expect(&d.o, PHONE, "Rien (status 302)."); /* not followed */
    assert_int_equal(fake_http_count(d.service), 2);  /* neither repeated nor followed */
    close_desk(&d);
}

static void silence_is_a_time_out(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    fake_http_push(d.service, (struct fake_answer){.manner = FAKE_SILENT});
    office_says(&d.o, PHONE, "guichet");
    office_expect(&d.o, PHONE, "Rien (time_out 0).");
    assert_int_equal(fake_http_count(d.service), 1);
    close_desk(&d);
}

static void a_long_answer_is_refused_or_picked(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    struct buf b;
    buf_init(&b, 200000);
    buf_puts(&b, "{\"reste\":1,\"x\":\"");
    for (int i = 0; i < 70000; i++) {
        buf_putc(&b, 'x');
    }
    buf_puts(&b, "\"}");
    answers(&d, 200, buf_cstr(&b));
    office_says(&d.o, PHONE, "guichet");
    office_expect(&d.o, PHONE, "Rien (too_large 200).");
    buf_done(&b);
    office_pass(&d.o, MS_HOUR);
    answers(&d, 200, "{\"reste\":1, \"\xff\": 2}"); /* not UTF-8: no JSON, no words */
    office_says(&d.o, PHONE, "guichet");
    office_expect(&d.o, PHONE, "Reste .");
    close_desk(&d);
}

static void the_person_may_write_meanwhile(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    fake_http_push(d.service, (struct fake_answer){
                                  .status = 200, .body = "{\"reste\":2}", .delay_ms = 700});
    office_receives(&d.o, PHONE, "guichet", "one");
    for (int i = 0; i < 6; i++) {
        assert_true(service_round(&d.o.s, 0) >= 0);
    }
    assert_int_equal(callout_in_flight(&d.o.s), 1);
    office_receives(&d.o, PHONE, "demain matin", "two");
    for (int i = 0; i < 6; i++) {
        assert_true(service_round(&d.o.s, 0) >= 0);
    }
    office_expect(&d.o, PHONE, "Un instant.");
    office_settle(&d.o);
    office_expect(&d.o, PHONE, "Reste 2.");
    close_desk(&d);
}

static void stop_is_heard_meanwhile(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    fake_http_push(d.service, (struct fake_answer){
                                  .status = 200, .body = "{\"reste\":2}", .delay_ms = 500});
    office_receives(&d.o, PHONE, "guichet", "one");
    for (int i = 0; i < 6; i++) {
        assert_true(service_round(&d.o.s, 0) >= 0);
    }
    office_receives(&d.o, PHONE, "stop", "two");
    office_settle(&d.o);
    office_pass(&d.o, MS_MINUTE);
    assert_int_equal(office_count(&d.o, PHONE, "Plus rien"), 1);
    assert_int_equal(office_count(&d.o, PHONE, "Reste"), 0);
    assert_int_equal(waiting(&d), 0);
    close_desk(&d);
}

static void what_was_on_the_wire_is_unknown_after_a_restart(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    fake_http_push(d.service, (struct fake_answer){.manner = FAKE_SILENT});
    office_receives(&d.o, PHONE, "guichet", "one");
    for (int i = 0; i < 50 && !fake_http_wait(d.service, 1, 0); i++) {
        assert_true(service_round(&d.o.s, 20) >= 0);
    }
    assert_int_equal(waiting(&d), 1);
    office_restart(&d.o);
    office_settle(&d.o);
    /* several processes on one PostgreSQL: it may be another's, until it is old */
    office_pass(&d.o, 10 * MS_MINUTE);
    office_settle(&d.o);
    office_expect(&d.o, PHONE, "Rien (unknown 0).");
    assert_int_equal(fake_http_count(d.service), 1);
    close_desk(&d);
}

static void a_service_that_is_down_is_tried_again_before_a_byte_leaves(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    fake_http_stop(d.service);
    office_says(&d.o, PHONE, "envoi");
    office_expect(&d.o, PHONE, "Perdu.");
    office_expect(&d.o, PHONE, "Fini.");
    d.service = fake_http_start();
    close_desk(&d);
}

static void nothing_leaves_for_where_it_may_not(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    office_says(&d.o, PHONE, "ailleurs");
    assert_int_equal(office_count(&d.o, PHONE, "Ailleurs (unreachable)."), 1);
    assert_int_equal(office_count(&d.o, PHONE, "Inconnu (refused)."), 1);
    assert_int_equal(office_count(&d.o, PHONE, "Dehors (refused)."), 1);
    assert_int_equal(fake_http_count(d.service), 0);
    close_desk(&d);
}

static void the_forgotten_leave_no_call(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    fake_http_push(d.service, (struct fake_answer){.status = 200, .delay_ms = 400});
    office_receives(&d.o, PHONE, "guichet", "one");
    for (int i = 0; i < 6; i++) {
        assert_true(service_round(&d.o.s, 0) >= 0);
    }
    assert_int_equal(sql_begin(d.o.s.db, SQL_WRITE), OK);
    assert_int_equal(contacts_erase(d.o.s.db, d.youth, service_now(&d.o.s)), OK);
    assert_int_equal(sql_commit(d.o.s.db), OK);
    assert_int_equal(waiting(&d), 0);
    office_settle(&d.o);
    struct inbox_row *row;
    size_t n = 9;
    assert_true(inbox_list(d.o.s.db, INBOX_FAILED, 9, &d.o.a, &row, &n) >= OK);
    assert_int_equal(n, 0);
    close_desk(&d);
}

static void nobody_reads_the_key(void **unused) {
    (void)unused;
    struct desk d;
    char path[128];
    struct str bytes;
    struct err err = {0};
    open_desk(&d);
    fake_http_push(d.service, (struct fake_answer){.status = 500, .delay_ms = 200});
    office_says(&d.o, PHONE, "guichet");
    if (!getenv("REBOND_TEST_PG")) {
        static const char *const PARTS[] = {"rebond.db", "rebond.db-wal"};
        for (int i = 0; i < 2; i++) {
            snprintf(path, sizeof path, "%s/%s", d.o.dir, PARTS[i]);
            assert_int_equal(file_read(path, 64 << 20, &d.o.a, &bytes, &err), OK);
            assert_int_equal(str_find(bytes, STR(KEY), 0), SIZE_MAX);
        }
    }
    close_desk(&d);
}

static void the_configuration_refuses_what_could_leak(void **unused) {
    (void)unused;
    static const struct {
        const char *webhook, *says;
    } WRONG[] = {
        {"{name: a, url: 'https://x.example', headers: {Authorization: abc}}",
         "a secret is not written here"},
        {"{name: a, url: 'http://x.example'}", "without TLS"},
        {"{name: a, url: 'https://u:p@x.example'}", "has no @"},
        {"{name: a, url: 'ftp://x'}", "this is not an address"},
        {"{name: a}", "a name and an address"},
        {"{name: 'A B', url: 'https://x.example'}", "a name has small letters"},
        {"{name: a, url: 'https://x.example', hearders: {}}", "no such setting"},
        {"{name: a, url: 'https://x.example', headers: {X-Key: 'env:REBOND_TEST_NOT_SET'}}",
         "is not set"}};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        struct arena a;
        struct buf problems;
        struct config c;
        char yaml[300];
        arena_init(&a);
        buf_init(&problems, 4096);
        snprintf(yaml, sizeof yaml, "webhooks:\n  - %s\n", WRONG[i].webhook);
        assert_int_equal(config_parse("x.yaml", str_from(yaml), &a, &c, &problems), E_INVALID);
        if (!strstr(buf_cstr(&problems), WRONG[i].says)) {
            fail_msg("%s: %s", WRONG[i].webhook, buf_cstr(&problems));
        }
        buf_done(&problems);
        arena_done(&a);
    }
}

static void an_address_belongs_to_the_longest_that_begins_it(void **unused) {
    (void)unused;
    const struct webhook_config W[] = {{.name = STR("a"), .url = STR("https://x.org")},
                                       {.name = STR("b"), .url = STR("https://x.org/b")}};
    struct str rest = STR_EMPTY;
    assert_ptr_equal(config_webhook_find(W, 2, STR(""), STR("https://x.org/b/c?d"), &rest),
                     &W[1]);
    check_str(rest, "/c?d");
    assert_ptr_equal(config_webhook_find(W, 2, STR(""), STR("https://x.org/bc"), &rest), &W[0]);
    assert_null(config_webhook_find(W, 2, STR(""), STR("https://x.org.evil.org/"), &rest));
    assert_null(config_webhook_find(W, 2, STR(""), STR("https://x.org/b/../a"), &rest));
    assert_null(config_webhook_find(W, 2, STR("a"), STR("@evil.org/"), &rest));
    assert_null(config_webhook_find(W, 2, STR("a"), STR("/x y"), &rest));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_becomes_words),
        cmocka_unit_test(what_is_sent_is_json),
        cmocka_unit_test(an_error_takes_the_other_branch),
        cmocka_unit_test(silence_is_a_time_out),
        cmocka_unit_test(a_long_answer_is_refused_or_picked),
        cmocka_unit_test(the_person_may_write_meanwhile),
        cmocka_unit_test(stop_is_heard_meanwhile),
        cmocka_unit_test(what_was_on_the_wire_is_unknown_after_a_restart),
        cmocka_unit_test(a_service_that_is_down_is_tried_again_before_a_byte_leaves),
        cmocka_unit_test(nothing_leaves_for_where_it_may_not),
        cmocka_unit_test(the_forgotten_leave_no_call),
        cmocka_unit_test(nobody_reads_the_key),
        cmocka_unit_test(the_configuration_refuses_what_could_leak),
        cmocka_unit_test(an_address_belongs_to_the_longest_that_begins_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
