/* db_fixture.h - a fresh database for each test: a SQLite file, and PostgreSQL when
 * REBOND_TEST_PG names one. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef TESTS_UNIT_DB_FIXTURE_H
#define TESTS_UNIT_DB_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/id.h"
#include "db/addresses.h"
#include "db/contacts.h"
#include "db/db.h"
#include "db/inbox.h"
#include "db/migrate.h"
#include "db/sessions.h"
#include "db/sql.h"

/* Monday 5 January 2026, 09:00 UTC. */
#define T0 1767603600000LL

struct fixture {
    struct db *db;
    struct arena a;
    char dir[64], path[96];
};

static const char *fixture_url; /* NULL: SQLite */

#define assert_ok(expr) assert_int_equal((expr), OK)

static void fixture_open(struct fixture *f, struct db **ret) {
    struct err err = {0};
    char shown[1200];
    enum rc rc = db_open(fixture_url ? fixture_url : f->path, NULL, ret, &err);
    if (rc != OK) {
        fail_msg("%s", err_format(&err, shown, sizeof shown));
    }
    if (fixture_url) {
        assert_ok(sql_script(*ret, "SET search_path TO rebond_test"));
    }
}

static int fixture_setup(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    struct err err = {0};
    char shown[1200];
    snprintf(f->dir, sizeof f->dir, "/tmp/rebond-db-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    id_seed(20260105); /* ids follow the clock, which begins again with each test */
    snprintf(f->path, sizeof f->path, "%s/t.db", f->dir);
    arena_init(&f->a);
    if (fixture_url) {
        assert_ok(db_open(fixture_url, NULL, &f->db, &err));
        assert_ok(sql_script(
            f->db, "DROP SCHEMA IF EXISTS rebond_test CASCADE; CREATE SCHEMA rebond_test"));
        db_close(f->db);
    }
    fixture_open(f, &f->db);
    if (migrate_run(f->db, T0, &err) != OK) {
        fail_msg("%s", err_format(&err, shown, sizeof shown));
    }
    *state = f;
    return 0;
}

static int fixture_teardown(void **state) {
    static const char *const ENDS[] = {"", "-wal", "-shm", ".copy", ".copy-wal", ".copy-shm"};
    struct fixture *f = *state;
    struct err err = {0};
    char shown[1200];
    if (db_check(f->db, &err) != OK) {
        fail_msg("%s", err_format(&err, shown, sizeof shown));
    }
    db_close(f->db);
    arena_done(&f->a);
    for (size_t i = 0; i < sizeof ENDS / sizeof *ENDS; i++) {
        char name[128];
        snprintf(name, sizeof name, "%s%s", f->path, ENDS[i]);
        unlink(name);
    }
    rmdir(f->dir);
    free(f);
    return 0;
}

#define FIXTURE_TEST(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

/* The end of main: runs the tests on SQLite, then again on PostgreSQL. */
#define FIXTURE_RUN(name, tests)                                                               \
    do {                                                                                       \
        int failed_ = cmocka_run_group_tests_name(name " on sqlite", tests, NULL, NULL);       \
        fixture_url = getenv("REBOND_TEST_PG");                                                \
        if (fixture_url && *fixture_url) {                                                     \
            failed_ += cmocka_run_group_tests_name(name " on postgresql", tests, NULL, NULL);  \
        }                                                                                      \
        return failed_;                                                                        \
    } while (0)

/* In one write transaction of its own. */
#define IN_WRITE(f, expr)                                                                      \
    do {                                                                                       \
        assert_ok(sql_begin((f)->db, SQL_WRITE));                                              \
        assert_ok(sql_end((f)->db, (expr)));                                                   \
    } while (0)

static inline struct address fixture_tel(struct fixture *f, int i) {
    return (struct address){STR("tel"), arena_printf(&f->a, "+3363998%04d", i)};
}

/* A person with a working number on channel "sms". */
static inline int64_t fixture_person(struct fixture *f, int i) {
    struct contact c = {.first_name = arena_printf(&f->a, "Inès%d", i),
                        .last_name = STR("Martin")};
    int64_t address_id;
    c.status = CONTACT_ENROLLED;
    assert_ok(contacts_new(f->db, &c, T0));
    assert_ok(addresses_add(f->db, c.id, fixture_tel(f, i), STR("sms"), T0, &address_id));
    return c.id;
}

static inline struct inbound fixture_text(struct fixture *f, int from, const char *provider_id,
                                          const char *text) {
    return (struct inbound){
        .gateway = STR("kannel"),
        .channel = STR("sms"),
        .provider_id = str_from(provider_id),
        .from = fixture_tel(f, from),
        .kind = INBOUND_TEXT,
        .text = str_from(text),
    };
}

static inline int64_t fixture_receive(struct fixture *f, int from, const char *provider_id,
                                      const char *text, int64_t now_ms) {
    struct inbound in = fixture_text(f, from, provider_id, text);
    int64_t id = 0;
    IN_WRITE(f, inbox_receive(f->db, &in, &f->a, now_ms, &id));
    return id;
}

#define assert_str(view, text)                                                                 \
    do {                                                                                       \
        struct str view_ = (view);                                                             \
        char copy_[512];                                                                       \
        snprintf(copy_, sizeof copy_, "%.*s", STR_ARG(view_));                                 \
        assert_string_equal(copy_, (text));                                                    \
    } while (0)

#endif
