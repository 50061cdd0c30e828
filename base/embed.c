/* embed.c - finds a file that travels inside the binary. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/embed.h"

#include <string.h>

struct str embed_get(const char *name) {
    for (const struct embed_file *f = EMBED_FILES; f->name; f++) {
        if (strcmp(f->name, name) == 0) {
            return (struct str){(const char *)f->data, f->n};
        }
    }
    return STR_EMPTY;
}
