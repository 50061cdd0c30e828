/* retention.h - the words of people go after a while; counts, dates and the proofs of STOP
 * stay. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_RETENTION_H
#define DB_RETENTION_H

#include <stdint.h>

#include "base/err.h"

struct db;

/* What stands where the words of an answer were, where the fact that there was one counts. */
#define RETENTION_GONE "(effacé)"

/* Steps of a sweep, from 0: messages in, messages out, then the tables with fewer rows. */
int retention_steps(void);
/* Name of the table of a step, for the log. */
const char *retention_name(int step);
/* Empties the words of at most `max` rows older than before_ms, in a short transaction of its
 * own. Messages are walked once: where the walk stands is a setting ("retention.inbox"), so
 * emptied rows are not read again. *ret_n = rows emptied; fewer than max: the step is over. */
enum rc retention_step(struct db *db, int step, int64_t before_ms, int max, int64_t now_ms,
                       int64_t *ret_n) MUST_USE;

#endif
