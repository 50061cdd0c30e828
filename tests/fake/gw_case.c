/* gw_case.c - drives a gateway's codec with bytes, without a wire. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/fake/gw_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

enum rc gw_case_open(struct gw_case *c, const char *gateway, const char *config_json) {
    const struct val *config;
    memset(c, 0, sizeof(*c));
    arena_init(&c->a);
    c->now_ms = 1795320000000;
    if (gateway_find(str_from(gateway), &c->ch.kind) != OK ||
        json_parse(str_from(config_json), &c->a, &config, &c->err) != OK) {
        fprintf(stderr, "gw_case: no gateway %s, or bad JSON: %s\n", gateway, c->err.text);
        exit(2);
    }
    c->ch.name = str_from(gateway);
    c->ch.config = config;
    c->ch.public_url = STR("https://bot.example.org");
    return c->ch.kind->open(&c->ch, &c->a, &c->err);
}

void gw_case_done(struct gw_case *c) {
    arena_done(&c->a);
}

enum rc gw_case_hook(struct gw_case *c, const char *method, const char *action,
                     const char *query, const struct gw_header *header, size_t headers,
                     const char *body, struct gw_parsed *ret) {
    struct str path =
        arena_printf(&c->a, "/hook/%.*s%s%s", STR_ARG(c->ch.name), *action ? "/" : "", action);
    struct gw_request rq = {.method = str_from(method),
                            .path = path,
                            .action = str_from(action),
                            .query = str_from(query),
                            .header = header,
                            .headers = headers,
                            .body = str_from(body),
                            .remote_ip = STR("192.0.2.7"),
                            .now_ms = c->now_ms};
    rq.url = arena_printf(&c->a, "%.*s%.*s%s%s", STR_ARG(c->ch.public_url), STR_ARG(path),
                          *query ? "?" : "", query);
    return c->ch.kind->hook(&c->ch, &rq, &c->a, ret, &c->err);
}

struct outcome gw_case_send(struct gw_case *c, const struct outbound *msg,
                            const struct gw_answer *answer, size_t answers) {
    static const struct gw_answer REFUSED = {.error = {"refused", 7}};
    struct gw_send s = {.channel = &c->ch, .msg = msg, .a = &c->a, .now_ms = c->now_ms};
    const struct gw_answer *given = NULL;
    c->calls = 0;
    while (c->ch.kind->send_next(&s, given, &c->call[c->calls]) == GW_CALL) {
        given = c->calls < answers ? &answer[c->calls] : &REFUSED;
        if (++c->calls == GW_CASE_CALLS) {
            fprintf(stderr, "gw_case: the gateway does not end\n");
            exit(2);
        }
    }
    return s.outcome;
}

struct str gw_case_field(struct gw_case *c, size_t call, const char *key) {
    struct str url = c->call[call].url;
    size_t mark = str_find_char(url, '?', 0);
    struct str form = mark == SIZE_MAX ? c->call[call].body : str_sub(url, mark + 1, url.n);
    return gw_form_get(form, key, &c->a);
}

const struct val *gw_case_json(struct gw_case *c, size_t call) {
    const struct val *v;
    return json_parse(c->call[call].body, &c->a, &v, NULL) == OK ? v : NULL;
}
