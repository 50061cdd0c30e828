/* addresses.h - the numbers and chats by which people are reached. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_ADDRESSES_H
#define DB_ADDRESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/msg.h"

struct db;

/* OK -> BAD (the provider says it does not exist) -> OK (it wrote to us);
 * OK -> BLOCKED (blocked the bot, operator's STOP) -> OK (unblocked, or wrote to us). */
enum address_state { ADDRESS_OK, ADDRESS_BAD, ADDRESS_BLOCKED };

struct contact_address {
    int64_t id, contact_id;
    struct address at;  /* scheme and value */
    struct str channel; /* the channel it last wrote on, or that an import named; "" = any of
                           the scheme */
    enum address_state state;
    bool preferred;
    int64_t since_ms;  /* of the state */
    struct str reason; /* of BAD or BLOCKED, for staff */
};

/* One number belongs to one contact. Found by a 63-bit hash, then compared in full. NONE:
 * unknown. */
enum rc addresses_find(struct db *db, struct address at, struct arena *a,
                       struct contact_address *ret) MUST_USE;
enum rc addresses_get(struct db *db, int64_t id, struct arena *a,
                      struct contact_address *ret) MUST_USE;
/* E_CONFLICT when the address is somebody's already. The first one of a contact is preferred.
 */
enum rc addresses_add(struct db *db, int64_t contact_id, struct address at, struct str channel,
                      int64_t now_ms, int64_t *ret_id) MUST_USE;
/* Preferred first, then usable ones, newest first. */
enum rc addresses_list(struct db *db, int64_t contact_id, struct arena *a,
                       struct contact_address **ret, size_t *ret_n) MUST_USE;
/* The one to write to: preferred and OK, else the newest OK one. NONE: the person cannot be
 * reached. */
enum rc addresses_pick(struct db *db, int64_t contact_id, struct arena *a,
                       struct contact_address *ret) MUST_USE;
enum rc addresses_mark(struct db *db, int64_t id, enum address_state s, struct str reason,
                       int64_t now_ms) MUST_USE;
enum rc addresses_prefer(struct db *db, int64_t id) MUST_USE;
/* To another contact (the number changed hands, or the chat turned out to be a known person's).
 */
enum rc addresses_move(struct db *db, int64_t id, int64_t contact_id) MUST_USE;
enum rc addresses_remove(struct db *db, int64_t id) MUST_USE;

/* For unknown callers: finds the address, or makes a STRANGER with it (origin "self"). *ret_new
 * tells. An address that writes is OK again, on this channel. In a write transaction. */
enum rc addresses_meet(struct db *db, struct address at, struct str channel, struct arena *a,
                       int64_t now_ms, struct contact_address *ret, bool *ret_new) MUST_USE;

#endif
