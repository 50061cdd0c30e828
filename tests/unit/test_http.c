/* test_http.c - calls that arrive once, honest about what left, and never inside the house. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/http.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tests/fake/fake_http.h"

static struct fake_http *F;
static struct http_pool *P;
static struct arena A;

static int setup(void **state) {
    (void)state;
    arena_init(&A);
    F = fake_http_start();
    return http_open("9.9", &P, NULL) == OK ? 0 : 1;
}

static int teardown(void **state) {
    (void)state;
    http_close(P);
    fake_http_stop(F);
    arena_done(&A);
    return 0;
}

static struct gw_call get_call(const char *path) {
    return (struct gw_call){.method = STR("GET"),
                            .url = arena_printf(&A, "%s%s", fake_http_url(F), path)};
}

static struct gw_answer ask(const struct gw_call *call, int timeout_ms) {
    struct gw_answer answer;
    http_wait(P, call, timeout_ms, true, &A, &answer);
    return answer;
}

static void post_carries_exact_bytes(void **state) {
    (void)state;
    struct gw_header h[] = {{STR("Content-Type"), STR("application/json")},
                            {STR("X-Empty"), STR("")}};
    struct gw_call call = get_call("/send?x=1");
    call.method = STR("POST");
    call.body = STR("{\"a\":\"\xc3\xa9\0b\"}");
    call.header = h;
    call.headers = 2;
    fake_http_push(F, (struct fake_answer){.status = 202,
                                           .headers = "Retry-After: 7\r\nX-A: b: c\r\n",
                                           .body = "0: Accepted"});
    struct gw_answer answer = ask(&call, 0);
    assert_int_equal(answer.status, 202);
    assert_true(answer.left);
    assert_true(str_is(answer.body, "0: Accepted"));
    assert_true(str_is(gw_header_get(answer.header, answer.headers, "retry-after"), "7"));
    assert_true(str_is(gw_header_get(answer.header, answer.headers, "X-A"), "b: c"));
    struct fake_request rq = fake_http_request(F, 0);
    assert_true(str_is(rq.method, "POST"));
    assert_true(str_is(rq.path, "/send"));
    assert_true(str_is(rq.query, "x=1"));
    assert_true(str_eq(rq.body, call.body));
    assert_true(str_is(fake_http_header(&rq, "content-type"), "application/json"));
    assert_true(str_is(fake_http_header(&rq, "user-agent"), "Rebond/9.9"));
    assert_non_null(fake_http_header(&rq, "x-empty").p);
    assert_null(fake_http_header(&rq, "expect").p);
}

static void redirects_are_not_followed(void **state) {
    (void)state;
    fake_http_push(F, (struct fake_answer){.status = 302, .headers = "Location: /other\r\n"});
    struct gw_call call = get_call("/a");
    assert_int_equal(ask(&call, 0).status, 302);
    assert_int_equal(fake_http_count(F), 1);
}

static void keeps_connections(void **state) {
    (void)state;
    struct gw_call call = get_call("/a");
    ask(&call, 0);
    ask(&call, 0);
    assert_int_equal(fake_http_request(F, 0).connection, fake_http_request(F, 1).connection);
}

static void nothing_left_when_nobody_listens(void **state) {
    (void)state;
    struct gw_call call = {.method = STR("GET"), .url = STR("http://127.0.0.1:1/secret-token")};
    struct gw_answer answer = ask(&call, 2000);
    assert_int_equal(answer.status, 0);
    assert_false(answer.left);
    assert_true(str_find(answer.error, STR("127.0.0.1"), 0) != SIZE_MAX);
    assert_true(str_find(answer.error, STR("secret"), 0) == SIZE_MAX);
}

/* Handles are used again: nothing of the call before may show in the next one. */
static void each_call_begins_afresh(void **state) {
    (void)state;
    struct gw_header h[] = {{STR("X-Secret"), STR("k3y")}};
    struct gw_call post = get_call("/post");
    post.method = STR("PUT");
    post.body = STR("{}");
    post.header = h;
    post.headers = 1;
    size_t before = fake_http_count(F);
    assert_true(ask(&post, 0).left);
    struct gw_call get = get_call("/get");
    assert_int_equal(ask(&get, 0).status, 200);
    struct fake_request rq = fake_http_request(F, before + 1);
    assert_true(str_is(rq.method, "GET"));
    assert_int_equal(rq.body.n, 0);
    assert_null(fake_http_header(&rq, "x-secret").p);
    struct gw_call head = get_call("/head");
    head.method = STR("HEAD");
    assert_int_equal(ask(&head, 0).status, 200);
    struct gw_call nobody = {.method = STR("GET"), .url = STR("http://127.0.0.1:1/x")};
    struct gw_answer answer = ask(&nobody, 2000);
    assert_false(answer.left);
    assert_int_equal(answer.status, 0);
    assert_int_equal(answer.headers, 0);
    assert_int_equal(ask(&get, 0).status, 200);
    rq = fake_http_request(F, before + 3);
    assert_true(str_is(rq.method, "GET"));
}

