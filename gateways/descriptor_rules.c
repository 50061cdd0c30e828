/* descriptor_rules.c - compiles the hooks of a descriptor: what a provider's requests mean. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "gateways/descriptor_priv.h"

/* ------------------------------------------------------------------ status maps */

static const struct {
    const char *name;
    enum receipt_status status;
    bool permanent, ignored;
} STATUSES[] = {{"queued", RECEIPT_QUEUED, false, false},
                {"sent", RECEIPT_SENT, false, false},
                {"delivered", RECEIPT_DELIVERED, false, false},
                {"read", RECEIPT_READ, false, false},
                {"failed", RECEIPT_FAILED, false, false},
                {"failed_forever", RECEIPT_FAILED, true, false},
                {"unknown", RECEIPT_UNKNOWN, false, false},
                {"ignored", RECEIPT_UNKNOWN, false, true}};
#define STATUSES_N (sizeof STATUSES / sizeof *STATUSES)

static void parse_mapping(struct str word, struct dmapping *m) {
    size_t dash = str_find_char(word, '-', 1);
    m->text = word;
    m->range = dash != SIZE_MAX && str_to_i64(str_sub(word, 0, dash), &m->low) &&
               str_to_i64(str_sub(word, dash + 1, word.n), &m->high);
}

static enum rc load_map(struct loader *l, const struct val *map, struct dstatus *s) {
    size_t n = 0;
    if (!val_is(map, VAL_MAP)) {
        return load_err(l, map, "a status needs 'map': {delivered: [...], failed: [...]...}");
    }
    for (size_t i = 0; i < map->map.n; i++) {
        const struct val *list = map->map.pair[i].val;
        n += list->type == VAL_LIST ? list->list.n : 1;
    }
    struct dmapping *m = ARENA_ARRAY(l->a, struct dmapping, n);
    for (size_t i = 0; i < map->map.n; i++) {
        const struct val_pair *p = &map->map.pair[i];
        size_t k = 0;
        while (k < STATUSES_N && !str_is(p->key, STATUSES[k].name)) {
            k++;
        }
        if (k == STATUSES_N) {
            enum rc rc = load_key_err(l, p, "'%.*s' is no status", STR_ARG(p->key));
            err_hint(
                l->err,
                "queued, sent, delivered, read, failed, failed_forever, unknown or ignored");
            return rc;
        }
        size_t items = p->val->type == VAL_LIST ? p->val->list.n : 1;
        for (size_t j = 0; j < items; j++) {
            const struct val *w = p->val->type == VAL_LIST ? p->val->list.item[j] : p->val;
            if (!val_is(w, VAL_TEXT)) {
                return load_err(l, w, "a value of the provider is expected here");
            }
            for (size_t x = 0; x < s->maps; x++) {
                if (str_eq(m[x].text, w->text)) {
                    return load_err(l, w, "'%.*s' is listed twice", STR_ARG(w->text));
                }
            }
            struct dmapping *to = &m[s->maps++];
            parse_mapping(w->text, to);
            to->status = STATUSES[k].status;
            to->permanent = STATUSES[k].permanent;
            to->ignored = STATUSES[k].ignored;
        }
    }
    s->map = m;
    return OK;
}

static enum rc load_status(struct loader *l, const struct val *v, const struct dstatus **ret) {
    static const char *const known[] = {"id",     "tag", "value",   "map",    "code",
                                        "reason", "at",  "blocked", "strict", NULL};
    struct dstatus *s = ARENA_NEW(l->a, struct dstatus);
    if (load_keys(l, v, "'status'", known) < 0) {
        return E_INVALID;
    }
    if (!val_get(v, "value") || (!val_get(v, "id") && !val_get(v, "tag"))) {
        return load_err(l, v, "a status needs 'value', and 'id' or 'tag'");
    }
    if (load_text(l, v, "id", DTEXT_RAW, &s->id) < 0 ||
        load_text(l, v, "tag", DTEXT_RAW, &s->tag) < 0 ||
        load_text(l, v, "value", DTEXT_RAW, &s->value) < 0 ||
        load_text(l, v, "code", DTEXT_RAW, &s->code) < 0 ||
        load_text(l, v, "reason", DTEXT_RAW, &s->reason) < 0 ||
        load_text(l, v, "at", DTEXT_RAW, &s->at) < 0 ||
        load_text(l, v, "blocked", DTEXT_RAW, &s->blocked) < 0 ||
        load_map(l, val_get(v, "map"), s) < 0) {
        return E_INVALID;
    }
    s->strict = load_is_true(v, "strict");
    l->d->receipts = true;
    *ret = s;
    return OK;
}

/* ------------------------------------------------------------------ messages, events, answers
 */

