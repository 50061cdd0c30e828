/* staff.h - who works here: accounts, absences, logins. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_STAFF_H
#define DB_STAFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct db;

enum staff_role {
    STAFF_COORDINATOR, /* everything */
    STAFF_ADVISOR,     /* people, conversations, broadcasts */
    STAFF_ANIMATOR     /* only their own meetups */
};

struct staff {
    int64_t id;
    struct str login, name;
    struct str hash; /* of the password, by the caller; "" = cannot log in */
    enum staff_role role;
    bool active;
    int64_t absent_until_ms; /* 0 = present */
    int64_t delegate_id;     /* who answers meanwhile; 0 = anybody */
    int64_t created_ms, last_login_ms;
    int failures; /* wrong passwords in a row */
    int64_t locked_until_ms;
};

/* New when s->id is 0 (given). E_CONFLICT: the login is taken. Does not write hash (see below)
 * on an old row when empty, nor the login columns. */
enum rc staff_put(struct db *db, struct staff *s, int64_t now_ms) MUST_USE;
enum rc staff_get(struct db *db, int64_t id, struct arena *a, struct staff *ret) MUST_USE;
enum rc staff_by_login(struct db *db, struct str login, struct arena *a,
                       struct staff *ret) MUST_USE;
enum rc staff_list(struct db *db, bool only_active, struct arena *a, struct staff **ret,
                   size_t *ret_n) MUST_USE;
enum rc staff_set_hash(struct db *db, int64_t id, struct str hash) MUST_USE;
enum rc staff_set_absence(struct db *db, int64_t id, int64_t until_ms,
                          int64_t delegate_id) MUST_USE;
/* Who answers for `id` now: themselves, or the delegate (followed at most 5 times, never in a
 * circle); 0 = anybody. */
enum rc staff_on_duty(struct db *db, int64_t id, int64_t now_ms, int64_t *ret_id) MUST_USE;

/* After a login attempt: counts failures, locks for lock_ms from the 5th on, clears at success.
 */
enum rc staff_login(struct db *db, int64_t id, bool success, int64_t lock_ms,
                    int64_t now_ms) MUST_USE;

/* A login: only the SHA-256 (hex) of the cookie's token is stored. */
struct staff_session {
    struct str token_hash, csrf;
    int64_t staff_id, created_ms, expires_ms, seen_ms;
};
enum rc staff_session_open(struct db *db, const struct staff_session *s) MUST_USE;
/* NONE: unknown, expired, or the account is no longer active. */
enum rc staff_session_find(struct db *db, struct str token_hash, int64_t now_ms,
                           struct arena *a, struct staff_session *ret,
                           struct staff *ret_staff) MUST_USE;
/* Moves the expiry (call rarely, not per page). */
enum rc staff_session_touch(struct db *db, struct str token_hash, int64_t expires_ms,
                            int64_t now_ms) MUST_USE;
enum rc staff_session_close(struct db *db, struct str token_hash) MUST_USE;
/* All of a person's (password changed), or with staff_id 0 all that are expired. */
enum rc staff_session_clear(struct db *db, int64_t staff_id, int64_t now_ms) MUST_USE;

const char *staff_role_name(enum staff_role r); /* "coordinator", "advisor", "animator" */

#endif
