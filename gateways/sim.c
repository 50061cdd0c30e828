/* sim.c - the simulator's gateways: every message is accepted at once, without a wire. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/sim.h"

static enum rc sim_open(struct gw_channel *ch, struct arena *a, struct err *err) {
    static const char *const NO_KEYS[] = {NULL};
    (void)a;
    return gw_config_known(ch, NO_KEYS, err);
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
    .title = "Simulateur (SMS)",
    .caps = GW_RECEIPTS | GW_SMS,
    .scheme = {"sim", 3},
    .text_max = 1600,
    .open = sim_open,
    .send_next = sim_send_next,
};

const struct gateway_kind sim_chat_kind = {
    .name = "sim_chat",
    .title = "Simulateur (messagerie)",
    .caps = GW_RECEIPTS | GW_BUTTONS,
    .scheme = {"simchat", 7},
    .text_max = 4096,
    .open = sim_open,
    .send_next = sim_send_next,
};
