/* http.c - many HTTP calls at once from one thread (the one owner of libcurl). */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/http.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"

enum {
    CONNECT_TIMEOUT_MS = 10000,
    HEADERS_MAX = 64,
    HEADER_BYTES_MAX = 16 * 1024,
    /* Shorter than the keep-alive of the servers we know (5 s and more), so that a connection
     * that is closing is seldom used again. */
    IDLE_CONNECTION_S = 4,
    SPARES_MAX = 32,             /* requests kept for the next calls... */
    SPARE_BYTES_MAX = 16 * 1024, /* ...with so much memory of their own */
    ORIGINS = 8,
};

/* One call. Serves again after it: its easy handle keeps the options that never change. */
struct http_request {
    struct http_pool *pool;
    struct http_request *next, *prev; /* all of the pool, or the ready list, or the spares */
    struct arena a;
    CURL *easy;
    struct curl_slist *lines, **lines_end; /* in the arena */
    struct buf body;
    size_t header_bytes;
    struct gw_header header[HEADERS_MAX];
    size_t headers;
    bool allow_private, idempotent;
    bool too_long;
    bool personal; /* the address holds a name and a password: its handle serves nobody else */
    int passages;  /* times a connection was ready to carry the request */
    struct str host;
    const char *refused; /* why the address was refused, or NULL */
    struct str error;    /* why it could not start */
    void (*done)(const struct gw_answer *answer, void *ctx);
    void *ctx;
};

struct http_pool {
    CURLM *multi;
    char agent[64];
    atomic_bool loopback_only;
    struct http_request *running, *ready, *spare;
    size_t count, spares;
    /* hosts read lately out of "https://host:port" */
    struct {
        char text[256], host[256];
    } origin[ORIGINS];
    size_t origins;
};

enum rc http_open(const char *version, struct http_pool **ret, struct err *err) {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return err_set(err, E_IO, "the HTTP library does not start");
    }
    CURLM *multi = curl_multi_init();
    if (!multi) {
        curl_global_cleanup();
        return err_set(err, E_IO, "the HTTP library does not start");
    }
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    struct http_pool *pool = mem_alloc(sizeof(*pool));
    *pool = (struct http_pool){.multi = multi};
    snprintf(pool->agent, sizeof(pool->agent), "Rebond/%s", version);
    *ret = pool;
    return OK;
}

static void list_push(struct http_request **head, struct http_request *r) {
    r->prev = NULL;
    r->next = *head;
    if (*head) {
        (*head)->prev = r;
    }
    *head = r;
}

static void list_remove(struct http_request **head, struct http_request *r) {
    if (r->next) {
        r->next->prev = r->prev;
    }
    if (r->prev) {
        r->prev->next = r->next;
    } else {
        *head = r->next;
    }
}

static void request_free(struct http_request *r) {
    if (r->easy) {
        curl_multi_remove_handle(r->pool->multi, r->easy);
        curl_easy_cleanup(r->easy);
    }
    buf_done(&r->body);
    arena_done(&r->a);
    free(r);
}

/* What has ended: nothing of the call stays in it. */
static void request_rest(struct http_request *r) {
    struct http_pool *pool = r->pool;
    if (!r->easy || r->personal || pool->spares == SPARES_MAX || r->a.used > SPARE_BYTES_MAX) {
        request_free(r);
        return;
    }
    curl_multi_remove_handle(pool->multi, r->easy);
    curl_easy_setopt(r->easy, CURLOPT_HTTPHEADER, NULL);
    curl_easy_setopt(r->easy, CURLOPT_POSTFIELDS, NULL);
    curl_easy_setopt(r->easy, CURLOPT_CUSTOMREQUEST, NULL);
    buf_done(&r->body);
    arena_reset(&r->a);
    struct arena a = r->a;
    *r = (struct http_request){.pool = pool, .easy = r->easy, .a = a};
    list_push(&pool->spare, r);
    pool->spares++;
}

