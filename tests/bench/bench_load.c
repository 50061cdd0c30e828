/* bench_load.c - asks a web-hook many times over loopback and times each answer. */
/* SPDX-License-Identifier: EUPL-1.2 */
#define _GNU_SOURCE
#include "tests/bench/bench.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* usage: bench_load ADDRESS PATH CONNECTIONS COUNT PEOPLE FIRST close|keep|get
 *
 * ADDRESS is a port of 127.0.0.1 or the path of a Unix socket. Message k (FIRST <= k < FIRST +
 * COUNT) comes from person k % PEOPLE, who goes through the words below in turn; its id is k's
 * own; what follows a '?' in PATH is sent in the form. close: a new connection for each (what
 * the server asks for over TCP). get: a sendsms request of Kannel's instead of a web-hook. Ends
 * after a minute without progress; prints rate and latencies; fails when an answer is not 2xx.
 */

#define CONNS_MAX 1024
#define ROOM 2048
#define SILENCE_MS 60000

static const char *const WORDS[] = {"salut", "je+suis+Karim", "j%27ai+17+ans", "oui",
                                    "hate+de+venir"};
#define N_WORDS (sizeof WORDS / sizeof *WORDS)

struct conn {
    int fd;
    size_t out_n, out_off, in_n;
    double began;
    char out[ROOM], in[ROOM];
};

static struct {
    const char *address, *path, *query;
    long count, people, first, asked, answered, wrong, reopened;
    int keep, get, ep;
    double *latency;
    struct conn conn[CONNS_MAX];
} b;

static double now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int dial(void) {
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    struct sockaddr_in in = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)(int)strtol(b.address, NULL, 10)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int is_unix = b.address[0] == '/', one = 1;
    int fd = socket(is_unix ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(un.sun_path, sizeof un.sun_path, "%s", b.address);
    int rc = is_unix ? connect(fd, (struct sockaddr *)&un, sizeof un)
                     : connect(fd, (struct sockaddr *)&in, sizeof in);
    if (fd < 0 || rc) {
        bench_die(b.address, strerror(errno));
    }
    if (!is_unix) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    }
    return fd;
}

static void write_request(struct conn *c) {
    long k = b.first + b.asked, person = k % b.people, turn = k / b.people;
    char body[512];
    if (b.get) {
        c->out_n = (size_t)snprintf(c->out, sizeof c->out,
                                    "GET %s&to=%%2B33639%06ld&text=Merci+%ld%%2C+a+mercredi+"
                                    "14h+a+la+maison+des+projets HTTP/1.1\r\nHost: x\r\n\r\n",
                                    b.path, person, k);
        return;
    }
    int n = snprintf(body, sizeof body,
                     "sender=%%2B336398%05ld&to=38000&id=bench-%ld&charset=UTF-8&message=%s&%s",
                     person, k, WORDS[(size_t)turn % N_WORDS], b.query);
    c->out_n = (size_t)snprintf(c->out, sizeof c->out,
                                "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: "
                                "application/x-www-form-urlencoded\r\nContent-Length: %d\r\n"
                                "%s\r\n%s",
                                b.path, n, b.keep ? "" : "Connection: close\r\n", body);
}

static void push(struct conn *c) {
    while (c->out_off < c->out_n) {
        ssize_t n = send(c->fd, c->out + c->out_off, c->out_n - c->out_off, MSG_NOSIGNAL);
        if (n <= 0) {
            bench_die("send", strerror(errno));
        }
        c->out_off += (size_t)n;
    }
}

static void ask(struct conn *c) {
    if (b.asked >= b.count) {
        if (c->fd >= 0) {
            close(c->fd);
            c->fd = -1;
        }
        return;
    }
    if (c->fd < 0) {
        c->fd = dial();
        struct epoll_event ev = {.events = EPOLLIN, .data.ptr = c};
        epoll_ctl(b.ep, EPOLL_CTL_ADD, c->fd, &ev);
    }
    write_request(c);
    b.asked++;
    c->out_off = c->in_n = 0;
    c->began = now_us();
    push(c);
}

