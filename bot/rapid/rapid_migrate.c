/* rapid_migrate.c - flows of spec 13.0 to 14.4 brought to the newest one, in memory. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/text.h"
#include "bot/expr/sink.h"
#include "bot/rapid/rapid_priv.h"

const char RAPID_SPEC[] = "14.4.2";

struct moving {
    struct arena *a;
    int from;                 /* 13.2.1 is 130201 */
    const struct val *locale; /* the localization so far */
};

#define SPEC(major, minor, patch) ((major)*10000 + (minor)*100 + (patch))

static size_t length_of(const struct val *list) {
    return val_is(list, VAL_LIST) ? list->list.n : 0;
}

static const struct val *with(struct moving *m, const struct val *map, const char *key,
                              const struct val *v) {
    return val_with(m->a, map, str_from(key), v);
}

static const struct val *text(struct moving *m, const char *s) {
    return val_textz(m->a, s);
}

static bool is(const struct val *map, const char *key, const char *value) {
    return str_is(val_get_text(map, key, STR("")), value);
}

/* --- translations: localization[language][uuid][property] --- */

/* Moves or removes the translations of one property in every language. `change` gives the new
 * list (NULL removes); the new one is stored under (uuid_to, key_to). */
static void translate(struct moving *m, struct str uuid, const char *key, struct str uuid_to,
                      const char *key_to,
                      const struct val *(*change)(struct moving *m, const struct val *old)) {
    const struct val *all = m->locale;
    for (size_t i = 0; val_is(all, VAL_MAP) && i < all->map.n; i++) {
        const struct val *lang = all->map.pair[i].val;
        const struct val *item = val_get_str(lang, uuid), *old = val_get(item, key);
        if (!old) {
            continue;
        }
        lang = val_with(m->a, lang, uuid, with(m, item, key, NULL));
        const struct val *fresh = change ? change(m, old) : NULL;
        if (fresh) {
            const struct val *to = val_get_str(lang, uuid_to);
            to = to ? to : val_end(val_map_begin(m->a));
            lang = val_with(m->a, lang, uuid_to, with(m, to, key_to, fresh));
        }
        m->locale = val_with(m->a, m->locale, all->map.pair[i].key, lang);
    }
}

static const struct val *joined(struct moving *m, const struct val *list) {
    struct sink s;
    sink_init(&s, m->a);
    for (size_t i = 0; i < length_of(list); i++) {
        const struct val *v = list->list.item[i];
        sink_puts(&s, i ? " " : "");
        sink_add(&s, val_is(v, VAL_TEXT) ? v->text : STR(""));
    }
    const struct val *one = val_text(m->a, sink_view(&s));
    return val_list(m->a, &one, 1);
}

static const struct val *kept(struct moving *m, const struct val *old) {
    (void)m;
    return old;
}

/* --- 13.3: @webhook was the answer itself, now @webhook.json --- */

static bool is_word(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Is the name at [at, at+7) the first part of a path, inside an expression? depth: open
 * brackets of "@(". */
static bool is_webhook(struct str s, size_t at, bool inside) {
    char before = at ? s.p[at - 1] : ' ';
    bool ends = at + 7 >= s.n || !is_word(s.p[at + 7]);
    bool starts = inside ? !is_word(before) && before != '.' : before == '@';
    return starts && ends && str_eq_nocase(str_sub(s, at, 7), STR("webhook"));
}

static struct str webhook_json(struct str s, struct arena *a) {
    struct sink out;
    int depth = 0;
    bool quoted = false;
    sink_init(&out, a);
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        quoted = quoted != (depth && c == '"');
        if (!depth && c == '@' && i + 1 < s.n && s.p[i + 1] == '(') {
            depth = 1;
            sink_puts(&out, "@(");
            i++;
            continue;
        }
        depth += depth && !quoted ? (c == '(') - (c == ')') : 0;
        if ((c == 'w' || c == 'W') && !quoted && is_webhook(s, i, depth > 0)) {
            sink_puts(&out, "webhook.json");
            i += 6;
        } else {
            sink_putc(&out, c);
        }
    }
    return sink_view(&out);
}

