/* rapid_set.c - an export as it will live here: names, fields, what the flows refer to. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/rapid/rapid_set.h"

#include <string.h>

#include "base/text.h"
#include "bot/expr/expr.h"
#include "bot/rapid/rapid_set_priv.h"

#define FIELD_BEHIND "champ_"
/* Facts of a person that only the service itself writes. */
#define FACTS " id name status channel new enrolled tags referent fields "

/* --- notes --- */

struct rapid_note *rapid_gather_note(struct rapid_gather *g, enum rapid_note_kind kind) {
    if (g->notes == g->cap) {
        size_t cap = g->cap ? g->cap * 2 : 32;
        struct rapid_note *more = ARENA_ARRAY(g->a, struct rapid_note, cap);
        if (g->notes) {
            memcpy(more, g->note, g->notes * sizeof *more);
        }
        g->note = more;
        g->cap = cap;
    }
    g->note[g->notes] = (struct rapid_note){.kind = kind};
    return &g->note[g->notes++];
}

static struct str put(struct arena *a, const char *pattern, struct str what) {
    struct str s = str_from(pattern);
    size_t at = str_find(s, STR("%s"), 0);
    return at == SIZE_MAX ? s
                          : arena_printf(a, "%.*s%.*s%.*s", (int)at, pattern, STR_ARG(what),
                                         STR_ARG(str_sub(s, at + 2, s.n)));
}

void rapid_gather_say(struct rapid_gather *g, enum rapid_note_kind kind, const char *fr,
                      const char *en, struct str what) {
    struct rapid_note *n = rapid_gather_note(g, kind);
    n->fr = put(g->a, fr, what);
    n->en = put(g->a, en, what);
}

/* --- what the flows refer to --- */

struct list {
    const struct val **item;
    struct str *id;
    size_t n, cap;
};

static const struct {
    const char *name, *key; /* the list, and the member by which its entries are known */
    const char *one, *many; /* members of an action that refer to one or to several */
} LISTS[] = {{"fields", "key", "field", NULL},    {"groups", "uuid", NULL, "groups"},
             {"labels", "uuid", NULL, "labels"},  {"topics", "uuid", "topic", NULL},
             {"users", "uuid", "assignee", NULL}, {"optins", "uuid", "optin", NULL}};
#define LISTS_N (sizeof LISTS / sizeof *LISTS)

struct lists {
    struct arena *a;
    struct list list[LISTS_N];
};

static void push(struct lists *l, struct list *to, struct str id, const struct val *v) {
    if (to->n == to->cap) {
        size_t cap = to->cap ? to->cap * 2 : 16;
        const struct val **item = ARENA_ARRAY(l->a, const struct val *, cap);
        struct str *ids = ARENA_ARRAY(l->a, struct str, cap);
        for (size_t i = 0; i < to->n; i++) {
            item[i] = to->item[i];
            ids[i] = to->id[i];
        }
        to->item = item;
        to->id = ids;
        to->cap = cap;
    }
    to->item[to->n] = v;
    to->id[to->n++] = id;
}

static struct str id_of(size_t at, const struct val *ref) {
    struct str id = val_get_text(ref, LISTS[at].key, STR_EMPTY);
    return id.n ? id : val_get_text(ref, "email", STR_EMPTY); /* users may have no uuid */
}

static void add_ref(struct lists *l, size_t at, const struct val *ref) {
    struct list *to = &l->list[at];
    struct str id = id_of(at, ref);
    bool known = id.n == 0;
    for (size_t i = 0; i < to->n && !known; i++) {
        known = str_eq(to->id[i], id);
    }
    if (!known) {
        push(l, to, id, ref);
    }
}

static void add_action(struct lists *l, const struct val *action) {
    for (size_t i = 0; i < LISTS_N; i++) {
        const struct val *one = LISTS[i].one ? val_get(action, LISTS[i].one) : NULL,
                         *many = LISTS[i].many ? val_get(action, LISTS[i].many) : NULL;
        if (val_is(one, VAL_MAP)) {
            add_ref(l, i, one);
        }
        for (size_t k = 0; val_is(many, VAL_LIST) && k < many->list.n; k++) {
            add_ref(l, i, many->list.item[k]);
        }
    }
}

