/* spoken.h - dates and times as people say them, French first. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_SPOKEN_H
#define JOBS_SPOKEN_H

#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/str.h"
#include "base/zone.h"

/* "jeudi 12 mars" (the year is added when it is not that of `now`); lang "en": "Thursday 12
 * March". */
struct str spoken_date(struct date d, struct date now, struct str lang, struct arena *a);
/* "14h", "9h30"; lang "en": "2 pm", "9:30 am". */
struct str spoken_time(struct tod t, struct str lang, struct arena *a);
/* "jeudi 12 mars à 14h" / "Thursday 12 March at 2 pm". */
struct str spoken_moment(int64_t ms, const struct zone *z, int64_t now_ms, struct str lang,
                         struct arena *a);
/* "il y a 3 h", "il y a 2 j": age of something waiting; French, for staff. */
struct str spoken_age(int64_t ms, struct arena *a);

#endif