static const struct val *rewrite(struct moving *m, const struct val *v) {
    if (val_is(v, VAL_TEXT) && str_find_char(v->text, '@', 0) != SIZE_MAX) {
        return val_text(m->a, webhook_json(v->text, m->a));
    }
    if (val_is(v, VAL_LIST)) {
        struct val_builder *b = val_list_begin(m->a);
        for (size_t i = 0; i < v->list.n; i++) {
            val_push(b, rewrite(m, v->list.item[i]));
        }
        return val_end(b);
    }
    if (val_is(v, VAL_MAP)) {
        struct val_builder *b = val_map_begin(m->a);
        for (size_t i = 0; i < v->map.n; i++) {
            val_put_str(b, v->map.pair[i].key, rewrite(m, v->map.pair[i].val));
        }
        return val_end(b);
    }
    return v;
}

/* --- actions --- */

/* 13.1 to 13.5: "templating" became "template" and "template_variables". */
static const struct val *move_templating(struct moving *m, const struct val *action) {
    const struct val *t = val_get(action, "templating");
    struct str uuid = val_get_text(action, "uuid", STR(""));
    const struct val *part = val_at_index(val_get(t, "components"), 0);
    const struct val *values = part ? val_get(part, "params") : val_get(t, "variables");
    struct str owner = val_get_text(part ? part : t, "uuid", STR(""));
    if (!val_is(t, VAL_MAP)) {
        return action;
    }
    translate(m, owner, part ? "params" : "variables", uuid, "template_variables", kept);
    action = with(m, action, "templating", NULL);
    action = with(m, action, "template", val_get(t, "template"));
    return values ? with(m, action, "template_variables", values) : action;
}

static const struct val *first_ten(struct moving *m, const struct val *action) {
    const struct val *list = val_get(action, "quick_replies");
    return length_of(list) > 10
               ? with(m, action, "quick_replies", val_list(m->a, list->list.item, 10))
               : action;
}

/* 13.6: names of results and categories keep to their length. */
static const struct val *cut_name(struct moving *m, const struct val *map, const char *key,
                                  size_t max) {
    struct str s = val_get_text(map, key, STR(""));
    return text_length(s) > max ? with(m, map, key, val_text(m->a, str_trim(text_cut(s, max))))
                                : map;
}

static const struct val *move_action(struct moving *m, const struct val *action) {
    bool message = is(action, "type", "send_msg") || is(action, "type", "send_broadcast");
    if (!val_is(action, VAL_MAP)) {
        return action;
    }
    if (m->from < SPEC(13, 5, 0) && is(action, "type", "send_msg")) {
        action = move_templating(m, action);
    }
    if (m->from < SPEC(13, 6, 0)) {
        action = cut_name(m, action, "result_name", 64);
        if (is(action, "type", "set_run_result")) {
            action = cut_name(m, cut_name(m, action, "name", 64), "category", 36);
        }
    }
    if (m->from < SPEC(14, 1, 0) && message) {
        action = first_ten(m, action);
    }
    if (m->from < SPEC(14, 2, 0) && is(action, "type", "open_ticket") &&
        val_get_text(action, "body", STR("")).n) {
        action = with(m, with(m, action, "note", val_get(action, "body")), "body", NULL);
    }
    if (m->from < SPEC(14, 4, 0) && is(action, "type", "send_msg") &&
        val_get(action, "all_urns")) {
        action = with(m, action, "all_urns", NULL);
    }
    return action;
}

/* --- routers --- */

static const struct val *move_categories(struct moving *m, const struct val *list) {
    struct val_builder *b = val_list_begin(m->a);
    for (size_t i = 0; i < length_of(list); i++) {
        const struct val *c = list->list.item[i];
        if (val_is(c, VAL_MAP) && val_get_text(c, "name", STR("")).n == 0 &&
            m->from < SPEC(14, 0, 0)) {
            c = with(m, c, "name", text(m, "Match"));
        }
        val_push(b, val_is(c, VAL_MAP) ? cut_name(m, c, "name", 36) : c);
    }
    return val_end(b);
}

