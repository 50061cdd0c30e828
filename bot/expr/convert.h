/* convert.h - from one type of value to another, as the language does it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_EXPR_CONVERT_H
#define BOT_EXPR_CONVERT_H

#include "bot/expr/eval.h"
#include "bot/expr/sink.h"

/* Each gives NULL and fills *ret, or returns the error value to hand on. A map with a fallback
 * is converted through it. Reading texts follows the environment (order of dates, French
 * numbers...). */
const struct val *convert_text(struct eval *e, const struct val *v, struct str *ret);
const struct val *convert_bool(struct eval *e, const struct val *v, bool *ret);
const struct val *convert_number(struct eval *e, const struct val *v, struct dec *ret);
/* Whole part of a number, refused outside 32 bits. */
const struct val *convert_int(struct eval *e, const struct val *v, int *ret);
const struct val *convert_date(struct eval *e, const struct val *v, struct date *ret);
const struct val *convert_time(struct eval *e, const struct val *v, struct tod *ret);
/* fill_time: a text with a date and no time of day takes the time it is now, else midnight. */
const struct val *convert_datetime(struct eval *e, const struct val *v, bool fill_time,
                                   struct instant *ret);
const struct val *convert_list(struct eval *e, const struct val *v, const struct val **ret);
const struct val *convert_map(struct eval *e, const struct val *v, const struct val **ret);
const struct val *convert_func(struct eval *e, const struct val *v, const struct val **ret);

/* How an error message names a value: "\"abc\"", "12", "array", "null". */
struct str convert_describe(struct eval *e, const struct val *v);
/* Appends the text of a value; errors write nothing. False when out of fuel or nested too
 * deeply. */
bool convert_render(struct eval *e, const struct val *v, struct sink *out);
/* Appends the pretty form (format()). */
bool convert_pretty(struct eval *e, const struct val *v, struct sink *out);
/* Members of a map in the order of their keys, bytes ascending: how maps are shown. */
const struct val_pair *convert_sorted(struct eval *e, const struct val *map);

/* Writes 1234.5 as "1,234.5" with the environment's signs; places < 0 keeps all digits. */
struct str convert_number_pretty(struct eval *e, struct dec d, int places, bool group);
/* Zone of the environment, UTC when it has none. */
const struct zone *convert_zone(const struct expr_env *env);

#endif
