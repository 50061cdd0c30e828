/* server.c - the service loop: connections, slots, sweeps, start and stop. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/server_priv.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"

#define SWEEP_MS 250
#define LINGER_MS 300
#define SLOT_BITS 16

struct conn *server_conn_take(struct server *s, struct lws *wsi) {
    if (s->free_head < 0) {
        return NULL;
    }
    int slot = s->free_head;
    struct conn *c = &s->conn[slot];
    s->free_head = c->next_free;
    memset(c, 0, sizeof *c);
    c->id = (int64_t)((++s->serial << SLOT_BITS) | (uint64_t)slot);
    c->wsi = wsi;
    c->out_tail = &c->out;
    buf_init(&c->text, 0);
    return c;
}

void server_conn_free(struct server *s, struct conn *c) {
    if (c->state == CONN_SOCKET) {
        atomic_fetch_sub(&s->stat_ws, 1);
    }
    server_intake_free(s, c->intake);
    server_note_free(c->out);
    buf_done(&c->text);
    int slot = (int)(c - s->conn);
    memset(c, 0, sizeof *c);
    c->next_free = s->free_head;
    s->free_head = slot;
}

struct conn *server_conn_find(struct server *s, int64_t id) {
    int64_t slot = id & ((1 << SLOT_BITS) - 1);
    if (id <= 0 || slot >= s->conns || s->conn[slot].id != id) {
        return NULL;
    }
    return &s->conn[slot];
}

void server_conn_move(struct conn *c, enum conn_state to, int timeout_ms) {
    static const unsigned char allowed[][6] = {
        [CONN_IDLE] = {[CONN_BODY] = 1, [CONN_WAIT] = 1, [CONN_WRITE] = 1, [CONN_SOCKET] = 1},
        [CONN_BODY] = {[CONN_WAIT] = 1, [CONN_WRITE] = 1},
        [CONN_WAIT] = {[CONN_WRITE] = 1},
        [CONN_WRITE] = {[CONN_DONE] = 1, [CONN_IDLE] = 1},
        [CONN_DONE] = {0},
        [CONN_SOCKET] = {[CONN_DONE] = 1},
    };
    if (!allowed[c->state][to]) {
        log_event(LOG_LVL_ERROR, "web.state", "from=%d to=%d", (int)c->state, (int)to);
        return;
    }
    c->state = to;
    c->deadline = timeout_ms ? clock_mono_ms() + timeout_ms : 0;
}

static void take_notes(struct server *s) {
    pthread_mutex_lock(&s->lock);
    struct note *n = s->notes;
    s->notes = NULL;
    s->notes_tail = &s->notes;
    pthread_mutex_unlock(&s->lock);
    while (n) {
        struct note *next = n->next;
        struct conn *c = server_conn_find(s, n->id);
        n->next = NULL;
        if (c && n->kind == NOTE_ANSWER) {
            server_http_answer(s, c, n);
        } else if (c && c->state == CONN_SOCKET) {
            server_ws_queue(s, c, n);
        } else {
            server_note_free(n);
        }
        n = next;
    }
}

/* True while something is still under way. */
static bool close_down(struct server *s) {
    bool busy = false;
    for (int i = 0; i < s->conns; i++) {
        struct conn *c = &s->conn[i];
        if (!c->id || c->state == CONN_IDLE || c->state == CONN_DONE) {
            continue;
        }
        busy = true;
        if (c->state == CONN_SOCKET && !s->draining) {
            struct note *bye = server_note_new(NOTE_CLOSE, c->id, 0);
            bye->code = LWS_CLOSE_STATUS_GOINGAWAY;
            server_ws_queue(s, c, bye);
        }
    }
    if (!s->draining) {
        s->draining = true;
        s->drain_deadline = clock_mono_ms() + s->o.drain_ms;
    }
    int64_t now = clock_mono_ms();
    if (busy) {
        s->linger_deadline = now + LINGER_MS;
    }
    /* the peers' answers to our close frames are on their way: a moment for them */
    bool closing = s->open > 0 && now < s->linger_deadline;
    return (busy || closing) && now < s->drain_deadline;
}

static void on_tick(lws_sorted_usec_list_t *sul) {
    struct server *s = lws_container_of(sul, struct server, tick);
    s->o.tick(s->o.tick_ctx);
    lws_sul_schedule(s->context, 0, &s->tick, on_tick, (lws_usec_t)s->o.tick_ms * 1000);
}

/* The library's own time-outs are one sorted list and start anew with every byte: a client that
 * trickles would never meet them. */
