/* fake_http.c - a tiny HTTP/1.1 server on loopback that does what a test tells it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/fake/fake_http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"

enum { CONNECTIONS = 300, REQUEST_MAX = 4 * 1024 * 1024, REQUESTS_MAX = 200000, QUEUE = 256 };

struct conn {
    int fd; /* -1: free */
    int number;
    struct buf in, out;
    size_t sent;
    bool waiting; /* a request was read and its answer is not out yet */
    int64_t due;  /* when to answer */
    bool ask_again;
    bool close_after, reset;
    bool silent;
    struct fake_request rq;
};

struct fake_http {
    int listener, wake[2], port;
    char url[64];
    pthread_t thread;
    pthread_mutex_t lock;
    struct arena a;
    bool stop;
    int connections;
    struct conn conn[CONNECTIONS];
    struct fake_answer queue[QUEUE], dflt;
    size_t queue_from, queue_to;
    struct fake_request *request;
    size_t requests;
    void (*handler)(const struct fake_request *rq, struct fake_answer *ret, void *ctx);
    void *ctx;
};

static void die(const char *what) {
    perror(what);
    exit(2);
}

static void wake_up(struct fake_http *f) {
    if (write(f->wake[1], "x", 1) < 0 && errno != EAGAIN) {
        die("fake_http: wake");
    }
}

/* ------------------------------------------------------------------ one connection */

static void conn_close(struct conn *c) {
    if (c->reset) {
        struct linger hard = {.l_onoff = 1, .l_linger = 0};
        setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
    }
    close(c->fd);
    buf_done(&c->in);
    buf_done(&c->out);
    c->fd = -1;
}

static struct str head_value(struct str head, const char *name) {
    struct str line;
    while (str_next(&head, '\n', &line)) {
        size_t colon = str_find_char(line, ':', 0);
        if (colon != SIZE_MAX && str_eq_nocase(str_sub(line, 0, colon), str_from(name))) {
            return str_trim(str_sub(line, colon + 1, line.n));
        }
    }
    return STR_EMPTY;
}

/* Takes one whole request off the input; false when it is not all there yet. */
static bool take_request(struct fake_http *f, struct conn *c) {
    struct str in = buf_view(&c->in);
    size_t end = str_find(in, STR("\r\n\r\n"), 0);
    if (end == SIZE_MAX) {
        return false;
    }
    struct str head = str_sub(in, 0, end), line = head;
    size_t first = str_find(head, STR("\r\n"), 0);
    int64_t length = 0;
    if (first != SIZE_MAX) {
        line = str_sub(head, 0, first);
        head = str_sub(head, first + 2, head.n);
    } else {
        head = STR_EMPTY;
    }
    str_to_i64(head_value(head, "Content-Length"), &length);
    if (in.n < end + 4 + (size_t)length) {
        return false;
    }
    struct str method, target, rest = line;
    str_next(&rest, ' ', &method);
    str_next(&rest, ' ', &target);
    size_t mark = str_find_char(target, '?', 0);
    struct str query = mark == SIZE_MAX ? STR_EMPTY : str_sub(target, mark + 1, target.n);
    struct str path = mark == SIZE_MAX ? target : str_sub(target, 0, mark);
    c->rq = (struct fake_request){arena_str(&f->a, method),
                                  arena_str(&f->a, path),
                                  arena_str(&f->a, query),
                                  arena_str(&f->a, head),
                                  arena_str(&f->a, str_sub(in, end + 4, (size_t)length)),
                                  c->number};
    size_t used = end + 4 + (size_t)length;
    memmove(c->in.p, c->in.p + used, c->in.n - used);
    c->in.n -= used;
    return true;
}

static void record(struct fake_http *f, const struct fake_request *rq) {
    if (f->requests == REQUESTS_MAX) {
        fprintf(stderr, "fake_http: too many requests\n");
        exit(2);
    }
    f->request[f->requests++] = *rq;
}

static void write_answer(struct conn *c, const struct fake_answer *x) {
    struct str body = str_from(x->body);
    struct str headers = str_from(x->headers);
    if (x->manner == FAKE_GARBLED) {
        buf_puts(&c->out, "hello, this is no HTTP\r\n\r\n");
        c->close_after = true;
        return;
    }
    if (x->manner == FAKE_CLOSES || x->manner == FAKE_RESETS) {
        c->close_after = true;
        c->reset = x->manner == FAKE_RESETS;
        return;
    }
    buf_printf(&c->out, "HTTP/1.1 %d Fake\r\nContent-Length: %zu\r\n",
               x->status ? x->status : 200, body.n);
    buf_str(&c->out, headers);
    buf_puts(&c->out, "\r\n");
    buf_str(&c->out, x->manner == FAKE_HALF ? str_sub(body, 0, body.n / 2) : body);
    c->close_after = x->manner == FAKE_HALF || x->manner == FAKE_ENDS;
}

