/* test_kannel.c - Kannel's sendsms, its reports and its messages, byte for byte. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/kannel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateways/http.h"
#include "tests/fake/fake_http.h"
#include "tests/fake/gw_case.h"

#define CONFIG                                                                                 \
    "{\"send_url\":\"http://127.0.0.1:13013/cgi-bin/sendsms\",\"username\":\"rebond\","        \
    "\"password\":\"pa&ss\",\"from\":\"38000\"}"
#define SECRET "0123456789abcdef0123"

static struct gw_case C;

static void open_channel(const char *config) {
    enum rc rc = gw_case_open(&C, "kannel", config);
    if (rc != OK) {
        fail_msg("open: %s", C.err.text);
    }
}

static int teardown(void **state) {
    (void)state;
    gw_case_done(&C);
    return 0;
}

static struct outbound message(const char *text) {
    return (struct outbound){.id = 1234567890123,
                             .tag = gw_tag(1234567890123, &C.a),
                             .to = {STR("tel"), STR("+33639980123")},
                             .text = str_from(text)};
}

static struct outcome send_with(const char *text, int status, const char *body) {
    struct outbound msg = message(text);
    struct gw_answer answer = {.status = status, .left = true, .body = str_from(body)};
    return gw_case_send(&C, &msg, &answer, 1);
}

static void assert_field(const char *key, const char *want) {
    struct str got = gw_case_field(&C, 0, key);
    if (!want) {
        assert_null(got.p);
        return;
    }
    assert_non_null(got.p);
    assert_string_equal(arena_cstr(&C.a, got), want);
}

static void plain_send(void **state) {
    (void)state;
    open_channel(CONFIG);
    struct outcome o = send_with("Prix 5€ à payer", 202, "0: Accepted for delivery");
    assert_int_equal(o.kind, OUTCOME_SENT);
    assert_int_equal(C.calls, 1);
    assert_true(str_is(C.call[0].method, "GET"));
    assert_true(str_starts(C.call[0].url, STR("http://127.0.0.1:13013/cgi-bin/sendsms?")));
    assert_field("username", "rebond");
    assert_field("password", "pa&ss");
    assert_field("from", "38000");
    assert_field("to", "+33639980123");
    assert_field("text", "Prix 5€ à payer");
    assert_field("coding", NULL);
    assert_field("dlr-mask", "27");
    struct str tag = gw_tag(1234567890123, &C.a);
    struct str want = arena_printf(
        &C.a, "https://bot.example.org/hook/kannel/status?uuid=%.*s&status=%%d&answer=%%A",
        STR_ARG(tag));
    assert_field("dlr-url", want.p);
}

/* Kannel turns what is not GSM into "?" without a word unless coding says UCS-2. */
static void unicode_send(void **state) {
    (void)state;
    open_channel(CONFIG);
    send_with("Tu peux être là ?", 202, "0: Accepted for delivery");
    assert_field("coding", "2");
    assert_field("charset", "UTF-8");
    assert_field("text", "Tu peux être là ?");
}

static void unicode_for_imitators(void **state) {
    (void)state;
    open_channel("{\"send_url\":\"https://sms.example.org/send\",\"username\":\"u\","
                 "\"password\":\"p\"}");
    send_with("☺é", 200, "0: Accepted for delivery");
    assert_field("coding", "2");
    assert_field("charset", NULL);
    struct str text = gw_case_field(&C, 0, "text");
    assert_int_equal(text.n, 4);
    assert_memory_equal(text.p, "\x26\x3A\x00\xE9", 4);
}

static void options(void **state) {
    (void)state;
    open_channel(
        "{\"username\":\"u\",\"password\":\"p\",\"dlr_mask\":\"3\",\"address\":\"2020\","
        "\"use_national\":\"yes\",\"secret\":\"" SECRET "\","
        "\"callback_url\":\"http://127.0.0.1:8080/\"}");
    struct outbound msg = message("ok");
    struct str photo = STR("image/jpeg:https://foo.example/a.jpg");
    msg.attachment = &photo;
    msg.attachments = 1;
    msg.bulk = true;
    msg.expires_ms = C.now_ms + 90 * 1000;
    gw_case_send(&C, &msg, NULL, 0);
    assert_field("to", "639980123");
    assert_field("from", "2020");
    assert_field("dlr-mask", "3");
    assert_field("text", "ok\nhttps://foo.example/a.jpg");
    assert_field("priority", NULL);
    assert_field("validity", "2");
    struct str report = gw_case_field(&C, 0, "dlr-url");
    assert_true(str_starts(report, STR("http://127.0.0.1:8080/hook/kannel/status?")));
    assert_true(str_ends(report, STR("&secret=" SECRET)));
}

