/* dec.c - decimal arithmetic: coefficient and exponent, over GMP where 128 bits are not enough.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/dec.h"

#include <gmp.h>
#include <stdlib.h>
#include <string.h>

/* Every operation has a fast road in 128 bits, taken when it cannot overflow (always, for the
 * numbers of forms and counts), and an exact road in big integers. Results are rounded once,
 * half away from zero, to DIGITS digits. */
#define DIGITS 36
#define EXP10_MAX 100 /* of the leading digit */
#define FAST 38       /* 10^38 < 2^127 */

__extension__ typedef unsigned __int128 u128;

static u128 coef(struct dec d) {
    return (u128)d.hi << 64 | d.lo;
}

static struct dec make(bool neg, u128 c, int32_t exp) {
    return (struct dec){(uint64_t)(c >> 64), (uint64_t)c, c ? exp : 0, c ? neg : false};
}

/* n from 0 to 38. */
static u128 pow10u(int n) {
    static const uint64_t p[] = {1ULL,
                                 10ULL,
                                 100ULL,
                                 1000ULL,
                                 10000ULL,
                                 100000ULL,
                                 1000000ULL,
                                 10000000ULL,
                                 100000000ULL,
                                 1000000000ULL,
                                 10000000000ULL,
                                 100000000000ULL,
                                 1000000000000ULL,
                                 10000000000000ULL,
                                 100000000000000ULL,
                                 1000000000000000ULL,
                                 10000000000000000ULL,
                                 100000000000000000ULL,
                                 1000000000000000000ULL,
                                 10000000000000000000ULL};
    return n <= 19 ? p[n] : (u128)p[19] * p[n - 19];
}

/* Decimal digits of c. For each power of two there are at most two answers: log10(2) is a bit
 * more than 1233/4096, close enough for 127 bits. */
static int digits(u128 c) {
    uint64_t hi = (uint64_t)(c >> 64), lo = (uint64_t)c | (hi == 0);
    int bits = hi ? 128 - __builtin_clzll(hi) : 64 - __builtin_clzll(lo);
    int n = bits * 1233 >> 12;
    return n + (n > FAST || c >= pow10u(n)) + (c == 0);
}

/* Rounds c * 10^exp to DIGITS and checks the range. */
static enum rc finish(bool neg, u128 c, int64_t exp, struct dec *ret) {
    int n = digits(c);
    if (n > DIGITS) {
        u128 unit = pow10u(n - DIGITS);
        u128 q = c / unit;
        q +=
            c % unit >= unit - unit / 2; /* unit is even: the half itself goes away from zero */
        exp += n - DIGITS;
        c = q;
        if (c == pow10u(DIGITS)) {
            c /= 10;
            exp++;
        }
        n = DIGITS;
    }
    if (c == 0) {
        *ret = make(false, 0, 0);
        return OK;
    }
    int64_t top = exp + n - 1;
    if (top > EXP10_MAX || top < -EXP10_MAX) {
        return E_LIMIT;
    }
    *ret = make(neg, c, (int32_t)exp);
    return OK;
}

/* --- big integers --- */

static void big_set(mpz_t z, u128 c) {
    uint64_t part[2] = {(uint64_t)c, (uint64_t)(c >> 64)};
    mpz_import(z, 2, -1, sizeof part[0], 0, 0, part);
}

static void big_scale(mpz_t z, unsigned long places) {
    mpz_t p;
    mpz_init(p);
    mpz_ui_pow_ui(p, 10, places);
    mpz_mul(z, z, p);
    mpz_clear(p);
}

static u128 big_get(const mpz_t z) {
    uint64_t part[2] = {0, 0};
    mpz_export(part, NULL, -1, sizeof part[0], 0, 0, z);
    return (u128)part[1] << 64 | part[0];
}

/* |z| * 10^exp, rounded once to DIGITS. */
static enum rc big_finish(bool neg, mpz_t z, int64_t exp, struct dec *ret) {
    mpz_abs(z, z);
    size_t n = mpz_sizeinbase(z, 10); /* exact or one too many */
    if (n > DIGITS + 1) {
        mpz_t unit;
        mpz_init(unit);
        mpz_ui_pow_ui(unit, 10, (unsigned long)(n - 1));
        n -= mpz_cmp(z, unit) < 0;
        mpz_ui_pow_ui(unit, 10, (unsigned long)(n - DIGITS));
        mpz_mul_2exp(z, z, 1); /* floor((2z + unit) / 2unit): to the nearest, ties upward */
        mpz_add(z, z, unit);
        mpz_mul_2exp(unit, unit, 1);
        mpz_fdiv_q(z, z, unit);
        exp += (int64_t)(n - DIGITS);
        mpz_clear(unit);
    }
    return finish(neg, big_get(z), exp, ret);
}

