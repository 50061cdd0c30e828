/* test_server.c - the server against raw sockets: pipelining, slow and vanishing clients,
 * crowds. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/server_rig.h"

#include <sys/un.h>

/* What libwebsockets 4.1.6 hangs on, or answers twice, when its connection stays open. */
#define COMBINATIONS(p)                                                                        \
    {{G(p) G(p)}, "GET:0"}, {{G(p) P(p)}, "GET:0"}, {{P(p) G(p)}, "POST:5"},                   \
        {{P(p) P(p)}, "POST:5"}, {{G(p) G(p) P(p)}, "GET:0"}, {{G(p) P(p) P(p)}, "GET:0"},     \
        {{P(p) P(p) P(p)}, "POST:5"}, {{G(p) "garbage"}, "GET:0"},                             \
        {{P(p) "trailing bytes"}, "POST:5"}, {{P(p) "\r\n"}, "POST:5"},                        \
        {{PH(p) "he", "llo" G(p)}, "POST:5"},                                                  \
        {{"POST " p " HTTP/1.1\r\nHost: x\r\nConte", "nt-Length: 5\r\n\r\nhello" P(p)},        \
         "POST:5"},                                                                            \
        {{PH(p), "hello" P(p)}, "POST:5"},                                                     \
        {{G(p) "POST " p " HTTP/1.1\r\nHo", "st: x\r\nContent-Length: 5\r\n\r\nhello"},        \
         "GET:0"},                                                                             \
        {{G(p) PH(p), "hello"}, "GET:0"}, {{P0(p) G(p)}, "POST:0"}, {                          \
        {P0(p) P(p)}, "POST:0"                                                                 \
    }

static const struct combination {
    const char *part[3];
    const char *body;
} NOW[] = {COMBINATIONS("/now")}, LATER[] = {COMBINATIONS("/later")};

static void pipelined(const struct combination *c, size_t n) {
    assert_int_equal(n, 17);
    for (size_t i = 0; i < n; i++) {
        atomic_store(&posts, 0);
        expect(c[i].part, 200, c[i].body);
        /* the first request is answered, once; nothing after it is taken for a second one */
        assert_int_equal(atomic_load(&posts), c[i].body[0] == 'P' ? 1 : 0);
        alive();
    }
}

static void test_pipelined_now(void **state) {
    (void)state;
    pipelined(NOW, sizeof NOW / sizeof NOW[0]);
}

static void test_pipelined_later(void **state) {
    (void)state;
    pipelined(LATER, sizeof LATER / sizeof LATER[0]);
}

static void test_byte_by_byte(void **state) {
    (void)state;
    static const char text[] = P("/later") G("/now");
    char got[2000];
    bool closed;
    int fd = dial();
    for (size_t i = 0; i < sizeof text - 1; i++) {
        put(fd, text + i, 1);
        usleep(500);
    }
    drain(fd, got, sizeof got, 4000, &closed);
    close(fd);
    assert_true(closed);
    assert_non_null(strstr(got, "POST:5"));
    alive();
}