static void answers(void **state) {
    (void)state;
    open_channel(CONFIG);
    assert_int_equal(send_with("a", 202, "3: Queued for later delivery").kind, OUTCOME_SENT);
    assert_int_equal(send_with("a", 503, "Temporal failure, try again later.").kind,
                     OUTCOME_LATER);
    struct outcome o = send_with("a", 403, "Not routable. Do not try again.");
    assert_int_equal(o.kind, OUTCOME_NEVER);
    assert_false(o.channel_fault);
    assert_true(str_is(o.code, "403"));
    assert_true(str_is(o.reason, "Not routable. Do not try again."));
    o = send_with("a", 403, "Authorization failed for sendsms");
    assert_int_equal(o.kind, OUTCOME_LATER);
    assert_true(o.channel_fault);
    assert_int_equal(send_with("a", 400, "Invalid charset").kind, OUTCOME_NEVER);
}

/* Nothing left: try again. Something may have left: never again by itself. */
static void no_answer(void **state) {
    (void)state;
    open_channel(CONFIG);
    struct outbound msg = message("a");
    struct gw_answer refused = {.left = false, .error = STR("refused")};
    struct gw_answer silence = {.left = true, .error = STR("timeout")};
    assert_int_equal(gw_case_send(&C, &msg, &refused, 1).kind, OUTCOME_LATER);
    assert_int_equal(gw_case_send(&C, &msg, &silence, 1).kind, OUTCOME_UNKNOWN);
}

static struct gw_parsed hook(const char *action, const char *query, enum rc want) {
    struct gw_parsed p;
    assert_int_equal(gw_case_hook(&C, "GET", action, query, NULL, 0, "", &p), want);
    return p;
}

static void message_in(void **state) {
    (void)state;
    open_channel(CONFIG);
    struct gw_parsed p = hook("receive",
                              "sender=0639980123&to=38000&message=Salut+%C3%A7a+va"
                              "&id=4f3c-1&ts=1795320000&charset=UTF-8",
                              OK);
    assert_int_equal(p.http_status, 200);
    assert_int_equal(p.body.n, 0);
    assert_int_equal(p.ins, 1);
    assert_true(str_is(p.in->from.scheme, "tel"));
    assert_true(str_is(p.in->from.value, "+33639980123"));
    assert_true(str_is(p.in->to.value, "38000"));
    assert_true(str_is(p.in->text, "Salut ça va"));
    assert_true(str_is(p.in->provider_id, "4f3c-1"));
    assert_true(str_is(p.in->gateway, "kannel"));
    assert_int_equal(p.in->sent_ms, 1795320000000);
}

static void message_in_ucs2(void **state) {
    (void)state;
    open_channel(CONFIG);
    struct gw_parsed p = hook("receive",
                              "sender=33639980123&message=%00%EA%D8%3D%DE%00&id=1"
                              "&charset=UTF-16BE",
                              OK);
    assert_true(str_is(p.in->text, "ê😀"));
    p = hook("receive", "sender=33639980123&message=%E9t%E9&id=2&charset=ISO-8859-1", OK);
    assert_true(str_is(p.in->text, "été"));
    p = hook("receive", "sender=33639980123&message=%FFa&id=3", OK);
    assert_true(str_is(p.in->text, "\uFFFDa"));
}

/* post-url: the text is the body, so UTF-16BE may hold zero bytes. */
static void message_posted(void **state) {
    (void)state;
    open_channel(CONFIG);
    struct gw_header h = {STR("content-type"), STR("text/plain; charset=\"UTF-16BE\"")};
    struct gw_request rq = {.method = STR("POST"),
                            .action = STR("receive"),
                            .query =
                                STR("sender=%2B33639980123&to=38000&id=9&charset=UTF-16BE"),
                            .header = &h,
                            .headers = 1,
                            .body = {"\x00\xEA\xD8\x3D\xDE\x00", 6}};
    struct gw_parsed p;
    assert_int_equal(kannel_kind.hook(&C.ch, &rq, &C.a, &p, &C.err), OK);
    assert_true(str_is(p.in->text, "ê😀"));
    rq.body = STR_EMPTY;
    assert_int_equal(kannel_kind.hook(&C.ch, &rq, &C.a, &p, &C.err), OK);
    assert_int_equal(p.in->text.n, 0);
    h.value = STR("application/json");
    assert_int_equal(kannel_kind.hook(&C.ch, &rq, &C.a, &p, &C.err), E_INVALID);
}

