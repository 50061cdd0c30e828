/* dexpr.h - the small expressions of provider descriptors: compiled at load, evaluated without
 * I/O. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef GATEWAYS_DEXPR_H
#define GATEWAYS_DEXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/val.h"

/* The grammar, loosest first:
 *     a ?? b                    b when a is null or empty
 *     a or b, a and b, not a
 *     a == b  != < <= > >=      numbers as numbers, else texts; `a in [..]`, `a contains b`, `a
 * matches 'regex'` a ~ b                     texts joined      a + b, a - b  whole numbers a |
 * f(x)                  f(a, x) a.b  a['b']  a[0]  a[*].b (b of each element that has one)
 *     'text'  12  true false null  [a, b]  [expr for x in list if cond]  f(a, b)  name
 * A template is text with {expression} in it, `{{` and `}}` for braces; {expr?} leaves the
 * whole field out when the value is null or empty. */

#define DEXPR_LOCALS 4
#define DEXPR_LETS 16

struct dexpr; /* a compiled expression */
struct dtext; /* a compiled template */

enum dexpr_kind { DEXPR_UNKNOWN, DEXPR_VAR, DEXPR_CONFIG, DEXPR_LET };

/* What names mean while compiling; the descriptor's side of the bargain. */
struct dexpr_scope {
    const char *file;
    enum dexpr_kind (*resolve)(const struct dexpr_scope *scope, struct str name, int *ret_id);
    const char *(*suggest)(const struct dexpr_scope *scope, struct str name); /* or NULL */
    void *ctx;
    struct str source; /* text of the whole file, to find quotes; may be empty */
};

/* Values while evaluating. */
struct dexpr_env {
    struct arena *a;
    const struct val *config;
    const struct val *(*get)(struct dexpr_env *env,
                             int id); /* never NULL: &VAL_NIL when absent */
    void *ctx;
    const struct val *let[DEXPR_LETS];
    const struct val *local[DEXPR_LOCALS];
    int64_t now_ms;
    struct str region; /* country of national numbers, "FR" */
    struct str failed; /* first thing that could not be computed (a bad date...), else empty */
};

/* Compiles the text of a YAML scalar; errors carry its place plus the offset. */
enum rc dexpr_compile(const struct dexpr_scope *scope, const struct val *where, struct arena *a,
                      const struct dexpr **ret, struct err *err) MUST_USE;
const struct val *dexpr_eval(const struct dexpr *e, struct dexpr_env *env);
bool dexpr_true(const struct val *v);

/* How the values inside a template are escaped. The literal text never is. */
enum dtext_mode {
    DTEXT_RAW,
    DTEXT_URL, /* percent-encoded, but for a value at the very beginning (a base address) */
    DTEXT_XML,
    DTEXT_HEADER, /* line ends removed */
    DTEXT_JSON    /* as a JSON value: texts in quotes */
};

enum rc dtext_compile(const struct dexpr_scope *scope, const struct val *where,
                      enum dtext_mode mode, struct arena *a, const struct dtext **ret,
                      struct err *err) MUST_USE;
/* The text; *ret_omit is set when a {expr?} in it was empty. */
struct str dtext_eval(const struct dtext *t, struct dexpr_env *env, bool *ret_omit);
/* The value itself when the template is one {expr}, else its text. */
const struct val *dtext_value(const struct dtext *t, struct dexpr_env *env, bool *ret_omit);
/* The text when there is no expression in it; p NULL otherwise. */
struct str dtext_constant(const struct dtext *t);
/* True when evaluating it may read this variable (DEXPR_VAR id). */
bool dtext_uses(const struct dtext *t, int id);
bool dexpr_uses(const struct dexpr *e, int id);

/* The text of a value: null is "", numbers plain, lists and maps JSON. */
struct str dexpr_text(const struct val *v, struct arena *a);
bool dexpr_is_empty(const struct val *v); /* null, "", [] or {} */
/* "a=1&b=2" as a map, first value of a repeated key. */
const struct val *dexpr_form(struct str form, struct arena *a);
/* E.164 of a number as people or providers write it, in env->region; null when it is none. */
const struct val *dexpr_e164(struct dexpr_env *env, const struct val *number);
/* True for the form of our own message tags (13 characters of gw_tag, or a UUID). */
bool dexpr_is_tag(struct str s);
/* "name(args)" of every function with its sense, for the documentation; ended by NULL. */
const char *const *dexpr_functions(void);

#endif
