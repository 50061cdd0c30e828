/* descriptor_memo.c - values that are asked for once and kept for a while: tokens, clock skews.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/descriptor_priv.h"

#define MEMO_LIFE_S 3600 /* when a memo does not say how long it lives */

static struct str key_of(const struct drun *run, const struct dmemo *m) {
    return arena_printf(run->env.a, "%.*s/%.*s", STR_ARG(run->ch->name), STR_ARG(m->name));
}

static void set(struct drun *run, const struct dmemo *m, struct str value) {
    run->env.let[m->let_id] = val_text(run->env.a, value);
}

bool drun_memo_held(struct drun *run, const struct dmemo *m, bool stale) {
    const struct gw_memory *mem = run->ch->memory;
    struct str value;
    if (stale || !mem ||
        mem->get(mem->ctx, key_of(run, m), run->env.now_ms, run->env.a, &value) != OK) {
        return false;
    }
    set(run, m, value);
    return true;
}

static int64_t life_ms(struct drun *run, const struct dmemo *m) {
    int64_t ttl = MEMO_LIFE_S;
    if (m->ttl && !str_to_i64(dexpr_text(dexpr_eval(m->ttl, &run->env), run->env.a), &ttl)) {
        ttl = MEMO_LIFE_S;
    }
    return ttl > 0 ? ttl * 1000 : 0;
}

bool drun_memo_take(struct drun *run, const struct dmemo *m) {
    const struct gw_memory *mem = run->ch->memory;
    bool fine = run->answer->status / 100 == 2;
    struct str value = fine ? drun_text(run, m->value) : STR("");
    if (value.n && !run->env.failed.n) {
        if (mem) {
            mem->put(mem->ctx, key_of(run, m), value, run->env.now_ms + life_ms(run, m));
        }
        set(run, m, value);
    } else if (m->fallback) {
        set(run, m, drun_text(run, m->fallback));
    } else {
        return false;
    }
    run->env.failed = STR_EMPTY;
    return true;
}

void drun_memo_forget(struct drun *run, const struct dmemo *m) {
    const struct gw_memory *mem = run->ch->memory;
    if (mem) {
        mem->put(mem->ctx, key_of(run, m), STR("-"), 0);
    }
}
