/* test_secrets.c - at the chattiest log level, whatever providers answer and strangers send: no
 * secret, number or text in a log line, an error or a stored reason. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/digest.h"
#include "base/json.h"
#include "base/log.h"
#include "db/addresses.h"
#include "db/channels.h"
#include "db/sql.h"
#include "jobs/carriers.h"
#include "jobs/deliver.h"
#include "jobs/poll.h"
#include "jobs/receive.h"
#include "tests/fake/fake_http.h"

/* What must never be seen, by the variable that holds it. */
static const char *const SECRETS[][2] = {
    {"REBOND_TEST_PASSWORD", "Kannel-p4ss/w&rd=42"},
    {"REBOND_TEST_HOOK", "kannelHookSecret0123456789"},
    {"REBOND_TEST_TOKEN", "987654:telegram-token-ABCDEFGHIJKLMNOPQRSTU"},
    {"REBOND_TEST_HEADER", "telegramHeaderSecret-987"},
    {"REBOND_TEST_OVHKEY", "ovhApplicationSecret11"},
    {"REBOND_TEST_OVHCK", "ovhConsumerKey222222"},
    {"REBOND_TEST_OVHHOOK", "ovhHookSecret3333333"},
    {"REBOND_TEST_TWILIO", "twilioAuthToken444444"},
};
#define N_SECRETS (sizeof SECRETS / sizeof *SECRETS)
#define PHONE "+33639980150"
#define DIGITS "33639980150"
#define CHAT "770001"
#define TEXT "Rendez-vous confidentiel de Awa"

struct desk {
    struct office o;
    struct fake_http *provider;
    struct buf log;
    struct buf said; /* errors and reasons, beside the log */
    int64_t youth, tel, chat;
};

static void keep_line(const char *line, void *ctx) {
    buf_printf(ctx, "%s\n", line);
    if (getenv("REBOND_TEST_LOG")) {
        fprintf(stderr, "%s\n", line);
    }
}

/* A provider that repeats in its refusal all that it was sent: the worst there is. */
static void parrot(const struct fake_request *rq, struct fake_answer *ret, void *ctx) {
    static const int STATUS[] = {400, 401, 403, 500, 404, 429};
    struct fake_http *f = *(struct fake_http **)ctx;
    static size_t n;
    struct arena a;
    arena_init(&a);
    struct str all =
        arena_printf(&a, "%.*s %.*s %.*s %.*s", STR_ARG(rq->path), STR_ARG(rq->query),
                     STR_ARG(gw_url_decode(rq->query, true, &a)), STR_ARG(rq->body));
    struct val_builder *v = val_map_begin(&a);
    val_put(v, "ok", &VAL_FALSE);
    val_put(v, "error_code", val_int(&a, STATUS[n % 6]));
    val_put(v, "description", val_text(&a, all));
    val_put(v, "message", val_text(&a, all));
    val_put(v, "code", val_int(&a, 99999));
    struct str json = json_text(val_end(v), &a);
    /* Kannel's answers are plain text */
    bool plain = str_find(rq->path, STR("sendsms"), 0) != SIZE_MAX;
    struct str body = plain ? arena_printf(&a, "Refused: %.*s", STR_ARG(all)) : json;
    ret->status = STATUS[n++ % 6];
    ret->headers = "Content-Type: application/json\r\n";
    ret->body = fake_http_printf(f, "%.*s", STR_ARG(body));
    arena_done(&a);
}

