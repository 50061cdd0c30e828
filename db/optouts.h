/* optouts.h - the ledger of STOP and START, with proof; it outlives the erasure of the person.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_OPTOUTS_H
#define DB_OPTOUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/msg.h"

struct db;

enum optout_scope {
    OPTOUT_ALL,
    OPTOUT_REMINDERS,
    OPTOUT_PAUSE, /* until a date */
    OPTOUT_SERIES /* one group (series_id) */
};

struct optout {
    int64_t id, contact_id, at_ms;
    bool out; /* true STOP, false START */
    enum optout_scope scope;
    int64_t series_id;  /* OPTOUT_SERIES */
    int64_t until_ms;   /* OPTOUT_PAUSE */
    struct str channel; /* on which it was said; "staff", "provider" */
    int64_t inbox_id;   /* the message that is the proof; 0 = none */
    struct str words;   /* its words, at most 160 characters; emptied by erasure */
    int64_t staff_id;   /* who wrote it down for the person; 0 = nobody */
};

/* Appends to the ledger and sets the contact's stop columns (and for OPTOUT_SERIES leaves the
 * group): one truth, one transaction. A STOP for all also remembers every address of the person
 * by keyed hash. *ret_already: this scope was stopped already (or for START: nothing was
 * stopped); the ledger has the line all the same. In a write transaction. */
enum rc optouts_put(struct db *db, struct optout *o, int64_t now_ms,
                    bool *ret_already) MUST_USE;

/* Is there a STOP in force for this address, also of an erased person? Imports must ask: they
 * never subscribe again. */
enum rc optouts_is_stopped(struct db *db, struct address at, bool *ret) MUST_USE;
/* A person's lines, newest first. */
enum rc optouts_of(struct db *db, int64_t contact_id, struct arena *a, struct optout **ret,
                   size_t *ret_n) MUST_USE;

const char *optouts_scope_name(enum optout_scope s); /* "all", "reminders", "pause", "series" */

#endif
