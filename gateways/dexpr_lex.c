/* dexpr_lex.c - cuts the expressions of provider descriptors into words, and places their
 * errors. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/dexpr_lex.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* ------------------------------------------------------------------ places */

/* A quoted scalar begins one column before its text. */
static bool is_quoted(const struct dexpr_scope *scope, const struct val *where) {
    struct str s = scope->source;
    int line = 1;
    size_t i = 0;
    while (i < s.n && line < where->line) {
        line += s.p[i++] == '\n';
    }
    for (int column = 1; i < s.n && column < where->column; i++) {
        column += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    }
    while (i < s.n && ((unsigned char)s.p[i] & 0xC0) == 0x80) {
        i++;
    }
    return i < s.n && (s.p[i] == '"' || s.p[i] == '\'');
}

enum rc dexpr_err(const struct dexpr_scope *scope, const struct val *where, struct str text,
                  size_t pos, struct err *err, const char *fmt, ...) {
    char sentence[300];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(sentence, sizeof sentence, fmt, ap);
    va_end(ap);
    int line = where->line;
    int column = where->column + is_quoted(scope, where);
    for (size_t i = 0; i < pos && i < text.n; i++) {
        if (text.p[i] == '\n') {
            line++;
            column = 1;
        } else {
            column += ((unsigned char)text.p[i] & 0xC0) != 0x80;
        }
    }
    return err_at(err, E_INVALID, scope->file, line, column, "%s", sentence);
}

/* ------------------------------------------------------------------ words */

bool dexpr_lex_is_word(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

static enum rc lex_text(struct parser *ps) {
    char *out = arena_alloc(ps->a, ps->text.n + 1);
    size_t n = 0;
    for (ps->pos++; ps->pos < ps->text.n; ps->pos++) {
        char c = ps->text.p[ps->pos];
        if (c == '\'') {
            ps->pos++;
            ps->token = T_TEXT;
            ps->word = (struct str){out, n};
            return OK;
        }
        if (c == '\\' && ps->pos + 1 < ps->text.n) {
            c = ps->text.p[++ps->pos];
            c = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
        }
        out[n++] = c;
    }
    return PARSE_ERR(ps, "this text has no closing quote");
}

enum rc dexpr_lex(struct parser *ps) {
    while (ps->pos < ps->text.n && isspace((unsigned char)ps->text.p[ps->pos])) {
        ps->pos++;
    }
    ps->start = ps->pos;
    ps->token = T_END;
    ps->word = STR_EMPTY;
    if (ps->pos >= ps->text.n || ps->text.p[ps->pos] == '}') {
        return OK;
    }
    char c = ps->text.p[ps->pos];
    if (c == '\'') {
        return lex_text(ps);
    }
    if (dexpr_lex_is_word(c)) {
        while (ps->pos < ps->text.n && dexpr_lex_is_word(ps->text.p[ps->pos])) {
            ps->pos++;
        }
        ps->token = isdigit((unsigned char)c) ? T_NUMBER : T_NAME;
        ps->word = str_sub(ps->text, ps->start, ps->pos - ps->start);
        return OK;
    }
    static const char *const two[] = {"??", "==", "!=", "<=", ">=", NULL};
    for (int i = 0; two[i]; i++) {
        if (ps->pos + 1 < ps->text.n && !memcmp(ps->text.p + ps->pos, two[i], 2)) {
            ps->pos += 2;
            ps->token = T_OP;
            ps->word = str_from(two[i]);
            return OK;
        }
    }
    if (!strchr("<>~+-|.()[],*?", c)) {
        return PARSE_ERR(ps, "'%c' is not known here", c);
    }
    ps->pos++;
    ps->token = T_OP;
    ps->word = str_sub(ps->text, ps->start, 1);
    return OK;
}

bool dexpr_lex_is_op(const struct parser *ps, const char *op) {
    return ps->token == T_OP && str_is(ps->word, op);
}

bool dexpr_lex_is_name(const struct parser *ps, const char *name) {
    return ps->token == T_NAME && str_is(ps->word, name);
}