/* 14.3.1: tests of one text were sometimes given several arguments. */
static const struct val *move_cases(struct moving *m, const struct val *list) {
    static const char *const ONE[] = {"has_only_text", "has_phrase",    "has_only_phrase",
                                      "has_any_word",  "has_all_words", "has_beginning",
                                      "has_pattern"};
    struct val_builder *b = val_list_begin(m->a);
    for (size_t i = 0; i < length_of(list); i++) {
        const struct val *c = list->list.item[i];
        struct str uuid = val_get_text(c, "uuid", STR(""));
        bool one = false;
        for (size_t k = 0; k < sizeof ONE / sizeof *ONE; k++) {
            one = one || is(c, "type", ONE[k]);
        }
        if (one && length_of(val_get(c, "arguments")) > 1) {
            c = with(m, c, "arguments", joined(m, val_get(c, "arguments")));
            translate(m, uuid, "arguments", uuid, "arguments", joined);
        }
        val_push(b, c);
    }
    return val_end(b);
}

/* The router keeps one case, of the given test. */
static const struct val *one_case(struct moving *m, const struct val *router, const char *test,
                                  const char *low, const char *high) {
    const struct val *c = val_at_index(val_get(router, "cases"), 0);
    struct val_builder *arguments = val_list_begin(m->a);
    if (low) {
        val_push(arguments, text(m, low));
        val_push(arguments, text(m, high));
    }
    c = with(m, with(m, c, "type", text(m, test)), "arguments", val_end(arguments));
    return with(m, router, "cases", val_list(m->a, &c, 1));
}

/* A node that calls the web splits on the answer's status: 14.1, 14.4.1, 14.4.2. */
static const struct val *move_web_split(struct moving *m, const struct val *router) {
    const struct val *cases = val_get(router, "cases");
    if (m->from < SPEC(14, 4, 1) && length_of(cases)) {
        for (size_t i = 0; i < cases->list.n; i++) {
            struct str uuid = val_get_text(cases->list.item[i], "uuid", STR(""));
            translate(m, uuid, "arguments", uuid, "arguments", NULL);
        }
        router = one_case(m, router, "has_number_between", "200", "299");
        router = with(m, router, "operand", text(m, "@webhook.status"));
    }
    if (is(router, "operand", "@webhook.status")) {
        router = with(m, router, "operand", text(m, "@(default(webhook.status, 0))"));
    }
    return router;
}

/* 14.3: a node that opens a ticket or sends airtime splits on its local. */
static const struct val *move_local_split(struct moving *m, const struct val *router,
                                          const struct val **action, const char *local) {
    struct str operand = val_get_text(router, "operand", STR(""));
    if (!str_starts(operand, STR("@results.")) || !length_of(val_get(router, "cases"))) {
        return router;
    }
    router = one_case(m, router, "has_text", NULL, NULL);
    router = with(m, router, "operand", text(m, local));
    const struct val *name = val_get(*action, "result_name");
    *action = name ? with(m, *action, "result_name", NULL) : *action;
    return name ? with(m, router, "result_name", name) : router;
}

static const struct val *move_router(struct moving *m, const struct val *router,
                                     const struct val **only) {
    if (!val_is(router, VAL_MAP)) {
        return router;
    }
    router = with(m, router, "categories", move_categories(m, val_get(router, "categories")));
    router = m->from < SPEC(13, 6, 0) ? cut_name(m, router, "result_name", 64) : router;
    if (!is(router, "type", "switch")) {
        return router;
    }
    if (m->from < SPEC(14, 3, 1)) {
        router = with(m, router, "cases", move_cases(m, val_get(router, "cases")));
    }
    if (*only && (is(*only, "type", "call_webhook") || is(*only, "type", "call_resthook"))) {
        return move_web_split(m, router);
    }
    if (*only && m->from < SPEC(14, 3, 0) && is(*only, "type", "open_ticket")) {
        return move_local_split(m, router, only, "@locals._new_ticket");
    }
    if (*only && m->from < SPEC(14, 3, 0) && is(*only, "type", "transfer_airtime")) {
        return move_local_split(m, router, only, "@locals._new_transfer");
    }
    return router;
}

