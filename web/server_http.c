/* server_http.c - one request on its connection: limits, route, body, answer. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/server_priv.h"

#include <string.h>

#include "base/clock.h"

#define WRITE_CHUNK 65536

/* Exact paths win over prefixes, long prefixes over short ones. *ret_path: the path exists,
 * perhaps under another method. */
static const struct route *find_route(const struct server *s, const struct web_request *r,
                                      bool *ret_path) {
    const struct route *best = NULL;
    size_t best_n = 0;
    struct str method = str_is(r->method, "HEAD") ? STR("GET") : r->method;
    *ret_path = false;
    for (size_t i = 0; i < s->routes; i++) {
        const struct route *t = &s->route[i];
        struct str path = str_from(t->path);
        if (t->prefix ? !str_starts(r->path, path) : !str_eq(r->path, path)) {
            continue;
        }
        /* a catch-all page must not turn a wrong address into a wrong method */
        *ret_path = *ret_path || path.n > 1 || !t->prefix;
        size_t n = t->prefix ? path.n : SIZE_MAX;
        if (str_is(method, t->method) && n > best_n) {
            best = t;
            best_n = n;
        }
    }
    return best;
}

void server_http_answer(struct server *s, struct conn *c, struct note *n) {
    if (c->state != CONN_WAIT && c->state != CONN_BODY && c->state != CONN_IDLE) {
        server_note_free(n);
        return;
    }
    if (c->is_head) {
        n->n = n->head_n;
    }
    c->out = n;
    server_conn_move(c, CONN_WRITE, s->o.write_ms);
    lws_callback_on_writable(c->wsi);
}

void server_http_refuse(struct server *s, struct conn *c, int status) {
    static const struct {
        int status;
        const char *text;
    } said[] = {
        {400, "Requête mal formée."},
        {403, "Accès refusé."},
        {404, "Page introuvable."},
        {405, "Méthode non prévue ici."},
        {411, "La longueur du contenu manque (Content-Length)."},
        {413, "Contenu trop long."},
        {431, "En-têtes trop longs."},
        {503, "Service momentanément indisponible, réessayez."},
    };
    struct web_header retry = {STR("retry-after"), STR("5")};
    struct web_answer a = {.status = status, .content_type = STR("text/plain; charset=utf-8")};
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        if (said[i].status == status) {
            a.body = str_from(said[i].text);
        }
    }
    if (status == 503) {
        a.header = &retry;
        a.headers = 1;
    }
    atomic_fetch_add(&s->stat_refused, 1);
    c->keep = false;
    server_http_answer(s, c, server_note_answer(s, c->id, &a));
}

static void call_handler(struct server *s, struct conn *c) {
    struct server_intake *in = c->intake;
    const struct route *t = c->route;
    struct web_request *r = &in->r;
    c->intake = NULL;
    server_conn_move(c, CONN_WAIT, s->o.answer_ms);
    r->id = c->id;
    r->body = buf_view(&in->body);
    r->tail = t->prefix ? str_sub(r->path, strlen(t->path), r->path.n) : STR_EMPTY;
    if (c->is_head) {
        r->method = STR("GET");
    }
    /* the library's own time-out would cut a slow answer; the sweep watches instead */
    lws_set_timeout(c->wsi, NO_PENDING_TIMEOUT, 0);
    t->handle(r, t->ctx);
    server_intake_free(s, in);
}

/* Asked for by clients that wait for leave to send a body (RFC 9110 10.1.1); the library is
 * silent. */
static void say_continue(struct conn *c) {
    static const char line[] = "HTTP/1.1 100 Continue\r\n\r\n";
    unsigned char room[LWS_PRE + sizeof line];
    if (str_eq_nocase(request_header(&c->intake->r, "expect"), STR("100-continue"))) {
        memcpy(room + LWS_PRE, line, sizeof line - 1);
        if (lws_write(c->wsi, room + LWS_PRE, sizeof line - 1, LWS_WRITE_HTTP_HEADERS) < 0) {
            c->completed = true;
        }
    }
}

