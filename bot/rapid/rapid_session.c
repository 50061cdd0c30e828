/* rapid_session.c - from node to node until somebody must answer, or the end. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/id.h"
#include "bot/rapid/rapid_priv.h"

/* 20 times what one text may use: a hostile flow ends in milliseconds. */
#define SPRINT_FUEL (20 * (int64_t)EXPR_FUEL)

struct str rapid_session_status(const struct rapid_session *s) {
    return str_from(rapid_status_name(s->status));
}

const struct val *rapid_session_events(const struct rapid_session *s) {
    return val_list(s->a, s->event, s->events);
}

const struct val *rapid_session_contact(struct rapid_session *s) {
    return rapid_contact_json(&s->contact, s->a);
}

/* --- runs --- */

static struct rapid_run *add_run(struct rapid_session *s, const struct rapid_flow *flow,
                                 struct rapid_run *parent) {
    struct rapid_run *r = ARENA_NEW(s->a, struct rapid_run);
    const struct val *nothing = val_end(val_map_begin(s->a));
    if (s->runs == s->runs_cap) {
        size_t cap = s->runs_cap ? s->runs_cap * 2 : 4;
        struct rapid_run **more = ARENA_ARRAY(s->a, struct rapid_run *, cap);
        if (s->runs) {
            memcpy(more, s->run, s->runs * sizeof *more);
        }
        s->run = more;
        s->runs_cap = cap;
    }
    *r = (struct rapid_run){.uuid = rapid_uuid(s->a),
                            .flow = flow,
                            .flow_ref = rapid_flow_ref(s->a, flow, true),
                            .parent = parent,
                            .locals = nothing,
                            .results = nothing,
                            .created = rapid_now(s),
                            .modified = rapid_now(s)};
    s->run[s->runs++] = r;
    return r;
}

static void add_step(struct rapid_session *s, struct rapid_run *r,
                     const struct rapid_node *node) {
    if (r->steps == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 8;
        struct rapid_step *more = ARENA_ARRAY(s->a, struct rapid_step, cap);
        if (r->steps) {
            memcpy(more, r->path, r->steps * sizeof *more);
        }
        r->path = more;
        r->cap = cap;
    }
    r->path[r->steps++] = (struct rapid_step){
        .uuid = rapid_uuid(s->a), .node = node->uuid, .arrived = rapid_now(s)};
    r->modified = rapid_now(s);
}

static void set_input(struct rapid_session *s, const struct val *event) {
    const struct val *msg = val_get(event, "msg");
    s->input = NULL;
    if (!val_is(msg, VAL_MAP)) {
        return;
    }
    struct str uuid = val_get_text(event, "uuid", val_get_text(msg, "uuid", STR("")));
    struct str when = val_get_text(event, "created_on", STR(""));
    when = when.n ? when : rapid_instant_text(rapid_now(s), s->a);
    s->input = val_with(s->a, msg, STR("uuid"), val_text(s->a, uuid));
    s->input = val_with(s->a, s->input, STR("created_on"), val_text(s->a, when));
    s->contact.last_seen_on = when;
}

static struct rapid_act at(struct rapid_session *s, struct rapid_run *r) {
    return (struct rapid_act){.s = s, .run = r, .node = rapid_run_node(r)};
}

static const struct rapid_exit *leave(struct rapid_session *s, struct rapid_run *r,
                                      bool timed_out) {
    struct rapid_act act = at(s, r);
    if (r->status != RAPID_ACTIVE) {
        return NULL; /* expired: its parent goes on */
    }
    if (!act.node) {
        rapid_event_failure(s, r, "the run stands at a node that no longer exists");
        return NULL;
    }
    const struct rapid_exit *e = rapid_router_pick(&act, timed_out);
    if (e) {
        r->path[r->steps - 1].exit = e->uuid;
    }
    return e;
}

/* --- nodes --- */

