/* descriptor_poll.c - a provider that is asked for messages, for offices that nobody can call.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/clock.h"
#include "gateways/descriptor_priv.h"

#define STEP_LIFE_MS (5 * MS_MINUTE) /* longer than any call */
#define DEFAULT_LIFE_MS MS_MINUTE    /* of a memo's default: asked for again after it */

/* A poll is one call, but its memos (a token, the provider's clock) may have to be fetched
 * before: then this turn's call is the memo's, and the channel's memory says so, because
 * between the call and its answer a message that leaves may have brought the memo. */

static struct str step_key(const struct drun *run) {
    return arena_printf(run->env.a, "%.*s/poll", STR_ARG(run->ch->name));
}

static void remember_step(struct drun *run, struct str memo) {
    const struct gw_memory *mem = run->ch->memory;
    if (mem) {
        mem->put(mem->ctx, step_key(run), memo, memo.n ? run->env.now_ms + STEP_LIFE_MS : 0);
    }
}

/* The memo whose answer is awaited, or NULL. */
static const struct dmemo *step_of(struct drun *run) {
    const struct gw_memory *mem = run->ch->memory;
    struct str name;
    if (!mem || mem->get(mem->ctx, step_key(run), run->env.now_ms, run->env.a, &name) != OK) {
        return NULL;
    }
    for (size_t i = 0; i < run->d->memos; i++) {
        if (str_eq(run->d->memo[i].name, name)) {
            return &run->d->memo[i];
        }
    }
    return NULL;
}

static const struct dmemo *missing(struct drun *run) {
    for (size_t i = 0; i < run->d->memos; i++) {
        const struct dmemo *m = &run->d->memo[i];
        if (drun_when(run, m->call.when) && !drun_memo_held(run, m, false)) {
            return m;
        }
    }
    return NULL;
}

enum rc descriptor_poll_call(const struct gw_channel *ch, struct str cursor, int64_t now_ms,
                             struct arena *a, struct gw_call *ret) {
    struct drun run;
    drun_init(&run, ch, a, now_ms);
    run.cursor = cursor;
    if (!drun_when(&run, run.d->poll_when)) {
        return NONE;
    }
    const struct dmemo *m = ch->memory ? missing(&run) : NULL;
    const struct dcall *c = m ? &m->call : run.d->poll;
    if (m || step_of(&run)) {
        remember_step(&run, m ? m->name : STR_EMPTY);
    }
    drun_lets(&run, &c->let);
    drun_call(&run, c, 0, ret);
    ret->idempotent = true;
    return OK;
}

static enum rc not_now(const struct gw_answer *answer, int64_t now_ms, int64_t *ret_wait_ms,
                       struct err *err) {
    *ret_wait_ms = gw_retry_after(answer, now_ms);
    return err_set(err, E_BUSY, "no answer to the poll");
}

/* Nothing came, and the poll itself may go at once. A default stands for a minute. */
static enum rc take_memo(struct drun *run, const struct dmemo *m, int64_t *ret_wait_ms,
                         struct err *err) {
    const struct gw_memory *mem = run->ch->memory;
    remember_step(run, STR_EMPTY);
    if (!drun_memo_take(run, m)) {
        return run->answer->status / 100 == 4 && run->answer->status != 429
                   ? err_set(err, E_DENIED, "no %.*s: HTTP %d", STR_ARG(m->name),
                             run->answer->status)
                   : not_now(run->answer, run->env.now_ms, ret_wait_ms, err);
    }
    if (!drun_memo_held(run, m, false)) {
        struct str key =
            arena_printf(run->env.a, "%.*s/%.*s", STR_ARG(run->ch->name), STR_ARG(m->name));
        mem->put(mem->ctx, key, dexpr_text(run->env.let[m->let_id], run->env.a),
                 run->env.now_ms + DEFAULT_LIFE_MS);
    }
    *ret_wait_ms = 0;
    return OK;
}

static enum rc refused(struct drun *run, struct err *err) {
    for (size_t i = 0; i < run->d->memos; i++) {
        drun_memo_forget(run, &run->d->memo[i]);
    }
    return err_set(err, E_DENIED, "the poll was refused: HTTP %d", run->answer->status);
}

/* The cursor after this answer; empty keeps the one before. */
static struct str cursor_after(struct drun *run) {
    run->it = NULL;
    return drun_text(run, run->d->poll_cursor);
}

enum rc descriptor_poll_parse(const struct gw_channel *ch, struct str cursor,
                              const struct gw_answer *answer, int64_t now_ms, struct arena *a,
                              struct gw_parsed *ret, struct str *ret_cursor,
                              int64_t *ret_wait_ms, struct err *err) {
    struct drun run;
    memset(ret, 0, sizeof *ret);
    drun_init(&run, ch, a, now_ms);
    run.cursor = cursor;
    drun_answer(&run, answer);
    *ret_cursor = cursor;
    const struct dmemo *m = step_of(&run);
    if (m) {
        return take_memo(&run, m, ret_wait_ms, err);
    }
    if (!answer->status || answer->status == 429 || answer->status >= 500) {
        return not_now(answer, now_ms, ret_wait_ms, err);
    }
    bool gone = answer->status == 404 || answer->status == 410; /* what the cursor named */
    if (answer->status / 100 != 2 && !gone) {
        return refused(&run, err);
    }
    enum rc rc = OK;
    if (gone) {
        drun_lets(&run, &run.d->poll_hook->let);
    } else {
        rc = descriptor_read(&run, run.d->poll_hook, ret, err);
    }
    struct str next = rc == OK ? cursor_after(&run) : STR_EMPTY;
    if (gone && (!next.n || str_eq(next, cursor))) {
        return refused(&run, err);
    }
    if (rc == OK) {
        bool more = ret->ins || gone || (run.d->poll_more && drun_when(&run, run.d->poll_more));
        *ret_cursor = next.n ? next : cursor;
        *ret_wait_ms = more ? 0 : run.d->poll_every_s * MS_SECOND;
    }
    return rc;
}
