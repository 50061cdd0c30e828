/* player.h - plays one invented person against the bare engine, on a clock of its own. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_PLAYER_H
#define BOT_PLAYER_H

#include "base/buf.h"
#include "bot/engine.h"

/* Used by `rebond chat`, by transcripts and by fuzzing: effects are applied as the jobs would,
 * acts are answered by pretend.h, the session is written and read again between turns. */
struct player;

enum player_kind {
    PLAYER_SAYS,   /* the bot's text, choices included */
    PLAYER_CASE,   /* "unclear", "distress urgent" ... */
    PLAYER_SETS,   /* "contact.first_name = Karim" */
    PLAYER_ACTS,   /* "rsvp answer=yes" */
    PLAYER_KEEPS,  /* "situation = cdi" */
    PLAYER_CALLS,  /* "agenda GET /places?commune=Lormont", then a body if there is one */
    PLAYER_STARTS, /* "accueil for +33639980150 prenom=Karim" */
    PLAYER_TRACE   /* "inscription/prenom: read as name (sure)..." */
};

struct player_line {
    enum player_kind kind;
    struct str text;
};

/* `given` (VAL_MAP or NULL): contact, org, acts, webhooks, language, buttons, at ("2026-03-02
 * 10:00"). All is copied. */
enum rc player_new(const struct library *l, const struct und *u, const struct val *given,
                   struct player **ret, struct err *err) MUST_USE;
void player_free(struct player *p);

/* One turn each (and the chain of acts behind it). E_INVALID: see err; the rest of the
 * conversation is safe. */
enum rc player_say(struct player *p, struct str text, struct err *err) MUST_USE;
enum rc player_press(struct player *p, int button,
                     struct err *err) MUST_USE; /* of the last message, from 1 */
enum rc player_link(struct player *p, struct str payload, struct err *err) MUST_USE;
enum rc player_attach(struct player *p, struct str attachment, struct err *err) MUST_USE;
/* `what` is a flow's name or an event's. with: VAL_MAP or NULL; its "priority" and "key" are
 * taken out. */
enum rc player_start(struct player *p, struct str what, const struct val *with,
                     struct err *err) MUST_USE;
/* Moves the clock; what falls due on the way happens at its time. */
enum rc player_wait(struct player *p, int64_t ms, struct err *err) MUST_USE;
/* The human is done: automation goes on. */
enum rc player_close_case(struct player *p, struct err *err) MUST_USE;
/* The answer of an act from now on, or a member of org or contact: "acts.rsvp", "contact.born",
 * "buttons"; what a web-hook will answer: "webhooks.agenda" (see pretend_call), at once, or
 * after its "after". */
/* False when there is no such thing to be given. */
bool player_given(struct player *p, struct str path, const struct val *v) MUST_USE;

int64_t player_now(const struct player *p);
const struct zone *player_zone(const struct player *p);
/* Everything since the last call, oldest first; valid until the next turn. */
size_t player_lines(struct player *p, const struct player_line **ret);
struct str player_session(const struct player *p); /* the JSON as it would be stored */
/* "2 days", "+2d", "45 min", "3 h": milliseconds, -1 when it is no length of time. */
int64_t player_duration(struct str s);

#endif