/* Decides the answer; it is written when it is due. */
static void answer_request(struct fake_http *f, struct conn *c) {
    struct fake_answer x = f->dflt;
    if (f->handler) {
        x = (struct fake_answer){0};
        pthread_mutex_unlock(&f->lock); /* a handler may call us */
        f->handler(&c->rq, &x, f->ctx);
        pthread_mutex_lock(&f->lock);
    } else if (f->queue_from < f->queue_to) {
        x = f->queue[f->queue_from++ % QUEUE];
    }
    int64_t now = clock_mono_ms();
    c->waiting = true;
    c->ask_again = x.again_ms > 0;
    c->silent = x.manner == FAKE_SILENT;
    c->due = now + (c->ask_again ? x.again_ms : x.delay_ms);
    if (!c->ask_again && !c->silent) {
        write_answer(c, &x);
    }
}

static void feed(struct fake_http *f, struct conn *c) {
    while (!c->waiting && take_request(f, c)) {
        record(f, &c->rq);
        answer_request(f, c);
    }
}

/* True when the connection must be closed. */
static bool read_more(struct fake_http *f, struct conn *c) {
    char bytes[16384];
    ssize_t n = recv(c->fd, bytes, sizeof(bytes), 0);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
        return true;
    }
    if (n > 0) {
        buf_add(&c->in, bytes, (size_t)n);
        feed(f, c);
    }
    return c->in.over;
}

static bool write_more(struct fake_http *f, struct conn *c) {
    while (c->sent < c->out.n) {
        ssize_t n = send(c->fd, c->out.p + c->sent, c->out.n - c->sent, MSG_NOSIGNAL);
        if (n < 0) {
            return errno != EAGAIN && errno != EINTR;
        }
        c->sent += (size_t)n;
    }
    if (c->close_after) {
        return true;
    }
    buf_reset(&c->out);
    c->sent = 0;
    c->waiting = false;
    feed(f, c);
    return false;
}

/* ------------------------------------------------------------------ the loop */

static void accept_one(struct fake_http *f) {
    int fd = accept(f->listener, NULL, NULL);
    if (fd < 0) {
        return;
    }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    for (size_t i = 0; i < CONNECTIONS; i++) {
        struct conn *c = &f->conn[i];
        if (c->fd < 0) {
            *c = (struct conn){.fd = fd, .number = ++f->connections};
            buf_init(&c->in, REQUEST_MAX);
            buf_init(&c->out, REQUEST_MAX);
            return;
        }
    }
    close(fd);
}

/* Fills the poll set; returns the time to sleep. */
static int watch(struct fake_http *f, struct pollfd *p) {
    int64_t now = clock_mono_ms(), wait = 1000;
    p[0] = (struct pollfd){f->listener, POLLIN, 0};
    p[1] = (struct pollfd){f->wake[0], POLLIN, 0};
    for (size_t i = 0; i < CONNECTIONS; i++) {
        struct conn *c = &f->conn[i];
        p[i + 2] = (struct pollfd){c->fd, POLLIN, 0};
        if (c->fd < 0 || !c->waiting || c->silent) {
            continue;
        }
        if (c->due <= now && !c->ask_again) {
            p[i + 2].events |= POLLOUT;
        }
        int64_t left = c->due > now ? c->due - now : c->ask_again ? 0 : wait;
        wait = left < wait ? left : wait;
    }
    return (int)wait;
}

static void serve_one(struct fake_http *f, struct conn *c, short events) {
    bool close_it = false;
    if (events & (POLLIN | POLLHUP | POLLERR)) {
        close_it = read_more(f, c);
    }
    if (!close_it && c->waiting && c->ask_again && c->due <= clock_mono_ms()) {
        answer_request(f, c);
    }
    bool may_write = c->waiting && !c->ask_again && !c->silent && c->due <= clock_mono_ms();
    if (!close_it && may_write) {
        close_it = write_more(f, c);
    }
    if (close_it) {
        conn_close(c);
    }
}

static void *serve(void *ctx) {
    struct fake_http *f = ctx;
    struct pollfd *p = mem_alloc(sizeof(*p) * (CONNECTIONS + 2));
    pthread_mutex_lock(&f->lock);
    while (!f->stop) {
        int wait = watch(f, p);
        pthread_mutex_unlock(&f->lock);
        poll(p, CONNECTIONS + 2, wait);
        pthread_mutex_lock(&f->lock);
        char drain[64];
        if (p[1].revents && read(f->wake[0], drain, sizeof(drain)) < 0) {
            continue;
        }
        for (size_t i = 0; i < CONNECTIONS; i++) {
            if (f->conn[i].fd >= 0 && f->conn[i].fd == p[i + 2].fd) {
                serve_one(f, &f->conn[i], p[i + 2].revents);
            }
        }
        if (p[0].revents) {
            accept_one(f);
        }
    }
    pthread_mutex_unlock(&f->lock);
    free(p);
    return NULL;
}

