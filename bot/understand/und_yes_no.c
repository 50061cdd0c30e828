/* und_yes_no.c - yes, no, perhaps, both: the row of signals is weighed, never one word. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

#include <string.h>

struct weigh { /* what one side of a "mais" says */
    int yes, ack, no, cant, reason, maybe, cond, vague, nice, help, late, thanks, other,
        unknown, negation;
    int aside, num, when, cancel, pause, wrong, accompanied;
    int fine, soft, polite, weak_reason; /* "inchallah", "avec plaisir", "j'ai cours" */
    int first;                           /* first signal that says something, or -1 */
    size_t from, to;
};

static void count(struct weigh *w, const struct und_msg *m, const struct und_seg *s) {
    int *const to[SIG_COUNT] = {[SIG_YES] = &w->yes,
                                [SIG_ACK] = &w->ack,
                                [SIG_NO] = &w->no,
                                [SIG_CANT] = &w->cant,
                                [SIG_REASON] = &w->reason,
                                [SIG_MAYBE] = &w->maybe,
                                [SIG_COND] = &w->cond,
                                [SIG_VAGUE] = &w->vague,
                                [SIG_NICE] = &w->nice,
                                [SIG_HELP] = &w->help,
                                [SIG_LATE] = &w->late,
                                [SIG_THANKS] = &w->thanks,
                                [SIG_ASIDE] = &w->aside,
                                [SIG_NUM] = &w->num,
                                [SIG_DATE] = &w->when,
                                [SIG_TIME] = &w->when,
                                [SIG_CANCEL] = &w->cancel,
                                [SIG_PAUSE] = &w->pause,
                                [SIG_WRONG] = &w->wrong,
                                [SIG_ACCOMPANIED] = &w->accompanied,
                                [SIG_NONE] = &w->vague,
                                [SIG_CHAT] = &w->other,
                                [SIG_DISTRESSDOUBT] = &w->other,
                                [SIG_SITUATION] = &w->other,
                                [SIG_HUMAN] = &w->other,
                                [SIG_CANCELDOUBT] = &w->vague,
                                [SIG_STOPDOUBT] = &w->vague};
    if (s->sig >= 0) {
        w->soft += s->sig == SIG_MAYBE && s->val == 1;
        w->polite += s->sig == SIG_YES && s->val == 1;
        w->weak_reason += s->sig == SIG_REASON && s->val == 1;
        if (to[s->sig]) {
            (*to[s->sig])++;
            w->first = w->first < 0 && s->sig != SIG_THANKS ? s->sig : w->first;
        }
        return;
    }
    const struct str f = m->tok[s->from].f;
    w->unknown += !m->tok[s->from].cont && f.n > 1;
    w->fine += str_is(f, "tkt");
    w->negation +=
        str_is(f, "pas") || str_is(f, "plus") || str_is(f, "jamais") || str_is(f, "sauf");
}

static struct weigh weigh(const struct und_msg *m, size_t from, size_t to) {
    struct weigh w = {.first = -1};
    for (size_t i = from; i < to; i++) {
        count(&w, m, &m->seg[i]);
    }
    w.from = from < m->segs ? m->seg[from].from : m->n;
    w.to = to > from ? m->seg[to - 1].to : w.from;
    return w;
}

static bool say(struct und_msg *m, struct answer *r, const struct weigh *w, enum intent i,
                double conf, const char *rule) {
    und_say(m, r, i, conf, rule, w->from, w->to);
    return true;
}

static bool doubt(struct und_msg *m, struct answer *r, const struct weigh *w, enum intent lean,
                  enum intent second, const char *rule) {
    say(m, r, w, INTENT_UNCLEAR, 0.3, rule);
    r->second = lean == INTENT_UNCLEAR ? second : lean;
    return true;
}

static int positive(const struct weigh *w) {
    return w->yes + w->ack;
}

static int negative(const struct weigh *w) {
    return w->no + w->cant;
}

