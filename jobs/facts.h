/* facts.h - what flows may read: the person, the office, and what the conversation is about. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_FACTS_H
#define JOBS_FACTS_H

#include "base/arena.h"
#include "base/val.h"
#include "db/ballots.h"
#include "db/meetups.h"
#include "jobs/config.h"
#include "jobs/person.h"

/* @org: name, short_name, phone, address, hours, url, country, lang, tone, age_min, age_max...
 */
const struct val *facts_org(const struct config *c, struct arena *a);
/* @contact: columns, then declared fields; `new` is true until the person has begun to sign up.
 */
enum rc facts_contact(const struct person *p, const struct val **ret) MUST_USE;
/* Adds what people read to the ids of an event: {"meetup": 12} gains title, date, time, venue,
 * way, places... in the person's language, at the moment it is said and not when it was
 * planned. NONE: what it is about is gone (cancelled, over): the event must not be said any
 * more. */
enum rc facts_about(const struct person *p, const struct val *with,
                    const struct val **ret) MUST_USE;
/* The same members, put into a map being built. */
void facts_meetup(const struct person *p, const struct meetup *m, struct val_builder *b);
/* ballot, title, options (a list of texts), until, voters; result once it is closed. */
void facts_ballot(const struct person *p, const struct ballot *ballot, struct val_builder *b);
/* until: a moment as this person says it. */
void facts_until(const struct person *p, int64_t ms, struct val_builder *b);

#endif
