/* dexpr.c - reads the small expressions of provider descriptors into trees. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/dexpr.h"

#include <string.h>

#include "gateways/dexpr_lex.h"

#define DEXPR_DEPTH_MAX 40

static enum rc expect(struct parser *ps, const char *op) {
    if (!dexpr_lex_is_op(ps, op)) {
        return PARSE_ERR(ps, "'%s' is expected here", op);
    }
    return dexpr_lex(ps);
}

/* ------------------------------------------------------------------ trees */

static struct dexpr *node(struct parser *ps, enum dexpr_op op, int kids) {
    struct dexpr *e = ARENA_NEW(ps->a, struct dexpr);
    e->op = op;
    e->kids = kids;
    e->kid = arena_array(ps->a, (size_t)(kids ? kids : 1), sizeof *e->kid);
    return e;
}

static const struct dexpr *literal(struct parser *ps, const struct val *v) {
    struct dexpr *e = node(ps, OP_LITERAL, 0);
    e->literal = v;
    return e;
}

static enum rc parse_coalesce(struct parser *ps, const struct dexpr **ret);

static enum rc parse_list_rest(struct parser *ps, const struct dexpr *first,
                               const struct dexpr **ret) {
    const struct dexpr *item[32];
    int n = 0;
    if (first) {
        item[n++] = first;
    }
    while (!dexpr_lex_is_op(ps, "]")) {
        if (n && expect(ps, ",") < 0) {
            return E_INVALID;
        }
        if (n == 32) {
            return PARSE_ERR(ps, "a list has at most 32 items");
        }
        if (parse_coalesce(ps, &item[n]) < 0) {
            return E_INVALID;
        }
        n++;
    }
    struct dexpr *e = node(ps, OP_LIST, n);
    memcpy(e->kid, item, (size_t)n * sizeof *item);
    *ret = e;
    return dexpr_lex(ps);
}

/* Finds "for NAME in" ahead, so that NAME means something while the body before it is read. */
static bool find_for(const struct parser *ps, struct str *ret_name) {
    struct parser ahead = *ps;
    struct err ignored;
    ahead.err = &ignored;
    int depth = 0;
    while (ahead.token != T_END) {
        depth += dexpr_lex_is_op(&ahead, "[") || dexpr_lex_is_op(&ahead, "(");
        depth -= dexpr_lex_is_op(&ahead, "]") || dexpr_lex_is_op(&ahead, ")");
        if (depth < 0) {
            return false;
        }
        if (!depth && dexpr_lex_is_name(&ahead, "for")) {
            *ret_name =
                dexpr_lex(&ahead) == OK && ahead.token == T_NAME ? ahead.word : STR_EMPTY;
            return ret_name->n > 0;
        }
        if (dexpr_lex(&ahead) < 0) {
            return false;
        }
    }
    return false;
}

static enum rc parse_for(struct parser *ps, struct str name, const struct dexpr **ret) {
    if (ps->locals == DEXPR_LOCALS) {
        return PARSE_ERR(ps, "at most %d 'for' inside each other", DEXPR_LOCALS);
    }
    struct dexpr *e = node(ps, OP_EACH, 3);
    e->id = ps->locals;
    ps->local[ps->locals++] = name;
    if (parse_coalesce(ps, &e->kid[0]) < 0) {
        return E_INVALID;
    }
    if (!dexpr_lex_is_name(ps, "for") || dexpr_lex(ps) < 0 || dexpr_lex(ps) < 0 ||
        !dexpr_lex_is_name(ps, "in") || dexpr_lex(ps) < 0) {
        return PARSE_ERR(ps, "'for NAME in LIST' is expected here");
    }
    ps->locals--; /* the list itself cannot use the name */
    if (parse_coalesce(ps, &e->kid[1]) < 0) {
        return E_INVALID;
    }
    ps->local[ps->locals++] = name; /* the list may have used its place */
    if (dexpr_lex_is_name(ps, "if") &&
        (dexpr_lex(ps) < 0 || parse_coalesce(ps, &e->kid[2]) < 0)) {
        return E_INVALID;
    }
    ps->locals--;
    *ret = e;
    return expect(ps, "]");
}

static enum rc parse_list(struct parser *ps, const struct dexpr **ret) {
    struct str name;
    if (dexpr_lex(ps) < 0) {
        return E_INVALID;
    }
    if (find_for(ps, &name)) {
        return parse_for(ps, name, ret);
    }
    return parse_list_rest(ps, NULL, ret);
}

