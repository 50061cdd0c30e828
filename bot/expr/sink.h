/* sink.h - text that grows inside an arena, with the ceiling of computed texts. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_EXPR_SINK_H
#define BOT_EXPR_SINK_H

#include "base/arena.h"
#include "base/str.h"

/* Plain data. `over` is sticky: past EXPR_TEXT_MAX nothing more is written. */
struct sink {
    struct arena *a;
    char *p;
    size_t n, cap;
    bool over;
};

void sink_init(struct sink *s, struct arena *a);
/* Room for about n bytes at once, when it is known how long the text will be. */
void sink_reserve(struct sink *s, size_t n);
void sink_add(struct sink *s, struct str text);
void sink_puts(struct sink *s, const char *cstr);
void sink_putc(struct sink *s, char c);
void sink_cp(struct sink *s, uint32_t cp); /* one character */
/* In double quotes, with \" \\ and control characters escaped. */
void sink_quoted(struct sink *s, struct str text);
struct str sink_view(const struct sink *s); /* p is never NULL */

#endif
