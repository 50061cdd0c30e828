/* clock.c - the system's time, or a test's. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/clock.h"

#include <stdatomic.h>
#include <time.h>

static int64_t read_ms(clockid_t which) {
    struct timespec ts;
    clock_gettime(which, &ts);
    return (int64_t)ts.tv_sec * MS_SECOND + ts.tv_nsec / 1000000;
}

static int64_t now_real(const struct clock *c) {
    return read_ms(CLOCK_REALTIME) + atomic_load(&c->fixed_ms);
}

static int64_t now_fake(const struct clock *c) {
    return atomic_load(&c->fixed_ms);
}

void clock_real(struct clock *c) {
    c->now = now_real;
    atomic_store(&c->fixed_ms, 0);
}

void clock_fake(struct clock *c, int64_t start_ms) {
    c->now = now_fake;
    atomic_store(&c->fixed_ms, start_ms);
}

int64_t clock_now(const struct clock *c) {
    return c->now(c);
}

void clock_advance(struct clock *c, int64_t ms) {
    atomic_fetch_add(&c->fixed_ms, ms);
}

int64_t clock_mono_ms(void) {
    return read_ms(CLOCK_MONOTONIC);
}
