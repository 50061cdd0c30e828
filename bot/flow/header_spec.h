/* header_spec.h - the keys at the top of a flow and inside its "starts", for the checker, the
 * reference and the schema of editors. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_FLOW_HEADER_SPEC_H
#define BOT_FLOW_HEADER_SPEC_H

#include "base/arena.h"
#include "bot/flow/kind.h"

/* Both ended by a NULL name. */
extern const struct key_spec HEADER_SPEC[], STARTS_SPEC[];

/* The row of a key; NULL: there is none. */
const struct key_spec *header_spec_find(const struct key_spec *table, struct str key);
/* All names of a table, separated by spaces. */
const char *header_spec_names(const struct key_spec *table, struct arena *a);

#endif
