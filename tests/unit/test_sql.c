/* test_sql.c - the seam: transactions that nest, statements, failures, copies, migrations. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/db_fixture.h"

#include <sys/stat.h>

#include "db/settings.h"

static void put(struct fixture *f, const char *name, const char *value) {
    assert_ok(settings_put(f->db, str_from(name), str_from(value), T0));
}

static void expect(struct fixture *f, const char *name, const char *value) {
    struct str got;
    enum rc rc = settings_get(f->db, str_from(name), &f->a, &got);
    if (!value) {
        assert_int_equal(rc, NONE);
        return;
    }
    assert_ok(rc);
    assert_str(got, value);
}

static void commit_keeps_and_rollback_undoes(void **state) {
    struct fixture *f = *state;
    assert_ok(sql_begin(f->db, SQL_WRITE));
    assert_true(sql_in_write(f->db));
    put(f, "a", "1");
    assert_ok(sql_commit(f->db));
    assert_false(sql_in_write(f->db));
    assert_ok(sql_begin(f->db, SQL_WRITE));
    put(f, "a", "2");
    sql_rollback(f->db);
    expect(f, "a", "1");
}

static void inner_pair_only_counts(void **state) {
    struct fixture *f = *state;
    assert_ok(sql_begin(f->db, SQL_WRITE));
    put(f, "outer", "1");
    assert_ok(sql_begin(f->db, SQL_WRITE));
    put(f, "inner", "1");
    assert_ok(sql_commit(f->db));
    sql_rollback(f->db);
    expect(f, "outer", NULL);
    expect(f, "inner", NULL);
}

static void inner_rollback_undoes_all(void **state) {
    struct fixture *f = *state;
    assert_ok(sql_begin(f->db, SQL_WRITE));
    put(f, "outer", "1");
    assert_ok(sql_begin(f->db, SQL_WRITE));
    sql_rollback(f->db);
    assert_int_equal(settings_put(f->db, STR("late"), STR("1"), T0), E_STATE);
    assert_int_equal(sql_commit(f->db), E_STATE);
    expect(f, "outer", NULL);
}

static void a_refusal_inside_does_not_undo_the_outer_pair(void **state) {
    struct fixture *f = *state;
    assert_ok(sql_begin(f->db, SQL_WRITE));
    put(f, "outer", "1");
    assert_ok(sql_begin(f->db, SQL_WRITE));
    assert_int_equal(sql_end(f->db, E_STATE), E_STATE);
    assert_ok(sql_commit(f->db));
    expect(f, "outer", "1");
}

static void a_failed_statement_spoils_the_transaction(void **state) {
    struct fixture *f = *state;
    assert_ok(sql_begin(f->db, SQL_WRITE));
    put(f, "before", "1");
    assert_int_equal(sql_run(f->db,
                             "INSERT INTO settings (name, value, at_ms) VALUES ($1, NULL, 0)",
                             SQL_C("x")),
                     E_CONFLICT);
    assert_int_equal(settings_put(f->db, STR("after"), STR("1"), T0), E_STATE);
    assert_int_equal(sql_commit(f->db), E_STATE);
    expect(f, "before", NULL);
    expect(f, "after", NULL);
}

static void a_saved_part_is_undone_alone(void **state) {
    struct fixture *f = *state;
    assert_ok(sql_begin(f->db, SQL_WRITE));
    put(f, "one", "1");
    assert_ok(sql_save(f->db));
    put(f, "two", "1");
    assert_int_equal(sql_run(f->db,
                             "INSERT INTO settings (name, value, at_ms) VALUES ($1, NULL, 0)",
                             SQL_C("y")),
                     E_CONFLICT);
    assert_ok(sql_save_end(f->db, false));
    assert_ok(sql_save(f->db));
    put(f, "three", "1");
    assert_ok(sql_save_end(f->db, true));
    assert_ok(sql_commit(f->db));
    expect(f, "one", "1");
    expect(f, "two", NULL);
    expect(f, "three", "1");
}

static void values_come_back_as_they_went(void **state) {
    struct fixture *f = *state;
    struct sql_stmt *st = sql_start(f->db, "SELECT $1, $2, $3, $4", SQL_I(INT64_MAX),
                                    SQL_S(STR("é€ 'x' \"y\"")), SQL_IN(0), SQL_SN(STR("")));
    assert_ok(sql_step(st));
    assert_true(sql_int(st, 0) == INT64_MAX);
    assert_str(sql_str(st, 1, &f->a), "é€ 'x' \"y\"");
    assert_true(sql_is_null(st, 2));
    assert_true(sql_is_null(st, 3));
    assert_int_equal(sql_str(st, 3, &f->a).n, 0);
    assert_int_equal(sql_step(st), NONE);
}

static void two_writers_one_waits(void **state) {
    struct fixture *f = *state;
    struct db *other;
    const struct db_options quick = {.busy_ms = 1};
    if (fixture_url) {
        skip(); /* several writers at once: test_inbox.c */
    }
    assert_ok(db_open(f->path, &quick, &other, NULL));
    assert_ok(sql_begin(f->db, SQL_WRITE));
    assert_int_equal(sql_begin(other, SQL_WRITE), E_BUSY);
    assert_non_null(strstr(sql_error(other), "locked"));
    assert_ok(sql_begin(other, SQL_READ)); /* readers never wait */
    assert_ok(sql_commit(other));
    assert_ok(sql_commit(f->db));
    assert_ok(sql_begin(other, SQL_WRITE));
    sql_rollback(other);
    db_close(other);
}

