/* und_reflex.c - danger, STOP and the like before the question; help after it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

#include <string.h>

#define STOP_LAST_WORDS 8  /* words nothing explains before a final STOP */
#define STOP_ALONE_WORDS 5 /* words nothing explains behind a leading STOP */

static const struct und_seg *first_seg(const struct und_msg *m, enum und_signal s) {
    for (size_t i = 0; i < m->segs; i++) {
        if (m->seg[i].sig == (int)s) {
            return &m->seg[i];
        }
    }
    return NULL;
}

static bool say(struct und_msg *m, struct answer *r, const struct und_seg *s, enum intent i,
                double conf, const char *rule) {
    und_say(m, r, i, conf, rule, s->from, s->to);
    return true;
}

static bool inside(const struct und_msg *m, size_t from, size_t to, enum und_signal cover) {
    for (size_t i = 0; i <= from && i < m->n; i++) {
        const struct und_edge *e = und_edge_find(m, i, m->u->sig[cover]);
        if (e && e->end >= to) {
            return true;
        }
    }
    return false;
}

/* An alarm anywhere counts, even where the best row of signals reads the words otherwise. */
static bool distress(struct und_msg *m, struct answer *r) {
    for (size_t i = 0; i < m->n; i++) {
        const struct und_edge *e = und_edge_find(m, i, m->u->sig[SIG_DISTRESS]);
        if (e && !inside(m, i, e->end, SIG_NOTDISTRESS) && !inside(m, i, e->end, SIG_STOP)) {
            und_say(m, r, INTENT_DISTRESS, e->miss > 1 || e->fuzz > 1 ? 0.7 : 0.95, "distress",
                    i, e->end);
            return true;
        }
    }
    return false;
}

static enum stop_scope scope_of(const struct und_msg *m, const struct und_seg *s) {
    if (s->val == 1) {
        return STOP_GROUP;
    }
    (void)m;
    return s->val == 2 ? STOP_REMINDERS : STOP_ALL;
}

static bool stop_phrase(struct und_msg *m, struct answer *r) {
    for (size_t i = 0; i < m->n; i++) {
        const struct und_edge *e = und_edge_find(m, i, m->u->sig[SIG_STOP]);
        const struct und_edge *cancel = und_edge_find(m, i, m->u->sig[SIG_CANCEL]);
        /* "retirez moi de la liste de jeudi" gives back one place */
        if (e && e->end - i <= 2 && und_has(m, SIG_QUIT)) {
            continue; /* "plus envie de venir au groupe, enlevez moi" leaves the group */
        }
        if (!e || inside(m, i, e->end, SIG_NOTSTOP) || inside(m, i, e->end, SIG_START) ||
            (cancel && cancel->end > e->end)) {
            continue;
        }
        struct und_seg s = {SIG_STOP, (uint16_t)i, e->end, e->val, e->rule, e->fuzz};
        r->scope = scope_of(m, &s);
        return say(m, r, &s, INTENT_STOP, m->joke ? 0.6 : 0.95, "stop_phrase");
    }
    return false;
}

/* "stop", "arretez", beside nothing that gives it another meaning. */
static bool stop_word(struct und_msg *m, struct answer *r) {
    const struct und_seg *s = first_seg(m, SIG_STOPWORD);
    size_t strange = m->sure_unknown, told = 0, jokes = 0, others = 0;
    if (!s) {
        return false;
    }
    for (size_t i = 0; i < m->segs; i++) {
        int sig = m->seg[i].sig;
        told += sig == SIG_REASON || sig == SIG_SITUATION || sig == SIG_NO || sig == SIG_CANT ||
                sig == SIG_ASIDE || sig == SIG_NUM || sig == SIG_STOPDOUBT;
        jokes += sig == SIG_JOKE;
        others += sig == SIG_NICE || sig == SIG_HELP || (sig == SIG_YES && m->sure_unknown) ||
                  (sig == SIG_VAGUE && m->seg[i].from > s->from) || sig == SIG_CHAT ||
                  sig == SIG_MAYBE || sig == SIG_BUT || sig == SIG_DATE || sig == SIG_TIME ||
                  sig == SIG_NOTSTOP || sig == SIG_LATE || sig == SIG_WHERE ||
                  sig == SIG_DURATION;
    }
    bool first =
        s->from == 0 || m->tok[s->from - 1].brk & (BRK_COMMA | BRK_END | BRK_LINE | BRK_BANG);
    if (jokes) {
        if ((size_t)(s->to - s->from) == m->n - jokes && s->val == 1) {
            r->also_stop_doubt = true;
        }
        return false;
    }
    if (!others && strange == 0) {
        return say(m, r, s, INTENT_STOP, 0.97, "stop_word");
    }
    if (!others && s->val == 1 && first && s->from == 0 && (strange <= 1 || told) &&
        strange <= STOP_ALONE_WORDS) {
        return say(m, r, s, INTENT_STOP, 0.8, "stop_word_first");
    }
    if (!others && s->val == 1 && s->to == m->n && strange <= STOP_ALONE_WORDS &&
        (und_word(m, s->to - 1, "arretez") || told || strange <= STOP_LAST_WORDS)) {
        return say(m, r, s, INTENT_STOP, 0.7, "stop_word_last");
    }
    if (s->val == 1 || strange <= 2) {
        r->also_stop_doubt = true;
    }
    return false;
}