/* A message that started the session answers the first wait. */
static bool skips_wait(const struct rapid_session *s, const struct rapid_run *r) {
    bool by_message = str_is(val_get_text(s->trigger, "type", STR("")), "msg");
    return by_message && s->input && s->runs == 1 && r->steps == 1;
}

static void begin_wait(struct rapid_session *s, struct rapid_run *r,
                       const struct rapid_wait *w) {
    bool dial = str_is(w->type, "dial");
    struct val_builder *b = rapid_event_begin(s, dial ? "dial_wait" : "msg_wait");
    if (dial) {
        struct rapid_act act = at(s, r);
        struct str phone, urn;
        rapid_eval_text(&act, w->phone, &phone);
        rapid_urn_make(STR("tel"), phone, s->env.country, s->a, &urn);
        val_put(b, "urn", val_text(s->a, urn));
        val_put(b, "dial_limit_seconds", val_int(s->a, w->dial_seconds));
        val_put(b, "call_limit_seconds", val_int(s->a, w->call_seconds));
    }
    if (w->timeout_seconds) {
        val_put(b, "timeout_seconds", val_int(s->a, w->timeout_seconds));
    }
    val_put(b, "hint", w->hint);
    rapid_event_end(s, b);
    r->status = s->status = RAPID_WAITING;
}

/* The actions from this one on, then the way out. The exit taken; NULL when the run waits,
 * failed, called another flow or ends. */
static const struct rapid_exit *act_from(struct rapid_session *s, struct rapid_run *r,
                                         const struct rapid_node *node, size_t from) {
    for (size_t i = from; i < node->actions; i++) {
        struct rapid_act act = {s, r, node, &node->action[i], node->action[i].def};
        if (++s->actions > RAPID_ACTIONS_PER_SPRINT) {
            rapid_event_failure(s, r, "Reached maximum number of actions per sprint (%d)",
                                RAPID_ACTIONS_PER_SPRINT);
        } else {
            act.action->kind->run(&act);
        }
        if (r->status == RAPID_FAILED) {
            return NULL;
        }
        if (s->calling) {
            s->calling_at = i;
            r->status = s->status = RAPID_WAITING;
            return NULL;
        }
    }
    if (s->pushed) {
        return NULL;
    }
    if (node->router && node->router->wait.type.n && !skips_wait(s, r)) {
        begin_wait(s, r, &node->router->wait);
        return NULL;
    }
    return leave(s, r, false);
}

static const struct rapid_exit *visit(struct rapid_session *s, struct rapid_run *r,
                                      const struct rapid_node *node) {
    add_step(s, r, node);
    return act_from(s, r, node, 0);
}

/* --- the loop --- */

static struct rapid_run *enter(struct rapid_session *s, struct rapid_run *from) {
    const struct rapid_flow *flow = s->pushed;
    bool terminal = s->pushed_terminal;
    s->pushed = NULL;
    for (size_t i = 0; terminal && i < s->runs; i++) {
        if (!s->run[i]->has_exited) {
            rapid_run_exit(s, s->run[i], RAPID_COMPLETED);
        }
    }
    if (s->runs >= RAPID_SPRINTS_MAX) {
        rapid_event_failure(s, from, "Reached maximum number of runs per session (%d)",
                            RAPID_SPRINTS_MAX);
        return NULL;
    }
    struct rapid_run *r = add_run(s, flow, from);
    struct val_builder *b = rapid_event_begin(s, "run_started");
    val_put(b, "run_uuid", val_text(s->a, r->uuid));
    val_put(b, "flow", r->flow_ref);
    if (from) {
        val_put(b, "parent_uuid", val_text(s->a, from->uuid));
    }
    if (terminal) {
        val_put(b, "terminal", val_bool(true));
    }
    rapid_event_end(s, b);
    return r;
}

/* The run has nowhere to go. The run that goes on (its parent), or NULL at the end of the
 * session. */
