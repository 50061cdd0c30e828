/* request.h - one HTTP request as a page or a web-hook sees it, and the answer it gives. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef WEB_REQUEST_H
#define WEB_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct server;

struct web_header {
    struct str name, value; /* request names are in lower case */
};

/* Every view lives until the handler returns: a handler that answers later copies what it
 * keeps. Bytes are as they came (percent-decoded in `path`): validity as UTF-8 is the handler's
 * business. */
struct web_request {
    struct server *server;
    int64_t id;        /* for server_answer, from any thread */
    struct str method; /* "GET" (HEAD comes as GET) or "POST" */
    struct str path;   /* decoded, begins with '/' */
    struct str tail;   /* what follows a prefix route's path; "" for an exact route */
    struct str query;  /* without '?', percent-encoded anew in the one canonical way */
    struct str host;   /* as the client wrote it, port included */
    bool secure;       /* https, by the word of a trusted proxy */
    struct str remote_ip;
    const struct web_header *header;
    size_t headers;
    struct str body;
    struct arena *arena; /* for the handler's own use, same life */
};

/* Copied by server_answer: the views need to live only for the call. */
struct web_answer {
    int status;
    struct str content_type;         /* "" = none */
    const struct web_header *header; /* in addition to the security headers; a name given here
                                        replaces one of those */
    size_t headers;
    struct str body;
};

/* Value of a header (name in lower case), "" with p NULL when absent. */
struct str request_header(const struct web_request *r, const char *name);
/* Value of a cookie, "" with p NULL when absent. */
struct str request_cookie(const struct web_request *r, const char *name);

#endif
