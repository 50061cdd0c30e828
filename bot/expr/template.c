/* template.c - texts with @names and @(expressions): cut into parts once, put together many
 * times. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/template_priv.h"

#include <string.h>

#include "base/text.h"
#include "base/text_form.h"
#include "bot/expr/convert.h"
#include "bot/expr/lexer.h"
#include "bot/expr/numread.h"
#include "bot/expr/parser.h"
#include "bot/expr/whenread.h"

struct builder {
    struct str source;
    struct parser_roots roots;
    struct arena *a;
    struct part *part;
    size_t n, cap;
    size_t body; /* where the literal text not yet written begins */
};

static struct part *add_part(struct builder *b) {
    if (b->n == b->cap) {
        size_t cap = b->cap ? b->cap * 2 : 4;
        struct part *more = ARENA_ARRAY(b->a, struct part, cap);
        if (b->n) {
            memcpy(more, b->part, b->n * sizeof *more);
        }
        b->part = more;
        b->cap = cap;
    }
    return &b->part[b->n++];
}

static void flush_body(struct builder *b, size_t end) {
    if (end > b->body) {
        *add_part(b) = (struct part){.text = str_sub(b->source, b->body, end - b->body)};
    }
}

static void add_expression(struct builder *b, struct str whole, struct str inner, size_t at) {
    struct part p = {
        .is_expression = true, .text = whole, .at = (size_t)(whole.p - b->source.p)};
    struct parser_error error;
    p.node = parser_parse(inner, at, &b->roots, b->a, &error);
    if (!p.node) {
        struct val *v = ARENA_NEW(b->a, struct val);
        v->type = VAL_ERROR;
        v->error = error.text;
        p.syntax_error = v;
        p.error_at = error.at;
    }
    *add_part(b) = p;
}

/* From "@(" to its ")": texts in quotes protect brackets. The end, or SIZE_MAX when it never
 * closes. */
static size_t expression_end(struct str s, size_t from) {
    int depth = 1;
    for (size_t i = from + 2; i < s.n; i++) {
        char c = s.p[i];
        if (c == '"') {
            i = lexer_skip_quoted(s, i);
            if (i == SIZE_MAX) {
                return SIZE_MAX;
            }
            i--;
        } else if (c == '(') {
            depth++;
        } else if (c == ')' && --depth == 0) {
            return i + 1;
        }
    }
    return SIZE_MAX;
}

static bool is_name_char(uint32_t cp) {
    return cp == '_' || text_is_letter(cp) || text_form_is_number(cp);
}

/* The end of "a.b.c" from `from`; a point counts only when a name follows. *top: end of its
 * first part. */
static size_t identifier_end(struct str s, size_t from, size_t *top) {
    size_t end = from;
    *top = 0;
    for (size_t i = from; i < s.n;) {
        size_t next = i;
        uint32_t cp = text_next(s, &next);
        if (cp == '.') {
            size_t peek = next;
            if (next >= s.n || !is_name_char(text_next(s, &peek))) {
                break;
            }
            *top = *top ? *top : i;
        } else if (!is_name_char(cp)) {
            break;
        }
        i = end = next;
    }
    *top = *top ? *top : end;
    return end;
}

static bool known_root(const struct builder *b, struct str name) {
    return !b->roots.is_root || b->roots.is_root(b->roots.ctx, parser_fold_name(name, b->a));
}

/* What stands at the "@" of byte i. Returns where to go on. */
static size_t scan_at(struct builder *b, size_t i) {
    struct str s = b->source;
    if (i + 1 >= s.n) {
        return s.n;
    }
    if (s.p[i + 1] == '@') { /* @@ writes one @ */
        flush_body(b, i + 1);
        b->body = i + 2;
        return i + 2;
    }
    size_t end, next = i + 1;
    if (s.p[i + 1] == '(') {
        end = expression_end(s, i);
        if (end == SIZE_MAX) {
            return s.n; /* never closed: literal to the end */
        }
        flush_body(b, i);
        add_expression(b, str_sub(s, i, end - i), str_sub(s, i + 2, end - i - 3), i + 2);
        b->body = end;
        return end;
    }
    if (!is_name_char(text_next(s, &next))) {
        return i + 1;
    }
    size_t top;
    end = identifier_end(s, i + 1, &top);
    if (known_root(b, str_sub(s, i + 1, top - i - 1))) {
        flush_body(b, i);
        add_expression(b, str_sub(s, i, end - i), str_sub(s, i + 1, end - i - 1), i + 1);
        b->body = end;
    }
    return end;
}

