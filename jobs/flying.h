/* flying.h - one message on the wire: from its row to the outcome its gateway reads. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_FLYING_H
#define JOBS_FLYING_H

#include "base/arena.h"
#include "base/msg.h"
#include "db/outbox.h"
#include "gateways/gateway.h"

struct service;
struct carrier;

/* One message on the wire. Owns its memory. */
struct flying {
    struct arena a;
    struct service *s;
    struct carrier *carrier;
    struct outbox_row row;
    struct outbound msg;
    struct gw_send send;
    bool counts;
    struct flying *next;          /* in the list of the landed, or of those about to leave */
    struct flying *older, **link; /* in the list of all, until freed */
};

struct flight {
    struct flying *all;
    struct flying *landed, **last;
    struct flying
        *doubted;        /* claimed by a commit that may or may not have happened: never sent */
    bool unsure;         /* so were outcomes of the landed written down */
    int in_flight, down; /* down: how many have landed */
    int64_t first_ms;    /* when the first of them did, by the monotonic clock */
};

/* Copies the row into memory of its own: the claim's arena ends with the claim. `counts`: for
 * the day's cap. It is in the list of all from now on. */
struct flying *flying_new(struct service *s, struct carrier *c, const struct outbox_row *m,
                          bool counts);
/* Out of the list of all. */
void flying_free(struct flying *f);
/* Puts it on the wire, after the commit of its claim. When its gateway has the last answer (or
 * at once, when nothing has to leave) it stands in the list of the landed, its outcome without
 * secrets, number or text. */
void flying_go(struct flying *f);

#endif
