/* text.c - Unicode texts: validation, decoding, cutting, cases, order (by ICU). */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/text.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/ucol.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

/* --- UTF-8 --- */

/* Length of the character at p (n bytes left) and its number, or 0 for a byte that is none
 * (RFC 3629: no overlong forms, no surrogates, nothing past U+10FFFF). */
static size_t decode(const char *s, size_t n, uint32_t *cp) {
    const unsigned char *p = (const unsigned char *)s;
    if (p[0] < 0x80) {
        *cp = p[0];
        return 1;
    }
    size_t len = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (p[0] < 0xC2 || p[0] > 0xF4 || len > n) {
        return 0;
    }
    uint32_t c = p[0] & (0xFFu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 0;
        }
        c = c << 6 | (p[i] & 0x3F);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < least[len] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) {
        return 0;
    }
    *cp = c;
    return len;
}

uint32_t text_next(struct str s, size_t *pos) {
    uint32_t cp = (unsigned char)s.p[*pos];
    if (cp < 0x80) {
        (*pos)++;
        return cp;
    }
    size_t len = decode(s.p + *pos, s.n - *pos, &cp);
    *pos += len ? len : 1;
    return len ? cp : 0xFFFD;
}

static bool is_ascii(struct str s) {
    size_t i = 0;
    for (; i + 8 <= s.n; i += 8) {
        uint64_t w;
        memcpy(&w, s.p + i, 8);
        if (w & 0x8080808080808080ULL) {
            return false;
        }
    }
    for (; i < s.n; i++) {
        if (s.p[i] & 0x80) {
            return false;
        }
    }
    return true;
}

bool text_is_utf8(struct str s) {
    if (s.n && memchr(s.p, '\0', s.n)) {
        return false;
    }
    if (is_ascii(s)) {
        return true;
    }
    for (size_t i = 0; i < s.n;) {
        uint32_t cp;
        size_t len = decode(s.p + i, s.n - i, &cp);
        if (len == 0) {
            return false;
        }
        i += len;
    }
    return true;
}

size_t text_put(uint32_t cp, char out[4]) {
    if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF)) {
        cp = 0xFFFD;
    }
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    size_t len = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (cp & 0x3F));
        cp >>= 6;
    }
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    out[0] = (char)(lead[len] | cp);
    return len;
}

struct str text_repair(struct str s, struct arena *a) {
    if (text_is_utf8(s)) {
        return arena_str(a, s);
    }
    char *out = arena_array(a, s.n + 1, 3);
    size_t o = 0;
    for (size_t i = 0; i < s.n;) {
        uint32_t cp = text_next(s, &i);
        char c[4];
        size_t len = text_put(cp ? cp : 0xFFFD, c);
        memcpy(out + o, c, len);
        o += len;
    }
    return (struct str){out, o};
}

size_t text_length(struct str s) {
    size_t n = 0;
    for (size_t i = 0; i < s.n; n++) {
        (void)text_next(s, &i);
    }
    return n;
}

struct str text_cut(struct str s, size_t n) {
    size_t i = 0;
    while (n > 0 && i < s.n) {
        (void)text_next(s, &i);
        n--;
    }
    return str_sub(s, 0, i);
}

/* --- to ICU's UTF-16 and back --- */

struct wide {
    UChar *p;
    int32_t n;
};

/* NULs and bad bytes become U+FFFD. Empty (p NULL) past what ICU can count. */
static struct wide widen(struct str s, struct arena *a) {
    struct wide w = {0};
    if (s.n > INT32_MAX / 8) {
        return w;
    }
    w.p = ARENA_ARRAY(a, UChar, s.n + 1);
    UErrorCode ec = U_ZERO_ERROR;
    u_strFromUTF8WithSub(w.p, (int32_t)s.n + 1, &w.n, s.p ? s.p : "", (int32_t)s.n, 0xFFFD,
                         NULL, &ec);
    w.n = U_SUCCESS(ec) ? w.n : 0;
    return w;
}

static struct str narrow(struct wide w, struct arena *a) {
    char *out = arena_array(a, (size_t)w.n + 1, 3);
    int32_t n = 0;
    UErrorCode ec = U_ZERO_ERROR;
    u_strToUTF8WithSub(out, w.n * 3 + 1, &n, w.p, w.n, 0xFFFD, NULL, &ec);
    return (struct str){out, U_SUCCESS(ec) ? (size_t)n : 0};
}

