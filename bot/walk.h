/* walk.h - runs the steps of the conversation on top until one waits. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_WALK_H
#define BOT_WALK_H

#include "bot/turn.h"

/* From the entry of the flow just pushed. */
void walk_begin(struct run *r);
/* The step that waits on top receives the event (or a message, read into r->answer). */
void walk_resume(struct run *r);
/* Asks the open question on top again, in its short form. */
void walk_ask_again(struct run *r);
/* From a named step of the flow on top. */
void walk_from(struct run *r, struct str step);
/* The time of the step on top came while it could not be told: it is told now. */
void walk_overdue(struct run *r);
/* Ends every conversation. */
void walk_quit(struct run *r);

#endif
