/* form.h - fields of a form or of a query, decoded and checked. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef WEB_FORM_H
#define WEB_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define FORM_FIELDS_MAX 500

struct form_field {
    struct str name, value;
};

struct form {
    struct form_field *field; /* in the order sent; a name may come several times */
    size_t n;
};

/* application/x-www-form-urlencoded (WHATWG URL standard 5.1). Values are valid UTF-8 with line
 * ends as LF. E_INVALID: a bad escape or bytes that are not UTF-8; E_LIMIT: too many fields. */
enum rc form_parse(struct str text, struct arena *a, struct form *ret) MUST_USE;
/* First value, trimmed; "" with p NULL when absent. */
struct str form_get(const struct form *f, const char *name);
/* Whole number, or dflt when absent or not one. */
int64_t form_int(const struct form *f, const char *name, int64_t dflt);
/* All values of a name (check boxes), empty ones left out. */
size_t form_all(const struct form *f, const char *name, struct arena *a, struct str **ret);

#endif
