/* id.h - identifiers and randomness that tests can own. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_ID_H
#define BASE_ID_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* 63-bit, positive, roughly ordered by time: 41 bits of ms since 2020, 10 of process, 12 of
 * count. Unique among processes that share a database (the 10 bits are drawn at start).
 * Thread-safe. */
int64_t id_new(int64_t now_ms);
/* Smaller than every id made from that moment on, not smaller than one made before. */
int64_t id_floor(int64_t ms);
/* From now on ids and random bytes come from this seed, in order: tests only. */
void id_seed(uint64_t seed);
void id_random(void *out, size_t n); /* cryptographic unless seeded */
/* n characters of [0-9a-z], NUL-terminated in out (n+1 bytes). */
void id_token(char *out, size_t n);
/* Lower-case UUID version 4 (RFC 9562), 36 characters and a NUL. */
void id_uuid(char out[37]);

#endif
