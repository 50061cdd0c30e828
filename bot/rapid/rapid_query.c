/* rapid_query.c - groups with a query: who belongs to them now. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "bot/expr/whenread.h"
#include "bot/rapid/rapid_priv.h"

#define VALUES_MAX 200

struct values {
    struct arena *a;
    const struct val *v[VALUES_MAX];
    size_t n;
};

static void add(struct values *out, const struct val *v) {
    if (v && out->n < VALUES_MAX) {
        out->v[out->n++] = v;
    }
}

static void add_text(struct values *out, struct str s) {
    if (s.n) {
        add(out, val_text(out->a, s));
    }
}

static void add_instant(struct values *out, struct str s) {
    struct instant i;
    if (s.n && whenread_iso(s, NULL, &i)) {
        add(out, val_at(out->a, i));
    }
}

/* The last part of "Rwanda > Kigali City". */
static struct str place_name(struct str path) {
    size_t from = 0, at;
    while ((at = str_find_char(path, '>', from)) != SIZE_MAX) {
        from = at + 1;
    }
    return str_trim(str_sub(path, from, path.n));
}

static void add_field(struct values *out, const struct rapid_session *s, struct str key) {
    const struct val *def = rapid_asset(s->program, "fields", "key", key);
    const struct val *value = val_get_str(s->contact.fields, key);
    struct str type = val_get_text(def, "type", STR("text"));
    bool place = str_is(type, "state") || str_is(type, "district") || str_is(type, "ward");
    if (str_is(type, "number")) {
        const struct val *v = val_get(value, "number");
        struct dec d;
        if (val_is(v, VAL_TEXT) && dec_parse(v->text, &d) == OK) {
            v = val_num(out->a, d);
        }
        add(out, val_is(v, VAL_NUMBER) ? v : NULL);
    } else if (str_is(type, "datetime")) {
        add_instant(out, val_get_text(value, "datetime", STR("")));
    } else if (place) {
        add_text(out, place_name(val_get_text(value, arena_cstr(out->a, type), STR(""))));
    } else {
        add_text(out, val_get_text(value, "text", STR("")));
    }
}

static void add_urns(struct values *out, const struct rapid_session *s, struct str scheme) {
    const struct val *urns = s->contact.urns;
    for (size_t i = 0; i < urns->list.n; i++) {
        const struct val *v = urns->list.item[i];
        if (val_is(v, VAL_TEXT) &&
            (scheme.n == 0 || str_eq(rapid_urn_scheme(v->text), scheme))) {
            add_text(out, rapid_urn_path(v->text, out->a));
        }
    }
}

static void add_attribute(struct values *out, const struct rapid_session *s, struct str key) {
    const struct rapid_contact *c = &s->contact;
    const struct {
        const char *key;
        struct str text;
    } TEXTS[] = {{"uuid", c->uuid},     {"ref", c->ref},           {"name", c->name},
                 {"status", c->status}, {"language", c->language}, {"timezone", c->timezone}};
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        if (str_is(key, TEXTS[i].key)) {
            add_text(out, TEXTS[i].text);
        }
    }
    if (str_is(key, "id") && c->id) {
        add_text(out, dec_text(c->id->num, out->a));
    } else if (str_is(key, "created_on")) {
        add_instant(out, c->created_on);
    } else if (str_is(key, "last_seen_on")) {
        add_instant(out, c->last_seen_on);
    } else if (str_is(key, "tickets")) {
        add(out, val_int(out->a, c->ticket ? 1 : 0));
    } else if (str_is(key, "urn")) {
        add_urns(out, s, STR(""));
    } else if (str_is(key, "group")) {
        for (size_t i = 0; i < c->groups->list.n; i++) {
            add_text(out, val_get_text(c->groups->list.item[i], "name", STR("")));
        }
    } else if (str_is(key, "flow") && s->runs && s->run[s->runs - 1]->flow) {
        add_text(out, s->run[s->runs - 1]->flow->name);
    }
}

static size_t values_of(void *ctx, enum query_kind kind, struct str key, struct arena *a,
                        const struct val *const **ret) {
    struct values *out = ARENA_NEW(a, struct values);
    out->a = a;
    if (kind == QUERY_FIELD) {
        add_field(out, ctx, key);
    } else if (kind == QUERY_URN) {
        add_urns(out, ctx, key);
    } else {
        add_attribute(out, ctx, key);
    }
    *ret = out->v;
    return out->n;
}

/* --- in and out --- */

struct moves {
    struct val_builder *added, *removed, *kept;
};

static void keep_or_drop(struct rapid_session *s, struct moves *m, const struct val *ref) {
    const struct rapid_group *g =
        rapid_group_find(s->program, val_get_text(ref, "uuid", STR("")));
    bool active = str_is(s->contact.status, "active");
    struct query_source source = {values_of, s};
    if (g && g->query && !(active && query_matches(g->query, &source, &s->env, s->a))) {
        return; /* told among those removed, in the order of the groups */
    }
    if (active || (g && g->query)) {
        val_push(m->kept, ref);
    } else {
        val_push(m->removed, rapid_ref(s->a, ref));
    }
}

void rapid_groups_refresh(struct rapid_session *s) {
    const struct rapid_program *p = s->program;
    struct moves m = {val_list_begin(s->a), val_list_begin(s->a), val_list_begin(s->a)};
    bool active = str_is(s->contact.status, "active"), changed = false;
    struct query_source source = {values_of, s};
    for (size_t i = 0; i < p->groups; i++) {
        const struct rapid_group *g = &p->group[i];
        bool in = g->query && rapid_contact_in_group(&s->contact, g->uuid);
        bool wanted = g->query && active && query_matches(g->query, &source, &s->env, s->a);
        if (in != wanted) {
            val_push(in ? m.removed : m.added, rapid_ref_make(s->a, g->uuid, g->name));
            changed = true;
        }
    }
    for (size_t i = 0; i < s->contact.groups->list.n; i++) {
        keep_or_drop(s, &m, s->contact.groups->list.item[i]);
    }
    const struct val *kept = val_end(m.kept), *added = val_end(m.added),
                     *removed = val_end(m.removed);
    if (!changed && kept->list.n == s->contact.groups->list.n) {
        return;
    }
    struct val_builder *now = val_list_begin(s->a);
    for (size_t i = 0; i < kept->list.n; i++) {
        val_push(now, kept->list.item[i]);
    }
    for (size_t i = 0; i < added->list.n; i++) {
        val_push(now, added->list.item[i]);
    }
    s->contact.groups = val_end(now);
    struct val_builder *b = rapid_event_begin(s, "contact_groups_changed");
    rapid_put_some(b, "groups_added", added);
    rapid_put_some(b, "groups_removed", removed);
    rapid_event_end(s, b);
}
