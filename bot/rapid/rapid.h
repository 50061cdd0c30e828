/* rapid.h - flows brought from RapidPro or TextIt (spec 13 and 14): JSON to an immutable
 * program. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_RAPID_RAPID_H
#define BOT_RAPID_RAPID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/val.h"
#include "bot/expr/expr.h"
#include "bot/expr/query.h"

struct rapid_kind; /* a kind of action, see rapid_priv.h */

struct rapid_exit {
    struct str uuid, destination; /* destination empty: the run ends there */
};

struct rapid_category {
    struct str uuid, name, exit;
};

struct rapid_case {
    struct str uuid, type, category; /* type: a has_* test */
    const struct str *argument;
    size_t arguments;
};

/* wait.type is empty when the node does not wait. timeout_seconds 0: no time-out. */
struct rapid_wait {
    struct str type, timeout_category, phone;
    int64_t timeout_seconds, dial_seconds, call_seconds;
    const struct val *hint;
};

struct rapid_router {
    bool random; /* else a switch */
    struct str result_name, operand, default_category;
    const struct rapid_category *category;
    size_t categories;
    const struct rapid_case *cases;
    size_t n_cases;
    struct rapid_wait wait;
};

struct rapid_action {
    const struct rapid_kind *kind;
    struct str uuid;
    const struct val *def;
};

struct rapid_node {
    struct str uuid;
    const struct rapid_action *action;
    size_t actions;
    const struct rapid_router *router; /* NULL: the first exit is taken */
    const struct rapid_exit *exit;
    size_t exits;
};

struct rapid_flow {
    struct str uuid, name, language, type, spec;
    int64_t revision, expire_minutes;
    const struct val *localization, *def; /* def: after migration to the newest spec */
    const struct rapid_node *node;        /* the first is the entry */
    size_t nodes;
};

struct rapid_group {
    const struct val *def;
    struct str uuid, name;
    const struct query *query; /* NULL: people are put in by hand */
};

/* What is wrong or cannot be supported, and where. */
struct rapid_problem {
    bool warning;                  /* it runs, but not all of it does here what it did there */
    struct str flow, node, action; /* names and uuids; may be empty */
    struct str text;
};

struct rapid_program {
    const struct val *assets; /* channels, fields, globals, labels... as given */
    const struct rapid_flow *flow;
    size_t flows;
    const struct rapid_group *group;
    size_t groups;
    const struct rapid_problem *problem;
    size_t problems;
    const struct rapid_text *const *text; /* every text with an expression, compiled */
    size_t texts;                         /* slots of that table, a power of two */
};

#define RAPID_FLOWS_MAX 2000
#define RAPID_NODES_MAX 5000
#define RAPID_ACTIONS_MAX 1000
#define RAPID_EXITS_MAX 200

/* Reads {"flows": [...], "channels": [...], "groups": [...], ...} or one flow alone. Flows of
 * spec 13 are migrated in memory. OK even when some flows are wrong: they are missing from the
 * program and each fault is a problem that names flow, node and action. E_INVALID when it is no
 * such file at all. env: how queries of groups are read. */
enum rc rapid_load(const struct val *assets, const struct expr_env *env, struct arena *a,
                   const struct rapid_program **ret, struct err *err) MUST_USE;
/* NULL when there is none. */
const struct rapid_flow *rapid_flow_find(const struct rapid_program *p, struct str uuid);
const struct rapid_node *rapid_node_find(const struct rapid_flow *f, struct str uuid);
const struct rapid_group *rapid_group_find(const struct rapid_program *p, struct str uuid);
/* An entry of assets[list] whose member `key` is `value`; names compare without case. */
const struct val *rapid_asset(const struct rapid_program *p, const char *list, const char *key,
                              struct str value);
/* The newest spec that is understood, "14.4.2". */
extern const char RAPID_SPEC[];
/* The names that may begin an expression ("contact", "results"...). ctx is not used. */
bool rapid_is_root(void *ctx, struct str name);
/* The compiled form of a text of the program, else compiled now. NULL when it is too long. */
const struct tmpl *rapid_text_get(const struct rapid_program *p, struct str source,
                                  struct arena *a);

#endif