/* A pattern that is a constant is compiled now, so that its mistakes are found now. */
static enum rc compile_pattern(struct parser *ps, struct dexpr *e,
                               const struct dexpr *pattern) {
    if (pattern->op != OP_LITERAL || pattern->literal->type != VAL_TEXT) {
        return PARSE_ERR(ps, "the pattern must be a 'text' written here");
    }
    struct err bad;
    if (dexpr_rx(pattern->literal->text, &e->rx, &bad) < 0) {
        return PARSE_ERR(ps, "bad pattern: %.200s", bad.text);
    }
    return OK;
}

static enum rc parse_call(struct parser *ps, struct str name, size_t at,
                          const struct dexpr *piped, const struct dexpr **ret) {
    const struct dexpr_func *f = dexpr_func_find(name);
    if (!f) {
        ps->start = at;
        return PARSE_ERR(ps, "there is no function '%.*s'", STR_ARG(name));
    }
    const struct dexpr *arg[24];
    int n = 0;
    if (piped) {
        arg[n++] = piped;
    }
    if (dexpr_lex_is_op(ps, "(")) {
        if (dexpr_lex(ps) < 0) {
            return E_INVALID;
        }
        for (int i = 0; !dexpr_lex_is_op(ps, ")"); i++) {
            if ((i && expect(ps, ",") < 0) || n == 24 || parse_coalesce(ps, &arg[n]) < 0) {
                return n == 24 ? PARSE_ERR(ps, "too many arguments") : E_INVALID;
            }
            n++;
        }
        if (dexpr_lex(ps) < 0) {
            return E_INVALID;
        }
    }
    if (n < f->min || (f->max >= 0 && n > f->max)) {
        ps->start = at;
        return PARSE_ERR(ps, "%s, not %d argument%s", f->help, n, n == 1 ? "" : "s");
    }
    struct dexpr *e = node(ps, OP_CALL, n);
    e->func = f;
    memcpy(e->kid, arg, (size_t)n * sizeof *arg);
    *ret = e;
    return str_is(name, "extract") ? compile_pattern(ps, e, arg[1]) : OK;
}

static enum rc parse_name(struct parser *ps, const struct dexpr **ret) {
    struct str name = ps->word;
    size_t at = ps->start;
    if (dexpr_lex(ps) < 0) {
        return E_INVALID;
    }
    if (str_is(name, "true") || str_is(name, "false") || str_is(name, "null")) {
        *ret = literal(ps, str_is(name, "true")   ? &VAL_TRUE
                           : str_is(name, "null") ? &VAL_NIL
                                                  : &VAL_FALSE);
        return OK;
    }
    if (dexpr_lex_is_op(ps, "(")) {
        return parse_call(ps, name, at, NULL, ret);
    }
    struct dexpr *e = node(ps, OP_LOCAL, 0);
    e->name = name;
    for (int i = ps->locals - 1; i >= 0; i--) {
        if (str_eq(ps->local[i], name)) {
            e->id = i;
            *ret = e;
            return OK;
        }
    }
    enum dexpr_kind kind = ps->scope->resolve(ps->scope, name, &e->id);
    if (kind == DEXPR_UNKNOWN) {
        ps->start = at;
        const char *hint = ps->scope->suggest ? ps->scope->suggest(ps->scope, name) : NULL;
        enum rc rc = PARSE_ERR(ps, "unknown variable '%.*s'", STR_ARG(name));
        if (hint) {
            err_hint(ps->err, "%s", hint);
        }
        return rc;
    }
    e->op = kind == DEXPR_VAR ? OP_VAR : kind == DEXPR_LET ? OP_LET : OP_CONFIG;
    *ret = e;
    return OK;
}

static enum rc parse_number(struct parser *ps, bool negative, const struct dexpr **ret) {
    int64_t v;
    if (!str_to_i64(ps->word, &v)) {
        return PARSE_ERR(ps, "'%.*s' is no whole number", STR_ARG(ps->word));
    }
    *ret = literal(ps, val_int(ps->a, negative ? -v : v));
    return dexpr_lex(ps);
}

static enum rc parse_primary(struct parser *ps, const struct dexpr **ret) {
    if (ps->token == T_TEXT) {
        *ret = literal(ps, val_text(ps->a, ps->word));
        return dexpr_lex(ps);
    }
    if (ps->token == T_NUMBER) {
        return parse_number(ps, false, ret);
    }
    if (ps->token == T_NAME) {
        return parse_name(ps, ret);
    }
    if (dexpr_lex_is_op(ps, "-")) {
        return dexpr_lex(ps) < 0       ? E_INVALID
               : ps->token == T_NUMBER ? parse_number(ps, true, ret)
                                       : PARSE_ERR(ps, "a number is expected after '-'");
    }
    if (dexpr_lex_is_op(ps, "[")) {
        return parse_list(ps, ret);
    }
    if (dexpr_lex_is_op(ps, "(")) {
        return dexpr_lex(ps) < 0 || parse_coalesce(ps, ret) < 0 ? E_INVALID : expect(ps, ")");
    }
    return ps->token == T_END
               ? PARSE_ERR(ps, "an expression is missing here")
               : PARSE_ERR(ps, "'%.*s' cannot begin an expression", STR_ARG(ps->word));
}

