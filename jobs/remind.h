/* remind.h - what is due: invitations, reminders, check-ins and time-outs become inbox events.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_REMIND_H
#define JOBS_REMIND_H

#include <stdint.h>

#include "base/err.h"
#include "bot/effect.h"
#include "db/meetups.h"

struct service;

/* Takes due timers and makes events of them, in one transaction a batch. Returns how many, or a
 * negative rc. */
int remind_round(struct service *s);

/* One event for one person at the next permitted hour; the key makes it happen once however
 * often it is asked for. After expires_ms (0 = never) it is dropped. In a write transaction. */
enum rc remind_raise(struct service *s, int64_t contact_id, const char *name, const char *data,
                     enum say_kind kind, const char *key, int64_t expires_ms,
                     int64_t now_ms) MUST_USE;

/* Looks ahead: makes the coming meetups of every series (about two months) and arms their
 * timers; finds follow-up waves that are due. Cheap and safe to repeat; runs at start, each
 * hour, and after a change. */
enum rc remind_plan(struct service *s) MUST_USE;

/* Arms (or arms again after a change of date) the timers of one meetup. In a write transaction.
 */
enum rc remind_arm_meetup(struct service *s, const struct meetup *m, int64_t now_ms) MUST_USE;
/* Invites one person at `at_ms`: the text leaves then unless they have answered meanwhile. In a
 * write transaction. */
enum rc remind_invite_one(struct service *s, int64_t meetup_id, int64_t contact_id,
                          int64_t at_ms, int64_t now_ms) MUST_USE;

/* Staff cancel or change a meetup: what is queued about it is held back, and only those who
 * hold or wait for a place are told, before any other message. `what`: "date", "time", "venue",
 * for the text. In a write transaction. */
enum rc remind_cancel(struct service *s, int64_t meetup_id, const char *reason,
                      int64_t now_ms) MUST_USE;
enum rc remind_changed(struct service *s, const struct meetup *before,
                       const struct meetup *after, int64_t now_ms) MUST_USE;

#endif
