/* sessions.h - the hot row of a person: conversation, fields, pause; one read and one write a
 * turn. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_SESSIONS_H
#define DB_SESSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct db;

/* Every contact has exactly one. `last_msg` is the head of the person's thread: each inbox and
 * outbox row holds the id of the message before it, so that a conversation is read without an
 * index that every message would have to dirty. While a turn holds a talk, inbox_finish and
 * outbox_put move the head in memory and sessions_put writes it once. */
struct talk {
    int64_t contact_id;
    struct str session;  /* JSON of bot/session.h; "" = none */
    struct str fields;   /* JSON map of declared fields that are no columns; "" = none */
    int64_t paused_case; /* a human has the conversation: the case; 0 = no */
    int64_t last_msg;    /* newest message of the thread; 0 = none */
    int64_t last_in_ms, last_out_ms;
    int32_t day, day_count; /* automatic messages sent on that day (yyyymmdd, office's zone) */
    int64_t version;        /* counts writes */
};

/* NONE: no such contact. */
enum rc sessions_load(struct db *db, int64_t contact_id, struct arena *a,
                      struct talk *ret) MUST_USE;
/* Writes all of it when nobody wrote since it was loaded, and counts t->version up; else
 * E_CONFLICT and nothing happened. In a write transaction. */
enum rc sessions_put(struct db *db, struct talk *t) MUST_USE;

/* A case took (case_id) or gave back (0) the conversation. */
enum rc sessions_pause(struct db *db, int64_t contact_id, int64_t case_id) MUST_USE;
/* After an automatic message left (outbox_result does it): last_out_ms and, with `counts`, the
 * day's counter. */
enum rc sessions_sent(struct db *db, int64_t contact_id, int32_t day, bool counts,
                      int64_t now_ms) MUST_USE;
/* Automatic messages that left on `day`. */
enum rc sessions_day_count(struct db *db, int64_t contact_id, int32_t day, int *ret) MUST_USE;

/* Enrolled, not stopped, not paused people whose last word came from `from_ms` on and before
 * `before_ms`, after contact `after`. */
enum rc sessions_silent(struct db *db, int64_t from_ms, int64_t before_ms, int64_t after,
                        int max, struct arena *a, int64_t **ret, size_t *ret_n) MUST_USE;

#endif
