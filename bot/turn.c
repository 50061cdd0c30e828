/* turn.c - what a step may do while a turn is being made: frames, effects, trace. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/turn.h"

#include <string.h>

#define QUOTE_MAX 300 /* bytes of the person's words shown with a case */

static void *grow(struct run *r, void *old, size_t n, size_t size) {
    if (n & (n - 1)) {
        return old;
    }
    void *more = arena_array(r->a, n ? n * 2 : 1, size);
    if (n) {
        memcpy(more, old, n * size);
    }
    return more;
}

static void begin_env(struct run *r) {
    static const struct {
        const char *two, *three;
    } LANGS[] = {{"fr", "fra"}, {"en", "eng"}, {"es", "spa"}, {"pt", "por"}, {"ar", "ara"},
                 {"uk", "ukr"}, {"ru", "rus"}, {"tr", "tur"}, {"ps", "pus"}, {"fa", "fas"}};
    const struct world *w = r->w;
    r->random = w->seed;
    r->env = (struct expr_env){.date_format = STR("DD-MM-YYYY"),
                               .time_format = STR("tt:mm"),
                               .zone = w->zone,
                               .country = STR("FR"),
                               .language = STR("fra"),
                               .decimal_symbol = STR(","),
                               .grouping_symbol = STR(" "),
                               .french = true,
                               .random = &r->random};
    for (size_t i = 0; i < sizeof LANGS / sizeof *LANGS; i++) {
        if (str_is(str_sub(w->lang, 0, 2), LANGS[i].two)) {
            r->env.language = str_from(LANGS[i].three);
        }
    }
    if (str_is(w->lang, "en")) {
        r->env.decimal_symbol = STR(".");
        r->env.grouping_symbol = STR(",");
    }
    r->env.now = zone_instant(w->zone, w->now_ms);
}

void turn_begin(struct run *r, const struct world *w, const struct session *s,
                const struct event *ev, struct arena *a, struct err *err) {
    r->w = w;
    r->a = a;
    r->ev = ev;
    r->err = err;
    r->s = *s;
    r->last_say = -1;
    if (s->frames) {
        memcpy(r->frame, s->frame, s->frames * sizeof *s->frame);
    }
    if (s->pendings) {
        memcpy(r->pending, s->pending, s->pendings * sizeof *s->pending);
    }
    r->s.frame = r->frame;
    r->s.pending = r->pending;
    begin_env(r);
}

void turn_finish(struct run *r, struct turn *ret) {
    struct frame *top = turn_top(r);
    r->s.wait = top ? top->wait : WAIT_NOTHING;
    r->s.token = top ? top->token : STR_EMPTY;
    r->s.asked_ms = top ? top->asked_ms : 0;
    if (!r->needs_result) {
        /* what only a chain of acts shares is not worth storing */
        r->s.input = NULL;
        r->s.fresh = NULL;
        r->s.steps = 0;
        r->s.replying = false;
    }
    ret->session = r->s;
    struct frame *frame = ARENA_ARRAY(r->a, struct frame, r->s.frames);
    struct pending *pending = ARENA_ARRAY(r->a, struct pending, r->s.pendings);
    memcpy(frame, r->frame, r->s.frames * sizeof *frame);
    memcpy(pending, r->pending, r->s.pendings * sizeof *pending);
    ret->session.frame = frame;
    ret->session.pending = pending;
    ret->effect = r->effect;
    ret->effects = r->effects;
    ret->trace = r->trace;
    ret->traces = r->traces;
    ret->needs_result = r->needs_result;
    ret->handled = r->handled;
}

struct frame *turn_top(struct run *r) {
    return r->s.frames ? &r->frame[r->s.frames - 1] : NULL;
}

