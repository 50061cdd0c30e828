/* descriptor_send.c - one message over a descriptor: memos, parts, calls, and what the answers
 * mean. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/text.h"
#include "gateways/descriptor_priv.h"

/* A message is a plan of items (a call for a part, an attachment or the message). Each item
 * passes MEMO (values to fetch first) -> FETCH (its attachment) -> MAIN (the request) -> next
 * item. An answer to MAIN that blames a memo (by its `renew`, else 401) fetches them anew,
 * once; no connection tries the next fall-back address. */

#define PLAN_MAX 64

struct item {
    const struct dcall *call;
    int part, attachment;
    struct str text;
};

enum phase { PHASE_MEMO, PHASE_FETCH, PHASE_MAIN };

struct sending {
    struct drun run;
    struct item *plan;
    int items, at;
    enum phase phase;
    size_t memo;
    int url;
    bool renewed;
    struct str *id;
    size_t ids;
};

/* ------------------------------------------------------------------ the plan */

/* Where to cut so that at most `max` characters stay before: the first space of the last six,
 * else the last space before, else in the word. */
static size_t cut_at(struct str text, size_t max) {
    size_t last_space = 0, pos = 0;
    for (size_t n = 1; n <= max && pos < text.n; n++) {
        uint32_t cp = text_next(text, &pos);
        if (cp == ' ' || cp == '\n') {
            last_space = pos;
            if (n + 6 > max) {
                return pos;
            }
        }
    }
    return last_space ? last_space : pos;
}

static int split_text(struct str text, size_t max, struct str *part, int room) {
    int n = 0;
    while (n < room - 1 && text_length(text) > max) {
        size_t cut = cut_at(text, max);
        part[n++] = str_trim(str_sub(text, 0, cut));
        text = str_trim(str_sub(text, cut, text.n));
    }
    if (text.n || !n) {
        part[n++] = text;
    }
    return n;
}

static struct str whole_text(const struct sending *s, struct arena *a) {
    const struct outbound *m = s->run.msg;
    struct str text = m->text.p ? m->text : STR("");
    for (size_t i = 0; s->run.d->append_attachments && i < m->attachments; i++) {
        struct drun probe = s->run;
        probe.attachment = (int)i;
        struct str url = dexpr_text(drun_get(&probe.env, VAR_ATTACHMENT), a);
        text = arena_printf(a, "%.*s%s%.*s", STR_ARG(text), text.n ? "\n" : "", STR_ARG(url));
    }
    return text;
}

static size_t text_limit(struct sending *s) {
    int64_t max = s->run.d->kind.text_max;
    if (s->run.d->text_max) {
        struct str said = dexpr_text(dexpr_eval(s->run.d->text_max, &s->run.env), s->run.env.a);
        max = str_to_i64(said, &max) && max > 0 ? max : s->run.d->kind.text_max;
    }
    return (size_t)max;
}

static void enter(struct sending *s, const struct item *it) {
    s->run.text = it->text;
    s->run.part = it->part;
    s->run.attachment = it->attachment;
}

static void plan_call(struct sending *s, const struct dcall *c, const struct str *part,
                      int parts) {
    int n = c->each == FOR_PART      ? parts
            : c->each == FOR_MESSAGE ? 1
                                     : (int)s->run.msg->attachments;
    for (int i = 0; i < n && s->items < PLAN_MAX; i++) {
        struct item it = {c, c->each == FOR_PART ? i + 1 : parts,
                          c->each == FOR_ATTACHMENT ? i : -1,
                          c->each == FOR_PART ? part[i] : part[0]};
        enter(s, &it);
        drun_lets(&s->run, &s->run.d->let);
        if (drun_when(&s->run, c->when)) {
            s->plan[s->items++] = it;
        }
    }
}

static struct sending *begin(struct gw_send *gs) {
    struct sending *s = ARENA_NEW(gs->a, struct sending);
    struct str part[PLAN_MAX];
    drun_init(&s->run, gs->channel, gs->a, gs->now_ms);
    s->run.msg = gs->msg;
    s->plan = ARENA_ARRAY(gs->a, struct item, PLAN_MAX);
    s->id = ARENA_ARRAY(gs->a, struct str, PLAN_MAX * 4);
    s->run.parts = split_text(whole_text(s, gs->a), text_limit(s), part, PLAN_MAX);
    for (size_t i = 0; i < s->run.d->calls; i++) {
        plan_call(s, &s->run.d->call[i], part, s->run.parts);
    }
    s->at = gs->msg->first_part > 1 ? gs->msg->first_part - 1 : 0;
    return s;
}

/* ------------------------------------------------------------------ memos */

/* True when the next memo must be asked for; false when all are there. */
static bool memo_missing(struct sending *s) {
    for (; s->memo < s->run.d->memos; s->memo++) {
        const struct dmemo *m = &s->run.d->memo[s->memo];
        if (drun_when(&s->run, m->call.when) && !drun_memo_held(&s->run, m, s->renewed)) {
            return true;
        }
    }
    return false;
}

/* ------------------------------------------------------------------ verdicts */

