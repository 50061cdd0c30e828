/* und_norm.c - a message as typed to tokens: cut, folded, spelled out. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

#include <string.h>

#include "base/text.h"

#define WORD_BYTES_MAX 80

/* ---- what a written word stands for */

static const struct {
    const char *from, *to;
} ELISION[] = {{"j", "je"},         {"l", "le"},           {"m", "me"},
               {"t", "te"},         {"s", "se"},           {"d", "de"},
               {"n", ""},           {"c", "ce"},           {"qu", "que"},
               {"jusqu", "jusque"}, {"lorsqu", "lorsque"}, {"puisqu", "puisque"},
               {"quelqu", "quel"}};

static const char *elided(struct str w) {
    for (size_t i = 0; i < sizeof ELISION / sizeof *ELISION; i++) {
        if (str_is(w, ELISION[i].from)) {
            return ELISION[i].to;
        }
    }
    return NULL;
}

static size_t split_spaces(struct str s, struct str *out, size_t max) {
    size_t n = 0;
    struct str w;
    while (n < max && str_next(&s, ' ', &w)) {
        if (w.n) {
            out[n++] = w;
        }
    }
    return n;
}

static struct str without_apostrophes(struct str w, struct arena *a) {
    char *p = arena_alloc(a, w.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < w.n; i++) {
        if (w.p[i] != '\'') {
            p[n++] = w.p[i];
        }
    }
    return (struct str){p, n};
}

/* Exactly known: 0 no; else how many parts. */
static size_t exact_parts(const struct und *u, struct str w, struct str *out, size_t max) {
    int32_t r = und_map_get(&u->rewrites, w);
    if (r >= 0) {
        return split_spaces(u->rewrite[r], out, max);
    }
    if (und_map_get(&u->words, w) > 0) {
        out[0] = w;
        return 1;
    }
    return 0;
}

static size_t parts_of(const struct und *u, struct str w, struct arena *a, struct str *out,
                       size_t max) {
    size_t quote = str_find_char(w, '\'', 0);
    struct str joined = quote == SIZE_MAX ? w : without_apostrophes(w, a);
    if (joined.n == 0 || max == 0) {
        return 0;
    }
    int32_t short_form = quote == SIZE_MAX ? -1 : und_map_get(&u->rewrites, joined);
    size_t n = quote == SIZE_MAX ? exact_parts(u, joined, out, max) : 0;
    if (short_form >= 0) {
        return split_spaces(u->rewrite[short_form], out, max);
    }
    if (quote == SIZE_MAX) {
        out[0] = n ? out[0] : joined;
        return n ? n : 1;
    }
    const char *head = elided(str_sub(w, 0, quote));
    if (!head) {
        out[0] = joined;
        return 1;
    }
    if (*head) {
        out[n++] = str_from(head);
    }
    return n + parts_of(u, str_sub(w, quote + 1, w.n), a, out + n, max - n);
}

size_t und_parts(const struct und *u, struct str word, struct arena *a, struct str out[6]) {
    return parts_of(u, und_fold(word, a), a, out, 6);
}

/* ---- elongations: "ouiiii", "okk", "nannn" */

static struct str squeeze(struct str w, size_t run_min, size_t keep, struct arena *a) {
    char *p = arena_alloc(a, w.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < w.n;) {
        size_t run = 1;
        while (i + run < w.n && w.p[i + run] == w.p[i]) {
            run++;
        }
        bool letter = w.p[i] < '0' || w.p[i] > '9';
        size_t put = letter && run >= run_min ? keep : run;
        for (size_t k = 0; k < put; k++) {
            p[n++] = w.p[i];
        }
        i += run;
    }
    return (struct str){p, n};
}

static bool has_run(struct str w, size_t len) {
    size_t run = 1;
    for (size_t i = 1; i < w.n; i++) {
        run = w.p[i] == w.p[i - 1] && (w.p[i] < '0' || w.p[i] > '9') ? run + 1 : 1;
        if (run >= len) {
            return true;
        }
    }
    return false;
}

/* ---- one written word to tokens */

struct raw {
    struct und_msg *m;
    size_t off, end;
};

static void grow(struct und_msg *m) {
    size_t cap = m->tok_cap ? m->tok_cap * 2 : 16; /* most messages are shorter */
    struct und_tok *more = ARENA_ARRAY(m->a, struct und_tok, cap);
    if (m->n) {
        memcpy(more, m->tok, m->n * sizeof *more);
    }
    m->tok = more;
    m->tok_cap = cap;
}

