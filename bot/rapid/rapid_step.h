/* rapid_step.h - the step that a node of a brought flow is: the flow runs inside our engine. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_RAPID_RAPID_STEP_H
#define BOT_RAPID_RAPID_STEP_H

#include "bot/flow/kind.h"
#include "bot/rapid/rapid_set.h"

/* What a node of kind RAPID_STEP carries (node.data). */
struct rapid_place {
    const struct rapid_set *set;
    const struct rapid_flow *flow;
    const struct rapid_node *node;
};

/* run begins the flow, whatever node it is entered by; resume goes on where the stored session
 * waits. The frame's variable "rapid" holds that session, "asked" the last question. */
extern const struct step_kind RAPID_STEP;

#endif
