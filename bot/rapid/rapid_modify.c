/* rapid_modify.c - changes to the person: each says so by an event, then groups follow. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/text.h"
#include "bot/rapid/rapid_priv.h"

#define NAME_MAX_CHARS 128

static void say(struct rapid_session *s, const char *type, const char *key, struct str value) {
    struct val_builder *b = rapid_event_begin(s, type);
    val_put(b, key, val_text(s->a, value));
    rapid_event_end(s, b);
    rapid_contact_env(s);
    rapid_groups_refresh(s);
}

void rapid_modify_name(struct rapid_session *s, struct str name) {
    name = text_cut(name, NAME_MAX_CHARS);
    if (!str_eq(name, s->contact.name)) {
        s->contact.name = name;
        say(s, "contact_name_changed", "name", name);
    }
}

void rapid_modify_language(struct rapid_session *s, struct str language) {
    if (!str_eq(language, s->contact.language)) {
        s->contact.language = language;
        say(s, "contact_language_changed", "language", language);
    }
}

void rapid_modify_timezone(struct rapid_session *s, struct str timezone) {
    if (!str_eq(timezone, s->contact.timezone)) {
        s->contact.timezone = timezone;
        say(s, "contact_timezone_changed", "timezone", timezone);
    }
}

void rapid_modify_status(struct rapid_session *s, struct str status) {
    if (!str_eq(status, s->contact.status)) {
        s->contact.status = status;
        say(s, "contact_status_changed", "status", status);
    }
}

/* --- fields --- */

static const struct val *call(struct rapid_act *act, const char *name, const struct val *first,
                              const struct val *second) {
    struct expr_scope scope;
    const struct val *args[2] = {first, second};
    rapid_eval_scope(act, &scope);
    const struct val *v = expr_call(&scope, str_from(name), args, second ? 2 : 1);
    return v->type == VAL_ERROR ? NULL : v;
}

/* A place in the workspace's list, found by the test for its level; NULL when there is none. */
static const struct val *place(struct rapid_act *act, struct str type, const struct val *text) {
    const struct val *fields = val_get(act->s->program->assets, "fields"), *above = NULL;
    bool state = str_is(type, "state"), district = str_is(type, "district");
    if (!act->s->env.locations || !(state || district || str_is(type, "ward"))) {
        return NULL;
    }
    const char *level = district ? "state" : "district";
    for (size_t i = 0; !state && val_is(fields, VAL_LIST) && i < fields->list.n && !above;
         i++) {
        const struct val *f = fields->list.item[i];
        if (str_is(val_get_text(f, "type", STR("")), level)) {
            struct str key = val_get_text(f, "key", STR(""));
            above = val_get(val_get_str(act->s->contact.fields, key), level);
        }
    }
    if (!state && !above) {
        return NULL;
    }
    const char *test = state ? "has_state" : district ? "has_district" : "has_ward";
    const struct val *found = call(act, test, text, above);
    const struct val *match = val_get(found, "match");
    return val_is(match, VAL_TEXT) ? match : NULL;
}

/* "Rwanda > Kigali City > Gasabo" without its last part. */
static struct str above_of(struct str path) {
    size_t end = 0, at = 0;
    while ((at = str_find(path, STR(" > "), at)) != SIZE_MAX) {
        end = at;
        at += 3;
    }
    return str_sub(path, 0, end);
}

static void put_places(struct val_builder *b, struct arena *a, struct str path) {
    static const char *const LEVEL[] = {"state", "district", "ward"};
    int depth = 0;
    for (struct str up = above_of(path); up.n; up = above_of(up)) {
        depth++;
    }
    for (; depth >= 1; depth--, path = above_of(path)) {
        if (depth <= 3) {
            val_put(b, LEVEL[depth - 1], val_text(a, path));
        }
    }
}

/* What a text is as number, date and place, whatever the field's type. */
static const struct val *field_value(struct rapid_act *act, const struct val *def,
                                     struct str text) {
    struct rapid_session *s = act->s;
    const struct val *as_text = val_text(s->a, text);
    const struct val *number = call(act, "number", as_text, NULL),
                     *when = call(act, "datetime", as_text, NULL),
                     *where = place(act, val_get_text(def, "type", STR("")), as_text);
    struct val_builder *b = val_map_begin(s->a);
    val_put(b, "text", as_text);
    if (val_is(when, VAL_DATETIME)) {
        val_put(b, "datetime", val_text(s->a, rapid_instant_text(when->at, s->a)));
    }
    val_put(b, "number", val_is(number, VAL_NUMBER) ? number : NULL);
    if (where) {
        put_places(b, s->a, where->text);
    }
    return val_end(b);
}

void rapid_modify_field(struct rapid_act *act, const struct val *field, struct str text) {
    struct rapid_session *s = act->s;
    struct str key = val_get_text(field, "key", STR(""));
    const struct val *old = val_get_str(s->contact.fields, key);
    text = text_cut(text, RAPID_VALUE_MAX);
    const struct val *fresh = text.n ? field_value(act, field, text) : NULL;
    if (fresh ? old && val_eq(old, fresh) : !old) {
        return;
    }
    s->contact.fields = val_with(s->a, s->contact.fields, key, fresh);
    struct val_builder *b = rapid_event_begin(s, "contact_field_changed");
    struct val_builder *ref = val_map_begin(s->a);
    val_put(ref, "key", val_text(s->a, key));
    val_put(ref, "name", val_get(field, "name"));
    val_put(b, "field", val_end(ref));
    val_put(b, "value", fresh ? fresh : &VAL_NIL);
    rapid_event_end(s, b);
    rapid_groups_refresh(s);
}

/* --- addresses and groups --- */

void rapid_modify_urns(struct rapid_session *s, const struct val *urns) {
    if (val_eq(urns, s->contact.urns)) {
        return;
    }
    s->contact.urns = urns;
    struct val_builder *b = rapid_event_begin(s, "contact_urns_changed");
    val_put(b, "urns", urns);
    rapid_event_end(s, b);
    rapid_contact_env(s);
    rapid_groups_refresh(s);
}

static bool is_among(const struct rapid_group *const *group, size_t n, struct str uuid) {
    for (size_t i = 0; i < n; i++) {
        if (str_eq(group[i]->uuid, uuid)) {
            return true;
        }
    }
    return false;
}

void rapid_modify_groups(struct rapid_session *s, const struct rapid_group *const *group,
                         size_t n, bool add) {
    struct val_builder *told = val_list_begin(s->a), *now = val_list_begin(s->a);
    const struct val *old = s->contact.groups;
    for (size_t i = 0; i < old->list.n; i++) {
        struct str uuid = val_get_text(old->list.item[i], "uuid", STR(""));
        if (add || !is_among(group, n, uuid)) {
            val_push(now, old->list.item[i]);
        }
    }
    for (size_t i = 0; i < n; i++) {
        bool in = rapid_contact_in_group(&s->contact, group[i]->uuid);
        const struct val *ref = rapid_ref_make(s->a, group[i]->uuid, group[i]->name);
        if (in != add && !is_among(group, i, group[i]->uuid)) {
            val_push(told, ref);
            if (add) {
                val_push(now, ref);
            }
        }
    }
    const struct val *changed = val_end(told);
    if (changed->list.n == 0) {
        return;
    }
    s->contact.groups = val_end(now);
    struct val_builder *b = rapid_event_begin(s, "contact_groups_changed");
    val_put(b, add ? "groups_added" : "groups_removed", changed);
    rapid_event_end(s, b);
    rapid_groups_refresh(s);
}
