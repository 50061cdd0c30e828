/* check_text.c - translations, SMS segments, alphabet, identity, expressions that may fail. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "bot/flow/check.h"
#include "bot/flow/kind.h"
#include "bot/flow/library_priv.h"
#include "bot/flow/problems.h"

#define SAMPLE "XXXXXXXXXX" /* what an expression is taken to be: ten characters */

struct texts_check {
    const struct library *l;
    const struct program *p;
    const struct text_meter *meter;
    struct flow_problems *problems;
    struct arena *a;
};

static void warn(struct texts_check *t, int line, int column, const char *hint, const char *fmt,
                 ...) PRINTF_LIKE(5, 6);
static void warn(struct texts_check *t, int line, int column, const char *hint, const char *fmt,
                 ...) {
    va_list ap;
    va_start(ap, fmt);
    problems_vadd(t->problems, t->p->file, line, column, true, hint, fmt, ap);
    va_end(ap);
}

/* ---- translations ---- */

static bool in_list(const struct str *lang, size_t n, struct str s) {
    for (size_t i = 0; i < n; i++) {
        if (str_eq(lang[i], s)) {
            return true;
        }
    }
    return false;
}

#define LANGS_MAX 16

static size_t languages(const struct program *p, struct str lang[LANGS_MAX]) {
    size_t n = 0;
    for (size_t i = 0; i < p->texts; i++) {
        for (size_t k = 0; k < p->text[i].texts->n; k++) {
            struct str s = p->text[i].texts->form[k].lang;
            if (n < LANGS_MAX && !in_list(lang, n, s)) {
                lang[n++] = s;
            }
        }
    }
    return n;
}

static void translations(struct texts_check *t) {
    struct str lang[LANGS_MAX];
    size_t n = languages(t->p, lang);
    for (size_t i = 0; i < t->p->texts; i++) {
        const struct texts *x = t->p->text[i].texts;
        for (size_t k = 0; k < n && x->n; k++) {
            bool found = false;
            for (size_t j = 0; j < x->n; j++) {
                found |= str_eq(x->form[j].lang, lang[k]);
            }
            if (!found) {
                warn(t, x->form[0].line, x->form[0].column, "other texts of this flow have it",
                     "this text has no '%.*s'", STR_ARG(lang[k]));
            }
        }
    }
}

/* ---- what the channel makes of it ---- */

/* Replaces expressions by a sample and keeps the longer side of [tu|vous]. */
static struct str sample(struct texts_check *t, struct str s) {
    struct buf out;
    buf_init(&out, s.n * 12 + 16);
    for (size_t i = 0; i < s.n; i++) {
        size_t bar = s.p[i] == '[' ? str_find_char(s, '|', i) : SIZE_MAX;
        size_t end = s.p[i] == '[' ? str_find_char(s, ']', i) : SIZE_MAX;
        if (bar != SIZE_MAX && end != SIZE_MAX && bar < end) {
            bool left = bar - i > end - bar;
            buf_str(&out,
                    left ? str_sub(s, i + 1, bar - i - 1) : str_sub(s, bar + 1, end - bar - 1));
            i = end;
            continue;
        }
        if (s.p[i] != '@' || i + 1 >= s.n) {
            buf_putc(&out, s.p[i]);
            continue;
        }
        if (s.p[i + 1] == '@') {
            buf_putc(&out, s.p[++i]);
            continue;
        }
        int depth = 0;
        size_t from = i++;
        while (i < s.n && (depth > 0 || s.p[i] == '(' ||
                           strchr("abcdefghijklmnopqrstuvwxyz_.0123456789", s.p[i]))) {
            depth += s.p[i] == '(' ? 1 : s.p[i] == ')' ? -1 : 0;
            i++;
            if (depth == 0 && s.p[i - 1] == ')') {
                break;
            }
        }
        while (i > from + 1 && s.p[i - 1] == '.') {
            i--;
        }
        buf_puts(&out, SAMPLE);
        i--;
    }
    struct str ret = arena_str(t->a, buf_view(&out));
    buf_done(&out);
    return ret;
}

static bool is_spoken(const char *use) {
    return strcmp(use, "title") != 0;
}

static void alphabet(struct texts_check *t, const struct text_form *form) {
    struct text_measure m;
    t->meter->measure(form->source, t->a, &m);
    if (m.gsm || m.bad_column == 0) {
        return;
    }
    char *hint = m.replace.n
                     ? arena_cstr(t->a, arena_printf(t->a, "write '%.*s'", STR_ARG(m.replace)))
                     : arena_cstr(t->a, str_from("leave it out"));
    warn(t, form->line, form->column + m.bad_column - 1, hint,
         "'%.*s' makes an SMS of 160 characters one of 70", STR_ARG(m.bad));
}

static void segments(struct texts_check *t, const struct program_text *x,
                     const struct text_form *form) {
    struct text_measure m;
    struct buf out;
    buf_init(&out, 65536);
    buf_str(&out, sample(t, form->source));
    for (int i = 0; i < x->extra; i++) {
        buf_putc(&out, '1');
    }
    t->meter->measure(buf_view(&out), t->a, &m);
    size_t n = text_length(buf_view(&out));
    buf_done(&out);
    if (m.segments > 1) {
        warn(t, form->line, form->column,
             "one idea a message; an expression is counted as 10 characters",
             "about %zu characters with its choices: %d SMS", n, m.segments);
    }
}

