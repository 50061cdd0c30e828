/* towns.h - the official list of communes, for whoever needs to place a person. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BOT_UNDERSTAND_TOWNS_H
#define BOT_UNDERSTAND_TOWNS_H

#include <stddef.h>

#include "base/str.h"

struct und;

struct town {
    struct str name;      /* "Saint-Denis" */
    struct str postcodes; /* "93200 93210" */
    struct str insee;     /* "93066", of today's commune */
};

/* Communes with this official name (as und_read gives it; case is ignored) or this postcode
 * (five digits), at most `max`. Several communes share a name, and a postcode: the caller
 * decides. Views live as long as `u`. */
size_t towns_find(const struct und *u, struct str name_or_postcode, struct town *ret,
                  size_t max);

#endif
