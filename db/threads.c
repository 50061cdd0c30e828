/* threads.c - walks a person's chain of messages from the newest back. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/threads.h"

#include <stdlib.h>

#include "db/outbox_priv.h"

/* One line of the chain; *link becomes the message before it. NONE: the chain is broken here.
 */
static enum rc line_in(struct db *db, int64_t id, struct arena *a, struct thread_line *ret,
                       int64_t *ret_prev) {
    static const char *const KINDS[] = {"text",      "button", "contact", "start",  "blocked",
                                        "unblocked", "edited", "event",   "timeout"};
    struct sql_stmt *st = sql_start(
        db, "SELECT received_ms, channel, text, kind, prev_id FROM inbox WHERE id = $1",
        SQL_I(id));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        *ret = (struct thread_line){
            .inbound = true,
            .id = id,
            .at_ms = sql_int(st, 0),
            .channel = sql_str(st, 1, a),
            .text = sql_str(st, 2, a),
            .in_kind = (enum inbox_kind)sql_word(st, 3, KINDS, 9),
        };
        *ret_prev = sql_int(st, 4);
        sql_stop(st);
    }
    return rc;
}

#define OUT_COLUMNS                                                                            \
    "o.id, CASE WHEN o.sent_ms > 0 THEN o.sent_ms ELSE o.created_ms END AS at_ms, o.channel, " \
    "o.text, o.kind, o.state, o.staff_id, o.reason, o.inbox_id, o.prev_id"

static void read_out(struct sql_stmt *st, struct arena *a, struct thread_line *ret) {
    *ret = (struct thread_line){
        .id = sql_int(st, 0),
        .at_ms = sql_int(st, 1),
        .channel = sql_str(st, 2, a),
        .text = sql_str(st, 3, a),
        .out_kind = sql_str(st, 4, a),
        .state = (enum outbox_state)sql_word(st, 5, OUTBOX_NAMES, OUTBOX_STATES),
        .staff_id = sql_int(st, 6),
        .reason = sql_str(st, 7, a),
        .inbox_id = sql_int(st, 8),
    };
}

static enum rc line_out(struct db *db, int64_t id, struct arena *a, struct thread_line *ret,
                        int64_t *ret_prev) {
    struct sql_stmt *st =
        sql_start(db, "SELECT " OUT_COLUMNS " FROM outbox o WHERE o.id = $1", SQL_I(id));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        read_out(st, a, ret);
        *ret_prev = sql_int(st, 9);
        sql_stop(st);
    }
    return rc;
}

static bool has_line(const struct thread_line *list, size_t n, int64_t id) {
    for (size_t i = 0; i < n; i++) {
        if (list[i].id == id && !list[i].inbound) {
            return true;
        }
    }
    return false;
}

/* Broadcasts are not in the chain. */
static enum rc add_broadcasts(struct db *db, int64_t contact_id, int max, struct arena *a,
                              struct thread_line **list, size_t *n) {
    struct sql_stmt *st =
        sql_start(db,
                  "SELECT " OUT_COLUMNS " FROM broadcast_people p JOIN outbox o "
                  "ON o.id = p.outbox_id WHERE p.contact_id = $1 AND p.outbox_id > 0 "
                  "ORDER BY p.broadcast_id DESC LIMIT $2",
                  SQL_I(contact_id), SQL_I(max));
    size_t chain = *n;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        if (!has_line(*list, chain, sql_int(st, 0))) {
            read_out(st, a, SQL_PUSH(a, *list, *n));
        }
    }
    return sql_done(rc);
}

/* What came and is not yet dealt with. */
static enum rc add_held(struct db *db, int64_t contact_id, struct arena *a,
                        struct thread_line **list, size_t *n) {
    struct sql_stmt *st =
        sql_start(db,
                  "SELECT id, received_ms, channel, text FROM inbox "
                  "WHERE state = 'HELD' AND contact_id = $1 AND kind = 'text' ORDER BY id",
                  SQL_I(contact_id));
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        *SQL_PUSH(a, *list, *n) = (struct thread_line){
            .inbound = true,
            .id = sql_int(st, 0),
            .at_ms = sql_int(st, 1),
            .channel = sql_str(st, 2, a),
            .text = sql_str(st, 3, a),
        };
    }
    return sql_done(rc);
}

static int by_time(const void *x, const void *y) {
    const struct thread_line *p = x, *q = y;
    return p->at_ms != q->at_ms ? (p->at_ms > q->at_ms) - (p->at_ms < q->at_ms)
                                : (p->id > q->id) - (p->id < q->id);
}

static enum rc collect(struct db *db, int64_t contact_id, int max, struct arena *a,
                       struct thread_line **list, size_t *n) {
    int64_t link = 0;
    enum rc rc = sql_get_int(db, &link, "SELECT last_msg FROM talks WHERE contact_id = $1",
                             SQL_I(contact_id));
    while (rc == OK && link != 0 && *n < (size_t)max) {
        struct thread_line line;
        rc = link > 0 ? line_in(db, link, a, &line, &link)
                      : line_out(db, -link, a, &line, &link);
        if (rc == OK) {
            *SQL_PUSH(a, *list, *n) = line;
        }
    }
    rc = sql_done(rc);
    if (rc == OK) {
        rc = add_broadcasts(db, contact_id, max, a, list, n);
    }
    return rc == OK ? add_held(db, contact_id, a, list, n) : rc;
}

enum rc threads_read(struct db *db, int64_t contact_id, int max, struct arena *a,
                     struct thread_line **ret, size_t *ret_n) {
    struct thread_line *list = NULL;
    size_t n = 0;
    enum rc rc = sql_begin(db, SQL_READ);
    if (rc != OK) {
        return rc;
    }
    rc = sql_end(db, collect(db, contact_id, max, a, &list, &n));
    if (rc != OK) {
        return rc;
    }
    if (n > 0) {
        qsort(list, n, sizeof *list, by_time);
    }
    size_t skip = n > (size_t)max ? n - (size_t)max : 0;
    *ret = n > 0 ? list + skip : NULL;
    *ret_n = n - skip;
    return OK;
}