static bool one(struct und_msg *m, struct answer *r, enum und_signal sig, enum intent i,
                double conf, const char *rule) {
    const struct und_seg *s = first_seg(m, sig);
    return s && say(m, r, s, i, conf, rule);
}

static bool anywhere(struct und_msg *m, struct answer *r, enum und_signal sig, enum intent in,
                     double conf, const char *rule) {
    for (size_t i = 0; i < m->n; i++) {
        const struct und_edge *e = und_edge_find(m, i, m->u->sig[sig]);
        if (e) {
            und_say(m, r, in, conf, rule, i, e->end);
            return true;
        }
    }
    return false;
}

static bool says_more(const struct und_msg *m, const uint64_t more) {
    for (size_t i = 0; i < m->segs; i++) {
        if (m->seg[i].sig >= 0 && more >> m->seg[i].sig & 1) {
            return true;
        }
    }
    return false;
}

/* "unstop", "j'avais mis stop mais": also where the STOP in it was explained away. */
static bool start(struct und_msg *m, struct answer *r) {
    for (size_t i = 0; i < m->n; i++) {
        const struct und_edge *e = und_edge_find(m, i, m->u->sig[SIG_START]);
        if (e) {
            und_say(m, r, INTENT_START, 0.9, "start", i, e->end);
            return true;
        }
    }
    return false;
}

bool und_reflex_first(struct und_msg *m, struct answer *r) {
    bool asked = m->ask && m->ask->kind != ASK_NONE;
    bool open = m->ask && (m->ask->kind == ASK_FREE || m->ask->kind == ASK_NAME);
    m->joke = first_seg(m, SIG_JOKE) != NULL;
    if (distress(m, r) || stop_phrase(m, r) || stop_word(m, r)) {
        return true;
    }
    if (one(m, r, SIG_WRONG, INTENT_WRONG_NUMBER, 0.9, "wrong_number") ||
        one(m, r, SIG_QUIT, INTENT_QUIT_GROUP, 0.9, "quit_group") || start(m, r)) {
        return true;
    }
    if (one(m, r, SIG_LANGUAGE, INTENT_LANGUAGE, 0.9, "language")) {
        return true;
    }
    /* a wish for a person beside a clear answer is noted by the answer, not instead of it */
    if (!open && !(asked && says_more(m, SIG_BIT(SIG_NUM) | SIG_BIT(SIG_SITUATION)))) {
        return one(m, r, SIG_HUMAN, INTENT_HUMAN, 0.9, "human");
    }
    return false;
}

static bool unclear(struct und_msg *m, struct answer *r, enum und_signal sig, enum intent lean,
                    const char *rule) {
    const struct und_seg *s = first_seg(m, sig);
    if (!s) {
        return false;
    }
    r->second = lean;
    return say(m, r, s, INTENT_UNCLEAR, 0.3, rule);
}

/* The last net: words about messages beside a refusal that no phrase explained. Asked once. */
static bool stop_net(struct und_msg *m, struct answer *r) {
    static const char *const REFUSAL[] = {"pas",     "plus",   "jamais",  "rien",
                                          "assez",   "marre",  "inutile", "stop",
                                          "arretez", "arrete", "arreter", "aucun"};
    int32_t noun = und_map_get(&m->u->classes, STR("message"));
    bool about = false, refuses = false;
    for (size_t i = 0; noun > 0 && i < m->n; i++) {
        about = about || und_edge_find(m, i, (uint16_t)noun);
        for (size_t k = 0; k < sizeof REFUSAL / sizeof *REFUSAL; k++) {
            refuses = refuses || und_word(m, i, REFUSAL[k]);
        }
    }
    if (!about || !refuses || m->question || m->joke || und_has(m, SIG_NOTSTOP) ||
        und_has(m, SIG_HELP) || und_has(m, SIG_START) || und_has(m, SIG_PAUSE)) {
        return false;
    }
    r->also_stop_doubt = true;
    r->second = INTENT_STOP;
    und_say(m, r, INTENT_UNCLEAR, 0.3, "refusal_about_messages", 0, m->n);
    return true;
}

