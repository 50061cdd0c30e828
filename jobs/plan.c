/* plan.c - looks ahead: the next meetups of each series, their timers, and the follow-ups that
 * come due. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>

#include "base/json.h"
#include "base/log.h"
#include "base/recur.h"
#include "db/followups.h"
#include "db/inbox.h"
#include "db/outbox.h"
#include "db/places.h"
#include "db/series.h"
#include "db/sessions.h"
#include "db/sql.h"
#include "db/timers.h"
#include "bot/effect.h"
#include "jobs/config_value.h"
#include "jobs/hours.h"
#include "jobs/remind.h"
#include "jobs/service.h"

#define HORIZON_DAYS 62 /* two months of meetups exist at any time */
#define MEETUPS_A_PLAN 16
#define WAVES_A_PLAN 500
#define SILENT_A_PAGE 200
#define SILENCE_WINDOW_MS (3 * MS_DAY) /* longer than any hour of questions is away */

static enum rc arm(struct service *s, const struct meetup *m, const char *kind, int64_t due,
                   int64_t expires, int64_t now) {
    char key[64], payload[64];
    snprintf(key, sizeof key, "meetup/%lld/%s", (long long)m->id, kind);
    snprintf(payload, sizeof payload, "{\"meetup\":%lld}", (long long)m->id);
    if (expires && expires <= now) {
        return timers_cancel(s->db, str_from(key));
    }
    struct timer t = {.due_ms = due < now ? now : due,
                      .kind = str_from(kind),
                      .key = str_from(key),
                      .payload = str_from(payload),
                      .expires_ms = expires};
    return timers_arm(s->db, &t, now);
}

enum rc remind_arm_meetup(struct service *s, const struct meetup *m, int64_t now_ms) {
    const struct config *c = s->config;
    int days = c->meetups.invite_days;
    struct arena a;
    arena_init(&a);
    struct series series;
    if (m->series_id && series_get(s->db, m->series_id, &a, &series) == OK &&
        series.invite_days > 0) {
        days = series.invite_days;
    }
    arena_done(&a);
    int64_t late = c->sending.reminder_late_ms;
    int64_t invite = hours_at(c, date_add_days(m->day, -days), c->meetups.at.to);
    int64_t j2 = hours_at(c, date_add_days(m->day, -2), c->meetups.at.from);
    int64_t j0 = hours_at(c, m->day, c->meetups.at.from);
    if (j0 > m->starts_ms - MS_HOUR) {
        j0 = m->starts_ms - 2 * MS_HOUR; /* a morning meetup is recalled two hours before */
    }
    /* an invitation that is late is still an invitation until the meetup begins; a reminder is
     * not a reminder */
    enum rc rc =
        m->state == MEETUP_PLANNED ? arm(s, m, "invite", invite, m->starts_ms, now_ms) : OK;
    if (rc == OK) {
        rc = arm(s, m, "reminder_j2", j2, j2 + late, now_ms);
    }
    if (rc == OK) {
        rc = arm(s, m, "reminder_j0", j0, j0 + late < m->starts_ms ? j0 + late : m->starts_ms,
                 now_ms);
    }
    if (rc == OK) {
        rc = arm(s, m, "after", m->ends_ms + c->meetups.feedback_ms, m->ends_ms + 3 * MS_DAY,
                 now_ms);
    }
    return rc;
}

static enum rc plan_day(struct service *s, const struct series *series, const struct zone *z,
                        struct date day, struct hours at, int64_t now) {
    struct tod t = {(int8_t)(at.from / 60), (int8_t)(at.from % 60), 0, 0};
    struct meetup m = {.series_id = series->id,
                       .title = series->title,
                       .day = day,
                       .starts_ms = zone_to_utc(z, day, t),
                       .zone = series->zone,
                       .venue = series->venue,
                       .way = series->way,
                       .capacity = series->capacity,
                       .offer_ms = series->offer_ms ? series->offer_ms
                                                    : s->config->meetups.answer_hours * MS_HOUR,
                       .owner_id = series->owner_id};
    m.ends_ms = m.starts_ms + series->duration_min * MS_MINUTE;
    if (m.starts_ms <= now) {
        return OK;
    }
    enum rc rc = meetups_put(s->db, &m, now);
    if (rc == E_CONFLICT) {
        return OK; /* planned already, perhaps moved by staff */
    }
    return rc == OK ? remind_arm_meetup(s, &m, now) : rc;
}

