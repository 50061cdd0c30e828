/* kannel.c - SMS through a Kannel gateway (SMPP operators, modems, its fake SMSC). */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/kannel.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/phone.h"
#include "base/text.h"
#include "gateways/sign.h"
#include "gateways/sms_text.h"

#define QUERY_MAX (64 * 1024)
#define SENDSMS_PATH "/cgi-bin/sendsms"

struct kannel {
    struct str send_url, username, password, from, callback_url, secret, dlr_mask, region;
    bool raw_ucs2; /* coding=2 carries UTF-16BE bytes and no charset */
    bool use_national, ignore_sent;
};

static const char *const KEYS[] = {
    "send_url", "username",     "password",     "from",      "address",
    "secret",   "dlr_mask",     "callback_url", "region",    "country",
    "charset",  "use_national", "ignore_sent",  "allow_ips", NULL,
};

static struct str first_of(const struct gw_channel *ch, const char *key, const char *other,
                           const char *dflt) {
    struct str s = gw_config(ch, key, "");
    return s.n ? s : gw_config(ch, other, dflt);
}

static enum rc read_charset(const struct gw_channel *ch, struct kannel *k, struct err *err) {
    struct str charset = gw_config(ch, "charset", "");
    struct str path = k->send_url;
    path.n = str_find_char(path, '?', 0) == SIZE_MAX ? path.n : str_find_char(path, '?', 0);
    if (!charset.n) {
        k->raw_ucs2 = !str_ends(path, STR(SENDSMS_PATH));
        return OK;
    }
    k->raw_ucs2 = str_eq_nocase(charset, STR("utf-16be"));
    if (!k->raw_ucs2 && !str_eq_nocase(charset, STR("utf-8"))) {
        return err_set(err, E_INVALID, "'charset' is utf-8 or utf-16be");
    }
    return OK;
}

static enum rc check(const struct gw_channel *ch, struct err *err) {
    static const char *const NEEDED[] = {"username", "password", NULL};
    enum rc rc = gw_config_known(ch, KEYS, err);
    for (const char *const *key = NEEDED; rc == OK && *key; key++) {
        rc = gw_config_need(ch, *key, err);
    }
    if (rc == OK) {
        rc = gw_config_url(ch, "send_url", err);
    }
    if (rc == OK) {
        rc = gw_config_url(ch, "callback_url", err);
    }
    return rc == OK ? gw_config_token(ch, "secret", 16, err) : rc;
}

static enum rc kannel_open(struct gw_channel *ch, struct arena *a, struct err *err) {
    enum rc rc = check(ch, err);
    if (rc != OK) {
        return rc;
    }
    struct kannel *k = ARENA_NEW(a, struct kannel);
    int64_t mask;
    k->send_url = gw_config(ch, "send_url", "http://127.0.0.1:13013" SENDSMS_PATH);
    k->username = gw_config(ch, "username", "");
    k->password = gw_config(ch, "password", "");
    k->from = first_of(ch, "from", "address", "");
    k->callback_url = gw_config(ch, "callback_url", "");
    k->secret = gw_config(ch, "secret", "");
    k->dlr_mask = gw_config(ch, "dlr_mask", "27");
    k->region = first_of(ch, "region", "country", "FR");
    k->use_national = gw_config_flag(ch, "use_national", false);
    k->ignore_sent = gw_config_flag(ch, "ignore_sent", false);
    if (!str_to_i64(k->dlr_mask, &mask) || mask < 0 || mask > 31) {
        return err_set(err, E_INVALID, "'dlr_mask' is a number from 0 to 31");
    }
    rc = read_charset(ch, k, err);
    if (rc == OK) {
        ch->program = k;
    }
    return rc;
}

/* ------------------------------------------------------------------ sending */

/* The number without its country code and trunk prefix. The international form is "+CC REST".
 */
static struct str national(struct str e164, struct arena *a) {
    struct str pretty = phone_pretty(e164, STR(""), a), code;
    if (!str_next(&pretty, ' ', &code) || !str_starts(e164, code) || code.n >= e164.n) {
        return e164;
    }
    return str_sub(e164, code.n, e164.n);
}

/* Kannel replaces %d, %A itself; nothing else in the address may hold a percent sign. */
static struct str report_url(const struct gw_channel *ch, const struct outbound *msg,
                             struct arena *a) {
    const struct kannel *k = ch->program;
    struct gw_channel here = *ch;
    if (k->callback_url.n) {
        here.public_url = k->callback_url;
    }
    struct str hook = gw_hook_url(&here, "status", a);
    if (!hook.n) {
        return STR_EMPTY;
    }
    struct str tag = msg->tag.n ? msg->tag : gw_tag(msg->id, a);
    return arena_printf(a, "%.*s?uuid=%.*s&status=%%d&answer=%%A%s%.*s", STR_ARG(hook),
                        STR_ARG(tag), k->secret.n ? "&secret=" : "", STR_ARG(k->secret));
}

