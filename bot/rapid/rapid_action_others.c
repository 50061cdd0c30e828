/* rapid_action_others.c - actions on other people: broadcasts, and flows started for them. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/phonefind.h"
#include "bot/expr/urnparts.h"
#include "bot/rapid/rapid_priv.h"

struct people {
    struct val_builder *groups, *contacts, *urns;
    struct str query;
};

static bool is_uuid(struct str s) {
    static const char FORM[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    for (size_t i = 0; s.n == sizeof FORM - 1 && i < s.n; i++) {
        char c = s.p[i];
        bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (FORM[i] == 'x' ? !hex : c != '-') {
            return false;
        }
    }
    return s.n == sizeof FORM - 1;
}

static const struct rapid_group *group_named(const struct rapid_program *p, struct str name) {
    for (size_t i = 0; name.n && i < p->groups; i++) {
        if (str_eq_nocase(p->group[i].name, name)) {
            return &p->group[i];
        }
    }
    return NULL;
}

/* What an old variable turned out to be: a person, a group, an address. */
static void add_variable(struct rapid_act *act, struct str s, struct people *p) {
    struct rapid_session *session = act->s;
    struct arena *a = session->a;
    const struct rapid_group *g = group_named(session->program, s);
    struct urnparts u;
    struct str urn, e164;
    if (is_uuid(s)) {
        val_push(p->contacts, rapid_ref_make(a, s, STR("")));
    } else if (g) {
        val_push(p->groups, rapid_ref_make(a, g->uuid, g->name));
    } else if (!urnparts_read(s, a, &u) &&
               rapid_urn_make(u.scheme, u.path, session->env.country, a, &urn)) {
        val_push(p->urns, val_text(a, urn));
    } else if (phonefind_whole(s, session->env.country, a, &e164)) {
        val_push(p->urns, val_text(a, arena_printf(a, "tel:%.*s", STR_ARG(e164))));
    } else {
        rapid_event_error(session, "", NULL,
                          "'%.*s' couldn't be resolved to a contact, group or URN", STR_ARG(s));
    }
}

static void find_people(struct rapid_act *act, struct people *p) {
    struct arena *a = act->s->a;
    const struct val *contacts = val_get(act->def, "contacts"),
                     *urns = val_get(act->def, "urns"), *old = val_get(act->def, "legacy_vars");
    const struct rapid_group **group;
    *p = (struct people){val_list_begin(a), val_list_begin(a), val_list_begin(a), STR("")};
    size_t n = rapid_resolve_groups(act, val_get(act->def, "groups"), &group);
    for (size_t i = 0; i < n; i++) {
        val_push(p->groups, rapid_ref_make(a, group[i]->uuid, group[i]->name));
    }
    for (size_t i = 0; val_is(contacts, VAL_LIST) && i < contacts->list.n; i++) {
        val_push(p->contacts, rapid_ref(a, contacts->list.item[i]));
    }
    for (size_t i = 0; val_is(urns, VAL_LIST) && i < urns->list.n; i++) {
        val_push(p->urns, urns->list.item[i]);
    }
    for (size_t i = 0; val_is(old, VAL_LIST) && i < old->list.n; i++) {
        struct str s;
        const struct val *v = old->list.item[i];
        rapid_eval_text(act, val_is(v, VAL_TEXT) ? v->text : STR(""), &s);
        add_variable(act, str_trim(s), p);
    }
    rapid_eval_query(act, val_get_text(act->def, "contact_query", STR("")), &p->query);
}

static void put_people(struct val_builder *b, const struct people *p, struct arena *a) {
    rapid_put_some(b, "groups", val_end(p->groups));
    rapid_put_some(b, "contacts", val_end(p->contacts));
    rapid_put_text(b, a, "contact_query", p->query);
    rapid_put_some(b, "urns", val_end(p->urns));
}

/* True when there is somebody, and it is not a crowd while a crowd is being started. */
static bool may_reach(struct rapid_act *act, const struct people *p, const char *what) {
    const struct val *groups = val_end(p->groups);
    bool crowd = groups->list.n || p->query.n;
    if (crowd && act->s->batch) {
        rapid_event_error(act->s, "", NULL, "Can't %s during batch starts", what);
        return false;
    }
    return crowd || val_end(p->contacts)->list.n || val_end(p->urns)->list.n;
}

/* --- broadcasts --- */

static const struct val *translation(struct rapid_act *act, struct str lang) {
    struct rapid_languages l = {.lang = {lang, act->run->flow->language}, .n = 2};
    struct rapid_content content;
    struct val_builder *b = val_map_begin(act->s->a);
    rapid_content_eval(act, &l, &content);
    val_put(b, "text", val_text(act->s->a, content.text));
    rapid_put_some(b, "attachments", content.attachments);
    rapid_put_some(b, "quick_replies", content.quick_replies);
    return val_end(b);
}

