/* effects.h - what the engine decided becomes rows: messages, fields, timers, cases, acts. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_EFFECTS_H
#define JOBS_EFFECTS_H

#include "base/err.h"
#include "base/val.h"
#include "bot/engine.h"
#include "db/outbox.h"
#include "jobs/person.h"

/* Applies the turn's effects in order. With turn->needs_result the last one is an act:
 * *ret_result is its answer. */
enum rc effects_apply(struct person *p, const struct turn *turn, const struct val **ret_result,
                      struct err *err) MUST_USE;

/* Name, priority and default life of a kind of message: "reply", "urgent", "reminder",
 * "question", "survey", "bulk". */
struct str effects_kind_name(enum say_kind k);
int effects_priority(enum say_kind k);
/* Word of a button's kind in a stored message ("link"); an unknown or absent one is a reply. */
enum button_kind effects_button_kind(struct str word);

/* A text as the channel will carry it: the office's policy for SMS, digits of the choices where
 * there are no buttons. */
struct carrier;
struct str effects_text(const struct carrier *c, struct str text, struct str digits,
                        struct arena *a);

#endif
