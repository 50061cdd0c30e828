/* rapid_yaml.h - a brought flow in our own readable form, as far as it can be said in it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_RAPID_RAPID_YAML_H
#define BOT_RAPID_RAPID_YAML_H

#include "bot/rapid/rapid.h"

struct rapid_yaml {
    struct str name; /* the flow's name as our files have it: "collect_age" */
    struct str text; /* the file */
    const struct str
        *loss; /* what could not be said; each stands as a comment in the file too */
    size_t losses;
};

/* Nodes become labelled steps in their order; routers become questions and chains of `if`. The
 * result is meant to be read and finished by a person: `rebond flow check` tells what is left.
 */
void rapid_yaml_write(const struct rapid_program *p, const struct rapid_flow *f,
                      struct arena *a, struct rapid_yaml *ret);

#endif
