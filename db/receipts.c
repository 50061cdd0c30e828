/* receipts.c - delivery reports find their message, or wait a little for it to be known. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/receipts.h"

#include <assert.h>

#include "base/id.h"
#include "db/addresses.h"
#include "db/hash.h"
#include "db/outbox_priv.h"
#include "db/threads.h"

#define RECENT_LINES 20 /* of a thread, in which a report without an id looks */

/* A provider may answer "0123" to the send and report on "123": both are kept as text, compared
 * as they are first, and without leading zeros second. */
static struct str bare(struct str id) {
    while (id.n > 1 && id.p[0] == '0') {
        id = str_sub(id, 1, id.n - 1);
    }
    return id;
}

static int64_t key_of(struct str channel, struct str provider_id, int64_t at_ms) {
    return hash_weekly(STR("part"), channel, bare(provider_id), at_ms);
}

/* ---- parts ---- */

static enum rc put_part(struct db *db, int64_t message_id, int part, struct str channel,
                        struct str provider_id, int64_t now_ms) {
    enum rc rc =
        sql_run(db,
                "INSERT INTO outbox_parts (message_id, part, provider_id, state, at_ms) "
                "VALUES ($1, $2, $3, 'SENT', $4) ON CONFLICT (message_id, part) DO NOTHING",
                SQL_I(message_id), SQL_I(part), SQL_S(provider_id), SQL_I(now_ms));
    int64_t h = key_of(channel, provider_id, now_ms);
    for (int slot = 0; rc == OK && provider_id.n > 0 && slot < HASH_SLOTS; slot++) {
        rc = sql_run(db,
                     "INSERT INTO outbox_ids (h, message_id, part) VALUES ($1, $2, $3) ON "
                     "CONFLICT (h) DO NOTHING",
                     SQL_I(h + slot), SQL_I(message_id), SQL_I(part));
        if (rc == OK && sql_changes(db) > 0) {
            break;
        }
    }
    return rc;
}

enum rc receipts_parts(struct db *db, int64_t message_id, struct str channel, int first_part,
                       const struct str *provider_id, size_t n, int64_t now_ms) {
    enum rc rc = OK;
    for (size_t i = 0; rc == OK && i < n; i++) {
        rc = put_part(db, message_id, (first_part > 0 ? first_part : 1) + (int)i, channel,
                      provider_id[i], now_ms);
    }
    return rc;
}

struct found {
    int64_t message_id;
    int part;
};

/* The part behind a provider id in one week: an exact match first, else one that differs by
 * leading zeros. */
static enum rc find_in_week(struct db *db, int64_t h, struct str provider_id,
                            struct found *ret) {
    struct sql_stmt *st =
        sql_start(db,
                  "SELECT k.message_id, k.part, p.provider_id FROM outbox_ids k "
                  "JOIN outbox_parts p ON p.message_id = k.message_id AND p.part = k.part "
                  "WHERE k.h >= $1 AND k.h < $2 ORDER BY k.h",
                  SQL_I(h), SQL_I(h + HASH_SLOTS));
    bool near = false;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        bool exact = str_eq(sql_view(st, 2), provider_id);
        if (exact || (!near && str_eq(bare(sql_view(st, 2)), bare(provider_id)))) {
            *ret = (struct found){sql_int(st, 0), (int)sql_int(st, 1)};
            near = true;
        }
        if (exact) {
            sql_stop(st);
            return OK;
        }
    }
    return rc == NONE && near ? OK : rc;
}

/* The first part still open of the only message it can be about: sent to this number on this
 * channel lately and not yet reported. Two such messages, and it is nobody's: a report for the
 * wrong one would say "delivered" of a text that is lost. */
static enum rc find_by_number(struct db *db, const struct receipt *r, struct arena *a,
                              struct found *ret) {
    struct contact_address addr;
    struct thread_line *line = NULL;
    size_t n = 0;
    int64_t id = 0;
    enum rc rc = addresses_find(db, r->to, a, &addr);
    if (rc == OK) {
        rc = threads_read(db, addr.contact_id, RECENT_LINES, a, &line, &n);
    }
    for (size_t i = 0; i < n && rc == OK; i++) {
        bool open = line[i].state == OUTBOX_SENT || line[i].state == OUTBOX_UNKNOWN;
        if (!line[i].inbound && open && str_eq(line[i].channel, r->channel)) {
            rc = id == 0 ? OK : NONE;
            id = line[i].id;
        }
    }
    int64_t part = 1;
    if (rc != OK || id == 0) {
        return rc < OK ? rc : NONE;
    }
    rc = sql_get_int(db, &part,
                     "SELECT part FROM outbox_parts WHERE message_id = $1 AND state = 'SENT' "
                     "ORDER BY part LIMIT 1",
                     SQL_I(id));
    *ret = (struct found){id, (int)part};
    return sql_done(rc);
}