static void open_desk(struct desk *d) {
    struct arena a;
    for (size_t i = 0; i < N_SECRETS; i++) {
        setenv(SECRETS[i][0], SECRETS[i][1], 1);
    }
    d->provider = fake_http_start();
    buf_init(&d->log, 8 << 20);
    buf_init(&d->said, 1 << 20);
    arena_init(&a);
    const char *url = fake_http_url(d->provider);
    struct str yaml = arena_printf(
        &a,
        "  - {name: sms, gateway: kannel, send_url: '%s/cgi-bin/sendsms', username: u,\n"
        "     password: 'env:REBOND_TEST_PASSWORD', secret: 'env:REBOND_TEST_HOOK',\n"
        "     failover: non, allow_private: oui, per_person: 0}\n"
        "  - {name: chat, gateway: telegram, token: 'env:REBOND_TEST_TOKEN', mode: hook,\n"
        "     secret_token: 'env:REBOND_TEST_HEADER', api_url: '%s', allow_private: oui,\n"
        "     per_person: 0}\n"
        "  - {name: ovh, gateway: ovh_sms, app_key: 'env:REBOND_TEST_OVHKEY', failover: non,\n"
        "     app_secret: 'env:REBOND_TEST_OVHKEY', consumer_key: 'env:REBOND_TEST_OVHCK',\n"
        "     service_name: sms-1, hook_secret: 'env:REBOND_TEST_OVHHOOK', per_person: 0,\n"
        "     base_url: '%s/1.0', time_url: '%s/1.0/auth/time', allow_private: oui}\n"
        "  - {name: tw, gateway: twilio, account_sid: AC0, failover: non, per_person: 0,\n"
        "     auth_token: 'env:REBOND_TEST_TWILIO', address: '+33700000000',\n"
        "     send_url: '%s', allow_private: oui}\n",
        url, url, url, url, url);
    office_open(&d->o, arena_cstr(&a, yaml),
                "public_url: https://bot.example.org\nsending:\n  attempts: 3\n");
    arena_done(&a);
    log_set_level(LOG_LVL_DEBUG);
    log_capture(keep_line, &d->log);
    d->youth = office_youth(&d->o, "Awa", PHONE);
    struct contact_address addr;
    assert_int_equal(
        addresses_find(d->o.s.db, (struct address){STR("tel"), STR(PHONE)}, &d->o.a, &addr),
        OK);
    d->tel = addr.id;
    assert_int_equal(sql_begin(d->o.s.db, SQL_WRITE), OK);
    assert_int_equal(addresses_add(d->o.s.db, d->youth,
                                   (struct address){STR("telegram"), STR(CHAT)}, STR("chat"),
                                   service_now(&d->o.s), &d->chat),
                     OK);
    assert_int_equal(sql_commit(d->o.s.db), OK);
}

static void close_desk(struct desk *d) {
    office_close(&d->o);
    log_set_level(LOG_LVL_INFO);
    fake_http_stop(d->provider);
    buf_done(&d->log);
    buf_done(&d->said);
}

static int64_t queue(struct desk *d, const char *channel) {
    struct outbox_row m = {.contact_id = d->youth,
                           .kind = STR("reply"),
                           .address_id = str_is(str_from(channel), "chat") ? d->chat : d->tel,
                           .text = STR(TEXT),
                           .channel = str_from(channel),
                           .expires_ms = service_now(&d->o.s) + MS_DAY};
    assert_int_equal(sql_begin(d->o.s.db, SQL_WRITE), OK);
    assert_int_equal(outbox_put(d->o.s.db, &m, NULL, &d->o.a, service_now(&d->o.s)), OK);
    assert_int_equal(sql_commit(d->o.s.db), OK);
    return m.id;
}

static void look_for(struct str in, struct str what, const char *name) {
    size_t at = str_find(in, what, 0);
    if (what.n > 0 && at != SIZE_MAX) {
        size_t from = at > 80 ? at - 80 : 0;
        fail_msg("%s is seen: ...%.*s...", name, STR_ARG(str_sub(in, from, at + what.n + 20)));
    }
}

static void look(struct desk *d, struct str in) {
    for (size_t i = 0; i < N_SECRETS; i++) {
        struct str s = str_from(SECRETS[i][1]);
        look_for(in, s, SECRETS[i][0]);
        look_for(in, gw_url_encode(s, &d->o.a), SECRETS[i][0]);
        look_for(in, digest_base64(s.p, s.n, &d->o.a), SECRETS[i][0]);
    }
    struct str basic = arena_printf(&d->o.a, "AC0:%s", SECRETS[7][1]);
    look_for(in, digest_base64(basic.p, basic.n, &d->o.a), "the Authorization of Twilio");
    look_for(in, STR(DIGITS), "the phone number");
    look_for(in, STR(TEXT), "the text");
    look_for(in, gw_url_encode(STR(TEXT), &d->o.a), "the text");
}

static void look_everywhere(struct desk *d, const char *must_log) {
    struct outbox_row *m;
    struct channel *c;
    size_t n;
    for (int s = 0; s < OUTBOX_STATES; s++) {
        if (outbox_list(d->o.s.db, (enum outbox_state)s, 1000, &d->o.a, &m, &n) < OK) {
            continue;
        }
        for (size_t i = 0; i < n; i++) {
            buf_str(&d->said, m[i].reason);
            buf_putc(&d->said, '\n');
        }
    }
    assert_int_equal(channels_list(d->o.s.db, 0, &d->o.a, &c, &n), OK);
    for (size_t i = 0; i < n; i++) {
        buf_str(&d->said, c[i].fault);
        buf_putc(&d->said, '\n');
    }
    /* the search would pass on an empty log: what happened was told */
    assert_true(str_find(buf_view(&d->log), str_from(must_log), 0) != SIZE_MAX);
    look(d, buf_view(&d->log));
    look(d, buf_view(&d->said));
}

