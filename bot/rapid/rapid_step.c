/* rapid_step.c - the step that a node of a brought flow is: begin, wait, go on, end. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/rapid/rapid_step.h"

#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "bot/rapid/rapid_step_priv.h"

#define EXPIRE_MINUTES (7 * 24 * 60) /* when the flow itself does not say */
#define OPTIONS_MAX 40               /* categories of a question, as choices to be recognised */
#define WORDS_MAX 400                /* of all of them */

/* --- ends --- */

static int leave(struct run *r) {
    struct frame *f = turn_top(r);
    f->wait = WAIT_NOTHING;
    f->token = STR_EMPTY;
    return NODE_END;
}

static int give_up(struct run *r, const char *reason, struct str why) {
    const struct frame *f = turn_top(r);
    turn_trace(r, "%s" TRACE_HIDE ": %.*s" TRACE_SHOW, reason, STR_ARG(why));
    if (r->err && r->err->rc == OK) {
        (void)err_set(r->err, E_LIMIT, "%.*s: %.*s", STR_ARG(f->flow), STR_ARG(why));
    }
    if (!r->flow_case) {
        r->flow_case = true;
        turn_case(r, reason, STR_EMPTY, false, false);
    }
    turn_say_standing(r, "fallback");
    return leave(r);
}

/* What a flow of ours that called it reads: the results by their names. */
static void give_back(struct run *r, struct rapid_session *rs) {
    const struct val *runs = rapid_session_runs(rs),
                     *results = val_get(val_at_index(runs, 0), "results");
    struct val_builder *b = val_map_begin(r->a);
    for (size_t i = 0; val_is(results, VAL_MAP) && i < results->map.n; i++) {
        val_put_str(b, results->map.pair[i].key, val_get(results->map.pair[i].val, "value"));
    }
    r->child = val_end(b);
}

static struct str failure_of(const struct val *events) {
    for (size_t i = events->list.n; i-- > 0;) {
        const struct val *e = events->list.item[i];
        if (str_is(val_get_text(e, "type", STR_EMPTY), "failure")) {
            return val_get_text(e, "text", STR_EMPTY);
        }
    }
    return STR("the flow failed");
}

/* --- waits --- */

/* The run that waits and the node it stands at; false when there is none. */
static bool standing(const struct rapid_set *set, const struct val *saved,
                     const struct rapid_flow **flow, const struct rapid_node **node) {
    const struct val *runs = val_get(saved, "runs");
    for (size_t i = 0; val_is(runs, VAL_LIST) && i < runs->list.n; i++) {
        const struct val *run = runs->list.item[i], *path = val_get(run, "path");
        if (!str_is(val_get_text(run, "status", STR_EMPTY), "waiting") ||
            !val_is(path, VAL_LIST) || path->list.n == 0) {
            continue;
        }
        struct str uuid = val_get_text(val_get(run, "flow"), "uuid", STR_EMPTY);
        *flow = rapid_flow_find(set->program, uuid);
        const struct val *last = path->list.item[path->list.n - 1];
        *node =
            *flow ? rapid_node_find(*flow, val_get_text(last, "node_uuid", STR_EMPTY)) : NULL;
        return *node != NULL;
    }
    return false;
}

/* Its own time-out, else the flow's expiry. */
static int64_t wait_ms(const struct rapid_set *set, const struct val *saved) {
    const struct rapid_flow *flow;
    const struct rapid_node *node;
    int64_t minutes = EXPIRE_MINUTES;
    if (standing(set, saved, &flow, &node)) {
        if (node->router && node->router->wait.timeout_seconds > 0) {
            return node->router->wait.timeout_seconds * 1000;
        }
        minutes = flow->expire_minutes > 0 ? flow->expire_minutes : minutes;
    }
    return minutes * MS_MINUTE;
}

/* The step's name, when it waits in this flow and not in one that it entered. */
static void move_to(struct run *r, const struct rapid_place *place, const struct val *saved) {
    const struct program *p = turn_program(r);
    const struct rapid_flow *flow;
    const struct rapid_node *node;
    if (!p || !standing(place->set, saved, &flow, &node) || flow != place->flow) {
        return;
    }
    turn_top(r)->step = p->node[node - flow->node]->id;
}