static void on_sweep(lws_sorted_usec_list_t *sul) {
    struct server *s = lws_container_of(sul, struct server, sweep);
    int64_t now = clock_mono_ms();
    for (int i = 0; i < s->conns; i++) {
        struct conn *c = &s->conn[i];
        if (!c->id || !c->deadline || now < c->deadline) {
            continue;
        }
        c->deadline = 0;
        atomic_fetch_add(&s->stat_timeouts, 1);
        if (c->state == CONN_WAIT) {
            server_http_refuse(s, c, 503);
        } else {
            lws_set_timeout(c->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
        }
    }
    lws_sul_schedule(s->context, 0, &s->sweep, on_sweep, SWEEP_MS * 1000);
}

static int callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                    size_t len) {
    struct lws_context *context = lws_get_context(wsi);
    struct server *s = context ? lws_context_user(context) : NULL;
    if (!s) {
        return 0;
    }
    switch (reason) {
    case LWS_CALLBACK_EVENT_WAIT_CANCELLED: /* comes once a protocol: the first finds the list
                                             */
        take_notes(s);
        return 0;
    case LWS_CALLBACK_FILTER_NETWORK_CONNECTION:
        if (s->open >= s->o.max_connections || atomic_load(&s->stopping)) {
            atomic_fetch_add(&s->stat_refused, 1);
            return 1;
        }
        return 0;
    case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED:
        atomic_store(&s->stat_open, ++s->open);
        return 0;
    case LWS_CALLBACK_WSI_DESTROY:
        if (s->open > 0) {
            atomic_store(&s->stat_open, --s->open);
        }
        return 0;
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
    case LWS_CALLBACK_ESTABLISHED:
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_SERVER_WRITEABLE:
    case LWS_CALLBACK_CLOSED:
    case LWS_CALLBACK_WS_SERVER_DROP_PROTOCOL:
        return server_ws_event(s, wsi, reason, user, in, len);
    default:
        return server_http_event(s, wsi, reason, user, in, len);
    }
}

static void library_says(int level, const char *line) {
    (void)level;
    log_event(LOG_LVL_DEBUG, "web.library", "text=\"%.*s\"", (int)strcspn(line, "\n\""), line);
}

static int or_default(int v, int dflt) {
    return v > 0 ? v : dflt;
}

static void fill_options(struct server *s, const struct server_options *o) {
    struct server_options *d = &s->o;
    *d = *o;
    s->address = mem_strdup(o->address && o->address[0] ? o->address : "127.0.0.1");
    s->unix_path = o->unix_path && o->unix_path[0] ? mem_strdup(o->unix_path) : NULL;
    s->unix_perms = o->unix_perms ? mem_strdup(o->unix_perms) : NULL;
    bool proxy = o->proxy_address && o->proxy_address[0];
    s->proxy_address = proxy ? mem_strdup(o->proxy_address) : NULL;
    d->proxy_address = s->proxy_address;
    d->address = s->address;
    d->unix_path = s->unix_path;
    d->unix_perms = s->unix_perms;
    d->max_connections = or_default(o->max_connections, 1000);
    if (d->max_connections > (1 << SLOT_BITS) - 1) {
        d->max_connections = (1 << SLOT_BITS) - 1;
    }
    d->header_max = o->header_max ? o->header_max : 16384;
    d->header_ms = or_default(o->header_ms, 10000);
    d->body_idle_ms = or_default(o->body_idle_ms, 15000);
    d->body_total_ms = or_default(o->body_total_ms, 60000);
    d->answer_ms = or_default(o->answer_ms, 60000);
    d->write_ms = or_default(o->write_ms, 30000);
    d->drain_ms = or_default(o->drain_ms, 5000);
    d->ws_queue_max = o->ws_queue_max ? o->ws_queue_max : 1024 * 1024;
    d->tick_ms = or_default(o->tick_ms, 1000);
}

static void fill_slots(struct server *s) {
    /* a closing connection may still hold its slot when the next one is let in */
    s->conns = s->o.max_connections;
    s->conn = mem_alloc((size_t)s->conns * sizeof *s->conn);
    memset(s->conn, 0, (size_t)s->conns * sizeof *s->conn);
    for (int i = 0; i < s->conns; i++) {
        s->conn[i].next_free = i + 1 < s->conns ? i + 1 : -1;
    }
}

/* A loop that cannot accept for want of descriptors spins: have enough for all connections, the
 * database and the wire. */
static void want_descriptors(rlim_t n) {
    struct rlimit l;
    if (getrlimit(RLIMIT_NOFILE, &l) == 0 && l.rlim_cur < n) {
        l.rlim_cur = l.rlim_max < n ? l.rlim_max : n;
        if (setrlimit(RLIMIT_NOFILE, &l) != 0) {
            log_event(LOG_LVL_WARN, "web.descriptors", "wanted=%llu", (unsigned long long)n);
        }
    }
}

