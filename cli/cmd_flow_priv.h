/* cmd_flow_priv.h - what the parts of `rebond flow` share. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef CLI_CMD_FLOW_PRIV_H
#define CLI_CMD_FLOW_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define FLOW_ARGS_MAX 200

struct flow_args {
    const char *name[FLOW_ARGS_MAX];
    size_t names;
    const char *dir, *out, *lang;
    bool strict, trace, record;
    struct arena a;
};

int cmd_flow_check(struct flow_args *args);
int cmd_flow_test(struct flow_args *args);
int cmd_flow_dump(struct flow_args *args);
int cmd_flow_graph(struct flow_args *args);
int cmd_flow_trace(struct flow_args *args);
int cmd_flow_schema(struct flow_args *args);
int cmd_flow_reference(struct flow_args *args);
int cmd_flow_watch(struct flow_args *args);

#endif