static struct rapid_run *finish(struct rapid_session *s, struct rapid_run *r,
                                const struct rapid_exit **exit) {
    struct rapid_run *parent = r->parent;
    *exit = NULL;
    if (!r->has_exited) {
        rapid_run_exit(s, r, RAPID_COMPLETED);
    }
    if (!parent || parent->status != RAPID_ACTIVE) {
        s->status = r->status == RAPID_FAILED ? RAPID_FAILED : RAPID_COMPLETED;
        return NULL;
    }
    if (r->status == RAPID_FAILED) {
        rapid_run_exit(s, parent, RAPID_FAILED);
    } else if (!parent->flow) {
        rapid_event_failure(s, parent, "the flow of the run no longer exists");
    } else {
        *exit = leave(s, parent, false);
    }
    return parent;
}

static void go_on(struct rapid_session *s, struct rapid_run *r, const struct rapid_exit *exit) {
    int steps = 0;
    s->status = RAPID_ACTIVE;
    while (s->status == RAPID_ACTIVE) {
        const struct rapid_node *node = NULL;
        if (s->pushed) {
            struct rapid_run *started = enter(s, r);
            node = started && started->flow->nodes ? &started->flow->node[0] : NULL;
            r = started ? started : r;
        } else if (exit && exit->destination.n) {
            node = rapid_node_find(r->flow, exit->destination);
        }
        exit = NULL;
        if (node && ++steps > RAPID_STEPS_MAX) {
            rapid_event_failure(s, r, "Reached maximum number of steps per sprint (%d)",
                                RAPID_STEPS_MAX);
            node = NULL;
        }
        if (node) {
            if (s->runs == 1 && r->steps == 0 && s->input) {
                r->had_input = true;
            }
            exit = visit(s, r, node);
            bool stays =
                s->pushed || s->status == RAPID_WAITING || (exit && exit->destination.n);
            if (stays) {
                continue;
            }
        }
        struct rapid_run *next = finish(s, r, &exit);
        r = next ? next : r;
    }
}

/* --- from outside --- */

static void sprint_begin(struct rapid_session *s) {
    s->events = 0;
    s->event = NULL;
    s->events_cap = 0;
    s->fuel = SPRINT_FUEL;
    s->actions = 0;
    rapid_contact_env(s);
}

enum rc rapid_session_start(const struct rapid_program *p, const struct rapid_world *w,
                            const struct val *contact, const struct val *trigger,
                            struct arena *a, struct rapid_session **ret, struct err *err) {
    struct rapid_session *s = ARENA_NEW(a, struct rapid_session);
    struct str uuid = val_get_text(val_get(trigger, "flow"), "uuid", STR(""));
    const struct rapid_flow *flow = rapid_flow_find(p, uuid);
    *s = (struct rapid_session){.program = p, .world = w, .a = a, .trigger = trigger};
    if (!flow) {
        return err_set(err, E_INVALID, "there is no flow '%.*s'", STR_ARG(uuid));
    }
    enum rc rc = rapid_contact_read(contact, a, &s->contact, err);
    if (rc != OK) {
        return rc;
    }
    s->uuid = rapid_uuid(a);
    id_random(&s->random, sizeof s->random);
    s->batch = val_get_bool(trigger, "batch", false);
    s->parent_run = val_get(trigger, "run_summary");
    s->call = val_get(trigger, "call");
    sprint_begin(s);
    set_input(s, val_get(trigger, "event"));
    rapid_groups_refresh(s);
    s->pushed = flow;
    go_on(s, NULL, NULL);
    s->sprints = 1;
    *ret = s;
    return OK;
}

static bool accepts(const struct rapid_wait *w, struct str resume) {
    if (str_is(resume, "wait_expiration")) {
        return str_is(w->type, "msg");
    }
    if (str_is(resume, "wait_timeout")) {
        return w->timeout_seconds > 0;
    }
    return str_eq(resume, w->type);
}

