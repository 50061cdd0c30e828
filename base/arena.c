/* arena.c - bump memory: blocks that double, one kept across resets. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef ARENA_GUARDED
#include <sanitizer/asan_interface.h>
#define GAP 16
#define CLOSE(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define OPEN(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#else
#define GAP 0
#define CLOSE(p, n) ((void)0)
#define OPEN(p, n) ((void)0)
#endif

#define BLOCK_FIRST (4 * 1024)
#define BLOCK_MAX (256 * 1024)

struct arena_block {
    struct arena_block *next;
    size_t cap;
    alignas(max_align_t) char data[];
};

static void __attribute__((noreturn)) no_memory(size_t n) {
    fprintf(stderr, "out of memory (%zu bytes)\n", n);
    abort();
}

void *mem_alloc(size_t n) {
    void *p = malloc(n ? n : 1);
    if (!p) {
        no_memory(n);
    }
    return p;
}

void *mem_realloc(void *p, size_t n) {
    void *q = realloc(p, n ? n : 1);
    if (!q) {
        no_memory(n);
    }
    return q;
}

char *mem_strdup(const char *s) {
    size_t n = strlen(s) + 1;
    return memcpy(mem_alloc(n), s, n);
}

static void open_block(struct arena *a, struct arena_block *b) {
    a->head = b;
    a->at = b->data;
    a->end = b->data + b->cap;
}

void arena_init(struct arena *a) {
    *a = (struct arena){0};
}

void arena_reset(struct arena *a) {
    struct arena_block *keep = a->head;
    if (keep) {
        struct arena_block *b = keep->next;
        while (b) {
            struct arena_block *next = b->next;
            free(b);
            b = next;
        }
        keep->next = NULL;
        CLOSE(keep->data, keep->cap);
        /* one huge turn must not pin its memory for the life of the process */
        if (keep->cap > BLOCK_MAX) {
            free(keep);
            keep = NULL;
        }
    }
    *a = (struct arena){.head = keep};
    if (keep) {
        open_block(a, keep);
    }
}

void arena_done(struct arena *a) {
    struct arena_block *b = a->head;
    while (b) {
        struct arena_block *next = b->next;
        free(b);
        b = next;
    }
    *a = (struct arena){0};
}

static void add_block(struct arena *a, size_t need) {
    size_t cap = a->head ? a->head->cap * 2 : BLOCK_FIRST;
    cap = cap > BLOCK_MAX ? BLOCK_MAX : cap;
    cap = cap < need ? need : cap;
    if (cap > SIZE_MAX - sizeof(struct arena_block)) {
        no_memory(need);
    }
    struct arena_block *b = mem_alloc(sizeof *b + cap);
    b->next = a->head;
    b->cap = cap;
    CLOSE(b->data, cap);
    open_block(a, b);
}

/* Not zeroed. */
static void *take(struct arena *a, size_t n) {
    if (n > SIZE_MAX / 2) {
        no_memory(n);
    }
    size_t need = (n + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1);
    need = (need ? need : ARENA_ALIGN) + GAP;
    if ((size_t)(a->end - a->at) < need) {
        add_block(a, need);
    }
    void *p = a->at;
    a->at += need;
    a->used += need;
    OPEN(p, n);
    return p;
}

void *arena_slow(struct arena *a, size_t n) {
    return memset(take(a, n), 0, n);
}

void *arena_array(struct arena *a, size_t count, size_t size) {
    if (size && count > SIZE_MAX / size) {
        no_memory(SIZE_MAX);
    }
    return arena_alloc(a, count * size);
}

char *arena_cstr(struct arena *a, struct str s) {
    char *p = take(a, s.n + 1);
    if (s.n) {
        memcpy(p, s.p, s.n);
    }
    p[s.n] = '\0';
    return p;
}

struct str arena_str(struct arena *a, struct str s) {
    return (struct str){arena_cstr(a, s), s.n};
}

struct str arena_join(struct arena *a, const struct str *part, size_t n) {
    size_t total = 0, at = 0;
    for (size_t i = 0; i < n; i++) {
        total += part[i].n;
    }
    char *p = take(a, total + 1);
    for (size_t i = 0; i < n; i++) {
        if (part[i].n) {
            memcpy(p + at, part[i].p, part[i].n);
            at += part[i].n;
        }
    }
    p[at] = '\0';
    return (struct str){p, at};
}

struct str arena_vprintf(struct arena *a, const char *fmt, va_list ap) {
    char small[256];
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(small, sizeof small, fmt, ap);
    struct str ret = STR_EMPTY;
    if (n >= 0) {
        char *p = arena_alloc(a, (size_t)n + 1);
        if ((size_t)n < sizeof small) {
            memcpy(p, small, (size_t)n + 1);
        } else {
            vsnprintf(p, (size_t)n + 1, fmt, again);
        }
        ret = (struct str){p, (size_t)n};
    }
    va_end(again);
    return ret;
}

struct str arena_printf(struct arena *a, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    struct str s = arena_vprintf(a, fmt, ap);
    va_end(ap);
    return s;
}
