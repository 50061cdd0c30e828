/* guard.h - who may see what: sessions, forged requests, guessed passwords, roles. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef WEB_GUARD_H
#define WEB_GUARD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "db/staff.h"
#include "web/request.h"

struct db;

/* A session is a random token in a cookie (HttpOnly, SameSite=Strict, Secure and __Host- over
 * https); the store keeps its SHA-256 only. Each form carries the session's second secret. */
struct guard_user {
    struct staff staff;
    struct str csrf; /* for the hidden field of every form */
    struct str token_hash;
};

/* Roles as bits, for tables of pages. */
enum {
    GUARD_COORDINATOR = 1 << STAFF_COORDINATOR,
    GUARD_ADVISOR = 1 << STAFF_ADVISOR,
    GUARD_ANIMATOR = 1 << STAFF_ANIMATOR,
    GUARD_ALL = GUARD_COORDINATOR | GUARD_ADVISOR | GUARD_ANIMATOR,
    GUARD_PEOPLE = GUARD_COORDINATOR | GUARD_ADVISOR /* reads conversations */
};

/* Failures by client address in the last quarter of an hour; in memory, for all threads. */
#define GUARD_TRACKED 1024
struct guard_throttle {
    pthread_mutex_t lock;
    struct {
        uint64_t who;
        int64_t since_ms;
        int failures;
    } slot[GUARD_TRACKED];
};

void guard_throttle_init(struct guard_throttle *t);
void guard_throttle_done(struct guard_throttle *t);

/* The user of a request's cookie. NONE: nobody is logged in. With `used` the expiry moves on,
 * at most once a minute; a page that looks again by itself is no use. */
enum rc guard_session(struct db *db, const struct web_request *r, bool used, int64_t now_ms,
                      int64_t life_ms, struct arena *a, struct guard_user *ret) MUST_USE;

/* Checks name and password (0.1 s: on a worker) and opens a session. *ret_cookie is the value
 * of a Set-Cookie header. E_DENIED: wrong, locked or too many tries; err says it in French
 * without telling which of name and password was wrong. */
enum rc guard_login(struct db *db, struct guard_throttle *t, const struct web_request *r,
                    struct str login, struct str password, int64_t now_ms, int64_t life_ms,
                    struct arena *a, struct str *ret_cookie, struct err *err) MUST_USE;

/* Forgets the session; *ret_cookie empties the browser's. */
enum rc guard_logout(struct db *db, const struct web_request *r, const struct guard_user *u,
                     struct arena *a, struct str *ret_cookie) MUST_USE;

/* False for a form that another site made the browser send. */
bool guard_same_site(const struct web_request *r);
bool guard_csrf(const struct guard_user *u, struct str given);
bool guard_may(const struct guard_user *u, unsigned roles);

#endif
