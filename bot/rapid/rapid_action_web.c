/* rapid_action_web.c - calls to other services: web-hooks, and the subscribers of a rest-hook.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "bot/expr/sink.h"
#include "bot/rapid/rapid_priv.h"

#define REQUEST_MAX 262144  /* bytes that may be sent */
#define RESPONSE_MAX 100000 /* bytes that are read */

struct call {
    struct rapid_request q;
    struct rapid_response r;
    const struct val *json; /* the answer, NULL when it is no JSON */
    const char *status;     /* "success", "response_error", "connection_error"... */
    struct str request, response;
};

/* --- HTTP as it goes over the wire, for the event --- */

static struct str host_of(struct str url) {
    size_t at = str_find(url, STR("://"), 0);
    struct str rest = str_sub(url, at == SIZE_MAX ? 0 : at + 3, url.n);
    size_t end = 0;
    while (end < rest.n && !strchr("/?#", rest.p[end])) {
        end++;
    }
    return str_sub(rest, 0, end);
}

static struct str target_of(struct str url) {
    struct str host = host_of(url);
    size_t from = (size_t)(host.p - url.p) + host.n;
    struct str rest = str_sub(url, from, url.n);
    size_t hash = str_find_char(rest, '#', 0);
    return str_sub(rest, 0, hash == SIZE_MAX ? rest.n : hash);
}

static void put_headers(struct sink *out, const struct val *headers) {
    for (size_t i = 0; val_is(headers, VAL_MAP) && i < headers->map.n; i++) {
        const struct val *v = headers->map.pair[i].val;
        if (val_is(v, VAL_TEXT)) {
            sink_add(out, headers->map.pair[i].key);
            sink_puts(out, ": ");
            sink_add(out, v->text);
            sink_puts(out, "\r\n");
        }
    }
}

static struct str request_text(const struct rapid_request *q, struct arena *a) {
    struct sink out;
    struct str host = host_of(q->url), target = target_of(q->url);
    bool rooted = target.n && target.p[0] == '/';
    sink_init(&out, a);
    sink_add(&out, arena_printf(a,
                                "%.*s %s%.*s HTTP/1.1\r\nHost: %.*s\r\n"
                                "User-Agent: Rebond\r\n",
                                STR_ARG(q->method), rooted ? "" : "/", STR_ARG(target),
                                STR_ARG(host)));
    if (q->body.n) {
        sink_add(&out, arena_printf(a, "Content-Length: %zu\r\n", q->body.n));
    }
    put_headers(&out, q->headers);
    sink_puts(&out, "Accept-Encoding: gzip\r\n\r\n");
    sink_add(&out, q->body);
    return sink_view(&out);
}

static const char *reason_of(int status) {
    static const struct {
        int status;
        const char *words;
    } REASONS[] = {{200, "OK"},
                   {201, "Created"},
                   {202, "Accepted"},
                   {204, "No Content"},
                   {400, "Bad Request"},
                   {401, "Unauthorized"},
                   {403, "Forbidden"},
                   {404, "Not Found"},
                   {410, "Gone"},
                   {429, "Too Many Requests"},
                   {500, "Internal Server Error"},
                   {502, "Bad Gateway"},
                   {503, "Service Unavailable"}};
    for (size_t i = 0; i < sizeof REASONS / sizeof *REASONS; i++) {
        if (REASONS[i].status == status) {
            return REASONS[i].words;
        }
    }
    return "";
}

/* Without its body when that was too big or is no text. */
static struct str response_text(const struct rapid_response *r, bool body, struct arena *a) {
    struct sink out;
    sink_init(&out, a);
    sink_add(&out, arena_printf(a, "HTTP/1.0 %d %s\r\nContent-Length: %zu\r\n", r->status,
                                reason_of(r->status), r->body.n));
    put_headers(&out, r->headers);
    sink_puts(&out, "\r\n");
    if (body && text_is_utf8(r->body)) {
        sink_add(&out, str_sub(r->body, 0, 2 * RAPID_TEXT_MAX));
    }
    return sink_view(&out);
}

/* --- one call --- */

static const struct val *json_of(struct str body, struct arena *a) {
    const struct val *v;
    struct err err;
    return body.n && json_parse(body, a, &v, &err) == OK ? v : NULL;
}

static void tell_too_big(struct rapid_session *s) {
    struct val_builder *b = rapid_event_begin(s, "warning"), *extra = val_map_begin(s->a);
    struct str text =
        arena_printf(s->a, "Webhook response exceeded the limit of %d bytes", RESPONSE_MAX);
    val_put(extra, "limit", val_text(s->a, arena_printf(s->a, "%d", RESPONSE_MAX)));
    val_put(b, "text", val_text(s->a, text));
    val_put(b, "code", val_textz(s->a, "webhook:response_size"));
    val_put(b, "extra", val_end(extra));
    rapid_event_end(s, b);
}

