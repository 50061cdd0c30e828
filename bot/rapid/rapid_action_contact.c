/* rapid_action_contact.c - actions that change what is known of the person. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/text.h"
#include "base/zone.h"
#include "bot/expr/sink.h"
#include "bot/rapid/rapid_priv.h"

/* The member evaluated and trimmed; false when an expression in it failed. */
static bool value_of(struct rapid_act *act, const char *member, struct str *ret) {
    bool ok = rapid_eval_text(act, val_get_text(act->def, member, STR("")), ret);
    *ret = str_trim(*ret);
    return ok;
}

static void set_name(struct rapid_act *act) {
    struct str name;
    if (value_of(act, "name", &name)) {
        rapid_modify_name(act->s, name);
    }
}

static bool is_language(struct str s) {
    bool ok = s.n == 3;
    for (size_t i = 0; i < s.n; i++) {
        ok = ok && s.p[i] >= 'a' && s.p[i] <= 'z';
    }
    return ok;
}

static void set_language(struct rapid_act *act) {
    struct str language;
    if (!value_of(act, "language", &language)) {
        return;
    }
    if (language.n && !is_language(language)) {
        struct val_builder *extra = val_map_begin(act->s->a);
        val_put(extra, "language", val_text(act->s->a, language));
        rapid_event_error(act->s, "language:invalid", val_end(extra),
                          "Unrecognized language: '%.*s'", STR_ARG(language));
        return;
    }
    rapid_modify_language(act->s, language);
}

static void set_timezone(struct rapid_act *act) {
    struct str timezone;
    const struct zone *zone;
    struct err err;
    if (!value_of(act, "timezone", &timezone)) {
        return;
    }
    if (timezone.n && zone_get(timezone, &zone, &err) != OK) {
        struct val_builder *extra = val_map_begin(act->s->a);
        val_put(extra, "timezone", val_text(act->s->a, timezone));
        rapid_event_error(act->s, "timezone:invalid", val_end(extra),
                          "Unrecognized timezone: '%.*s'", STR_ARG(timezone));
        return;
    }
    rapid_modify_timezone(act->s, timezone);
}

static void set_status(struct rapid_act *act) {
    rapid_modify_status(act->s, val_get_text(act->def, "status", STR("")));
}

static void set_field(struct rapid_act *act) {
    const struct val *ref = val_get(act->def, "field");
    struct str value;
    const struct val *field =
        rapid_asset(act->s->program, "fields", "key", val_get_text(ref, "key", STR("")));
    if (!value_of(act, "value", &value)) {
        return;
    }
    if (!field) {
        rapid_event_missing(act->s, "field", ref);
        return;
    }
    rapid_modify_field(act, field, value);
}

/* --- addresses --- */

static struct str text_at(const struct val *list, size_t i) {
    const struct val *v = val_at_index(list, i);
    return val_is(v, VAL_TEXT) ? v->text : STR("");
}

static void add_urn(struct rapid_act *act) {
    struct rapid_session *s = act->s;
    const struct val *urns = s->contact.urns;
    struct val_builder *now = val_list_begin(s->a);
    struct str path, urn, scheme = val_get_text(act->def, "scheme", STR(""));
    value_of(act, "path", &path);
    if (path.n == 0) {
        rapid_event_error(s, "urn:invalid", NULL, "URN path evaluated to empty");
        rapid_local_set(act, STR("_has_urn"), STR(""));
        return;
    }
    if (!rapid_urn_make(scheme, path, s->env.country, s->a, &urn)) {
        struct val_builder *extra = val_map_begin(s->a);
        val_put(extra, "urn", val_text(s->a, urn));
        rapid_event_error(s, "urn:invalid", val_end(extra), "'%.*s' is not valid URN",
                          STR_ARG(urn));
        rapid_local_set(act, STR("_has_urn"), STR(""));
        return;
    }
    rapid_local_set(act, STR("_has_urn"), urn);
    for (size_t i = 0; i < urns->list.n; i++) {
        if (str_eq(rapid_urn_identity(text_at(urns, i), s->a), urn)) {
            return;
        }
        val_push(now, urns->list.item[i]);
    }
    val_push(now, val_text(s->a, urn));
    rapid_modify_urns(s, val_end(now));
}