/* "14:00" as minutes, in the form the hours use. */
static bool minutes_at(struct str at, struct hours *ret) {
    char text[32];
    snprintf(text, sizeof text, "%.*s-24:00", STR_ARG(at));
    return config_hours(str_from(text), ret) == OK;
}

static enum rc plan_series(struct service *s, const struct series *series, int64_t now) {
    const struct zone *z;
    struct err e = {0};
    struct hours at;
    struct date today, days[MEETUPS_A_PLAN];
    struct tod t;
    int n = 0;
    if (zone_get(series->zone, &z, &e) != OK || !minutes_at(series->at, &at)) {
        log_err("plan.series", &e, "series=%lld", (long long)series->id);
        return OK;
    }
    zone_to_civil(z, now, &today, &t);
    struct date from = date_cmp(series->start, today) > 0 ? series->start : today;
    if (recur_dates(series->rule, series->start, from, days, MEETUPS_A_PLAN, &n, &e) != OK) {
        log_err("plan.rule", &e, "series=%lld", (long long)series->id);
        return OK;
    }
    enum rc rc = OK;
    for (int i = 0;
         i < n && rc == OK && date_to_days(days[i]) - date_to_days(today) <= HORIZON_DAYS;
         i++) {
        rc = plan_day(s, series, z, days[i], at, now);
    }
    return rc;
}

/* Waves become due on a civil day; the question leaves at the hour of questions. */
static enum rc plan_waves(struct service *s, struct arena *a, int64_t now) {
    struct date today;
    struct tod t;
    struct wave *w = NULL;
    size_t n = 0;
    zone_to_civil(s->config->org.tz, now, &today, &t);
    enum rc rc = sql_done(followups_due(s->db, today, WAVES_A_PLAN, a, &w, &n));
    for (size_t i = 0; i < n && rc == OK; i++) {
        int64_t at = hours_at(s->config, w[i].due, s->config->meetups.at.to);
        struct timer timer = {
            .due_ms = at < now ? now : at,
            .kind = STR("wave"),
            .contact_id = w[i].contact_id,
            .key = arena_printf(a, "wave/%lld", (long long)w[i].id),
            .payload = arena_printf(a, "{\"wave\":%lld,\"attempt\":0}", (long long)w[i].id)};
        rc = timers_arm(s->db, &timer, now);
    }
    return rc;
}

/* Nobody has heard from them for so many weeks: one question, once a silence. Only those whose
 * silence has just become that long are looked at, so that an office that begins, or comes back
 * after a stop, does not write to everybody at once. */
static enum rc plan_silent(struct service *s, struct arena *a, int64_t now) {
    int64_t before = now - s->config->follow_up.silence_weeks * 7 * MS_DAY, *who = NULL;
    size_t n = 0;
    if (s->config->follow_up.silence_weeks == 0) {
        return OK;
    }
    struct str data = arena_printf(a, "{\"weeks\":%d}", s->config->follow_up.silence_weeks);
    enum rc rc = OK;
    int64_t after = 0;
    do {
        rc = sessions_silent(s->db, before - SILENCE_WINDOW_MS, before, after, SILENT_A_PAGE, a,
                             &who, &n);
        for (size_t i = 0; i < n && rc == OK; i++) {
            struct talk t;
            rc = sessions_load(s->db, who[i], a, &t);
            struct str key = arena_printf(a, "silence/%lld/%lld", (long long)who[i],
                                          (long long)t.last_in_ms);
            if (rc == OK) {
                rc = remind_raise(s, who[i], "silence", data.p, SAY_SURVEY, key.p,
                                  now + 2 * MS_DAY, now);
            }
            after = who[i];
        }
    } while (rc == OK && n == SILENT_A_PAGE);
    return rc;
}

