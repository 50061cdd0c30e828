/* handback.h - a human is done with a conversation: it goes back to the service. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_HANDBACK_H
#define JOBS_HANDBACK_H

#include <stdint.h>

#include "base/err.h"

struct db;

/* Closes the case and tells the engine, so that what waited for its turn (an invitation, a
 * check-in) goes on at once and not at the engine's next look. In a write transaction; any
 * connection. E_STATE: closed already. */
enum rc handback_close(struct db *db, int64_t case_id, int64_t staff_id,
                       int64_t now_ms) MUST_USE;

#endif
