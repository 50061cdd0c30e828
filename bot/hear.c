/* hear.c - a message of the person: reflexes, the open question, keywords, and what nobody
 * understood. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/hear.h"

#include "base/text.h"
#include "bot/agenda.h"
#include "bot/repair.h"
#include "bot/walk.h"

#define LAST_TEXT_MAX 80 /* bytes of a message kept to know it again */

static const char *const SURENESS[] = {"none", "unsure", "sure"};
static const char *const SCOPES[] = {"all", "group", "reminders", "pause"};

bool hear_question(struct run *r, struct ask *ret) {
    const struct frame *f = turn_top(r);
    const struct node *n = f && f->wait == WAIT_ANSWER ? turn_node(r) : NULL;
    *ret = (struct ask){
        .kind = ASK_NONE, .zone = r->w->zone, .now_ms = r->w->now_ms, .region = STR("FR")};
    if (!n || !n->kind->question) {
        return false;
    }
    n->kind->question(r, n, ret);
    return true;
}

/* @input: what was written and how it was read. */
static void remember_input(struct run *r, const struct answer *a) {
    struct val_builder *b = val_map_begin(r->a);
    val_put(b, "text", val_text(r->a, r->ev->text));
    val_put(b, "intent", val_textz(r->a, intent_name(a->intent)));
    val_put(b, "sureness", val_textz(r->a, SURENESS[a->sureness]));
    val_put(b, "scope",
            a->intent == INTENT_STOP ? val_textz(r->a, SCOPES[a->scope]) : &VAL_NIL);
    val_put(b, "language", val_text(r->a, a->language));
    val_put(b, "value", a->value ? a->value : &VAL_NIL);
    val_put(b, "late", val_bool(a->also_late));
    r->s.input = val_end(b);
}

/* "trop de messages" may be a STOP: asked once, never taken for one nor passed over. */
static bool is_stop_doubt(const struct answer *a) {
    return (a->also_stop_doubt && a->sureness != UND_SURE) ||
           (a->intent == INTENT_STOP && (a->also_stop_doubt || a->sureness != UND_SURE));
}

static const struct program *flow_for(struct run *r, const struct answer *a) {
    const struct program *p =
        is_stop_doubt(a) ? library_for_intent(r->w->library, STR("stop_doubt")) : NULL;
    return p ? p : library_for_intent(r->w->library, str_from(intent_name(a->intent)));
}

static void begin(struct run *r, const struct program *p) {
    /* reflexes do not pile up: the newest one replaces the one before */
    while (p->system && turn_top(r) && turn_top(r)->system) {
        const struct program *top = turn_program(r);
        if (!top || !top->system) {
            break;
        }
        turn_pop(r);
    }
    r->handled = true;
    int priority = p->priority >= 0 ? p->priority : SAY_QUESTION;
    if (turn_push(r, p, NULL, priority, STR_EMPTY, true)) {
        walk_begin(r);
    }
}

/* STOP must work even where no flow answers it. */
static void bare_stop(struct run *r) {
    walk_quit(r);
    struct effect_say say = turn_message(r, turn_standing(r, "stopped"));
    say.confirms_stop = true;
    turn_send(r, &say);
    struct effect *e = turn_effect(r, EFFECT_ACT);
    struct val_builder *args = val_map_begin(r->a);
    val_put(args, "scope", val_textz(r->a, "all"));
    e->act.name = STR("opt_out");
    e->act.args = val_end(args);
    r->needs_result = true;
    r->handled = true;
}

static bool is_final(enum intent i) {
    return i == INTENT_STOP || i == INTENT_DISTRESS;
}

/* "c'est quoi ?" at a question that can explain itself. */
static bool explained(struct run *r, const struct answer *a) {
    const struct node *n = turn_node(r);
    if (a->intent != INTENT_HELP || !n || !n->kind->explain ||
        turn_top(r)->wait != WAIT_ANSWER || !n->kind->explain(r, n)) {
        return false;
    }
    walk_ask_again(r);
    return true;
}

static size_t words(struct str s) {
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        n += s.p[i] != ' ' && (i == 0 || s.p[i - 1] == ' ');
    }
    return n;
}

/* In the middle of a free answer "les horaires" is no call for help: there a soft reflex must
 * be one word, or a question. And the word of a poster goes before general help. */
static bool is_answer_after_all(struct run *r, const struct ask *ask, const struct answer *a,
                                struct str folded) {
    bool soft = a->intent == INTENT_HELP || a->intent == INTENT_LATE ||
                a->intent == INTENT_PAUSE || a->intent == INTENT_START ||
                a->intent == INTENT_LANGUAGE || a->intent == INTENT_QUIT_GROUP;
    const struct program *p = soft ? library_for_keyword(r->w->library, folded) : NULL;
    bool alone = words(folded) <= 1 || str_find_char(r->ev->text, '?', 0) != SIZE_MAX;
    return (p && p->interrupts) || (soft && ask->kind == ASK_FREE && !alone);
}

