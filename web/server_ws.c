/* server_ws.c - WebSocket endpoints: handshake, whole messages in, bounded queues out. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/server_priv.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"

#define SLOW_READER_MS 5000 /* for the close frame to find room */

static struct str host_of_origin(struct str origin) {
    size_t at = str_find(origin, STR("://"), 0);
    return at == SIZE_MAX ? STR_EMPTY : str_sub(origin, at + 3, origin.n);
}

/* 0 lets the handshake go on. */
static int check(struct server *s, const struct web_request *r, const struct server_ws **ret) {
    struct str origin = host_of_origin(request_header(r, "origin"));
    for (size_t i = 0; i < s->wss; i++) {
        const struct server_ws *w = &s->ws[i];
        if (!str_is(r->path, w->path)) {
            continue;
        }
        *ret = w;
        /* browsers always say where a page comes from; without it, or from elsewhere, no */
        if (!origin.n || !str_eq_nocase(origin, r->host)) {
            return 403;
        }
        return !w->accept || w->accept(r, w->ctx) ? 0 : 403;
    }
    return 404;
}

static int on_handshake(struct server *s, struct lws *wsi, struct session_mem *mem) {
    size_t length;
    const struct server_ws *w = NULL;
    struct server_intake *in = server_intake_take(s);
    int refuse = server_intake_read(s, wsi, in, &length);
    if (!refuse && atomic_load(&s->stopping)) {
        refuse = 503;
    }
    if (!refuse) {
        refuse = check(s, &in->r, &w);
    }
    server_intake_free(s, in);
    if (!refuse) {
        mem->conn = server_conn_take(s, wsi);
        refuse = mem->conn ? 0 : 503;
    }
    if (refuse) {
        atomic_fetch_add(&s->stat_refused, 1);
        lws_return_http_status(wsi, (unsigned)refuse, NULL);
        return -1;
    }
    mem->conn->ws = w;
    return 0;
}

static int on_open(struct server *s, struct conn *c) {
    server_conn_move(c, CONN_SOCKET, 0);
    atomic_fetch_add(&s->stat_ws, 1);
    buf_init(&c->text, c->ws->text_max + 1);
    if (c->ws->on_open) {
        c->ws->on_open(c->id, c->ws->ctx);
    }
    return 0;
}

static int reject(struct conn *c, enum lws_close_status code) {
    lws_close_reason(c->wsi, code, NULL, 0);
    return -1;
}

static int on_receive(struct conn *c, const void *in, size_t len) {
    if (lws_is_first_fragment(c->wsi)) {
        buf_reset(&c->text);
    }
    buf_add(&c->text, in, len);
    if (c->text.over || c->text.n > c->ws->text_max) {
        return reject(c, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE);
    }
    if (!lws_is_final_fragment(c->wsi) || lws_remaining_packet_payload(c->wsi)) {
        return 0;
    }
    struct str text = buf_view(&c->text);
    if (lws_frame_is_binary(c->wsi)) {
        return reject(c, LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE);
    }
    if (!text_is_utf8(text)) {
        return reject(c, LWS_CLOSE_STATUS_INVALID_PAYLOAD);
    }
    if (c->ws->on_text) {
        c->ws->on_text(c->id, text, c->ws->ctx);
    }
    buf_reset(&c->text);
    return 0;
}

void server_ws_queue(struct server *s, struct conn *c, struct note *n) {
    c->out_bytes += n->n;
    if (c->out_bytes > s->o.ws_queue_max) {
        /* the reader does not keep up: it will come back and ask for the whole picture */
        server_note_free(c->out);
        server_note_free(n);
        c->out = NULL;
        c->out_tail = &c->out;
        c->out_bytes = 0;
        n = server_note_new(NOTE_CLOSE, c->id, 0);
        n->code = LWS_CLOSE_STATUS_POLICY_VIOLATION;
        c->deadline = clock_mono_ms() + SLOW_READER_MS;
    }
    *c->out_tail = n;
    c->out_tail = &n->next;
    lws_callback_on_writable(c->wsi);
}

static int on_writable(struct conn *c) {
    while (c->out) {
        struct note *n = c->out;
        if (n->kind == NOTE_CLOSE) {
            return reject(c, (enum lws_close_status)n->code);
        }
        if (lws_write(c->wsi, n->data, n->n, LWS_WRITE_TEXT) < 0) {
            return -1;
        }
        c->out = n->next;
        c->out_tail = c->out ? c->out_tail : &c->out;
        c->out_bytes -= n->n;
        n->next = NULL;
        server_note_free(n);
        if (c->out && lws_send_pipe_choked(c->wsi)) {
            lws_callback_on_writable(c->wsi);
            return 0;
        }
    }
    return 0;
}

int server_ws_event(struct server *s, struct lws *wsi, enum lws_callback_reasons reason,
                    struct session_mem *mem, void *in, size_t len) {
    struct conn *c = mem ? mem->conn : NULL;
    switch (reason) {
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        return mem ? on_handshake(s, wsi, mem) : -1;
    case LWS_CALLBACK_ESTABLISHED:
        return c ? on_open(s, c) : -1;
    case LWS_CALLBACK_RECEIVE:
        return c ? on_receive(c, in, len) : -1;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return c ? on_writable(c) : 0;
    default: /* closed */
        if (c) {
            const struct server_ws *w = c->ws;
            int64_t id = c->id;
            bool told = c->state == CONN_SOCKET && w->on_close;
            server_conn_free(s, c);
            mem->conn = NULL;
            if (told) {
                w->on_close(id, w->ctx);
            }
        }
        return 0;
    }
}

void server_ws_send(struct server *s, int64_t ws, struct str text) {
    struct note *n = server_note_new(NOTE_TEXT, ws, text.n);
    if (text.n) {
        memcpy(n->data, text.p, text.n);
    }
    server_note_post(s, n);
}

void server_ws_close(struct server *s, int64_t ws, int code) {
    struct note *n = server_note_new(NOTE_CLOSE, ws, 0);
    n->code = code;
    server_note_post(s, n);
}
