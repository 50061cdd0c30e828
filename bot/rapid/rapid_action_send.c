/* rapid_action_send.c - a message to the person. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/rapid/rapid_priv.h"

static const char *unsendable(const struct rapid_session *s, bool routed) {
    struct str status = s->contact.status;
    return str_is(status, "blocked")    ? "contact_blocked"
           : str_is(status, "stopped")  ? "contact_stopped"
           : str_is(status, "archived") ? "contact_archived"
           : routed                     ? NULL
                                        : "no_route";
}

static void send_msg(struct rapid_act *act) {
    struct rapid_session *s = act->s;
    struct rapid_languages l;
    struct rapid_content content;
    const struct val *channel = NULL, *templating = NULL;
    struct str urn, locale;
    rapid_i18n_usual(s, act->run, &l);
    rapid_content_eval(act, &l, &content);
    locale = rapid_i18n_locale(s, content.lang);
    bool routed = rapid_contact_route(s, &urn, &channel);
    if (routed && val_is(val_get(act->def, "template"), VAL_MAP)) {
        rapid_content_template(act, channel, &content, &templating, &locale);
    }
    struct val_builder *msg = val_map_begin(s->a), *b;
    if (routed) {
        val_put(msg, "urn", val_text(s->a, urn));
        val_put(msg, "channel", rapid_ref(s->a, channel));
    }
    val_put(msg, "text", val_text(s->a, content.text));
    rapid_put_some(msg, "attachments", content.attachments);
    rapid_put_some(msg, "quick_replies", content.quick_replies);
    val_put(msg, "templating", templating);
    rapid_put_text(msg, s->a, "locale", locale);
    const char *why = unsendable(s, routed);
    if (why) {
        val_put(msg, "unsendable_reason", val_textz(s->a, why));
    }
    b = rapid_event_begin(s, "msg_created");
    val_put(b, "msg", val_end(msg));
    rapid_event_end(s, b);
}

/* A channel's request that the person agree to be written to. */
static void request_optin(struct rapid_act *act) {
    struct rapid_session *s = act->s;
    const struct val *ref = val_get(act->def, "optin"), *channel;
    struct str urn;
    const struct val *optin =
        rapid_asset(s->program, "optins", "uuid", val_get_text(ref, "uuid", STR("")));
    if (!optin) {
        rapid_event_missing(s, "optin", ref);
        return;
    }
    if (!rapid_contact_route(s, &urn, &channel)) {
        return;
    }
    struct val_builder *b = rapid_event_begin(s, "optin_requested");
    val_put(b, "optin", rapid_ref(s->a, optin));
    val_put(b, "channel", rapid_ref(s->a, channel));
    val_put(b, "urn", val_text(s->a, urn));
    rapid_event_end(s, b);
}

static const struct rapid_member MESSAGE[] = {{"text", CHECK_TEXT, true, RAPID_TEXT_MAX},
                                              {"attachments", CHECK_TEXTS, false, 10},
                                              {"quick_replies", CHECK_REPLIES, false, 10},
                                              {"template", CHECK_REF, false, 0},
                                              {"template_variables", CHECK_TEXTS, false, 0},
                                              {NULL, CHECK_ANY, false, 0}},
                                 OPTIN[] = {{"optin", CHECK_REF, true, 0},
                                            {NULL, CHECK_ANY, false, 0}};

const struct rapid_kind RAPID_SEND_KINDS[] = {
    {"send_msg", FLOW_MESSAGING | FLOW_OFFLINE | FLOW_BACKGROUND | FLOW_VOICE, send_msg,
     MESSAGE, rapid_content_check, NULL},
    {"request_optin", FLOW_MESSAGING, request_optin, OPTIN, NULL,
     "request_optin: no channel here asks for opt-ins that way"},
    {NULL, 0, NULL, NULL, NULL, NULL}};
