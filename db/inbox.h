/* inbox.h - what came in, kept before anybody is told so, until the conversation has dealt with
 * it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_INBOX_H
#define DB_INBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/msg.h"

struct db;
struct talk;

/*   NEW --claim, turn--> DONE          NEW, HELD --> FAILED (the turn is impossible; staff see
 * it) | ^ v | more came, or ready_ms passed HELD  (a split answer waits for its other half)
 * move() in inbox.c alone writes the column; a refused move is E_STATE. */
enum inbox_state { INBOX_NEW, INBOX_HELD, INBOX_DONE, INBOX_FAILED };

/* Kinds 0..6 are base/msg.h's enum inbound_kind, in its order. */
enum inbox_kind {
    INBOX_TEXT = INBOUND_TEXT,
    INBOX_BUTTON = INBOUND_BUTTON,
    INBOX_CONTACT = INBOUND_CONTACT,
    INBOX_START = INBOUND_START,
    INBOX_BLOCKED = INBOUND_BLOCKED,
    INBOX_UNBLOCKED = INBOUND_UNBLOCKED,
    INBOX_EDITED = INBOUND_EDITED,
    INBOX_EVENT, /* a flow is to start (reminder, check-in, advisor): name, data, priority, key,
                    expires_ms */
    INBOX_TIMEOUT /* an awaited moment came: token */
};

struct inbox_row {
    int64_t id, contact_id;
    int64_t address_id; /* 0 for events */
    enum inbox_kind kind;
    enum inbox_state state;
    struct str gateway, channel, provider_id;
    struct str text, payload;
    struct str name;    /* INBOX_EVENT: flow or domain event */
    struct str data;    /* INBOX_EVENT: JSON map of parameters */
    struct str token;   /* INBOX_TIMEOUT */
    struct str key;     /* INBOX_EVENT: started once */
    int priority;       /* INBOX_EVENT: a say_kind */
    int64_t expires_ms; /* INBOX_EVENT: 0 = never */
    struct str reply_to_tag, callback_id, person_name, part_ref;
    int part, parts;
    const struct str *attachment;
    size_t attachments;
    int64_t received_ms, sent_ms;
    int64_t ready_ms; /* not claimed before */
    int64_t done_ms;
    int tries;         /* turns that failed and were put back */
    struct str reason; /* of FAILED */
};

/* Keeps a message: finds the sender (or makes a STRANGER), refuses a copy of one already kept,
 * stores the row as NEW, ready at now_ms. *ret_id = its id. E_CONFLICT: this (gateway, channel,
 * provider_id) is known already (copies are recognised for at least a week). In a write
 * transaction, committed before the provider is told 200; many in one transaction. */
enum rc inbox_receive(struct db *db, const struct inbound *in, struct arena *a, int64_t now_ms,
                      int64_t *ret_id) MUST_USE;

/* Puts an event (INBOX_EVENT: contact_id, name, data, priority, key, expires_ms; INBOX_TIMEOUT:
 * contact_id, token) into the same road; ready_ms 0 = now. E_CONFLICT: an event with this key
 * came within the last week. */
enum rc inbox_event(struct db *db, const struct inbox_row *ev, int64_t now_ms,
                    int64_t *ret_id) MUST_USE;

/* At most `max` rows that are ready, oldest first, with all rows of the same people that wait
 * for their other half (HELD): these come back too, in order, so the caller joins them. The
 * rows (and with PostgreSQL the people) are the caller's until the end of the write transaction
 * in which this must be called; finish, hold, retry or fail each of them before its commit.
 * NONE: nothing is ready. */
enum rc inbox_claim(struct db *db, int64_t now_ms, int max, struct arena *a,
                    struct inbox_row **ret, size_t *ret_n) MUST_USE;

/* The four ends of a claim. `t` (may be NULL for events) is the talk being written: messages
 * are hung on its thread. */
enum rc inbox_finish(struct db *db, const struct inbox_row *row, struct talk *t,
                     int64_t now_ms) MUST_USE;
enum rc inbox_hold(struct db *db, int64_t id, int64_t ready_ms) MUST_USE;
/* The turn could not be written (busy, changed under us): HELD until ready_ms, tries + 1. It
 * also comes back with the person's next message, before it: rows with tries > 0 are not to be
 * joined with others. */
enum rc inbox_retry(struct db *db, int64_t id, int64_t ready_ms) MUST_USE;
enum rc inbox_fail(struct db *db, const struct inbox_row *row, struct talk *t,
                   struct str reason, int64_t now_ms) MUST_USE;

enum rc inbox_get(struct db *db, int64_t id, struct arena *a, struct inbox_row *ret) MUST_USE;
/* The state asked for, newest first. */
enum rc inbox_list(struct db *db, enum inbox_state s, int max, struct arena *a,
                   struct inbox_row **ret, size_t *ret_n) MUST_USE;
/* When the next waiting row is ready (may be past); NONE: nothing waits. */
enum rc inbox_next_ms(struct db *db, int64_t *ret) MUST_USE;
enum rc inbox_waiting(struct db *db, int64_t *ret_n) MUST_USE;

/* Retention: the words of rows after id *after that came before `before_ms` are emptied, but of
 * those not yet dealt with; at most `max` rows are looked at and *after becomes the last of
 * them. *ret_n < max: there are no more. In a write transaction. */
enum rc inbox_forget(struct db *db, int64_t before_ms, int max, int64_t *after,
                     int64_t *ret_n) MUST_USE;
/* Forgets at most `max` of the messages that came too long ago to come twice. */
enum rc inbox_unsee(struct db *db, int64_t now_ms, int max, int64_t *ret_n) MUST_USE;

const char *inbox_state_name(enum inbox_state s);

#endif
