/* remind.c - due timers become inbox events, each exactly once: the timer goes and the event
 * comes in one commit. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/remind.h"

#include <stdio.h>

#include "base/fault.h"
#include "base/json.h"
#include "base/log.h"
#include "bot/effect.h"
#include "db/contacts.h"
#include "db/followups.h"
#include "db/inbox.h"
#include "db/places.h"
#include "db/sql.h"
#include "db/timers.h"
#include "jobs/acts.h"
#include "jobs/ballot.h"
#include "jobs/hours.h"
#include "jobs/metrics.h"
#include "jobs/service.h"

#define TIMERS_A_ROUND 200
#define INVITES_A_TIMER                                                                        \
    200 /* a large group is invited in several timers, so that others are not kept waiting */

enum rc remind_raise(struct service *s, int64_t contact_id, const char *name, const char *data,
                     enum say_kind kind, const char *key, int64_t expires_ms, int64_t now) {
    struct inbox_row ev = {.contact_id = contact_id,
                           .kind = INBOX_EVENT,
                           .name = str_from(name),
                           .data = str_from(data),
                           .priority = (int)kind,
                           .key = str_from(key),
                           .expires_ms = expires_ms,
                           .ready_ms = hours_begin(s->config, now)};
    int64_t id;
    enum rc rc = inbox_event(s->db, &ev, now, &id);
    return rc == E_CONFLICT ? OK : rc;
}

static enum rc fire_timeout(struct service *s, const struct timer *t, int64_t now) {
    struct inbox_row ev = {.contact_id = t->contact_id,
                           .kind = INBOX_TIMEOUT,
                           .token = t->token,
                           .ready_ms = hours_begin(s->config, now)};
    int64_t id;
    enum rc rc = inbox_event(s->db, &ev, now, &id);
    return rc == E_CONFLICT ? OK : rc;
}

enum rc remind_invite_one(struct service *s, int64_t meetup_id, int64_t contact_id,
                          int64_t at_ms, int64_t now_ms) {
    char data[64], key[96];
    enum rc rc = places_invite(s->db, meetup_id, contact_id, now_ms);
    if (rc != OK) {
        return rc == NONE ? OK : rc; /* invited already */
    }
    snprintf(data, sizeof data, "{\"meetup\":%lld}", (long long)meetup_id);
    snprintf(key, sizeof key, "invite/%lld/%lld", (long long)meetup_id, (long long)contact_id);
    struct inbox_row ev = {.contact_id = contact_id,
                           .kind = INBOX_EVENT,
                           .name = STR("meetup.invited"),
                           .data = str_from(data),
                           .priority = SAY_QUESTION,
                           .key = str_from(key),
                           .expires_ms = at_ms + 4 * MS_DAY,
                           .ready_ms = hours_begin(s->config, at_ms)};
    int64_t id;
    rc = inbox_event(s->db, &ev, now_ms, &id);
    return rc == E_CONFLICT ? OK : rc;
}

static enum rc fire_invite(struct service *s, const struct timer *t, const struct val *data,
                           struct arena *a, int64_t now) {
    int64_t id = val_get_int(data, "meetup", 0), after = val_get_int(data, "after", 0);
    struct meetup m;
    enum rc rc = meetups_get(s->db, id, a, &m);
    if (rc != OK || m.state == MEETUP_CANCELLED || m.state == MEETUP_DONE ||
        m.starts_ms <= now) {
        return rc < OK ? rc : OK;
    }
    if (m.state == MEETUP_PLANNED) {
        rc = meetups_move(s->db, id, MEETUP_OPEN);
    }
    int64_t *who = NULL;
    size_t n = 0;
    if (rc == OK) {
        rc = sql_done(meetups_uninvited(s->db, id, after, INVITES_A_TIMER, now, a, &who, &n));
    }
    for (size_t i = 0; i < n && rc == OK; i++) {
        rc = remind_invite_one(s, id, who[i], now, now);
    }
    if (rc == OK && n == INVITES_A_TIMER) {
        struct timer next = *t;
        next.id = 0;
        next.due_ms = now;
        next.payload = arena_printf(a, "{\"meetup\":%lld,\"after\":%lld}", (long long)id,
                                    (long long)who[n - 1]);
        rc = timers_arm(s->db, &next, now);
    }
    return rc;
}