static enum rc find(struct db *db, const struct receipt *r, int64_t now_ms, struct found *ret) {
    if (r->to.value.n > 0 && r->provider_id.n == 0 && r->message_id == 0) {
        struct arena a;
        arena_init(&a);
        enum rc rc = find_by_number(db, r, &a, ret);
        arena_done(&a);
        return rc;
    }
    if (r->provider_id.n > 0) {
        int64_t h = key_of(r->channel, r->provider_id, now_ms);
        enum rc rc = find_in_week(db, h, r->provider_id, ret);
        if (rc == NONE) {
            rc = find_in_week(db, hash_week_before(h), r->provider_id, ret);
        }
        if (rc != NONE) {
            return rc;
        }
    }
    if (r->message_id == 0) {
        return NONE;
    }
    *ret = (struct found){r->message_id, r->part > 0 ? r->part : 1};
    return OK;
}

/* ---- the message ---- */

struct message {
    int64_t contact_id, address_id;
    enum outbox_state state;
};

static enum rc get_message(struct db *db, int64_t id, struct message *ret) {
    struct sql_stmt *st = sql_start(
        db, "SELECT contact_id, address_id, state FROM outbox WHERE id = $1", SQL_I(id));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        ret->contact_id = sql_int(st, 0);
        ret->address_id = sql_int(st, 1);
        ret->state = (enum outbox_state)sql_word(st, 2, OUTBOX_NAMES, OUTBOX_STATES);
        sql_stop(st);
    }
    return rc;
}

static bool part_state(enum receipt_status s, enum outbox_state *ret) {
    switch (s) {
    case RECEIPT_SENT:
        *ret = OUTBOX_SENT;
        return true;
    case RECEIPT_DELIVERED:
        *ret = OUTBOX_DELIVERED;
        return true;
    case RECEIPT_READ:
        *ret = OUTBOX_READ;
        return true;
    case RECEIPT_FAILED:
        *ret = OUTBOX_FAILED;
        return true;
    case RECEIPT_QUEUED:
    case RECEIPT_UNKNOWN:
        break;
    }
    return false;
}

/* The part moves as the message does; the first final state wins. */
static enum rc move_part(struct db *db, struct found f, enum outbox_state to, int64_t at_ms) {
    struct sql_stmt *st =
        sql_start(db, "SELECT state FROM outbox_parts WHERE message_id = $1 AND part = $2",
                  SQL_I(f.message_id), SQL_I(f.part));
    enum rc rc = sql_step(st);
    if (rc != OK) {
        return rc;
    }
    enum outbox_state from = (enum outbox_state)sql_word(st, 0, OUTBOX_NAMES, OUTBOX_STATES);
    sql_stop(st);
    if (!outbox_may_move(from, to)) {
        return OK;
    }
    return sql_run(
        db,
        "UPDATE outbox_parts SET state = $1, at_ms = $2 WHERE message_id = $3 AND part = $4",
        SQL_C(OUTBOX_NAMES[to]), SQL_I(at_ms), SQL_I(f.message_id), SQL_I(f.part));
}

/* What the parts together say of the message. */
static enum rc state_of_parts(struct db *db, int64_t message_id, enum outbox_state *ret) {
    int64_t n = 0, got = 0, read = 0, failed = 0;
    struct sql_stmt *st = sql_start(
        db, "SELECT state, count(*) FROM outbox_parts WHERE message_id = $1 GROUP BY state",
        SQL_I(message_id));
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        int64_t of = sql_int(st, 1);
        enum outbox_state s = (enum outbox_state)sql_word(st, 0, OUTBOX_NAMES, OUTBOX_STATES);
        n += of;
        got += s == OUTBOX_DELIVERED || s == OUTBOX_READ ? of : 0;
        read += s == OUTBOX_READ ? of : 0;
        failed += s == OUTBOX_FAILED ? of : 0;
    }
    *ret = failed > 0  ? OUTBOX_FAILED
           : read == n ? OUTBOX_READ
           : got == n  ? OUTBOX_DELIVERED
                       : OUTBOX_SENT;
    return sql_done(rc);
}

