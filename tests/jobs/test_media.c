/* test_media.c - a picture sent to the bot is fetched after the message is safe, weighed,
 * recognised and kept. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "db/contacts.h"
#include "db/files.h"
#include "jobs/media.h"
#include "jobs/poll.h"
#include "jobs/receive.h"
#include "tests/fake/fake_http.h"
#include "tests/fake/fake_telegram.h"

#define CHAT "770001"
#define TOKEN "123456:not-a-secret-of-anything-abcdefghij"

struct desk {
    struct office o;
    struct fake_telegram *net;
    char log[100000];
    size_t logged;
};

static void remember(const char *line, void *ctx) {
    struct desk *d = ctx;
    size_t n = strlen(line);
    if (d->logged + n + 1 < sizeof d->log) {
        memcpy(d->log + d->logged, line, n + 1);
        d->logged += n;
    }
}

static void open_desk(struct desk *d, const char *more) {
    char yaml[512];
    memset(d, 0, sizeof *d);
    setenv("REBOND_TEST_TOKEN", TOKEN, 1);
    d->net = fake_telegram_start(TOKEN);
    snprintf(yaml, sizeof yaml,
             "  - {name: chat, gateway: telegram, token: 'env:REBOND_TEST_TOKEN', mode: poll, "
             "api_url: '%s',\n"
             "     poll_seconds: 1, allow_private: oui, per_second: 1000, per_person: 0}\n",
             fake_telegram_url(d->net));
    office_open(&d->o, yaml, more);
    log_capture(remember, d);
    poll_setup(&d->o.s);
}

static void close_desk(struct desk *d) {
    log_capture(NULL, NULL);
    office_close(&d->o);
    fake_telegram_stop(d->net);
}

static void photo(struct desk *d, const char *file_id) {
    char body[600];
    snprintf(body, sizeof body,
             "\"message\":{\"message_id\":5,\"from\":{\"id\":" CHAT
             ",\"is_bot\":false,\"first_name\":\"Alix\"},\"chat\":{\"id\":" CHAT
             ",\"type\":\"private\"},\"date\":1772528400,\"caption\":\"mon CV\",\"document\":{"
             "\"file_id\":\"%s\",\"mime_type\":\"image/jpeg\"}}",
             file_id);
    fake_telegram_update(d->net, body);
}

static struct file_row *files(struct desk *d, size_t *ret_n) {
    struct file_row *list = NULL;
    int64_t who = office_contact(&d->o, CHAT);
    *ret_n = 0;
    if (who) {
        assert_int_equal(files_of(d->o.s.db, who, &d->o.a, &list, ret_n), OK);
    }
    return list;
}

/* The wire takes real time: turns the wheel until the n-th file has ended, or was put off. */
static struct file_row turn_until(struct desk *d, size_t n) {
    struct file_row *list = NULL;
    size_t got = 0;
    for (int i = 0; i < 400; i++) {
        service_round(&d->o.s, 20);
        list = files(d, &got);
        bool begun = got >= n && (list[n - 1].state != FILE_WAITING || list[n - 1].reason.n);
        if (begun && media_in_flight(&d->o.s) == 0) {
            break;
        }
    }
    assert_int_equal(got, n);
    return list[n - 1];
}

static void kept_after_the_message(void **unused) {
    (void)unused;
    static struct desk d;
    struct str bytes;
    struct file_row row;
    open_desk(&d, NULL);
    photo(&d, "photo_1");
    row = turn_until(&d, 1);
    assert_int_equal(row.state, FILE_KEPT);
    assert_true(str_is(row.type, "image/jpeg"));
    assert_int_equal(files_get(d.o.s.db, row.id, &d.o.a, &row, &bytes), OK);
    assert_true(str_is(bytes, "\xff\xd8\xff\xe0 a photo"));
    close_desk(&d);
}

