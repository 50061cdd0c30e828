/* descriptor_hook.c - reads a provider's web-hook by its descriptor: verified first, then
 * understood. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/text.h"
#include "gateways/descriptor_priv.h"

#define ITEMS_MAX 500 /* messages and reports of one request */

/* A provider that gives no id: one is made of the bytes and of the minute, so that a repeated
 * request is known again and the same words an hour later are not. */
#define MADE_ID_WINDOW_MS (60 * 1000)

struct reading {
    struct drun *run;
    struct gw_parsed *ret;
    struct inbound *in;
    struct receipt *receipt;
    int made; /* ids made so far */
    struct err *err;
};

/* ------------------------------------------------------------------ addresses and ids */

static struct str made_id(struct reading *r) {
    struct arena *a = r->run->env.a;
    const struct gw_request *rq = r->run->rq;
    unsigned char out[DIGEST_MAX];
    struct str bytes = arena_printf(
        a, "%.*s?%.*s\n%.*s\n%lld/%d", STR_ARG(rq ? rq->path : STR_EMPTY),
        STR_ARG(rq ? rq->query : r->run->cursor), STR_ARG(rq ? rq->body : r->run->answer->body),
        (long long)(r->run->env.now_ms / MADE_ID_WINDOW_MS), r->made++);
    digest_hash(DIGEST_SHA256, bytes, out);
    struct str hex = digest_hex(out, 12, a);
    return arena_printf(a, "made-%.*s", STR_ARG(hex));
}

/* Telephone numbers become E.164; other schemes are taken as they are. */
static enum rc read_address(struct reading *r, const struct dtext *value,
                            const struct dtext *scheme, struct address *ret) {
    struct drun *run = r->run;
    ret->scheme = scheme ? drun_text(run, scheme) : run->d->kind.scheme;
    struct str raw = str_trim(drun_text(run, value));
    if (run->env.failed.n || !raw.n) {
        return E_INVALID;
    }
    if (!str_is(ret->scheme, "tel")) {
        ret->value = text_repair(raw, run->env.a);
        return raw.n <= 128 ? OK : E_INVALID;
    }
    const struct val *number = dexpr_e164(&run->env, val_text(run->env.a, raw));
    ret->value = dexpr_text(number, run->env.a);
    return number->type == VAL_TEXT ? OK : E_INVALID;
}

static struct str clean(struct reading *r, const struct dtext *t) {
    return text_repair(drun_text(r->run, t), r->run->env.a);
}

static int64_t whole(struct reading *r, const struct dtext *t) {
    int64_t v = 0;
    return t && str_to_i64(drun_text(r->run, t), &v) ? v : 0;
}

static enum rc malformed(struct reading *r, const char *what) {
    r->ret->http_status = 400;
    struct str why = r->run->env.failed;
    return err_set(r->err, E_INVALID, "%s%s%.*s", what, why.n ? ": " : "", STR_ARG(why));
}

/* ------------------------------------------------------------------ messages, reports, events
 */

static struct inbound *new_inbound(struct reading *r) {
    struct inbound *in = &r->in[r->ret->ins];
    in->gateway = str_from(r->run->d->kind.name);
    in->channel = r->run->ch->name;
    return in;
}

static void read_attachments(struct reading *r, const struct dtext *t, struct inbound *in) {
    const struct val *v = t ? dtext_value(t, &r->run->env, NULL) : &VAL_NIL;
    size_t n = v->type == VAL_LIST ? v->list.n : dexpr_is_empty(v) ? 0 : 1;
    struct str *list = ARENA_ARRAY(r->run->env.a, struct str, n);
    for (size_t i = 0; i < n; i++) {
        struct str s = dexpr_text(v->type == VAL_LIST ? v->list.item[i] : v, r->run->env.a);
        if (s.n) {
            list[in->attachments++] = text_repair(s, r->run->env.a);
        }
    }
    in->attachment = list;
}

