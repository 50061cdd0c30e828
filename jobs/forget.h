/* forget.h - what people wrote is kept for `keep.messages` months and no longer. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_FORGET_H
#define JOBS_FORGET_H

#include <stdint.h>

#include "base/err.h"

struct config;
struct service;

/* Words older than this moment are gone, or about to be. */
int64_t forget_before(const struct config *c, int64_t now_ms);
/* A little of it when it is time, in a short transaction. A failure is tried again later. */
enum rc forget_round(struct service *s) MUST_USE;

#endif
