/* engine.c - one step of a conversation: a pure function of program, session and event. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/engine.h"

#include <string.h>

#include "base/json.h"
#include "bot/agenda.h"
#include "bot/hear.h"
#include "bot/walk.h"

/* A message cut in two by the phone, or a thumb that sends too soon: how long to wait for the
 * rest. */
#define HOLD_UNCLEAR_MS 20000
#define HOLD_FREE_MS 30000
#define AGAIN_MS 3600000

static void on_start(struct run *r) {
    const struct event *ev = r->ev;
    const struct program *p = ev->flow.n ? library_get(r->w->library, ev->flow)
                                         : library_for_event(r->w->library, ev->name);
    if (!p) {
        turn_trace(r, "no flow for %.*s", STR_ARG(ev->flow.n ? ev->flow : ev->name));
        return;
    }
    r->handled = true;
    agenda_subject(r, ev->name, ev->with);
    int priority = p->priority >= 0 ? p->priority : ev->priority;
    agenda_start(r, p, ev->with, priority, ev->key, ev->expires_ms);
}

static void on_timeout(struct run *r) {
    if (str_is(r->ev->token, ENGINE_TOKEN_PENDING) || r->ev->token.n == 0) {
        return;
    }
    for (size_t i = r->s.frames; i-- > 0;) {
        struct frame *f = &r->frame[i];
        bool waits = f->wait == WAIT_ANSWER || f->wait == WAIT_TIME;
        if (!waits || !str_eq(f->token, r->ev->token)) {
            continue;
        }
        r->handled = true;
        if (i + 1 < r->s.frames || r->w->paused) {
            turn_trace(r, "the time of %.*s came while something else goes on",
                       STR_ARG(f->flow));
            f->due = true;
            return;
        }
        turn_trace(r, "time-out");
        walk_resume(r);
        return;
    }
}

/* What the session can hold of an answer that nobody can be told yet. */
static const struct val *kept(struct run *r, const struct val *result) {
    if (json_text(result, r->a).n <= ENGINE_ANSWER_KEPT) {
        return result;
    }
    result = val_with(r->a, result, STR("text"), val_text(r->a, STR_EMPTY));
    if (json_text(result, r->a).n <= ENGINE_ANSWER_KEPT) {
        return result;
    }
    struct val_builder *b = val_map_begin(r->a);
    val_put(b, "ok", &VAL_FALSE);
    val_put(b, "status", val_int(r->a, val_get_int(result, "status", 0)));
    val_put(b, "why", val_textz(r->a, "too_long"));
    return val_end(b);
}

static enum rc on_answer(struct run *r) {
    if (!val_is(r->ev->result, VAL_MAP)) {
        return err_set(r->err, E_INVALID, "the answer of a web-hook is a map");
    }
    r->handled = true;
    for (size_t i = r->s.frames; i-- > 0;) {
        struct frame *f = &r->frame[i];
        if (f->wait != WAIT_CALL || f->due || !str_eq(f->token, r->ev->token)) {
            continue;
        }
        if (i + 1 < r->s.frames || r->w->paused) {
            turn_trace(r, "the answer for %.*s came while something else goes on",
                       STR_ARG(f->flow));
            f->due = true;
            f->answer = kept(r, r->ev->result);
            return OK;
        }
        walk_resume(r);
        return OK;
    }
    turn_trace(r, "nobody waits for this answer any more");
    return OK;
}

static enum rc on_result(struct run *r) {
    const struct frame *f = turn_top(r);
    if (!val_is(r->ev->result, VAL_MAP)) {
        return err_set(r->err, E_INVALID, "the result of an act is a map");
    }
    if (f && f->wait == WAIT_RESULT) {
        walk_resume(r);
    }
    r->handled = true;
    return OK;
}

/* What could not begin, or could not be told because a human has the conversation, is looked at
 * again in an hour, even if nobody says that the case is closed. */
