/* err.h - how every function of the project says that something went wrong. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stddef.h>

/* Result codes. OK and NONE are not errors; everything negative is.
 * The list is closed: a caller may switch over it without a default. */
enum rc {
    OK = 0,
    NONE = 1,          /* nothing there: end of a list, no such row, no match */
    E_INVALID = -1,    /* the input is wrong; err says where and what to write instead */
    E_LIMIT = -2,      /* a cap was reached: size, depth, fuel, rate */
    E_IO = -3,         /* disk, socket or library failed; retrying later may help */
    E_BUSY = -4,       /* somebody else holds it; retry soon */
    E_CONFLICT = -5,   /* it exists already, or changed under us */
    E_DENIED = -6,     /* signature, role or policy says no */
    E_STATE = -7,      /* not allowed in this state */
    E_UNSUPPORTED = -8 /* understood, but this build or provider cannot do it */
};

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

/* What a person reads. Filled only on failure; a NULL `struct err *` is always accepted.
 * line and column count from 1; 0 means unknown. Column counts characters, not bytes. */
struct err {
    enum rc rc;
    char file[256];
    int line, column;
    char text[384]; /* what is wrong, one sentence */
    char hint[256]; /* what to do instead; empty when there is nothing to say */
};

/* Fill `e` and return `rc`, so that failures are one line:
 *     return err_set(err, E_INVALID, "no such field '%.*s'", STR_ARG(name)); */
enum rc err_set(struct err *e, enum rc rc, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* The same with a place in a source file. */
enum rc err_at(struct err *e, enum rc rc, const char *file, int line, int column,
               const char *fmt, ...) PRINTF_LIKE(6, 7);

/* Add the hint to an error already set. */
void err_hint(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* "file:line:column: text (hint)" into `out`, always NUL-terminated. Returns out. */
const char *err_format(const struct err *e, char *out, size_t n);

/* "E_INVALID" etc., for logs. */
const char *rc_name(enum rc rc);

#endif
