/* rxcache.h - compiled patterns, kept a while by each thread. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_EXPR_RXCACHE_H
#define BOT_EXPR_RXCACHE_H

#include "base/rx.h"

/* The compiled pattern, or NULL when it is none. Valid until the same thread has asked for 32
 * others. */
const struct rx *rxcache_get(struct str pattern, int flags);
/* The first match at or after `from`: OK, NONE, E_LIMIT, or E_INVALID when the pattern is none.
 */
enum rc rxcache_match(const char *pattern, int flags, struct str subject, size_t from,
                      struct rx_match *ret);

#endif
