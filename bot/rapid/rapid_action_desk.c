/* rapid_action_desk.c - for the people behind: mails, tickets; and services that may be absent
 * (airtime, language models, classifiers). */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/sink.h"
#include "bot/rapid/rapid_priv.h"

/* --- mail --- */

static struct str one_line(struct str s, struct arena *a) {
    struct sink out;
    sink_init(&out, a);
    for (size_t i = 0; i < s.n; i++) {
        sink_putc(&out, s.p[i] == '\n' || s.p[i] == '\r' ? ' ' : s.p[i]);
    }
    return str_trim(sink_view(&out));
}

static size_t addresses(struct rapid_act *act, struct str *to, size_t max) {
    const struct val *list = val_get(act->def, "addresses");
    size_t n = 0;
    for (size_t i = 0; val_is(list, VAL_LIST) && i < list->list.n && n < max; i++) {
        const struct val *v = list->list.item[i];
        struct str s;
        rapid_eval_text(act, val_is(v, VAL_TEXT) ? v->text : STR(""), &s);
        s = str_trim(s);
        if (str_starts(s, STR("mailto:"))) {
            s = str_sub(s, 7, s.n);
        }
        if (s.n == 0) {
            rapid_event_error(act->s, "", NULL,
                              "Email address evaluated to empty string, skipping");
        } else {
            to[n++] = s;
        }
    }
    return n;
}

static bool mail_text(struct rapid_act *act, const char *key, struct str *ret) {
    rapid_eval_text(act, val_get_text(act->def, key, STR("")), ret);
    *ret = key[0] == 's' ? one_line(*ret, act->s->a) : *ret;
    if (ret->n == 0) {
        rapid_event_error(act->s, "", NULL, "Email %s evaluated to empty string, skipping",
                          key);
    }
    return ret->n > 0;
}

static void send_email(struct rapid_act *act) {
    struct rapid_session *s = act->s;
    struct str to[100];
    struct rapid_mail m = {.to = to};
    if (!mail_text(act, "subject", &m.subject) || !mail_text(act, "body", &m.body)) {
        return;
    }
    m.recipients = addresses(act, to, sizeof to / sizeof *to);
    if (m.recipients == 0) {
        return;
    }
    const char *bad =
        s->world->mail ? s->world->mail(s->world->ctx, &m) : "no mail service in this place";
    if (bad) {
        rapid_event_error(s, "", NULL, "Unable to send email: %s", bad);
        return;
    }
    struct val_builder *b = rapid_event_begin(s, "email_sent"), *list = val_list_begin(s->a);
    for (size_t i = 0; i < m.recipients; i++) {
        val_push(list, val_text(s->a, to[i]));
    }
    val_put(b, "to", val_end(list));
    val_put(b, "subject", val_text(s->a, m.subject));
    val_put(b, "body", val_text(s->a, m.body));
    rapid_event_end(s, b);
}

/* --- tickets --- */

static const struct val *topic_of(struct rapid_act *act) {
    const struct val *ref = val_get(act->def, "topic"), *topic;
    if (!val_is(ref, VAL_MAP)) {
        topic = rapid_asset(act->s->program, "topics", "name", STR("General"));
        return topic ? topic : val_at_index(val_get(act->s->program->assets, "topics"), 0);
    }
    topic = rapid_asset(act->s->program, "topics", "uuid", val_get_text(ref, "uuid", STR("")));
    if (!topic) {
        rapid_event_missing(act->s, "topic", ref);
    }
    return topic;
}

/* The user named, or NULL; *ok false when somebody is named who is not there. */
static const struct val *assignee_of(struct rapid_act *act, bool *ok) {
    const struct val *ref = val_get(act->def, "assignee"), *match, *user;
    struct str email;
    *ok = true;
    if (!val_is(ref, VAL_MAP)) {
        return NULL;
    }
    match = val_get(ref, "email_match");
    if (val_is(match, VAL_TEXT)) {
        *ok = rapid_eval_text(act, match->text, &email);
        user = *ok ? rapid_asset(act->s->program, "users", "email", email) : NULL;
    } else {
        email = val_get_text(ref, "email", STR(""));
        user =
            rapid_asset(act->s->program, "users", "uuid", val_get_text(ref, "uuid", STR("")));
        user = user ? user : rapid_asset(act->s->program, "users", "email", email);
    }
    if (!user && *ok) {
        rapid_event_missing(act->s, "user", ref);
    }
    return user;
}

static void tell_ticket(struct rapid_session *s, const struct val *ticket, struct str note) {
    struct val_builder *b = rapid_event_begin(s, "ticket_opened");
    val_put(b, "ticket", ticket);
    rapid_event_end(s, b);
    if (note.n) {
        b = rapid_event_begin(s, "ticket_note_added");
        val_put(b, "ticket_uuid", val_get(ticket, "uuid"));
        val_put(b, "note", val_text(s->a, note));
        rapid_event_end(s, b);
    }
}

