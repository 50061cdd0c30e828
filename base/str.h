/* str.h - views of bytes: a pointer and a length, never owned, never assumed NUL-terminated. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *p; /* may be NULL only when n is 0 */
    size_t n;
};

#define STR(lit) ((struct str){(lit), sizeof(lit) - 1})
#define STR_ARG(s) (int)(s).n, ((s).p ? (s).p : "") /* for "%.*s" */
#define STR_EMPTY ((struct str){NULL, 0})

struct str str_from(const char *cstr);                   /* NULL gives the empty view */
struct str str_sub(struct str s, size_t from, size_t n); /* clamped */
/* These two in the header: against a literal the compiler leaves one comparison of lengths. */
static inline bool str_eq(struct str a, struct str b) {
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
static inline bool str_is(struct str a, const char *b) { /* NULL is the empty text */
    return str_eq(a, (struct str){b, b ? strlen(b) : 0});
}
bool str_eq_nocase(struct str a, struct str b); /* ASCII only; see text.h for the rest */
int str_cmp(struct str a, struct str b);        /* bytes, as strcmp */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Offset of the first occurrence at or after `from`, or SIZE_MAX. */
size_t str_find(struct str s, struct str needle, size_t from);
size_t str_find_char(struct str s, char c, size_t from);
struct str str_trim(struct str s); /* ASCII white space on both sides */
/* Takes the part before `sep` off the front of *rest into *ret; false when *rest is used up.
 * "a,,b" gives "a", "", "b"; an empty *rest with p == NULL ends. */
bool str_next(struct str *rest, char sep, struct str *ret);
/* 0..15; -1 when it is none. */
static inline int str_hex_digit(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}
/* Whole view must be an optional sign and digits within range. */
bool str_to_i64(struct str s, int64_t *ret);
/* The other way, without a format: a view of `room`. */
struct str str_of_i64(int64_t i, char room[24]);
uint64_t
str_hash(struct str s); /* FNV-1a 64; stable across versions (stored in the database) */

#endif
