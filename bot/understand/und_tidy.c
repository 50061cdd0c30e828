/* und_tidy.c - the tokens of a message put right: a lone "ne", "rendez-vous". */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

static bool has_negation(const struct und_msg *m) {
    static const char *const WORD[] = {"pas",    "plus", "jamais",    "rien",  "aucun",
                                       "aucune", "que",  "ni",        "point", "personne",
                                       "guere",  "nul",  "aucunement"};
    for (size_t i = 0; i < m->n; i++) {
        for (size_t k = 0; k < sizeof WORD / sizeof *WORD; k++) {
            if (und_word(m, i, WORD[k])) {
                return true;
            }
        }
    }
    return false;
}

/* "je ne pourrais etre present": the "ne" alone refuses; it becomes the "pas" of its verb. */
static void lone_ne(struct und_msg *m) {
    for (size_t i = 0; i + 1 < m->n; i++) {
        bool after_me = i > 0 && (und_word(m, i - 1, "je") || und_word(m, i - 1, "nous") ||
                                  und_word(m, i - 1, "on"));
        if (und_word(m, i, "ne") && after_me && !m->tok[i + 1].num && !has_negation(m)) {
            struct und_tok pas = {.off = m->tok[i].off,
                                  .end = m->tok[i].end,
                                  .f = STR("pas"),
                                  .brk = m->tok[i + 1].brk,
                                  .known = true};
            und_lookup(m->u, pas.f, &pas);
            m->tok[i] = m->tok[i + 1];
            m->tok[i].brk = BRK_SPACE;
            m->tok[i + 1] = pas;
            return;
        }
    }
}

/* "ne" says nothing beside "pas"; before a day it is "ne(e) le". "rendez-vous" is the word
 * "rdv". */
static void drop_empty(struct und_msg *m) {
    size_t out = 0;
    for (size_t i = 0; i < m->n; i++) {
        struct und_tok *t = &m->tok[i];
        struct und_tok *next = i + 1 < m->n ? t + 1 : NULL;
        bool bare = str_is(t->f, "ne") && t->end - t->off == 2;
        bool born = next && (next->num || str_is(next->f, "le") || str_is(next->f, "en"));
        if (next && (str_is(t->f, "rendez") || str_is(t->f, "rende")) &&
            str_is(next->f, "vous")) {
            struct und_tok rdv = {.off = t->off,
                                  .end = next->end,
                                  .f = STR("rdv"),
                                  .brk = next->brk,
                                  .known = true};
            und_lookup(m->u, rdv.f, &rdv);
            m->tok[out++] = rdv;
            i++;
        } else if (!bare || born) {
            m->tok[out++] = *t;
        }
    }
    m->n = out;
}

void und_tidy(struct und_msg *m) {
    lone_ne(m);
    drop_empty(m);
}
