/* server.h - the one door for HTTP and WebSocket: limits, time-outs, routing, answers from any
 * thread. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef WEB_SERVER_H
#define WEB_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "web/request.h"

/* The only owner of libwebsockets; no type of it leaves this folder's server*.c.
 * One service thread (the caller of server_run) runs every handler; a handler never blocks. It
 * answers with server_answer before it returns or later, from any thread, by the request's id:
 *
 *      client -> limits -> route -> handler --(id)--> worker -> server_answer -> client
 *
 * Over TCP each answer closes its connection: libwebsockets 4.1.6 hangs for ever when a request
 * is pipelined before a POST on a connection that stays open. Only a trusted proxy on the Unix
 * socket, which never pipelines, keeps its connections. */

typedef void server_handler(const struct web_request *r, void *ctx);

/* A table, searched exact paths first, then the longest prefix. */
struct route {
    const char *method; /* "GET" (answers HEAD too) or "POST" */
    const char *path;   /* "/login"; a prefix route ends with '/' ("/hook/") */
    bool prefix;
    size_t body_max; /* bytes of body taken; longer is refused with 413 before it is read */
    server_handler *handle;
    void *ctx;
};

/* A WebSocket endpoint. The browser's Origin must be the host it asked: others are refused with
 * 403. All calls come from the service thread. */
struct server_ws {
    const char *path; /* exact: "/sim/ws" */
    size_t text_max;  /* longest message taken; a longer one closes with 1009 */
    /* Decides on the handshake (cookies, session). NULL = accept. r->id is not answerable. */
    bool (*accept)(const struct web_request *r, void *ctx);
    void (*on_open)(int64_t ws, void *ctx);
    void (*on_text)(int64_t ws, struct str text, void *ctx); /* valid UTF-8, whole */
    void (*on_close)(int64_t ws, void *ctx);
    void *ctx;
};

/* Zero means the default given. Times in milliseconds. */
struct server_options {
    const char *address; /* numeric; "" or NULL = "127.0.0.1"; ignored when unix_path is set */
    int port;            /* 0 = any free one, see server_port */
    const char *unix_path;  /* listen here instead of TCP */
    const char *unix_perms; /* "user:group" of the socket; NULL = ours */
    bool trust_proxy; /* Unix socket: believe X-Forwarded-For and -Proto, keep connections */
    const char *proxy_address; /* numeric: over TCP believe these from this peer only */
    int max_connections;       /* 1000; more are closed at once */
    size_t header_max;         /* 16384; more gets 431 */
    int header_ms;             /* 10000: idle, or headers not complete; whole seconds */
    int body_idle_ms;          /* 15000 without a byte of the body; whole seconds */
    int body_total_ms;         /* 60000 for the whole body */
    int answer_ms;             /* 60000 for the handler's answer, then 503 */
    int write_ms;              /* 30000 for the client to take the answer */
    int drain_ms;              /* 5000 to finish what is in flight when stopping */
    size_t ws_queue_max; /* 1 MiB waiting for one WebSocket reader; more closes it with 1008 */
    const char *const
        *keep_header; /* non-standard request headers to hand on, lower case, ended by NULL
                       * (the library cannot list those it did not expect) */
    void (*tick)(
        void *ctx); /* called from the loop each tick_ms while it is alive: a watchdog's food */
    int tick_ms;    /* 1000 */
    void *tick_ctx;
};

/* Opens the door; nothing is served before server_run. The tables are used in place and must
 * outlive the server; texts of the options are copied. E_IO when the address cannot be had. */
enum rc server_start(const struct server_options *o, const struct route *route, size_t routes,
                     const struct server_ws *ws, size_t wss, struct server **ret,
                     struct err *err) MUST_USE;

/* The TCP port really used; 0 on a Unix socket. */
int server_port(const struct server *s);

/* Serves until server_stop and the drain are over: new connections are refused, WebSockets get
 * close 1001, requests in flight get drain_ms. E_IO when the loop itself fails. */
enum rc server_run(struct server *s);

/* From any thread, or from a signal handler. */
void server_stop(struct server *s);

/* After server_run returned, and after every thread that may answer has ended. NULL is fine. */
void server_free(struct server *s);

/* From any thread; the answer is copied. An id whose client has left, or that was answered
 * already, is dropped in silence. */
void server_answer(struct server *s, int64_t id, const struct web_answer *a);

/* From any thread: a text message (valid UTF-8) to one WebSocket; dropped when it is closed. */
void server_ws_send(struct server *s, int64_t ws, struct str text);
/* Closes after what is queued: 1000 normal, 1001 going away, 1008 policy. */
void server_ws_close(struct server *s, int64_t ws, int code);

/* For /metrics. Readable from any thread. */
struct server_stats {
    int64_t connections;                 /* open now */
    int64_t websockets;                  /* open now */
    int64_t requests, refused, timeouts; /* since the start */
};
void server_stats(const struct server *s, struct server_stats *ret);

#endif
