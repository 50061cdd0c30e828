/* bench_sink.c - a provider that accepts everything at once; every connection stays open. */
/* SPDX-License-Identifier: EUPL-1.2 */
#define _GNU_SOURCE
#include "tests/bench/bench.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* usage: bench_sink PORT COUNT_FILE     Answers as Kannel's sendsms does; writes how many
 * requests it saw into COUNT_FILE when SIGTERM ends it. */

#define ROOM 8192
#define ANSWER                                                                                 \
    "HTTP/1.1 202 Accepted\r\nContent-Type: text/plain\r\nContent-Length: 25\r\n\r\n"          \
    "0: Accepted for delivery\n"

struct peer {
    int fd;
    size_t n;
    char in[ROOM];
};

static volatile sig_atomic_t stop;

static void on_signal(int sig) {
    (void)sig;
    stop = 1;
}

/* Takes whole requests off the front; returns how many. */
static long take(struct peer *p) {
    long taken = 0;
    for (;;) {
        p->in[p->n] = '\0';
        char *end = memmem(p->in, p->n, "\r\n\r\n", 4);
        if (!end) {
            return taken;
        }
        char *length = strcasestr(p->in, "content-length:");
        size_t all = (size_t)(end - p->in) + 4;
        all += length && length < end ? (size_t)atol(length + 15) : 0;
        if (p->n < all) {
            return taken;
        }
        memmove(p->in, p->in + all, p->n - all);
        p->n -= all;
        taken++;
    }
}

static long serve(struct peer *p) {
    ssize_t n = recv(p->fd, p->in + p->n, ROOM - 1 - p->n, 0);
    if (n <= 0) {
        close(p->fd);
        free(p);
        return 0;
    }
    p->n += (size_t)n;
    long taken = take(p);
    for (long i = 0; i < taken; i++) {
        if (send(p->fd, ANSWER, sizeof ANSWER - 1, MSG_NOSIGNAL) < 0) {
            break;
        }
    }
    return taken;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        bench_die("usage", "PORT COUNT_FILE");
    }
    struct sockaddr_in in = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)(int)strtol(argv[1], NULL, 10)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1, door = socket(AF_INET, SOCK_STREAM, 0), ep = epoll_create1(0);
    long seen = 0;
    setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(door, (struct sockaddr *)&in, sizeof in) || listen(door, 256)) {
        bench_die(argv[1], strerror(errno));
    }
    struct sigaction act = {.sa_handler = on_signal};
    sigaction(SIGTERM, &act, NULL);
    struct epoll_event ev = {.events = EPOLLIN}, got[64];
    epoll_ctl(ep, EPOLL_CTL_ADD, door, &ev);
    while (!stop) {
        int n = epoll_wait(ep, got, 64, 1000);
        for (int i = 0; i < n; i++) {
            if (got[i].data.ptr) {
                seen += serve(got[i].data.ptr);
                continue;
            }
            struct peer *p = calloc(1, sizeof *p);
            p->fd = accept(door, NULL, NULL);
            setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
            ev.data.ptr = p;
            epoll_ctl(ep, EPOLL_CTL_ADD, p->fd, &ev);
        }
    }
    FILE *f = fopen(argv[2], "w");
    if (!f) {
        bench_die(argv[2], strerror(errno));
    }
    fprintf(f, "%ld\n", seen);
    fclose(f);
    return 0;
}
