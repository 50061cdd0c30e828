/* phonefind.c - telephone numbers in what people write. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/phonefind.h"

#include "base/phone.h"

#define CANDIDATE_MIN 5   /* characters */
#define CANDIDATES_MAX 20 /* reading one takes some 40 microseconds */
#define CODED_MIN 11      /* digits of a number that may carry a country code */

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_phone_char(char c) {
    return is_digit(c) || c == ' ' || c == '.' || c == '-' || c == '(' || c == ')';
}

/* "+" and the digits of s. */
static struct str plain_number(struct str s, struct arena *a) {
    char *out = arena_alloc(a, s.n + 2);
    size_t n = 0;
    out[n++] = '+';
    for (size_t i = 0; i < s.n; i++) {
        if (is_digit(s.p[i])) {
            out[n++] = s.p[i];
        }
    }
    return (struct str){out, n};
}

/* Could a number have this many digits (ITU-T E.164; ten behind +1 in the North American plan)?
 */
static bool is_possible(struct str number) {
    size_t digits = number.n - 1;
    if (digits > 1 && number.p[1] == '1') {
        return digits == 11;
    }
    return digits >= 8 && digits <= 15 && number.p[1] != '0';
}

bool phonefind_whole(struct str s, struct str country, struct arena *a, struct str *ret) {
    s = str_trim(s);
    bool coded = s.n && s.p[0] == '+';
    for (size_t i = coded; i < s.n; i++) {
        if (!is_phone_char(s.p[i])) {
            return false;
        }
    }
    if (s.n < CANDIDATE_MIN + (size_t)coded) {
        return false;
    }
    struct str region = country.n == 2 ? country : STR("ZZ"), number = plain_number(s, a);
    struct phone as_it_is, with_plus;
    bool found = phone_parse(s, region, a, &as_it_is) == OK;
    if (found && !as_it_is.doubtful) {
        *ret = as_it_is.e164;
        return true;
    }
    if (!coded && number.n > CODED_MIN && phone_parse(number, region, a, &with_plus) == OK &&
        !with_plus.doubtful) {
        *ret = with_plus.e164;
        return true;
    }
    *ret = found ? as_it_is.e164 : number;
    return found || (coded && is_possible(number));
}

bool phonefind_first(struct str s, struct str country, struct arena *a, struct str *ret) {
    int candidates = 0;
    for (size_t i = 0; i < s.n && candidates < CANDIDATES_MAX;) {
        size_t end = i + (s.p[i] == '+'), from = i;
        while (end < s.n && is_phone_char(s.p[end])) {
            end++;
        }
        candidates += end - from >= CANDIDATE_MIN;
        if (end - from >= CANDIDATE_MIN &&
            phonefind_whole(str_sub(s, from, end - from), country, a, ret)) {
            return true;
        }
        i = end > from ? end : from + 1;
    }
    return false;
}

bool phonefind_pretty(struct str e164, struct arena *a, struct str *ret) {
    struct phone p;
    if (phone_parse(e164, STR("ZZ"), a, &p) != OK) {
        return false;
    }
    *ret = phone_pretty(p.e164, p.region, a);
    return true;
}
