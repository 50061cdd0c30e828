/* compile_text.c - texts in several languages, templates and conditions of a flow. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/flow/compile_priv.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"

bool compile_is_lang(struct str s) {
    if (s.n < 2 || s.n > 12) {
        return false;
    }
    size_t stem = str_find_char(s, '-', 0);
    stem = stem == SIZE_MAX ? s.n : stem;
    for (size_t i = 0; i < s.n; i++) {
        if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && s.p[i] != '-') {
            return false;
        }
    }
    return stem == 2 || stem == 3;
}

bool compile_is_name(struct str s) {
    if (s.n == 0 || s.n > 40 || !((s.p[0] >= 'a' && s.p[0] <= 'z') || s.p[0] == '_')) {
        return false;
    }
    for (size_t i = 0; i < s.n; i++) {
        bool ok = (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') ||
                  s.p[i] == '_';
        if (!ok) {
            return false;
        }
    }
    return true;
}

int compile_column(const struct compile *c, const struct val *v, int offset) {
    struct str rest = c->p->source, line = STR_EMPTY;
    for (int i = 0; i < v->line && str_next(&rest, '\n', &line); i++) {
    }
    size_t pos = 0;
    for (int i = 1; i < v->column && pos < line.n; i++) {
        text_next(line, &pos);
    }
    bool quoted = pos < line.n && (line.p[pos] == '"' || line.p[pos] == '\'');
    return v->column + quoted + offset;
}

static bool is_root(void *ctx, struct str name) {
    struct compile *c = ctx;
    struct str rest = str_from(c->roots), root;
    while (str_next(&rest, ' ', &root)) {
        if (str_eq_nocase(root, name)) {
            return true;
        }
    }
    return false;
}

static void add_expr(struct compile *c, const struct tmpl *t, const struct val *v,
                     bool condition, bool spoken) {
    c->expr = compile_grow(c, c->expr, c->exprs, sizeof *c->expr);
    c->expr[c->exprs++] = (struct program_expr){.tmpl = t,
                                                .source = v->text,
                                                .line = v->line,
                                                .column = compile_column(c, v, 0),
                                                .condition = condition,
                                                .guarded = c->guarded,
                                                .spoken = spoken,
                                                .node = c->current};
}

static void report(struct compile *c, const struct tmpl *t, const struct val *v) {
    const struct tmpl_problem *problem;
    size_t n = tmpl_problems(t, c->a, &problem);
    for (size_t i = 0; i < n; i++) {
        if (!problem[i].warning) {
            compile_wrong_at(c, v->line, compile_column(c, v, problem[i].column - 1),
                             problem[i].hint.n ? arena_cstr(c->a, problem[i].hint) : NULL,
                             "%.*s", STR_ARG(problem[i].text));
        }
    }
}

/* The reference leaves "@(" without its end as it is written: in a flow that is a slip. */
static void report_unclosed(struct compile *c, const struct val *v) {
    struct str s = v->text;
    for (size_t i = 0; i + 1 < s.n; i++) {
        if (s.p[i] != '@' || (s.p[i + 1] != '(' && s.p[i + 1] != '@')) {
            continue;
        }
        if (s.p[i + 1] == '@') {
            i++;
            continue;
        }
        int depth = 0;
        bool quoted = false;
        size_t j = i + 1;
        do {
            quoted ^= s.p[j] == '"';
            depth += quoted ? 0 : s.p[j] == '(' ? 1 : s.p[j] == ')' ? -1 : 0;
        } while (depth > 0 && ++j < s.n);
        if (depth > 0) {
            compile_wrong_at(c, v->line,
                             compile_column(c, v, (int)text_length(str_sub(s, 0, i))),
                             "add a )", "this @( is never closed");
            return;
        }
        i = j;
    }
}

/* "@nom" whose first name is unknown stays literal text when it is said: in a flow that is a
 * mistake. */
static void report_literal(struct compile *c, const struct val *v) {
    struct str s = v->text;
    size_t pos = 0, column = 0;
    uint32_t before = ' ';
    while (pos < s.n) {
        size_t at = pos;
        uint32_t cp = text_next(s, &pos);
        if (cp == '@' && pos < s.n && s.p[pos] == '@') {
            pos++;
            column += 2;
            before = ' ';
            continue;
        }
        bool email =
            text_is_letter(before) || text_is_digit(before) || before == '.' || before == '_';
        size_t end = at + 1;
        while (cp == '@' && !email && end < s.n &&
               (text_is_letter((unsigned char)s.p[end]) ||
                text_is_digit((unsigned char)s.p[end]) || s.p[end] == '_') &&
               (unsigned char)s.p[end] < 0x80) {
            end++;
        }
        struct str name = str_sub(s, at + 1, end - at - 1);
        if (name.n && !is_root(c, name)) {
            struct str near = problems_nearest(name, c->roots);
            char *hint =
                near.n ? arena_cstr(c->a,
                                    arena_printf(c->a, "did you mean '@%.*s'?", STR_ARG(near)))
                       : arena_cstr(c->a,
                                    arena_printf(
                                        c->a,
                                        "the names here are: %s; write @@ for the sign itself",
                                        c->roots));
            compile_wrong_at(c, v->line, compile_column(c, v, (int)column), hint,
                             "unknown name '@%.*s'", STR_ARG(name));
        }
        before = cp;
        column++;
    }
}