/* What the response amounts to. */
static void judge(struct rapid_act *act, struct call *c) {
    struct rapid_session *s = act->s;
    bool too_big = c->r.body.n > RESPONSE_MAX;
    c->status = c->r.status == 0 || too_big ? "connection_error"
                : c->r.status / 100 == 2    ? "success"
                : c->r.status == 410        ? "subscriber_gone"
                                            : "response_error";
    c->json = too_big ? NULL : json_of(c->r.body, s->a);
    c->request = rapid_ellipsis(request_text(&c->q, s->a), RAPID_TEXT_MAX, s->a);
    c->response = STR("");
    if (c->r.status) {
        c->response =
            rapid_ellipsis(response_text(&c->r, !too_big, s->a), RAPID_TEXT_MAX, s->a);
    }
    if (too_big) {
        tell_too_big(s);
    }
}

static void do_call(struct rapid_act *act, struct call *c) {
    const struct rapid_world *w = act->s->world;
    c->r = (struct rapid_response){.status = 0};
    if (w->http) {
        w->http(w->ctx, &c->q, act->s->a, &c->r);
    }
    judge(act, c);
}

static void tell(struct rapid_act *act, const struct call *c, struct str resthook) {
    struct rapid_session *s = act->s;
    bool gone = strcmp(c->status, "subscriber_gone") == 0;
    struct val_builder *b = rapid_event_begin(s, "webhook_called");
    val_put(b, "url", val_text(s->a, rapid_ellipsis(c->q.url, 2048, s->a)));
    if (c->r.status) {
        val_put(b, "status_code", val_int(s->a, c->r.status));
    }
    val_put(b, "status",
            val_textz(s->a, gone && resthook.n == 0 ? "response_error" : c->status));
    val_put(b, "request", val_text(s->a, c->request));
    rapid_put_text(b, s->a, "response", c->response);
    rapid_put_text(b, s->a, "resthook", resthook);
    rapid_event_end(s, b);
}

/* What @webhook is, from now until the next call. */
static void remember(struct rapid_act *act, const struct call *c) {
    struct arena *a = act->s->a;
    struct val_builder *b = val_map_begin(a);
    struct str request = arena_printf(a, "%.*s %.*s", STR_ARG(c->q.method), STR_ARG(c->q.url));
    val_put(b, "request", val_text(a, request));
    val_put(b, "status", val_int(a, c->r.status));
    val_put(b, "headers", c->r.headers ? c->r.headers : val_end(val_map_begin(a)));
    val_put(b, "json", c->json ? c->json : &VAL_NIL);
    val_put(b, "body", val_text(a, c->json ? c->r.body : STR("")));
    act->run->webhook = val_end(b);
}

static void save_result(struct rapid_act *act, struct str name, const struct call *c) {
    struct arena *a = act->s->a;
    bool ok = strcmp(c->status, "success") == 0;
    bool keep = c->json && c->r.body.n < RAPID_EXTRA_MAX;
    struct str value = arena_printf(a, "%d", c->r.status);
    struct str input = arena_printf(a, "%.*s %.*s", STR_ARG(c->q.method), STR_ARG(c->q.url));
    if (name.n) {
        rapid_result_save(act, name, value, ok ? STR("Success") : STR("Failure"), STR(""),
                          input, keep ? c->json : NULL);
    }
}

/* --- call_webhook --- */

static bool is_url(struct str s) {
    bool http = str_starts(s, STR("http://")) || str_starts(s, STR("https://"));
    return http && host_of(s).n && str_find_char(s, ' ', 0) == SIZE_MAX;
}

static const struct val *headers_of(struct rapid_act *act) {
    const struct val *map = val_get(act->def, "headers");
    struct val_builder *b = val_map_begin(act->s->a);
    for (size_t i = 0; val_is(map, VAL_MAP) && i < map->map.n; i++) {
        struct str s;
        rapid_eval_text(act, map->map.pair[i].val->text, &s);
        val_put_str(b, map->map.pair[i].key, val_text(act->s->a, s));
    }
    return val_end(b);
}

