/* ballot.h - a vote from its question to its result: who is asked, when it closes, who is told.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_BALLOT_H
#define JOBS_BALLOT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/val.h"
#include "db/ballots.h"

struct config;
struct db;
struct service;
struct timer;

/* Puts a draft to its people: the questions leave at the permitted hours, the vote closes at
 * its time. E_STATE: no draft. E_INVALID: its time is past. In a write transaction; from any
 * thread with its own connection. */
enum rc ballot_open(struct db *db, int64_t id, int64_t now_ms) MUST_USE;
/* Counts and closes it now; those who voted are told the result. E_STATE: not open. The same.
 */
enum rc ballot_close(struct db *db, int64_t id, int64_t now_ms) MUST_USE;
/* Gives it up, draft or open; nobody is asked or told any more. The same. */
enum rc ballot_cancel(struct db *db, int64_t id) MUST_USE;

/* A due timer of ours (kinds "ballot_ask", "ballot_close", "ballot_told"); *ret_mine tells. */
enum rc ballot_fire(struct service *s, const struct timer *t, const struct val *data,
                    struct arena *a, int64_t now_ms, bool *ret_mine) MUST_USE;

/* The question as it is sent to somebody whose language is the office's; flows/vote.yaml says
 * it, this shows it beforehand with its price. */
struct str ballot_text(const struct config *c, const struct ballot *b, int64_t now_ms,
                       struct arena *a);
/* "Cuisine 18, Foot 13, Ciné 9": the most voted first. */
struct str ballot_result(const struct ballot *b, struct arena *a);

#endif
