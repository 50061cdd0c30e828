/* inbox.c - keeps what came in, once, and hands it to one conversation at a time. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/inbox.h"

#include <assert.h>
#include <stdlib.h>

#include "base/id.h"
#include "base/json.h"
#include "db/addresses.h"
#include "db/hash.h"
#include "db/sessions.h"
#include "db/sql.h"

static const char *const STATES[] = {"NEW", "HELD", "DONE", "FAILED"};
static const char *const KINDS[] = {"text",      "button", "contact", "start",  "blocked",
                                    "unblocked", "edited", "event",   "timeout"};

const char *inbox_state_name(enum inbox_state s) {
    return STATES[s];
}

/* ---- the rarer members, as JSON ---- */

static void put_text(struct val_builder *b, const char *key, struct str s, struct arena *a) {
    if (s.n > 0) {
        val_put(b, key, val_text(a, s));
    }
}

static void put_int(struct val_builder *b, const char *key, int64_t v, struct arena *a) {
    if (v != 0) {
        val_put(b, key, val_int(a, v));
    }
}

static struct str extra_write(const struct inbox_row *r, struct arena *a) {
    bool any = r->reply_to_tag.n + r->callback_id.n + r->person_name.n + r->part_ref.n +
                   r->name.n + r->data.n + r->attachments >
               0;
    if (!any && r->part == 0 && r->parts == 0 && r->priority == 0 && r->expires_ms == 0) {
        return STR("");
    }
    struct val_builder *b = val_map_begin(a);
    put_text(b, "reply_to", r->reply_to_tag, a);
    put_text(b, "callback", r->callback_id, a);
    put_text(b, "person", r->person_name, a);
    put_text(b, "part_ref", r->part_ref, a);
    put_int(b, "part", r->part, a);
    put_int(b, "parts", r->parts, a);
    put_text(b, "name", r->name, a);
    put_text(b, "data", r->data, a);
    put_int(b, "priority", r->priority, a);
    put_int(b, "expires_ms", r->expires_ms, a);
    if (r->attachments > 0) {
        struct val_builder *list = val_list_begin(a);
        for (size_t i = 0; i < r->attachments; i++) {
            val_push(list, val_text(a, r->attachment[i]));
        }
        val_put(b, "attachments", val_end(list));
    }
    return json_text(val_end(b), a);
}

static void extra_read(struct str json, struct arena *a, struct inbox_row *r) {
    const struct val *v = NULL;
    if (json.n == 0 || json_parse(json, a, &v, NULL) != OK) {
        return;
    }
    r->reply_to_tag = val_get_text(v, "reply_to", STR(""));
    r->callback_id = val_get_text(v, "callback", STR(""));
    r->person_name = val_get_text(v, "person", STR(""));
    r->part_ref = val_get_text(v, "part_ref", STR(""));
    r->part = (int)val_get_int(v, "part", 0);
    r->parts = (int)val_get_int(v, "parts", 0);
    r->name = val_get_text(v, "name", STR(""));
    r->data = val_get_text(v, "data", STR(""));
    r->priority = (int)val_get_int(v, "priority", 0);
    r->expires_ms = val_get_int(v, "expires_ms", 0);
    const struct val *list = val_get(v, "attachments");
    if (val_is(list, VAL_LIST)) {
        struct str *s = ARENA_ARRAY(a, struct str, list->list.n);
        for (size_t i = 0; i < list->list.n; i++) {
            const struct val *item = list->list.item[i];
            s[i] = val_is(item, VAL_TEXT) ? item->text : STR("");
        }
        r->attachment = s;
        r->attachments = list->list.n;
    }
}

#define COLUMNS                                                                                \
    "i.id, i.contact_id, i.address_id, i.kind, i.state, i.gateway, i.channel, i.provider_id, " \
    "i.text, i.payload, i.extra, i.sent_ms, i.received_ms, i.ready_ms, i.done_ms, i.tries, "   \
    "i.reason"

