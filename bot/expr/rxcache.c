/* rxcache.c - compiled patterns, kept a while by each thread.
 *
 * Patterns come from flows (few) and may be computed (any): a small ring, oldest out first. One
 * ring a thread needs no lock; it is freed when the thread ends. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/rxcache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

#define SLOTS 32

struct slot {
    char *pattern;
    size_t n;
    int flags;
    struct rx *rx; /* NULL: the pattern is none */
};

struct ring {
    struct slot slot[SLOTS];
    int next;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;

static void clear_slot(struct slot *s) {
    free(s->pattern);
    rx_free(s->rx);
    *s = (struct slot){0};
}

static void free_ring(void *p) {
    struct ring *r = p;
    for (int i = 0; i < SLOTS; i++) {
        clear_slot(&r->slot[i]);
    }
    free(r);
}

static void start(void) {
    pthread_key_create(&key, free_ring);
}

static struct ring *own_ring(void) {
    pthread_once(&once, start);
    struct ring *r = pthread_getspecific(key);
    if (!r) {
        r = mem_alloc(sizeof *r);
        memset(r, 0, sizeof *r);
        pthread_setspecific(key, r);
    }
    return r;
}

const struct rx *rxcache_get(struct str pattern, int flags) {
    struct ring *r = own_ring();
    for (int i = 0; i < SLOTS; i++) {
        const struct slot *s = &r->slot[i];
        if (s->pattern && s->flags == flags &&
            str_eq((struct str){s->pattern, s->n}, pattern)) {
            return s->rx;
        }
    }
    struct slot *s = &r->slot[r->next];
    r->next = (r->next + 1) % SLOTS;
    clear_slot(s);
    s->pattern = mem_alloc(pattern.n + 1);
    if (pattern.n) {
        memcpy(s->pattern, pattern.p, pattern.n);
    }
    s->n = pattern.n;
    s->flags = flags;
    if (rx_compile(pattern, flags, &s->rx, NULL) != OK) {
        s->rx = NULL;
    }
    return s->rx;
}

enum rc rxcache_match(const char *pattern, int flags, struct str subject, size_t from,
                      struct rx_match *ret) {
    const struct rx *rx = rxcache_get(str_from(pattern), flags);
    return rx ? rx_match(rx, subject, from, ret) : E_INVALID;
}
