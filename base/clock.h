/* clock.h - what time it is; real in service, owned by the test elsewhere. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds since 1970 UTC. Reading is thread-safe. In test and demo mode the service's time
 * is real time plus an offset that only grows (the clock panel of the simulator). */
struct clock {
    int64_t (*now)(const struct clock *c);
    _Atomic int64_t fixed_ms; /* fake clocks: the time itself; real ones: an offset to add */
};

void clock_real(struct clock *c);                   /* system time + 0 */
void clock_fake(struct clock *c, int64_t start_ms); /* stands still until moved */
int64_t clock_now(const struct clock *c);
/* Moves a fake clock, or the offset of a real one, forward. */
void clock_advance(struct clock *c, int64_t ms);
/* For time-outs of sockets only; never stored. */
int64_t clock_mono_ms(void);

#define MS_SECOND 1000LL
#define MS_MINUTE (60 * MS_SECOND)
#define MS_HOUR (60 * MS_MINUTE)
#define MS_DAY (24 * MS_HOUR)

#endif
