/* test_flow_trace.c - rebond flow trace --contact and --last, on a database of its own. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/flow_trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "db/db.h"
#include "db/migrate.h"
#include "db/sql.h"
#include "db/traces.h"
#include "tests/unit/checks.h"

static char dir[] = "/tmp/rebond-trace-XXXXXX", path[64], said[64];
static struct arena a;

static int setup(void **state) {
    struct db *db;
    struct err err = {0};
    (void)state;
    arena_init(&a);
    if (!mkdtemp(dir)) {
        return -1;
    }
    snprintf(path, sizeof path, "%s/t.db", dir);
    snprintf(said, sizeof said, "%s/said", dir);
    if (db_open(path, NULL, &db, &err) != OK || migrate_run(db, 1, &err) != OK ||
        sql_begin(db, SQL_WRITE) != OK ||
        traces_put(db, 11, 5, STR("info/\tbegins\ninfo/2\tanswer kept\n\tends")) != OK ||
        traces_put(db, 12, 6, STR("info/2\tread as yes (sure) by rule yes")) != OK ||
        traces_put(db, 13, 5, STR("\tkeyword \"info\"")) != OK || sql_commit(db) != OK) {
        return -1;
    }
    db_close(db);
    return 0;
}

static int teardown(void **state) {
    static const char *const NAMES[] = {"t.db", "t.db-wal", "t.db-shm", "said"};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s/%s", dir, NAMES[i]);
        unlink(name);
    }
    rmdir(dir);
    arena_done(&a);
    return 0;
}

/* What the command writes, and how it ends. */
static struct str run(int *ret_status, const char *one, const char *two, const char *three) {
    char *argv[8] = {(char[]){"trace"}, (char[]){"--db"}, path};
    int argc = 3;
    const char *more[] = {one, two, three};
    for (int i = 0; i < 3 && more[i]; i++) {
        argv[argc++] = arena_cstr(&a, str_from(more[i]));
    }
    fflush(stdout);
    int keep = dup(1);
    assert_non_null(freopen(said, "w", stdout));
    *ret_status = flow_trace_main(argc, argv);
    fflush(stdout);
    assert_true(dup2(keep, 1) >= 0);
    close(keep);
    struct str out;
    struct err err = {0};
    assert_int_equal(file_read(said, 100000, &a, &out, &err), OK);
    return out;
}

static bool has(struct str s, const char *words) {
    return str_find(s, str_from(words), 0) != SIZE_MAX;
}

static void a_person_s_turns_come_in_order(void **state) {
    int status;
    (void)state;
    struct str s = run(&status, "--contact", "5", NULL);
    assert_int_equal(status, 0);
    assert_true(has(s, "contact 5  message 11\n  info/: begins\n  info/2: answer kept\n"
                       "  info/2: ends\n"));
    assert_true(str_find(s, STR("message 11"), 0) < str_find(s, STR("message 13"), 0));
    assert_false(has(s, "contact 6"));
}

static void the_last_turn_of_anybody_in_french(void **state) {
    int status;
    (void)state;
    struct str s = run(&status, "--last", "--lang", "fr");
    assert_int_equal(status, 0);
    assert_true(has(s, "message 13\n  mot-clé « info »\n"));
    assert_false(has(s, "message 12"));
}

static void what_is_wrong_is_said(void **state) {
    int status;
    (void)state;
    run(&status, "--contact", "karim", NULL);
    assert_int_equal(status, 2);
    run(&status, "--contact", "99", NULL);
    assert_int_equal(status, 2);
    char *past[] = {(char[]){"trace"}, (char[]){"--last"}};
    char *file[] = {(char[]){"trace"}, (char[]){"info.talk"}};
    assert_true(flow_trace_is_past(2, past));
    assert_false(flow_trace_is_past(2, file));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_person_s_turns_come_in_order),
                                       cmocka_unit_test(the_last_turn_of_anybody_in_french),
                                       cmocka_unit_test(what_is_wrong_is_said)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