static enum rc read_message(struct reading *r, const struct dmessage *m) {
    struct inbound *in = new_inbound(r);
    if (read_address(r, m->from, m->scheme, &in->from) < 0) {
        return malformed(r, "the sender is no address");
    }
    in->kind = INBOUND_TEXT;
    in->text = m->text ? clean(r, m->text) : STR("");
    in->payload = m->payload ? clean(r, m->payload) : STR("");
    in->reply_to_tag = clean(r, m->reply_to);
    in->person_name = clean(r, m->name);
    in->to.value = clean(r, m->to);
    in->to.scheme = in->to.value.n ? r->run->d->kind.scheme : STR_EMPTY;
    in->sent_ms = whole(r, m->at);
    read_attachments(r, m->attachments, in);
    in->part_ref = clean(r, m->part_ref);
    if (in->part_ref.n) {
        in->part = (int)whole(r, m->part);
        in->parts = (int)whole(r, m->parts);
        if (in->parts < 1 || in->parts > 100 || in->part < 1 || in->part > in->parts) {
            in->part = in->parts = 0;
        }
    }
    if (m->start && drun_when(r->run, m->start)) {
        in->kind = INBOUND_START;
    } else if (in->payload.n) {
        in->kind = INBOUND_BUTTON;
    }
    struct str id = clean(r, m->id);
    if (r->run->env.failed.n) {
        return malformed(r, "a field cannot be read");
    }
    in->provider_id = id.n ? id : made_id(r);
    r->ret->ins++;
    return OK;
}

static enum rc read_blocked(struct reading *r, const struct dtext *from,
                            const struct dtext *scheme, enum inbound_kind kind, struct str id) {
    struct inbound *in = new_inbound(r);
    if (read_address(r, from, scheme, &in->from) < 0) {
        return NONE;
    }
    in->kind = kind;
    in->text = STR("");
    in->provider_id = id.n ? id : made_id(r);
    r->ret->ins++;
    return OK;
}

static enum rc read_event(struct reading *r, const struct devent *e) {
    if (!drun_when(r->run, e->when)) {
        return OK;
    }
    size_t at = r->ret->ins;
    if (read_blocked(r, e->from, e->scheme, e->kind, clean(r, e->id)) != OK) {
        return malformed(r, "the event's person is no address");
    }
    r->in[at].payload = clean(r, e->payload);
    r->in[at].person_name = clean(r, e->name);
    return OK;
}

/* A value named as such goes before one that lies in a range. */
static const struct dmapping *mapping_of(const struct dstatus *s, struct str value) {
    const struct dmapping *in_range = NULL;
    int64_t v;
    bool number = str_to_i64(value, &v);
    for (size_t i = 0; i < s->maps; i++) {
        const struct dmapping *m = &s->map[i];
        if (str_eq(m->text, value)) {
            return m;
        }
        if (!in_range && m->range && number && v >= m->low && v <= m->high) {
            in_range = m;
        }
    }
    return in_range;
}

static enum rc read_status(struct reading *r, const struct dstatus *s) {
    struct drun *run = r->run;
    struct receipt *rc = &r->receipt[r->ret->receipts];
    struct str value = str_trim(clean(r, s->value));
    const struct dmapping *m = mapping_of(s, value);
    if (!m && (s->strict || !value.n)) {
        return malformed(r, value.n ? "a status that is not in the map"
                                    : "a report without its status");
    }
    if (!m || m->ignored) {
        r->ret->reason = STR("a status that says nothing to us");
        return OK;
    }
    struct str tag = clean(r, s->tag);
    memset(rc, 0, sizeof *rc);
    rc->gateway = str_from(run->d->kind.name);
    rc->channel = run->ch->name;
    rc->provider_id = clean(r, s->id);
    rc->tag = dexpr_is_tag(tag) ? tag : STR_EMPTY;
    if (rc->tag.n && gw_untag(rc->tag, &rc->message_id) != OK) {
        rc->message_id = 0;
    }
    if (!rc->provider_id.n && !rc->tag.n) {
        return malformed(r, "a report that names no message");
    }
    rc->status = m->status;
    rc->permanent = m->permanent;
    rc->code = clean(r, s->code);
    rc->reason = clean(r, s->reason);
    rc->at_ms = whole(r, s->at);
    if (run->env.failed.n) {
        return malformed(r, "a field cannot be read");
    }
    r->ret->receipts++;
    if (s->blocked) {
        (void)read_blocked(r, s->blocked, NULL, INBOUND_BLOCKED, STR_EMPTY);
        run->env.failed = STR_EMPTY;
    }
    return OK;
}