/* An event to everybody in some states of one meetup. */
static enum rc raise_to_places(struct service *s, int64_t meetup_id, unsigned mask,
                               const char *event, const char *data, enum say_kind kind,
                               const char *stem, int64_t expires, int64_t now,
                               struct arena *a) {
    struct place *place = NULL;
    size_t n = 0;
    enum rc rc = sql_done(places_list(s->db, meetup_id, mask, a, &place, &n));
    for (size_t i = 0; i < n && rc == OK; i++) {
        char key[128];
        snprintf(key, sizeof key, "%s/%lld/%lld", stem, (long long)meetup_id,
                 (long long)place[i].contact_id);
        rc = remind_raise(s, place[i].contact_id, event, data, kind, key, expires, now);
    }
    return rc;
}

static enum rc fire_reminder(struct service *s, const struct val *data, const char *when,
                             int64_t expires, struct arena *a, int64_t now) {
    int64_t id = val_get_int(data, "meetup", 0);
    struct meetup m;
    enum rc rc = meetups_get(s->db, id, a, &m);
    if (rc != OK || m.state == MEETUP_CANCELLED || m.starts_ms <= now) {
        return rc < OK ? rc : OK;
    }
    char text[96], stem[32];
    snprintf(text, sizeof text, "{\"meetup\":%lld,\"when\":\"%s\"}", (long long)id, when);
    snprintf(stem, sizeof stem, "reminder-%s-%d", when, m.day.day);
    return raise_to_places(s, id, 1u << PLACE_YES, "meetup.reminder", text, SAY_REMINDER, stem,
                           expires, now, a);
}

static enum rc fire_after(struct service *s, const struct val *data, struct arena *a,
                          int64_t now) {
    int64_t id = val_get_int(data, "meetup", 0);
    struct meetup m;
    enum rc rc = meetups_get(s->db, id, a, &m);
    if (rc != OK || m.state == MEETUP_CANCELLED) {
        return rc < OK ? rc : OK;
    }
    if (m.state == MEETUP_OPEN) {
        rc = meetups_move(s->db, id, MEETUP_DONE);
    }
    char text[64];
    snprintf(text, sizeof text, "{\"meetup\":%lld}", (long long)id);
    if (rc == OK) {
        /* presence is not known yet: the flow asks it, then the opinion of those who came */
        rc = raise_to_places(s, id, 1u << PLACE_YES, "meetup.attendance", text, SAY_SURVEY,
                             "attendance", now + 2 * MS_DAY, now, a);
    }
    if (rc == OK) {
        rc = raise_to_places(s, id, 1u << PLACE_CAME, "meetup.feedback", text, SAY_SURVEY,
                             "feedback", now + 2 * MS_DAY, now, a);
    }
    return rc;
}

static enum rc fire_promote(struct service *s, const struct val *data, struct arena *a,
                            int64_t now) {
    int64_t id = val_get_int(data, "meetup", 0);
    const struct place_promoted *promoted = NULL;
    size_t n = 0;
    enum rc rc = places_promote(s->db, id, a, now, &promoted, &n);
    if (rc != OK) {
        return rc == NONE || rc == E_STATE ? OK : rc;
    }
    return act_tell_promoted(s, id, promoted, n, now);
}

static enum rc wave_again(struct service *s, const struct wave *w, int64_t attempt,
                          int64_t due_ms, struct arena *a, int64_t now) {
    struct timer next = {.due_ms = due_ms,
                         .kind = STR("wave"),
                         .contact_id = w->contact_id,
                         .key = arena_printf(a, "wave/%lld", (long long)w->id),
                         .payload = arena_printf(a, "{\"wave\":%lld,\"attempt\":%lld}",
                                                 (long long)w->id, (long long)attempt)};
    return timers_arm(s->db, &next, now);
}

/* A follow-up question is due (attempt 0), or was not answered (1, 2...). After the last
 * attempt the person is on the advisor's call list. */
