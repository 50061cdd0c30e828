/* options.c - what commands have in common: the configuration they are told, and the database
 * it names. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/options.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "db/db.h"
#include "db/migrate.h"

int options_fail(const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    fputs("rebond: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    return 2;
}

enum rc options_config(const char *config_path, const char *db_path, struct arena *a,
                       struct config *ret) {
    struct buf problems;
    buf_init(&problems, 65536);
    enum rc rc;
    if (!config_path && access("rebond.yaml", R_OK) == 0) {
        config_path = "rebond.yaml";
    }
    if (config_path) {
        rc = config_load(config_path, a, ret, &problems);
    } else {
        rc = config_parse("defaults", STR("{}"), a, ret, &problems);
    }
    fputs(buf_cstr(&problems), stderr);
    buf_done(&problems);
    if (db_path) {
        ret->database = arena_str(a, str_from(db_path));
    }
    return rc;
}

struct db *options_db(const struct config *c) {
    struct arena a;
    struct db *db = NULL;
    struct err err = {0};
    char line[1024];
    struct clock clock;
    arena_init(&a);
    clock_real(&clock);
    enum rc rc = db_open(arena_cstr(&a, c->database), NULL, &db, &err);
    if (rc == OK) {
        rc = migrate_run(db, clock_now(&clock), &err);
    }
    if (rc != OK) {
        options_fail("%s", err_format(&err, line, sizeof line));
        db_close(db);
        db = NULL;
    }
    arena_done(&a);
    return db;
}
