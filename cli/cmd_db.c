/* cmd_db.c - rebond db: copy a database in use, check it, bring it up to date. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/options.h"
#include "db/db.h"
#include "db/migrate.h"

static int backup(struct db *db, const char *to) {
    struct err err = {0};
    char line[1024];
    if (db_backup(db, to, &err) != OK) {
        options_fail("%s", err_format(&err, line, sizeof line));
        return 1;
    }
    printf("copié dans %s\n", to);
    return 0;
}

static int check(struct db *db) {
    struct err err = {0};
    char line[1024];
    int64_t bytes = 0;
    int have, want;
    if (db_check(db, &err) != OK) {
        options_fail("%s", err_format(&err, line, sizeof line));
        return 1;
    }
    if (db_size(db, &bytes) != OK || migrate_version(db, &have, &want) != OK) {
        return 1;
    }
    printf("%s : en ordre, %lld Kio, schéma %d\n", db_engine(db), (long long)(bytes / 1024),
           have);
    return 0;
}

static int run(int argc, char **argv) {
    struct options_where where;
    if (!options_where(argc, argv, &where)) {
        return 2;
    }
    const char *verb = optind < argc ? argv[optind] : "";
    bool wants_backup = strcmp(verb, "backup") == 0 && optind + 2 == argc;
    if (!wants_backup && strcmp(verb, "check") != 0 && strcmp(verb, "migrate") != 0) {
        return options_fail("db backup FILE | check | migrate   [--config FILE] [--db PATH]");
    }
    int status = 2;
    struct db *db = options_open(&where);
    if (db) {
        /* opening has migrated it */
        status = wants_backup ? backup(db, argv[optind + 1]) : check(db);
    }
    db_close(db);
    return status;
}

const struct command CMD_DB = {
    .name = "db",
    .usage = "backup FICHIER | check | migrate",
    .summary = "copier la base sans arrêter le service, la vérifier",
    .help = "  backup FILE   a consistent copy while the service runs; FILE must not exist\n"
            "  check         structure and references\n"
            "  migrate       bring the schema up to date (serve does it too)\n\n"
            "  --config FILE, --db PATH   which database (default: rebond.yaml here, then "
            "rebond.db)",
    .run = run,
};
