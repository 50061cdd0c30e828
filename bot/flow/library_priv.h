/* library_priv.h - the insides of a library, for the checks and lists of this folder. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_FLOW_LIBRARY_PRIV_H
#define BOT_FLOW_LIBRARY_PRIV_H

#include <pthread.h>

#include "bot/flow/library.h"
#include "bot/flow/standing.h"

struct library {
    struct arena a;
    struct library *self; /* library_version compiles on demand behind a const face */
    pthread_mutex_t lock; /* guards `old` and the arena after loading */
    const struct flow_lang *lang;
    const struct program **program;
    size_t programs, programs_cap;
    struct standing standing;
    struct old_version *old;
    size_t olds;
    enum rc (*fetch)(void *ctx, struct str hash, struct arena *a, struct library_source *ret);
    void *fetch_ctx;
};

#endif