static void list_free(struct http_request *r) {
    while (r) {
        struct http_request *next = r->next;
        request_free(r);
        r = next;
    }
}

void http_close(struct http_pool *pool) {
    if (!pool) {
        return;
    }
    list_free(pool->running);
    list_free(pool->ready);
    list_free(pool->spare);
    curl_multi_cleanup(pool->multi);
    curl_global_cleanup();
    free(pool);
}

void http_set_loopback_only(struct http_pool *pool, bool on) {
    atomic_store(&pool->loopback_only, on);
}

size_t http_running(const struct http_pool *pool) {
    return pool->count;
}

void http_wakeup(struct http_pool *pool) {
    curl_multi_wakeup(pool->multi);
}

/* ------------------------------------------------------------------ what libcurl calls back */

static bool may_reach(struct http_request *r, const char *ip) {
    enum http_reach reach = http_reach(ip);
    if (atomic_load(&r->pool->loopback_only) && reach != HTTP_LOOPBACK) {
        r->refused = "test mode: nothing is sent outside this machine";
        return false;
    }
    if (reach != HTTP_PUBLIC && !r->allow_private) {
        r->refused = "private addresses are not allowed for this channel";
        return false;
    }
    return true;
}

static curl_socket_t on_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address) {
    char ip[INET6_ADDRSTRLEN] = "";
    (void)purpose;
    if (address->family == AF_INET) {
        const struct sockaddr_in *in = (const void *)&address->addr;
        inet_ntop(AF_INET, &in->sin_addr, ip, sizeof(ip));
    } else if (address->family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const void *)&address->addr;
        inet_ntop(AF_INET6, &in6->sin6_addr, ip, sizeof(ip));
    }
    if (!may_reach(ctx, ip)) {
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Called each time a connection is ready for the request: also for a kept one, which on_socket
 * did not see for this call, and again when libcurl wants to repeat a request on a fresh
 * connection because the kept one died. By then the first copy may have arrived: only what is
 * idempotent goes twice. */
static int on_connected(void *ctx, char *ip, char *local_ip, int port, int local_port) {
    struct http_request *r = ctx;
    (void)local_ip;
    (void)port;
    (void)local_port;
    if (r->passages++ && !r->idempotent) {
        return CURL_PREREQFUNC_ABORT;
    }
    return may_reach(r, ip) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

static size_t on_body(char *p, size_t size, size_t n, void *ctx) {
    struct http_request *r = ctx;
    buf_add(&r->body, p, size * n);
    if (r->body.over) {
        r->too_long = true;
        return 0;
    }
    return size * n;
}

static size_t on_header(char *p, size_t size, size_t n, void *ctx) {
    struct http_request *r = ctx;
    struct str line = str_trim((struct str){p, size * n});
    if (str_starts(line, STR("HTTP/"))) {
        r->headers = 0; /* the answer after a 1xx */
        r->header_bytes = 0;
        return size * n;
    }
    size_t colon = str_find_char(line, ':', 0);
    if (colon == SIZE_MAX || r->headers == HEADERS_MAX ||
        r->header_bytes + line.n > HEADER_BYTES_MAX) {
        return size * n;
    }
    struct str name = arena_str(&r->a, str_trim(str_sub(line, 0, colon)));
    struct str value = arena_str(&r->a, str_trim(str_sub(line, colon + 1, line.n)));
    r->header[r->headers++] = (struct gw_header){name, value};
    r->header_bytes += line.n;
    return size * n;
}

/* ------------------------------------------------------------------ starting */

static bool has_line_break(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\r' || s.p[i] == '\n' || s.p[i] == '\0') {
            return true;
        }
    }
    return false;
}

static void add_line(struct http_request *r, const char *line) {
    struct curl_slist *one = ARENA_NEW(&r->a, struct curl_slist);
    one->data = arena_cstr(&r->a, str_from(line));
    *r->lines_end = one;
    r->lines_end = &one->next;
}

