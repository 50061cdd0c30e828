/* standing.h - the two files that every flow shares: _champs.yaml (fields) and _textes.yaml
 * (standing texts). */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_FLOW_STANDING_H
#define BOT_FLOW_STANDING_H

#include "bot/flow/library.h"
#include "bot/flow/program.h"

struct standing_text {
    struct str name;
    const struct texts *texts;
};

struct standing {
    const struct field_spec *field;
    size_t fields;
    struct words org; /* names of what texts may say of the structure */
    struct str file;  /* where the texts are */
    const struct standing_text *text;
    size_t texts;
};

/* True when the file's name begins with "_": it is one of these, not a flow. */
bool standing_is(struct str file);
/* Reads one of them into `s`; what is wrong is added to `problems`. */
void standing_read(const struct flow_lang *lang, const struct library_source *src,
                   struct arena *a, struct standing *s, struct flow_problems *problems);

#endif