static void read_row(struct sql_stmt *st, struct arena *a, struct inbox_row *r) {
    *r = (struct inbox_row){
        .id = sql_int(st, 0),
        .contact_id = sql_int(st, 1),
        .address_id = sql_int(st, 2),
        .kind = (enum inbox_kind)sql_word(st, 3, KINDS, 9),
        .state = (enum inbox_state)sql_word(st, 4, STATES, 4),
        .gateway = sql_str(st, 5, a),
        .channel = sql_str(st, 6, a),
        .provider_id = sql_str(st, 7, a),
        .text = sql_str(st, 8, a),
        .payload = sql_str(st, 9, a),
        .sent_ms = sql_int(st, 11),
        .received_ms = sql_int(st, 12),
        .ready_ms = sql_int(st, 13),
        .done_ms = sql_int(st, 14),
        .tries = (int)sql_int(st, 15),
        .reason = sql_str(st, 16, a),
    };
    extra_read(sql_view(st, 10), a, r);
    if (r->kind == INBOX_TIMEOUT) {
        r->token = r->payload;
        r->payload = STR("");
    } else if (r->kind == INBOX_EVENT) {
        r->key = r->provider_id;
    }
}

/* ---- once ---- */

/* Is the row behind a hit the same message? One that is gone counts as the same: losing a
 * 48-bit collision with a deleted row is less likely than a provider's repetition of it. */
static enum rc is_same(struct db *db, int64_t inbox_id, const struct inbox_row *r, bool *ret) {
    struct sql_stmt *st = sql_start(
        db, "SELECT gateway, channel, provider_id FROM inbox WHERE id = $1", SQL_I(inbox_id));
    enum rc rc = sql_step(st);
    if (rc == NONE) {
        *ret = true;
        return OK;
    }
    if (rc == OK) {
        *ret = str_eq(sql_view(st, 2), r->provider_id) && str_eq(sql_view(st, 0), r->gateway) &&
               str_eq(sql_view(st, 1), r->channel);
        sql_stop(st);
    }
    return rc;
}

/* OK with the first free slot; E_CONFLICT: this message is known. */
static enum rc look(struct db *db, int64_t h, const struct inbox_row *r, int64_t *ret_free) {
    int64_t hit[HASH_SLOTS], at[HASH_SLOTS], free_at = h;
    int n = 0;
    struct sql_stmt *st =
        sql_start(db, "SELECT h, inbox_id FROM inbox_seen WHERE h >= $1 AND h < $2 ORDER BY h",
                  SQL_I(h), SQL_I(h + HASH_SLOTS));
    enum rc rc;
    while ((rc = sql_step(st)) == OK && n < HASH_SLOTS) {
        at[n] = sql_int(st, 0);
        hit[n++] = sql_int(st, 1);
    }
    for (int i = 0; rc == NONE && i < n; i++) {
        bool same = false;
        enum rc found = is_same(db, hit[i], r, &same);
        if (found != OK || same) {
            return found != OK ? found : E_CONFLICT;
        }
        free_at += at[i] == free_at;
    }
    *ret_free = free_at;
    return sql_done(rc);
}

static enum rc once(struct db *db, const struct inbox_row *r, int64_t now_ms, int64_t *ret_h) {
    int64_t unused;
    int64_t h = hash_weekly(r->gateway, r->channel, r->provider_id, now_ms);
    enum rc rc = look(db, hash_week_before(h), r, &unused);
    return rc == OK ? look(db, h, r, ret_h) : rc;
}

static enum rc see(struct db *db, int64_t h, int64_t id) {
    enum rc rc = sql_run(
        db, "INSERT INTO inbox_seen (h, inbox_id) VALUES ($1, $2) ON CONFLICT (h) DO NOTHING",
        SQL_I(h), SQL_I(id));
    return rc == OK && sql_changes(db) == 0 ? NONE : rc;
}

/* Remembers the message; E_CONFLICT: it is known. Another process may take the slot between the
 * look and the insert: then one more look tells whether it was the same message. */
static enum rc remember(struct db *db, const struct inbox_row *r, int64_t now_ms) {
    for (int try = 0; try < 2; try++) {
        int64_t h;
        enum rc rc = once(db, r, now_ms, &h);
        rc = rc == OK ? see(db, h, r->id) : rc;
        if (rc != NONE) {
            return rc;
        }
    }
    return E_BUSY;
}