/* ------------------------------------------------------------------ what tests call */

struct fake_http *fake_http_start(void) {
    struct fake_http *f = mem_alloc(sizeof(*f));
    memset(f, 0, sizeof(*f));
    arena_init(&f->a);
    f->request = mem_alloc(sizeof(*f->request) * REQUESTS_MAX);
    pthread_mutex_init(&f->lock, NULL);
    for (size_t i = 0; i < CONNECTIONS; i++) {
        f->conn[i].fd = -1;
    }
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof(at);
    f->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (f->listener < 0 || bind(f->listener, (struct sockaddr *)&at, sizeof(at)) < 0 ||
        listen(f->listener, 512) < 0 ||
        getsockname(f->listener, (struct sockaddr *)&at, &n) < 0 || pipe(f->wake) < 0) {
        die("fake_http");
    }
    fcntl(f->wake[0], F_SETFL, O_NONBLOCK);
    fcntl(f->wake[1], F_SETFL, O_NONBLOCK);
    fcntl(f->listener, F_SETFL, O_NONBLOCK);
    f->port = ntohs(at.sin_port);
    snprintf(f->url, sizeof(f->url), "http://127.0.0.1:%d", f->port);
    if (pthread_create(&f->thread, NULL, serve, f) != 0) {
        die("fake_http: thread");
    }
    return f;
}

void fake_http_stop(struct fake_http *f) {
    pthread_mutex_lock(&f->lock);
    f->stop = true;
    pthread_mutex_unlock(&f->lock);
    wake_up(f);
    pthread_join(f->thread, NULL);
    for (size_t i = 0; i < CONNECTIONS; i++) {
        if (f->conn[i].fd >= 0) {
            conn_close(&f->conn[i]);
        }
    }
    close(f->listener);
    close(f->wake[0]);
    close(f->wake[1]);
    pthread_mutex_destroy(&f->lock);
    arena_done(&f->a);
    free(f->request);
    free(f);
}

int fake_http_port(const struct fake_http *f) {
    return f->port;
}

const char *fake_http_url(const struct fake_http *f) {
    return f->url;
}

static struct fake_answer copy_answer(struct fake_http *f, struct fake_answer x) {
    x.headers = x.headers ? arena_cstr(&f->a, str_from(x.headers)) : NULL;
    x.body = x.body ? arena_cstr(&f->a, str_from(x.body)) : NULL;
    return x;
}

void fake_http_push(struct fake_http *f, struct fake_answer answer) {
    pthread_mutex_lock(&f->lock);
    if (f->queue_to - f->queue_from == QUEUE) {
        fprintf(stderr, "fake_http: queue full\n");
        exit(2);
    }
    f->queue[f->queue_to++ % QUEUE] = copy_answer(f, answer);
    pthread_mutex_unlock(&f->lock);
}

void fake_http_default(struct fake_http *f, struct fake_answer answer) {
    pthread_mutex_lock(&f->lock);
    f->dflt = copy_answer(f, answer);
    pthread_mutex_unlock(&f->lock);
}

void fake_http_handler(struct fake_http *f,
                       void (*handler)(const struct fake_request *rq, struct fake_answer *ret,
                                       void *ctx),
                       void *ctx) {
    pthread_mutex_lock(&f->lock);
    f->handler = handler;
    f->ctx = ctx;
    pthread_mutex_unlock(&f->lock);
}

const char *fake_http_printf(struct fake_http *f, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    pthread_mutex_lock(&f->lock);
    struct str s = arena_vprintf(&f->a, fmt, ap);
    pthread_mutex_unlock(&f->lock);
    va_end(ap);
    return s.p;
}

size_t fake_http_count(struct fake_http *f) {
    pthread_mutex_lock(&f->lock);
    size_t n = f->requests;
    pthread_mutex_unlock(&f->lock);
    return n;
}

struct fake_request fake_http_request(struct fake_http *f, size_t i) {
    pthread_mutex_lock(&f->lock);
    if (i >= f->requests) {
        fprintf(stderr, "fake_http: no request %zu\n", i);
        exit(2);
    }
    struct fake_request rq = f->request[i];
    pthread_mutex_unlock(&f->lock);
    return rq;
}

bool fake_http_wait(struct fake_http *f, size_t n, int ms) {
    int64_t until = clock_mono_ms() + ms;
    while (fake_http_count(f) < n) {
        if (clock_mono_ms() >= until) {
            return false;
        }
        struct timespec nap = {.tv_nsec = 1000000};
        nanosleep(&nap, NULL);
    }
    return true;
}

struct str fake_http_header(const struct fake_request *rq, const char *name) {
    return head_value(rq->head, name);
}
