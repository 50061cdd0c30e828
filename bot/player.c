/* player.c - plays one invented person against the bare engine, on a clock of its own. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/player.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "bot/expr/expr.h"
#include "bot/flow/library.h"
#include "bot/pretend.h"
#include "bot/understand/understand.h"

#define TIMERS_MAX 64
#define LINES_MAX 400
#define CHAIN_MAX 120  /* acts of one turn: above the engine's own limit */
#define TURNS_MAX 2000 /* memory of what has been said is kept that long */

struct player_timer {
    int64_t due_ms;
    struct str token;
    const struct val *answer; /* of a web-hook; NULL: a time-out */
};

struct player {
    struct arena a;    /* what lasts as long as the player */
    struct arena turn; /* one turn */
    const struct library *l;
    const struct und *u;
    const struct zone *zone;
    const struct val *contact, *org, *acts, *webhooks;
    struct str lang, session;
    int64_t now_ms;
    bool paused, opted_out, buttons;
    struct player_timer timer[TIMERS_MAX];
    size_t timers;
    struct player_line line[LINES_MAX];
    size_t lines;
    struct str token; /* of the last message with choices */
    const struct val *payloads;
};

static const struct val *map_or_empty(struct player *p, const struct val *v) {
    return val_is(v, VAL_MAP) ? v : val_map(&p->a, NULL, 0);
}

static const struct val *default_org(struct player *p) {
    struct val_builder *b = val_map_begin(&p->a);
    val_put(b, "name", val_textz(&p->a, "Mission locale"));
    val_put(b, "short_name", val_textz(&p->a, "ML"));
    val_put(b, "phone", val_textz(&p->a, "05 56 00 00 00"));
    val_put(b, "address", val_textz(&p->a, "12 rue des Lilas, Mérignac"));
    val_put(b, "hours", val_textz(&p->a, "lundi-vendredi 9h-17h"));
    val_put(b, "url", val_textz(&p->a, ""));
    val_put(b, "lang", val_textz(&p->a, "fr"));
    val_put(b, "tone", val_textz(&p->a, "tu"));
    val_put(b, "age_min", val_int(&p->a, 16));
    val_put(b, "age_minor", val_int(&p->a, 15));
    val_put(b, "age_max", val_int(&p->a, 25));
    val_put(b, "age_max_rqth", val_int(&p->a, 29));
    return val_end(b);
}

static enum rc read_moment(struct player *p, struct str s, struct err *err) {
    struct date day;
    struct tod tod = {10, 0, 0, 0};
    int64_t hour, minute;
    if (!date_parse_iso(str_sub(s, 0, 10), &day)) {
        return err_set(err, E_INVALID, "'%.*s' is not a moment such as 2026-03-02 10:00",
                       STR_ARG(s));
    }
    struct str rest = str_trim(str_sub(s, 10, s.n));
    if (rest.n == 5 && str_to_i64(str_sub(rest, 0, 2), &hour) &&
        str_to_i64(str_sub(rest, 3, 2), &minute)) {
        tod = (struct tod){(int8_t)hour, (int8_t)minute, 0, 0};
    }
    p->now_ms = zone_to_utc(p->zone, day, tod);
    return OK;
}

enum rc player_new(const struct library *l, const struct und *u, const struct val *given,
                   struct player **ret, struct err *err) {
    struct player *p = mem_alloc(sizeof *p);
    memset(p, 0, sizeof *p);
    arena_init(&p->a);
    arena_init(&p->turn);
    p->l = l;
    p->u = u;
    enum rc rc = zone_get(STR("Europe/Paris"), &p->zone, err);
    given = given ? pretend_typed(val_copy(&p->a, given), &p->a) : NULL;
    rc =
        rc == OK ? read_moment(p, val_get_text(given, "at", STR("2026-03-02 10:00")), err) : rc;
    if (rc != OK) {
        player_free(p);
        return rc;
    }
    p->contact = map_or_empty(p, val_get(given, "contact"));
    if (!val_get(p->contact, "new")) {
        p->contact = val_with(&p->a, p->contact, STR("new"),
                              val_bool(!val_get(p->contact, "first_name")));
    }
    p->org = default_org(p);
    const struct val *org = val_get(given, "org");
    for (size_t i = 0; val_is(org, VAL_MAP) && i < org->map.n; i++) {
        p->org = val_with(&p->a, p->org, org->map.pair[i].key, org->map.pair[i].val);
    }
    p->acts = map_or_empty(p, val_get(given, "acts"));
    p->webhooks = map_or_empty(p, val_get(given, "webhooks"));
    p->lang = val_get_text(given, "language", STR("fr"));
    p->buttons = val_get_bool(given, "buttons", false);
    *ret = p;
    return OK;
}