/* After a dot, a name may hold dashes, as "message-id" of many providers. */
static enum rc parse_member(struct parser *ps, const struct dexpr *base,
                            const struct dexpr **ret) {
    size_t end = ps->pos;
    while (end < ps->text.n && (dexpr_lex_is_word(ps->text.p[end]) ||
                                (ps->text.p[end] == '-' && end + 1 < ps->text.n &&
                                 dexpr_lex_is_word(ps->text.p[end + 1])))) {
        end++;
    }
    if (end == ps->pos) {
        return PARSE_ERR(ps, "a name is expected after '.'");
    }
    struct dexpr *e = node(ps, OP_MEMBER, 1);
    e->name = str_sub(ps->text, ps->pos, end - ps->pos);
    e->kid[0] = base;
    *ret = e;
    ps->pos = end;
    return dexpr_lex(ps);
}

static enum rc parse_chain(struct parser *ps, const struct dexpr *base,
                           const struct dexpr **ret);

/* a[*].b is [x.b for x in a if x.b != null] with a nameless x. */
static enum rc parse_star(struct parser *ps, const struct dexpr *base,
                          const struct dexpr **ret) {
    if (ps->locals == DEXPR_LOCALS) {
        return PARSE_ERR(ps, "too many [*] inside each other");
    }
    struct dexpr *e = node(ps, OP_EACH, 3);
    struct dexpr *x = node(ps, OP_LOCAL, 0);
    e->id = x->id = ps->locals;
    ps->local[ps->locals++] = STR_EMPTY;
    e->kid[1] = base;
    enum rc rc =
        dexpr_lex(ps) < 0 || expect(ps, "]") < 0 ? E_INVALID : parse_chain(ps, x, &e->kid[0]);
    ps->locals--;
    *ret = e;
    return rc;
}

static enum rc parse_index(struct parser *ps, const struct dexpr *base,
                           const struct dexpr **ret) {
    struct dexpr *e = node(ps, OP_INDEX, 2);
    e->kid[0] = base;
    if (parse_coalesce(ps, &e->kid[1]) < 0) {
        return E_INVALID;
    }
    *ret = e;
    return expect(ps, "]");
}

static enum rc parse_chain(struct parser *ps, const struct dexpr *base,
                           const struct dexpr **ret) {
    while (dexpr_lex_is_op(ps, ".") || dexpr_lex_is_op(ps, "[")) {
        bool dot = dexpr_lex_is_op(ps, ".");
        if (dot) {
            if (parse_member(ps, base, &base) < 0) {
                return E_INVALID;
            }
            continue;
        }
        if (dexpr_lex(ps) < 0) {
            return E_INVALID;
        }
        if (dexpr_lex_is_op(ps, "*")) {
            return parse_star(ps, base, ret);
        }
        if (parse_index(ps, base, &base) < 0) {
            return E_INVALID;
        }
    }
    *ret = base;
    return OK;
}

static enum rc parse_pipe(struct parser *ps, const struct dexpr **ret) {
    const struct dexpr *e;
    if (parse_primary(ps, &e) < 0 || parse_chain(ps, e, &e) < 0) {
        return E_INVALID;
    }
    while (dexpr_lex_is_op(ps, "|")) {
        if (dexpr_lex(ps) < 0) {
            return E_INVALID;
        }
        if (ps->token != T_NAME) {
            return PARSE_ERR(ps, "a function is expected after '|'");
        }
        struct str name = ps->word;
        size_t at = ps->start;
        if (dexpr_lex(ps) < 0 || parse_call(ps, name, at, e, &e) < 0) {
            return E_INVALID;
        }
    }
    *ret = e;
    return OK;
}

static enum rc parse_sum(struct parser *ps, const struct dexpr **ret) {
    if (parse_pipe(ps, ret) < 0) {
        return E_INVALID;
    }
    while (dexpr_lex_is_op(ps, "~") || dexpr_lex_is_op(ps, "+") || dexpr_lex_is_op(ps, "-")) {
        struct dexpr *e = node(ps,
                               dexpr_lex_is_op(ps, "~")   ? OP_JOIN
                               : dexpr_lex_is_op(ps, "+") ? OP_ADD
                                                          : OP_SUB,
                               2);
        e->kid[0] = *ret;
        if (dexpr_lex(ps) < 0 || parse_pipe(ps, &e->kid[1]) < 0) {
            return E_INVALID;
        }
        *ret = e;
    }
    return OK;
}