static enum rc fire_wave(struct service *s, const struct val *data, struct arena *a,
                         int64_t now) {
    int64_t id = val_get_int(data, "wave", 0), attempt = val_get_int(data, "attempt", 0);
    struct wave w;
    enum rc rc = followups_wave(s->db, id, a, &w);
    if (rc != OK ||
        (w.state != WAVE_PLANNED && w.state != WAVE_ASKED && w.state != WAVE_PARTIAL)) {
        return rc < OK ? rc : OK;
    }
    struct contact who;
    rc = contacts_get(s->db, w.contact_id, a, &who);
    if (rc == OK && who.pause_until_ms > now) {
        return wave_again(s, &w, attempt, who.pause_until_ms, a,
                          now); /* a pause is no silence */
    }
    if (attempt > s->config->follow_up.retries) {
        log_event(LOG_LVL_INFO, "wave.unreached", "wave=%lld contact=%lld", (long long)id,
                  (long long)w.contact_id);
        rc = followups_move(s->db, id, WAVE_UNREACHED, now);
        return rc == E_STATE ? OK : rc;
    }
    char text[96], key[96];
    snprintf(text, sizeof text, "{\"wave\":%lld,\"attempt\":%lld}", (long long)id,
             (long long)attempt);
    snprintf(key, sizeof key, "wave/%lld/%lld", (long long)id, (long long)attempt);
    rc = remind_raise(s, w.contact_id, "wave.due", text, SAY_SURVEY, key,
                      now + s->config->follow_up.retry_ms, now);
    if (rc == OK) {
        rc = followups_asked(s->db, id, now);
    }
    return rc == OK
               ? wave_again(s, &w, attempt + 1, now + s->config->follow_up.retry_ms, a, now)
               : rc;
}

static enum rc fire(struct service *s, const struct timer *t, struct arena *a, int64_t now) {
    if (str_is(t->kind, TIMERS_TIMEOUT)) {
        return fire_timeout(s, t, now);
    }
    const struct val *data = NULL;
    struct err e = {0};
    if (json_parse(t->payload, a, &data, &e) != OK) {
        log_err("remind.payload", &e, "timer=%lld", (long long)t->id);
        return OK;
    }
    int64_t late = t->expires_ms ? t->expires_ms : now + s->config->sending.reminder_late_ms;
    if (str_is(t->kind, "invite")) {
        return fire_invite(s, t, data, a, now);
    }
    if (str_is(t->kind, "reminder_j2")) {
        return fire_reminder(s, data, "j2", late, a, now);
    }
    if (str_is(t->kind, "reminder_j0")) {
        return fire_reminder(s, data, "j0", late, a, now);
    }
    if (str_is(t->kind, "after")) {
        return fire_after(s, data, a, now);
    }
    if (str_is(t->kind, "promote")) {
        return fire_promote(s, data, a, now);
    }
    if (str_is(t->kind, "wave")) {
        return fire_wave(s, data, a, now);
    }
    bool mine;
    enum rc rc = ballot_fire(s, t, data, a, now, &mine);
    if (mine) {
        return rc;
    }
    log_event(LOG_LVL_ERROR, "remind.unknown_kind", "timer=%lld kind=%.*s", (long long)t->id,
              STR_ARG(t->kind));
    return OK;
}

int remind_round(struct service *s) {
    struct arena a;
    int64_t now = service_now(s), expired = 0, due;
    enum rc found = timers_next_ms(s->db, &due);
    if (found != OK || due > now) {
        return found < OK ? (int)found : 0;
    }
    arena_init(&a);
    struct timer *t = NULL;
    size_t n = 0;
    enum rc rc = sql_begin(s->db, SQL_WRITE);
    if (rc == OK) {
        rc = sql_done(timers_claim(s->db, now, TIMERS_A_ROUND, &a, &t, &n, &expired));
        for (size_t i = 0; i < n && rc == OK; i++) {
            rc = fire(s, &t[i], &a, now);
        }
        FAULT("remind.before_commit");
        rc = sql_end(s->db, rc);
        FAULT("remind.after_commit");
    }
    if (rc < OK) {
        log_event(LOG_LVL_ERROR, "remind.refused", "rc=%s why=\"%s\"", rc_name(rc),
                  sql_error(s->db));
    } else {
        metric_add(METRIC_TIMERS, (int64_t)n);
        metric_add(METRIC_EXPIRED, expired);
    }
    arena_done(&a);
    return rc < OK ? (int)rc : (int)n;
}