void player_free(struct player *p) {
    if (!p) {
        return;
    }
    arena_done(&p->turn);
    arena_done(&p->a);
    free(p);
}

static void add_line(struct player *p, enum player_kind kind, struct str text) {
    if (p->lines < LINES_MAX) {
        p->line[p->lines++] = (struct player_line){kind, arena_str(&p->turn, text)};
    }
}

static struct str value_text(struct player *p, const struct val *v) {
    if (val_is(v, VAL_TEXT)) {
        return v->text;
    }
    return v && v->type != VAL_NULL ? json_text(v, &p->turn) : STR("-");
}

static void arm(struct player *p, int64_t due_ms, struct str token, const struct val *answer) {
    if (p->timers < TIMERS_MAX) {
        p->timer[p->timers++] = (struct player_timer){due_ms, arena_str(&p->a, token), answer};
    }
}

/* The answer comes at once, or later, or never within the time that the flow gives. */
static void apply_call(struct player *p, const struct effect_call *call) {
    struct str name = call->endpoint.n ? call->endpoint : STR("url"); /* of a brought flow */
    const struct val *given = val_get_str(p->webhooks, name);
    int64_t after = player_duration(val_get_text(given, "after", STR_EMPTY));
    struct val_builder *late = val_map_begin(&p->a);
    val_put(late, "why", val_textz(&p->a, "time_out"));
    const struct val *late_answer = val_end(late);
    if (after > call->limit_ms) {
        after = call->limit_ms;
        given = late_answer;
    }
    add_line(p, PLAYER_CALLS,
             arena_printf(&p->turn, "%.*s %.*s %.*s%s%.*s", STR_ARG(call->endpoint),
                          STR_ARG(call->method), STR_ARG(call->url), call->body.n ? " " : "",
                          STR_ARG(call->body)));
    arm(p, p->now_ms + (after > 0 ? after : 0), call->token, pretend_call(given, &p->a));
}

static void apply_say(struct player *p, const struct effect_say *say) {
    struct str text = say->text;
    bool digits = say->digits.n && !(p->buttons && say->buttons);
    if (digits) {
        text = arena_printf(&p->turn, "%.*s\n%.*s", STR_ARG(text), STR_ARG(say->digits));
    }
    for (size_t i = 0; !digits && i < say->buttons; i++) {
        text = arena_printf(&p->turn, "%.*s\n[%.*s]", STR_ARG(text),
                            STR_ARG(say->button[i].label));
    }
    for (size_t i = 0; i < say->attachments; i++) {
        text =
            arena_printf(&p->turn, "%.*s\n(%.*s)", STR_ARG(text), STR_ARG(say->attachment[i]));
    }
    add_line(p, PLAYER_SAYS, text);
    if (say->buttons) {
        struct val_builder *b = val_list_begin(&p->a);
        for (size_t i = 0; i < say->buttons; i++) {
            val_push(b, val_text(&p->a, arena_str(&p->a, say->button[i].payload)));
        }
        p->payloads = val_end(b);
    }
    if (say->timeout_ms > 0) {
        arm(p, p->now_ms + say->timeout_ms, say->timeout_token, NULL);
    }
}

static struct str act_text(struct player *p, struct str name, const struct val *args) {
    struct str text = name;
    for (size_t i = 0; val_is(args, VAL_MAP) && i < args->map.n; i++) {
        text = arena_printf(&p->turn, "%.*s %.*s=%.*s", STR_ARG(text),
                            STR_ARG(args->map.pair[i].key),
                            STR_ARG(value_text(p, args->map.pair[i].val)));
    }
    return text;
}

