/* outbox_list.c - the outbox seen from outside: single rows, lists, depths; and what is taken
 * back. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/outbox.h"

#include <assert.h>

#include "base/id.h"
#include "db/outbox_priv.h"

void outbox_read_row(struct sql_stmt *st, struct arena *a, struct outbox_row *m) {
    *m = (struct outbox_row){
        .id = sql_int(st, 0),
        .contact_id = sql_int(st, 1),
        .address_id = sql_int(st, 2),
        .to = {sql_str(st, 3, a), sql_str(st, 4, a)},
        .channel = sql_str(st, 5, a),
        .kind = sql_str(st, 6, a),
        .priority = (int)sql_int(st, 7),
        .text = sql_str(st, 8, a),
        .buttons = sql_str(st, 9, a),
        .attachments = sql_str(st, 10, a),
        .lang = sql_str(st, 11, a),
        .ask_contact = sql_int(st, 12) != 0,
        .confirms_stop = sql_int(st, 13) != 0,
        .state = (enum outbox_state)sql_word(st, 14, OUTBOX_NAMES, OUTBOX_STATES),
        .next_ms = sql_int(st, 15),
        .expires_ms = sql_int(st, 16),
        .attempt = (int)sql_int(st, 17),
        .first_part = (int)sql_int(st, 18),
        .arm_ms = sql_int(st, 19),
        .arm_token = sql_str(st, 20, a),
        .broadcast_id = sql_int(st, 21),
        .meetup_id = sql_int(st, 22),
        .wave_id = sql_int(st, 23),
        .case_id = sql_int(st, 24),
        .inbox_id = sql_int(st, 25),
        .staff_id = sql_int(st, 26),
        .segments = (int)sql_int(st, 27),
        .reason = sql_str(st, 28, a),
        .created_ms = sql_int(st, 29),
        .sent_ms = sql_int(st, 30),
        .final_ms = sql_int(st, 31),
    };
}

enum rc outbox_get(struct db *db, int64_t id, struct arena *a, struct outbox_row *ret) {
    struct sql_stmt *st =
        sql_start(db, "SELECT " OUTBOX_COLUMNS OUTBOX_FROM " WHERE o.id = $1", SQL_I(id));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        outbox_read_row(st, a, ret);
        sql_stop(st);
    }
    return rc;
}

/* SQLite uses a partial index only where its condition stands word for word. */
#define LIST(where)                                                                            \
    "SELECT " OUTBOX_COLUMNS OUTBOX_FROM " WHERE " where " ORDER BY o.id DESC LIMIT $2"

enum rc outbox_list(struct db *db, enum outbox_state s, int max, struct arena *a,
                    struct outbox_row **ret, size_t *ret_n) {
    static const char WATCHED[] =
        LIST("(o.state = 'UNKNOWN' OR o.state = 'FAILED') AND o.state = $1");
    static const char WAITING[] = LIST("o.state = 'QUEUED' AND o.state = $1");
    static const char OTHER[] = LIST("o.state = $1");
    static const char INFLIGHT[] = LIST("o.open = 1 AND o.state = $1");
    const char *text = s == OUTBOX_QUEUED                          ? WAITING
                       : s == OUTBOX_INFLIGHT                      ? INFLIGHT
                       : s == OUTBOX_UNKNOWN || s == OUTBOX_FAILED ? WATCHED
                                                                   : OTHER;
    struct sql_stmt *st = sql_start(db, text, SQL_C(OUTBOX_NAMES[s]), SQL_I(max));
    struct outbox_row *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        outbox_read_row(st, a, SQL_PUSH(a, list, n));
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}

/* The first of each priority by the index, however many wait behind it. */
#define FIRST(p)                                                                               \
    "(SELECT next_ms FROM outbox WHERE state = 'QUEUED' AND channel = $1 AND priority = " #p   \
    " ORDER BY next_ms LIMIT 1) AS ms"
static const char NEXT[] = "SELECT min(ms) FROM (SELECT " FIRST(0) " UNION ALL SELECT " FIRST(1) " UNION ALL SELECT " FIRST(2) " UNION ALL SELECT " FIRST(
    3) " UNION ALL SELECT " FIRST(4) " UNION ALL SELECT " FIRST(5) " UNION ALL SELECT " FIRST(6) " UNION ALL SELECT " FIRST(7) ") AS firsts";

enum rc outbox_next_ms(struct db *db, struct str channel, int64_t *ret) {
    struct sql_stmt *st = sql_start(db, NEXT, SQL_S(channel));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        rc = sql_is_null(st, 0) ? NONE : OK;
        *ret = rc == OK ? sql_int(st, 0) : *ret;
        sql_stop(st);
    }
    return rc;
}

enum rc outbox_depths(struct db *db, struct arena *a, struct outbox_depth **ret,
                      size_t *ret_n) {
    struct sql_stmt *st =
        sql_start0(db, "SELECT channel, state, count(*), min(created_ms) FROM outbox WHERE "
                       "state = 'QUEUED' GROUP BY channel, state "
                       "UNION ALL SELECT channel, state, count(*), min(created_ms) FROM outbox "
                       "WHERE open = 1 AND state = 'INFLIGHT' GROUP BY channel, state "
                       "UNION ALL SELECT channel, state, count(*), min(created_ms) FROM outbox "
                       "WHERE (state = 'UNKNOWN' OR state = 'FAILED') AND state = 'UNKNOWN' "
                       "GROUP BY channel, state");
    struct outbox_depth *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        *SQL_PUSH(a, list, n) = (struct outbox_depth){
            .channel = sql_str(st, 0, a),
            .state = (enum outbox_state)sql_word(st, 1, OUTBOX_NAMES, OUTBOX_STATES),
            .n = sql_int(st, 2),
            .oldest_ms = sql_int(st, 3),
        };
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}

