/* handon.c - a conversation of one person begins another for somebody else. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/handon.h"

#include "base/json.h"
#include "base/log.h"
#include "base/phone.h"
#include "db/addresses.h"
#include "db/contacts.h"
#include "db/inbox.h"
#include "jobs/door.h"
#include "jobs/hours.h"
#include "jobs/service.h"

#define EXPIRES_MS (2 * MS_DAY)

static enum rc by_address(struct person *p, struct str scheme, struct str value,
                          int64_t *ret_id) {
    struct contact_address at;
    struct address wanted = {scheme, value};
    enum rc rc = addresses_find(p->s->db, wanted, p->a, &at);
    if (rc == OK) {
        *ret_id = at.contact_id;
    }
    return rc;
}

static enum rc by_phone(struct person *p, struct str number, int64_t *ret_id) {
    struct phone ph;
    if (phone_parse(number, p->s->config->org.country, p->a, &ph) != OK) {
        return NONE;
    }
    enum rc rc = by_address(p, STR("tel"), ph.e164, ret_id);
    /* a simulated office: its phones bear the scheme of its gateway */
    return rc == NONE && p->address.at.scheme.n > 0
               ? by_address(p, p->address.at.scheme, ph.e164, ret_id)
               : rc;
}

/* An id, "telegram:123456", or a phone number. */
static enum rc find(struct person *p, struct str who, struct contact *ret) {
    size_t colon = str_find_char(who, ':', 0);
    int64_t id = 0;
    enum rc rc = NONE;
    if (colon != SIZE_MAX) {
        rc = by_address(p, str_sub(who, 0, colon), str_sub(who, colon + 1, who.n), &id);
    } else {
        rc = by_phone(p, who, &id);
        if (rc == NONE && str_to_i64(who, &id) && id > 0) {
            rc = OK;
        }
    }
    return rc == OK ? contacts_get(p->s->db, id, p->a, ret) : rc;
}

static enum rc put_event(struct person *p, const struct effect_start *start, int64_t to) {
    struct inbox_row ev = {.contact_id = to,
                           .kind = INBOX_EVENT,
                           .name = arena_printf(p->a, "flow:%.*s", STR_ARG(start->flow)),
                           .data = json_text(start->with, p->a),
                           .priority = SAY_QUESTION,
                           .ready_ms = hours_begin(p->s->config, p->now_ms)};
    ev.expires_ms = ev.ready_ms + EXPIRES_MS;
    ev.key = arena_printf(p->a, "handon/%.*s/%lld/%lld/%lld", STR_ARG(start->flow),
                          (long long)p->contact.id, (long long)to,
                          (long long)door_day(p->s, p->now_ms));
    int64_t id;
    return inbox_event(p->s->db, &ev, p->now_ms, &id);
}

enum rc handon_start(struct person *p, const struct effect_start *start) {
    struct contact other;
    const char *why = NULL;
    enum rc rc = find(p, start->person, &other);
    if (rc < OK) {
        return rc;
    }
    if (rc == NONE) {
        why = "unknown";
    } else if (other.status != CONTACT_ENROLLED) {
        why = "not_enrolled";
    } else if (other.stop_all_ms != 0) {
        why = "stopped";
    } else if (other.pause_until_ms > p->now_ms) {
        why = "paused"; /* its question would be held at the door, and open all the same */
    } else {
        rc = put_event(p, start, other.id);
        why = rc == E_CONFLICT ? "twice_today" : NULL;
        if (rc != OK && rc != E_CONFLICT) {
            return rc;
        }
    }
    log_event(LOG_LVL_INFO, "handon.start", "from=%lld to=%lld flow=%.*s done=%d why=%s",
              (long long)p->contact.id, rc == NONE ? 0LL : (long long)other.id,
              STR_ARG(start->flow), why == NULL, why ? why : "");
    return OK;
}
