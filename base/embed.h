/* embed.h - files that travel inside the binary: schema, flows, tables, providers, pages'
 * assets. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_EMBED_H
#define BASE_EMBED_H

#include <stddef.h>

#include "base/str.h"

struct embed_file {
    const char *name; /* path in the source tree, "db/schema/0001_core.sql" */
    const unsigned char *data;
    size_t n;
};

extern const struct embed_file
    EMBED_FILES[]; /* sorted by name, ended by a NULL name; made by tools/embed.sh */

/* Empty view with p == NULL when there is no such file. */
struct str embed_get(const char *name);

#endif