/* --- making, reading, writing --- */

struct dec dec_from_i64(int64_t v) {
    uint64_t m = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    return make(v < 0, m, 0);
}

struct scan {
    u128 c;
    int significant;
    int64_t exp;
    bool over;
};

/* Digits from i on into the number; returns where they end. */
static size_t scan_digits(struct str s, size_t i, bool fraction, struct scan *n) {
    for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++) {
        unsigned d = (unsigned)(s.p[i] - '0');
        n->exp -= fraction;
        if (n->significant == 0 && d == 0) {
            continue; /* leading zero */
        }
        if (++n->significant > FAST) {
            /* zeros at the end are no significant digits: they only move the exponent */
            n->over = n->over || d != 0;
            n->exp++;
            continue;
        }
        n->c = n->c * 10 + d;
    }
    return i;
}

static bool scan_exponent(struct str s, size_t *i, int64_t *ret) {
    bool neg = false;
    (*i)++;
    if (*i < s.n && (s.p[*i] == '-' || s.p[*i] == '+')) {
        neg = s.p[*i] == '-';
        (*i)++;
    }
    size_t from = *i;
    int64_t e = 0;
    for (; *i < s.n && s.p[*i] >= '0' && s.p[*i] <= '9'; (*i)++) {
        e = e > 1000000000 ? e : e * 10 + (s.p[*i] - '0');
    }
    *ret = neg ? -e : e;
    return *i > from;
}

/* Takes zeros off the end so that 1.000...0 with 40 decimals still is a number we can hold. */
static void drop_zeros(struct scan *n) {
    while (n->c && digits(n->c) > DIGITS && n->c % 10 == 0) {
        n->c /= 10;
        n->exp++;
    }
}

enum rc dec_parse(struct str s, struct dec *ret) {
    size_t i = 0;
    bool neg = false;
    if (s.n > 0 && (s.p[0] == '-' || s.p[0] == '+')) {
        neg = s.p[0] == '-';
        i = 1;
    }
    struct scan n = {0};
    size_t from = i;
    i = scan_digits(s, i, false, &n);
    if (i == from) {
        return NONE;
    }
    if (i < s.n && s.p[i] == '.') {
        from = i + 1;
        i = scan_digits(s, from, true, &n);
        if (i == from) {
            return NONE;
        }
    }
    int64_t e = 0;
    if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E') && !scan_exponent(s, &i, &e)) {
        return NONE;
    }
    if (i != s.n) {
        return NONE;
    }
    n.exp += e;
    drop_zeros(&n);
    if (n.over || digits(n.c) > DIGITS) {
        return E_LIMIT;
    }
    return finish(neg, n.c, n.exp, ret);
}

size_t dec_format(struct dec d, char *out, size_t cap) {
    char text[DEC_TEXT_MAX], digit[40];
    u128 c = coef(d);
    int exp = d.exp, n = 0, o = 0;
    for (; c > UINT64_MAX; c /= 10) { /* 128 bits are divided by a function */
        digit[n++] = (char)('0' + (int)(c % 10));
    }
    uint64_t low = (uint64_t)c;
    do {
        digit[n++] = (char)('0' + (int)(low % 10));
        low /= 10;
    } while (low);
    int zeros = 0;
    while (zeros < n - 1 && digit[zeros] == '0') {
        zeros++;
    }
    memmove(digit, digit + zeros, (size_t)(n -= zeros));
    exp += zeros;
    if (d.neg) {
        text[o++] = '-';
    }
    int whole = n + exp; /* digits before the point */
    if (whole <= 0) {
        text[o++] = '0';
    }
    for (int i = 0; i < whole; i++) {
        text[o++] = i < n ? digit[n - 1 - i] : '0';
    }
    if (exp < 0) {
        text[o++] = '.';
        for (int i = whole; i < n; i++) {
            text[o++] = i < 0 ? '0' : digit[n - 1 - i];
        }
    }
    if ((size_t)o >= cap) {
        return 0;
    }
    memcpy(out, text, (size_t)o);
    out[o] = '\0';
    return (size_t)o;
}

struct str dec_text(struct dec d, struct arena *a) {
    char text[DEC_TEXT_MAX];
    size_t n = dec_format(d, text, sizeof text);
    return arena_str(a, (struct str){text, n});
}

bool dec_is_zero(struct dec d) {
    return coef(d) == 0;
}

bool dec_is_int(struct dec d) {
    if (d.exp >= 0 || dec_is_zero(d)) {
        return true;
    }
    return -d.exp <= FAST && coef(d) % pow10u(-d.exp) == 0;
}