static enum rc store(struct db *db, const struct inbox_row *r, struct arena *a) {
    return sql_run(
        db,
        "INSERT INTO inbox (id, contact_id, address_id, kind, state, gateway, channel, "
        "provider_id, text, "
        "payload, extra, sent_ms, received_ms, ready_ms) "
        "VALUES ($1, $2, $3, $4, 'NEW', $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        SQL_I(r->id), SQL_I(r->contact_id), SQL_I(r->address_id), SQL_C(KINDS[r->kind]),
        SQL_S(r->gateway), SQL_S(r->channel), SQL_S(r->provider_id), SQL_S(r->text),
        SQL_S(r->kind == INBOX_TIMEOUT ? r->token : r->payload), SQL_S(extra_write(r, a)),
        SQL_I(r->sent_ms), SQL_I(r->received_ms), SQL_I(r->ready_ms));
}

enum rc inbox_receive(struct db *db, const struct inbound *in, struct arena *a, int64_t now_ms,
                      int64_t *ret_id) {
    assert(sql_in_write(db));
    struct inbox_row r = {
        .kind = (enum inbox_kind)in->kind,
        .gateway = in->gateway,
        .channel = in->channel,
        .provider_id = in->provider_id,
        .text = in->text,
        .payload = in->payload,
        .reply_to_tag = in->reply_to_tag,
        .callback_id = in->callback_id,
        .person_name = in->person_name,
        .part_ref = in->part_ref,
        .part = in->part,
        .parts = in->parts,
        .attachment = in->attachment,
        .attachments = in->attachments,
        .sent_ms = in->sent_ms,
        .received_ms = now_ms,
        .ready_ms = now_ms,
    };
    struct contact_address from;
    bool is_new;
    r.id = id_new(now_ms);
    enum rc rc = remember(db, &r, now_ms);
    if (rc == OK) {
        rc = addresses_meet(db, in->from, in->channel, a, now_ms, &from, &is_new);
    }
    if (rc != OK) {
        return rc;
    }
    r.contact_id = from.contact_id;
    r.address_id = from.id;
    rc = store(db, &r, a);
    if (rc == OK) {
        *ret_id = r.id;
    }
    return rc;
}

enum rc inbox_event(struct db *db, const struct inbox_row *ev, int64_t now_ms,
                    int64_t *ret_id) {
    assert(ev->kind == INBOX_EVENT || ev->kind == INBOX_TIMEOUT);
    struct inbox_row r = *ev;
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    r.id = id_new(now_ms);
    r.gateway = STR("event");
    r.channel = STR("");
    r.provider_id = r.key;
    r.received_ms = now_ms;
    r.ready_ms = ev->ready_ms ? ev->ready_ms : now_ms;
    if (r.key.n > 0) {
        rc = remember(db, &r, now_ms);
    }
    if (rc == OK) {
        struct arena a;
        arena_init(&a);
        rc = store(db, &r, &a);
        arena_done(&a);
    }
    rc = sql_end(db, rc);
    if (rc == OK && ret_id) {
        *ret_id = r.id;
    }
    return rc;
}

/* ---- claims ---- */

/* With several writers the person's hot row is locked too, so that two processes never hold two
 * messages of one person; a row that another process finished meanwhile is read again and no
 * longer fits. */
static const char CLAIM[] =
    "SELECT " COLUMNS
    " FROM inbox i WHERE (i.state = 'NEW' OR i.state = 'HELD') AND i.ready_ms <= $1 "
    "ORDER BY i.ready_ms, i.id LIMIT $2";
static const char CLAIM_LOCKED[] =
    "SELECT " COLUMNS " FROM inbox i JOIN talks t ON t.contact_id = i.contact_id "
    "WHERE (i.state = 'NEW' OR i.state = 'HELD') AND i.ready_ms <= $1 "
    "ORDER BY i.ready_ms, i.id LIMIT $2 FOR UPDATE OF i, t SKIP LOCKED";

static int by_id(const void *x, const void *y) {
    const struct inbox_row *p = x, *q = y;
    return (p->id > q->id) - (p->id < q->id);
}

