/* tracing.h - keeps why a turn went as it did, without a word of the person. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_TRACING_H
#define JOBS_TRACING_H

#include "bot/engine.h"
#include "jobs/person.h"

#define TRACING_MAX 1500 /* bytes of one turn; the rest is left out */

struct tracing {
    size_t n;
    struct str flow, step; /* of the last line */
    char text[TRACING_MAX];
};

/* Adds what one step of the engine tells. Nothing when the configuration keeps no trace. */
void tracing_note(struct person *p, const struct turn *turn);
/* Writes it down, in the turn's transaction: one row, or none when nothing was told. */
enum rc tracing_keep(struct person *p) MUST_USE;
/* Deletes what has been kept long enough. */
enum rc tracing_forget(struct service *s) MUST_USE;

/* A line as stored to "conversation, étape x : lu comme oui (sûr), règle yes"; *place is what
 * the line before it spoke of and is brought up to date. */
struct str tracing_french(struct str line, struct str *place, struct arena *a);

#endif