static enum rc open_door(struct server *s, struct err *err) {
    struct lws_context_creation_info info;
    memset(&info, 0, sizeof info);
    want_descriptors((rlim_t)s->o.max_connections + 256);
    lws_set_log_level(LLL_ERR | LLL_WARN, library_says);
    s->protocols[0] =
        (struct lws_protocols){.name = "http",
                               .callback = callback,
                               .per_session_data_size = sizeof(struct session_mem)};
    s->ping.secs_since_valid_ping = 45;
    s->ping.secs_since_valid_hangup = 75;
    info.port = s->unix_path ? 0 : s->o.port;
    info.iface = s->unix_path ? s->unix_path : s->address;
    info.unix_socket_perms = s->unix_perms;
    info.protocols = s->protocols;
    info.user = s;
    info.gid = (gid_t)-1;
    info.uid = (uid_t)-1;
    info.vhost_name = "default";
    info.max_http_header_data = 32768;
    info.fd_limit_per_thread = (unsigned)s->o.max_connections + 16;
    info.timeout_secs = (unsigned)((s->o.body_idle_ms + 999) / 1000);
    info.timeout_secs_ah_idle = (unsigned)((s->o.header_ms + 999) / 1000);
    info.keepalive_timeout =
        s->unix_path && s->o.trust_proxy ? 60 : (s->o.header_ms + 999) / 1000;
    info.retry_and_idle_policy = &s->ping;
    info.options = s->unix_path ? LWS_SERVER_OPTION_UNIX_SOCK : 0;
    if (s->unix_path || !strchr(s->address, ':')) {
        info.options |= LWS_SERVER_OPTION_DISABLE_IPV6;
    }
    info.options |=
        LWS_SERVER_OPTION_EXPLICIT_VHOSTS; /* else a taken port leaks the context's parts */
    s->context = lws_create_context(&info);
    s->vhost = s->context ? lws_create_vhost(s->context, &info) : NULL;
    if (!s->vhost) {
        return err_set(err, E_IO, "cannot listen on %s%s%d: %s",
                       s->unix_path ? s->unix_path : s->address, s->unix_path ? " " : ":",
                       s->unix_path ? 0 : s->o.port, strerror(errno));
    }
    return OK;
}

enum rc server_start(const struct server_options *o, const struct route *route, size_t routes,
                     const struct server_ws *ws, size_t wss, struct server **ret,
                     struct err *err) {
    struct server *s = mem_alloc(sizeof *s);
    memset(s, 0, sizeof *s);
    fill_options(s, o);
    fill_slots(s);
    s->route = route;
    s->routes = routes;
    s->ws = ws;
    s->wss = wss;
    s->notes_tail = &s->notes;
    pthread_mutex_init(&s->lock, NULL);
    enum rc rc = open_door(s, err);
    if (rc != OK) {
        server_free(s);
        return rc;
    }
    lws_sul_schedule(s->context, 0, &s->sweep, on_sweep, SWEEP_MS * 1000);
    if (s->o.tick) {
        lws_sul_schedule(s->context, 0, &s->tick, on_tick, (lws_usec_t)s->o.tick_ms * 1000);
    }
    *ret = s;
    return OK;
}

int server_port(const struct server *s) {
    return s->unix_path ? 0 : lws_get_vhost_listen_port(s->vhost);
}

enum rc server_run(struct server *s) {
    s->thread = pthread_self();
    atomic_store(&s->running, true);
    int n = 0;
    while (n >= 0) {
        if (atomic_load(&s->stopping) && !close_down(s)) {
            break;
        }
        n = lws_service(s->context, 0);
    }
    atomic_store(&s->running, false);
    return n < 0 ? E_IO : OK;
}

void server_stop(struct server *s) {
    atomic_store(&s->stopping, true);
    lws_cancel_service(s->context);
}

void server_free(struct server *s) {
    if (!s) {
        return;
    }
    if (s->context) {
        lws_sul_cancel(&s->sweep);
        lws_sul_cancel(&s->tick);
        lws_context_destroy(s->context);
    }
    for (int i = 0; i < s->conns; i++) {
        if (s->conn[i].id) {
            server_conn_free(s, &s->conn[i]);
        }
    }
    server_note_free(s->notes);
    while (s->spare) {
        struct server_intake *in = s->spare;
        s->spare = in->next;
        arena_done(&in->arena);
        free(in);
    }
    pthread_mutex_destroy(&s->lock);
    free(s->conn);
    free(s->address);
    free(s->unix_path);
    free(s->unix_perms);
    free(s->proxy_address);
    free(s);
}

void server_answer(struct server *s, int64_t id, const struct web_answer *a) {
    struct note *n = server_note_answer(s, id, a);
    if (atomic_load(&s->running) && pthread_equal(pthread_self(), s->thread)) {
        struct conn *c = server_conn_find(s, id);
        if (c) {
            server_http_answer(s, c, n);
        } else {
            server_note_free(n);
        }
        return;
    }
    server_note_post(s, n);
}

void server_stats(const struct server *s, struct server_stats *ret) {
    ret->connections = atomic_load(&s->stat_open);
    ret->websockets = atomic_load(&s->stat_ws);
    ret->requests = atomic_load(&s->stat_requests);
    ret->refused = atomic_load(&s->stat_refused);
    ret->timeouts = atomic_load(&s->stat_timeouts);
}
