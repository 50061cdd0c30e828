/* effect.h - the closed list of what a conversation may do to the world. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_EFFECT_H
#define BOT_EFFECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/msg.h"
#include "base/str.h"
#include "base/val.h"
#include "bot/flow/acts_spec.h" /* ACTS: the names that EFFECT_ACT carries */

/* The engine decides, the jobs do: effects are applied by jobs/converse.c in the turn's one
 * transaction, in order. EFFECT_ACT is the only one with an answer: the turn stops there
 * (struct turn.needs_result), converse carries the act out inside the same transaction and
 * steps the engine again with EVENT_RESULT, so that "ta place est prise" is said only when it
 * is true, however many people ask in the same second. */
enum effect_kind {
    EFFECT_SAY,       /* one outbox row */
    EFFECT_SET_FIELD, /* a declared contact field */
    EFFECT_ACT,       /* a domain action by name; see ACTS */
    EFFECT_TIMER, /* arm: EVENT_TIMEOUT with this token at due_ms (questions use say.timeout_ms
                     instead) */
    EFFECT_CASE,  /* hand over to a human */
    EFFECT_CALL,  /* a web-hook is called after the commit; EVENT_ANSWER comes later */
    EFFECT_START, /* a flow begins for another person */
    EFFECT_RESULT /* the conversation produced a value worth keeping (reports) */
};

/* Why a message exists; decides priority, quiet hours, daily cap and expiry at the last door.
 */
enum say_kind {
    SAY_REPLY,    /* answer to what the person just wrote: leaves at once, at any hour */
    SAY_URGENT,   /* change or cancellation: leaves before all others, within hours */
    SAY_REMINDER, /* expires with its event */
    SAY_QUESTION, /* automatic question: one at a time per person */
    SAY_SURVEY,
    SAY_BULK /* broadcast */
};

struct effect_say {
    enum say_kind kind;
    struct str text;
    const struct button
        *button; /* "choose": buttons where the channel has them, else digits in the text */
    size_t buttons;
    struct str digits; /* the same choices as text lines ("1 Oui\n2 Non"), added where there are
                          no buttons */
    const struct str *attachment;
    size_t attachments;
    bool ask_contact;
    struct str lang;
    int64_t expires_ms; /* 0 = the kind's default */
    int64_t timeout_ms; /* > 0: when this is really sent, arm EVENT_TIMEOUT that much later */
    struct str timeout_token;
    bool confirms_stop; /* the one message allowed after a STOP */
};

struct effect_header {
    struct str name, value;
};

/* A web-hook. The frame that asked waits (WAIT_CALL, a token of its own in frame.token); the
 * jobs write a row in the turn's transaction, call after the commit, at most once, and answer
 * always: EVENT_ANSWER with the same token, at the latest soon after limit_ms. Keys of the
 * service called never pass here: the endpoint's configuration adds them at the last moment. */
struct effect_call {
    struct str token;
    struct str endpoint; /* name of a configured web-hook; "" = the one whose address `url`
                            begins with, and none is a refusal */
    struct str url;      /* with an endpoint: what follows its address; else the whole */
    struct str method;   /* GET POST PUT PATCH DELETE */
    const struct effect_header *header;
    size_t headers;
    struct str body;  /* bytes; its Content-Type is among the headers */
    int64_t limit_ms; /* 0 = CALL_LIMIT_MS; at most CALL_LIMIT_MAX_MS */
};
#define CALL_LIMIT_MS (20 * 1000)
#define CALL_LIMIT_MAX_MS (120 * 1000)
#define CALL_REQUEST_MAX 16384 /* bytes of a body that is sent */
#define CALL_ANSWER_MAX 65536  /* bytes of an answer that are read; more is "too_large" */

/* A conversation for somebody else: a file of the office, found, never made. There is no
 * answer: whether a number is known here is nobody's business but the staff's. */
struct effect_start {
    struct str flow;
    struct str person;      /* id of a contact, a phone number, or scheme:value */
    const struct val *with; /* VAL_MAP; its START_CHAIN counts starts from person to person */
};
#define START_CHAIN "_chain"
#define START_CHAIN_MAX                                                                        \
    3 /* somebody's flow that starts another's that starts another's: no more */
#define START_TURN_MAX 10 /* people for whom one turn may start something */

struct effect {
    enum effect_kind kind;
    union {
        struct effect_say say;
        struct {
            struct str name;
            const struct val *value; /* VAL_NULL clears */
        } field;
        struct {
            struct str name;        /* of an act in ACTS */
            const struct val *args; /* VAL_MAP */
        } act;
        struct {
            int64_t due_ms;
            struct str token;
        } timer;
        struct effect_call call;
        struct effect_start start;
        struct {
            struct str reason; /* "unclear", "human", "distress", or the flow's own words */
            struct str team;   /* "" = the referent */
            struct str quote;  /* the person's words that led here, may be empty */
            bool urgent;       /* distress: shown first, alarm */
            bool pause;        /* automation stops for this person until the case is closed */
        } hand;
        struct {
            struct str flow, name, category;
            const struct val *value;
        } result;
    };
};

#endif
