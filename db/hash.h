/* hash.h - numbers that stand for texts in look-ups; what they find is always compared in
 * full. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef DB_HASH_H
#define DB_HASH_H

#include <stdint.h>

#include "base/msg.h"

/* A key is the hash or one of the numbers after it, so that two texts with one hash both find a
 * place. */
#define HASH_SLOTS 8

/* 63 bits of the hash of scheme and value. */
int64_t hash_address(struct address at);

/* Week number * 2^48 + 48 bits of the hash of the three texts: rows of one week lie together,
 * old weeks are dropped by range. hash_week_before gives the same text's key of the week
 * before. */
int64_t hash_weekly(struct str a, struct str b, struct str c, int64_t at_ms);
int64_t hash_week_before(int64_t h);
/* First key of the week that holds at_ms. */
int64_t hash_week_start(int64_t at_ms);

#endif
