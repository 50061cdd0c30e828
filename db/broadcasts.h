/* broadcasts.h - one text to many: whom, when, what came back. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_BROADCASTS_H
#define DB_BROADCASTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

struct db;

/* DRAFT -> CONFIRMED (the list of people is fixed) -> SENDING -> DONE;  any but DONE ->
 * CANCELLED. */
enum broadcast_state {
    BROADCAST_DRAFT,
    BROADCAST_CONFIRMED,
    BROADCAST_SENDING,
    BROADCAST_DONE,
    BROADCAST_CANCELLED
};

/* All conditions hold together; several values of one condition are alternatives; empty = no
 * condition. Always: youths only (never partners), not erased, not stopped, not refused, with
 * an address that works. */
struct segment {
    const struct str *tag;
    size_t tags;
    const struct str *insee; /* communes */
    size_t insees;
    const int64_t *series; /* members of */
    size_t series_n;
    struct date born_from, born_to; /* ages as birth dates, both included; year 0 = open. Needs
                                       a known birth date */
    bool enrolled_only;
    int64_t referent_id; /* 0 = any */
};

struct broadcast {
    int64_t id;
    struct str title, text, lang;
    struct str segment; /* JSON of struct segment, as the page made it; read back for display */
    int64_t from_ms, until_ms; /* window of sending; 0 = now, 0 = no end */
    int64_t answers_until_ms;  /* reply window; 0 = open */
    struct str flow; /* started for each person instead of only sending the text; "" = none */
    enum broadcast_state state;
    int64_t staff_id, created_ms, confirmed_ms, done_ms;
};

/* New when b->id is 0 (given; DRAFT); a DRAFT may be written again, others: E_STATE. Stores seg
 * as terms too. */
enum rc broadcasts_put(struct db *db, struct broadcast *b, const struct segment *seg,
                       int64_t now_ms) MUST_USE;
enum rc broadcasts_get(struct db *db, int64_t id, struct arena *a,
                       struct broadcast *ret) MUST_USE;
enum rc broadcasts_list(struct db *db, int max, struct arena *a, struct broadcast **ret,
                        size_t *ret_n) MUST_USE;

struct broadcast_person {
    int64_t contact_id;
    struct str first_name, last_name, lang, commune;
};
/* Whom the broadcast's segment selects now: the count of all, and the first `max` by name. The
 * same query fills the list at confirmation, so that preview and sending agree. */
enum rc broadcasts_preview(struct db *db, int64_t id, int max, int64_t now_ms, struct arena *a,
                           struct broadcast_person **ret, size_t *ret_n,
                           int64_t *ret_total) MUST_USE;

/* Fixes the list (one INSERT...SELECT) and moves to CONFIRMED; *ret_n people. E_STATE: not a
 * DRAFT. */
enum rc broadcasts_confirm(struct db *db, int64_t id, int64_t now_ms, int64_t *ret_n) MUST_USE;
enum rc broadcasts_move(struct db *db, int64_t id, enum broadcast_state to,
                        int64_t now_ms) MUST_USE;
/* CONFIRMED and SENDING ones whose window has begun. */
enum rc broadcasts_active(struct db *db, int64_t now_ms, struct arena *a,
                          struct broadcast **ret, size_t *ret_n) MUST_USE;

/* WAITING -> QUEUED (outbox row made) | SKIPPED (STOP meanwhile, no address, window over). What
 * became of a QUEUED one is its outbox row's business. */
enum broadcast_step { BROADCAST_WAITING, BROADCAST_QUEUED, BROADCAST_SKIPPED };

/* The next people to queue, in order of contact, at most `max`. In the write transaction that
 * queues them. NONE: nobody is left. */
enum rc broadcasts_claim(struct db *db, int64_t id, int max, struct arena *a,
                         struct broadcast_person **ret, size_t *ret_n) MUST_USE;
enum rc broadcasts_queued(struct db *db, int64_t id, int64_t contact_id,
                          int64_t outbox_id) MUST_USE;
enum rc broadcasts_skipped(struct db *db, int64_t id, int64_t contact_id,
                           struct str reason) MUST_USE;

/* "yes" (interested), "no", or the words. Numbered in order of arrival, once a person; a
 * changed mind keeps the number. *ret_rank among those who said the same. NONE: not among the
 * people. E_STATE: the window is over. */
enum rc broadcasts_answer(struct db *db, int64_t id, int64_t contact_id, struct str answer,
                          int64_t now_ms, int64_t *ret_rank) MUST_USE;
/* The newest broadcast QUEUED to a person whose reply window is open; NONE. */
enum rc broadcasts_latest(struct db *db, int64_t contact_id, int64_t now_ms,
                          int64_t *ret_id) MUST_USE;

struct broadcast_counts {
    int64_t people, waiting, queued, skipped;                /* queued: handed to the outbox */
    int64_t to_send, sent, delivered, failed, unknown, held; /* of the outbox rows */
    int64_t yes, no, other;
};
enum rc broadcasts_count(struct db *db, int64_t id, struct broadcast_counts *ret) MUST_USE;

struct broadcast_reply {
    struct broadcast_person who;
    struct str answer;
    int64_t answered_ms, rank;
};
/* In order of arrival. answer "" = all. */
enum rc broadcasts_replies(struct db *db, int64_t id, struct str answer, struct arena *a,
                           struct broadcast_reply **ret, size_t *ret_n) MUST_USE;
/* Who did not get it, and why (skipped, failed, held back, expired, unknown). */
struct broadcast_miss {
    struct broadcast_person who;
    struct str reason;
};
enum rc broadcasts_missed(struct db *db, int64_t id, struct arena *a,
                          struct broadcast_miss **ret, size_t *ret_n) MUST_USE;

const char *broadcasts_state_name(enum broadcast_state s);

#endif
