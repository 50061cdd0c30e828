/* guard.c - opens, finds and closes sessions; slows down those who guess. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/guard.h"

#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/id.h"
#include "db/audit.h"
#include "db/sql.h"
#include "web/guard_password.h"

#define TOKEN_BYTES 32
#define TOUCH_MS MS_MINUTE
#define LOCK_MS (15 * MS_MINUTE)
#define TRIES_PER_ADDRESS 20
#define TRIES_MS (15 * MS_MINUTE)

static const char *cookie_name(const struct web_request *r) {
    /* the prefix makes browsers refuse a cookie set by a neighbour host (RFC 6265bis 4.1.3.2)
     */
    return r->secure ? "__Host-rebond" : "rebond";
}

static struct str cookie(const struct web_request *r, struct str token, int64_t max_age_s,
                         struct arena *a) {
    return arena_printf(a, "%s=%.*s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%lld%s",
                        cookie_name(r), STR_ARG(token), (long long)max_age_s,
                        r->secure ? "; Secure" : "");
}

static struct str hash_of(struct str token, struct arena *a) {
    unsigned char sum[DIGEST_MAX];
    size_t n = digest_hash(DIGEST_SHA256, token, sum);
    return digest_hex(sum, n, a);
}

void guard_throttle_init(struct guard_throttle *t) {
    memset(t, 0, sizeof *t);
    pthread_mutex_init(&t->lock, NULL);
}

void guard_throttle_done(struct guard_throttle *t) {
    pthread_mutex_destroy(&t->lock);
}

/* Adds `count` failures of this address; false when there have been too many. */
static bool throttle(struct guard_throttle *t, struct str who, int count, int64_t now_ms) {
    uint64_t h = str_hash(who);
    pthread_mutex_lock(&t->lock);
    size_t i = h % GUARD_TRACKED;
    if (t->slot[i].who != h || now_ms - t->slot[i].since_ms > TRIES_MS) {
        t->slot[i].who = h;
        t->slot[i].since_ms = now_ms;
        t->slot[i].failures = 0;
    }
    bool ok = t->slot[i].failures < TRIES_PER_ADDRESS;
    t->slot[i].failures += count;
    pthread_mutex_unlock(&t->lock);
    return ok;
}

enum rc guard_session(struct db *db, const struct web_request *r, bool used, int64_t now_ms,
                      int64_t life_ms, struct arena *a, struct guard_user *ret) {
    struct str token = request_cookie(r, cookie_name(r));
    struct staff_session s;
    if (token.n < 40 || token.n > 64) {
        return NONE;
    }
    struct str hash = hash_of(token, a);
    enum rc rc = staff_session_find(db, hash, now_ms, a, &s, &ret->staff);
    if (rc != OK) {
        return rc;
    }
    ret->csrf = s.csrf;
    ret->token_hash = hash;
    if (used && now_ms - s.seen_ms > TOUCH_MS) {
        /* a busy or full disk may not keep people from reading; the next page tries again */
        rc = staff_session_touch(db, hash, now_ms + life_ms, now_ms);
    }
    return OK;
}

static enum rc open_session(struct db *db, const struct web_request *r, const struct staff *who,
                            int64_t now_ms, int64_t life_ms, struct arena *a,
                            struct str *ret_cookie) {
    unsigned char random[2 * TOKEN_BYTES];
    id_random(random, sizeof random);
    struct str token = digest_base64url(random, TOKEN_BYTES, a);
    struct staff_session s = {.token_hash = hash_of(token, a),
                              .csrf = digest_base64url(random + TOKEN_BYTES, TOKEN_BYTES, a),
                              .staff_id = who->id,
                              .created_ms = now_ms,
                              .expires_ms = now_ms + life_ms,
                              .seen_ms = now_ms};
    struct audit line = {.staff_id = who->id,
                         .verb = STR("login"),
                         .object = STR("staff"),
                         .object_id = who->id};
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    rc = staff_session_clear(db, 0, now_ms);
    if (rc >= OK) {
        rc = staff_session_open(db, &s);
    }
    if (rc == OK) {
        rc = staff_login(db, who->id, true, LOCK_MS, now_ms);
    }
    if (rc == OK) {
        rc = audit_put(db, &line, now_ms);
    }
    rc = sql_end(db, rc);
    if (rc == OK) {
        *ret_cookie = cookie(r, token, life_ms / MS_SECOND, a);
    }
    return rc;
}

enum rc guard_login(struct db *db, struct guard_throttle *t, const struct web_request *r,
                    struct str login, struct str password, int64_t now_ms, int64_t life_ms,
                    struct arena *a, struct str *ret_cookie, struct err *err) {
    struct staff who = {0};
    /* the machine's clock: moving the service's time must not forgive */
    if (!throttle(t, r->remote_ip, 0, clock_mono_ms())) {
        return err_set(err, E_DENIED, "Trop d'essais. Réessayez dans un quart d'heure.");
    }
    enum rc rc = staff_by_login(db, login, a, &who);
    if (rc < OK) {
        return rc;
    }
    bool locked = rc == OK && who.locked_until_ms > now_ms;
    bool good = guard_password_check(rc == OK && who.active ? who.hash : STR_EMPTY, password);
    if (locked) {
        return err_set(
            err, E_DENIED,
            "Ce compte est bloqué un quart d'heure après cinq essais. Réessayez ensuite.");
    }
    if (good) {
        return open_session(db, r, &who, now_ms, life_ms, a, ret_cookie);
    }
    throttle(t, r->remote_ip, 1, clock_mono_ms());
    if (rc == OK) {
        rc = staff_login(db, who.id, false, LOCK_MS, now_ms);
    }
    return rc < OK ? rc : err_set(err, E_DENIED, "Identifiant ou mot de passe inconnu.");
}

enum rc guard_logout(struct db *db, const struct web_request *r, const struct guard_user *u,
                     struct arena *a, struct str *ret_cookie) {
    *ret_cookie = cookie(r, STR_EMPTY, 0, a);
    enum rc rc = staff_session_close(db, u->token_hash);
    return rc == NONE ? OK : rc;
}

bool guard_same_site(const struct web_request *r) {
    struct str site = request_header(r, "sec-fetch-site");
    return !site.p || str_is(site, "same-origin") || str_is(site, "none");
}

bool guard_csrf(const struct guard_user *u, struct str given) {
    return u->csrf.n > 0 && given.n == u->csrf.n && digest_equal(given, u->csrf);
}

bool guard_may(const struct guard_user *u, unsigned roles) {
    return (roles & (1u << u->staff.role)) != 0;
}
