/* config_webhooks.h - the services that conversations may ask, with their keys by reference. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_CONFIG_WEBHOOKS_H
#define JOBS_CONFIG_WEBHOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/val.h"

#define CONFIG_WEBHOOKS_MAX 32
#define CONFIG_WEBHOOK_HEADERS_MAX 16

struct webhook_header {
    struct str name, written; /* "Bearer env:AGENDA_KEY": read anew for each call */
};

/* A conversation says the name, and what follows the address; it never sees the rest. */
struct webhook_config {
    struct str name;
    struct str url; /* "https://agenda.example.org/api", no "/" at its end */
    const struct webhook_header *header;
    size_t headers;
    int in_flight;      /* calls open at once */
    bool allow_private; /* the service is on the local network */
};

/* Reads the list under "webhooks:". Each mistake is told to `problem`. Texts live in `a`. */
void config_webhooks_read(const struct val *list, struct arena *a,
                          void (*problem)(void *ctx, int line, int column, const char *name,
                                          const struct err *e),
                          void *ctx, const struct webhook_config **ret, size_t *ret_n);
/* The value of a header: "env:NAME" and "file:PATH", alone or after a word and a space, become
 * what they name. */
enum rc config_webhook_value(struct str written, struct arena *a, struct str *ret,
                             bool *ret_ref, struct err *err) MUST_USE;
/* By name; or, with an empty name, the one whose address `url` begins with. *ret_rest is what
 * follows its address. NULL: none, or what follows could lead elsewhere. */
const struct webhook_config *config_webhook_find(const struct webhook_config *w, size_t n,
                                                 struct str name, struct str url,
                                                 struct str *ret_rest);
/* Their part of the reference. */
void config_webhooks_reference(struct buf *out);

#endif
