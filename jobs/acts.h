/* acts.h - carries out what a conversation asks of the domain, inside the turn's transaction.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_ACTS_H
#define JOBS_ACTS_H

#include "base/err.h"
#include "base/val.h"
#include "jobs/person.h"

/* Does the act `name` (of bot/flow/acts_spec.c) for the person. *ret is always a map with "ok"
 * and "why": a refusal of the domain (no such meetup, too late) is an answer for the flow, not
 * an error. E_BUSY, E_IO, E_CONFLICT: the database; the whole turn is done again. */
enum rc acts_do(struct person *p, struct str name, const struct val *args,
                const struct val **ret, struct err *err) MUST_USE;

/* One act; `b` already holds "ok" true and "why" "". Rows of the table in acts.c; the bodies
 * are in acts_*.c. */
typedef enum rc act_fn(struct person *p, const struct val *args, struct val_builder *b);
act_fn act_opt_out, act_opt_in, act_wrong_number, act_set_language, act_locate, act_eligibility,
    act_enrol, act_tag, act_untag, act_note, act_start_flow;
act_fn act_join, act_leave, act_next_meetup, act_rsvp, act_cancel_place, act_too_far,
    act_attendance, act_feedback, act_late;
act_fn act_wave_answer, act_interested;
act_fn act_propose, act_ballot, act_vote;

/* "ok" false with the reason; returns OK so that an act can end with it. */
enum rc act_refuse(struct person *p, struct val_builder *b, const char *why);
/* Text of an argument; numbers are written out; "" when absent. */
struct str act_text(struct person *p, const struct val *args, const char *name);
bool act_given(const struct val *args, const char *name);

/* Tells each promoted person (event "place.freed"), and arms the end of what is only offered.
 * In a write transaction. */
struct place_promoted;
enum rc act_tell_promoted(struct service *s, int64_t meetup_id,
                          const struct place_promoted *promoted, size_t n, int64_t now_ms);

#endif
