/* test_telegram.c - Telegram updates in, Bot API calls out, and a strict fake that judges them.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/telegram.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/fake/gw_case.h"

#define CONFIG "{\"token\":\"123:ABC\",\"secret_token\":\"s3cr3t_Token-1\"}"
#define WHO                                                                                    \
    "\"from\":{\"id\":555,\"is_bot\":false,\"first_name\":\"Léa\",\"last_name\":\"Martin\","  \
    "\"username\":\"LeaM\"},\"chat\":{\"id\":555,\"type\":\"private\"},\"date\":1795320000"

static struct gw_case C;

static void open_channel(const char *config) {
    if (gw_case_open(&C, "telegram", config) != OK) {
        fail_msg("open: %s", C.err.text);
    }
}

static int setup(void **state) {
    (void)state;
    open_channel(CONFIG);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    gw_case_done(&C);
    return 0;
}

static struct gw_parsed hook(const char *body, enum rc want) {
    struct gw_header h = {STR("x-telegram-bot-api-secret-token"), STR("s3cr3t_Token-1")};
    struct gw_parsed p;
    assert_int_equal(gw_case_hook(&C, "POST", "", "", &h, 1, body, &p), want);
    return p;
}

static struct inbound one(const char *body) {
    struct gw_parsed p = hook(body, OK);
    if (p.ins != 1) {
        fail_msg("ignored: %.*s", STR_ARG(p.reason));
    }
    return p.in[0];
}

static void ignored(const char *body) {
    struct gw_parsed p = hook(body, OK);
    assert_int_equal(p.http_status, 200);
    assert_int_equal(p.ins, 0);
    assert_true(p.reason.n > 0);
}

static void text_in(void **state) {
    (void)state;
    struct inbound in = one("{\"update_id\":1001,\"message\":{\"message_id\":41," WHO
                            ",\"text\":\"Bonjour\"}}");
    assert_int_equal(in.kind, INBOUND_TEXT);
    assert_true(str_is(in.provider_id, "1001"));
    assert_true(str_is(in.message_ref, "41"));
    assert_true(str_is(in.from.scheme, "telegram"));
    assert_true(str_is(in.from.value, "555"));
    assert_true(str_is(in.text, "Bonjour"));
    assert_true(str_is(in.person_name, "Léa Martin"));
    assert_true(str_is(in.person_handle, "leam"));
    assert_int_equal(in.sent_ms, 1795320000000);
}

static void secret_header(void **state) {
    (void)state;
    struct gw_header wrong = {STR("X-Telegram-Bot-Api-Secret-Token"), STR("s3cr3t_Token-2")};
    struct gw_parsed p;
    const char *body =
        "{\"update_id\":1,\"message\":{\"message_id\":1," WHO ",\"text\":\"a\"}}";
    assert_int_equal(gw_case_hook(&C, "POST", "", "", NULL, 0, body, &p), E_DENIED);
    assert_int_equal(p.http_status, 401);
    assert_int_equal(p.ins, 0);
    assert_int_equal(gw_case_hook(&C, "POST", "", "", &wrong, 1, body, &p), E_DENIED);
}

static void start_and_deep_link(void **state) {
    (void)state;
    static const struct {
        const char *text, *payload;
    } START[] = {{"/start", ""},
                 {"/start ml42-abc_D", "ml42-abc_D"},
                 {"/start@ml_bot ml42", "ml42"},
                 {"/start@ml_bot", ""}};
    for (size_t i = 0; i < 4; i++) {
        struct str body = arena_printf(
            &C.a, "{\"update_id\":7,\"message\":{\"message_id\":1,%s,\"text\":\"%s\"}}", WHO,
            START[i].text);
        struct inbound in = one(body.p);
        assert_int_equal(in.kind, INBOUND_START);
        assert_string_equal(arena_cstr(&C.a, in.payload), START[i].payload);
    }
    struct inbound in =
        one("{\"update_id\":7,\"message\":{\"message_id\":1," WHO ",\"text\":\"/startle\"}}");
    assert_int_equal(in.kind, INBOUND_TEXT);
}

/* A shared contact proves a number only when it is the sender's own. */
static void contacts(void **state) {
    (void)state;
    struct inbound own = one("{\"update_id\":1,\"message\":{\"message_id\":1," WHO
                             ",\"contact\":{\"phone_number\":\"33639980123\","
                             "\"first_name\":\"Léa\",\"user_id\":555}}}");
    assert_int_equal(own.kind, INBOUND_CONTACT);
    assert_true(str_is(own.payload, "+33639980123"));
    struct inbound other = one("{\"update_id\":2,\"message\":{\"message_id\":1," WHO
                               ",\"contact\":{\"phone_number\":\"+33639980199\","
                               "\"first_name\":\"Max\",\"user_id\":556}}}");
    assert_int_equal(other.kind, INBOUND_TEXT);
    assert_int_equal(other.payload.n, 0);
    assert_true(str_is(other.text, "Max (+33639980199)"));
    struct inbound nobody = one("{\"update_id\":3,\"message\":{\"message_id\":1," WHO
                                ",\"contact\":{\"phone_number\":\"+33639980199\","
                                "\"first_name\":\"Max\"}}}");
    assert_int_equal(nobody.kind, INBOUND_TEXT);
}

