/* arena.h - bump memory by lifetime: process, program, turn, request. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

/* Everything allocated from an arena lives until arena_reset or arena_done.
 * Allocation never fails: when the machine has no memory left the process ends with a message
 * (the durable trip makes that safe: nothing acknowledged is lost). Caps on input are the
 * callers' duty, long before that point. Not thread-safe: one arena, one thread. */
struct arena {
    struct arena_block *head;
    size_t used; /* bytes handed out since the last reset */
};

void arena_init(struct arena *a);
void arena_reset(struct arena *a); /* frees all but one block */
void arena_done(struct arena *a);

/* Zeroed, aligned for any type. n may be 0. */
void *arena_alloc(struct arena *a, size_t n) __attribute__((malloc));

/* An array of `count` zeroed elements; ends the process on overflow of the product. */
void *arena_array(struct arena *a, size_t count, size_t size) __attribute__((malloc));

/* Copy of the bytes, NUL-terminated one past the view. */
struct str arena_str(struct arena *a, struct str s);
/* The same as a C string. */
char *arena_cstr(struct arena *a, struct str s);
struct str arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
struct str arena_vprintf(struct arena *a, const char *fmt, va_list ap);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_array((a), (n), sizeof(type)))

/* malloc, realloc and strdup that never return NULL, for what is not in an arena. */
void *mem_alloc(size_t n) __attribute__((malloc));
void *mem_realloc(void *p, size_t n);
char *mem_strdup(const char *s) __attribute__((malloc));

#endif
