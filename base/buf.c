/* buf.c - bytes that grow up to a ceiling. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/buf.h"

#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *b, size_t max) {
    *b = (struct buf){.max = max};
}

void buf_done(struct buf *b) {
    free(b->p);
    *b = (struct buf){.max = b->max};
}

void buf_reset(struct buf *b) {
    b->n = 0;
    b->over = false;
}

/* Room for n more bytes and a NUL; false (and over) past the ceiling. */
static bool room(struct buf *b, size_t n) {
    if (b->over || n > b->max - b->n) {
        b->over = true;
        return false;
    }
    size_t need = b->n + n + 1;
    if (need > b->cap) {
        size_t cap = b->cap < 128 ? 128 : b->cap;
        while (cap < need) {
            cap = cap > (size_t)-1 / 2 ? need : cap * 2;
        }
        b->p = mem_realloc(b->p, cap);
        b->cap = cap;
    }
    return true;
}

void buf_grow_add(struct buf *b, const void *p, size_t n) {
    if (n > 0 && room(b, n)) {
        memcpy(b->p + b->n, p, n);
        b->n += n;
    }
}

void buf_vprintf(struct buf *b, const char *fmt, va_list ap) {
    char small[256];
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(small, sizeof small, fmt, ap);
    if (n >= 0 && (size_t)n < sizeof small) {
        buf_add(b, small, (size_t)n);
    } else if (n >= 0 && room(b, (size_t)n)) {
        vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    }
    va_end(again);
}

void buf_printf(struct buf *b, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(b, fmt, ap);
    va_end(ap);
}

struct str buf_view(const struct buf *b) {
    return (struct str){b->p, b->n};
}

const char *buf_cstr(struct buf *b) {
    if (!b->p) {
        return "";
    }
    b->p[b->n] = '\0'; /* room() always leaves one byte */
    return b->p;
}