/* The bytes decide, not what was said of them. */
static void what_is_no_picture_is_refused(void **unused) {
    (void)unused;
    static struct desk d;
    open_desk(&d, "files: {megabytes: 1}\n");
    photo(&d, "page_1");
    assert_int_equal(turn_until(&d, 1).state, FILE_REFUSED);
    photo(&d, "big_1");
    struct file_row row = turn_until(&d, 2);
    assert_int_equal(row.state, FILE_REFUSED);
    assert_true(str_is(row.reason, "too big"));
    photo(&d, "lost");
    assert_int_equal(turn_until(&d, 3).state, FILE_GONE);
    close_desk(&d);
}

/* Files of a server that is down are asked for again; words are there all the while. */
static void asked_for_again(void **unused) {
    (void)unused;
    static struct desk d;
    open_desk(&d, NULL);
    fake_telegram_fail_files(d.net, 1, 503);
    photo(&d, "photo_1");
    struct file_row row = turn_until(&d, 1);
    assert_int_equal(row.state, FILE_WAITING);
    assert_int_equal(row.tries, 1);
    clock_advance(&d.o.s.clock, 2 * MS_MINUTE);
    for (int i = 0; i < 200 && row.state == FILE_WAITING; i++) {
        service_round(&d.o.s, 20);
        size_t n;
        row = files(&d, &n)[0];
    }
    assert_int_equal(row.state, FILE_KEPT);
    close_desk(&d);
}

static void only_so_many_a_day(void **unused) {
    (void)unused;
    static struct desk d;
    open_desk(&d, "files: {daily: 1, keep: 2 j}\n");
    photo(&d, "photo_1");
    assert_int_equal(turn_until(&d, 1).state, FILE_KEPT);
    photo(&d, "photo_2");
    assert_int_equal(turn_until(&d, 2).state, FILE_REFUSED);
    clock_advance(&d.o.s.clock, 3 * MS_DAY); /* and none for ever */
    for (int i = 0; i < 5; i++) {
        service_round(&d.o.s, 20);
    }
    size_t n;
    assert_int_equal(files(&d, &n)[0].state, FILE_GONE);
    close_desk(&d);
}

static void none_when_the_office_wants_none(void **unused) {
    (void)unused;
    static struct desk d;
    size_t n;
    open_desk(&d, "files: {fetch: non}\n");
    photo(&d, "photo_1");
    for (int i = 0; i < 100 && !office_contact(&d.o, CHAT); i++) {
        service_round(&d.o.s, 20);
    }
    files(&d, &n);
    assert_int_equal(n, 0);
    assert_int_equal(fake_telegram_calls(d.net, "getFile"), 0);
    close_desk(&d);
}

/* The bot's token is in the address the bytes come from: it must be nowhere else. */
static void the_token_stays_inside(void **unused) {
    (void)unused;
    static struct desk d;
    char path[200], *all;
    size_t n;
    open_desk(&d, NULL);
    photo(&d, "photo_1");
    turn_until(&d, 1);
    photo(&d, "page_1");
    turn_until(&d, 2);
    fake_telegram_fail_files(d.net, 1, 503);
    photo(&d, "photo_2");
    turn_until(&d, 3);
    assert_true(d.logged > 0);
    assert_null(strstr(d.log, "not-a-secret-of-anything"));
    static const char *const ENDS[] = {"", "-wal"};
    for (size_t i = 0; i < 2 && !getenv("REBOND_TEST_PG"); i++) {
        snprintf(path, sizeof path, "%.*s%s", STR_ARG(d.o.config.database), ENDS[i]);
        FILE *f = fopen(path, "rb");
        assert_non_null(f);
        all = malloc(64 << 20);
        n = fread(all, 1, 64 << 20, f);
        fclose(f);
        assert_true(n > 0);
        assert_true(str_find((struct str){all, n}, STR("not-a-secret-of-anything"), 0) ==
                    SIZE_MAX);
        free(all);
    }
    close_desk(&d);
}

/* ---- a file that only a token opens, by a descriptor */

#define PHONE "33639980154"

static struct fake_http *GRAPH;