/* Picks one side of every [tu|vous]; what is inside @(...) is left alone. */
static struct str pick_address(struct compile *c, struct str s, bool formal) {
    struct buf out;
    buf_init(&out, s.n + 1);
    for (size_t i = 0; i < s.n; i++) {
        int depth = 0;
        if (s.p[i] == '@' && i + 1 < s.n && s.p[i + 1] == '(') {
            do {
                depth += s.p[i] == '(' ? 1 : s.p[i] == ')' ? -1 : 0;
                buf_putc(&out, s.p[i++]);
            } while (i < s.n && (depth > 0 || s.p[i - 1] == '@'));
            i--;
            continue;
        }
        size_t bar = s.p[i] == '[' ? str_find_char(s, '|', i) : SIZE_MAX;
        size_t end = s.p[i] == '[' ? str_find_char(s, ']', i) : SIZE_MAX;
        if (bar == SIZE_MAX || end == SIZE_MAX || bar > end) {
            buf_putc(&out, s.p[i]);
            continue;
        }
        buf_str(&out,
                formal ? str_sub(s, bar + 1, end - bar - 1) : str_sub(s, i + 1, bar - i - 1));
        i = end;
    }
    struct str ret = arena_str(c->a, buf_view(&out));
    buf_done(&out);
    return ret;
}

static const struct tmpl *template(struct compile *c, const struct val *v, struct str source) {
    const struct tmpl *t = NULL;
    struct err err = {0};
    if (tmpl_compile(source, is_root, c, c->a, &t, &err) != OK) {
        compile_wrong_at(c, v->line, compile_column(c, v, err.column > 0 ? err.column - 1 : 0),
                         err.hint[0] ? err.hint : NULL, "%s", err.text);
        return NULL;
    }
    return t;
}

const struct tmpl *compile_template(struct compile *c, const struct val *v) {
    if (!val_is(v, VAL_TEXT)) {
        if (v) {
            compile_wrong(c, v, "write it between quotes", "a text was expected here");
        }
        return NULL;
    }
    const struct tmpl *t = template(c, v, v->text);
    if (t) {
        report(c, t, v);
        report_literal(c, v);
        report_unclosed(c, v);
        add_expr(c, t, v, false, false);
    }
    return t;
}

const struct tmpl *compile_expr(struct compile *c, const struct val *v) {
    if (!val_is(v, VAL_TEXT) || v->text.n == 0) {
        compile_wrong(c, v, "such as: age(contact.born) < 18", "a condition was expected here");
        return NULL;
    }
    if (v->text.p[0] == '@') {
        compile_wrong(c, v, "take the @ away: a condition is already an expression",
                      "a condition begins without @");
        return NULL;
    }
    const struct tmpl *t = NULL;
    struct err err = {0};
    if (expr_compile(v->text, is_root, c, c->a, &t, &err) != OK) {
        compile_wrong_at(c, v->line, compile_column(c, v, err.column > 0 ? err.column - 1 : 0),
                         err.hint[0] ? err.hint : NULL, "%s", err.text);
        return NULL;
    }
    report(c, t, v);
    add_expr(c, t, v, true, false);
    return t;
}

static void one_form(struct compile *c, struct texts *t, struct text_form *form,
                     struct str lang, const struct val *v) {
    if (!val_is(v, VAL_TEXT)) {
        if (!c->misshapen) {
            compile_wrong(c, v, "write it between quotes", "a text was expected here");
        }
        return;
    }
    if (text_length(v->text) > COMPILE_TEXT_MAX) {
        compile_wrong(c, v, "one idea a message", "a text of more than %d characters",
                      COMPILE_TEXT_MAX);
        return;
    }
    struct str tu = pick_address(c, v->text, false), vous = pick_address(c, v->text, true);
    *form = (struct text_form){
        .lang = lang, .source = v->text, .line = v->line, .column = compile_column(c, v, 0)};
    form->plain = template(c, v, tu);
    form->formal = str_eq(tu, vous) ? form->plain : template(c, v, vous);
    if (!form->plain || !form->formal) {
        return;
    }
    report(c, form->plain, v);
    report_literal(c, v);
    report_unclosed(c, v);
    add_expr(c, form->plain, v, false, true);
    t->n++;
}

const struct texts *compile_texts(struct compile *c, const struct val *v, const char *use,
                                  int extra) {
    if (!v) {
        return NULL;
    }
    struct texts *t = ARENA_NEW(c->a, struct texts);
    size_t n = val_is(v, VAL_MAP) ? v->map.n : 1;
    struct text_form *form = ARENA_ARRAY(c->a, struct text_form, n);
    t->form = form;
    if (!val_is(v, VAL_MAP)) {
        one_form(c, t, form, c->p->language, v);
    }
    for (size_t i = 0; val_is(v, VAL_MAP) && i < n; i++) {
        const struct val_pair *pair = &v->map.pair[i];
        if (compile_is_lang(pair->key)) {
            one_form(c, t, &form[t->n], pair->key, pair->val);
        } else {
            compile_wrong_at(c, pair->line, pair->column,
                             "fr, en, es, ar, uk... each with its text",
                             "'%.*s' is not a language", STR_ARG(pair->key));
        }
    }
    c->text = compile_grow(c, c->text, c->texts, sizeof *c->text);
    c->text[c->texts++] = (struct program_text){t, use, c->current, extra};
    return t;
}
