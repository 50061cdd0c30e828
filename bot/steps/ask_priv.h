/* ask_priv.h - a compiled question, shared by step_ask.c (asking) and ask_reply.c (hearing). */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_STEPS_ASK_PRIV_H
#define BOT_STEPS_ASK_PRIV_H

#include "bot/steps/steps_priv.h"

/* A row of the table of question kinds. */
struct ask_row {
    const char *name; /* in the flow */
    enum ask_kind kind;
    enum intent accept[4]; /* ended by INTENT_UNCLEAR */
    bool attachment;       /* a picture or a place sent by the channel is the answer */
};

struct ask_choice {
    struct str key;
    const struct texts *label;
    struct words synonym;
    int exit; /* -1: goes on */
};

enum ask_then { ASK_THEN_HUMAN, ASK_THEN_SKIP, ASK_THEN_DEFAULT, ASK_THEN_EXIT };

struct ask_data {
    const struct ask_row *row;
    const struct texts *text, *sms, *again, *explain, *invalid;
    const struct texts **retry;
    size_t retries;
    struct str save, name; /* name: of the result; the step's id */
    const struct ask_choice *choice;
    size_t choices;
    const struct tmpl *brought; /* options: "@with.options": choices that a value brings */
    bool several, digits, may_skip, keep, silent;
    enum ask_hint hint;
    struct words yes, no;
    int next, if_yes, if_no, if_maybe, then_exit, timeout_exit;
    enum ask_then then;
    const struct tmpl *skip_if, *valid_if, *dflt;
    int64_t timeout_ms;
};

#define ASK_CHOICES_MAX 20
#define ASK_GUESS "_guess" /* the variable that holds a reading to be confirmed */

/* Sends a text as the open question: choices, buttons, time-out. */
void ask_send(struct run *r, const struct node *n, struct str text);
/* The question itself, in its short form when it is asked again. */
int ask_run(struct run *r, const struct node *n);
int ask_resume(struct run *r, const struct node *n, const struct event *ev);
bool ask_accepts(struct run *r, const struct node *n, const struct answer *a);
void ask_question(struct run *r, const struct node *n, struct ask *ret);

/* Choices that a value brings are read when the question is first asked, and stay while it
 * waits. False: the value is no list of 1 to ASK_CHOICES_MAX texts (or of {key, text}); the
 * flow is told to be broken. */
bool ask_options_fix(struct run *r, const struct node *n);
size_t ask_options_count(struct run *r, const struct ask_data *d);
struct str ask_options_key(struct run *r, const struct ask_data *d, size_t i);
/* What the person reads, in their language, cut to the size of a button. */
struct str ask_options_label(struct run *r, const struct node *n, size_t i);
void ask_options_fill(struct run *r, const struct node *n, struct ask *ret);

#endif
