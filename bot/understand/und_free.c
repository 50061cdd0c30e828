/* und_free.c - nothing, or anything, was asked: what a message volunteers. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

static bool only(const struct und_msg *m, uint64_t allowed) {
    for (size_t i = 0; i < m->segs; i++) {
        if (m->seg[i].sig < 0 || !(allowed >> m->seg[i].sig & 1)) {
            return false;
        }
    }
    return m->segs > 0;
}

bool und_free_text(struct und_msg *m, struct answer *r) {
    if (und_email(m, r) || und_phone(m, r)) {
        return true;
    }
    bool refusal = only(m, SIG_BIT(SIG_NO) | SIG_BIT(SIG_CANT) | SIG_BIT(SIG_NONE) |
                               SIG_BIT(SIG_FILL) | SIG_BIT(SIG_THANKS));
    for (size_t i = 0; i < m->segs; i++) {
        int s = m->seg[i].sig;
        if (refusal && (s == SIG_NO || s == SIG_NONE || s == SIG_CANT)) {
            und_say(m, r, INTENT_NO, 0.8, "nothing_to_say", m->seg[i].from, m->seg[i].to);
            return true;
        }
    }
    if (only(m, SIG_BIT(SIG_DURATION) | SIG_BIT(SIG_FILL) | SIG_BIT(SIG_NUM)) &&
        und_duration(m, r)) {
        return true;
    }
    if (only(m, SIG_BIT(SIG_HELP) | SIG_BIT(SIG_FILL)) || (m->n <= 2 && m->question)) {
        return false;
    }
    if (only(m, SIG_BIT(SIG_YES) | SIG_BIT(SIG_ACK) | SIG_BIT(SIG_FILL) | SIG_BIT(SIG_MAYBE)) ||
        m->n == 0 || r->also_stop_doubt) {
        return false;
    }
    und_say(m, r, INTENT_OTHER, 0.6, "free_text", 0, m->n);
    return true;
}

bool und_volunteered(struct und_msg *m, struct answer *r) {
    /* yes or no to nothing cannot be acted on */
    const uint64_t answers = SIG_BIT(SIG_YES) | SIG_BIT(SIG_ACK) | SIG_BIT(SIG_NO) |
                             SIG_BIT(SIG_MAYBE) | SIG_BIT(SIG_NUM) | SIG_BIT(SIG_FILL) |
                             SIG_BIT(SIG_THANKS) | SIG_BIT(SIG_VAGUE);
    for (size_t i = 0; i < m->segs; i++) {
        if (m->seg[i].sig == SIG_CANT && m->n > 2 && !und_has(m, SIG_NOTSTOP) &&
            !und_has(m, SIG_PAUSE) && m->sure_unknown <= 6 && !und_has(m, SIG_HELP)) {
            und_say(m, r, INTENT_CANCEL, 0.8, "cannot_come", m->seg[i].from, m->seg[i].to);
            return true;
        }
    }
    const uint64_t answer = answers & ~(SIG_BIT(SIG_FILL) | SIG_BIT(SIG_THANKS));
    bool said = false;
    for (size_t i = 0; i < m->segs; i++) {
        said = said || (m->seg[i].sig >= 0 && answer >> m->seg[i].sig & 1);
    }
    bool polite = only(m, SIG_BIT(SIG_ACK) | SIG_BIT(SIG_THANKS) | SIG_BIT(SIG_FILL)) &&
                  und_has(m, SIG_THANKS);
    if (said && only(m, answers) && !polite) {
        und_say(m, r, INTENT_UNCLEAR, 0.3, "answer_to_nothing", 0, m->n);
        return true;
    }
    return false;
}
