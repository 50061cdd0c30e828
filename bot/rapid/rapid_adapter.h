/* rapid_adapter.h - a brought flow behind the face of our own engine: world, session and event
 * in, session and effects out. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_RAPID_RAPID_ADAPTER_H
#define BOT_RAPID_RAPID_ADAPTER_H

#include "bot/engine.h"
#include "bot/rapid/rapid.h"

/* The name by which EVENT_START and a frame call a brought flow: "rapid:" and its uuid. */
#define RAPID_ADAPTER_PREFIX "rapid:"

/* Is the conversation on top one of these? */
bool rapid_adapter_owns(const struct session *s);
/* The flow that an event asks to start (by prefixed uuid or by name); NULL: not one of these.
 */
const struct rapid_flow *rapid_adapter_flow(const struct rapid_program *p,
                                            const struct event *ev);
/* engine_step for such a conversation: EVENT_START begins one (the session must hold none),
 * EVENT_MESSAGE and EVENT_TIMEOUT go on. Messages, fields, tags and cases become effects; what
 * has no effect here (mails, web-hooks, broadcasts...) is told in the trace, and by a case when
 * the flow failed. handled is false, and the session as it was, when the event is not for it.
 * E_INVALID for a damaged session or an unknown flow. */
enum rc rapid_adapter_step(const struct rapid_program *p, const struct world *w,
                           const struct session *s, const struct event *ev, struct arena *a,
                           struct turn *ret, struct err *err) MUST_USE;

#endif
