/* fake_http.h - a tiny HTTP/1.1 server on loopback that does what a test tells it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef TESTS_FAKE_HTTP_H
#define TESTS_FAKE_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* One thread, plain sockets, keep-alive. Answers come from the handler when there is one, else
 * from the queue in order, else the default (200, empty). Every request is recorded. All
 * functions may be called from the test's thread while the server runs. */
struct fake_http;

struct fake_request {
    struct str method, path, query; /* query raw, without '?' */
    struct str head;                /* header lines as received */
    struct str body;
    int connection; /* counts from 1: tells whether a connection was kept */
};

enum fake_manner {
    FAKE_ANSWERS,
    FAKE_CLOSES, /* reads the whole request, then closes without a byte */
    FAKE_HALF,   /* sends the head and half of the body, then closes */
    FAKE_RESETS, /* as FAKE_CLOSES, with a TCP reset */
    FAKE_ENDS,   /* answers, then closes the connection although it was to be kept */
    FAKE_SILENT, /* never answers, keeps the connection open */
    FAKE_GARBLED /* answers bytes that are no HTTP */
};

struct fake_answer {
    int status;          /* 0 = 200 */
    const char *headers; /* whole lines, "Retry-After: 3\r\n"; NULL for none */
    const char *body;    /* NULL for empty */
    int delay_ms;        /* before the first byte */
    enum fake_manner manner;
    int again_ms; /* from a handler only: call it again for this request after so long */
};

/* Listens on a free port of 127.0.0.1. Ends the process when it cannot. */
struct fake_http *fake_http_start(void);
void fake_http_stop(struct fake_http *f); /* frees everything, requests included */
int fake_http_port(const struct fake_http *f);
/* "http://127.0.0.1:PORT" */
const char *fake_http_url(const struct fake_http *f);

/* Adds an answer to the queue; strings are copied. */
void fake_http_push(struct fake_http *f, struct fake_answer answer);
/* What is answered when the queue is empty. */
void fake_http_default(struct fake_http *f, struct fake_answer answer);
/* A function that decides; runs on the server's thread. Strings it gives must live until the
 * answer has left: literals, or fake_http_printf. */
void fake_http_handler(struct fake_http *f,
                       void (*handler)(const struct fake_request *rq, struct fake_answer *ret,
                                       void *ctx),
                       void *ctx);
const char *fake_http_printf(struct fake_http *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

size_t fake_http_count(struct fake_http *f);
/* The i-th request from 0; valid until fake_http_stop. Ends the process when there is none. */
struct fake_request fake_http_request(struct fake_http *f, size_t i);
/* Waits until n requests were recorded, at most ms; false when they did not come. */
bool fake_http_wait(struct fake_http *f, size_t n, int ms);
/* Value of a header of a request, case ignored; p NULL when absent. */
struct str fake_http_header(const struct fake_request *rq, const char *name);

#endif
