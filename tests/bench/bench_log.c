/* bench_log.c - the bare group-commit log: HTTP in, append and fdatasync, then 200. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/bench/bench.h"

#include <fcntl.h>
#include <libwebsockets.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

/* usage: bench_log PORT|UNIX_PATH FILE
 *
 * The baseline of the durable road in: the same library, threads and group commit as the
 * service, but what is kept of a message is 700 bytes at the end of a file. Ends on SIGTERM. */

#define RECORD 700
#define BODY 512
#define BATCH 1024

struct request {
    struct request *next;
    struct lws *wsi; /* NULL: the client has left */
    int state;       /* 0 reading, 1 with the writer, 2 committed */
    size_t n;
    char body[BODY];
};
struct session {
    struct request *r;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t some = PTHREAD_COND_INITIALIZER;
static struct request *waiting, **waiting_end = &waiting, *done, **done_end = &done, *pool;
static struct lws_context *context;
static volatile sig_atomic_t stop;
static int file;

static void *writer(void *unused) {
    static char record[BATCH * RECORD];
    (void)unused;
    for (;;) {
        pthread_mutex_lock(&lock);
        while (!waiting && !stop) {
            pthread_cond_wait(&some, &lock);
        }
        struct request *first = waiting, *last = first;
        if (!first) {
            pthread_mutex_unlock(&lock);
            return NULL;
        }
        size_t n = 0;
        for (struct request *r = first; r && n < BATCH; r = r->next, n++) {
            memcpy(record + n * RECORD, r->body, r->n);
            last = r;
        }
        waiting = last->next;
        waiting_end = waiting ? waiting_end : &waiting;
        last->next = NULL;
        pthread_mutex_unlock(&lock);
        if (write(file, record, n * RECORD) != (ssize_t)(n * RECORD) || fdatasync(file)) {
            bench_die("log", "not written");
        }
        pthread_mutex_lock(&lock);
        *done_end = first;
        done_end = &last->next;
        pthread_mutex_unlock(&lock);
        lws_cancel_service(context);
    }
}

static struct request *take(struct lws *wsi) {
    struct request *r = pool;
    if (r) {
        pool = r->next;
    } else if (!(r = malloc(sizeof *r))) {
        bench_die("memory", "none left");
    }
    r->next = NULL;
    r->wsi = wsi;
    r->state = 0;
    r->n = 0;
    return r;
}

static void give_back(struct request *r) {
    r->next = pool;
    pool = r;
}

static int answer(struct lws *wsi) {
    unsigned char room[LWS_PRE + 256], *from = room + LWS_PRE, *p = from,
                                       *end = room + sizeof room;
    if (lws_add_http_common_headers(wsi, 200, "text/plain", 2, &p, end) ||
        lws_finalize_http_header(wsi, &p, end)) {
        return -1;
    }
    memcpy(p, "ok", 2);
    p += 2;
    if (lws_write(wsi, from, (size_t)(p - from), LWS_WRITE_HTTP_HEADERS) < 0) {
        return -1;
    }
    return lws_http_transaction_completed(wsi) ? -1 : 0;
}

static void to_writer(struct request *r) {
    r->state = 1;
    pthread_mutex_lock(&lock);
    *waiting_end = r;
    waiting_end = &r->next;
    pthread_cond_signal(&some);
    pthread_mutex_unlock(&lock);
}

static void committed(void) {
    pthread_mutex_lock(&lock);
    struct request *r = done;
    done = NULL;
    done_end = &done;
    pthread_mutex_unlock(&lock);
    while (r) {
        struct request *next = r->next;
        if (r->wsi) {
            r->state = 2;
            lws_callback_on_writable(r->wsi);
        } else {
            give_back(r);
        }
        r = next;
    }
}

static void left(struct session *s) {
    if (s->r->state == 1) {
        s->r->wsi = NULL;
    } else {
        give_back(s->r);
    }
    s->r = NULL;
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                    size_t len) {
    struct session *s = user;
    switch (reason) {
    case LWS_CALLBACK_HTTP:
        s->r = take(wsi);
        return 0;
    case LWS_CALLBACK_HTTP_BODY:
        if (s->r->n + len > BODY) {
            return -1;
        }
        memcpy(s->r->body + s->r->n, in, len);
        s->r->n += len;
        return 0;
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        to_writer(s->r);
        return 0;
    case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
        committed();
        return 0;
    case LWS_CALLBACK_HTTP_WRITEABLE:
        if (s && s->r && s->r->state == 2) {
            give_back(s->r);
            s->r = NULL;
            return answer(wsi);
        }
        return 0;
    case LWS_CALLBACK_CLOSED_HTTP:
        if (s && s->r) {
            left(s);
        }
        return 0;
    default:
        return lws_callback_http_dummy(wsi, reason, user, in, len);
    }
}

static const struct lws_protocols PROTOCOLS[] = {
    {"http", on_event, sizeof(struct session), 0, 0, NULL, 0}, {NULL, NULL, 0, 0, 0, NULL, 0}};

static void on_signal(int sig) {
    (void)sig;
    stop = 1;
    lws_cancel_service(context);
}

int main(int argc, char **argv) {
    struct lws_context_creation_info info;
    pthread_t thread;
    memset(&info, 0, sizeof info);
    if (argc != 3) {
        bench_die("usage", "PORT|UNIX_PATH FILE");
    }
    int on_unix = argv[1][0] == '/';
    file = open(argv[2], O_CREAT | O_TRUNC | O_WRONLY, 0600);
    lws_set_log_level(LLL_ERR, NULL);
    info.port = on_unix ? 0 : (int)strtol(argv[1], NULL, 10);
    info.iface = on_unix ? argv[1] : "127.0.0.1";
    info.protocols = PROTOCOLS;
    info.gid = (gid_t)-1;
    info.uid = (uid_t)-1;
    info.keepalive_timeout = 60;
    info.options =
        LWS_SERVER_OPTION_DISABLE_IPV6 | (on_unix ? LWS_SERVER_OPTION_UNIX_SOCK : 0u);
    context = lws_create_context(&info);
    if (file < 0 || !context) {
        bench_die("start", "no file or no address");
    }
    signal(SIGTERM, on_signal);
    signal(SIGPIPE, SIG_IGN);
    pthread_create(&thread, NULL, writer, NULL);
    while (!stop && lws_service(context, 0) >= 0) {
    }
    pthread_mutex_lock(&lock);
    pthread_cond_signal(&some);
    pthread_mutex_unlock(&lock);
    pthread_join(thread, NULL);
    lws_context_destroy(context);
    return 0;
}