struct str text_nfc(struct str s, struct arena *a) {
    if (is_ascii(s)) {
        return arena_str(a, s);
    }
    UErrorCode ec = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&ec);
    struct wide in = widen(s, a);
    /* canonical composition makes a text at most three times longer in UTF-16 (UAX 15) */
    struct wide out = {ARENA_ARRAY(a, UChar, (size_t)in.n * 3 + 1), 0};
    out.n = unorm2_normalize(nfc, in.p, in.n, out.p, in.n * 3 + 1, &ec);
    return U_SUCCESS(ec) ? narrow(out, a) : text_repair(s, a);
}

enum letter_case { LOWER, UPPER, TITLE };

static struct str ascii_case(struct str s, enum letter_case how, struct arena *a) {
    char *out = arena_cstr(a, s);
    for (size_t i = 0; i < s.n; i++) {
        char c = out[i];
        if (how == LOWER && c >= 'A' && c <= 'Z') {
            out[i] = (char)(c + 32);
        } else if (how == UPPER && c >= 'a' && c <= 'z') {
            out[i] = (char)(c - 32);
        }
    }
    return (struct str){out, s.n};
}

static int32_t change_case(enum letter_case how, UChar *out, int32_t cap, struct wide in,
                           UErrorCode *ec) {
    switch (how) {
    case LOWER:
        return u_strToLower(out, cap, in.p, in.n, "", ec);
    case UPPER:
        return u_strToUpper(out, cap, in.p, in.n, "", ec);
    case TITLE:
        return u_strToTitle(out, cap, in.p, in.n, NULL, "", ec);
    }
    return 0;
}

static struct str to_case(struct str s, enum letter_case how, struct arena *a) {
    if (how != TITLE && is_ascii(s)) {
        return ascii_case(s, how, a);
    }
    struct wide in = widen(s, a);
    int32_t cap = in.n * 3 + 1; /* one letter becomes three at most (SpecialCasing.txt) */
    struct wide out = {ARENA_ARRAY(a, UChar, (size_t)cap), 0};
    UErrorCode ec = U_ZERO_ERROR;
    out.n = change_case(how, out.p, cap, in, &ec);
    return U_SUCCESS(ec) ? narrow(out, a) : text_repair(s, a);
}

struct str text_lower(struct str s, struct arena *a) {
    return to_case(s, LOWER, a);
}

struct str text_upper(struct str s, struct arena *a) {
    return to_case(s, UPPER, a);
}

struct str text_title(struct str s, struct arena *a) {
    return to_case(s, TITLE, a);
}

/* --- order and kinds --- */

static pthread_once_t collator_once = PTHREAD_ONCE_INIT;
static UCollator *collator;

static void open_collator(void) {
    UErrorCode ec = U_ZERO_ERROR;
    collator = ucol_open("", &ec);
    collator = U_SUCCESS(ec) ? collator : NULL;
}

int text_collate(struct str a, struct str b) {
    pthread_once(&collator_once, open_collator);
    if (!collator || a.n > INT32_MAX || b.n > INT32_MAX) {
        return str_cmp(a, b);
    }
    UErrorCode ec = U_ZERO_ERROR;
    /* an open collator that nobody changes may be used by all threads */
    UCollationResult r = ucol_strcollUTF8(collator, a.p ? a.p : "", (int32_t)a.n,
                                          b.p ? b.p : "", (int32_t)b.n, &ec);
    return U_FAILURE(ec) ? str_cmp(a, b) : (int)r;
}

bool text_is_letter(uint32_t cp) {
    return cp <= 0x10FFFF && u_isalpha((UChar32)cp);
}

bool text_is_digit(uint32_t cp) {
    return cp <= 0x10FFFF && u_isdigit((UChar32)cp);
}

bool text_is_space(uint32_t cp) {
    return cp <= 0x10FFFF && u_isUWhiteSpace((UChar32)cp);
}

bool text_is_emoji(uint32_t cp) {
    if (cp < 0x200D || cp > 0x10FFFF ||
        cp == 0x2122) { /* (c), (r), (tm), digits: signs of writing */
        return false;
    }
    if (cp == 0x200D || cp == 0x20E3 || cp == 0xFE0E || cp == 0xFE0F) {
        return true; /* joiner, keycap, the two variation selectors */
    }
    if (cp >= 0xE0020 && cp <= 0xE007F) {
        return true; /* tags that spell the flags of England, Scotland, Wales */
    }
    return u_hasBinaryProperty((UChar32)cp, UCHAR_EMOJI) ||
           u_hasBinaryProperty((UChar32)cp, UCHAR_EXTENDED_PICTOGRAPHIC);
}
