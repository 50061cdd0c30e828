/* wire_case.c - runs one recorded exchange of tests/wire. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/fake/wire_case.h"

#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "tests/fake/gw_case.h"

#define FILE_MAX (256 * 1024)

/* ------------------------------------------------------------------ results as maps */

static void put(struct val_builder *b, const char *key, struct str s, struct arena *a) {
    if (s.n) {
        val_put(b, key, val_text(a, s));
    }
}

static void put_int(struct val_builder *b, const char *key, int64_t i, struct arena *a) {
    if (i) {
        val_put(b, key, val_int(a, i));
    }
}

static void put_flag(struct val_builder *b, const char *key, bool on) {
    if (on) {
        val_put(b, key, &VAL_TRUE);
    }
}

static const struct val *texts(const struct str *s, size_t n, struct arena *a) {
    struct val_builder *b = val_list_begin(a);
    for (size_t i = 0; i < n; i++) {
        val_push(b, val_text(a, s[i]));
    }
    return n ? val_end(b) : NULL;
}

static const struct val *from_inbound(const struct inbound *in, struct arena *a) {
    static const char *const KINDS[] = {"text",    "button",    "contact", "start",
                                        "blocked", "unblocked", "edited"};
    struct val_builder *b = val_map_begin(a);
    val_put(b, "kind", val_textz(a, KINDS[in->kind]));
    put(b, "provider_id", in->provider_id, a);
    put(b, "message_ref", in->message_ref, a);
    put(b, "scheme", in->from.scheme, a);
    put(b, "from", in->from.value, a);
    put(b, "to", in->to.value, a);
    put(b, "text", in->text, a);
    put(b, "payload", in->payload, a);
    put(b, "reply_to_tag", in->reply_to_tag, a);
    val_put(b, "attachments", texts(in->attachment, in->attachments, a));
    put_int(b, "sent_ms", in->sent_ms, a);
    put(b, "name", in->person_name, a);
    put(b, "handle", in->person_handle, a);
    put(b, "callback_id", in->callback_id, a);
    put_int(b, "part", in->part, a);
    put_int(b, "parts", in->parts, a);
    put(b, "part_ref", in->part_ref, a);
    return val_end(b);
}

static const struct val *from_receipt(const struct receipt *r, struct arena *a) {
    static const char *const STATUSES[] = {"queued", "sent",   "delivered",
                                           "read",   "failed", "unknown"};
    struct val_builder *b = val_map_begin(a);
    val_put(b, "status", val_textz(a, STATUSES[r->status]));
    put(b, "provider_id", r->provider_id, a);
    if (r->message_id) {
        put(b, "tag", gw_tag(r->message_id, a), a);
    }
    put_flag(b, "permanent", r->permanent);
    put(b, "code", r->code, a);
    put(b, "reason", r->reason, a);
    put_int(b, "part", r->part, a);
    return val_end(b);
}

static const struct val *from_call(const struct gw_call *c, struct arena *a) {
    struct val_builder *b = val_map_begin(a), *h = val_map_begin(a);
    put(b, "method", c->method, a);
    put(b, "url", c->url, a);
    for (size_t i = 0; i < c->headers; i++) {
        val_put_str(h, c->header[i].name, val_text(a, c->header[i].value));
    }
    val_put(b, "headers", c->headers ? val_end(h) : NULL);
    put(b, "body", c->body, a);
    return val_end(b);
}

static const struct val *from_calls(const struct gw_call *c, size_t n, struct arena *a) {
    struct val_builder *b = val_list_begin(a);
    for (size_t i = 0; i < n; i++) {
        val_push(b, from_call(&c[i], a));
    }
    return n ? val_end(b) : NULL;
}

static void put_parsed(struct val_builder *b, const struct gw_parsed *p, struct arena *a) {
    struct val_builder *in = val_list_begin(a), *receipts = val_list_begin(a);
    for (size_t i = 0; i < p->ins; i++) {
        val_push(in, from_inbound(&p->in[i], a));
    }
    for (size_t i = 0; i < p->receipts; i++) {
        val_push(receipts, from_receipt(&p->receipt[i], a));
    }
    put_int(b, "http_status", p->http_status, a);
    put(b, "body", p->body, a);
    val_put(b, "in", p->ins ? val_end(in) : NULL);
    val_put(b, "receipts", p->receipts ? val_end(receipts) : NULL);
    val_put(b, "react", from_calls(p->react, p->reacts, a));
    put(b, "reason", p->reason, a);
}

