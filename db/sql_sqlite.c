/* sql_sqlite.c - the SQLite driver: one file, write-ahead log, every commit on disk. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/sql_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

static sqlite3 *handle_of(const struct db *db) {
    return db->conn;
}

static enum rc map(struct db *db, int code) {
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
        return OK;
    case SQLITE_DONE:
        return NONE;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        sql_set_error(db, sqlite3_errmsg(handle_of(db)));
        return E_BUSY;
    case SQLITE_CONSTRAINT:
        sql_set_error(db, sqlite3_errmsg(handle_of(db)));
        return E_CONFLICT;
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_MISMATCH:
        sql_set_error(db, sqlite3_errmsg(handle_of(db)));
        return E_INVALID;
    default: /* FULL, IOERR, READONLY, CORRUPT, CANTOPEN, NOTADB, INTERRUPT... */
        sql_set_error(db, sqlite3_errmsg(handle_of(db)));
        return E_IO;
    }
}

static enum rc run(struct db *db, const char *text) {
    return map(db, sqlite3_exec(handle_of(db), text, NULL, NULL, NULL));
}

/* The pair around everything is prepared once, too. */
static enum rc run_fixed(struct db *db, int which) {
    static const char *const TEXT[] = {"BEGIN", "BEGIN IMMEDIATE", "COMMIT"};
    sqlite3_stmt *h = db->fixed[which];
    if (!h) {
        enum rc rc = map(db, sqlite3_prepare_v3(handle_of(db), TEXT[which], -1,
                                                SQLITE_PREPARE_PERSISTENT, &h, NULL));
        if (rc != OK) {
            return rc;
        }
        db->fixed[which] = h;
    }
    enum rc rc = map(db, sqlite3_step(h));
    sqlite3_reset(h);
    return rc == NONE ? OK : rc;
}

static enum rc lite_begin(struct db *db, enum sql_mode mode) {
    return run_fixed(db, mode == SQL_WRITE ? 1 : 0);
}

static enum rc lite_commit(struct db *db) {
    return run_fixed(db, 2);
}

static bool lite_is_lost(struct db *db) {
    return sqlite3_get_autocommit(handle_of(db)) != 0;
}

static void lite_rollback(struct db *db) {
    if (!lite_is_lost(db)) {
        sqlite3_exec(handle_of(db), "ROLLBACK", NULL, NULL, NULL);
    }
}

static enum rc lite_prepare(struct db *db, struct sql_stmt *st, const struct sql_arg *arg,
                            size_t n) {
    (void)arg;
    (void)n;
    sqlite3_stmt *h = NULL;
    enum rc rc = map(db, sqlite3_prepare_v3(handle_of(db), st->text, -1,
                                            SQLITE_PREPARE_PERSISTENT, &h, NULL));
    st->handle = h;
    return rc;
}

static enum rc lite_bind(struct sql_stmt *st, const struct sql_arg *arg, size_t n) {
    sqlite3_stmt *h = st->handle;
    if (sqlite3_bind_parameter_count(h) != (int)n) {
        sql_set_error(st->db, "number of parameters");
        return E_INVALID;
    }
    int code = SQLITE_OK;
    for (size_t i = 0; i < n && code == SQLITE_OK; i++) {
        int at = (int)i + 1;
        if (arg[i].null) {
            code = sqlite3_bind_null(h, at);
        } else if (arg[i].type == SQL_INT) {
            code = sqlite3_bind_int64(h, at, arg[i].i);
        } else if (arg[i].type == SQL_BYTES) {
            const char *p = arg[i].s.p ? arg[i].s.p : "";
            code = sqlite3_bind_blob64(h, at, p, arg[i].s.n, SQLITE_STATIC);
        } else {
            const char *p = arg[i].s.p ? arg[i].s.p : "";
            code = sqlite3_bind_text64(h, at, p, arg[i].s.n, SQLITE_STATIC, SQLITE_UTF8);
        }
    }
    return map(st->db, code);
}

static enum rc lite_step(struct sql_stmt *st) {
    return map(st->db, sqlite3_step(st->handle));
}

static void lite_reset(struct sql_stmt *st) {
    sqlite3_reset(st->handle);
}

static void lite_finalize(struct sql_stmt *st) {
    sqlite3_finalize(st->handle);
}

static int64_t lite_get_int(struct sql_stmt *st, int col) {
    return sqlite3_column_int64(st->handle, col);
}

/* Through the value: half the work of asking for the column twice. The value is used before the
 * next step only. */