enum rc dec_to_i64(struct dec d, int64_t *ret) {
    u128 c = coef(d);
    if (c == 0) {
        *ret = 0;
        return OK;
    }
    if (!dec_is_int(d)) {
        return E_LIMIT;
    }
    if (d.exp < 0) {
        c /= pow10u(-d.exp);
    } else {
        if (digits(c) + d.exp > 19) {
            return E_LIMIT;
        }
        c *= pow10u(d.exp);
    }
    u128 limit = (u128)INT64_MAX + d.neg;
    if (c > limit) {
        return E_LIMIT;
    }
    *ret = d.neg ? (int64_t)(0 - (uint64_t)c) : (int64_t)c;
    return OK;
}

double dec_to_double(struct dec d) {
    char text[DEC_TEXT_MAX];
    u128 c = coef(d);
    /* digits and exponent only: no decimal point, whose look depends on the locale */
    size_t n = dec_format(make(d.neg, c, 0), text, sizeof text - 16);
    int exp = d.exp, at = (int)n;
    text[at++] = 'e';
    if (exp < 0) {
        text[at++] = '-';
        exp = -exp;
    }
    text[at++] = (char)('0' + exp / 100 % 10);
    text[at++] = (char)('0' + exp / 10 % 10);
    text[at++] = (char)('0' + exp % 10);
    text[at] = '\0';
    return strtod(text, NULL);
}

/* |a| against |b|. */
static int cmp_abs(struct dec a, struct dec b) {
    u128 x = coef(a), y = coef(b);
    if (x == 0 || y == 0) {
        return (x != 0) - (y != 0);
    }
    if (a.exp == b.exp) {
        return (x > y) - (x < y);
    }
    int top_a = digits(x) + a.exp, top_b = digits(y) + b.exp;
    if (top_a != top_b) {
        return top_a < top_b ? -1 : 1;
    }
    /* the same leading place: brought to one exponent both have at most DIGITS digits */
    if (a.exp > b.exp) {
        x *= pow10u(a.exp - b.exp);
    } else {
        y *= pow10u(b.exp - a.exp);
    }
    return (x > y) - (x < y);
}

int dec_cmp(struct dec a, struct dec b) {
    if (a.neg != b.neg) {
        return a.neg ? -1 : 1;
    }
    return a.neg ? cmp_abs(b, a) : cmp_abs(a, b);
}

struct dec dec_neg(struct dec a) {
    a.neg = !a.neg && !dec_is_zero(a);
    return a;
}

struct dec dec_abs(struct dec a) {
    a.neg = false;
    return a;
}

/* --- the four operations --- */

static enum rc add_big(struct dec a, struct dec b, struct dec *ret) {
    mpz_t x, y;
    mpz_inits(x, y, NULL);
    big_set(x, coef(a));
    big_set(y, coef(b));
    big_scale(x, (unsigned long)(a.exp - b.exp));
    if (a.neg) {
        mpz_neg(x, x);
    }
    if (b.neg) {
        mpz_neg(y, y);
    }
    mpz_add(x, x, y);
    enum rc rc = big_finish(mpz_sgn(x) < 0, x, b.exp, ret);
    mpz_clears(x, y, NULL);
    return rc;
}

enum rc dec_add(struct dec a, struct dec b, struct dec *ret) {
    if (dec_is_zero(a) || dec_is_zero(b)) {
        *ret = dec_is_zero(a) ? b : a;
        return OK;
    }
    if (a.exp < b.exp) {
        struct dec t = a;
        a = b;
        b = t;
    }
    int shift = a.exp - b.exp;
    if (digits(coef(a)) + shift >= FAST) {
        return add_big(a, b, ret);
    }
    u128 x = coef(a) * pow10u(shift), y = coef(b);
    if (a.neg == b.neg) {
        return finish(a.neg, x + y, b.exp, ret);
    }
    return x >= y ? finish(a.neg, x - y, b.exp, ret) : finish(b.neg, y - x, b.exp, ret);
}

enum rc dec_sub(struct dec a, struct dec b, struct dec *ret) {
    return dec_add(a, dec_neg(b), ret);
}

enum rc dec_mul(struct dec a, struct dec b, struct dec *ret) {
    u128 x = coef(a), y = coef(b);
    bool neg = a.neg != b.neg;
    int64_t exp = (int64_t)a.exp + b.exp;
    if (digits(x) + digits(y) <= FAST) {
        return finish(neg, x * y, exp, ret);
    }
    mpz_t p, q;
    mpz_inits(p, q, NULL);
    big_set(p, x);
    big_set(q, y);
    mpz_mul(p, p, q);
    enum rc rc = big_finish(neg, p, exp, ret);
    mpz_clears(p, q, NULL);
    return rc;
}

