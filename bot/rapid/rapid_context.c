/* rapid_context.c - what @contact, @fields, @urns, @results, @run, @child... are. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "bot/expr/sink.h"
#include "bot/expr/urnparts.h"
#include "bot/expr/whenread.h"
#include "bot/rapid/rapid_priv.h"

static const struct val *text(struct arena *a, struct str s) {
    return val_text(a, s.p ? s : STR(""));
}

static const struct val *moment(struct arena *a, struct str s) {
    struct instant i;
    return s.n && whenread_iso(s, NULL, &i) ? val_at(a, i) : &VAL_NIL;
}

/* A map that reads as a text. */
static const struct val *object(struct arena *a, struct val_builder *b, struct str shown) {
    return expr_object(a, val_end(b), text(a, shown));
}

/* "Name: value" lines, sorted. */
struct lines {
    struct arena *a;
    struct str line[200];
    size_t n;
};

static void lines_add(struct lines *l, struct str name, struct str value) {
    if (l->n == sizeof l->line / sizeof *l->line) {
        return;
    }
    struct str fresh = arena_printf(l->a, "%.*s: %.*s", STR_ARG(name), STR_ARG(value));
    size_t i = l->n++;
    for (; i > 0 && str_cmp(fresh, l->line[i - 1]) < 0; i--) {
        l->line[i] = l->line[i - 1];
    }
    l->line[i] = fresh;
}

static struct str lines_text(const struct lines *l) {
    struct sink s;
    sink_init(&s, l->a);
    for (size_t i = 0; i < l->n; i++) {
        sink_puts(&s, i ? "\n" : "");
        sink_add(&s, l->line[i]);
    }
    return sink_view(&s);
}

/* --- the person --- */

static struct str shown_urn(struct rapid_session *s, struct str urn) {
    if (s->env.redact_urns) {
        struct str scheme = rapid_urn_scheme(urn);
        return arena_printf(s->a, "%.*s:********", STR_ARG(scheme));
    }
    struct urnparts u;
    struct str identity = rapid_urn_identity(urn, s->a);
    if (urnparts_read(urn, s->a, &u) == NULL && u.display.n) {
        return arena_printf(s->a, "%.*s#%.*s", STR_ARG(identity), STR_ARG(u.display));
    }
    return identity;
}

const struct val *rapid_context_urns(struct rapid_session *s, const struct val *urns) {
    static const char *const SCHEMES[] = {
        "bsuid",   "discord",   "ext",    "facebook",   "fcm",     "freshchat", "instagram",
        "jiochat", "line",      "mailto", "rocketchat", "slack",   "tel",       "telegram",
        "twitter", "twitterid", "viber",  "vk",         "webchat", "wechat",    "whatsapp"};
    struct val_builder *b = val_map_begin(s->a);
    for (size_t i = 0; i < sizeof SCHEMES / sizeof *SCHEMES; i++) {
        val_put(b, SCHEMES[i], &VAL_NIL);
    }
    for (size_t i = val_is(urns, VAL_LIST) ? urns->list.n : 0; i-- > 0;) {
        if (val_is(urns->list.item[i], VAL_TEXT)) {
            struct str urn = urns->list.item[i]->text;
            val_put_str(b, rapid_urn_scheme(urn), text(s->a, shown_urn(s, urn)));
        }
    }
    return val_end(b);
}

static const struct val *field_typed(struct rapid_session *s, const struct val *def,
                                     const struct val *value) {
    struct str type = val_get_text(def, "type", STR("text"));
    const struct val *v;
    struct dec d;
    if (str_is(type, "number")) {
        v = val_get(value, "number");
        if (val_is(v, VAL_TEXT) && dec_parse(v->text, &d) == OK) {
            v = val_num(s->a, d);
        }
    } else if (str_is(type, "datetime")) {
        v = moment(s->a, val_get_text(value, "datetime", STR("")));
    } else {
        v = val_get(value, arena_cstr(s->a, type));
    }
    return v ? v : &VAL_NIL;
}

