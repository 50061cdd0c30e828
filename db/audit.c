/* audit.c - who of the staff saw or did what; append only. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/audit.h"

#include "base/id.h"
#include "db/sql.h"

enum rc audit_put(struct db *db, const struct audit *a, int64_t now_ms) {
    return sql_run(db,
                   "INSERT INTO audit (id, at_ms, staff_id, verb, object, object_id, detail) "
                   "VALUES ($1, $2, $3, $4, $5, $6, $7)",
                   SQL_I(id_new(now_ms)), SQL_I(now_ms), SQL_I(a->staff_id), SQL_S(a->verb),
                   SQL_S(a->object), SQL_I(a->object_id), SQL_S(a->detail));
}

#define COLUMNS "SELECT id, at_ms, staff_id, verb, object, object_id, detail FROM audit "

enum rc audit_list(struct db *db, int64_t staff_id, struct str object, int64_t object_id,
                   int64_t before_id, int max, struct arena *a, struct audit **ret,
                   size_t *ret_n) {
    int64_t before = before_id ? before_id : INT64_MAX;
    struct sql_stmt *st =
        object.n > 0
            ? sql_start(db,
                        COLUMNS "WHERE object = $1 AND object_id = $2 AND id < $3 AND ($4 = 0 "
                                "OR staff_id = $4) "
                                "ORDER BY id DESC LIMIT $5",
                        SQL_S(object), SQL_I(object_id), SQL_I(before), SQL_I(staff_id),
                        SQL_I(max))
            : sql_start(db,
                        COLUMNS
                        "WHERE id < $1 AND ($2 = 0 OR staff_id = $2) ORDER BY id DESC LIMIT $3",
                        SQL_I(before), SQL_I(staff_id), SQL_I(max));
    struct audit *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        *SQL_PUSH(a, list, n) = (struct audit){
            sql_int(st, 0),    sql_int(st, 1), sql_int(st, 2),   sql_str(st, 3, a),
            sql_str(st, 4, a), sql_int(st, 5), sql_str(st, 6, a)};
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}

enum rc audit_forget(struct db *db, int64_t before_ms, int64_t *ret_n) {
    enum rc rc = sql_run(db, "DELETE FROM audit WHERE at_ms < $1", SQL_I(before_ms));
    if (rc == OK) {
        *ret_n = sql_changes(db);
    }
    return rc;
}
