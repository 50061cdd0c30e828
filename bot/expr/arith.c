/* arith.c - decimal operations of the language: exact, or refused; never silently rounded. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/arith.h"

#include <math.h>

#define DIGITS 36
#define POWER_MAX 100

__extension__ typedef unsigned __int128 wide;

/* The coefficient without the zeros at its end. */
static wide bare(struct dec d) {
    wide c = (wide)d.hi << 64 | d.lo;
    while (c && c % 10 == 0) {
        c /= 10;
    }
    return c;
}

static int digits(wide c) {
    int n = 1;
    for (; c >= 10; c /= 10) {
        n++;
    }
    return n;
}

/* A sum that was rounded does not give its parts back. */
static enum rc check_sum(struct dec sum, struct dec a, struct dec b) {
    struct dec back;
    enum rc rc = dec_sub(sum, a, &back);
    return rc == OK && dec_cmp(back, b) == 0 ? OK : E_LIMIT;
}

enum rc arith_add(struct dec a, struct dec b, struct dec *ret) {
    struct dec sum;
    enum rc rc = dec_add(a, b, &sum);
    if (rc == OK &&
        (sum.hi >> 50)) { /* only results of 34 digits and more can have lost some */
        rc = check_sum(sum, a, b);
    }
    if (rc == OK) {
        *ret = sum;
    }
    return rc;
}

enum rc arith_sub(struct dec a, struct dec b, struct dec *ret) {
    return arith_add(a, dec_neg(b), ret);
}

enum rc arith_mul(struct dec a, struct dec b, struct dec *ret) {
    if (a.hi || b.hi || (a.lo >> 32 && b.lo >> 32)) {
        wide x = bare(a), y = bare(b);
        int n = digits(x) + digits(y);
        if (n > DIGITS + 2) {
            return E_LIMIT;
        }
        wide product = x * y; /* below 10^38 */
        while (product && product % 10 == 0) {
            product /= 10;
        }
        if (digits(product) > DIGITS) {
            return E_LIMIT;
        }
    }
    return dec_mul(a, b, ret);
}

enum rc arith_div(struct dec a, struct dec b, struct dec *ret) {
    if (dec_is_zero(b)) {
        return E_INVALID;
    }
    struct dec q, back;
    enum rc rc = dec_div(a, b, &q);
    /* sixteen decimals and more than twenty digits before them: exact, or too long to be kept
     */
    if (rc == OK && (q.hi >> 50) && (arith_mul(q, b, &back) != OK || dec_cmp(back, a) != 0)) {
        rc = E_LIMIT;
    }
    if (rc == OK) {
        *ret = q;
    }
    return rc;
}

enum rc arith_pow(struct dec a, struct dec b, struct dec *ret) {
    double power = dec_to_double(b);
    if (fabs(power) > POWER_MAX) {
        return E_LIMIT;
    }
    wide c = bare(a);
    if (dec_is_int(b) && power > 1 && c > 1 && power * log10((double)c) >= DIGITS) {
        return E_LIMIT;
    }
    if (dec_is_zero(a) && power < 0) {
        return E_LIMIT;
    }
    return dec_pow(a, b, ret) == OK ? OK : E_LIMIT;
}
