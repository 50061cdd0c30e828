/* lexer.c - the words of an expression: names, numbers, texts, signs. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/lexer.h"

#include <string.h>

#include "base/text.h"

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool lexer_is_name_start(uint32_t cp) {
    if (cp < 0x80) {
        return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z') || cp == '_';
    }
    return text_is_letter(cp);
}

bool lexer_is_name_part(uint32_t cp) {
    return lexer_is_name_start(cp) || (cp < 0x80 ? is_digit((char)cp) : text_is_digit(cp));
}

size_t lexer_skip_quoted(struct str s, size_t from) {
    bool escaped = false;
    for (size_t i = from + 1; i < s.n; i++) {
        if (s.p[i] == '"' && !escaped) {
            return i + 1;
        }
        escaped = s.p[i] == '\\';
    }
    return SIZE_MAX;
}

static struct token token_of(enum token_kind kind, struct str source, size_t from, size_t to) {
    return (struct token){kind, {source.p + from, to - from}, from};
}

size_t lexer_quoted_end(struct str s, size_t from) {
    size_t end = 0;
    for (size_t i = from + 1; i < s.n; i++) {
        if (s.p[i] != '"') {
            continue;
        }
        end = i + 1;
        if (i == from + 1 || s.p[i - 1] != '\\') {
            break;
        }
    }
    return end;
}

static struct token lex_text(struct str s, size_t from) {
    size_t end = lexer_quoted_end(s, from);
    return end ? token_of(TOKEN_TEXT, s, from, end) : token_of(TOKEN_BAD, s, from, from + 1);
}

static struct token lex_number(struct str s, size_t from) {
    size_t i = from;
    while (i < s.n && is_digit(s.p[i])) {
        i++;
    }
    if (i + 1 < s.n && s.p[i] == '.' && is_digit(s.p[i + 1])) {
        i++;
        while (i < s.n && is_digit(s.p[i])) {
            i++;
        }
        return token_of(TOKEN_DECIMAL, s, from, i);
    }
    return token_of(TOKEN_INTEGER, s, from, i);
}

static struct token lex_name(struct str s, size_t from) {
    size_t end = from;
    for (size_t next = from; next < s.n; end = next) {
        if (!lexer_is_name_part(text_next(s, &next))) {
            break;
        }
    }
    struct token t = token_of(TOKEN_NAME, s, from, end);
    if (str_eq_nocase(t.text, STR("true"))) {
        t.kind = TOKEN_TRUE;
    } else if (str_eq_nocase(t.text, STR("false"))) {
        t.kind = TOKEN_FALSE;
    } else if (str_eq_nocase(t.text, STR("null"))) {
        t.kind = TOKEN_NULL;
    }
    return t;
}

static struct token lex_sign(struct str s, size_t from) {
    static const struct {
        const char *sign;
        enum token_kind kind;
    } SIGNS[] = {
        {"=>", TOKEN_ARROW}, {"!=", TOKEN_NEQ},     {"<=", TOKEN_LTE},      {">=", TOKEN_GTE},
        {"=", TOKEN_EQ},     {"<", TOKEN_LT},       {">", TOKEN_GT},        {",", TOKEN_COMMA},
        {"(", TOKEN_LPAREN}, {")", TOKEN_RPAREN},   {"[", TOKEN_LBRACK},    {"]", TOKEN_RBRACK},
        {".", TOKEN_DOT},    {"+", TOKEN_PLUS},     {"-", TOKEN_MINUS},     {"*", TOKEN_TIMES},
        {"/", TOKEN_DIVIDE}, {"^", TOKEN_EXPONENT}, {"&", TOKEN_AMPERSAND}, {NULL, TOKEN_BAD}};
    struct str rest = str_sub(s, from, s.n - from);
    for (int i = 0; SIGNS[i].sign; i++) {
        if (str_starts(rest, str_from(SIGNS[i].sign))) {
            return token_of(SIGNS[i].kind, s, from, from + strlen(SIGNS[i].sign));
        }
    }
    size_t end = from;
    text_next(s, &end);
    return token_of(TOKEN_BAD, s, from, end);
}

struct token lexer_next(struct str source, size_t *pos) {
    size_t i = *pos;
    while (i < source.n && strchr(" \t\r\n", source.p[i]) && source.p[i]) {
        i++;
    }
    struct token t;
    if (i >= source.n) {
        *pos = source.n;
        return (struct token){TOKEN_END, {source.p ? source.p + source.n : "", 0}, source.n};
    }
    size_t peek = i;
    if (source.p[i] == '"') {
        t = lex_text(source, i);
    } else if (is_digit(source.p[i])) {
        t = lex_number(source, i);
    } else if (lexer_is_name_start(text_next(source, &peek))) {
        t = lex_name(source, i);
    } else {
        t = lex_sign(source, i);
    }
    *pos = i + t.text.n;
    return t;
}

static int hex_digit(char c) {
    if (is_digit(c)) {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Reads `digits` digits of base 8 or 16 at *i; -1 when there are not as many. */
static int64_t read_digits(struct str s, size_t *i, int digits, int base) {
    int64_t v = 0;
    for (int k = 0; k < digits; k++, (*i)++) {
        int d = *i < s.n ? hex_digit(s.p[*i]) : -1;
        if (d < 0 || d >= base) {
            return -1;
        }
        v = v * base + d;
    }
    return v;
}

/* One escape, *i just behind the backslash. Writes 1..4 bytes; 0 when the escape is not known.
 */
static size_t decode_escape(struct str s, size_t *i, char out[4]) {
    static const char NAMES[] = "abfnrtv\\\"", VALUES[] = "\a\b\f\n\r\t\v\\\"";
    if (*i >= s.n) {
        return 0;
    }
    char c = s.p[*i];
    const char *named = c ? strchr(NAMES, c) : NULL;
    if (named) {
        (*i)++;
        out[0] = VALUES[named - NAMES];
        return 1;
    }
    if (c >= '0' && c <= '7') {
        int64_t v = read_digits(s, i, 3, 8);
        out[0] = (char)v;
        return v >= 0 && v <= 0x7f ? 1 : 0;
    }
    (*i)++;
    int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    int64_t v = digits ? read_digits(s, i, digits, 16) : -1;
    bool is_char = v > 0 && v <= (c == 'x' ? 0x7f : 0x10ffff) && !(v >= 0xd800 && v <= 0xdfff);
    return is_char ? text_put((uint32_t)v, out) : 0;
}

struct str lexer_unquote(struct str quoted, struct arena *a) {
    struct str raw = str_sub(quoted, 1, quoted.n - 2);
    if (str_find_char(raw, '\\', 0) == SIZE_MAX) {
        return raw;
    }
    char *out = arena_alloc(a, raw.n + 4);
    size_t n = 0;
    for (size_t i = 0; i < raw.n;) {
        char c = raw.p[i];
        if (c == '\n' || c == '"') {
            return raw;
        }
        if (c != '\\') {
            out[n++] = c;
            i++;
            continue;
        }
        i++;
        size_t w = decode_escape(raw, &i, out + n);
        if (!w) {
            return raw;
        }
        n += w;
    }
    return (struct str){out, n};
}