/* Every call of a small job fails once in each way: afterwards all of it or nothing is there.
 */
static void nothing_is_half_done(void **state) {
    static const enum db_fault FAULTS[] = {DB_FAULT_BUSY, DB_FAULT_FULL, DB_FAULT_LOST};
    struct fixture *f = *state;
    int failures = 0;
    for (size_t k = 0; k < 3; k++) {
        bool done = false;
        for (int n = 1; !done; n++) {
            struct str one = STR("");
            char value[32];
            snprintf(value, sizeof value, "%d.%d", (int)k, n);
            db_fault_set(f->db, FAULTS[k], n, false);
            enum rc rc = sql_begin(f->db, SQL_WRITE);
            if (rc == OK) {
                rc = settings_put(f->db, STR("one"), str_from(value), T0);
                rc = rc == OK ? settings_put(f->db, STR("two"), str_from(value), T0) : rc;
                rc = sql_end(f->db, rc);
            }
            db_fault_set(f->db, DB_FAULT_NONE, 0, false);
            done = rc == OK;
            failures += rc != OK;
            assert_true(rc == OK || rc == (FAULTS[k] == DB_FAULT_BUSY ? E_BUSY : E_IO));
            if (settings_get(f->db, STR("one"), &f->a, &one) == OK) {
                struct str two;
                assert_ok(settings_get(f->db, STR("two"), &f->a, &two));
                assert_true(str_eq(one, two));
                assert_true(!done || str_is(one, value));
            }
        }
    }
    assert_true(failures >= 12); /* begin, two statements, commit: each failed in three ways */
}

static void a_second_migration_changes_nothing(void **state) {
    struct fixture *f = *state;
    int have, want;
    assert_ok(migrate_version(f->db, &have, &want));
    assert_int_equal(have, want);
    assert_true(want >= 6);
    assert_ok(migrate_run(f->db, T0 + 1, NULL));
    int64_t n;
    assert_ok(sql_get_int_n(f->db, &n, "SELECT count(*) FROM schema_log", NULL, 0));
    assert_int_equal(n, want);
}

static void a_newer_or_changed_schema_is_refused(void **state) {
    struct fixture *f = *state;
    struct err err = {0};
    assert_ok(
        sql_run(f->db, "UPDATE schema_log SET checksum = $1 WHERE number = 2", SQL_C("other")));
    assert_int_equal(migrate_run(f->db, T0, &err), E_STATE);
    assert_non_null(strstr(err.text, "0002_people.sql"));
    assert_ok(sql_run(
        f->db, "INSERT INTO schema_log (number, name, checksum, at_ms) VALUES ($1, $2, $3, 0)",
        SQL_I(9999), SQL_C("future"), SQL_C("")));
    assert_int_equal(migrate_run(f->db, T0, &err), E_STATE);
    assert_non_null(strstr(err.text, "newer"));
}

