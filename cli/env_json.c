/* env_json.c - environments and typed values as JSON: what eval, query and flow run read and
 * write. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/env_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "bot/expr/datewrite.h"
#include "bot/expr/functions.h"
#include "bot/expr/sink.h"
#include "bot/expr/whenread.h"
#include "cli/options.h"

#define FILE_MAX (64 * 1024 * 1024)
#define TYPED_DEPTH_MAX 100

enum rc env_json_load(const char *path, struct arena *a, const struct val **ret,
                      struct err *err) {
    struct str text;
    enum rc rc = file_read(path, FILE_MAX, a, &text, err);
    return rc == OK ? json_parse(text, a, ret, err) : rc;
}

static const struct val *entry_of(const struct val *all, struct str id) {
    for (size_t i = 0; val_is(all, VAL_LIST) && i < all->list.n; i++) {
        if (str_eq(val_get_text(all->list.item[i], "id", STR("")), id)) {
            return all->list.item[i];
        }
    }
    return NULL;
}

static struct instant present(void) {
    struct clock c;
    clock_real(&c);
    int64_t ms = clock_now(&c);
    return (struct instant){.sec = ms / 1000, .nsec = (int32_t)(ms % 1000) * 1000000};
}

static enum expr_collation collation_of(struct str name) {
    if (str_is(name, "confusables")) {
        return EXPR_COLLATE_CONFUSABLES;
    }
    bool arabic = str_is(name, "arabic_variants") || str_is(name, "arabic_farsi");
    return arabic ? EXPR_COLLATE_ARABIC : EXPR_COLLATE_DEFAULT;
}

static void read_languages(const struct val *env, struct arena *a, struct expr_env *ret) {
    const struct val *list = val_get(env, "allowed_languages");
    size_t n = val_is(list, VAL_LIST) ? list->list.n : 0;
    struct str *language = ARENA_ARRAY(a, struct str, n);
    for (size_t i = 0; i < n; i++) {
        language[i] = val_is(list->list.item[i], VAL_TEXT) ? list->list.item[i]->text : STR("");
    }
    ret->allowed_language = language;
    ret->allowed_languages = n;
    ret->language = val_get_text(env, "default_language", n ? language[0] : STR(""));
}

enum rc env_json_read(const struct val *all, const struct val *env, struct arena *a,
                      struct expr_env *ret, struct err *err) {
    if (val_is(env, VAL_TEXT)) {
        struct str id = env->text;
        env = entry_of(all, id);
        if (!env) {
            return err_set(err, E_INVALID, "no environment '%.*s'", STR_ARG(id));
        }
    }
    struct str zone = val_get_text(env, "timezone", STR("UTC"));
    *ret = (struct expr_env){
        .date_format = val_get_text(env, "date_format", STR("YYYY-MM-DD")),
        .time_format = val_get_text(env, "time_format", STR("tt:mm")),
        .country = val_get_text(env, "default_country", STR("")),
        .collation = collation_of(val_get_text(env, "input_collation", STR(""))),
        .redact_urns = str_is(val_get_text(env, "redaction_policy", STR("")), "urns"),
        .french = val_get_bool(env, "french", false),
        .now = present(),
    };
    bool fr = ret->french;
    ret->decimal_symbol = val_get_text(env, "decimal_symbol", fr ? STR_EMPTY : STR("."));
    ret->grouping_symbol =
        val_get_text(env, "digit_grouping_symbol", fr ? STR_EMPTY : STR(","));
    if (val_is(val_get(env, "locations"), VAL_LIST)) {
        ret->locations = val_get(env, "locations");
    }
    read_languages(env, a, ret);
    struct str now = val_get_text(env, "now", STR(""));
    if (zone_get(zone, &ret->zone, err) != OK) {
        return E_INVALID;
    }
    if (now.n && !whenread_iso(now, NULL, &ret->now)) {
        return err_set(err, E_INVALID, "now is no time: '%.*s'", STR_ARG(now));
    }
    return OK;
}

/* --- typed values in --- */

static const struct val *value_in(const struct val *typed, const struct expr_env *env,
                                  struct arena *a, int depth);

static const struct val *list_in(const struct val *v, const struct expr_env *env,
                                 struct arena *a, int depth) {
    struct val_builder *b = val_list_begin(a);
    for (size_t i = 0; val_is(v, VAL_LIST) && i < v->list.n; i++) {
        val_push(b, value_in(v->list.item[i], env, a, depth + 1));
    }
    return val_end(b);
}

