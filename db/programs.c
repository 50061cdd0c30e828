/* programs.c - old versions of flows, by content hash. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/programs.h"

#include "db/sql.h"

enum rc programs_put(struct db *db, struct str hash, struct str name, struct str source,
                     int64_t now_ms) {
    return sql_run(db,
                   "INSERT INTO programs (hash, name, source, since_ms, used_ms) VALUES ($1, "
                   "$2, $3, $4, $5) "
                   "ON CONFLICT (hash) DO UPDATE SET used_ms = excluded.used_ms",
                   SQL_S(hash), SQL_S(name), SQL_S(source), SQL_I(now_ms), SQL_I(now_ms));
}

enum rc programs_get(struct db *db, struct str hash, struct arena *a, struct program_row *ret) {
    struct sql_stmt *st = sql_start(
        db, "SELECT hash, name, source, since_ms, used_ms FROM programs WHERE hash = $1",
        SQL_S(hash));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        *ret = (struct program_row){sql_str(st, 0, a), sql_str(st, 1, a), sql_str(st, 2, a),
                                    sql_int(st, 3), sql_int(st, 4)};
        sql_stop(st);
    }
    return rc;
}

enum rc programs_list(struct db *db, struct arena *a, struct program_row **ret, size_t *ret_n) {
    struct sql_stmt *st = sql_start0(
        db,
        "SELECT hash, name, since_ms, used_ms FROM programs ORDER BY used_ms DESC, name, hash");
    struct program_row *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        *SQL_PUSH(a, list, n) = (struct program_row){.hash = sql_str(st, 0, a),
                                                     .name = sql_str(st, 1, a),
                                                     .since_ms = sql_int(st, 2),
                                                     .used_ms = sql_int(st, 3)};
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}

enum rc programs_forget(struct db *db, int64_t before_ms, int64_t *ret_n) {
    /* sessions hold the hash as a JSON text: a hash inside any session keeps its version */
    enum rc rc =
        sql_run(db,
                "DELETE FROM programs WHERE used_ms < $1 AND NOT EXISTS (SELECT 1 FROM talks t "
                "WHERE t.session <> '' AND t.session LIKE '%' || programs.hash || '%')",
                SQL_I(before_ms));
    if (rc == OK) {
        *ret_n = sql_changes(db);
    }
    return rc;
}
