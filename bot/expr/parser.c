/* parser.c - one expression to its tree, by recursive descent with a bounded depth.
 *
 * Tightest first: call . [] ; unary - ; ^ ; * / ; + - ; < <= > >= ; = != ; & ; all from left to
 * right. Only names, calls and brackets take a . [ or ( behind them; literals do not. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/parser.h"

#include "base/dec.h"
#include "base/text.h"
#include "bot/expr/expr.h"
#include "bot/expr/functions.h"
#include "bot/expr/lexer.h"

#define PARAMS_MAX 64
#define ARGS_MAX 256

struct parser {
    struct str source;
    size_t base, pos;
    struct token tok; /* the one we look at */
    struct arena *a;
    struct parser_error *error;
    const struct parser_roots *roots;
    bool failed;
    int depth;
    const struct scope_names *names;
};

/* Names of the parameters around the place we are at. */
struct scope_names {
    const struct str *param;
    size_t n;
    const struct scope_names *up;
};

/* One level of precedence, from the loosest. */
#define LEVELS 6

static const struct node *parse_level(struct parser *p, int level);
static const struct node *parse_expression(struct parser *p);

struct str parser_fold_name(struct str name, struct arena *a) {
    bool ascii = true, lower = true;
    for (size_t i = 0; i < name.n; i++) {
        ascii = ascii && (unsigned char)name.p[i] < 0x80;
        lower = lower && !(name.p[i] >= 'A' && name.p[i] <= 'Z');
    }
    if (!ascii) {
        return text_lower(name, a);
    }
    return lower ? name : text_lower(name, a);
}

static const struct node *fail(struct parser *p, const char *why) {
    if (!p->failed) {
        p->failed = true;
        p->error->at = p->base + p->tok.at;
        p->error->text = p->tok.kind == TOKEN_END
                             ? arena_printf(p->a, "%s at the end", why)
                             : arena_printf(p->a, "%s at %.*s", why, STR_ARG(p->tok.text));
    }
    return NULL;
}

static void advance(struct parser *p) {
    p->tok = lexer_next(p->source, &p->pos);
}

static bool take(struct parser *p, enum token_kind kind) {
    if (p->tok.kind != kind) {
        return false;
    }
    advance(p);
    return true;
}

static struct node *new_node(struct parser *p, enum node_kind kind, size_t at) {
    struct node *n = ARENA_NEW(p->a, struct node);
    n->kind = kind;
    n->at = p->base + at;
    return n;
}

static const struct node *new_const(struct parser *p, size_t at, const struct val *v) {
    struct node *n = new_node(p, NODE_CONST, at);
    n->value = v;
    return n;
}

static bool is_param(const struct parser *p, struct str folded) {
    for (const struct scope_names *s = p->names; s; s = s->up) {
        for (size_t i = 0; i < s->n; i++) {
            if (str_eq(s->param[i], folded)) {
                return true;
            }
        }
    }
    return false;
}

static const struct node *parse_name(struct parser *p) {
    struct node *n = new_node(p, NODE_NAME, p->tok.at);
    n->name.written = p->tok.text;
    n->name.folded = parser_fold_name(p->tok.text, p->a);
    n->name.is_param = is_param(p, n->name.folded);
    n->name.builtin = functions_find(n->name.folded);
    n->name.is_root =
        p->roots->is_root ? p->roots->is_root(p->roots->ctx, n->name.folded) : !n->name.builtin;
    if (n->name.builtin) {
        n->name.func = functions_value(n->name.builtin, p->a);
    }
    advance(p);
    return n;
}

static const struct node *parse_number(struct parser *p) {
    struct dec d;
    if (dec_parse(p->tok.text, &d) != OK) {
        return fail(p, "number out of range");
    }
    const struct node *n = new_const(p, p->tok.at, val_num(p->a, d));
    advance(p);
    return n;
}

/* Is this "(" the beginning of "(x, y) =>"? Looks ahead without moving. */
static bool at_lambda(const struct parser *p) {
    size_t pos = p->pos;
    for (int i = 0; i < PARAMS_MAX; i++) {
        if (lexer_next(p->source, &pos).kind != TOKEN_NAME) {
            return false;
        }
        enum token_kind k = lexer_next(p->source, &pos).kind;
        if (k == TOKEN_RPAREN) {
            return lexer_next(p->source, &pos).kind == TOKEN_ARROW;
        }
        if (k != TOKEN_COMMA) {
            return false;
        }
    }
    return false;
}