static int on_request(struct server *s, struct lws *wsi, struct session_mem *mem) {
    size_t length = 0;
    bool path_known = false;
    if (!mem->conn) {
        mem->conn = server_conn_take(s, wsi);
    }
    struct conn *c = mem->conn;
    if (!c || c->state != CONN_IDLE) {
        return -1;
    }
    atomic_fetch_add(&s->stat_requests, 1);
    c->completed = false;
    c->intake = server_intake_take(s);
    int refuse = server_intake_read(s, wsi, c->intake, &length);
    const struct web_request *r = &c->intake->r;
    c->is_head = str_is(r->method, "HEAD");
    c->keep = s->o.unix_path && s->o.trust_proxy &&
              !str_eq_nocase(request_header(r, "connection"), STR("close"));
    c->route = refuse ? NULL : find_route(s, r, &path_known);
    if (!refuse && !c->route) {
        refuse = path_known ? 405 : 404;
    }
    if (!refuse && length > c->route->body_max) {
        refuse = 413;
    }
    if (refuse) {
        server_http_refuse(s, c, refuse);
        return 0;
    }
    if (!str_is(r->method, "POST")) {
        call_handler(s, c);
        return 0;
    }
    buf_init(&c->intake->body, c->route->body_max + 1);
    server_conn_move(c, CONN_BODY, s->o.body_total_ms);
    say_continue(c);
    return c->completed ? -1 : 0;
}

/* With bytes behind the body the library says "complete" again and again while we wait: once
 * counts. */
static int on_body_end(struct server *s, struct conn *c) {
    if (c->completed || c->state != CONN_BODY) {
        return 0;
    }
    c->completed = true;
    call_handler(s, c);
    return 0;
}

static int on_body(struct server *s, struct conn *c, const void *in, size_t len) {
    if (c->state != CONN_BODY) {
        return 0;
    }
    buf_add(&c->intake->body, in, len);
    if (c->intake->body.over) {
        server_http_refuse(s, c, 413);
    }
    return 0;
}

/* -1 closes, which flushes what the kernel did not take yet. */
static int finish(struct conn *c) {
    server_note_free(c->out);
    c->out = NULL;
    c->out_tail = &c->out;
    if (!c->keep) {
        server_conn_move(c, CONN_DONE, 0);
        return -1;
    }
    server_conn_move(c, CONN_IDLE, 0);
    return lws_http_transaction_completed(c->wsi) ? -1 : 0;
}

static int on_writable(struct server *s, struct conn *c) {
    struct note *n = c->out;
    if (c->state == CONN_DONE) {
        return -1;
    }
    if (c->state != CONN_WRITE || !n) {
        return 0;
    }
    if (n->off == n->n) {
        return finish(c);
    }
    size_t part = n->n - n->off;
    part = part > WRITE_CHUNK ? WRITE_CHUNK : part;
    enum lws_write_protocol how = n->off + part == n->n ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP;
    if (lws_write(c->wsi, n->data + n->off, part, how) < 0) {
        return -1;
    }
    n->off += part;
    c->deadline = clock_mono_ms() + s->o.write_ms;
    if (n->off == n->n && !lws_partial_buffered(c->wsi)) {
        return finish(c);
    }
    lws_callback_on_writable(c->wsi);
    return 0;
}

int server_http_event(struct server *s, struct lws *wsi, enum lws_callback_reasons reason,
                      struct session_mem *mem, void *in, size_t len) {
    struct conn *c = mem ? mem->conn : NULL;
    switch (reason) {
    case LWS_CALLBACK_HTTP:
        return on_request(s, wsi, mem);
    case LWS_CALLBACK_HTTP_BODY:
        return c ? on_body(s, c, in, len) : -1;
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        return c ? on_body_end(s, c) : -1;
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return c ? on_writable(s, c) : 0;
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return in && strcmp(in, "websocket") == 0 ? 0 : -1; /* no h2c */
    case LWS_CALLBACK_CLOSED_HTTP:
    case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
        /* the library frees the session memory after each request of a kept connection too: a
         * slot left in it would be lost */
        if (c) {
            server_conn_free(s, c);
            mem->conn = NULL;
        }
        return 0;
    default:
        return 0;
    }
}