/* ------------------------------------------------------------------ rules */

static void put_answer(struct reading *r, const struct danswer *a) {
    r->ret->http_status = a->status;
    r->ret->content_type =
        a->type ? drun_text(r->run, a->type) : STR("text/plain; charset=utf-8");
    r->ret->body = drun_text(r->run, a->body);
}

static enum rc apply_rule(struct reading *r, const struct dhrule *rule) {
    if (rule->answer) {
        put_answer(r, rule->answer);
    }
    if (rule->ignore.n) {
        r->ret->reason = rule->ignore;
        return OK;
    }
    if (rule->reject.n) {
        enum rc rc = malformed(r, arena_cstr(r->run->env.a, rule->reject));
        r->ret->http_status = rule->reject_status;
        return rc;
    }
    enum rc rc = rule->status ? read_status(r, rule->status) : OK;
    if (rc == OK && rule->message) {
        rc = read_message(r, rule->message);
    }
    return rc == OK && rule->event ? read_event(r, rule->event) : rc;
}

static enum rc check_required(struct reading *r, const struct drequire *list, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (dexpr_is_empty(dexpr_eval(list[i].test, &r->run->env))) {
            r->ret->http_status = 400;
            return err_set(r->err, E_INVALID, "missing: %.*s", STR_ARG(list[i].text));
        }
    }
    return OK;
}

static enum rc read_item(struct reading *r, const struct dhook *h) {
    drun_lets(r->run, &h->each_let);
    if (check_required(r, h->each_require, h->each_requires) < 0) {
        return E_INVALID;
    }
    for (size_t i = 0; i < h->rules; i++) {
        if (drun_when(r->run, h->rule[i].when)) {
            return apply_rule(r, &h->rule[i]);
        }
    }
    r->ret->reason = STR("no rule speaks of this");
    return OK;
}

static enum rc read_items(struct reading *r, const struct dhook *h) {
    static const struct val *const none[1] = {&VAL_NIL};
    struct arena *a = r->run->env.a;
    const struct val *list = h->each ? dexpr_eval(h->each, &r->run->env) : NULL;
    bool many = val_is(list, VAL_LIST);
    size_t n = many ? list->list.n : list && dexpr_is_empty(list) ? 0 : 1;
    const struct val *const *item = many ? list->list.item : list ? &list : none;
    if (n > ITEMS_MAX) {
        return malformed(r, "too many items in one request");
    }
    if (!n) {
        r->ret->reason = STR("an empty list");
    }
    r->in = ARENA_ARRAY(a, struct inbound, n * 2 + 1);
    r->receipt = ARENA_ARRAY(a, struct receipt, n + 1);
    r->ret->in = r->in;
    r->ret->receipt = r->receipt;
    size_t wrong = 0;
    for (size_t i = 0; i < n; i++) {
        size_t ins = r->ret->ins, receipts = r->ret->receipts;
        r->run->it = item[i];
        if (read_item(r, h) < 0) { /* one bad item does not hold the others back */
            r->ret->ins = ins;
            r->ret->receipts = receipts;
            r->run->env.failed = STR_EMPTY;
            wrong++;
        }
    }
    if (!wrong || r->ret->ins || r->ret->receipts) {
        return OK;
    }
    r->ret->http_status = r->ret->http_status >= 400 ? r->ret->http_status : 400;
    return E_INVALID;
}

enum rc descriptor_read(struct drun *run, const struct dhook *h, struct gw_parsed *ret,
                        struct err *err) {
    struct reading r = {.run = run, .ret = ret, .err = err};
    ret->http_status = 200;
    ret->content_type = STR("text/plain; charset=utf-8");
    ret->body = STR("");
    if (h->answer) {
        put_answer(&r, h->answer);
    }
    drun_lets(run, &h->let);
    enum rc rc = check_required(&r, h->require, h->requires);
    if (rc == OK) {
        rc = run->env.failed.n ? malformed(&r, "a field cannot be read") : read_items(&r, h);
    }
    if (rc < 0) {
        ret->body = STR("");
    } else if (ret->http_status >= 400) {
        ret->http_status = 200; /* an item was wrong, others were not */
    }
    return rc;
}