static const char *add_headers(struct http_request *r, const struct gw_call *call) {
    bool typed = false;
    r->lines_end = &r->lines;
    for (size_t i = 0; i < call->headers; i++) {
        struct str name = call->header[i].name, value = call->header[i].value;
        if (has_line_break(name) || has_line_break(value)) {
            return "a header holds a line break";
        }
        typed = typed || str_eq_nocase(name, STR("Content-Type"));
        struct str line = value.n
                              ? arena_printf(&r->a, "%.*s: %.*s", STR_ARG(name), STR_ARG(value))
                              : arena_printf(&r->a, "%.*s;", STR_ARG(name));
        add_line(r, line.p);
    }
    if (call->body.n > 0 || !str_is(call->method, "GET")) {
        add_line(r, "Expect:");
        if (!typed) {
            add_line(r, "Content-Type:");
        }
    }
    return NULL;
}

/* The host without brackets. */
static const char *parse_host(struct http_request *r, const char *url) {
    CURLU *u = curl_url();
    char *scheme = NULL, *host = NULL;
    const char *problem = NULL;
    if (!u || curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK ||
        curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
        curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK) {
        problem = "the address of the provider cannot be read";
    } else if (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0) {
        problem = "the address of the provider is neither http nor https";
    } else {
        struct str bare = str_from(host);
        if (str_starts(bare, STR("["))) {
            bare = str_sub(bare, 1, bare.n - 2);
        }
        r->host = arena_str(&r->a, bare);
    }
    curl_free(scheme);
    curl_free(host);
    curl_url_cleanup(u);
    return problem;
}

/* "https://host:port" of an address; empty when it has no such head or a long one. */
static struct str origin_of(const char *url) {
    struct str s = str_from(url);
    size_t at = str_find(s, STR("://"), 0);
    if (at == SIZE_MAX) {
        return STR_EMPTY;
    }
    size_t n = at + 3 + strcspn(url + at + 3, "/?#");
    return n < sizeof((struct http_pool *)0)->origin[0].text ? str_sub(s, 0, n) : STR_EMPTY;
}

/* For errors and for the test mode's early refusal; libcurl reads the address again anyway. */
static const char *read_host(struct http_request *r, const char *url) {
    struct http_pool *pool = r->pool;
    struct str origin = origin_of(url);
    for (size_t i = 0; i < ORIGINS && origin.n > 0; i++) {
        if (str_is(origin, pool->origin[i].text)) {
            r->host = arena_str(&r->a, str_from(pool->origin[i].host));
            return NULL;
        }
    }
    const char *problem = parse_host(r, url);
    size_t at = pool->origins % ORIGINS;
    if (!problem && origin.n > 0 && r->host.n < sizeof pool->origin[at].host) {
        snprintf(pool->origin[at].text, sizeof pool->origin[at].text, "%.*s", STR_ARG(origin));
        snprintf(pool->origin[at].host, sizeof pool->origin[at].host, "%.*s", STR_ARG(r->host));
        pool->origins++;
    }
    return problem;
}

static void set_method(struct http_request *r, const struct gw_call *call) {
    char *method = arena_cstr(&r->a, call->method);
    struct str body = arena_str(&r->a, call->body);
    if (str_is(call->method, "HEAD")) {
        curl_easy_setopt(r->easy, CURLOPT_NOBODY, 1L);
    } else if (str_is(call->method, "GET") && !body.n) {
        curl_easy_setopt(r->easy, CURLOPT_HTTPGET, 1L);
    } else {
        curl_easy_setopt(r->easy, CURLOPT_POST, 1L);
        curl_easy_setopt(r->easy, CURLOPT_POSTFIELDS, body.n ? body.p : "");
        curl_easy_setopt(r->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n);
        curl_easy_setopt(r->easy, CURLOPT_CUSTOMREQUEST, method);
    }
}

