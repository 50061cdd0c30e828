/* turn.h - what a step may do while a turn is being made. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_TURN_H
#define BOT_TURN_H

#include "base/buf.h"
#include "bot/engine.h"
#include "bot/flow/kind.h"
#include "bot/flow/program.h"
#include "bot/understand/understand.h"

/* One turn in the making. Steps read it and change it only through the functions below. */
struct run {
    const struct world *w;
    struct arena *a;
    const struct event *ev;
    struct err *err;
    struct session s; /* its frames and pendings are the two arrays here */
    struct frame frame[SESSION_FRAMES_MAX];
    const struct program
        *program[SESSION_FRAMES_MAX]; /* of each frame, found when first needed */
    struct pending pending[SESSION_PENDING_MAX];
    struct effect *effect;
    size_t effects;
    int last_say; /* index of the effect that a next text may join, or -1 */
    struct trace *trace;
    size_t traces;
    struct und_text *words;      /* EVENT_MESSAGE: what was written, made ready */
    const struct answer *answer; /* the message as an answer to the open question */
    const struct val *value;     /* @answer: what valid_if looks at */
    const struct val *child;     /* what the flow that just ended gave back */
    const struct val *contact;   /* @contact, made when first needed */
    const struct val *with;      /* @with, the same */
    const struct val *results;   /* @results, the same */
    struct expr_env env;
    struct expr_scope scope;
    uint64_t random;
    bool again; /* the question is being asked again: its short form, tries kept */
    bool quiet; /* a notice, not a conversation: the open question under it is not repeated */
    bool human; /* a case that pauses was opened: ask nothing more */
    bool flow_case; /* a case for a broken flow is open already */
    bool handled, needs_result;
};

/* r zeroed, as an arena gives it. */
void turn_begin(struct run *r, const struct world *w, const struct session *s,
                const struct event *ev, struct arena *a, struct err *err);
void turn_finish(struct run *r, struct turn *ret);

/* The frame on top and its program; NULL when no conversation runs or its version is lost. */
struct frame *turn_top(struct run *r);
const struct program *turn_program(struct run *r);
const struct node *turn_node(struct run *r);
/* False when the frames are full. */
bool turn_push(struct run *r, const struct program *p, const struct val *with, int priority,
               struct str key, bool system);
void turn_pop(struct run *r);
bool turn_has_flow(const struct run *r, struct str name);
/* Sets what the top frame waits for; a new token when `armed`. */
void turn_wait(struct run *r, enum session_wait wait, bool armed);

struct effect *turn_effect(struct run *r, enum effect_kind kind);
void turn_trace(struct run *r, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* A case for the staff; `reason` is one of our own words. */
void turn_case(struct run *r, const char *reason, struct str team, bool urgent, bool pause);
/* The same with a reason that may hold words of the person: the trace says `told` instead. */
void turn_hand(struct run *r, struct str reason, struct str told, struct str team, bool urgent,
               bool pause);
/* False: answers of services have led to so many calls this hour that the flow goes in circles;
 * nothing is called. */
bool turn_may_call(struct run *r);
/* Timer with the top frame's token. */
void turn_timer(struct run *r, int64_t due_ms, struct str token);

/* Texts and values. `n` is the step on whose behalf it is done (its fallback), or NULL. */
struct str turn_lang(struct run *r);
struct expr_scope *turn_scope(struct run *r);
const struct val *turn_value(struct run *r, const struct tmpl *t);
bool turn_test(struct run *r, const struct tmpl *condition);
struct str turn_text(struct run *r, const struct node *n, const struct texts *t);
/* A standing text by its name, "" when the library has none. */
struct str turn_standing(struct run *r, const char *name);
/* What is common to every message; the step adds the rest, then sends it. */
struct effect_say turn_message(struct run *r, struct str text);
/* Joins the message before it when both fit in one SMS. */
void turn_send(struct run *r, const struct effect_say *say);
void turn_say(struct run *r, const struct node *n, const struct texts *t);
/* The flow itself is at fault: the step's fallback is said, the staff get a case, once a turn.
 */
void turn_broken(struct run *r, const struct node *n, struct str why);
void turn_say_standing(struct run *r, const char *name);

/* Variables. */
const struct val *turn_var(struct run *r, struct str name);
void turn_set_var(struct run *r, struct str name, const struct val *v); /* NULL removes */
void turn_set_result(struct run *r, struct str name, const struct val *v, struct str category,
                     struct str input);
/* target: "contact.FIELD" or a name. */
void turn_set(struct run *r, struct str target, const struct val *v);
const struct val *turn_contact(struct run *r);
/* Values of templates, as a map. */
const struct val *turn_entries(struct run *r, const struct entry *entry, size_t n);

#endif
