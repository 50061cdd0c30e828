/* test_gateways.c - the table, the small readers, and every recorded exchange of tests/wire. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/gateway.h"

#include "tests/unit/arena_fixture.h"

#include <dirent.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "tests/fake/gw_case.h"
#include "tests/fake/wire_case.h"

static void table(void **state) {
    (void)state;
    static const char *const NAMES[] = {"kannel", "telegram", "sim", "sim_chat"};
    const struct gateway_kind *k = NULL;
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(gateway_find(str_from(NAMES[i]), &k), OK);
        assert_string_equal(k->name, NAMES[i]);
        assert_non_null(k->open);
        assert_non_null(k->send_next);
        assert_true(k->scheme.n > 0 && k->text_max > 0);
        assert_true(!(k->caps & GW_HOOK) || k->hook);
        assert_true(!(k->caps & GW_POLL) || (k->poll_call && k->poll_parse));
    }
    k = NULL;
    assert_int_equal(gateway_find(STR("no_such_gateway"), &k), NONE);
    assert_null(k);
}

static void forms(void **state) {
    (void)state;
    struct str form = STR("a=1&b=x+y%20z&empty=&flag&a=2&%C3%A9=%C3%A0&bad=%zz%4");
    assert_true(str_is(gw_form_get(form, "a", &A), "1"));
    assert_true(str_is(gw_form_get(form, "b", &A), "x y z"));
    assert_true(str_is(gw_form_get(form, "é", &A), "à"));
    assert_true(str_is(gw_form_get(form, "bad", &A), "%zz%4"));
    assert_non_null(gw_form_get(form, "empty", &A).p);
    assert_int_equal(gw_form_get(form, "flag", &A).n, 0);
    assert_null(gw_form_get(form, "absent", &A).p);
    assert_null(gw_form_get(STR(""), "a", &A).p);
    struct buf b;
    buf_init(&b, 1000);
    gw_form_put(&b, "text", STR("à b&c=d"));
    gw_form_put(&b, "x[y]", STR(""));
    assert_string_equal(buf_cstr(&b), "text=%C3%A0%20b%26c%3Dd&x%5By%5D=");
    assert_true(str_is(gw_form_get(buf_view(&b), "text", &A), "à b&c=d"));
    buf_done(&b);
    assert_true(str_is(gw_url_encode(STR("AZaz09.-_~/ "), &A), "AZaz09.-_~%2F%20"));
}

static void headers(void **state) {
    (void)state;
    struct gw_header h[] = {{STR("Content-Type"), STR("a/b")}, {STR("x-empty"), STR("")}};
    assert_true(str_is(gw_header_get(h, 2, "content-type"), "a/b"));
    assert_non_null(gw_header_get(h, 2, "X-Empty").p);
    assert_null(gw_header_get(h, 2, "x-none").p);
}

static void tags(void **state) {
    (void)state;
    static const int64_t IDS[] = {0, 1, 35, 36, 1234567890123, INT64_MAX};
    for (size_t i = 0; i < 6; i++) {
        int64_t back = -1;
        struct str tag = gw_tag(IDS[i], &A);
        assert_int_equal(tag.n, 13);
        assert_int_equal(gw_untag(tag, &back), OK);
        assert_true(back == IDS[i]);
    }
    static const char *const BAD[] = {
        "", "123", "zzzzzzzzzzzzz", "000000000000A", "0000000000000 ", "1y2p0ij32e8e8"};
    for (size_t i = 0; i < 6; i++) {
        int64_t untouched = -1;
        assert_int_equal(gw_untag(str_from(BAD[i]), &untouched), E_INVALID);
        assert_true(untouched == -1);
    }
}

static int64_t retry_after(const char *value) {
    struct gw_header h = {STR("Retry-After"), str_from(value)};
    struct gw_answer answer = {.status = 429, .header = &h, .headers = 1};
    return gw_retry_after(&answer, 1795320000000);
}

static void retry_after_header(void **state) {
    (void)state;
    assert_int_equal(retry_after("7"), 7000);
    assert_int_equal(retry_after("Sun, 22 Nov 2026 04:01:40 GMT"), 100000);
    assert_int_equal(retry_after("Sun, 22 Nov 2020 04:01:40 GMT"), 0);
    assert_int_equal(retry_after("soon"), 0);
    assert_int_equal(retry_after("-3"), 0);
    assert_int_equal(retry_after("999999999"), 86400000);
    assert_int_equal(retry_after("Sun, 99 Foo 2026 04:01:40 GMT"), 0);
}

static void hook_address(void **state) {
    (void)state;
    struct gw_channel ch = {.name = STR("sms"), .public_url = STR("https://a.example/")};
    assert_true(str_is(gw_hook_url(&ch, "status", &A), "https://a.example/hook/sms/status"));
    assert_true(str_is(gw_hook_url(&ch, "", &A), "https://a.example/hook/sms"));
    ch.public_url = STR_EMPTY;
    assert_int_equal(gw_hook_url(&ch, "status", &A).n, 0);
}

static void simulator(void **state) {
    (void)state;
    struct gw_case c;
    assert_int_equal(gw_case_open(&c, "sim", "{}"), OK);
    struct outbound msg = {.id = 5, .tag = gw_tag(5, &c.a), .text = STR("Salut")};
    struct outcome o = gw_case_send(&c, &msg, NULL, 0);
    assert_int_equal(o.kind, OUTCOME_SENT);
    assert_int_equal(c.calls, 0);
    assert_true(str_is(o.provider_id[0], "sim-0000000000005"));
    gw_case_done(&c);
}

/* One folder of tests/wire; returns how many cases it has. */
static int run_folder(const char *folder) {
    struct str dir = arena_printf(&A, "tests/wire/%s", folder), *name;
    size_t n;
    int failed = 0;
    struct err err;
    if (file_list(dir.p, ".json", &A, &name, &n, &err) != OK) {
        fail_msg("%s: %s", dir.p, err.text);
    }
    for (size_t i = 0; i < n; i++) {
        const struct val *got, *want;
        struct str path = arena_printf(&A, "%s/%.*s", dir.p, STR_ARG(name[i]));
        if (wire_case_run(path.p, &A, &got, &want, &err) != OK) {
            fail_msg("%s: %s", path.p, err.text);
        }
        if (!want || !val_eq(got, want)) {
            print_error("%s gives\n%s\n", path.p, json_text(got, &A).p);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
    return (int)n;
}

static void wire(void **state) {
    (void)state;
    DIR *d = opendir("tests/wire");
    struct dirent *e;
    int cases = 0;
    assert_non_null(d);
    while ((e = readdir(d))) {
        const struct gateway_kind *k;
        if (e->d_name[0] != '.' && gateway_find(str_from(e->d_name), &k) == OK) {
            cases += run_folder(e->d_name);
        }
    }
    closedir(d);
    print_message("%d recorded exchanges\n", cases);
    assert_true(cases > 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table),        cmocka_unit_test(forms),
        cmocka_unit_test(headers),      cmocka_unit_test(tags),
        cmocka_unit_test(hook_address), cmocka_unit_test(retry_after_header),
        cmocka_unit_test(simulator),    cmocka_unit_test(wire),
    };
    return cmocka_run_group_tests_name("gateways", tests, setup, teardown);
}