static struct und_tok *push(struct raw *r, struct str f, bool cont) {
    struct und_msg *m = r->m;
    if (m->n >= m->tok_max) {
        return NULL;
    }
    if (m->n == m->tok_cap) {
        grow(m);
    }
    struct und_tok *t = &m->tok[m->n++];
    *t = (struct und_tok){.off = r->off, .end = r->end, .f = f, .cont = cont};
    bool digits = f.n > 0;
    for (size_t i = 0; i < f.n; i++) {
        digits = digits && f.p[i] >= '0' && f.p[i] <= '9';
    }
    t->num = digits;
    if (digits) {
        t->known = true;
        int64_t v = 0;
        for (size_t i = 0; i < f.n && i < 15; i++) {
            v = v * 10 + (f.p[i] - '0');
        }
        t->n = f.n <= 15 ? v : -1;
    }
    return t;
}

static void push_parts(struct raw *r, const struct str *part, size_t n) {
    for (size_t i = 0; i < n; i++) {
        struct und_tok *t = push(r, part[i], i > 0);
        if (t && !t->num) {
            t->known = und_lookup(r->m->u, part[i], t);
            if (!t->known) {
                t->fuzz = und_lookup_near(r->m->u, part[i], t);
            }
        } else if (t) {
            und_lookup(r->m->u, part[i], t);
        }
    }
}

/* "jmappelle", "minteresse": clitics written into the word; the rest must be known as it
 * stands. */
static size_t unglue(const struct und *u, struct str w, struct str *out, size_t max,
                     int depth) {
    static const char *const HEAD[] = {"j", "m", "t", "s", "d", "l", "n", "c", "qu"};
    for (size_t i = 0; depth < 3 && i < sizeof HEAD / sizeof *HEAD; i++) {
        struct str head = str_from(HEAD[i]);
        struct str rest = str_sub(w, head.n, w.n);
        if (!str_starts(w, head) || rest.n < (i ? 4 : 2) || max < 2) {
            continue;
        }
        const char *to = elided(head);
        size_t k = *to ? 1 : 0;
        size_t n = exact_parts(u, rest, out + k, max - k);
        n = n ? n : unglue(u, rest, out + k, max - k, depth + 1);
        struct und_tok near = {0};
        if (!n && (i == 0 || depth) && rest.n >= 5 && und_lookup_near(u, rest, &near)) {
            out[k] = rest;
            n = 1;
        }
        if (n) {
            out[0] = k ? str_from(to) : out[0];
            return n + k;
        }
    }
    return 0;
}

static bool try_exact(struct raw *r, struct str w) {
    struct str part[6];
    size_t n = exact_parts(r->m->u, w, part, 6);
    if (n) {
        push_parts(r, part, n);
    }
    return n > 0;
}

static bool try_elongated(struct raw *r, struct str w) {
    struct arena *a = r->m->a;
    if (has_run(w, 3) &&
        (try_exact(r, squeeze(w, 3, 1, a)) || try_exact(r, squeeze(w, 3, 2, a)))) {
        return true;
    }
    return has_run(w, 2) && (w.n <= 7 || has_run(w, 3)) && try_exact(r, squeeze(w, 2, 1, a));
}

static void one_word(struct raw *r, struct str w) {
    struct str part[6];
    if (try_exact(r, w) || try_elongated(r, w)) {
        return;
    }
    size_t n = unglue(r->m->u, w, part, 6, 0);
    if (n) {
        push_parts(r, part, n);
        return;
    }
    struct str plain = has_run(w, 3) ? squeeze(w, 3, 1, r->m->a) : w;
    push_parts(r, &plain, 1);
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* "14h30", "17ans", "3O": digits and letters apart, unless the whole is known ("2m1"). */
static void mixed_word(struct raw *r, struct str w) {
    bool digit = false, letter = false;
    for (size_t i = 0; i < w.n; i++) {
        digit = digit || is_digit(w.p[i]);
        letter = letter || !is_digit(w.p[i]);
    }
    if (!digit || !letter) {
        if (letter) {
            one_word(r, w);
        } else {
            push_parts(r, &w, 1);
        }
        return;
    }
    if (try_exact(r, w)) {
        return;
    }
    char *p = arena_cstr(r->m->a, w);
    static const char LEET[] = "oizeasgtbg"; /* st0p, st1p */
    for (size_t i = 0; i < w.n; i++) {
        p[i] = is_digit(p[i]) ? LEET[p[i] - '0'] : p[i];
    }
    if (!is_digit(w.p[0]) && !is_digit(w.p[w.n - 1]) && try_exact(r, (struct str){p, w.n})) {
        return;
    }
    memcpy(p, w.p, w.n);
    for (size_t i = 1; i < w.n; i++) {
        if (p[i] == 'o' && is_digit(p[i - 1]) && (i + 1 == w.n || is_digit(p[i + 1]))) {
            p[i] = '0';
        }
    }
    size_t base = r->off, total = r->end - r->off;
    for (size_t i = 0; i < w.n;) {
        size_t k = i + 1;
        while (k < w.n && is_digit(p[k]) == is_digit(p[i])) {
            k++;
        }
        r->off = total == w.n ? base + i : base;
        r->end = total == w.n ? base + k : base + total;
        if (is_digit(p[i])) {
            push_parts(r, &(struct str){p + i, k - i}, 1);
        } else {
            one_word(r, (struct str){p + i, k - i});
        }
        i = k;
    }
}

static bool has_accents(struct str s) {
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] >= 0x80) {
            return true;
        }
    }
    return false;
}