/* |a| / |b| * 10^places, half away from zero. */
static enum rc divide(struct dec a, struct dec b, int places, struct dec *ret) {
    int shift = a.exp - b.exp + places;
    u128 x = coef(a), y = coef(b);
    bool neg = a.neg != b.neg;
    if (shift >= 0 ? digits(x) + shift <= FAST : digits(y) - shift <= FAST) {
        x *= shift > 0 ? pow10u(shift) : 1;
        y *= shift < 0 ? pow10u(-shift) : 1;
        u128 q = x / y, r = x % y;
        return finish(neg, q + (r >= y - r), -places, ret);
    }
    mpz_t p, q;
    mpz_inits(p, q, NULL);
    big_set(p, x);
    big_set(q, y);
    big_scale(shift >= 0 ? p : q, (unsigned long)(shift >= 0 ? shift : -shift));
    mpz_mul_2exp(p, p, 1);
    mpz_add(p, p, q); /* floor((2x + y) / 2y) = x / y to the nearest, ties upward */
    mpz_mul_2exp(q, q, 1);
    mpz_fdiv_q(p, p, q);
    enum rc rc = big_finish(neg, p, -places, ret);
    mpz_clears(p, q, NULL);
    return rc;
}

enum rc dec_div(struct dec a, struct dec b, struct dec *ret) {
    if (dec_is_zero(b)) {
        return E_INVALID;
    }
    if (dec_is_zero(a)) {
        *ret = a;
        return OK;
    }
    /* 16 decimals, or fewer when the quotient is so large that 36 digits end before: rounding
     * the 16th decimal first and the 36th digit then would round twice */
    int top = digits(coef(a)) + a.exp - digits(coef(b)) -
              b.exp; /* digits before the point, or 1 more */
    int places = DIGITS - top - 1;
    if (places >= 16) {
        return divide(a, b, 16, ret);
    }
    struct dec scaled = b;
    if (cmp_abs((struct dec){a.hi, a.lo, a.exp - top, false}, dec_abs(scaled)) < 0) {
        places++; /* the quotient has `top` digits before the point, not one more */
    }
    return divide(a, b, places > 16 ? 16 : places, ret);
}

/* |a| mod |b|, both brought to the lower exponent of the two. */
static enum rc mod_abs(struct dec a, struct dec b, struct dec *ret) {
    int shift = a.exp - b.exp;
    u128 x = coef(a), y = coef(b);
    if (shift >= 0 ? digits(x) + shift <= FAST : digits(y) - shift <= FAST) {
        x *= shift > 0 ? pow10u(shift) : 1;
        y *= shift < 0 ? pow10u(-shift) : 1;
        return finish(false, x % y, shift >= 0 ? b.exp : a.exp, ret);
    }
    mpz_t p, q;
    mpz_inits(p, q, NULL);
    big_set(p, x);
    big_set(q, y);
    big_scale(shift >= 0 ? p : q, (unsigned long)(shift >= 0 ? shift : -shift));
    mpz_fdiv_r(p, p, q);
    enum rc rc = big_finish(false, p, shift >= 0 ? b.exp : a.exp, ret);
    mpz_clears(p, q, NULL);
    return rc;
}

enum rc dec_mod(struct dec a, struct dec b, struct dec *ret) {
    if (dec_is_zero(b)) {
        return E_INVALID;
    }
    struct dec r;
    enum rc rc = mod_abs(a, b, &r);
    if (rc != OK) {
        return rc;
    }
    r.neg = a.neg && !dec_is_zero(r);
    if (!dec_is_zero(r) && a.neg != b.neg) {
        return dec_add(r, b, ret); /* the sign of b, as a spreadsheet's MOD */
    }
    *ret = r;
    return OK;
}

/* --- rounding --- */

/* Whether the magnitude grows by one unit; `half` compares the part cut off with half a unit.
 */
static bool rounds_up(enum dec_round how, bool neg, bool odd, int half) {
    switch (how) {
    case DEC_HALF_AWAY:
        return half >= 0;
    case DEC_HALF_EVEN:
        return half > 0 || (half == 0 && odd);
    case DEC_UP:
        return !neg;
    case DEC_DOWN:
        return neg;
    case DEC_TRUNC:
        return false;
    }
    return false;
}

struct dec dec_round(struct dec a, int places, enum dec_round how) {
    places = places < -EXP10_MAX ? -EXP10_MAX : places;
    u128 c = coef(a);
    if (c == 0 || places >= -a.exp) {
        return a;
    }
    int drop = -places - a.exp;
    u128 q = 0;
    int half = -1;
    if (drop <= FAST) {
        u128 unit = pow10u(drop), r = c % unit;
        q = c / unit;
        half = r > unit - r ? 1 : r == unit - r ? 0 : -1;
        if (r == 0) {
            return make(a.neg, q, -places);
        }
    }
    q += rounds_up(how, a.neg, q & 1, half);
    struct dec d = a;
    (void)finish(a.neg, q, -places, &d);
    return d;
}
