/* ask_reply.c - a question is asked, its answer heard, doubted, retried, kept. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/text.h"
#include "bot/repair.h"
#include "bot/steps/ask_priv.h"

static struct str yes_no_label(struct run *r, bool yes) {
    struct str s = turn_standing(r, yes ? "yes" : "no");
    if (s.n) {
        return s;
    }
    bool english = str_is(turn_lang(r), "en");
    return yes ? (english ? STR("Yes") : STR("Oui")) : (english ? STR("No") : STR("Non"));
}

/* Buttons where there are, "1 Oui" lines elsewhere: the same choices in the same order. */
static void add_choices(struct run *r, const struct node *n, bool yes_no,
                        struct effect_say *say) {
    const struct ask_data *d = n->data;
    size_t count = yes_no ? 2 : ask_options_count(r, d);
    if (!count || !d->digits) {
        return;
    }
    struct button *button = ARENA_ARRAY(r->a, struct button, count);
    for (size_t i = 0; i < count; i++) {
        button[i].label = yes_no ? yes_no_label(r, i == 0) : ask_options_label(r, n, i);
        button[i].payload = arena_printf(r->a, "%.*s:%zu", STR_ARG(turn_top(r)->token), i + 1);
        say->digits = arena_printf(r->a, "%.*s%s%zu %.*s", STR_ARG(say->digits), i ? "\n" : "",
                                   i + 1, STR_ARG(button[i].label));
    }
    say->button = button;
    say->buttons =
        d->several && !yes_no ? 0 : count; /* a button answers once: several are typed */
}

void ask_send(struct run *r, const struct node *n, struct str text) {
    const struct ask_data *d = n->data;
    turn_wait(r, WAIT_ANSWER, true);
    struct effect_say say = turn_message(r, text);
    add_choices(r, n, d->row->kind == ASK_YES_NO || turn_var(r, STR(ASK_GUESS)), &say);
    if (d->timeout_ms > 0) {
        say.timeout_ms = d->timeout_ms;
        say.timeout_token = turn_top(r)->token;
    }
    turn_send(r, &say);
}

int ask_run(struct run *r, const struct node *n) {
    const struct ask_data *d = n->data;
    if (d->skip_if && !r->again && turn_test(r, d->skip_if)) {
        turn_trace(r, "not asked: skip_if is true");
        return n->exit[d->next].to;
    }
    const struct texts *t = d->sms && !r->w->has_buttons ? d->sms : d->text;
    if (r->again && d->again) {
        t = d->again;
    }
    turn_set_var(r, STR(ASK_GUESS), NULL);
    if (!ask_options_fix(r, n)) {
        return n->exit[d->next].to;
    }
    if (d->silent && !(r->again && d->again)) {
        turn_wait(r, WAIT_ANSWER, true);
        if (d->timeout_ms > 0) {
            turn_timer(r, r->w->now_ms + d->timeout_ms, turn_top(r)->token);
        }
        return STEP_WAIT;
    }
    ask_send(r, n, turn_text(r, n, t));
    return STEP_WAIT;
}

static void real_question(struct run *r, const struct node *n, struct ask *ret) {
    const struct ask_data *d = n->data;
    ret->kind = d->row->kind;
    ret->hint = d->hint;
    ret->yes = d->yes.item;
    ret->yes_n = d->yes.n;
    ret->no = d->no.item;
    ret->no_n = d->no.n;
    if (d->row->kind == ASK_CHOICE) {
        ask_options_fill(r, n, ret);
    }
}

void ask_question(struct run *r, const struct node *n, struct ask *ret) {
    if (turn_var(r, STR(ASK_GUESS))) {
        ret->kind = ASK_YES_NO;
        return;
    }
    real_question(r, n, ret);
}

static int leave(struct run *r, const struct node *n, int exit) {
    turn_top(r)->wait = WAIT_NOTHING;
    turn_set_var(r, STR(ASK_GUESS), NULL);
    return n->exit[exit].to;
}

/* Where an accepted value leads. */
static int exit_for(const struct ask_data *d, const struct val *v) {
    if (d->row->kind == ASK_YES_NO && val_is(v, VAL_TEXT)) {
        int exit = str_is(v->text, "yes")  ? d->if_yes
                   : str_is(v->text, "no") ? d->if_no
                                           : d->if_maybe;
        return exit >= 0 ? exit : d->next;
    }
    for (size_t i = 0; i < d->choices && val_is(v, VAL_TEXT); i++) {
        if (str_eq(d->choice[i].key, v->text) && d->choice[i].exit >= 0) {
            return d->choice[i].exit;
        }
    }
    return d->next;
}