static void look_again(struct run *r) {
    const struct frame *top = turn_top(r);
    bool asked = r->ev->kind == EVENT_TIMEOUT || r->ev->kind == EVENT_ANSWER;
    bool left = r->s.pendings > 0 || (top && top->due);
    if (asked && left && !r->w->opted_out) {
        turn_timer(r, r->w->now_ms + AGAIN_MS, STR(ENGINE_TOKEN_PENDING));
    }
}

static bool is_valid(const struct world *w, const struct session *s, const struct event *ev) {
    return w && w->library && w->zone && s && s->frames <= SESSION_FRAMES_MAX &&
           s->pendings <= SESSION_PENDING_MAX && ev && (ev->kind != EVENT_MESSAGE || w->und);
}

/* What the last chain of acts left behind does not outlive it. */
static void begin_chain(struct run *r) {
    r->s.steps = 0;
    r->s.fresh = NULL;
    r->s.replying = false;
    if (r->ev->kind == EVENT_START) {
        r->s.input = NULL;
    }
    struct frame *f = turn_top(r);
    if (f && f->wait == WAIT_RESULT) {
        /* the act's answer never came back: the conversation is dropped rather than stuck */
        turn_trace(r, "the act was never answered");
        turn_case(r, "flow_lost", STR_EMPTY, false, false);
        turn_pop(r);
    }
}

enum rc engine_step(const struct world *w, const struct session *s, const struct event *ev,
                    struct arena *a, struct turn *ret, struct err *err) {
    struct err own = {0};
    struct run *r = ARENA_NEW(a, struct run);
    enum rc rc = OK;
    if (!is_valid(w, s, ev)) {
        return err_set(err, E_INVALID, "impossible event");
    }
    turn_begin(r, w, s, ev, a, &own);
    if (ev->kind != EVENT_RESULT) {
        begin_chain(r);
    }
    switch (ev->kind) {
    case EVENT_MESSAGE:
        hear_message(r);
        break;
    case EVENT_START:
        on_start(r);
        break;
    case EVENT_TIMEOUT:
        on_timeout(r);
        break;
    case EVENT_RESULT:
        rc = on_result(r);
        break;
    case EVENT_ANSWER:
        rc = on_answer(r);
        break;
    }
    if (rc == OK) {
        if (!r->w->paused && !r->human && !r->needs_result) {
            walk_overdue(r);
        }
        agenda_next(r);
        look_again(r);
        turn_finish(r, ret);
    }
    if (err && own.rc != OK) {
        *err = own;
    }
    return rc;
}

struct str engine_trace_text(struct str what, bool words, struct arena *a) {
    char *out = arena_alloc(a, what.n + 1);
    size_t n = 0;
    bool hidden = false;
    for (size_t i = 0; i < what.n; i++) {
        char c = what.p[i];
        if (c == TRACE_HIDE[0] || c == TRACE_SHOW[0]) {
            hidden = c == TRACE_HIDE[0];
        } else if (words || !hidden) {
            out[n++] = c;
        }
    }
    return (struct str){out, n};
}

bool engine_wants_more(const struct world *w, const struct session *s, struct und_text *words,
                       struct arena *a, int64_t *ret_hold_ms) {
    struct event ev = {.kind = EVENT_MESSAGE};
    struct run *r = ARENA_NEW(a, struct run);
    struct answer answer = {0};
    struct ask ask;
    if (!is_valid(w, s, &ev) || w->paused || w->opted_out) {
        return false;
    }
    turn_begin(r, w, s, &ev, a, NULL);
    if (!hear_question(r, &ask)) {
        return false;
    }
    und_read_text(words, &ask, &answer);
    if (intent_is_reflex(answer.intent) ||
        (ask.kind != ASK_FREE && answer.sureness == UND_SURE)) {
        return false;
    }
    *ret_hold_ms = ask.kind == ASK_FREE ? HOLD_FREE_MS : HOLD_UNCLEAR_MS;
    return true;
}