static void add_word(struct raw *r, struct str raw) {
    struct und_msg *m = r->m;
    if (raw.n < 12 && has_accents(raw) && try_exact(r, text_lower(raw, m->a))) {
        return;
    }
    struct str f = und_fold(raw, m->a);
    char *fold = arena_cstr(m->a, f);
    f.p = fold;
    for (size_t i = 0; i < f.n; i++) { /* "d accord", "j arrive": an elision with a blank */
        fold[i] = f.p[i] == ' ' ? '\'' : f.p[i];
    }
    while (f.n && f.p[f.n - 1] == '\'') {
        f.n--;
    }
    while (f.n && f.p[0] == '\'') {
        f.p++, f.n--;
    }
    if (f.n > WORD_BYTES_MAX) {
        f.n = WORD_BYTES_MAX;
    }
    if (str_find_char(f, '\'', 0) != SIZE_MAX) {
        struct str part[6];
        size_t n = parts_of(m->u, f, m->a, part, 6);
        for (size_t i = 0; i < n; i++) {
            size_t before = m->n;
            mixed_word(r, part[i]);
            if (i && before < m->n) {
                m->tok[before].cont = true;
            }
        }
        return;
    }
    if (f.n) {
        mixed_word(r, f);
    }
}

/* ---- characters */

static bool is_skip(uint32_t cp) {
    return cp == 0xFE0F || cp == 0x20E3 || cp == 0x200D || (cp >= 0x1F3FB && cp <= 0x1F3FF) ||
           cp == 0x200B || cp == 0xFEFF || cp == 0x2640 || cp == 0x2642;
}

static bool is_quote(uint32_t cp) {
    return cp == '\'' || cp == 0x2019 || cp == 0x2018 || cp == 0x02BC || cp == '`' ||
           cp == 0xB4;
}

static bool is_word(uint32_t cp) {
    if (cp < 0x80) {
        return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z') || (cp >= '0' && cp <= '9');
    }
    if (cp < 0xC0 || (cp >= 0x2000 && cp < 0x2C00)) {
        return false;
    }
    return (cp >= 0x300 && cp <= 0x36F) || (cp >= 0x64B && cp <= 0x65F) || text_is_letter(cp) ||
           text_is_digit(cp);
}

static uint8_t brk_of(uint32_t cp, bool tight) {
    switch (cp) {
    case '\n':
    case '\r':
        return BRK_LINE;
    case '?':
    case 0x61F:
        return BRK_Q;
    case '!':
        return BRK_BANG;
    case '.':
        return tight ? 0 : BRK_END;
    case 0x2026:
        return BRK_END;
    case ',':
        return tight ? 0 : BRK_COMMA;
    case ';':
    case ':':
    case '(':
    case ')':
    case 0x60C:
        return BRK_COMMA;
    case '-':
        return tight ? BRK_HYPHEN : BRK_COMMA;
    default:
        return BRK_SPACE;
    }
}

struct scan {
    struct raw r;
    size_t from; /* of the word being read; SIZE_MAX outside */
    bool quoted; /* the last character was a quote inside the word */
    uint32_t sign;
};

static void end_word(struct scan *s, size_t at) {
    if (s->from == SIZE_MAX) {
        return;
    }
    size_t first = s->r.m->n;
    s->r.off = s->from;
    s->r.end = at;
    add_word(&s->r, str_sub(s->r.m->text, s->from, at - s->from));
    if (first < s->r.m->n && s->r.m->tok[first].num) {
        s->r.m->tok[first].plus = s->sign == '+';
        s->r.m->tok[first].minus = s->sign == '-';
    }
    s->sign = 0;
    s->from = SIZE_MAX;
}

static void mark(struct und_msg *m, uint8_t brk) {
    if (m->n) {
        m->tok[m->n - 1].brk |= brk;
    }
}

