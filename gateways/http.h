/* http.h - many HTTP calls at once from one thread (the one owner of libcurl). */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef GATEWAYS_HTTP_H
#define GATEWAYS_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "gateways/gateway.h"

/* One pool, one thread: that thread starts calls, and gets the answers inside http_run. Only
 * http_wakeup and http_set_loopback_only may be called from other threads. HTTP/1.1, TLS
 * verified, no redirects, no proxy, no cookies, bodies up to
 * HTTP_BODY_MAX or what the call says. */
struct http_pool;

#define HTTP_BODY_MAX (1024 * 1024)
#define HTTP_TIMEOUT_MS 30000 /* of a call that does not say */

/* `version` goes into "User-Agent: Rebond/VERSION". */
enum rc http_open(const char *version, struct http_pool **ret, struct err *err) MUST_USE;

/* Drops what is still under way without calling anybody back: rows in flight stay in flight and
 * are settled as unknown at the next start. NULL is accepted. */
void http_close(struct http_pool *pool);

/* Test mode: calls to anything but loopback end with a clear error and no byte leaves, not even
 * a name look-up. */
void http_set_loopback_only(struct http_pool *pool, bool on);

/* The call is copied. `done` is called once, from http_run, also when the call cannot even
 * start; what it is given lives until it returns. It may start other calls. timeout_ms 0: the
 * call's own, else HTTP_TIMEOUT_MS. Private, link-local and loopback addresses are refused
 * after name resolution unless allow_private.
 *
 * answer->left is honest: false only when no byte of the request was handed to the network. A
 * call that is not idempotent is never repeated by itself, not even when a kept-alive
 * connection dies under it. Errors name the host, never the path, the query or a header. */
void http_start(struct http_pool *pool, const struct gw_call *call, int timeout_ms,
                bool allow_private, void (*done)(const struct gw_answer *answer, void *ctx),
                void *ctx);

/* Moves everything forward and hands out the answers; when there were none, sleeps until
 * something happens, at most max_wait_ms (also when nothing is under way: http_wakeup ends the
 * sleep). Returns the answers given. */
int http_run(struct http_pool *pool, int max_wait_ms);

/* Ends the sleep of http_run, from any thread. */
void http_wakeup(struct http_pool *pool);

/* Calls started and not yet answered. */
size_t http_running(const struct http_pool *pool);

/* One call, waited for: for the command line. The answer lives in `a`. Other calls of the pool
 * go on. */
void http_wait(struct http_pool *pool, const struct gw_call *call, int timeout_ms,
               bool allow_private, struct arena *a, struct gw_answer *ret);

/* Where an address leads, by the registries of special-purpose addresses (RFC 6890 and its
 * updates). Multicast, documentation, shared (100.64/10), and IPv6 forms that embed a private
 * IPv4 count as private; so does what is no address. */
enum http_reach { HTTP_PUBLIC, HTTP_PRIVATE, HTTP_LOOPBACK };
enum http_reach http_reach(const char *ip);

#endif
