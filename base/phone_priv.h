/* phone_priv.h - the C face of the C++ phone library, for phone.c alone. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_PHONE_PRIV_H
#define BASE_PHONE_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct phone_shim {
    char e164[32];
    char region[4];
    int country_code;
    bool valid;    /* in the library's tables */
    bool possible; /* right by its length at least */
    bool mobile, fixed;
};

/* False when the text is no number at all, or the library failed. */
bool phone_shim_parse(const char *text, size_t n, const char *region, struct phone_shim *ret);
/* e164 in national or international form; false when it does not parse. */
bool phone_shim_format(const char *e164, bool national, char *out, size_t cap,
                       int *ret_country);

#ifdef __cplusplus
}
#endif

#endif
