/* arena.h - bump memory by lifetime: process, program, turn, request. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"

/* Everything allocated from an arena lives until arena_reset or arena_done.
 * Allocation never fails: when the machine has no memory left the process ends with a message
 * (the durable trip makes that safe: nothing acknowledged is lost). Caps on input are the
 * callers' duty, long before that point. Not thread-safe: one arena, one thread. */
struct arena {
    struct arena_block *head;
    char *at, *end; /* what is free of the head */
    size_t used;    /* bytes handed out since the last reset */
};

void arena_init(struct arena *a);
void arena_reset(struct arena *a); /* frees all but one block */
void arena_done(struct arena *a);

/* Under the address sanitizer what is not handed out is poisoned, and a gap follows each piece,
 * so that a read past the end of one is seen as it would be with malloc. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_GUARDED 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ARENA_GUARDED 1
#endif
#define ARENA_ALIGN _Alignof(max_align_t)

void *arena_slow(struct arena *a, size_t n) __attribute__((malloc));

/* Zeroed, aligned for any type. n may be 0. Here because most pieces are small, of a size that
 * the compiler knows, and there is room. */
static inline void *arena_alloc(struct arena *a, size_t n) {
#ifndef ARENA_GUARDED
    size_t need = (n + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1);
    if (need - 1 < (size_t)(a->end - a->at)) { /* 0, or the sum went round: not here */
        void *p = a->at;
        a->at += need;
        a->used += need;
        return memset(p, 0, n);
    }
#endif
    return arena_slow(a, n);
}

/* An array of `count` zeroed elements; ends the process on overflow of the product. */
void *arena_array(struct arena *a, size_t count, size_t size) __attribute__((malloc));

/* Copy of the bytes, NUL-terminated one past the view. */
struct str arena_str(struct arena *a, struct str s);
/* The same as a C string. */
char *arena_cstr(struct arena *a, struct str s);
/* The parts in a row: what a format does, for the places of each turn. */
struct str arena_join(struct arena *a, const struct str *part, size_t n);
struct str arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct str arena_vprintf(struct arena *a, const char *fmt, va_list ap);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_array((a), (n), sizeof(type)))

/* malloc, realloc and strdup that never return NULL, for what is not in an arena. */
void *mem_alloc(size_t n) __attribute__((malloc));
void *mem_realloc(void *p, size_t n);
char *mem_strdup(const char *s) __attribute__((malloc));

#endif
