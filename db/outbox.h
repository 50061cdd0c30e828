/* outbox.h - rows wait here until a gateway takes them, and tell afterwards what became of
 * them. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_OUTBOX_H
#define DB_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/msg.h"

struct db;
struct talk;

/*            +--------- later, postponed ---------+
 *            v                                    |
 *         QUEUED ------------ claim ---------> INFLIGHT
 *          |   |                  accepted /   |     |  \ no answer, crash
 *          |   |                     SENT <----+     |   +--> UNKNOWN
 *    EXPIRED   HELD_BACK           |  |  |           |          |  (late receipts: SENT,
 * DELIVERED, READ, FAILED) (also from INFLIGHT,   DELIVERED READ FAILED <---+----------+ at the
 * last door)          |-----^ The first final state wins, except that DELIVERED may become
 * READ. outbox_move() alone writes the column; the table of allowed moves is in outbox.c, the
 * list of states is the CHECK of the schema. */
enum outbox_state {
    OUTBOX_QUEUED,
    OUTBOX_INFLIGHT, /* committed before the request leaves */
    OUTBOX_SENT,     /* accepted by the provider */
    OUTBOX_DELIVERED,
    OUTBOX_READ,
    OUTBOX_FAILED,
    OUTBOX_UNKNOWN, /* the request left, no answer came: never sent again by itself */
    OUTBOX_EXPIRED,
    OUTBOX_HELD_BACK /* STOP, cap, cancelled event...: reason says why */
};
#define OUTBOX_STATES 9

#define OUTBOX_PRIORITIES 8 /* 0 leaves first */

/* What the last door asks about the person, read with the claim. */
struct outbox_who {
    bool known; /* by outbox_claim alone, when person and address are there */
    bool erased, bad_address, blocked_address;
    int64_t stop_all_ms, stop_reminders_ms, pause_until_ms;
};

struct outbox_row {
    int64_t id, contact_id, address_id;
    struct address to; /* read from the address when claimed or got */
    struct str channel;
    struct str kind; /* why it exists: "reply", "urgent", "reminder", "question", "survey",
                        "bulk", "staff" */
    int priority;    /* 0..OUTBOX_PRIORITIES-1, smaller leaves first */
    struct str text;
    struct str buttons;     /* JSON list of {label, payload, kind?}; "" = none */
    struct str attachments; /* JSON list of texts; "" = none */
    struct str lang;
    bool ask_contact;
    bool confirms_stop; /* the one message allowed after a STOP */
    enum outbox_state state;
    int64_t next_ms;    /* QUEUED: not before; INFLIGHT: when it was claimed */
    int64_t expires_ms; /* 0 = never */
    int attempt;        /* times claimed (a postponed claim does not count) */
    int first_part;     /* from 1: parts before it were accepted already */
    int64_t arm_ms;     /* > 0: when SENT, a timer that much later with arm_token */
    struct str arm_token;
    int64_t broadcast_id, meetup_id, wave_id, case_id,
        inbox_id;      /* what it is about; 0 = none */
    int64_t staff_id;  /* a human wrote it; 0 = the service */
    int segments;      /* of SMS, when known */
    struct str reason; /* of FAILED, UNKNOWN, HELD_BACK, EXPIRED or of the last retry */
    int64_t created_ms, sent_ms, final_ms;
    struct outbox_who who;
};

/* Stores a message as QUEUED (m->next_ms 0 = now), gives it its id (m->id 0 = id_new) and hangs
 * it on the person's thread: on `t` in memory when the caller holds the talk (its last_out_ms
 * becomes now), else on the stored one; a broadcast's message without `t` on none. address_id
 * 0: the person's usable address is picked; NONE when there is none (nothing is stored).
 * channel "" = the address's. In a write transaction. */
enum rc outbox_put(struct db *db, struct outbox_row *m, struct talk *t, struct arena *a,
                   int64_t now_ms) MUST_USE;

/* Marks at most `max` due rows of the channel INFLIGHT (attempt + 1) and hands them out, most
 * urgent first, with what sending needs: not meetup_id, wave_id, inbox_id, staff_id,
 * reason and the times of other states. A row waits while an earlier one of the same person on
 * the channel is in flight, due, or due to be tried again, unless it is more urgent. Rows past
 * expires_ms are handed out too: the last door decides. In a write transaction that must be
 * committed before any byte leaves. NONE: nothing is due. */
enum rc outbox_claim(struct db *db, struct str channel, int64_t now_ms, int max,
                     struct arena *a, struct outbox_row **ret, size_t *ret_n) MUST_USE;

/* What to write beside the state. Zero or empty members leave the column as it is, next_ms
 * excepted (QUEUED). */