static const struct val *map_in(const struct val *typed, const struct expr_env *env,
                                struct arena *a, int depth) {
    struct val_builder *b = val_map_begin(a);
    const struct val *v = val_get(typed, "v"), *fallback = val_get(typed, "default");
    for (size_t i = 0; val_is(v, VAL_MAP) && i < v->map.n; i++) {
        val_put_str(b, v->map.pair[i].key, value_in(v->map.pair[i].val, env, a, depth + 1));
    }
    const struct val *map = val_end(b);
    return val_is(fallback, VAL_MAP)
               ? expr_object(a, map, value_in(fallback, env, a, depth + 1))
               : map;
}

static const struct val *when_in(struct str type, struct str s, const struct expr_env *env,
                                 struct arena *a) {
    struct date d;
    struct instant i;
    struct datewrite_read r;
    if (str_is(type, "date") && date_parse_iso(s, &d)) {
        return val_date(a, d);
    }
    if (str_is(type, "datetime") && whenread_iso(s, env->zone, &i)) {
        return val_at(a, i);
    }
    if (str_is(type, "time") &&
        datewrite_parse(s, STR("tt:mm:ss.fffffffff"), DATEWRITE_TIME, &r) == OK) {
        return val_time(a, r.parts.tod);
    }
    return NULL;
}

static const struct val *value_in(const struct val *typed, const struct expr_env *env,
                                  struct arena *a, int depth) {
    struct str t = val_get_text(typed, "t", STR("null"));
    const struct val *v = val_get(typed, "v");
    struct str s = val_is(v, VAL_TEXT) ? v->text : STR("");
    struct dec d;
    if (depth > TYPED_DEPTH_MAX || str_is(t, "null")) {
        return &VAL_NIL;
    }
    if (str_is(t, "text")) {
        return val_text(a, s);
    }
    if (str_is(t, "boolean")) {
        return val_bool(val_is(v, VAL_BOOL) && v->b);
    }
    if (str_is(t, "number")) {
        return val_is(v, VAL_NUMBER) ? v : dec_parse(s, &d) == OK ? val_num(a, d) : &VAL_NIL;
    }
    if (str_is(t, "array")) {
        return list_in(v, env, a, depth);
    }
    if (str_is(t, "object")) {
        return map_in(typed, env, a, depth);
    }
    if (str_is(t, "error")) {
        return val_error(a, "%.*s", STR_ARG(s));
    }
    if (str_is(t, "function")) {
        const struct builtin *b = functions_find(s);
        return b ? functions_value(b, a) : val_error(a, "no function '%.*s'", STR_ARG(s));
    }
    const struct val *when = when_in(t, s, env, a);
    return when ? when : val_error(a, "no value of type '%.*s'", STR_ARG(t));
}

const struct val *env_json_value(const struct val *typed, const struct expr_env *env,
                                 struct arena *a) {
    return value_in(typed, env, a, 0);
}

/* --- and out --- */

static struct str layout_text(const char *layout, enum datewrite_kind kind,
                              struct datewrite_parts p, struct arena *a) {
    struct sink out;
    struct str bad;
    sink_init(&out, a);
    datewrite_layout(str_from(layout), kind, &p, STR("eng"), &out, &bad);
    return sink_view(&out);
}

/* RFC 3339 with as many decimals as there are. */
static struct str instant_text(struct instant i, struct arena *a) {
    struct datewrite_parts p = datewrite_parts_of(i);
    struct str s = layout_text("YYYY-MM-DDTtt:mm:ss", DATEWRITE_DATETIME, p, a);
    struct str fraction = layout_text(".fffffffff", DATEWRITE_TIME, p, a);
    while (fraction.n && fraction.p[fraction.n - 1] == '0') {
        fraction.n--;
    }
    struct str offset = layout_text("Z", DATEWRITE_DATETIME, p, a);
    fraction.n = fraction.n == 1 ? 0 : fraction.n;
    return arena_printf(a, "%.*s%.*s%.*s", STR_ARG(s), STR_ARG(fraction), STR_ARG(offset));
}

static const struct val *typed_out(const struct val *v, struct arena *a, int depth);

static const struct val *members_out(const struct val *v, struct arena *a, int depth) {
    struct val_builder *b = v->type == VAL_LIST ? val_list_begin(a) : val_map_begin(a);
    for (size_t i = 0; v->type == VAL_LIST && i < v->list.n; i++) {
        val_push(b, typed_out(v->list.item[i], a, depth + 1));
    }
    for (size_t i = 0; v->type == VAL_MAP && i < v->map.n; i++) {
        val_put_str(b, v->map.pair[i].key, typed_out(v->map.pair[i].val, a, depth + 1));
    }
    return val_end(b);
}

