/* step_wait.c - wait: some time, or until a moment. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/clock.h"
#include "bot/steps/steps_priv.h"

#define WAIT_MAX_MS (400 * MS_DAY)

struct wait_data {
    int64_t ms;               /* or: */
    const struct tmpl *until; /* a date, "2026-03-12", or a date and time, "2026-03-12 18:30" */
    int next;
};

static void compile(struct compile *c, const struct val *step, struct node *n, int next) {
    struct wait_data *d = ARENA_NEW(compile_arena(c), struct wait_data);
    const struct val *v = val_get(step, "wait");
    n->data = d;
    if (val_is(v, VAL_MAP) && val_get(v, "until") && v->map.n == 1) {
        d->until = compile_template(c, val_get(v, "until"));
    } else if (val_is(v, VAL_MAP)) {
        compile_wrong(c, v, "wait: 2 days, or wait: {until: \"@with.day 18:30\"}",
                      "'wait' knows only until:");
    } else {
        d->ms = compile_duration(c, v);
    }
    d->next = compile_exit(c, n, "", next);
    compile_summary(c, n, "wait %.*s",
                    STR_ARG(val_is(v, VAL_TEXT) ? v->text : STR("until a moment")));
}

static bool parse_moment(struct str s, const struct zone *zone, int64_t *ret_ms) {
    struct date day;
    struct tod tod = {0};
    int64_t hour, minute;
    s = str_trim(s);
    if (!date_parse_iso(str_sub(s, 0, 10), &day)) {
        return false;
    }
    struct str rest = str_trim(str_sub(s, s.n > 10 && s.p[10] == 'T' ? 11 : 10, s.n));
    size_t colon = str_find_char(rest, ':', 0);
    if (rest.n) {
        if (colon == SIZE_MAX || !str_to_i64(str_sub(rest, 0, colon), &hour) ||
            !str_to_i64(str_sub(rest, colon + 1, 2), &minute) || hour < 0 || hour > 23 ||
            minute < 0 || minute > 59) {
            return false;
        }
        tod.hour = (int8_t)hour;
        tod.minute = (int8_t)minute;
    }
    *ret_ms = zone_to_utc(zone, day, tod);
    return true;
}

static bool moment(struct run *r, const struct tmpl *until, int64_t *ret_ms) {
    const struct val *v = turn_value(r, until);
    if (val_is(v, VAL_DATETIME)) {
        *ret_ms = v->at.sec * 1000 + v->at.nsec / 1000000;
        return true;
    }
    if (val_is(v, VAL_DATE)) {
        *ret_ms = zone_to_utc(r->w->zone, v->date, (struct tod){0});
        return true;
    }
    return val_is(v, VAL_TEXT) && parse_moment(v->text, r->w->zone, ret_ms);
}

static int run(struct run *r, const struct node *n) {
    const struct wait_data *d = n->data;
    int64_t due = r->w->now_ms + d->ms;
    if (d->until && !moment(r, d->until, &due)) {
        turn_trace(r, "the moment to wait for is not a date");
        turn_case(r, "flow_error", STR_EMPTY, false, false);
        return n->exit[d->next].to;
    }
    if (due <= r->w->now_ms) {
        return n->exit[d->next].to;
    }
    due = due > r->w->now_ms + WAIT_MAX_MS ? r->w->now_ms + WAIT_MAX_MS : due;
    turn_wait(r, WAIT_TIME, true);
    turn_timer(r, due, turn_top(r)->token);
    return STEP_WAIT;
}

static int resume(struct run *r, const struct node *n, const struct event *ev) {
    const struct wait_data *d = n->data;
    if (ev->kind != EVENT_TIMEOUT) {
        return STEP_WAIT;
    }
    turn_top(r)->wait = WAIT_NOTHING;
    return n->exit[d->next].to;
}

static const struct key_spec KEYS[] = {{"wait", KEY_WAIT, true, NULL,
                                        "un délai, ou {until: \"2026-03-12 18:30\"}",
                                        "a length of time, or {until: \"2026-03-12 18:30\"}"},
                                       {NULL, 0, false, NULL, NULL, NULL}};

const struct step_kind STEP_WAIT_FOR = {.name = "wait",
                                        .key = KEYS,
                                        .waits = true,
                                        .compile = compile,
                                        .run = run,
                                        .resume = resume,
                                        .doc_fr = "attendre",
                                        .doc_en = "wait"};
