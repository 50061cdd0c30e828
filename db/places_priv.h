/* places_priv.h - how a place is read. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_PLACES_PRIV_H
#define DB_PLACES_PRIV_H

#include "db/places.h"
#include "db/sql.h"

#define PLACE_COLUMNS                                                                          \
    "p.meetup_id, p.contact_id, p.state, p.rank, p.guests, p.note, p.invited_ms, "             \
    "p.answered_ms, "                                                                          \
    "p.offered_until_ms, p.late"

extern const char *const PLACE_NAMES[PLACE_STATES];
void places_read_row(struct sql_stmt *st, struct arena *a, struct place *p);

#endif
