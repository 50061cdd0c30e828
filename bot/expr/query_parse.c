/* query_parse.c - reads searches for contacts and checks them against the workspace. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/query.h"

#include <string.h>

#include "base/text.h"
#include "base/text_form.h"
#include "bot/expr/lexer.h"
#include "bot/expr/numread.h"
#include "bot/expr/phonefind.h"
#include "bot/expr/urnparts.h"

enum word_kind {
    WORD_END,
    WORD_OPEN,
    WORD_CLOSE,
    WORD_AND,
    WORD_OR,
    WORD_OP,
    WORD_TEXT,
    WORD_STRING,
    WORD_BAD
};

struct word {
    enum word_kind kind;
    enum query_op op;
    struct str text;
    size_t at;
};

struct reader {
    struct str s;
    size_t pos;
    struct word word; /* the one we look at */
    const struct expr_env *env;
    const struct query_schema *schema;
    struct arena *a;
    struct err *err;
    enum rc rc;
    int depth, conditions;
};

/* --- words --- */

static bool is_text_char(uint32_t cp) {
    if (cp < 0x80) {
        return cp &&
               (text_is_letter(cp) || (cp >= '0' && cp <= '9') || strchr("_.-+/'@:", (int)cp));
    }
    return text_is_letter(cp) || text_is_digit(cp);
}

static bool read_sign(struct str rest, struct word *w) {
    static const struct {
        const char *sign;
        enum query_op op;
    } SIGNS[] = {{"!=", QUERY_NEQ}, {">=", QUERY_GTE}, {"<=", QUERY_LTE}, {"=", QUERY_EQ},
                 {"~", QUERY_HAS},  {">", QUERY_GT},   {"<", QUERY_LT}};
    for (size_t i = 0; i < sizeof(SIGNS) / sizeof(SIGNS[0]); i++) {
        struct str sign = str_from(SIGNS[i].sign);
        if (str_starts(rest, sign)) {
            w->kind = WORD_OP;
            w->op = SIGNS[i].op;
            w->text = str_sub(rest, 0, sign.n);
            return true;
        }
    }
    return false;
}

static enum word_kind keyword(struct str s, enum query_op *op) {
    if (str_eq_nocase(s, STR("and"))) {
        return WORD_AND;
    }
    if (str_eq_nocase(s, STR("or"))) {
        return WORD_OR;
    }
    bool has = str_eq_nocase(s, STR("has"));
    if (has || str_eq_nocase(s, STR("is"))) {
        *op = has ? QUERY_HAS : QUERY_EQ;
        return WORD_OP;
    }
    return WORD_TEXT;
}

static void advance(struct reader *r) {
    while (r->pos < r->s.n && r->s.p[r->pos] && strchr(" \t\r\n", r->s.p[r->pos])) {
        r->pos++;
    }
    struct word w = {.kind = WORD_END, .at = r->pos};
    struct str rest = str_sub(r->s, r->pos, r->s.n);
    if (rest.n == 0) {
        r->word = w;
        return;
    }
    size_t end = 0, next = 0;
    if (rest.p[0] == '(' || rest.p[0] == ')') {
        w.kind = rest.p[0] == '(' ? WORD_OPEN : WORD_CLOSE;
        w.text = str_sub(rest, 0, 1);
    } else if (rest.p[0] == '"') {
        end = lexer_quoted_end(rest, 0);
        w.kind = end ? WORD_STRING : WORD_BAD;
        w.text = str_sub(rest, 0, end ? end : 1);
    } else if (!read_sign(rest, &w)) {
        while (next < rest.n && is_text_char(text_next(rest, &next))) {
            end = next;
        }
        w.text = str_sub(rest, 0, end);
        w.kind = end ? keyword(w.text, &w.op) : WORD_BAD;
    }
    r->pos += w.text.n ? w.text.n : next;
    r->word = w;
}

static const struct query *fail(struct reader *r, enum rc rc, const char *fmt, struct str s) {
    if (r->rc == OK) {
        r->rc = rc;
        int column = (int)text_length(str_sub(r->s, 0, r->word.at)) + 1;
        struct str shown = text_cut(s, 250);
        struct str text = arena_printf(r->a, fmt, (int)shown.n, shown.p ? shown.p : "");
        err_at(r->err, rc, "", 1, column, "%.*s", STR_ARG(text));
    }
    return NULL;
}

/* --- conditions --- */

