/* test_telegram_send.c - Bot API calls out, and a strict fake that judges them. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/telegram.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/text.h"
#include "gateways/http.h"
#include "tests/fake/fake_telegram.h"
#include "tests/fake/gw_case.h"

static struct gw_case C;

static int setup(void **state) {
    (void)state;
    return gw_case_open(&C, "telegram", "{\"token\":\"123:ABC\"}") == OK ? 0 : 1;
}

static int teardown(void **state) {
    (void)state;
    gw_case_done(&C);
    return 0;
}

static struct outbound message(const char *text) {
    return (struct outbound){.id = 1,
                             .to = {STR("telegram"), STR("555")},
                             .text = str_from(text),
                             .lang = STR("fr")};
}

static struct outcome send_with(const struct outbound *msg, int status, const char *body) {
    struct gw_answer answer[GW_CASE_CALLS];
    for (size_t i = 0; i < GW_CASE_CALLS; i++) {
        answer[i] = (struct gw_answer){.status = status, .left = true, .body = str_from(body)};
    }
    return gw_case_send(&C, msg, answer, GW_CASE_CALLS);
}

#define OK_50 "{\"ok\":true,\"result\":{\"message_id\":50}}"

static void text_out_is_plain(void **state) {
    (void)state;
    struct outbound msg = message("a_b *c* [d] `e` <f> & \"g\"");
    struct outcome o = send_with(&msg, 200, OK_50);
    assert_int_equal(o.kind, OUTCOME_SENT);
    assert_int_equal(o.provider_ids, 1);
    assert_true(str_is(o.provider_id[0], "50"));
    const struct val *v = gw_case_json(&C, 0);
    assert_int_equal(val_get_int(v, "chat_id", 0), 555);
    assert_true(str_eq(val_get_text(v, "text", STR("")), msg.text));
    assert_null(val_get(v, "parse_mode"));
    assert_null(val_get(v, "reply_markup"));
}

static struct str markup(size_t call) {
    return json_text(val_get(gw_case_json(&C, call), "reply_markup"), &C.a);
}

static void buttons_out(void **state) {
    (void)state;
    struct button b[] = {{STR("Oui"), STR("rdv:oui"), BUTTON_REPLY},
                         {STR("Je ne sais pas encore"), STR(""), BUTTON_REPLY},
                         {STR("Plan"), STR("https://example.org/plan"), BUTTON_LINK},
                         {STR("Local"), STR("http://localhost/x"), BUTTON_LINK}};
    struct outbound msg = message("Tu viens ?");
    msg.button = b;
    msg.buttons = 4;
    send_with(&msg, 200, OK_50);
    assert_string_equal(
        arena_cstr(&C.a, markup(0)),
        "{\"inline_keyboard\":[[{\"text\":\"Oui\",\"callback_data\":\"rdv:oui\"},"
        "{\"text\":\"Je ne sais pas encore\",\"callback_data\":\"Je ne sais pas encore\"}],"
        "[{\"text\":\"Plan\",\"url\":\"https://example.org/plan\"}]]}");
}

static void long_payload_becomes_a_number(void **state) {
    (void)state;
    struct button b[] = {{STR("Non"), STR("non"), BUTTON_REPLY},
                         {STR("Oui"),
                          STR("0123456789012345678901234567890123456789"
                              "0123456789012345678901234"),
                          BUTTON_REPLY}};
    struct outbound msg = message("?");
    msg.button = b;
    msg.buttons = 2;
    send_with(&msg, 200, OK_50);
    assert_true(str_find(markup(0), STR("\"callback_data\":\"2\""), 0) != SIZE_MAX);
}

static void share_my_number(void **state) {
    (void)state;
    struct outbound msg = message("Partage ton numéro");
    msg.ask_contact = true;
    send_with(&msg, 200, OK_50);
    assert_string_equal(arena_cstr(&C.a, markup(0)),
                        "{\"keyboard\":[[{\"text\":\"Envoyer mon numéro\","
                        "\"request_contact\":true}]],\"resize_keyboard\":true,"
                        "\"one_time_keyboard\":true}");
}

static void long_text_is_split_in_order(void **state) {
    (void)state;
    struct button b = {STR("Ok"), STR("ok"), BUTTON_REPLY};
    char *text = malloc(9001);
    for (int i = 0; i < 9000; i++) {
        text[i] = i % 100 == 99 ? ' ' : (char)('a' + i / 100 % 26);
    }
    text[9000] = '\0';
    struct outbound msg = message(text);
    msg.button = &b;
    msg.buttons = 1;
    struct outcome o = send_with(&msg, 200, OK_50);
    assert_int_equal(C.calls, 3);
    assert_int_equal(o.provider_ids, 3);
    struct str whole = STR("");
    for (size_t i = 0; i < 3; i++) {
        struct str part = val_get_text(gw_case_json(&C, i), "text", STR(""));
        assert_true(part.n <= 4096);
        whole = arena_printf(&C.a, "%.*s%s%.*s", STR_ARG(whole), i ? " " : "", STR_ARG(part));
        assert_true((val_get(gw_case_json(&C, i), "reply_markup") != NULL) == (i == 2));
    }
    assert_true(str_eq(whole, str_trim(msg.text)));
    free(text);
}

/* Part 1 went through, part 2 did not: next time begins at part 2, never at part 1. */
static void resumes_where_it_stopped(void **state) {
    (void)state;
    char *text = malloc(6001);
    memset(text, 'x', 6000);
    text[6000] = '\0';
    struct outbound msg = message(text);
    struct gw_answer answer[] = {
        {.status = 200, .left = true, .body = STR(OK_50)},
        {.status = 429,
         .left = true,
         .body = STR("{\"ok\":false,\"error_code\":429,\"parameters\":{\"retry_after\":3}}")}};
    struct outcome o = gw_case_send(&C, &msg, answer, 2);
    assert_int_equal(o.kind, OUTCOME_LATER);
    assert_int_equal(o.resume_part, 2);
    assert_int_equal(o.provider_ids, 1);
    msg.first_part = o.resume_part;
    o = send_with(&msg, 200, OK_50);
    assert_int_equal(o.kind, OUTCOME_SENT);
    assert_int_equal(C.calls, 1);
    assert_int_equal(val_get_text(gw_case_json(&C, 0), "text", STR("")).n, 6000 - 4096);
    free(text);
}

