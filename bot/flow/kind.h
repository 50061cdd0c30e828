/* kind.h - what one kind of step must tell about itself, and the helpers to compile it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_FLOW_KIND_H
#define BOT_FLOW_KIND_H

#include "base/val.h"
#include "bot/flow/library.h"
#include "bot/flow/program.h"

struct compile; /* bot/flow/compile.c */
struct run;     /* bot/turn.h */
struct event;   /* bot/engine.h */
struct ask;     /* bot/understand/understand.h */
struct answer;  /* the same */

/* What may be written behind a key. The checker, the reference and the schema for editors read
 * it. */
enum key_shape {
    KEY_TEXTS,    /* a text, or {fr: ..., en: ...} */
    KEY_RETRY,    /* a list of KEY_TEXTS */
    KEY_TEMPLATE, /* one text with expressions */
    KEY_EXPR,     /* a bare expression */
    KEY_NAME,     /* letters, digits, _ : a new name */
    KEY_FIELD,    /* contact.FIELD or a name */
    KEY_LABEL,    /* id of a step, or "end" */
    KEY_STEPS,    /* a list of steps */
    KEY_THEN,     /* human, skip, end, or a list of steps */
    KEY_DURATION, /* "2 days", "45 min" */
    KEY_TIMEOUT,  /* {after: DURATION, go: LABEL} or {after: DURATION, do: STEPS} */
    KEY_FLAG,     /* yes or no */
    KEY_WORDS,    /* a word or a list of words */
    KEY_ENTRIES,  /* a map of name: KEY_TEMPLATE */
    KEY_OPTIONS,  /* the choices of a question */
    KEY_CASES,    /* a map of value: KEY_STEPS */
    KEY_CHOICES,  /* a list of {when: EXPR, do: STEPS} */
    KEY_ENUM,     /* one of `choices` */
    KEY_ACT,      /* name of an act */
    KEY_FLOW,     /* name of a flow */
    KEY_STARTS,   /* what begins a flow: STARTS_SPEC */
    KEY_EVENT,    /* a name of events_spec.c, or several */
    KEY_WAIT,     /* DURATION or {until: TEMPLATE} */
    KEY_NOTHING   /* no value, or anything short: "end:" */
};

struct key_spec {
    const char *name; /* NULL ends the table; the first row is the key that names the step */
    enum key_shape shape;
    bool required;
    const char *choices; /* KEY_ENUM: "a b c" */
    const char *doc_fr, *doc_en;
};

/* What `run` and `resume` return besides the index of the next node (NODE_END included). */
enum step_next {
    STEP_WAIT = -10,   /* the turn stops here: the frame's wait says for what */
    STEP_PUSHED = -11, /* another frame is on top: go on there */
    STEP_QUIT = -12,   /* every conversation ends */
    STEP_AGAIN = -13   /* run the same step again */
};

struct step_kind {
    const char *name;
    const struct key_spec *key;
    bool waits; /* a loop through it is no endless loop */
    bool asks;  /* takes the place of the person's one open question */
    bool lasts; /* the flow goes on in a later turn, though nobody is asked: it is no mere
                   notice */
    /* Reads `step` (a map whose keys and shapes were checked) into n->data and n's exits.
     * `next` is where the sequence goes on. */
    void (*compile)(struct compile *c, const struct val *step, struct node *n, int next);
    int (*run)(struct run *r, const struct node *n);
    int (*resume)(struct run *r, const struct node *n,
                  const struct event *ev); /* NULL: never waits */
    /* Questions only. How the reply is to be read; an explanation said, or false when there is
     * none; whether any words are an answer (a name, a free text), so that a keyword must win.
     */
    void (*question)(struct run *r, const struct node *n, struct ask *ret);
    bool (*explain)(struct run *r, const struct node *n);
    bool (*takes_anything)(const struct node *n);
    /* The reading is an answer to this question. */
    bool (*accepts)(struct run *r, const struct node *n, const struct answer *a);
    const char *doc_fr, *doc_en;
};

/* Helpers for `compile`. An absent key gives NULL, -1 or an empty answer; what is wrong was or
 * is reported. */
struct arena *compile_arena(struct compile *c);
void compile_wrong(struct compile *c, const struct val *at, const char *hint, const char *fmt,
                   ...) PRINTF_LIKE(4, 5);
const struct texts *compile_texts(struct compile *c, const struct val *v, const char *use,
                                  int extra);
const struct tmpl *compile_template(struct compile *c, const struct val *v);
const struct tmpl *compile_expr(struct compile *c, const struct val *v);
int compile_block(struct compile *c, const struct val *list, const char *label,
                  int next); /* first node */
int64_t compile_duration(struct compile *c, const struct val *v);
bool compile_flag(struct compile *c, const struct val *v, bool dflt);
struct words compile_words(struct compile *c, const struct val *v, bool fold);
/* Adds an exit and returns its number among the node's exits. */
int compile_exit(struct compile *c, struct node *n, const char *label, int to);
/* The same towards a step by its id, which may come later in the file. */
int compile_exit_go(struct compile *c, struct node *n, const char *label,
                    const struct val *target);
/* {after:, go:|do:}: the exit's number, and the time; -1 when v is NULL. */
int compile_timeout(struct compile *c, struct node *n, const struct val *v, int next,
                    int64_t *ret_ms);
void compile_summary(struct compile *c, struct node *n, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* name: template pairs, in order. */
struct entry {
    struct str name;
    const struct tmpl *value;
    int line, column;
};
const struct entry *compile_entries(struct compile *c, const struct val *map, size_t *ret_n);
/* `save:` and the keys of `set:`: a declared contact.FIELD, or a name. */
void compile_field(struct compile *c, struct str target, int line, int column);
/* Another flow is called or started; checked when all are read. */
void compile_flow_ref(struct compile *c, const struct val *flow, const struct entry *with,
                      size_t n);
/* `as:` names the answer of an act (or of a flow, act NULL). */
void compile_as(struct compile *c, const struct val *as, const struct act_spec *act);
/* The flow asks this service: named in the configuration, or not at all. */
void compile_webhook(struct compile *c, struct str name);
const struct flow_lang *compile_lang(const struct compile *c);
const struct library *compile_library(const struct compile *c);
const struct program *compile_program(const struct compile *c);
/* From now on texts of this step need no fallback of their own. */
void compile_guard(struct compile *c, bool guarded);

#endif
