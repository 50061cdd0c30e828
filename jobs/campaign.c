/* campaign.c - a broadcast becomes one message a person, at a pace; the last door keeps the
 * hours. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/campaign.h"

#include "base/fault.h"
#include "base/log.h"
#include "bot/effect.h"
#include "db/addresses.h"
#include "db/outbox.h"
#include "db/sql.h"
#include "gateways/sms_text.h"
#include "jobs/carriers.h"
#include "jobs/effects.h"
#include "jobs/hours.h"
#include "jobs/route.h"
#include "jobs/service.h"

#define SLICE_MS (5 * MS_SECOND) /* the pace is kept over slices of this length */

struct str campaign_text(const struct broadcast *b, struct arena *a) {
    /* neither gendered nor outside the GSM alphabet: these words are paid for by every message
     */
    const char *how = str_is(b->lang, "en")
                          ? "Reply 1 yes or 2 no. STOP to receive nothing more."
                          : "Réponse : 1 oui, 2 non. STOP pour ne plus rien recevoir.";
    return arena_printf(a, "%.*s\n%s", STR_ARG(b->text), how);
}

static enum rc queue_one(struct service *s, const struct broadcast *b,
                         const struct broadcast_person *who, struct arena *a, int64_t now) {
    struct contact_address addr;
    enum rc rc = route_reach(s, who->contact_id, a, &addr);
    if (rc != OK) {
        return rc == NONE ? broadcasts_skipped(s->db, b->id, who->contact_id, STR("no address"))
                          : rc;
    }
    struct carrier *c = carrier_for(s, addr.at, addr.channel);
    if (!c) {
        return broadcasts_skipped(s->db, b->id, who->contact_id, STR("no channel"));
    }
    struct str text = effects_text(c, campaign_text(b, a), STR_EMPTY, a);
    struct outbox_row m = {.contact_id = who->contact_id,
                           .address_id = addr.id,
                           .channel = c->gw.name,
                           .kind = effects_kind_name(SAY_BULK),
                           .priority = effects_priority(SAY_BULK),
                           .text = text,
                           .lang = b->lang,
                           .expires_ms = b->until_ms ? b->until_ms : now + 2 * MS_DAY,
                           .broadcast_id = b->id,
                           .staff_id = b->staff_id,
                           .segments = sms_count(text).segments};
    rc = outbox_put(s->db, &m, NULL, a, now);
    return rc == OK ? broadcasts_queued(s->db, b->id, who->contact_id, m.id) : rc;
}

static enum rc feed(struct service *s, const struct broadcast *b, int max, struct arena *a,
                    int64_t now, int *done) {
    if (b->until_ms && b->until_ms <= now) {
        return broadcasts_move(s->db, b->id, BROADCAST_DONE, now);
    }
    enum rc rc = b->state == BROADCAST_CONFIRMED
                     ? broadcasts_move(s->db, b->id, BROADCAST_SENDING, now)
                     : OK;
    struct broadcast_person *who = NULL;
    size_t n = 0;
    if (rc == OK) {
        rc = broadcasts_claim(s->db, b->id, max, a, &who, &n);
        if (rc == NONE) {
            log_event(LOG_LVL_INFO, "campaign.done", "broadcast=%lld", (long long)b->id);
            return broadcasts_move(s->db, b->id, BROADCAST_DONE, now);
        }
    }
    for (size_t i = 0; i < n && rc == OK; i++) {
        rc = queue_one(s, b, &who[i], a, now);
        (*done)++;
    }
    return rc;
}

int campaign_round(struct service *s, int64_t *ret_next_ms) {
    struct arena a;
    arena_init(&a);
    int64_t now = service_now(s);
    struct broadcast *b = NULL;
    size_t n = 0;
    int done = 0;
    *ret_next_ms = -1;
    enum rc rc = sql_done(broadcasts_active(s->db, now, &a, &b, &n));
    if (rc == OK && n > 0) {
        int64_t open = hours_next_open(s->config, now);
        *ret_next_ms = now + SLICE_MS;
        if (open != now) {
            *ret_next_ms = open;
            n = 0;
        }
    }
    if (rc == OK && n > 0 && now >= s->campaign_ms) {
        int max = (int)(s->config->sending.bulk_per_minute * SLICE_MS / MS_MINUTE);
        s->campaign_ms = now + SLICE_MS;
        rc = sql_begin(s->db, SQL_WRITE);
        for (size_t i = 0; i < n && rc == OK; i++) {
            rc = feed(s, &b[i], max > 0 ? max : 1, &a, now, &done);
        }
        FAULT("campaign.before_commit");
        if (sql_in_write(s->db)) {
            rc = sql_end(s->db, rc);
        }
        FAULT("campaign.after_commit");
    }
    arena_done(&a);
    if (rc < OK) {
        log_event(LOG_LVL_ERROR, "campaign.refused", "rc=%s why=\"%s\"", rc_name(rc),
                  sql_error(s->db));
        return rc;
    }
    return done;
}