static enum rc load_message(struct loader *l, const struct val *v,
                            const struct dmessage **ret) {
    static const char *const known[] = {
        "from",     "scheme",  "text",     "id",   "at",    "to",    "attachments", "name",
        "reply_to", "payload", "part_ref", "part", "parts", "start", NULL};
    struct dmessage *m = ARENA_NEW(l->a, struct dmessage);
    const struct {
        const char *key;
        const struct dtext **to;
    } texts[] = {{"from", &m->from},
                 {"scheme", &m->scheme},
                 {"text", &m->text},
                 {"id", &m->id},
                 {"at", &m->at},
                 {"to", &m->to},
                 {"attachments", &m->attachments},
                 {"name", &m->name},
                 {"reply_to", &m->reply_to},
                 {"payload", &m->payload},
                 {"part_ref", &m->part_ref},
                 {"part", &m->part},
                 {"parts", &m->parts}};
    if (load_keys(l, v, "'message'", known) < 0 || load_expr(l, v, "start", &m->start) < 0) {
        return E_INVALID;
    }
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (load_text(l, v, texts[i].key, DTEXT_RAW, texts[i].to) < 0) {
            return E_INVALID;
        }
    }
    if (!m->from) {
        return load_err(l, v, "a message needs 'from'");
    }
    *ret = m;
    return OK;
}

static enum rc load_event(struct loader *l, const struct val *v, const struct devent **ret) {
    static const char *const known[] = {"type", "from", "scheme", "payload",
                                        "name", "id",   "when",   NULL};
    struct devent *e = ARENA_NEW(l->a, struct devent);
    if (load_keys(l, v, "'event'", known) < 0) {
        return E_INVALID;
    }
    struct str type = val_get_text(v, "type", STR_EMPTY);
    if (str_is(type, "blocked")) {
        e->kind = INBOUND_BLOCKED;
    } else if (str_is(type, "unblocked")) {
        e->kind = INBOUND_UNBLOCKED;
    } else if (str_is(type, "start")) {
        e->kind = INBOUND_START;
    } else {
        return load_err(l, v, "an event's 'type' is blocked, unblocked or start");
    }
    if (!val_get(v, "from")) {
        return load_err(l, v, "an event needs 'from'");
    }
    *ret = e;
    return load_text(l, v, "from", DTEXT_RAW, &e->from) < 0 ||
                   load_text(l, v, "scheme", DTEXT_RAW, &e->scheme) < 0 ||
                   load_text(l, v, "payload", DTEXT_RAW, &e->payload) < 0 ||
                   load_text(l, v, "name", DTEXT_RAW, &e->name) < 0 ||
                   load_text(l, v, "id", DTEXT_RAW, &e->id) < 0 ||
                   load_expr(l, v, "when", &e->when) < 0
               ? E_INVALID
               : OK;
}

static enum rc load_http_status(struct loader *l, const struct val *map, const char *key,
                                int dflt, int *ret) {
    int64_t v = dflt;
    if (val_get(map, key) &&
        (!str_to_i64(val_get_text(map, key, STR_EMPTY), &v) || v < 200 || v > 599)) {
        return load_err(l, val_get(map, key), "an HTTP status is a number from 200 to 599");
    }
    *ret = (int)v;
    return OK;
}

static enum rc load_answer(struct loader *l, const struct val *v, const struct danswer **ret) {
    static const char *const known[] = {"status", "type", "body", NULL};
    if (!v) {
        return OK;
    }
    struct danswer *a = ARENA_NEW(l->a, struct danswer);
    *ret = a;
    return load_keys(l, v, "'answer'", known) < 0 ||
                   load_http_status(l, v, "status", 200, &a->status) < 0 ||
                   load_text(l, v, "type", DTEXT_HEADER, &a->type) < 0 ||
                   load_text(l, v, "body", DTEXT_RAW, &a->body) < 0
               ? E_INVALID
               : OK;
}

/* ------------------------------------------------------------------ verification */

