/* broadcast_replies.c - what came back from a broadcast: answers, counts, who did not get it.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/broadcasts.h"

#include "db/sql.h"

/* The number of the person's answer: the one it has, or the next. */
static enum rc number(struct db *db, int64_t id, int64_t contact_id, int64_t now_ms,
                      int64_t *ret) {
    int64_t next;
    enum rc rc = sql_get_int(
        db, ret,
        "SELECT rank FROM broadcast_people WHERE broadcast_id = $1 AND contact_id = $2",
        SQL_I(id), SQL_I(contact_id));
    if (rc != OK) {
        return rc;
    }
    rc = sql_get_int(db, &next,
                     "UPDATE broadcasts SET answers = answers + 1 WHERE id = $1 "
                     "AND (answers_until_ms = 0 OR answers_until_ms > $2) RETURNING answers",
                     SQL_I(id), SQL_I(now_ms));
    if (rc == OK && *ret == 0) {
        *ret = next;
    }
    return rc == NONE ? E_STATE : rc;
}

enum rc broadcasts_answer(struct db *db, int64_t id, int64_t contact_id, struct str answer,
                          int64_t now_ms, int64_t *ret_rank) {
    int64_t n = 0, among = 0;
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return rc;
    }
    rc = number(db, id, contact_id, now_ms, &n);
    if (rc == OK) {
        rc = sql_run(db,
                     "UPDATE broadcast_people SET answer = $1, rank = $2, "
                     "answered_ms = CASE WHEN answered_ms = 0 THEN $3 ELSE answered_ms END "
                     "WHERE broadcast_id = $4 AND contact_id = $5",
                     SQL_S(answer), SQL_I(n), SQL_I(now_ms), SQL_I(id), SQL_I(contact_id));
    }
    if (rc == OK) {
        rc = sql_get_int(
            db, &among,
            "SELECT count(*) FROM broadcast_people WHERE broadcast_id = $1 AND answer = $2 "
            "AND rank > 0 AND rank <= $3",
            SQL_I(id), SQL_S(answer), SQL_I(n));
    }
    rc = sql_end(db, rc);
    if (rc == OK && ret_rank) {
        *ret_rank = among;
    }
    return rc;
}

enum rc broadcasts_latest(struct db *db, int64_t contact_id, int64_t now_ms, int64_t *ret_id) {
    return sql_get_int(
        db, ret_id,
        "SELECT b.id FROM broadcast_people p JOIN broadcasts b ON b.id = p.broadcast_id "
        "WHERE p.contact_id = $1 AND p.step = 'QUEUED' AND b.state <> 'CANCELLED' "
        "AND (b.answers_until_ms = 0 OR b.answers_until_ms > $2) ORDER BY b.id DESC LIMIT 1",
        SQL_I(contact_id), SQL_I(now_ms));
}

enum rc broadcasts_count(struct db *db, int64_t id, struct broadcast_counts *ret) {
    struct sql_stmt *st = sql_start(
        db,
        "SELECT count(*), count(*) FILTER (WHERE p.step = 'WAITING'), count(*) FILTER (WHERE "
        "p.step = 'QUEUED'), "
        "count(*) FILTER (WHERE p.step = 'SKIPPED'), count(*) FILTER (WHERE o.state IN "
        "('QUEUED', 'INFLIGHT')), "
        "count(*) FILTER (WHERE o.state IN ('SENT', 'DELIVERED', 'READ')), "
        "count(*) FILTER (WHERE o.state IN ('DELIVERED', 'READ')), count(*) FILTER (WHERE "
        "o.state = 'FAILED'), "
        "count(*) FILTER (WHERE o.state = 'UNKNOWN'), count(*) FILTER (WHERE o.state IN "
        "('HELD_BACK', 'EXPIRED')), "
        "count(*) FILTER (WHERE p.answer = 'yes'), count(*) FILTER (WHERE p.answer = 'no'), "
        "count(*) FILTER (WHERE p.answer NOT IN ('', 'yes', 'no')) "
        "FROM broadcast_people p LEFT JOIN outbox o ON o.id = p.outbox_id WHERE p.broadcast_id "
        "= $1",
        SQL_I(id));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        *ret = (struct broadcast_counts){
            .people = sql_int(st, 0),
            .waiting = sql_int(st, 1),
            .queued = sql_int(st, 2),
            .skipped = sql_int(st, 3),
            .to_send = sql_int(st, 4),
            .sent = sql_int(st, 5),
            .delivered = sql_int(st, 6),
            .failed = sql_int(st, 7),
            .unknown = sql_int(st, 8),
            .held = sql_int(st, 9),
            .yes = sql_int(st, 10),
            .no = sql_int(st, 11),
            .other = sql_int(st, 12),
        };
        sql_stop(st);
    }
    return rc;
}

#define PERSON "p.contact_id, c.first_name, c.last_name, c.lang, c.commune"

static struct broadcast_person person(struct sql_stmt *st, struct arena *a) {
    return (struct broadcast_person){sql_int(st, 0), sql_str(st, 1, a), sql_str(st, 2, a),
                                     sql_str(st, 3, a), sql_str(st, 4, a)};
}

enum rc broadcasts_replies(struct db *db, int64_t id, struct str answer, struct arena *a,
                           struct broadcast_reply **ret, size_t *ret_n) {
    struct sql_stmt *st =
        sql_start(db,
                  "SELECT " PERSON ", p.answer, p.answered_ms, p.rank FROM broadcast_people p "
                  "JOIN contacts c ON c.id = p.contact_id WHERE p.broadcast_id = $1 "
                  "AND p.rank > 0 AND ($2 = '' OR p.answer = $2) ORDER BY p.rank",
                  SQL_I(id), SQL_S(answer));
    struct broadcast_reply *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        *SQL_PUSH(a, list, n) = (struct broadcast_reply){person(st, a), sql_str(st, 5, a),
                                                         sql_int(st, 6), sql_int(st, 7)};
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}

enum rc broadcasts_missed(struct db *db, int64_t id, struct arena *a,
                          struct broadcast_miss **ret, size_t *ret_n) {
    struct sql_stmt *st = sql_start(
        db,
        "SELECT " PERSON
        ", CASE WHEN p.step = 'SKIPPED' THEN p.reason WHEN o.reason <> '' THEN o.reason "
        "ELSE o.state END FROM broadcast_people p JOIN contacts c ON c.id = p.contact_id "
        "LEFT JOIN outbox o ON o.id = p.outbox_id WHERE p.broadcast_id = $1 AND (p.step = "
        "'SKIPPED' "
        "OR o.state IN ('FAILED', 'UNKNOWN', 'EXPIRED', 'HELD_BACK')) ORDER BY c.folded, c.id",
        SQL_I(id));
    struct broadcast_miss *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        *SQL_PUSH(a, list, n) = (struct broadcast_miss){person(st, a), sql_str(st, 5, a)};
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}
