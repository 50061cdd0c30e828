/* und_name.c - the first name out of "moi c'est Ines", "DIALLO Aminata", or a bare word. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

#include <string.h>

#include "base/text.h"

#define NAME_WORDS_MAX 4

static uint16_t class_id(const struct und_msg *m, const char *name) {
    int32_t id = und_map_get(&m->u->classes, str_from(name));
    return id > 0 ? (uint16_t)id : 0;
}

/* End of the longest way in ("je m'appelle", "moi c'est") anywhere; 0 when there is none. */
static size_t lead_in(const struct und_msg *m) {
    uint16_t lead = class_id(m, "name_lead");
    size_t best = 0;
    for (size_t i = 0; lead && i < m->n; i++) {
        const struct und_edge *e = und_edge_find(m, i, lead);
        if (e && e->end > best && e->end < m->n) {
            best = e->end;
        }
    }
    return best;
}

static bool is_capital(const struct und_msg *m, size_t i) {
    size_t at = m->tok[i].off;
    uint32_t cp = text_next(m->text, &at);
    char one[4];
    struct str c = {one, text_put(cp, one)};
    return !str_eq(text_lower(c, m->a), c);
}

/* Where the name ends: a comma, a known word of politeness, another sentence. */
static size_t name_end(const struct und_msg *m, size_t from) {
    uint16_t stop = class_id(m, "name_stop");
    size_t i = from;
    for (; i < m->n && i < from + NAME_WORDS_MAX; i++) {
        if (m->tok[i].num || (stop && und_edge_find(m, i, stop))) {
            break;
        }
        uint8_t b = m->tok[i].brk;
        if (b & (BRK_COMMA | BRK_END | BRK_Q | BRK_LINE | BRK_BANG)) {
            return i + 1;
        }
    }
    return i;
}

static struct str cased(struct und_msg *m, struct str raw) {
    struct str low = text_lower(raw, m->a), up = text_upper(raw, m->a);
    if (!str_eq(raw, low) && !str_eq(raw, up)) {
        return raw;
    }
    struct str t = text_title(low, m->a);
    return raw.n <= 2 && str_eq(raw, up) ? raw : t;
}

static bool is_wordy(const struct und_msg *m, size_t from, size_t to) {
    uint16_t no = class_id(m, "not_a_name");
    for (size_t i = from; i < to; i++) {
        const struct und_edge *e = no ? und_edge_find(m, i, no) : NULL;
        if (e && e->fuzz == 0) { /* "Claire" is near "clairement": still a name */
            return true;
        }
    }
    return false;
}

static bool doubt(struct und_msg *m, struct answer *r, const char *rule) {
    und_say(m, r, INTENT_UNCLEAR, 0.3, rule, 0, m->n);
    r->second = INTENT_NAME;
    return true;
}

static size_t skip_politeness(const struct und_msg *m, size_t i) {
    uint16_t stop = class_id(m, "name_stop");
    for (;;) {
        const struct und_edge *e = stop ? und_edge_find(m, i, stop) : NULL;
        if (!e || e->end >= m->n) {
            return i;
        }
        i = e->end;
    }
}

bool und_name(struct und_msg *m, struct answer *r) {
    size_t lead = lead_in(m), from = lead ? lead : skip_politeness(m, 0);
    if (from >= m->n) {
        return m->n > 0 && !und_has(m, SIG_HELP) && doubt(m, r, "no_name");
    }
    size_t to = name_end(m, from);
    for (size_t i = from; i < m->n && i < to; i++) {
        if (m->tok[i].cont && m->tok[i].off == m->tok[i - (i > 0)].off && i == from && i > 0) {
            from--; /* an elision was split off: "N'Golo" */
            break;
        }
    }
    if (to <= from || to - from >= NAME_WORDS_MAX ||
        (!lead && m->question && und_has(m, SIG_HELP))) {
        return !und_has(m, SIG_HELP) && doubt(m, r, "no_name");
    }
    bool proper =
        to - from > 1 && !m->tok[from].known && is_capital(m, from) && is_capital(m, to - 1);
    size_t letters =
        text_length(str_sub(m->text, m->tok[from].off, m->tok[to - 1].end - m->tok[from].off));
    if (letters < 2 || (!lead && und_word(m, 0, "je"))) {
        return !und_has(m, SIG_HELP) && doubt(m, r, "no_name");
    }
    if (is_wordy(m, from, to) && !proper && !(lead && is_capital(m, from))) {
        return !und_has(m, SIG_HELP) && doubt(m, r, "a_word_not_a_name");
    }
    bool upper_lower = to - from == 2 && !lead && is_capital(m, from) &&
                       !is_capital(m, from + 1) &&
                       !und_edge_find(m, from, class_id(m, "name_compound")) &&
                       !(m->tok[from].brk & BRK_HYPHEN);
    bool rest = !lead && m->n > to + 3 && m->sure_unknown > 4;
    bool sans = to < m->n && und_word(m, to, "sans");
    if (upper_lower || rest || sans) {
        return doubt(m, r, "which_is_the_name");
    }
    size_t a = m->tok[from].off, b = m->tok[to - 1].end;
    struct str raw = str_trim(str_sub(m->text, a, b - a));
    if (raw.n > 60) {
        return doubt(m, r, "too_long");
    }
    und_value(r, val_text(m->a, cased(m, raw)));
    und_say(m, r, INTENT_NAME, lead ? 0.95 : 0.85, lead ? "name_said" : "name_alone", from, to);
    return true;
}
