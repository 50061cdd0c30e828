/* dec_pow.c - powers of decimals, also with fractions as exponents (GMP's floats). */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <gmp.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/dec.h"

/* How exact: the working floats carry BITS bits, some 190 decimal digits, and every series runs
 * until nothing changes. The result is first cut to GUARD digits, where the errors of the last
 * bits are rounded away (so that 4 ^ 0.5 is 2 and 0.1 ^ 2 is 0.01, not 1.999... or
 * 0.0100...01), then rounded half away from zero to 36. Integer exponents are thus exact
 * whenever the true result has at most GUARD digits; anything else is right to the 36th digit.
 */

#define BITS 640
#define DIGITS 36
#define GUARD 100
#define TERMS_MAX 1000

/* True when t no longer changes s. */
static bool is_dust(const mpf_t t, const mpf_t s) {
    long et, es;
    if (mpf_sgn(t) == 0) {
        return true;
    }
    mpf_get_d_2exp(&et, t);
    mpf_get_d_2exp(&es, s);
    return et < es - BITS;
}

/* 2 * atanh(z) = ln((1 + z) / (1 - z)) by its series; |z| <= 1/3. */
static void atanh_twice(mpf_t ret, const mpf_t z) {
    mpf_t sq, power, term;
    mpf_init2(sq, BITS);
    mpf_init2(power, BITS);
    mpf_init2(term, BITS);
    mpf_mul(sq, z, z);
    mpf_set(power, z);
    mpf_set(ret, z);
    for (unsigned long k = 3; k < TERMS_MAX; k += 2) {
        mpf_mul(power, power, sq);
        mpf_div_ui(term, power, k);
        if (is_dust(term, ret)) {
            break;
        }
        mpf_add(ret, ret, term);
    }
    mpf_mul_2exp(ret, ret, 1);
    mpf_clears(sq, power, term, NULL);
}

static void ln2(mpf_t ret) {
    mpf_t third;
    mpf_init2(third, BITS);
    mpf_set_ui(third, 1);
    mpf_div_ui(third, third, 3);
    atanh_twice(ret, third);
    mpf_clear(third);
}

/* x > 0, scaled by 2^k into [0.7, 1.4] where the series is short. */
static void ln(mpf_t ret, const mpf_t x) {
    mpf_t m, lo, k_ln2;
    mpf_init2(m, BITS);
    mpf_init2(lo, BITS);
    mpf_init2(k_ln2, BITS);
    long k;
    double d = mpf_get_d_2exp(&k, x);
    k -= d < 0.7;
    if (k >= 0) {
        mpf_div_2exp(m, x, (unsigned long)k);
    } else {
        mpf_mul_2exp(m, x, (unsigned long)-k);
    }
    mpf_sub_ui(lo, m, 1);
    mpf_add_ui(m, m, 1);
    mpf_div(lo, lo, m);
    atanh_twice(ret, lo);
    ln2(k_ln2);
    mpf_mul_ui(k_ln2, k_ln2, (unsigned long)labs(k));
    if (k >= 0) {
        mpf_add(ret, ret, k_ln2);
    } else {
        mpf_sub(ret, ret, k_ln2);
    }
    mpf_clears(m, lo, k_ln2, NULL);
}

/* e^y = 2^k * (e^(r / 2^20))^(2^20); |y| < 250. */
static void power_of_e(mpf_t ret, const mpf_t y) {
    mpf_t r, l2, term;
    mpf_init2(r, BITS);
    mpf_init2(l2, BITS);
    mpf_init2(term, BITS);
    ln2(l2);
    long k = lround(mpf_get_d(y) / 0.6931471805599453);
    mpf_mul_ui(r, l2, (unsigned long)labs(k));
    if (k >= 0) {
        mpf_sub(r, y, r);
    } else {
        mpf_add(r, y, r);
    }
    mpf_div_2exp(r, r, 20);
    mpf_set_ui(ret, 1);
    mpf_set_ui(term, 1);
    for (unsigned long i = 1; i < TERMS_MAX; i++) {
        mpf_mul(term, term, r);
        mpf_div_ui(term, term, i);
        if (is_dust(term, ret)) {
            break;
        }
        mpf_add(ret, ret, term);
    }
    for (int i = 0; i < 20; i++) {
        mpf_mul(ret, ret, ret);
    }
    if (k >= 0) {
        mpf_mul_2exp(ret, ret, (unsigned long)k);
    } else {
        mpf_div_2exp(ret, ret, (unsigned long)-k);
    }
    mpf_clears(r, l2, term, NULL);
}

