/* program.c - small questions about a compiled flow. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/flow/program.h"

int program_find(const struct program *p, struct str id) {
    for (size_t i = 0; i < p->nodes; i++) {
        if (str_eq(p->node[i]->id, id)) {
            return (int)i;
        }
    }
    return NODE_END;
}

const struct text_form *program_form(const struct texts *t, struct str lang,
                                     struct str source_lang) {
    const struct text_form *source = NULL, *near = NULL;
    struct str whole = str_sub(lang, 0, str_find_char(lang, '-', 0)); /* "fr" for "fr-facile" */
    if (!t || t->n == 0) {
        return NULL;
    }
    for (size_t i = 0; i < t->n; i++) {
        if (str_eq(t->form[i].lang, lang)) {
            return &t->form[i];
        }
        if (str_eq(t->form[i].lang, whole)) {
            near = &t->form[i];
        }
        if (str_eq(t->form[i].lang, source_lang)) {
            source = &t->form[i];
        }
    }
    return near ? near : source ? source : &t->form[0];
}
