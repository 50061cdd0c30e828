/* test_server.c - the server against raw sockets: pipelining, slow and vanishing clients,
 * crowds. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "web/server.h"

static struct server *srv;
static int port;
static atomic_int posts, ticks, ws_opens, ws_closes;
static _Atomic int64_t last_ws, held_id;
static char big[3 * 1024 * 1024];

/* handlers */

static void text_answer(const struct web_request *r, int status, struct str body) {
    struct web_answer a = {.status = status, .content_type = STR("text/plain"), .body = body};
    server_answer(r->server, r->id, &a);
}

static void on_now(const struct web_request *r, void *ctx) {
    (void)ctx;
    atomic_fetch_add(&posts, str_is(r->method, "POST") ? 1 : 0);
    text_answer(r, 200, arena_printf(r->arena, "%.*s:%zu", STR_ARG(r->method), r->body.n));
}

struct later {
    int64_t id;
    char text[40];
};

static void *answer_later(void *arg) {
    struct later *l = arg;
    struct web_answer a = {.status = 200, .content_type = STR("text/plain")};
    usleep(60 * 1000);
    a.body = str_from(l->text);
    server_answer(srv, l->id, &a);
    server_answer(srv, l->id, &a); /* a second answer must do no harm */
    free(l);
    return NULL;
}

static void on_later(const struct web_request *r, void *ctx) {
    (void)ctx;
    pthread_t t;
    struct later *l = malloc(sizeof *l);
    atomic_fetch_add(&posts, str_is(r->method, "POST") ? 1 : 0);
    l->id = r->id;
    snprintf(l->text, sizeof l->text, "%.*s:%zu", STR_ARG(r->method), r->body.n);
    pthread_create(&t, NULL, answer_later, l);
    pthread_detach(t);
}

static void on_never(const struct web_request *r, void *ctx) {
    (void)ctx;
    atomic_store(&held_id, r->id);
}

static void on_big(const struct web_request *r, void *ctx) {
    (void)ctx;
    text_answer(r, 200, (struct str){big, sizeof big});
}

static void on_echo(const struct web_request *r, void *ctx) {
    (void)ctx;
    text_answer(r, 200,
                arena_printf(
                    r->arena, "path=%.*s tail=%.*s query=%.*s x=%.*s sid=%.*s ip=%.*s https=%d",
                    STR_ARG(r->path), STR_ARG(r->tail), STR_ARG(r->query),
                    STR_ARG(request_header(r, "x-test-signature")),
                    STR_ARG(request_cookie(r, "sid")), STR_ARG(r->remote_ip), r->secure));
}

static void on_inject(const struct web_request *r, void *ctx) {
    (void)ctx;
    struct web_header h = {STR("x-evil"), STR("a\r\nset-cookie: b=c")};
    struct web_answer a = {.status = 200, .header = &h, .headers = 1, .body = STR("ok")};
    server_answer(r->server, r->id, &a);
}

static const struct route ROUTES[] = {
    {"GET", "/now", false, 0, on_now, NULL},
    {"POST", "/now", false, 65536, on_now, NULL},
    {"GET", "/later", false, 0, on_later, NULL},
    {"POST", "/later", false, 65536, on_later, NULL},
    {"GET", "/never", false, 0, on_never, NULL},
    {"GET", "/big", false, 0, on_big, NULL},
    {"GET", "/echo/", true, 0, on_echo, NULL},
    {"GET", "/echo/deep/", true, 0, on_now, NULL},
    {"GET", "/inject", false, 0, on_inject, NULL},
};

static void ws_open(int64_t ws, void *ctx) {
    (void)ctx;
    atomic_fetch_add(&ws_opens, 1);
    atomic_store(&last_ws, ws);
}

static void ws_text(int64_t ws, struct str text, void *ctx) {
    (void)ctx;
    if (str_is(text, "flood")) {
        for (int i = 0; i < 64; i++) {
            server_ws_send(srv, ws, (struct str){big, 65536});
        }
        return;
    }
    server_ws_send(srv, ws, text);
}

static void ws_close(int64_t ws, void *ctx) {
    (void)ws;
    (void)ctx;
    atomic_fetch_add(&ws_closes, 1);
}

static bool ws_accept(const struct web_request *r, void *ctx) {
    (void)ctx;
    return !str_is(request_cookie(r, "sid"), "bad");
}

static const struct server_ws SOCKETS[] = {
    {"/ws", 100000, ws_accept, ws_open, ws_text, ws_close, NULL}};

static void on_tick(void *ctx) {
    (void)ctx;
    atomic_fetch_add(&ticks, 1);
}

/* client side */

static int dial(void) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    return fd;
}

static void put(int fd, const char *p, size_t n) {
    while (n) {
        ssize_t k = send(fd, p, n, MSG_NOSIGNAL);
        if (k <= 0) {
            return; /* the server may have closed: the answer is what counts */
        }
        p += k;
        n -= (size_t)k;
    }
}

