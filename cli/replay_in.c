/* replay_in.c - recorded web-hooks: delivered in order to an empty store, then told what is in
 * it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/json.h"
#include "base/phone.h"
#include "base/text.h"
#include "bot/understand/understand.h"
#include "cli/replay.h"
#include "gateways/descriptor.h"

#define PARTS_MAX 100
#define NOT_OURS_MAX 16

/* What a channel's inbox and outbox would hold after the case. */
struct store {
    struct replay_channel rc;
    struct arena *a;
    const struct val *line;
    struct replay_provider *provider; /* NULL: the case records no answers of it */
    struct str *seen;                 /* provider ids already stored */
    size_t seen_n, seen_cap;
    struct inbound part[PARTS_MAX];
    size_t parts;
    int messages;
    const struct val *message; /* the last one */
    struct val_builder *statuses, *events, *requests;
    size_t n_statuses, n_events, n_requests;
    bool has_state;
    enum receipt_status state;
    struct str uuid[NOT_OURS_MAX],
        tag[NOT_OURS_MAX]; /* foreign ids and the tags that stand for them */
    size_t uuids;
    struct str outcome, body;
    int http_status;
    bool stored; /* by some delivery so far */
};

/* ------------------------------------------------------------------ foreign ids */

/* Recorded cases name our messages by UUIDs; gateways written in C know only tags made by
 * gw_tag. */
static struct str tag_of(struct store *s, struct str uuid) {
    for (size_t i = 0; i < s->uuids; i++) {
        if (str_eq(s->uuid[i], uuid)) {
            return s->tag[i];
        }
    }
    if (s->uuids == NOT_OURS_MAX) {
        return uuid;
    }
    s->uuid[s->uuids] = uuid;
    s->tag[s->uuids] = gw_tag((int64_t)(str_hash(uuid) >> 2), s->a);
    return s->tag[s->uuids++];
}

static bool is_uuid(struct str s) {
    for (size_t i = 0; i < 36 && s.n >= 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? s.p[i] != '-' : !strchr("0123456789abcdef", s.p[i]) || !s.p[i]) {
            return false;
        }
    }
    return s.n >= 36;
}

static struct str with_tags(struct store *s, struct str text) {
    struct buf out;
    buf_init(&out, 4 << 20);
    for (size_t i = 0; i < text.n;) {
        if (is_uuid(str_sub(text, i, 36))) {
            buf_str(&out, tag_of(s, str_sub(text, i, 36)));
            i += 36;
        } else {
            buf_putc(&out, text.p[i++]);
        }
    }
    struct str done = arena_str(s->a, buf_view(&out));
    buf_done(&out);
    return done;
}

static struct str uuid_of(const struct store *s, const struct receipt *r) {
    for (size_t i = 0; r->message_id && i < s->uuids; i++) {
        int64_t id;
        if (gw_untag(s->tag[i], &id) == OK && id == r->message_id) {
            return s->uuid[i];
        }
    }
    return r->tag;
}

/* ------------------------------------------------------------------ what came */

static const struct val *sender(struct store *s, const struct inbound *in) {
    struct val_builder *b = val_map_begin(s->a);
    val_put(b, "scheme", val_text(s->a, in->from.scheme));
    val_put(b, "address", val_text(s->a, in->from.value));
    if (in->person_handle.n) {
        val_put(b, "display", val_text(s->a, in->person_handle));
    }
    return val_end(b);
}

static void put_event(struct store *s, const char *type, const struct inbound *in,
                      const char *key, struct str value) {
    struct val_builder *b = val_map_begin(s->a);
    val_put(b, "type", val_textz(s->a, type));
    val_put(b, "sender", sender(s, in));
    if (in->sent_ms) {
        val_put(b, "time", replay_time(in->sent_ms, s->a));
    }
    if (value.n) {
        struct val_builder *x = val_map_begin(s->a);
        val_put(x, key, val_text(s->a, value));
        val_put(b, "extra", val_end(x));
    }
    val_push(s->events, val_end(b));
    s->n_events++;
    s->outcome = STR("event");
}

static void put_text(struct store *s, struct val_builder *b, const char *key, struct str v) {
    if (v.n) {
        val_put(b, key, val_text(s->a, v));
    }
}

