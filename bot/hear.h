/* hear.h - a message of the person: reflexes, the open question, keywords, and what nobody
 * understood. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_HEAR_H
#define BOT_HEAR_H

#include "bot/turn.h"

void hear_message(struct run *r);
/* The question that waits, as understanding wants it; false when none does. */
bool hear_question(struct run *r, struct ask *ret);

#endif
