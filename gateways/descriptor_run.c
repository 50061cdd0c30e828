/* descriptor_run.c - what the variables of a descriptor hold, and how its calls become
 * requests. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/text.h"
#include "gateways/descriptor_priv.h"
#include "gateways/xml.h"

#define REQUEST_MAX (2 << 20)

const struct descriptor *descriptor_of(const struct gw_channel *ch) {
    return ((const struct dprogram *)ch->program)->d;
}

void drun_init(struct drun *run, const struct gw_channel *ch, struct arena *a, int64_t now_ms) {
    const struct dprogram *p = ch->program;
    memset(run, 0, sizeof *run);
    run->env.a = a;
    run->env.config = p->config;
    run->env.get = drun_get;
    run->env.now_ms = now_ms;
    run->env.region = val_get_text(p->config, "country", STR("FR"));
    run->ch = ch;
    run->d = p->d;
    run->attachment = -1;
}

void drun_answer(struct drun *run, const struct gw_answer *answer) {
    run->answer = answer;
    memset(run->cache, 0, sizeof run->cache);
}

/* ------------------------------------------------------------------ variables */

static const struct val *text_val(struct drun *run, struct str s) {
    return val_text(run->env.a, s.p ? s : STR(""));
}

static const struct val *attachments(struct drun *run, bool typed) {
    struct val_builder *b = val_list_begin(run->env.a);
    for (size_t i = 0; i < run->msg->attachments; i++) {
        struct str s = run->msg->attachment[i];
        val_push(b, text_val(run, typed ? s : gw_attachment_address(s)));
    }
    return val_end(b);
}

/* Only under the last part. */
static const struct val *buttons(struct drun *run) {
    struct val_builder *b = val_list_begin(run->env.a);
    for (size_t i = 0; run->part == run->parts && i < run->msg->buttons; i++) {
        val_push(b, text_val(run, run->msg->button[i].label));
    }
    return val_end(b);
}

/* The same with everything known of them. */
static const struct val *choices(struct drun *run) {
    static const char *const kinds[] = {"reply", "link", "app", "phone", "place"};
    struct val_builder *list = val_list_begin(run->env.a);
    for (size_t i = 0; run->part == run->parts && i < run->msg->buttons; i++) {
        const struct button *b = &run->msg->button[i];
        struct val_builder *m = val_map_begin(run->env.a);
        val_put(m, "n", val_int(run->env.a, (int64_t)i));
        val_put(m, "kind", val_textz(run->env.a, kinds[b->kind]));
        val_put(m, "label", text_val(run, b->label));
        val_put(m, "payload", text_val(run, b->payload));
        val_push(list, val_end(m));
    }
    return val_end(list);
}

static const struct val *message_var(struct drun *run, int id) {
    const struct outbound *m = run->msg;
    if (!m) {
        return &VAL_NIL;
    }
    struct str media = run->attachment >= 0 ? m->attachment[run->attachment] : STR_EMPTY;
    switch (id) {
    case VAR_TO:
        return text_val(run, m->to.value);
    case VAR_SCHEME:
        return text_val(run, m->to.scheme);
    case VAR_TEXT:
        return text_val(run, run->text);
    case VAR_TAG:
        return text_val(run, m->tag);
    case VAR_PART:
        return val_int(run->env.a, run->part);
    case VAR_PARTS:
        return val_int(run->env.a, run->parts);
    case VAR_LAST:
        return val_bool(run->last);
    case VAR_ATTACHMENT:
        return text_val(run, gw_attachment_address(media));
    case VAR_ATTACHMENT_TYPE:
        return text_val(run, gw_attachment_type(media));
    case VAR_ATTACHMENTS:
    case VAR_MEDIA:
        return attachments(run, id == VAR_MEDIA);
    case VAR_BUTTONS:
        return buttons(run);
    case VAR_CHOICES:
        return choices(run);
    case VAR_LANG:
        return text_val(run, m->lang);
    case VAR_BULK:
        return val_bool(m->bulk);
    case VAR_EXPIRES:
        return m->expires_ms ? val_int(run->env.a, (m->expires_ms - run->env.now_ms) / 1000)
                             : &VAL_NIL;
    case VAR_EXTRA:
        return m->extra ? m->extra : &VAL_NIL;
    case VAR_FETCHED:
        return text_val(run, run->fetched);
    default:
        return &VAL_NIL;
    }
}

