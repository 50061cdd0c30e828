/* check.h - what only shows when all flows stand side by side: calls, keywords, names, acts. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef BOT_FLOW_CHECK_H
#define BOT_FLOW_CHECK_H

#include "bot/flow/library.h"
#include "bot/flow/program.h"

/* Errors that forbid the flows to run; part of library_load. */
void check_library(const struct library *l, struct flow_problems *problems);
/* Reachability, dead ends, endless loops of one program; warnings and errors. */
void check_graph(const struct program *p, struct flow_problems *problems);

#endif