/* What signatures and providers read is what the gateway wrote, kept or taken apart. */
static void addresses_arrive_as_written(void **state) {
    (void)state;
    static const char *const AS_WRITTEN[][3] = {
        {"/a/b?text=%C3%A9%26%2B&to=+33&u=http%3A%2F%2Fx%2F..", "/a/b",
         "text=%C3%A9%26%2B&to=+33&u=http%3A%2F%2Fx%2F.."},
        {"/a?b=1#nobody", "/a", "b=1"},
        {"/a?b=2", "/a", "b=2"},
        {"/a/../c?d=/.", "/c", "d=/."},
        {"?only=query", "/", "only=query"},
        {"", "/", ""},
        {"/last", "/last", ""}};
    size_t before = fake_http_count(F), n = sizeof AS_WRITTEN / sizeof *AS_WRITTEN;
    for (size_t i = 0; i < n; i++) {
        struct gw_call call = get_call(AS_WRITTEN[i][0]);
        assert_int_equal(ask(&call, 0).status, 200);
        struct fake_request rq = fake_http_request(F, before + i);
        assert_true(str_is(rq.path, AS_WRITTEN[i][1]));
        assert_true(str_is(rq.query, AS_WRITTEN[i][2]));
    }
    struct gw_call broken = get_call("/a HTTP/1.1 b");
    assert_int_equal(ask(&broken, 0).status, 0);
    assert_int_equal(fake_http_count(F), before + n);
}

static void assert_left_without_answer(struct gw_call call, int timeout_ms) {
    struct gw_answer answer = ask(&call, timeout_ms);
    assert_int_equal(answer.status, 0);
    assert_true(answer.left);
    assert_true(answer.error.n > 0);
    assert_true(str_find(answer.error, STR("tok3n"), 0) == SIZE_MAX);
}

static void left_when_the_answer_is_missing(void **state) {
    (void)state;
    struct gw_call call = get_call("/send?password=tok3n");
    fake_http_push(F, (struct fake_answer){.manner = FAKE_CLOSES});
    assert_left_without_answer(call, 2000);
    fake_http_push(F, (struct fake_answer){.manner = FAKE_RESETS});
    assert_left_without_answer(call, 2000);
    fake_http_push(F, (struct fake_answer){.manner = FAKE_HALF, .body = "0123456789"});
    assert_left_without_answer(call, 2000);
    fake_http_push(F, (struct fake_answer){.manner = FAKE_GARBLED});
    assert_left_without_answer(call, 2000);
    fake_http_push(F, (struct fake_answer){.manner = FAKE_SILENT});
    assert_left_without_answer(call, 100);
    assert_int_equal(fake_http_count(F), 5);
}

/* libcurl repeats a request when the kept connection dies under it: never a second SMS. */
static void dying_connection_sends_once(const char *method, const char *body) {
    struct gw_call call = get_call("/send");
    call.method = str_from(method);
    call.body = str_from(body);
    ask(&call, 0);
    size_t before = fake_http_count(F);
    fake_http_push(F, (struct fake_answer){.manner = FAKE_CLOSES});
    assert_left_without_answer(call, 2000);
    assert_int_equal(fake_http_count(F), before + 1);
}

static void no_silent_second_send(void **state) {
    (void)state;
    dying_connection_sends_once("GET", "");
    dying_connection_sends_once("POST", "text=Bonjour");
}

static void idempotent_may_go_twice(void **state) {
    (void)state;
    struct gw_call call = get_call("/poll");
    call.idempotent = true;
    ask(&call, 0);
    fake_http_push(F, (struct fake_answer){.manner = FAKE_CLOSES});
    assert_int_equal(ask(&call, 2000).status, 200);
    assert_int_equal(fake_http_count(F), 3);
}