static int accept(struct run *r, const struct node *n, const struct val *v,
                  struct str category) {
    const struct ask_data *d = n->data;
    repair_remember(r, n, d->save);
    const struct val *guess = turn_var(r, STR(ASK_GUESS));
    turn_set_result(r, d->name, v, category, val_get_text(guess, "input", r->ev->text));
    if (d->save.n) {
        turn_set(r, d->save, v);
    }
    if (d->keep) {
        struct effect *e = turn_effect(r, EFFECT_RESULT);
        e->result.flow = turn_top(r)->flow;
        e->result.name = d->name;
        e->result.category = category;
        e->result.value = v;
    }
    turn_trace(r, "answer kept");
    return leave(r, n, exit_for(d, v));
}

static int give_up(struct run *r, const struct node *n) {
    const struct ask_data *d = n->data;
    switch (d->then) {
    case ASK_THEN_SKIP:
        return leave(r, n, d->next);
    case ASK_THEN_EXIT:
        return leave(r, n, d->then_exit);
    case ASK_THEN_DEFAULT:
        return accept(r, n, turn_value(r, d->dflt), STR("default"));
    case ASK_THEN_HUMAN:
        break;
    }
    turn_say_standing(r, "human");
    turn_case(r, "unclear", STR_EMPTY, false, true);
    turn_top(r)->tries = 0;
    return STEP_WAIT;
}

static int misunderstood(struct run *r, const struct node *n, const struct texts *why) {
    const struct ask_data *d = n->data;
    struct frame *f = turn_top(r);
    size_t allowed = d->retries ? d->retries : 1;
    f->tries++;
    turn_trace(r, "not understood, %d of %zu", f->tries, allowed + 1);
    if ((size_t)f->tries > allowed) {
        return give_up(r, n);
    }
    turn_set_var(r, STR(ASK_GUESS), NULL);
    if (why) {
        ask_send(r, n, turn_text(r, n, why));
    } else if (d->retries) {
        ask_send(r, n, turn_text(r, n, d->retry[f->tries - 1]));
    } else {
        turn_say_standing(r, "retry");
        ask_send(r, n, turn_text(r, n, d->again ? d->again : d->text));
    }
    return STEP_WAIT;
}

static bool is_accepted(const struct ask_row *row, enum intent intent) {
    for (size_t i = 0; i < 4 && row->accept[i] != INTENT_UNCLEAR; i++) {
        if (row->accept[i] == intent) {
            return true;
        }
    }
    return false;
}

static const struct val *choice_value(struct run *r, const struct ask_data *d,
                                      const struct val *v) {
    int64_t i;
    size_t count = ask_options_count(r, d);
    if (val_is(v, VAL_NUMBER)) {
        bool ok = dec_to_i64(v->num, &i) == OK && i >= 1 && (size_t)i <= count;
        const struct val *key =
            ok ? val_text(r->a, ask_options_key(r, d, (size_t)i - 1)) : NULL;
        return key && d->several ? val_list(r->a, &key, 1) : key;
    }
    if (!val_is(v, VAL_LIST) || !d->several) {
        return NULL;
    }
    struct val_builder *b = val_list_begin(r->a);
    for (size_t k = 0; k < v->list.n; k++) {
        const struct val *n = v->list.item[k];
        if (!val_is(n, VAL_NUMBER) || dec_to_i64(n->num, &i) != OK || i < 1 ||
            (size_t)i > count) {
            return NULL;
        }
        val_push(b, val_text(r->a, ask_options_key(r, d, (size_t)i - 1)));
    }
    return val_end(b);
}

#define NAME_WORDS 3
#define NAME_CHARS 40

/* No list holds every first name: an unknown word is offered back, to be confirmed. */
static const struct val *name_as_written(struct run *r, struct str text) {
    size_t pos = 0, words = 1, letters = 0;
    text = str_trim(text);
    while (pos < text.n) {
        uint32_t cp = text_next(text, &pos);
        bool joins = cp == ' ' || cp == '-' || cp == '\'' || cp == 0x2019;
        words += cp == ' ';
        letters++;
        if (!joins && !text_is_letter(cp)) {
            return NULL;
        }
    }
    return letters >= 2 && letters <= NAME_CHARS && words <= NAME_WORDS
               ? val_text(r->a, text_title(text, r->a))
               : NULL;
}