static void apply(struct player *p, const struct effect *e) {
    switch (e->kind) {
    case EFFECT_SAY:
        apply_say(p, &e->say);
        break;
    case EFFECT_SET_FIELD:
        p->contact = val_with(&p->a, p->contact, arena_str(&p->a, e->field.name),
                              val_copy(&p->a, e->field.value));
        if (str_is(e->field.name, "language") && val_is(e->field.value, VAL_TEXT)) {
            p->lang = arena_str(&p->a, e->field.value->text);
        }
        add_line(p, PLAYER_SETS,
                 arena_printf(&p->turn, "contact.%.*s = %.*s", STR_ARG(e->field.name),
                              STR_ARG(value_text(p, e->field.value))));
        break;
    case EFFECT_ACT:
        add_line(p, PLAYER_ACTS, act_text(p, e->act.name, e->act.args));
        break;
    case EFFECT_TIMER:
        arm(p, e->timer.due_ms, e->timer.token, NULL);
        break;
    case EFFECT_CASE:
        p->paused |= e->hand.pause;
        add_line(p, PLAYER_CASE,
                 arena_printf(&p->turn, "%.*s%s%s%.*s", STR_ARG(e->hand.reason),
                              e->hand.urgent ? " urgent" : "", e->hand.team.n ? " for " : "",
                              STR_ARG(e->hand.team)));
        break;
    case EFFECT_START:
        add_line(p, PLAYER_STARTS,
                 act_text(p,
                          arena_printf(&p->turn, "%.*s for %.*s", STR_ARG(e->start.flow),
                                       STR_ARG(e->start.person)),
                          val_with(&p->turn, e->start.with, STR(START_CHAIN), NULL)));
        break;
    case EFFECT_CALL:
        apply_call(p, &e->call);
        break;
    case EFFECT_RESULT:
        add_line(p, PLAYER_KEEPS,
                 arena_printf(&p->turn, "%.*s = %.*s", STR_ARG(e->result.name),
                              STR_ARG(value_text(p, e->result.value))));
        break;
    }
}

static const struct val *act_answer(struct player *p, const struct effect *e) {
    struct pretend world = {p->acts, p->contact, p->zone, p->now_ms, p->opted_out};
    if (str_is(e->act.name, "opt_out") &&
        !str_is(val_get_text(e->act.args, "scope", STR("all")), "reminders")) {
        p->opted_out = str_is(val_get_text(e->act.args, "scope", STR("all")), "all");
    } else if (str_is(e->act.name, "opt_in")) {
        p->opted_out = false;
    } else if (str_is(e->act.name, "set_language")) {
        p->lang = arena_str(&p->a, val_get_text(e->act.args, "lang", p->lang));
    }
    return pretend_act(&world, e->act.name, e->act.args, &p->turn);
}

static enum rc step(struct player *p, const struct event *ev, struct turn *ret,
                    struct err *err) {
    struct session s;
    struct buf out;
    struct world w = {.library = p->l,
                      .und = p->u,
                      .contact = p->contact,
                      .org = p->org,
                      .zone = p->zone,
                      .lang = p->lang,
                      .now_ms = p->now_ms,
                      .seed = 1,
                      .paused = p->paused,
                      .opted_out = p->opted_out,
                      .has_buttons = p->buttons};
    enum rc rc = session_read(p->session, &p->turn, &s, err);
    rc = rc == OK ? engine_step(&w, &s, ev, &p->turn, ret, err) : rc;
    if (rc != OK) {
        return rc;
    }
    buf_init(&out, SESSION_BYTES_MAX * 2);
    rc = session_write(&ret->session, &out);
    p->session = arena_str(&p->a, buf_view(&out));
    buf_done(&out);
    return rc == OK ? OK : err_set(err, rc, "the session is over %d bytes", SESSION_BYTES_MAX);
}

