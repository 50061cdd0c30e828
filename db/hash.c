/* hash.c - numbers that stand for texts in look-ups. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "db/hash.h"

#include "base/clock.h"

#define WEEK_MS (7 * MS_DAY)
#define LOW_BITS 48
#define LOW_MASK (((uint64_t)1 << LOW_BITS) - 1)

/* Finishing step of splitmix64: FNV's high bits alone depend little on the last letters. */
static uint64_t mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static uint64_t join(uint64_t h, struct str s) {
    return mix(h * 31 + str_hash(s));
}

int64_t hash_address(struct address at) {
    uint64_t h = join(join(0, at.scheme), at.value) >> 1;
    return (int64_t)(h > INT64_MAX - 16 ? h - 16 : h);
}

int64_t hash_weekly(struct str a, struct str b, struct str c, int64_t at_ms) {
    uint64_t low = join(join(join(0, a), b), c) & LOW_MASK;
    if (low > LOW_MASK - HASH_SLOTS) {
        low -= HASH_SLOTS; /* the slots after it stay in the week */
    }
    return hash_week_start(at_ms) + (int64_t)low;
}

int64_t hash_week_before(int64_t h) {
    return h - ((int64_t)1 << LOW_BITS);
}

int64_t hash_week_start(int64_t at_ms) {
    int64_t week = at_ms / WEEK_MS;
    return (week < 1 ? 1 : week) << LOW_BITS;
}
