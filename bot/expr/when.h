/* when.h - adding to dates and the time between them. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_EXPR_WHEN_H
#define BOT_EXPR_WHEN_H

#include "bot/expr/eval.h"

/* A datetime value `n` units later. unit: 'Y' 'M' 'W' 'D' by the calendar of its zone, 'h' 'm'
 * 's' by the clock. 31 January + 1 month: 28 February when env->french, else the days run over
 * into March. */
const struct val *when_add(struct eval *e, struct instant i, int n, char unit);

#endif
