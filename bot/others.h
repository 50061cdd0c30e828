/* others.h - a conversation begins one for somebody else, a few times and not for ever. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_OTHERS_H
#define BOT_OTHERS_H

#include "bot/turn.h"

/* How many people have handed this on already: the longest way that led here. */
int64_t others_chain(const struct run *r);
/* EFFECT_START within START_CHAIN_MAX and START_TURN_MAX; past them a case. An empty `person`
 * is nobody. */
void others_start(struct run *r, struct str flow, struct str person, const struct val *with);

#endif