/* Groups that a router splits by: ["uuid", "name"] behind has_group. */
static void add_cases(struct lists *l, const struct val *cases) {
    for (size_t i = 0; val_is(cases, VAL_LIST) && i < cases->list.n; i++) {
        const struct val *c = cases->list.item[i], *args = val_get(c, "arguments"),
                         *uuid = val_at_index(args, 0), *name = val_at_index(args, 1);
        if (str_is(val_get_text(c, "type", STR_EMPTY), "has_group") && val_is(uuid, VAL_TEXT) &&
            val_is(name, VAL_TEXT)) {
            add_ref(l, 1, rapid_ref_make(l->a, uuid->text, name->text));
        }
    }
}

static void add_flow(struct lists *l, const struct val *flow) {
    const struct val *nodes = val_get(flow, "nodes");
    for (size_t i = 0; val_is(nodes, VAL_LIST) && i < nodes->list.n; i++) {
        const struct val *actions = val_get(nodes->list.item[i], "actions");
        for (size_t k = 0; val_is(actions, VAL_LIST) && k < actions->list.n; k++) {
            add_action(l, actions->list.item[k]);
        }
        add_cases(l, val_get(val_get(nodes->list.item[i], "router"), "cases"));
    }
}

static const struct val *globals_of(const struct val *json, struct arena *a) {
    const struct val *map = val_get(val_get(json, RAPID_SET_CHOICES), "globals");
    struct val_builder *list = val_list_begin(a);
    for (size_t i = 0; val_is(map, VAL_MAP) && i < map->map.n; i++) {
        struct val_builder *one = val_map_begin(a);
        val_put(one, "key", val_text(a, map->map.pair[i].key));
        val_put(one, "name", val_text(a, map->map.pair[i].key));
        val_put(one, "value", map->map.pair[i].val);
        val_push(list, val_end(one));
    }
    return val_end(list);
}

const struct val *rapid_set_complete(const struct val *json, struct arena *a) {
    struct lists l = {.a = a};
    const struct val *flows = val_get(json, "flows");
    for (size_t i = 0; i < LISTS_N; i++) {
        const struct val *old = val_get(json, LISTS[i].name);
        for (size_t k = 0; val_is(old, VAL_LIST) && k < old->list.n; k++) {
            push(&l, &l.list[i], id_of(i, old->list.item[k]), old->list.item[k]);
        }
    }
    for (size_t i = 0; val_is(flows, VAL_LIST) && i < flows->list.n; i++) {
        add_flow(&l, flows->list.item[i]);
    }
    for (size_t i = 0; i < LISTS_N; i++) {
        const struct val *list = val_list(a, l.list[i].item, l.list[i].n);
        if (strcmp(LISTS[i].name, "topics") == 0 && list->list.n == 0) {
            const struct val *general = rapid_ref_make(a, STR("general"), STR("General"));
            list = val_list(a, &general, 1);
        }
        json = val_with(a, json, str_from(LISTS[i].name), list);
    }
    if (!val_get(json, "globals")) {
        json = val_with(a, json, STR("globals"), globals_of(json, a));
    }
    return json;
}

/* --- names --- */

static struct str name_of(struct rapid_gather *g, struct str title) {
    struct str s = expr_snakify(text_fold(title, g->a), g->a);
    struct str prefix = val_get_text(g->choices, "prefix", STR_EMPTY);
    bool letter = s.n && s.p[0] >= 'a' && s.p[0] <= 'z';
    char *out = arena_alloc(g->a, s.n + 1);
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        out[i] = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_';
    }
    struct str base =
        arena_printf(g->a, "%.*s%s%.*s", STR_ARG(prefix), letter || prefix.n ? "" : "r_",
                     STR_ARG(((struct str){out, s.n})));
    base = str_sub(base, 0, RAPID_SET_NAME_MAX);
    struct str name = base;
    for (int k = 2;; k++) {
        bool taken = false;
        for (size_t i = 0; i < g->flows; i++) {
            taken |= str_eq(g->flow[i].name, name);
        }
        if (!taken) {
            return name;
        }
        name = arena_printf(g->a, "%.*s_%d", STR_ARG(base), k);
    }
}

static size_t waits_of(const struct rapid_flow *f) {
    size_t n = 0;
    for (size_t i = 0; i < f->nodes; i++) {
        n += f->node[i].router && f->node[i].router->wait.type.n;
    }
    return n;
}