const struct val *rapid_context_fields(struct rapid_session *s, const struct val *fields) {
    const struct val *all = val_get(s->program->assets, "fields");
    struct val_builder *b = val_map_begin(s->a);
    struct lines *lines = ARENA_NEW(s->a, struct lines);
    struct expr_scope scope = {.env = &s->env, .a = s->a, .fuel = EXPR_FUEL};
    lines->a = s->a;
    for (size_t i = 0; val_is(all, VAL_LIST) && i < all->list.n; i++) {
        const struct val *def = all->list.item[i];
        struct str key = val_get_text(def, "key", STR(""));
        const struct val *v = field_typed(s, def, val_get_str(fields, key));
        val_put_str(b, key, v);
        if (v->type != VAL_NULL) {
            lines_add(lines, val_get_text(def, "name", key), expr_text(v, &scope));
        }
    }
    return object(s->a, b, lines_text(lines));
}

static const struct val *channel_of(struct arena *a, const struct val *c) {
    struct val_builder *b = val_map_begin(a);
    if (!c) {
        return &VAL_NIL;
    }
    val_put(b, "uuid", text(a, val_get_text(c, "uuid", STR(""))));
    val_put(b, "name", text(a, val_get_text(c, "name", STR(""))));
    val_put(b, "address", text(a, val_get_text(c, "address", STR(""))));
    return object(a, b, val_get_text(c, "name", STR("")));
}

static const struct val *user_of(struct rapid_session *s, const struct val *ref) {
    struct val_builder *b = val_map_begin(s->a);
    const struct val *u =
        rapid_asset(s->program, "users", "uuid", val_get_text(ref, "uuid", STR("")));
    u = u ? u : rapid_asset(s->program, "users", "email", val_get_text(ref, "email", STR("")));
    u = u ? u : ref;
    struct str name = val_get_text(u, "name", STR(""));
    if (!val_is(u, VAL_MAP)) {
        return &VAL_NIL;
    }
    size_t space = str_find_char(name, ' ', 0);
    val_put(b, "uuid", text(s->a, val_get_text(u, "uuid", STR(""))));
    val_put(b, "email", text(s->a, val_get_text(u, "email", STR(""))));
    val_put(b, "name", text(s->a, name));
    val_put(b, "first_name", text(s->a, str_sub(name, 0, space == SIZE_MAX ? name.n : space)));
    return object(s->a, b, name.n ? name : val_get_text(u, "email", STR("")));
}

static const struct val *ticket_of(struct rapid_session *s, const struct val *t) {
    struct val_builder *b = val_map_begin(s->a), *topic = val_map_begin(s->a);
    const struct val *ref = val_get(t, "topic");
    if (!val_is(t, VAL_MAP)) {
        return &VAL_NIL;
    }
    struct str name = val_get_text(ref, "name", STR(""));
    val_put(topic, "uuid", text(s->a, val_get_text(ref, "uuid", STR(""))));
    val_put(topic, "name", text(s->a, name));
    val_put(b, "uuid", text(s->a, val_get_text(t, "uuid", STR(""))));
    val_put(b, "topic", ref ? object(s->a, topic, name) : &VAL_NIL);
    val_put(b, "assignee", user_of(s, val_get(t, "assignee")));
    return val_end(b);
}

static struct str contact_shown(struct rapid_session *s, const struct rapid_contact *c) {
    const struct val *first = val_at_index(c->urns, 0);
    if (c->name.n) {
        return c->name;
    }
    if (s->env.redact_urns || !val_is(first, VAL_TEXT)) {
        return c->id ? dec_text(c->id->num, s->a) : STR("");
    }
    struct urnparts u;
    return urnparts_read(first->text, s->a, &u) ? STR("") : urnparts_pretty(&u, s->a);
}

