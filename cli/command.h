/* command.h - one row of `rebond --help`: each cmd_X.c exports one. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

/* argv[0] is the command's own name. run returns the exit status: 0 done, 1 the answer is no (a
 * check failed, nothing found), 2 the call or its input is wrong. */
struct command {
    const char *name;
    const char *usage;   /* what follows "rebond NAME" */
    const char *summary; /* one line for the list */
    const char *help;    /* the rest of `rebond NAME --help`; several lines */
    int (*run)(int argc, char **argv);
};

extern const struct command CMD_SERVE, CMD_CHAT, CMD_FLOW, CMD_EVAL, CMD_QUERY, CMD_UNDERSTAND,
    CMD_GATEWAY, CMD_SMS, CMD_QUEUE, CMD_DB, CMD_STAFF, CMD_CONFIG;

#endif
