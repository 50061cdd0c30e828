/* front_yaml.h - a flow written in YAML becomes a program. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_FLOW_FRONT_YAML_H
#define BOT_FLOW_FRONT_YAML_H

#include "bot/flow/library.h"
#include "bot/flow/program.h"

/* The program lives in `a`; file and text are copied. What is wrong is added to `problems`;
 * NULL when the text is not YAML at all or names no flow. `lib` gives the declared fields. */
struct program *front_yaml_read(const struct flow_lang *lang, const struct library *lib,
                                const struct library_source *src, struct arena *a,
                                struct flow_problems *problems);
/* A standing text of _textes.yaml: the same texts as in a flow, in French unless said
 * otherwise. */
const struct texts *front_yaml_text(const struct flow_lang *lang,
                                    const struct library_source *src, const struct val *v,
                                    struct arena *a, struct flow_problems *problems);
/* 16 hexadecimal digits of the content. */
struct str front_yaml_hash(struct str text, struct arena *a);

#endif
