/* program.h - a compiled flow: immutable, shared by threads, known by the hash of its source.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_FLOW_PROGRAM_H
#define BOT_FLOW_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "bot/expr/expr.h"

struct step_kind; /* bot/flow/kind.h */
struct act_spec;  /* bot/flow/acts_spec.h */

/* Where an exit may lead besides a node: */
#define NODE_END (-1)   /* the flow ends */
#define NODE_HUMAN (-2) /* a case for the staff, then the flow stays at its question */

/* One text in one language. `formal` differs from `plain` only where the text has [tu|vous]
 * parts. */
struct text_form {
    struct str lang;
    struct str source; /* as written */
    const struct tmpl *plain, *formal;
    int line, column; /* of the first character of the text */
};

/* A text in all its languages; the first one written is the last resort. */
struct texts {
    const struct text_form *form;
    size_t n;
};

struct node_exit {
    struct str label; /* what a person reads on the graph: "oui", "sinon", "2 days" */
    int to;           /* index of a node, or NODE_* */
    bool used;        /* false: declared by the kind but cannot be taken */
};

/* One step. Nodes are numbered in the order written. */
struct node {
    const struct step_kind *kind;
    int index;
    struct str id; /* given with id:, else made from the place ("3", "3.then.1") */
    bool named;
    int line, column;
    struct node_exit *exit; /* written while compiling only */
    size_t exits;
    const void *data; /* the kind's own */
    const struct texts
        *fallback;      /* said instead when an expression of this step fails; or NULL */
    struct str summary; /* one line for listings and pictures */
};

struct param {
    struct str name, type;
    int line, column;
};

struct words {
    const struct str *item;
    size_t n;
};

/* A template and where it stands, for the checker: everything a flow evaluates is listed once.
 */
struct program_expr {
    const struct tmpl *tmpl;
    struct str source;
    int line, column;
    bool condition; /* a bare expression: failing means false */
    bool guarded;   /* a fallback text was given at this step */
    bool spoken;    /* part of a text that a person reads */
    const struct node *node;
};

/* Another flow that this one calls or starts, with what it gives. */
struct program_ref {
    struct str flow;
    const struct node *node;
    const struct param *given; /* names only */
    size_t givens;
    int line, column;
};

/* A name that as: creates: the answer of an act, or of a flow (act NULL). */
struct program_as {
    struct str name;
    const struct act_spec *act;
};

/* A text and what it is for, for the checker. */
struct program_text {
    const struct texts *texts;
    const char *use; /* "say", "ask", "retry"... */
    const struct node *node;
    int extra; /* characters that the channel adds (choices) */
};

struct program {
    struct str name, hash, file, source;
    struct texts title;
    struct str language, owner, about;
    bool system;     /* a reflex's flow, run on top of anything */
    bool interrupts; /* its keywords win over the question that waits */
    bool once;       /* a keyword does not start it while it is running (always so) */
    bool asks;       /* has at least one question or wait */
    bool identifies; /* says who writes and how to stop: first contact */
    int priority;    /* enum say_kind, or -1: as the event says */
    struct words keyword, event, intent, link;
    struct words opening; /* those of the keywords that other words may follow */
    bool advisor;         /* offered to advisors as something to start by hand */
    bool anything;        /* takes what nobody else understood */
    bool open;            /* takes whatever it is given, declared or not */
    const struct param *param;
    size_t params;
    struct words webhooks;       /* names of the services it asks */
    struct words returns, names; /* names: what as: and set: create here, and answers of ask */
    const struct texts *fallback;
    const struct node *const *node;
    size_t nodes;
    int entry; /* NODE_END for a flow without steps */
    const struct program_expr *expr;
    size_t exprs;
    const struct program_text *text;
    size_t texts;
    const struct program_ref *ref;
    size_t refs;
    const struct program_as *as;
    size_t ass;
    int line, column;
    int starts_line, starts_column; /* of what it starts with */
};

/* Index of the node with this id, or NODE_END. */
int program_find(const struct program *p, struct str id);
/* The form for a language; NULL only when there is no form at all. */
const struct text_form *program_form(const struct texts *t, struct str lang,
                                     struct str source_lang);

#endif