/* ------------------------------------------------------------------ verification */

/* NONE when its setting is absent: then it proves nothing. */
static enum rc verify_one(struct drun *run, const struct dverify *v) {
    struct sign_input in = {.rq = run->rq,
                            .secret = drun_text(run, v->secret),
                            .header = drun_text(run, v->header),
                            .given = drun_text(run, v->value),
                            .prefix = drun_text(run, v->prefix),
                            .append = drun_text(run, v->append),
                            .timestamp = drun_text(run, v->timestamp),
                            .alg = drun_text(run, v->alg),
                            .list = drun_text(run, v->list),
                            .data = v->data ? drun_text(run, v->data) : STR_EMPTY,
                            .base64 = v->base64};
    if (!drun_when(run, v->when)) {
        return OK; /* the descriptor says that this request needs none */
    }
    if (v->scheme->needs_secret ? !in.secret.n : !in.list.n) {
        return NONE;
    }
    if (!str_to_i64(drun_text(run, v->skew), &in.skew_s)) {
        in.skew_s = 0;
    }
    return v->scheme->check(&in, run->env.a);
}

/* Settings of every channel, whatever its provider: a secret in the address, a list of
 * addresses. */
static enum rc verify_common(struct drun *run) {
    struct sign_input in = {.rq = run->rq,
                            .secret = val_get_text(run->env.config, "hook_secret", STR_EMPTY),
                            .list = val_get_text(run->env.config, "allow_ips", STR_EMPTY)};
    if (!in.secret.n && !in.list.n) {
        return NONE;
    }
    if (in.secret.n && SIGN_URL_SECRET.check(&in, run->env.a) != OK) {
        return E_DENIED;
    }
    return in.list.n ? SIGN_IP_LIST.check(&in, run->env.a) : OK;
}

/* Anybody can call a public address: a hook that nothing proves is refused, not believed. */
static enum rc verify(struct drun *run, const struct dhook *h, struct gw_parsed *ret,
                      struct err *err) {
    enum rc common = verify_common(run);
    bool proven = common == OK || run->ch->lenient;
    ret->http_status = 401;
    if (common == E_DENIED) {
        return err_set(err, E_DENIED,
                       "the request's secret or address is not the expected one");
    }
    for (size_t i = 0; i < h->verifies; i++) {
        enum rc rc = verify_one(run, &h->verify[i]);
        if (rc == E_DENIED) {
            ret->http_status = h->verify[i].status;
            return err_set(err, E_DENIED, "the request is not signed as %s signs",
                           run->d->kind.title);
        }
        proven = proven || rc == OK;
    }
    if (!proven) {
        return err_set(err, E_DENIED,
                       "nothing proves that this request comes from %s: set 'hook_secret' and "
                       "add ?k=SECRET to the address",
                       run->d->kind.title);
    }
    return OK;
}

static const struct dhook *hook_of(const struct descriptor *d, struct str action) {
    for (size_t i = 0; i < d->hooks; i++) {
        for (size_t k = 0; k < d->hook[i].actions; k++) {
            if (str_eq(d->hook[i].action[k], action) || str_is(d->hook[i].action[k], "*")) {
                return &d->hook[i];
            }
        }
    }
    return NULL;
}

enum rc descriptor_hook(const struct gw_channel *ch, const struct gw_request *rq,
                        struct arena *a, struct gw_parsed *ret, struct err *err) {
    struct drun run;
    memset(ret, 0, sizeof *ret);
    drun_init(&run, ch, a, rq->now_ms);
    run.rq = rq;
    const struct dhook *h = hook_of(run.d, rq->action);
    if (!h) {
        ret->http_status = 404;
        return err_set(err, E_INVALID, "no hook '%.60s' in this descriptor",
                       arena_cstr(a, rq->action));
    }
    enum rc rc = verify(&run, h, ret, err);
    return rc == OK ? descriptor_read(&run, h, ret, err) : rc;
}