static const struct val *headers_of(struct drun *run, const struct gw_header *h, size_t n) {
    struct val_builder *b = val_map_begin(run->env.a);
    for (size_t i = 0; i < n; i++) {
        val_put_str(b, text_lower(h[i].name, run->env.a), text_val(run, h[i].value));
    }
    return val_end(b);
}

static struct str body_of(const struct drun *run) {
    return run->answer ? run->answer->body : run->rq ? run->rq->body : STR_EMPTY;
}

/* Parts of multipart/form-data (RFC 7578); files are left out. */
static const struct val *multipart_of(struct drun *run, struct str body, struct str boundary) {
    struct arena *a = run->env.a;
    struct str mark = arena_printf(a, "--%.*s", STR_ARG(boundary));
    struct val_builder *b = val_map_begin(a);
    size_t at = str_find(body, mark, 0);
    for (int n = 0; at != SIZE_MAX && n < 100; n++) {
        size_t next = str_find(body, mark, at + mark.n);
        struct str part =
            next == SIZE_MAX ? STR_EMPTY : str_sub(body, at + mark.n, next - at - mark.n);
        size_t blank = str_find(part, STR("\r\n\r\n"), 0);
        size_t name = str_find(part, STR("name=\""), 0);
        if (blank != SIZE_MAX && name != SIZE_MAX && name < blank &&
            str_find(str_sub(part, 0, blank), STR("filename="), 0) == SIZE_MAX) {
            size_t end = str_find_char(part, '"', name + 6);
            struct str value = str_sub(part, blank + 4, part.n);
            value.n -= str_ends(value, STR("\r\n")) ? 2 : 0;
            val_put_str(b, str_sub(part, name + 6, end - name - 6), text_val(run, value));
        }
        at = next;
    }
    return val_end(b);
}

static const struct val *form_of(struct drun *run) {
    struct str type =
        run->rq ? gw_header_get(run->rq->header, run->rq->headers, "Content-Type") : STR_EMPTY;
    size_t at = str_find(type, STR("boundary="), 0);
    if (str_starts(type, STR("multipart/form-data")) && at != SIZE_MAX) {
        struct str boundary = str_sub(type, at + 9, type.n);
        boundary = boundary.n && boundary.p[0] == '"' ? str_sub(boundary, 1, boundary.n - 2)
                                                      : boundary;
        return multipart_of(run, run->rq->body, boundary);
    }
    return dexpr_form(body_of(run), run->env.a);
}

static const struct val *param_of(struct drun *run) {
    const struct val *form = drun_get(&run->env, VAR_FORM),
                     *query = drun_get(&run->env, VAR_QUERY);
    struct val_builder *b = val_map_begin(run->env.a);
    for (size_t i = 0; i < query->map.n; i++) {
        val_put_str(b, query->map.pair[i].key, query->map.pair[i].val);
    }
    for (size_t i = 0; i < form->map.n; i++) {
        val_put_str(b, form->map.pair[i].key, form->map.pair[i].val);
    }
    return val_end(b);
}

static const struct val *parsed_body(struct drun *run, int id) {
    const struct val *v;
    enum rc rc = id == VAR_JSON ? json_parse(body_of(run), run->env.a, &v, NULL)
                                : xml_parse(body_of(run), run->env.a, &v, NULL);
    return rc == OK ? v : &VAL_NIL;
}

static const struct val *wire_var(struct drun *run, int id) {
    const struct gw_request *rq = run->rq;
    switch (id) {
    case VAR_STATUS:
        return val_int(run->env.a, run->answer ? run->answer->status : 0);
    case VAR_BODY:
        return text_val(run, body_of(run));
    case VAR_JSON:
    case VAR_XML:
        return parsed_body(run, id);
    case VAR_FORM:
        return form_of(run);
    case VAR_HEADER:
        return run->answer ? headers_of(run, run->answer->header, run->answer->headers)
               : rq        ? headers_of(run, rq->header, rq->headers)
                           : &VAL_NIL;
    case VAR_QUERY:
        return dexpr_form(rq ? rq->query : STR_EMPTY, run->env.a);
    case VAR_PARAM:
        return param_of(run);
    case VAR_METHOD:
        return rq ? text_val(run, rq->method) : &VAL_NIL;
    case VAR_PATH:
        return rq ? text_val(run, rq->path) : &VAL_NIL;
    case VAR_ACTION:
        return rq ? text_val(run, rq->action) : &VAL_NIL;
    case VAR_URL:
        return rq ? text_val(run, rq->url) : &VAL_NIL;
    case VAR_IP:
        return rq ? text_val(run, rq->remote_ip) : &VAL_NIL;
    default:
        return &VAL_NIL;
    }
}

