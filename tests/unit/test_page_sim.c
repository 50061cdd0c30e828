/* test_page_sim.c - the simulator's WebSocket with a pretended service behind it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/val.h"
#include "web/asset.h"
#include "web/page_sim.h"

/* ---- a service of two phones that repeats what it is told */

static struct {
    pthread_mutex_t lock;
    struct sim_message said[2][50];
    char text[2][50][100];
    size_t n[2];
    int64_t now, next_at;
    enum rc say_rc;
    char payload[70];
} fake = {.lock = PTHREAD_MUTEX_INITIALIZER};

static struct page_sim *sim;
static struct server *srv;
static pthread_t thread;
static struct arena arena;

static void keep(int phone, bool from_phone, struct str text, enum sim_status status) {
    size_t i = fake.n[phone]++;
    snprintf(fake.text[phone][i], sizeof fake.text[phone][i], "%.*s", STR_ARG(text));
    fake.said[phone][i] =
        (struct sim_message){.id = 9007199254740993LL + phone * 1000 + (int64_t)i,
                             .from_phone = from_phone,
                             .text = str_from(fake.text[phone][i]),
                             .at_ms = fake.now,
                             .status = status};
}

static enum rc phones(void *ctx, struct arena *a, struct sim_phone **ret, size_t *ret_n) {
    (void)ctx;
    struct sim_phone *p = ARENA_ARRAY(a, struct sim_phone, 2);
    p[0] = (struct sim_phone){STR("ines"),   STR("Inès"),   STR("06 39 98 01 23"),
                              STR("19 ans"), STR("36 180"), SIM_SMS};
    p[1] = (struct sim_phone){STR("lea"), STR("Léa <b>"), STR("@lea"),
                              STR(""),    STR("Rebond"),  SIM_TELEGRAM};
    *ret = p;
    *ret_n = 2;
    return OK;
}

static enum rc history(void *ctx, struct str phone, size_t max, struct arena *a,
                       struct sim_message **ret, size_t *ret_n) {
    (void)ctx;
    (void)max;
    int i = str_is(phone, "lea");
    pthread_mutex_lock(&fake.lock);
    *ret = ARENA_ARRAY(a, struct sim_message, fake.n[i] + 1);
    memcpy(*ret, fake.said[i], fake.n[i] * sizeof **ret);
    *ret_n = fake.n[i];
    pthread_mutex_unlock(&fake.lock);
    return OK;
}

static enum rc say(void *ctx, struct str phone, struct str text, struct str payload,
                   bool contact) {
    (void)ctx;
    pthread_mutex_lock(&fake.lock);
    int i = str_is(phone, "lea");
    enum rc rc = fake.say_rc;
    if (rc == OK) {
        snprintf(fake.payload, sizeof fake.payload, "%.*s", STR_ARG(payload));
        keep(i, true, contact ? STR("contact") : text, SIM_RECEIVED);
        keep(i, false, STR("Bonjour"), SIM_QUEUED);
    }
    pthread_mutex_unlock(&fake.lock);
    page_sim_changed(sim);
    return rc;
}

static int64_t now(void *ctx) {
    (void)ctx;
    return fake.now;
}

static struct str zone(void *ctx) {
    (void)ctx;
    return STR("Europe/Paris");
}

static enum rc advance(void *ctx, int64_t ms) {
    (void)ctx;
    fake.now += ms;
    return OK;
}

static enum rc next(void *ctx, struct arena *a, int64_t *ret_ms, struct str *ret_what) {
    (void)ctx;
    (void)a;
    if (fake.next_at <= fake.now) {
        return NONE;
    }
    *ret_ms = fake.next_at;
    *ret_what = STR("rappel");
    return OK;
}

/* ---- a browser by hand */

static void must_send(int fd, const void *p, size_t n) {
    assert_int_equal(send(fd, p, n, MSG_NOSIGNAL), (ssize_t)n);
}

