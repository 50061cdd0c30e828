/* rx.h - regular expressions with limits (the only file that knows PCRE2). */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_RX_H
#define BASE_RX_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

struct rx; /* compiled once, used by any thread */

enum { RX_NOCASE = 1, RX_UTF = 2, RX_ANCHORED = 4, RX_MULTILINE = 8, RX_DOTALL = 16 };
#define RX_GROUPS_MAX 32

struct rx_match {
    struct str
        group[RX_GROUPS_MAX]; /* [0] is the whole match; absent groups are empty with p NULL */
    int n;
};

/* err->column is the place in the pattern. Patterns over 4096 bytes give E_LIMIT. */
enum rc rx_compile(struct str pattern, int flags, struct rx **ret, struct err *err) MUST_USE;
void rx_free(struct rx *rx);
/* How many groups the pattern has, the whole match not counted; at most RX_GROUPS_MAX - 1. */
int rx_groups(const struct rx *rx);
/* OK, NONE, or E_LIMIT when the pattern is catastrophic on this text (match and depth limits).
 */
enum rc rx_match(const struct rx *rx, struct str subject, size_t from, struct rx_match *ret);

#endif