static void message_without_id_has_a_stable_name(void **state) {
    (void)state;
    open_channel(CONFIG);
    struct str first = hook("receive", "sender=0639980123&message=a&ts=1", OK).in->provider_id;
    struct str again = hook("receive", "sender=0639980123&message=a&ts=1", OK).in->provider_id;
    struct str other = hook("receive", "sender=0639980123&message=a&ts=2", OK).in->provider_id;
    assert_true(str_starts(first, STR("h-")));
    assert_true(str_eq(first, again));
    assert_false(str_eq(first, other));
}

static void message_refused(void **state) {
    (void)state;
    open_channel(CONFIG);
    static const char *const BAD[] = {"", "sender=MTN&message=a&id=1", "message=a&id=1",
                                      "sender=0639980123&id=1", "sender=%00%FF&message=a"};
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        struct gw_parsed p = hook("receive", BAD[i], E_INVALID);
        assert_int_equal(p.http_status, 400);
        assert_int_equal(p.ins, 0);
        assert_true(p.reason.n > 0);
    }
    assert_int_equal(hook("nonsense", "a=b", E_INVALID).http_status, 404);
}

static void post_with_a_form(void **state) {
    (void)state;
    open_channel(CONFIG);
    struct gw_parsed p;
    assert_int_equal(
        gw_case_hook(&C, "POST", "", "", NULL, 0, "sender=%2B33639980123&message=&id=7", &p),
        OK);
    assert_int_equal(p.ins, 1);
    assert_int_equal(p.in->text.n, 0);
}

static void reports(void **state) {
    (void)state;
    static const struct {
        int type;
        enum receipt_status status;
    } WANT[] = {{1, RECEIPT_DELIVERED},
                {2, RECEIPT_FAILED},
                {4, RECEIPT_SENT},
                {8, RECEIPT_SENT},
                {16, RECEIPT_FAILED}};
    open_channel(CONFIG);
    struct str tag = gw_tag(1234567890123, &C.a);
    for (size_t i = 0; i < 5; i++) {
        struct str q =
            arena_printf(&C.a, "uuid=%.*s&status=%d&answer=NACK/3", STR_ARG(tag), WANT[i].type);
        struct gw_parsed p = hook("status", q.p, OK);
        assert_int_equal(p.receipts, 1);
        assert_int_equal(p.receipt->message_id, 1234567890123);
        assert_int_equal(p.receipt->status, WANT[i].status);
        assert_true(str_is(p.receipt->reason, "NACK/3"));
        assert_false(p.receipt->permanent);
    }
    struct str q = arena_printf(&C.a, "uuid=%.*s&status=66", STR_ARG(tag));
    struct gw_parsed p = hook("status", q.p, OK);
    assert_int_equal(p.receipts, 0);
    assert_true(p.reason.n > 0);
    assert_int_equal(hook("status", "", E_INVALID).http_status, 400);
    assert_int_equal(hook("status", "uuid=zzzz&status=1", E_INVALID).http_status, 400);
}

/* The secret may leak into a proxy's log; the address cannot. */
static void only_from_our_kannel(void **state) {
    (void)state;
    open_channel("{\"username\":\"u\",\"password\":\"p\",\"secret\":\"" SECRET
                 "\",\"allow_ips\":"
                 "\"10.1.2.0/24, 2001:db8::7\"}");
    static const struct {
        const char *ip;
        enum rc want;
    } all[] = {{"10.1.2.77", OK},
               {"2001:db8::7", OK},
               {"10.1.3.1", E_DENIED},
               {"127.0.0.1", E_DENIED},
               {"", E_DENIED}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct gw_parsed p = {0};
        struct gw_request rq = {.method = STR("GET"),
                                .action = STR("receive"),
                                .query = STR("sender=0639980123&message=a&id=1&secret=" SECRET),
                                .remote_ip = str_from(all[i].ip)};
        assert_int_equal(C.ch.kind->hook(&C.ch, &rq, &C.a, &p, NULL), all[i].want);
    }
}

