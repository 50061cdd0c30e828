/* steps_priv.h - what the kinds of step share. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_STEPS_STEPS_PRIV_H
#define BOT_STEPS_STEPS_PRIV_H

#include "bot/flow/kind.h"
#include "bot/turn.h"

/* In the order of enum say_kind. */
#define SAY_KINDS "reply urgent reminder question survey bulk"

extern const struct step_kind STEP_SAY, STEP_ASK, STEP_IF, STEP_CHOOSE, STEP_CASE, STEP_SET,
    STEP_ACT, STEP_CALL, STEP_START, STEP_GO, STEP_WAIT_FOR, STEP_HAND, STEP_RECORD, STEP_END,
    STEP_QUIT_ALL, STEP_WEBHOOK;

/* The number of a word of SAY_KINDS, or -1. */
int steps_say_kind(const struct val *v);
/* The first language of a text as written, cut for a summary. */
struct str steps_first(const struct texts *t);

#endif
