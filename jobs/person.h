/* person.h - one person during one turn: everything read once, written once. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_PERSON_H
#define JOBS_PERSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/val.h"
#include "bot/engine.h"
#include "bot/session.h"
#include "db/addresses.h"
#include "db/contacts.h"
#include "db/inbox.h"
#include "db/sessions.h"
#include "jobs/service.h"

struct carrier;
struct tracing; /* jobs/tracing.h */

/* Lives in the turn's arena, inside one write transaction. */
struct person {
    struct service *s;
    struct arena *a;
    int64_t now_ms;
    struct contact contact;
    struct talk talk;
    struct session session;
    const struct val *fields; /* VAL_MAP of declared fields that are no columns */
    struct contact_address
        address;             /* where answers go; id 0 when the person cannot be reached */
    struct carrier *carrier; /* of that address; NULL when none carries it */
    const struct inbox_row *cause; /* the message or event being dealt with */
    struct und_text *words;        /* of that message, when it was read already; or NULL */
    const struct val *facts;       /* of the person, as long as nothing has changed; or NULL */
    const struct val
        *about; /* parameters of the conversation: meetup, wave, broadcast ids; or NULL */
    struct tracing *tracing; /* what this turn told of itself so far; or NULL */
    bool damaged;            /* the stored session could not be read: a new one was begun */
    unsigned changes;        /* enum change, for service.on_change */
    bool turned;             /* the engine was asked */
};

/* Loads all of it. `cause` may be NULL (staff pages). NONE: no such contact, or erased. */
enum rc person_load(struct service *s, int64_t contact_id, const struct inbox_row *cause,
                    struct arena *a, struct person *ret, struct err *err) MUST_USE;
/* Writes session, fields and talk. E_CONFLICT: somebody wrote since. */
enum rc person_save(struct person *p) MUST_USE;
/* Language of the person: theirs, else the office's. */
struct str person_lang(const struct person *p);
/* Reads the cold row again after an act changed it. */
enum rc person_reload(struct person *p) MUST_USE;
/* An id in the conversation's parameters ("meetup", "wave", "broadcast"); 0 = none. */
int64_t person_about(const struct person *p, const char *what);

#endif