static struct outcome *outcome_of(struct gw_send *gs, enum outcome_class kind) {
    struct sending *s = gs->state;
    gs->outcome.kind = kind;
    gs->outcome.provider_id = s->id;
    gs->outcome.provider_ids = s->ids;
    if (kind != OUTCOME_SENT && s->at > 0) {
        gs->outcome.resume_part = s->at + 1;
    }
    return &gs->outcome;
}

/* Texts of the answer may hold the person's number: long runs of digits become "…". */
static struct str without_numbers(struct str s, struct arena *a) {
    struct buf out;
    buf_init(&out, 400);
    s = text_cut(text_repair(s, a), 200);
    for (size_t i = 0; i < s.n;) {
        size_t n = 0;
        while (i + n < s.n && s.p[i + n] >= '0' && s.p[i + n] <= '9') {
            n++;
        }
        if (n >= 8) {
            buf_puts(&out, "…");
        } else {
            buf_add(&out, s.p + i, n ? n : 1);
        }
        i += n ? n : 1;
    }
    struct str done = arena_str(a, buf_view(&out));
    buf_done(&out);
    return done;
}

static void keep_ids(struct sending *s, const struct drule *r) {
    const struct val *v = r->id ? dtext_value(r->id, &s->run.env, NULL) : &VAL_NIL;
    size_t n = v->type == VAL_LIST ? v->list.n : 1;
    for (size_t i = 0; i < n && s->ids < PLAN_MAX * 4; i++) {
        struct str id = dexpr_text(v->type == VAL_LIST ? v->list.item[i] : v, s->run.env.a);
        if (id.n) {
            s->id[s->ids++] = id;
        }
    }
}

static void apply_rule(struct gw_send *gs, const struct drule *r,
                       const struct gw_answer *answer) {
    struct sending *s = gs->state;
    int64_t after = 0;
    struct outcome *o = outcome_of(gs, r->unsure              ? OUTCOME_UNKNOWN
                                       : r->kind == RULE_FAIL ? OUTCOME_NEVER
                                       : r->kind == RULE_SENT ? OUTCOME_SENT
                                                              : OUTCOME_LATER);
    o->throttled = r->why == WHY_THROTTLED;
    o->opted_out = r->why == WHY_OPTED_OUT;
    o->bad_address = r->why == WHY_BAD_NUMBER;
    o->channel_fault = r->kind == RULE_FAULT;
    o->pause_channel = r->pause;
    /* providers quote what they refuse: neither a number nor a key of ours goes to logs and
     * pages */
    struct str reason = without_numbers(drun_text(&s->run, r->reason), gs->a);
    o->reason = reason.n ? descriptor_redact(gs->channel, reason, gs->a) : reason;
    o->code = text_cut(text_repair(drun_text(&s->run, r->code), gs->a), 64);
    o->new_address = drun_text(&s->run, r->new_address);
    if (r->after && str_to_i64(drun_text(&s->run, r->after), &after) && after > 0) {
        o->retry_after_ms = after * 1000;
    } else if (r->kind == RULE_RETRY) {
        o->retry_after_ms = gw_retry_after(answer, gs->now_ms);
    }
}

static const struct drule *rule_that_fits(struct sending *s, const struct drules *rules) {
    for (size_t i = 0; i < rules->n; i++) {
        if (drun_when(&s->run, rules->item[i].when)) {
            return &rules->item[i];
        }
    }
    return NULL;
}

/* What every HTTP service means by its status, unless the descriptor said otherwise before. */
static const struct drule *rule_of_status(int status) {
    static const struct drule throttled = {.kind = RULE_RETRY, .why = WHY_THROTTLED};
    static const struct drule server = {.kind = RULE_RETRY, .why = WHY_CONNECTION};
    return status == 429 ? &throttled : status >= 500 ? &server : NULL;
}

static const struct drule *rule_of_refusal(int status) {
    static const struct drule account = {.kind = RULE_FAULT};
    static const struct drule refused = {.kind = RULE_FAIL, .why = WHY_REJECTED};
    return status == 401 || status == 402 ? &account : &refused;
}

static enum gw_next judge(struct gw_send *gs, const struct gw_answer *answer) {
    struct sending *s = gs->state;
    const struct dcall *c = s->plan[s->at].call;
    const struct drule *r = rule_that_fits(s, &c->early);
    if (!r) {
        r = rule_of_status(answer->status);
    }
    if (!r) {
        r = rule_that_fits(s, &c->result);
    }
    if (!r) {
        r = rule_of_refusal(answer->status);
    }
    if (r->kind == RULE_SENT) {
        keep_ids(s, r);
    }
    apply_rule(gs, r, answer);
    if (answer->status && !gs->outcome.reason.n && r->kind != RULE_SENT) {
        gs->outcome.reason = arena_printf(gs->a, "HTTP %d", answer->status);
    }
    return GW_DONE;
}

/* ------------------------------------------------------------------ steps */

static enum gw_next unusable(struct gw_send *gs, struct str why) {
    struct outcome *o = outcome_of(gs, OUTCOME_NEVER);
    o->reason = why;
    return GW_DONE;
}

