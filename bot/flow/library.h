/* library.h - the set of flows in force, compiled, and old versions still being lived through.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
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

/* What the language is made of: the tables that travel downward. The one in use is STEPS_LANG
 * in bot/steps/steps.h. */
struct step_kind; /* bot/flow/kind.h */
struct act_spec;  /* bot/flow/acts_spec.h */
struct flow_front;
struct flow_lang {
    const struct step_kind *const *step; /* ended by NULL */
    const struct act_spec *act;          /* ended by a NULL name */
    const struct flow_front *front;      /* another way to write flows, or NULL */
};

/* Flows written in another way than our YAML: a set of them in one file, known together by the
 * hash of that file, and the fields they keep of a person. */
struct field_spec;
struct flow_front_set {
    struct program *const *program;
    size_t programs;
    const struct field_spec *field;
    size_t fields;
};
struct flow_front {
    const char *suffix; /* of its files' names: ".json" */
    bool (*owns)(struct str text);
    /* Everything given and made lives in `a`. */
    void (*read)(const struct library_source *src, struct arena *a, struct flow_front_set *ret,
                 struct flow_problems *problems);
};

/* Measures a text as a channel would: given by whoever knows one (gateways/sms_text through
 * cli). NULL = no such check. */
struct text_measure {
    int segments;            /* SMS parts */
    bool gsm;                /* all in the GSM-7 alphabet */
    int bad_column;          /* first character outside it, from 1; 0 = none */
    struct str bad, replace; /* that character, and a free replacement ("" = none) */
};
struct text_meter {
    void (*measure)(struct str text, struct arena *a, struct text_measure *ret);
};

/* Compiles every source, then checks them together (calls, duplicate keywords, unknown events).
 * Old versions: `fetch` gives the source of a hash that is no longer current (from the
 * database), NONE when it is lost. E_INVALID when there is any error; `problems` (never NULL)
 * holds errors and warnings either way. */
enum rc library_load(const struct flow_lang *lang, const struct library_source *src, size_t n,
                     enum rc (*fetch)(void *ctx, struct str hash, struct arena *a,
                                      struct library_source *ret),
                     void *fetch_ctx, struct library **ret,
                     struct flow_problems *problems) MUST_USE;
/* The slow and thorough checks of `rebond flow check`, after a load without errors: texts,
 * translations, segments, identity and way to stop, shape of the graph. meter may be NULL. Adds
 * to `problems`. */
void library_check(const struct library *l, const struct text_meter *meter,
                   struct flow_problems *problems);
void library_free(struct library *l);

/* By name in force; by hash any version (fetched and compiled once). NULL when there is none.
 */
const struct program *library_get(const struct library *l, struct str name);
const struct program *library_version(const struct library *l, struct str name,
                                      struct str hash);
/* Enumerates those in force: their name, hash and source, to be stored by hash. */
size_t library_count(const struct library *l);
void library_item(const struct library *l, size_t i, struct str *ret_name, struct str *ret_hash,
                  struct library_source *ret_source);
/* The flow that a domain event or a first word starts; NULL when none. */
const struct program *library_for_event(const struct library *l, struct str event);
const struct program *library_for_keyword(const struct library *l, struct str folded_text);
/* The same for what a message means when no question waits, or as a reflex: names of enum
 * intent in lower case, and "stop_doubt", "unclear". */
const struct program *library_for_intent(const struct library *l, struct str intent);
/* The parameter of a deep link or a printed code. */
const struct program *library_for_link(const struct library *l, struct str payload);

/* The flow that takes what nobody else understood; NULL when there is none. */
const struct program *library_for_anything(const struct library *l);

/* A text as keywords are compared: text_fold, no punctuation around, runs of three or more
 * letters cut to one. */
struct str library_fold(struct str text, struct arena *a);

/* Standing texts of flows/_textes.yaml ("retry", "guess", "cannot_skip"...); NULL when it is
 * not there. */
const struct texts *library_text(const struct library *l, const char *name);
/* A declared field of the contact (flows/_champs.yaml); NULL when there is none. */
struct field_spec {
    struct str name, type, title_fr, title_en;
    struct str see; /* least role that may read it: "animator", "advisor", "coordinator" */
    int line, column;
};
const struct field_spec *library_field(const struct library *l, struct str name);
size_t library_fields(const struct library *l, const struct field_spec **ret);

#endif