static const struct val *from_outcome(const struct outcome *o, struct arena *a) {
    static const char *const KINDS[] = {"sent", "later", "never", "unknown"};
    struct val_builder *b = val_map_begin(a);
    val_put(b, "kind", val_textz(a, KINDS[o->kind]));
    val_put(b, "provider_ids", texts(o->provider_id, o->provider_ids, a));
    put_int(b, "retry_after_ms", o->retry_after_ms, a);
    put_flag(b, "throttled", o->throttled);
    put_flag(b, "pause_channel", o->pause_channel);
    put_flag(b, "channel_fault", o->channel_fault);
    put_flag(b, "bad_address", o->bad_address);
    put_flag(b, "opted_out", o->opted_out);
    put_int(b, "resume_part", o->resume_part, a);
    put(b, "code", o->code, a);
    put(b, "reason", o->reason, a);
    put(b, "new_address", o->new_address, a);
    return val_end(b);
}

/* ------------------------------------------------------------------ the file as structures */

static const struct gw_header *headers_of(const struct val *map, struct arena *a,
                                          size_t *ret_n) {
    size_t n = val_is(map, VAL_MAP) ? map->map.n : 0;
    struct gw_header *h = ARENA_ARRAY(a, struct gw_header, n);
    for (size_t i = 0; i < n; i++) {
        h[i] = (struct gw_header){map->map.pair[i].key, map->map.pair[i].val->text};
    }
    *ret_n = n;
    return h;
}

/* A body is a text, or any other JSON value, which is then written compactly. */
static struct str body_of(const struct val *map, struct arena *a) {
    const struct val *v = val_get(map, "body");
    if (!v) {
        return STR("");
    }
    return val_is(v, VAL_TEXT) ? v->text : json_text(v, a);
}

static struct gw_answer answer_of(const struct val *v, struct arena *a) {
    struct gw_answer x = {.status = (int)val_get_int(v, "status", 0)};
    x.left = val_get_bool(v, "left", x.status != 0);
    x.error = val_get_text(v, "error", STR_EMPTY);
    x.header = headers_of(val_get(v, "headers"), a, &x.headers);
    x.body = body_of(v, a);
    return x;
}

static struct outbound outbound_of(const struct val *v, struct arena *a) {
    static const char *const KINDS[] = {"reply", "link", "app", "phone", "place", NULL};
    const struct val *buttons = val_get(v, "buttons"), *files = val_get(v, "attachments");
    size_t nb = val_is(buttons, VAL_LIST) ? buttons->list.n : 0;
    size_t nf = val_is(files, VAL_LIST) ? files->list.n : 0;
    struct button *b = ARENA_ARRAY(a, struct button, nb);
    struct str *f = ARENA_ARRAY(a, struct str, nf);
    for (size_t i = 0; i < nb; i++) {
        const struct val *one = buttons->list.item[i];
        struct str kind = val_get_text(one, "kind", STR("reply"));
        b[i].label = val_get_text(one, "label", STR_EMPTY);
        b[i].payload = val_get_text(one, "payload", STR_EMPTY);
        for (int k = 0; KINDS[k]; k++) {
            b[i].kind = str_is(kind, KINDS[k]) ? (enum button_kind)k : b[i].kind;
        }
    }
    for (size_t i = 0; i < nf; i++) {
        f[i] = files->list.item[i]->text;
    }
    int64_t id = val_get_int(v, "id", 1234567890123);
    return (struct outbound){
        .id = id,
        .tag = gw_tag(id, a),
        .to = {val_get_text(v, "scheme", STR("tel")),
               val_get_text(v, "to", STR("+33639980123"))},
        .text = val_get_text(v, "text", STR("")),
        .button = b,
        .buttons = nb,
        .ask_contact = val_get_bool(v, "ask_contact", false),
        .attachment = f,
        .attachments = nf,
        .lang = val_get_text(v, "lang", STR("fr")),
        .bulk = val_get_bool(v, "bulk", false),
        .expires_ms = val_get_int(v, "expires_ms", 0),
        .first_part = (int)val_get_int(v, "first_part", 0),
        .attempt = 1,
    };
}

