/* numread.h - reads numbers as people and forms write them. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_EXPR_NUMREAD_H
#define BOT_EXPR_NUMREAD_H

#include "bot/expr/expr.h"

/* The whole text: 12, -12.5, .5; with env->french also "17,5", "1 200", "dix-sept". OK or NONE.
 */
enum rc numread_whole(struct str s, const struct expr_env *env, struct arena *a,
                      struct dec *ret);
/* The next number inside a text at or after *pos, in the environment's signs and the digits of
 * several scripts; *pos moves behind it. NONE when there is no more. With env->french the text
 * must be folded (text_fold), and number words count, but "un" and "une" only alone: they are
 * articles. */
enum rc numread_next(struct str s, size_t *pos, const struct expr_env *env, struct arena *a,
                     struct dec *ret);
/* French number words at `from` of a folded text ("dix-sept", "quatre-vingt-trois", "deux
 * mille"): OK with *end behind them, or NONE. 0 to 999 999 999. */
enum rc numread_french_words(struct str folded, size_t from, int64_t *ret, size_t *end);

#endif
