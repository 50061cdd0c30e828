/* und_fold.c - folds one word for comparison without leaving the common letters. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/und_priv.h"

#include "base/text.h"

/* U+00C0..U+017F without accents, lower case; '?' = leave as it is. */
static const char LATIN[] =
    "aaaaaa?ceeeeiiiidnooooo?ouuuuy??aaaaaa?ceeeeiiiidnooooo?ouuuuy?y"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii??jjkk?llllll??ll"
    "nnnnnn?nnoooooo??rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

static size_t fold_latin(uint32_t cp, char *out) {
    if (cp == 0xE6 || cp == 0xC6) {
        out[0] = 'a', out[1] = 'e';
        return 2;
    }
    if (cp == 0x152 || cp == 0x153) {
        out[0] = 'o', out[1] = 'e';
        return 2;
    }
    if (cp == 0xDF) {
        out[0] = 's', out[1] = 's';
        return 2;
    }
    char c = LATIN[cp - 0xC0];
    if (c < 'a' || c > 'z') {
        return 0;
    }
    out[0] = c;
    return 1;
}

/* Marks that carry no meaning here: combining accents, Arabic vowel signs and stretch,
 * selectors. */
static bool is_mark(uint32_t cp) {
    return (cp >= 0x300 && cp <= 0x36F) || (cp >= 0x64B && cp <= 0x65F) || cp == 0x640 ||
           cp == 0x670 || (cp >= 0xFE00 && cp <= 0xFE0F) || cp == 0x200D || cp == 0x20E3 ||
           cp == 0x200B || cp == 0xFEFF;
}

/* Letters of other scripts that people mix up, and capitals of Cyrillic. */
static uint32_t fold_other(uint32_t cp) {
    if (cp >= 0x410 && cp <= 0x42F) {
        return cp + 0x20;
    }
    if (cp >= 0x400 && cp <= 0x40F) {
        return cp + 0x50;
    }
    if ((cp >= 0x660 && cp <= 0x669) || (cp >= 0x6F0 && cp <= 0x6F9)) {
        return '0' + (cp & 0xF);
    }
    switch (cp) {
    case 0x2019:
    case 0x2018:
    case 0x2BC:
    case 0xB4:
        return '\'';
    case 0x490:
        return 0x491;
    case 0x622:
    case 0x623:
    case 0x625:
        return 0x627; /* alef with its signs */
    case 0x649:
    case 0x6CC:
        return 0x64A; /* ya */
    case 0x6A9:
        return 0x643; /* kaf */
    case 0x629:
        return 0x647; /* ta marbuta */
    default:
        return cp;
    }
}

struct str und_fold(struct str s, struct arena *a) {
    char *out = arena_alloc(a, s.n * 2 + 4);
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x80) {
            out[n++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
            i++;
            continue;
        }
        uint32_t cp = text_next(s, &i);
        if (is_mark(cp)) {
            continue;
        }
        size_t k = cp >= 0xC0 && cp <= 0x17F ? fold_latin(cp, out + n) : 0;
        if (!k && cp >= 0x1E00 &&
            cp <= 0x1EFF) { /* Vietnamese and others: rare, by the library */
            char one[4];
            struct str f = text_fold((struct str){one, text_put(cp, one)}, a);
            for (; k < f.n && k < 4; k++) {
                out[n + k] = f.p[k];
            }
        }
        n += k ? k : text_put(fold_other(cp), out + n);
    }
    out[n] = 0;
    return (struct str){out, n};
}
