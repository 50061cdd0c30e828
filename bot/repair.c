/* repair.c - correct, go back, skip, repeat: what a person may do at any question. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/repair.h"

#include "base/clock.h"
#include "bot/walk.h"

#define UNDO_MAX 3                /* answers that can be taken back, one after the other */
#define UNDO_KEEP_MS (1 * MS_DAY) /* after that a correction is a new request */

void repair_remember(struct run *r, const struct node *n, struct str field) {
    const struct frame *f = turn_top(r);
    if (f->system) {
        return;
    }
    struct val_builder *one = val_map_begin(r->a);
    val_put(one, "flow", val_text(r->a, f->flow));
    val_put(one, "hash", val_text(r->a, f->hash));
    val_put(one, "step", val_text(r->a, n->id));
    val_put(one, "at", val_int(r->a, r->w->now_ms));
    if (str_starts(field, STR("contact."))) {
        const struct val *old = val_get_str(turn_contact(r), str_sub(field, 8, field.n));
        val_put(one, "field", val_text(r->a, field));
        val_put(one, "old", old ? old : &VAL_NIL);
    }
    if (f->with) {
        val_put(one, "with", f->with);
    }
    struct val_builder *all = val_list_begin(r->a);
    size_t n_old = val_is(r->s.undo, VAL_LIST) ? r->s.undo->list.n : 0;
    for (size_t i = n_old >= UNDO_MAX ? 1 : 0; i < n_old; i++) {
        val_push(all, r->s.undo->list.item[i]);
    }
    val_push(all, val_end(one));
    r->s.undo = val_end(all);
}

static const struct val *take_last(struct run *r) {
    if (!val_is(r->s.undo, VAL_LIST) || r->s.undo->list.n == 0) {
        return NULL;
    }
    size_t n = r->s.undo->list.n;
    const struct val *last = r->s.undo->list.item[n - 1];
    r->s.undo = n > 1 ? val_list(r->a, r->s.undo->list.item, n - 1) : NULL;
    return r->w->now_ms - val_get_int(last, "at", 0) <= UNDO_KEEP_MS ? last : NULL;
}

/* The answer is taken back and its question asked again, even when its conversation is over. */
static bool back(struct run *r) {
    const struct val *last = take_last(r);
    if (!last) {
        return false;
    }
    struct str flow = val_get_text(last, "flow", STR_EMPTY),
               field = val_get_text(last, "field", STR_EMPTY);
    struct str step = val_get_text(last, "step", STR_EMPTY);
    struct frame *top = turn_top(r);
    if (!top || !str_eq(top->flow, flow)) {
        const struct program *p =
            library_version(r->w->library, flow, val_get_text(last, "hash", STR_EMPTY));
        p = p ? p : library_get(r->w->library, flow);
        if (!p || program_find(p, step) < 0 ||
            !turn_push(r, p, val_get(last, "with"), SAY_QUESTION, STR_EMPTY, true)) {
            return false;
        }
    }
    if (field.n) {
        turn_set(r, field, val_get(last, "old"));
    }
    turn_trace(r, "answer of %.*s taken back", STR_ARG(step));
    turn_say_standing(r, "back");
    turn_top(r)->tries = 0;
    walk_from(r, step);
    return true;
}

bool repair_hear(struct run *r, enum intent intent) {
    bool open = turn_top(r) && turn_top(r)->wait == WAIT_ANSWER;
    switch ((int)intent) {
    case INTENT_CORRECT:
    case INTENT_BACK:
        if (back(r)) {
            return true;
        }
        if (open) {
            turn_say_standing(r, "nothing_to_correct");
            walk_ask_again(r);
        }
        return open;
    case INTENT_REPEAT:
        if (open) {
            walk_from(r, turn_top(r)->step);
        }
        return open;
    default:
        return false;
    }
}
