/* phone.h - telephone numbers as people write them, to E.164 (by libphonenumber). */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_PHONE_H
#define BASE_PHONE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum phone_type { PHONE_MOBILE, PHONE_FIXED, PHONE_OTHER };

struct phone {
    struct str e164;   /* "+33639980123" */
    struct str region; /* "FR", "RE"... */
    enum phone_type type;
    bool doubtful; /* possible by its length but not in the tables (newer than them) */
};

/* `region` is the country of national numbers ("FR"). For FR, a national number that fails is
 * tried as RE, GP, MQ, GF, YT and taken when exactly one fits. Letters other than a leading
 * letter O are refused. NONE when it is no number; short codes are never numbers. Thread-safe.
 */
enum rc phone_parse(struct str text, struct str region, struct arena *a, struct phone *ret);
/* "06 39 98 01 23" for FR numbers seen from FR, international form otherwise. */
struct str phone_pretty(struct str e164, struct str region, struct arena *a);
/* National significant form without formatting: "0639980123". */
struct str phone_national(struct str e164, struct arena *a);
/* "+33 6 39 ** ** 23": what staff lists and logs of last resort may show. */
struct str phone_masked(struct str e164, struct arena *a);

#endif