static void must_read(int fd, void *p, size_t n) {
    char *c = p;
    while (n) {
        struct pollfd f = {fd, POLLIN, 0};
        assert_int_equal(poll(&f, 1, 3000), 1);
        ssize_t k = recv(fd, c, n, 0);
        assert_true(k > 0);
        c += k;
        n -= (size_t)k;
    }
}

static int dial(void) {
    char r[400], c = 0, last[4] = "";
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)server_port(srv))};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    int n =
        snprintf(r, sizeof r,
                 "GET /sim/ws HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\nUpgrade: websocket\r\n"
                 "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                 "Sec-WebSocket-Version: 13\r\n\r\n");
    must_send(fd, r, (size_t)n);
    while (memcmp(last, "\r\n\r\n", 4) != 0) {
        must_read(fd, &c, 1);
        memmove(last, last + 1, 3);
        last[3] = c;
    }
    return fd;
}

static void ask(int fd, const char *json) {
    unsigned char h[8] = {0x81, (unsigned char)(0x80 | strlen(json))};
    assert_true(strlen(json) < 126);
    must_send(fd, h, 6);
    must_send(fd, json, strlen(json));
}

static const struct val *hear(int fd) {
    unsigned char h[4];
    const struct val *v = NULL;
    must_read(fd, h, 2);
    assert_int_equal(h[0], 0x81);
    size_t n = h[1];
    assert_true(n < 127);
    if (n == 126) {
        must_read(fd, h + 2, 2);
        n = (size_t)h[2] * 256 + h[3];
    }
    char *text = arena_alloc(&arena, n + 1);
    must_read(fd, text, n);
    assert_int_equal(json_parse((struct str){text, n}, &arena, &v, NULL), OK);
    return v;
}

/* The next message of this type; others are passed over. */
static const struct val *hear_type(int fd, const char *type) {
    for (int i = 0; i < 30; i++) {
        const struct val *v = hear(fd);
        if (str_is(val_get_text(v, "type", STR_EMPTY), type)) {
            return v;
        }
    }
    fail_msg("no message of type %s", type);
    return NULL;
}

static bool text_is(const struct val *v, const char *path, const char *want) {
    const struct val *x = val_path(v, path);
    return val_is(x, VAL_TEXT) && str_is(x->text, want);
}

static int hello(void) {
    int fd = dial();
    ask(fd, "{\"type\":\"hello\"}");
    hear_type(fd, "clock");
    hear_type(fd, "clock"); /* of the look, and of the greeting itself */
    return fd;
}

/* ---- tests */

static void test_hello(void **state) {
    (void)state;
    int fd = dial();
    keep(0, false, STR("Bienvenue"), SIM_DELIVERED);
    ask(fd, "{\"type\":\"hello\"}");
    const struct val *v = hear_type(fd, "phones");
    assert_true(text_is(v, "phones.0.id", "ines"));
    assert_true(text_is(v, "phones.1.name", "Léa <b>"));
    assert_true(text_is(v, "phones.1.kind", "telegram"));
    v = hear_type(fd, "thread");
    assert_true(text_is(v, "phone", "ines"));
    assert_true(text_is(v, "messages.0.text", "Bienvenue"));
    /* past 2^53: a number would lose its last digits in a browser */
    assert_true(text_is(v, "messages.0.id", "9007199254740993"));
    v = hear_type(fd, "clock");
    assert_int_equal(val_get_int(v, "now", 0), fake.now);
    assert_true(text_is(v, "zone", "Europe/Paris"));
    close(fd);
}