static void files_out(void **state) {
    (void)state;
    struct str two[] = {STR("image/jpeg:https://foo.example/a.jpg"),
                        STR("application/pdf:https://foo.example/b.pdf")};
    struct outbound msg = message("Voilà");
    msg.attachment = two;
    msg.attachments = 1;
    send_with(&msg, 200, OK_50);
    assert_int_equal(C.calls, 1);
    assert_true(str_ends(C.call[0].url, STR("/sendPhoto")));
    assert_true(str_is(val_get_text(gw_case_json(&C, 0), "caption", STR("")), "Voilà"));
    assert_true(str_is(val_get_text(gw_case_json(&C, 0), "photo", STR("")),
                       "https://foo.example/a.jpg"));
    msg.attachments = 2;
    send_with(&msg, 200, OK_50);
    assert_int_equal(C.calls, 3);
    assert_true(str_ends(C.call[0].url, STR("/sendMessage")));
    assert_true(str_ends(C.call[1].url, STR("/sendPhoto")));
    assert_true(str_ends(C.call[2].url, STR("/sendDocument")));
}

static void answers(void **state) {
    (void)state;
    struct outbound msg = message("Hi");
    struct outcome o =
        send_with(&msg, 429,
                  "{\"ok\":false,\"error_code\":429,\"description\":\"Too Many "
                  "Requests: retry after 14\",\"parameters\":{\"retry_after\":14}}");
    assert_int_equal(o.kind, OUTCOME_LATER);
    assert_true(o.throttled && o.pause_channel);
    assert_int_equal(o.retry_after_ms, 14000);
    o = send_with(&msg, 403,
                  "{\"ok\":false,\"error_code\":403,\"description\":\"Forbidden: bot "
                  "was blocked by the user\"}");
    assert_int_equal(o.kind, OUTCOME_NEVER);
    assert_true(o.opted_out);
    o = send_with(&msg, 403,
                  "{\"ok\":false,\"error_code\":403,\"description\":\"Forbidden: bot "
                  "can't initiate conversation with a user\"}");
    assert_int_equal(o.kind, OUTCOME_NEVER);
    assert_false(o.opted_out);
    o = send_with(&msg, 400,
                  "{\"ok\":false,\"error_code\":400,\"description\":\"Bad Request: "
                  "chat not found\"}");
    assert_int_equal(o.kind, OUTCOME_NEVER);
    assert_true(o.bad_address);
    assert_true(str_is(o.code, "400"));
    o = send_with(&msg, 401,
                  "{\"ok\":false,\"error_code\":401,\"description\":\"Unauthorized\"}");
    assert_int_equal(o.kind, OUTCOME_LATER);
    assert_true(o.channel_fault);
    assert_int_equal(send_with(&msg, 502, "<html>Bad Gateway</html>").kind, OUTCOME_LATER);
    assert_int_equal(send_with(&msg, 200, "<html>portal</html>").kind, OUTCOME_NEVER);
    assert_int_equal(send_with(&msg, 200, "{\"ok\":true,\"result\":{\"message_id\":0}}").kind,
                     OUTCOME_NEVER);
    struct outbound empty = message(" \n");
    assert_int_equal(send_with(&empty, 200, OK_50).kind, OUTCOME_NEVER);
    assert_int_equal(C.calls, 0);
}

