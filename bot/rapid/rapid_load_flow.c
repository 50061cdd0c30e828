/* rapid_load_flow.c - one flow's nodes, actions, routers and exits, each fault with its place.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/text.h"
#include "bot/rapid/rapid_priv.h"

static size_t length_of(const struct val *list) {
    return val_is(list, VAL_LIST) ? list->list.n : 0;
}

static int type_bit(struct str type) {
    static const struct {
        const char *name;
        int bit;
    } TYPES[] = {{"messaging", FLOW_MESSAGING},
                 {"messaging_background", FLOW_BACKGROUND},
                 {"messaging_offline", FLOW_OFFLINE},
                 {"voice", FLOW_VOICE}};
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
        if (str_is(type, TYPES[i].name)) {
            return TYPES[i].bit;
        }
    }
    return 0;
}

/* --- routers --- */

static bool has_exit(const struct rapid_node *n, struct str uuid) {
    for (size_t i = 0; i < n->exits; i++) {
        if (str_eq(n->exit[i].uuid, uuid)) {
            return true;
        }
    }
    return false;
}

static bool has_category(const struct rapid_router *r, struct str uuid) {
    for (size_t i = 0; i < r->categories; i++) {
        if (str_eq(r->category[i].uuid, uuid)) {
            return true;
        }
    }
    return false;
}

static bool load_categories(const struct val *def, const struct rapid_node *node,
                            struct rapid_report *r, struct rapid_router *ret) {
    const struct val *list = val_get(def, "categories");
    size_t n = length_of(list);
    struct rapid_category *c = ARENA_ARRAY(r->a, struct rapid_category, n);
    bool ok = true;
    for (size_t i = 0; i < n; i++) {
        const struct val *v = list->list.item[i];
        c[i] = (struct rapid_category){val_get_text(v, "uuid", STR("")),
                                       val_get_text(v, "name", STR("")),
                                       val_get_text(v, "exit_uuid", STR(""))};
        if (c[i].uuid.n == 0 || c[i].name.n == 0) {
            rapid_report_add(r, false, "category %zu has no uuid or no name", i + 1);
            ok = false;
        } else if (!has_exit(node, c[i].exit)) {
            rapid_report_add(r, false, "category exit %.*s is not a valid exit",
                             STR_ARG(c[i].exit));
            ok = false;
        }
    }
    ret->category = c;
    ret->categories = n;
    if (n == 0) {
        rapid_report_add(r, false, "field 'categories' is required");
    }
    return ok && n > 0;
}

static const struct str *texts_of(const struct val *list, struct arena *a) {
    size_t n = length_of(list);
    struct str *out = ARENA_ARRAY(a, struct str, n);
    for (size_t i = 0; i < n; i++) {
        out[i] = val_is(list->list.item[i], VAL_TEXT) ? list->list.item[i]->text : STR("");
    }
    return out;
}

static bool load_case(const struct val *v, struct rapid_router *router, struct rapid_report *r,
                      struct rapid_case *c) {
    const struct val *arguments = val_get(v, "arguments");
    *c = (struct rapid_case){.uuid = val_get_text(v, "uuid", STR("")),
                             .type = text_lower(val_get_text(v, "type", STR("")), r->a),
                             .category = val_get_text(v, "category_uuid", STR("")),
                             .argument = texts_of(arguments, r->a),
                             .arguments = length_of(arguments)};
    if (!str_starts(c->type, STR("has_")) || !expr_has_function(c->type)) {
        rapid_report_add(r, false, "invalid case[uuid=%.*s]: case test %.*s is not known",
                         STR_ARG(c->uuid), STR_ARG(c->type));
        return false;
    }
    if (!has_category(router, c->category)) {
        rapid_report_add(r, false,
                         "invalid case[uuid=%.*s]: category %.*s is not a valid category",
                         STR_ARG(c->uuid), STR_ARG(c->category));
        return false;
    }
    return true;
}