static struct str lite_get_str(struct sql_stmt *st, int col) {
    sqlite3_value *v = sqlite3_column_value(st->handle, col);
    const unsigned char *p = sqlite3_value_text(v);
    return (struct str){(const char *)p, p ? (size_t)sqlite3_value_bytes(v) : 0};
}

static bool lite_is_null(struct sql_stmt *st, int col) {
    return sqlite3_column_type(st->handle, col) == SQLITE_NULL;
}

static int64_t lite_changes(struct db *db) {
    return sqlite3_changes64(handle_of(db));
}

static enum rc lite_script(struct db *db, const char *text) {
    return run(db, text);
}

static void lite_close(struct db *db) {
    for (size_t i = 0; i < sizeof db->fixed / sizeof *db->fixed; i++) {
        sqlite3_finalize(db->fixed[i]);
    }
    sqlite3_close_v2(handle_of(db));
}

static enum rc lite_checkpoint(struct db *db, int64_t *ret_pages) {
    int log = 0, done = 0;
    int code = sqlite3_wal_checkpoint_v2(handle_of(db), "main", SQLITE_CHECKPOINT_PASSIVE, &log,
                                         &done);
    /* A passive one never rewinds the log while somebody writes: past a limit the log is
     * restarted. */
    if (code == SQLITE_OK && log > 4 * db->checkpoint_pages) {
        code = sqlite3_wal_checkpoint_v2(handle_of(db), "main", SQLITE_CHECKPOINT_RESTART, &log,
                                         &done);
    }
    enum rc rc = map(db, code);
    if (rc == OK && ret_pages) {
        *ret_pages = log < 0 ? 0 : log - done;
    }
    return rc;
}

/* Makes the file empty and private before SQLite opens it; its log files take the same mode. */
static enum rc make_private(const char *path, struct err *err) {
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        return err_set(err, E_IO, "cannot open %s: %s", path, strerror(errno));
    }
    close(fd);
    return OK;
}

static enum rc copy_pages(struct db *db, sqlite3 *to, struct err *err) {
    sqlite3_backup *b = sqlite3_backup_init(to, "main", handle_of(db), "main");
    if (!b) {
        return err_set(err, E_IO, "backup: %s", sqlite3_errmsg(to));
    }
    int code;
    /* All pages in one step: a copy in several begins again whenever another connection writes.
     */
    while ((code = sqlite3_backup_step(b, -1)) == SQLITE_BUSY || code == SQLITE_LOCKED) {
        sqlite3_sleep(20);
    }
    sqlite3_backup_finish(b);
    if (code != SQLITE_DONE) {
        return err_set(err, E_IO, "backup: %s", sqlite3_errstr(code));
    }
    return OK;
}

