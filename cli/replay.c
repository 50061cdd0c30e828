/* replay.c - what all kinds of recorded cases share: the channel, its memory, the way out. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/replay.h"

#include <string.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/json.h"

struct replay_value {
    struct replay_value *next;
    struct str key, text;
    int64_t expires_ms;
};

static enum rc memory_get(void *ctx, struct str key, int64_t now_ms, struct arena *a,
                          struct str *ret) {
    struct replay_channel *rc = ctx;
    for (struct replay_value *v = rc->value; v; v = v->next) {
        if (str_eq(v->key, key) && v->expires_ms > now_ms) {
            *ret = v->text;
            return OK;
        }
    }
    struct str held = val_get_text(rc->channel.config, "cached_token", rc->assumed);
    (void)a;
    if (held.n && str_ends(key, STR("token"))) {
        *ret = held;
        return OK;
    }
    rc->asked_in_vain = true;
    return NONE;
}

static void memory_put(void *ctx, struct str key, struct str value, int64_t expires_ms) {
    struct replay_channel *rc = ctx;
    struct replay_value *v = ARENA_NEW(rc->a, struct replay_value);
    v->key = arena_str(rc->a, key);
    v->text = arena_str(rc->a, value);
    v->expires_ms = expires_ms;
    v->next = rc->value; /* the newest of a key is found first */
    rc->value = v;
}

/* The configuration of a service is made of texts; JSON has numbers and booleans too. */
static const struct val *as_texts(const struct val *config, struct arena *a) {
    struct val_builder *b = val_map_begin(a);
    for (size_t i = 0; val_is(config, VAL_MAP) && i < config->map.n; i++) {
        const struct val_pair *p = &config->map.pair[i];
        bool plain = p->val->type == VAL_BOOL || p->val->type == VAL_NUMBER;
        if (p->val->type != VAL_NULL) {
            val_put_str(b, p->key, plain ? val_text(a, json_text(p->val, a)) : p->val);
        }
    }
    return val_end(b);
}

enum rc replay_open(const struct val *line, struct arena *a, struct replay_channel *ret,
                    struct err *err) {
    struct str name = val_get_text(line, "gateway", STR_EMPTY);
    const struct val *config = val_get(line, "config");
    struct clock real;
    clock_real(&real);
    memset(ret, 0, sizeof *ret);
    ret->a = a;
    ret->now_ms = val_get_int(config, "now", clock_now(&real) / 1000) * 1000;
    ret->memory = (struct gw_memory){memory_get, memory_put, ret};
    struct gw_channel *ch = &ret->channel;
    ch->name = name;
    ch->public_url = STR("https://gw.example.org");
    ch->config = as_texts(config, a);
    ch->memory = &ret->memory;
    ch->allow_private = true;
    ch->lenient = true;
    if (gateway_find(name, &ch->kind) != OK) {
        return err_set(err, E_INVALID, "no gateway '%.*s'", STR_ARG(name));
    }
    return ch->kind->open(ch, a, err);
}

const struct val *replay_time(int64_t ms, struct arena *a) {
    int64_t s = ms / 1000;
    int64_t day = s / 86400 - (s % 86400 < 0);
    int rest = (int)(s - day * 86400);
    struct str date = date_iso(date_from_days((int32_t)day), a);
    return val_text(a, arena_printf(a, "%.*sT%02d:%02d:%02dZ", STR_ARG(date), rest / 3600,
                                    rest / 60 % 60, rest % 60));
}

const struct val *replay_request(const struct gw_call *call, int status, struct arena *a) {
    struct val_builder *b = val_map_begin(a), *h = val_map_begin(a);
    for (size_t i = 0; i < call->headers; i++) {
        val_put_str(h, call->header[i].name, val_text(a, call->header[i].value));
    }
    val_put(b, "method", val_text(a, call->method));
    val_put(b, "url", val_text(a, call->url));
    val_put(b, "headers", val_end(h));
    val_put(b, "body", val_text(a, call->body.p ? call->body : STR("")));
    val_put(b, "answer_status", val_int(a, status));
    return val_end(b);
}

enum rc replay_case(const struct val *line, struct arena *a, const struct val **ret,
                    struct err *err) {
    struct val_builder *out = val_map_begin(a);
    struct str dir = val_get_text(line, "dir", STR_EMPTY);
    val_put(out, "id", val_get(line, "id"));
    enum rc rc = str_is(dir, "in")    ? replay_in(line, a, out, err)
                 : str_is(dir, "out") ? replay_out(line, a, out, err)
                                      : replay_vector(line, a, out, err);
    if (rc == OK) {
        *ret = val_end(out);
    }
    return rc;
}