static void name_flows(struct rapid_gather *g) {
    g->flow = ARENA_ARRAY(g->a, struct rapid_set_flow, g->program->flows);
    for (size_t i = 0; i < g->program->flows; i++) {
        const struct rapid_flow *f = &g->program->flow[i];
        if (!str_is(f->type, "messaging") && !str_is(f->type, "messaging_background")) {
            rapid_gather_say(g, RAPID_NOTE_LOST,
                             "conversation « %s » : faite pour la voix ou l'enquête hors ligne",
                             "flow \"%s\": made for voice or offline surveys", f->name);
            continue;
        }
        struct str name = name_of(g, f->name);
        size_t waits = waits_of(f);
        g->flow[g->flows++] = (struct rapid_set_flow){.flow = f, .name = name, .asks = waits};
        struct rapid_note *n = rapid_gather_note(g, RAPID_NOTE_KEPT);
        n->fr = arena_printf(g->a, "conversation « %.*s » : %.*s (%zu étapes, %zu attentes)",
                             STR_ARG(f->name), STR_ARG(name), f->nodes, waits);
        n->en = arena_printf(g->a, "flow \"%.*s\": %.*s (%zu steps, %zu waits)",
                             STR_ARG(f->name), STR_ARG(name), f->nodes, waits);
    }
}

struct rapid_set_flow *rapid_gather_flow(struct rapid_gather *g, const struct val *ref) {
    struct str uuid = val_get_text(ref, "uuid", STR_EMPTY);
    for (size_t i = 0; i < g->flows; i++) {
        if (str_eq(g->flow[i].flow->uuid, uuid)) {
            return &g->flow[i];
        }
    }
    return NULL;
}

/* A flow that only enters one which asks takes the person's open question as well. */
static void spread_asking(struct rapid_gather *g) {
    bool changed = true;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < g->flows; i++) {
            const struct rapid_flow *f = g->flow[i].flow;
            for (size_t k = 0; k < f->nodes && !g->flow[i].asks; k++) {
                for (size_t j = 0; j < f->node[k].actions; j++) {
                    const struct rapid_action *act = &f->node[k].action[j];
                    bool calls = strcmp(act->kind->type, "call_webhook") == 0;
                    bool enters = strcmp(act->kind->type, "enter_flow") == 0;
                    const struct rapid_set_flow *to =
                        enters ? rapid_gather_flow(g, val_get(act->def, "flow")) : NULL;
                    if (calls || (to && to->asks)) {
                        g->flow[i].asks = changed = true;
                    }
                }
            }
        }
    }
}

/* --- fields --- */

static bool is_fact(struct str key, struct arena *a) {
    struct str spaced = arena_printf(a, " %.*s ", STR_ARG(key));
    return str_find(STR(FACTS), spaced, 0) != SIZE_MAX;
}

struct str rapid_set_field(const struct library *l, struct str key, struct arena *a) {
    return library_field(l, key) && !is_fact(key, a)
               ? key
               : arena_printf(a, FIELD_BEHIND "%.*s", STR_ARG(key));
}

static size_t read_fields(struct rapid_gather *g, struct field_spec **ret) {
    const struct val *list = val_get(g->program->assets, "fields");
    size_t n = val_is(list, VAL_LIST) ? list->list.n : 0;
    struct field_spec *field = ARENA_ARRAY(g->a, struct field_spec, n);
    for (size_t i = 0; i < n; i++) {
        const struct val *def = list->list.item[i];
        struct str key = val_get_text(def, "key", STR_EMPTY),
                   title = val_get_text(def, "name", val_get_text(def, "label", key)),
                   type = val_get_text(def, "type", STR("text"));
        struct str name =
            is_fact(key, g->a) ? arena_printf(g->a, FIELD_BEHIND "%.*s", STR_ARG(key)) : key;
        field[i] = (struct field_spec){.name = name,
                                       .type = str_is(type, "number") || str_is(type, "numeric")
                                                   ? STR("number")
                                                   : STR("text"),
                                       .title_fr = title,
                                       .title_en = title,
                                       .see = STR("advisor"),
                                       .line = 1,
                                       .column = 1};
        struct rapid_note *note = rapid_gather_note(g, RAPID_NOTE_KEPT);
        note->fr = arena_printf(g->a, "champ « %.*s » : contact.%.*s (%.*s)", STR_ARG(title),
                                STR_ARG(name), STR_ARG(field[i].type));
        note->en = arena_printf(g->a, "field \"%.*s\": contact.%.*s (%.*s)", STR_ARG(title),
                                STR_ARG(name), STR_ARG(field[i].type));
    }
    *ret = field;
    return n;
}