static void open_ticket(struct rapid_act *act) {
    struct rapid_session *s = act->s;
    struct str note = STR(""), uuid = rapid_uuid(s->a);
    bool ok;
    rapid_local_set(act, STR("_new_ticket"), STR(""));
    const struct val *assignee = assignee_of(act, &ok);
    rapid_eval_text(act, val_get_text(act->def, "note", STR("")), &note);
    if (s->batch) {
        rapid_event_error(s, "", NULL, "Can't open tickets during batch starts");
        return;
    }
    const struct val *topic = topic_of(act);
    if (!topic || s->contact.ticket) {
        return; /* one open ticket a person */
    }
    struct val_builder *b = val_map_begin(s->a);
    val_put(b, "uuid", val_text(s->a, uuid));
    val_put(b, "status", val_textz(s->a, "open"));
    val_put(b, "topic", rapid_ref(s->a, topic));
    val_put(b, "assignee", assignee ? rapid_ref(s->a, assignee) : NULL);
    s->contact.ticket = val_end(b);
    tell_ticket(s, s->contact.ticket, str_trim(note));
    rapid_local_set(act, STR("_new_ticket"), uuid);
    rapid_groups_refresh(s);
}

/* --- services that are not here --- */

static void transfer_airtime(struct rapid_act *act) {
    struct rapid_session *s = act->s;
    const struct val *urns = s->contact.urns;
    bool phone = false;
    for (size_t i = 0; i < urns->list.n; i++) {
        phone = phone || (val_is(urns->list.item[i], VAL_TEXT) &&
                          str_is(rapid_urn_scheme(urns->list.item[i]->text), "tel"));
    }
    rapid_local_set(act, STR("_new_transfer"), STR(""));
    rapid_event_error(s, "", NULL, "%s",
                      phone ? "no airtime service in this place"
                            : "can't transfer airtime to contact without a phone number");
}

static const char *check_amounts(const struct val *def, struct arena *a) {
    const struct val *map = val_get(def, "amounts");
    for (size_t i = 0; val_is(map, VAL_MAP) && i < map->map.n; i++) {
        const struct val *v = map->map.pair[i].val;
        bool number = val_is(v, VAL_NUMBER) && !dec_is_zero(v->num) && !v->num.neg;
        if (!number || dec_cmp(v->num, dec_from_i64(1000000)) > 0) {
            return arena_cstr(a, arena_printf(a, "amount for '%.*s' is out of range",
                                              STR_ARG(map->map.pair[i].key)));
        }
    }
    return NULL;
}

static void call_llm(struct rapid_act *act) {
    struct rapid_session *s = act->s;
    const struct val *ref = val_get(act->def, "llm");
    struct str instructions, input;
    if (!rapid_asset(s->program, "llms", "uuid", val_get_text(ref, "uuid", STR("")))) {
        rapid_event_missing(s, "llm", ref);
    } else {
        rapid_eval_text(act, val_get_text(act->def, "instructions", STR("")), &instructions);
        rapid_eval_text(act, val_get_text(act->def, "input", STR("")), &input);
        rapid_event_error(s, "", NULL, "no language model in this place");
    }
    rapid_local_set(act, val_get_text(act->def, "output_local", STR("")), STR("<ERROR>"));
}

/* What an unreachable classifier leaves behind. */
static void call_classifier(struct rapid_act *act) {
    struct str input;
    rapid_eval_text(act, val_get_text(act->def, "input", STR("")), &input);
    rapid_result_save(act, val_get_text(act->def, "result_name", STR("")), STR("0"),
                      STR("Failure"), STR(""), input, NULL);
}

static const struct rapid_member EMAIL[] = {{"addresses", CHECK_TEXTS, true, 100},
                                            {"subject", CHECK_TEXT, true, 1000},
                                            {"body", CHECK_TEXT, true, RAPID_TEXT_MAX},
                                            {NULL, CHECK_ANY, false, 0}},
                                 TICKET[] = {{"topic", CHECK_REF, false, 0},
                                             {"assignee", CHECK_REF, false, 0},
                                             {"note", CHECK_TEXT, false, RAPID_TEXT_MAX},
                                             {NULL, CHECK_ANY, false, 0}},
                                 AIRTIME[] = {{"amounts", CHECK_AMOUNTS, true, 0},
                                              {NULL, CHECK_ANY, false, 0}},
                                 LLM[] = {{"llm", CHECK_REF, true, 0},
                                          {"instructions", CHECK_TEXT, true, RAPID_TEXT_MAX},
                                          {"input", CHECK_TEXT, false, RAPID_TEXT_MAX},
                                          {"output_local", CHECK_LOCAL, true, 0},
                                          {NULL, CHECK_ANY, false, 0}},
                                 CLASSIFIER[] = {{"input", CHECK_TEXT, false, RAPID_TEXT_MAX},
                                                 {"result_name", CHECK_RESULT, true, 0},
                                                 {NULL, CHECK_ANY, false, 0}};

const struct rapid_kind RAPID_DESK_KINDS[] = {
    {"send_email", FLOW_ONLINE, send_email, EMAIL, NULL, NULL},
    {"open_ticket", FLOW_ONLINE, open_ticket, TICKET, NULL, NULL},
    {"transfer_airtime", FLOW_ONLINE, transfer_airtime, AIRTIME, check_amounts,
     "transfer_airtime: no airtime service here; the action always fails"},
    {"call_llm", FLOW_ONLINE, call_llm, LLM, NULL,
     "call_llm: no language model here; the action always gives <ERROR>"},
    {"call_classifier", FLOW_ONLINE, call_classifier, CLASSIFIER, NULL,
     "call_classifier: no classifier here; the result is always Failure"},
    {NULL, 0, NULL, NULL, NULL, NULL}};
