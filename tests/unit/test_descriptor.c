/* test_descriptor.c - providers' descriptors: their mistakes, their expressions, what they send
 * and read. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/descriptor.h"

#include "tests/unit/channel_fixture.h"

#include <stdio.h>

#include "base/digest.h"
#include "base/file.h"
#include "gateways/dexpr.h"
#include "gateways/sign.h"

#define NOW 1795320000000

/* ------------------------------------------------------------------ mistakes */

/* The first line of each file says where and how the mistake must be told. */
static void mistakes(void **state) {
    (void)state;
    struct str *name;
    size_t n;
    struct err err;
    int failed = 0;
    assert_int_equal(file_list("tests/wire/bad", ".yaml", &A, &name, &n, &err), OK);
    assert_true(n > 20);
    for (size_t i = 0; i < n; i++) {
        const struct gateway_kind *k;
        struct str text, want, got;
        const char *path = arena_printf(&A, "tests/wire/bad/%.*s", STR_ARG(name[i])).p;
        assert_int_equal(file_read(path, 65536, &A, &text, &err), OK);
        want = str_trim(str_sub(text, 2, str_find_char(text, '\n', 0) - 2));
        err = (struct err){0};
        enum rc rc = descriptor_compile(path, text, &A, &k, &err);
        got = arena_printf(&A, "%d:%d %s", err.line, err.column, err.text);
        if (rc != E_INVALID || !str_starts(got, want) || strcmp(err.file, path) != 0) {
            print_error("%s: %.*s\n", path, STR_ARG(got));
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* Every shipped descriptor opens, and none needs a setting it does not declare. */
static void shipped(void **state) {
    (void)state;
    size_t n;
    const struct str *name = descriptor_names(&A, &n);
    assert_true(n >= 50);
    for (size_t i = 0; i < n; i++) {
        struct err err = {0};
        struct gw_channel ch = {.name = STR("sms"), .lenient = true};
        assert_int_equal(descriptor_find(name[i], &ch.kind), OK);
        if (ch.kind->open(&ch, &A, &err) != OK) {
            fail_msg("%s:%d:%d %s", err.file, err.line, err.column, err.text);
        }
        assert_true(ch.kind->send_next && ch.kind->text_max > 0);
    }
    const struct gateway_kind *k;
    assert_int_equal(descriptor_find(STR("no_such_provider"), &k), NONE);
    assert_int_equal(descriptor_find(STR("../twilio"), &k), NONE);
}

/* ------------------------------------------------------------------ expressions */

static enum dexpr_kind no_names(const struct dexpr_scope *scope, struct str name, int *ret_id) {
    (void)scope;
    *ret_id = 0;
    return str_is(name, "v") ? DEXPR_VAR : DEXPR_UNKNOWN;
}

static const struct val *V;

static const struct val *the_value(struct dexpr_env *env, int id) {
    (void)env;
    (void)id;
    return V;
}

static const char *eval(const char *text) {
    struct dexpr_scope scope = {.file = "test", .resolve = no_names};
    struct dexpr_env env = {.a = &A, .get = the_value, .now_ms = NOW, .region = STR("FR")};
    struct err err;
    const struct dexpr *e;
    if (dexpr_compile(&scope, val_textz(&A, text), &A, &e, &err) != OK) {
        fail_msg("%s: %s", text, err.text);
    }
    struct str s = dexpr_text(dexpr_eval(e, &env), &A);
    return env.failed.n ? "FAILED" : arena_cstr(&A, s);
}

static void expressions(void **state) {
    (void)state;
    struct err err;
    const char *json =
        "{\"a\":{\"b\":[{\"c\":\"x\"},{\"d\":1},{\"c\":\"y\"}],\"message-id\":9007199254740993,"
        "\"zero\":0,\"no\":false,\"empty\":\"\"},\"f.g\":7}";
    assert_int_equal(json_parse(str_from(json), &A, &V, &err), OK);
    static const struct {
        const char *expr, *want;
    } all[] = {
        {"v.a.b[0].c", "x"},
        {"v.a.b[9].c", ""},
        {"v.a.b[*].c", "[\"x\",\"y\"]"},
        {"v.a.message-id", "9007199254740993"},
        {"v['f.g']", "7"},
        {"v.none.of.this", ""},
        {"v.a.empty ?? v.a.none ?? 'z'", "z"},
        {"v.a.zero ?? 'z'", "0"},
        {"v.a.zero == '0' and v.a.no == false", "true"},
        {"v.none == null and not v.a.empty", "true"},
        {"v.a.empty == null", "false"},
        {"9 < 10 and not ('9' > '10')", "true"},
        {"'b' in ['a', 'b'] and not (3 in [1, 2])", "true"},
        {"'error: credit' contains 'credit'", "true"},
        {"'ab12' matches '^[a-z]+[0-9]+$'", "true"},
        {"extract('Success \"42\"', 'Success \"([0-9]+)\"')", "42"},
        {"[x.c ~ '!' for x in v.a.b if x.c] | join('+')", "x!+y!"},
        {"if(v.a.no, 1, 2) + 40 - 1", "41"},
        {"'a:b:c' | after(':') | upper", "B:C"},
        {"before('tag.2', '.') ~ before('tag', '.')", "tagtag"},
        {"json(object('k', 'é', 'n', null))", "{\"k\":\"é\"}"},
        {"e164('06 39 98 01 23') ~ ' ' ~ e164('33639980123') ~ ' ' ~ e164('MTN')",
         "+33639980123 +33639980123 "},
        {"national('+33639980123') ~ digits('+33 6')", "639980123336"},
        {"sha1('abc') | hex", "a9993e364706816aba3e25717850c26c9cd0d89d"},
        {"'what do ya want for nothing?' | md5('Jefe') | hex",
         "750c783e6ab0b503eaa86e310a5db738"},
        {"basic('Aladdin', 'open sesame')", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
        {"hex(utf16be('é€'))", "00e920ac"},
        {"hex(gsm7('@é€'))", "00051b65"},
        {"decode(unhex('e9'), 'ISO-8859-1')", "é"},
        {"time('2026-11-22T11:00:00+01:00', 'iso')", "1795341600000"},
        {"time('20261122110000', '%Y%m%d%H%M%S', 'Europe/Paris')", "1795341600000"},
        {"time('2026-02-30T11:00:00Z', 'iso')", "FAILED"},
        {"time('', 'iso')", ""},
        {"format(1795341600, '%d/%m/%Y %H:%M', 'Europe/Paris')", "22/11/2026 11:00"},
        {"decimals(1, 6) ~ decimals('-2.5', 2)", "1.000000-2.50"},
        {"ucs2('déjà') ~ ucs2('reçu')", "falsetrue"},
        {"fill('a={{x}}&{{none}}', 'url', 'x', 'b&c')", "a=b%26c&"},
        {"numbered(object('M0', 'a', 'M1', 'b', 'M3', 'c'), 'M')", "[\"a\",\"b\"]"},
        {"tag('00000fr5hugnf') ~ tag('asdf')", "00000fr5hugnf"},
        {"cut([1, 2, 3], 2) | len", "2"},
    };
    int failed = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const char *got = eval(all[i].expr);
        if (strcmp(got, all[i].want) != 0) {
            print_error("%s gives %s, not %s\n", all[i].expr, got, all[i].want);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* ------------------------------------------------------------------ a provider of our own */

static const char TEXT[] =
    "gateway: essai\n"
    "config: {user: text, password: secret, base: url = https://a.example, api_token: "
    "secret?}\n"
    "text: {max: 20}\n"
    "memo:\n"
    "  token: {url: '{base}/token', form: {p: '{password}'}, value: '{json.t}', ttl: '60'}\n"
    "send:\n"
    "  url: '{base}/send/{to}'\n"
    "  fallback: ['https://b.example/send']\n"
    "  headers: {Authorization: 'Bearer {token}'}\n"
    "  form: {t: '{text}', u: '{user}', o: '{api_token?}'}\n"
    "  result:\n"
    "    - {when: 'json.id', sent: '{json.id}'}\n"
    "    - {when: 'status == 200', fail: content, reason: '{body}'}\n"
    "hooks:\n"
    "  verify: {scheme: hmac_body, secret: '{password}', header: X-Sig}\n"
    "  receive:\n"
    "    require: [form.from]\n"
    "    rules: [{message: {from: '{form.from}', text: '{form.text}'}}]\n";

struct kept {
    char value[64];
    int64_t until;
};

static enum rc kept_get(void *ctx, struct str key, int64_t now_ms, struct arena *a,
                        struct str *ret) {
    struct kept *k = ctx;
    (void)key;
    if (k->until <= now_ms) {
        return NONE;
    }
    *ret = arena_str(a, str_from(k->value));
    return OK;
}

static void kept_put(void *ctx, struct str key, struct str value, int64_t expires_ms) {
    struct kept *k = ctx;
    check_str(key, "sms/token");
    snprintf(k->value, sizeof k->value, "%.*s", STR_ARG(value));
    k->until = expires_ms;
}

static struct kept KEPT;
static struct gw_memory MEMORY = {kept_get, kept_put, &KEPT};

static void open_essai(const char *config) {
    memset(&KEPT, 0, sizeof KEPT);
    CH = (struct gw_channel){
        .name = STR("sms"), .memory = &MEMORY, .public_url = STR("https://bot.example.org")};
    channel_written(STR(TEXT), config);
}

#define CONFIG "{\"user\":\"rebond\",\"password\":\"motdepasse+long\"}"

static struct gw_send SEND;
static struct outbound MSG;
static struct gw_call CALL;

static void begin(const char *text) {
    MSG = (struct outbound){
        .id = 1, .tag = gw_tag(1, &A), .to = {STR("tel"), STR("+33639980123")}};
    MSG.text = str_from(text);
    SEND = (struct gw_send){.channel = &CH, .msg = &MSG, .a = &A, .now_ms = NOW};
    assert_int_equal(CH.kind->send_next(&SEND, NULL, &CALL), GW_CALL);
}

static enum gw_next answer(int status, const char *body) {
    struct gw_answer ans = {.status = status, .left = status != 0, .body = str_from(body)};
    return CH.kind->send_next(&SEND, &ans, &CALL);
}

static void token_is_kept_and_renewed_once(void **state) {
    (void)state;
    open_essai(CONFIG);
    begin("Salut");
    check_str(CALL.url, "https://a.example/token");
    check_str(CALL.body, "p=motdepasse%2Blong");
    assert_int_equal(answer(200, "{\"t\":\"T1\"}"), GW_CALL);
    check_str(CALL.url, "https://a.example/send/%2B33639980123");
    check_str(CALL.body, "t=Salut&u=rebond");
    check_str(gw_header_get(CALL.header, CALL.headers, "authorization"), "Bearer T1");
    assert_int_equal(answer(200, "{\"id\":\"7\"}"), GW_DONE);
    assert_int_equal(SEND.outcome.kind, OUTCOME_SENT);
    assert_int_equal(KEPT.until, NOW + 60000);
    begin("Encore"); /* the token is still good */
    check_str(gw_header_get(CALL.header, CALL.headers, "authorization"), "Bearer T1");
    assert_int_equal(answer(401, ""), GW_CALL);
    check_str(CALL.url, "https://a.example/token");
    assert_int_equal(answer(200, "{\"t\":\"T2\"}"), GW_CALL);
    check_str(gw_header_get(CALL.header, CALL.headers, "authorization"), "Bearer T2");
    assert_int_equal(answer(401, ""), GW_DONE); /* not a second time */
    assert_int_equal(SEND.outcome.kind, OUTCOME_LATER);
    assert_true(SEND.outcome.channel_fault);
}

static void parts_and_resume(void **state) {
    (void)state;
    open_essai(CONFIG);
    KEPT = (struct kept){"T", INT64_MAX};
    begin("Rendez-vous mardi à quatorze heures au café");
    check_str(CALL.body, "t=Rendez-vous%20mardi&u=rebond");
    assert_int_equal(answer(200, "{\"id\":\"1\"}"), GW_CALL);
    check_str(CALL.body, "t=%C3%A0%20quatorze%20heures&u=rebond");
    assert_int_equal(answer(503, ""), GW_DONE);
    assert_int_equal(SEND.outcome.kind, OUTCOME_LATER);
    assert_int_equal(SEND.outcome.resume_part, 2);
    assert_int_equal(SEND.outcome.provider_ids, 1);
    MSG.first_part = 2; /* part 1 is never sent again */
    SEND = (struct gw_send){.channel = &CH, .msg = &MSG, .a = &A, .now_ms = NOW};
    assert_int_equal(CH.kind->send_next(&SEND, NULL, &CALL), GW_CALL);
    check_str(CALL.body, "t=%C3%A0%20quatorze%20heures&u=rebond");
}

static void next_address_only_when_unreached(void **state) {
    (void)state;
    open_essai(CONFIG);
    KEPT = (struct kept){"T", INT64_MAX};
    begin("Salut");
    assert_int_equal(answer(0, ""), GW_CALL);
    check_str(CALL.url, "https://b.example/send");
    assert_int_equal(answer(0, ""), GW_DONE);
    assert_int_equal(SEND.outcome.kind, OUTCOME_LATER);
    begin("Salut");
    struct gw_answer silence = {.left = true, .error = STR("timed out")};
    assert_int_equal(CH.kind->send_next(&SEND, &silence, &CALL), GW_DONE);
    assert_int_equal(SEND.outcome.kind, OUTCOME_UNKNOWN); /* it may have arrived */
}

static enum rc hook(const char *signature, const char *body, struct gw_parsed *ret,
                    struct err *err) {
    struct gw_header h[] = {{STR("X-Sig"), str_from(signature)}};
    struct gw_request rq = {.method = STR("POST"),
                            .url = STR("https://bot.example.org/hook/sms/receive"),
                            .path = STR("/hook/sms/receive"),
                            .action = STR("receive"),
                            .header = h,
                            .headers = 1,
                            .body = str_from(body),
                            .now_ms = NOW};
    return CH.kind->hook(&CH, &rq, &A, ret, err);
}

#define BODY "from=0639980123&text=oui"

static void hooks_are_verified(void **state) {
    (void)state;
    struct gw_parsed p, again;
    struct err err;
    char right[65];
    open_essai(CONFIG);
    struct str mac = str_from(eval("'" BODY "' | sha256('motdepasse+long') | hex"));
    snprintf(right, sizeof right, "%.*s", STR_ARG(mac));
    assert_int_equal(hook(right, BODY, &p, &err), OK);
    assert_int_equal(p.ins, 1);
    check_str(p.in[0].from.value, "+33639980123");
    check_str(p.in[0].text, "oui");
    assert_true(str_starts(p.in[0].provider_id, STR("made-")));
    assert_int_equal(hook(right, BODY, &again, &err),
                     OK); /* the same request has the same id */
    assert_true(str_eq(p.in[0].provider_id, again.in[0].provider_id));
    assert_int_equal(hook(right, BODY "!", &p, &err), E_DENIED);
    assert_int_equal(p.http_status, 401);
    assert_int_equal(p.ins, 0);
    assert_int_equal(hook("", BODY, &p, &err), E_DENIED);
}

static const char POLLED[] =
    "gateway: sonde\n"
    "poll:\n"
    "  every: 30\n"
    "  request: {url: 'https://a.example/in', query: {after: '{cursor}'}}\n"
    "  each: json.items\n"
    "  cursor: '{last(json.items).id}'\n"
    "  rules: [{message: {from: '{it.from}', text: '{it.text}', id: '{it.id}'}}]\n"
    "send: {url: 'https://a.example', result: [{sent: ''}]}\n";

static void polling(void **state) {
    (void)state;
    struct err err;
    struct gw_call call;
    struct gw_parsed p;
    struct str cursor = STR("");
    int64_t wait = -1;
    open_essai(CONFIG);
    assert_int_equal(descriptor_compile("sonde.yaml", STR(POLLED), &A, &CH.kind, &err), OK);
    CH.config = NULL;
    assert_int_equal(CH.kind->open(&CH, &A, &err), OK);
    assert_true(CH.kind->caps & GW_POLL);
    assert_int_equal(CH.kind->poll_call(&CH, STR("41"), 0, &A, &call), OK);
    check_str(call.url, "https://a.example/in?after=41");
    struct gw_answer ans = {.status = 200, .left = true};
    ans.body = STR("{\"items\":[{\"id\":42,\"from\":\"0639980123\",\"text\":\"oui\"}]}");
    assert_int_equal(
        CH.kind->poll_parse(&CH, STR("41"), &ans, NOW, &A, &p, &cursor, &wait, &err), OK);
    assert_int_equal(p.ins, 1);
    check_str(p.in[0].provider_id, "42");
    check_str(cursor, "42");
    assert_int_equal(wait, 0);
    ans.body = STR("{\"items\":[]}");
    assert_int_equal(CH.kind->poll_parse(&CH, cursor, &ans, NOW, &A, &p, &cursor, &wait, &err),
                     OK);
    check_str(cursor, "42");
    assert_int_equal(wait, 30000);
    ans.status = 401;
    assert_int_equal(CH.kind->poll_parse(&CH, cursor, &ans, NOW, &A, &p, &cursor, &wait, &err),
                     E_DENIED);
}

/* ------------------------------------------------------------------ settings and secrets */

static void settings_are_checked(void **state) {
    (void)state;
    static const struct {
        const char *config, *text;
    } all[] = {
        {"{\"user\":\"a\"}", "essai needs the setting 'password'"},
        {"{\"user\":\"a\",\"password\":\"b\",\"pasword\":\"c\"}", "unknown key 'pasword'"},
        {"{\"user\":\"a\",\"password\":\"b\",\"base\":\"ftp://x\"}",
         "'base' must be an http(s) address"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct err err = {0};
        open_essai(CONFIG);
        assert_int_equal(json_parse(str_from(all[i].config), &A, &CH.config, &err), OK);
        assert_int_equal(CH.kind->open(&CH, &A, &err), E_INVALID);
        assert_string_equal(err.text, all[i].text);
    }
}

static void assert_clean(struct str text) {
    static const char *const secrets[] = {"motdepasse", "bW90ZGVwYXNz", "T-secret-1",
                                          "jeton-secret"};
    for (size_t i = 0; i < 4; i++) {
        if (str_find(text, str_from(secrets[i]), 0) != SIZE_MAX) {
            fail_msg("a secret shows: %.*s", STR_ARG(text));
        }
    }
}

/* Whatever a request holds, nothing of the secrets is left in what people read. */
static void secrets_never_show(void **state) {
    (void)state;
    open_essai("{\"user\":\"rebond\",\"password\":\"motdepasse+long\",\"api_token\":\"jeton-"
               "secret/1\"}");
    KEPT = (struct kept){"T-secret-1", INT64_MAX};
    begin("Salut");
    for (size_t i = 0; i < CALL.headers; i++) {
        assert_clean(descriptor_redact(&CH, CALL.header[i].value, &A));
    }
    assert_clean(descriptor_redact(&CH, CALL.body, &A));
    static const char *const texts[] = {
        "https://a.example/?p=motdepasse%2Blong&t=jeton-secret%2F1",
        "Authorization: Basic cmVib25kOm1vdGRlcGFzc2UrbG9uZw==", /* rebond:motdepasse+long */
        "{\"password\":\"motdepasse+long\"}",
        "bW90ZGVwYXNzZStsb25n",
    };
    for (size_t i = 0; i < 4; i++) {
        struct str s = descriptor_redact(&CH, str_from(texts[i]), &A);
        assert_clean(s);
        assert_true(str_find(s, STR("[secret]"), 0) != SIZE_MAX);
    }
    check_str(descriptor_redact(&CH, STR("rien de secret"), &A), "rien de secret");
    struct err err = {0}; /* errors name the key, never its value */
    struct gw_parsed p;
    assert_int_equal(hook("motdepasse+long", "x=1", &p, &err), E_DENIED);
    assert_clean(str_from(err.text));
    assert_int_equal(answer(200, "{\"error\":\"+33639980123 refused, key motdepasse+long\"}"),
                     GW_DONE);
    assert_int_equal(SEND.outcome.kind, OUTCOME_NEVER);
    assert_true(str_find(SEND.outcome.reason, STR("refused"), 0) != SIZE_MAX);
    assert_clean(SEND.outcome.reason);
    assert_true(str_find(SEND.outcome.reason, STR("33639980123"), 0) ==
                SIZE_MAX); /* nor a number */
}

/* ------------------------------------------------------------------ addresses of a list */

static bool allowed(const char *list, const char *ip) {
    struct gw_request rq = {.remote_ip = str_from(ip)};
    struct sign_input in = {.rq = &rq, .list = str_from(list)};
    return SIGN_IP_LIST.check(&in, &A) == OK;
}

static void address_lists(void **state) {
    (void)state;
    assert_true(allowed("192.0.2.7", "192.0.2.7"));
    assert_true(allowed("198.51.100.0/24, 192.0.2.0/30", "192.0.2.3"));
    assert_false(allowed("192.0.2.0/30", "192.0.2.4"));
    assert_true(allowed("2001:db8::/32", "2001:db8:1::2"));
    assert_false(allowed("2001:db8::/32", "2001:db9::1"));
    assert_false(allowed("192.0.2.0/99", "192.0.2.1"));
    assert_false(allowed("", "192.0.2.1"));
    assert_false(allowed("192.0.2.1", ""));
}

/* ------------------------------------------------------------------ the installation's own
 * files */

static void own_folder(void **state) {
    (void)state;
    char dir[] = "/tmp/rebond-providers-XXXXXX";
    struct err err = {0};
    struct gw_channel ch = {.name = STR("sms"), .lenient = true};
    assert_non_null(mkdtemp(dir));
    struct str good = arena_printf(&A, "%s/essai.yaml", dir),
               bad = arena_printf(&A, "%s/casse.yaml", dir);
    assert_int_equal(file_write(good.p, STR(TEXT), &err), OK);
    assert_int_equal(file_write(bad.p, STR("gateway: casse\nsend: {urk: x}\n"), &err), OK);
    descriptor_set_dir(dir);
    assert_int_equal(descriptor_find(STR("essai"), &ch.kind), OK);
    assert_int_equal(ch.kind->open(&ch, &A, &err), OK);
    assert_int_equal(descriptor_find(STR("casse"), &ch.kind),
                     OK); /* found, and it says what is wrong */
    assert_int_equal(ch.kind->open(&ch, &A, &err), E_INVALID);
    assert_string_equal(err.file, bad.p);
    assert_int_equal(err.line, 2);
    assert_int_equal(err.column, 8);
    descriptor_set_dir(NULL);
    remove(good.p);
    remove(bad.p);
    remove(dir);
}

/* ------------------------------------------------------------------ tokens that sign */

static struct str b64(struct str s) {
    return digest_base64url(s.p, s.n, &A);
}

static enum rc check_jwt(const char *alg, enum digest d, const char *claims, const char *body) {
    unsigned char mac[DIGEST_MAX];
    struct str head = b64(arena_printf(&A, "{\"alg\":\"%s\"}", alg)),
               middle = b64(str_from(claims));
    struct str data = arena_printf(&A, "%.*s.%.*s", STR_ARG(head), STR_ARG(middle));
    size_t n = digest_hmac(d, STR("secret"), data, mac);
    struct str sig = b64((struct str){(const char *)mac, n});
    struct gw_header h = {STR("X-Jwt"),
                          arena_printf(&A, "%.*s.%.*s", STR_ARG(data), STR_ARG(sig))};
    struct gw_request rq = {
        .url = STR("https://a.example/h?x=1"), .header = &h, .headers = 1, .now_ms = NOW};
    rq.body = str_from(body);
    struct sign_input in = {.rq = &rq, .secret = STR("secret"), .header = STR("X-Jwt")};
    return SIGN_JWT_HS.check(&in, &A);
}

static void jwt(void **state) {
    (void)state;
    const char *url = eval("'https://a.example/h?x=1' | sha256 | hex");
    const char *body = eval("'corps' | sha256 | hex");
    const char *good =
        arena_printf(&A, "{\"url_hash\":\"%s\",\"payload_hash\":\"%s\"}", url, body).p;
    const char *old =
        arena_printf(&A, "{\"url_hash\":\"%s\",\"payload_hash\":\"%s\",\"exp\":1795310000}",
                     url, body)
            .p;
    const char *bare = arena_printf(&A, "{\"url_hash\":\"%s\"}", url).p;
    assert_int_equal(check_jwt("HS256", DIGEST_SHA256, good, "corps"), OK);
    assert_int_equal(check_jwt("HS384", DIGEST_SHA384, good, "corps"), OK);
    assert_int_equal(check_jwt("HS512", DIGEST_SHA512, good, "corps"), OK);
    assert_int_equal(check_jwt("HS256", DIGEST_SHA256, good, "autre"), E_DENIED);
    assert_int_equal(check_jwt("HS256", DIGEST_SHA256, bare, "corps"), E_DENIED);
    assert_int_equal(check_jwt("HS256", DIGEST_SHA256, bare, ""), OK);
    assert_int_equal(check_jwt("HS256", DIGEST_SHA256, old, "corps"), E_DENIED);
    assert_int_equal(check_jwt("none", DIGEST_SHA256, good, "corps"), E_DENIED);
    assert_int_equal(check_jwt("HS256", DIGEST_SHA512, good, "corps"), E_DENIED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(mistakes, setup, teardown),
        cmocka_unit_test_setup_teardown(shipped, setup, teardown),
        cmocka_unit_test_setup_teardown(expressions, setup, teardown),
        cmocka_unit_test_setup_teardown(token_is_kept_and_renewed_once, setup, teardown),
        cmocka_unit_test_setup_teardown(parts_and_resume, setup, teardown),
        cmocka_unit_test_setup_teardown(next_address_only_when_unreached, setup, teardown),
        cmocka_unit_test_setup_teardown(hooks_are_verified, setup, teardown),
        cmocka_unit_test_setup_teardown(polling, setup, teardown),
        cmocka_unit_test_setup_teardown(settings_are_checked, setup, teardown),
        cmocka_unit_test_setup_teardown(secrets_never_show, setup, teardown),
        cmocka_unit_test_setup_teardown(own_folder, setup, teardown),
        cmocka_unit_test_setup_teardown(jwt, setup, teardown),
        cmocka_unit_test_setup_teardown(address_lists, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
