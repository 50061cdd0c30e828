/* rapid_step_priv.h - what the parts of the brought step share. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_RAPID_RAPID_STEP_PRIV_H
#define BOT_RAPID_RAPID_STEP_PRIV_H

#include "bot/rapid/rapid_priv.h"
#include "bot/rapid/rapid_step.h"
#include "bot/turn.h"

#define RAPID_STEP_SAVED "rapid" /* variables of the frame: the stored session, */
#define RAPID_STEP_ASKED "asked" /* the last message of a sprint that waits */

/* What stands before the number of a person's file in "@contact.uuid". */
#define RAPID_STEP_PERSON "contact-"

/* What they may know, of the turn being made. Lives in the turn's arena. */
struct rapid_world *rapid_step_world(struct run *r);
/* The person as they know people: name, groups, fields, language. */
const struct val *rapid_step_person(struct run *r, const struct rapid_set *set);

/* What happened in a sprint, done to the turn; the last message carries the wait's time-out. A
 * message joins the one before it as ours do. goes_on: the flow is not over; wait_ms 0: no
 * message is waited for. */
void rapid_step_effects(struct run *r, const struct rapid_place *place,
                        const struct val *events, bool goes_on, int64_t wait_ms);
/* Keeps the session in the frame, without what is not needed to go on; when that is still too
 * long, without what web-hooks answered and no text of the set reads, then without all of it
 * (the trace says so). False: it cannot be kept. */
bool rapid_step_store(struct run *r, const struct rapid_set *set, struct rapid_session *rs);
/* The message that stands open, once more. */
void rapid_step_say_again(struct run *r);

#endif
