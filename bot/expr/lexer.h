/* lexer.h - the words of an expression: names, numbers, texts, signs. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_EXPR_LEXER_H
#define BOT_EXPR_LEXER_H

#include "base/arena.h"
#include "base/str.h"

enum token_kind {
    TOKEN_END,
    TOKEN_COMMA,
    TOKEN_LPAREN,
    TOKEN_RPAREN,
    TOKEN_LBRACK,
    TOKEN_RBRACK,
    TOKEN_DOT,
    TOKEN_ARROW,
    TOKEN_PLUS,
    TOKEN_MINUS,
    TOKEN_TIMES,
    TOKEN_DIVIDE,
    TOKEN_EXPONENT,
    TOKEN_EQ,
    TOKEN_NEQ,
    TOKEN_LTE,
    TOKEN_LT,
    TOKEN_GTE,
    TOKEN_GT,
    TOKEN_AMPERSAND,
    TOKEN_TEXT, /* with its quotes */
    TOKEN_INTEGER,
    TOKEN_DECIMAL,
    TOKEN_TRUE,
    TOKEN_FALSE,
    TOKEN_NULL,
    TOKEN_NAME,
    TOKEN_BAD /* no token of the language */
};

struct token {
    enum token_kind kind;
    struct str text; /* as written */
    size_t at;       /* byte offset in the source */
};

/* The next token at or after *pos, which moves behind it. TOKEN_END at the end, again and
 * again. */
struct token lexer_next(struct str source, size_t *pos);
/* The content of a quoted text: \n \t \" \\ \uXXXX ... decoded when every escape is known, else
 * the bytes between the quotes as they are (so that patterns like "\d+" need no doubling). */
struct str lexer_unquote(struct str quoted, struct arena *a);
/* Could this character be part of a name? */
bool lexer_is_name_start(uint32_t cp);
bool lexer_is_name_part(uint32_t cp);
/* The end (one past) of the quoted text that begins at s.p[from]: the longest text wins, a
 * quote after a backslash ends it only when no later quote can. 0 when it never ends. */
size_t lexer_quoted_end(struct str s, size_t from);
/* The end (one past) of the quoted text that begins at s.p[from], as a template's scanner sees
 * it: SIZE_MAX when it never ends. */
size_t lexer_skip_quoted(struct str s, size_t from);

#endif
