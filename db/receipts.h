/* receipts.h - delivery reports find their message, or wait a little for it to be known. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_RECEIPTS_H
#define DB_RECEIPTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/msg.h"
#include "db/outbox.h"

#define RECEIPTS_HOLD_MS (10 * 60 * 1000LL)

struct receipt_effect {
    int64_t message_id, contact_id, address_id;
    enum outbox_state state; /* of the message now */
    bool changed;            /* the message's state moved */
    bool marked_bad;         /* permanent failure: the address was marked */
};

/* Finds the part by our id, else by the provider's (as text; if that fails without leading
 * zeros), else, when it names only the recipient, as the one message to it that is open on this
 * channel (none when several are); moves the part and then the message: DELIVERED when all its
 * parts are, FAILED when a part failed. Late and repeated ones change nothing. NONE: the
 * message is not known (yet) or still in flight; the receipt is held ten minutes and matched
 * again when the send's answer is stored. In a write transaction. */
enum rc receipts_apply(struct db *db, const struct receipt *r, int64_t now_ms,
                       struct receipt_effect *ret) MUST_USE;

/* Stores the provider's ids of the parts of a message, from `first_part` on, as SENT. Called by
 * outbox_result. */
enum rc receipts_parts(struct db *db, int64_t message_id, struct str channel, int first_part,
                       const struct str *provider_id, size_t n, int64_t now_ms) MUST_USE;
/* Applies the receipts held for this message; called by outbox_result. */
enum rc receipts_rematch(struct db *db, int64_t message_id, struct str channel,
                         const struct str *provider_id, size_t n, int64_t now_ms) MUST_USE;

struct outbox_part {
    int part;
    struct str provider_id;
    enum outbox_state state; /* SENT, DELIVERED, READ, FAILED */
    int64_t at_ms;
};
enum rc receipts_of(struct db *db, int64_t message_id, struct arena *a,
                    struct outbox_part **ret, size_t *ret_n) MUST_USE;

/* Held receipts whose time is over are looked for no more, but shown for a month; *ret_n = how
 * many. In a write transaction. */
enum rc receipts_drop(struct db *db, int64_t now_ms, int64_t *ret_n) MUST_USE;

#define RECEIPTS_LOST_MS (30 * 24 * 3600 * 1000LL)
struct receipt_lost {
    struct str channel, provider_id, reason;
    enum receipt_status status;
    int64_t at_ms;
};
/* The newest first. */
enum rc receipts_lost(struct db *db, int max, struct arena *a, struct receipt_lost **ret,
                      size_t *ret_n) MUST_USE;

#endif
