/* buf.h - bytes that grow, with a hard ceiling given at birth. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"

/* The error is sticky: once the ceiling is hit `over` stays true, further writes do nothing,
 * and the caller asks once at the end. */
struct buf {
    char *p;
    size_t n, cap;
    size_t max;
    bool over;
};

void buf_init(struct buf *b, size_t max);
void buf_done(struct buf *b);
void buf_reset(struct buf *b); /* empty again, memory kept, over cleared */
void buf_grow_add(struct buf *b, const void *p, size_t n); /* buf_add where room is not sure */
/* These four here: answers and sessions are written in small pieces, for which there is nearly
 * always room, and the lengths of literals are known. */
static inline void buf_add(struct buf *b, const void *p, size_t n) {
    if (n > 0 && n < b->cap - b->n && n <= b->max - b->n && !b->over) {
        memcpy(b->p + b->n, p, n);
        b->n += n;
    } else {
        buf_grow_add(b, p, n);
    }
}
static inline void buf_str(struct buf *b, struct str s) {
    buf_add(b, s.p, s.n);
}
static inline void buf_puts(struct buf *b, const char *cstr) {
    buf_add(b, cstr, strlen(cstr));
}
static inline void buf_putc(struct buf *b, char c) {
    buf_add(b, &c, 1);
}
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list ap);
struct str buf_view(const struct buf *b); /* valid until the next write */
/* NUL-terminated content; valid until the next write. */
const char *buf_cstr(struct buf *b);

#endif
