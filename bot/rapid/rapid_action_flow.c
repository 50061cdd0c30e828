/* rapid_action_flow.c - into another flow, in this session. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/rapid/rapid_priv.h"

static void enter_flow(struct rapid_act *act) {
    struct rapid_session *s = act->s;
    const struct val *ref = val_get(act->def, "flow");
    struct str uuid = val_get_text(ref, "uuid", STR("")),
               name = val_get_text(ref, "name", uuid);
    const struct rapid_flow *flow = rapid_flow_find(s->program, uuid);
    if (!flow) {
        rapid_event_failure(s, act->run, "Unable to find flow '%.*s'", STR_ARG(name));
        return;
    }
    bool background = str_is(flow->type, "messaging_background");
    if (!background && !str_eq(flow->type, act->run->flow->type)) {
        rapid_event_failure(s, act->run, "Can't enter flow '%.*s' of type %.*s from type %.*s",
                            STR_ARG(flow->name), STR_ARG(flow->type),
                            STR_ARG(act->run->flow->type));
        return;
    }
    s->pushed = flow;
    s->pushed_terminal = val_get_bool(act->def, "terminal", false);
}

static const struct rapid_member FLOW[] = {{"flow", CHECK_REF, true, 0},
                                           {"terminal", CHECK_BOOL, false, 0},
                                           {NULL, CHECK_ANY, false, 0}};

const struct rapid_kind RAPID_FLOW_KINDS[] = {
    {"enter_flow", FLOW_ANY, enter_flow, FLOW, NULL, NULL}, {NULL, 0, NULL, NULL, NULL, NULL}};
