/* followups_priv.h - how a wave is read. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_FOLLOWUPS_PRIV_H
#define DB_FOLLOWUPS_PRIV_H

#include "db/followups.h"
#include "db/sql.h"

#define WAVE_STATES 7
#define WAVE_COLUMNS                                                                           \
    "w.id, w.followup_id, w.contact_id, w.month, w.due, w.state, w.attempts, w.asked_ms, "     \
    "w.answered_ms, w.situation, w.success, w.difficulty, w.need, w.called_ms, w.called_by, "  \
    "w.call_note"

extern const char *const WAVE_NAMES[WAVE_STATES];
void followups_read_wave(struct sql_stmt *st, struct arena *a, struct wave *w);

#endif