static void put_text(const struct kannel *k, const struct outbound *msg, struct arena *a,
                     struct buf *q) {
    struct str text = gw_text_with_links(msg, a);
    if (!sms_count(text).ucs2) {
        gw_form_put(q, "text", text);
        return;
    }
    gw_form_put(q, "coding", STR("2"));
    if (k->raw_ucs2) {
        gw_form_put(q, "text", sms_to_utf16be(text, a));
        return;
    }
    gw_form_put(q, "charset", STR("UTF-8"));
    gw_form_put(q, "text", text);
}

static void put_validity(const struct gw_send *s, struct buf *q) {
    int64_t left = s->msg->expires_ms - s->now_ms;
    if (s->msg->expires_ms && left > 0) {
        int64_t minutes = (left + MS_MINUTE - 1) / MS_MINUTE;
        gw_form_put(q, "validity", arena_printf(s->a, "%lld", (long long)minutes));
    }
}

static enum rc build_call(struct gw_send *s, struct gw_call *ret) {
    const struct kannel *k = s->channel->program;
    struct str to = s->msg->to.value;
    struct buf q;
    buf_init(&q, QUERY_MAX);
    gw_form_put(&q, "username", k->username);
    gw_form_put(&q, "password", k->password);
    if (k->from.n) {
        gw_form_put(&q, "from", k->from);
    }
    gw_form_put(&q, "to", k->use_national ? national(to, s->a) : to);
    put_text(k, s->msg, s->a, &q);
    bool asked = !str_is(k->dlr_mask, "0");
    struct str report = asked ? report_url(s->channel, s->msg, s->a) : STR_EMPTY;
    if (report.n) {
        gw_form_put(&q, "dlr-mask", k->dlr_mask);
        gw_form_put(&q, "dlr-url", report);
    }
    if (!s->msg->bulk) {
        gw_form_put(&q, "priority", STR("1"));
    }
    put_validity(s, &q);
    bool over = q.over;
    const char *mark = str_find_char(k->send_url, '?', 0) == SIZE_MAX ? "?" : "&";
    struct str query = buf_view(&q);
    *ret = (struct gw_call){
        .method = STR("GET"),
        .url = arena_printf(s->a, "%.*s%s%.*s", STR_ARG(k->send_url), mark, STR_ARG(query))};
    buf_done(&q);
    return over ? E_LIMIT : OK;
}

static struct outcome judge(const struct gw_answer *answer, struct gw_send *s) {
    struct str body = str_trim(text_repair(str_sub(answer->body, 0, 200), s->a));
    struct outcome o = {.code = arena_printf(s->a, "%d", answer->status), .reason = body};
    if (answer->status / 100 == 2) {
        o.kind = OUTCOME_SENT;
    } else if (answer->status >= 500 || answer->status == 429) {
        o.kind = OUTCOME_LATER;
        o.throttled = answer->status == 429;
        o.retry_after_ms = gw_retry_after(answer, s->now_ms);
    } else if (answer->status == 401 || str_starts(body, STR("Authorization failed"))) {
        o.kind = OUTCOME_LATER;
        o.channel_fault = true;
    } else {
        o.kind = OUTCOME_NEVER;
    }
    return o;
}

static enum gw_next kannel_send_next(struct gw_send *s, const struct gw_answer *answer,
                                     struct gw_call *ret_call) {
    if (!answer) {
        if (build_call(s, ret_call) == OK) {
            return GW_CALL;
        }
        s->outcome = (struct outcome){.kind = OUTCOME_NEVER,
                                      .code = STR("too_long"),
                                      .reason = STR("the text is too long for Kannel")};
        return GW_DONE;
    }
    s->outcome = answer->status ? judge(answer, s) : gw_no_answer(answer, s->a);
    return GW_DONE;
}

/* ------------------------------------------------------------------ hooks */

static enum rc refuse(struct gw_parsed *ret, int status, enum rc rc, const char *why,
                      struct err *err) {
    ret->http_status = status;
    ret->reason = str_from(why);
    return err_set(err, rc, "%s", why);
}

static bool secret_is_right(const struct kannel *k, const struct gw_request *rq,
                            struct str form, struct arena *a) {
    if (!k->secret.n) {
        return true;
    }
    struct str given = gw_form_get(form, "secret", a);
    if (!given.n) {
        given = gw_header_get(rq->header, rq->headers, "X-Rebond-Secret");
    }
    return digest_equal(given, k->secret);
}

static enum rc parse_number(struct str text, struct str region, struct arena *a,
                            struct phone *ret) {
    enum rc rc = phone_parse(text, region, a, ret);
    if (rc == OK || !text.n || text.p[0] == '+') {
        return rc;
    }
    return phone_parse(arena_printf(a, "+%.*s", STR_ARG(text)), region, a, ret);
}

static struct str name_by_hash(struct str form, struct str message, struct arena *a) {
    unsigned char hash[DIGEST_MAX];
    struct str all = arena_printf(a, "%.*s\n%.*s", STR_ARG(form), STR_ARG(message));
    digest_hash(DIGEST_SHA256, all, hash);
    return arena_printf(a, "h-%.*s", STR_ARG(digest_hex(hash, 16, a)));
}

