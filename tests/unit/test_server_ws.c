/* test_server_ws.c - WebSockets of the server, frame by frame, and how it stops. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/server_rig.h"

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

int main(void) {
    alarm(120);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ws_talk),
        cmocka_unit_test(test_ws_refused),
        cmocka_unit_test(test_ws_limits),
        cmocka_unit_test(test_stop),
    };
    return cmocka_run_group_tests(tests, group_start, group_end);
}
