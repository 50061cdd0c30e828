/* agenda.h - one automatic question at a time: what may begin now and what waits for its turn.
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef BOT_AGENDA_H
#define BOT_AGENDA_H

#include "bot/turn.h"

/* A flow wants to begin without the person having written. Same key: begun once. */
void agenda_start(struct run *r, const struct program *p, const struct val *with, int priority,
                  struct str key, int64_t expires_ms);
/* When nothing is open: begins what waits, the most pressing first. */
void agenda_next(struct run *r);

#endif
