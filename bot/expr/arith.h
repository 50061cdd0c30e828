/* arith.h - decimal operations of the language: exact, or refused; never silently rounded. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_EXPR_ARITH_H
#define BOT_EXPR_ARITH_H

#include "base/dec.h"

/* E_LIMIT when the exact result needs more than 36 digits or lies outside 1e-100..1e100. */
enum rc arith_add(struct dec a, struct dec b, struct dec *ret);
enum rc arith_sub(struct dec a, struct dec b, struct dec *ret);
enum rc arith_mul(struct dec a, struct dec b, struct dec *ret);
/* Sixteen decimals; E_INVALID for a division by zero. */
enum rc arith_div(struct dec a, struct dec b, struct dec *ret);
/* Exponents beyond 100 are refused. */
enum rc arith_pow(struct dec a, struct dec b, struct dec *ret);

#endif
