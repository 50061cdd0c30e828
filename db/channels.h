/* channels.h - what must survive about each configured channel: cursor, pause, fault, counts,
 * small memory. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_CHANNELS_H
#define DB_CHANNELS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct db;

struct channel {
    struct str name, gateway, scheme;
    struct str cursor;       /* of a long poll */
    int64_t paused_until_ms; /* 0 = runs; INT64_MAX = until staff resume it */
    struct str fault;        /* the provider's words; "" = healthy */
    int64_t fault_ms;
    int64_t sent, received; /* messages made since a moment; by channels_list only */
};

/* Makes the row when it is missing; gateway and scheme are kept up to date. */
enum rc channels_ensure(struct db *db, struct str name, struct str gateway,
                        struct str scheme) MUST_USE;
enum rc channels_get(struct db *db, struct str name, struct arena *a,
                     struct channel *ret) MUST_USE;
/* With counts since that moment (the office's midnight). */
enum rc channels_list(struct db *db, int64_t since_ms, struct arena *a, struct channel **ret,
                      size_t *ret_n) MUST_USE;
/* In the transaction that stores what the poll brought. */
enum rc channels_set_cursor(struct db *db, struct str name, struct str cursor) MUST_USE;
/* A pause only grows; `fault` "" leaves the text as it is. NONE: this fault is known already
 * (alert once). */
enum rc channels_pause(struct db *db, struct str name, int64_t until_ms, struct str fault,
                       int64_t now_ms) MUST_USE;
enum rc channels_resume(struct db *db, struct str name) MUST_USE;

/* Small values of gateways: tokens, clock skew. NONE: absent or expired. expires_ms 0 = never.
 */
enum rc channels_memory_get(struct db *db, struct str name, struct str key, int64_t now_ms,
                            struct arena *a, struct str *ret) MUST_USE;
enum rc channels_memory_put(struct db *db, struct str name, struct str key, struct str value,
                            int64_t expires_ms) MUST_USE;

#endif
