/* walk.c - runs the steps of the conversation on top until one waits. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/walk.h"

/* A flow that cannot go on never leaves the person without a word. */
static void give_up(struct run *r, const char *reason, const char *what) {
    turn_trace(r, "%s", what);
    if (r->err && r->err->rc == OK) {
        const struct frame *f = turn_top(r);
        err_set(r->err, E_LIMIT, "%s: %.*s, step %.*s", what, STR_ARG(f ? f->flow : STR_EMPTY),
                STR_ARG(f ? f->step : STR_EMPTY));
    }
    turn_case(r, reason, STR_EMPTY, false, false);
    turn_say_standing(r, "fallback");
}

void walk_quit(struct run *r) {
    while (r->s.frames) {
        turn_pop(r);
    }
    r->s.pendings = 0;
    r->s.undo = NULL;
}

/* The node says what comes next; the frame says where it stands. */
static int step(struct run *r, const struct program *p, int at) {
    struct frame *f = turn_top(r);
    if (at == NODE_HUMAN) {
        turn_say_standing(r, "human");
        turn_case(r, "unclear", STR_EMPTY, false, true);
        f->tries = 0;
        return STEP_WAIT;
    }
    const struct node *n = p->node[at];
    if (!str_eq(f->step, n->id)) {
        f->tries = 0;
    }
    f->step = n->id;
    if (++r->s.steps > ENGINE_STEPS_MAX) {
        give_up(r, "flow_limit", "more than " ENGINE_STEPS_TEXT " steps without a wait");
        walk_quit(r);
        return STEP_QUIT;
    }
    return n->kind->run(r, n);
}

/* What came for this frame while another conversation was on top. */
static int overdue(struct run *r, struct frame *f, const struct node *n) {
    bool call = f->wait == WAIT_CALL;
    struct event late = {.kind = call ? EVENT_ANSWER : EVENT_TIMEOUT,
                         .token = f->token,
                         .result = f->answer ? f->answer : val_map(r->a, NULL, 0)};
    f->due = false;
    f->answer = NULL;
    turn_trace(r, call ? "answer, late" : "time-out, late");
    return n->kind->resume(r, n, &late);
}

/* What was under the flow that just ended goes on. Returns where. */
static int uncover(struct run *r) {
    struct frame *f = turn_top(r);
    const struct node *n = turn_node(r);
    if (!n || !n->kind->resume) {
        give_up(r, "flow_lost", "this version of the flow is lost");
        return NODE_END;
    }
    if (f->wait == WAIT_CHILD) {
        return n->kind->resume(r, n, NULL);
    }
    if (f->due) {
        return overdue(r, f, n);
    }
    if (f->wait == WAIT_ANSWER && !r->human && !r->quiet) {
        r->again = true;
        int next = n->kind->run(r, n);
        r->again = false;
        return next;
    }
    return STEP_WAIT;
}

static void loop(struct run *r, int at) {
    while (r->s.frames) {
        const struct program *p = at == NODE_END ? NULL : turn_program(r);
        if (!p && at != NODE_END) {
            give_up(r, "flow_lost", "this version of the flow is lost");
            at = NODE_END;
        }
        if (at == NODE_END) {
            turn_pop(r);
            at = r->s.frames ? uncover(r) : NODE_END;
        } else {
            at = step(r, p, at);
        }
        if (at == STEP_PUSHED) {
            at = turn_program(r)->entry;
        }
        if (at == STEP_WAIT) {
            return;
        }
        if (at == STEP_QUIT) {
            walk_quit(r);
            return;
        }
    }
}

void walk_begin(struct run *r) {
    const struct program *p = turn_program(r);
    loop(r, p ? p->entry : NODE_END);
}

void walk_resume(struct run *r) {
    const struct node *n = turn_node(r);
    if (!n || !n->kind->resume) {
        give_up(r, "flow_lost", "this version of the flow is lost");
        loop(r, NODE_END);
        return;
    }
    int next = n->kind->resume(r, n, r->ev);
    if (next != STEP_WAIT) {
        loop(r, next);
    }
}

void walk_overdue(struct run *r) {
    struct frame *f = turn_top(r);
    const struct node *n = f && f->due ? turn_node(r) : NULL;
    if (!n || !n->kind->resume) {
        return;
    }
    int next = overdue(r, f, n);
    if (next != STEP_WAIT) {
        loop(r, next);
    }
}

void walk_ask_again(struct run *r) {
    const struct node *n = turn_node(r);
    if (n) {
        r->again = true;
        n->kind->run(r, n);
        r->again = false;
    }
}

void walk_from(struct run *r, struct str id) {
    const struct program *p = turn_program(r);
    int at = p ? program_find(p, id) : NODE_END;
    loop(r, at);
}
