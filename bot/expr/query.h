/* query.h - searches for contacts: name ~ "lea" AND age >= 18 OR tel:+33639980123. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_EXPR_QUERY_H
#define BOT_EXPR_QUERY_H

#include "bot/expr/expr.h"

enum query_kind { QUERY_ATTRIBUTE, QUERY_URN, QUERY_FIELD };
enum query_type { QUERY_NONE, QUERY_TEXT, QUERY_NUMBER, QUERY_DATETIME };
enum query_op { QUERY_EQ, QUERY_NEQ, QUERY_HAS, QUERY_LT, QUERY_LTE, QUERY_GT, QUERY_GTE };

#define QUERY_CONDITIONS_MAX 250
#define QUERY_DEPTH_MAX 100

/* A condition, or several joined by AND or OR (never one of its own kind inside). Immutable. */
struct query {
    bool is_condition;
    bool is_or;
    const struct query *const *child;
    size_t n;
    enum query_kind kind; /* of a condition: */
    enum query_op op;
    enum query_type type; /* QUERY_NONE when no schema said it */
    struct str key, value;
};

/* What the workspace has. Keys of fields are lower case; names of groups and flows as typed. */
struct query_schema {
    enum query_type (*field)(void *ctx,
                             struct str key); /* QUERY_NONE: there is no such field */
    bool (*group)(void *ctx, struct str name);
    bool (*flow)(void *ctx, struct str name);
    void *ctx;
};

/* Reads and checks a query. schema NULL: what needs one is not checked. The text of a number of
 * telephone is "tel = it". env->redact_urns forbids conditions on addresses. E_INVALID with
 * what is wrong; E_LIMIT when it is nested deeper than QUERY_DEPTH_MAX or has more than
 * QUERY_CONDITIONS_MAX conditions. */
enum rc query_parse(struct str text, const struct expr_env *env,
                    const struct query_schema *schema, struct arena *a,
                    const struct query **ret, struct err *err) MUST_USE;
/* The usual spelling: fields.age >= 18 AND name ~ "lea". */
struct str query_text(const struct query *q, struct arena *a);

/* The values of a property of one contact: texts, numbers, datetimes; *ret may stay untouched
 * when 0. */
struct query_source {
    size_t (*values)(void *ctx, enum query_kind kind, struct str key, struct arena *a,
                     const struct val *const **ret);
    void *ctx;
};

/* Does the contact match? Values of another type than the property's never do. */
bool query_matches(const struct query *q, const struct query_source *source,
                   const struct expr_env *env, struct arena *a);
/* Words of a name, as the search compares them: lower case, two bytes and more. */
size_t query_name_words(struct str name, struct arena *a, const struct str **ret);

#endif