static void wrong_secret(void **state) {
    (void)state;
    open_channel("{\"username\":\"u\",\"password\":\"p\",\"secret\":\"" SECRET "\"}");
    struct gw_header right = {STR("x-rebond-secret"), STR(SECRET)};
    struct gw_parsed p = hook("receive", "sender=0639980123&message=a&id=1", E_DENIED);
    assert_int_equal(p.http_status, 403);
    assert_int_equal(p.ins, 0);
    hook("receive", "sender=0639980123&message=a&id=1&secret=0123456789abcdef0124", E_DENIED);
    hook("status", "uuid=0000000000001&status=1&secret=", E_DENIED);
    hook("receive", "sender=0639980123&message=a&id=1&secret=" SECRET, OK);
    assert_int_equal(gw_case_hook(&C, "GET", "receive", "sender=0639980123&message=a&id=1",
                                  &right, 1, "", &p),
                     OK);
}

static void assert_bad_config(const char *config, const char *word) {
    assert_int_equal(gw_case_open(&C, "kannel", config), E_INVALID);
    if (!strstr(C.err.text, word)) {
        fail_msg("'%s' does not name %s", C.err.text, word);
    }
    gw_case_done(&C);
}

static void bad_configurations(void **state) {
    (void)state;
    assert_bad_config("{\"password\":\"p\"}", "username");
    assert_bad_config("{\"username\":\"u\"}", "password");
    assert_bad_config("{\"username\":\"u\",\"password\":\"p\",\"secret\":\"short\"}", "secret");
    assert_bad_config("{\"username\":\"u\",\"password\":\"p\",\"dlr_mask\":\"all\"}",
                      "dlr_mask");
    assert_bad_config("{\"username\":\"u\",\"password\":\"p\",\"charset\":\"ascii\"}",
                      "charset");
    assert_bad_config("{\"username\":\"u\",\"password\":\"p\",\"send_url\":\"ftp://x\"}",
                      "send_url");
    assert_int_equal(
        gw_case_open(&C, "kannel", "{\"username\":\"u\",\"password\":\"p\",\"usename\":\"\"}"),
        E_INVALID);
    assert_string_equal(C.err.text, "unknown key 'usename'");
    assert_string_equal(C.err.hint, "did you mean 'username'?");
}

/* The whole way over a socket, to a server that speaks as smsbox does. */
static void over_the_wire(void **state) {
    (void)state;
    struct fake_http *f = fake_http_start();
    struct http_pool *pool;
    assert_int_equal(http_open("t", &pool, NULL), OK);
    char config[200];
    snprintf(config, sizeof(config),
             "{\"send_url\":\"%s/cgi-bin/sendsms\",\"username\":\"u\",\"password\":\"p\"}",
             fake_http_url(f));
    open_channel(config);
    fake_http_push(f, (struct fake_answer){.status = 202, .body = "0: Accepted for delivery"});
    struct outbound msg = message("Coucou & été 😀");
    struct gw_send s = {.channel = &C.ch, .msg = &msg, .a = &C.a, .now_ms = C.now_ms};
    struct gw_call call;
    struct gw_answer answer;
    assert_int_equal(C.ch.kind->send_next(&s, NULL, &call), GW_CALL);
    http_wait(pool, &call, 5000, true, &C.a, &answer);
    assert_int_equal(C.ch.kind->send_next(&s, &answer, &call), GW_DONE);
    assert_int_equal(s.outcome.kind, OUTCOME_SENT);
    struct fake_request rq = fake_http_request(f, 0);
    assert_true(str_is(rq.path, "/cgi-bin/sendsms"));
    assert_true(str_is(gw_form_get(rq.query, "text", &C.a), "Coucou & été 😀"));
    http_close(pool);
    fake_http_stop(f);
}

#define TEST(f) cmocka_unit_test_teardown(f, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(plain_send),
        TEST(unicode_send),
        TEST(unicode_for_imitators),
        TEST(options),
        TEST(answers),
        TEST(no_answer),
        TEST(message_in),
        TEST(message_in_ucs2),
        TEST(message_posted),
        TEST(message_without_id_has_a_stable_name),
        TEST(message_refused),
        TEST(post_with_a_form),
        TEST(reports),
        TEST(only_from_our_kannel),
        TEST(wrong_secret),
        TEST(bad_configurations),
        TEST(over_the_wire),
    };
    return cmocka_run_group_tests_name("kannel", tests, NULL, NULL);
}