static void buttons_in(void **state) {
    (void)state;
    const char *body =
        "{\"update_id\":1002,\"callback_query\":{\"id\":\"77\",\"from\":{"
        "\"id\":555,\"is_bot\":false,\"first_name\":\"Léa\"},\"data\":\"rdv:oui\","
        "\"message\":{\"message_id\":40," WHO ",\"reply_markup\":{"
        "\"inline_keyboard\":[[{\"text\":\"Non\",\"callback_data\":\"rdv:non\"},"
        "{\"text\":\"Oui, je viens\",\"callback_data\":\"rdv:oui\"}]]}}}}";
    struct gw_parsed p = hook(body, OK);
    assert_int_equal(p.ins, 1);
    assert_int_equal(p.in->kind, INBOUND_BUTTON);
    assert_true(str_is(p.in->payload, "rdv:oui"));
    assert_true(str_is(p.in->text, "Oui, je viens"));
    assert_true(str_is(p.in->callback_id, "77"));
    assert_int_equal(p.reacts, 1);
    assert_true(
        str_is(p.react->url, "https://api.telegram.org/bot123:ABC/answerCallbackQuery"));
    assert_true(str_is(p.react->body, "{\"callback_query_id\":\"77\"}"));
}

static void blocked_and_back(void **state) {
    (void)state;
    struct inbound in = one("{\"update_id\":5,\"my_chat_member\":{" WHO
                            ",\"new_chat_member\":{\"status\":\"kicked\"}}}");
    assert_int_equal(in.kind, INBOUND_BLOCKED);
    assert_true(str_is(in.from.value, "555"));
    in = one("{\"update_id\":6,\"my_chat_member\":{" WHO
             ",\"new_chat_member\":{\"status\":\"member\"}}}");
    assert_int_equal(in.kind, INBOUND_UNBLOCKED);
}

static void edited(void **state) {
    (void)state;
    struct inbound in = one("{\"update_id\":9,\"edited_message\":{\"message_id\":41," WHO
                            ",\"edit_date\":1795320060,\"text\":\"Bonsoir\"}}");
    assert_int_equal(in.kind, INBOUND_EDITED);
    assert_true(str_is(in.provider_id, "9"));
    assert_true(str_is(in.message_ref, "41"));
    assert_true(str_is(in.text, "Bonsoir"));
    assert_int_equal(in.sent_ms, 1795320060000);
}