const struct val *rapid_context_contact_of(struct rapid_session *s,
                                           const struct rapid_contact *c) {
    struct arena *a = s->a;
    struct val_builder *b = val_map_begin(a), *urns = val_list_begin(a),
                       *groups = val_list_begin(a);
    const struct val *first = val_at_index(c->urns, 0), *channel = NULL;
    size_t space = str_find_char(c->name, ' ', 0);
    struct str name = str_sub(c->name, 0, space == SIZE_MAX ? c->name.n : space);
    for (size_t i = 0; i < c->urns->list.n; i++) {
        if (val_is(c->urns->list.item[i], VAL_TEXT)) {
            val_push(urns, text(a, shown_urn(s, c->urns->list.item[i]->text)));
        }
    }
    for (size_t i = 0; i < c->groups->list.n; i++) {
        val_push(groups, rapid_ref(a, c->groups->list.item[i]));
    }
    const struct val *shown = val_at_index(val_end(urns), 0);
    if (val_is(first, VAL_TEXT)) {
        channel = rapid_urn_channel(s, first->text, "send");
    }
    val_put(b, "uuid", text(a, c->uuid));
    val_put(b, "ref", text(a, c->ref));
    val_put(b, "id", text(a, c->id ? dec_text(c->id->num, a) : STR("0")));
    val_put(b, "name", text(a, c->name));
    val_put(b, "first_name", text(a, name));
    val_put(b, "status", text(a, c->status));
    val_put(b, "language", c->language.n ? text(a, c->language) : &VAL_NIL);
    val_put(b, "timezone", c->timezone.n ? text(a, c->timezone) : &VAL_NIL);
    val_put(b, "created_on", moment(a, c->created_on));
    val_put(b, "last_seen_on", moment(a, c->last_seen_on));
    val_put(b, "urns", val_end(urns));
    val_put(b, "urn", shown ? shown : &VAL_NIL);
    val_put(b, "groups", val_end(groups));
    val_put(b, "fields", rapid_context_fields(s, c->fields));
    val_put(b, "channel", channel_of(a, channel));
    const struct val *ticket = ticket_of(s, c->ticket);
    val_put(b, "tickets", val_list(a, &ticket, c->ticket ? 1 : 0));
    return object(a, b, contact_shown(s, c));
}

const struct val *rapid_context_contact(struct rapid_session *s) {
    return rapid_context_contact_of(s, &s->contact);
}

/* --- results --- */

static const struct val *result_of(struct arena *a, const struct val *r) {
    static const char *const TEXTS[] = {"name",  "value",    "category", "category_localized",
                                        "input", "node_uuid"};
    struct val_builder *b = val_map_begin(a);
    const struct val *extra = val_get(r, "extra");
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        val_put(b, TEXTS[i], text(a, val_get_text(r, TEXTS[i], STR(""))));
    }
    struct str localized = val_get_text(r, "category_localized", STR(""));
    if (localized.n == 0) {
        val_put(b, "category_localized", text(a, val_get_text(r, "category", STR(""))));
    }
    val_put(b, "extra", extra ? extra : &VAL_NIL);
    val_put(b, "created_on", moment(a, val_get_text(r, "created_on", STR(""))));
    return object(a, b, val_get_text(r, "value", STR("")));
}

const struct val *rapid_context_results(struct rapid_session *s, const struct val *results) {
    struct val_builder *b = val_map_begin(s->a);
    struct lines *lines = ARENA_NEW(s->a, struct lines);
    lines->a = s->a;
    for (size_t i = 0; val_is(results, VAL_MAP) && i < results->map.n; i++) {
        const struct val *r = results->map.pair[i].val;
        val_put_str(b, results->map.pair[i].key, result_of(s->a, r));
        lines_add(lines, val_get_text(r, "name", STR("")), val_get_text(r, "value", STR("")));
    }
    return object(s->a, b, lines_text(lines));
}

/* --- runs --- */

static const struct val *flow_of(struct arena *a, const struct val *ref) {
    struct val_builder *b = val_map_begin(a);
    struct str name = val_get_text(ref, "name", STR(""));
    val_put(b, "uuid", text(a, val_get_text(ref, "uuid", STR(""))));
    val_put(b, "name", text(a, name));
    val_put(b, "revision", val_int(a, val_get_int(ref, "revision", 0)));
    return object(a, b, name);
}

