/* rapid_set_priv.h - what is being gathered of an export. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_RAPID_RAPID_SET_PRIV_H
#define BOT_RAPID_RAPID_SET_PRIV_H

#include "bot/rapid/rapid_priv.h"
#include "bot/rapid/rapid_set.h"

struct rapid_gather {
    struct arena *a;
    const struct val *json, *choices;
    struct rapid_program *program;
    struct rapid_set_flow *flow;
    size_t flows;
    struct rapid_note *note;
    size_t notes, cap;
};

/* The next note; its texts are filled in by the caller. */
struct rapid_note *rapid_gather_note(struct rapid_gather *g, enum rapid_note_kind kind);
/* The same from two formats with the same one argument (a text). */
void rapid_gather_say(struct rapid_gather *g, enum rapid_note_kind kind, const char *fr,
                      const char *en, struct str what);
struct rapid_set_flow *rapid_gather_flow(struct rapid_gather *g, const struct val *ref);

/* Lists of the export completed by what its flows refer to: fields, groups, labels, topics...
 */
const struct val *rapid_set_complete(const struct val *json, struct arena *a);
/* Triggers of the export: keywords, and those that cannot be. */
void rapid_set_starts(struct rapid_gather *g);
/* Notes about actions, campaigns, values that are not in the file. */
void rapid_set_notes(struct rapid_gather *g);

#endif
