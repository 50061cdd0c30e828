/* migrate.c - runs the schema files that a database has not seen yet, each once, in order. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/migrate.h"

#include "base/buf.h"
#include "base/embed.h"
#include "base/str.h"
#include "db/sql_priv.h"

#define SCHEMA_DIR "db/schema/"
#define SCHEMA_MAX (1024 * 1024)

/* The number of "db/schema/0003_messages.sql"; 0 for other files. */
static int number_of(const char *name) {
    struct str rest = str_from(name), digits;
    int64_t n;
    if (!str_starts(rest, STR(SCHEMA_DIR)) || !str_ends(rest, STR(".sql"))) {
        return 0;
    }
    rest = str_sub(rest, sizeof SCHEMA_DIR - 1, rest.n);
    return str_next(&rest, '_', &digits) && str_to_i64(digits, &n) ? (int)n : 0;
}

static bool is_word(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           c == '_';
}

static void replace(struct buf *out, struct str text, struct str what, struct str with,
                    bool word) {
    size_t at = 0;
    for (;;) {
        size_t hit = str_find(text, what, at);
        if (hit == SIZE_MAX) {
            break;
        }
        size_t end = hit + what.n;
        bool inside = word && ((hit > 0 && is_word(text.p[hit - 1])) ||
                               (end < text.n && is_word(text.p[end])));
        buf_str(out, str_sub(text, at, hit - at));
        buf_str(out, inside ? what : with);
        at = end;
    }
    buf_str(out, str_sub(text, at, text.n - at));
}

/* The same schema in the engine's words: SQLite's INTEGER has 64 bits and makes the key the
 * row's own place; PostgreSQL's has 32, and bytes are called BYTEA there. The comments "sqlite:
 * ..." are opened for SQLite by ending them at once. */
static void translate(const struct db *db, struct str text, struct buf *out) {
    if (db->real == &SQL_SQLITE) {
        struct buf half;
        buf_init(&half, SCHEMA_MAX);
        replace(&half, text, STR("/*sqlite:"), STR(""), false);
        replace(out, buf_view(&half), STR("*/"), STR(""), false);
        buf_done(&half);
    } else {
        struct buf half;
        buf_init(&half, SCHEMA_MAX);
        replace(&half, text, STR("INTEGER"), STR("BIGINT"), true);
        replace(out, buf_view(&half), STR("BLOB"), STR("BYTEA"), true);
        buf_done(&half);
    }
}

static enum rc ensure_log(struct db *db) {
    if (db->real == &SQL_SQLITE) {
        return sql_script(
            db, "CREATE TABLE IF NOT EXISTS schema_log ("
                "number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, "
                "at_ms INTEGER NOT NULL)");
    }
    return sql_script(db,
                      "CREATE TABLE IF NOT EXISTS schema_log ("
                      "number BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, "
                      "at_ms BIGINT NOT NULL)");
}

static struct str checksum(const struct embed_file *f, struct arena *a) {
    uint64_t h = str_hash((struct str){(const char *)f->data, f->n});
    return arena_printf(a, "%016llx", (unsigned long long)h);
}

/* NONE: to be applied. */
static enum rc known(struct db *db, const struct embed_file *f, struct arena *a,
                     struct err *err) {
    struct sql_stmt *st = sql_start(db, "SELECT checksum FROM schema_log WHERE number = $1",
                                    SQL_I(number_of(f->name)));
    enum rc rc = sql_step(st);
    if (rc == OK && !str_eq(sql_view(st, 0), checksum(f, a))) {
        rc = err_set(err, E_STATE, "%s was applied to this database with other contents",
                     f->name);
        err_hint(err,
                 "an applied schema file never changes: put the difference into a new file");
    }
    sql_stop(st);
    return rc;
}

static enum rc apply(struct db *db, const struct embed_file *f, struct arena *a, int64_t now_ms,
                     struct err *err) {
    struct buf text;
    buf_init(&text, SCHEMA_MAX);
    translate(db, (struct str){(const char *)f->data, f->n}, &text);
    enum rc rc = text.over ? E_LIMIT : sql_script(db, buf_cstr(&text));
    buf_done(&text);
    if (rc == OK) {
        rc = sql_run(
            db,
            "INSERT INTO schema_log (number, name, checksum, at_ms) VALUES ($1, $2, $3, $4)",
            SQL_I(number_of(f->name)), SQL_C(f->name), SQL_S(checksum(f, a)), SQL_I(now_ms));
    }
    if (rc != OK) {
        err_set(err, rc, "%s: %s", f->name, sql_error(db));
    }
    return rc;
}

static int newest(void) {
    int n = 0;
    for (const struct embed_file *f = EMBED_FILES; f->name; f++) {
        n = number_of(f->name) > n ? number_of(f->name) : n;
    }
    return n;
}

static enum rc one(struct db *db, const struct embed_file *f, struct arena *a, int64_t now_ms,
                   struct err *err) {
    enum rc rc = sql_begin(db, SQL_WRITE);
    if (rc != OK) {
        return err_set(err, rc, "cannot migrate: %s", sql_error(db));
    }
    rc = known(db, f, a, err);
    if (rc == NONE) {
        rc = apply(db, f, a, now_ms, err);
    }
    return sql_end(db, rc);
}

enum rc migrate_run(struct db *db, int64_t now_ms, struct err *err) {
    struct arena a;
    arena_init(&a);
    int64_t have = 0;
    enum rc rc = ensure_log(db);
    if (rc == OK) {
        rc = sql_get_int_n(db, &have, "SELECT coalesce(max(number), 0) FROM schema_log", NULL,
                           0);
    }
    if (rc != OK) {
        err_set(err, rc, "cannot read the schema's log: %s", sql_error(db));
    } else if (have > newest()) {
        rc = err_set(err, E_STATE,
                     "the database is of a newer program (schema %d, this one has %d)",
                     (int)have, newest());
        err_hint(err,
                 "install the newer program, or restore the copy made before it was installed");
    }
    for (const struct embed_file *f = EMBED_FILES; rc == OK && f->name; f++) {
        if (number_of(f->name) > 0) {
            rc = one(db, f, &a, now_ms, err);
        }
    }
    arena_done(&a);
    return rc;
}

enum rc migrate_version(struct db *db, int *ret_have, int *ret_want) {
    int64_t have = 0;
    enum rc rc = ensure_log(db);
    if (rc == OK) {
        rc = sql_get_int_n(db, &have, "SELECT coalesce(max(number), 0) FROM schema_log", NULL,
                           0);
    }
    if (rc == OK) {
        *ret_have = (int)have;
        *ret_want = newest();
    }
    return rc;
}