static void put_message(struct store *s, const struct inbound *in) {
    struct val_builder *b = val_map_begin(s->a), *list = val_list_begin(s->a);
    const struct val *payload;
    for (size_t i = 0; i < in->attachments; i++) {
        val_push(list, val_text(s->a, in->attachment[i]));
    }
    bool pressed = in->kind == INBOUND_BUTTON && !in->text.n;
    val_put(b, "sender", sender(s, in));
    val_put(b, "text", val_text(s->a, pressed ? in->payload : in->text.p ? in->text : STR("")));
    if (in->attachments) {
        val_put(b, "attachments", val_end(list));
    }
    put_text(s, b, "external_id", in->message_ref.n ? in->message_ref : in->provider_id);
    put_text(s, b, "contact_name", in->person_name);
    put_text(s, b, "in_reply_to_tag", in->reply_to_tag);
    if (in->sent_ms) {
        val_put(b, "received_on", replay_time(in->sent_ms, s->a));
    }
    if (in->payload.n && in->payload.p[0] == '{' &&
        json_parse(in->payload, s->a, &payload, NULL) == OK) {
        val_put(b, "payload", payload);
    } else {
        put_text(s, b, "payload", in->payload);
    }
    s->message = val_end(b);
    s->messages++;
    s->outcome = STR("message");
}

/* A whole message is STOP: the service treats it as an event, whatever the provider says. */
static bool is_stop(struct store *s, const struct inbound *in) {
    static struct und *und;
    struct err err;
    struct ask ask = {.kind = ASK_NONE, .region = STR("FR"), .now_ms = s->rc.now_ms};
    struct answer answer;
    if (!str_is(in->from.scheme, "tel") || !in->text.n || in->attachments ||
        (!und && und_load(NULL, &und, &err) != OK)) {
        return false;
    }
    return und_reflex(und, in->text, &ask, s->a, &answer) == OK &&
           answer.intent == INTENT_STOP && answer.scope == STOP_ALL &&
           answer.sureness == UND_SURE && !answer.also_stop_doubt;
}

static void put_inbound(struct store *s, const struct inbound *in) {
    switch (in->kind) {
    case INBOUND_BLOCKED:
        put_event(s, "stop_contact", in, "", STR_EMPTY);
        return;
    case INBOUND_UNBLOCKED:
        put_event(s, "resume_contact", in, "", STR_EMPTY);
        return;
    case INBOUND_START:
        put_event(s, "new_conversation", in, "payload", in->payload);
        return;
    case INBOUND_CONTACT:
        if (in->payload.n) {
            put_event(s, "phone_verified", in, "phone", in->payload);
            return;
        }
        put_message(s, in);
        return;
    default:
        if (is_stop(s, in)) {
            put_event(s, "stop_contact", in, "", STR_EMPTY);
            return;
        }
        put_message(s, in);
    }
}

/* Joins the parts of a long message once all are there; in whatever order they came. */
static bool joined(struct store *s, const struct inbound *in, struct inbound *ret) {
    if (s->parts < PARTS_MAX) {
        s->part[s->parts++] = *in;
    }
    struct buf text;
    int found = 0;
    buf_init(&text, 1 << 20);
    for (int want = 1; want <= in->parts; want++) {
        for (size_t i = 0; i < s->parts; i++) {
            const struct inbound *p = &s->part[i];
            if (p->part == want && str_eq(p->part_ref, in->part_ref) &&
                str_eq(p->from.value, in->from.value)) {
                buf_str(&text, p->text);
                found++;
                break;
            }
        }
    }
    *ret = *in;
    ret->text = arena_str(s->a, buf_view(&text));
    buf_done(&text);
    return found == in->parts;
}

static bool is_new(struct store *s, struct str id) {
    for (size_t i = 0; i < s->seen_n; i++) {
        if (str_eq(s->seen[i], id)) {
            return false;
        }
    }
    if (s->seen_n == s->seen_cap) {
        size_t cap = s->seen_cap ? s->seen_cap * 2 : 64;
        struct str *more = ARENA_ARRAY(s->a, struct str, cap);
        for (size_t i = 0; i < s->seen_n; i++) {
            more[i] = s->seen[i];
        }
        s->seen = more;
        s->seen_cap = cap;
    }
    s->seen[s->seen_n++] = id;
    return true;
}

static void take_inbound(struct store *s, const struct inbound *in) {
    struct inbound whole;
    struct str key =
        arena_printf(s->a, "%.*s/%d", STR_ARG(in->provider_id), in->kind == INBOUND_BLOCKED);
    if (!is_new(s, key)) {
        return;
    }
    s->stored = true;
    if (in->parts <= 1) {
        put_inbound(s, in);
    } else if (joined(s, in, &whole)) {
        put_inbound(s, &whole);
    } else {
        s->outcome = STR("ignored"); /* waits for the other parts */
    }
}

/* ------------------------------------------------------------------ files */

