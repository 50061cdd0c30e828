/* wire_case.h - runs one recorded exchange of tests/wire (see its README). */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef TESTS_WIRE_CASE_H
#define TESTS_WIRE_CASE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/val.h"

/* Loads PATH (its folder names the gateway), runs it, and gives what the codec made of it and
 * what the file wants, both as maps. The case passes when they are equal. */
enum rc wire_case_run(const char *path, struct arena *a, const struct val **ret_got,
                      const struct val **ret_want, struct err *err);

#endif
