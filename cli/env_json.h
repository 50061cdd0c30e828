/* env_json.h - environments and typed values as JSON: what eval, query and flow run read and
 * write. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef CLI_ENV_JSON_H
#define CLI_ENV_JSON_H

#include <stdio.h>

#include "bot/expr/expr.h"

#define ENV_JSON_LINE_MAX (8 * 1024 * 1024) /* bytes of one line of input */

/* Reads a JSON file whole. */
enum rc env_json_load(const char *path, struct arena *a, const struct val **ret,
                      struct err *err) MUST_USE;
/* One environment: `env` is the id of an entry of the list `all`, an environment itself, or
 * nothing (the usual one: YYYY-MM-DD, tt:mm, UTC). now: a missing "now" is the present moment.
 */
enum rc env_json_read(const struct val *all, const struct val *env, struct arena *a,
                      struct expr_env *ret, struct err *err) MUST_USE;
/* {"t": type, "v": value} to a value and back. Functions by their name; unknown types are
 * errors. */
const struct val *env_json_value(const struct val *typed, const struct expr_env *env,
                                 struct arena *a);
const struct val *env_json_typed(const struct val *v, struct arena *a);

/* What every line shares: the files named on the command line. */
struct env_json_files {
    const struct val *environments; /* NULL: none given */
    const struct val *fixtures;     /* an empty map: none given */
};

/* "rebond CALL [--fixtures FILE] [--environments FILE]": loads them and hands them to each line
 * as its ctx. Exit status as env_json_lines, or 2 for a wrong call or file. */
int env_json_main(int argc, char **argv, const char *call,
                  const struct val *(*line)(const struct val *in, void *ctx, struct arena *a));

/* Calls `line` for each JSON object of standard input with an arena that is empty again each
 * time, and prints what it returns as one line. Exit status: 0, or 2 when a line is no JSON. */
int env_json_lines(const struct val *(*line)(const struct val *in, void *ctx, struct arena *a),
                   void *ctx);

#endif