static bool evaluate(struct rapid_act *act, struct call *c) {
    struct rapid_session *s = act->s;
    struct str body = val_get_text(act->def, "body", STR(""));
    c->q.method = text_upper(val_get_text(act->def, "method", STR("")), s->a);
    rapid_eval_text(act, val_get_text(act->def, "url", STR("")), &c->q.url);
    c->q.url = str_trim(c->q.url);
    if (c->q.url.n == 0) {
        rapid_event_error(s, "webhook:url", NULL, "Webhook URL evaluated to empty string");
        return false;
    }
    if (!is_url(c->q.url)) {
        rapid_event_error(s, "webhook:url", NULL,
                          "Webhook URL evaluated to an invalid URL: %.*s", STR_ARG(c->q.url));
        return false;
    }
    c->q.headers = headers_of(act);
    bool whole = rapid_eval_long(act, body, &c->q.body) == OK;
    if (!whole || c->q.body.n > REQUEST_MAX) {
        size_t n = whole ? c->q.body.n : EXPR_TEXT_MAX;
        rapid_event_error(s, "webhook:request_size", NULL,
                          "Webhook request evaluated to %s%zu bytes, exceeding the limit of %d",
                          whole ? "" : "more than ", n, whole ? REQUEST_MAX : EXPR_TEXT_MAX);
        return false;
    }
    return true;
}

static void finish(struct rapid_act *act, const struct call *c) {
    tell(act, c, STR(""));
    remember(act, c);
    save_result(act, val_get_text(act->def, "result_name", STR("")), c);
}

static void call_webhook(struct rapid_act *act) {
    struct call c = {.json = NULL};
    if (!evaluate(act, &c)) {
        return;
    }
    if (act->s->world->calls_later) {
        act->s->calling = true;
        act->s->request = c.q;
        return;
    }
    do_call(act, &c);
    finish(act, &c);
}

void rapid_web_answered(struct rapid_act *act, const struct val *answer) {
    struct call c = {.q = act->s->request};
    int64_t status = val_get_int(answer, "status", 0);
    c.r.status = status >= 100 && status <= 599 ? (int)status : 0;
    c.r.body = val_get_text(answer, "body", STR(""));
    judge(act, &c);
    finish(act, &c);
}

/* RFC 9110: a header's name is a token. */
static const char *check_headers(const struct val *def, struct arena *a) {
    const struct val *map = val_get(def, "headers");
    for (size_t i = 0; val_is(map, VAL_MAP) && i < map->map.n; i++) {
        struct str key = map->map.pair[i].key;
        for (size_t k = 0; k <= key.n; k++) {
            unsigned char c = k < key.n ? (unsigned char)key.p[k] : (key.n ? 'a' : 0);
            if (c <= 0x20 || c >= 0x7f || strchr("()<>@,;:\\\"/[]?={}", c)) {
                return arena_cstr(a, arena_printf(a, "header '%.*s' is not a valid HTTP header",
                                                  STR_ARG(key)));
            }
        }
    }
    return NULL;
}

/* --- call_resthook --- */

static const struct val *of(const struct val *map, const char *key) {
    const struct val *v = val_get(map, key);
    return v ? v : &VAL_NIL;
}

static const struct val *picked(struct arena *a, const struct val *map,
                                const char *const *keys) {
    struct val_builder *b = val_map_begin(a);
    for (; *keys; keys++) {
        val_put(b, *keys, of(map, *keys));
    }
    return val_end(b);
}

static const struct val *call_fn(struct rapid_act *act, const char *name, const struct val *v) {
    struct expr_scope scope;
    rapid_eval_scope(act, &scope);
    const struct val *got = expr_call(&scope, str_from(name), &v, 1);
    return got->type == VAL_ERROR ? &VAL_NIL : got;
}

static const struct val *input_payload(struct rapid_act *act) {
    static const char *const MEMBERS[] = {"text", "type", "uuid", NULL};
    struct arena *a = act->s->a;
    struct val_builder *files = val_list_begin(a);
    const struct val *in = rapid_context_root(act, STR("input"), a),
                     *channel = val_get(in, "channel"), *list = val_get(in, "attachments"),
                     *urn = val_get(in, "urn");
    static const char *const CHANNEL[] = {"address", "name", "uuid", NULL};
    if (!val_is(in, VAL_MAP)) {
        return &VAL_NIL;
    }
    for (size_t i = 0; val_is(list, VAL_LIST) && i < list->list.n; i++) {
        val_push(files, call_fn(act, "attachment_parts", list->list.item[i]));
    }
    const struct val *v = picked(a, in, MEMBERS);
    v = val_with(a, v, STR("attachments"), val_end(files));
    v = val_with(a, v, STR("channel"),
                 val_is(channel, VAL_MAP) ? picked(a, channel, CHANNEL) : &VAL_NIL);
    if (!val_is(urn, VAL_TEXT)) {
        return val_with(a, v, STR("urn"), &VAL_NIL);
    }
    struct str path = rapid_urn_path(urn->text, a);
    struct val_builder *parts = val_map_begin(a);
    val_put(parts, "scheme", val_text(a, rapid_urn_scheme(urn->text)));
    val_put(parts, "path", val_text(a, path));
    const struct val *shown = call_fn(act, "format_urn", urn);
    val_put(parts, "display", shown->type == VAL_TEXT ? shown : val_text(a, STR("")));
    return val_with(a, v, STR("urn"), val_end(parts));
}

