/* replay.h - recorded exchanges with providers, played through the gateways without a socket.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef CLI_REPLAY_H
#define CLI_REPLAY_H

#include "base/arena.h"
#include "base/err.h"
#include "base/val.h"
#include "gateways/gateway.h"

/* One recorded case (a JSON object) to what the service makes of it, both as the conformance
 * notes of the project define them: requests to our web-hooks (dir "in"), messages sent against
 * recorded answers (dir "out"), pure vectors (a line with "text" or with "scheme"). Nothing is
 * kept between cases. */
enum rc replay_case(const struct val *line, struct arena *a, const struct val **ret,
                    struct err *err) MUST_USE;

/* The kinds of cases. */
enum rc replay_in(const struct val *line, struct arena *a, struct val_builder *out,
                  struct err *err) MUST_USE;
enum rc replay_out(const struct val *line, struct arena *a, struct val_builder *out,
                   struct err *err) MUST_USE;
enum rc replay_vector(const struct val *line, struct arena *a, struct val_builder *out,
                      struct err *err) MUST_USE;

/* A channel named after the case's gateway, with the case's settings; its memory holds nothing
 * but "cached_token" of the settings. */
struct replay_channel {
    struct gw_channel channel;
    struct gw_memory memory;
    struct replay_value *value;
    bool asked_in_vain; /* the gateway asked for a value nobody had given */
    struct str assumed; /* what to answer then; empty = nothing */
    struct arena *a;
    int64_t now_ms;
};
enum rc replay_open(const struct val *line, struct arena *a, struct replay_channel *ret,
                    struct err *err) MUST_USE;

/* The case's provider ("mock_responses"): each request gets the first unused answer that fits.
 */
struct replay_provider;
struct replay_provider *replay_provider_new(const struct val *line, struct arena *a);
/* False when no answer fits: then the connection is refused. */
bool replay_provider_ask(struct replay_provider *p, const struct gw_call *call,
                         struct gw_answer *ret);

/* {method, url, headers, body, answer_status} */
const struct val *replay_request(const struct gw_call *call, int status, struct arena *a);
/* "2026-11-22T10:00:00Z" */
const struct val *replay_time(int64_t ms, struct arena *a);

#endif