static void emoji(struct scan *s, size_t from, size_t to) {
    struct und_msg *m = s->r.m;
    s->r.off = from;
    s->r.end = to;
    struct str e = str_sub(m->text, from, to - from);
    push_parts(&s->r, &e, 1);
}

static bool next_is_word(struct str t, size_t i) {
    return i < t.n && is_word(text_next(t, &i));
}

static bool is_vowel(char c) {
    return c && strchr("aeiouyhAEIOUYH", c) != NULL;
}

/* A single consonant, one blank, a vowel; "c est" and "t es", but "c une erreur" is "c'est
 * une". */
static bool elides(const struct scan *s, uint32_t cp, size_t at) {
    struct str t = s->r.m->text;
    char c = s->from != SIZE_MAX ? t.p[s->from] : 0;
    if ((c == 'c' || c == 'C' || c == 't' || c == 'T') &&
        !str_eq_nocase(str_sub(t, at + 1, 2), STR("es")) &&
        !str_eq_nocase(str_sub(t, at + 1, 3), STR("eta"))) {
        return false;
    }
    return cp == ' ' && s->from != SIZE_MAX && at - s->from == 1 && at + 2 < t.n &&
           strchr("jldmntscJLDMNTSC", t.p[s->from]) && is_vowel(t.p[at + 1]) &&
           t.p[at + 2] != ' ';
}

static void one_char(struct scan *s, uint32_t cp, size_t at, size_t next) {
    struct und_msg *m = s->r.m;
    bool heart =
        at > 0 && cp == '3' && m->text.p[at - 1] == '<' && !next_is_word(m->text, next);
    if (is_skip(cp) || heart) {
        return;
    }
    if (is_word(cp)) {
        s->from = s->from == SIZE_MAX ? at : s->from;
        return;
    }
    if (elides(s, cp, at)) {
        return;
    }
    if (is_quote(cp) && s->from != SIZE_MAX && next_is_word(m->text, next)) {
        return;
    }
    bool tight = s->from != SIZE_MAX && next_is_word(m->text, next);
    end_word(s, at);
    s->sign = (cp == '+' || cp == '-') && (m->n == 0 || next_is_word(m->text, next)) && !tight
                  ? cp
                  : (cp == ' ' ? s->sign : 0);
    m->question = m->question || cp == '?' || cp == 0x61F;
    if (cp >= 0x80 && text_is_emoji(cp)) {
        emoji(s, at, next);
    } else {
        mark(m, brk_of(cp, tight));
    }
}

static bool is_ascii_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "s t o p", "C.D.I": three letters or more standing alone make a word when it is a known one.
 * Returns the offset behind them, or `at`. */
static size_t spelled(struct scan *s, size_t at) {
    struct str t = s->r.m->text;
    char w[16];
    size_t n = 0, i = at;
    while (i < t.n && is_ascii_letter(t.p[i]) && n < sizeof w) {
        w[n++] = (char)(t.p[i] | 32);
        bool more = i + 2 < t.n && strchr(" .-*", t.p[i + 1]) && is_ascii_letter(t.p[i + 2]);
        if (!more) {
            i++;
            break;
        }
        i += 2;
    }
    if (n < 3 || i - at != 2 * n - 1 || (i < t.n && is_word((unsigned char)t.p[i]))) {
        return at;
    }
    s->r.off = at;
    s->r.end = i;
    return try_exact(&s->r, arena_str(s->r.m->a, (struct str){w, n})) ? i : at;
}

static bool has_marks(struct str s) {
    for (size_t i = 0; i + 1 < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i], d = (unsigned char)s.p[i + 1];
        if (c == 0xCC || (c == 0xCD && d < 0xB0)) {
            return true;
        }
    }
    return false;
}

void und_norm(struct und_msg *m, struct str text) {
    struct str t = text_is_utf8(text) ? text : text_repair(text, m->a);
    t = t.n > UND_CHARS_MAX ? text_cut(t, UND_CHARS_MAX) : t;
    m->text = has_marks(t) ? text_nfc(t, m->a) : t;
    m->tok_max = m->text.n + 12 < UND_TOKENS_MAX ? m->text.n + 12 : UND_TOKENS_MAX;
    struct scan s = {.r.m = m, .from = SIZE_MAX};
    size_t i = 0;
    while (i < m->text.n) {
        size_t at = i, after = s.from == SIZE_MAX && i + 4 < m->text.n ? spelled(&s, i) : i;
        if (after > i) {
            i = after;
            continue;
        }
        unsigned char c = (unsigned char)m->text.p[i];
        uint32_t cp = c < 0x80 ? (i++, c) : text_next(m->text, &i);
        one_char(&s, cp, at, i);
    }
    end_word(&s, m->text.n);
    und_tidy(m);
}
