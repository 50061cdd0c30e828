/* json.h - JSON text to values and back (the reading is done by Jansson). */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/val.h"

#define JSON_DEPTH_MAX 100

/* UTF-8 checked, duplicate keys refused, depth limited, integers exact to 63 bits, other
 * numbers kept as decimals with all their digits. E_INVALID with line and column. Text views
 * point into `a`. */
enum rc json_parse(struct str text, struct arena *a, const struct val **ret,
                   struct err *err) MUST_USE;

/* Compact, members in the order of the map. Dates and times are written as ISO 8601 texts. */
void json_write(const struct val *v, struct buf *out);
struct str json_text(const struct val *v, struct arena *a);
/* "..." with escapes, for writers that build JSON by hand (logs, streams). */
void json_quote(struct str s, struct buf *out);

#endif