static const char *const CHANNELS[] = {"sms", "chat", "ovh", "tw"};

static void providers_that_repeat_everything(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    fake_http_handler(d.provider, parrot, &d.provider);
    for (int i = 0; i < 4; i++) {
        for (int k = 0; k < 6; k++) {
            queue(&d, CHANNELS[i]);
        }
    }
    office_pass(&d.o, 5 * MS_HOUR);
    assert_in_range(fake_http_count(d.provider), 12, 500);
    assert_true(office_in_state(&d.o, OUTBOX_FAILED) > 0);
    look_everywhere(&d, "deliver.outcome");
    look_everywhere(&d, "channel.fault");
    close_desk(&d);
}

static void wires_that_break(void **unused) {
    (void)unused;
    static const enum fake_manner MANNERS[] = {FAKE_CLOSES, FAKE_HALF, FAKE_RESETS,
                                               FAKE_GARBLED};
    struct desk d;
    open_desk(&d);
    for (int k = 0; k < 4; k++) {
        fake_http_default(d.provider,
                          (struct fake_answer){.manner = MANNERS[k], .body = "{\"ok\":true}"});
        for (int i = 0; i < 4; i++) {
            queue(&d, CHANNELS[i]);
        }
        office_pass(&d.o, 10 * MS_MINUTE);
    }
    assert_true(office_in_state(&d.o, OUTBOX_UNKNOWN) > 0);
    look_everywhere(&d, "state=unknown");
    close_desk(&d);
}

/* The wire refuses to carry it (not a loopback address); nothing of the URL is told. */
static void addresses_that_are_refused(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    poll_setup(&d.o.s); /* setWebhook: token in the path, secret in the body */
    fake_http_handler(d.provider, parrot, &d.provider);
    for (int i = 0; i < 60; i++) {
        service_round(&d.o.s, 10);
    }
    look_everywhere(&d, "channel.setup");
    close_desk(&d);
}

static void knock(struct desk *d, const char *channel, const char *action, const char *method,
                  struct str query, const struct gw_header *header, size_t headers,
                  struct str body) {
    struct err err = {0};
    struct receive_item *item;
    int status = 0;
    struct gw_request rq = {.method = str_from(method),
                            .path = arena_printf(&d->o.a, "/hook/%s/%s", channel, action),
                            .action = str_from(action),
                            .query = query,
                            .header = header,
                            .headers = headers,
                            .body = body,
                            .remote_ip = STR("203.0.113.9"),
                            .now_ms = service_now(&d->o.s)};
    rq.url = arena_printf(&d->o.a, "https://bot.example.org%.*s?%.*s", STR_ARG(rq.path),
                          STR_ARG(query));
    enum rc rc = receive_parse(&d->o.s, str_from(channel), &rq, &item, &status, &err);
    if (rc == OK) {
        buf_str(&d->said, item->parsed.reason);
        buf_str(&d->said, item->parsed.body);
        if (receive_offer(&d->o.s, item) != OK) {
            receive_item_free(item);
        }
    } else {
        assert_in_range(status, 400, 499);
        buf_printf(&d->said, "%s|%s\n", err.text, err.hint);
    }
}

