/* recur.h - calendar rules (RFC 5545 RRULE) as civil dates (by libical). */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_RECUR_H
#define BASE_RECUR_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

/* Occurrences of `rule` ("FREQ=MONTHLY;BYDAY=1WE") of a series that begins on `start`, on or
 * after `from`, at most `max`, ascending. Dates only: the caller makes instants with
 * zone_to_utc, which keeps the hour of the day across daylight saving. FREQ is DAILY, WEEKLY,
 * MONTHLY or YEARLY. A day that a month lacks is its last day (31 monthly: 30 April), unless
 * the rule itself has a SKIP (RFC 7529). E_INVALID names what is wrong in the rule; OK with
 * *ret_n == 0 when the rule has ended. Thread-safe. */
enum rc recur_dates(struct str rule, struct date start, struct date from, struct date *ret,
                    int max, int *ret_n, struct err *err) MUST_USE;
/* "le 1er mercredi du mois", for the few shapes people use; the rule itself otherwise. lang
 * "fr" or "en". */
struct str recur_text(struct str rule, const char *lang, struct arena *a);

#endif
