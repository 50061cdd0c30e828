/* options.c - what commands have in common: the configuration they are told, and the database
 * it names. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/options.h"

#include <getopt.h>
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

bool options_where(int argc, char **argv, struct options_where *ret) {
    static const struct option LONG[] = {{"config", required_argument, NULL, 'c'},
                                         {"db", required_argument, NULL, 'd'},
                                         {NULL, 0, NULL, 0}};
    *ret = (struct options_where){0};
    for (int o; (o = getopt_long(argc, argv, "c:d:", LONG, NULL)) != -1;) {
        if (o != 'c' && o != 'd') {
            return false;
        }
        *(o == 'c' ? &ret->config : &ret->db) = optarg;
    }
    return true;
}

struct db *options_open(const struct options_where *w) {
    struct arena a;
    struct config c;
    arena_init(&a);
    struct db *db = options_config(w->config, w->db, &a, &c) == OK ? options_db(&c) : NULL;
    arena_done(&a);
    return db;
}