static bool is_wanted(struct run *r, const struct ask *ask, const struct answer *a,
                      struct str folded) {
    bool wakes = a->intent == INTENT_START || a->intent == INTENT_DISTRESS;
    if ((r->w->paused && !is_final(a->intent)) || (r->w->opted_out && !wakes)) {
        return false;
    }
    if (!r->w->opted_out && a->intent == INTENT_START &&
        !library_for_intent(r->w->library, STR("start"))) {
        return false;
    }
    return !is_answer_after_all(r, ask, a, folded);
}

static bool reflex(struct run *r, const struct ask *ask, const struct answer *a,
                   struct str folded) {
    bool doubt = is_stop_doubt(a) && ask->kind != ASK_FREE;
    if ((!intent_is_reflex(a->intent) && !doubt) || !is_wanted(r, ask, a, folded)) {
        return false;
    }
    turn_trace(r, "reflex %s by rule %.*s" TRACE_HIDE " on \"%.*s\"" TRACE_SHOW,
               intent_name(a->intent), STR_ARG(a->rule), STR_ARG(a->span));
    remember_input(r, a);
    if (explained(r, a)) {
        return true;
    }
    const struct program *p = flow_for(r, a);
    if (p) {
        begin(r, p);
        return true;
    }
    if (a->intent == INTENT_STOP) {
        bare_stop(r);
        return true;
    }
    return false;
}

/* The same words twice within two minutes: a phone that sent again, or an impatient thumb. They
 * count once, unless another question has been asked since, which they answer surely. */
static bool is_repeat(struct run *r, struct str folded, const struct answer *a, bool open) {
    bool same = folded.n && str_eq(folded, r->s.last_text) &&
                r->w->now_ms - r->s.last_ms <= ENGINE_REPEAT_MS;
    if (!same) {
        return false;
    }
    bool answers = open && a->sureness == UND_SURE && turn_top(r)->asked_ms >= r->s.last_ms &&
                   !library_for_keyword(r->w->library, folded) && turn_top(r)->tries == 0;
    return !answers;
}

static bool is_answer(struct run *r, bool open, const struct answer *a) {
    const struct node *n = open ? turn_node(r) : NULL;
    return n && a->sureness == UND_SURE && (!n->kind->accepts || n->kind->accepts(r, n, a));
}

/* A word of a poster. It goes before the open question when its flow says so, when it does not
 * answer the question, or when any word would (a first name, a town); a flow that runs already
 * is not begun again. */
static bool keyword(struct run *r, const struct ask *ask, struct str folded, bool open,
                    const struct answer *a) {
    const struct program *p = library_for_keyword(r->w->library, folded);
    const struct node *n = open ? turn_node(r) : NULL;
    bool anything = n && n->kind->takes_anything && n->kind->takes_anything(n);
    bool wins = !open || (p && p->interrupts) ||
                (ask->kind != ASK_FREE && (anything || !is_answer(r, open, a)));
    if (!p || !wins) {
        return false;
    }
    if (turn_has_flow(r, p->name)) {
        if (open) {
            walk_ask_again(r);
        }
        return open;
    }
    turn_trace(r, "keyword \"%.*s\"", STR_ARG(folded));
    begin(r, p);
    return true;
}

static bool link_or_stale_button(struct run *r, bool open) {
    struct str payload = r->ev->payload;
    const struct program *p = payload.n ? library_for_link(r->w->library, payload) : NULL;
    size_t colon = str_find_char(payload, ':', 0);
    if (p) {
        turn_trace(r, "link" TRACE_HIDE " \"%.*s\"" TRACE_SHOW, STR_ARG(payload));
        begin(r, p);
        return true;
    }
    if (colon == SIZE_MAX || (open && str_eq(str_sub(payload, 0, colon), turn_top(r)->token))) {
        return false;
    }
    turn_trace(r, "a button of an older question");
    if (open) {
        turn_say_standing(r, "old_button");
        walk_ask_again(r);
    }
    return open;
}

static void answer_question(struct run *r, const struct answer *a) {
    turn_trace(r, "read as %s (%s) by rule %.*s" TRACE_HIDE " on \"%.*s\"" TRACE_SHOW,
               intent_name(a->intent), SURENESS[a->sureness], STR_ARG(a->rule),
               STR_ARG(a->span));
    r->answer = a;
    r->handled = true;
    walk_resume(r);
}

static void idle(struct run *r, const struct answer *a) {
    const struct library *l = r->w->library;
    const struct program *p = NULL;
    if (val_get_bool(r->w->contact, "new", false)) {
        p = library_for_event(l, STR("first_message"));
    }
    if (!p && a->sureness == UND_SURE) {
        p = library_for_intent(l, str_from(intent_name(a->intent)));
    }
    p = p ? p : library_for_anything(l);
    p = p ? p : library_for_intent(l, STR("unclear"));
    turn_trace(r, "nothing is asked: read as %s (%s)", intent_name(a->intent),
               SURENESS[a->sureness]);
    if (p) {
        begin(r, p);
    }
}

