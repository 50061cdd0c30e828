/* whenread.h - finds dates and times of day in what people write. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_EXPR_WHENREAD_H
#define BOT_EXPR_WHENREAD_H

#include "bot/expr/expr.h"

/* "2026-03-12..." at the start, else the first believable date in the environment's order; with
 * env->french also "12 mars 2007", "demain", "lundi prochain". rest: what stands behind it, may
 * be NULL. */
bool whenread_date(struct str s, const struct expr_env *env, struct arena *a, struct date *ret,
                   struct str *rest);
/* "10:30", "10 pm", "1030"; with env->french also "14h30", "midi". */
bool whenread_time(struct str s, const struct expr_env *env, struct arena *a, struct tod *ret);
/* An ISO 8601 instant, else a date and the time behind it (midnight, or now when fill_time). */
bool whenread_datetime(struct str s, const struct expr_env *env, struct arena *a,
                       bool fill_time, struct instant *ret);
/* The whole text must be YYYY-MM-DDThh:mm[:ss[.fraction]] with Z or an offset. */
bool whenread_iso(struct str s, const struct zone *zone, struct instant *ret);

/* Civil time in a zone to an instant, and back. A zone that is NULL means the offset alone. */
struct instant whenread_instant(const struct zone *zone, struct date d, struct tod t);
void whenread_civil(struct instant i, struct date *ret_d, struct tod *ret_t);
int64_t whenread_ms(struct instant i);
struct instant whenread_in_zone(struct instant i, const struct zone *zone);

/* Reads only French wording; NONE leaves everything untouched. `folded` is text_fold of the
 * text; *end is where it stops within it. */
bool whenread_french_date(struct str folded, struct date today, struct date *ret, size_t *end);
bool whenread_french_time(struct str folded, struct tod *ret);

#endif
