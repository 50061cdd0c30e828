/* talk.h - transcripts: conversations written down, played again, compared word for word. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_TALK_H
#define BOT_TALK_H

#include "base/buf.h"
#include "bot/player.h"

/* A transcript file (.talk):
 *
 *     given:                          what is known before (YAML), up to the line ---
 *       contact: {first_name: Karim}
 *     ---
 *     === One conversation            each begins afresh
 *     > ouai jvien                    the person writes
 *     >> 2                            ... or presses the second button
 *     < C'est noté.                   the bot must say exactly this
 *     | 1 Oui                         ... and this on its next line
 *     ! case unclear                  a case must be opened (all cases are compared)
 *     ! set contact.first_name = Ana  this must be among what was set, done, recorded
 *     ! act rsvp answer=yes
 *     ! record situation = cdi
 *     ! start parrain for 0639980150 prenom=Ana   for another person
 *     ! call agenda GET /places?commune=Lormont
 *     wait 2 days                     the clock moves, time-outs happen
 *     event meetup.invited {title: Atelier}
 *     start inscription
 *     given acts.rsvp: {state: attente, rank: 3}
 *     given webhooks.agenda: {json: {places: 3}}   also status:, text:, after: 5 s
 *     closed                          the human is done
 *     link demo                       a deep link
 *     photo image/jpeg:photo          a picture
 *     # a remark
 */
enum talk_kind {
    TALK_TITLE,
    TALK_SAY,
    TALK_PRESS,
    TALK_TEXT,
    TALK_CASE,
    TALK_SET,
    TALK_ACT,
    TALK_RECORD,
    TALK_CALL,
    TALK_STARTS,
    TALK_WAIT,
    TALK_EVENT,
    TALK_START,
    TALK_GIVEN,
    TALK_CLOSED,
    TALK_LINK,
    TALK_ATTACH,
    TALK_REMARK
};

struct talk_line {
    enum talk_kind kind;
    struct str source; /* the line itself */
    struct str text;   /* what follows the mark; lines of a message joined with a newline */
    const struct val *with; /* of an event, start or given */
    int line;
};

struct talk {
    struct str file;
    struct str head;         /* the part before "---", with it */
    const struct val *given; /* VAL_MAP or NULL */
    const struct talk_line *line;
    size_t lines;
};

#define TALK_SIZE_MAX (256 * 1024)

/* E_INVALID with file and line. Views point into `text`, which must live as long as `a`. */
enum rc talk_parse(struct str file, struct str text, struct arena *a, struct talk *ret,
                   struct err *err) MUST_USE;

struct talk_result {
    int talks, lines, failures;
};
enum talk_mode {
    TALK_MODE_CHECK, /* each difference, both texts side by side */
    TALK_MODE_TRACE, /* the same, and why each step was taken */
    TALK_MODE_RECORD /* the transcript again, with what the bot says today */
};
/* Plays it; what the mode asks for is written to `out`. Adds to *result. */
enum rc talk_play(const struct talk *t, const struct library *l, const struct und *u,
                  enum talk_mode mode, struct buf *out, struct talk_result *result,
                  struct err *err) MUST_USE;

#endif
