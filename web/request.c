/* request.c - looks things up in a request. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/request.h"

struct str request_header(const struct web_request *r, const char *name) {
    for (size_t i = 0; i < r->headers; i++) {
        if (str_is(r->header[i].name, name)) {
            return r->header[i].value;
        }
    }
    return STR_EMPTY;
}

struct str request_cookie(const struct web_request *r, const char *name) {
    struct str rest = request_header(r, "cookie"), one;
    struct str want = str_from(name);
    while (rest.p && str_next(&rest, ';', &one)) {
        one = str_trim(one);
        if (one.n > want.n && str_starts(one, want) && one.p[want.n] == '=') {
            return str_sub(one, want.n + 1, one.n);
        }
    }
    return STR_EMPTY;
}
