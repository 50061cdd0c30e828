/* campaign.h - a broadcast becomes one conversation a person, at a pace, inside the hours. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_CAMPAIGN_H
#define JOBS_CAMPAIGN_H

#include "base/arena.h"
#include "base/err.h"
#include "db/broadcasts.h"

struct service;

/* The exact text that each person receives: the advisor's words, how to answer, how to stop.
 * Preview and sending both call this, so they cannot differ. */
struct str campaign_text(const struct broadcast *b, struct arena *a);

/* The writer: hands the next people of each active broadcast over as events, as many as the
 * pace allows since the last call. Returns how many, or a negative rc. *ret_next_ms = when to
 * look again; -1 = nothing to do. */
int campaign_round(struct service *s, int64_t *ret_next_ms);

#endif