/* ------------------------------------------------------------------ against the strict fake */

static struct fake_telegram *T;
static struct http_pool *P;

static int fake_setup(void **state) {
    (void)state;
    T = fake_telegram_start("123:ABC");
    char config[200];
    snprintf(config, sizeof(config),
             "{\"token\":\"123:ABC\",\"api_url\":\"%s\",\"poll_seconds\":\"1\"}",
             fake_telegram_url(T));
    bool good = gw_case_open(&C, "telegram", config) == OK && http_open("t", &P, NULL) == OK;
    return good ? 0 : 1;
}

static int fake_teardown(void **state) {
    (void)state;
    if (fake_telegram_violations(T)) {
        print_error("violation: %s\n", fake_telegram_violation(T, 0));
    }
    size_t n = fake_telegram_violations(T);
    http_close(P);
    fake_telegram_stop(T);
    gw_case_done(&C);
    return n ? 1 : 0;
}

static struct gw_answer ask(const struct gw_call *call) {
    struct gw_answer answer;
    http_wait(P, call, 0, true, &C.a, &answer);
    return answer;
}

static struct outcome deliver(const struct outbound *msg) {
    struct gw_send s = {.channel = &C.ch, .msg = msg, .a = &C.a, .now_ms = C.now_ms};
    struct gw_call call;
    struct gw_answer answer;
    const struct gw_answer *given = NULL;
    while (telegram_kind.send_next(&s, given, &call) == GW_CALL) {
        answer = ask(&call);
        given = &answer;
    }
    return s.outcome;
}

static struct gw_parsed poll_once(struct str *cursor) {
    struct gw_call call;
    struct gw_parsed p;
    int64_t wait;
    telegram_kind.poll_call(&C.ch, *cursor, 0, &C.a, &call);
    struct gw_answer answer = ask(&call);
    assert_int_equal(telegram_kind.poll_parse(&C.ch, *cursor, &answer, C.now_ms, &C.a, &p,
                                              cursor, &wait, &C.err),
                     OK);
    for (size_t i = 0; i < p.reacts; i++) {
        assert_int_equal(ask(&p.react[i]).status, 200);
    }
    return p;
}