/* One event, and the acts it leads to. */
static enum rc chain(struct player *p, struct event ev, struct err *err) {
    struct turn t;
    for (int i = 0; i < CHAIN_MAX; i++) {
        memset(&t, 0, sizeof t);
        enum rc rc = step(p, &ev, &t, err);
        if (rc != OK) {
            return rc;
        }
        for (size_t k = 0; k < t.traces; k++) {
            const struct trace *x = &t.trace[k];
            add_line(p, PLAYER_TRACE,
                     arena_printf(&p->turn, "%.*s/%.*s: %.*s", STR_ARG(x->flow),
                                  STR_ARG(x->step),
                                  STR_ARG(engine_trace_text(x->what, true, &p->turn))));
        }
        for (size_t k = 0; k < t.effects; k++) {
            apply(p, &t.effect[k]);
        }
        if (!t.needs_result) {
            return OK;
        }
        ev = (struct event){.kind = EVENT_RESULT,
                            .result = act_answer(p, &t.effect[t.effects - 1])};
    }
    return err_set(err, E_LIMIT, "more than %d acts in one turn", CHAIN_MAX);
}

/* A web-hook whose answer is here already; -1: none. */
static int answer_here(const struct player *p) {
    for (size_t i = 0; i < p->timers; i++) {
        if (p->timer[i].answer && p->timer[i].due_ms <= p->now_ms) {
            return (int)i;
        }
    }
    return -1;
}

static struct event take_timer(struct player *p, int at) {
    struct player_timer t = p->timer[at];
    p->timer[at] = p->timer[--p->timers];
    p->now_ms = t.due_ms > p->now_ms ? t.due_ms : p->now_ms;
    return (struct event){
        .kind = t.answer ? EVENT_ANSWER : EVENT_TIMEOUT, .token = t.token, .result = t.answer};
}

/* One event from outside, and the answers that do not let themselves be waited for. */
static enum rc turn(struct player *p, struct event ev, struct err *err) {
    enum rc rc = chain(p, ev, err);
    int at = -1;
    for (int i = 0; rc == OK && i < CHAIN_MAX && (at = answer_here(p)) >= 0; i++) {
        rc = chain(p, take_timer(p, at), err);
    }
    return rc;
}

enum rc player_say(struct player *p, struct str text, struct err *err) {
    enum rc rc = turn(p, (struct event){.kind = EVENT_MESSAGE, .text = text}, err);
    p->contact = val_with(&p->a, p->contact, STR("new"), &VAL_FALSE);
    return rc;
}

enum rc player_press(struct player *p, int button, struct err *err) {
    const struct val *payload = val_at_index(p->payloads, (size_t)(button - 1));
    if (button < 1 || !val_is(payload, VAL_TEXT)) {
        return err_set(err, E_INVALID, "there is no button %d", button);
    }
    return turn(p,
                (struct event){.kind = EVENT_MESSAGE,
                               .text = arena_printf(&p->turn, "%d", button),
                               .payload = payload->text},
                err);
}

enum rc player_link(struct player *p, struct str payload, struct err *err) {
    return turn(p, (struct event){.kind = EVENT_MESSAGE, .payload = payload}, err);
}

enum rc player_attach(struct player *p, struct str attachment, struct err *err) {
    return turn(
        p, (struct event){.kind = EVENT_MESSAGE, .attachment = &attachment, .attachments = 1},
        err);
}

static int priority_of(const struct val *with) {
    static const char *const NAMES[] = {"reply",    "urgent", "reminder",
                                        "question", "survey", "bulk"};
    struct str name = val_get_text(with, "priority", STR("question"));
    for (int i = 0; i < 6; i++) {
        if (str_is(name, NAMES[i])) {
            return i;
        }
    }
    return SAY_QUESTION;
}

enum rc player_start(struct player *p, struct str what, const struct val *with,
                     struct err *err) {
    bool flow = library_get(p->l, what) != NULL;
    struct event ev = {.kind = EVENT_START,
                       .flow = flow ? what : STR_EMPTY,
                       .name = flow ? STR_EMPTY : what,
                       .with = with,
                       .priority = priority_of(with),
                       .key = val_get_text(with, "key", STR_EMPTY)};
    return turn(p, ev, err);
}

