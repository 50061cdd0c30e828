/* door.c - the last door before the wire: may this message still leave, now? */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/door.h"

#include "base/clock.h"
#include "bot/session.h"
#include "db/sessions.h"
#include "jobs/hours.h"
#include "jobs/service.h"

#define PEACE_MS (15 * MS_MINUTE) /* two questions never reach a phone closer than this */

/* What a kind of message may and may not do; the words are those of the outbox. */
struct manners {
    const char *kind;
    bool any_hour;    /* leaves at once */
    bool counts;      /* for the daily cap */
    bool waits_pause; /* the person asked for peace: postponed for good */
    bool waits_human; /* not while an advisor leads the conversation */
    bool is_reminder;
};

static const struct manners MANNERS[] = {
    {"reply", true, false, false, false, false},
    {"staff", true, false, false, false, false},
    {"urgent", false, false, false, false, false},
    {"reminder", false, true, false, false, true},
    {"question", false, true, true, true, false},
    {"survey", false, true, true, true, false},
    {"bulk", false, true, true, true, false},
};

static const struct manners *manners_of(struct str kind) {
    for (size_t i = 0; i < sizeof MANNERS / sizeof *MANNERS; i++) {
        if (str_is(kind, MANNERS[i].kind)) {
            return &MANNERS[i];
        }
    }
    return &MANNERS[sizeof MANNERS / sizeof *MANNERS -
                    1]; /* an unknown kind gets the strictest */
}

int32_t door_day(const struct service *s, int64_t ms) {
    struct date d;
    struct tod t;
    zone_to_civil(s->config->org.tz, ms, &d, &t);
    return d.year * 10000 + d.month * 100 + d.day;
}

static struct door hold(const char *reason) {
    return (struct door){.says = DOOR_HOLD, .reason = reason};
}

static struct door wait_until(int64_t ms, const char *reason) {
    return (struct door){.says = DOOR_WAIT, .wait_until_ms = ms, .reason = reason};
}

/* What forbids, for good. */
static bool forbidden(const struct outbox_row *m, const struct manners *k,
                      const struct outbox_who *c, int64_t now, struct door *ret) {
    if (c->erased) {
        *ret = hold("erased");
    } else if (c->stop_all_ms && !m->confirms_stop) {
        *ret = hold("stop");
    } else if (c->stop_reminders_ms && k->is_reminder) {
        *ret = hold("stop reminders");
    } else if (c->pause_until_ms > now && k->waits_pause) {
        *ret = hold("pause");
    } else if (m->expires_ms && m->expires_ms <= now) {
        *ret = (struct door){.says = DOOR_EXPIRE, .reason = "too late"};
    } else if (c->bad_address || (c->blocked_address && !m->confirms_stop)) {
        *ret = hold(c->bad_address ? "bad address" : "blocked address");
        ret->closed = true;
    } else {
        return false;
    }
    return true;
}

/* When a broadcast may follow the question that is open; 0 when none is. A question asked at
 * night leaves in the morning: it counts from then. */
static int64_t peace_until(const struct outbox_row *m, const struct talk *t, struct arena *a) {
    struct session s;
    struct err e;
    if (!m->broadcast_id || session_read(t->session, a, &s, &e) != OK ||
        s.wait != WAIT_ANSWER) {
        return 0;
    }
    return (t->last_out_ms > s.asked_ms ? t->last_out_ms : s.asked_ms) + PEACE_MS;
}

static int64_t tomorrow(const struct service *s, int64_t now) {
    struct date d;
    struct tod t;
    zone_to_civil(s->config->org.tz, now, &d, &t);
    return hours_next_open(s->config, hours_at(s->config, date_add_days(d, 1), 0));
}

static enum rc delayed(struct service *s, const struct outbox_row *m, const struct manners *k,
                       int64_t now, struct arena *a, struct door *ret) {
    *ret = (struct door){.says = DOOR_GO, .counts = k->counts};
    if (k->any_hour) {
        return OK;
    }
    int64_t open = hours_next_open(s->config, now);
    if (open != now) {
        *ret = open < 0 ? hold("no opening hours") : wait_until(open, "hours");
        return OK;
    }
    struct talk t;
    enum rc rc = sessions_load(s->db, m->contact_id, a, &t);
    if (rc != OK) {
        return rc < OK ? rc : OK;
    }
    if (k->waits_human && t.paused_case && t.paused_case != m->case_id) {
        *ret = wait_until(tomorrow(s, now), "a human has the conversation");
        return OK;
    }
    int64_t peace = peace_until(m, &t, a);
    if (peace > now) {
        *ret = wait_until(peace, "another question is open");
        return OK;
    }
    int sent = 0;
    rc = k->counts ? sessions_day_count(s->db, m->contact_id, door_day(s, now), &sent) : OK;
    if (rc >= OK && sent >= s->config->sending.daily_cap) {
        *ret = wait_until(tomorrow(s, now), "daily cap");
    }
    return rc < OK ? rc : OK;
}

enum rc door_ask(struct service *s, const struct outbox_row *m, int64_t now_ms, struct arena *a,
                 struct door *ret) {
    const struct manners *k = manners_of(m->kind);
    if (!m->who.known) {
        *ret = hold("nobody there");
        return OK;
    }
    if (forbidden(m, k, &m->who, now_ms, ret)) {
        return OK;
    }
    enum rc rc = delayed(s, m, k, now_ms, a, ret);
    /* a delay past the expiry is an end */
    if (rc == OK && ret->says == DOOR_WAIT && m->expires_ms &&
        ret->wait_until_ms >= m->expires_ms) {
        *ret = (struct door){.says = DOOR_EXPIRE, .reason = ret->reason};
    }
    return rc;
}
