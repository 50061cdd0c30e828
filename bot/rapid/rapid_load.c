/* rapid_load.c - a file of another system to a program: assets, groups, flows, texts compiled.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdarg.h>
#include <string.h>

#include "bot/rapid/rapid_priv.h"

/* --- look-ups --- */

const struct rapid_flow *rapid_flow_find(const struct rapid_program *p, struct str uuid) {
    for (size_t i = 0; i < p->flows; i++) {
        if (str_eq(p->flow[i].uuid, uuid)) {
            return &p->flow[i];
        }
    }
    return NULL;
}

const struct rapid_node *rapid_node_find(const struct rapid_flow *f, struct str uuid) {
    for (size_t i = 0; f && i < f->nodes; i++) {
        if (str_eq(f->node[i].uuid, uuid)) {
            return &f->node[i];
        }
    }
    return NULL;
}

const struct rapid_group *rapid_group_find(const struct rapid_program *p, struct str uuid) {
    for (size_t i = 0; i < p->groups; i++) {
        if (str_eq(p->group[i].uuid, uuid)) {
            return &p->group[i];
        }
    }
    return NULL;
}

const struct val *rapid_asset(const struct rapid_program *p, const char *list, const char *key,
                              struct str value) {
    const struct val *all = val_get(p->assets, list);
    bool nocase = strcmp(key, "name") == 0;
    for (size_t i = 0; val_is(all, VAL_LIST) && i < all->list.n; i++) {
        const struct val *v = val_get(all->list.item[i], key);
        if (val_is(v, VAL_TEXT) &&
            (nocase ? str_eq_nocase(v->text, value) : str_eq(v->text, value))) {
            return all->list.item[i];
        }
    }
    return NULL;
}

/* --- problems --- */

void rapid_report_add(struct rapid_report *r, bool warning, const char *fmt, ...) {
    va_list ap;
    if (r->n == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 16;
        struct rapid_problem *more = ARENA_ARRAY(r->a, struct rapid_problem, cap);
        if (r->n) {
            memcpy(more, r->problem, r->n * sizeof *more);
        }
        r->problem = more;
        r->cap = cap;
    }
    va_start(ap, fmt);
    r->problem[r->n] = r->at;
    r->problem[r->n].warning = warning;
    r->problem[r->n++].text = arena_vprintf(r->a, fmt, ap);
    va_end(ap);
}

/* --- texts --- */

bool rapid_is_root(void *ctx, struct str name) {
    static const char *const ROOTS[] = {"contact", "fields",  "urns",    "locals",
                                        "results", "input",   "run",     "child",
                                        "parent",  "ticket",  "webhook", "node",
                                        "globals", "trigger", "resume",  "legacy_extra"};
    (void)ctx;
    for (size_t i = 0; i < sizeof ROOTS / sizeof *ROOTS; i++) {
        if (str_is(name, ROOTS[i])) {
            return true;
        }
    }
    return false;
}

struct texts {
    struct arena *a;
    const struct rapid_text **slot;
    size_t slots, n;
};

static size_t slot_of(const struct rapid_text *const *slot, size_t slots, struct str source) {
    size_t i = (size_t)str_hash(source) & (slots - 1);
    while (slot[i] && !str_eq(slot[i]->source, source)) {
        i = (i + 1) & (slots - 1);
    }
    return i;
}

static void texts_grow(struct texts *t) {
    size_t slots = t->slots ? t->slots * 2 : 64;
    const struct rapid_text **slot = ARENA_ARRAY(t->a, const struct rapid_text *, slots);
    for (size_t i = 0; i < t->slots; i++) {
        if (t->slot[i]) {
            slot[slot_of(slot, slots, t->slot[i]->source)] = t->slot[i];
        }
    }
    t->slot = slot;
    t->slots = slots;
}

static void texts_add(struct texts *t, struct str source) {
    struct err err;
    if (2 * t->n >= t->slots) {
        texts_grow(t);
    }
    size_t i = slot_of(t->slot, t->slots, source);
    struct rapid_text *text = ARENA_NEW(t->a, struct rapid_text);
    if (!t->slot[i] &&
        tmpl_compile(source, rapid_is_root, NULL, t->a, &text->tmpl, &err) == OK) {
        text->source = source;
        t->slot[i] = text;
        t->n++;
    }
}

static void texts_walk(struct texts *t, const struct val *v) {
    if (val_is(v, VAL_TEXT) && str_find_char(v->text, '@', 0) != SIZE_MAX) {
        texts_add(t, v->text);
    }
    for (size_t i = 0; val_is(v, VAL_LIST) && i < v->list.n; i++) {
        texts_walk(t, v->list.item[i]);
    }
    for (size_t i = 0; val_is(v, VAL_MAP) && i < v->map.n; i++) {
        texts_walk(t, v->map.pair[i].val);
    }
}