/* ---- taking back ---- */

static enum rc collect(struct sql_stmt *st, struct arena *a, int64_t **list, size_t *n) {
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        *SQL_PUSH(a, *list, *n) = sql_int(st, 0);
    }
    return sql_done(rc);
}

static enum rc move_all(struct db *db, const int64_t *list, size_t n, enum outbox_state from,
                        enum outbox_state to, struct str reason, int64_t now_ms) {
    const struct outbox_change c = {.reason = reason};
    enum rc rc = OK;
    for (size_t i = 0; rc == OK && i < n; i++) {
        rc = outbox_move(db, list[i], from, to, &c, now_ms);
    }
    return rc;
}

enum rc outbox_recover(struct db *db, int64_t before_ms, int64_t now_ms, int64_t *ret_n) {
    struct arena a;
    int64_t *list = NULL;
    size_t n = 0;
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    arena_init(&a);
    rc = collect(sql_start(db,
                           "SELECT id FROM outbox WHERE open = 1 AND state = 'INFLIGHT' "
                           "AND next_ms <= $1 ORDER BY id",
                           SQL_I(before_ms)),
                 &a, &list, &n);
    if (rc == OK) {
        rc = move_all(db, list, n, OUTBOX_INFLIGHT, OUTBOX_UNKNOWN,
                      STR("stopped while sending"), now_ms);
    }
    rc = sql_end(db, rc);
    arena_done(&a);
    if (rc == OK) {
        *ret_n = (int64_t)n;
    }
    return rc;
}

/* One text for each index that may lead; the other conditions filter. */
#define QUEUED_IDS(from, lead)                                                                 \
    "SELECT o.id FROM outbox o" from " WHERE " lead " AND o.state = 'QUEUED' "                 \
    "AND ($2 = 0 OR o.contact_id = $2) AND ($3 = 0 OR o.broadcast_id = $3) "                   \
    "AND ($4 = 0 OR o.meetup_id = $4) AND ($5 = 0 OR o.wave_id = $5) AND ($6 = '' OR o.kind "  \
    "= $6)"

enum rc outbox_hold_back(struct db *db, int64_t contact_id, int64_t broadcast_id,
                         int64_t meetup_id, int64_t wave_id, struct str kind, struct str reason,
                         int64_t now_ms, int64_t *ret_n) {
    static const char BY_WAVE[] = QUEUED_IDS("", "o.wave_id > 0 AND o.wave_id = $1");
    static const char BY_MEETUP[] = QUEUED_IDS("", "o.meetup_id > 0 AND o.meetup_id = $1");
    static const char BY_CONTACT[] = QUEUED_IDS("", "o.open = 1 AND o.contact_id = $1");
    static const char BY_BROADCAST[] =
        QUEUED_IDS(" JOIN broadcast_people p ON p.outbox_id = o.id", "p.broadcast_id = $1");
    assert(contact_id || broadcast_id || meetup_id || wave_id);
    const char *text = wave_id      ? BY_WAVE
                       : contact_id ? BY_CONTACT
                       : meetup_id  ? BY_MEETUP
                                    : BY_BROADCAST;
    int64_t lead = wave_id      ? wave_id
                   : contact_id ? contact_id
                   : meetup_id  ? meetup_id
                                : broadcast_id;
    struct arena a;
    int64_t *list = NULL;
    size_t n = 0;
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    arena_init(&a);
    rc = collect(sql_start(db, text, SQL_I(lead), SQL_I(contact_id), SQL_I(broadcast_id),
                           SQL_I(meetup_id), SQL_I(wave_id), SQL_S(kind)),
                 &a, &list, &n);
    if (rc == OK) {
        rc = move_all(db, list, n, OUTBOX_QUEUED, OUTBOX_HELD_BACK, reason, now_ms);
    }
    rc = sql_end(db, rc);
    arena_done(&a);
    if (rc == OK && ret_n) {
        *ret_n = (int64_t)n;
    }
    return rc;
}

enum rc outbox_forget(struct db *db, int64_t before_ms, int max, int64_t *after,
                      int64_t *ret_n) {
    assert(sql_in_write(db));
    int64_t last = id_floor(before_ms);
    enum rc rc = sql_get_int(db, &last,
                             "SELECT id FROM outbox WHERE id > $1 AND id <= $2 ORDER BY id "
                             "LIMIT 1 OFFSET $3",
                             SQL_I(*after), SQL_I(last), SQL_I(max - 1));
    bool more = rc == OK;
    rc = sql_done(rc);
    if (rc == OK) {
        rc = sql_run(db,
                     "UPDATE outbox SET text = '', buttons = '', attachments = '' WHERE id > "
                     "$1 AND id <= $2 AND open = 0",
                     SQL_I(*after), SQL_I(last));
    }
    if (rc == OK) {
        *ret_n = more ? max : sql_changes(db);
        *after = *ret_n > 0 ? last : *after;
    }
    return rc;
}
