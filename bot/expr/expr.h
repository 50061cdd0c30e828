/* expr.h - texts with expressions ("Salut @contact.first_name"): compile once, evaluate many.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_EXPR_EXPR_H
#define BOT_EXPR_EXPR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"
#include "base/val.h"
#include "base/zone.h"

/* How two words are compared when case alone is not enough (RapidPro "input collation"). */
enum expr_collation { EXPR_COLLATE_DEFAULT, EXPR_COLLATE_CONFUSABLES, EXPR_COLLATE_ARABIC };

/* How a place writes dates and numbers, and what time it is there. Plain data, set once a turn.
 * A text with p == NULL takes its usual value ("DD-MM-YYYY", "tt:mm", "." and ",", or the
 * French ones when `french`); an empty text with p set is really empty. zone NULL is UTC. */
struct expr_env {
    struct str
        date_format; /* "DD-MM-YYYY", "YYYY-MM-DD", "MM-DD-YYYY": also the order when reading */
    struct str time_format; /* "tt:mm" (24 h), "h:mm aa" ... */
    const struct zone *zone;
    struct str country;  /* "FR": region of national phone numbers */
    struct str language; /* ISO 639-3 of the person or the workspace, "fra", "eng" */
    const struct str *allowed_language;
    size_t allowed_languages;
    struct str decimal_symbol, grouping_symbol;
    enum expr_collation collation;
    bool redact_urns;
    bool french; /* the deliberate differences of docs/expressions.md are on */
    struct instant now;
    uint64_t *random; /* state of the turn's generator; NULL = expressions with chance fail */
    const struct val
        *locations; /* list of {name, aliases, children}; NULL = has_state & co. fail */
};

/* Where names come from. `root` gives the value of a top-level name (folded to lower case by
 * the caller of the compiler), or NULL when it does not exist in this context. */
struct expr_scope {
    const struct expr_env *env;
    const struct val *(*root)(void *ctx, struct str name, struct arena *a);
    void *ctx;
    struct arena *a; /* results live here */
    int64_t fuel;    /* steps left; E_LIMIT when used up. EXPR_FUEL at the start of a turn */
};
#define EXPR_FUEL 200000
#define EXPR_DEPTH_MAX 100
#define EXPR_TEXT_MAX 65536  /* bytes of any computed text */
#define EXPR_ITEMS_MAX 10000 /* characters of repeat(), items of split() */

struct tmpl; /* immutable, lives in the arena it was compiled into, shared by threads */

/* Compiles a text. `is_root` says which first names are expressions; others stay literal text
 * ("moi@example.org"); NULL = every name is. A syntax error inside @(...) does not fail the
 * compilation (the reference evaluates it to an error): it is kept, reported by tmpl_problems,
 * and is an error value when run. E_LIMIT when the source is over EXPR_TEXT_MAX bytes. */
enum rc tmpl_compile(struct str source, bool (*is_root)(void *ctx, struct str name), void *ctx,
                     struct arena *a, const struct tmpl **ret, struct err *err) MUST_USE;
/* The same for one bare expression without "@" ("age(fields.born) < 18"): conditions of our
 * YAML. */
enum rc expr_compile(struct str source, bool (*is_root)(void *ctx, struct str name), void *ctx,
                     struct arena *a, const struct tmpl **ret, struct err *err) MUST_USE;

/* Problems found without running: syntax errors, unknown functions or names, wrong number of
 * arguments, and (as warnings) expressions that may fail. column counts characters from 1
 * within the source. */
struct tmpl_problem {
    int column;
    bool warning;
    struct str text, hint;
};
size_t tmpl_problems(const struct tmpl *t, struct arena *a, const struct tmpl_problem **ret);
/* Every dotted name it reads ("contact.first_name"), in order, for the checker. */
size_t tmpl_names(const struct tmpl *t, struct arena *a, const struct str **ret);
bool tmpl_is_constant(const struct tmpl *t, struct str *ret); /* no expression inside */

