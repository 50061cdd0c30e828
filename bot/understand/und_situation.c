/* und_situation.c - job, course, looking: the situation as the table's phrases name it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

/* The value of a [situation N] section; the order of the words of the follow-up survey. */
static const char *const NAME[] = {"",
                                   "cdi",
                                   "cdd",
                                   "interim",
                                   "alternance",
                                   "formation",
                                   "stage",
                                   "service_civique",
                                   "independant",
                                   "ecole",
                                   "emploi",
                                   "sans_emploi",
                                   "autre",
                                   "sans_emploi"}; /* 13: something has ended */

/* "formation en alternance": the narrower says more. Higher wins when two stand side by side.
 */
static const int8_t NARROW[] = {0, 9, 9, 8, 10, 4, 7, 9, 8, 5, 2, 3, 1, 20};

static bool doubtful(const struct und_msg *m) {
    int32_t sym = und_map_get(&m->u->classes, STR("situation_doubt"));
    for (size_t i = 0; sym > 0 && i < m->n; i++) {
        if (und_edge_find(m, i, (uint16_t)sym)) {
            return true;
        }
    }
    return false;
}

bool und_situation(struct und_msg *m, struct answer *r) {
    int best = 0;
    size_t at = 0, found = 0;
    bool other = false;
    for (size_t i = 0; i < m->segs; i++) {
        const struct und_seg *s = &m->seg[i];
        if (s->sig != SIG_SITUATION || s->val < 1 || s->val > 13) {
            continue;
        }
        if (s->from > 0 && und_word(m, (size_t)s->from - 1, "ni")) {
            continue; /* "ni cdi ni cdd, interim" */
        }
        other = other || (found && s->val != best);
        bool either = i > 0 && m->seg[i - 1].sig == SIG_OR;
        if (either && best) {
            best = -1;
        }
        if (best >= 0 && NARROW[s->val] > NARROW[best]) {
            best = s->val;
            at = i;
        }
        found++;
    }
    if (found == 0 || best < 0 || doubtful(m)) {
        if (found || doubtful(m)) {
            und_say(m, r, INTENT_UNCLEAR, 0.3, "doubtful_situation", 0, m->n);
            r->second = INTENT_SITUATION;
            return true;
        }
        return false;
    }
    und_value(r, val_textz(m->a, NAME[best]));
    und_say(m, r, INTENT_SITUATION, other ? 0.7 : 0.9, "situation", m->seg[at].from,
            m->seg[at].to);
    return true;
}
