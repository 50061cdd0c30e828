/* staff.c - who works here: accounts, absences, logins. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/staff.h"

#include "base/id.h"
#include "db/sql.h"

#define DELEGATES_MAX 5
#define FAILURES_MAX 5

static const char *const ROLES[] = {"coordinator", "advisor", "animator"};

const char *staff_role_name(enum staff_role r) {
    return ROLES[r];
}

#define COLUMNS                                                                                \
    "s.id, s.login, s.name, s.hash, s.role, s.active, s.absent_until_ms, s.delegate_id, "      \
    "s.created_ms, s.last_login_ms, s.failures, s.locked_until_ms"

static void read_row(struct sql_stmt *st, struct arena *a, struct staff *s) {
    *s = (struct staff){
        .id = sql_int(st, 0),
        .login = sql_str(st, 1, a),
        .name = sql_str(st, 2, a),
        .hash = sql_str(st, 3, a),
        .role = (enum staff_role)sql_word(st, 4, ROLES, 3),
        .active = sql_int(st, 5) != 0,
        .absent_until_ms = sql_int(st, 6),
        .delegate_id = sql_int(st, 7),
        .created_ms = sql_int(st, 8),
        .last_login_ms = sql_int(st, 9),
        .failures = (int)sql_int(st, 10),
        .locked_until_ms = sql_int(st, 11),
    };
}

static enum rc insert(struct db *db, struct staff *s, int64_t now_ms) {
    int64_t id = id_new(now_ms);
    enum rc rc = sql_run(
        db,
        "INSERT INTO staff (id, login, name, hash, role, active, absent_until_ms, delegate_id, "
        "created_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (login) DO "
        "NOTHING",
        SQL_I(id), SQL_S(s->login), SQL_S(s->name), SQL_S(s->hash), SQL_C(ROLES[s->role]),
        SQL_I(s->active), SQL_I(s->absent_until_ms), SQL_IN(s->delegate_id), SQL_I(now_ms));
    if (rc == OK && sql_changes(db) == 0) {
        return E_CONFLICT;
    }
    if (rc == OK) {
        s->id = id;
        s->created_ms = now_ms;
    }
    return rc;
}

static enum rc update(struct db *db, const struct staff *s) {
    int64_t other;
    enum rc rc = sql_get_int(db, &other, "SELECT 1 FROM staff WHERE login = $1 AND id <> $2",
                             SQL_S(s->login), SQL_I(s->id));
    if (rc != NONE) {
        return rc == OK ? E_CONFLICT : rc;
    }
    rc = sql_run(db,
                 "UPDATE staff SET login = $1, name = $2, hash = CASE WHEN $3 = '' THEN hash "
                 "ELSE $3 END, role = $4, "
                 "active = $5, absent_until_ms = $6, delegate_id = $7 WHERE id = $8",
                 SQL_S(s->login), SQL_S(s->name), SQL_S(s->hash), SQL_C(ROLES[s->role]),
                 SQL_I(s->active), SQL_I(s->absent_until_ms), SQL_IN(s->delegate_id),
                 SQL_I(s->id));
    return rc == OK && sql_changes(db) == 0 ? NONE : rc;
}

enum rc staff_put(struct db *db, struct staff *s, int64_t now_ms) {
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    return sql_end(db, s->id ? update(db, s) : insert(db, s, now_ms));
}

static enum rc one(struct sql_stmt *st, struct arena *a, struct staff *ret) {
    enum rc rc = sql_step(st);
    if (rc == OK) {
        read_row(st, a, ret);
        sql_stop(st);
    }
    return rc;
}

enum rc staff_get(struct db *db, int64_t id, struct arena *a, struct staff *ret) {
    return one(sql_start(db, "SELECT " COLUMNS " FROM staff s WHERE s.id = $1", SQL_I(id)), a,
               ret);
}

enum rc staff_by_login(struct db *db, struct str login, struct arena *a, struct staff *ret) {
    return one(
        sql_start(db, "SELECT " COLUMNS " FROM staff s WHERE s.login = $1", SQL_S(login)), a,
        ret);
}

enum rc staff_list(struct db *db, bool only_active, struct arena *a, struct staff **ret,
                   size_t *ret_n) {
    struct sql_stmt *st = sql_start(
        db,
        "SELECT " COLUMNS " FROM staff s WHERE $1 = 0 OR s.active = 1 ORDER BY s.name, s.id",
        SQL_I(only_active));
    struct staff *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        read_row(st, a, SQL_PUSH(a, list, n));
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}

static enum rc one_row(struct db *db, enum rc rc) {
    return rc == OK && sql_changes(db) == 0 ? NONE : rc;
}

enum rc staff_set_hash(struct db *db, int64_t id, struct str hash) {
    return one_row(
        db, sql_run(db, "UPDATE staff SET hash = $1 WHERE id = $2", SQL_S(hash), SQL_I(id)));
}

enum rc staff_set_absence(struct db *db, int64_t id, int64_t until_ms, int64_t delegate_id) {
    return one_row(
        db, sql_run(db, "UPDATE staff SET absent_until_ms = $1, delegate_id = $2 WHERE id = $3",
                    SQL_I(until_ms), SQL_IN(delegate_id), SQL_I(id)));
}

enum rc staff_on_duty(struct db *db, int64_t id, int64_t now_ms, int64_t *ret_id) {
    int64_t seen[DELEGATES_MAX];
    for (int hop = 0; hop < DELEGATES_MAX && id != 0; hop++) {
        struct sql_stmt *st = sql_start(
            db,
            "SELECT CASE WHEN active = 1 AND absent_until_ms <= $1 THEN 1 ELSE 0 END, "
            "delegate_id FROM staff WHERE id = $2",
            SQL_I(now_ms), SQL_I(id));
        enum rc rc = sql_step(st);
        if (rc < 0) {
            return rc;
        }
        bool here = rc == OK && sql_int(st, 0) == 1;
        int64_t next = rc == OK ? sql_int(st, 1) : 0;
        sql_stop(st);
        if (here) {
            *ret_id = id;
            return OK;
        }
        seen[hop] = id;
        for (int i = 0; i <= hop; i++) {
            next = seen[i] == next ? 0 : next;
        }
        id = next;
    }
    *ret_id = 0;
    return OK;
}

enum rc staff_login(struct db *db, int64_t id, bool success, int64_t lock_ms, int64_t now_ms) {
    if (success) {
        return sql_run(db,
                       "UPDATE staff SET failures = 0, locked_until_ms = 0, last_login_ms = $1 "
                       "WHERE id = $2",
                       SQL_I(now_ms), SQL_I(id));
    }
    return sql_run(db,
                   "UPDATE staff SET failures = failures + 1, locked_until_ms = CASE WHEN "
                   "failures + 1 >= $1 "
                   "THEN $2 ELSE locked_until_ms END WHERE id = $3",
                   SQL_I(FAILURES_MAX), SQL_I(now_ms + lock_ms), SQL_I(id));
}

enum rc staff_session_open(struct db *db, const struct staff_session *s) {
    return sql_run(db,
                   "INSERT INTO staff_sessions (token_hash, staff_id, csrf, created_ms, "
                   "seen_ms, expires_ms) "
                   "VALUES ($1, $2, $3, $4, $5, $6)",
                   SQL_S(s->token_hash), SQL_I(s->staff_id), SQL_S(s->csrf),
                   SQL_I(s->created_ms), SQL_I(s->seen_ms ? s->seen_ms : s->created_ms),
                   SQL_I(s->expires_ms));
}

enum rc staff_session_find(struct db *db, struct str token_hash, int64_t now_ms,
                           struct arena *a, struct staff_session *ret,
                           struct staff *ret_staff) {
    struct sql_stmt *st =
        sql_start(db,
                  "SELECT " COLUMNS ", t.csrf, t.created_ms, t.expires_ms, t.seen_ms "
                  "FROM staff_sessions t JOIN staff s ON s.id = t.staff_id "
                  "WHERE t.token_hash = $1 AND t.expires_ms > $2 AND s.active = 1",
                  SQL_S(token_hash), SQL_I(now_ms));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        read_row(st, a, ret_staff);
        *ret = (struct staff_session){
            .token_hash = token_hash,
            .csrf = sql_str(st, 12, a),
            .staff_id = ret_staff->id,
            .created_ms = sql_int(st, 13),
            .expires_ms = sql_int(st, 14),
            .seen_ms = sql_int(st, 15),
        };
        sql_stop(st);
    }
    return rc;
}

enum rc staff_session_touch(struct db *db, struct str token_hash, int64_t expires_ms,
                            int64_t now_ms) {
    return one_row(
        db,
        sql_run(db,
                "UPDATE staff_sessions SET expires_ms = $1, seen_ms = $2 WHERE token_hash = $3",
                SQL_I(expires_ms), SQL_I(now_ms), SQL_S(token_hash)));
}

enum rc staff_session_close(struct db *db, struct str token_hash) {
    return sql_run(db, "DELETE FROM staff_sessions WHERE token_hash = $1", SQL_S(token_hash));
}

enum rc staff_session_clear(struct db *db, int64_t staff_id, int64_t now_ms) {
    if (staff_id != 0) {
        return sql_run(db, "DELETE FROM staff_sessions WHERE staff_id = $1", SQL_I(staff_id));
    }
    return sql_run(db, "DELETE FROM staff_sessions WHERE expires_ms <= $1", SQL_I(now_ms));
}