static void long_answers_are_refused(void **state) {
    (void)state;
    char *big = malloc(HTTP_BODY_MAX + 2);
    memset(big, 'x', HTTP_BODY_MAX + 1);
    big[HTTP_BODY_MAX + 1] = '\0';
    struct gw_call call = get_call("/big");
    fake_http_push(F, (struct fake_answer){.body = big});
    struct gw_answer answer = ask(&call, 0);
    assert_int_equal(answer.status, 0);
    assert_true(answer.left);
    assert_true(str_find(answer.error, STR("answer too long"), 0) != SIZE_MAX);
    big[HTTP_BODY_MAX] = '\0';
    fake_http_push(F, (struct fake_answer){.body = big});
    answer = ask(&call, 0);
    assert_int_equal(answer.status, 200);
    assert_int_equal(answer.body.n, HTTP_BODY_MAX);
    call.answer_max = 100; /* a call may say how much it wants */
    fake_http_push(F, (struct fake_answer){.body = big});
    assert_int_equal(ask(&call, 0).status, 0);
    free(big);
}

static struct gw_answer ask_public(const char *url) {
    struct gw_call call = {.method = STR("GET"), .url = str_from(url)};
    struct gw_answer answer;
    http_wait(P, &call, 1000, false, &A, &answer);
    return answer;
}

static void private_addresses_need_leave(void **state) {
    (void)state;
    static const char *const URLS[] = {"http://127.0.0.1:%d/", "http://localhost:%d/",
                                       "http://[::ffff:127.0.0.1]:%d/", "http://0x7f000001:%d/",
                                       "http://2130706433:%d/"};
    for (size_t i = 0; i < sizeof(URLS) / sizeof(URLS[0]); i++) {
        char url[80];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(url, sizeof(url), URLS[i], fake_http_port(F));
#pragma GCC diagnostic pop
        struct gw_answer answer = ask_public(url);
        assert_int_equal(answer.status, 0);
        assert_false(answer.left);
        assert_true(str_find(answer.error, STR("private addresses"), 0) != SIZE_MAX);
    }
    assert_int_equal(fake_http_count(F), 0);
}

/* A connection opened with leave must not serve a call without it. */
static void kept_connection_is_no_back_door(void **state) {
    (void)state;
    struct gw_call call = get_call("/a");
    assert_int_equal(ask(&call, 0).status, 200);
    struct gw_answer answer = ask_public(fake_http_url(F));
    assert_int_equal(answer.status, 0);
    assert_false(answer.left);
    assert_int_equal(fake_http_count(F), 1);
}

static void test_mode_stays_at_home(void **state) {
    (void)state;
    http_set_loopback_only(P, true);
    struct gw_call home = get_call("/a");
    assert_int_equal(ask(&home, 0).status, 200);
    static const char *const URLS[] = {
        "https://api.telegram.org/botX/sendMessage", "http://10.0.0.1/",
        "http://93.184.216.34/", "http://127.0.0.1.example.org/", "http://[2606:2800::1]/"};
    for (size_t i = 0; i < sizeof(URLS) / sizeof(URLS[0]); i++) {
        struct gw_call call = {.method = STR("GET"), .url = str_from(URLS[i])};
        struct gw_answer answer = ask(&call, 1000);
        assert_int_equal(answer.status, 0);
        assert_false(answer.left);
        assert_true(str_find(answer.error, STR("test mode"), 0) != SIZE_MAX);
        assert_true(str_find(answer.error, STR("botX"), 0) == SIZE_MAX);
    }
}

static void malformed_calls_never_start(void **state) {
    (void)state;
    static const char *const URLS[] = {"", "ftp://127.0.0.1/", "file:///etc/passwd", "http://",
                                       "http://127.0.0.1/a\r\nX: y"};
    for (size_t i = 0; i < sizeof(URLS) / sizeof(URLS[0]); i++) {
        struct gw_call call = {.method = STR("GET"), .url = str_from(URLS[i])};
        struct gw_answer answer = ask(&call, 1000);
        assert_int_equal(answer.status, 0);
        assert_false(answer.left);
        assert_true(answer.error.n > 0);
    }
    struct gw_header h = {STR("X-Name"), STR("a\r\nX-Evil: b")};
    struct gw_call call = get_call("/a");
    call.header = &h;
    call.headers = 1;
    assert_int_equal(ask(&call, 0).status, 0);
    assert_int_equal(fake_http_count(F), 0);
}

static int Answered;

static void count_answer(const struct gw_answer *answer, void *ctx) {
    (void)ctx;
    assert_int_equal(answer->status, 200);
    Answered++;
}

