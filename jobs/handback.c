/* handback.c - a human is done with a conversation: it goes back to the service. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/handback.h"

#include "base/buf.h"
#include "base/clock.h"
#include "bot/engine.h"
#include "bot/session.h"
#include "db/cases.h"
#include "db/inbox.h"
#include "db/sessions.h"

#define START_LATE_MS (2 * MS_DAY) /* begun later than that, nobody remembers why */

/* The engine looks at what waits for its turn. */
static enum rc look(struct db *db, int64_t contact_id, int64_t now_ms) {
    struct inbox_row ev = {
        .contact_id = contact_id, .kind = INBOX_TIMEOUT, .token = STR(ENGINE_TOKEN_PENDING)};
    int64_t id;
    enum rc rc = inbox_event(db, &ev, now_ms, &id);
    return rc == E_CONFLICT ? OK : rc;
}

enum rc handback_close(struct db *db, int64_t case_id, int64_t staff_id, int64_t now_ms) {
    struct arena a;
    struct case_row c;
    arena_init(&a);
    enum rc rc = cases_get(db, case_id, &a, &c);
    if (rc == OK) {
        rc = cases_close(db, case_id, staff_id, now_ms);
    }
    if (rc == OK) {
        rc = look(db, c.contact_id, now_ms);
    }
    arena_done(&a);
    return rc;
}

enum rc handback_release(struct db *db, int64_t contact_id, int64_t now_ms) {
    struct arena a;
    struct talk t;
    struct session s = {0};
    struct buf json;
    arena_init(&a);
    buf_init(&json, SESSION_BYTES_MAX);
    enum rc rc = sessions_load(db, contact_id, &a, &t);
    if (rc == OK && session_read(t.session, &a, &s, NULL) == OK) {
        session_release(&s);
    } /* one that cannot be read is freed by being emptied */
    if (rc == OK) {
        rc = session_write(&s, &json);
    }
    if (rc == OK) {
        t.session = buf_view(&json);
        rc = sessions_put(db, &t);
    }
    if (rc == OK) {
        rc = look(db, contact_id, now_ms);
    }
    buf_done(&json);
    arena_done(&a);
    return rc;
}

enum rc handback_start(struct db *db, int64_t contact_id, struct str flow, int64_t ready_ms,
                       int64_t now_ms) {
    struct arena a;
    int64_t id;
    arena_init(&a);
    struct inbox_row ev = {.contact_id = contact_id,
                           .kind = INBOX_EVENT,
                           .name = arena_printf(&a, "flow:%.*s", STR_ARG(flow)),
                           .priority = SAY_QUESTION,
                           .key =
                               arena_printf(&a, "staff/%lld/%.*s/%lld", (long long)contact_id,
                                            STR_ARG(flow), (long long)now_ms),
                           .expires_ms = ready_ms + START_LATE_MS,
                           .ready_ms = ready_ms};
    enum rc rc = inbox_event(db, &ev, now_ms, &id);
    arena_done(&a);
    return rc == E_CONFLICT ? OK : rc;
}
