/* sim.c - the simulator's gateway: every message is accepted at once, without a wire. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "gateways/sim.h"

#define SIM_TEXT_MAX 4096

static enum rc sim_open(struct gw_channel *ch, struct arena *a, struct err *err) {
    (void)ch;
    (void)a;
    (void)err;
    return OK;
}

static enum gw_next sim_send_next(struct gw_send *s, const struct gw_answer *answer,
                                  struct gw_call *ret_call) {
    (void)answer;
    (void)ret_call;
    struct str tag = s->msg->tag.n ? s->msg->tag : gw_tag(s->msg->id, s->a);
    struct str *id = ARENA_NEW(s->a, struct str);
    *id = arena_printf(s->a, "sim-%.*s", STR_ARG(tag));
    s->outcome = (struct outcome){.kind = OUTCOME_SENT, .provider_id = id, .provider_ids = 1};
    return GW_DONE;
}

const struct gateway_kind sim_kind = {
    .name = "sim",
    .title = "Simulateur",
    .caps = GW_RECEIPTS | GW_SMS,
    .scheme = {"sim", 3},
    .text_max = SIM_TEXT_MAX,
    .open = sim_open,
    .send_next = sim_send_next,
};

const struct gateway_kind sim_chat_kind = {
    .name = "sim_chat",
    .title = "Simulateur (messagerie à boutons)",
    .caps = GW_RECEIPTS | GW_BUTTONS,
    .scheme = {"simchat", 7},
    .text_max = SIM_TEXT_MAX,
    .open = sim_open,
    .send_next = sim_send_next,
};