/* The value to keep, or NULL when the reading is not what was asked. */
static const struct val *value_of(struct run *r, const struct ask_data *d,
                                  const struct answer *a) {
    if (d->row->attachment && r->ev->attachments) {
        return val_text(r->a, r->ev->attachment[0]);
    }
    if (d->row->kind == ASK_FREE) {
        bool words = !d->row->attachment && str_trim(r->ev->text).n > 0;
        return words ? val_text(r->a, str_trim(r->ev->text)) : NULL;
    }
    if (d->row->kind == ASK_YES_NO) {
        bool maybe = a->intent == INTENT_MAYBE && d->if_maybe >= 0;
        const char *word = maybe ? "maybe" : a->intent == INTENT_YES ? "yes" : "no";
        return maybe || is_accepted(d->row, a->intent) ? val_textz(r->a, word) : NULL;
    }
    if (d->row->kind == ASK_NAME && a->sureness == UND_UNSURE && a->intent == INTENT_UNCLEAR) {
        return name_as_written(r, r->ev->text);
    }
    if (!is_accepted(d->row, a->intent) || !a->value || a->value->type == VAL_NULL) {
        return NULL;
    }
    if (d->row->kind == ASK_CHOICE) {
        return choice_value(r, d, a->value);
    }
    bool plain = a->value->type != VAL_MAP && a->value->type != VAL_LIST;
    bool range =
        val_is(a->value, VAL_TEXT) && str_find(a->value->text, STR(".."), 0) != SIZE_MAX;
    return plain && !range ? a->value : NULL;
}

bool ask_accepts(struct run *r, const struct node *n, const struct answer *a) {
    if (turn_var(r, STR(ASK_GUESS))) {
        return a->intent == INTENT_YES || a->intent == INTENT_NO;
    }
    return value_of(r, n->data, a) != NULL;
}

/* Says what was understood and asks for a yes: doubt is never a guess. */
static int confirm(struct run *r, const struct node *n, const struct val *v) {
    struct val_builder *b = val_map_begin(r->a);
    val_put(b, "value", v);
    val_put(b, "input", val_text(r->a, str_trim(r->ev->text)));
    r->value = v;
    struct str text = turn_standing(r, "guess");
    if (text.n == 0) {
        return misunderstood(r, n, NULL);
    }
    turn_trace(r, "a doubtful reading: asks for confirmation");
    turn_top(r)->tries++;
    turn_set_var(r, STR(ASK_GUESS), val_end(b));
    ask_send(r, n, text);
    return STEP_WAIT;
}

/* Only answers from a closed list have one: names and dates are nobody's category. */
static struct str category_of(const struct ask_data *d, const struct val *v) {
    bool closed = d->row->kind == ASK_YES_NO || d->row->kind == ASK_CHOICE ||
                  d->row->kind == ASK_SITUATION;
    return closed && val_is(v, VAL_TEXT) ? v->text : STR_EMPTY;
}

static int judge(struct run *r, const struct node *n, const struct answer *a) {
    const struct ask_data *d = n->data;
    const struct val *v = value_of(r, d, a);
    bool sure =
        a->sureness == UND_SURE || d->row->kind == ASK_FREE || (v && r->ev->attachments);
    if (a->intent == INTENT_SKIP) {
        if (d->may_skip) {
            repair_remember(r, n, d->save);
            return d->dflt ? accept(r, n, turn_value(r, d->dflt), STR("default"))
                           : leave(r, n, d->next);
        }
        turn_say_standing(r, "cannot_skip");
        r->again = true;
        ask_run(r, n);
        r->again = false;
        return STEP_WAIT;
    }
    if (!v) {
        return misunderstood(r, n, NULL);
    }
    r->value = v;
    if (d->valid_if && !turn_test(r, d->valid_if)) {
        turn_trace(r, "valid_if is false");
        return misunderstood(r, n, d->invalid);
    }
    size_t allowed = d->retries ? d->retries : 1;
    if (!sure) {
        return (size_t)turn_top(r)->tries >= allowed ? misunderstood(r, n, NULL)
                                                     : confirm(r, n, v);
    }
    return accept(r, n, v, category_of(d, v));
}

int ask_resume(struct run *r, const struct node *n, const struct event *ev) {
    const struct ask_data *d = n->data;
    const struct val *guess = turn_var(r, STR(ASK_GUESS));
    if (ev->kind == EVENT_TIMEOUT) {
        return d->timeout_exit >= 0 ? leave(r, n, d->timeout_exit) : STEP_WAIT;
    }
    if (!r->answer) {
        return STEP_WAIT;
    }
    if (!guess) {
        return judge(r, n, r->answer);
    }
    if (r->answer->sureness == UND_SURE && r->answer->intent == INTENT_YES) {
        return accept(r, n, val_get(guess, "value"), STR_EMPTY);
    }
    turn_set_var(r, STR(ASK_GUESS), NULL);
    if (r->answer->sureness == UND_SURE && r->answer->intent == INTENT_NO) {
        return misunderstood(r, n, NULL);
    }
    struct ask ask = {.zone = r->w->zone, .now_ms = r->w->now_ms, .region = STR("FR")};
    struct answer again = {0};
    real_question(r, n, &ask);
    und_read_text(r->words, &ask, &again);
    return judge(r, n, &again);
}