static struct str run_shown(struct rapid_session *s, const struct rapid_contact *c,
                            const struct val *flow) {
    struct str who = contact_shown(s, c), name = val_get_text(flow, "name", STR(""));
    return arena_printf(s->a, "%.*s@%.*s", STR_ARG(who), STR_ARG(name));
}

static const struct val *path_of(struct arena *a, const struct rapid_run *r) {
    struct val_builder *list = val_list_begin(a);
    for (size_t i = 0; i < r->steps; i++) {
        struct val_builder *b = val_map_begin(a);
        val_put(b, "node_uuid", text(a, r->path[i].node));
        val_put(b, "arrived_on", val_at(a, r->path[i].arrived));
        val_push(list, val_end(b));
    }
    return val_end(list);
}

static const struct val *run_of(struct rapid_session *s, const struct rapid_run *r) {
    struct arena *a = s->a;
    struct val_builder *b = val_map_begin(a);
    val_put(b, "uuid", text(a, r->uuid));
    val_put(b, "contact", rapid_context_contact(s));
    val_put(b, "flow", flow_of(a, r->flow_ref));
    val_put(b, "status", val_textz(a, rapid_status_name(r->status)));
    val_put(b, "locals", r->locals);
    val_put(b, "results", rapid_context_results(s, r->results));
    val_put(b, "path", path_of(a, r));
    val_put(b, "created_on", val_at(a, r->created));
    val_put(b, "exited_on", r->has_exited ? val_at(a, r->exited) : &VAL_NIL);
    return object(a, b, run_shown(s, &s->contact, r->flow_ref));
}

/* A parent or a child, also of another session. */
static const struct val *related(struct rapid_session *s, struct str uuid,
                                 const struct rapid_contact *c, const struct val *flow,
                                 struct str status, const struct val *results) {
    struct arena *a = s->a;
    struct val_builder *b = val_map_begin(a), *run = val_map_begin(a);
    val_put(run, "status", text(a, status));
    val_put(b, "uuid", text(a, uuid));
    val_put(b, "run", val_end(run));
    val_put(b, "contact", rapid_context_contact_of(s, c));
    val_put(b, "urns", rapid_context_urns(s, c->urns));
    val_put(b, "fields", rapid_context_fields(s, c->fields));
    val_put(b, "flow", flow_of(a, flow));
    val_put(b, "status", text(a, status));
    val_put(b, "results", rapid_context_results(s, results));
    return object(a, b, run_shown(s, c, flow));
}

static const struct val *related_run(struct rapid_session *s, const struct rapid_run *r) {
    return related(s, r->uuid, &s->contact, r->flow_ref, str_from(rapid_status_name(r->status)),
                   r->results);
}

static const struct val *child_of(struct rapid_session *s, const struct rapid_run *r) {
    for (size_t i = s->runs; i-- > 0;) {
        if (s->run[i]->parent == r) {
            return related_run(s, s->run[i]);
        }
    }
    return &VAL_NIL;
}

static const struct val *parent_of(struct rapid_session *s, const struct rapid_run *r) {
    const struct val *p = s->parent_run;
    struct rapid_contact c;
    struct err err;
    if (r->parent) {
        return related_run(s, r->parent);
    }
    if (!val_is(p, VAL_MAP) ||
        rapid_contact_read(val_get(p, "contact"), s->a, &c, &err) != OK) {
        return &VAL_NIL;
    }
    return related(s, val_get_text(p, "uuid", STR("")), &c, val_get(p, "flow"),
                   val_get_text(p, "status", STR("")), val_get(p, "results"));
}