static void commands_lose_the_bots_name(void **state) {
    (void)state;
    static const struct {
        const char *said, *text;
    } all[] = {{"/stop@rebond_bot", "/stop"},
               {"/help@rebond_bot svp", "/help svp"},
               {"/stop", "/stop"},
               {"mon mail est a@b.example", "mon mail est a@b.example"},
               {"/x y@z", "/x y@z"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct inbound in =
            one(arena_printf(&C.a,
                             "{\"update_id\":9,\"message\":{\"message_id\":4," WHO
                             ",\"text\":\"%s\"}}",
                             all[i].said)
                    .p);
        assert_true(str_is(in.text, all[i].text));
        assert_int_equal(in.kind, INBOUND_TEXT);
    }
}

static void files_in(void **state) {
    (void)state;
    struct inbound in = one("{\"update_id\":9,\"message\":{\"message_id\":4," WHO
                            ",\"caption\":\"mon CV\",\"document\":{\"file_id\":\"AbC_-1\","
                            "\"mime_type\":\"application/pdf\"}}}");
    assert_true(str_is(in.text, "mon CV"));
    assert_int_equal(in.attachments, 1);
    assert_true(str_is(in.attachment[0], "application/pdf:tg-file:AbC_-1"));
    struct gw_call call;
    assert_int_equal(telegram_kind.file_call(&C.ch, in.attachment[0], &C.a, &call), OK);
    assert_true(str_is(call.url, "https://api.telegram.org/bot123:ABC/getFile"));
    assert_true(str_is(call.body, "file_id=AbC_-1"));
    struct gw_answer good = {
        .status = 200,
        .body = STR("{\"ok\":true,\"result\":{\"file_path\":\"documents/cv.pdf\"}}")};
    struct gw_call get;
    struct str file = in.attachment[0];
    assert_int_equal(telegram_kind.file_parse(&C.ch, file, &good, &C.a, &get, &C.err), OK);
    assert_true(str_is(get.url, "https://api.telegram.org/file/bot123:ABC/documents/cv.pdf"));
    static const char *const BAD[] = {
        "nonsense", "{\"ok\":true,\"result\":{}}", "{\"ok\":false}",
        "{\"ok\":true,\"result\":{\"file_path\":\"../../etc/passwd\"}}",
        "{\"ok\":true,\"result\":{\"file_path\":\"//evil.example/x\"}}"};
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        struct gw_answer bad = {.status = 200, .body = str_from(BAD[i])};
        assert_int_equal(telegram_kind.file_parse(&C.ch, file, &bad, &C.a, &get, &C.err),
                         E_INVALID);
    }
    static const int LATER[] = {0, 401, 429, 502};
    for (size_t i = 0; i < sizeof(LATER) / sizeof(LATER[0]); i++) {
        struct gw_answer later = {.status = LATER[i], .body = STR("{\"ok\":false}")};
        assert_int_equal(telegram_kind.file_parse(&C.ch, file, &later, &C.a, &get, &C.err),
                         E_BUSY);
    }
}

static void places_in(void **state) {
    (void)state;
    struct inbound in = one("{\"update_id\":9,\"message\":{\"message_id\":4," WHO
                            ",\"location\":{\"latitude\":48.85341,\"longitude\":-2.3488}}}");
    assert_true(str_is(in.attachment[0], "geo:48.85341,-2.3488"));
}

static void what_is_not_for_us(void **state) {
    (void)state;
    ignored("{\"update_id\":1005,\"message\":{\"message_id\":5,\"from\":{\"id\":555},\"chat\":{"
            "\"id\":-100123,\"type\":\"supergroup\"},\"date\":1,\"text\":\"hello\"}}");
    ignored(
        "{\"update_id\":1006,\"message\":{\"message_id\":6,\"from\":{\"id\":9,\"is_bot\":true},"
        "\"chat\":{\"id\":9,\"type\":\"private\"},\"date\":1,\"text\":\"hello\"}}");
    ignored("{\"update_id\":1007}");
    ignored("{\"update_id\":1008,\"channel_post\":{\"message_id\":1}}");
    ignored("{\"update_id\":1009,\"message\":{\"message_id\":6," WHO
            ",\"dice\":{\"value\":3}}}");
    ignored("{\"update_id\":1010,\"message\":\"text\"}");
    static const char *const BROKEN[] = {"{oops", "", "[]", "{\"message\":{}}",
                                         "{\"update_id\":\"1\"}"};
    for (size_t i = 0; i < sizeof(BROKEN) / sizeof(BROKEN[0]); i++) {
        assert_int_equal(hook(BROKEN[i], E_INVALID).http_status, 400);
    }
}

/* ------------------------------------------------------------------ long poll */

static enum rc poll_answer(const char *cursor, int status, const char *body,
                           struct gw_parsed *ret, struct str *ret_cursor, int64_t *ret_wait) {
    struct gw_answer answer = {.status = status, .left = true, .body = str_from(body)};
    return telegram_kind.poll_parse(&C.ch, str_from(cursor), &answer, C.now_ms, &C.a, ret,
                                    ret_cursor, ret_wait, &C.err);
}

