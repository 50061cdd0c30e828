/* pretend.h - an invented world that answers acts, so that conversations run without a
 * database. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_PRETEND_H
#define BOT_PRETEND_H

#include "base/arena.h"
#include "base/val.h"
#include "base/zone.h"

/* What tests declare wins: `given` is a map of act name to its answer. Without it the answers
 * are plausible: ages are reckoned from the birth date (16-25, 29 with a disability status), a
 * few communes are known, places are free. */
struct pretend {
    const struct val *given; /* VAL_MAP or NULL */
    const struct val *contact;
    const struct zone *zone;
    int64_t now_ms;
    bool opted_out; /* STOP was in force before this act */
};

/* Never NULL; always has "ok". */
const struct val *pretend_act(const struct pretend *p, struct str act, const struct val *args,
                              struct arena *a);
/* A web-hook's answer (see EVENT_ANSWER), from `given`: {json:, text:, status:, why:, after:};
 * NULL: nothing was given, the service cannot be reached. Never NULL. */
const struct val *pretend_call(const struct val *given, struct arena *a);
/* YAML gives texts only: yes/no become booleans and plain numbers numbers, deep. */
const struct val *pretend_typed(const struct val *v, struct arena *a);

#endif
