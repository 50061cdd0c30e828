/* library.h - the set of flows in force, compiled, and old versions still being lived through. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef BOT_FLOW_LIBRARY_H
#define BOT_FLOW_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct program; /* bot/flow/program.h */
struct library;

struct library_source {
    struct str file; /* for messages: "flows/inscription.yaml" */
    struct str text;
};

/* All errors of all files at once. */
struct flow_problem {
    struct str file;
    int line, column;
    bool warning;
    struct str text, hint;
};
struct flow_problems {
    struct arena *a;
    struct flow_problem *problem;
    size_t n, errors;
};

/* Compiles every source, then checks them together (calls, duplicate keywords, unknown events). Old versions: `fetch`
 * gives the source of a hash that is no longer current (from the database), NONE when it is lost.
 * E_INVALID when there is any error; `problems` (never NULL) holds errors and warnings either way. */
enum rc library_load(const struct library_source *src, size_t n,
                     enum rc (*fetch)(void *ctx, struct str hash, struct arena *a, struct library_source *ret),
                     void *fetch_ctx, struct library **ret, struct flow_problems *problems) MUST_USE;
void library_free(struct library *l);

/* By name in force; by hash any version (fetched and compiled once). NULL when there is none. */
const struct program *library_get(const struct library *l, struct str name);
const struct program *library_version(const struct library *l, struct str name, struct str hash);
/* Enumerates those in force: their name, hash and source, to be stored by hash. */
size_t library_count(const struct library *l);
void library_item(const struct library *l, size_t i, struct str *ret_name, struct str *ret_hash,
                  struct library_source *ret_source);
/* The flow that a domain event or a first word starts; NULL when none. */
const struct program *library_for_event(const struct library *l, struct str event);
const struct program *library_for_keyword(const struct library *l, struct str folded_text);

#endif
