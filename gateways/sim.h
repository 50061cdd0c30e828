/* sim.h - the simulator's gateway: invented phones, nothing ever leaves. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef GATEWAYS_SIM_H
#define GATEWAYS_SIM_H

#include "gateways/gateway.h"

/* Scheme "sim". A message is SENT at once without any call; the web page shows it from the
 * outbox. The provider id is "sim-" and our tag, so that the receipts of the page's phones find
 * it. */
extern const struct gateway_kind sim_kind;
/* The same for phones that show buttons, as Telegram does. Scheme "simchat". */
extern const struct gateway_kind sim_chat_kind;

#endif
