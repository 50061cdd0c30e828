/* turn_text.c - what a turn says: languages, tu or vous, fallbacks, joined messages. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/turn.h"

#include <string.h>

#include "base/text.h"

#define ONE_SMS 160     /* GSM 03.38 characters in one part */
#define ONE_SMS_UCS2 70 /* the same when one character is outside the alphabet */

static const struct {
    const char *name, *fr, *en;
} BUILT_IN[] = {
    /* only for an installation without _textes.yaml: the words live there */
    {"fallback", "Un conseiller va te répondre.", "An advisor will answer you."},
    {"retry", "Je n'ai pas compris.", "I did not understand."},
    {"human", "Je passe la main à un conseiller.", "I am handing over to an advisor."},
    {"stopped", "C'est noté, plus aucun message. Pour revenir : START.",
     "Done, no more messages. To come back: START."},
    {"guess", "@answer : c'est bien ça ?", "@answer: is that right?"}};

struct str turn_lang(struct run *r) {
    return val_get_text(r->s.fresh, "language", r->w->lang);
}

static bool is_formal(const struct run *r) {
    return str_is(val_get_text(r->w->org, "tone", STR("tu")), "vous");
}

/* Evaluates one form. False when an expression in it failed. */
static bool evaluate(struct run *r, const struct texts *t, struct str source_lang,
                     struct str *ret, struct err *err) {
    const struct text_form *form = program_form(t, turn_lang(r), source_lang);
    if (!form) {
        return false;
    }
    const struct tmpl *tmpl = is_formal(r) ? form->formal : form->plain;
    if (tmpl_is_constant(tmpl, ret)) {
        return true;
    }
    return tmpl_text(tmpl, turn_scope(r), ret, err) == OK;
}

static void report(struct run *r, const struct node *n, const struct err *err) {
    const struct program *p = turn_program(r);
    turn_trace(r, "expression failed" TRACE_HIDE ": %s" TRACE_SHOW, err->text);
    if (r->err && r->err->rc == OK) {
        err_at(r->err, err->rc ? err->rc : E_INVALID, p ? arena_cstr(r->a, p->file) : "",
               n ? n->line : 0, n ? n->column : 0, "%s", err->text);
    }
    if (!r->flow_case) {
        r->flow_case = true;
        turn_case(r, "flow_error", STR_EMPTY, false, false);
    }
}

/* The sentence that stands for what cannot be said. */
static struct str fallback_text(struct run *r, const struct node *n) {
    const struct program *p = turn_program(r);
    struct str lang = p ? p->language : STR("fr"), text;
    struct err ignored = {0};
    if (n && n->fallback && evaluate(r, n->fallback, lang, &text, &ignored)) {
        return text;
    }
    if (p && p->fallback && evaluate(r, p->fallback, lang, &text, &ignored)) {
        return text;
    }
    const struct texts *standing = library_text(r->w->library, "fallback");
    if (standing && evaluate(r, standing, lang, &text, &ignored)) {
        return text;
    }
    return str_from(str_is(turn_lang(r), "en") ? BUILT_IN[0].en : BUILT_IN[0].fr);
}

struct str turn_text(struct run *r, const struct node *n, const struct texts *t) {
    const struct program *p = turn_program(r);
    struct str text = STR_EMPTY;
    struct err err = {0};
    if (!t || t->n == 0) {
        return STR_EMPTY;
    }
    if (evaluate(r, t, p ? p->language : STR("fr"), &text, &err)) {
        return text;
    }
    report(r, n, &err);
    return fallback_text(r, n);
}

void turn_broken(struct run *r, const struct node *n, struct str why) {
    struct err err = {0};
    (void)err_set(&err, E_INVALID, "%.*s", STR_ARG(why));
    report(r, n, &err);
    struct effect_say say = turn_message(r, fallback_text(r, n));
    turn_send(r, &say);
}

