/* bench_expr.c - what it costs to evaluate a compiled template, and to compile it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/bench/bench.h"

#include "base/file.h"
#include "base/json.h"
#include "bot/expr/expr.h"

#define OURS                                                                                   \
    "Bonjour @contact.first_name, @(upper(contact.name)) : "                                   \
    "@(if(fields.age >= 18, \"adulte\", \"mineur\"))"
#define OURS_CONTEXT                                                                           \
    "{\"contact\":{\"name\":\"Awa Diallo\",\"first_name\":\"Awa\"},\"fields\":{\"age\":17}}"

struct subject {
    struct str source, expected;
    const struct val *context;
    struct arena a;
};

/* {"t": type, "v": value} of the conformance files to a plain value. */
static const struct val *plain(const struct val *v, struct arena *a) {
    const struct val *inner = val_get(v, "v");
    struct str type = val_get_text(v, "t", STR("")), text = val_get_text(v, "v", STR(""));
    if (str_is(type, "object")) {
        struct val_builder *b = val_map_begin(a);
        for (size_t i = 0; val_is(inner, VAL_MAP) && i < inner->map.n; i++) {
            val_put_str(b, inner->map.pair[i].key, plain(inner->map.pair[i].val, a));
        }
        return val_end(b);
    }
    int64_t n;
    return str_is(type, "number") && str_to_i64(text, &n) ? val_int(a, n) : inner;
}

static const struct val *parse(struct str text, struct arena *a) {
    const struct val *v;
    struct err err = {0};
    if (json_parse(text, a, &v, &err) != OK) {
        bench_die("context", err.text);
    }
    return v;
}

/* The template of $REBOND_CONFORMANCE/bench/registration.json, else our own. */
static void choose(struct subject *s) {
    const char *folder = getenv("REBOND_CONFORMANCE");
    struct str text;
    struct err err = {0};
    arena_init(&s->a);
    s->source = STR(OURS);
    s->context = parse(STR(OURS_CONTEXT), &s->a);
    if (!folder) {
        return;
    }
    struct str path = arena_printf(&s->a, "%s/bench/registration.json", folder);
    if (file_read(path.p, 1 << 20, &s->a, &text, &err) != OK) {
        return;
    }
    const struct val *t = val_get(parse(text, &s->a), "template"), *all = val_get(t, "context");
    struct val_builder *b = val_map_begin(&s->a);
    for (size_t i = 0; val_is(all, VAL_MAP) && i < all->map.n; i++) {
        val_put_str(b, all->map.pair[i].key, plain(all->map.pair[i].val, &s->a));
    }
    s->source = val_get_text(t, "template", s->source);
    s->expected = val_get_text(t, "text", STR_EMPTY);
    s->context = val_end(b);
}

static const struct val *root(void *ctx, struct str name, struct arena *a) {
    (void)a;
    return val_get_str(ctx, name);
}

static bool is_root(void *ctx, struct str name) {
    return val_get_str(ctx, name) != NULL;
}

static const struct tmpl *compile(const struct subject *s, struct arena *a) {
    const struct tmpl *t;
    struct err err = {0};
    if (tmpl_compile(s->source, is_root, (void *)(uintptr_t)s->context, a, &t, &err) != OK) {
        bench_die("template", err.text);
    }
    return t;
}

static struct str evaluate(const struct subject *s, const struct tmpl *t, struct arena *a) {
    struct expr_env env = {.language = STR("fra"), .country = STR("FR")};
    struct expr_scope scope = {.env = &env,
                               .root = root,
                               .ctx = (void *)(uintptr_t)s->context,
                               .a = a,
                               .fuel = EXPR_FUEL};
    struct str ret = STR_EMPTY;
    struct err err = {0};
    if (tmpl_text(t, &scope, &ret, &err) != OK) {
        bench_die("evaluation", err.text);
    }
    return ret;
}

int main(int argc, char **argv) {
    struct subject s = {0};
    struct arena turn, program;
    double compiles[BENCH_ROUNDS], evaluations[BENCH_ROUNDS];
    /* "ir N" compiles N times, "ir -N" evaluates N times */
    long ir = bench_mode(argc, argv), n = ir ? labs(ir) : 20000;
    choose(&s);
    arena_init(&turn);
    arena_init(&program);
    const struct tmpl *t = compile(&s, &program);
    struct str text = evaluate(&s, t, &turn);
    if (s.expected.n && !str_eq(text, s.expected)) {
        bench_die("evaluation", "not the text expected");
    }
    for (int r = 0; r < (ir ? 1 : BENCH_ROUNDS); r++) {
        double at = bench_cpu_us();
        for (long i = 0; i < n && ir >= 0; i++) {
            arena_reset(&turn);
            compile(&s, &turn);
        }
        compiles[r] = (bench_cpu_us() - at) / (double)n;
        at = bench_cpu_us();
        for (long i = 0; i < n && ir <= 0; i++) {
            arena_reset(&turn);
            evaluate(&s, t, &turn);
        }
        evaluations[r] = (bench_cpu_us() - at) / (double)n;
    }
    if (!ir) {
        bench_say("compile_us", bench_median(compiles, BENCH_ROUNDS));
        bench_say("evaluate_us", bench_median(evaluations, BENCH_ROUNDS));
    }
    arena_done(&turn);
    arena_done(&program);
    arena_done(&s.a);
    return 0;
}