static const struct val *node_of(struct arena *a, const struct rapid_run *r) {
    const struct rapid_node *n = rapid_run_node(r);
    struct val_builder *b = val_map_begin(a), *categories = val_list_begin(a);
    int64_t visits = 0;
    if (!n) {
        return &VAL_NIL;
    }
    for (size_t i = 0; i < r->steps; i++) {
        visits += str_eq(r->path[i].node, n->uuid);
    }
    for (size_t i = 0; n->router && i < n->router->categories; i++) {
        val_push(categories, text(a, n->router->category[i].name));
    }
    val_put(b, "uuid", text(a, n->uuid));
    val_put(b, "visit_count", val_int(a, visits));
    val_put(b, "categories", val_end(categories));
    return val_end(b);
}

/* --- the message, the trigger, the rest --- */

static const struct val *input_of(struct rapid_session *s) {
    struct arena *a = s->a;
    struct val_builder *b = val_map_begin(a);
    const struct val *in = s->input, *files = val_get(in, "attachments"),
                     *payload = val_get(in, "payload");
    struct sink shown;
    if (!in) {
        return &VAL_NIL;
    }
    struct str urn = val_get_text(in, "urn", STR(""));
    const struct val *channel = rapid_asset(
        s->program, "channels", "uuid", val_get_text(val_get(in, "channel"), "uuid", STR("")));
    sink_init(&shown, a);
    sink_add(&shown, val_get_text(in, "text", STR("")));
    for (size_t i = 0; val_is(files, VAL_LIST) && i < files->list.n; i++) {
        struct str f =
            val_is(files->list.item[i], VAL_TEXT) ? files->list.item[i]->text : STR("");
        size_t colon = str_find_char(f, ':', 0);
        sink_puts(&shown, shown.n ? "\n" : "");
        sink_add(&shown, str_sub(f, colon == SIZE_MAX ? 0 : colon + 1, f.n));
    }
    val_put(b, "type", val_textz(a, "msg"));
    val_put(b, "uuid", text(a, val_get_text(in, "uuid", STR(""))));
    val_put(b, "created_on", moment(a, val_get_text(in, "created_on", STR(""))));
    val_put(b, "channel", channel_of(a, channel));
    val_put(b, "urn", urn.n ? text(a, shown_urn(s, urn)) : &VAL_NIL);
    val_put(b, "text", text(a, val_get_text(in, "text", STR(""))));
    val_put(b, "attachments", files ? files : val_end(val_list_begin(a)));
    val_put(b, "external_id", text(a, val_get_text(in, "external_id", STR(""))));
    val_put(b, "payload", payload ? payload : val_end(val_map_begin(a)));
    return object(a, b, sink_view(&shown));
}

static const struct val *trigger_of(struct rapid_session *s) {
    struct arena *a = s->a;
    const struct val *t = s->trigger, *params = val_get(t, "params"),
                     *campaign = val_get(t, "campaign"),
                     *ticket = val_get(val_get(t, "event"), "ticket"),
                     *match = val_get(t, "keyword_match");
    struct val_builder *b = val_map_begin(a);
    campaign = campaign ? campaign : val_get(val_get(t, "event"), "campaign");
    val_put(b, "type", text(a, val_get_text(t, "type", STR(""))));
    val_put(b, "params", params ? params : val_end(val_map_begin(a)));
    val_put(b, "keyword",
            text(a, val_get_text(match ? match : val_get(t, "match"), "keyword", STR(""))));
    val_put(b, "user", user_of(s, val_get(t, "user")));
    val_put(b, "origin", text(a, val_get_text(t, "origin", STR(""))));
    val_put(b, "ticket", ticket_of(s, ticket));
    val_put(b, "campaign", val_is(campaign, VAL_MAP) ? rapid_ref(a, campaign) : &VAL_NIL);
    return val_end(b);
}

static const struct val *resume_of(struct rapid_session *s) {
    struct val_builder *b = val_map_begin(s->a);
    const struct val *dial = val_get(s->resume, "dial");
    dial = dial ? dial : val_get(val_get(s->resume, "event"), "dial");
    if (!s->resume) {
        return &VAL_NIL;
    }
    val_put(b, "type", text(s->a, val_get_text(s->resume, "type", STR(""))));
    val_put(b, "dial", dial ? dial : &VAL_NIL);
    return val_end(b);
}

