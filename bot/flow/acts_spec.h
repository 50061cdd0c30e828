/* acts_spec.h - the domain actions that a flow may call: names, arguments, answers. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_FLOW_ACTS_SPEC_H
#define BOT_FLOW_ACTS_SPEC_H

#include "base/str.h"

/* The checker refuses unknown names and arguments; jobs/acts.c carries them out. args and
 * results are space separated; "?" marks an optional argument. */
struct act_spec {
    const char *name;
    const char *args;
    const char *results; /* members of the answer; every answer also has "ok" (boolean) and
                            "why" (text) */
    const char *doc_fr, *doc_en;
};
extern const struct act_spec ACTS[]; /* ended by a NULL name */
const struct act_spec *act_find(struct str name);

#endif
