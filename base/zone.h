/* zone.h - civil time in a named zone, right across daylight saving. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdint.h>

#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

struct zone; /* immutable once loaded, shared by all threads, never freed */

/* IANA name ("Europe/Paris", "Indian/Reunion", "UTC"). E_INVALID when unknown. Thread-safe. */
enum rc zone_get(struct str name, const struct zone **ret, struct err *err);
struct str zone_name(const struct zone *z);
/* Offset from UTC in seconds at that instant (ms since 1970). */
int32_t zone_offset(const struct zone *z, int64_t utc_ms);
/* Civil to UTC ms. A time inside the spring gap is moved forward by the gap (02:30 -> 03:30
 * local); a repeated time in autumn gives the first of the two. */
int64_t zone_to_utc(const struct zone *z, struct date d, struct tod t);
void zone_to_civil(const struct zone *z, int64_t utc_ms, struct date *ret_d, struct tod *ret_t);
struct instant zone_instant(const struct zone *z, int64_t utc_ms);

#endif