static void ask(struct store *s, const struct gw_call *call, struct gw_answer *ret) {
    (void)replay_provider_ask(s->provider, call, ret);
    val_push(s->requests, replay_request(call, ret->status, s->a));
    s->n_requests++;
}

/* Where the network keeps a file: *ret is its address. False when it does not give it, for
 * good. */
static bool find_file(struct store *s, struct str attachment, struct str *ret) {
    const struct gw_channel *ch = &s->rc.channel;
    struct gw_call call;
    struct gw_answer answer;
    *ret = attachment;
    enum rc rc = ch->kind->file_call ? ch->kind->file_call(ch, attachment, s->a, &call) : NONE;
    if (rc != OK) {
        return true;
    }
    ask(s, &call, &answer);
    rc = ch->kind->file_parse(ch, attachment, &answer, s->a, &call, NULL);
    if (rc == OK) {
        struct str type = gw_attachment_type(attachment);
        *ret = arena_printf(s->a, "%.*s%s%.*s", STR_ARG(type), type.n ? ":" : "",
                            STR_ARG(call.url));
    }
    return rc != E_INVALID;
}

/* The service stores a message first and asks for its files after; what counts here is what it
 * has in the end. False when nothing is left of the message. */
static bool find_files(struct store *s, struct inbound *in) {
    struct str *list = ARENA_ARRAY(s->a, struct str, in->attachments);
    size_t n = 0;
    bool any = in->attachments > 0;
    for (size_t i = 0; i < in->attachments; i++) {
        n += find_file(s, in->attachment[i], &list[n]);
    }
    in->attachment = list;
    in->attachments = n;
    return n || !any || in->text.n;
}

/* ------------------------------------------------------------------ reports */

static const char *status_name(enum receipt_status st) {
    static const char *const names[] = {"wired", "sent",   "delivered",
                                        "read",  "failed", "unknown"};
    return names[st];
}

/* Statuses only move forward; the first final one stays, but read is better than delivered. */
static void move_state(struct store *s, enum receipt_status st) {
    if (st == RECEIPT_UNKNOWN) {
        return;
    }
    bool final = s->has_state && s->state >= RECEIPT_DELIVERED;
    bool better = !s->has_state || (!final && st >= s->state) ||
                  (s->state == RECEIPT_DELIVERED && st == RECEIPT_READ);
    if (better) {
        s->state = st;
        s->has_state = true;
    }
}

static void take_receipt(struct store *s, const struct receipt *r) {
    struct val_builder *b = val_map_begin(s->a);
    struct str uuid = uuid_of(s, r);
    val_put(b, "status", val_textz(s->a, status_name(r->status)));
    put_text(s, b, "msg_uuid", uuid);
    put_text(s, b, "external_id", r->provider_id);
    put_text(s, b, "reason", r->reason);
    val_put(b, "permanent", val_bool(r->permanent));
    val_push(s->statuses, val_end(b));
    s->n_statuses++;
    s->stored = true;
    s->outcome = STR("status");
    move_state(s, r->status);
}

/* ------------------------------------------------------------------ deliveries */

static void deliver(struct store *s, const struct gw_request *rq) {
    struct gw_parsed parsed;
    struct err err = {0};
    size_t before = s->n_statuses + s->n_events + (size_t)s->messages;
    struct str outcome = s->outcome, body = s->body;
    int http_status = s->http_status;
    bool stored = s->stored;
    memset(&parsed, 0, sizeof parsed);
    s->stored = false;
    s->outcome = STR("ignored");
    enum rc rc = s->rc.channel.kind->hook
                     ? s->rc.channel.kind->hook(&s->rc.channel, rq, s->a, &parsed, &err)
                     : E_UNSUPPORTED;
    if (rc < 0) {
        parsed.ins = parsed.receipts = 0;
        s->outcome = STR("rejected");
    }
    for (size_t i = 0; i < parsed.receipts; i++) {
        take_receipt(s, &parsed.receipt[i]);
    }
    for (size_t i = 0; i < parsed.ins; i++) {
        struct inbound in = parsed.in[i];
        if (!s->provider || find_files(s, &in)) {
            take_inbound(s, &in);
        }
    }
    for (size_t i = 0; i < parsed.reacts; i++, s->n_requests++) {
        val_push(s->requests, replay_request(&parsed.react[i], 0, s->a));
    }
    s->http_status = parsed.http_status ? parsed.http_status : rc < 0 ? 400 : 200;
    s->body = parsed.body;
    if (stored && before == s->n_statuses + s->n_events + (size_t)s->messages) {
        s->outcome = outcome; /* told of the last delivery that stored something */
        s->body = body;
        s->http_status = http_status;
    }
    s->stored |= stored;
}

