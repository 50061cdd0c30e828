/* check.h - what only shows when a flow is whole, or when all flows stand side by side. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_FLOW_CHECK_H
#define BOT_FLOW_CHECK_H

#include "bot/flow/library.h"
#include "bot/flow/program.h"

/* Errors that forbid the flows to run; part of library_load. */
void check_library(const struct library *l, struct flow_problems *problems);
/* contact.X, with.X, results.X, org.X and answers of acts: do they exist? Errors. */
void check_names(const struct library *l, const struct program *p,
                 struct flow_problems *problems);
/* Flows that call each other in a ring without ever waiting: errors. */
void check_calls(const struct library *l, struct flow_problems *problems);
/* Loops without a wait (errors), unreachable steps and steps without a way out (warnings). */
void check_graph(const struct program *p, struct flow_problems *problems);
/* The same for _textes.yaml. */
void check_standing(const struct library *l, const struct text_meter *meter,
                    struct flow_problems *problems);
/* Translations, SMS segments, alphabet, identity and way to stop, expressions that may fail:
 * warnings. */
void check_texts(const struct library *l, const struct program *p,
                 const struct text_meter *meter, struct flow_problems *problems);

#endif