static struct str one_line(struct str s, struct arena *a) {
    char *out = arena_alloc(a, s.n + 1);
    for (size_t i = 0; i < s.n; i++) {
        out[i] = (unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f ? ' ' : s.p[i];
    }
    return (struct str){out, s.n};
}

/* Keys of the service called are in the configuration, not in what was brought. */
static void call_out(struct run *r, const struct rapid_request *q) {
    size_t n = val_is(q->headers, VAL_MAP) ? q->headers->map.n : 0;
    struct effect_header *header = ARENA_ARRAY(r->a, struct effect_header, n);
    struct effect_call call = {.token = turn_top(r)->token,
                               .url = q->url,
                               .method = q->method,
                               .header = header,
                               .body = q->body,
                               .limit_ms = CALL_LIMIT_MS};
    for (size_t i = 0; i < n; i++) {
        const struct val_pair *pair = &q->headers->map.pair[i];
        if (rapid_set_is_secret(pair->key, r->a)) {
            turn_trace(r, "the header %.*s is not sent: it holds a key", STR_ARG(pair->key));
        } else if (val_is(pair->val, VAL_TEXT)) {
            header[call.headers++] =
                (struct effect_header){pair->key, one_line(pair->val->text, r->a)};
        }
    }
    turn_effect(r, EFFECT_CALL)->call = call;
    turn_trace(r, "web-hook %.*s" TRACE_HIDE " %.*s" TRACE_SHOW, STR_ARG(q->method),
               STR_ARG(q->url));
}

/* --- a sprint is over --- */

static int settle(struct run *r, const struct rapid_place *place, struct rapid_session *rs);

/* A call that cannot be made is one that nobody answered. */
static int refused(struct run *r, const struct rapid_place *place, struct rapid_session *rs) {
    struct val_builder *b = val_map_begin(r->a);
    struct err err = {0};
    val_put(b, "type", val_textz(r->a, "webhook"));
    val_put(b, "status", val_int(r->a, 0));
    enum rc rc = rapid_session_resume(rs, val_end(b), &err);
    return rc == OK ? settle(r, place, rs) : give_up(r, "flow_error", str_from(err.text));
}

static int settle(struct run *r, const struct rapid_place *place, struct rapid_session *rs) {
    const struct val *events = rapid_session_events(rs);
    struct rapid_request request;
    bool failed = str_is(rapid_session_status(rs), "failed");
    if (!str_is(rapid_session_status(rs), "waiting")) {
        rapid_step_effects(r, place, events, false, 0);
        give_back(r, rs);
        return failed ? give_up(r, "flow_error", failure_of(events)) : leave(r);
    }
    bool calls = rapid_session_request(rs, &request);
    if (calls && !turn_may_call(r)) {
        rapid_step_effects(r, place, events, true, 0);
        return give_up(r, "flow_error", STR("it calls the same service in circles"));
    }
    if (calls && request.body.n > CALL_REQUEST_MAX) {
        turn_trace(r, "the web-hook is not called: %zu bytes, more than %d", request.body.n,
                   CALL_REQUEST_MAX);
        rapid_step_effects(r, place, events, true, 0);
        return refused(r, place, rs);
    }
    turn_wait(r, calls ? WAIT_CALL : WAIT_ANSWER, true);
    turn_top(r)->tries = 0;
    const struct val *saved = rapid_session_save(rs);
    rapid_step_effects(r, place, events, true, calls ? 0 : wait_ms(place->set, saved));
    move_to(r, place, saved);
    if (!rapid_step_store(r, place->set, rs)) {
        return give_up(r, "flow_limit", STR("the session is too long to be kept"));
    }
    if (calls) {
        call_out(r, &request);
    }
    return STEP_WAIT;
}

/* --- in --- */

/* The words on a button stand behind its token. */
static struct str words_of(struct run *r) {
    struct str payload = r->ev->payload;
    size_t colon = str_find_char(payload, ':', 0);
    return colon == SIZE_MAX ? r->ev->text : str_sub(payload, colon + 1, payload.n);
}

static const struct val *message_of(struct run *r) {
    struct val_builder *event = val_map_begin(r->a), *msg = val_map_begin(r->a),
                       *files = val_list_begin(r->a);
    for (size_t i = 0; i < r->ev->attachments; i++) {
        struct str url = r->ev->attachment[i];
        val_push(files, val_text(r->a, arena_printf(r->a, "image:%.*s", STR_ARG(url))));
    }
    val_put(msg, "text", val_text(r->a, words_of(r)));
    val_put(msg, "attachments", val_end(files));
    val_put(event, "msg", val_end(msg));
    return val_end(event);
}

/* Mails and calls are not made here: what would be sent becomes a case or an effect. */
static const char *to_staff(void *ctx, const struct rapid_mail *m) {
    (void)ctx, (void)m;
    return NULL;
}

static struct rapid_world *world(struct run *r) {
    struct rapid_world *w = rapid_step_world(r);
    w->mail = to_staff;
    return w;
}

/* Begun by the person's own words, it may use them; begun by anything else, it has parameters.
 */
static const struct val *trigger_of(struct run *r, const struct rapid_flow *flow) {
    const struct frame *f = turn_top(r);
    bool called = r->s.frames > 1 && r->frame[r->s.frames - 2].wait == WAIT_CHILD;
    bool heard = r->ev->kind == EVENT_MESSAGE && r->s.replying && !called;
    struct val_builder *b = val_map_begin(r->a);
    const struct val *parent = val_get(f->with, "run_summary"); /* begun by another's flow */
    val_put(b, "type", val_textz(r->a, heard ? "msg" : parent ? "flow_action" : "manual"));
    val_put(b, "run_summary", parent);
    val_put(b, "flow", rapid_flow_ref(r->a, flow, false));
    val_put(b, "params", f->with);
    if (heard) {
        struct val_builder *match = val_map_begin(r->a);
        struct str folded = library_fold(r->ev->text, r->a);
        size_t space = str_find_char(folded, ' ', 0);
        struct str first = str_sub(folded, 0, space == SIZE_MAX ? folded.n : space);
        val_put(match, "type", val_textz(r->a, space == SIZE_MAX ? "only_word" : "first_word"));
        val_put(match, "keyword", val_text(r->a, first));
        val_put(b, "keyword_match", val_end(match));
        val_put(b, "event", message_of(r));
    }
    return val_end(b);
}

static int run(struct run *r, const struct node *n) {
    const struct rapid_place *place = n->data;
    struct rapid_session *rs;
    struct err err = {0};
    if (turn_var(r, STR(RAPID_STEP_SAVED)) && turn_top(r)->wait == WAIT_ANSWER) {
        /* asked again, not begun again */
        turn_wait(r, WAIT_ANSWER, true);
        rapid_step_say_again(r);
        int64_t ms = wait_ms(place->set, turn_var(r, STR(RAPID_STEP_SAVED)));
        turn_timer(r, r->w->now_ms + ms, turn_top(r)->token);
        return STEP_WAIT;
    }
    enum rc rc =
        rapid_session_start(place->set->program, world(r), rapid_step_person(r, place->set),
                            trigger_of(r, place->flow), r->a, &rs, &err);
    return rc == OK ? settle(r, place, rs) : give_up(r, "flow_error", str_from(err.text));
}

static const struct val *resume_with(struct run *r, const struct event *ev,
                                     const struct rapid_set *set, const char *type) {
    struct val_builder *b = val_map_begin(r->a);
    val_put(b, "type", val_textz(r->a, type));
    val_put(b, "contact", rapid_step_person(r, set));
    if (ev->kind == EVENT_MESSAGE) {
        val_put(b, "event", message_of(r));
    } else if (ev->kind == EVENT_ANSWER) {
        /* an answer that had to wait its turn may have lost its text, not what it says */
        const struct val *text = val_get(ev->result, "text"),
                         *json = val_get(ev->result, "json");
        bool only_json =
            (!val_is(text, VAL_TEXT) || text->text.n == 0) && json && json->type != VAL_NULL;
        val_put(b, "status", val_get(ev->result, "status"));
        val_put(b, "body", only_json ? val_text(r->a, json_text(json, r->a)) : text);
    }
    return val_end(b);
}

static const char *resume_type(const struct event *ev) {
    return ev->kind == EVENT_MESSAGE  ? "msg"
           : ev->kind == EVENT_ANSWER ? "webhook"
                                      : "wait_timeout";
}

static int resume(struct run *r, const struct node *n, const struct event *ev) {
    const struct rapid_place *place = n->data;
    const struct val *saved = turn_var(r, STR(RAPID_STEP_SAVED));
    struct rapid_session *rs;
    struct err err = {0};
    if (!ev || !saved) {
        return give_up(r, "flow_lost", STR("the stored session is lost"));
    }
    enum rc rc = rapid_session_restore(
        place->set->program, world(r),
        val_with(r->a, saved, STR("contact"), rapid_step_person(r, place->set)), r->a, &rs,
        &err);
    if (rc == OK) {
        rc = rapid_session_resume(rs, resume_with(r, ev, place->set, resume_type(ev)), &err);
    }
    if (rc == E_STATE && ev->kind == EVENT_TIMEOUT) {
        /* no time-out of its own: the flow's time is over */
        rc = rapid_session_resume(rs, resume_with(r, ev, place->set, "wait_expiration"), &err);
    }
    if (rc == E_STATE) {
        return STEP_WAIT;
    }
    r->s.undo = NULL; /* "je me suis trompé" cannot reach behind an answer given here */
    return rc == OK ? settle(r, place, rs) : give_up(r, "flow_error", str_from(err.text));
}

/* --- how a reply is read before the flow sees it --- */

static bool is_words_test(struct str type) {
    static const char *const TESTS[] = {"has_any_word",  "has_all_words", "has_phrase",
                                        "has_only_text", "has_beginning", "has_only_phrase"};
    for (size_t i = 0; i < sizeof TESTS / sizeof *TESTS; i++) {
        if (str_is(type, TESTS[i])) {
            return true;
        }
    }
    return false;
}

static enum ask_kind kind_of(const struct rapid_router *router) {
    static const struct {
        const char *begins;
        enum ask_kind kind;
    } TESTS[] = {{"has_number", ASK_NUMBER}, {"has_date", ASK_DATE},   {"has_time", ASK_TIME},
                 {"has_phone", ASK_PHONE},   {"has_email", ASK_EMAIL}, {"has_text", ASK_FREE},
                 {"has_pattern", ASK_FREE}};
    enum ask_kind kind = ASK_FREE;
    for (size_t i = 0; i < router->n_cases; i++) {
        struct str type = router->cases[i].type;
        if (is_words_test(type)) {
            return ASK_CHOICE;
        }
        for (size_t k = 0; k < sizeof TESTS / sizeof *TESTS && kind == ASK_FREE; k++) {
            kind = str_starts(type, str_from(TESTS[k].begins)) ? TESTS[k].kind : kind;
        }
    }
    return kind;
}

static void add_words(struct str list, bool each, struct str *word, size_t *n) {
    struct str rest = list, one;
    while (each && *n < WORDS_MAX && str_next(&rest, ' ', &one)) {
        word[(*n)++] = one;
    }
    if (!each && *n < WORDS_MAX) {
        word[(*n)++] = list;
    }
}

static void put_options(struct run *r, const struct rapid_router *router, struct ask *ret) {
    struct ask_option *option = ARENA_ARRAY(r->a, struct ask_option, router->categories);
    struct str *word = ARENA_ARRAY(r->a, struct str, WORDS_MAX);
    size_t options = 0, n = 0;
    for (size_t i = 0; i < router->categories && options < OPTIONS_MAX; i++) {
        size_t from = n;
        for (size_t k = 0; k < router->n_cases; k++) {
            const struct rapid_case *c = &router->cases[k];
            if (str_eq(c->category, router->category[i].uuid) && c->arguments &&
                is_words_test(c->type)) {
                add_words(c->argument[0], str_is(c->type, "has_any_word"), word, &n);
            }
        }
        if (n > from) {
            option[options++] = (struct ask_option){word[from], &word[from], n - from};
        }
    }
    ret->option = option;
    ret->options = options;
}

/* Only to know a reflex, another flow's keyword or half a message from an answer: what the
 * answer means is decided by the flow's own tests. */
static void question(struct run *r, const struct node *n, struct ask *ret) {
    const struct rapid_place *place = n->data;
    const struct rapid_flow *flow;
    const struct rapid_node *at;
    ret->kind = ASK_FREE;
    if (!standing(place->set, turn_var(r, STR(RAPID_STEP_SAVED)), &flow, &at) || !at->router) {
        return;
    }
    ret->kind = kind_of(at->router);
    if (ret->kind == ASK_CHOICE) {
        put_options(r, at->router, ret);
    }
}

static const struct key_spec KEYS[] = {{NULL, 0, false, NULL, NULL, NULL}};

const struct step_kind RAPID_STEP = {.name = "brought",
                                     .key = KEYS,
                                     .waits = true,
                                     .asks = true,
                                     .run = run,
                                     .resume = resume,
                                     .question = question,
                                     .doc_fr = "une étape venue de RapidPro ou TextIt",
                                     .doc_en = "a step brought from RapidPro or TextIt"};
