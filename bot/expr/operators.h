/* operators.h - + - * / ^ < <= > >= = != and unary minus on values. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_EXPR_OPERATORS_H
#define BOT_EXPR_OPERATORS_H

#include "bot/expr/eval.h"

/* The first operand that is an error is the result. */
const struct val *operators_binary(struct eval *e, enum op op, const struct val *left,
                                   const struct val *right);
const struct val *operators_negate(struct eval *e, const struct val *v);
/* The error of a decimal operation that did not give OK, or a new number. */
const struct val *operators_number(struct eval *e, enum rc rc, struct dec d);
/* Deep equality of the same types (2 is not "2"). */
bool operators_same(struct eval *e, const struct val *a, const struct val *b);
/* Order of two values of one comparable type (text, number, boolean, date, time); false
 * otherwise. */
bool operators_order(const struct val *a, const struct val *b, int *ret);
/* Order of two instants. */
int operators_cmp_instants(struct instant a, struct instant b);

#endif