static const struct node *parse_lambda(struct parser *p) {
    struct str param[PARAMS_MAX];
    struct node *n = new_node(p, NODE_LAMBDA, p->tok.at);
    size_t count = 0;
    do {
        advance(p);
        param[count++] = parser_fold_name(p->tok.text, p->a);
        advance(p);
    } while (p->tok.kind == TOKEN_COMMA);
    advance(p); /* ) */
    advance(p); /* => */
    struct str *kept = ARENA_ARRAY(p->a, struct str, count);
    for (size_t i = 0; i < count; i++) {
        kept[i] = param[i];
    }
    struct scope_names inner = {kept, count, p->names};
    p->names = &inner;
    n->lambda.param = kept;
    n->lambda.n = count;
    n->lambda.body = parse_expression(p);
    p->names = inner.up;
    return n->lambda.body ? n : NULL;
}

static bool parse_args(struct parser *p, struct suffix *s) {
    const struct node *arg[ARGS_MAX];
    size_t n = 0;
    while (p->tok.kind != TOKEN_RPAREN) {
        if (n == ARGS_MAX) {
            return fail(p, "too many arguments") != NULL;
        }
        arg[n] = parse_expression(p);
        if (!arg[n++]) {
            return false;
        }
        if (p->tok.kind == TOKEN_RPAREN) {
            break;
        }
        if (!take(p, TOKEN_COMMA) || p->tok.kind == TOKEN_RPAREN) {
            return fail(p, "syntax error") != NULL;
        }
    }
    advance(p);
    const struct node **kept = ARENA_ARRAY(p->a, const struct node *, n);
    for (size_t i = 0; i < n; i++) {
        kept[i] = arg[i];
    }
    s->kind = SUFFIX_CALL;
    s->arg = kept;
    s->args = n;
    return true;
}

static bool parse_suffix(struct parser *p, struct suffix *s) {
    *s = (struct suffix){.at = p->base + p->tok.at};
    if (take(p, TOKEN_LPAREN)) {
        return parse_args(p, s);
    }
    if (take(p, TOKEN_DOT)) {
        s->kind = SUFFIX_DOT;
        s->key = p->tok.text;
        if (p->tok.kind != TOKEN_NAME && p->tok.kind != TOKEN_INTEGER) {
            return fail(p, "syntax error") != NULL;
        }
        advance(p);
        return true;
    }
    advance(p); /* [ */
    s->kind = SUFFIX_INDEX;
    s->index = parse_expression(p);
    if (!s->index) {
        return false;
    }
    return take(p, TOKEN_RBRACK) || fail(p, "syntax error") != NULL;
}

static bool at_suffix(const struct parser *p) {
    return p->tok.kind == TOKEN_LPAREN || p->tok.kind == TOKEN_DOT ||
           p->tok.kind == TOKEN_LBRACK;
}

/* A name or a bracket, with all that hangs behind it. */
static const struct node *parse_atom(struct parser *p) {
    size_t at = p->tok.at;
    const struct node *base;
    if (take(p, TOKEN_LPAREN)) {
        base = parse_expression(p);
        if (base && !take(p, TOKEN_RPAREN)) {
            base = fail(p, "syntax error");
        }
    } else {
        base = parse_name(p);
    }
    if (!base || !at_suffix(p)) {
        return base;
    }
    size_t n = 0, cap = 4;
    struct suffix *list = ARENA_ARRAY(p->a, struct suffix, cap);
    while (at_suffix(p)) {
        if (n == cap) {
            struct suffix *more = ARENA_ARRAY(p->a, struct suffix, cap * 2);
            for (size_t i = 0; i < n; i++) {
                more[i] = list[i];
            }
            list = more;
            cap *= 2;
        }
        if (!parse_suffix(p, &list[n++])) {
            return NULL;
        }
    }
    struct node *node = new_node(p, NODE_ACCESS, at);
    node->access.base = base;
    node->access.suffix = list;
    node->access.n = n;
    return node;
}