static const struct val *request_var(struct drun *run) {
    struct val_builder *b = val_map_begin(run->env.a);
    if (run->request) {
        val_put(b, "method", text_val(run, run->request->method));
        val_put(b, "url", text_val(run, run->request->url));
        val_put(b, "body", text_val(run, run->request->body));
    }
    return val_end(b);
}

static const struct val *hook_key(struct drun *run) {
    struct str secret = val_get_text(run->env.config, "hook_secret", STR_EMPTY);
    struct str coded = gw_url_encode(secret, run->env.a);
    return text_val(run,
                    secret.n ? arena_printf(run->env.a, "&k=%.*s", STR_ARG(coded)) : STR(""));
}

static const struct val *variable(struct drun *run, int id) {
    switch (id) {
    case VAR_NOW:
        return val_int(run->env.a, run->env.now_ms / 1000);
    case VAR_HOOK:
        return text_val(run, gw_hook_url(run->ch, "", run->env.a));
    case VAR_HOOK_KEY:
        return hook_key(run);
    case VAR_CURSOR:
        return text_val(run, run->cursor);
    case VAR_FILE:
        return text_val(run, run->file);
    case VAR_REQUEST:
        return request_var(run);
    default:
        return id >= VAR_STATUS && id <= VAR_IP ? wire_var(run, id) : message_var(run, id);
    }
}

const struct val *drun_get(struct dexpr_env *env, int id) {
    struct drun *run = (struct drun *)env;
    if (id == VAR_IT) {
        return run->it ? run->it : &VAL_NIL;
    }
    bool parsed =
        id >= VAR_BODY && id <= VAR_PARAM; /* costly, and the same until the next answer */
    if (!parsed) {
        return variable(run, id);
    }
    if (!run->cache[id]) {
        run->cache[id] = variable(run, id);
    }
    return run->cache[id];
}

void drun_lets(struct drun *run, const struct dlets *lets) {
    for (size_t i = 0; i < lets->n; i++) {
        run->env.let[lets->item[i].id] = dtext_value(lets->item[i].value, &run->env, NULL);
    }
}

bool drun_when(struct drun *run, const struct dexpr *when) {
    return !when || dexpr_true(dexpr_eval(when, &run->env));
}

struct str drun_text(struct drun *run, const struct dtext *t) {
    return t ? dtext_eval(t, &run->env, NULL) : STR("");
}

/* ------------------------------------------------------------------ requests */

struct pairs {
    struct str name[96], value[96];
    size_t n;
};

static void put_pair(struct drun *run, struct pairs *p, struct str name, const struct val *v) {
    if (v->type == VAL_LIST) { /* a list repeats the field */
        for (size_t i = 0; i < v->list.n && p->n < 96; i++) {
            p->name[p->n] = name;
            p->value[p->n++] = dexpr_text(v->list.item[i], run->env.a);
        }
    } else if (p->n < 96) {
        p->name[p->n] = name;
        p->value[p->n++] = dexpr_text(v, run->env.a);
    }
}

static void put_fields(struct drun *run, const struct dfields *f, struct pairs *p) {
    for (size_t i = 0; i < f->n; i++) {
        bool omit = false;
        const struct val *v = dtext_value(f->item[i].value, &run->env, &omit);
        if (omit) {
            continue;
        }
        if (!str_is(f->item[i].name, "...")) {
            put_pair(run, p, f->item[i].name, v);
            continue;
        }
        for (size_t k = 0; v->type == VAL_MAP && k < v->map.n; k++) {
            put_pair(run, p, v->map.pair[k].key, v->map.pair[k].val);
        }
    }
}

static void write_form(struct drun *run, const struct pairs *p, struct buf *out) {
    for (size_t i = 0; i < p->n; i++) {
        gw_form_put(out, arena_cstr(run->env.a, p->name[i]), p->value[i]);
    }
}

static const struct val *json_value(struct drun *run, const struct djson *j, bool *omit) {
    if (j->type == VAL_TEXT) {
        return dtext_value(j->text, &run->env, omit);
    }
    struct val_builder *b =
        j->type == VAL_MAP ? val_map_begin(run->env.a) : val_list_begin(run->env.a);
    for (size_t i = 0; i < j->kids; i++) {
        bool skip = false;
        const struct val *v = json_value(run, j->kid[i], &skip);
        if (skip) {
            continue;
        }
        if (j->type == VAL_LIST) {
            val_push(b, v);
        } else if (!str_is(j->key[i], "...")) {
            val_put_str(b, j->key[i], v);
        } else {
            for (size_t k = 0; v->type == VAL_MAP && k < v->map.n; k++) {
                val_put_str(b, v->map.pair[k].key, v->map.pair[k].val);
            }
        }
    }
    return val_end(b);
}

