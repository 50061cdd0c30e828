/* agenda.h - one automatic question at a time: what may begin now and what waits for its turn.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_AGENDA_H
#define BOT_AGENDA_H

#include "bot/turn.h"

/* After a call: an answer that has not come by then never will. */
#define AGENDA_CALL_MS (CALL_LIMIT_MAX_MS + 60000)

/* A flow wants to begin without the person having written. Same key: begun once. */
void agenda_start(struct run *r, const struct program *p, const struct val *with, int priority,
                  struct str key, int64_t expires_ms);
/* A meetup was cancelled: what still waits to be asked about it is dropped. Changed: it is
 * asked with the new words. */
void agenda_subject(struct run *r, struct str event, const struct val *with);
/* When nothing is open: begins what waits, the most pressing first. */
void agenda_next(struct run *r);

#endif