static bool load_switch(const struct val *def, struct rapid_report *r,
                        struct rapid_router *ret) {
    const struct val *list = val_get(def, "cases");
    size_t n = length_of(list);
    struct rapid_case *c = ARENA_ARRAY(r->a, struct rapid_case, n);
    bool ok = true;
    ret->operand = val_get_text(def, "operand", STR(""));
    ret->default_category = val_get_text(def, "default_category_uuid", STR(""));
    if (ret->operand.n == 0) {
        rapid_report_add(r, false, "field 'operand' is required");
        ok = false;
    }
    if (ret->default_category.n && !has_category(ret, ret->default_category)) {
        rapid_report_add(r, false, "default category %.*s is not a valid category",
                         STR_ARG(ret->default_category));
        ok = false;
    }
    for (size_t i = 0; i < n; i++) {
        ok = load_case(list->list.item[i], ret, r, &c[i]) && ok;
    }
    ret->cases = c;
    ret->n_cases = n;
    return ok;
}

static bool load_wait(const struct val *def, struct rapid_report *r, struct rapid_router *ret) {
    const struct val *timeout = val_get(def, "timeout");
    struct rapid_wait *w = &ret->wait;
    if (!val_is(def, VAL_MAP)) {
        return true;
    }
    w->type = val_get_text(def, "type", STR(""));
    w->hint = val_get(def, "hint");
    w->phone = val_get_text(def, "phone", STR(""));
    w->dial_seconds = val_get_int(def, "dial_limit_seconds", 60);
    w->call_seconds = val_get_int(def, "call_limit_seconds", 7200);
    if (!str_is(w->type, "msg") && !str_is(w->type, "dial")) {
        rapid_report_add(r, false, "a wait of type '%.*s' is not known", STR_ARG(w->type));
        return false;
    }
    if (val_is(timeout, VAL_MAP)) {
        w->timeout_seconds = val_get_int(timeout, "seconds", 0);
        w->timeout_category = val_get_text(timeout, "category_uuid", STR(""));
        if (!has_category(ret, w->timeout_category)) {
            rapid_report_add(r, false, "timeout category %.*s is not a valid category",
                             STR_ARG(w->timeout_category));
            return false;
        }
    }
    return true;
}

const struct rapid_router *rapid_load_router(const struct val *def, struct rapid_node *node,
                                             struct rapid_report *r) {
    static const struct rapid_member MEMBERS[] = {{"result_name", CHECK_RESULT, false, 0},
                                                  {NULL, CHECK_ANY, false, 0}};
    struct rapid_router *router = ARENA_NEW(r->a, struct rapid_router);
    struct str type = val_get_text(def, "type", STR(""));
    const char *bad = rapid_check_members(def, MEMBERS, r->a);
    router->random = str_is(type, "random");
    router->result_name = val_get_text(def, "result_name", STR(""));
    if (bad) {
        rapid_report_add(r, false, "%s", bad);
    }
    if (!router->random && !str_is(type, "switch")) {
        rapid_report_add(r, false, "a router of type '%.*s' is not known", STR_ARG(type));
        return NULL;
    }
    bool ok = load_categories(def, node, r, router) && !bad;
    ok = (router->random || load_switch(def, r, router)) && ok;
    ok = load_wait(val_get(def, "wait"), r, router) && ok;
    return ok ? router : NULL;
}

/* --- actions --- */

static bool load_action(const struct val *def, int flow_type, struct rapid_report *r,
                        struct rapid_action *ret) {
    struct str type = val_get_text(def, "type", STR(""));
    const struct rapid_kind *kind = rapid_kind_find(type);
    ret->uuid = val_get_text(def, "uuid", STR(""));
    ret->def = def;
    ret->kind = kind;
    r->at.action = arena_printf(r->a, "%.*s %.*s", STR_ARG(type), STR_ARG(ret->uuid));
    if (!kind) {
        rapid_report_add(r, false, "an action of type '%.*s' is not known", STR_ARG(type));
        return false;
    }
    if (ret->uuid.n == 0) {
        rapid_report_add(r, false, "field 'uuid' is required");
        return false;
    }
    const char *bad = rapid_check_members(def, kind->member, r->a);
    bad = !bad && kind->also ? kind->also(def, r->a) : bad;
    if (bad) {
        rapid_report_add(r, false, "%s", bad);
        return false;
    }
    if (!(kind->flow_types & flow_type)) {
        rapid_report_add(r, false, "action type '%s' is not allowed in a flow of this type",
                         kind->type);
        return false;
    }
    if (kind->needs) {
        rapid_report_add(r, true, "%s", kind->needs);
    }
    return true;
}

