/* fuzz_dec.c - two numbers and every operation: results stay in range and obey the laws. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>

#include "base/dec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct arena a;

static void demand(bool law) {
    if (!law) {
        abort();
    }
}

/* What is written is read back as the same number. */
static void check_text(struct dec d) {
    struct dec back;
    demand(dec_parse(dec_text(d, &a), &back) == OK);
    demand(dec_cmp(d, back) == 0);
    demand(!d.neg || !dec_is_zero(d));
}

static void check_rounding(struct dec x, int places) {
    struct dec up = dec_round(x, places, DEC_UP), down = dec_round(x, places, DEC_DOWN);
    demand(dec_cmp(down, x) <= 0 && dec_cmp(x, up) <= 0);
    for (int how = DEC_HALF_AWAY; how <= DEC_TRUNC; how++) {
        struct dec r = dec_round(x, places, (enum dec_round)how);
        demand(dec_cmp(r, up) == 0 || dec_cmp(r, down) == 0 || dec_cmp(r, x) == 0);
        check_text(r);
    }
}

static void check_pair(struct dec x, struct dec y) {
    struct dec r, s;
    demand(dec_cmp(x, y) == -dec_cmp(y, x));
    if (dec_add(x, y, &r) == OK) {
        check_text(r);
        demand(dec_add(y, x, &s) == OK && dec_cmp(r, s) == 0);
    }
    if (dec_sub(x, y, &r) == OK) {
        check_text(r);
        demand(dec_cmp(r, dec_from_i64(0)) == dec_cmp(x, y));
    }
    if (dec_mul(x, y, &r) == OK) {
        check_text(r);
        demand(dec_mul(y, x, &s) == OK && dec_cmp(r, s) == 0);
    }
    if (dec_div(x, y, &r) == OK) {
        check_text(r);
    }
    if (dec_mod(x, y, &r) == OK) {
        check_text(r);
        demand(dec_is_zero(r) || r.neg == y.neg);
        demand(dec_cmp(dec_abs(r), dec_abs(y)) <= 0);
    }
    if (dec_pow(x, y, &r) == OK) {
        check_text(r);
    }
}

/* "number,number": the comma and everything around it is the fuzzer's. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct str rest = {(const char *)data, size}, one;
    struct dec x, y;
    if (size == 0 || !str_next(&rest, ',', &one) || dec_parse(one, &x) != OK) {
        return 0;
    }
    arena_init(&a);
    check_text(x);
    for (int places = -120; places <= 140; places += 13) {
        check_rounding(x, places);
    }
    if (rest.p && dec_parse(rest, &y) == OK) {
        check_pair(x, y);
        check_pair(y, x);
    }
    arena_done(&a);
    return 0;
}
