/* cmd_query.c - rebond query: checks searches for contacts and tries them, from JSON lines. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/query.h"
#include "cli/command.h"
#include "cli/env_json.h"

/* --- the workspace that the fixtures describe --- */

static enum query_type field_type(void *ctx, struct str key) {
    const struct val *type = val_get_str(val_get(ctx, "fields"), key);
    if (!val_is(type, VAL_TEXT)) {
        return QUERY_NONE;
    }
    bool number = str_is(type->text, "number"), date = str_is(type->text, "datetime");
    return number ? QUERY_NUMBER : date ? QUERY_DATETIME : QUERY_TEXT;
}

static bool list_has(const struct val *list, struct str name) {
    for (size_t i = 0; val_is(list, VAL_LIST) && i < list->list.n; i++) {
        if (val_is(list->list.item[i], VAL_TEXT) &&
            str_eq_nocase(list->list.item[i]->text, name)) {
            return true;
        }
    }
    return false;
}

static bool has_group(void *ctx, struct str name) {
    return list_has(val_get(ctx, "groups"), name);
}

static bool has_flow(void *ctx, struct str name) {
    return list_has(val_get(ctx, "flows"), name);
}

static struct query_schema schema_of(const struct val *fixture) {
    return (struct query_schema){field_type, has_group, has_flow, (void *)(uintptr_t)fixture};
}

/* --- the contact that they describe --- */

struct contact {
    const struct val *fixture;
    const struct expr_env *env;
};

static size_t add_all(const struct val *list, const struct val **out, size_t n, size_t max) {
    for (size_t i = 0; val_is(list, VAL_LIST) && i < list->list.n && n < max; i++) {
        out[n++] = list->list.item[i];
    }
    return n;
}

static size_t values_of(void *ctx, enum query_kind kind, struct str key, struct arena *a,
                        const struct val *const **ret) {
    enum { VALUES_MAX = 1000 };
    const struct contact *c = ctx;
    const struct val *contact = val_get(c->fixture, "contact"),
                     *urns = val_get(contact, "urns");
    const struct val **out = ARENA_ARRAY(a, const struct val *, VALUES_MAX);
    size_t n = 0;
    if (kind == QUERY_FIELD) {
        n = add_all(val_get_str(val_get(contact, "fields"), key), out, n, VALUES_MAX);
    } else if (kind == QUERY_URN) {
        n = add_all(val_get_str(urns, key), out, n, VALUES_MAX);
    } else if (str_is(key, "urn")) {
        for (size_t i = 0; val_is(urns, VAL_MAP) && i < urns->map.n; i++) {
            n = add_all(urns->map.pair[i].val, out, n, VALUES_MAX);
        }
    } else {
        n = add_all(val_get_str(contact, key), out, n, VALUES_MAX);
    }
    bool dates = kind == QUERY_FIELD
                     ? field_type((void *)(uintptr_t)c->fixture, key) == QUERY_DATETIME
                     : str_ends(key, STR("_on"));
    for (size_t i = 0; i < n && dates; i++) {
        struct instant at;
        if (val_is(out[i], VAL_TEXT) &&
            expr_read_datetime(out[i]->text, c->env, a, &at) == OK) {
            out[i] = val_at(a, at);
        }
    }
    *ret = out;
    return n;
}

/* --- one line --- */

static void put_parse(struct val_builder *out, const struct val *in, struct expr_env *env,
                      const struct env_json_files *s, struct arena *a) {
    struct query_schema schema = schema_of(val_get(s->fixtures, "contact_query_parse"));
    const struct query *q;
    struct err err = {0};
    env->redact_urns = val_get_bool(in, "redact_urns", env->redact_urns);
    bool checked = val_get_bool(in, "has_schema", true);
    if (query_parse(val_get_text(in, "query", STR("")), env, checked ? &schema : NULL, a, &q,
                    &err) == OK) {
        val_put(out, "parsed", val_text(a, query_text(q, a)));
        val_put(out, "error", val_bool(false));
    } else {
        val_put(out, "error", val_bool(true));
        val_put(out, "error_text", val_textz(a, err.text));
    }
}

static void put_eval(struct val_builder *out, const struct val *in, const struct expr_env *env,
                     const struct env_json_files *s, struct arena *a) {
    const struct val *fixture = val_get(s->fixtures, "contact_query_eval");
    struct query_schema schema = schema_of(fixture);
    struct contact c = {fixture, env};
    struct query_source source = {values_of, &c};
    const struct query *q;
    struct err err = {0};
    if (query_parse(val_get_text(in, "query", STR("")), env, &schema, a, &q, &err) == OK) {
        val_put(out, "result", val_bool(query_matches(q, &source, env, a)));
    } else {
        val_put(out, "error", val_bool(true));
        val_put(out, "error_text", val_textz(a, err.text));
    }
}

static const struct val *query_line(const struct val *in, void *ctx, struct arena *a) {
    const struct env_json_files *s = ctx;
    struct val_builder *out = val_map_begin(a);
    struct expr_env env;
    struct err err = {0};
    val_put(out, "id", val_get(in, "id"));
    if (env_json_read(s->environments, val_get(in, "env"), a, &env, &err) != OK) {
        val_put(out, "error", val_bool(true));
        val_put(out, "error_text", val_textz(a, err.text));
    } else if (str_is(val_get_text(in, "kind", STR("")), "contact_query_eval")) {
        put_eval(out, in, &env, s, a);
    } else {
        put_parse(out, in, &env, s, a);
    }
    return val_end(out);
}

static int run(int argc, char **argv) {
    return env_json_main(argc, argv, "query", query_line);
}

const struct command CMD_QUERY = {
    .name = "query",
    .usage = "[--fixtures FICHIER] [--environments FICHIER]",
    .summary = "vérifier et essayer des recherches de contacts (« age >= 18 AND name ~ lea »)",
    .help = "  JSON lines on standard input, one result a line on standard output:\n"
            "  {\"id\", \"kind\": \"contact_query_parse\", \"env\", \"query\", \"has_schema\", "
            "\"redact_urns\"}\n"
            "      gives {\"id\", \"parsed\"} or {\"id\", \"error\", \"error_text\"}\n"
            "  {\"id\", \"kind\": \"contact_query_eval\", \"env\", \"query\"} gives {\"id\", "
            "\"result\"}\n"
            "  The fixtures tell the fields, groups, flows and the contact.",
    .run = run,
};