/* Digits of a button stand for the words on it. */
static void read_message(struct run *r, const struct ask *ask, struct answer *ret) {
    size_t colon = str_find_char(r->ev->payload, ':', 0);
    if (colon == SIZE_MAX) {
        und_read_text(r->words, ask, ret);
    } else {
        und_read(r->w->und, str_sub(r->ev->payload, colon + 1, r->ev->payload.n), ask, r->a,
                 ret);
    }
}

#define REPAIR_WORDS 8 /* a longer text is an answer, not "passer" or "retour" */

/* What the question hid: "passer" where any words are an answer, "un conseiller" where they are
 * none. The bare reading replaces the other one, or is acted on at once. */
static bool read_bare(struct run *r, const struct ask *ask, struct str folded,
                      struct answer *a) {
    const struct node *n = turn_node(r);
    bool anything = n && n->kind->takes_anything && n->kind->takes_anything(n);
    bool unsure = a->sureness != UND_SURE && !intent_is_reflex(a->intent);
    struct answer bare = {0};
    struct ask none = *ask;
    if ((!anything && !unsure) || words(folded) > REPAIR_WORDS) {
        return false;
    }
    none.kind = ASK_NONE;
    und_read_text(r->words, &none, &bare);
    bool repair = bare.intent == INTENT_SKIP || bare.intent == INTENT_BACK ||
                  bare.intent == INTENT_CORRECT || bare.intent == INTENT_REPEAT;
    bool subject = unsure && bare.intent == INTENT_CANCEL && ask->kind != ASK_FREE;
    if (((anything && repair) || subject) && bare.sureness == UND_SURE) {
        *a = bare;
        return false;
    }
    return unsure && reflex(r, &none, &bare, folded);
}

/* "finalement je viens pas" in the middle of another question: a sure reading that this
 * question does not want, and a flow does. */
static bool changes_subject(struct run *r, const struct answer *a) {
    const struct program *p = NULL;
    if (a->sureness == UND_SURE && a->intent == INTENT_CANCEL && !is_answer(r, true, a)) {
        p = library_for_intent(r->w->library, str_from(intent_name(a->intent)));
    }
    if (!p || turn_has_flow(r, p->name)) {
        return false;
    }
    turn_trace(r, "another subject: %s", intent_name(a->intent));
    begin(r, p);
    return true;
}

/* Nothing is asked, but an answer is being fetched: told once, never taken for a new subject.
 */
static bool one_moment(struct run *r) {
    struct frame *f = turn_top(r);
    if (!f || f->wait != WAIT_CALL) {
        return false;
    }
    if (f->asked_ms + AGENDA_CALL_MS <= r->w->now_ms) {
        /* lost on its way to us: the flow goes on as if nobody had answered, or the person
         * would write into silence for ever */
        struct val_builder *b = val_map_begin(r->a);
        val_put(b, "ok", &VAL_FALSE);
        val_put(b, "status", val_int(r->a, 0));
        val_put(b, "why", val_textz(r->a, "unknown"));
        f->answer = val_end(b);
        f->due = true;
        r->handled = true;
        return true;
    }
    turn_trace(r, "a web-hook has not answered yet");
    if (f->tries++ == 0) {
        turn_say_standing(r, "one_moment");
    }
    r->handled = true;
    return true;
}

static void hear(struct run *r, const struct ask *ask, struct str folded, struct answer *a) {
    bool open = turn_top(r) && turn_top(r)->wait == WAIT_ANSWER;
    if (open && !turn_node(r)) {
        walk_resume(r); /* its step is lost: said, and a case */
        r->handled = true;
        return;
    }
    if (link_or_stale_button(r, open) || (open && read_bare(r, ask, folded, a))) {
        r->handled = true;
        return;
    }
    remember_input(r, a);
    if (is_repeat(r, folded, a, open)) {
        turn_trace(r, "the same message again: counted once");
        r->handled = true;
    } else if (keyword(r, ask, folded, open, a) || repair_hear(r, a->intent)) {
        r->handled = true;
    } else if (open && !changes_subject(r, a)) {
        answer_question(r, a);
    } else if (!open && !one_moment(r)) {
        idle(r, a);
    }
}

void hear_message(struct run *r) {
    struct str folded = str_sub(library_fold(r->ev->text, r->a), 0, LAST_TEXT_MAX);
    struct ask ask;
    struct answer a = {0};
    r->s.replying = true;
    r->words = r->ev->words ? r->ev->words : und_prepare(r->w->und, r->ev->text, r->a);
    hear_question(r, &ask);
    read_message(r, &ask, &a);
    if (reflex(r, &ask, &a, folded)) {
        r->handled = true;
    } else if (r->w->paused || r->w->opted_out) {
        turn_trace(r, r->w->paused ? "a human has the conversation"
                                   : "silent: the person said stop");
        r->handled = r->w->paused;
    } else {
        hear(r, &ask, folded, &a);
    }
    r->s.last_text = folded;
    r->s.last_ms = r->w->now_ms;
}