static void test_refusals(void **state) {
    (void)state;
    static const struct {
        const char *request;
        int status;
    } c[] = {
        {"POST /now HTTP/1.1\r\nHost: x\r\n\r\n", 411},
        {"POST /now HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411},
        {"POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
         400},
        {"POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
         400},
        {"POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: "
         "chunked\r\n\r\nhello",
         400},
        {"POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400},
        {"POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 5x\r\n\r\nhello", 400},
        {"POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", 400},
        {"POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n", 413},
        {"GET /now HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", 400},
        {"GET /now HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400},
        {"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", 404},
        {"POST /big HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 405},
        {"DELETE /now HTTP/1.1\r\nHost: x\r\n\r\n", 405},
        {"BREW /now HTTP/1.1\r\nHost: x\r\n\r\n", 403},
    };
    for (size_t i = 0; i < sizeof c / sizeof c[0]; i++) {
        expect1(c[i].request, c[i].status, NULL);
        alive();
    }
}

static void test_too_long(void **state) {
    (void)state;
    struct buf r;
    buf_init(&r, 300000);
    for (size_t n = 15000; n <= 17000; n += 2000) {
        buf_reset(&r);
        buf_puts(&r, "GET /now HTTP/1.1\r\nHost: x\r\nCookie: ");
        buf_add(&r, big, n);
        buf_puts(&r, "\r\n\r\n");
        expect1(buf_cstr(&r), n > 16000 ? 431 : 200, NULL);
    }
    /* a body announced too long is refused although the client goes on sending it */
    buf_reset(&r);
    buf_puts(&r, "POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 150000\r\n\r\n");
    buf_add(&r, big, 150000);
    expect1(buf_cstr(&r), 413, NULL);
    buf_done(&r);
    alive();
}

static void test_request_is_seen_right(void **state) {
    (void)state;
    expect1("GET /echo/a%20b?x=1%262%2B&y=%C3%A9+z HTTP/1.1\r\nHost: x\r\nX-Test-Signature: "
            "abc=\r\n"
            "Cookie: a=1; sid=42\r\nX-Forwarded-For: 9.9.9.9\r\n\r\n",
            200,
            "path=/echo/a b tail=a b query=x=1%262%2B&y=%C3%A9%20z x=abc= sid=42 ip=127.0.0.1 "
            "https=0");
    expect1("GET /echo/deep/x HTTP/1.1\r\nHost: x\r\n\r\n", 200, "GET:0");
    expect1("HEAD /now HTTP/1.1\r\nHost: x\r\n\r\n", 200, "");
    expect1("GET /now HTTP/1.0\r\n\r\n", 200, "GET:0");
}

static void test_headers_of_answers(void **state) {
    (void)state;
    char got[4000];
    int fd = dial();
    puts_fd(fd, "GET /inject HTTP/1.1\r\nHost: x\r\n\r\n");
    drain(fd, got, sizeof got, 3000, NULL);
    close(fd);
    assert_non_null(strstr(got, "content-security-policy: default-src 'none'"));
    assert_non_null(strstr(got, "frame-ancestors 'none'"));
    assert_non_null(strstr(got, "x-content-type-options: nosniff\r\n"));
    assert_non_null(strstr(got, "referrer-policy: no-referrer\r\n"));
    assert_non_null(strstr(got, "connection: close\r\n"));
    assert_null(strstr(got, "set-cookie"));
}

static void test_expect_continue(void **state) {
    (void)state;
    char got[2000];
    int fd = dial();
    puts_fd(
        fd,
        "POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    drain(fd, got, sizeof got, 300, NULL);
    assert_int_equal(status_of(got), 100);
    puts_fd(fd, "hello");
    drain(fd, got, sizeof got, 3000, NULL);
    close(fd);
    assert_non_null(strstr(got, "POST:5"));
}

static uint32_t chance; /* the same bytes each run */

static uint32_t roll(uint32_t n) {
    chance = chance * 1664525u + 1013904223u;
    return (chance >> 8) % n;
}

static size_t mutate(char *b, size_t n, size_t max) {
    static const char *const scrap[] = {"\r\n",
                                        "\r\n\r\n",
                                        ": ",
                                        "%00",
                                        "?&=&",
                                        "Content-Length: 3\r\n",
                                        "Transfer-Encoding: chunked\r\n",
                                        "Expect: 100-continue\r\n",
                                        "Upgrade: h2c\r\n",
                                        P("/later"),
                                        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"};
    for (uint32_t k = roll(8); k > 0 && n > 0; k--) {
        size_t at = roll((uint32_t)n);
        const char *piece = scrap[roll(sizeof scrap / sizeof scrap[0])];
        size_t len = strlen(piece);
        if (roll(3) == 0) {
            b[at] = (char)roll(256);
        } else if (roll(2) == 0 && n + len < max) {
            memmove(b + at + len, b + at, n - at);
            memcpy(b + at, piece, len);
            n += len;
        } else {
            size_t gone = roll(20) < n - at ? roll(20) : n - at;
            gone = gone > n - at ? n - at : gone;
            memmove(b + at, b + at + gone, n - at - gone);
            n -= gone;
        }
    }
    return n;
}

static void test_garbage(void **state) {
    (void)state;
    static const char *const seed[] = {
        G("/now"), P("/now"), P("/later"), G("/echo/a%20b?x=1%26&y=%zz"),
        "GET /ws HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\nUpgrade: websocket\r\nConnection: "
        "Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: "
        "13\r\n\r\n\x81\x85"
        "abcdhello"};
    char b[2000];
    chance = 7;
    for (int i = 0; i < 1500; i++) {
        const char *from = seed[roll(sizeof seed / sizeof seed[0])];
        size_t n = strlen(from);
        memcpy(b, from, n);
        n = mutate(b, n, sizeof b);
        int fd = dial();
        size_t half = n ? roll((uint32_t)n) : 0;
        put(fd, b, half);
        put(fd, b + half, n - half);
        close(fd);
        if (i % 100 == 0) {
            alive();
        }
    }
    alive();
}

static void test_slow_clients(void **state) {
    (void)state;
    int idle = dial(), half = dial(), body = dial(), drip = dial(), gone = dial();
    puts_fd(half, "GET /now HTTP/1.1\r\nHost: ");
    puts_fd(body, PH("/now") "he");
    puts_fd(drip, "POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n");
    puts_fd(gone, PH("/now") "he");
    close(gone);
    /* a drop now and then must not keep the door open for ever */
    int64_t end = clock_mono_ms() + 6000;
    bool closed = false;
    while (!closed && clock_mono_ms() < end) {
        struct pollfd p = {drip, POLLIN, 0};
        char c;
        put(drip, "x", 1);
        closed = poll(&p, 1, 200) > 0 && recv(drip, &c, 1, 0) <= 0;
    }
    assert_true(closed);
    close(drip);
    wait_closed(half, 4000);
    wait_closed(body, 4000);
    wait_closed(idle, 4000);
    alive();
}

static void test_headers_dripped(void **state) {
    (void)state;
    int fd = dial();
    puts_fd(fd, "GET /now HTTP/1.1\r\nX-A: ");
    int64_t end = clock_mono_ms() + 6000;
    bool closed = false;
    while (!closed && clock_mono_ms() < end) {
        struct pollfd p = {fd, POLLIN, 0};
        char c;
        put(fd, "x", 1);
        closed = poll(&p, 1, 200) > 0 && recv(fd, &c, 1, 0) <= 0;
    }
    close(fd);
    assert_true(closed);
}

static void test_handler_never_answers(void **state) {
    (void)state;
    struct web_answer late = {.status = 200, .body = STR("late")};
    expect1("GET /never HTTP/1.1\r\nHost: x\r\n\r\n", 503, NULL);
    server_answer(srv, atomic_load(&held_id), &late);
    alive();
}

static void test_client_leaves_first(void **state) {
    (void)state;
    for (int i = 0; i < 50; i++) {
        int fd = dial();
        puts_fd(fd, P("/later"));
        usleep(1000);
        if (i % 2) { /* half of them by reset */
            struct linger l = {1, 0};
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof l);
        }
        close(fd);
    }
    usleep(150 * 1000);
    alive();
}

static void test_large_answer(void **state) {
    (void)state;
    char *got = malloc(sizeof big + 4000);
    bool closed;
    int fd = dial();
    puts_fd(fd, "GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
    size_t n = drain(fd, got, sizeof big + 4000, 10000, &closed);
    close(fd);
    char *b = strstr(got, "\r\n\r\n");
    assert_true(closed);
    assert_non_null(b);
    assert_int_equal(n - (size_t)(b + 4 - got), sizeof big);
    assert_memory_equal(b + 4, big, sizeof big);
    /* one that does not read is not waited for */
    fd = dial();
    puts_fd(fd, "GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
    struct server_stats st;
    int64_t end = clock_mono_ms() + 8000;
    do {
        usleep(50 * 1000);
        server_stats(srv, &st);
    } while (st.connections > 0 && clock_mono_ms() < end);
    close(fd);
    free(got);
    assert_int_equal(st.connections, 0);
}

static void test_a_thousand_idle(void **state) {
    (void)state;
    static int fd[1000];
    struct server_stats st;
    for (int i = 0; i < 999; i++) {
        fd[i] = dial();
        if (i % 3 == 0) {
            puts_fd(fd[i], "GET /now HTTP/1.1\r\n");
        }
    }
    alive();
    /* one more than allowed is turned away, not queued */
    for (int i = 0; i < 200; i++) {
        usleep(10 * 1000);
        server_stats(srv, &st);
        if (st.connections >= 999) {
            break;
        }
    }
    fd[999] = dial();
    int extra = dial();
    wait_closed(extra, 500);
    for (int i = 0; i < 1000; i++) {
        close(fd[i]);
    }
    usleep(300 * 1000);
    alive();
    server_stats(srv, &st);
    assert_true(st.connections < 10);
}

static void test_unix_proxy(void **state) {
    (void)state;
    struct server *tcp = srv;
    pthread_t tcp_thread = thread;
    int tcp_port = port;
    struct server_options o = FAST;
    char path[] = "/tmp/rebond-test-XXXXXX", got[4000];
    bool closed;
    assert_true(mkstemp(path) >= 0);
    unlink(path);
    o.unix_path = path;
    o.trust_proxy = true;
    o.max_connections = 4; /* fewer than requests: each gives its slot back */
    start(&o);
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    memcpy(a.sun_path, path, sizeof path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    /* one connection, several requests one after the other */
    for (int i = 0; i < 5; i++) {
        puts_fd(fd, i % 2 ? P("/later") : P("/now"));
        drain(fd, got, sizeof got, 250, &closed);
        assert_false(closed);
        assert_non_null(strstr(got, "POST:5"));
    }
    puts_fd(fd, "GET /echo/ HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 6.6.6.6, 9.9.9.9\r\n"
                "X-Forwarded-Proto: https\r\n\r\n");
    drain(fd, got, sizeof got, 250, &closed);
    assert_non_null(strstr(got, "ip=9.9.9.9 https=1"));
    close(fd);
    server_stop(srv);
    pthread_join(thread, NULL);
    server_free(srv);
    unlink(path);
    srv = tcp;
    thread = tcp_thread;
    port = tcp_port;
    snprintf(origin_ok, sizeof origin_ok, "Origin: http://127.0.0.1:%d\r\n", port);
}

static void test_port_taken(void **state) {
    (void)state;
    struct server *second = NULL;
    struct err err = {0};
    struct server_options o = {.port = port};
    assert_int_equal(server_start(&o, ROUTES, 1, NULL, 0, &second, &err), E_IO);
    assert_null(second);
    assert_non_null(strstr(err.text, "127.0.0.1"));
}

int main(void) {
    struct rlimit l;
    getrlimit(RLIMIT_NOFILE, &l);
    l.rlim_cur = l.rlim_max < 4096 ? l.rlim_max : 4096;
    setrlimit(RLIMIT_NOFILE, &l);
    alarm(180); /* a hung service thread must fail the test, not the day */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pipelined_now),
        cmocka_unit_test(test_pipelined_later),
        cmocka_unit_test(test_byte_by_byte),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_too_long),
        cmocka_unit_test(test_request_is_seen_right),
        cmocka_unit_test(test_headers_of_answers),
        cmocka_unit_test(test_expect_continue),
        cmocka_unit_test(test_garbage),
        cmocka_unit_test(test_slow_clients),
        cmocka_unit_test(test_headers_dripped),
        cmocka_unit_test(test_handler_never_answers),
        cmocka_unit_test(test_client_leaves_first),
        cmocka_unit_test(test_large_answer),
        cmocka_unit_test(test_a_thousand_idle),
        cmocka_unit_test(test_unix_proxy),
        cmocka_unit_test(test_port_taken),
    };
    return cmocka_run_group_tests(tests, group_start, group_end);
}
