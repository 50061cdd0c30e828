/* calls.h - web-hooks that conversations asked for, until their answer was heard. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_CALLS_H
#define DB_CALLS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct db;

/*   QUEUED --claim, COMMIT--> INFLIGHT --answer--> ANSWERED --heard by the turn--> (deleted)
 *     ^ |                        |  |                ^
 *     | +--too late, refused-----|--|----------------+
 *     +-----no byte has left-----+  +--lost (unknown)+
 *
 * ANSWERED and the inbox event that tells the conversation are written together. */
enum call_state { CALL_QUEUED, CALL_INFLIGHT, CALL_ANSWERED };

struct call_row {
    int64_t id, contact_id;
    struct str token, endpoint, method, url, headers, body;
    enum call_state state;
    int64_t next_ms, due_ms;
    int attempt;
    int status;
    struct str why, type, answer;
};

/* Name of the inbox event, its data is {"call": ID}. */
#define CALLS_EVENT "call.answered"

/* Keeps it (c->id is given), QUEUED, ready at now_ms. In a write transaction: the turn's. */
enum rc calls_put(struct db *db, struct call_row *c, int64_t now_ms) MUST_USE;
/* Marks at most `max` ready rows INFLIGHT; rows that are due already come back too, to be
 * answered by the caller. In a write transaction; nothing leaves before its commit. NONE:
 * nothing is ready. */
enum rc calls_claim(struct db *db, int64_t now_ms, int max, struct arena *a,
                    struct call_row **ret, size_t *ret_n) MUST_USE;
/* No byte has left: QUEUED again, not before next_ms. E_STATE when it is not INFLIGHT by the
 * claim that `c` came from. */
enum rc calls_again(struct db *db, const struct call_row *c, int64_t next_ms) MUST_USE;
/* The end of any open row: ANSWERED with c's status, why, type and answer, and the inbox event
 * of the person. E_STATE when it has an answer or is gone. In a write transaction. */
enum rc calls_answer(struct db *db, const struct call_row *c, int64_t now_ms) MUST_USE;
/* Rows INFLIGHT since before `before_ms` are answered "unknown": the process that had them on
 * the wire is gone. */
enum rc calls_recover(struct db *db, int64_t before_ms, int64_t now_ms,
                      int64_t *ret_n) MUST_USE;
/* NONE: no such call (any more). */
enum rc calls_get(struct db *db, int64_t id, struct arena *a, struct call_row *ret) MUST_USE;
/* The answer was heard. */
enum rc calls_drop(struct db *db, int64_t id) MUST_USE;
/* QUEUED and INFLIGHT ones. */
enum rc calls_waiting(struct db *db, int64_t *ret) MUST_USE;
/* When the next one is ready (may be past); NONE: none waits. */
enum rc calls_next_ms(struct db *db, int64_t *ret) MUST_USE;

#endif
