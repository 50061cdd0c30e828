/* problems.h - the list of everything wrong with a set of flows, and "did you mean". */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_FLOW_PROBLEMS_H
#define BOT_FLOW_PROBLEMS_H

#include "base/buf.h"
#include "bot/flow/library.h"

#define PROBLEMS_MAX 500 /* beyond that only the count of errors grows */

void problems_init(struct flow_problems *p, struct arena *a);
/* Copies everything. hint may be NULL. */
void problems_add(struct flow_problems *p, struct str file, int line, int column, bool warning,
                  const char *hint, const char *fmt, ...) PRINTF_LIKE(7, 8);
void problems_vadd(struct flow_problems *p, struct str file, int line, int column, bool warning,
                   const char *hint, const char *fmt, va_list ap);
/* By file, line, column. */
void problems_sort(struct flow_problems *p);
/* "file:line:column: error|warning: text (hint)\n" for each. */
void problems_print(const struct flow_problems *p, struct buf *out);
/* The nearest of space-separated `names` within a third of the length of `word`, or the empty
 * view. */
struct str problems_nearest(struct str word, const char *names);

#endif
