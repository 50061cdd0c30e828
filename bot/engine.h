/* engine.h - one step of a conversation: a pure function of program, session and event. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_ENGINE_H
#define BOT_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/val.h"
#include "base/zone.h"
#include "bot/effect.h"
#include "bot/session.h"

struct library; /* bot/flow/library.h: all current flows, their keywords and events, and old
                   versions by hash */
struct und;     /* bot/understand/understand.h */
struct und_text;

enum event_kind {
    EVENT_MESSAGE, /* the person wrote, pressed a button, opened a deep link */
    EVENT_START,   /* a flow is to start: domain event, advisor, other flow */
    EVENT_TIMEOUT, /* the awaited moment came; ignored when the token is not the session's */
    EVENT_RESULT,  /* the act asked for by the last step was done */
    EVENT_ANSWER   /* the web-hook called by EFFECT_CALL answered, or never will; ignored when
                      no conversation waits with this token */
};

struct event {
    enum event_kind kind;
    struct str text;        /* EVENT_MESSAGE: already joined when it came in pieces */
    struct und_text *words; /* the same made ready, when it has been read before; or NULL */
    struct str payload;     /* of a button or deep link, else empty */
    const struct str *attachment;
    size_t attachments;
    struct str flow; /* EVENT_START: name of the flow, or "" with `name` of the domain event */
    struct str name; /* EVENT_START: "meetup.invited", "meetup.reminder", "wave.due",
                        "place.freed"... */
    const struct val *with;   /* EVENT_START: parameters, VAL_MAP */
    int priority;             /* EVENT_START: a say_kind */
    struct str key;           /* EVENT_START: the same key is started once */
    int64_t expires_ms;       /* EVENT_START: not started after this; 0 = never expires */
    struct str token;         /* EVENT_TIMEOUT, EVENT_ANSWER */
    const struct val *result; /* EVENT_RESULT: VAL_MAP with at least "ok". EVENT_ANSWER: VAL_MAP
                                 of ok (a status from 200 to 299), status (0 = no answer), text
                                 (the body), json (what it says, null when it is no JSON), type
                                 (Content-Type), why ("" or one of CALL_WHYS) */
};

/* Why a web-hook has no answer. unknown: the service stopped in the middle, it may have been
 * done. */
#define CALL_WHYS "refused unreachable time_out too_large too_long too_many unknown status"

/* All that a turn may know. Nothing else reaches it. */
struct world {
    const struct library *library;
    const struct und *und;
    const struct val *contact; /* first_name, language, born, commune, postcode, tags,
                                  fields..., new (boolean), id */
    const struct val *org; /* name, phone, address, hours, age_min, age_max, tone: the form of
                              address (tu/vous)... */
    const struct zone *zone;
    struct str lang; /* of the person: "fr", "en", ... */
    int64_t now_ms;
    uint64_t seed;    /* of the turn's chance */
    bool paused;      /* a human has the conversation: only STOP and DISTRESS are looked at */
    bool opted_out;   /* STOP is in force: only START (and a human's answer) wakes it */
    bool resting;     /* a pause was asked for: nothing that can wait begins by itself */
    bool has_buttons; /* the channel shows buttons */
};

/* One line of the trace: which test matched, and why. What the person wrote, and values that
 * may hold it, stand between TRACE_HIDE and TRACE_SHOW. */
struct trace {
    struct str flow, step, what;
};
#define TRACE_HIDE "\x01"
#define TRACE_SHOW "\x02"

struct turn {
    struct session session; /* the new one */
    const struct effect *effect;
    size_t effects;
    bool needs_result; /* the last effect is EFFECT_ACT: do it and step again with EVENT_RESULT
                        */
    bool handled;      /* false: nobody understood this message and no flow wanted it */
    const struct trace *trace;
    size_t traces;
};

#define ENGINE_STEPS_MAX 100 /* steps without a wait, over a whole chain of acts */
#define ENGINE_STEPS_TEXT "100"
#define ENGINE_REPLIES_HOUR                                                                    \
    30 /* automatic answers an hour to one person, then silence and a case */
#define ENGINE_ANSWER_KEPT                                                                     \
    4096 /* bytes of a web-hook's answer, as JSON, that a session can hold */
#define ENGINE_HOLD_MS                                                                         \
    (12LL * 3600 * 1000) /* an unanswered question keeps other conversations back this long */
#define ENGINE_REPEAT_MS                                                                       \
    (2LL * 60 * 1000) /* the same message again within this is not counted */

/* The token of the timer that looks at the conversations waiting for their turn. Armed by the
 * engine itself; the jobs may also send it (EVENT_TIMEOUT), and do when a case is closed. */
#define ENGINE_TOKEN_PENDING "pending"

/* Never blocks, never fails on what a person wrote: a broken flow, an exhausted limit or a
 * failing expression gives the declared fallback text, a case for the staff, and OK; err then
 * says what happened, for the log. E_INVALID only for an impossible event. Everything returned
 * lives in `a`. */
enum rc engine_step(const struct world *w, const struct session *s, const struct event *ev,
                    struct arena *a, struct turn *ret, struct err *err) MUST_USE;

/* A line of the trace without its marks, with or without what is between them. */
struct str engine_trace_text(struct str what, bool words, struct arena *a);

/* True when this message, alone, would not answer the question that waits, though more of it
 * may follow: the caller holds it up to *ret_hold_ms (the question's joining window) and joins
 * what comes. False for reflexes and sure answers. */
bool engine_wants_more(const struct world *w, const struct session *s, struct und_text *words,
                       struct arena *a, int64_t *ret_hold_ms);

#endif
