/* options.h - what commands have in common: the configuration they are told, and the database
 * it names. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "jobs/config.h"

struct db;

/* --config FILE (else rebond.yaml here when it exists) or --db PATH. Prints every problem of
 * the file on stderr. */
enum rc options_config(const char *config_path, const char *db_path, struct arena *a,
                       struct config *ret);
/* What most commands on a database are told, and nothing else: --config FILE, --db PATH. Words
 * begin at optind. False: something else was there; getopt has said so. */
struct options_where {
    const char *config, *db;
};
bool options_where(int argc, char **argv, struct options_where *ret);
/* The database of these, open and up to date; NULL when it was said why not. */
struct db *options_open(const struct options_where *w);
/* Opens and migrates the configured database; prints why not. */
struct db *options_db(const struct config *c);
/* "rebond: text" on stderr; returns 2 for `return`. */
int options_fail(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