static enum rc hold(struct db *db, const struct receipt *r, int64_t now_ms) {
    enum rc rc = sql_run(
        db,
        "INSERT INTO receipts_held (id, channel, provider_id, bare_id, message_id, status, "
        "permanent, "
        "reason, at_ms, part, until_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        SQL_I(id_new(now_ms)), SQL_S(r->channel), SQL_S(r->provider_id),
        SQL_S(bare(r->provider_id)), SQL_I(r->message_id), SQL_I(r->status),
        SQL_I(r->permanent), SQL_S(r->reason), SQL_I(r->at_ms), SQL_I(r->part),
        SQL_I(now_ms + RECEIPTS_HOLD_MS));
    return rc == OK ? NONE : rc;
}

/* The part and the message are known: move both. */
static enum rc settle(struct db *db, const struct receipt *r, struct found f,
                      const struct message *m, int64_t now_ms, struct receipt_effect *ret) {
    enum outbox_state to, whole;
    if (!part_state(r->status, &to)) {
        return OK;
    }
    enum rc rc = move_part(db, f, to, r->at_ms ? r->at_ms : now_ms);
    if (rc == NONE) { /* the provider echoes our id and never gave one of its own */
        rc = put_part(db, f.message_id, f.part, r->channel, r->provider_id, now_ms);
        rc = rc == OK ? move_part(db, f, to, r->at_ms ? r->at_ms : now_ms) : rc;
    }
    if (rc == OK) {
        rc = state_of_parts(db, f.message_id, &whole);
    }
    if (rc != OK || whole == m->state || !outbox_may_move(m->state, whole) ||
        m->state == OUTBOX_INFLIGHT) {
        return rc;
    }
    const struct outbox_change c = {.reason = r->reason};
    rc = outbox_move(db, f.message_id, m->state, whole, &c, now_ms);
    if (rc == OK) {
        ret->state = whole;
        ret->changed = true;
        if (whole == OUTBOX_FAILED && r->permanent && m->address_id != 0) {
            ret->marked_bad = true;
            rc = addresses_mark(db, m->address_id, ADDRESS_BAD, r->reason, now_ms);
        }
    }
    return rc;
}

enum rc receipts_apply(struct db *db, const struct receipt *r, int64_t now_ms,
                       struct receipt_effect *ret) {
    assert(sql_in_write(db));
    struct found f;
    struct message m;
    enum rc rc = find(db, r, now_ms, &f);
    if (rc == OK) {
        rc = get_message(db, f.message_id, &m);
    }
    if (rc == NONE || (rc == OK && m.state == OUTBOX_INFLIGHT)) {
        return hold(db, r, now_ms);
    }
    if (rc != OK) {
        return rc;
    }
    struct receipt_effect e = {f.message_id, m.contact_id, m.address_id, m.state, false, false};
    rc = settle(db, r, f, &m, now_ms, &e);
    if (rc == OK) {
        *ret = e;
    }
    return rc;
}

/* ---- held ones ---- */

#define HELD_COLUMNS                                                                           \
    "id, channel, provider_id, message_id, status, permanent, reason, at_ms, part"

struct held {
    int64_t id;
    struct receipt r;
};

static enum rc collect(struct sql_stmt *st, struct arena *a, struct held **list, size_t *n) {
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        *SQL_PUSH(a, *list, *n) = (struct held){
            .id = sql_int(st, 0),
            .r = {.channel = sql_str(st, 1, a),
                  .provider_id = sql_str(st, 2, a),
                  .message_id = sql_int(st, 3),
                  .status = (enum receipt_status)sql_int(st, 4),
                  .permanent = sql_int(st, 5) != 0,
                  .reason = sql_str(st, 6, a),
                  .at_ms = sql_int(st, 7),
                  .part = (int)sql_int(st, 8)},
        };
    }
    return sql_done(rc);
}