static void poll_moves_its_cursor(void **state) {
    (void)state;
    struct gw_call call;
    struct gw_parsed p;
    struct str cursor;
    int64_t wait;
    assert_int_equal(telegram_kind.poll_call(&C.ch, STR(""), 0, &C.a, &call), OK);
    assert_true(str_is(call.url, "https://api.telegram.org/bot123:ABC/getUpdates"));
    assert_true(str_find(call.body, STR("offset"), 0) == SIZE_MAX);
    assert_true(call.timeout_ms > 50000);
    assert_true(call.idempotent);
    const char *body =
        "{\"ok\":true,\"result\":["
        "{\"update_id\":10,\"message\":{\"message_id\":1," WHO ",\"text\":\"a\"}},"
        "{\"update_id\":11,\"poll\":{}},{\"nonsense\":1},"
        "{\"update_id\":12,\"message\":{\"message_id\":2," WHO ",\"text\":\"b\"}}]}";
    assert_int_equal(poll_answer("", 200, body, &p, &cursor, &wait), OK);
    assert_int_equal(p.ins, 2);
    assert_true(str_is(p.in[1].text, "b"));
    assert_true(str_is(cursor, "13"));
    assert_int_equal(poll_answer("13", 200, "{\"ok\":true,\"result\":[]}", &p, &cursor, &wait),
                     OK);
    assert_int_equal(p.ins, 0);
    assert_true(str_is(cursor, "13"));
    telegram_kind.poll_call(&C.ch, cursor, 0, &C.a, &call);
    assert_true(str_find(call.body, STR("\"offset\":13"), 0) != SIZE_MAX);
}

static void poll_failures(void **state) {
    (void)state;
    struct gw_parsed p;
    struct str cursor = STR("untouched");
    int64_t wait = 0;
    assert_int_equal(poll_answer("5", 429,
                                 "{\"ok\":false,\"error_code\":429,\"parameters\":{"
                                 "\"retry_after\":14}}",
                                 &p, &cursor, &wait),
                     E_BUSY);
    assert_int_equal(wait, 14000);
    assert_int_equal(poll_answer("5", 502, "<html>", &p, &cursor, &wait), E_BUSY);
    assert_true(wait > 0);
    assert_int_equal(poll_answer("5", 0, "", &p, &cursor, &wait), E_BUSY);
    assert_int_equal(poll_answer("5", 401, "{\"ok\":false,\"description\":\"Unauthorized\"}",
                                 &p, &cursor, &wait),
                     E_DENIED);
    assert_int_equal(
        poll_answer("5", 409,
                    "{\"ok\":false,\"description\":\"Conflict: can't use getUpdates "
                    "method while webhook is active\"}",
                    &p, &cursor, &wait),
        E_DENIED);
    assert_true(str_is(cursor, "untouched"));
    assert_null(strstr(C.err.text, "123:ABC"));
}

static void assert_bad_config(const char *config, const char *word) {
    assert_int_equal(gw_case_open(&C, "telegram", config), E_INVALID);
    if (!strstr(C.err.text, word)) {
        fail_msg("'%s' does not name %s", C.err.text, word);
    }
    gw_case_done(&C);
}

static void bad_configurations(void **state) {
    (void)state;
    assert_bad_config("{}", "token");
    assert_bad_config("{\"token\":\"12 3\"}", "token");
    assert_bad_config("{\"token\":\"1:a\",\"mode\":\"push\"}", "mode");
    assert_bad_config("{\"token\":\"1:a\",\"mode\":\"hook\"}", "secret_token");
    assert_bad_config("{\"token\":\"1:a\",\"secret_token\":\"a b\"}", "secret_token");
    assert_bad_config("{\"token\":\"1:a\",\"poll_seconds\":\"99\"}", "poll_seconds");
    assert_bad_config("{\"token\":\"1:a\",\"api_url\":\"telegram.org\"}", "api_url");
    assert_bad_config("{\"token\":\"1:a\",\"tokn\":\"x\"}", "tokn");
}

static void web_hook_set_up(void **state) {
    (void)state;
    struct gw_call call;
    open_channel("{\"token\":\"1:a\",\"mode\":\"hook\",\"secret_token\":\"abc\"}");
    assert_int_equal(telegram_kind.setup_call(&C.ch, &C.a, &call), OK);
    assert_true(str_ends(call.url, STR("/setWebhook")));
    assert_true(str_find(call.body, STR("\"url\":\"https://bot.example.org/hook/telegram\""),
                         0) != SIZE_MAX);
    assert_int_equal(telegram_kind.poll_call(&C.ch, STR(""), 0, &C.a, &call), NONE);
    gw_case_done(&C);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(text_in),
        TEST(secret_header),
        TEST(start_and_deep_link),
        TEST(contacts),
        TEST(buttons_in),
        TEST(blocked_and_back),
        TEST(edited),
        TEST(commands_lose_the_bots_name),
        TEST(files_in),
        TEST(places_in),
        TEST(what_is_not_for_us),
        TEST(poll_moves_its_cursor),
        TEST(poll_failures),
        cmocka_unit_test(bad_configurations),
        cmocka_unit_test(web_hook_set_up),
    };
    return cmocka_run_group_tests_name("telegram", tests, NULL, NULL);
}
