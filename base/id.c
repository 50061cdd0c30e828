/* id.c - ids in time order and random bytes; a seed makes both repeatable. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/id.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define EPOCH_2020_MS 1577836800000LL
#define MS_BITS 41
#define PROCESS_BITS 10
#define COUNT_BITS 12

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool seeded;
static uint64_t seed_state;
static bool process_known;
static uint64_t process_bits;
static uint64_t last; /* ms << COUNT_BITS | count, of the latest id */

static void system_random(void *out, size_t n) {
    char *p = out;
    while (n > 0) {
        ssize_t got = getrandom(p, n > 256 ? 256 : n, 0);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            fputs("no random numbers from the system\n", stderr);
            abort();
        }
        p += got;
        n -= (size_t)got;
    }
}

/* splitmix64 (Vigna, public domain): repeatable, for tests only */
static uint64_t seeded_next(void) {
    uint64_t z = (seed_state += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

static void random_locked(void *out, size_t n) {
    if (!seeded) {
        system_random(out, n);
        return;
    }
    char *p = out;
    while (n > 0) {
        uint64_t v = seeded_next();
        size_t k = n < sizeof v ? n : sizeof v;
        memcpy(p, &v, k);
        p += k;
        n -= k;
    }
}

/* a forked child draws its own process bits */
static void after_fork(void) {
    process_known = false;
    pthread_mutex_unlock(&lock);
}

static void before_fork(void) {
    pthread_mutex_lock(&lock);
}

static void in_parent(void) {
    pthread_mutex_unlock(&lock);
}

static void start(void) {
    pthread_atfork(before_fork, in_parent, after_fork);
}

int64_t id_new(int64_t now_ms) {
    pthread_once(&once, start);
    pthread_mutex_lock(&lock);
    if (!process_known) {
        random_locked(&process_bits, sizeof process_bits);
        process_bits &= (1U << PROCESS_BITS) - 1;
        process_known = true;
    }
    uint64_t ms = now_ms > EPOCH_2020_MS ? (uint64_t)(now_ms - EPOCH_2020_MS) : 0;
    uint64_t at = ms << COUNT_BITS;
    /* more than 4096 in one ms, or a clock that went back: go on counting from the latest */
    last = at > last ? at : last + 1;
    uint64_t id = (last >> COUNT_BITS & ((1ULL << MS_BITS) - 1))
                      << (PROCESS_BITS + COUNT_BITS) |
                  process_bits << COUNT_BITS | (last & ((1U << COUNT_BITS) - 1));
    pthread_mutex_unlock(&lock);
    return (int64_t)id;
}

int64_t id_floor(int64_t ms) {
    uint64_t since = ms > EPOCH_2020_MS ? (uint64_t)(ms - EPOCH_2020_MS) : 0;
    return (int64_t)((since & ((1ULL << MS_BITS) - 1)) << (PROCESS_BITS + COUNT_BITS)) - 1;
}

void id_seed(uint64_t seed) {
    pthread_mutex_lock(&lock);
    seeded = true;
    seed_state = seed;
    process_known = false;
    last = 0;
    pthread_mutex_unlock(&lock);
}

void id_random(void *out, size_t n) {
    pthread_mutex_lock(&lock);
    random_locked(out, n);
    pthread_mutex_unlock(&lock);
}

void id_token(char *out, size_t n) {
    static const char alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    size_t i = 0;
    while (i < n) {
        unsigned char r[32];
        id_random(r, sizeof r);
        for (size_t k = 0; k < sizeof r && i < n; k++) {
            if (r[k] < 252) { /* 7 * 36: no character more likely than another */
                out[i++] = alphabet[r[k] % 36];
            }
        }
    }
    out[n] = '\0';
}

void id_uuid(char out[37]) {
    unsigned char r[16];
    id_random(r, sizeof r);
    r[6] = (unsigned char)((r[6] & 0x0F) | 0x40);
    r[8] = (unsigned char)((r[8] & 0x3F) | 0x80);
    static const char hex[] = "0123456789abcdef";
    char *p = out;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            *p++ = '-';
        }
        *p++ = hex[r[i] >> 4];
        *p++ = hex[r[i] & 15];
    }
    *p = '\0';
}