static void tell_groups(struct rapid_gather *g) {
    for (size_t i = 0; i < g->program->groups; i++) {
        const struct rapid_group *group = &g->program->group[i];
        if (group->query) {
            rapid_gather_say(
                g, RAPID_NOTE_DIFFERS,
                "groupe intelligent « %s » : une étiquette, revue quand la personne est "
                "dans une de ces conversations",
                "smart group \"%s\": a tag, reviewed while the person is in one of "
                "these flows",
                group->name);
        } else {
            rapid_gather_say(
                g, RAPID_NOTE_KEPT,
                "groupe « %s » : une étiquette ; ses membres ne sont pas dans l'export",
                "group \"%s\": a tag; its members are not in the export", group->name);
        }
    }
}

/* --- all of it --- */

static const struct expr_env *plain_env(struct arena *a) {
    struct expr_env *env = ARENA_NEW(a, struct expr_env);
    *env = (struct expr_env){.date_format = STR("DD-MM-YYYY"),
                             .time_format = STR("tt:mm"),
                             .country = STR("FR"),
                             .language = STR("fra"),
                             .french = true};
    return env;
}

static bool is_left_out(const struct val *choices, struct str flow) {
    const struct val *list = val_get(choices, "without");
    for (size_t i = 0; val_is(list, VAL_LIST) && i < list->list.n; i++) {
        const struct val *v = list->list.item[i];
        if (val_is(v, VAL_TEXT) && str_eq_nocase(v->text, flow)) {
            return true;
        }
    }
    return false;
}

/* One flow alone is an export of one; what was left out at import is not read. */
static const struct val *as_export(struct rapid_gather *g, const struct val *json) {
    bool alone = val_is(json, VAL_MAP) && !val_get(json, "flows") &&
                 (val_get(json, "nodes") || val_get(json, "metadata"));
    if (alone) {
        struct val_builder *b = val_map_begin(g->a);
        val_put(b, RAPID_SET_CHOICES, val_get(json, RAPID_SET_CHOICES));
        val_put(b, "flows", val_list(g->a, &json, 1));
        return val_end(b);
    }
    const struct val *flows = val_get(json, "flows");
    if (!val_is(flows, VAL_LIST) || !val_get(g->choices, "without")) {
        return json;
    }
    struct val_builder *kept = val_list_begin(g->a);
    for (size_t i = 0; i < flows->list.n; i++) {
        struct str name = val_get_text(flows->list.item[i], "name", STR_EMPTY);
        if (!is_left_out(g->choices, name)) {
            val_push(kept, flows->list.item[i]);
        } else {
            rapid_gather_say(g, RAPID_NOTE_LOST, "conversation « %s » : laissée, comme demandé",
                             "flow \"%s\": left out, as asked", name);
        }
    }
    return val_with(g->a, json, STR("flows"), val_end(kept));
}

enum rc rapid_set_read(const struct val *json, struct arena *a, struct rapid_set *ret,
                       struct err *err) {
    struct rapid_gather g = {.a = a, .choices = val_get(json, RAPID_SET_CHOICES)};
    const struct rapid_program *p;
    struct field_spec *field;
    struct err own = {0};
    g.json = as_export(&g, json);
    const struct val *whole = val_is(g.json, VAL_MAP) ? rapid_set_complete(g.json, a) : g.json;
    struct expr_env env = *plain_env(a);
    enum rc rc = zone_get(STR("Europe/Paris"), &env.zone, &own);
    rc = rc == OK ? rapid_load(whole, &env, a, &p, err) : rc;
    if (rc != OK) {
        return rc;
    }
    g.program = ARENA_NEW(a, struct rapid_program);
    *g.program = *p;
    name_flows(&g);
    spread_asking(&g);
    rapid_set_starts(&g);
    size_t fields = read_fields(&g, &field);
    tell_groups(&g);
    rapid_set_notes(&g);
    *ret = (struct rapid_set){.program = p,
                              .flow = g.flow,
                              .flows = g.flows,
                              .field = field,
                              .fields = fields,
                              .note = g.note,
                              .notes = g.notes};
    return OK;
}

const struct rapid_set_flow *rapid_set_find(const struct rapid_set *s, struct str name) {
    for (size_t i = 0; i < s->flows; i++) {
        if (str_eq(s->flow[i].name, name)) {
            return &s->flow[i];
        }
    }
    return NULL;
}
