/* phonefind.h - telephone numbers in what people write. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_EXPR_PHONEFIND_H
#define BOT_EXPR_PHONEFIND_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/* The whole text as a number, in E.164. country: region of national numbers, may be empty. A
 * number without its + is tried with it when the country does not know it; one with + is taken
 * when its length is possible. */
bool phonefind_whole(struct str s, struct str country, struct arena *a, struct str *ret);
/* The first number anywhere in the text. */
bool phonefind_first(struct str s, struct str country, struct arena *a, struct str *ret);
/* An E.164 number as its own country writes it; false when it is none. */
bool phonefind_pretty(struct str e164, struct arena *a, struct str *ret);

#endif
