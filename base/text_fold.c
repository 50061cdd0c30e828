/* text_fold.c - what people typed, made comparable: no case, no accents, plain quotes and
 * dashes. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/text.h"

/* Two roads, one result. Characters below U+0250 (all that European languages use) and general
 * punctuation come out of a table; one character outside sends the whole text through ICU. The
 * table itself is filled by the ICU road, character by character, so the two cannot disagree.
 */
#define LATIN_END 0x250
#define MARKS_FROM 0x300
#define MARKS_END 0x370
#define PUNCT_FROM 0x2000
#define PUNCT_END 0x2070
#define ENTRY_BYTES 3

struct entry {
    unsigned char n; /* bytes; NOT_HERE when it does not fit */
    char text[ENTRY_BYTES];
};
#define NOT_HERE 255

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const UNormalizer2 *casefold, *nfd, *nfc;
static struct entry latin[LATIN_END];
static struct entry punct[PUNCT_END - PUNCT_FROM];

/* Letters that Unicode does not take apart, and all the ways to write a quote, dash or space.
 * NULL: not special. */
static const char *plain(UChar32 c) {
    switch (c) {
    case 0x0153: /* oe */
        return "oe";
    case 0x00E6:
        return "ae";
    case 0x00F8: /* o with stroke */
        return "o";
    case 0x0142: /* l with stroke */
        return "l";
    case 0x0111: /* d with stroke */
    case 0x00F0: /* eth */
        return "d";
    case 0x0127: /* h with stroke */
        return "h";
    case 0x0131: /* dotless i */
        return "i";
    case 0x00FE: /* thorn */
        return "th";
    case '`':
    case 0x00B4:
    case 0x02B9:
    case 0x02BB:
    case 0x02BC:
    case 0x02BD:
    case 0x02C8:
    case 0x2018:
    case 0x2019:
    case 0x201A:
    case 0x201B:
    case 0x2032:
    case 0x2035:
    case 0x2039:
    case 0x203A:
    case 0xA78C:
        return "'";
    case 0x00AB:
    case 0x00BB:
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x201F:
    case 0x2033:
        return "\"";
    case 0x2044:
        return "/";
    case 0x2043:
    case 0x2212:
        return "-";
    default:
        break;
    }
    if (u_charType(c) == U_DASH_PUNCTUATION) {
        return "-";
    }
    return u_isUWhiteSpace(c) ? " " : NULL;
}

/* Accents of Latin, Greek and Cyrillic, and the short vowels of Arabic, which most leave out.
 * Not the vowel signs of Indic scripts: without them the words are gone. */
static bool is_accent(UChar32 c) {
    return (c >= MARKS_FROM && c < MARKS_END) || (c >= 0x1AB0 && c <= 0x1AFF) ||
           (c >= 0x1DC0 && c <= 0x1DFF) || (c >= 0x20D0 && c <= 0x20FF) ||
           (c >= 0xFE20 && c <= 0xFE2F) || (c >= 0x064B && c <= 0x0652) || c == 0x0640 ||
           c == 0x0670;
}

struct wide {
    UChar *p;
    int32_t n;
};

static struct wide normalize(const UNormalizer2 *how, struct wide in, struct arena *a) {
    UErrorCode ec = U_ZERO_ERROR;
    int32_t n = unorm2_normalize(how, in.p, in.n, NULL, 0, &ec);
    struct wide out = {ARENA_ARRAY(a, UChar, (size_t)n + 1), n};
    ec = U_ZERO_ERROR;
    out.n = unorm2_normalize(how, in.p, in.n, out.p, n + 1, &ec);
    return U_SUCCESS(ec) ? out : in;
}

/* Quotes and dashes first: NFKC would turn the acute accent, a common apostrophe, into a space
 * with a mark on it. */
static void straighten(struct wide *w) {
    for (int32_t i = 0; i < w->n; i++) {
        const char *to = U16_IS_SURROGATE(w->p[i]) ? NULL : plain(w->p[i]);
        if (to && !to[1] && !u_isalpha(w->p[i])) {
            w->p[i] = (UChar)(unsigned char)to[0];
        }
    }
}

