/* arena_fixture.h - one arena for all the tests of a file: most of what is read lives in one.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef TESTS_UNIT_ARENA_FIXTURE_H
#define TESTS_UNIT_ARENA_FIXTURE_H

#include "tests/unit/checks.h"

#include "base/arena.h"

static struct arena A;

/* Of the whole group. */
static int setup(void **state) {
    (void)state;
    arena_init(&A);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_done(&A);
    return 0;
}

#endif