struct outbox_change {
    int64_t next_ms; /* to QUEUED: when again */
    int first_part;  /* to QUEUED: resume there */
    bool uncount;    /* to QUEUED: this claim was no attempt (quiet hours, paused channel) */
    int segments;
    struct str reason;
};

/* The only writer of the state. E_STATE: the row is not in `from`, or the move is not allowed
 * (nothing changed). Sets sent_ms and final_ms; to SENT also arms the row's timer. In a write
 * transaction. */
enum rc outbox_move(struct db *db, int64_t id, enum outbox_state from, enum outbox_state to,
                    const struct outbox_change *c, int64_t now_ms) MUST_USE;
bool outbox_may_move(enum outbox_state from, enum outbox_state to);
bool outbox_is_final(enum outbox_state s);

/* Whether the row is still in the claim that `m` came from: NONE when it never was (a commit
 * whose answer was lost did not happen), or when the claim ended. For redoing after such a
 * commit. */
enum rc outbox_holds(struct db *db, const struct outbox_row *m) MUST_USE;

/* Ends a claim by what the gateway said: SENT (parts and provider ids are stored, receipts that
 * came too early are matched; an automatic message, `counts`, is counted on `day`, yyyymmdd of
 * the office), LATER (QUEUED at next_ms, which the caller computed), NEVER (FAILED; with
 * bad_address or opted_out the address is marked), UNKNOWN. In a write transaction. */
enum rc outbox_result(struct db *db, const struct outbox_row *m, const struct outcome *o,
                      int64_t next_ms, int32_t day, bool counts, int64_t now_ms) MUST_USE;

/* After a crash: rows claimed at or before `before_ms` and never ended become UNKNOWN. *ret_n =
 * how many. */
enum rc outbox_recover(struct db *db, int64_t before_ms, int64_t now_ms,
                       int64_t *ret_n) MUST_USE;

/* Holds back what is still QUEUED for a meetup, a broadcast, a wave or a person (0 = any; at
 * least one given; `kind`
 * "" = all kinds). *ret_n = how many. */
enum rc outbox_hold_back(struct db *db, int64_t contact_id, int64_t broadcast_id,
                         int64_t meetup_id, int64_t wave_id, struct str kind, struct str reason,
                         int64_t now_ms, int64_t *ret_n) MUST_USE;

enum rc outbox_get(struct db *db, int64_t id, struct arena *a, struct outbox_row *ret) MUST_USE;
/* The state asked for, newest first. */
enum rc outbox_list(struct db *db, enum outbox_state s, int max, struct arena *a,
                    struct outbox_row **ret, size_t *ret_n) MUST_USE;
/* Earliest next_ms among QUEUED rows of the channel (may be past); NONE: nothing waits. */
enum rc outbox_next_ms(struct db *db, struct str channel, int64_t *ret) MUST_USE;
/* The earliest that is later than `after_ms`. */
enum rc outbox_next_after(struct db *db, struct str channel, int64_t after_ms,
                          int64_t *ret) MUST_USE;

struct outbox_depth {
    struct str channel;
    enum outbox_state state; /* QUEUED, INFLIGHT or UNKNOWN */
    int64_t n, oldest_ms;    /* created_ms of the oldest */
};
enum rc outbox_depths(struct db *db, struct arena *a, struct outbox_depth **ret,
                      size_t *ret_n) MUST_USE;
/* The channels that have messages QUEUED, one call each, in order: `after` the one before, NULL
 * at first. Takes a step a channel, however long the queues. NONE: no more. */
enum rc outbox_next_channel(struct db *db, const struct str *after, struct arena *a,
                            struct str *ret) MUST_USE;

/* Addresses that messages of a channel wait for, due and in order of their first message. */
struct outbox_waiting {
    int64_t address_id;
    struct address to;
};
enum rc outbox_waiting(struct db *db, struct str channel, int64_t now_ms, int max,
                       struct arena *a, struct outbox_waiting **ret, size_t *ret_n) MUST_USE;
/* All that waits for this address goes by another channel, in its old order. *ret_n = how many.
 * In a write transaction. */
enum rc outbox_to_channel(struct db *db, int64_t address_id, struct str from, struct str to,
                          int64_t *ret_n) MUST_USE;
/* A claimed message that certainly did not arrive gets another address of the same person, with
 * its text as that channel carries it (no buttons); the caller then moves it to QUEUED.
 * E_STATE: it is not in flight. In a write transaction. */
enum rc outbox_readdress(struct db *db, int64_t id, int64_t address_id, struct str channel,
                         struct str text, int segments) MUST_USE;

/* Retention, as inbox_forget: the words of messages made before `before_ms`, but of those that
 * wait or are under way. In a write transaction. */
enum rc outbox_forget(struct db *db, int64_t before_ms, int max, int64_t *after,
                      int64_t *ret_n) MUST_USE;

const char *outbox_state_name(enum outbox_state s);

#endif
