/* communes.c - counts people by commune. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/communes.h"

#include "db/sql.h"

enum rc communes_in_use(struct db *db, int max, struct arena *a, struct commune_count **ret,
                        size_t *ret_n) {
    struct sql_stmt *st =
        sql_start(db,
                  "SELECT insee, min(commune) AS name, count(*) AS people FROM contacts"
                  " WHERE insee > '' AND kind = 'youth' AND status <> 'ERASED'"
                  " GROUP BY insee ORDER BY people DESC, name LIMIT $1",
                  SQL_I(max));
    struct commune_count *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        *SQL_PUSH(a, list, n) =
            (struct commune_count){sql_str(st, 0, a), sql_str(st, 1, a), sql_int(st, 2)};
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}