const struct tmpl *rapid_text_get(const struct rapid_program *p, struct str source,
                                  struct arena *a) {
    const struct tmpl *t = NULL;
    struct err err;
    if (p->texts) {
        const struct rapid_text *found = p->text[slot_of(p->text, p->texts, source)];
        t = found ? found->tmpl : NULL;
    }
    if (!t && tmpl_compile(source, rapid_is_root, NULL, a, &t, &err) != OK) {
        return NULL;
    }
    return t;
}

/* --- groups --- */

static enum query_type field_type(void *ctx, struct str key) {
    const struct rapid_program *p = ctx;
    const struct val *field = rapid_asset(p, "fields", "key", key);
    struct str type = val_get_text(field, "type", STR("text"));
    bool number = str_is(type, "number"), date = str_is(type, "datetime");
    return !field ? QUERY_NONE : number ? QUERY_NUMBER : date ? QUERY_DATETIME : QUERY_TEXT;
}

static bool has_group(void *ctx, struct str name) {
    return rapid_asset(ctx, "groups", "name", name) != NULL;
}

static bool has_flow(void *ctx, struct str name) {
    return rapid_asset(ctx, "flows", "name", name) != NULL;
}

static void load_groups(struct rapid_program *p, const struct expr_env *env,
                        struct rapid_report *r) {
    const struct val *list = val_get(p->assets, "groups");
    size_t n = val_is(list, VAL_LIST) ? list->list.n : 0;
    struct rapid_group *group = ARENA_ARRAY(r->a, struct rapid_group, n);
    struct query_schema schema = {field_type, has_group, has_flow, p};
    for (size_t i = 0; i < n; i++) {
        const struct val *def = list->list.item[i];
        struct str query = val_get_text(def, "query", STR(""));
        struct err err = {0};
        group[i] = (struct rapid_group){.def = def,
                                        .uuid = val_get_text(def, "uuid", STR("")),
                                        .name = val_get_text(def, "name", STR(""))};
        r->at = (struct rapid_problem){0};
        if (query.n && query_parse(query, env, &schema, r->a, &group[i].query, &err) != OK) {
            rapid_report_add(r, true, "group '%.*s': its query cannot be used: %s",
                             STR_ARG(group[i].name), err.text);
        }
    }
    p->group = group;
    p->groups = n;
}

/* --- flows --- */

static void load_flows(struct rapid_program *p, const struct val *list,
                       struct rapid_report *r) {
    size_t n = val_is(list, VAL_LIST) ? list->list.n : 0;
    struct rapid_flow *flow = ARENA_ARRAY(r->a, struct rapid_flow, n);
    struct texts texts = {.a = r->a};
    if (n > RAPID_FLOWS_MAX) {
        rapid_report_add(r, false, "more than %d flows", RAPID_FLOWS_MAX);
        n = 0;
    }
    for (size_t i = 0; i < n; i++) {
        const struct val *def = list->list.item[i], *newest;
        struct err err = {0};
        struct str name = val_get_text(def, "name", STR(""));
        r->at = (struct rapid_problem){.flow = name.n ? name : STR("?")};
        if (rapid_migrate(def, r->a, &newest, &err) != OK) {
            rapid_report_add(r, false, "%s", err.text);
        } else if (rapid_load_flow(newest, r, &flow[p->flows])) {
            texts_walk(&texts, val_get(newest, "nodes"));
            texts_walk(&texts, val_get(newest, "localization"));
            p->flows++;
        }
    }
    p->flow = flow;
    p->text = texts.slot;
    p->texts = texts.slots;
}

enum rc rapid_load(const struct val *assets, const struct expr_env *env, struct arena *a,
                   const struct rapid_program **ret, struct err *err) {
    const struct val *list = val_get(assets, "flows");
    struct rapid_program *p = ARENA_NEW(a, struct rapid_program);
    struct rapid_report r = {.a = a};
    if (!val_is(assets, VAL_MAP)) {
        return err_set(err, E_INVALID, "this is no export of flows: a JSON object is expected");
    }
    if (!list && (val_get(assets, "nodes") || val_get(assets, "metadata"))) {
        struct val_builder *b = val_map_begin(a);
        list = val_list(a, &assets, 1);
        val_put(b, "flows", list);
        assets = val_end(b);
    }
    if (!val_is(list, VAL_LIST)) {
        return err_set(err, E_INVALID, "this is no export of flows: it has no list \"flows\"");
    }
    p->assets = assets;
    load_groups(p, env, &r);
    load_flows(p, list, &r);
    p->problem = r.problem;
    p->problems = r.n;
    *ret = p;
    return OK;
}