static enum gw_next next_call(struct gw_send *gs, struct gw_call *call) {
    struct sending *s = gs->state;
    const struct item *it = &s->plan[s->at];
    struct arena *a = gs->a;
    enter(s, it);
    s->run.last = s->at == s->items - 1;
    drun_answer(&s->run, NULL);
    s->run.env.failed = STR_EMPTY;
    if (s->phase == PHASE_MEMO && memo_missing(s)) {
        const struct dmemo *m = &s->run.d->memo[s->memo];
        drun_lets(&s->run, &m->call.let);
        drun_call(&s->run, &m->call, 0, call);
        return GW_CALL;
    }
    drun_lets(&s->run, &s->run.d->let);
    drun_lets(&s->run, &it->call->let);
    if (s->phase != PHASE_MAIN && it->call->fetch) {
        s->phase = PHASE_FETCH;
        *call = (struct gw_call){.method = STR("GET"),
                                 .url = drun_text(&s->run, it->call->fetch),
                                 .idempotent = true};
        return GW_CALL;
    }
    s->phase = PHASE_MAIN;
    drun_call(&s->run, it->call, s->url, call);
    if (s->run.env.failed.n) {
        return unusable(gs, arena_printf(a, "the message cannot be written: %.*s",
                                         STR_ARG(s->run.env.failed)));
    }
    return GW_CALL;
}

static enum gw_next after_memo(struct gw_send *gs, const struct gw_answer *answer,
                               struct gw_call *call) {
    struct sending *s = gs->state;
    if (drun_memo_take(&s->run, &s->run.d->memo[s->memo])) {
        s->memo++;
        return next_call(gs, call);
    }
    /* the message itself has not left: whatever happened, it may be sent later */
    struct outcome *o = outcome_of(gs, OUTCOME_LATER);
    o->throttled = answer->status == 429;
    o->retry_after_ms = gw_retry_after(answer, gs->now_ms);
    o->channel_fault = answer->status && answer->status != 429 && answer->status < 500;
    o->reason = answer->status
                    ? arena_printf(gs->a, "no %.*s: HTTP %d",
                                   STR_ARG(s->run.d->memo[s->memo].name), answer->status)
                    : STR("no answer");
    return GW_DONE;
}

/* A refused token and a refused account look alike from afar: who knows the difference says so
 * in `renew`, and a token that is not the reason is not asked for again. */
static bool is_stale(struct sending *s, const struct gw_answer *answer) {
    for (size_t i = 0; i < s->run.d->memos; i++) {
        const struct dexpr *renew = s->run.d->memo[i].renew;
        if (renew ? drun_when(&s->run, renew) : answer->status == 401) {
            return true;
        }
    }
    return false;
}

static enum gw_next after_main(struct gw_send *gs, const struct gw_answer *answer,
                               struct gw_call *call) {
    struct sending *s = gs->state;
    const struct dcall *c = s->plan[s->at].call;
    if (answer->status && !s->renewed && is_stale(s, answer)) {
        s->renewed = true;
        s->memo = 0;
        s->phase = PHASE_MEMO;
        return next_call(gs, call);
    }
    bool unreached = !answer->status && !answer->left;
    if (unreached && (size_t)s->url < c->fallbacks) {
        s->url++;
        return next_call(gs, call);
    }
    if (!answer->status) {
        /* a provider that knows our id again cannot be made to send twice */
        struct outcome o = gw_no_answer(answer, gs->a);
        outcome_of(gs, c->idempotent ? OUTCOME_LATER : o.kind)->reason = o.reason;
        return GW_DONE;
    }
    if (judge(gs, answer) == GW_DONE && gs->outcome.kind == OUTCOME_SENT &&
        s->at + 1 < s->items) {
        s->at++;
        s->url = 0;
        s->phase = PHASE_MEMO;
        return next_call(gs, call);
    }
    return GW_DONE;
}

enum gw_next descriptor_send_next(struct gw_send *gs, const struct gw_answer *answer,
                                  struct gw_call *ret_call) {
    struct sending *s = gs->state;
    memset(&gs->outcome, 0, sizeof gs->outcome);
    if (!answer) {
        gs->state = s = begin(gs);
        if (!s->items) {
            return unusable(gs, STR("there is nothing this provider can send"));
        }
        return s->at >= s->items ? (outcome_of(gs, OUTCOME_SENT), GW_DONE)
                                 : next_call(gs, ret_call);
    }
    gs->step++;
    drun_answer(&s->run, answer);
    if (s->phase == PHASE_MEMO) {
        return after_memo(gs, answer, ret_call);
    }
    if (s->phase == PHASE_MAIN) {
        return after_main(gs, answer, ret_call);
    }
    if (answer->status / 100 != 2) {
        struct outcome *o = outcome_of(
            gs, answer->status && answer->status < 500 ? OUTCOME_NEVER : OUTCOME_LATER);
        o->reason = STR("the attachment could not be read");
        return GW_DONE;
    }
    s->run.fetched = arena_str(gs->a, answer->body);
    s->phase = PHASE_MAIN;
    return next_call(gs, ret_call);
}
