/* agenda.c - one automatic question at a time: what may begin now and what waits for its turn.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/agenda.h"

#include <string.h>

#include "bot/walk.h"

static bool is_known(const struct run *r, struct str key) {
    for (size_t i = 0; key.n && i < r->s.frames; i++) {
        if (str_eq(r->frame[i].key, key)) {
            return true;
        }
    }
    for (size_t i = 0; key.n && i < r->s.pendings; i++) {
        if (str_eq(r->pending[i].key, key)) {
            return true;
        }
    }
    return false;
}

/* When the open question stops keeping others back; 0 when none is open. */
static int64_t held_until(struct run *r) {
    for (size_t i = r->s.frames; i-- > 0;) {
        if (r->frame[i].wait == WAIT_ANSWER) {
            return r->frame[i].asked_ms + ENGINE_HOLD_MS;
        }
        if (r->frame[i].wait == WAIT_CALL) {
            return r->frame[i].asked_ms + AGENDA_CALL_MS;
        }
    }
    return 0;
}

static bool may_begin(struct run *r, const struct program *p, int priority) {
    bool notice = !p->asks;
    if (r->s.frames >= SESSION_FRAMES_MAX - 2 ||
        (turn_top(r) && turn_top(r)->wait == WAIT_RESULT)) {
        return false;
    }
    if (r->w->paused || r->human) {
        return notice && priority == SAY_URGENT;
    }
    /* what has reached the person by another road (a broadcast) is what their next words are
     * about */
    return notice || p->interrupts || priority == SAY_URGENT || held_until(r) <= r->w->now_ms;
}

static void begin(struct run *r, const struct program *p, const struct val *with, int priority,
                  struct str key) {
    bool quiet = r->quiet;
    r->s.replying = false;
    r->quiet = !p->asks;
    r->last_say = -1;
    if (turn_push(r, p, with, priority, key, true)) {
        walk_begin(r);
    }
    r->quiet = quiet;
}

static void queue(struct run *r, const struct program *p, const struct val *with, int priority,
                  struct str key, int64_t expires_ms) {
    if (r->s.pendings >= SESSION_PENDING_MAX) {
        turn_trace(r, "no room left: %.*s is not started", STR_ARG(p->name));
        turn_case(r, "too_many_flows", STR_EMPTY, false, false);
        return;
    }
    r->pending[r->s.pendings++] = (struct pending){.flow = p->name,
                                                   .with = with,
                                                   .priority = priority,
                                                   .queued_ms = r->w->now_ms,
                                                   .expires_ms = expires_ms,
                                                   .key = key};
    int64_t due = held_until(r);
    if (due <= r->w->now_ms) {
        due = r->w->now_ms + ENGINE_HOLD_MS;
    }
    turn_trace(r, "%.*s waits for its turn", STR_ARG(p->name));
    turn_timer(r, due, STR(ENGINE_TOKEN_PENDING));
}

void agenda_start(struct run *r, const struct program *p, const struct val *with, int priority,
                  struct str key, int64_t expires_ms) {
    if (r->w->opted_out) {
        turn_trace(r, "%.*s is not started: the person said stop", STR_ARG(p->name));
    } else if (r->w->resting && priority >= SAY_QUESTION) {
        /* its words would be held back, and its question be open all the same */
        turn_trace(r, "%.*s is not started: a pause was asked for", STR_ARG(p->name));
    } else if (expires_ms && expires_ms <= r->w->now_ms) {
        turn_trace(r, "%.*s is not started: too late", STR_ARG(p->name));
    } else if (is_known(r, key)) {
        turn_trace(r, "%.*s is not started: begun already", STR_ARG(p->name));
    } else if (may_begin(r, p, priority)) {
        begin(r, p, with, priority, key);
    } else {
        queue(r, p, with, priority, key, expires_ms);
    }
}

/* The most pressing, the oldest of equals; expired ones and flows that no longer exist are
 * dropped. */
static int choose(struct run *r) {
    size_t kept = 0;
    int best = -1;
    for (size_t i = 0; i < r->s.pendings; i++) {
        struct pending p = r->pending[i];
        bool late = p.expires_ms && p.expires_ms <= r->w->now_ms;
        if (late || !library_get(r->w->library, p.flow)) {
            turn_trace(r, "%.*s is dropped: too late", STR_ARG(p.flow));
            continue;
        }
        r->pending[kept] = p;
        if (best < 0 || p.priority < r->pending[best].priority) {
            best = (int)kept;
        }
        kept++;
    }
    r->s.pendings = kept;
    return best;
}

void agenda_next(struct run *r) {
    while (r->s.pendings && !r->w->opted_out && !r->human && !r->needs_result) {
        int at = choose(r);
        if (at < 0) {
            return;
        }
        struct pending p = r->pending[at];
        const struct program *program = library_get(r->w->library, p.flow);
        if (!may_begin(r, program, p.priority)) {
            return;
        }
        memmove(&r->pending[at], &r->pending[at + 1],
                (r->s.pendings - (size_t)at - 1) * sizeof p);
        r->s.pendings--;
        begin(r, program, p.with, p.priority, p.key);
    }
}

static const struct val *refreshed(struct run *r, const struct val *old,
                                   const struct val *new) {
    for (size_t i = 0; i < new->map.n; i++) {
        struct str key = new->map.pair[i].key;
        if (val_get_str(old, key)) {
            old = val_with(r->a, old, key, new->map.pair[i].val);
        }
    }
    return old;
}

void agenda_subject(struct run *r, struct str event, const struct val *with) {
    const struct val *meetup = val_get(with, "meetup");
    bool cancelled = str_is(event, "meetup.cancelled");
    size_t kept = 0;
    if (!meetup || (!cancelled && !str_is(event, "meetup.changed"))) {
        return;
    }
    for (size_t i = 0; i < r->s.pendings; i++) {
        const struct val *mine = val_get(r->pending[i].with, "meetup");
        bool same = mine && val_eq(mine, meetup);
        if (same && cancelled) {
            turn_trace(r, "%.*s is dropped: cancelled", STR_ARG(r->pending[i].flow));
            continue;
        }
        r->pending[kept] = r->pending[i];
        if (same) {
            r->pending[kept].with = refreshed(r, r->pending[kept].with, with);
        }
        kept++;
    }
    r->s.pendings = kept;
}
