/* handon.h - a conversation of one person begins another for somebody else. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_HANDON_H
#define JOBS_HANDON_H

#include "bot/effect.h"
#include "jobs/person.h"

/* In the turn's transaction: the other's file is found, never made, and the start is put on
 * the road of all events. Only an enrolled person who has not said STOP is written to, and once
 * a day for the same flow by the same person. What does not fit is logged, and OK: the one who
 * asked is never told who is known here. */
enum rc handon_start(struct person *p, const struct effect_start *start) MUST_USE;

#endif