static const struct val *move_node(struct moving *m, const struct val *node) {
    const struct val *list = val_get(node, "actions"), *router = val_get(node, "router");
    size_t n = length_of(list);
    const struct val **action = ARENA_ARRAY(m->a, const struct val *, n + 1);
    if (!val_is(node, VAL_MAP)) {
        return node;
    }
    for (size_t i = 0; i < n; i++) {
        action[i] = move_action(m, list->list.item[i]);
    }
    const struct val *only = n == 1 ? action[0] : NULL;
    router = move_router(m, router, &only);
    if (n == 1) {
        action[0] = only;
    }
    node = n ? with(m, node, "actions", val_list(m->a, action, n)) : node;
    return router ? with(m, node, "router", router) : node;
}

/* --- the flow --- */

static const struct val *move_expiry(struct moving *m, const struct val *flow) {
    int64_t minutes = val_get_int(flow, "expire_after_minutes", 0);
    int64_t most = is(flow, "type", "voice") ? 15 : 20160; /* two weeks */
    return minutes > most ? with(m, flow, "expire_after_minutes", val_int(m->a, most)) : flow;
}

static void drop_odd_languages(struct moving *m) {
    const struct val *all = m->locale;
    for (size_t i = 0; val_is(all, VAL_MAP) && i < all->map.n; i++) {
        if (all->map.pair[i].key.n != 3) {
            m->locale = val_with(m->a, m->locale, all->map.pair[i].key, NULL);
        }
    }
}

static const struct val *move_language(struct moving *m, const struct val *flow) {
    if (val_get_text(flow, "language", STR("")).n != 3) {
        flow = with(m, flow, "language", text(m, "und"));
        m->locale = val_is(m->locale, VAL_MAP) ? with(m, m->locale, "und", NULL) : m->locale;
    }
    return flow;
}

static bool read_spec(struct str s, int *ret) {
    int part[3] = {0, 0, 0};
    struct str piece;
    int64_t n;
    for (int i = 0; i < 3 && str_next(&s, '.', &piece); i++) {
        if (!str_to_i64(piece, &n) || n < 0 || n > 99) {
            return false;
        }
        part[i] = (int)n;
    }
    *ret = SPEC(part[0], part[1], part[2]);
    return true;
}

enum rc rapid_migrate(const struct val *flow, struct arena *a, const struct val **ret,
                      struct err *err) {
    struct str spec = val_get_text(flow, "spec_version", STR(""));
    struct moving m = {.a = a, .locale = val_get(flow, "localization")};
    if (!val_is(flow, VAL_MAP)) {
        return err_set(err, E_INVALID, "a flow must be a JSON object");
    }
    if (spec.n == 0 || !read_spec(spec, &m.from) || m.from < SPEC(13, 0, 0)) {
        return err_set(err, E_UNSUPPORTED,
                       "flows older than spec 13 are not supported (this one: '%.*s'); open "
                       "and save it in the other system, then export it again",
                       STR_ARG(spec));
    }
    if (m.from >= SPEC(15, 0, 0)) {
        return err_set(err, E_UNSUPPORTED, "spec %.*s is newer than %s", STR_ARG(spec),
                       RAPID_SPEC);
    }
    const struct val *nodes = val_get(flow, "nodes");
    flow = m.from < SPEC(13, 2, 0) ? move_language(&m, flow) : flow;
    if (m.from < SPEC(13, 3, 0)) {
        nodes = nodes ? rewrite(&m, nodes) : nodes;
        m.locale = m.locale ? rewrite(&m, m.locale) : m.locale;
    }
    struct val_builder *b = val_list_begin(a);
    for (size_t i = 0; i < length_of(nodes); i++) {
        val_push(b, move_node(&m, nodes->list.item[i]));
    }
    flow = m.from < SPEC(14, 0, 0) ? move_expiry(&m, flow) : flow;
    if (m.from < SPEC(14, 2, 0)) {
        drop_odd_languages(&m);
    }
    flow = with(&m, flow, "nodes", val_end(b));
    flow = m.locale ? with(&m, flow, "localization", m.locale) : flow;
    *ret =
        m.from < SPEC(14, 4, 2) ? with(&m, flow, "spec_version", text(&m, RAPID_SPEC)) : flow;
    return OK;
}