static const struct val *plain_out(const struct val *v, struct arena *a, int depth,
                                   const char **type) {
    struct datewrite_parts p = {.offset = 0};
    switch (v->type) {
    case VAL_BOOL:
        *type = "boolean";
        return v;
    case VAL_NUMBER:
        *type = "number";
        return val_text(a, dec_text(v->num, a));
    case VAL_TEXT:
        *type = "text";
        return v;
    case VAL_DATE:
        *type = "date";
        return val_text(a, date_iso(v->date, a));
    case VAL_TIME:
        *type = "time";
        p.tod = v->tod;
        return val_text(a, layout_text("tt:mm:ss.fffffffff", DATEWRITE_TIME, p, a));
    case VAL_DATETIME:
        *type = "datetime";
        return val_text(a, instant_text(v->at, a));
    case VAL_LIST:
    case VAL_MAP:
        *type = v->type == VAL_LIST ? "array" : "object";
        return members_out(v, a, depth);
    case VAL_FUNC:
        *type = "function";
        return val_textz(a, v->func->builtin ? v->func->builtin->doc.name : "<anon>");
    case VAL_ERROR:
        *type = "error";
        return val_text(a, v->error);
    case VAL_NULL:
        break;
    }
    *type = "null";
    return NULL;
}

static const struct val *typed_out(const struct val *v, struct arena *a, int depth) {
    const char *type = "null";
    const struct val *plain =
        depth < TYPED_DEPTH_MAX && v ? plain_out(v, a, depth, &type) : NULL;
    struct val_builder *b = val_map_begin(a);
    val_put(b, "t", val_textz(a, type));
    val_put(b, "v", plain);
    if (v && v->type == VAL_MAP && v->map.fallback && depth < TYPED_DEPTH_MAX) {
        val_put(b, "default", typed_out(v->map.fallback, a, depth + 1));
    }
    return val_end(b);
}

const struct val *env_json_typed(const struct val *v, struct arena *a) {
    return typed_out(v, a, 0);
}

/* --- lines --- */

int env_json_lines(const struct val *(*line)(const struct val *in, void *ctx, struct arena *a),
                   void *ctx) {
    char *room = NULL;
    size_t cap = 0;
    struct str text;
    struct arena a;
    int status = 0;
    enum rc rc;
    arena_init(&a);
    for (int number = 1; (rc = file_line(stdin, &room, &cap, ENV_JSON_LINE_MAX, &text)) == OK;
         number++) {
        const struct val *in;
        struct err err = {0};
        if (str_trim(text).n == 0) {
            continue;
        }
        if (json_parse(text, &a, &in, &err) != OK) {
            fprintf(stderr, "rebond: line %d: %s\n", number, err.text);
            status = 2;
            continue;
        }
        struct buf out;
        buf_init(&out, 2 * ENV_JSON_LINE_MAX);
        json_write(line(in, ctx, &a), &out);
        puts(buf_cstr(&out));
        buf_done(&out);
        arena_reset(&a);
    }
    if (rc != NONE) {
        fprintf(stderr, "rebond: a line is longer than %d bytes\n", ENV_JSON_LINE_MAX);
        status = 2;
    }
    free(room);
    arena_done(&a);
    return fflush(stdout) == 0 ? status : 2;
}

int env_json_main(int argc, char **argv, const char *call,
                  const struct val *(*line)(const struct val *in, void *ctx, struct arena *a)) {
    static const struct val NOTHING = {.type = VAL_MAP};
    struct env_json_files f = {NULL, &NOTHING};
    struct arena a;
    struct err err = {0};
    int status = -1;
    arena_init(&a);
    for (int i = 1; i < argc && status < 0; i += 2) {
        bool fixtures = strcmp(argv[i], "--fixtures") == 0;
        if (i + 1 == argc || (!fixtures && strcmp(argv[i], "--environments") != 0)) {
            status = options_fail("%s [--fixtures FICHIER] [--environments FICHIER]", call);
        } else if (env_json_load(argv[i + 1], &a, fixtures ? &f.fixtures : &f.environments,
                                 &err) != OK) {
            status = options_fail("%s: %s", argv[i + 1], err.text);
        }
    }
    status = status < 0 ? env_json_lines(line, &f) : status;
    arena_done(&a);
    return status;
}