static const struct val *globals_of(struct rapid_session *s) {
    const struct val *all = val_get(s->program->assets, "globals");
    struct val_builder *b = val_map_begin(s->a);
    struct lines *lines = ARENA_NEW(s->a, struct lines);
    lines->a = s->a;
    for (size_t i = 0; val_is(all, VAL_LIST) && i < all->list.n; i++) {
        const struct val *g = all->list.item[i];
        struct str key = val_get_text(g, "key", STR("")),
                   value = val_get_text(g, "value", STR(""));
        val_put_str(b, key, text(s->a, value));
        lines_add(lines, val_get_text(g, "name", key), value);
    }
    return object(s->a, b, lines_text(lines));
}

static const struct val *webhook_of(struct arena *a, const struct val *w) {
    static const char *const MEMBERS[] = {"status", "headers", "json"};
    struct val_builder *b = val_map_begin(a);
    if (!w) {
        return &VAL_NIL;
    }
    for (size_t i = 0; i < sizeof MEMBERS / sizeof *MEMBERS; i++) {
        const struct val *v = val_get(w, MEMBERS[i]);
        val_put(b, MEMBERS[i], v ? v : &VAL_NIL);
    }
    return object(a, b, val_get_text(w, "request", STR("")));
}

/* The answers of web-hooks and what the trigger brought, as flows of old knew them. */
static const struct val *legacy_extra(struct rapid_session *s, const struct rapid_run *r) {
    struct val_builder *b = val_map_begin(s->a);
    const struct val *from[2] = {val_get(s->trigger, "params"), NULL};
    for (size_t i = 0; i <= r->results->map.n; i++) {
        const struct val *v = i ? val_get(r->results->map.pair[i - 1].val, "extra") : from[0];
        if (i && v) {
            val_put_str(b, r->results->map.pair[i - 1].key, v);
        }
        for (size_t k = 0; val_is(v, VAL_MAP) && k < v->map.n; k++) {
            val_put_str(b, v->map.pair[k].key, v->map.pair[k].val);
        }
        for (size_t k = 0; val_is(v, VAL_LIST) && k < v->list.n; k++) {
            val_put_str(b, arena_printf(s->a, "%zu", k), v->list.item[k]);
        }
    }
    return val_end(b);
}

const struct val *rapid_context_root(void *ctx, struct str name, struct arena *a) {
    struct rapid_act *act = ctx;
    struct rapid_session *s = act->s;
    const struct rapid_run *r = act->run;
    switch (name.n ? name.p[0] : 0) {
    case 'c':
        return str_is(name, "contact") ? rapid_context_contact(s)
               : str_is(name, "child") ? child_of(s, r)
                                       : NULL;
    case 'r':
        return str_is(name, "results")  ? rapid_context_results(s, r->results)
               : str_is(name, "run")    ? run_of(s, r)
               : str_is(name, "resume") ? resume_of(s)
                                        : NULL;
    case 't':
        return str_is(name, "trigger")  ? trigger_of(s)
               : str_is(name, "ticket") ? ticket_of(s, s->contact.ticket)
                                        : NULL;
    case 'l':
        return str_is(name, "locals")         ? r->locals
               : str_is(name, "legacy_extra") ? legacy_extra(s, r)
                                              : NULL;
    default:
        break;
    }
    return str_is(name, "fields")    ? rapid_context_fields(s, s->contact.fields)
           : str_is(name, "urns")    ? rapid_context_urns(s, s->contact.urns)
           : str_is(name, "input")   ? input_of(s)
           : str_is(name, "parent")  ? parent_of(s, r)
           : str_is(name, "node")    ? node_of(a, r)
           : str_is(name, "globals") ? globals_of(s)
           : str_is(name, "webhook") ? webhook_of(a, r->webhook)
                                     : NULL;
}
