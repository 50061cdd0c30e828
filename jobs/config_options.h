/* config_options.h - the table of settings: name, type, bounds, default, meaning. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_CONFIG_OPTIONS_H
#define JOBS_CONFIG_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

enum option_type {
    OPTION_TEXT,     /* struct str; min..max characters */
    OPTION_INT,      /* int; min..max */
    OPTION_BOOL,     /* bool: oui/non, yes/no, true/false */
    OPTION_DURATION, /* int64_t ms: "30 s", "10 min", "2 h", "3 j"; min..max in ms */
    OPTION_HOURS,    /* struct hours: "9:00-20:00" or "fermé" */
    OPTION_CHOICE,   /* struct str, one of `choices` */
    OPTION_URL       /* struct str: http:// or https://, may be empty */
};

struct option {
    const char *name; /* "org.name" */
    enum option_type type;
    size_t offset; /* in struct config */
    int64_t min, max;
    const char *dflt;    /* as it would be written */
    const char *choices; /* OPTION_CHOICE: "a|b|c" */
    const char *doc;     /* French, one sentence */
};

extern const struct option CONFIG_OPTIONS[]; /* ended by a NULL name; grouped by section */

#endif