/* A text that has a shorter variant for SMS is never sent as one. */
static bool has_sms(const struct program *p, const struct program_text *x) {
    bool replaced = strcmp(x->use, "say") == 0 || strcmp(x->use, "ask") == 0;
    for (size_t i = 0; replaced && i < p->texts; i++) {
        if (p->text[i].node == x->node && strcmp(p->text[i].use, "sms") == 0) {
            return true;
        }
    }
    return false;
}

static bool is_latin(struct str lang) {
    return str_is(lang, "fr") || str_is(lang, "en") || str_is(lang, "es") ||
           str_is(lang, "pt") || str_starts(lang, STR("fr-"));
}

static void measure(struct texts_check *t) {
    for (size_t i = 0; i < t->p->texts && t->meter; i++) {
        const struct program_text *x = &t->p->text[i];
        for (size_t k = 0; k < x->texts->n && is_spoken(x->use) && !has_sms(t->p, x); k++) {
            if (is_latin(x->texts->form[k].lang)) {
                alphabet(t, &x->texts->form[k]);
            }
            segments(t, x, &x->texts->form[k]);
        }
    }
}

/* ---- who writes, and how to stop ---- */

/* The texts of the steps met before the first wait. */
static bool opening_says(const struct program *p, const char *what, struct str lang) {
    for (size_t i = 0; i < p->texts; i++) {
        const struct program_text *x = &p->text[i];
        bool spoken = strcmp(x->use, "say") == 0 || strcmp(x->use, "ask") == 0 ||
                      strcmp(x->use, "sms") == 0;
        const struct text_form *form =
            spoken && x->node ? program_form(x->texts, lang, p->language) : NULL;
        if (form && str_find(form->source, str_from(what), 0) != SIZE_MAX) {
            return true;
        }
    }
    return false;
}

/* The first text that a flow begun by itself would send. */
static const struct text_form *first_text(const struct program *p) {
    int at = p->entry;
    for (size_t guard = 0; at >= 0 && guard <= p->nodes; guard++) {
        const struct node *n = p->node[at];
        for (size_t i = 0; i < p->texts; i++) {
            const struct program_text *x = &p->text[i];
            bool spoken = strcmp(x->use, "say") == 0 || strcmp(x->use, "ask") == 0;
            if (x->node == n && spoken && x->texts->n) {
                return &x->texts->form[0];
            }
        }
        at = n->exits ? n->exit[0].to : NODE_END;
    }
    return NULL;
}

static bool starts_with(const struct program *p, const char *event) {
    for (size_t i = 0; i < p->event.n; i++) {
        if (str_is(p->event.item[i], event)) {
            return true;
        }
    }
    return false;
}

static void identity(struct texts_check *t) {
    const struct program *p = t->p;
    const struct text_form *first = first_text(p);
    if (starts_with(p, "first_message") || p->identifies) {
        struct str lang[LANGS_MAX];
        size_t n = languages(p, lang);
        for (size_t i = 0; i < n; i++) {
            if (!opening_says(p, "@org.name", lang[i])) {
                warn(t, p->line, p->column, "say @org.name",
                     "the first contact does not say who writes (%.*s)", STR_ARG(lang[i]));
            }
            if (!opening_says(p, "STOP", lang[i])) {
                warn(t, p->line, p->column, "say STOP",
                     "the first contact does not say how to stop (%.*s)", STR_ARG(lang[i]));
            }
        }
    } else if (p->event.n && first && !starts_with(p, "broadcast.sent") &&
               str_find(first->source, STR("@org."), 0) == SIZE_MAX) {
        warn(t, first->line, first->column, "begin with @org.name",
             "a message that nobody asked for does not say who writes");
    }
}

/* ---- expressions ---- */

static void may_fail(struct texts_check *t) {
    for (size_t i = 0; i < t->p->exprs; i++) {
        const struct program_expr *e = &t->p->expr[i];
        const struct tmpl_problem *problem;
        size_t n = e->spoken && !e->guarded && !t->p->fallback
                       ? tmpl_problems(e->tmpl, t->a, &problem)
                       : 0;
        for (size_t k = 0; k < n; k++) {
            if (problem[k].warning) {
                warn(t, e->line,
                     e->column + (problem[k].column > 0 ? problem[k].column - 1 : 0),
                     "give the step a fallback:", "%.*s", STR_ARG(problem[k].text));
            }
        }
    }
}

void check_standing(const struct library *l, const struct text_meter *meter,
                    struct flow_problems *problems) {
    struct program_text *text =
        ARENA_ARRAY(problems->a, struct program_text, l->standing.texts);
    struct program p = {.file = l->standing.file, .language = STR("fr"), .text = text};
    for (size_t i = 0; i < l->standing.texts; i++) {
        if (l->standing.text[i].texts) {
            text[p.texts++] =
                (struct program_text){l->standing.text[i].texts, "standing", NULL, 0};
        }
    }
    struct texts_check t = {l, &p, meter, problems, problems->a};
    translations(&t);
    measure(&t);
}

void check_texts(const struct library *l, const struct program *p,
                 const struct text_meter *meter, struct flow_problems *problems) {
    struct texts_check t = {l, p, meter, problems, problems->a};
    translations(&t);
    measure(&t);
    identity(&t);
    may_fail(&t);
}
