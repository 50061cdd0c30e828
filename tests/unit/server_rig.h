/* server_rig.h - a server with pretended pages, and clients made of raw sockets. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef TESTS_SERVER_RIG_H
#define TESTS_SERVER_RIG_H

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

#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "web/server.h"

static struct server *srv;
static int port;
static atomic_int posts, ticks, ws_opens, ws_closes;
static _Atomic int64_t last_ws, held_id;
static char big[3 * 1024 * 1024];

static char origin_ok[60]; /* header of a page of ours */

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
    return strncmp(answer, "HTTP/1.", 7) == 0 ? (int)strtol(answer + 9, NULL, 10) : 0;
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

/* Waits until the peer closes; fails the test when it has not after `ms`. */
static void wait_closed(int fd, int ms) {
    char got[4000];
    bool closed;
    drain(fd, got, sizeof got, ms, &closed);
    close(fd);
    assert_true(closed);
}

/* whole requests */
#define G(p) "GET " p " HTTP/1.1\r\nHost: x\r\n\r\n"
#define P(p) "POST " p " HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
#define PH(p) "POST " p " HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n"
#define P0(p) "POST " p " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
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

#endif
