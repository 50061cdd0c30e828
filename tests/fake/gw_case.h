/* gw_case.h - drives a gateway's codec with bytes, without a wire. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef TESTS_GW_CASE_H
#define TESTS_GW_CASE_H

#include "base/arena.h"
#include "gateways/gateway.h"

#define GW_CASE_CALLS 32

struct gw_case {
    struct arena a;
    struct gw_channel ch;
    struct err err;
    struct gw_call call[GW_CASE_CALLS]; /* made by the last send */
    size_t calls;
    int64_t now_ms;
};

/* A channel named as its gateway, public address https://bot.example.org. Returns open()'s
 * result. */
enum rc gw_case_open(struct gw_case *c, const char *gateway, const char *config_json);
void gw_case_done(struct gw_case *c);

/* Delivers a request to the hook; headers may be NULL. */
enum rc gw_case_hook(struct gw_case *c, const char *method, const char *action,
                     const char *query, const struct gw_header *header, size_t headers,
                     const char *body, struct gw_parsed *ret);

/* Sends, giving the answers in order; calls beyond them get "connection refused". */
struct outcome gw_case_send(struct gw_case *c, const struct outbound *msg,
                            const struct gw_answer *answer, size_t answers);

/* Value of a form field of a call's query (GET) or body; p NULL when absent. */
struct str gw_case_field(struct gw_case *c, size_t call, const char *key);
/* JSON body of a call, or NULL. */
const struct val *gw_case_json(struct gw_case *c, size_t call);

#endif