static void test_say_reaches_all(void **state) {
    (void)state;
    int one = hello(), two = hello();
    ask(one, "{\"type\":\"say\",\"phone\":\"lea\",\"text\":\"Oui\",\"payload\":\"p1\"}");
    for (int i = 0; i < 2; i++) {
        const struct val *v = hear_type(i ? two : one, "message");
        assert_true(text_is(v, "phone", "lea"));
        assert_true(text_is(v, "message.dir", "in"));
        assert_true(text_is(v, "message.text", "Oui"));
        v = hear_type(i ? two : one, "message");
        assert_true(text_is(v, "message.dir", "out"));
        assert_true(text_is(v, "message.status", "queued"));
    }
    assert_string_equal(fake.payload, "p1");
    pthread_mutex_lock(&fake.lock);
    fake.said[1][fake.n[1] - 1].status = SIM_DELIVERED;
    pthread_mutex_unlock(&fake.lock);
    page_sim_changed(sim);
    assert_true(text_is(hear_type(two, "status"), "status", "delivered"));
    ask(one, "{\"type\":\"contact\",\"phone\":\"lea\"}");
    assert_true(text_is(hear_type(two, "message"), "message.text", "contact"));
    close(one);
    close(two);
}

static void test_clock(void **state) {
    (void)state;
    int fd = hello();
    int64_t t = fake.now;
    ask(fd, "{\"type\":\"clock\",\"advance_ms\":3600000}");
    assert_true(val_get_bool(hear_type(fd, "busy"), "on", false));
    assert_int_equal(val_get_int(hear_type(fd, "clock"), "now", 0), t + MS_HOUR);
    assert_false(val_get_bool(hear_type(fd, "busy"), "on", true));
    fake.next_at = t + MS_DAY;
    ask(fd, "{\"type\":\"clock\",\"to\":\"next\"}");
    hear_type(fd, "busy");
    const struct val *v = hear_type(fd, "clock");
    assert_int_equal(val_get_int(v, "now", 0), t + MS_DAY);
    assert_true(val_is(val_get(v, "next"), VAL_NULL));
    ask(fd, "{\"type\":\"clock\",\"to\":\"next\"}");
    hear_type(fd, "error");
    ask(fd, "{\"type\":\"clock\",\"advance_ms\":-5}");
    hear_type(fd, "error");
    ask(fd, "{\"type\":\"clock\",\"advance_ms\":99999999999999}");
    hear_type(fd, "error");
    assert_int_equal(fake.now, t + MS_DAY);
    close(fd);
}

static void test_nonsense(void **state) {
    static const char *const bad[] = {"", "null", "[1]", "{\"type\":\"dance\"}", "{\"type\":7}",
                                      "{"};
    (void)state;
    int fd = hello();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ask(fd, bad[i]);
        hear_type(fd, "error");
    }
    fake.say_rc = E_BUSY;
    ask(fd, "{\"type\":\"say\",\"phone\":\"ines\",\"text\":\"x\"}");
    assert_true(text_is(hear_type(fd, "error"), "phone", "ines"));
    fake.say_rc = OK;
    ask(fd, "{\"type\":\"hello\"}");
    hear_type(fd, "phones");
    close(fd);
}

static void *serve(void *arg) {
    assert_int_equal(server_run(arg), OK);
    return NULL;
}

static int start(void **state) {
    static struct server_ws ws;
    static struct route routes[2];
    struct sim_backend b = {NULL, phones, history, say, now, zone, advance, next};
    struct server_options o = {0};
    struct err err;
    (void)state;
    alarm(60);
    arena_init(&arena);
    fake.now = 1794900000000;
    sim = page_sim_new(&b);
    ws = page_sim_socket(sim);
    routes[0] = (struct route){"GET", "/sim", false, 0, page_sim_show, sim};
    routes[1] = (struct route){"GET", "/assets/", true, 0, asset_serve, NULL};
    if (server_start(&o, routes, 2, &ws, 1, &srv, &err) != OK) {
        return -1;
    }
    page_sim_start(sim, srv);
    return pthread_create(&thread, NULL, serve, srv);
}

static int end(void **state) {
    (void)state;
    server_stop(srv);
    pthread_join(thread, NULL);
    page_sim_free(sim);
    server_free(srv);
    arena_done(&arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hello),
        cmocka_unit_test(test_say_reaches_all),
        cmocka_unit_test(test_clock),
        cmocka_unit_test(test_nonsense),
    };
    return cmocka_run_group_tests(tests, start, end);
}
