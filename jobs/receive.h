/* receive.h - what came from outside goes into the inbox, many requests in one commit. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_RECEIVE_H
#define JOBS_RECEIVE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "gateways/gateway.h"

struct service;

#define RECEIVE_WAITING_MAX                                                                    \
    2048 /* items between the web thread and the writer; full -> 503                           \
          */

/* One web-hook request or one poll answer, already verified and parsed. It owns its memory. */
struct receive_item {
    struct arena a;     /* everything below lives in it */
    struct str channel; /* name of the configured channel */
    struct gw_parsed parsed;
    struct str cursor; /* of a poll: stored in the same transaction; p NULL = none */
    /* Called once by the writer, after COMMIT (OK), or when it could not be stored (E_BUSY,
     * E_IO: answer 503 so that the provider tries again). The item is freed after it returns.
     */
    void (*done)(void *ctx, const struct receive_item *item, enum rc rc);
    void *ctx;
    struct receive_item *next;
};

struct receive_item *receive_item_new(void);
void receive_item_free(struct receive_item *item);

enum rc receive_open(struct service *s) MUST_USE;
void receive_close(struct service *s);

/* From any thread. The writer owns the item from now on. E_BUSY: full, the item is still the
 * caller's. */
enum rc receive_offer(struct service *s, struct receive_item *item) MUST_USE;

/* The writer: stores all that waits in one transaction, tells each `done`. Returns how many
 * items. */
int receive_batch(struct service *s);

/* The web thread, or a replay: verifies and parses a request for channel NAME into a new item.
 * OK: offer it. NONE: no such channel. E_DENIED, E_INVALID as gateway.hook, with *ret_status
 * set. */
enum rc receive_parse(struct service *s, struct str name, const struct gw_request *rq,
                      struct receive_item **ret, int *ret_status, struct err *err) MUST_USE;

#endif