/* All parts in a row: the text itself when none is an expression. */
static struct str literal_text(const struct builder *b) {
    struct sink out;
    sink_init(&out, b->a);
    for (size_t i = 0; i < b->n; i++) {
        if (b->part[i].is_expression) {
            return STR_EMPTY;
        }
        sink_add(&out, b->part[i].text);
    }
    return sink_view(&out);
}

static struct tmpl *finish(struct builder *b) {
    struct tmpl *t = ARENA_NEW(b->a, struct tmpl);
    t->source = b->source;
    t->part = b->part;
    t->n = b->n;
    t->constant = literal_text(b);
    return t;
}

static bool is_blank(const struct part *p) {
    return !p->is_expression && text_form_trim(p->text).n == 0;
}

/* One expression, and around it nothing but white space. */
static const struct part *lone_part(const struct builder *b) {
    const struct part *found = NULL;
    for (size_t i = 0; i < b->n; i++) {
        if (is_blank(&b->part[i])) {
            continue;
        }
        if (found || !b->part[i].is_expression) {
            return NULL;
        }
        found = &b->part[i];
    }
    return found;
}

enum rc tmpl_compile(struct str source, bool (*is_root)(void *ctx, struct str name), void *ctx,
                     struct arena *a, const struct tmpl **ret, struct err *err) {
    if (source.n > EXPR_TEXT_MAX) {
        return err_set(err, E_LIMIT, "the text is longer than %d bytes", EXPR_TEXT_MAX);
    }
    struct builder b = {.source = arena_str(a, source), .roots = {is_root, ctx}, .a = a};
    for (size_t i = 0; i < b.source.n;) {
        size_t at = str_find_char(b.source, '@', i);
        i = at == SIZE_MAX ? b.source.n : scan_at(&b, at);
    }
    flush_body(&b, b.source.n);
    struct tmpl *t = finish(&b);
    t->only = lone_part(&b);
    *ret = t;
    return OK;
}

enum rc expr_compile(struct str source, bool (*is_root)(void *ctx, struct str name), void *ctx,
                     struct arena *a, const struct tmpl **ret, struct err *err) {
    if (source.n > EXPR_TEXT_MAX) {
        return err_set(err, E_LIMIT, "the expression is longer than %d bytes", EXPR_TEXT_MAX);
    }
    struct builder b = {.source = arena_str(a, source), .roots = {is_root, ctx}, .a = a};
    add_expression(&b, b.source, b.source, 0);
    struct tmpl *t = finish(&b);
    t->only = &b.part[0];
    *ret = t;
    return OK;
}

bool tmpl_is_constant(const struct tmpl *t, struct str *ret) {
    if (!t->constant.p) {
        return false;
    }
    *ret = t->constant;
    return true;
}

static const struct val *eval_part(struct eval *e, const struct part *p) {
    return p->syntax_error ? p->syntax_error : eval_node(e, p->node);
}

int template_column(const struct tmpl *t, size_t at) {
    return (int)text_length(str_sub(t->source, 0, at)) + 1;
}

static enum rc fail(const struct tmpl *t, const struct part *p, const struct val *v,
                    struct err *err) {
    struct str shown = text_cut(p->text, 80), why = text_cut(v->error, 200);
    return err_at(err, E_INVALID, "", 1, template_column(t, p->at),
                  "error evaluating %.*s: %.*s", STR_ARG(shown), STR_ARG(why));
}

/* Each part in a row. *failed and *why: the first failure. False when it
 * takes too long or grows too big. */
