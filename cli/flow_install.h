/* flow_install.h - an export of RapidPro or TextIt becomes a file of the flows in force. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef CLI_FLOW_INSTALL_H
#define CLI_FLOW_INSTALL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define FLOW_INSTALL_WORDS_MAX 50

struct flow_install {
    const char *file;   /* the export */
    const char *dir;    /* NULL: the configuration's folder, else ./flows */
    const char *config; /* NULL: rebond.yaml when it is here */
    const char *name;   /* of the installed file, NULL: from the export's own */
    const char *prefix; /* before the names of its flows, or NULL */
    const char *skip[FLOW_INSTALL_WORDS_MAX], *without[FLOW_INSTALL_WORDS_MAX],
        *global[FLOW_INSTALL_WORDS_MAX]; /* keywords, flows; "name=value" */
    size_t skips, withouts, globals;
    bool dry_run, english;
};

/* Checks the export beside the flows that are there, writes it into their folder, and prints
 * what is carried over, what differs and what is not, by name. The same export twice changes
 * nothing; choices of an earlier import stay unless told otherwise. Exit status 0; 1 when it
 * cannot be taken as it is (nothing is written); 2 when a file cannot be read or written. */
int flow_install(const struct flow_install *wish, struct arena *a);

#endif