enum rc remind_plan(struct service *s) {
    struct arena a;
    arena_init(&a);
    int64_t now = service_now(s);
    struct series *series = NULL;
    size_t n = 0;
    enum rc rc = sql_begin(s->db, SQL_WRITE);
    if (rc == OK) {
        rc = sql_done(series_list(s->db, true, &a, &series, &n));
        for (size_t i = 0; i < n && rc == OK; i++) {
            rc = plan_series(s, &series[i], now);
        }
        if (rc == OK) {
            rc = plan_waves(s, &a, now);
        }
        if (rc == OK) {
            rc = plan_silent(s, &a, now);
        }
        rc = sql_end(s->db, rc);
    }
    arena_done(&a);
    return rc;
}

/* ---- changes by staff ---- */

static enum rc tell_places(struct service *s, int64_t meetup_id, const char *event,
                           const char *data, const char *stem, int64_t now) {
    struct arena a;
    arena_init(&a);
    unsigned mask = 1u << PLACE_YES | 1u << PLACE_WAITING | 1u << PLACE_OFFERED;
    struct place *place = NULL;
    size_t n = 0;
    enum rc rc = sql_done(places_list(s->db, meetup_id, mask, &a, &place, &n));
    for (size_t i = 0; i < n && rc == OK; i++) {
        struct inbox_row ev = {
            .contact_id = place[i].contact_id,
            .kind = INBOX_EVENT,
            .name = str_from(event),
            .data = str_from(data),
            .priority = SAY_URGENT,
            .ready_ms = hours_begin(s->config, now),
            .key = arena_printf(&a, "%s/%lld/%lld/%lld", stem, (long long)meetup_id,
                                (long long)place[i].contact_id, (long long)now)};
        int64_t id;
        rc = inbox_event(s->db, &ev, now, &id);
    }
    arena_done(&a);
    return rc;
}

enum rc remind_cancel(struct service *s, int64_t meetup_id, const char *reason,
                      int64_t now_ms) {
    int64_t held;
    char data[512], prefix[64];
    struct arena a;
    arena_init(&a);
    struct str quoted = str_sub(str_from(reason), 0, 160);
    struct val_builder *b = val_map_begin(&a);
    val_put(b, "meetup", val_int(&a, meetup_id));
    val_put(b, "cancelled", &VAL_TRUE);
    val_put(b, "reason", val_text(&a, quoted));
    struct str json = json_text(val_end(b), &a);
    snprintf(data, sizeof data, "%.*s", STR_ARG(json));
    arena_done(&a);
    snprintf(prefix, sizeof prefix, "meetup/%lld/", (long long)meetup_id);
    enum rc rc = meetups_move(s->db, meetup_id, MEETUP_CANCELLED);
    if (rc == OK) {
        rc = timers_cancel_prefix(s->db, str_from(prefix));
    }
    if (rc == OK) {
        rc = outbox_hold_back(s->db, 0, 0, meetup_id, 0, STR(""), STR("cancelled"), now_ms,
                              &held);
    }
    return rc == OK ? tell_places(s, meetup_id, "meetup.cancelled", data, "cancelled", now_ms)
                    : rc;
}

enum rc remind_changed(struct service *s, const struct meetup *before,
                       const struct meetup *after, int64_t now_ms) {
    char data[96];
    int64_t held;
    const char *what = before->starts_ms / MS_DAY != after->starts_ms / MS_DAY ? "date"
                       : before->starts_ms != after->starts_ms                 ? "time"
                                                                               : "venue";
    if (before->starts_ms == after->starts_ms && str_eq(before->venue, after->venue)) {
        return OK;
    }
    snprintf(data, sizeof data, "{\"meetup\":%lld,\"what\":\"%s\"}", (long long)after->id,
             what);
    enum rc rc = outbox_hold_back(s->db, 0, 0, after->id, 0, STR("reminder"), STR("changed"),
                                  now_ms, &held);
    if (rc == OK) {
        rc = remind_arm_meetup(s, after, now_ms);
    }
    return rc == OK ? tell_places(s, after->id, "meetup.changed", data, "changed", now_ms) : rc;
}