/* "oui mais ...", "merci mais non", "je peux pas mais gardez ma place" */
static bool with_but(struct und_msg *m, struct answer *r, const struct weigh *all, size_t at) {
    struct weigh a = weigh(m, 0, at), b = weigh(m, at + 1, m->segs);
    bool refused = negative(&b) > 0 && positive(&b) == 0;
    bool asking = m->n && m->tok[m->n - 1].brk & BRK_Q;
    if (asking && positive(&a)) {
        return doubt(m, r, all, INTENT_YES, INTENT_HELP, "yes_but_asks");
    }
    if (positive(&a) && !negative(&a)) {
        if (b.late && !negative(&b) && !b.reason) {
            r->also_late = true;
            return say(m, r, all, INTENT_YES, 0.8, "yes_but_late");
        }
        if (positive(&b) && !negative(&b) && !b.reason && !b.maybe && !b.help) {
            return say(m, r, all, INTENT_YES, 0.8, "yes_twice");
        }
        if (refused &&
            ((!a.yes && (a.thanks || a.nice) && !b.unknown) || (a.polite && b.cant))) {
            return say(m, r, all, INTENT_NO, 0.7, "thanks_but_no");
        }
        return doubt(m, r, all, INTENT_YES, INTENT_NO, "yes_but");
    }
    if (negative(&a) && !positive(&a)) {
        if (positive(&b) && a.when && b.when) {
            return say(m, r, all, INTENT_CANCEL, 0.7, "another_day");
        }
        if (positive(&b) || b.help || b.maybe || b.unknown > 1 || b.late ||
            (b.vague && !b.reason)) {
            return doubt(m, r, all, INTENT_NO, INTENT_YES, "no_but");
        }
        return say(m, r, all, INTENT_NO, 0.75, "no_but_reason");
    }
    if (a.vague && !refused) {
        return doubt(m, r, all, INTENT_MAYBE, INTENT_NO, "perhaps_but");
    }
    if (refused || (b.reason && !positive(&b))) {
        return say(m, r, all, INTENT_NO, 0.75, "kindly_no");
    }
    if (a.maybe && !positive(&b)) {
        return say(m, r, all, INTENT_MAYBE, 0.7, "maybe");
    }
    if (positive(&b) && !negative(&b) && !a.reason && !a.unknown && !a.vague) {
        return say(m, r, all, INTENT_YES, 0.7, "but_yes");
    }
    return doubt(m, r, all, INTENT_UNCLEAR, INTENT_UNCLEAR, "but");
}

/* "1 oui 2 non", "+1", "-1", "on sera 2" */
static bool by_number(struct und_msg *m, struct answer *r, const struct weigh *w) {
    int64_t n = -1;
    size_t at = 0, numbers = 0;
    for (size_t i = 0; i < m->n; i++) {
        if (m->tok[i].num) {
            n = m->tok[i].n;
            at = i;
            numbers++;
        }
    }
    bool ranked =
        m->n == 2 && und_word(m, 0, "le") && und_digits(m, 1); /* "le 2" is no day here */
    if ((!w->num && !ranked) || (w->when && !ranked) || w->reason || w->cant || w->maybe ||
        w->help || w->unknown) {
        return false;
    }
    if (numbers == 0) {
        return false; /* "un" is a number word, no answer here */
    }
    if (numbers > 1 || n < 1 || n > 2) {
        return doubt(m, r, w, INTENT_UNCLEAR, INTENT_UNCLEAR, "number_not_offered");
    }
    bool yes = n == 1 && !m->tok[at].minus;
    if ((yes && w->no) || (!yes && positive(w))) {
        return doubt(m, r, w, INTENT_YES, INTENT_NO, "digit_against_word");
    }
    return say(m, r, w, yes ? INTENT_YES : INTENT_NO, 0.95, "digit");
}

static bool accompanied(struct und_msg *m, struct answer *r, const struct weigh *w) {
    for (size_t k = 0; k < m->segs; k++) {
        const struct und_seg *s = &m->seg[k];
        for (size_t i = s->from; s->sig == SIG_ACCOMPANIED && i < s->to; i++) {
            int n;
            size_t end;
            if (und_small(m, i, 1, 99, &end, &n)) {
                und_value(r, val_int(m->a, n));
                return say(m, r, w, INTENT_NUMBER, 0.8, "how_many_come");
            }
        }
    }
    return false;
}

/* "ptetre oui", "je viendrai peut-etre": perhaps; "oui peut-etre" is two readings. */
static bool thinks_first(const struct und_msg *m) {
    for (size_t i = 0; i < m->segs; i++) {
        if (m->seg[i].sig == SIG_MAYBE) {
            return true;
        }
        if (m->seg[i].sig == SIG_YES) {
            return m->seg[i].to - m->seg[i].from > 1;
        }
    }
    return false;
}