static void a_conversation(void **state) {
    (void)state;
    struct str cursor = STR("");
    struct gw_call setup_call;
    assert_int_equal(telegram_kind.setup_call(&C.ch, &C.a, &setup_call), OK);
    assert_int_equal(ask(&setup_call).status, 200);
    fake_telegram_text(T, 555, "/start affiche-3");
    struct gw_parsed p = poll_once(&cursor);
    assert_int_equal(p.in->kind, INBOUND_START);
    assert_true(str_is(p.in->payload, "affiche-3"));

    struct button b[] = {{STR("Oui"), STR("oui"), BUTTON_REPLY},
                         {STR("Non"), STR("non"), BUTTON_REPLY}};
    struct outbound msg = message("Tu as entre 16 et 25 ans ?");
    msg.button = b;
    msg.buttons = 2;
    assert_int_equal(deliver(&msg).kind, OUTCOME_SENT);
    assert_true(fake_telegram_press(T, 555, "Oui") > 0);
    p = poll_once(&cursor);
    assert_true(str_is(p.in->payload, "oui"));
    assert_true(str_is(p.in->text, "Oui"));
    assert_int_equal(fake_telegram_answered(T), 1);

    struct outbound share = message("Ton numéro ?");
    share.ask_contact = true;
    assert_int_equal(deliver(&share).kind, OUTCOME_SENT);
    fake_telegram_contact(T, 555, "33639980123", 555);
    p = poll_once(&cursor);
    assert_int_equal(p.in->kind, INBOUND_CONTACT);
    poll_once(&(struct str){cursor.p, cursor.n});
    assert_int_equal(fake_telegram_pending(T), 0);
}

static void every_kind_of_message_is_accepted(void **state) {
    (void)state;
    fake_telegram_text(T, 555, "bonjour");
    static char text[10001];
    memset(text, 'y', 10000);
    struct str all[] = {STR("image/png:https://e.org/a.png"),
                        STR("video/mp4:https://e.org/a.mp4"),
                        STR("audio/ogg:https://e.org/a.ogg"), STR("text/plain:https://e.org/a"),
                        STR("geo:48.85341,2.3488")};
    struct button b[] = {{STR("Plan"), STR("https://example.org/p"), BUTTON_LINK},
                         {STR("Appli"), STR("https://example.org/a"), BUTTON_APP},
                         {STR("Ici"), STR(""), BUTTON_PLACE}};
    struct outbound msg = message(text);
    msg.attachment = all;
    msg.attachments = 5;
    assert_int_equal(deliver(&msg).kind, OUTCOME_SENT);
    assert_int_equal(fake_telegram_sent(T), 3 + 5);
    msg = message("Où es-tu ?");
    msg.button = b;
    msg.buttons = 3;
    assert_int_equal(deliver(&msg).kind, OUTCOME_SENT);
    struct fake_telegram_message last = fake_telegram_message(T, 8);
    assert_true(str_is(last.text, "Où es-tu ?\nPlan : https://example.org/p"));
}

static void refusals_of_the_fake(void **state) {
    (void)state;
    struct outbound msg = message("Hi");
    assert_true(deliver(&msg).bad_address);
    fake_telegram_text(T, 555, "bonjour");
    fake_telegram_fail(T, 1, 429, "Too Many Requests: retry after 2", 2);
    assert_int_equal(deliver(&msg).retry_after_ms, 2000);
    fake_telegram_block(T, 555, true);
    assert_true(deliver(&msg).opted_out);
    fake_telegram_block(T, 555, false);
    fake_telegram_lose_answer(T);
    assert_int_equal(deliver(&msg).kind, OUTCOME_UNKNOWN);
    assert_int_equal(fake_telegram_sent(T), 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define FAKE(f) cmocka_unit_test_setup_teardown(f, fake_setup, fake_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(text_out_is_plain),
        TEST(buttons_out),
        TEST(long_payload_becomes_a_number),
        TEST(share_my_number),
        TEST(long_text_is_split_in_order),
        TEST(resumes_where_it_stopped),
        TEST(files_out),
        TEST(answers),
        FAKE(a_conversation),
        FAKE(every_kind_of_message_is_accepted),
        FAKE(refusals_of_the_fake),
    };
    return cmocka_run_group_tests_name("telegram_send", tests, NULL, NULL);
}