static void send_broadcast(struct rapid_act *act) {
    struct rapid_session *s = act->s;
    const struct rapid_flow *f = act->run->flow;
    const struct val *locale = f->localization, *ref = val_get(act->def, "template");
    struct people p;
    struct val_builder *all = val_map_begin(s->a);
    find_people(act, &p);
    if (!may_reach(act, &p, "send broadcasts to groups")) {
        return;
    }
    val_put_str(all, f->language, translation(act, f->language));
    for (size_t i = 0; val_is(locale, VAL_MAP) && i < locale->map.n; i++) {
        struct str lang = locale->map.pair[i].key;
        if (!str_eq(lang, f->language)) {
            val_put_str(all, lang, translation(act, lang));
        }
    }
    const struct val *template =
        rapid_asset(s->program, "templates", "uuid", val_get_text(ref, "uuid", STR("")));
    const struct val *values = template ? rapid_template_values(act) : NULL;
    struct val_builder *b = rapid_event_begin(s, "broadcast_created");
    val_put(b, "translations", val_end(all));
    val_put(b, "base_language", val_text(s->a, f->language));
    put_people(b, &p, s->a);
    if (template) {
        val_put(b, "template", rapid_ref(s->a, template));
        rapid_put_some(b, "template_variables", values);
    }
    rapid_event_end(s, b);
}

/* --- other sessions --- */

static const struct val *history(struct rapid_session *s) {
    const struct val *old = val_get(s->trigger, "history");
    struct val_builder *b = val_map_begin(s->a);
    bool heard = s->input != NULL;
    for (size_t i = 0; i < s->runs; i++) {
        heard = heard || s->run[i]->had_input;
    }
    int64_t since = heard ? 0 : val_get_int(old, "ancestors_since_input", 0) + 1;
    val_put(b, "parent_uuid", val_text(s->a, s->uuid));
    val_put(b, "ancestors", val_int(s->a, val_get_int(old, "ancestors", 0) + 1));
    val_put(b, "ancestors_since_input", val_int(s->a, since));
    return val_end(b);
}

static void start_session(struct rapid_act *act) {
    struct rapid_session *s = act->s;
    const struct val *ref = val_get(act->def, "flow"),
                     *exclusions = val_get(act->def, "exclusions");
    const struct rapid_flow *flow =
        rapid_flow_find(s->program, val_get_text(ref, "uuid", STR("")));
    bool create = val_get_bool(act->def, "create_contact", false);
    struct people p;
    find_people(act, &p);
    if (!flow) {
        rapid_event_missing(s, "flow", ref);
        return;
    }
    bool some = may_reach(act, &p, "start sessions for groups");
    if (!some && (!create || (s->batch && (val_end(p.groups)->list.n || p.query.n)))) {
        return;
    }
    struct val_builder *b = rapid_event_begin(s, "session_triggered");
    val_put(b, "flow", rapid_flow_ref(s->a, flow, false));
    put_people(b, &p, s->a);
    val_put(b, "exclusions", exclusions ? exclusions : val_end(val_map_begin(s->a)));
    if (create) {
        val_put(b, "create_contact", val_bool(true));
    }
    val_put(b, "run_summary", rapid_run_summary(s, act->run));
    val_put(b, "history", history(s));
    rapid_event_end(s, b);
}

#define PEOPLE                                                                                 \
    {"groups", CHECK_REFS, false, 100}, {"contacts", CHECK_REFS, false, 100},                  \
        {"contact_query", CHECK_TEXT, false, RAPID_TEXT_MAX},                                  \
        {"urns", CHECK_TEXTS, false, 100}, {                                                   \
        "legacy_vars", CHECK_TEXTS, false, 100                                                 \
    }

static const struct rapid_member BROADCAST[] = {{"text", CHECK_TEXT, true, RAPID_TEXT_MAX},
                                                {"attachments", CHECK_TEXTS, false, 10},
                                                {"quick_replies", CHECK_REPLIES, false, 10},
                                                {"template", CHECK_REF, false, 0},
                                                {"template_variables", CHECK_TEXTS, false, 0},
                                                PEOPLE,
                                                {NULL, CHECK_ANY, false, 0}},
                                 START[] = {{"flow", CHECK_REF, true, 0},
                                            {"create_contact", CHECK_BOOL, false, 0},
                                            PEOPLE,
                                            {NULL, CHECK_ANY, false, 0}};

const struct rapid_kind RAPID_OTHERS_KINDS[] = {
    {"send_broadcast", FLOW_ANY, send_broadcast, BROADCAST, rapid_content_check, NULL},
    {"start_session", FLOW_ANY, start_session, START, NULL, NULL},
    {NULL, 0, NULL, NULL, NULL, NULL}};