/* Drops accents and spells ligatures; the letters only, after case folding. */
static struct wide strip(struct wide in, struct arena *a) {
    struct wide out = {ARENA_ARRAY(a, UChar, (size_t)in.n * 2 + 1), 0};
    for (int32_t i = 0; i < in.n; i++) {
        UChar c = in.p[i];
        if (is_accent(c)) {
            continue;
        }
        const char *to = U16_IS_SURROGATE(c) ? NULL : plain(c);
        if (!to) {
            out.p[out.n++] = c;
        }
        for (; to && *to; to++) {
            out.p[out.n++] = (UChar)(unsigned char)*to;
        }
    }
    return out;
}

static struct str by_icu(struct str s, struct arena *a) {
    if (s.n > INT32_MAX / 64) {
        return arena_str(a, s);
    }
    UErrorCode ec = U_ZERO_ERROR;
    struct wide w = {ARENA_ARRAY(a, UChar, s.n + 1), 0};
    u_strFromUTF8WithSub(w.p, (int32_t)s.n + 1, &w.n, s.p, (int32_t)s.n, 0xFFFD, NULL, &ec);
    straighten(&w);
    w = normalize(casefold, w, a);
    w = normalize(nfd, w, a);
    w = strip(w, a);
    w = normalize(nfc, w, a); /* Hangul and the marks that stay, together again */
    char *out = arena_array(a, (size_t)w.n + 1, 3);
    int32_t n = 0;
    u_strToUTF8WithSub(out, w.n * 3 + 1, &n, w.p, w.n, 0xFFFD, NULL, &ec);
    return U_SUCCESS(ec) ? (struct str){out, (size_t)n} : arena_str(a, s);
}

static void fill(struct entry *e, uint32_t cp, struct arena *a) {
    char c[4];
    size_t len = text_put(cp, c);
    struct str s = by_icu((struct str){c, len}, a);
    e->n = s.n <= ENTRY_BYTES ? (unsigned char)s.n : NOT_HERE;
    if (e->n != NOT_HERE && s.n) {
        memcpy(e->text, s.p, s.n);
    }
}

static void start(void) {
    UErrorCode ec = U_ZERO_ERROR;
    casefold = unorm2_getNFKCCasefoldInstance(&ec);
    nfd = unorm2_getNFDInstance(&ec);
    nfc = unorm2_getNFCInstance(&ec);
    if (U_FAILURE(ec)) {
        abort(); /* ICU without its data: nothing would be understood */
    }
    struct arena a;
    arena_init(&a);
    for (uint32_t cp = 1; cp < LATIN_END; cp++) {
        fill(&latin[cp], cp, &a);
    }
    latin[0] = (struct entry){3, {'\xEF', '\xBF', '\xBD'}};
    for (uint32_t cp = PUNCT_FROM; cp < PUNCT_END; cp++) {
        fill(&punct[cp - PUNCT_FROM], cp, &a);
    }
    arena_done(&a);
}

static const struct entry *entry_of(uint32_t cp) {
    static const struct entry nothing = {0, {0}};
    if (cp < LATIN_END) {
        return &latin[cp];
    }
    if (cp >= PUNCT_FROM && cp < PUNCT_END) {
        return &punct[cp - PUNCT_FROM];
    }
    return cp >= MARKS_FROM && cp < MARKS_END ? &nothing : NULL;
}

struct str text_fold(struct str s, struct arena *a) {
    pthread_once(&once, start);
    /* from the table a character grows at most from one byte to three */
    char *out = arena_array(a, s.n + 1, ENTRY_BYTES);
    size_t o = 0;
    for (size_t i = 0; i < s.n;) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x80 && c) {
            out[o++] = latin[c].text[0];
            i++;
            continue;
        }
        const struct entry *e = entry_of(text_next(s, &i));
        if (!e || e->n == NOT_HERE) {
            return by_icu(s, a);
        }
        memcpy(out + o, e->text, ENTRY_BYTES);
        o += e->n;
    }
    out[o] = '\0';
    return (struct str){out, o};
}