static bool has_id(const struct inbox_row *list, size_t n, int64_t id) {
    for (size_t i = 0; i < n; i++) {
        if (list[i].id == id) {
            return true;
        }
    }
    return false;
}

/* Adds the HELD rows of the people in the first n rows. */
static enum rc add_held(struct db *db, struct arena *a, struct inbox_row **list,
                        size_t *ret_n) {
    size_t n = *ret_n, total = n;
    int64_t any;
    enum rc rc =
        sql_get_int_n(db, &any, "SELECT 1 FROM inbox WHERE state = 'HELD' LIMIT 1", NULL, 0);
    for (size_t k = 0; rc == OK && k < n; k++) {
        struct sql_stmt *st = sql_start(
            db,
            "SELECT " COLUMNS
            " FROM inbox i WHERE i.state = 'HELD' AND i.contact_id = $1 ORDER BY i.id",
            SQL_I((*list)[k].contact_id));
        while ((rc = sql_step(st)) == OK) {
            if (!has_id(*list, total, sql_int(st, 0))) {
                read_row(st, a, SQL_PUSH(a, *list, total));
            }
        }
        rc = sql_done(rc);
    }
    *ret_n = total;
    return sql_done(rc);
}

enum rc inbox_claim(struct db *db, int64_t now_ms, int max, struct arena *a,
                    struct inbox_row **ret, size_t *ret_n) {
    assert(sql_in_write(db));
    const char *text = SQL_BY_CAP(db, SQL_CAP_SKIP_LOCKED, CLAIM_LOCKED, CLAIM);
    struct sql_stmt *st = sql_start(db, text, SQL_I(now_ms), SQL_I(max));
    struct inbox_row *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        read_row(st, a, SQL_PUSH(a, list, n));
    }
    if (rc != NONE || n == 0) {
        return rc;
    }
    rc = add_held(db, a, &list, &n);
    if (rc == OK) {
        qsort(list, n, sizeof *list, by_id);
        *ret = list;
        *ret_n = n;
    }
    return rc;
}

/* The only writer of the state: NEW and HELD may become HELD, DONE or FAILED; nothing leaves
 * DONE or FAILED. */
static enum rc move(struct db *db, int64_t id, enum inbox_state to, int64_t ready_ms, int tries,
                    int64_t done_ms, int64_t prev_id, struct str reason) {
    assert(sql_in_write(db) && to != INBOX_NEW);
    enum rc rc =
        to == INBOX_HELD
            ? sql_run(db,
                      "UPDATE inbox SET state = 'HELD', ready_ms = $1, tries = tries + $2 "
                      "WHERE id = $3 AND (state = 'NEW' OR state = 'HELD')",
                      SQL_I(ready_ms), SQL_I(tries), SQL_I(id))
            : sql_run(db,
                      "UPDATE inbox SET state = $1, done_ms = $2, prev_id = $3, reason = $4 "
                      "WHERE id = $5 AND (state = 'NEW' OR state = 'HELD')",
                      SQL_C(STATES[to]), SQL_I(done_ms), SQL_I(prev_id), SQL_S(reason),
                      SQL_I(id));
    return rc == OK && sql_changes(db) == 0 ? E_STATE : rc;
}

/* What an event was told (who invites, for one) has been heard; nobody reads it again and no
 * thread leads to it. */
static enum rc empty_event(struct db *db, int64_t id) {
    return sql_run(db, "UPDATE inbox SET extra = '' WHERE id = $1 AND extra <> ''", SQL_I(id));
}

/* Hangs a message on its thread; events and button presses without words are no lines of a
 * conversation. */
static enum rc close_row(struct db *db, const struct inbox_row *row, enum inbox_state to,
                         struct talk *t, struct str reason, int64_t now_ms) {
    bool line = t && (row->kind <= INBOX_START || row->kind == INBOX_EDITED);
    enum rc rc = move(db, row->id, to, 0, 0, now_ms, line ? t->last_msg : 0, reason);
    if (rc == OK && to == INBOX_DONE && row->kind == INBOX_EVENT && row->data.n) {
        rc = empty_event(db, row->id);
    }
    if (rc == OK && line) {
        t->last_msg = row->id;
        t->last_in_ms = row->received_ms > t->last_in_ms ? row->received_ms : t->last_in_ms;
    }
    return rc;
}

