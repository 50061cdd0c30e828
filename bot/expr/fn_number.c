/* fn_number.c - functions on numbers, chance included. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/arith.h"
#include "bot/expr/convert.h"
#include "bot/expr/functions.h"
#include "bot/expr/operators.h"
#include "bot/expr/when.h"

#define PLACES_MAX 200 /* past every digit a number can have */

const struct val *fn_abs(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct dec d;
    TRY(convert_number(e, arg[0], &d));
    return val_num(e->a, dec_abs(d));
}

static const struct val *extreme(struct eval *e, const struct val *const *arg, size_t n,
                                 int sign) {
    struct dec best, d;
    TRY(convert_number(e, arg[0], &best));
    for (size_t i = 1; i < n; i++) {
        TRY(convert_number(e, arg[i], &d));
        best = dec_cmp(d, best) * sign > 0 ? d : best;
    }
    return val_num(e->a, best);
}

const struct val *fn_max(struct eval *e, const struct val *const *arg, size_t n) {
    return extreme(e, arg, n, 1);
}

const struct val *fn_min(struct eval *e, const struct val *const *arg, size_t n) {
    return extreme(e, arg, n, -1);
}

const struct val *fn_mean(struct eval *e, const struct val *const *arg, size_t n) {
    struct dec sum = dec_from_i64(0), d;
    enum rc rc = OK;
    for (size_t i = 0; i < n && rc == OK; i++) {
        TRY(convert_number(e, arg[i], &d));
        rc = arith_add(sum, d, &sum);
    }
    rc = rc == OK ? arith_div(sum, dec_from_i64((int64_t)n), &sum) : rc;
    return operators_number(e, rc, sum);
}

const struct val *fn_mod(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct dec a, b, r = dec_from_i64(0);
    TRY(convert_number(e, arg[0], &a));
    TRY(convert_number(e, arg[1], &b));
    enum rc rc = dec_is_zero(b) ? E_INVALID : dec_mod(a, b, &r);
    /* the sign of the dividend, as in most languages: -7 leaves -1 */
    if (rc == OK && !dec_is_zero(r) && r.neg != a.neg) {
        rc = arith_sub(r, b, &r);
    }
    return operators_number(e, rc, r);
}

static const struct val *rounded(struct eval *e, const struct val *const *arg, size_t n,
                                 enum dec_round how) {
    struct dec d;
    int places = 0;
    TRY(convert_number(e, arg[0], &d));
    if (n > 1) {
        TRY(convert_int(e, arg[1], &places));
    }
    if (places > PLACES_MAX) {
        return val_num(e->a, d);
    }
    places = places < -PLACES_MAX ? -PLACES_MAX : places;
    return val_num(e->a, dec_round(d, places, how));
}

const struct val *fn_round(struct eval *e, const struct val *const *arg, size_t n) {
    return rounded(e, arg, n, DEC_HALF_AWAY);
}

const struct val *fn_round_up(struct eval *e, const struct val *const *arg, size_t n) {
    return rounded(e, arg, n, DEC_UP);
}

const struct val *fn_round_down(struct eval *e, const struct val *const *arg, size_t n) {
    return rounded(e, arg, n, DEC_DOWN);
}

const struct val *fn_percent(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct dec d;
    int64_t whole;
    TRY(convert_number(e, arg[0], &d));
    enum rc rc = dec_mul(d, dec_from_i64(100), &d);
    if (rc != OK || dec_to_i64(dec_round(d, 0, DEC_HALF_AWAY), &whole) != OK) {
        return eval_error(e, "percentage value is out of range");
    }
    return eval_text(e, arena_printf(e->a, "%lld%%", (long long)whole));
}

/* splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). */
static uint64_t next_random(uint64_t *state) {
    uint64_t z = (*state += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

/* Sixteen decimals from 0 up to, not including, 1. */
static const struct val *random_unit(struct eval *e, struct dec *ret) {
    if (!e->env->random) {
        return eval_error(e, "there is no chance here");
    }
    *ret = dec_from_i64((int64_t)(next_random(e->env->random) % 10000000000000000ULL));
    ret->exp = dec_is_zero(*ret) ? 0 : -16;
    return NULL;
}

const struct val *fn_rand(struct eval *e, const struct val *const *arg, size_t n) {
    (void)arg;
    (void)n;
    struct dec d;
    TRY(random_unit(e, &d));
    return val_num(e->a, d);
}

const struct val *fn_rand_between(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct dec low, high, span, r;
    TRY(convert_number(e, arg[0], &low));
    TRY(convert_number(e, arg[1], &high));
    TRY(random_unit(e, &r));
    enum rc rc = arith_sub(high, low, &span);
    rc = rc == OK ? arith_add(span, dec_from_i64(1), &span) : rc;
    rc = rc == OK ? dec_mul(span, r, &r) : rc;
    r = rc == OK ? dec_round(r, 0, DEC_DOWN) : r;
    rc = rc == OK ? arith_add(r, low, &r) : rc;
    return operators_number(e, rc, r);
}

/* Numbers are added; a date and a number make a date; a date and a time put the time on it. */
const struct val *fn_legacy_add(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct dec a, b;
    struct instant i, j;
    bool num_a = !convert_number(e, arg[0], &a), num_b = !convert_number(e, arg[1], &b);
    bool date_a = !num_a && !convert_datetime(e, arg[0], false, &i);
    bool date_b = !num_b && !convert_datetime(e, arg[1], false, &j);
    if (date_a && date_b) {
        return eval_error(e, "cannot operate on two dates");
    }
    if ((date_a && num_b) || (date_b && num_a)) {
        int64_t days;
        struct dec d = date_a ? b : a;
        if (dec_to_i64(dec_round(d, 0, DEC_TRUNC), &days) != OK || days > INT32_MAX ||
            days < INT32_MIN) {
            return eval_error(e, "cannot operate on integers greater than 32 bit");
        }
        return when_add(e, date_a ? i : j, (int)days, 'D');
    }
    TRY(convert_number(e, arg[0], &a));
    TRY(convert_number(e, arg[1], &b));
    enum rc rc = arith_add(a, b, &a);
    return operators_number(e, rc, a);
}