static enum rc lite_backup(struct db *db, const char *path, struct err *err) {
    char beside[4096];
    if (access(path, F_OK) == 0) {
        return err_set(err, E_CONFLICT, "%s exists already", path);
    }
    if (snprintf(beside, sizeof beside, "%s.part", path) >= (int)sizeof beside) {
        return err_set(err, E_LIMIT, "the name of the copy is too long");
    }
    unlink(beside);
    enum rc rc = make_private(beside, err);
    if (rc != OK) {
        return rc;
    }
    sqlite3 *to = NULL;
    if (sqlite3_open_v2(beside, &to, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
        rc = err_set(err, E_IO, "cannot open %s: %s", beside, sqlite3_errmsg(to));
    } else {
        rc = copy_pages(db, to, err);
    }
    sqlite3_close_v2(to);
    if (rc == OK && rename(beside, path) != 0) {
        rc = err_set(err, E_IO, "cannot name %s: %s", path, strerror(errno));
    }
    if (rc != OK) {
        unlink(beside);
    }
    return rc;
}

static enum rc first_finding(struct db *db, const char *pragma, bool ok_row, struct err *err) {
    sqlite3_stmt *h = NULL;
    enum rc rc = map(db, sqlite3_prepare_v2(handle_of(db), pragma, -1, &h, NULL));
    if (rc == OK) {
        rc = map(db, sqlite3_step(h));
    }
    if (rc == OK) {
        const char *said = (const char *)sqlite3_column_text(h, 0);
        bool fine = ok_row && said && strcmp(said, "ok") == 0;
        rc = fine ? OK : err_set(err, E_INVALID, "%s: %s", pragma, said ? said : "broken");
    } else if (rc == NONE) {
        rc = OK;
    } else {
        err_set(err, rc, "%s: %s", pragma, db->error);
    }
    sqlite3_finalize(h);
    return rc;
}

static enum rc lite_check(struct db *db, struct err *err) {
    enum rc rc = first_finding(db, "PRAGMA integrity_check(1)", true, err);
    return rc == OK ? first_finding(db, "PRAGMA foreign_key_check", false, err) : rc;
}

static int64_t file_bytes(const char *name) {
    FILE *f = fopen(name, "rb");
    if (!f) {
        return 0;
    }
    int64_t n = fseek(f, 0, SEEK_END) == 0 ? ftell(f) : 0;
    fclose(f);
    return n;
}

static enum rc lite_size(struct db *db, int64_t *ret) {
    const char *name = sqlite3_db_filename(handle_of(db), "main");
    char wal[4096];
    if (!name || !*name) {
        *ret = 0;
        return OK;
    }
    snprintf(wal, sizeof wal, "%s-wal", name);
    *ret = file_bytes(name) + file_bytes(wal);
    return OK;
}

const struct sql_driver SQL_SQLITE = {
    .name = "sqlite",
    .caps = 0,
    .begin = lite_begin,
    .commit = lite_commit,
    .rollback = lite_rollback,
    .is_lost = lite_is_lost,
    .prepare = lite_prepare,
    .bind = lite_bind,
    .step = lite_step,
    .reset = lite_reset,
    .finalize = lite_finalize,
    .get_int = lite_get_int,
    .get_str = lite_get_str,
    .is_null = lite_is_null,
    .changes = lite_changes,
    .script = lite_script,
    .close = lite_close,
    .checkpoint = lite_checkpoint,
    .backup = lite_backup,
    .check = lite_check,
    .size = lite_size,
};

static enum rc settle(struct db *db, const struct db_options *opt, struct err *err) {
    char text[512];
    sqlite3 *h = handle_of(db);
    /* small pieces of statements come from a block of the connection's own, not from malloc */
    sqlite3_db_config(h, SQLITE_DBCONFIG_LOOKASIDE, NULL, 512, 512);
    sqlite3_busy_timeout(h, opt->busy_ms ? opt->busy_ms : 5000);
    sqlite3_extended_result_codes(h, 1);
    /* "nosuch" in double quotes must be an error, not a string; a hostile file must not run
     * code. */
    sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DML, 0, (int *)NULL);
    sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DDL, 0, (int *)NULL);
    sqlite3_db_config(h, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    sqlite3_db_config(h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
    snprintf(
        text, sizeof text,
        "%sPRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-%d;"
        "PRAGMA wal_autocheckpoint=%d; PRAGMA temp_store=MEMORY; PRAGMA secure_delete=FAST;",
        opt->read_only ? "PRAGMA query_only=ON;"
                       : "PRAGMA page_size=4096; PRAGMA journal_mode=WAL;",
        opt->cache_kib ? opt->cache_kib : 16384, db->checkpoint_pages);
    enum rc rc = run(db, text);
    if (rc != OK) {
        bool foreign = (sqlite3_errcode(h) & 0xff) == SQLITE_NOTADB;
        return err_set(err, foreign ? E_INVALID : E_IO, "cannot use the database: %s",
                       db->error);
    }
    return OK;
}

/* Once, before the first connection: SQLite's own memory statistics cost a lock at every
 * allocation. */
static void prepare_library(void) {
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_initialize();
}

enum rc sql_sqlite_open(struct db *db, const char *path, const struct db_options *opt,
                        struct err *err) {
    db->drv = db->real = &SQL_SQLITE;
    db->checkpoint_pages = opt->checkpoint_pages ? opt->checkpoint_pages : 20000;
    bool memory = strcmp(path, ":memory:") == 0;
    if ((opt->must_exist || opt->read_only) && !memory && access(path, R_OK) != 0) {
        return err_set(err, E_IO, "cannot open %s: %s", path, strerror(errno));
    }
    enum rc rc = memory || opt->read_only ? OK : make_private(path, err);
    if (rc != OK) {
        return rc;
    }
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, prepare_library);
    sqlite3 *h = NULL;
    int code = sqlite3_open_v2(
        path, &h, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    db->conn = h;
    if (code != SQLITE_OK) {
        return err_set(err, E_IO, "cannot open %s: %s", path,
                       h ? sqlite3_errmsg(h) : "no memory");
    }
    snprintf(db->engine, sizeof db->engine, "sqlite %s", sqlite3_libversion());
    return settle(db, opt, err);
}