static void puts_fd(int fd, const char *text) {
    put(fd, text, strlen(text));
}

/* Reads to the end, or for `ms`. Returns the length; *ret_closed tells whether the peer closed.
 */
static size_t drain(int fd, char *out, size_t max, int ms, bool *ret_closed) {
    size_t n = 0;
    int64_t end = clock_mono_ms() + ms;
    bool closed = false;
    while (n + 1 < max && !closed) {
        struct pollfd p = {fd, POLLIN, 0};
        int64_t left = end - clock_mono_ms();
        if (left <= 0 || poll(&p, 1, (int)left) <= 0) {
            break;
        }
        ssize_t k = recv(fd, out + n, max - 1 - n, 0);
        closed = k <= 0;
        n += k > 0 ? (size_t)k : 0;
    }
    out[n] = '\0';
    if (ret_closed) {
        *ret_closed = closed;
    }
    return n;
}

static int status_of(const char *answer) {
    return strncmp(answer, "HTTP/1.", 7) == 0 ? atoi(answer + 9) : 0;
}

/* Sends the parts with pauses between, expects `status` and the connection closed. */
static void expect(const char *const *part, int status, const char *body) {
    char got[4096];
    bool closed;
    int fd = dial();
    for (; *part; part++) {
        puts_fd(fd, *part);
        usleep(part[1] ? 30 * 1000 : 0);
    }
    drain(fd, got, sizeof got, 4000, &closed);
    close(fd);
    assert_true(closed);
    assert_int_equal(status_of(got), status);
    if (body) {
        const char *b = strstr(got, "\r\n\r\n");
        assert_non_null(b);
        assert_string_equal(b + 4, body);
    }
}

static void expect1(const char *request, int status, const char *body) {
    const char *part[] = {request, NULL};
    expect(part, status, body);
}

static void alive(void) {
    expect1("GET /now HTTP/1.1\r\nHost: x\r\n\r\n", 200, "GET:0");
}

/* tests */

#define G(p) "GET " p " HTTP/1.1\r\nHost: x\r\n\r\n"
#define P(p) "POST " p " HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
#define PH(p) "POST " p " HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n"
#define P0(p) "POST " p " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
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
    char *r = malloc(200000), *p = r;
    p += sprintf(p, "GET /now HTTP/1.1\r\nHost: x\r\nCookie: ");
    memset(p, 'a', 17000);
    strcpy(p + 17000, "\r\n\r\n");
    expect1(r, 431, NULL);
    memset(p, 'a', 15000);
    strcpy(p + 15000, "\r\n\r\n");
    expect1(r, 200, "GET:0");
    /* a body announced too long is refused although the client goes on sending it */
    p = r + sprintf(r, "POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: 150000\r\n\r\n");
    memset(p, 'b', 150000);
    p[150000] = '\0';
    expect1(r, 413, NULL);
    alive();
    free(r);
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

