/* sql_pgsql.c - the PostgreSQL driver: prepared statements over libpq, results held whole. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/sql_priv.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "base/clock.h"

#define ARGS_MAX 40
#define OID_INT8 20 /* pg_type.h */
#define OID_TEXT 25
#define OID_BYTEA 17
#define NUMBER_MAX 24

/* A lost connection is made again between transactions only: at a BEGIN, or at a statement that
 * stands alone. At once the first time, then after a pause that doubles; within a pause every
 * call fails without a word to the server. */
#define PAUSE_FIRST_MS 100
#define PAUSE_MAX_MS 5000

struct pg {
    PGconn *c;
    int64_t changes;
    unsigned names; /* of prepared statements */
    unsigned life;  /* counts connections: what was prepared in an earlier one is gone */
    int64_t pause_ms, next_try_ms; /* by the monotonic clock */
    char session[384];             /* settings of each new connection */
};

struct pg_stmt {
    char name[24];
    unsigned life; /* of the connection that knows it */
    Oid type[ARGS_MAX];
    PGresult *res;
    int row;
    /* the texts of the parameters of the coming execution; views stay the caller's */
    size_t n;
    const char *value[ARGS_MAX];
    char number[ARGS_MAX][NUMBER_MAX];
    char *copy[ARGS_MAX];
    unsigned char *bytes; /* of the last column read that holds bytes */
};

static struct pg *pg_of(const struct db *db) {
    return db->conn;
}

static enum rc map(struct db *db, const PGresult *res) {
    switch (PQresultStatus(res)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
        return OK;
    default:
        break;
    }
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    /* the primary message names tables and constraints; the detail, left out, holds values */
    sql_set_error(db, text ? text : PQerrorMessage(pg_of(db)->c));
    if (!state) {
        return E_IO;
    }
    if (strncmp(state, "23", 2) == 0) { /* integrity constraint violation */
        return E_CONFLICT;
    }
    /* serialization failure, deadlock, lock not available, lock time-out */
    if (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0 ||
        strcmp(state, "55P03") == 0) {
        return E_BUSY;
    }
    if (strncmp(state, "42", 2) == 0 ||
        strncmp(state, "22", 2) == 0) { /* our SQL, our values */
        return E_INVALID;
    }
    return E_IO;
}

static enum rc run(struct db *db, const char *text) {
    PGresult *res = PQexec(pg_of(db)->c, text);
    enum rc rc = map(db, res);
    PQclear(res);
    return rc;
}

static bool is_down(const struct db *db) {
    return PQstatus(pg_of(db)->c) != CONNECTION_OK;
}

/* E_IO: still down, or its pause is not over. */
static enum rc connect_again(struct db *db) {
    struct pg *pg = pg_of(db);
    int64_t now = clock_mono_ms();
    if (now < pg->next_try_ms) {
        return E_IO;
    }
    PQreset(pg->c);
    enum rc rc = E_IO;
    if (!is_down(db)) {
        pg->life++;
        rc = run(db, pg->session);
    } else {
        sql_set_error(db, PQerrorMessage(pg->c));
    }
    pg->pause_ms = rc == OK                          ? 0
                   : pg->pause_ms == 0               ? PAUSE_FIRST_MS
                   : pg->pause_ms * 2 < PAUSE_MAX_MS ? pg->pause_ms * 2
                                                     : PAUSE_MAX_MS;
    pg->next_try_ms = clock_mono_ms() + pg->pause_ms;
    return rc;
}

/* True when the failure was the connection's, no transaction lived in it, and there is a new
 * one: the caller may do its harmless thing again. */
static bool is_mended(struct db *db, enum rc rc) {
    return rc == E_IO && db->depth == 0 && is_down(db) && connect_again(db) == OK;
}

static bool pg_is_up(const struct db *db) {
    return !is_down(db);
}

static enum rc pg_begin(struct db *db, enum sql_mode mode) {
    const char *text =
        mode == SQL_WRITE ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    enum rc rc = is_down(db) ? connect_again(db) : OK;
    if (rc == OK) {
        rc = run(db, text);
    }
    return is_mended(db, rc) ? run(db, text) : rc;
}

static bool pg_is_lost(struct db *db) {
    PGTransactionStatusType s = PQtransactionStatus(pg_of(db)->c);
    return s == PQTRANS_IDLE || s == PQTRANS_UNKNOWN;
}

static enum rc pg_commit(struct db *db) {
    if (PQtransactionStatus(pg_of(db)->c) == PQTRANS_INERROR) {
        return E_STATE; /* COMMIT would be answered by a silent ROLLBACK */
    }
    return run(db, "COMMIT");
}

static void pg_rollback(struct db *db) {
    if (!pg_is_lost(db)) {
        PQclear(PQexec(pg_of(db)->c, "ROLLBACK"));
    }
}