static const struct node *parse_primary(struct parser *p) {
    size_t at = p->tok.at;
    switch (p->tok.kind) {
    case TOKEN_NAME:
        return parse_atom(p);
    case TOKEN_LPAREN:
        return at_lambda(p) ? parse_lambda(p) : parse_atom(p);
    case TOKEN_INTEGER:
    case TOKEN_DECIMAL:
        return parse_number(p);
    case TOKEN_TEXT: {
        struct str s = lexer_unquote(p->tok.text, p->a);
        advance(p);
        return new_const(p, at, val_text(p->a, s));
    }
    case TOKEN_TRUE:
    case TOKEN_FALSE: {
        bool b = p->tok.kind == TOKEN_TRUE;
        advance(p);
        return new_const(p, at, b ? &VAL_TRUE : &VAL_FALSE);
    }
    case TOKEN_NULL:
        advance(p);
        return new_const(p, at, &VAL_NIL);
    default:
        return fail(p, "syntax error");
    }
}

static const struct node *parse_unary(struct parser *p) {
    size_t at = p->tok.at;
    if (!take(p, TOKEN_MINUS)) {
        return parse_primary(p);
    }
    if (++p->depth > EXPR_DEPTH_MAX) {
        return fail(p, "nested too deeply");
    }
    const struct node *operand = parse_unary(p);
    p->depth--;
    if (!operand) {
        return NULL;
    }
    struct node *n = new_node(p, NODE_NEG, at);
    n->operand = operand;
    return n;
}

/* Is the sign we look at an operator of this level? */
static bool level_op(int level, enum token_kind kind, enum op *ret) {
    static const struct {
        int level;
        enum token_kind kind;
        enum op op;
    } OPS[] = {
        {0, TOKEN_AMPERSAND, OP_JOIN}, {1, TOKEN_EQ, OP_EQ},      {1, TOKEN_NEQ, OP_NEQ},
        {2, TOKEN_LT, OP_LT},          {2, TOKEN_LTE, OP_LTE},    {2, TOKEN_GT, OP_GT},
        {2, TOKEN_GTE, OP_GTE},        {3, TOKEN_PLUS, OP_ADD},   {3, TOKEN_MINUS, OP_SUB},
        {4, TOKEN_TIMES, OP_MUL},      {4, TOKEN_DIVIDE, OP_DIV}, {5, TOKEN_EXPONENT, OP_POW}};
    for (size_t i = 0; i < sizeof(OPS) / sizeof(OPS[0]); i++) {
        if (OPS[i].level == level && OPS[i].kind == kind) {
            *ret = OPS[i].op;
            return true;
        }
    }
    return false;
}

static const struct node *parse_level(struct parser *p, int level) {
    if (level == LEVELS) {
        return parse_unary(p);
    }
    size_t at = p->tok.at, n = 0, cap = 0;
    const struct node *first = parse_level(p, level + 1);
    struct link *list = NULL;
    enum op op;
    while (first && level_op(level, p->tok.kind, &op)) {
        advance(p);
        const struct node *operand = parse_level(p, level + 1);
        if (!operand) {
            return NULL;
        }
        if (n == cap) {
            struct link *more = ARENA_ARRAY(p->a, struct link, cap ? cap * 2 : 2);
            for (size_t i = 0; i < n; i++) {
                more[i] = list[i];
            }
            list = more;
            cap = cap ? cap * 2 : 2;
        }
        list[n++] = (struct link){op, operand};
    }
    if (!first || n == 0) {
        return first;
    }
    struct node *chain = new_node(p, NODE_CHAIN, at);
    chain->chain.first = first;
    chain->chain.link = list;
    chain->chain.n = n;
    return chain;
}

static const struct node *parse_expression(struct parser *p) {
    if (++p->depth > EXPR_DEPTH_MAX) {
        return fail(p, "nested too deeply");
    }
    const struct node *n = parse_level(p, 0);
    p->depth--;
    return n;
}

const struct node *parser_parse(struct str source, size_t base,
                                const struct parser_roots *roots, struct arena *a,
                                struct parser_error *ret) {
    struct parser p = {.source = source, .base = base, .roots = roots, .a = a, .error = ret};
    advance(&p);
    const struct node *n = parse_expression(&p);
    if (n && p.tok.kind != TOKEN_END) {
        return fail(&p, "syntax error");
    }
    return n;
}
