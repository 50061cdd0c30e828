/* forget.c - what people wrote is kept for `keep.messages` months and no longer. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/forget.h"

#include "base/log.h"
#include "db/inbox.h"
#include "db/retention.h"
#include "jobs/service.h"

#define ROWS 500               /* at once: some milliseconds of the writer's time */
#define NEXT_MS MS_SECOND      /* to the next few */
#define PAUSE_MS (6 * MS_HOUR) /* from one sweep of all tables to the next */
#define MONTH_MS (365 * MS_DAY / 12)

int64_t forget_before(const struct config *c, int64_t now_ms) {
    return now_ms - c->keep.messages * MONTH_MS;
}

static enum rc one_step(struct service *s, int64_t now, int64_t *ret_n) {
    if (s->forget_step == retention_steps()) {
        return inbox_unsee(s->db, now, ROWS, ret_n);
    }
    return retention_step(s->db, s->forget_step, forget_before(s->config, now), ROWS, now,
                          ret_n);
}

enum rc forget_round(struct service *s) {
    int64_t now = service_now(s), n = 0;
    if (now < s->forget_ms) {
        return OK;
    }
    enum rc rc = one_step(s, now, &n);
    s->forget_ms = now + NEXT_MS;
    if (rc != OK) {
        return rc;
    }
    if (n > 0 && s->forget_step < retention_steps()) {
        log_event(LOG_LVL_INFO, "words.forgotten", "table=%s n=%lld",
                  retention_name(s->forget_step), (long long)n);
    }
    if (n < ROWS && ++s->forget_step > retention_steps()) {
        s->forget_step = 0;
        s->forget_ms = now + PAUSE_MS;
    }
    return OK;
}