enum rc player_close_case(struct player *p, struct err *err) {
    p->paused = false;
    return turn(p, (struct event){.kind = EVENT_TIMEOUT, .token = STR(ENGINE_TOKEN_PENDING)},
                err);
}

static int first_due(const struct player *p, int64_t until_ms) {
    int first = -1;
    for (size_t i = 0; i < p->timers; i++) {
        if (p->timer[i].due_ms <= until_ms &&
            (first < 0 || p->timer[i].due_ms < p->timer[first].due_ms)) {
            first = (int)i;
        }
    }
    return first;
}

enum rc player_wait(struct player *p, int64_t ms, struct err *err) {
    int64_t until = p->now_ms + ms;
    for (int at = first_due(p, until); at >= 0; at = first_due(p, until)) {
        enum rc rc = turn(p, take_timer(p, at), err);
        if (rc != OK) {
            return rc;
        }
    }
    p->now_ms = until;
    return OK;
}

bool player_given(struct player *p, struct str path, const struct val *v) {
    v = pretend_typed(val_copy(&p->a, v), &p->a);
    size_t dot = str_find_char(path, '.', 0);
    struct str head = str_sub(path, 0, dot),
               rest = dot == SIZE_MAX ? STR_EMPTY : str_sub(path, dot + 1, path.n);
    rest = arena_str(&p->a, rest);
    if (str_is(head, "acts") && rest.n) {
        p->acts = val_with(&p->a, p->acts, rest, v);
    } else if (str_is(head, "webhooks") && rest.n) {
        p->webhooks = val_with(&p->a, p->webhooks, rest, v);
    } else if (str_is(head, "contact") && rest.n) {
        p->contact = val_with(&p->a, p->contact, rest, v);
    } else if (str_is(head, "org") && rest.n) {
        p->org = val_with(&p->a, p->org, rest, v);
    } else if (str_is(head, "buttons") && val_is(v, VAL_BOOL)) {
        p->buttons = v->b;
    } else if (str_is(head, "paused") && val_is(v, VAL_BOOL)) {
        p->paused = v->b;
    } else if (str_is(head, "language") && val_is(v, VAL_TEXT)) {
        p->lang = v->text;
    } else {
        return false;
    }
    return true;
}

int64_t player_now(const struct player *p) {
    return p->now_ms;
}

const struct zone *player_zone(const struct player *p) {
    return p->zone;
}

size_t player_lines(struct player *p, const struct player_line **ret) {
    struct player_line *line = ARENA_ARRAY(&p->a, struct player_line, p->lines);
    size_t n = p->lines;
    for (size_t i = 0; i < n; i++) {
        line[i] = (struct player_line){p->line[i].kind, arena_str(&p->a, p->line[i].text)};
    }
    p->lines = 0;
    arena_reset(&p->turn);
    *ret = line;
    return n;
}

struct str player_session(const struct player *p) {
    return p->session;
}

int64_t player_duration(struct str s) {
    static const struct {
        const char *unit;
        int64_t ms;
    } UNITS[] = {{"second", MS_SECOND}, {"minute", MS_MINUTE},  {"hour", MS_HOUR},
                 {"heure", MS_HOUR},    {"day", MS_DAY},        {"jour", MS_DAY},
                 {"week", 7 * MS_DAY},  {"semaine", 7 * MS_DAY}};
    s = str_trim(s);
    if (s.n && s.p[0] == '+') {
        s = str_sub(s, 1, s.n);
    }
    size_t digits = 0;
    int64_t n;
    while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9') {
        digits++;
    }
    struct str unit = str_trim(str_sub(s, digits, s.n));
    if (!digits || digits > 5 || !str_to_i64(str_sub(s, 0, digits), &n) || !unit.n) {
        return -1;
    }
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++) {
        struct str name = str_from(UNITS[i].unit);
        bool plural = unit.n == name.n + 1 && unit.p[name.n] == 's' && str_starts(unit, name);
        if (str_starts(name, unit) || plural) {
            return n * UNITS[i].ms;
        }
    }
    return -1;
}
