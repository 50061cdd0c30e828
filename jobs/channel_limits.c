/* channel_limits.c - what a channel may do when its configuration does not say: the provider's
 * own limits. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "jobs/channel_limits.h"

#include "base/clock.h"
#include "gateways/descriptor.h"

static bool said(const struct channel_config *c, unsigned bit) {
    return (c->given & bit) != 0;
}

void channel_limits(const struct channel_config *c, struct channel_limits *ret) {
    const struct gateway_kind *kind = NULL;
    struct descriptor_limits d = {0};
    if (gateway_find(c->gateway, &kind) == OK) {
        d = descriptor_limits(kind);
    }
    *ret = (struct channel_limits){.per_1000_s = c->per_second * 1000LL,
                                   .per_person_ms = c->per_person_ms,
                                   .in_flight = c->in_flight,
                                   .parts_max = c->parts_max,
                                   .price_micro = c->price_micro,
                                   .sms = kind && (kind->caps & GW_SMS)};
    if (!said(c, CHANNEL_PER_SECOND) && d.per_second > 0) {
        int64_t rate = (int64_t)(d.per_second * 1000 + 0.5);
        ret->per_1000_s = rate > 0 ? rate : 1;
    }
    if (!said(c, CHANNEL_PER_PERSON) && d.per_recipient_s > 0) {
        ret->per_person_ms = d.per_recipient_s * MS_SECOND;
    }
    if (!said(c, CHANNEL_IN_FLIGHT) && d.in_flight > 0) {
        ret->in_flight = d.in_flight;
    }
    if (!said(c, CHANNEL_PARTS) && d.parts_max > 0) {
        ret->parts_max = d.parts_max;
    }
    if (!said(c, CHANNEL_PRICE) && d.price > 0) {
        ret->price_micro = (int64_t)(d.price * 1e6 + 0.5);
        ret->price_is_public = true;
    }
}

int64_t channel_cents(const struct channel_limits *l, int64_t segments) {
    return (l->price_micro * segments + 5000) / 10000;
}
