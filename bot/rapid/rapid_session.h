/* rapid_session.h - one person in a RapidPro flow: start, resume, what happened, save and
 * restore. Pure: the world outside is a struct of functions. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_RAPID_RAPID_SESSION_H
#define BOT_RAPID_RAPID_SESSION_H

#include "bot/rapid/rapid.h"

#define RAPID_STEPS_MAX 100 /* nodes visited in one sprint */
#define RAPID_ACTIONS_PER_SPRINT 2000
#define RAPID_SPRINTS_MAX 500 /* sprints, and runs, in one session */

struct rapid_request {
    struct str method, url, body;
    const struct val *headers; /* map of texts */
};

/* status 0: no connection. */
struct rapid_response {
    int status;
    const struct val *headers; /* map of texts, or NULL */
    struct str body;
};

struct rapid_mail {
    const struct str *to;
    size_t recipients;
    struct str subject, body;
};

/* What lies outside. A function that is NULL is a service that this place does not have: the
 * action says so by an event. */
struct rapid_world {
    struct expr_env env; /* of the workspace; the person's zone and language go before it */
    void *ctx;
    void (*http)(void *ctx, const struct rapid_request *q, struct arena *a,
                 struct rapid_response *ret);
    bool calls_later; /* instead of http: the session waits at the action, see
                         rapid_session_request */
    /* NULL, or why the mail cannot be sent. */
    const char *(*mail)(void *ctx, const struct rapid_mail *m);
};

struct rapid_session;

/* contact and trigger as JSON values ({"type": "manual" | "msg" | "flow_action"..., "flow":
 * {"uuid"}, "event", "params", "batch", "call"}). The session lives in `a`, keeps views of
 * everything given, and is complete when this returns. E_INVALID: no such flow, or wrong
 * input. */
enum rc rapid_session_start(const struct rapid_program *p, const struct rapid_world *w,
                            const struct val *contact, const struct val *trigger,
                            struct arena *a, struct rapid_session **ret,
                            struct err *err) MUST_USE;
/* resume: {"type": "msg" | "wait_timeout" | "wait_expiration" | "dial", "event", "contact"}.
 * E_STATE: it is not waiting, or its wait does not take that. */
enum rc rapid_session_resume(struct rapid_session *s, const struct val *resume,
                             struct err *err) MUST_USE;
/* With world.calls_later: the web-hook whose answer the session waits for. False when it waits
 * for something else. The answer comes by a resume {"type": "webhook", "status", "body"};
 * status 0 is no answer. body and headers are known only in the sprint that asked. */
bool rapid_session_request(const struct rapid_session *s, struct rapid_request *ret);
/* "waiting", "completed" or "failed". */
struct str rapid_session_status(const struct rapid_session *s);
/* What happened in the last start or resume: maps with "type", "uuid", "created_on"... */
const struct val *rapid_session_events(const struct rapid_session *s);
/* Everything needed to go on later, as one JSON value; and back. Runs that have ended keep
 * their results, not their path and locals. */
const struct val *rapid_session_save(struct rapid_session *s);
enum rc rapid_session_restore(const struct rapid_program *p, const struct rapid_world *w,
                              const struct val *saved, struct arena *a,
                              struct rapid_session **ret, struct err *err) MUST_USE;
/* Every run with its path and locals, oldest first, also those that have ended. */
const struct val *rapid_session_runs(struct rapid_session *s);
/* The contact as it is now, as JSON. */
const struct val *rapid_session_contact(struct rapid_session *s);

#endif