static bool is_attribute(struct str key, enum query_type *type) {
    static const struct {
        const char *key;
        enum query_type type;
    } ATTRIBUTES[] = {{"uuid", QUERY_TEXT},
                      {"id", QUERY_TEXT},
                      {"ref", QUERY_TEXT},
                      {"name", QUERY_TEXT},
                      {"status", QUERY_TEXT},
                      {"language", QUERY_TEXT},
                      {"urn", QUERY_TEXT},
                      {"group", QUERY_TEXT},
                      {"flow", QUERY_TEXT},
                      {"history", QUERY_TEXT},
                      {"tickets", QUERY_NUMBER},
                      {"created_on", QUERY_DATETIME},
                      {"last_seen_on", QUERY_DATETIME}};
    for (size_t i = 0; i < sizeof(ATTRIBUTES) / sizeof(ATTRIBUTES[0]); i++) {
        if (str_is(key, ATTRIBUTES[i].key)) {
            *type = ATTRIBUTES[i].type;
            return true;
        }
    }
    return false;
}

static struct query *new_condition(struct reader *r, enum query_kind kind, struct str key,
                                   enum query_op op, struct str value) {
    struct query *q = ARENA_NEW(r->a, struct query);
    q->is_condition = true;
    q->kind = kind;
    q->key = key;
    q->op = op;
    q->value = value;
    r->conditions++;
    return q;
}

/* "+33 6...", "1234-5678": what a bare word must look like to be a piece of a telephone number.
 */
static bool looks_like_phone(struct str s) {
    size_t from = s.n && s.p[0] == '+';
    for (size_t i = from; i < s.n; i++) {
        if (s.p[i] != '-' && !(s.p[i] >= '0' && s.p[i] <= '9')) {
            return false;
        }
    }
    return s.n - from >= 4;
}

static struct str without_hyphens(struct str s, struct arena *a) {
    char *out = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '-') {
            out[n++] = s.p[i];
        }
    }
    return (struct str){out, n};
}

/* The short code that stands for a person when addresses are hidden ("A6YWQL"): six or seven
 * letters and digits without those that look alike. */
static bool looks_like_ref(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        if (!s.p[i] ||
            !strchr("ABCDEFGHJKLMNPQRSTUVWXYZ23456789abcdefghjklmnpqrstuvwxyz", s.p[i])) {
            return false;
        }
    }
    return s.n == 6 || s.n == 7;
}

