/* server_priv.h - what the server's own files share: connections, notes from other threads. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef WEB_SERVER_PRIV_H
#define WEB_SERVER_PRIV_H

#include <libwebsockets.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "web/server.h"

/* A request's life on its connection:
 *
 *   IDLE -> BODY -> WAIT -> WRITE -> DONE (closed), or -> IDLE on a kept connection
 *     `-----------'^  `(client leaves: slot freed)
 *   IDLE -> SOCKET (WebSocket) */
enum conn_state { CONN_IDLE, CONN_BODY, CONN_WAIT, CONN_WRITE, CONN_DONE, CONN_SOCKET };

/* Bytes on their way out, made by any thread, owned by the service thread once on the list. */
enum note_kind { NOTE_ANSWER, NOTE_TEXT, NOTE_CLOSE };
struct note {
    struct note *next;
    enum note_kind kind;
    int64_t id;
    int code;            /* NOTE_CLOSE */
    size_t n, off;       /* bytes at data, bytes already written */
    size_t head_n;       /* NOTE_ANSWER: where the body begins, for HEAD */
    unsigned char *data; /* LWS_PRE writable bytes stand before it */
};

/* What is kept of a request between its headers and its handler. */
struct server_intake {
    struct server_intake *next; /* of the free list */
    struct arena arena;
    struct web_request r;
    struct buf body;
};

/* One connection that sent a request or became a WebSocket. Slots are reused; the id is not. */
struct conn {
    int64_t id;      /* 0 = free slot */
    struct lws *wsi; /* alive exactly as long as the slot is taken; service thread only */
    enum conn_state state;
    bool keep, is_head, completed;
    int64_t deadline; /* monotonic ms; 0 = none */
    const struct route *route;
    struct server_intake *intake;
    struct note *out, **out_tail; /* answer, or queue of a WebSocket */
    size_t out_bytes;
    const struct server_ws *ws;
    struct buf text; /* WebSocket message being put together */
    int next_free;
};

/* libwebsockets' per-session memory. */
struct session_mem {
    struct conn *conn;
};

struct server {
    struct lws_context *context;
    struct lws_vhost *vhost;
    struct server_options o;
    char *address, *unix_path, *unix_perms, *proxy_address;
    const struct route *route;
    size_t routes;
    const struct server_ws *ws;
    size_t wss;
    struct lws_protocols protocols[2];
    lws_retry_bo_t ping;
    lws_sorted_usec_list_t sweep, tick;
    struct conn *conn;
    int conns, free_head;
    uint64_t serial;
    int open; /* sockets, with or without a slot */
    struct server_intake *spare;
    int spares;
    pthread_t thread; /* the service thread */
    atomic_bool running, stopping;
    bool draining;
    int64_t drain_deadline, linger_deadline;
    pthread_mutex_t lock; /* guards the two below */
    struct note *notes, **notes_tail;
    atomic_llong stat_open, stat_ws, stat_requests, stat_refused, stat_timeouts;
};

/* server.c */
struct conn *server_conn_take(struct server *s, struct lws *wsi);
void server_conn_free(struct server *s, struct conn *c);
struct conn *server_conn_find(struct server *s, int64_t id);
void server_conn_move(struct conn *c, enum conn_state to, int timeout_ms);

/* server_note.c */
struct note *server_note_new(enum note_kind kind, int64_t id, size_t n);
void server_note_free(struct note *n);
struct note *server_note_answer(const struct server *s, int64_t id, const struct web_answer *a);
void server_note_post(struct server *s, struct note *n);

/* server_intake.c: headers out of the library, checked. */
struct server_intake *server_intake_take(struct server *s);
void server_intake_free(struct server *s, struct server_intake *in);
/* 0, or the status to refuse with (400, 411, 431). *ret_length: bytes of body announced. */
int server_intake_read(struct server *s, struct lws *wsi, struct server_intake *in,
                       size_t *ret_length);

/* server_http.c */
int server_http_event(struct server *s, struct lws *wsi, enum lws_callback_reasons reason,
                      struct session_mem *mem, void *in, size_t len);
/* Takes the note. */
void server_http_answer(struct server *s, struct conn *c, struct note *n);
/* An answer of the server's own: "404" with a short text. */
void server_http_refuse(struct server *s, struct conn *c, int status);

/* server_ws.c */
int server_ws_event(struct server *s, struct lws *wsi, enum lws_callback_reasons reason,
                    struct session_mem *mem, void *in, size_t len);
/* Takes the note. */
void server_ws_queue(struct server *s, struct conn *c, struct note *n);

#endif