/* Tells the present connection of the statement. */
static enum rc announce(struct sql_stmt *st) {
    struct pg_stmt *h = st->handle;
    PGresult *res = PQprepare(pg_of(st->db)->c, h->name, st->text, (int)h->n, h->type);
    enum rc rc = map(st->db, res);
    PQclear(res);
    if (rc == OK) {
        h->life = pg_of(st->db)->life;
    }
    return rc;
}

static enum rc pg_prepare(struct db *db, struct sql_stmt *st, const struct sql_arg *arg,
                          size_t n) {
    assert(n <= ARGS_MAX);
    struct pg_stmt *h = mem_alloc(sizeof *h);
    *h = (struct pg_stmt){.n = n};
    for (size_t i = 0; i < n; i++) {
        h->type[i] = arg[i].type == SQL_INT     ? OID_INT8
                     : arg[i].type == SQL_BYTES ? OID_BYTEA
                                                : OID_TEXT;
    }
    snprintf(h->name, sizeof h->name, "s%u", pg_of(db)->names++);
    st->handle = h;
    enum rc rc = db->depth == 0 && is_down(db) ? connect_again(db) : OK;
    rc = rc == OK ? announce(st) : rc;
    rc = is_mended(db, rc) ? announce(st) : rc;
    if (rc != OK) {
        free(h);
        st->handle = NULL;
    }
    return rc;
}

static void drop_values(struct pg_stmt *h) {
    for (size_t i = 0; i < h->n; i++) {
        free(h->copy[i]);
        h->copy[i] = NULL;
    }
}

/* "\\x00ff": the text form of bytes, read with any server setting. */
static char *hex_of(struct str s) {
    static const char digit[] = "0123456789abcdef";
    char *text = mem_alloc(s.n * 2 + 3), *to = text;
    *to++ = '\\';
    *to++ = 'x';
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        *to++ = digit[c >> 4];
        *to++ = digit[c & 15];
    }
    *to = 0;
    return text;
}

static enum rc pg_bind(struct sql_stmt *st, const struct sql_arg *arg, size_t n) {
    struct pg_stmt *h = st->handle;
    if (n != h->n) {
        sql_set_error(st->db, "number of parameters");
        return E_INVALID;
    }
    for (size_t i = 0; i < n; i++) {
        if (arg[i].null) {
            h->value[i] = NULL;
        } else if (arg[i].type == SQL_INT) {
            snprintf(h->number[i], NUMBER_MAX, "%lld", (long long)arg[i].i);
            h->value[i] = h->number[i];
        } else if (arg[i].type == SQL_BYTES) {
            h->value[i] = h->copy[i] = hex_of(arg[i].s);
        } else {
            h->copy[i] = mem_alloc(arg[i].s.n + 1);
            memcpy(h->copy[i], arg[i].s.p ? arg[i].s.p : "", arg[i].s.n);
            h->copy[i][arg[i].s.n] = 0;
            h->value[i] = h->copy[i];
        }
    }
    return OK;
}

static enum rc execute_once(struct sql_stmt *st) {
    struct pg_stmt *h = st->handle;
    struct pg *pg = pg_of(st->db);
    enum rc rc = h->life == pg->life ? OK : announce(st);
    if (rc != OK) {
        return rc;
    }
    PQclear(h->res);
    h->res = PQexecPrepared(pg->c, h->name, (int)h->n, h->value, NULL, NULL, 0);
    h->row = -1;
    rc = map(st->db, h->res);
    if (rc == OK) {
        const char *n = PQcmdTuples(h->res);
        pg->changes = n && *n ? atoll(n) : 0;
    }
    return rc;
}

/* A read that stands alone may be asked twice; a write that does may have happened. */
static enum rc execute(struct sql_stmt *st) {
    struct db *db = st->db;
    enum rc rc = db->depth == 0 && is_down(db) ? connect_again(db) : OK;
    rc = rc == OK ? execute_once(st) : rc;
    return strncmp(st->text, "SELECT", 6) == 0 && is_mended(db, rc) ? execute_once(st) : rc;
}

static enum rc pg_step(struct sql_stmt *st) {
    struct pg_stmt *h = st->handle;
    enum rc rc = h->res ? OK : execute(st);
    if (rc != OK) {
        return rc;
    }
    return ++h->row < PQntuples(h->res) ? OK : NONE;
}

static void pg_reset(struct sql_stmt *st) {
    struct pg_stmt *h = st->handle;
    PQclear(h->res);
    h->res = NULL;
    PQfreemem(h->bytes);
    h->bytes = NULL;
    drop_values(h);
}

static void pg_finalize(struct sql_stmt *st) {
    pg_reset(st);
    free(st->handle);
    st->handle = NULL;
}

