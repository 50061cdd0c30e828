/* outbox_priv.h - how a row of the outbox is read, for the files that do. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_OUTBOX_PRIV_H
#define DB_OUTBOX_PRIV_H

#include "db/outbox.h"
#include "db/sql.h"

#define OUTBOX_COLUMNS                                                                         \
    "o.id, o.contact_id, o.address_id, a.scheme, a.value, o.channel, o.kind, o.priority, "     \
    "o.text, "                                                                                 \
    "o.buttons, o.attachments, o.lang, o.ask_contact, o.confirms_stop, o.state, o.next_ms, "   \
    "o.expires_ms, o.attempt, o.first_part, o.arm_ms, o.arm_token, o.broadcast_id, "           \
    "o.meetup_id, "                                                                            \
    "o.wave_id, o.case_id, o.inbox_id, o.staff_id, o.segments, o.reason, o.created_ms, "       \
    "o.sent_ms, o.final_ms"
#define OUTBOX_FROM " FROM outbox o LEFT JOIN addresses a ON a.id = o.address_id"

extern const char *const OUTBOX_NAMES[OUTBOX_STATES];
void outbox_read_row(struct sql_stmt *st, struct arena *a, struct outbox_row *m);

#endif