static const struct val *results_payload(struct rapid_act *act) {
    static const char *const MEMBERS[] = {
        "category", "category_localized", "created_on", "input",
        "name",     "node_uuid",          "value",      NULL};
    struct arena *a = act->s->a;
    struct val_builder *b = val_map_begin(a);
    const struct val *all = rapid_context_results(act->s, act->run->results);
    for (size_t i = 0; i < all->map.n; i++) {
        val_put_str(b, all->map.pair[i].key, picked(a, all->map.pair[i].val, MEMBERS));
    }
    return val_end(b);
}

static const struct val *payload_of(struct rapid_act *act) {
    static const char *const CONTACT[] = {"uuid", "name", "urn", "language", NULL};
    static const char *const FLOW[] = {"name", "uuid", "revision", NULL};
    static const char *const RUN[] = {"uuid", NULL};
    struct arena *a = act->s->a;
    const struct val *run = rapid_context_root(act, STR("run"), a), *input = input_payload(act);
    struct val_builder *b = val_map_begin(a);
    val_put(b, "channel", of(input, "channel"));
    val_put(b, "contact", picked(a, rapid_context_contact(act->s), CONTACT));
    val_put(b, "flow", picked(a, val_get(run, "flow"), FLOW));
    val_put(b, "input", input);
    val_put(b, "path", of(run, "path"));
    val_put(b, "results", results_payload(act));
    val_put(b, "run", picked(a, run, RUN));
    return val_end(b);
}

/* The last that failed, else the last that went well. */
static const struct call *telling(const struct call *c, size_t n) {
    const struct call *best = NULL;
    for (size_t i = 0; i < n; i++) {
        bool ok = strcmp(c[i].status, "success") == 0,
             gone = strcmp(c[i].status, "subscriber_gone") == 0;
        bool best_ok = !best || strcmp(best->status, "success") == 0;
        if ((ok && best_ok) || (!ok && !gone)) {
            best = &c[i];
        }
    }
    return best;
}

static void call_resthook(struct rapid_act *act) {
    struct rapid_session *s = act->s;
    struct str slug = val_get_text(act->def, "resthook", STR("")),
               name = val_get_text(act->def, "result_name", STR(""));
    const struct val *hook = rapid_asset(s->program, "resthooks", "slug", slug),
                     *urls = val_get(hook, "subscribers");
    size_t n = val_is(urls, VAL_LIST) ? urls->list.n : 0;
    struct call *c = ARENA_ARRAY(s->a, struct call, n);
    if (n) {
        const struct val *payload = payload_of(act);
        struct val_builder *b = rapid_event_begin(s, "resthook_called"),
                           *headers = val_map_begin(s->a);
        val_put(b, "resthook", val_text(s->a, slug));
        val_put(b, "payload", payload);
        rapid_event_end(s, b);
        val_put(headers, "Content-Type", val_textz(s->a, "application/json"));
        for (size_t i = 0; i < n; i++) {
            const struct val *url = urls->list.item[i];
            c[i].q =
                (struct rapid_request){STR("POST"), val_is(url, VAL_TEXT) ? url->text : STR(""),
                                       json_text(payload, s->a), val_end(headers)};
            do_call(act, &c[i]);
            tell(act, &c[i], slug);
        }
    }
    const struct call *result = telling(c, n);
    if (result) {
        remember(act, result);
        save_result(act, name, result);
    } else if (name.n) {
        rapid_result_save(act, name, STR("no subscribers"), STR("Failure"), STR(""), STR(""),
                          NULL);
    }
}

static const struct rapid_member WEBHOOK[] = {{"method", CHECK_METHOD, true, 0},
                                              {"url", CHECK_TEXT, true, 8192},
                                              {"headers", CHECK_HEADERS, false, 10},
                                              {"body", CHECK_TEXT, false, 20000},
                                              {"result_name", CHECK_RESULT, false, 0},
                                              {NULL, CHECK_ANY, false, 0}},
                                 RESTHOOK[] = {{"resthook", CHECK_TEXT, true, 0},
                                               {"result_name", CHECK_RESULT, false, 0},
                                               {NULL, CHECK_ANY, false, 0}};

const struct rapid_kind RAPID_WEB_KINDS[] = {
    {"call_webhook", FLOW_ONLINE, call_webhook, WEBHOOK, check_headers, NULL},
    {"call_resthook", FLOW_ONLINE, call_resthook, RESTHOOK, NULL,
     "call_resthook: rest-hooks and their subscribers are not kept here"},
    {NULL, 0, NULL, NULL, NULL, NULL}};
