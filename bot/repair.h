/* repair.h - correct, go back, skip, repeat, "c'est quoi ?": what a person may do at any
 * question. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_REPAIR_H
#define BOT_REPAIR_H

#include "bot/turn.h"

/* Remembers what the open question is about to change. field: "contact.X" or "". */
void repair_remember(struct run *r, const struct node *n, struct str field);
/* True when the intent was one of these and has been dealt with. */
bool repair_hear(struct run *r, enum intent intent);

#endif
