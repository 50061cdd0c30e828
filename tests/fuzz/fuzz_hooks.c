/* fuzz_hooks.c - any bytes at a web-hook, in a poll answer or in a provider's answer: read or
 * refused, never believed. First byte: which door. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"
#include "gateways/gateway.h"
#include "gateways/kannel.h"
#include "gateways/sms_text.h"
#include "gateways/telegram.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct arena process, turn;
static struct gw_channel kannel, telegram;

static void demand(bool law) {
    if (!law) {
        abort();
    }
}

static void open_one(struct gw_channel *ch, const struct gateway_kind *kind, const char *json) {
    const struct val *config;
    demand(json_parse(str_from(json), &process, &config, NULL) == OK);
    *ch = (struct gw_channel){.name = str_from(kind->name),
                              .kind = kind,
                              .config = config,
                              .public_url = STR("https://bot.example.org")};
    demand(kind->open(ch, &process, NULL) == OK);
}

/* What the rest of the service relies on, whatever came in. */
static void check_parsed(const struct gw_parsed *p, enum rc rc) {
    demand(p->http_status >= 200 && p->http_status < 600);
    demand(rc == OK || (!p->ins && !p->receipts));
    for (size_t i = 0; i < p->ins; i++) {
        const struct inbound *in = &p->in[i];
        demand(in->provider_id.n && in->from.value.n && in->from.scheme.n);
        demand(text_is_utf8(in->text) && text_is_utf8(in->payload));
        demand(text_is_utf8(in->provider_id) && text_is_utf8(in->person_name));
        demand(text_is_utf8(in->to.value));
    }
    for (size_t i = 0; i < p->receipts; i++) {
        demand(p->receipt[i].message_id || p->receipt[i].provider_id.n);
        demand(text_is_utf8(p->receipt[i].reason));
    }
}

static void hook(struct gw_channel *ch, const char *method, const char *action,
                 struct str query, struct str body) {
    struct gw_header h = {STR("Content-Type"), STR("text/plain")};
    struct gw_request rq = {.method = str_from(method),
                            .action = str_from(action),
                            .query = query,
                            .header = &h,
                            .headers = 1,
                            .body = body,
                            .now_ms = 1795320000000};
    struct gw_parsed p;
    check_parsed(&p, ch->kind->hook(ch, &rq, &turn, &p, NULL));
}

static void poll(struct str body, int status) {
    struct gw_answer answer = {.status = status, .left = true, .body = body};
    struct gw_parsed p = {.http_status = 200};
    struct str cursor = STR("5"), next = STR("5");
    int64_t wait = 0, number = 0;
    enum rc rc = telegram_kind.poll_parse(&telegram, cursor, &answer, 1795320000000, &turn, &p,
                                          &next, &wait, NULL);
    check_parsed(&p, rc);
    demand(rc != OK || (str_to_i64(next, &number) && number >= 5));
    demand(rc == OK || wait > 0);
}

static void answer_to_send(struct gw_channel *ch, struct str body, int status) {
    struct outbound msg = {.id = 7, .to = {STR("telegram"), STR("555")}, .text = STR("a")};
    struct gw_answer answer = {.status = status, .left = true, .body = body};
    struct gw_send s = {.channel = ch, .msg = &msg, .a = &turn};
    struct gw_call call;
    demand(ch->kind->send_next(&s, NULL, &call) == GW_CALL);
    demand(ch->kind->send_next(&s, &answer, &call) == GW_DONE);
    demand(text_is_utf8(s.outcome.reason) && text_is_utf8(s.outcome.code));
    demand(s.outcome.kind != OUTCOME_SENT || status / 100 == 2);
}

static void texts(struct str raw) {
    struct str text = text_repair(raw, &turn), *part;
    size_t n = sms_split(text, &turn, &part), total = 0;
    demand((int)n == sms_count(text).segments);
    for (size_t i = 0; i < n; i++) {
        total += part[i].n;
        demand(sms_count(part[i]).segments == 1 && text_is_utf8(part[i]));
    }
    demand(total == text.n);
    int before = sms_count(text_nfc(text, &turn)).segments;
    for (int p = SMS_EXACT; p <= SMS_GSM; p++) {
        struct str made = sms_policy_apply(text, (enum sms_policy)p, &turn);
        demand(text_is_utf8(made) && sms_count(made).segments <= before);
    }
    demand(str_eq(sms_from_utf16be(sms_to_utf16be(text, &turn), &turn), text) ||
           str_starts(text, STR("\xEF\xBB\xBF")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct str s = {(const char *)data + 1, size ? size - 1 : 0};
    if (!process.head) {
        open_one(&kannel, &kannel_kind, "{\"username\":\"u\",\"password\":\"p\"}");
        open_one(&telegram, &telegram_kind, "{\"token\":\"1:a\"}");
    }
    if (!size) {
        return 0;
    }
    switch (data[0] % 8) {
    case 0:
        hook(&kannel, "GET", "receive", s, STR(""));
        break;
    case 1:
        hook(&kannel, "GET", "status", s, STR(""));
        break;
    case 2:
        hook(&kannel, "POST", "receive", STR("sender=0639980123&charset=UTF-16BE"), s);
        break;
    case 3:
        hook(&telegram, "POST", "", STR(""), s);
        break;
    case 4:
        poll(s, 200);
        break;
    case 5:
        answer_to_send(&telegram, s, 200 + data[0]);
        break;
    case 6:
        answer_to_send(&kannel, s, 200 + data[0]);
        break;
    default:
        texts(s);
        break;
    }
    arena_reset(&turn);
    return 0;
}
