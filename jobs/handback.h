/* handback.h - a human is done with a conversation: it goes back to the service. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_HANDBACK_H
#define JOBS_HANDBACK_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct db;

/* Closes the case and tells the engine, so that what waited for its turn (an invitation, a
 * check-in) goes on at once and not at the engine's next look. In a write transaction; any
 * connection. E_STATE: closed already. */
enum rc handback_close(struct db *db, int64_t case_id, int64_t staff_id,
                       int64_t now_ms) MUST_USE;

/* Frees a person who is stuck: their conversations end without a word, what waited for its turn
 * goes on. In a write transaction; any connection. NONE: no such person. E_CONFLICT: they are
 * being answered right now, try again. */
enum rc handback_release(struct db *db, int64_t contact_id, int64_t now_ms) MUST_USE;

/* A member of the staff begins a conversation with somebody; it takes its turn like any other.
 * `ready_ms`: not before. The same. */
enum rc handback_start(struct db *db, int64_t contact_id, struct str flow, int64_t ready_ms,
                       int64_t now_ms) MUST_USE;

#endif