/* In the query (get-url) or as the whole body (post-url); p NULL when there is none. */
static struct str message_of(const struct gw_request *rq, struct str form, struct arena *a) {
    struct str message = gw_form_get(form, "message", a);
    struct str type = gw_header_get(rq->header, rq->headers, "Content-Type");
    bool posted = str_is(rq->method, "POST") && str_starts(type, STR("text/plain"));
    return message.p || !posted ? message
                                : (struct str){rq->body.p ? rq->body.p : "", rq->body.n};
}

static enum rc receive(const struct gw_channel *ch, const struct gw_request *rq,
                       struct str form, struct arena *a, struct gw_parsed *ret,
                       struct err *err) {
    const struct kannel *k = ch->program;
    struct str sender = str_trim(gw_form_get(form, "sender", a));
    struct str message = message_of(rq, form, a);
    struct str id = gw_form_get(form, "id", a);
    struct phone from;
    int64_t seconds;
    if (!sender.n || !message.p) {
        return refuse(ret, 400, E_INVALID, "sender or message is missing", err);
    }
    if (parse_number(sender, k->region, a, &from) != OK) {
        return refuse(ret, 400, E_INVALID, "the sender is no phone number", err);
    }
    struct inbound *in = ARENA_NEW(a, struct inbound);
    in->gateway = STR("kannel");
    in->channel = ch->name;
    in->provider_id = id.n ? text_repair(id, a) : name_by_hash(form, message, a);
    in->from = (struct address){STR("tel"), from.e164};
    in->to = (struct address){STR("tel"), text_repair(gw_form_get(form, "to", a), a)};
    in->kind = INBOUND_TEXT;
    in->text = sms_from_charset(message, gw_form_get(form, "charset", a), a);
    if (str_to_i64(gw_form_get(form, "ts", a), &seconds)) {
        in->sent_ms = gw_seconds(seconds);
    }
    ret->in = in;
    ret->ins = 1;
    return OK;
}

/* Kannel's report types; 8 may come after 1, which the outbox's order of statuses settles. */
static bool report_status(int64_t type, enum receipt_status *ret) {
    switch (type) {
    case 1:
        *ret = RECEIPT_DELIVERED;
        return true;
    case 2:
    case 16:
        *ret = RECEIPT_FAILED;
        return true;
    case 4:
    case 8:
        *ret = RECEIPT_SENT;
        return true;
    default:
        return false;
    }
}

static enum rc report(const struct gw_channel *ch, struct str form, int64_t now_ms,
                      struct arena *a, struct gw_parsed *ret, struct err *err) {
    const struct kannel *k = ch->program;
    struct str tag = gw_form_get(form, "uuid", a), type = gw_form_get(form, "status", a);
    int64_t id, number;
    if (gw_untag(tag, &id) != OK || !str_to_i64(type, &number)) {
        return refuse(ret, 400, E_INVALID, "a report without our id or its status", err);
    }
    struct receipt *r = ARENA_NEW(a, struct receipt);
    r->gateway = STR("kannel");
    r->channel = ch->name;
    r->message_id = id;
    r->code = arena_printf(a, "dlr:%lld", (long long)number);
    r->reason = text_cut(text_repair(gw_form_get(form, "answer", a), a), 100);
    r->at_ms = now_ms;
    if (!report_status(number, &r->status)) {
        ret->reason = arena_printf(a, "unknown report %lld", (long long)number);
        return OK;
    }
    if (number == 4 && k->ignore_sent) {
        ret->reason = STR("reports 4 are not kept");
        return OK;
    }
    ret->receipt = r;
    ret->receipts = 1;
    return OK;
}

/* The answer's body stays empty: Kannel would send it to the person as a reply. */
static enum rc kannel_hook(const struct gw_channel *ch, const struct gw_request *rq,
                           struct arena *a, struct gw_parsed *ret, struct err *err) {
    struct str form = rq->query.n ? rq->query : rq->body;
    *ret = (struct gw_parsed){.http_status = 200, .content_type = STR("text/plain")};
    if (!secret_is_right(ch->program, rq, form, a)) {
        return refuse(ret, 403, E_DENIED, "wrong or missing secret", err);
    }
    struct sign_input from = {.rq = rq, .list = gw_config(ch, "allow_ips", "")};
    if (from.list.n && SIGN_IP_LIST.check(&from, a) != OK) {
        return refuse(ret, 403, E_DENIED, "called from an address that is not in allow_ips",
                      err);
    }
    if (str_is(rq->action, "status")) {
        return report(ch, form, rq->now_ms, a, ret, err);
    }
    if (!rq->action.n || str_is(rq->action, "receive")) {
        return receive(ch, rq, form, a, ret, err);
    }
    return refuse(ret, 404, E_INVALID, "no such hook", err);
}

const struct gateway_kind kannel_kind = {
    .name = "kannel",
    .title = "Kannel (SMPP, modems)",
    .caps = GW_HOOK | GW_RECEIPTS | GW_SMS,
    .scheme = {"tel", 3},
    .text_max = 1600,
    .open = kannel_open,
    .hook = kannel_hook,
    .send_next = kannel_send_next,
};
