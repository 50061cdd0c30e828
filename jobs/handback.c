/* handback.c - a human is done with a conversation: it goes back to the service. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/handback.h"

#include "bot/engine.h"
#include "db/cases.h"
#include "db/inbox.h"

enum rc handback_close(struct db *db, int64_t case_id, int64_t staff_id, int64_t now_ms) {
    struct arena a;
    struct case_row c;
    arena_init(&a);
    enum rc rc = cases_get(db, case_id, &a, &c);
    if (rc == OK) {
        rc = cases_close(db, case_id, staff_id, now_ms);
    }
    if (rc == OK) {
        struct inbox_row ev = {.contact_id = c.contact_id,
                               .kind = INBOX_TIMEOUT,
                               .token = STR(ENGINE_TOKEN_PENDING)};
        int64_t id;
        rc = inbox_event(db, &ev, now_ms, &id);
        rc = rc == E_CONFLICT ? OK : rc;
    }
    arena_done(&a);
    return rc;
}
