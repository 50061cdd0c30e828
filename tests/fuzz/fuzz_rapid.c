/* fuzz_rapid.c - any bytes as an export: loaded, run, stored, restored, resumed, written. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>

#include "base/json.h"
#include "bot/rapid/rapid_session.h"
#include "bot/rapid/rapid_set.h"
#include "bot/rapid/rapid_yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct arena a;

static const struct val *json(const char *s) {
    const struct val *v = NULL;
    struct err err;
    return json_parse(str_from(s), &a, &v, &err) == OK ? v : NULL;
}

static void answer(void *ctx, const struct rapid_request *q, struct arena *arena,
                   struct rapid_response *ret) {
    (void)ctx;
    (void)q;
    (void)arena;
    ret->status = 200;
    ret->body = STR("{\"a\": [1, {\"b\": null}]}");
}

static void run(const struct rapid_program *p, const struct rapid_world *w, struct str flow) {
    static const char *const RESUMES[] = {
        "{\"type\": \"msg\", \"event\": {\"uuid\": \"m\", \"msg\": {\"text\": \"oui 19\"}}}",
        "{\"type\": \"webhook\", \"status\": 200, \"body\": \"{}\"}",
        "{\"type\": \"wait_timeout\"}", "{\"type\": \"wait_expiration\"}"};
    struct rapid_session *s;
    struct err err;
    struct str trigger = arena_printf(&a, "{\"type\": \"manual\", \"flow\": {\"uuid\": ");
    struct buf b;
    buf_init(&b, 1 << 20);
    buf_str(&b, trigger);
    json_quote(flow, &b);
    buf_puts(&b, "}}");
    const struct val *contact = json("{\"uuid\": \"p\", \"name\": \"Léa\", \"language\": "
                                     "\"fra\", \"urns\": [\"tel:+33639980123\"]}");
    const struct val *how = json(buf_cstr(&b));
    bool ok = how && rapid_session_start(p, w, contact, how, &a, &s, &err) == OK;
    for (size_t i = 0; ok && i < sizeof RESUMES / sizeof *RESUMES; i++) {
        const struct val *saved = json(arena_cstr(&a, json_text(rapid_session_save(s), &a)));
        if (!saved || rapid_session_restore(p, w, saved, &a, &s, &err) != OK) {
            abort(); /* what was saved is always read back */
        }
        enum rc rc = rapid_session_resume(s, json(RESUMES[i]), &err);
        ok = rc == OK || rc == E_STATE;
    }
    buf_done(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const struct rapid_program *p;
    const struct val *v;
    struct err err;
    struct rapid_world w = {.env = {.country = STR("FR"), .now = {.sec = 1770000000}},
                            .http = answer};
    arena_init(&a);
    if (size < 65536 &&
        json_parse((struct str){(const char *)data, size}, &a, &v, &err) == OK &&
        rapid_load(v, &w.env, &a, &p, &err) == OK) {
        for (size_t i = 0; i < p->flows && i < 4; i++) {
            struct rapid_yaml y;
            rapid_yaml_write(p, &p->flow[i], &a, &y);
            run(p, &w, p->flow[i].uuid);
            w.calls_later = !w.calls_later;
            run(p, &w, p->flow[i].uuid);
        }
        struct rapid_set set;
        if (rapid_set_read(v, &a, &set, &err) != OK) {
            abort(); /* what can be loaded can be installed */
        }
    }
    arena_done(&a);
    return 0;
}
