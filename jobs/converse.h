/* converse.h - what came in meets the engine; what comes out is committed with it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_CONVERSE_H
#define JOBS_CONVERSE_H

#include "base/err.h"

struct service;

#define CONVERSE_BATCH 64 /* inbox rows a transaction */
#define CONVERSE_TRIES 3  /* turns that fail are tried again, then shown to staff */

/* Deals with what is ready in the inbox, one batch in one transaction; a turn that fails is
 * undone alone. Returns how many rows were dealt with, or a negative rc when the database
 * refused the batch. */
int converse_round(struct service *s);

#endif