static struct str pg_get_str(struct sql_stmt *st, int col) {
    struct pg_stmt *h = st->handle;
    const char *p = PQgetvalue(h->res, h->row, col);
    if (p && PQftype(h->res, col) == OID_BYTEA) {
        size_t n = 0;
        PQfreemem(h->bytes);
        h->bytes = PQunescapeBytea((const unsigned char *)p, &n);
        return (struct str){(const char *)h->bytes, h->bytes ? n : 0};
    }
    return (struct str){p, p ? (size_t)PQgetlength(h->res, h->row, col) : 0};
}

static int64_t pg_get_int(struct sql_stmt *st, int col) {
    struct pg_stmt *h = st->handle;
    const char *p = PQgetvalue(h->res, h->row, col);
    return p ? strtoll(p, NULL, 10) : 0;
}

static bool pg_is_null(struct sql_stmt *st, int col) {
    struct pg_stmt *h = st->handle;
    return PQgetisnull(h->res, h->row, col) != 0;
}

static int64_t pg_changes(struct db *db) {
    return pg_of(db)->changes;
}

static void pg_close(struct db *db) {
    PQfinish(pg_of(db)->c);
    free(db->conn);
    db->conn = NULL;
}

static enum rc pg_checkpoint(struct db *db, int64_t *ret_pages) {
    (void)db;
    if (ret_pages) {
        *ret_pages = 0;
    }
    return OK;
}

static enum rc pg_backup(struct db *db, const char *path, struct err *err) {
    (void)db;
    (void)path;
    err_set(err, E_UNSUPPORTED, "a PostgreSQL database is not copied by this program");
    err_hint(err, "use pg_dump --format=custom");
    return E_UNSUPPORTED;
}

static enum rc pg_check(struct db *db, struct err *err) {
    enum rc rc = run(db, "SELECT 1");
    return rc == OK ? OK : err_set(err, rc, "%s", db->error);
}

static enum rc pg_size(struct db *db, int64_t *ret) {
    PGresult *res = PQexec(pg_of(db)->c, "SELECT pg_database_size(current_database())");
    enum rc rc = map(db, res);
    if (rc == OK) {
        *ret = strtoll(PQgetvalue(res, 0, 0), NULL, 10);
    }
    PQclear(res);
    return rc;
}

const struct sql_driver SQL_PGSQL = {
    .name = "postgresql",
    .caps = SQL_CAP_SKIP_LOCKED,
    .begin = pg_begin,
    .commit = pg_commit,
    .rollback = pg_rollback,
    .is_lost = pg_is_lost,
    .prepare = pg_prepare,
    .bind = pg_bind,
    .step = pg_step,
    .reset = pg_reset,
    .finalize = pg_finalize,
    .get_int = pg_get_int,
    .get_str = pg_get_str,
    .is_null = pg_is_null,
    .changes = pg_changes,
    .script = run,
    .close = pg_close,
    .checkpoint = pg_checkpoint,
    .backup = pg_backup,
    .check = pg_check,
    .size = pg_size,
    .is_up = pg_is_up,
};

static void quiet(void *arg, const char *message) {
    (void)arg;
    (void)message; /* notices ("relation exists, skipping") are nobody's business */
}

enum rc sql_pgsql_open(struct db *db, const char *url, const struct db_options *opt,
                       struct err *err) {
    db->drv = db->real = &SQL_PGSQL;
    /* the URL's own values win over those before it */
    static const char *const KEY[] = {"connect_timeout",
                                      "tcp_user_timeout",
                                      "keepalives_idle",
                                      "keepalives_interval",
                                      "keepalives_count",
                                      "dbname",
                                      NULL};
    const char *const value[] = {"5", "20000", "20", "5", "3", url, NULL};
    struct pg *pg = mem_alloc(sizeof *pg);
    *pg = (struct pg){.c = PQconnectdbParams(KEY, value, 1)};
    db->conn = pg;
    if (is_down(db)) {
        /* libpq's message names host and user, never the password */
        sql_set_error(db, PQerrorMessage(pg->c));
        return err_set(err, E_IO, "cannot connect to PostgreSQL: %s", db->error);
    }
    PQsetNoticeProcessor(pg->c, quiet, NULL);
    int busy = opt->busy_ms ? opt->busy_ms : 5000;
    /* a transaction whose client is gone holds its rows no longer than a minute */
    snprintf(pg->session, sizeof pg->session,
             "SET client_encoding TO 'UTF8'; SET lock_timeout TO %d; SET TIME ZONE 'UTC'; "
             "SET default_transaction_read_only TO %s; "
             "SET idle_in_transaction_session_timeout TO 60000",
             busy, opt->read_only ? "on" : "off");
    enum rc rc = run(db, pg->session);
    if (rc != OK) {
        return err_set(err, rc, "cannot use the server: %s", db->error);
    }
    int v = PQserverVersion(pg->c);
    snprintf(db->engine, sizeof db->engine, "postgresql %d.%d", v / 10000, v % 100);
    return OK;
}
