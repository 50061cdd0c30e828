/* sink.c - text that grows inside an arena, with the ceiling of computed texts. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/sink.h"

#include <string.h>

#include "base/text.h"
#include "bot/expr/expr.h"

void sink_init(struct sink *s, struct arena *a) {
    *s = (struct sink){.a = a};
}

void sink_reserve(struct sink *s, size_t n) {
    if (!s->p && n <= EXPR_TEXT_MAX) {
        s->cap = n;
        s->p = arena_alloc(s->a, n);
    }
}

static bool sink_room(struct sink *s, size_t n) {
    if (s->over || n > EXPR_TEXT_MAX - s->n) {
        s->over = true;
        return false;
    }
    if (s->n + n <= s->cap) {
        return true;
    }
    size_t cap = s->cap ? s->cap * 2 : 128;
    while (cap < s->n + n) {
        cap *= 2;
    }
    char *p = arena_alloc(s->a, cap);
    if (s->n) {
        memcpy(p, s->p, s->n);
    }
    s->p = p;
    s->cap = cap;
    return true;
}

void sink_add(struct sink *s, struct str text) {
    if (text.n && sink_room(s, text.n)) {
        memcpy(s->p + s->n, text.p, text.n);
        s->n += text.n;
    }
}

void sink_puts(struct sink *s, const char *cstr) {
    sink_add(s, str_from(cstr));
}

void sink_putc(struct sink *s, char c) {
    if (sink_room(s, 1)) {
        s->p[s->n++] = c;
    }
}

void sink_cp(struct sink *s, uint32_t cp) {
    char utf8[4];
    sink_add(s, (struct str){utf8, text_put(cp, utf8)});
}

void sink_quoted(struct sink *s, struct str text) {
    static const char NAMES[] = "\"\\\n\t\r", LETTERS[] = "\"\\ntr";
    sink_putc(s, '"');
    for (size_t i = 0; i < text.n; i++) {
        const char *named = text.p[i] ? strchr(NAMES, text.p[i]) : NULL;
        if (text.p[i] == '\\' && i + 1 == text.n) {
            sink_puts(
                s,
                "\\x5c"); /* a backslash right before the closing quote would open it again */
        } else if (named) {
            sink_putc(s, '\\');
            sink_putc(s, LETTERS[named - NAMES]);
        } else {
            sink_putc(s, text.p[i]);
        }
    }
    sink_putc(s, '"');
}

struct str sink_view(const struct sink *s) {
    return (struct str){s->p ? s->p : "", s->n};
}
