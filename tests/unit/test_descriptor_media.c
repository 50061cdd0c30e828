/* test_descriptor_media.c - files that came by a descriptor: where they are, and who sees the
 * token. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/descriptor.h"

#include "tests/unit/channel_fixture.h"

static void open_it(const char *media) {
    struct str text =
        arena_printf(&A,
                     "gateway: essai\n"
                     "config: {key: secret}\n"
                     "send: {url: 'https://api.example/send', json: {text: '{text}'}, result: "
                     "[{when: 'status == 200', sent: ''}]}\n"
                     "media:\n%s",
                     media);
    CH = (struct gw_channel){.name = STR("sms")};
    channel_written(text, "{\"key\":\"k-123\"}");
}

#define NAMED                                                                                  \
    "  when: \"file matches '^wa-file:'\"\n"                                                   \
    "  locate: {url: \"https://graph.example/{after(file, ':')}\", headers: {Authorization: "  \
    "\"Bearer {key}\"}}\n"                                                                     \
    "  fetch: {url: \"{json.url}\", headers: {Authorization: \"Bearer {key}\"}}\n"

static enum rc parse(struct str file, int status, const char *body, struct gw_call *ret) {
    struct gw_answer answer = {.status = status, .left = true, .body = str_from(body)};
    return CH.kind->file_parse(&CH, file, &answer, &A, ret, NULL);
}

static void a_named_file_is_asked_for(void **state) {
    (void)state;
    struct gw_call call;
    struct str file = STR("image/jpeg:wa-file:42/x");
    open_it(NAMED);
    assert_int_equal(CH.kind->file_call(&CH, file, &A, &call), OK);
    assert_true(str_is(call.url, "https://graph.example/42%2Fx"));
    assert_true(
        str_is(gw_header_get(call.header, call.headers, "authorization"), "Bearer k-123"));
    assert_int_equal(parse(file, 200, "{\"url\":\"https://cdn.example/a?b=1\"}", &call), OK);
    assert_true(str_is(call.url, "https://cdn.example/a?b=1"));
    assert_true(call.headers == 1);
}

static void no_file_or_not_now(void **state) {
    (void)state;
    struct gw_call call;
    struct str file = STR("image/jpeg:wa-file:42");
    open_it(NAMED);
    static const char *const never[] = {"{}", "no json", "{\"url\":\"ftp://x\"}",
                                        "{\"url\":\"\"}"};
    for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
        assert_int_equal(parse(file, 200, never[i], &call), E_INVALID);
    }
    assert_int_equal(parse(file, 404, "{}", &call), E_INVALID);
    static const int later[] = {0, 401, 429, 503};
    for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
        assert_int_equal(parse(file, later[i], "{}", &call), E_BUSY);
    }
}

/* Whoever can write an address into a message must not be sent our key. */
static void other_addresses_get_no_key(void **state) {
    (void)state;
    struct gw_call call;
    struct str evil = STR("image/jpeg:https://evil.example/x.jpg");
    open_it(NAMED);
    assert_int_equal(CH.kind->file_call(&CH, evil, &A, &call), NONE);
    assert_int_equal(CH.kind->file_parse(&CH, evil, NULL, &A, &call, NULL), NONE);
    assert_int_equal(gw_plain_file(evil, &A, &call), OK);
    assert_true(str_is(call.url, "https://evil.example/x.jpg"));
    assert_int_equal(call.headers, 0);
    assert_int_equal(gw_plain_file(STR("geo:48.85,2.35"), &A, &call), NONE);
    assert_int_equal(gw_plain_file(STR("image/jpeg:tg-file:1"), &A, &call), NONE);
}

static void an_address_that_wants_the_key(void **state) {
    (void)state;
    struct gw_call call;
    struct str file = STR("https://media.example/m/1");
    open_it("  when: \"file matches '^https://media[.]example/'\"\n"
            "  fetch: {url: \"{file}\", headers: {X-Key: \"{key}\"}}\n");
    assert_int_equal(CH.kind->file_call(&CH, file, &A, &call), NONE);
    assert_int_equal(CH.kind->file_parse(&CH, file, NULL, &A, &call, NULL), OK);
    assert_true(str_is(call.url, "https://media.example/m/1"));
    assert_int_equal(call.headers, 1);
}

static void whatsapp(void **state) {
    (void)state;
    struct gw_call call;
    const struct val *config;
    assert_int_equal(descriptor_find(STR("whatsapp_cloud"), &CH.kind), OK);
    assert_int_equal(
        json_parse(STR("{\"address\":\"1\",\"auth_token\":\"t-9\"}"), &A, &config, NULL), OK);
    CH.config = config;
    assert_int_equal(CH.kind->open(&CH, &A, NULL), OK);
    assert_int_equal(CH.kind->file_call(&CH, STR("audio/ogg:wa-file:id_1"), &A, &call), OK);
    assert_true(str_is(call.url, "https://graph.facebook.com/v23.0/id_1"));
    assert_true(
        str_is(gw_header_get(call.header, call.headers, "Authorization"), "Bearer t-9"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_named_file_is_asked_for, setup, teardown),
        cmocka_unit_test_setup_teardown(no_file_or_not_now, setup, teardown),
        cmocka_unit_test_setup_teardown(other_addresses_get_no_key, setup, teardown),
        cmocka_unit_test_setup_teardown(an_address_that_wants_the_key, setup, teardown),
        cmocka_unit_test_setup_teardown(whatsapp, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