/* A kept connection may be closed while the next request is on its way: it goes again on a new
 * one, as proxies do. */
static void again(struct conn *c) {
    close(c->fd);
    c->fd = dial();
    struct epoll_event ev = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(b.ep, EPOLL_CTL_ADD, c->fd, &ev);
    c->out_off = c->in_n = 0;
    b.reopened++;
    push(c);
}

/* The whole answer is here: head, and as many bytes as it announced. */
static int is_whole(const struct conn *c, int ended) {
    const char *end = memmem(c->in, c->in_n, "\r\n\r\n", 4);
    const char *length = end ? strcasestr(c->in, "content-length:") : NULL;
    if (!end || (!length && !ended)) {
        return 0;
    }
    size_t head = (size_t)(end - c->in) + 4;
    return ended || c->in_n >= head + (size_t)atol(length + 15);
}

static void pull(struct conn *c) {
    ssize_t n = recv(c->fd, c->in + c->in_n, sizeof c->in - 1 - c->in_n, 0);
    if (n < 0) {
        bench_die("recv", strerror(errno));
    }
    c->in_n += (size_t)n;
    c->in[c->in_n] = '\0';
    if (n == 0 && b.keep && c->in_n == 0) {
        again(c);
        return;
    }
    if (!is_whole(c, n == 0)) {
        if (n == 0) {
            bench_die("answer", "closed before its end");
        }
        return;
    }
    b.wrong += strncmp(c->in, "HTTP/1.1 2", 10) != 0;
    b.latency[b.answered++] = now_us() - c->began;
    if (!b.keep || n == 0) {
        close(c->fd);
        c->fd = -1;
    }
    ask(c);
}

static void loop(int conns) {
    struct epoll_event ev[128];
    for (int i = 0; i < conns; i++) {
        b.conn[i].fd = -1;
        ask(&b.conn[i]);
    }
    while (b.answered < b.count) {
        int n = epoll_wait(b.ep, ev, 128, SILENCE_MS);
        if (n <= 0) {
            bench_die("server", "no answer for a minute");
        }
        for (int i = 0; i < n; i++) {
            pull(ev[i].data.ptr);
        }
    }
}

int main(int argc, char **argv) {
    if (argc != 8) {
        bench_die("usage", "ADDRESS PATH CONNECTIONS COUNT PEOPLE FIRST close|keep|get");
    }
    int conns = (int)strtol(argv[3], NULL, 10);
    b.address = argv[1];
    b.path = argv[2];
    b.count = atol(argv[4]);
    b.people = atol(argv[5]);
    b.first = atol(argv[6]);
    b.get = strcmp(argv[7], "get") == 0;
    char *query = b.get ? NULL : strchr(argv[2], '?');
    if (query) {
        *query++ = '\0';
    }
    b.query = query ? query : "";
    b.keep = b.get || strcmp(argv[7], "keep") == 0;
    if (conns < 1 || conns > CONNS_MAX || b.count < conns || b.people < 1) {
        bench_die("usage", "1..1024 connections, at least one message each");
    }
    b.ep = epoll_create1(EPOLL_CLOEXEC);
    b.latency = calloc((size_t)b.count, sizeof *b.latency);
    if (b.ep < 0 || !b.latency) {
        bench_die("start", strerror(errno));
    }
    double began = now_us();
    loop(conns);
    double took = now_us() - began;
    qsort(b.latency, (size_t)b.count, sizeof *b.latency, bench_cmp);
    bench_say("per_second", (double)b.count / took * 1e6);
    bench_say("p50_us", b.latency[b.count / 2]);
    bench_say("p99_us", b.latency[b.count * 99 / 100]);
    bench_say("reopened", (double)b.reopened);
    bench_say("wrong", (double)b.wrong);
    return b.wrong ? 1 : 0;
}
