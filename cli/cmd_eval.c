/* cmd_eval.c - rebond eval: runs expressions, one by hand or many from JSON lines. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <string.h>

#include "base/id.h"
#include "base/json.h"
#include "base/text.h"
#include "bot/expr/expr.h"
#include "bot/expr/words.h"
#include "cli/command.h"
#include "cli/env_json.h"
#include "cli/options.h"

/* What every line shares. */
struct evaluation {
    const struct val *environments;
    uint64_t random;
};

static bool has_root(void *ctx, struct str name) {
    return val_get_nocase(ctx, name) != NULL;
}

/* Values of one line: typed as they came, made when first asked for. */
struct context {
    const struct val *typed;
    const struct expr_env *env;
};

static const struct val *root(void *ctx, struct str name, struct arena *a) {
    const struct context *c = ctx;
    const struct val *typed = val_get_nocase(c->typed, name);
    return typed ? env_json_value(typed, c->env, a) : NULL;
}

static void put_template(struct val_builder *out, const struct val *in,
                         const struct expr_env *env, struct arena *a) {
    static const struct val NOTHING = {.type = VAL_MAP};
    const struct val *names = val_get(in, "context");
    struct context c = {names ? names : &NOTHING, env};
    struct expr_scope scope = {env, root, &c, a, EXPR_FUEL};
    const struct tmpl *t;
    struct err err = {0};
    struct str text = STR("");
    enum rc rc = tmpl_compile(val_get_text(in, "template", STR("")), has_root,
                              (void *)(uintptr_t)c.typed, a, &t, &err);
    if (rc == OK) {
        rc = tmpl_text(t, &scope, &text, &err);
        scope.fuel = EXPR_FUEL;
        val_put(out, "value", env_json_typed(tmpl_value(t, &scope), a));
    }
    val_put(out, "text", val_text(a, text));
    val_put(out, "error", val_bool(rc != OK));
    if (rc != OK) {
        val_put(out, "error_text", val_textz(a, err.text));
    }
}

static const struct val *tokens(struct str s, struct arena *a) {
    const struct str *word;
    size_t n = expr_tokenize(s, a, &word);
    struct val_builder *b = val_list_begin(a);
    for (size_t i = 0; i < n; i++) {
        val_push(b, val_text(a, word[i]));
    }
    return val_end(b);
}

static void put_util(struct val_builder *out, const struct val *in, struct arena *a) {
    struct str name = val_get_text(in, "name", STR("")), s = val_get_text(in, "input", STR(""));
    if (str_is(name, "snakify")) {
        val_put(out, "result", val_text(a, expr_snakify(s, a)));
    } else if (str_is(name, "tokenize")) {
        val_put(out, "result", tokens(s, a));
    } else if (str_is(name, "collate_equals")) {
        struct expr_env env;
        struct val_builder *b = val_map_begin(a);
        val_put(b, "input_collation", val_get(in, "collation"));
        bool same =
            env_json_read(NULL, val_end(b), a, &env, NULL) == OK &&
            expr_collate_equals(s, val_get_text(in, "other", STR("")), env.collation, a);
        val_put(out, "result", val_bool(same));
    } else {
        val_put(out, "error", val_bool(true));
        val_put(out, "error_text",
                val_error(a, "unknown tool")->error.n ? val_textz(a, "unknown tool") : NULL);
    }
}

static const struct val *eval_line(const struct val *in, void *ctx, struct arena *a) {
    struct evaluation *all = ctx;
    struct val_builder *out = val_map_begin(a);
    struct expr_env env;
    struct err err = {0};
    val_put(out, "id", val_get(in, "id"));
    if (!val_get(in, "template")) {
        put_util(out, in, a);
    } else if (env_json_read(all->environments, val_get(in, "env"), a, &env, &err) == OK) {
        env.random = &all->random;
        put_template(out, in, &env, a);
    } else {
        val_put(out, "error", val_bool(true));
        val_put(out, "error_text", val_textz(a, err.text));
    }
    return val_end(out);
}

/* One template given by hand, in French and in Paris, with no names. */
static int eval_one(const char *source, struct evaluation *all) {
    struct arena a;
    struct expr_env env;
    struct err err = {0};
    char line[1200];
    arena_init(&a);
    struct val_builder *b = val_map_begin(&a);
    val_put(b, "french", val_bool(true));
    val_put(b, "timezone", val_textz(&a, "Europe/Paris"));
    val_put(b, "date_format", val_textz(&a, "DD-MM-YYYY"));
    val_put(b, "default_country", val_textz(&a, "FR"));
    val_put(b, "default_language", val_textz(&a, "fra"));
    enum rc rc = env_json_read(NULL, val_end(b), &a, &env, &err);
    env.random = &all->random;
    struct expr_scope scope = {&env, NULL, NULL, &a, EXPR_FUEL};
    static const struct val NOTHING = {.type = VAL_MAP};
    const struct tmpl *t;
    struct str text = STR("");
    if (rc == OK) {
        rc = tmpl_compile(text_repair(str_from(source), &a), has_root,
                          (void *)(uintptr_t)&NOTHING, &a, &t, &err);
    }
    if (rc == OK) {
        rc = tmpl_text(t, &scope, &text, &err);
    }
    printf("%.*s\n", STR_ARG(text));
    if (rc != OK) {
        fprintf(stderr, "rebond: %s\n", err_format(&err, line, sizeof line));
    }
    arena_done(&a);
    return rc == OK ? 0 : 1;
}

static int list_functions(void) {
    const struct expr_function *f;
    for (size_t i = 0; (f = expr_function_at(i)) != NULL; i++) {
        printf("%s(%s)\n    %s\n    %s\n", f->name, f->args, f->fr, f->en);
    }
    return 0;
}

static int run(int argc, char **argv) {
    struct evaluation all = {0};
    struct arena a;
    struct err err = {0};
    id_random(&all.random, sizeof all.random);
    if (argc == 2 && strcmp(argv[1], "--functions") == 0) {
        return list_functions();
    }
    if (argc == 2 && argv[1][0] != '-') {
        return eval_one(argv[1], &all);
    }
    if (argc != 1 && (argc != 3 || strcmp(argv[1], "--environments") != 0)) {
        return options_fail("eval [--environments FICHIER] | --functions | \"@(expression)\"");
    }
    arena_init(&a);
    int status = 2;
    if (argc == 3 && env_json_load(argv[2], &a, &all.environments, &err) != OK) {
        options_fail("%s: %s", argv[2], err.text);
    } else {
        status = env_json_lines(eval_line, &all);
    }
    arena_done(&a);
    return status;
}

const struct command CMD_EVAL = {
    .name = "eval",
    .usage = "[--environments FICHIER] | --functions | \"TEXTE\"",
    .summary = "calculer des expressions (« @(upper(\"oui\")) »)",
    .help =
        "  \"TEXT\"                one text with expressions, in French, in Paris\n"
        "  --functions           the reference of functions and tests\n"
        "  --environments FILE   JSON lines on standard input, one result a line on standard "
        "output:\n"
        "                        {\"id\", \"env\", \"template\", \"context\": {name: {\"t\", "
        "\"v\"}}} gives\n"
        "                        {\"id\", \"text\", \"value\", \"error\", \"error_text\"};\n"
        "                        {\"id\", \"kind\": \"util\", \"name\": snakify | tokenize | "
        "collate_equals, \"input\"}\n"
        "                        gives {\"id\", \"result\"}",
    .run = run,
};