struct str turn_standing(struct run *r, const char *name) {
    const struct texts *t = library_text(r->w->library, name);
    if (t) {
        return turn_text(r, NULL, t);
    }
    for (size_t i = 0; i < sizeof BUILT_IN / sizeof *BUILT_IN; i++) {
        if (strcmp(BUILT_IN[i].name, name) == 0 && BUILT_IN[i].fr[0] != '@') {
            return str_from(str_is(turn_lang(r), "en") ? BUILT_IN[i].en : BUILT_IN[i].fr);
        }
    }
    return STR_EMPTY;
}

struct effect_say turn_message(struct run *r, struct str text) {
    const struct frame *f = turn_top(r);
    return (struct effect_say){.kind =
                                   r->s.replying || !f ? SAY_REPLY : (enum say_kind)f->priority,
                               .text = text,
                               .lang = turn_lang(r)};
}

static size_t weight(const struct effect_say *say, bool *ret_plain) {
    size_t n = 0;
    struct str part[2] = {say->text, say->digits};
    for (int i = 0; i < 2; i++) {
        for (size_t pos = 0; pos < part[i].n; n++) {
            uint32_t cp = text_next(part[i], &pos);
            /* what lies beyond Latin-1, and circumflexes, leaves the GSM alphabet */
            *ret_plain &= cp < 0x100 && !strchr("\xe2\xea\xee\xf4\xfb\xe7\xeb\xef",
                                                cp >= 0x80 ? (int)cp : 'a');
        }
    }
    return n;
}

/* One message costs less than two and cannot arrive in the wrong order. */
static bool join(struct run *r, const struct effect_say *say) {
    if (r->last_say < 0) {
        return false;
    }
    struct effect_say *prev = &r->effect[r->last_say].say;
    bool plain = true;
    size_t total = weight(prev, &plain) + weight(say, &plain) + 2;
    if (prev->kind != say->kind || prev->buttons || prev->digits.n || prev->attachments ||
        prev->timeout_ms || prev->confirms_stop || prev->expires_ms != say->expires_ms ||
        !str_eq(prev->lang, say->lang) || total > (plain ? ONE_SMS : ONE_SMS_UCS2)) {
        return false;
    }
    struct str text = arena_printf(r->a, "%.*s\n%.*s", STR_ARG(prev->text), STR_ARG(say->text));
    *prev = *say;
    prev->text = text;
    return true;
}

/* Two machines may answer each other for ever, and a flow may ask a service again and again; a
 * person never needs this many answers in an hour. */
static bool count_automatic(struct run *r) {
    int64_t hour = r->w->now_ms / (3600 * 1000);
    if (r->s.auto_hour != hour) {
        r->s.auto_hour = hour;
        r->s.auto_count = 0;
    }
    if (r->s.auto_count < ENGINE_REPLIES_HOUR) {
        r->s.auto_count++;
        return true;
    }
    if (r->s.auto_count == ENGINE_REPLIES_HOUR) {
        r->s.auto_count++;
        turn_case(r, "loop", STR_EMPTY, false, false);
    }
    return false;
}

static bool is_allowed(struct run *r, const struct effect_say *say) {
    bool automatic = r->s.replying || r->ev->kind == EVENT_ANSWER;
    return !automatic || say->confirms_stop || count_automatic(r);
}

bool turn_may_call(struct run *r) {
    return r->ev->kind != EVENT_ANSWER || count_automatic(r);
}

void turn_send(struct run *r, const struct effect_say *say) {
    if ((say->text.n == 0 && say->attachments == 0) || join(r, say)) {
        return;
    }
    if (!is_allowed(r, say)) {
        turn_trace(r, "too many automatic answers this hour: silent");
        return;
    }
    turn_effect(r, EFFECT_SAY)->say = *say;
    r->last_say = (int)r->effects - 1;
}

void turn_say(struct run *r, const struct node *n, const struct texts *t) {
    struct effect_say say = turn_message(r, turn_text(r, n, t));
    turn_send(r, &say);
}

void turn_say_standing(struct run *r, const char *name) {
    struct effect_say say = turn_message(r, turn_standing(r, name));
    turn_send(r, &say);
}
