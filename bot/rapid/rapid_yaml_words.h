/* rapid_yaml_words.h - names and texts of a brought flow as our YAML writes them. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_RAPID_RAPID_YAML_WORDS_H
#define BOT_RAPID_RAPID_YAML_WORDS_H

#include "bot/rapid/rapid.h"

/* What the answers and values of one flow are called here. */
struct rapid_yaml_words {
    const struct rapid_program *p;
    const struct rapid_flow *f;
    struct arena *a;
    struct str *asked; /* of each node that waits: the id of its question; else empty */
    struct str *saved; /* of the same: the variable it is kept in too, when two questions share
                          a result; else empty */
};

/* "Prêt de vélo" is pret_de_velo. */
struct str rapid_yaml_key(struct str name, struct arena *a);
void rapid_yaml_words(const struct rapid_program *p, const struct rapid_flow *f,
                      struct arena *a, struct rapid_yaml_words *ret);
/* Every result of the flow by its name, and where its value is read ("@results.x" or "@x");
 * returns how many, at most max. */
size_t rapid_yaml_results(const struct rapid_yaml_words *w, struct str *name, struct str *value,
                          size_t max);
/* The text with its names as they are here. False when it reads something that is not here
 * (*ret_foreign: its first part): the text is then given with its expressions as plain words.
 */
bool rapid_yaml_text(const struct rapid_yaml_words *w, struct str source, struct str *ret,
                     struct str *ret_foreign);
/* Do the flow's texts read the results of a flow that it entered? */
bool rapid_yaml_reads_child(const struct rapid_yaml_words *w);
/* The fields that the flows keep, as a shared file of our folder. */
struct str rapid_yaml_fields(const struct rapid_program *p, struct arena *a);

#endif
