/* checks.h - what the unit tests of the ground floor share: cmocka and comparing views. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef TESTS_UNIT_CHECKS_H
#define TESTS_UNIT_CHECKS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"

/* Shows both texts when they differ. */
#define check_str(view, expected) check_str_at((view), (expected), __FILE__, __LINE__)

static inline void check_str_at(struct str got, const char *expected, const char *file,
                                int line) {
    char *z = malloc(got.n + 1);
    if (got.n) {
        memcpy(z, got.p, got.n);
    }
    z[got.n] = '\0';
    _assert_string_equal(z, expected, file, line);
    _assert_int_equal(got.n, strlen(expected), file, line);
    free(z);
}

#endif