static void many_at_once(void **state) {
    (void)state;
    Answered = 0;
    fake_http_default(F, (struct fake_answer){.delay_ms = 20, .body = "ok"});
    struct gw_call call = get_call("/a");
    for (int i = 0; i < 100; i++) {
        http_start(P, &call, 0, true, count_answer, NULL);
    }
    assert_int_equal(http_running(P), 100);
    while (http_running(P)) {
        http_run(P, 100);
    }
    assert_int_equal(Answered, 100);
    assert_int_equal(fake_http_count(F), 100);
}

static void start_again(const struct gw_answer *answer, void *ctx) {
    struct gw_call *call = ctx;
    assert_int_equal(answer->status, 200);
    if (++Answered < 20) {
        http_start(P, call, 0, true, start_again, call);
    }
}

static void an_answer_may_start_a_call(void **state) {
    (void)state;
    Answered = 0;
    struct gw_call call = get_call("/a");
    http_start(P, &call, 0, true, start_again, &call);
    while (http_running(P)) {
        http_run(P, 1000);
    }
    assert_int_equal(Answered, 20);
}

static void *wake_later(void *ctx) {
    (void)ctx;
    usleep(30000);
    http_wakeup(P);
    return NULL;
}

static void wakeup_ends_the_sleep(void **state) {
    (void)state;
    pthread_t t;
    int64_t before = clock_mono_ms();
    pthread_create(&t, NULL, wake_later, NULL);
    http_run(P, 30000);
    pthread_join(t, NULL);
    assert_true(clock_mono_ms() - before < 20000);
}

static void close_with_calls_under_way(void **state) {
    (void)state;
    struct http_pool *p;
    assert_int_equal(http_open("1", &p, NULL), OK);
    fake_http_default(F, (struct fake_answer){.manner = FAKE_SILENT});
    struct gw_call call = get_call("/a"), bad = {.method = STR("GET"), .url = STR("nope://")};
    http_start(p, &call, 0, true, count_answer, NULL);
    http_start(p, &bad, 0, true, count_answer, NULL);
    http_close(p);
}

static void reach_of_addresses(void **state) {
    (void)state;
    static const char *const PUBLIC[] = {
        "93.184.216.34",    "172.15.0.1",         "172.32.0.1",    "100.63.0.1",
        "2606:2800:220::1", "64:ff9b::5db8:d822", "::ffff:8.8.8.8"};
    static const char *const PRIVATE[] = {
        "10.1.2.3",        "172.16.0.1",      "172.31.255.255",
        "192.168.1.1",     "169.254.169.254", "0.0.0.0",
        "100.64.0.1",      "224.0.0.1",       "255.255.255.255",
        "fe80::1%eth0",    "fc00::1",         "::",
        "::ffff:10.0.0.1", "64:ff9b::a00:1",  "2002:a00:1::",
        "2002:7f00:1::",   "2001::1",         "ff02::1",
        "2001:db8::1",     "nonsense",        ""};
    static const char *const LOOPBACK[] = {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"};
    for (size_t i = 0; i < sizeof(PUBLIC) / sizeof(PUBLIC[0]); i++) {
        assert_int_equal(http_reach(PUBLIC[i]), HTTP_PUBLIC);
    }
    for (size_t i = 0; i < sizeof(PRIVATE) / sizeof(PRIVATE[0]); i++) {
        assert_int_equal(http_reach(PRIVATE[i]), HTTP_PRIVATE);
    }
    for (size_t i = 0; i < sizeof(LOOPBACK) / sizeof(LOOPBACK[0]); i++) {
        assert_int_equal(http_reach(LOOPBACK[i]), HTTP_LOOPBACK);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(post_carries_exact_bytes),
        TEST(redirects_are_not_followed),
        TEST(keeps_connections),
        TEST(each_call_begins_afresh),
        TEST(addresses_arrive_as_written),
        TEST(nothing_left_when_nobody_listens),
        TEST(left_when_the_answer_is_missing),
        TEST(no_silent_second_send),
        TEST(idempotent_may_go_twice),
        TEST(long_answers_are_refused),
        TEST(private_addresses_need_leave),
        TEST(kept_connection_is_no_back_door),
        TEST(test_mode_stays_at_home),
        TEST(malformed_calls_never_start),
        TEST(many_at_once),
        TEST(an_answer_may_start_a_call),
        TEST(wakeup_ends_the_sleep),
        TEST(close_with_calls_under_way),
        cmocka_unit_test(reach_of_addresses),
    };
    return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