static void fail_all(struct rapid_session *s, struct rapid_run *r, const char *why) {
    rapid_event_failure(s, r, "%s", why);
    for (size_t i = 0; i < s->runs; i++) {
        if (!s->run[i]->has_exited) {
            rapid_run_exit(s, s->run[i], RAPID_FAILED);
        }
    }
    s->status = RAPID_FAILED;
}

static void resume_run(struct rapid_session *s, struct rapid_run *r, const struct val *resume) {
    struct str type = val_get_text(resume, "type", STR(""));
    s->resume = resume;
    set_input(s, val_get(resume, "event"));
    r->had_input = r->had_input || s->input;
    if (str_is(type, "wait_expiration")) {
        rapid_run_exit(s, r, RAPID_EXPIRED);
    } else {
        r->status = RAPID_ACTIVE;
    }
    s->status = RAPID_ACTIVE;
    const struct rapid_exit *exit = leave(s, r, str_is(type, "wait_timeout"));
    rapid_groups_refresh(s);
    go_on(s, r, exit);
}

/* A web-hook answered: its action is finished, the next ones follow. */
static void resume_call(struct rapid_session *s, struct rapid_run *r,
                        const struct rapid_node *node, const struct val *resume) {
    struct rapid_act act = {s, r, node, &node->action[s->calling_at],
                            node->action[s->calling_at].def};
    s->calling = false;
    s->status = r->status = RAPID_ACTIVE;
    rapid_web_answered(&act, resume);
    const struct rapid_exit *exit = act_from(s, r, node, s->calling_at + 1);
    rapid_groups_refresh(s);
    if (s->status == RAPID_ACTIVE) {
        go_on(s, r, exit);
    }
}

bool rapid_session_request(const struct rapid_session *s, struct rapid_request *ret) {
    if (s->calling) {
        *ret = s->request;
    }
    return s->calling;
}

/* Is this resume what the session waits for? */
static bool is_awaited(const struct rapid_session *s, const struct rapid_node *node,
                       struct str type) {
    if (s->calling || str_is(type, "webhook")) {
        return s->calling && str_is(type, "webhook");
    }
    return !node || !node->router || node->router->wait.type.n == 0 ||
           accepts(&node->router->wait, type);
}

enum rc rapid_session_resume(struct rapid_session *s, const struct val *resume,
                             struct err *err) {
    struct rapid_run *waiting = NULL;
    const struct val *contact = val_get(resume, "contact");
    struct str type = val_get_text(resume, "type", STR(""));
    for (size_t i = 0; i < s->runs && !waiting; i++) {
        waiting = s->run[i]->status == RAPID_WAITING ? s->run[i] : NULL;
    }
    if (s->status != RAPID_WAITING || !waiting) {
        return err_set(err, E_STATE, "only a session that waits can be resumed");
    }
    const struct rapid_node *node = rapid_run_node(waiting);
    if (!is_awaited(s, node, type)) {
        return err_set(err, E_STATE, "a resume of type '%.*s' is not what the wait takes",
                       STR_ARG(type));
    }
    if (val_is(contact, VAL_MAP)) {
        enum rc rc = rapid_contact_read(contact, s->a, &s->contact, err);
        if (rc != OK) {
            return rc;
        }
    }
    sprint_begin(s);
    if (!waiting->flow) {
        fail_all(s, waiting, "the flow of the run no longer exists");
    } else if (s->sprints >= RAPID_SPRINTS_MAX) {
        fail_all(s, waiting, "Reached maximum number of sprints per session (500)");
    } else if (s->calling && node && s->calling_at < node->actions) {
        resume_call(s, waiting, node, resume);
    } else if (!node || !node->router || node->router->wait.type.n == 0) {
        fail_all(s, waiting, "the node where the run waits no longer exists or waits");
    } else {
        resume_run(s, waiting, resume);
    }
    s->sprints++;
    return OK;
}