static enum rc load_verify_one(struct loader *l, const struct val *v, struct dverify *f) {
    static const char *const known[] = {"scheme",    "secret", "header", "value", "append",
                                        "timestamp", "prefix", "alg",    "skew",  "list",
                                        "encoding",  "status", "when",   "data",  NULL};
    if (load_keys(l, v, "'verify'", known) < 0) {
        return E_INVALID;
    }
    f->scheme = sign_find(val_get_text(v, "scheme", STR_EMPTY));
    if (!f->scheme) {
        enum rc rc = load_err(l, val_get(v, "scheme") ? val_get(v, "scheme") : v,
                              "no such verification scheme");
        err_hint(
            l->err,
            "twilio, vonage, hmac_body, jwt_hs, ed25519, static_header, url_secret, field or "
            "ip_list");
        return rc;
    }
    if (f->scheme->needs_secret && !val_get(v, "secret")) {
        return load_err(l, v, "this verification needs 'secret'");
    }
    f->base64 = str_is(val_get_text(v, "encoding", STR_EMPTY), "base64");
    if (load_http_status(l, v, "status", 401, &f->status) < 0 ||
        load_expr(l, v, "when", &f->when) < 0 ||
        load_text(l, v, "secret", DTEXT_RAW, &f->secret) < 0 ||
        load_text(l, v, "header", DTEXT_RAW, &f->header) < 0 ||
        load_text(l, v, "value", DTEXT_RAW, &f->value) < 0 ||
        load_text(l, v, "append", DTEXT_RAW, &f->append) < 0 ||
        load_text(l, v, "timestamp", DTEXT_RAW, &f->timestamp) < 0 ||
        load_text(l, v, "prefix", DTEXT_RAW, &f->prefix) < 0 ||
        load_text(l, v, "alg", DTEXT_RAW, &f->alg) < 0 ||
        load_text(l, v, "skew", DTEXT_RAW, &f->skew) < 0 ||
        load_text(l, v, "list", DTEXT_RAW, &f->list) < 0 ||
        load_text(l, v, "data", DTEXT_RAW, &f->data) < 0) {
        return E_INVALID;
    }
    return f->secret ? load_no_secret(l, STR("secret"), val_get(v, "secret"), f->secret) : OK;
}

static enum rc load_verify(struct loader *l, const struct val *v, struct dhook *h) {
    if (!v) {
        return OK;
    }
    bool list = v->type == VAL_LIST;
    size_t n = list ? v->list.n : 1;
    struct dverify *f = ARENA_ARRAY(l->a, struct dverify, n);
    for (size_t i = 0; i < n; i++) {
        if (load_verify_one(l, list ? v->list.item[i] : v, &f[i]) < 0) {
            return E_INVALID;
        }
    }
    h->verify = f;
    h->verifies = n;
    return OK;
}

/* ------------------------------------------------------------------ hooks */

static enum rc load_require(struct loader *l, const struct val *list,
                            const struct drequire **ret, size_t *ret_n) {
    if (!list) {
        return OK;
    }
    if (!val_is(list, VAL_LIST)) {
        return load_err(l, list, "'require' is a list of expressions");
    }
    struct drequire *r = ARENA_ARRAY(l->a, struct drequire, list->list.n);
    for (size_t i = 0; i < list->list.n; i++) {
        const struct val *v = list->list.item[i];
        struct val_pair pair = {.key = STR("require"), .val = v};
        const struct val *map = val_map(l->a, &pair, 1);
        r[i].text = val_is(v, VAL_TEXT) ? v->text : STR_EMPTY;
        if (load_expr(l, map, "require", &r[i].test) < 0) {
            return E_INVALID;
        }
    }
    *ret = r;
    *ret_n = list->list.n;
    return OK;
}

static enum rc load_rule(struct loader *l, const struct val *v, struct dhrule *r) {
    static const char *const known[] = {"when",   "ignore", "reject", "status_code", "message",
                                        "status", "event",  "answer", NULL};
    if (load_keys(l, v, "a rule", known) < 0 || load_expr(l, v, "when", &r->when) < 0 ||
        load_http_status(l, v, "status_code", 400, &r->reject_status) < 0 ||
        load_answer(l, val_get(v, "answer"), &r->answer) < 0) {
        return E_INVALID;
    }
    r->ignore = val_get_text(v, "ignore", STR_EMPTY);
    r->reject = val_get_text(v, "reject", STR_EMPTY);
    bool says = val_get(v, "message") || val_get(v, "status") || val_get(v, "event");
    if (says + (r->ignore.n > 0) + (r->reject.n > 0) != 1) {
        return load_err(l, v,
                        "a rule needs 'message', 'status' or 'event'; or 'ignore'; or 'reject' "
                        "(with a reason)");
    }
    if (val_get(v, "message") && load_message(l, val_get(v, "message"), &r->message) < 0) {
        return E_INVALID;
    }
    if (val_get(v, "status") && load_status(l, val_get(v, "status"), &r->status) < 0) {
        return E_INVALID;
    }
    return val_get(v, "event") ? load_event(l, val_get(v, "event"), &r->event) : OK;
}

static enum rc load_hook_rules(struct loader *l, const struct val *list, struct dhook *h) {
    if (!val_is(list, VAL_LIST) || !list->list.n) {
        return load_err(l, list, "a hook needs 'rules': a list");
    }
    struct dhrule *r = ARENA_ARRAY(l->a, struct dhrule, list->list.n);
    for (size_t i = 0; i < list->list.n; i++) {
        if (load_reached(l, list, i) < 0) {
            return E_INVALID;
        }
        if (load_rule(l, list->list.item[i], &r[i]) < 0) {
            return E_INVALID;
        }
    }
    h->rule = r;
    h->rules = list->list.n;
    return OK;
}

