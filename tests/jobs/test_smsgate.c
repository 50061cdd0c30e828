/* test_smsgate.c - an office whose operator is an Android phone: long and Unicode texts both
 * ways, signed reports, a phone that forgets to answer. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/digest.h"
#include "base/json.h"
#include "db/threads.h"
#include "jobs/carriers.h"
#include "jobs/receive.h"
#include "tests/fake/fake_http.h"

#define PHONE "+33639980153"
#define KEY "signing-key-of-nobody-0001"
#define LONG                                                                                         \
    "Ça va être une belle fête à Noël, œufs compris, et tu es invité ; la réponse tient en " \
    "un "                                                                                            \
    "mot. À très bientôt chez nous 🎄"

struct phone {
    struct office o;
    struct fake_http *net;
    pthread_mutex_t lock;
    struct arena a;
    struct str id[20], text[20];
    int sent, repeats, wrong;
    bool lose_answer;
};

static struct phone T;

static bool is_known(struct str id) {
    for (int i = 0; i < T.sent; i++) {
        if (str_eq(T.id[i], id)) {
            return true;
        }
    }
    return false;
}

/* As the app does: an id that was used is refused with 409, and nothing goes twice. */
static void take(const struct fake_request *rq, struct fake_answer *ret) {
    const struct val *v;
    struct str auth = fake_http_header(rq, "Authorization");
    if (!str_is(auth, "Basic bW9pOm1vdC1kZS1wYXNzZQ==") || /* moi:mot-de-passe */
        !str_is(rq->path, "/messages") || json_parse(rq->body, &T.a, &v, NULL) != OK ||
        !str_is(val_at_index(val_get(v, "phoneNumbers"), 0)->text, PHONE)) {
        T.wrong++;
        ret->status = 400;
        return;
    }
    struct str id = arena_str(&T.a, val_get_text(v, "id", STR("")));
    if (is_known(id)) {
        T.repeats++;
        ret->status = 409;
        return;
    }
    T.id[T.sent] = id;
    T.text[T.sent++] =
        arena_str(&T.a, val_get_text(val_get(v, "textMessage"), "text", STR("")));
    ret->status = 202;
    ret->body = fake_http_printf(T.net, "{\"id\":\"%.*s\",\"state\":\"Pending\"}", STR_ARG(id));
    if (T.lose_answer) {
        T.lose_answer = false;
        ret->manner = FAKE_CLOSES;
    }
}

static void answer(const struct fake_request *rq, struct fake_answer *ret, void *ctx) {
    (void)ctx;
    pthread_mutex_lock(&T.lock);
    take(rq, ret);
    pthread_mutex_unlock(&T.lock);
}

static void open_office(void) {
    static char yaml[600];
    memset(&T, 0, sizeof T);
    arena_init(&T.a);
    pthread_mutex_init(&T.lock, NULL);
    T.net = fake_http_start();
    fake_http_handler(T.net, answer, NULL);
    setenv("REBOND_TEST_PASSWORD", "mot-de-passe", 1);
    setenv("REBOND_TEST_KEY", KEY, 1);
    snprintf(
        yaml, sizeof yaml,
        "  - {name: sms, gateway: smsgate_android, base_url: '%s', username: moi, password: "
        "'env:REBOND_TEST_PASSWORD', signing_key: 'env:REBOND_TEST_KEY', allow_private: "
        "oui, text_policy: exact}\n",
        fake_http_url(T.net));
    office_open(&T.o, yaml, NULL);
    office_youth(&T.o, "Awa", PHONE);
}

static void close_office(void) {
    office_close(&T.o);
    fake_http_stop(T.net);
    pthread_mutex_destroy(&T.lock);
    arena_done(&T.a);
}

/* What the app posts to us, signed as it signs. */
static enum rc posts(const char *body, const char *key, int64_t age_s) {
    struct arena *a = &T.o.a;
    unsigned char mac[DIGEST_MAX];
    struct str stamp = arena_printf(a, "%lld", (long long)(service_now(&T.o.s) / 1000 - age_s));
    size_t n = digest_hmac(DIGEST_SHA256, str_from(key),
                           arena_printf(a, "%s%.*s", body, STR_ARG(stamp)), mac);
    struct gw_header h[] = {{STR("x-signature"), digest_hex(mac, n, a)},
                            {STR("x-timestamp"), stamp}};
    struct gw_request rq = {.method = STR("POST"),
                            .path = STR("/hook/sms"),
                            .action = STR(""),
                            .header = h,
                            .headers = 2,
                            .body = str_from(body),
                            .now_ms = service_now(&T.o.s)};
    struct receive_item *item;
    struct err err = {0};
    int status;
    enum rc rc = receive_parse(&T.o.s, STR("sms"), &rq, &item, &status, &err);
    if (rc == OK) {
        assert_int_equal(receive_offer(&T.o.s, item), OK);
        office_settle(&T.o);
    }
    return rc;
}

