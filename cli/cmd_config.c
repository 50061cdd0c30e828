/* cmd_config.c - rebond config: the reference of every setting, and the check of a file. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/options.h"

static int print_reference(void) {
    struct buf out;
    buf_init(&out, 1 << 20);
    config_reference(&out);
    fputs(buf_cstr(&out), stdout);
    buf_done(&out);
    return 0;
}

static int check_file(const char *path) {
    struct arena a;
    struct config c;
    arena_init(&a);
    enum rc rc = options_config(path, NULL, &a, &c);
    if (rc == OK) {
        printf("%s : rien à redire, %zu canal(aux), %s\n", path, c.channels,
               c.production ? "PRODUCTION : les messages partent vraiment"
                            : "mode d'essai : rien ne sort");
    }
    arena_done(&a);
    return rc == OK ? 0 : 1;
}

static int run(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "reference") == 0) {
        return print_reference();
    }
    if (argc == 3 && strcmp(argv[1], "check") == 0) {
        return check_file(argv[2]);
    }
    return options_fail("config reference | config check FILE");
}

const struct command CMD_CONFIG = {
    .name = "config",
    .usage = "reference | check FICHIER",
    .summary = "la liste des réglages ; vérifier un fichier de configuration",
    .help = "  reference        every setting with its meaning, bounds and default, as a file "
            "to start from\n"
            "  check FILE       every mistake of a file, with line and column; exit status 1 "
            "when there is one",
    .run = run,
};