/* What a hook and a poll have in common. */
static enum rc load_reading(struct loader *l, const struct val *v, struct dhook *h) {
    return load_lets(l, val_get(v, "let"), &h->let) < 0 ||
                   load_require(l, val_get(v, "require"), &h->require, &h->requires) < 0 ||
                   load_expr(l, v, "each", &h->each) < 0 ||
                   load_lets(l, val_get(v, "each_let"), &h->each_let) < 0 ||
                   load_require(l, val_get(v, "each_require"), &h->each_require,
                                &h->each_requires) < 0 ||
                   load_hook_rules(l, val_get(v, "rules"), h) < 0
               ? E_INVALID
               : OK;
}

static enum rc load_hook(struct loader *l, const struct val_pair *p, const struct val *all,
                         struct dhook *h) {
    static const char *const known[] = {"verify",       "let",   "require", "each", "each_let",
                                        "each_require", "rules", "answer",  NULL};
    if (load_keys(l, p->val, "a hook", known) < 0) {
        return E_INVALID;
    }
    struct str *name = ARENA_ARRAY(l->a, struct str, 8);
    struct str rest = p->key, one;
    while (rest.n && h->actions < 8 && str_next(&rest, '|', &one)) {
        name[h->actions++] = str_trim(one);
    }
    h->action = name;
    const struct val *verify =
        val_get(p->val, "verify") ? val_get(p->val, "verify") : val_get(all, "verify");
    const struct val *answer =
        val_get(p->val, "answer") ? val_get(p->val, "answer") : val_get(all, "answer");
    int lets = l->lets;
    enum rc rc = load_lets(l, val_get(all, "let"), &h->let);
    if (rc == OK && val_get(all, "let") && val_get(p->val, "let")) {
        return load_err(l, val_get(p->val, "let"),
                        "'let' stands either in 'hooks' or in each hook");
    }
    rc = rc < 0 || load_verify(l, verify, h) < 0 || load_reading(l, p->val, h) < 0 ||
                 load_answer(l, answer, &h->answer) < 0
             ? E_INVALID
             : OK;
    l->lets = lets;
    return rc;
}

enum rc load_hooks(struct loader *l, const struct val *v) {
    if (!v) {
        return OK;
    }
    if (!val_is(v, VAL_MAP)) {
        return load_err(l, v, "'hooks' must be a map of 'action: hook'");
    }
    struct dhook *h = ARENA_ARRAY(l->a, struct dhook, v->map.n);
    l->context = CTX_HOOK;
    for (size_t i = 0; i < v->map.n; i++) {
        struct str key = v->map.pair[i].key;
        if (str_is(key, "verify") || str_is(key, "answer") || str_is(key, "let")) {
            continue;
        }
        if (l->d->hooks && str_is(h[l->d->hooks - 1].action[0], "*")) {
            return load_key_err(l, &v->map.pair[i],
                                "this hook is never reached: '*' before it takes all");
        }
        if (load_hook(l, &v->map.pair[i], v, &h[l->d->hooks]) < 0) {
            return E_INVALID;
        }
        l->d->hooks++;
    }
    l->d->hook = h;
    return OK;
}

enum rc load_poll(struct loader *l, const struct val *v) {
    static const char *const known[] = {"request", "every", "cursor",   "let",
                                        "require", "each",  "each_let", "each_require",
                                        "rules",   "when",  "more",     NULL};
    if (!v) {
        return OK;
    }
    int64_t every = 60;
    struct dcall *call = ARENA_NEW(l->a, struct dcall);
    struct dhook *h = ARENA_NEW(l->a, struct dhook);
    if (load_keys(l, v, "'poll'", known) < 0) {
        return E_INVALID;
    }
    if (!val_get(v, "request")) {
        return load_err(l, v, "'poll' needs 'request'");
    }
    if (val_get(v, "every") && (!str_to_i64(val_get_text(v, "every", STR_EMPTY), &every) ||
                                every < 1 || every > 86400)) {
        return load_err(l, val_get(v, "every"),
                        "'every' is a number of seconds from 1 to 86400");
    }
    l->d->poll_every_s = (int)every;
    l->context = CTX_POLL;
    if (load_expr(l, v, "when", &l->d->poll_when) < 0) {
        return E_INVALID;
    }
    if (load_call(l, val_get(v, "request"), CALL_POLL, call) < 0) {
        return E_INVALID;
    }
    l->context = CTX_HOOK | CTX_RESULT;
    int lets = l->lets;
    if (load_reading(l, v, h) < 0 || load_expr(l, v, "more", &l->d->poll_more) < 0 ||
        load_text(l, v, "cursor", DTEXT_RAW, &l->d->poll_cursor) < 0) {
        return E_INVALID;
    }
    l->lets = lets;
    l->d->poll = call;
    l->d->poll_hook = h;
    return OK;
}