static enum rc comes(const char *id, const char *text) {
    return posts(arena_printf(&T.o.a,
                              "{\"event\":\"sms:received\",\"payload\":{\"messageId\":\"%s\","
                              "\"message\":\"%s\",\"sender\":\"" PHONE
                              "\",\"receivedAt\":\"2026-03-03T10:00:00+01:00\"}}",
                              id, text)
                     .p,
                 KEY, 0);
}

static void report(const char *event, struct str id) {
    assert_int_equal(
        posts(arena_printf(&T.o.a, "{\"event\":\"%s\",\"payload\":{\"messageId\":\"%.*s\"}}",
                           event, STR_ARG(id))
                  .p,
              KEY, 0),
        OK);
}

static struct thread_line *newest(bool inbound) {
    struct thread_line *line;
    size_t n = 0;
    int64_t who = office_contact(&T.o, PHONE);
    assert_int_equal(threads_read(T.o.s.db, who, 50, &T.o.a, &line, &n), OK);
    while (n > 0 && line[n - 1].inbound != inbound) {
        n--;
    }
    assert_true(n > 0);
    return &line[n - 1];
}

static void long_unicode_both_ways(void **unused) {
    (void)unused;
    open_office();
    assert_int_equal(comes("in-1", LONG), OK);
    assert_true(str_is(newest(true)->text, LONG));
    assert_int_equal(T.sent, 1); /* answered, and the answer is whole */
    assert_true(str_eq(T.text[0], newest(false)->text));
    assert_int_equal(comes("in-1", LONG), OK); /* the app repeats fifteen times */
    assert_int_equal(T.sent, 1);
    assert_int_equal(T.wrong, 0);
    close_office();
}

static void reports_in_any_order(void **unused) {
    (void)unused;
    open_office();
    assert_int_equal(comes("in-1", "aide"), OK);
    assert_int_equal(newest(false)->state, OUTBOX_SENT);
    report("sms:delivered", T.id[0]);
    report("sms:sent", T.id[0]); /* late: nothing goes back */
    assert_int_equal(newest(false)->state, OUTBOX_DELIVERED);
    report("sms:failed", STR("an-id-of-nobody"));
    assert_int_equal(newest(false)->state, OUTBOX_DELIVERED);
    close_office();
}

/* The phone has the message and its answer is lost: asking again is safe, it knows our id. */
static void a_lost_answer_is_asked_again_and_sent_once(void **unused) {
    (void)unused;
    open_office();
    T.lose_answer = true;
    assert_int_equal(comes("in-1", "aide"), OK);
    office_pass(&T.o, 2 * MS_MINUTE);
    assert_int_equal(T.sent, 1);
    assert_int_equal(T.repeats, 1);
    assert_int_equal(newest(false)->state, OUTBOX_SENT);
    report("sms:delivered", T.id[0]);
    assert_int_equal(newest(false)->state, OUTBOX_DELIVERED);
    close_office();
}

static void forged_and_replayed(void **unused) {
    (void)unused;
    static const char body[] = "{\"event\":\"sms:received\",\"payload\":{\"messageId\":\"x\","
                               "\"message\":\"STOP\",\"sender\":\"" PHONE "\"}}";
    open_office();
    assert_int_equal(posts(body, "another-key", 0), E_DENIED);
    assert_int_equal(posts(body, KEY, 301), E_DENIED);
    assert_int_equal(posts(body, KEY, -301), E_DENIED);
    assert_int_equal(posts(body, KEY, 10), OK);
    close_office();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_unicode_both_ways),
        cmocka_unit_test(reports_in_any_order),
        cmocka_unit_test(a_lost_answer_is_asked_again_and_sent_once),
        cmocka_unit_test(forged_and_replayed),
    };
    return cmocka_run_group_tests_name("smsgate", tests, NULL, NULL);
}