static bool is_scheme(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        if (!((s.p[i] >= '0' && s.p[i] <= '9') ||
              ((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z'))) {
            return false;
        }
    }
    return s.n > 0;
}

/* A value alone: an address, a piece of a number, else of the name. */
static const struct query *implicit_condition(struct reader *r, struct str value) {
    struct urnparts urn;
    const struct str *words;
    if (r->env->redact_urns) {
        if (looks_like_ref(value)) {
            return new_condition(r, QUERY_ATTRIBUTE, STR("ref"), QUERY_EQ, value);
        }
    } else if (!urnparts_read(value, r->a, &urn) && is_scheme(urn.scheme)) {
        return new_condition(r, QUERY_URN, text_lower(urn.scheme, r->a), QUERY_EQ, urn.path);
    } else if (looks_like_phone(value)) {
        return new_condition(r, QUERY_URN, STR("tel"), QUERY_HAS, without_hyphens(value, r->a));
    }
    bool has_words = query_name_words(value, r->a, &words) > 0;
    return new_condition(r, QUERY_ATTRIBUTE, STR("name"), has_words ? QUERY_HAS : QUERY_EQ,
                         value);
}

static bool is_property(struct str s) {
    for (size_t i = 0; i < s.n;) {
        uint32_t cp = text_next(s, &i);
        if (cp != '_' && cp != '.' && !text_is_letter(cp) && !text_is_digit(cp)) {
            return false;
        }
    }
    return s.n > 0;
}

static const struct query *explicit_condition(struct reader *r, struct str property,
                                              enum query_op op, struct str value) {
    struct str key = text_lower(property, r->a);
    enum query_type type;
    size_t dot = str_find_char(key, '.', 0);
    if (dot == SIZE_MAX) {
        enum query_kind kind = is_attribute(key, &type)  ? QUERY_ATTRIBUTE
                               : urnparts_is_scheme(key) ? QUERY_URN
                                                         : QUERY_FIELD;
        return new_condition(r, kind, key, op, value);
    }
    struct str prefix = str_sub(key, 0, dot), rest = str_sub(key, dot + 1, key.n);
    if (!str_is(prefix, "fields") && !str_is(prefix, "urns")) {
        return fail(r, E_INVALID, "unknown property type '%.*s'", prefix);
    }
    return new_condition(r, str_is(prefix, "urns") ? QUERY_URN : QUERY_FIELD, rest, op, value);
}

static struct str literal_value(struct reader *r, struct word w) {
    return w.kind == WORD_STRING ? lexer_unquote(w.text, r->a) : w.text;
}

/* --- combinations --- */

static const struct query *parse_or(struct reader *r);

static const struct query *parse_term(struct reader *r) {
    struct word w = r->word;
    if (w.kind == WORD_OPEN) {
        advance(r);
        const struct query *q = parse_or(r);
        if (q && r->word.kind != WORD_CLOSE) {
            return fail(r, E_INVALID, "syntax error at '%.*s'", r->word.text);
        }
        advance(r);
        return q;
    }
    if (w.kind != WORD_TEXT && w.kind != WORD_STRING) {
        return fail(r, E_INVALID, "syntax error at '%.*s'", w.text);
    }
    advance(r);
    if (r->word.kind != WORD_OP) {
        return implicit_condition(r, literal_value(r, w));
    }
    struct word sign = r->word;
    advance(r);
    if (w.kind != WORD_TEXT || !is_property(w.text) ||
        (r->word.kind != WORD_TEXT && r->word.kind != WORD_STRING)) {
        return fail(r, E_INVALID, "syntax error at '%.*s'", sign.text);
    }
    struct str value = literal_value(r, r->word);
    advance(r);
    return explicit_condition(r, w.text, sign.op, value);
}

/* Joins the parts, taking in the parts of those of the same kind. */
static const struct query *join(struct reader *r, bool is_or, const struct query *const *part,
                                size_t n) {
    if (n == 1) {
        return part[0];
    }
    size_t total = 0;
    for (size_t i = 0; i < n; i++) {
        total += !part[i]->is_condition && part[i]->is_or == is_or ? part[i]->n : 1;
    }
    const struct query **child = ARENA_ARRAY(r->a, const struct query *, total);
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        bool same = !part[i]->is_condition && part[i]->is_or == is_or;
        for (size_t j = 0; same && j < part[i]->n; j++) {
            child[k++] = part[i]->child[j];
        }
        if (!same) {
            child[k++] = part[i];
        }
    }
    struct query *q = ARENA_NEW(r->a, struct query);
    q->is_or = is_or;
    q->child = child;
    q->n = total;
    return q;
}

static const struct query *parse_and(struct reader *r) {
    const struct query *part[QUERY_CONDITIONS_MAX];
    size_t n = 0;
    for (;;) {
        if (n == QUERY_CONDITIONS_MAX) {
            return fail(r, E_LIMIT, "query is too complex%.*s", STR(""));
        }
        part[n] = parse_term(r);
        if (!part[n++]) {
            return NULL;
        }
        if (r->word.kind == WORD_AND) {
            advance(r);
        } else if (r->word.kind != WORD_TEXT && r->word.kind != WORD_STRING &&
                   r->word.kind != WORD_OPEN) {
            return join(r, false, part, n);
        }
    }
}

static const struct query *parse_or(struct reader *r) {
    const struct query *part[QUERY_CONDITIONS_MAX];
    size_t n = 0;
    if (++r->depth > QUERY_DEPTH_MAX) {
        return fail(r, E_LIMIT, "query is too complex%.*s", STR(""));
    }
    for (;;) {
        if (n == QUERY_CONDITIONS_MAX) {
            return fail(r, E_LIMIT, "query is too complex%.*s", STR(""));
        }
        part[n] = parse_and(r);
        if (!part[n++]) {
            return NULL;
        }
        if (r->word.kind != WORD_OR) {
            break;
        }
        advance(r);
    }
    r->depth--;
    return join(r, true, part, n);
}

/* --- checks --- */

static enum query_type type_of(struct reader *r, const struct query *q) {
    enum query_type type = QUERY_TEXT;
    if (q->kind == QUERY_ATTRIBUTE) {
        is_attribute(q->key, &type);
    } else if (q->kind == QUERY_FIELD) {
        type = r->schema->field(r->schema->ctx, q->key);
    }
    return type;
}

static const char *op_sign(enum query_op op) {
    static const char *const SIGN[] = {"=", "!=", "~", "<", "<=", ">", ">="};
    return SIGN[op];
}

static bool check_operator(struct reader *r, const struct query *q) {
    const struct str *words;
    bool compares = q->op >= QUERY_LT;
    if (compares && q->type != QUERY_NUMBER && q->type != QUERY_DATETIME) {
        fail(r, E_INVALID, "comparisons with %.*s can only be used with date and number fields",
             str_from(op_sign(q->op)));
        return false;
    }
    if (q->op != QUERY_HAS) {
        return true;
    }
    if (q->kind == QUERY_ATTRIBUTE && str_is(q->key, "name")) {
        if (query_name_words(q->value, r->a, &words) == 0) {
            fail(r, E_INVALID,
                 "contains operator on name requires token of minimum length 2%.*s", STR(""));
        }
    } else if (q->kind == QUERY_URN || (q->kind == QUERY_ATTRIBUTE && str_is(q->key, "urn"))) {
        if (q->value.n < 3) {
            fail(r, E_INVALID,
                 "contains operator on URN requires value of minimum length 3%.*s", STR(""));
        }
    } else {
        fail(r, E_INVALID, "contains conditions can only be used with name or URN values%.*s",
             STR(""));
    }
    return r->rc == OK;
}

static bool among(struct str s, const char *const *list) {
    for (; *list; list++) {
        if (str_eq_nocase(s, str_from(*list))) {
            return true;
        }
    }
    return false;
}

static bool is_language(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        if (!((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z')) {
            return false;
        }
    }
    return s.n == 3;
}

static void check_attribute_value(struct reader *r, const struct query *q) {
    static const char *const STATUSES[] = {"active", "blocked", "stopped", "archived", NULL};
    const struct query_schema *schema = r->schema;
    if (str_is(q->key, "group") && schema && !schema->group(schema->ctx, q->value)) {
        fail(r, E_INVALID, "'%.*s' is not a valid group name", q->value);
    } else if ((str_is(q->key, "flow") || str_is(q->key, "history")) && schema &&
               !schema->flow(schema->ctx, q->value)) {
        fail(r, E_INVALID, "'%.*s' is not a valid flow name", q->value);
    } else if (str_is(q->key, "status") && !among(q->value, STATUSES)) {
        fail(r, E_INVALID, "'%.*s' is not a valid contact status", q->value);
    } else if (str_is(q->key, "language") && q->value.n && !is_language(q->value)) {
        fail(r, E_INVALID, "'%.*s' is not a valid language code", q->value);
    }
}

static void check_value(struct reader *r, const struct query *q) {
    static const char *const ALWAYS_SET[] = {"uuid",       "id",      "ref", "status",
                                             "created_on", "tickets", NULL};
    struct dec d;
    struct instant i;
    if (q->op <= QUERY_NEQ && q->value.n == 0) {
        if (among(q->key, ALWAYS_SET)) {
            fail(r, E_INVALID, "can't check whether '%.*s' is set or not set", q->key);
        }
        return;
    }
    if (q->type == QUERY_NUMBER && numread_whole(q->value, r->env, r->a, &d) != OK) {
        fail(r, E_INVALID, "can't convert '%.*s' to a number", q->value);
    } else if (q->type == QUERY_DATETIME &&
               expr_read_datetime(q->value, r->env, r->a, &i) != OK) {
        fail(r, E_INVALID, "can't convert '%.*s' to a date", q->value);
    } else if (q->kind == QUERY_ATTRIBUTE) {
        check_attribute_value(r, q);
    }
}

static void check_condition(struct reader *r, struct query *q) {
    bool address =
        q->kind == QUERY_URN || (q->kind == QUERY_ATTRIBUTE && str_is(q->key, "urn"));
    if (address && r->env->redact_urns && q->value.n) {
        fail(r, E_INVALID, "cannot query on redacted URNs%.*s", STR(""));
        return;
    }
    if (q->kind == QUERY_FIELD && !r->schema) {
        return;
    }
    q->type = type_of(r, q);
    if (q->type == QUERY_NONE) {
        fail(r, E_INVALID, "can't resolve '%.*s' to attribute, scheme or field", q->key);
        return;
    }
    if (check_operator(r, q)) {
        check_value(r, q);
    }
}

/* Only while it is being made: nobody else has seen the query yet. */
static void check_all(struct reader *r, const struct query *q) {
    if (q->is_condition) {
        check_condition(r, (struct query *)(uintptr_t)q);
    }
    for (size_t i = 0; i < q->n && r->rc == OK; i++) {
        check_all(r, q->child[i]);
    }
}

enum rc query_parse(struct str text, const struct expr_env *env,
                    const struct query_schema *schema, struct arena *a,
                    const struct query **ret, struct err *err) {
    struct str number;
    struct reader r = {.env = env, .schema = schema, .a = a, .err = err};
    r.s = arena_str(a, text_form_trim(text));
    if (r.s.n > EXPR_TEXT_MAX) {
        return err_set(err, E_LIMIT, "the query is longer than %d bytes", EXPR_TEXT_MAX);
    }
    if (!env->redact_urns && phonefind_whole(r.s, env->country, a, &number)) {
        r.s = arena_printf(a, "tel = %.*s", STR_ARG(number));
    }
    advance(&r);
    const struct query *q = parse_or(&r);
    if (q && r.word.kind != WORD_END) {
        fail(&r, E_INVALID, "syntax error at '%.*s'", r.word.text);
    }
    if (q && r.conditions > QUERY_CONDITIONS_MAX) {
        fail(&r, E_LIMIT, "query is too complex%.*s", STR(""));
    }
    if (q && r.rc == OK) {
        check_all(&r, q);
    }
    if (r.rc == OK) {
        *ret = q;
    }
    return r.rc;
}