static bool both(struct und_msg *m, struct answer *r, const struct weigh *w) {
    if (w->cond && (positive(w) || w->vague == 0)) {
        return say(m, r, w, INTENT_MAYBE, 0.7, "condition");
    }
    if (positive(w) && negative(w)) {
        return doubt(m, r, w, INTENT_YES, INTENT_NO, "yes_and_no");
    }
    if (w->yes > 1 && w->maybe && !w->unknown) {
        return say(m, r, w, INTENT_YES, 0.7, "yes_though_thinking");
    }
    if (positive(w) && w->maybe && w->maybe == w->soft) {
        return say(m, r, w, INTENT_YES, 0.7, "yes_god_willing");
    }
    if (w->yes && w->maybe && !w->help && thinks_first(m)) {
        return say(m, r, w, INTENT_MAYBE, 0.7, "perhaps");
    }
    if (positive(w) && w->maybe) {
        return w->yes ? doubt(m, r, w, INTENT_MAYBE, INTENT_YES, "yes_perhaps")
                      : say(m, r, w, INTENT_MAYBE, 0.6, "ok_perhaps");
    }
    bool last_yes = m->segs && m->seg[m->segs - 1].sig == SIG_YES;
    if (w->yes && last_yes && !negative(w) && !w->vague &&
        (w->yes > 1 ? w->reason > 0 : w->help == 1 && m->seg[0].sig == SIG_HELP)) {
        return say(m, r, w, INTENT_YES, 0.6, "yes_in_the_end");
    }
    if (positive(w) && (w->help || w->vague || w->negation || w->cancel)) {
        return doubt(m, r, w, INTENT_YES, w->help ? INTENT_HELP : INTENT_NO, "yes_and_more");
    }
    if (positive(w) && w->reason) {
        return doubt(m, r, w, INTENT_YES, INTENT_NO, "yes_and_reason");
    }
    if (positive(w) && w->pause) {
        return doubt(m, r, w, INTENT_YES, INTENT_PAUSE, "yes_later");
    }
    if (negative(w) && w->maybe) {
        return w->cant ? say(m, r, w, INTENT_MAYBE, 0.6, "no_perhaps")
                       : doubt(m, r, w, INTENT_MAYBE, INTENT_NO, "no_perhaps");
    }
    if (w->no && w->help && !w->cant) {
        return doubt(m, r, w, INTENT_NO, INTENT_HELP, "no_and_question");
    }
    return false;
}

static bool decide(struct und_msg *m, struct answer *r, const struct weigh *w) {
    if (both(m, r, w)) {
        return true;
    }
    bool asking = m->n && m->tok[m->n - 1].brk & BRK_Q && !w->thanks;
    if (asking && positive(w) + negative(w) == 1) {
        return doubt(m, r, w, positive(w) ? INTENT_YES : INTENT_NO, INTENT_HELP, "asked_back");
    }
    if (w->no && !w->cant && w->fine) {
        return doubt(m, r, w, INTENT_NO, INTENT_YES, "no_but_fine");
    }
    double conf = w->unknown > 3 ? 0.6 : w->unknown ? 0.8 : 0.95;
    if (positive(w)) {
        r->also_late = w->late > 0;
        return say(m, r, w, INTENT_YES, conf, "yes");
    }
    if (negative(w)) {
        return say(m, r, w, INTENT_NO, conf, "no");
    }
    if (w->maybe) {
        return say(m, r, w, INTENT_MAYBE, 0.9, "maybe");
    }
    if (w->accompanied && !w->reason && !w->help && !m->question) {
        return say(m, r, w, INTENT_YES, 0.7, "comes_with_others");
    }
    if (w->cancel || w->wrong || w->pause || w->help) {
        return false;
    }
    if (w->reason && w->reason == w->weak_reason) {
        return doubt(m, r, w, INTENT_NO, INTENT_YES, "bare_reason");
    }
    if (w->reason) {
        return say(m, r, w, INTENT_NO, 0.6, "reason");
    }
    return false;
}

bool und_yes_no(struct und_msg *m, struct answer *r) {
    size_t start = 0;
    for (size_t i = 0; i + 1 < m->segs; i++) {
        struct weigh rest = weigh(m, i + 1, m->segs);
        if (m->seg[i].sig == SIG_FINALLY &&
            (positive(&rest) || negative(&rest) || rest.cancel)) {
            start = i + 1;
        }
    }
    size_t last = m->segs;
    if (m->segs &&
        m->seg[m->segs - 1].sig == SIG_FINALLY) { /* "oui ... non je peux pas finalement" */
        last--;
        for (size_t i = 0; i < last; i++) {
            int s = m->seg[i].sig;
            bool says = s == SIG_YES || s == SIG_NO || s == SIG_CANT;
            start = says && i > start && (s == SIG_YES) != (m->seg[i - 1].sig == SIG_YES) &&
                            m->seg[i - 1].sig >= 0
                        ? i
                        : start;
        }
    }
    struct weigh all = weigh(m, start, last);
    if (by_number(m, r, &all)) {
        return true;
    }
    if (!positive(&all) && !negative(&all) && accompanied(m, r, &all)) {
        return true;
    }
    for (size_t i = start; i < m->segs; i++) {
        if (m->seg[i].sig == SIG_BUT && i > start) {
            struct weigh a = weigh(m, start, i);
            bool nothing_before = !positive(&a) && !negative(&a) && !a.reason && !a.maybe &&
                                  !a.vague && !a.nice && !a.thanks && !a.unknown;
            if (!nothing_before) {
                return with_but(m, r, &all, i);
            }
        }
    }
    return decide(m, r, &all);
}
