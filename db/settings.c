/* settings.c - the office's own facts. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/settings.h"

#include <assert.h>

#include "base/digest.h"
#include "base/id.h"
#include "db/sql.h"

#define SECRET_BYTES 16

enum rc settings_get(struct db *db, struct str name, struct arena *a, struct str *ret) {
    struct sql_stmt *st =
        sql_start(db, "SELECT value FROM settings WHERE name = $1", SQL_S(name));
    enum rc rc = sql_step(st);
    if (rc == OK) {
        *ret = sql_str(st, 0, a);
        sql_stop(st);
    }
    return rc;
}

enum rc settings_put(struct db *db, struct str name, struct str value, int64_t now_ms) {
    return sql_run(
        db,
        "INSERT INTO settings (name, value, at_ms) VALUES ($1, $2, $3) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value, at_ms = excluded.at_ms",
        SQL_S(name), SQL_S(value), SQL_I(now_ms));
}

enum rc settings_list(struct db *db, struct str prefix, struct arena *a, struct setting **ret,
                      size_t *ret_n) {
    struct sql_stmt *st = sql_start0(db, "SELECT name, value FROM settings ORDER BY name");
    struct setting *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        struct str name = sql_view(st, 0);
        if (str_starts(name, prefix) && !str_starts(name, STR("secret."))) {
            *SQL_PUSH(a, list, n) = (struct setting){sql_str(st, 0, a), sql_str(st, 1, a)};
        }
    }
    if (rc == NONE) {
        *ret = list;
        *ret_n = n;
    }
    return sql_done(rc);
}

enum rc settings_secret(struct db *db, struct str name, struct arena *a, struct str *ret) {
    struct str full = arena_printf(a, "secret.%.*s", STR_ARG(name));
    enum rc rc = settings_get(db, full, a, ret);
    if (rc != NONE) {
        return rc;
    }
    assert(sql_in_write(db));
    unsigned char bytes[SECRET_BYTES];
    id_random(bytes, sizeof bytes);
    rc = sql_run(db,
                 "INSERT INTO settings (name, value, at_ms) VALUES ($1, $2, 0) ON CONFLICT "
                 "(name) DO NOTHING",
                 SQL_S(full), SQL_S(digest_hex(bytes, sizeof bytes, a)));
    return rc == OK ? settings_get(db, full, a, ret) : rc;
}