/* Set once for all the calls that a handle carries. */
static void set_for_ever(struct http_request *r) {
    CURL *e = r->easy;
    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(e, CURLOPT_PROXY, "");
    curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(e, CURLOPT_USERAGENT, r->pool->agent);
    curl_easy_setopt(e, CURLOPT_MAXAGE_CONN, (long)IDLE_CONNECTION_S);
    curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, r);
    curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, on_connected);
    curl_easy_setopt(e, CURLOPT_PREREQDATA, r);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, r);
    curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(e, CURLOPT_HEADERDATA, r);
    curl_easy_setopt(e, CURLOPT_PRIVATE, r);
}

/* What follows the origin, when libcurl would send it as it stands; NULL: it must read it. */
static const char *plain_target(const char *url, struct str origin) {
    const char *target = url + origin.n;
    if (origin.n == 0 || *target != '/' || strstr(target, "/.")) {
        return NULL;
    }
    for (const char *p = target; *p; p++) {
        if (*p <= ' ' || *p >= 0x7f || *p == '#') {
            return NULL;
        }
    }
    return target;
}

/* libcurl takes an address apart and joins it again at each call, one letter after the other: a
 * long query costs more than the call itself. Whenever it may, it only reads the origin. */
static void set_address(struct http_request *r, const char *url) {
    struct str origin = r->personal ? STR_EMPTY : origin_of(url);
    const char *target = plain_target(url, origin);
    if (target) {
        char *home = arena_alloc(&r->a, origin.n + 2); /* zeroed */
        memcpy(home, origin.p, origin.n);
        home[origin.n] = '/';
        url = home;
    }
    curl_easy_setopt(r->easy, CURLOPT_URL, url);
    curl_easy_setopt(r->easy, CURLOPT_REQUEST_TARGET, target);
}