static enum rc collect_for(struct db *db, int64_t message_id, struct str channel,
                           const struct str *provider_id, size_t n_ids, struct arena *a,
                           struct held **list, size_t *n) {
    enum rc rc =
        collect(sql_start(db,
                          "SELECT " HELD_COLUMNS " FROM receipts_held WHERE message_id > 0 "
                          "AND message_id = $1 ORDER BY id",
                          SQL_I(message_id)),
                a, list, n);
    for (size_t i = 0; rc == OK && i < n_ids; i++) {
        rc = collect(sql_start(db,
                               "SELECT " HELD_COLUMNS
                               " FROM receipts_held WHERE channel = $1 AND bare_id = $2 "
                               "AND provider_id <> '' AND message_id <> $3 ORDER BY id",
                               SQL_S(channel), SQL_S(bare(provider_id[i])), SQL_I(message_id)),
                     a, list, n);
    }
    return rc;
}

enum rc receipts_rematch(struct db *db, int64_t message_id, struct str channel,
                         const struct str *provider_id, size_t n_ids, int64_t now_ms) {
    int64_t any;
    enum rc rc = sql_get_int_n(db, &any, "SELECT 1 FROM receipts_held LIMIT 1", NULL, 0);
    if (rc != OK) {
        return sql_done(rc); /* nearly always: nothing is held */
    }
    struct arena a;
    struct held *list = NULL;
    size_t n = 0;
    struct receipt_effect unused;
    arena_init(&a);
    rc = collect_for(db, message_id, channel, provider_id, n_ids, &a, &list, &n);
    for (size_t i = 0; rc == OK && i < n; i++) {
        rc = sql_run(db, "DELETE FROM receipts_held WHERE id = $1", SQL_I(list[i].id));
        if (rc == OK) {
            rc = sql_done(receipts_apply(db, &list[i].r, now_ms, &unused));
        }
    }
    arena_done(&a);
    return rc;
}

enum rc receipts_of(struct db *db, int64_t message_id, struct arena *a,
                    struct outbox_part **ret, size_t *ret_n) {
    struct sql_stmt *st = sql_start(db,
                                    "SELECT part, provider_id, state, at_ms FROM outbox_parts "
                                    "WHERE message_id = $1 ORDER BY part",
                                    SQL_I(message_id));
    struct outbox_part *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        *SQL_PUSH(a, list, n) = (struct outbox_part){
            .part = (int)sql_int(st, 0),
            .provider_id = sql_str(st, 1, a),
            .state = (enum outbox_state)sql_word(st, 2, OUTBOX_NAMES, OUTBOX_STATES),
            .at_ms = sql_int(st, 3),
        };
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}

enum rc receipts_drop(struct db *db, int64_t now_ms, int64_t *ret_n) {
    *ret_n = 0;
    enum rc rc = sql_run(db,
                         "INSERT INTO receipts_lost (id, channel, provider_id, status, reason, "
                         "at_ms) SELECT id, channel, provider_id, status, reason, $1 FROM "
                         "receipts_held WHERE until_ms <= $2",
                         SQL_I(now_ms), SQL_I(now_ms));
    if (rc == OK) {
        rc = sql_run(db, "DELETE FROM receipts_held WHERE until_ms <= $1", SQL_I(now_ms));
    }
    if (rc == OK) {
        *ret_n = sql_changes(db);
        rc = sql_run(db, "DELETE FROM receipts_lost WHERE at_ms <= $1",
                     SQL_I(now_ms - RECEIPTS_LOST_MS));
    }
    return rc;
}

enum rc receipts_lost(struct db *db, int max, struct arena *a, struct receipt_lost **ret,
                      size_t *ret_n) {
    struct sql_stmt *st = sql_start(db,
                                    "SELECT channel, provider_id, status, reason, at_ms FROM "
                                    "receipts_lost ORDER BY at_ms DESC, id DESC LIMIT $1",
                                    SQL_I(max));
    struct receipt_lost *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        *SQL_PUSH(a, list, n) =
            (struct receipt_lost){.channel = sql_str(st, 0, a),
                                  .provider_id = sql_str(st, 1, a),
                                  .status = (enum receipt_status)sql_int(st, 2),
                                  .reason = sql_str(st, 3, a),
                                  .at_ms = sql_int(st, 4)};
    }
    *ret = list;
    *ret_n = n;
    return sql_done(rc);
}
