/* dec.h - decimal numbers: 36 significant digits, never binary floating point. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_DEC_H
#define BASE_DEC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* (-1)^neg * coef * 10^exp, coef = hi * 2^64 + lo < 10^36. Plain data, copied freely.
 * Results of operations are rounded half away from zero to 36 digits; E_LIMIT outside the
 * range. Only dec*.c know the big integers behind it (GMP). */
struct dec {
    uint64_t hi, lo;
    int32_t exp;
    bool neg;
};

struct dec dec_from_i64(int64_t v);
/* [+-]digits[.digits][e[+-]digits], whole view. NONE when it is not a number,
 * E_LIMIT when it is outside 1e-100..1e100 or has over 36 significant digits. */
enum rc dec_parse(struct str s, struct dec *ret);
/* Shortest plain form, no exponent, no trailing zeros: "17.5", "-0.001", "1200". */
struct str dec_text(struct dec d, struct arena *a);
/* The same into `out`, NUL-terminated; returns the length, 0 when cap is too small. */
#define DEC_TEXT_MAX 160
size_t dec_format(struct dec d, char *out, size_t cap);
bool dec_is_zero(struct dec d);
bool dec_is_int(struct dec d);
/* E_LIMIT when not an integer that fits. */
enum rc dec_to_i64(struct dec d, int64_t *ret);
double dec_to_double(struct dec d); /* for pictures and shares only, never for money or tests */
int dec_cmp(struct dec a, struct dec b);

enum rc dec_add(struct dec a, struct dec b, struct dec *ret);
enum rc dec_sub(struct dec a, struct dec b, struct dec *ret);
enum rc dec_mul(struct dec a, struct dec b, struct dec *ret);
/* To 16 decimals, half away from zero; E_INVALID on zero. */
enum rc dec_div(struct dec a, struct dec b, struct dec *ret);
/* Remainder with the sign of b, as a spreadsheet's MOD: -7 mod 3 = 2. E_INVALID on zero. */
enum rc dec_mod(struct dec a, struct dec b, struct dec *ret);
/* a ^ b to 36 digits (see dec_pow.c); 0 ^ 0 = 1.
 * E_INVALID for 0 ^ negative and negative ^ fraction. */
enum rc dec_pow(struct dec a, struct dec b, struct dec *ret);
struct dec dec_neg(struct dec a);
struct dec dec_abs(struct dec a);
enum dec_round {
    DEC_HALF_AWAY,
    DEC_HALF_EVEN,
    DEC_UP,   /* to +inf */
    DEC_DOWN, /* to -inf */
    DEC_TRUNC
};
/* places may be negative (tens, hundreds). What rounding would push out of the range stays as
 * it is. */
struct dec dec_round(struct dec a, int places, enum dec_round how);

#endif
