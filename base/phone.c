/* phone.c - telephone numbers as people write them; what the library's tables do not settle. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/phone.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/phone_priv.h"
#include "base/text.h"

#define TEXT_MAX 64    /* bytes; the longest spelling of a number is far below */
#define DIGITS_MIN 6   /* less is a short code: 112, 3114, 36180 */
#define NATIONAL_MIN 5 /* digits behind the country code */

/* The library says it is thread-safe; its Debian build does not say with which locks. A number
 * takes 10 to 50 us, so one at a time costs nothing. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* People write several times in a row: what the library said of the latest numbers, by the
 * exact text and region. One place a number, the last one stays. */
#define KNOWN 1024 /* a power of two */
static struct known {
    char text[TEXT_MAX], region[4];
    bool ok;
    struct phone_shim shim;
} known[KNOWN];

static const struct known *know(struct str text, const char *region) {
    struct known *k = &known[str_hash(text) & (KNOWN - 1)];
    if (!str_is(text, k->text) || strcmp(region, k->region) != 0) {
        struct phone_shim shim = {0};
        bool ok = phone_shim_parse(text.p, text.n, region, &shim);
        *k = (struct known){.ok = ok, .shim = shim};
        memcpy(k->text, text.p, text.n);
        snprintf(k->region, sizeof k->region, "%s", region);
    }
    return k;
}

static bool library(struct str text, const char *region, struct phone_shim *ret) {
    bool ok;
    pthread_mutex_lock(&lock);
    if (text.n == 0 || text.n >= TEXT_MAX || memchr(text.p, 0, text.n)) {
        ok = phone_shim_parse(text.p, text.n, region, ret);
    } else {
        const struct known *k = know(text, region);
        ok = k->ok;
        *ret = ok ? k->shim : *ret;
    }
    pthread_mutex_unlock(&lock);
    return ok;
}

/* The text with a leading letter O made a zero, without "tel:"; NONE when a letter is left. The
 * library would read letters as the keys of a telephone: "06 maman" is a number to it. */
static enum rc clean(struct str text, char out[TEXT_MAX], size_t *ret_n) {
    text = str_trim(text);
    if (text.n >= 4 && str_eq_nocase(str_sub(text, 0, 4), STR("tel:"))) {
        text = str_trim(str_sub(text, 4, SIZE_MAX));
    }
    if (text.n == 0 || text.n >= TEXT_MAX || !text_is_utf8(text)) {
        return NONE;
    }
    memcpy(out, text.p, text.n);
    if (out[0] == 'O' || out[0] == 'o') {
        out[0] = '0';
    }
    struct str s = {out, text.n};
    int digits = 0;
    for (size_t i = 0; i < s.n;) {
        uint32_t cp = text_next(s, &i);
        if (text_is_letter(cp) || cp == '@' || cp == '#' || cp == '*' || cp == ';') {
            return NONE;
        }
        digits += text_is_digit(cp);
    }
    *ret_n = text.n;
    return digits >= DIGITS_MIN ? OK : NONE;
}

/* Overseas numbers are typed nationally like those of the mainland (0692..., 0690...), but
 * their countries have codes of their own. Taken when exactly one of them knows the number. */
static bool overseas(struct str text, struct phone_shim *ret) {
    static const char *const region[] = {"RE", "GP", "MQ", "GF", "YT"};
    int hits = 0;
    for (size_t i = 0; i < sizeof region / sizeof *region; i++) {
        struct phone_shim p;
        if (!library(text, region[i], &p) || !p.valid) {
            continue;
        }
        if (hits == 0 || strcmp(p.e164, ret->e164) != 0) {
            hits++;
        }
        *ret = p;
    }
    return hits == 1;
}

static bool is_national(struct str text) {
    return text.p[0] != '+' && !str_starts(text, STR("00"));
}

/* Newer than the tables, perhaps: ranges are opened every year. A 0 behind the country code is
 * not that, but a number with a digit missing; and in France 06 and 07 are mobiles whoever
 * holds them. */
static bool is_plausible(struct phone_shim *p) {
    size_t head = 1 + (p->country_code > 99 ? 3 : p->country_code > 9 ? 2 : 1);
    if (strlen(p->e164) < head + NATIONAL_MIN || p->e164[head] == '0') {
        return false;
    }
    p->mobile = p->country_code == 33 && (p->e164[head] == '6' || p->e164[head] == '7');
    return true;
}

static void give(const struct phone_shim *p, bool doubtful, struct arena *a,
                 struct phone *ret) {
    ret->e164 = arena_str(a, str_from(p->e164));
    ret->region = arena_str(a, str_from(p->region));
    ret->type = p->mobile ? PHONE_MOBILE : p->fixed ? PHONE_FIXED : PHONE_OTHER;
    ret->doubtful = doubtful;
}

enum rc phone_parse(struct str text, struct str region, struct arena *a, struct phone *ret) {
    char room[TEXT_MAX], country[4];
    size_t n;
    if (clean(text, room, &n) != OK || region.n != 2) {
        return NONE;
    }
    memcpy(country, region.p, 2);
    country[2] = '\0';
    struct str s = {room, n};
    struct phone_shim p = {0}, other;
    bool parsed = library(s, country, &p);
    if (parsed && p.valid) {
        give(&p, false, a, ret);
        return OK;
    }
    if (str_is(region, "FR") && is_national(s) && overseas(s, &other)) {
        give(&other, false, a, ret);
        return OK;
    }
    if (!parsed || !p.possible || !is_plausible(&p)) {
        return NONE;
    }
    give(&p, true, a, ret);
    return OK;
}

static bool formatted(struct str e164, bool national, char *out, size_t cap, int *ret_country) {
    char room[TEXT_MAX];
    if (e164.n == 0 || e164.n >= sizeof room || e164.p[0] != '+') {
        return false;
    }
    memcpy(room, e164.p, e164.n);
    room[e164.n] = '\0';
    pthread_mutex_lock(&lock);
    bool ok = phone_shim_format(room, national, out, cap, ret_country);
    pthread_mutex_unlock(&lock);
    return ok;
}

struct str phone_pretty(struct str e164, struct str region, struct arena *a) {
    char out[TEXT_MAX];
    int country;
    struct phone_shim p;
    bool home =
        e164.n && e164.p[0] == '+' && library(e164, "ZZ", &p) && str_is(region, p.region);
    if (!formatted(e164, home, out, sizeof out, &country)) {
        return arena_str(a, e164);
    }
    return arena_str(a, str_from(out));
}

struct str phone_national(struct str e164, struct arena *a) {
    char out[TEXT_MAX];
    int country;
    if (!formatted(e164, true, out, sizeof out, &country)) {
        return arena_str(a, e164);
    }
    size_t n = 0;
    for (const char *p = out; *p; p++) {
        if (*p >= '0' && *p <= '9') {
            out[n++] = *p;
        }
    }
    return arena_str(a, (struct str){out, n});
}

struct str phone_masked(struct str e164, struct arena *a) {
    char out[TEXT_MAX];
    int country = 0;
    if (!formatted(e164, false, out, sizeof out, &country)) {
        return STR("***");
    }
    int total = 0, seen = 0;
    for (const char *p = out; *p; p++) {
        total += *p >= '0' && *p <= '9';
    }
    /* country code, three digits that say the kind of number, and the last two */
    int head = (country > 99 ? 3 : country > 9 ? 2 : 1) + 3;
    for (char *p = out; *p; p++) {
        if (*p < '0' || *p > '9') {
            continue;
        }
        seen++;
        if (seen > head && seen <= total - 2) {
            *p = '*';
        }
    }
    return arena_str(a, str_from(out));
}