/* Digits of |x| to a decimal of 36. */
static enum rc to_dec(const mpf_t x, bool neg, struct dec *ret) {
    char digits[GUARD + 2] = "", text[GUARD + 32];
    mp_exp_t point = 0;
    mpf_get_str(digits, &point, 10, GUARD, x);
    size_t n = 0;
    while (digits[n]) {
        n++;
    }
    if (n == 0) {
        return E_LIMIT; /* not zero, but nothing is left of it */
    }
    bool up = n > DIGITS && digits[DIGITS] >= '5';
    n = n > DIGITS ? DIGITS : n;
    size_t i = n;
    while (up && i > 0 && digits[i - 1] == '9') {
        digits[--i] = '0';
    }
    if (up && i > 0) {
        digits[i - 1]++;
    }
    snprintf(text, sizeof text, "%s%s%.*se%ld", neg ? "-" : "", up && i == 0 ? "1" : "", (int)n,
             digits, (long)point - (long)n);
    return dec_parse(str_from(text), ret);
}

static void from_dec(mpf_t ret, struct dec d) {
    char text[64];
    struct dec whole = {d.hi, d.lo, 0, false};
    size_t n = dec_format(whole, text, sizeof text);
    snprintf(text + n, sizeof text - n, "e%d", (int)d.exp);
    mpf_set_str(ret, text, 10);
}

/* Whether base^exponent lies outside what a decimal holds, long before it is computed. The
 * factor leaves room for the error of the estimate: the exact test comes with the result. */
static bool too_far(const mpf_t base, const mpf_t exponent) {
    mpf_t l;
    mpf_init2(l, BITS);
    ln(l, base);
    mpf_mul(l, l, exponent);
    mpf_abs(l, l);
    bool far = mpf_cmp_ui(l, 240) > 0; /* 1e101 is e^232.6 */
    mpf_clear(l);
    return far;
}

static enum rc pow_abs(struct dec a, struct dec b, bool neg, struct dec *ret) {
    mpf_t x, y, r;
    mpf_init2(x, BITS);
    mpf_init2(y, BITS);
    mpf_init2(r, BITS);
    from_dec(x, a);
    from_dec(y, dec_abs(b));
    enum rc rc = E_LIMIT;
    if (too_far(x, y)) {
        goto out;
    }
    int64_t n;
    if (dec_to_i64(dec_abs(b), &n) == OK) {
        mpf_pow_ui(r, x, (unsigned long)n);
    } else {
        ln(r, x);
        mpf_mul(y, y, r);
        power_of_e(r, y);
    }
    if (b.neg) {
        mpf_ui_div(r, 1, r);
    }
    rc = to_dec(r, neg, ret);
out:
    mpf_clears(x, y, r, NULL);
    return rc;
}

enum rc dec_pow(struct dec a, struct dec b, struct dec *ret) {
    if (dec_is_zero(b)) {
        *ret = dec_from_i64(1); /* 0 ^ 0 too, as spreadsheets and programs mostly have it */
        return OK;
    }
    if (dec_is_zero(a)) {
        if (b.neg) {
            return E_INVALID;
        }
        *ret = a;
        return OK;
    }
    if (a.neg && !dec_is_int(b)) {
        return E_INVALID;
    }
    struct dec half;
    bool odd = false;
    if (a.neg) {
        enum rc rc = dec_mod(b, dec_from_i64(2), &half);
        if (rc != OK) {
            return rc;
        }
        odd = !dec_is_zero(half);
    }
    return pow_abs(dec_abs(a), b, odd, ret);
}
