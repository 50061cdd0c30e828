/* main.c - finds the command and runs it; decides nothing else. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdbool.h>
#include <string.h>

#include "cli/command.h"
#include "jobs/version.h"

static const struct command *const COMMANDS[] = {
    &CMD_SERVE,   &CMD_CHAT,  &CMD_FLOW, &CMD_UNDERSTAND, &CMD_EVAL,   &CMD_QUERY, &CMD_SMS,
    &CMD_GATEWAY, &CMD_QUEUE, &CMD_DB,   &CMD_STAFF,      &CMD_CONFIG, NULL};

static void print_help(FILE *f) {
    fputs("Rebond - les jeunes s'inscrivent par SMS, viennent aux rencontres, donnent des "
          "nouvelles.\n"
          "         (young people sign up by text, come to meetups, answer follow-ups)\n\n"
          "  rebond serve --demo              essayer tout de suite, sans opérateur : rien "
          "n'est envoyé\n"
          "  rebond serve --config FICHIER    le service lui-même\n"
          "  rebond COMMANDE --help           l'aide d'une commande\n\n",
          f);
    for (const struct command *const *c = COMMANDS; *c; c++) {
        fprintf(f, "  %-11s %s\n", (*c)->name, (*c)->summary);
    }
    fputs("\nConfiguration: `rebond config reference`. Version: `rebond --version`.\n", f);
}

static const struct command *find_command(const char *name) {
    for (const struct command *const *c = COMMANDS; *c; c++) {
        if (strcmp((*c)->name, name) == 0) {
            return *c;
        }
    }
    return NULL;
}

static bool asks_help(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0) {
            return false;
        }
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            return true;
        }
    }
    return false;
}

int main(int argc, char **argv) {
    /* a reader that left (| head) is an error of write(), not the end of the process */
    signal(SIGPIPE, SIG_IGN);
    setlocale(LC_CTYPE, "C.UTF-8");
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_help(argc < 2 ? stderr : stdout);
        return argc < 2 ? 2 : 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("rebond %s\n", REBOND_VERSION);
        return 0;
    }
    const struct command *c = find_command(argv[1]);
    if (!c) {
        fprintf(stderr, "rebond: no command '%s'; `rebond --help` lists them\n", argv[1]);
        return 2;
    }
    if (asks_help(argc - 1, argv + 1)) {
        printf("rebond %s %s\n  %s\n\n%s\n", c->name, c->usage, c->summary, c->help);
        return 0;
    }
    return c->run(argc - 1, argv + 1);
}
