/* outbox_route.c - messages that wait: until when, and by which road. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <assert.h>

#include "db/outbox.h"
#include "db/sql.h"

enum rc outbox_waiting(struct db *db, struct str channel, int64_t now_ms, int max,
                       struct arena *a, struct outbox_waiting **ret, size_t *ret_n) {
    struct sql_stmt *st =
        sql_start(db,
                  "SELECT o.address_id, min(x.scheme), min(x.value) FROM outbox o "
                  "JOIN addresses x ON x.id = o.address_id "
                  "WHERE o.state = 'QUEUED' AND o.channel = $1 AND o.next_ms <= $2 "
                  "GROUP BY o.address_id ORDER BY min(o.id) LIMIT $3",
                  SQL_S(channel), SQL_I(now_ms), SQL_I(max));
    struct outbox_waiting *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        struct outbox_waiting *w = SQL_PUSH(a, list, n);
        *w = (struct outbox_waiting){.address_id = sql_int(st, 0),
                                     .to = {sql_str(st, 1, a), sql_str(st, 2, a)}};
    }
    rc = sql_done(rc);
    if (rc == OK) {
        *ret = list;
        *ret_n = n;
    }
    return rc;
}

enum rc outbox_to_channel(struct db *db, int64_t address_id, struct str from, struct str to,
                          int64_t *ret_n) {
    assert(sql_in_write(db));
    enum rc rc = sql_run(db,
                         "UPDATE outbox SET channel = $1 "
                         "WHERE state = 'QUEUED' AND channel = $2 AND address_id = $3",
                         SQL_S(to), SQL_S(from), SQL_I(address_id));
    if (rc == OK) {
        *ret_n = sql_changes(db);
    }
    return rc;
}

enum rc outbox_readdress(struct db *db, int64_t id, int64_t address_id, struct str channel,
                         struct str text, int segments) {
    assert(sql_in_write(db));
    enum rc rc =
        sql_run(db,
                "UPDATE outbox SET address_id = $1, channel = $2, text = $3, "
                "buttons = '', ask_contact = 0, first_part = 1, segments = $4 "
                "WHERE id = $5 AND state = 'INFLIGHT'",
                SQL_I(address_id), SQL_S(channel), SQL_S(text), SQL_I(segments), SQL_I(id));
    return rc == OK && sql_changes(db) == 0 ? E_STATE : rc;
}

enum rc outbox_next_after(struct db *db, struct str channel, int64_t after_ms, int64_t *ret) {
    enum rc found = NONE;
    for (int p = 0; p < OUTBOX_PRIORITIES; p++) {
        int64_t ms;
        enum rc rc =
            sql_get_int(db, &ms,
                        "SELECT next_ms FROM outbox WHERE state = 'QUEUED' AND channel = $1 "
                        "AND priority = $2 AND next_ms > $3 ORDER BY next_ms LIMIT 1",
                        SQL_S(channel), SQL_I(p), SQL_I(after_ms));
        if (rc < OK) {
            return rc;
        }
        if (rc == OK && (found == NONE || ms < *ret)) {
            *ret = ms;
            found = OK;
        }
    }
    return found;
}

enum rc outbox_next_channel(struct db *db, const struct str *after, struct arena *a,
                            struct str *ret) {
    struct sql_stmt *st =
        after ? sql_start(db,
                          "SELECT channel FROM outbox WHERE state = 'QUEUED' AND channel > $1 "
                          "ORDER BY channel LIMIT 1",
                          SQL_S(*after))
              : sql_start0(db, "SELECT channel FROM outbox WHERE state = 'QUEUED' "
                               "ORDER BY channel LIMIT 1");
    enum rc rc = sql_step(st);
    if (rc == OK) {
        *ret = sql_str(st, 0, a);
        sql_stop(st);
    }
    return rc;
}