/* Evaluates to a text. OK; E_INVALID when an expression failed (*ret is what is left, err the
 * first failure with its column); E_LIMIT when out of fuel or over EXPR_TEXT_MAX. */
enum rc tmpl_text(const struct tmpl *t, struct expr_scope *scope, struct str *ret,
                  struct err *err) MUST_USE;
/* Evaluates to a value: typed when the template is one lone expression, else VAL_TEXT.
 * Failure is a VAL_ERROR value, never NULL. */
const struct val *tmpl_value(const struct tmpl *t, struct expr_scope *scope);
/* What the putting together of a text is watched by. failed: each expression that failed, as
 * written ("@(1 / 0)"), and why. escape: how the text of a value is written into the text
 * around it. Either may be NULL. */
struct tmpl_watch {
    void (*failed)(void *ctx, struct str expression, struct str why);
    struct str (*escape)(void *ctx, struct str text, struct arena *a);
    void *ctx;
};
/* tmpl_text and tmpl_value for callers that want to know each failure, not the first alone. A
 * text with failures in it is OK here: *ret is what is left; E_LIMIT as in tmpl_text. */
enum rc tmpl_text_watched(const struct tmpl *t, struct expr_scope *scope,
                          const struct tmpl_watch *watch, struct str *ret,
                          struct err *err) MUST_USE;
const struct val *tmpl_value_watched(const struct tmpl *t, struct expr_scope *scope,
                                     const struct tmpl_watch *watch);
/* Truth of a value as the language has it: error false, null false, "" false, "false" false,
 * 0 false, empty list/map false, else true. */
bool expr_truth(const struct val *v, struct expr_scope *scope);
/* A value as the text a person reads. */
struct str expr_text(const struct val *v, struct expr_scope *scope);
/* The same, made pretty as format() does: numbers grouped, dates in the place's order, lists in
 * lines. */
struct str expr_format(const struct val *v, struct expr_scope *scope);

/* Calls a function or router test by name ("has_number_between") with values, as an expression
 * would. Failure, an unknown name included, is a VAL_ERROR value, never NULL. A test that
 * matches gives a map with "match" (and perhaps "extra") that is true, else one that is false.
 */
const struct val *expr_call(struct expr_scope *scope, struct str name,
                            const struct val *const *args, size_t n);
/* Is there a function of that name? For checkers. */
bool expr_has_function(struct str name);

/* "Favorite Color" -> "favorite_color": the key of a result. */
struct str expr_snakify(struct str s, struct arena *a);
/* Words of a text: runs of letters, marks, digits, "_" and "'"; each symbol is a word of its
 * own. */
size_t expr_tokenize(struct str s, struct arena *a, const struct str **ret);
/* Equal in this collation (case never counts). */
bool expr_collate_equals(struct str a, struct str b, enum expr_collation how,
                         struct arena *tmp);
/* A map that converts to `fallback` where a text, number... is wanted. */
const struct val *expr_object(struct arena *a, const struct val *map,
                              const struct val *fallback);

/* Reads a date and time as datetime() does. NONE when there is none. */
enum rc expr_read_datetime(struct str s, const struct expr_env *env, struct arena *a,
                           struct instant *ret);
/* Reads a whole text as a number: "12", "-3.5" (and "17,5", "1 200" when env->french). */
enum rc expr_read_number(struct str s, const struct expr_env *env, struct arena *a,
                         struct dec *ret);

/* The reference of functions, from the same table that runs them. Rows in alphabetical order;
 * NULL past the last one. max -1 = any number of arguments. */
struct expr_function {
    const char *name, *args; /* "round", "number [, places]" */
    int min, max;
    bool is_test;        /* has_*: gives match, may be a router's case */
    bool may_fail;       /* can be an error with well-formed arguments of unknown content */
    const char *fr, *en; /* one line each */
};
const struct expr_function *expr_function_at(size_t i);

#endif