enum rc inbox_finish(struct db *db, const struct inbox_row *row, struct talk *t,
                     int64_t now_ms) {
    return close_row(db, row, INBOX_DONE, t, STR(""), now_ms);
}

enum rc inbox_fail(struct db *db, const struct inbox_row *row, struct talk *t,
                   struct str reason, int64_t now_ms) {
    return close_row(db, row, INBOX_FAILED, t, reason, now_ms);
}

enum rc inbox_hold(struct db *db, int64_t id, int64_t ready_ms) {
    return move(db, id, INBOX_HELD, ready_ms, 0, 0, 0, STR(""));
}

enum rc inbox_retry(struct db *db, int64_t id, int64_t ready_ms) {
    return move(db, id, INBOX_HELD, ready_ms, 1, 0, 0, STR(""));
}

/* ---- for people ---- */

enum rc inbox_get(struct db *db, int64_t id, struct arena *a, struct inbox_row *ret) {
    struct sql_stmt *st =
        sql_start(db, "SELECT " COLUMNS " FROM inbox i WHERE i.id = $1", SQL_I(id));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        read_row(st, a, ret);
        sql_stop(st);
    }
    return rc;
}

enum rc inbox_list(struct db *db, enum inbox_state s, int max, struct arena *a,
                   struct inbox_row **ret, size_t *ret_n) {
    struct sql_stmt *st =
        s == INBOX_FAILED
            ? sql_start(db,
                        "SELECT " COLUMNS
                        " FROM inbox i WHERE i.state = 'FAILED' ORDER BY i.id DESC LIMIT $1",
                        SQL_I(max))
            : sql_start(db,
                        "SELECT " COLUMNS
                        " FROM inbox i WHERE i.state = $1 ORDER BY i.id DESC LIMIT $2",
                        SQL_C(STATES[s]), SQL_I(max));
    struct inbox_row *list = NULL;
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

enum rc inbox_next_ms(struct db *db, int64_t *ret) {
    return sql_get_int_n(db, ret,
                         "SELECT ready_ms FROM inbox WHERE (state = 'NEW' OR state = 'HELD') "
                         "ORDER BY ready_ms LIMIT 1",
                         NULL, 0);
}

enum rc inbox_waiting(struct db *db, int64_t *ret_n) {
    return sql_get_int_n(db, ret_n,
                         "SELECT count(*) FROM inbox WHERE (state = 'NEW' OR state = 'HELD')",
                         NULL, 0);
}

enum rc inbox_forget(struct db *db, int64_t before_ms, int max, int64_t *after,
                     int64_t *ret_n) {
    assert(sql_in_write(db));
    int64_t last = id_floor(before_ms);
    enum rc rc = sql_get_int(db, &last,
                             "SELECT id FROM inbox WHERE id > $1 AND id <= $2 ORDER BY id "
                             "LIMIT 1 OFFSET $3",
                             SQL_I(*after), SQL_I(last), SQL_I(max - 1));
    bool more = rc == OK;
    rc = sql_done(rc);
    if (rc == OK) {
        rc = sql_run(db,
                     "UPDATE inbox SET text = '', payload = '', extra = '' WHERE id > $1 AND "
                     "id <= $2 AND (state = 'DONE' OR state = 'FAILED')",
                     SQL_I(*after), SQL_I(last));
    }
    if (rc == OK) {
        *ret_n = more ? max : sql_changes(db);
        *after = *ret_n > 0 ? last : *after;
    }
    return rc;
}

enum rc inbox_unsee(struct db *db, int64_t now_ms, int max, int64_t *ret_n) {
    /* two weeks are looked at; three are kept */
    int64_t h = hash_week_before(hash_week_before(hash_week_start(now_ms)));
    enum rc rc = sql_run(db,
                         "DELETE FROM inbox_seen WHERE h IN (SELECT h FROM inbox_seen WHERE h "
                         "< $1 ORDER BY h LIMIT $2)",
                         SQL_I(h), SQL_I(max));
    if (rc == OK) {
        *ret_n = sql_changes(db);
    }
    return rc;
}