static void set_options(struct http_request *r, const char *url, int timeout_ms) {
    long connect_ms = timeout_ms < CONNECT_TIMEOUT_MS ? timeout_ms : CONNECT_TIMEOUT_MS;
    set_address(r, url);
    curl_easy_setopt(r->easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(r->easy, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
    curl_easy_setopt(r->easy, CURLOPT_HTTPHEADER, r->lines);
}

/* NULL when the call is under way, else why it is not. */
static const char *launch(struct http_request *r, const struct gw_call *call, int timeout_ms) {
    if (has_line_break(call->url) || has_line_break(call->method) || !call->method.n) {
        return "the address or the method of the call is malformed";
    }
    const char *url = arena_cstr(&r->a, call->url);
    r->personal = strchr(url, '@') != NULL;
    const char *problem = read_host(r, url);
    if (!problem && atomic_load(&r->pool->loopback_only) && !str_is(r->host, "localhost") &&
        http_reach(r->host.p) != HTTP_LOOPBACK) {
        problem = "test mode: nothing is sent outside this machine";
    }
    if (!problem) {
        problem = add_headers(r, call);
    }
    if (problem) {
        return problem;
    }
    if (!r->easy) {
        r->easy = curl_easy_init();
        if (!r->easy) {
            return "no memory for a call";
        }
        set_for_ever(r);
    }
    set_options(r, url, timeout_ms);
    set_method(r, call);
    return curl_multi_add_handle(r->pool->multi, r->easy) == CURLM_OK ? NULL
                                                                      : "the call cannot start";
}

static struct http_request *request_new(struct http_pool *pool) {
    struct http_request *r = pool->spare;
    if (r) {
        list_remove(&pool->spare, r);
        pool->spares--;
        return r;
    }
    r = mem_alloc(sizeof(*r));
    *r = (struct http_request){.pool = pool};
    arena_init(&r->a);
    return r;
}

void http_start(struct http_pool *pool, const struct gw_call *call, int timeout_ms,
                bool allow_private, void (*done)(const struct gw_answer *answer, void *ctx),
                void *ctx) {
    struct http_request *r = request_new(pool);
    r->done = done;
    r->ctx = ctx;
    buf_init(&r->body, call->answer_max ? call->answer_max : HTTP_BODY_MAX);
    r->allow_private = allow_private;
    r->idempotent = call->idempotent;
    if (timeout_ms <= 0) {
        timeout_ms = call->timeout_ms > 0 ? call->timeout_ms : HTTP_TIMEOUT_MS;
    }
    pool->count++;
    const char *problem = launch(r, call, timeout_ms);
    if (!problem) {
        list_push(&pool->running, r);
        return;
    }
    r->error = r->host.n ? arena_printf(&r->a, "%.*s: %s", STR_ARG(r->host), problem)
                         : str_from(problem);
    list_push(&pool->ready, r);
}

/* ------------------------------------------------------------------ answers */

static struct str explain(struct http_request *r, CURLcode code) {
    const char *why = curl_easy_strerror(code);
    if (r->refused) {
        why = r->refused;
    } else if (r->too_long) {
        why = "answer too long";
    } else if (code == CURLE_PARTIAL_FILE) {
        why = "the answer was cut short";
    } else if (code == CURLE_ABORTED_BY_CALLBACK) {
        why = "the connection was closed before an answer came";
    }
    return arena_printf(&r->a, "%.*s: %s", STR_ARG(r->host), why);
}

static void answer_from(struct http_request *r, CURLcode code, struct gw_answer *ret) {
    long status = 0, sent = 0;
    *ret = (struct gw_answer){0};
    curl_easy_getinfo(r->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(r->easy, CURLINFO_REQUEST_SIZE, &sent);
    ret->left = sent > 0 || r->passages > 1;
    if (code != CURLE_OK) {
        ret->error = explain(r, code);
        return;
    }
    ret->status = (int)status;
    ret->header = r->header;
    ret->headers = r->headers;
    ret->body = buf_view(&r->body);
}

static int drain_ready(struct http_pool *pool) {
    int n = 0;
    while (pool->ready) {
        struct http_request *r = pool->ready;
        list_remove(&pool->ready, r);
        pool->count--;
        struct gw_answer answer = {.error = r->error};
        r->done(&answer, r->ctx);
        request_rest(r);
        n++;
    }
    return n;
}

static int drain(struct http_pool *pool) {
    int left, n = 0;
    CURLMsg *msg;
    while ((msg = curl_multi_info_read(pool->multi, &left))) {
        if (msg->msg != CURLMSG_DONE) {
            continue;
        }
        CURLcode code = msg->data.result;
        struct http_request *r = NULL;
        curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, (char **)&r);
        list_remove(&pool->running, r);
        pool->count--;
        struct gw_answer answer;
        answer_from(r, code, &answer);
        r->done(&answer, r->ctx);
        request_rest(r);
        n++;
    }
    return n;
}

/* Perform, drain, then poll: polling before draining stalls a whole wait each round. */
int http_run(struct http_pool *pool, int max_wait_ms) {
    int still;
    curl_multi_perform(pool->multi, &still);
    int n = drain(pool) + drain_ready(pool);
    if (n == 0 && max_wait_ms > 0) {
        curl_multi_poll(pool->multi, NULL, 0, max_wait_ms, NULL);
    }
    return n;
}

struct waiter {
    struct arena *a;
    struct gw_answer *ret;
    bool done;
};

static void on_waited(const struct gw_answer *answer, void *ctx) {
    struct waiter *w = ctx;
    struct gw_header *h = ARENA_ARRAY(w->a, struct gw_header, answer->headers);
    for (size_t i = 0; i < answer->headers; i++) {
        h[i].name = arena_str(w->a, answer->header[i].name);
        h[i].value = arena_str(w->a, answer->header[i].value);
    }
    *w->ret = *answer;
    w->ret->header = h;
    w->ret->body = arena_str(w->a, answer->body);
    w->ret->error = arena_str(w->a, answer->error);
    w->done = true;
}

void http_wait(struct http_pool *pool, const struct gw_call *call, int timeout_ms,
               bool allow_private, struct arena *a, struct gw_answer *ret) {
    struct waiter w = {.a = a, .ret = ret};
    http_start(pool, call, timeout_ms, allow_private, on_waited, &w);
    while (!w.done) {
        http_run(pool, 1000);
    }
}
