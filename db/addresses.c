/* addresses.c - finds people by the number they write from. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/addresses.h"

#include <assert.h>

#include "db/contacts.h"
#include "db/hash.h"
#include "db/sql.h"

static const char *const STATES[] = {"OK", "BAD", "BLOCKED"};

#define COLUMNS "id, contact_id, scheme, value, channel, state, preferred, since_ms, reason"

static void read_row(struct sql_stmt *st, struct arena *a, struct contact_address *r) {
    *r = (struct contact_address){
        .id = sql_int(st, 0),
        .contact_id = sql_int(st, 1),
        .at = {sql_str(st, 2, a), sql_str(st, 3, a)},
        .channel = sql_str(st, 4, a),
        .state = (enum address_state)sql_word(st, 5, STATES, 3),
        .preferred = sql_int(st, 6) != 0,
        .since_ms = sql_int(st, 7),
        .reason = sql_str(st, 8, a),
    };
}

/* Looks at the slots of the hash. With ret_free: the first one not taken (0: none). */
static enum rc look(struct db *db, struct address at, struct arena *a,
                    struct contact_address *ret, int64_t *ret_free) {
    int64_t h = hash_address(at);
    struct sql_stmt *st = sql_start(
        db, "SELECT " COLUMNS " FROM addresses WHERE id >= $1 AND id < $2 ORDER BY id",
        SQL_I(h), SQL_I(h + HASH_SLOTS));
    int64_t free_at = h;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        if (str_eq(sql_view(st, 3), at.value) && str_eq(sql_view(st, 2), at.scheme)) {
            read_row(st, a, ret);
            sql_stop(st);
            return OK;
        }
        free_at += sql_int(st, 0) == free_at;
    }
    if (ret_free) {
        *ret_free = free_at < h + HASH_SLOTS ? free_at : 0;
    }
    return rc;
}

enum rc addresses_find(struct db *db, struct address at, struct arena *a,
                       struct contact_address *ret) {
    return look(db, at, a, ret, NULL);
}

enum rc addresses_get(struct db *db, int64_t id, struct arena *a, struct contact_address *ret) {
    struct sql_stmt *st =
        sql_start(db, "SELECT " COLUMNS " FROM addresses WHERE id = $1", SQL_I(id));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        read_row(st, a, ret);
        sql_stop(st);
    }
    return rc;
}

enum rc addresses_add(struct db *db, int64_t contact_id, struct address at, struct str channel,
                      int64_t now_ms, int64_t *ret_id) {
    struct arena a;
    struct contact_address known;
    int64_t id = 0;
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    arena_init(&a);
    rc = look(db, at, &a, &known, &id);
    arena_done(&a);
    if (rc == OK || (rc == NONE && id == 0)) {
        rc = E_CONFLICT;
    } else if (rc == NONE) {
        rc = sql_run(
            db,
            "INSERT INTO addresses (id, contact_id, scheme, value, channel, preferred, "
            "since_ms) "
            "SELECT $1, $2, $3, $4, $5, CASE WHEN EXISTS (SELECT 1 FROM addresses b "
            "WHERE b.contact_id = $6) THEN 0 ELSE 1 END, $7 ON CONFLICT (id) DO NOTHING",
            SQL_I(id), SQL_I(contact_id), SQL_S(at.scheme), SQL_S(at.value), SQL_S(channel),
            SQL_I(contact_id), SQL_I(now_ms));
        if (rc == OK && sql_changes(db) == 0) {
            rc = E_CONFLICT; /* another process was faster */
        }
    }
    rc = sql_end(db, rc);
    if (rc == OK) {
        *ret_id = id;
    }
    return rc;
}

enum rc addresses_list(struct db *db, int64_t contact_id, struct arena *a,
                       struct contact_address **ret, size_t *ret_n) {
    struct sql_stmt *st =
        sql_start(db,
                  "SELECT " COLUMNS " FROM addresses WHERE contact_id = $1 "
                  "ORDER BY preferred DESC, CASE state WHEN 'OK' THEN 0 ELSE 1 END, "
                  "since_ms DESC, id",
                  SQL_I(contact_id));
    struct contact_address *list = NULL;
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

/* Whether the row of `st` goes before `best`: preferred, then the latest, then the smallest id.
 */
static bool goes_before(struct sql_stmt *st, const struct contact_address *best) {
    bool preferred = sql_int(st, 6) != 0;
    int64_t since_ms = sql_int(st, 7);
    if (preferred != best->preferred) {
        return preferred;
    }
    return since_ms != best->since_ms ? since_ms > best->since_ms : sql_int(st, 0) < best->id;
}

/* People have one or two: sorting them in the store costs more than reading them. */
enum rc addresses_pick(struct db *db, int64_t contact_id, struct arena *a,
                       struct contact_address *ret) {
    struct sql_stmt *st = sql_start(
        db, "SELECT " COLUMNS " FROM addresses WHERE contact_id = $1 AND state = 'OK'",
        SQL_I(contact_id));
    struct contact_address best = {0};
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        if (best.id == 0 || goes_before(st, &best)) {
            read_row(st, a, &best);
        }
    }
    if (rc != NONE || best.id == 0) {
        return rc;
    }
    *ret = best;
    return OK;
}

