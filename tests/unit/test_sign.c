/* test_sign.c - signatures of providers as descriptors use them; vectors made by the openssl
 * command. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/sign.h"

#include "tests/unit/channel_fixture.h"

static enum rc hook(const struct gw_request *rq, size_t *ret_ins) {
    struct gw_parsed p = {0};
    enum rc rc = CH.kind->hook(&CH, rq, &A, &p, NULL);
    *ret_ins = p.ins;
    return rc;
}

/* openssl genpkey -algorithm ed25519; pkeyutl -sign -rawin of "1795320000|BODY" */
#define TELNYX_KEY "NLI+gh5jYL94/5SIDJKdHp0dfdH7ZYpnMz8g8ZoBBd0="
#define TELNYX_SIG                                                                             \
    "adhM3F72pg2JP+XGCV9Gvn+OOIKrnrl1S1XdQb6TRmSOwHWZmv7vjN7plwhmXtupt6X8SyUzAoMJh39WQNOPBA=="
#define TELNYX_BODY                                                                            \
    "{\"data\":{\"event_type\":\"message.received\",\"payload\":{\"id\":\"m-1\",\"text\":"     \
    "\"oui\",\"from\":{\"phone_number\":\"+33639980123\"},\"to\":[{\"phone_number\":"          \
    "\"+33939010001\"}]}}}"

static enum rc telnyx_at(const char *sig, const char *stamp, const char *body, int64_t now_s) {
    struct gw_header h[] = {{STR("Telnyx-Signature-Ed25519"), str_from(sig)},
                            {STR("Telnyx-Timestamp"), str_from(stamp)}};
    struct gw_request rq = {.method = STR("POST"),
                            .url = STR("https://bot.example.org/hook/sms/receive"),
                            .path = STR("/hook/sms/receive"),
                            .action = STR("receive"),
                            .header = h,
                            .headers = 2,
                            .body = str_from(body),
                            .now_ms = now_s * 1000};
    size_t ins;
    enum rc rc = hook(&rq, &ins);
    assert_int_equal(ins, rc == OK ? 1 : 0);
    return rc;
}

static void telnyx(void **state) {
    (void)state;
    channel_of("telnyx", "{\"api_key\":\"k\",\"public_key\":\"" TELNYX_KEY "\"}", NULL);
    assert_int_equal(telnyx_at(TELNYX_SIG, "1795320000", TELNYX_BODY, 1795320004), OK);
    assert_int_equal(telnyx_at(TELNYX_SIG, "1795320000", TELNYX_BODY, 1795320299), OK);
    /* five minutes later it is somebody's copy */
    assert_int_equal(telnyx_at(TELNYX_SIG, "1795320000", TELNYX_BODY, 1795320301), E_DENIED);
    assert_int_equal(telnyx_at(TELNYX_SIG, "1795320001", TELNYX_BODY, 1795320004), E_DENIED);
    assert_int_equal(telnyx_at(TELNYX_SIG, "1795320000", TELNYX_BODY " ", 1795320004),
                     E_DENIED);
    assert_int_equal(telnyx_at("", "1795320000", TELNYX_BODY, 1795320004), E_DENIED);
    assert_int_equal(telnyx_at("%%%", "1795320000", TELNYX_BODY, 1795320004), E_DENIED);
    assert_int_equal(telnyx_at(TELNYX_SIG, "", TELNYX_BODY, 1795320004), E_DENIED);
}

/* openssl dgst -sha256 -hmac plivo-auth-token of the address without query, then the nonce */
static void plivo(void **state) {
    (void)state;
    static const struct {
        const char *sig, *nonce;
        enum rc want;
    } all[] = {
        {"WtSiACxob3wUdM5uB3wBN54keXO3VREsGV/QpZnMALk=", "05429567804466091622", OK},
        {"WtSiACxob3wUdM5uB3wBN54keXO3VREsGV/QpZnMALk=", "05429567804466091623", E_DENIED},
        {"WtSiACxob3wUdM5uB3wBN54keXO3VREsGV/QpZnMALk=", "", E_DENIED},
        {"", "05429567804466091622", E_DENIED},
    };
    channel_of("plivo",
               "{\"PLIVO_AUTH_ID\":\"i\",\"PLIVO_AUTH_TOKEN\":\"plivo-auth-token\","
               "\"signing_key\":\"plivo-auth-token\",\"address\":\"33939010001\"}",
               NULL);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct gw_header h[] = {{STR("X-Plivo-Signature-V2"), str_from(all[i].sig)},
                                {STR("X-Plivo-Signature-V2-Nonce"), str_from(all[i].nonce)}};
        struct gw_request rq = {.method = STR("POST"),
                                .url = STR("https://gw.example.org/hook/plivo/receive?a=1"),
                                .query = STR("a=1"),
                                .action = STR("receive"),
                                .header = h,
                                .headers = 2,
                                .body = STR("From=33639980123&To=33939010001&MessageUUID=u-1&"
                                            "Text=oui")};
        size_t ins;
        assert_int_equal(hook(&rq, &ins), all[i].want);
    }
}

/* openssl dgst -sha1 -hmac PSK_signing of the address, then names and values in order */
static void signalwire(void **state) {
    (void)state;
    static const char *const sig[] = {"cAwzvchda418wG/FyB4bS0JRvIg=", "AAAA", ""};
    channel_of("signalwire",
               "{\"account_sid\":\"a\",\"auth_token\":\"t\",\"address\":\"+1\","
               "\"send_url\":\"https://x.signalwire.com/api/laml\","
               "\"signing_key\":\"PSK_signing\"}",
               NULL);
    for (size_t i = 0; i < 3; i++) {
        struct gw_header h = {STR("X-SignalWire-Signature"), str_from(sig[i])};
        struct gw_request rq = {.method = STR("POST"),
                                .url = STR("https://bot.example.org/hook/sw/receive"),
                                .action = STR("receive"),
                                .header = &h,
                                .headers = 1,
                                .body = STR("From=%2B33639980123&To=%2B33939010001&"
                                            "MessageSid=SM1&Body=oui")};
        size_t ins;
        assert_int_equal(hook(&rq, &ins), i ? E_DENIED : OK);
    }
}

/* A provider that signs nothing, or whose key was not given: only the secret of the address
 * proves. */
static void nothing_proves_nothing(void **state) {
    (void)state;
    static const char *const body = "{}";
    channel_of("telnyx", "{\"api_key\":\"k\"}", NULL);
    struct gw_request rq = {
        .method = STR("POST"), .action = STR("receive"), .body = str_from(body)};
    size_t ins;
    assert_int_equal(hook(&rq, &ins), E_DENIED);
    channel_of("telnyx", "{\"api_key\":\"k\",\"hook_secret\":\"abcdefghijklmnop\"}", NULL);
    assert_int_equal(hook(&rq, &ins), E_DENIED);
    rq.query = STR("k=abcdefghijklmnop");
    assert_int_equal(hook(&rq, &ins), E_INVALID); /* believed, and found empty */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(telnyx, setup, teardown),
        cmocka_unit_test_setup_teardown(plivo, setup, teardown),
        cmocka_unit_test_setup_teardown(signalwire, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_proves_nothing, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