const struct program *turn_program(struct run *r) {
    struct frame *f = turn_top(r);
    if (!f) {
        return NULL;
    }
    const struct program **p = &r->program[r->s.frames - 1];
    if (!*p) {
        *p = library_version(r->w->library, f->flow, f->hash);
    }
    if (!*p) {
        /* the version is lost: the one in force serves when it still has the step */
        const struct program *now = library_get(r->w->library, f->flow);
        if (now && (f->step.n == 0 || program_find(now, f->step) >= 0)) {
            *p = now;
            f->hash = now->hash;
        }
    }
    return *p;
}

const struct node *turn_node(struct run *r) {
    const struct program *p = turn_program(r);
    int at = p ? program_find(p, turn_top(r)->step) : NODE_END;
    return at >= 0 ? p->node[at] : NULL;
}

static void forget_views(struct run *r) {
    r->with = NULL;
    r->results = NULL;
}

bool turn_push(struct run *r, const struct program *p, const struct val *with, int priority,
               struct str key, bool system) {
    if (r->s.frames >= SESSION_FRAMES_MAX) {
        return false;
    }
    r->frame[r->s.frames] = (struct frame){.flow = p->name,
                                           .hash = p->hash,
                                           .with = with,
                                           .priority = priority,
                                           .key = key,
                                           .system = system && r->s.frames > 0};
    r->program[r->s.frames++] = p;
    forget_views(r);
    turn_trace(r, "begins");
    return true;
}

void turn_pop(struct run *r) {
    turn_trace(r, "ends");
    r->s.frames--;
    r->program[r->s.frames] = NULL;
    forget_views(r);
}

bool turn_has_flow(const struct run *r, struct str name) {
    for (size_t i = 0; i < r->s.frames; i++) {
        if (str_eq(r->frame[i].flow, name)) {
            return true;
        }
    }
    return false;
}

void turn_wait(struct run *r, enum session_wait wait, bool armed) {
    struct frame *f = turn_top(r);
    f->wait = wait;
    f->asked_ms = r->w->now_ms;
    f->due = false;
    r->s.serial++;
    char digits[24];
    struct str token[] = {STR("q"), str_of_i64(r->s.serial, digits)};
    f->token = armed ? arena_join(r->a, token, 2) : STR_EMPTY;
}

struct effect *turn_effect(struct run *r, enum effect_kind kind) {
    r->effect = grow(r, r->effect, r->effects, sizeof *r->effect);
    struct effect *e = &r->effect[r->effects++];
    memset(e, 0, sizeof *e);
    e->kind = kind;
    return e;
}

void turn_trace(struct run *r, const char *fmt, ...) {
    const struct frame *f = turn_top(r);
    va_list ap;
    r->trace = grow(r, r->trace, r->traces, sizeof *r->trace);
    struct trace *t = &r->trace[r->traces++];
    t->flow = f ? f->flow : STR_EMPTY;
    t->step = f ? f->step : STR_EMPTY;
    va_start(ap, fmt);
    t->what = arena_vprintf(r->a, fmt, ap);
    va_end(ap);
}

void turn_case(struct run *r, const char *reason, struct str team, bool urgent, bool pause) {
    struct str word = arena_str(r->a, str_from(reason));
    turn_hand(r, word, word, team, urgent, pause);
}

void turn_hand(struct run *r, struct str reason, struct str told, struct str team, bool urgent,
               bool pause) {
    struct effect *e = turn_effect(r, EFFECT_CASE);
    e->hand.reason = reason;
    e->hand.team = team;
    e->hand.quote = r->ev->kind == EVENT_MESSAGE ? str_sub(r->ev->text, 0, QUOTE_MAX)
                                                 : val_get_text(r->s.input, "text", STR_EMPTY);
    e->hand.urgent = urgent;
    e->hand.pause = pause;
    r->human |= pause;
    turn_trace(r, "case %.*s", STR_ARG(told));
}

void turn_timer(struct run *r, int64_t due_ms, struct str token) {
    struct effect *e = turn_effect(r, EFFECT_TIMER);
    e->timer.due_ms = due_ms;
    e->timer.token = token;
}
