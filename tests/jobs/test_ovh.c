/* test_ovh.c - replies fetched from OVH's interface by an office that nobody can call; its fake
 * checks each signature. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/digest.h"
#include "db/threads.h"
#include "jobs/carriers.h"
#include "tests/fake/fake_http.h"

#define APP_SECRET "app-secret-of-nobody-0001"
#define CONSUMER "consumer-of-nobody-000001"
#define THEIR_LEAD 1000 /* seconds their clock is ahead of ours */
#define PHONE "+33639980151"

struct ovh {
    struct office o;
    struct fake_http *net;
    pthread_mutex_t lock;
    const char *text[10]; /* of messages 100, 101...; NULL: withdrawn */
    int messages;
    int wrong_signatures, out_of_time, lists, times;
    int64_t their_now;
};

static struct ovh T;

/* The wire gives the path; what was signed is the address as we know it. */
static bool is_signed(const struct fake_request *rq) {
    struct arena a;
    unsigned char out[DIGEST_MAX];
    arena_init(&a);
    struct str stamp = fake_http_header(rq, "X-Ovh-Timestamp");
    struct str said = fake_http_header(rq, "X-Ovh-Signature");
    struct str text = arena_printf(&a, "%s+%s+%.*s+%s%.*s%s%.*s+%.*s+%.*s", APP_SECRET,
                                   CONSUMER, STR_ARG(rq->method), fake_http_url(T.net),
                                   STR_ARG(rq->path), rq->query.n ? "?" : "",
                                   STR_ARG(rq->query), STR_ARG(rq->body), STR_ARG(stamp));
    digest_hash(DIGEST_SHA1, text, out);
    struct str want = arena_printf(&a, "$1$%.*s", STR_ARG(digest_hex(out, 20, &a)));
    bool good = str_eq(want, said);
    int64_t at = 0;
    if (!str_to_i64(stamp, &at) || at < T.their_now - 30 || at > T.their_now + 30) {
        T.out_of_time++;
        good = false;
    }
    T.wrong_signatures += !good;
    arena_done(&a);
    return good;
}

static const char *list_of_ids(void) {
    static char list[200];
    size_t n = 0;
    for (int i = T.messages - 1; i >= 0;
         i--) { /* newest first: the order is nobody's promise */
        n += (size_t)snprintf(list + n, sizeof list - n, "%s%d", n ? "," : "[", 100 + i);
    }
    snprintf(list + n, sizeof list - n, "%s]", n ? "" : "[");
    return list;
}

static void answer_in(const struct fake_request *rq, struct fake_answer *ret) {
    struct str base = STR("/1.0/sms/sms-xx0-1/incoming");
    struct str rest = str_sub(rq->path, base.n, rq->path.n);
    int64_t id = 0;
    if (str_eq(rq->path, STR("/1.0/auth/time"))) {
        T.times++;
        ret->body = fake_http_printf(T.net, "%lld", (long long)T.their_now);
    } else if (!str_starts(rq->path, base)) {
        ret->status = 404;
    } else if (!is_signed(rq)) {
        ret->status = 403;
    } else if (!rest.n) {
        T.lists++;
        ret->body = list_of_ids();
    } else if (str_to_i64(str_sub(rest, 1, rest.n), &id) && id - 100 < T.messages &&
               T.text[id - 100]) {
        ret->body = fake_http_printf(T.net,
                                     "{\"id\":%lld,\"sender\":\"" PHONE "\",\"message\":\"%s\","
                                     "\"creationDatetime\":\"2026-03-03T09:58:00+01:00\","
                                     "\"tag\":null,\"credits\":0}",
                                     (long long)id, T.text[id - 100]);
    } else {
        ret->status = 404;
        ret->body = "{\"message\":\"This object does not exist\"}";
    }
}

static void answer(const struct fake_request *rq, struct fake_answer *ret, void *ctx) {
    (void)ctx;
    pthread_mutex_lock(&T.lock);
    answer_in(rq, ret);
    pthread_mutex_unlock(&T.lock);
}

static void open_office(void) {
    static char yaml[800];
    memset(&T, 0, sizeof T);
    pthread_mutex_init(&T.lock, NULL);
    T.net = fake_http_start();
    T.their_now = OFFICE_START / 1000 + THEIR_LEAD;
    fake_http_handler(T.net, answer, NULL);
    setenv("REBOND_TEST_OVH_SECRET", APP_SECRET, 1);
    setenv("REBOND_TEST_OVH_CONSUMER", CONSUMER, 1);
    snprintf(yaml, sizeof yaml,
             "  - {name: sms, gateway: ovh_sms, app_key: "
             "'env:REBOND_TEST_OVH_CONSUMER', app_secret: 'env:REBOND_TEST_OVH_SECRET', "
             "consumer_key: 'env:REBOND_TEST_OVH_CONSUMER', "
             "service_name: sms-xx0-1, poll: oui, base_url: '%s/1.0', time_url: "
             "'%s/1.0/auth/time', allow_private: oui}\n",
             fake_http_url(T.net), fake_http_url(T.net));
    office_open(&T.o, yaml, NULL);
}

static void close_office(void) {
    office_close(&T.o);
    fake_http_stop(T.net);
    pthread_mutex_destroy(&T.lock);
}

static void comes(const char *text) {
    pthread_mutex_lock(&T.lock);
    T.text[T.messages++] = text;
    pthread_mutex_unlock(&T.lock);
}

static int read_count(const int *n) {
    pthread_mutex_lock(&T.lock);
    int v = *n;
    pthread_mutex_unlock(&T.lock);
    return v;
}

static int64_t stored(const char *text) {
    int64_t n = 0, who = office_contact(&T.o, PHONE);
    struct thread_line *line;
    size_t lines = 0;
    if (who && threads_read(T.o.s.db, who, 50, &T.o.a, &line, &lines) == OK) {
        for (size_t i = 0; i < lines; i++) {
            n += line[i].inbound && str_is(line[i].text, text);
        }
    }
    return n;
}

/* The wire takes real time. */
static void turn_until(const char *text) {
    T.o.s.carrier[0].poll_after_ms = 0; /* the minute between two looks is over */
    for (int i = 0; i < 300 && !stored(text); i++) {
        service_round(&T.o.s, 10);
    }
    assert_int_equal(stored(text), 1);
}

static void fetched_in_order_and_once(void **unused) {
    (void)unused;
    open_office();
    comes("SALUT");
    comes("Lina");
    turn_until("Lina");
    assert_int_equal(stored("SALUT"), 1);
    assert_int_equal(read_count(&T.wrong_signatures), 0);
    assert_int_equal(read_count(&T.times), 1); /* their clock was asked once, and kept */
    close_office();
}

/* After a restart nothing comes twice: the cursor is stored with what it covers. */
static void the_cursor_lasts(void **unused) {
    (void)unused;
    open_office();
    comes("SALUT");
    turn_until("SALUT");
    office_restart(&T.o);
    int before = read_count(&T.lists);
    comes("Lina");
    turn_until("Lina");
    assert_int_equal(stored("SALUT"), 1);
    assert_true(read_count(&T.lists) > before);
    close_office();
}

/* One that was deleted between the list and the question does not hold the others. */
static void a_withdrawn_message_is_passed(void **unused) {
    (void)unused;
    open_office();
    comes(NULL);
    comes("Lina");
    turn_until("Lina");
    close_office();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fetched_in_order_and_once),
        cmocka_unit_test(the_cursor_lasts),
        cmocka_unit_test(a_withdrawn_message_is_passed),
    };
    return cmocka_run_group_tests_name("ovh", tests, NULL, NULL);
}