static struct str multipart(const struct val *form, struct arena *a, struct buf *out) {
    static const char boundary[] = "replayed-form-boundary";
    for (size_t i = 0; i < form->map.n; i++) {
        struct str v =
            val_is(form->map.pair[i].val, VAL_TEXT) ? form->map.pair[i].val->text : STR_EMPTY;
        buf_printf(out, "--%s\r\nContent-Disposition: form-data; name=\"%.*s\"\r\n\r\n%.*s\r\n",
                   boundary, STR_ARG(form->map.pair[i].key), STR_ARG(v));
    }
    buf_printf(out, "--%s--\r\n", boundary);
    return arena_str(a, buf_view(out));
}

static void fill_request(struct store *s, const struct val *r, struct str query,
                         struct str body, struct gw_request *rq) {
    const struct val *headers = val_get(r, "headers");
    size_t n = val_is(headers, VAL_MAP) ? headers->map.n : 0;
    struct gw_header *h = ARENA_ARRAY(s->a, struct gw_header, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct val *v = headers->map.pair[i].val;
        h[i] = (struct gw_header){headers->map.pair[i].key,
                                  val_is(v, VAL_TEXT) ? v->text : STR_EMPTY};
    }
    if (val_is(val_get(r, "multipart"), VAL_MAP)) {
        struct buf out;
        buf_init(&out, 1 << 20);
        body = multipart(val_get(r, "multipart"), s->a, &out);
        buf_done(&out);
        h[n++] = (struct gw_header){
            STR("Content-Type"), STR("multipart/form-data; boundary=replayed-form-boundary")};
    }
    bool c_codec = !descriptor_is(s->rc.channel.kind);
    struct str path = val_get_text(r, "path", STR("/"));
    size_t slash = path.n;
    while (slash && path.p[slash - 1] != '/') {
        slash--;
    }
    memset(rq, 0, sizeof *rq);
    rq->method = val_get_text(r, "method", STR("GET"));
    rq->path = path;
    rq->action = str_sub(path, slash, path.n);
    rq->query = c_codec ? with_tags(s, query) : query;
    rq->body = c_codec ? with_tags(s, body) : body;
    rq->url = arena_printf(s->a, "https://gw.example.org%.*s%s%.*s", STR_ARG(path),
                           query.n ? "?" : "", STR_ARG(query));
    rq->header = h;
    rq->headers = n;
    rq->remote_ip = STR("192.0.2.1");
    rq->now_ms = s->rc.now_ms;
}

static void deliver_all(struct store *s, const struct val *r) {
    const struct val *queries = val_get(r, "query_sequence"),
                     *bodies = val_get(r, "body_sequence");
    struct str query = val_get_text(r, "query", STR("")),
               body = val_get_text(r, "body", STR(""));
    size_t n = queries  ? queries->list.n
               : bodies ? bodies->list.n
                        : (size_t)val_get_int(r, "repeat", 1);
    for (size_t i = 0; i < n && i < 1000; i++) {
        struct gw_request rq;
        const struct val *q = val_at_index(queries, i), *b = val_at_index(bodies, i);
        struct str text = val_is(b, VAL_TEXT) ? b->text : b ? json_text(b, s->a) : body;
        fill_request(s, r, val_is(q, VAL_TEXT) ? q->text : query, text, &rq);
        deliver(s, &rq);
    }
}

enum rc replay_in(const struct val *line, struct arena *a, struct val_builder *out,
                  struct err *err) {
    struct store *s = ARENA_NEW(a, struct store);
    s->a = a;
    s->line = line;
    s->statuses = val_list_begin(a);
    s->events = val_list_begin(a);
    s->requests = val_list_begin(a);
    s->provider = val_get(line, "mock_responses") ? replay_provider_new(line, a) : NULL;
    enum rc rc = replay_open(line, a, &s->rc, err);
    if (rc < 0) {
        return rc;
    }
    deliver_all(s, val_get(line, "request"));
    val_put(out, "http_status", val_int(a, s->http_status));
    val_put(out, "body", val_text(a, s->body.p ? s->body : STR("")));
    val_put(out, "outcome", val_text(a, s->outcome));
    val_put(out, "message", s->message);
    val_put(out, "statuses", s->n_statuses ? val_end(s->statuses) : NULL);
    val_put(out, "events", s->n_events ? val_end(s->events) : NULL);
    val_put(out, "messages_stored", val_int(a, s->messages));
    if (s->has_state) {
        val_put(out, "final_status", val_textz(a, status_name(s->state)));
    }
    val_put(out, "requests", s->n_requests ? val_end(s->requests) : NULL);
    return OK;
}