static void a_copy_is_whole_and_private(void **state) {
    struct fixture *f = *state;
    struct err err = {0};
    char copy[128];
    struct stat st;
    struct db *db;
    struct str value;
    snprintf(copy, sizeof copy, "%s.copy", f->path);
    if (fixture_url) {
        assert_int_equal(db_backup(f->db, copy, &err), E_UNSUPPORTED);
        assert_non_null(strstr(err.hint, "pg_dump"));
        return;
    }
    put(f, "kept", "yes");
    assert_ok(db_backup(f->db, copy, &err));
    assert_int_equal(db_backup(f->db, copy, &err), E_CONFLICT);
    assert_int_equal(stat(copy, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_ok(db_open(copy, NULL, &db, &err));
    assert_ok(db_check(db, &err));
    assert_ok(settings_get(db, STR("kept"), &f->a, &value));
    assert_str(value, "yes");
    db_close(db);
}

static void the_log_is_taken_in(void **state) {
    struct fixture *f = *state;
    int64_t pages = -1, size = 0;
    put(f, "x", "1");
    assert_ok(db_checkpoint(f->db, &pages));
    assert_int_equal(pages, 0);
    assert_ok(db_size(f->db, &size));
    assert_true(size > 50000);
}

static void what_is_no_database_is_said(void **state) {
    struct fixture *f = *state;
    struct err err = {0};
    struct db *db;
    char path[128];
    snprintf(path, sizeof path, "%s.copy", f->path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < 2000; i++) {
        fputs("this is a text\n", file);
    }
    fclose(file);
    assert_int_equal(db_open(path, NULL, &db, &err), E_INVALID);
    assert_non_null(strstr(err.text, "not a database"));
    assert_int_equal(db_open("/nonexistent/folder/x.db", NULL, &db, &err), E_IO);
    assert_int_equal(db_open("postgres://nobody@127.0.0.1:1/none", NULL, &db, &err), E_IO);
    assert_non_null(strstr(err.text, "PostgreSQL"));
}

static void damage_is_found(void **state) {
    struct fixture *f = *state;
    struct err err = {0};
    if (fixture_url) {
        skip();
    }
    assert_ok(sql_script(f->db, "PRAGMA foreign_keys=OFF"));
    assert_ok(sql_run(f->db, "INSERT INTO tags (tag, contact_id, at_ms) VALUES ($1, 12345, 0)",
                      SQL_C("orphan")));
    assert_int_equal(db_check(f->db, &err), E_INVALID);
    assert_non_null(strstr(err.text, "tags"));
    assert_ok(sql_run(f->db, "DELETE FROM tags WHERE tag = $1", SQL_C("orphan")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(commit_keeps_and_rollback_undoes),
        FIXTURE_TEST(inner_pair_only_counts),
        FIXTURE_TEST(inner_rollback_undoes_all),
        FIXTURE_TEST(a_refusal_inside_does_not_undo_the_outer_pair),
        FIXTURE_TEST(a_failed_statement_spoils_the_transaction),
        FIXTURE_TEST(a_saved_part_is_undone_alone),
        FIXTURE_TEST(values_come_back_as_they_went),
        FIXTURE_TEST(two_writers_one_waits),
        FIXTURE_TEST(nothing_is_half_done),
        FIXTURE_TEST(a_second_migration_changes_nothing),
        FIXTURE_TEST(a_newer_or_changed_schema_is_refused),
        FIXTURE_TEST(a_copy_is_whole_and_private),
        FIXTURE_TEST(the_log_is_taken_in),
        FIXTURE_TEST(what_is_no_database_is_said),
        FIXTURE_TEST(damage_is_found),
    };
    FIXTURE_RUN("sql", tests);
}
