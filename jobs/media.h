/* media.h - files that people send: fetched from the network after the message is safe. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_MEDIA_H
#define JOBS_MEDIA_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct service;

/* A message is stored with a line for each of its files; later, outside any turn, the file is
 * asked for, weighed, recognised by its bytes and kept in the database. A picture that never
 * comes loses nobody's words. On the writer's thread, all of it. */

void media_open(struct service *s);
void media_close(struct service *s);

/* A file that came with a stored message; in the transaction that stores it. Positions and
 * whatever is no file are passed over. */
enum rc media_expect(struct service *s, struct str channel, int64_t inbox_id,
                     struct str attachment, struct arena *a, int64_t now_ms) MUST_USE;

/* Begins to fetch what is due. How many, or a negative rc. */
int media_round(struct service *s);
/* Files whose fetch has begun and is not over. */
size_t media_in_flight(const struct service *s);
/* When a file may be asked for next; INT64_MAX when none waits. */
int64_t media_next_ms(struct service *s);
/* Empties what has been kept long enough. */
enum rc media_forget(struct service *s) MUST_USE;

#endif