static void strangers_at_the_hooks(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    struct arena *a = &d.o.a;
    struct str wrong = STR("sender=%2B" DIGITS "&message=x&id=1&secret=wrongwrongwrong1");
    struct str none = STR("sender=%2B" DIGITS "&message=x&id=1");
    knock(&d, "sms", "receive", "GET", wrong, NULL, 0, STR_EMPTY);
    knock(&d, "sms", "receive", "GET", none, NULL, 0, STR_EMPTY);
    /* the right secret, and then nonsense */
    struct str right = arena_printf(a, "secret=%s", SECRETS[1][1]);
    knock(&d, "sms", "receive", "GET",
          arena_printf(a, "%.*s&sender=nobody&message=%s", STR_ARG(right), "x"), NULL, 0,
          STR_EMPTY);
    knock(&d, "sms", "status", "GET", arena_printf(a, "%.*s&uuid=x&status=y", STR_ARG(right)),
          NULL, 0, STR_EMPTY);
    knock(&d, "sms", "nowhere", "GET", right, NULL, 0, STR_EMPTY);
    /* and a message that is taken */
    knock(&d, "sms", "receive", "GET",
          arena_printf(a, "%.*s&sender=%%2B" DIGITS "&message=%.*s&id=9", STR_ARG(right),
                       STR_ARG(gw_url_encode(STR(TEXT), a))),
          NULL, 0, STR_EMPTY);
    struct gw_header bad = {STR("X-Telegram-Bot-Api-Secret-Token"), STR("wrong")};
    struct gw_header good = {STR("X-Telegram-Bot-Api-Secret-Token"), str_from(SECRETS[3][1])};
    knock(&d, "chat", "", "POST", STR_EMPTY, &bad, 1, STR("{\"update_id\":1}"));
    knock(&d, "chat", "", "POST", STR_EMPTY, &good, 1, STR("{\"update_id\":"));
    knock(&d, "chat", "", "POST", STR_EMPTY, &good, 1,
          arena_printf(a, "{\"token\":\"%s\"}", SECRETS[2][1]));
    struct str key = arena_printf(a, "k=%s", SECRETS[6][1]);
    knock(&d, "ovh", "status", "GET", STR("k=wrong&id=1&ptt=4"), NULL, 0, STR_EMPTY);
    knock(&d, "ovh", "status", "GET", key, NULL, 0, STR_EMPTY);
    knock(&d, "ovh", "status", "GET", arena_printf(a, "%.*s&id=&ptt=zz", STR_ARG(key)), NULL, 0,
          STR_EMPTY);
    knock(&d, "ovh", "reply", "POST", key, NULL, 0, STR("message=%ff%fe&senderid=x"));
    struct gw_header forged = {STR("X-Twilio-Signature"), STR("AAAAAAAAAAAAAAAAAAAAAAAAAAA=")};
    knock(&d, "tw", "receive", "POST", STR_EMPTY, &forged, 1,
          STR("From=%2B" DIGITS "&Body=x&MessageSid=SM1"));
    knock(&d, "tw", "receive", "POST", STR_EMPTY, NULL, 0, STR("From=%2B" DIGITS));
    fake_http_default(d.provider, (struct fake_answer){.status = 202, .body = "0: Accepted"});
    for (int i = 0; i < 20; i++) {
        service_round(&d.o.s, 10);
    }
    assert_true(buf_view(&d.said).n > 100);
    look_everywhere(&d, "receive.stored");
    close_desk(&d);
}

/* A mistake in a channel is told with its key and its line, never with its value. */
static void mistakes_in_the_configuration(void **unused) {
    (void)unused;
    static const char *const LINES[] = {
        "{name: a, gateway: kannel, username: u, password: 'env:REBOND_TEST_PASSWORD', "
        "secret: 'env:REBOND_TEST_PASSWORD'}",
        "{name: a, gateway: kannel, username: u, password: 'env:REBOND_TEST_PASSWORD', "
        "send_url: 'env:REBOND_TEST_TOKEN'}",
        "{name: a, gateway: telegram, token: 'env:REBOND_TEST_PASSWORD'}",
        "{name: a, gateway: telegram, token: 'env:REBOND_TEST_TOKEN', mode: hook, "
        "secret_token: 'env:REBOND_TEST_PASSWORD'}",
        "{name: a, gateway: ovh_sms, app_key: 'env:REBOND_TEST_OVHKEY', "
        "app_secret: 'env:REBOND_TEST_OVHKEY', base_url: 'env:REBOND_TEST_OVHCK'}",
        "{name: a, gateway: twilio, account_sid: A, auth_token: 'env:REBOND_TEST_TWILIO', "
        "send_url: 'env:REBOND_TEST_TWILIO'}",
        "{name: a, gateway: twilio, auth_token: twilioAuthToken444444}",
        "{name: a, gateway: nobody, token: 'env:REBOND_TEST_TOKEN'}",
    };
    struct desk d;
    open_desk(&d);
    size_t told = 0;
    for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
        struct config c;
        struct service s = {0};
        struct buf problems;
        struct err err = {0};
        char line[1024];
        buf_init(&problems, 65536);
        struct str yaml =
            arena_printf(&d.o.a, "database: ':memory:'\nchannels:\n  - %s\n", LINES[i]);
        if (config_parse("office.yaml", yaml, &d.o.a, &c, &problems) != OK) {
            told++;
            buf_printf(&d.said, "%s\n", buf_cstr(&problems));
        } else if (service_open(&c, &s, &err) != OK) {
            told++;
            buf_printf(&d.said, "%s\n", err_format(&err, line, sizeof line));
        } else {
            service_close(&s);
        }
        buf_done(&problems);
    }
    assert_in_range(told, 7, sizeof LINES / sizeof *LINES);
    look_everywhere(&d, "flows.loaded");
    close_desk(&d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(providers_that_repeat_everything),
        cmocka_unit_test(wires_that_break),
        cmocka_unit_test(addresses_that_are_refused),
        cmocka_unit_test(strangers_at_the_hooks),
        cmocka_unit_test(mistakes_in_the_configuration),
    };
    return cmocka_run_group_tests_name("secrets", tests, NULL, NULL);
}
