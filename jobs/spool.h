/* spool.h - carries out calls to a folder ("spool:/PATH") as the wire carries out requests. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_SPOOL_H
#define JOBS_SPOOL_H

#include <stdbool.h>

#include "base/arena.h"
#include "gateways/gateway.h"

struct http_pool;

/* A file is looked at once nobody has written to it for this long: its writer may append. */
#define SPOOL_SETTLE_MS 1000
/* MOVE puts this before the name; LIST leaves such files out. */
#define SPOOL_PREFIX "refused-"

bool spool_is(const struct gw_call *call);

/* PUT: the body becomes the file, whole or not at all (201; 409 when it is there already).
 * LIST: of each folder named in the body, a line each, the settled regular files, oldest names
 *   first, as "FOLDER NAME LENGTH\n" bytes "\n"; about 100 files and 512 KiB at most, the rest
 *   next time (200). DELETE, MOVE: 204, also when it is gone already.
 * Else status 0 with left false and the reason in error (no path): nothing was done. The path
 * must be absolute and without "..". Answers in `a`. */
struct gw_answer spool_do(const struct gw_call *call, struct arena *a);

/* To the folder, answered before this returns, or to the wire: as http_start. */
void spool_or_wire(struct http_pool *pool, const struct gw_call *call, bool allow_private,
                   void (*done)(const struct gw_answer *answer, void *ctx), void *ctx);

#endif
