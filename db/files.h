/* files.h - files that people sent: expected, fetched, kept for a while, forgotten. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_FILES_H
#define DB_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct db;

/*            expect                 keep
 *   (inbox) --------> FILE_WAITING ------> FILE_KEPT
 *                       |  ^  | end           | forget
 *                 later +--+  v               v
 *                        FILE_REFUSED      FILE_GONE
 */
enum file_state {
    FILE_WAITING,
    FILE_KEPT,
    FILE_GONE,   /* the network no longer has it, or its time is over here */
    FILE_REFUSED /* too big, of a kind we do not take, too many */
};

struct file_row {
    int64_t id, contact_id, inbox_id;
    struct str channel, source;
    enum file_state state;
    struct str type; /* of FILE_KEPT: "image/jpeg", by the bytes */
    int64_t size;
    int tries; /* this one included */
    struct str reason;
    int64_t created_ms;
};

/* A file that came with a stored message. In the write transaction of inbox_receive. */
enum rc files_expect(struct db *db, int64_t inbox_id, struct str source,
                     int64_t now_ms) MUST_USE;

/* At most `max` files that are due; each is put off by hold_ms first, so that a crash or
 * another process finds it again only later. Brings its own transaction. */
enum rc files_claim(struct db *db, int max, int64_t hold_ms, int64_t now_ms, struct arena *a,
                    struct file_row **ret, size_t *ret_n) MUST_USE;
/* When the next one is due; NONE when none waits. */
enum rc files_next_ms(struct db *db, int64_t *ret) MUST_USE;
/* Files of one person that were kept since. */
enum rc files_count(struct db *db, int64_t contact_id, int64_t since_ms, int64_t *ret) MUST_USE;

/* The three ends of a claim. NONE: it is no longer waited for (the person was erased). */
enum rc files_keep(struct db *db, int64_t id, struct str type, struct str bytes) MUST_USE;
enum rc files_later(struct db *db, int64_t id, int64_t next_ms, struct str reason) MUST_USE;
/* state: FILE_GONE or FILE_REFUSED. */
enum rc files_end(struct db *db, int64_t id, enum file_state state, struct str reason) MUST_USE;

/* All of one person's, oldest message first, without their bytes. */
enum rc files_of(struct db *db, int64_t contact_id, struct arena *a, struct file_row **ret,
                 size_t *ret_n) MUST_USE;
/* One with its bytes, when it is kept; else NONE. */
enum rc files_get(struct db *db, int64_t id, struct arena *a, struct file_row *ret,
                  struct str *ret_bytes) MUST_USE;

/* Empties at most `max` files that came before: the bytes are gone, the line says so. */
enum rc files_forget(struct db *db, int64_t before_ms, int max, int64_t *ret_n) MUST_USE;

#endif
