/* text_form.c - one character at a time: simple case, classes, look-alikes (by ICU). */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/text_form.h"

#include <pthread.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>

#include "base/text.h"

/* ASCII is most of what people write: not worth a walk through the library's tables. */
uint32_t text_form_upper(uint32_t cp) {
    if (cp < 0x80) {
        return cp >= 'a' && cp <= 'z' ? cp - 32 : cp;
    }
    return (uint32_t)u_toupper((UChar32)cp);
}

uint32_t text_form_lower(uint32_t cp) {
    if (cp < 0x80) {
        return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
    }
    return (uint32_t)u_tolower((UChar32)cp);
}

struct str text_form_map(struct str s, uint32_t (*map)(uint32_t cp), struct arena *a) {
    char *out = arena_array(a, s.n + 1, 4);
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        unsigned char c = (unsigned char)s.p[i];
        uint32_t to = map(c < 0x80 ? (i++, c) : text_next(s, &i));
        if (to < 0x80) {
            out[n++] = (char)to;
        } else {
            n += text_put(to, out + n);
        }
    }
    return (struct str){out, n};
}

bool text_form_is_mark(uint32_t cp) {
    return (U_GET_GC_MASK((UChar32)cp) & U_GC_M_MASK) != 0;
}

bool text_form_is_number(uint32_t cp) {
    return (U_GET_GC_MASK((UChar32)cp) & U_GC_N_MASK) != 0;
}

bool text_form_is_symbol(uint32_t cp) {
    return (U_GET_GC_MASK((UChar32)cp) & U_GC_S_MASK) != 0;
}

bool text_form_is_control(uint32_t cp) {
    return (U_GET_GC_MASK((UChar32)cp) &
            (U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK | U_GC_CS_MASK)) != 0;
}

struct str text_form_trim(struct str s) {
    size_t from = 0, to = 0;
    for (size_t i = 0; i < s.n;) {
        size_t at = i;
        if (u_isUWhiteSpace((UChar32)text_next(s, &i))) {
            from = to == 0 ? i : from;
        } else {
            from = to == 0 ? at : from;
            to = i;
        }
    }
    return to > from ? str_sub(s, from, to - from) : str_sub(s, 0, 0);
}

/* UTF-16 of the text; *n its length. */
static UChar *widen(struct str s, struct arena *a, int32_t *n) {
    UChar *w = ARENA_ARRAY(a, UChar, s.n + 1);
    UErrorCode ec = U_ZERO_ERROR;
    u_strFromUTF8WithSub(w, (int32_t)s.n + 1, n, s.p ? s.p : "", (int32_t)s.n, 0xFFFD, NULL,
                         &ec);
    return U_FAILURE(ec) ? NULL : w;
}

static struct str narrow(const UChar *w, int32_t n, struct arena *a) {
    char *out = arena_array(a, (size_t)n + 1, 3);
    int32_t len = 0;
    UErrorCode ec = U_ZERO_ERROR;
    u_strToUTF8WithSub(out, n * 3 + 1, &len, w, n, 0xFFFD, NULL, &ec);
    return U_FAILURE(ec) ? STR_EMPTY : (struct str){out, (size_t)len};
}

struct str text_form_nfkd(struct str s, struct arena *a) {
    UErrorCode ec = U_ZERO_ERROR;
    const UNormalizer2 *form = unorm2_getNFKDInstance(&ec);
    int32_t n;
    if (s.n > INT32_MAX / 64) {
        return s;
    }
    UChar *w = widen(s, a, &n);
    int32_t cap = n * 18 + 1; /* the longest decomposition of one unit (U+FDFA) */
    UChar *out = ARENA_ARRAY(a, UChar, cap);
    int32_t len = w && U_SUCCESS(ec) ? unorm2_normalize(form, w, n, out, cap, &ec) : 0;
    return !w || U_FAILURE(ec) ? s : narrow(out, len, a);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const USpoofChecker *checker; /* opened once, read by all threads, never closed */

static void open_checker(void) {
    UErrorCode ec = U_ZERO_ERROR;
    USpoofChecker *c = uspoof_open(&ec);
    checker = U_SUCCESS(ec) ? c : NULL;
}

struct str text_form_skeleton(struct str s, struct arena *a) {
    pthread_once(&once, open_checker);
    if (!checker || s.n > INT32_MAX / 64) {
        return s;
    }
    UErrorCode ec = U_ZERO_ERROR;
    int32_t cap = (int32_t)s.n * 8 + 16;
    char *out = arena_alloc(a, (size_t)cap + 1);
    int32_t n = uspoof_getSkeletonUTF8(checker, 0, s.p ? s.p : "", (int32_t)s.n, out, cap, &ec);
    return U_FAILURE(ec) ? s : (struct str){out, (size_t)n};
}
