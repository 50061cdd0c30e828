/* tags.c - interests and other marks on people. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/tags.h"

#include "db/sql.h"

#define TAG_MAX 64

enum rc tags_add(struct db *db, int64_t contact_id, struct str tag, int64_t now_ms) {
    if (tag.n == 0 || tag.n > TAG_MAX) {
        return E_LIMIT;
    }
    return sql_run(db,
                   "INSERT INTO tags (tag, contact_id, at_ms) VALUES ($1, $2, $3) "
                   "ON CONFLICT (tag, contact_id) DO NOTHING",
                   SQL_S(tag), SQL_I(contact_id), SQL_I(now_ms));
}

enum rc tags_remove(struct db *db, int64_t contact_id, struct str tag) {
    return sql_run(db, "DELETE FROM tags WHERE contact_id = $1 AND tag = $2", SQL_I(contact_id),
                   SQL_S(tag));
}

enum rc tags_list(struct db *db, int64_t contact_id, struct arena *a, struct str **ret,
                  size_t *ret_n) {
    struct sql_stmt *st = sql_start(
        db, "SELECT tag FROM tags WHERE contact_id = $1 ORDER BY tag", SQL_I(contact_id));
    struct str *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        *SQL_PUSH(a, list, n) = sql_str(st, 0, a);
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}

enum rc tags_all(struct db *db, struct arena *a, struct tag_count **ret, size_t *ret_n) {
    struct sql_stmt *st = sql_start0(
        db, "SELECT tag, count(*) AS people FROM tags GROUP BY tag ORDER BY people DESC, tag");
    struct tag_count *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        *SQL_PUSH(a, list, n) = (struct tag_count){sql_str(st, 0, a), sql_int(st, 1)};
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}
