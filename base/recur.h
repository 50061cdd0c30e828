/* recur.h - calendar rules (RFC 5545 RRULE) in a zone, right across daylight saving (by libical). */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef BASE_RECUR_H
#define BASE_RECUR_H

#include "base/date.h"
#include "base/err.h"
#include "base/zone.h"

/* Next occurrences of `rule` ("FREQ=MONTHLY;BYDAY=1WE") at civil time `at` in `zone`, on or after `from`,
 * at most `max`, ascending. Dates only: the caller makes instants with zone_to_utc. E_INVALID names what
 * is wrong in the rule; OK with *ret_n == 0 when the rule has ended. */
enum rc recur_dates(struct str rule, struct date start, struct date from, struct date *ret, int max,
                    int *ret_n, struct err *err) MUST_USE;
/* "le 1er mercredi du mois", for the few shapes people use; the rule itself otherwise. lang "fr" or "en". */
struct str recur_text(struct str rule, const char *lang, struct arena *a);

#endif
