/* site_kit.h - the whole web side for a test: a client that speaks raw HTTP and logs in. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef TESTS_UNIT_SITE_KIT_H
#define TESTS_UNIT_SITE_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "jobs/service.h"
#include "web/site.h"

#define SECRET "abcdefghijklmnop1234"

static struct {
    struct arena a;
    struct config config;
    struct service service;
    struct site *site;
    struct db *db; /* the test's own eyes */
    pthread_t web, work;
    char dir[64];
    int port;
    char answer[200000];
    char cookie[200], csrf[100];
    int64_t case_id, contact_id;
} t;

/* ---- a client */

static inline int send_only(const char *request, size_t n) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)t.port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct timeval limit = {10, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    assert_int_equal(send(fd, request, n, MSG_NOSIGNAL), (ssize_t)n);
    return fd;
}

static inline int ask(const char *request, size_t n) {
    int fd = send_only(request, n);
    size_t got = 0;
    ssize_t k;
    while (got + 1 < sizeof t.answer &&
           (k = recv(fd, t.answer + got, sizeof t.answer - 1 - got, 0)) > 0) {
        got += (size_t)k;
    }
    close(fd);
    t.answer[got] = '\0';
    return got > 12 ? (int)strtol(t.answer + 9, NULL, 10) : 0;
}

static inline int get(const char *path) {
    char r[1000];
    int n = snprintf(r, sizeof r, "GET %s HTTP/1.1\r\nHost: x\r\nCookie: %s\r\n\r\n", path,
                     t.cookie);
    return ask(r, (size_t)n);
}

static inline int post_as(const char *path, const char *body, size_t body_n, const char *more) {
    char *r = malloc(body_n + 1000);
    int n =
        snprintf(r, 1000,
                 "POST %s HTTP/1.1\r\nHost: x\r\nCookie: %s\r\n%sContent-Type: text/plain\r\n"
                 "Content-Length: %zu\r\n\r\n",
                 path, t.cookie, more, body_n);
    memcpy(r + n, body, body_n);
    int status = ask(r, (size_t)n + body_n);
    free(r);
    return status;
}

static inline int post(const char *path, const char *body) {
    return post_as(path, body, strlen(body), "");
}

static inline bool says(const char *words) {
    return strstr(t.answer, words) != NULL;
}

/* Copies what stands between two marks of the answer. */
static inline void cut(const char *from, const char *to, char *out, size_t max) {
    const char *p = strstr(t.answer, from);
    assert_non_null(p);
    p += strlen(from);
    size_t n = strcspn(p, to);
    assert_true(n > 0 && n < max);
    memcpy(out, p, n);
    out[n] = '\0';
}

static inline void login(const char *who) {
    char body[200];
    t.cookie[0] = '\0';
    snprintf(body, sizeof body, "identifiant=%s&motdepasse=quatre+mots+%%C3%%A0+dire&vers=%%2F",
             who);
    assert_int_equal(post("/connexion", body), 303);
    assert_true(says("location: /\r\n"));
    assert_true(says("; HttpOnly; SameSite=Strict;"));
    cut("set-cookie: ", ";\r\n", t.cookie, sizeof t.cookie);
    assert_int_equal(get("/"), 200);
    cut("name=\"csrf\" value=\"", "\"", t.csrf, sizeof t.csrf);
}

static inline int act(const char *path, const char *more) {
    char body[800];
    snprintf(body, sizeof body, "csrf=%s%s", t.csrf, more);
    return post(path, body);
}

#endif
