/* sim.h - the simulator's gateways: invented phones, nothing ever leaves. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef GATEWAYS_SIM_H
#define GATEWAYS_SIM_H

#include "gateways/gateway.h"

/* A message is SENT at once without any call; the web page shows it from the outbox. The
 * provider id is "sim-" and our tag, so that the receipts of the page's phones find it. No
 * configuration. "sim" (scheme "sim") behaves as SMS: segments, digits for choices. "sim_chat"
 * (scheme "simchat") behaves as a messenger: buttons, long texts. */
extern const struct gateway_kind sim_kind, sim_chat_kind;

#endif