enum rc addresses_mark(struct db *db, int64_t id, enum address_state s, struct str reason,
                       int64_t now_ms) {
    return sql_run(db,
                   "UPDATE addresses SET state = $1, reason = $2, since_ms = $3 WHERE id = $4 "
                   "AND state <> $1",
                   SQL_C(STATES[s]), SQL_S(reason), SQL_I(now_ms), SQL_I(id));
}

enum rc addresses_prefer(struct db *db, int64_t id) {
    return sql_run(db,
                   "UPDATE addresses SET preferred = CASE WHEN id = $1 THEN 1 ELSE 0 END "
                   "WHERE contact_id = (SELECT b.contact_id FROM addresses b WHERE b.id = $1)",
                   SQL_I(id));
}

/* The first usable address becomes the preferred one when none is. */
static enum rc keep_one_preferred(struct db *db, int64_t contact_id) {
    return sql_run(
        db,
        "UPDATE addresses SET preferred = 1 WHERE id = (SELECT b.id FROM addresses b "
        "WHERE b.contact_id = $1 ORDER BY b.preferred DESC, CASE b.state WHEN 'OK' THEN 0 ELSE "
        "1 END, "
        "b.since_ms DESC, b.id LIMIT 1)",
        SQL_I(contact_id));
}

enum rc addresses_move(struct db *db, int64_t id, int64_t contact_id) {
    int64_t before;
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    rc = sql_get_int(db, &before, "SELECT contact_id FROM addresses WHERE id = $1", SQL_I(id));
    if (rc == OK) {
        rc = sql_run(db, "UPDATE addresses SET contact_id = $1, preferred = 0 WHERE id = $2",
                     SQL_I(contact_id), SQL_I(id));
    }
    if (rc == OK) {
        rc = keep_one_preferred(db, contact_id);
    }
    if (rc == OK) {
        rc = keep_one_preferred(db, before);
    }
    return sql_end(db, rc);
}

enum rc addresses_remove(struct db *db, int64_t id) {
    int64_t owner;
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    rc = sql_get_int(db, &owner, "SELECT contact_id FROM addresses WHERE id = $1", SQL_I(id));
    if (rc == OK) {
        rc = sql_run(db, "DELETE FROM addresses WHERE id = $1", SQL_I(id));
    }
    if (rc == OK) {
        rc = keep_one_preferred(db, owner);
    }
    return sql_end(db, rc);
}

static enum rc wake(struct db *db, struct contact_address *r, struct str channel,
                    int64_t now_ms) {
    if (r->state == ADDRESS_OK && str_eq(r->channel, channel)) {
        return OK;
    }
    enum rc rc =
        sql_run(db,
                "UPDATE addresses SET state = 'OK', reason = '', channel = $1, "
                "since_ms = CASE WHEN state = 'OK' THEN since_ms ELSE $2 END WHERE id = $3",
                SQL_S(channel), SQL_I(now_ms), SQL_I(r->id));
    r->state = ADDRESS_OK;
    r->channel = channel;
    return rc;
}

/* A new STRANGER with this address. Another process may be faster between the look and the
 * insert: then its person is the one, and ours was never there. */
static enum rc make_stranger(struct db *db, struct address at, struct str channel,
                             struct arena *a, int64_t now_ms, struct contact_address *ret,
                             bool *ret_new) {
    struct contact c = {.origin = STR("self")};
    *ret = (struct contact_address){
        .at = at, .channel = channel, .preferred = true, .since_ms = now_ms};
    *ret_new = true;
    enum rc rc = contacts_new(db, &c, now_ms);
    if (rc == OK) {
        ret->contact_id = c.id;
        rc = addresses_add(db, c.id, at, channel, now_ms, &ret->id);
    }
    if (rc != E_CONFLICT) {
        return rc;
    }
    *ret_new = false;
    rc = sql_run(db, "DELETE FROM talks WHERE contact_id = $1", SQL_I(c.id));
    if (rc == OK) {
        rc = sql_run(db, "DELETE FROM contacts WHERE id = $1", SQL_I(c.id));
    }
    if (rc == OK) {
        rc = look(db, at, a, ret, NULL);
    }
    return rc == NONE ? E_BUSY : rc;
}

enum rc addresses_meet(struct db *db, struct address at, struct str channel, struct arena *a,
                       int64_t now_ms, struct contact_address *ret, bool *ret_new) {
    assert(sql_in_write(db));
    struct contact_address r;
    bool is_new = false;
    enum rc rc = look(db, at, a, &r, NULL);
    if (rc == NONE) {
        rc = make_stranger(db, at, channel, a, now_ms, &r, &is_new);
    } else if (rc == OK) {
        rc = wake(db, &r, channel, now_ms);
    }
    if (rc == OK) {
        *ret = r;
        *ret_new = is_new;
    }
    return rc;
}