static bool put_parts(const struct tmpl *t, struct expr_scope *scope,
                      const struct tmpl_watch *watch, struct str *ret,
                      const struct part **failed, const struct val **why) {
    struct eval e;
    struct sink out;
    eval_init(&e, scope);
    sink_init(&out, scope->a);
    sink_reserve(&out, t->source.n + 32);
    for (size_t i = 0; i < t->n; i++) {
        const struct part *p = &t->part[i];
        const struct val *v = p->is_expression ? eval_part(&e, p) : NULL;
        if (!v) {
            sink_add(&out, p->text);
        } else if (v->type == VAL_ERROR) {
            *why = *failed || e.limit ? *why : v;
            *failed = *failed || e.limit ? *failed : p;
            if (watch && watch->failed && !e.limit) {
                watch->failed(watch->ctx, p->text, v->error);
            }
        } else if (watch && watch->escape) {
            sink_add(&out, watch->escape(watch->ctx, expr_text(v, scope), scope->a));
        } else {
            convert_render(&e, v, &out);
        }
    }
    *ret = sink_view(&out);
    return !e.limit && !out.over;
}

static enum rc text_limit(struct err *err) {
    return err_set(err, E_LIMIT, "the text takes too long to compute or grows over %d bytes",
                   EXPR_TEXT_MAX);
}

enum rc tmpl_text(const struct tmpl *t, struct expr_scope *scope, struct str *ret,
                  struct err *err) {
    const struct part *failed = NULL;
    const struct val *why = NULL;
    if (t->constant.p) {
        *ret = t->constant;
        return OK;
    }
    if (!put_parts(t, scope, NULL, ret, &failed, &why)) {
        return text_limit(err);
    }
    return failed ? fail(t, failed, why, err) : OK;
}

enum rc tmpl_text_watched(const struct tmpl *t, struct expr_scope *scope,
                          const struct tmpl_watch *watch, struct str *ret, struct err *err) {
    const struct part *failed = NULL;
    const struct val *why = NULL;
    return put_parts(t, scope, watch, ret, &failed, &why) ? OK : text_limit(err);
}

static const struct val *lone_value(const struct tmpl *t, struct expr_scope *scope) {
    struct eval e;
    eval_init(&e, scope);
    const struct val *v = eval_part(&e, t->only);
    return e.limit ? eval_limit(&e) : v;
}

const struct val *tmpl_value(const struct tmpl *t, struct expr_scope *scope) {
    struct str s;
    struct err err = {0};
    if (t->only) {
        return lone_value(t, scope);
    }
    enum rc rc = tmpl_text(t, scope, &s, &err);
    return rc == OK ? val_text(scope->a, s) : val_error(scope->a, "%s", err.text);
}

const struct val *tmpl_value_watched(const struct tmpl *t, struct expr_scope *scope,
                                     const struct tmpl_watch *watch) {
    struct str s;
    struct err err = {0};
    if (t->only) {
        const struct val *v = lone_value(t, scope);
        if (v->type == VAL_ERROR && watch->failed) {
            watch->failed(watch->ctx, t->only->text, v->error);
        }
        return v;
    }
    enum rc rc = tmpl_text_watched(t, scope, watch, &s, &err);
    return rc == OK ? val_text(scope->a, s) : val_error(scope->a, "%s", err.text);
}

bool expr_truth(const struct val *v, struct expr_scope *scope) {
    struct eval e;
    bool truth = false;
    eval_init(&e, scope);
    return !convert_bool(&e, v, &truth) && truth;
}

struct str expr_text(const struct val *v, struct expr_scope *scope) {
    struct eval e;
    struct sink out;
    eval_init(&e, scope);
    sink_init(&out, scope->a);
    convert_render(&e, v, &out);
    return sink_view(&out);
}

struct str expr_format(const struct val *v, struct expr_scope *scope) {
    struct eval e;
    struct sink out;
    eval_init(&e, scope);
    sink_init(&out, scope->a);
    convert_pretty(&e, v, &out);
    return sink_view(&out);
}

const struct val *expr_object(struct arena *a, const struct val *map,
                              const struct val *fallback) {
    struct val *v = ARENA_NEW(a, struct val);
    *v = *map;
    v->map.fallback = fallback;
    return v;
}

enum rc expr_read_datetime(struct str s, const struct expr_env *env, struct arena *a,
                           struct instant *ret) {
    return whenread_datetime(s, env, a, false, ret) ? OK : NONE;
}

enum rc expr_read_number(struct str s, const struct expr_env *env, struct arena *a,
                         struct dec *ret) {
    return numread_whole(s, env, a, ret);
}