static void graph(const struct fake_request *rq, struct fake_answer *ret, void *ctx) {
    (void)ctx;
    bool may = str_is(fake_http_header(rq, "Authorization"), "Bearer a-token-of-nobody");
    if (!may) {
        ret->status = 401;
    } else if (str_is(rq->path, "/photo")) {
        ret->body = fake_http_printf(GRAPH, "{\"url\":\"%s/bytes\"}", fake_http_url(GRAPH));
    } else if (str_is(rq->path, "/moved")) {
        ret->body = fake_http_printf(GRAPH, "{\"url\":\"%s/away\"}", fake_http_url(GRAPH));
    } else if (str_is(rq->path, "/away")) {
        ret->status = 302;
        ret->headers = "Location: http://127.0.0.1:1/secret\r\n";
    } else if (str_is(rq->path, "/bytes")) {
        ret->body = "\x89PNG\r\n\x1a\n....";
    } else {
        ret->status = 404;
    }
}

static void sends_file(struct office *o, const char *id, const char *attachment) {
    struct receive_item *item = receive_item_new();
    struct inbound *in = ARENA_NEW(&item->a, struct inbound);
    struct str *file = ARENA_NEW(&item->a, struct str);
    *file = str_from(attachment);
    *in = (struct inbound){.gateway = STR("whatsapp_cloud"),
                           .channel = STR("wa"),
                           .provider_id = str_from(id),
                           .from = {STR("whatsapp"), STR(PHONE)},
                           .text = STR("voilà"),
                           .attachment = file,
                           .attachments = 1};
    item->channel = in->channel;
    item->parsed = (struct gw_parsed){.in = in, .ins = 1};
    assert_int_equal(receive_offer(&o->s, item), OK);
    for (int i = 0; i < 60; i++) {
        service_round(&o->s, 10);
    }
}

static void a_token_opens_it(void **unused) {
    (void)unused;
    static const struct {
        const char *attachment;
        enum file_state want;
    } all[] = {{"image/jpeg:wa-file:photo", FILE_KEPT},
               {"image/jpeg:wa-file:gone", FILE_GONE},
               {"image/jpeg:wa-file:moved", FILE_GONE}};
    struct office o;
    char yaml[400];
    GRAPH = fake_http_start();
    fake_http_handler(GRAPH, graph, NULL);
    setenv("REBOND_TEST_TOKEN", "a-token-of-nobody", 1);
    snprintf(yaml, sizeof yaml,
             "  - {name: wa, gateway: whatsapp_cloud, address: '1', auth_token: "
             "'env:REBOND_TEST_TOKEN', base_url: '%s', allow_private: oui}\n",
             fake_http_url(GRAPH));
    office_open(&o, yaml, NULL);
    for (size_t i = 0; i < 3; i++) {
        struct file_row *list;
        size_t n;
        char id[8];
        snprintf(id, sizeof id, "m%zu", i);
        sends_file(&o, id, all[i].attachment);
        int64_t who = office_contact(&o, PHONE);
        assert_int_equal(files_of(o.s.db, who, &o.a, &list, &n), OK);
        assert_int_equal(n, i + 1);
        assert_int_equal(list[i].state, all[i].want);
    }
    /* an address in a message, loopback at that: nobody is sent there */
    sends_file(&o, "m9", arena_printf(&o.a, "image/png:%s/bytes", fake_http_url(GRAPH)).p);
    for (size_t i = 0; i < fake_http_count(GRAPH); i++) {
        struct fake_request rq = fake_http_request(GRAPH, i);
        assert_true(fake_http_header(&rq, "Authorization").n > 0);
    }
    office_close(&o);
    fake_http_stop(GRAPH);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kept_after_the_message),
        cmocka_unit_test(what_is_no_picture_is_refused),
        cmocka_unit_test(asked_for_again),
        cmocka_unit_test(only_so_many_a_day),
        cmocka_unit_test(none_when_the_office_wants_none),
        cmocka_unit_test(the_token_stays_inside),
        cmocka_unit_test(a_token_opens_it),
    };
    return cmocka_run_group_tests_name("media", tests, NULL, NULL);
}
