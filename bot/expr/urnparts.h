/* urnparts.h - addresses of contacts as URNs: "tel:+33639980123", "telegram:12345#lea". */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_EXPR_URNPARTS_H
#define BOT_EXPR_URNPARTS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

struct urnparts {
    struct str scheme, path, query, display; /* escapes of # % ? are resolved */
};

/* NULL, or why the text is no URN. */
const char *urnparts_read(struct str urn, struct arena *a, struct urnparts *ret);
/* What a person sees: the display name, a telephone number as its country writes it, or the
 * path. */
struct str urnparts_pretty(const struct urnparts *u, struct arena *a);
/* One of the schemes that RapidPro knows ("tel", "mailto", "telegram"...). */
bool urnparts_is_scheme(struct str scheme);

#endif