static int compare_op(const struct parser *ps) {
    static const struct {
        const char *word;
        enum token token;
        enum dexpr_op op;
    } ops[] = {{"==", T_OP, OP_EQ},
               {"!=", T_OP, OP_NE},
               {"<", T_OP, OP_LT},
               {"<=", T_OP, OP_LE},
               {">", T_OP, OP_GT},
               {">=", T_OP, OP_GE},
               {"in", T_NAME, OP_IN},
               {"contains", T_NAME, OP_CONTAINS},
               {"matches", T_NAME, OP_MATCHES}};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (ps->token == ops[i].token && str_is(ps->word, ops[i].word)) {
            return (int)ops[i].op;
        }
    }
    return -1;
}

static enum rc parse_compare(struct parser *ps, const struct dexpr **ret) {
    if (parse_sum(ps, ret) < 0) {
        return E_INVALID;
    }
    int op = compare_op(ps);
    if (op < 0) {
        return OK;
    }
    struct dexpr *e = node(ps, (enum dexpr_op)op, 2);
    e->kid[0] = *ret;
    if (dexpr_lex(ps) < 0 || parse_sum(ps, &e->kid[1]) < 0) {
        return E_INVALID;
    }
    *ret = e;
    return e->op == OP_MATCHES ? compile_pattern(ps, e, e->kid[1]) : OK;
}

static enum rc parse_not(struct parser *ps, const struct dexpr **ret) {
    if (!dexpr_lex_is_name(ps, "not")) {
        return parse_compare(ps, ret);
    }
    if (++ps->depth > DEXPR_DEPTH_MAX) {
        return PARSE_ERR(ps, "too deep");
    }
    struct dexpr *e = node(ps, OP_NOT, 1);
    if (dexpr_lex(ps) < 0 || parse_not(ps, &e->kid[0]) < 0) {
        return E_INVALID;
    }
    ps->depth--;
    *ret = e;
    return OK;
}

static enum rc parse_logic(struct parser *ps, bool is_or, const struct dexpr **ret) {
    const char *word = is_or ? "or" : "and";
    if ((is_or ? parse_logic(ps, false, ret) : parse_not(ps, ret)) < 0) {
        return E_INVALID;
    }
    while (dexpr_lex_is_name(ps, word)) {
        struct dexpr *e = node(ps, is_or ? OP_OR : OP_AND, 2);
        e->kid[0] = *ret;
        if (dexpr_lex(ps) < 0 ||
            (is_or ? parse_logic(ps, false, &e->kid[1]) : parse_not(ps, &e->kid[1])) < 0) {
            return E_INVALID;
        }
        *ret = e;
    }
    return OK;
}

static enum rc parse_coalesce(struct parser *ps, const struct dexpr **ret) {
    if (++ps->depth > DEXPR_DEPTH_MAX) {
        return PARSE_ERR(ps, "too deep: at most %d levels", DEXPR_DEPTH_MAX);
    }
    if (parse_logic(ps, true, ret) < 0) {
        return E_INVALID;
    }
    while (dexpr_lex_is_op(ps, "??")) {
        struct dexpr *e = node(ps, OP_COALESCE, 2);
        e->kid[0] = *ret;
        if (dexpr_lex(ps) < 0 || parse_logic(ps, true, &e->kid[1]) < 0) {
            return E_INVALID;
        }
        *ret = e;
    }
    ps->depth--;
    return OK;
}

enum rc dexpr_parse(const struct dexpr_scope *scope, const struct val *where, struct str text,
                    size_t *pos, struct arena *a, const struct dexpr **ret, struct err *err) {
    struct parser ps = {
        .scope = scope, .where = where, .text = text, .pos = *pos, .a = a, .err = err};
    if (dexpr_lex(&ps) < 0 || parse_coalesce(&ps, ret) < 0) {
        return E_INVALID;
    }
    *pos = ps.start;
    if (ps.token != T_END && !dexpr_lex_is_op(&ps, "?")) {
        return PARSE_ERR(&ps, "'%.*s' does not belong here", STR_ARG(ps.word));
    }
    return OK;
}

enum rc dexpr_compile(const struct dexpr_scope *scope, const struct val *where, struct arena *a,
                      const struct dexpr **ret, struct err *err) {
    if (!val_is(where, VAL_TEXT)) {
        return err_at(err, E_INVALID, scope->file, where ? where->line : 0,
                      where ? where->column : 0, "an expression (a text) is expected here");
    }
    size_t pos = 0;
    enum rc rc = dexpr_parse(scope, where, where->text, &pos, a, ret, err);
    if (rc == OK && pos < where->text.n) {
        rc = dexpr_err(scope, where, where->text, pos, err, "the expression ends before this");
    }
    return rc;
}