/* Waits until the peer closes; fails the test when it has not after `ms`. */
static void wait_closed(int fd, int ms) {
    char got[4000];
    bool closed;
    drain(fd, got, sizeof got, ms, &closed);
    close(fd);
    assert_true(closed);
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

/* WebSocket by hand: client frames are masked (with zeros here). */
static int ws_dial(const char *path, const char *more, char *got, size_t max) {
    char r[1000];
    int fd = dial();
    snprintf(
        r, sizeof r,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s\r\n",
        path, port, more);
    puts_fd(fd, r);
    drain(fd, got, max, 400, NULL);
    return fd;
}

static void ws_put(int fd, int op, const char *p, size_t n) {
    unsigned char h[14] = {(unsigned char)(0x80 | op)};
    size_t k = 2;
    if (n < 126) {
        h[1] = (unsigned char)(0x80 | n);
    } else if (n < 65536) {
        h[1] = 0x80 | 126;
        h[2] = (unsigned char)(n >> 8);
        h[3] = (unsigned char)n;
        k = 4;
    } else {
        h[1] = 0x80 | 127;
        for (int i = 0; i < 8; i++) {
            h[2 + i] = (unsigned char)((uint64_t)n >> (56 - 8 * i));
        }
        k = 10;
    }
    put(fd, (char *)h, k + 4);
    put(fd, p, n);
}

/* Expects a close frame with this code, answers it, and the end of the connection. */
static void ws_wait_close(int fd, int code) {
    unsigned char want[4] = {0x88, 2, (unsigned char)(code >> 8), (unsigned char)code};
    char got[100];
    assert_int_equal(drain(fd, got, 5, 3000, NULL), 4);
    assert_memory_equal(got, want, 4);
    ws_put(fd, 8, (char *)want + 2, 2);
    wait_closed(fd, 3000);
}

static char origin_ok[60];

static void test_ws_talk(void **state) {
    (void)state;
    static char got[100000];
    int fd = ws_dial("/ws", origin_ok, got, sizeof got);
    assert_int_equal(status_of(got), 101);
    ws_put(fd, 1, "bonjour", 7);
    drain(fd, got, sizeof got, 400, NULL);
    assert_memory_equal(got,
                        "\x81\x07"
                        "bonjour",
                        9);
    ws_put(fd, 1, big, 20000); /* arrives in pieces of 4096, comes back whole */
    size_t n = drain(fd, got, sizeof got, 600, NULL);
    assert_int_equal(n, 20004);
    ws_put(fd, 1, "\xff\xfe", 2);
    ws_wait_close(fd, 1007);
    alive();
}

static void test_ws_refused(void **state) {
    (void)state;
    char got[2000], more[200];
    close(ws_dial("/ws", "Origin: http://evil.example\r\n", got, sizeof got));
    assert_int_equal(status_of(got), 403);
    close(ws_dial("/ws", "", got, sizeof got));
    assert_int_equal(status_of(got), 403);
    close(ws_dial("/other", origin_ok, got, sizeof got));
    assert_int_equal(status_of(got), 404);
    snprintf(more, sizeof more, "%sCookie: sid=bad\r\n", origin_ok);
    close(ws_dial("/ws", more, got, sizeof got));
    assert_int_equal(status_of(got), 403);
    alive();
}

static void test_ws_limits(void **state) {
    (void)state;
    static char got[4000];
    int fd = ws_dial("/ws", origin_ok, got, sizeof got);
    ws_put(fd, 1, big, 100001);
    ws_wait_close(fd, 1009);
    /* asks for more than it reads: closed, and the others are still served */
    fd = ws_dial("/ws", origin_ok, got, sizeof got);
    int before = atomic_load(&ws_closes);
    ws_put(fd, 1, "flood", 5);
    for (int i = 0; i < 200 && atomic_load(&ws_closes) == before; i++) {
        usleep(50 * 1000);
        if (i == 5) {
            alive();
        }
    }
    assert_int_equal(atomic_load(&ws_closes), before + 1);
    close(fd);
    server_ws_send(srv, atomic_load(&last_ws), STR("nobody")); /* gone: dropped */
    alive();
}

static void *serve(void *arg) {
    assert_int_equal(server_run(arg), OK);
    return NULL;
}

static pthread_t thread;

static void start(const struct server_options *o) {
    struct err err = {0};
    enum rc rc =
        server_start(o, ROUTES, sizeof ROUTES / sizeof ROUTES[0], SOCKETS, 1, &srv, &err);
    if (rc != OK) {
        print_error("%s\n", err.text);
    }
    assert_int_equal(rc, OK);
    port = server_port(srv);
    snprintf(origin_ok, sizeof origin_ok, "Origin: http://127.0.0.1:%d\r\n", port);
    pthread_create(&thread, NULL, serve, srv);
}

static const char *const KEEP[] = {"x-test-signature", NULL};
static const struct server_options FAST = {.header_ms = 1000,
                                           .body_idle_ms = 1000,
                                           .body_total_ms = 2000,
                                           .answer_ms = 1500,
                                           .write_ms = 1500,
                                           .drain_ms = 4000,
                                           .keep_header = KEEP,
                                           .tick = on_tick,
                                           .tick_ms = 50};

static int group_start(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof big; i++) {
        big[i] = (char)('a' + i % 23);
    }
    start(&FAST);
    return 0;
}

static int group_end(void **state) {
    (void)state;
    server_stop(srv);
    pthread_join(thread, NULL);
    server_free(srv);
    return atomic_load(&ticks) > 5 && atomic_load(&ws_opens) == atomic_load(&ws_closes) ? 0
                                                                                        : -1;
}

static void test_stop(void **state) {
    (void)state;
    char got[2000];
    int ws = ws_dial("/ws", origin_ok, got, sizeof got), req = dial();
    puts_fd(req, P("/later"));
    usleep(20 * 1000);
    server_stop(srv);
    drain(req, got, sizeof got, 2000, NULL);
    assert_non_null(strstr(got, "POST:5")); /* in flight: still answered */
    ws_wait_close(ws, 1001);
    pthread_join(thread, NULL);
    close(req);
    server_free(srv);
    start(&FAST);
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
    start(&o);
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    strcpy(a.sun_path, path);
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
        cmocka_unit_test(test_slow_clients),
        cmocka_unit_test(test_headers_dripped),
        cmocka_unit_test(test_handler_never_answers),
        cmocka_unit_test(test_client_leaves_first),
        cmocka_unit_test(test_large_answer),
        cmocka_unit_test(test_a_thousand_idle),
        cmocka_unit_test(test_ws_talk),
        cmocka_unit_test(test_ws_refused),
        cmocka_unit_test(test_ws_limits),
        cmocka_unit_test(test_unix_proxy),
        cmocka_unit_test(test_port_taken),
        cmocka_unit_test(test_stop),
    };
    return cmocka_run_group_tests(tests, group_start, group_end);
}