static bool list_has(const struct val *list, struct str s) {
    for (size_t i = 0; val_is(list, VAL_LIST) && i < list->list.n; i++) {
        if (str_eq(text_at(list, i), s)) {
            return true;
        }
    }
    return false;
}

/* The address with its channel set (uuid) or taken away (empty). */
static struct str with_channel(struct str urn, struct str uuid, struct arena *a) {
    struct str identity = rapid_urn_identity(urn, a);
    size_t hash = str_find_char(urn, '#', 0);
    struct str display = hash == SIZE_MAX ? STR("") : str_sub(urn, hash, urn.n);
    return uuid.n ? arena_printf(a, "%.*s?channel=%.*s%.*s", STR_ARG(identity), STR_ARG(uuid),
                                 STR_ARG(display))
                  : arena_printf(a, "%.*s%.*s", STR_ARG(identity), STR_ARG(display));
}

/* Addresses that the channel serves come first, and name it. */
static void prefer(struct rapid_session *s, const struct val *channel) {
    const struct val *urns = s->contact.urns, *schemes = val_get(channel, "schemes");
    struct str uuid = val_get_text(channel, "uuid", STR(""));
    struct val_builder *now = val_list_begin(s->a);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < urns->list.n; i++) {
            struct str urn = text_at(urns, i);
            bool served = list_has(schemes, rapid_urn_scheme(urn));
            if (served != (pass == 0)) {
                continue;
            }
            struct str fresh = !channel ? with_channel(urn, STR(""), s->a)
                               : served ? with_channel(urn, uuid, s->a)
                                        : urn;
            val_push(now, val_text(s->a, fresh));
        }
    }
    rapid_modify_urns(s, val_end(now));
}

static void set_channel(struct rapid_act *act) {
    struct rapid_session *s = act->s;
    const struct val *ref = val_get(act->def, "channel");
    const struct val *channel = NULL;
    if (val_is(ref, VAL_MAP)) {
        channel =
            rapid_asset(s->program, "channels", "uuid", val_get_text(ref, "uuid", STR("")));
        if (!channel) {
            rapid_event_missing(s, "channel", ref);
            return;
        }
        if (!list_has(val_get(channel, "roles"), STR("send"))) {
            rapid_event_error(s, "", NULL,
                              "Can't set channel that can't send as the preferred channel");
            return;
        }
    }
    prefer(s, channel);
}

static const struct rapid_member
    NAME[] = {{"name", CHECK_TEXT, false, 1000}, {NULL, CHECK_ANY, false, 0}},
    LANGUAGE[] = {{"language", CHECK_TEXT, false, 1000}, {NULL, CHECK_ANY, false, 0}},
    TIMEZONE[] = {{"timezone", CHECK_TEXT, false, 1000}, {NULL, CHECK_ANY, false, 0}},
    STATUS[] = {{"status", CHECK_STATUS, true, 0}, {NULL, CHECK_ANY, false, 0}},
    FIELD[] = {{"field", CHECK_FIELD, true, 0},
               {"value", CHECK_TEXT, false, RAPID_TEXT_MAX},
               {NULL, CHECK_ANY, false, 0}},
    URN[] = {{"scheme", CHECK_SCHEME, true, 0},
             {"path", CHECK_TEXT, true, 1000},
             {NULL, CHECK_ANY, false, 0}},
    CHANNEL[] = {{"channel", CHECK_REF, false, 0}, {NULL, CHECK_ANY, false, 0}};

const struct rapid_kind RAPID_CONTACT_KINDS[] = {
    {"set_contact_name", FLOW_ANY, set_name, NAME, NULL, NULL},
    {"set_contact_language", FLOW_ANY, set_language, LANGUAGE, NULL, NULL},
    {"set_contact_timezone", FLOW_ANY, set_timezone, TIMEZONE, NULL, NULL},
    {"set_contact_status", FLOW_ANY, set_status, STATUS, NULL, NULL},
    {"set_contact_field", FLOW_ANY, set_field, FIELD, NULL, NULL},
    {"set_contact_channel", FLOW_ANY, set_channel, CHANNEL, NULL, NULL},
    {"add_contact_urn", FLOW_ANY, add_urn, URN, NULL, NULL},
    {NULL, 0, NULL, NULL, NULL, NULL}};