static void write_multipart(struct drun *run, const struct dcall *c, const struct pairs *p,
                            struct buf *out, struct str boundary) {
    (void)c;
    for (size_t i = 0; i < p->n; i++) {
        bool file =
            str_starts(p->name[i], STR("@")); /* "@media": the fetched bytes go as a file */
        struct str name = file ? str_sub(p->name[i], 1, p->name[i].n) : p->name[i];
        buf_printf(out, "--%.*s\r\nContent-Disposition: form-data; name=\"%.*s\"",
                   STR_ARG(boundary), STR_ARG(name));
        if (file) {
            struct str type = gw_attachment_type(
                run->attachment >= 0 ? run->msg->attachment[run->attachment] : STR_EMPTY);
            buf_printf(out, "; filename=\"file\"\r\nContent-Type: %.*s",
                       STR_ARG(type.n ? type : STR("application/octet-stream")));
        }
        buf_puts(out, "\r\n\r\n");
        buf_str(out, p->value[i]);
        buf_puts(out, "\r\n");
    }
    buf_printf(out, "--%.*s--\r\n", STR_ARG(boundary));
}

static struct str write_body(struct drun *run, const struct dcall *c, struct str boundary) {
    struct buf out;
    buf_init(&out, REQUEST_MAX);
    if (c->json) {
        json_write(json_value(run, c->json, &(bool){false}), &out);
    } else if (c->has_form) {
        struct pairs *p = ARENA_NEW(run->env.a, struct pairs);
        put_fields(run, &c->form, p);
        if (c->multipart) {
            write_multipart(run, c, p, &out, boundary);
        } else {
            write_form(run, p, &out);
        }
    } else if (c->body) {
        buf_str(&out, drun_text(run, c->body));
    }
    struct str body = arena_str(run->env.a, buf_view(&out));
    buf_done(&out);
    return body;
}

static struct str write_url(struct drun *run, const struct dcall *c, int which) {
    struct str base = drun_text(run, which ? c->fallback[which - 1] : c->url);
    struct pairs *p = ARENA_NEW(run->env.a, struct pairs);
    put_fields(run, &c->query, p);
    if (!p->n) {
        return base;
    }
    struct buf out;
    buf_init(&out, REQUEST_MAX);
    write_form(run, p, &out);
    bool has = str_find_char(base, '?', 0) != SIZE_MAX;
    struct str url = arena_printf(run->env.a, "%.*s%s%.*s", STR_ARG(base), has ? "&" : "?",
                                  STR_ARG(buf_view(&out)));
    buf_done(&out);
    return url;
}

/* Fixed by the content, so that the same message gives the same bytes. */
static struct str boundary_of(struct drun *run) {
    unsigned char out[DIGEST_MAX];
    digest_hash(DIGEST_SHA256, run->fetched, out);
    struct str hex = digest_hex(out, 12, run->env.a);
    return arena_printf(run->env.a, "rebond%.*s", STR_ARG(hex));
}

void drun_call(struct drun *run, const struct dcall *c, int url, struct gw_call *ret) {
    struct arena *a = run->env.a;
    struct str boundary = c->multipart ? boundary_of(run) : STR_EMPTY;
    *ret = (struct gw_call){.method = c->method ? drun_text(run, c->method) : STR("GET"),
                            .timeout_ms = c->timeout_ms,
                            .idempotent = c->idempotent};
    ret->body = write_body(run, c, boundary);
    ret->url = write_url(run, c, url);
    run->request = ret;
    struct pairs *p = ARENA_NEW(a, struct pairs);
    put_fields(run, &c->header, p);
    run->request = NULL;
    struct gw_header *h = ARENA_ARRAY(a, struct gw_header, p->n + 1);
    bool typed = false;
    for (size_t i = 0; i < p->n; i++) {
        h[i] = (struct gw_header){p->name[i], p->value[i]};
        typed |= str_eq_nocase(p->name[i], STR("Content-Type"));
    }
    size_t n = p->n;
    if (c->type.n && !typed) {
        struct str type = c->multipart ? arena_printf(a, "%.*s; boundary=%.*s",
                                                      STR_ARG(c->type), STR_ARG(boundary))
                                       : c->type;
        h[n++] = (struct gw_header){STR("Content-Type"), type};
    }
    ret->header = h;
    ret->headers = n;
}
