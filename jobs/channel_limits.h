/* channel_limits.h - what a channel may do when its configuration does not say: the provider's
 * own limits. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_CHANNEL_LIMITS_H
#define JOBS_CHANNEL_LIMITS_H

#include <stdint.h>

#include "base/str.h"
#include "jobs/config.h"

struct channel_limits {
    int64_t
        per_1000_s; /* messages in a thousand seconds: a phone sends less than one a second */
    int64_t per_person_ms; /* pause between two messages to one person */
    int in_flight;         /* requests open at once */
    int parts_max;         /* SMS one message may take; 0 = any number */
    int64_t price_micro;   /* of one segment; 0 = unknown */
    bool price_is_public;  /* the provider's public price: the office's contract may differ */
    bool sms;              /* the channel counts segments */
};

/* The configuration's word first, then the descriptor's, then the default of the settings. */
void channel_limits(const struct channel_config *c, struct channel_limits *ret);

/* Price of so many segments, in cents, rounded. */
int64_t channel_cents(const struct channel_limits *l, int64_t segments);

#endif