/* ------------------------------------------------------------------ running */

static const struct val *run_hook(struct gw_case *c, const struct val *rq) {
    struct gw_parsed p;
    size_t n;
    const struct gw_header *h = headers_of(val_get(rq, "headers"), &c->a, &n);
    struct val_builder *b = val_map_begin(&c->a);
    enum rc rc = gw_case_hook(c, arena_cstr(&c->a, val_get_text(rq, "method", STR("GET"))),
                              arena_cstr(&c->a, val_get_text(rq, "action", STR(""))),
                              arena_cstr(&c->a, val_get_text(rq, "query", STR(""))), h, n,
                              arena_cstr(&c->a, body_of(rq, &c->a)), &p);
    val_put(b, "rc", val_textz(&c->a, rc_name(rc)));
    put_parsed(b, &p, &c->a);
    return val_end(b);
}

static const struct val *run_poll(struct gw_case *c, const struct val *v) {
    struct gw_parsed p = {0};
    struct str cursor = val_get_text(v, "cursor", STR("")), next = cursor;
    struct gw_answer answer = answer_of(val_get(v, "answer"), &c->a);
    struct gw_call call;
    int64_t wait = 0;
    struct val_builder *b = val_map_begin(&c->a);
    c->ch.kind->poll_call(&c->ch, cursor, 0, &c->a, &call);
    enum rc rc = c->ch.kind->poll_parse(&c->ch, cursor, &answer, c->now_ms, &c->a, &p, &next,
                                        &wait, &c->err);
    val_put(b, "call", from_call(&call, &c->a));
    val_put(b, "rc", val_textz(&c->a, rc_name(rc)));
    put_parsed(b, &p, &c->a);
    put(b, "cursor", next, &c->a);
    put_int(b, "wait_ms", wait, &c->a);
    return val_end(b);
}

static const struct val *run_send(struct gw_case *c, const struct val *v,
                                  const struct val *answers) {
    struct outbound msg = outbound_of(v, &c->a);
    size_t n = val_is(answers, VAL_LIST) ? answers->list.n : 0;
    struct gw_answer *x = ARENA_ARRAY(&c->a, struct gw_answer, n);
    for (size_t i = 0; i < n; i++) {
        x[i] = answer_of(answers->list.item[i], &c->a);
    }
    struct outcome o = gw_case_send(c, &msg, x, n);
    struct val_builder *b = val_map_begin(&c->a);
    val_put(b, "calls", from_calls(c->call, c->calls, &c->a));
    val_put(b, "outcome", from_outcome(&o, &c->a));
    return val_end(b);
}

/* "tests/wire/kannel/x.json" -> "kannel" */
static char *gateway_of(const char *path, struct arena *a) {
    struct str rest = str_from(path), part, folder = STR(""), last = STR("");
    while (str_next(&rest, '/', &part)) {
        folder = last;
        last = part;
    }
    return arena_cstr(a, folder);
}

enum rc wire_case_run(const char *path, struct arena *a, const struct val **ret_got,
                      const struct val **ret_want, struct err *err) {
    struct str text;
    const struct val *file, *got;
    struct gw_case c;
    enum rc rc = file_read(path, FILE_MAX, a, &text, err);
    if (rc == OK) {
        rc = json_parse(text, a, &file, err);
    }
    if (rc != OK) {
        return rc;
    }
    const struct val *config = val_get(file, "config");
    rc = gw_case_open(&c, gateway_of(path, a), arena_cstr(a, json_text(config, a)));
    if (rc != OK) {
        *err = c.err;
        gw_case_done(&c);
        return rc;
    }
    if (val_get(file, "hook")) {
        got = run_hook(&c, val_get(file, "hook"));
    } else if (val_get(file, "poll")) {
        got = run_poll(&c, val_get(file, "poll"));
    } else {
        got = run_send(&c, val_get(file, "send"), val_get(file, "answers"));
    }
    *ret_got = val_copy(a, got);
    *ret_want = val_get(file, "gives");
    gw_case_done(&c);
    return OK;
}