static bool load_actions(const struct val *list, int flow_type, struct rapid_report *r,
                         struct rapid_node *ret) {
    size_t n = length_of(list);
    struct rapid_action *action = ARENA_ARRAY(r->a, struct rapid_action, n);
    bool ok = true;
    if (n > RAPID_ACTIONS_MAX) {
        rapid_report_add(r, false, "more than %d actions", RAPID_ACTIONS_MAX);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        ok = load_action(list->list.item[i], flow_type, r, &action[i]) && ok;
    }
    r->at.action = STR_EMPTY;
    ret->action = action;
    ret->actions = n;
    return ok;
}

/* --- nodes --- */

static bool load_exits(const struct val *list, struct rapid_report *r, struct rapid_node *ret) {
    size_t n = length_of(list);
    struct rapid_exit *e = ARENA_ARRAY(r->a, struct rapid_exit, n);
    for (size_t i = 0; i < n; i++) {
        const struct val *v = list->list.item[i];
        e[i] = (struct rapid_exit){val_get_text(v, "uuid", STR("")),
                                   val_get_text(v, "destination_uuid", STR(""))};
    }
    ret->exit = e;
    ret->exits = n;
    if (n == 0 || n > RAPID_EXITS_MAX) {
        rapid_report_add(r, false, n ? "too many exits" : "field 'exits' is required");
        return false;
    }
    return true;
}

static bool load_node(const struct val *def, int flow_type, struct rapid_report *r,
                      struct rapid_node *ret) {
    const struct val *router = val_get(def, "router");
    ret->uuid = val_get_text(def, "uuid", STR(""));
    r->at.node = ret->uuid;
    bool ok = load_exits(val_get(def, "exits"), r, ret);
    if (ret->uuid.n == 0) {
        rapid_report_add(r, false, "field 'uuid' is required");
        ok = false;
    }
    ok = load_actions(val_get(def, "actions"), flow_type, r, ret) && ok;
    if (val_is(router, VAL_MAP)) {
        ret->router = rapid_load_router(router, ret, r);
        ok = ret->router && ok;
    }
    if (ok && ret->router && ret->router->wait.type.n && flow_type == FLOW_BACKGROUND) {
        rapid_report_add(r, false, "a flow that runs in the background cannot wait");
        ok = false;
    }
    return ok;
}

static bool check_destinations(const struct rapid_flow *f, struct rapid_report *r) {
    bool ok = true;
    for (size_t i = 0; i < f->nodes; i++) {
        for (size_t k = 0; k < f->node[i].exits; k++) {
            struct str to = f->node[i].exit[k].destination;
            if (to.n && !rapid_node_find(f, to)) {
                r->at.node = f->node[i].uuid;
                rapid_report_add(r, false, "destination %.*s of exit %zu isn't a known node",
                                 STR_ARG(to), k + 1);
                ok = false;
            }
        }
    }
    return ok;
}

bool rapid_load_flow(const struct val *def, struct rapid_report *r, struct rapid_flow *ret) {
    const struct val *list = val_get(def, "nodes");
    size_t n = length_of(list);
    bool ok = true;
    struct rapid_node *node = ARENA_ARRAY(r->a, struct rapid_node, n);
    *ret = (struct rapid_flow){.uuid = val_get_text(def, "uuid", STR("")),
                               .name = val_get_text(def, "name", STR("")),
                               .language = val_get_text(def, "language", STR("und")),
                               .type = val_get_text(def, "type", STR("messaging")),
                               .spec = val_get_text(def, "spec_version", STR("")),
                               .revision = val_get_int(def, "revision", 0),
                               .expire_minutes = val_get_int(def, "expire_after_minutes", 0),
                               .localization = val_get(def, "localization"),
                               .def = def,
                               .node = node,
                               .nodes = n};
    int type = type_bit(ret->type);
    if (ret->uuid.n == 0 || ret->name.n == 0) {
        rapid_report_add(r, false, "a flow needs a uuid and a name");
        ok = false;
    }
    if (!type) {
        rapid_report_add(r, false, "a flow of type '%.*s' is not known", STR_ARG(ret->type));
        return false;
    }
    if (n > RAPID_NODES_MAX) {
        rapid_report_add(r, false, "more than %d nodes", RAPID_NODES_MAX);
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        ok = load_node(list->list.item[i], type, r, &node[i]) && ok;
    }
    r->at.node = r->at.action = STR_EMPTY;
    return ok && check_destinations(ret, r);
}
