/* str.c - views of bytes: compare, search, split. */
/* SPDX-License-Identifier: EUPL-1.2 */
#define _GNU_SOURCE /* memmem */
#include "base/str.h"

#include <string.h>

struct str str_from(const char *cstr) {
    return cstr ? (struct str){cstr, strlen(cstr)} : STR_EMPTY;
}

struct str str_sub(struct str s, size_t from, size_t n) {
    if (from > s.n) {
        from = s.n;
    }
    if (n > s.n - from) {
        n = s.n - from;
    }
    return (struct str){s.p ? s.p + from : NULL, n};
}

static unsigned char lower(char c) {
    unsigned char u = (unsigned char)c;
    return u >= 'A' && u <= 'Z' ? (unsigned char)(u + 32) : u;
}

bool str_eq_nocase(struct str a, struct str b) {
    if (a.n != b.n) {
        return false;
    }
    for (size_t i = 0; i < a.n; i++) {
        if (lower(a.p[i]) != lower(b.p[i])) {
            return false;
        }
    }
    return true;
}

int str_cmp(struct str a, struct str b) {
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    if (c != 0) {
        return c;
    }
    return (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str prefix) {
    return s.n >= prefix.n && str_eq(str_sub(s, 0, prefix.n), prefix);
}

bool str_ends(struct str s, struct str suffix) {
    return s.n >= suffix.n && str_eq(str_sub(s, s.n - suffix.n, suffix.n), suffix);
}

size_t str_find(struct str s, struct str needle, size_t from) {
    if (from > s.n || needle.n > s.n - from) {
        return SIZE_MAX;
    }
    if (needle.n == 0) {
        return from;
    }
    const char *p = memmem(s.p + from, s.n - from, needle.p, needle.n);
    return p ? (size_t)(p - s.p) : SIZE_MAX;
}

size_t str_find_char(struct str s, char c, size_t from) {
    if (from >= s.n) {
        return SIZE_MAX;
    }
    const char *p = memchr(s.p + from, c, s.n - from);
    return p ? (size_t)(p - s.p) : SIZE_MAX;
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s) {
    while (s.n > 0 && is_space(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n > 0 && is_space(s.p[s.n - 1])) {
        s.n--;
    }
    return s;
}

bool str_next(struct str *rest, char sep, struct str *ret) {
    if (!rest->p) {
        return false;
    }
    size_t at = str_find_char(*rest, sep, 0);
    if (at == SIZE_MAX) {
        *ret = *rest;
        *rest = STR_EMPTY;
    } else {
        *ret = str_sub(*rest, 0, at);
        *rest = str_sub(*rest, at + 1, SIZE_MAX);
    }
    return true;
}

bool str_to_i64(struct str s, int64_t *ret) {
    size_t i = 0;
    bool neg = false;
    if (s.n > 0 && (s.p[0] == '-' || s.p[0] == '+')) {
        neg = s.p[0] == '-';
        i = 1;
    }
    if (i == s.n) {
        return false;
    }
    const uint64_t limit = neg ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
    uint64_t v = 0;
    for (; i < s.n; i++) {
        unsigned d = (unsigned)((unsigned char)s.p[i] - '0');
        if (d > 9 || v > (limit - d) / 10) {
            return false;
        }
        v = v * 10 + d;
    }
    *ret = neg ? (int64_t)(0 - v) : (int64_t)v;
    return true;
}

struct str str_of_i64(int64_t i, char room[24]) {
    uint64_t u = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
    size_t at = 24;
    do {
        room[--at] = (char)('0' + u % 10);
        u /= 10;
    } while (u);
    if (i < 0) {
        room[--at] = '-';
    }
    return (struct str){room + at, 24 - at};
}

uint64_t str_hash(struct str s) {
    uint64_t h = 14695981039346656037ULL;
    for (size_t i = 0; i < s.n; i++) {
        h = (h ^ (unsigned char)s.p[i]) * 1099511628211ULL;
    }
    return h;
}
