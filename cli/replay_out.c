/* replay_out.c - a message sent against recorded answers: which requests leave, and what came
 * of it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/json.h"
#include "cli/replay.h"

#define CALLS_MAX 200 /* of one message */

/* ------------------------------------------------------------------ the message */

static bool button_kind(struct str type, enum button_kind *ret) {
    static const struct {
        const char *type;
        enum button_kind kind;
    } all[] = {{"text", BUTTON_REPLY},
               {"url", BUTTON_LINK},
               {"form", BUTTON_APP},
               {"contact", BUTTON_PHONE},
               {"location", BUTTON_PLACE}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (str_is(type, all[i].type)) {
            *ret = all[i].kind;
            return true;
        }
    }
    return false;
}

static void fill_buttons(const struct val *list, struct arena *a, struct outbound *m) {
    size_t n = val_is(list, VAL_LIST) ? list->list.n : 0;
    struct button *b = ARENA_ARRAY(a, struct button, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct val *q = list->list.item[i];
        struct button *to = &b[m->buttons];
        if (!button_kind(val_get_text(q, "type", STR("text")), &to->kind)) {
            continue; /* a kind the service does not have */
        }
        to->label = val_get_text(q, "text", STR_EMPTY);
        struct str link = val_get_text(q, "extra", STR_EMPTY);
        to->payload = to->kind == BUTTON_REPLY ? val_get_text(q, "payload", STR_EMPTY) : link;
        m->buttons++;
    }
    m->button = b;
}

static void fill_message(const struct val *line, struct arena *a, struct outbound *m) {
    const struct val *v = val_get(line, "message"), *to = val_get(v, "to"),
                     *list = val_get(v, "attachments");
    memset(m, 0, sizeof *m);
    m->tag = val_get_text(v, "uuid", STR_EMPTY);
    m->id = (int64_t)(str_hash(m->tag) >> 2);
    m->channel = val_get_text(line, "gateway", STR_EMPTY);
    m->to.scheme = val_get_text(to, "scheme", STR("tel"));
    m->to.value = val_get_text(to, "address", STR_EMPTY);
    m->text = val_get_text(v, "text", STR(""));
    m->lang = str_sub(val_get_text(v, "locale", STR("")), 0, 8);
    m->bulk = !val_get_bool(v, "high_priority", false);
    m->extra = v;
    m->attempt = 1;
    m->attachments = val_is(list, VAL_LIST) ? list->list.n : 0;
    struct str *media = ARENA_ARRAY(a, struct str, m->attachments + 1);
    for (size_t i = 0; i < m->attachments; i++) {
        const struct val *x = list->list.item[i];
        media[i] = val_is(x, VAL_TEXT) ? x->text : STR_EMPTY;
    }
    m->attachment = media;
    fill_buttons(val_get(v, "quick_replies"), a, m);
}

/* ------------------------------------------------------------------ the exchange */

struct exchange {
    struct gw_send send;
    struct val_builder *requests;
    size_t calls;
    bool first_lost; /* the very first request found no recorded answer */
};

static void exchange(struct replay_channel *rc, const struct val *line,
                     const struct outbound *m, struct arena *a, struct exchange *x) {
    struct replay_provider *p = replay_provider_new(line, a);
    memset(x, 0, sizeof *x);
    x->requests = val_list_begin(a);
    x->send = (struct gw_send){.channel = &rc->channel, .msg = m, .a = a, .now_ms = rc->now_ms};
    struct gw_call call;
    const struct gw_answer *last = NULL;
    while (x->calls < CALLS_MAX &&
           rc->channel.kind->send_next(&x->send, last, &call) == GW_CALL) {
        struct gw_answer *next = ARENA_NEW(a, struct gw_answer);
        bool known = replay_provider_ask(p, &call, next);
        x->first_lost |= !x->calls && !known;
        val_push(x->requests, replay_request(&call, next->status, a));
        x->calls++;
        last = next;
    }
}