static bool doubts(struct und_msg *m, struct answer *r) {
    if (r->also_stop_doubt && !m->joke) {
        und_say(m, r, INTENT_UNCLEAR, 0.3, "stop_doubt", 0, m->n);
        r->second = INTENT_STOP;
        return true;
    }
    if (stop_net(m, r)) {
        return true;
    }
    if (unclear(m, r, SIG_DISTRESSDOUBT, INTENT_DISTRESS, "distress_doubt")) {
        return true;
    }
    if (unclear(m, r, SIG_STOPDOUBT, INTENT_STOP, "stop_doubt")) {
        r->also_stop_doubt = true;
        return true;
    }
    return unclear(m, r, SIG_WRONGDOUBT, INTENT_WRONG_NUMBER, "wrong_number_doubt");
}

/* "vous pouvez arreter de m'appeler avant 10h ?" is a wish, not a question. */
static bool asks_us(const struct und_msg *m) {
    int32_t sym = und_map_get(&m->u->classes, STR("you_do"));
    for (size_t i = 0; sym > 0 && i < m->n; i++) {
        if (und_edge_find(m, i, (uint16_t)sym) && !und_has(m, SIG_HELP)) {
            return true;
        }
    }
    return false;
}

bool und_reflex_after(struct und_msg *m, struct answer *r) {
    if (m->n == 0) {
        und_say(m, r, m->question ? INTENT_HELP : INTENT_OTHER, m->question ? 0.9 : 0.4,
                "no_words", 0, 0);
        return true;
    }
    if (m->question && first_seg(m, SIG_NOTSTOP) && !first_seg(m, SIG_NO) && !m->joke &&
        !asks_us(m)) {
        und_say(m, r, INTENT_HELP, 0.7, "question_about_stop", 0, m->n);
        return true;
    }
    if (doubts(m, r) || one(m, r, SIG_CANCEL, INTENT_CANCEL, 0.9, "cancel") ||
        unclear(m, r, SIG_CANCELDOUBT, INTENT_CANCEL, "cancel_doubt") ||
        one(m, r, SIG_HUMAN, INTENT_HUMAN, 0.8, "human") ||
        one(m, r, SIG_PAUSE, INTENT_PAUSE, 0.85, "pause") ||
        one(m, r, SIG_LATE, INTENT_LATE, 0.85, "late") ||
        one(m, r, SIG_CORRECT, INTENT_CORRECT, 0.8, "correct") ||
        one(m, r, SIG_BACK, INTENT_BACK, 0.8, "back") ||
        one(m, r, SIG_SKIP, INTENT_SKIP, 0.8, "skip") ||
        one(m, r, SIG_REPEAT, INTENT_REPEAT, 0.8, "repeat") ||
        one(m, r, SIG_HELP, INTENT_HELP, 0.85, "help")) {
        return true;
    }
    const struct und_seg *why = first_seg(m, SIG_REASON);
    for (size_t i = why ? why->from : 0; why && i < why->to; i++) {
        if (und_word(m, i, "vacances")) {
            return say(m, r, why, INTENT_PAUSE, 0.7, "holidays");
        }
    }
    if (one(m, r, SIG_CHAT, INTENT_OTHER, 0.7, "chat") ||
        anywhere(m, r, SIG_NOTSTOP, INTENT_OTHER, 0.6, "not_stop") ||
        one(m, r, SIG_NOTDISTRESS, INTENT_OTHER, 0.6, "not_distress") ||
        one(m, r, SIG_NOTWRONG, INTENT_OTHER, 0.6, "not_wrong")) {
        return true;
    }
    if (m->question && m->segs) {
        und_say(m, r, INTENT_HELP, 0.6, "question_mark", 0, m->n);
        return true;
    }
    bool asked = m->ask && m->ask->kind != ASK_NONE;
    if (!asked &&
        (first_seg(m, SIG_JOKE) || first_seg(m, SIG_THANKS) || first_seg(m, SIG_FILL) ||
         first_seg(m, SIG_SITUATION) || first_seg(m, SIG_NICE))) {
        und_say(m, r, INTENT_OTHER, 0.6, "small_talk", 0, m->n);
        return true;
    }
    return false;
}
