/* test_descriptor_send.c - when a token is asked for again, and when it is not. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/descriptor.h"

#include "tests/unit/channel_fixture.h"

static struct gw_send SEND;
static struct outbound MSG;
static struct gw_call CALL;

static enum rc held(void *ctx, struct str key, int64_t now_ms, struct arena *a,
                    struct str *ret) {
    (void)ctx;
    (void)key;
    (void)now_ms;
    (void)a;
    *ret = STR("OLD");
    return OK;
}

static void put(void *ctx, struct str key, struct str value, int64_t expires_ms) {
    (void)ctx;
    (void)key;
    (void)value;
    (void)expires_ms;
}

static struct gw_memory MEMORY = {held, put, NULL};

static void begin(const char *provider, const char *config) {
    channel_of(provider, config, &MEMORY);
    MSG = (struct outbound){
        .id = 1, .tag = gw_tag(1, &A), .to = {STR("tel"), STR("+33639980123")}};
    MSG.text = STR("Salut");
    SEND = (struct gw_send){.channel = &CH, .msg = &MSG, .a = &A, .now_ms = 1};
    assert_int_equal(CH.kind->send_next(&SEND, NULL, &CALL), GW_CALL);
}

static enum gw_next answer(int status, const char *header, const char *body) {
    struct gw_header h = {STR("WWW-Authenticate"), str_from(header)};
    struct gw_answer ans = {
        .status = status, .left = true, .header = &h, .headers = 1, .body = str_from(body)};
    return CH.kind->send_next(&SEND, &ans, &CALL);
}

#define MTN "{\"api_key\":\"k\",\"auth_token\":\"s\",\"address\":\"1\"}"

/* 401 may blame the account: a new token would not help, and staff must hear of it at once. */
static void only_a_stale_token_is_renewed(void **state) {
    (void)state;
    static const struct {
        const char *header, *body;
        enum gw_next next;
    } all[] = {
        {"", "", GW_CALL},
        {"", "{\"fault\":{\"faultstring\":\"Access Token expired\"}}", GW_CALL},
        {"Bearer error=\"invalid_token\"", "{\"error\":\"denied\"}", GW_CALL},
        {"", "{\"error\":\"contract closed\"}", GW_DONE},
        {"Basic realm=\"x\"", "{\"error\":\"contract closed\"}", GW_DONE},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        begin("mtn", MTN);
        assert_int_equal(answer(401, all[i].header, all[i].body), all[i].next);
        if (all[i].next == GW_DONE) {
            assert_true(SEND.outcome.channel_fault);
            continue;
        }
        assert_true(str_find(CALL.url, STR("/oauth/access_token"), 0) != SIZE_MAX);
        assert_int_equal(answer(200, "", "{\"access_token\":\"NEW\",\"expires_in\":600}"),
                         GW_CALL);
        assert_true(
            str_is(gw_header_get(CALL.header, CALL.headers, "Authorization"), "Bearer NEW"));
        assert_int_equal(answer(401, all[i].header, all[i].body), GW_DONE); /* once */
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_a_stale_token_is_renewed, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