static const char *error_name(const struct outcome *o, size_t calls) {
    if (o->kind == OUTCOME_UNKNOWN || (o->kind == OUTCOME_LATER && !o->channel_fault)) {
        return o->throttled ? "throttled" : o->code.n ? "rejected" : "connection_failed";
    }
    if (!calls) {
        return "message_invalid";
    }
    return o->opted_out     ? "contact_opted_out"
           : o->bad_address ? "invalid_recipient"
           : o->code.n      ? "rejected"
                            : "response_content";
}

static void put_outcome(const struct exchange *x, struct arena *a, struct val_builder *out) {
    const struct outcome *o = &x->send.outcome;
    bool sent = o->kind == OUTCOME_SENT;
    bool later = !o->channel_fault && (o->kind == OUTCOME_LATER || o->kind == OUTCOME_UNKNOWN);
    struct val_builder *ids = val_list_begin(a);
    for (size_t i = 0; i < o->provider_ids; i++) {
        val_push(ids, val_text(a, o->provider_id[i]));
    }
    val_put(out, "status", val_textz(a, sent ? "wired" : later ? "errored" : "failed"));
    val_put(out, "retryable", val_bool(later));
    if (!sent) {
        val_put(out, "error", val_textz(a, error_name(o, x->calls)));
    }
    val_put(out, "external_ids", val_end(ids));
    val_put(out, "provider_code", o->code.n ? val_text(a, o->code) : NULL);
    val_put(out, "provider_message", o->reason.n ? val_text(a, o->reason) : NULL);
    val_put(out, "channel_fault", o->channel_fault ? &VAL_TRUE : NULL);
    val_put(out, "pause_channel", o->pause_channel ? &VAL_TRUE : NULL);
    val_put(out, "resume_from_part", o->resume_part ? val_int(a, o->resume_part) : NULL);
    if (o->retry_after_ms) {
        val_put(out, "retry_not_before_s", val_int(a, (o->retry_after_ms + 999) / 1000));
    }
}

static void put_opted_out(const struct exchange *x, const struct outbound *m, struct arena *a,
                          struct val_builder *out) {
    if (!x->send.outcome.opted_out || !str_is(m->to.scheme, "telegram")) {
        return;
    }
    struct val_builder *e = val_map_begin(a), *s = val_map_begin(a), *list = val_list_begin(a);
    val_put(s, "scheme", val_text(a, m->to.scheme));
    val_put(s, "address", val_text(a, m->to.value));
    val_put(e, "type", val_textz(a, "stop_contact"));
    val_put(e, "sender", val_end(s));
    val_push(list, val_end(e));
    val_put(out, "events", val_end(list));
}

enum rc replay_out(const struct val *line, struct arena *a, struct val_builder *out,
                   struct err *err) {
    struct replay_channel rc;
    struct exchange x;
    struct outbound m;
    enum rc got = replay_open(line, a, &rc, err);
    if (got < 0) {
        return got;
    }
    fill_message(line, a, &m);
    exchange(&rc, line, &m, a, &x);
    if (x.first_lost && rc.asked_in_vain) {
        /* the recording begins after the token was obtained: play it with one held */
        rc.assumed = STR("held-before-the-recording");
        exchange(&rc, line, &m, a, &x);
    }
    val_put(out, "requests", val_end(x.requests));
    put_outcome(&x, a, out);
    put_opted_out(&x, &m, a, out);
    if (x.send.outcome.new_address.n) {
        struct val_builder *b = val_map_begin(a);
        struct str whole = x.send.outcome.new_address;
        size_t colon = str_find_char(whole, ':', 0);
        struct str scheme = colon == SIZE_MAX ? m.to.scheme : str_sub(whole, 0, colon);
        val_put(b, "scheme", val_text(a, scheme));
        val_put(b, "address",
                val_text(a, colon == SIZE_MAX ? whole : str_sub(whole, colon + 1, whole.n)));
        val_put(out, "new_address", val_end(b));
    }
    return OK;
}
