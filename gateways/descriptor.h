/* descriptor.h - an SMS provider described by a YAML file, compiled and checked, as a gateway.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef GATEWAYS_DESCRIPTOR_H
#define GATEWAYS_DESCRIPTOR_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "gateways/gateway.h"

/* The language of these files is docs/new-provider.md and gateways/providers/README.md. */

/* The gateway made from providers/NAME.yaml: a file of that name in the folder given to
 * descriptor_set_dir wins over the one embedded in the binary. Compiled once and kept until the
 * process ends; thread-safe. NONE when there is no such descriptor. A descriptor with a mistake
 * is found all the same: its open() fails and says file, line and column. */
enum rc descriptor_find(struct str name, const struct gateway_kind **ret);

/* Folder of the installation's own descriptors; NULL for none. Call once, before the first
 * find. */
void descriptor_set_dir(const char *dir);

/* Compiles the text of a descriptor. *ret lives in `a`; err has file, line and column. */
enum rc descriptor_compile(const char *file, struct str text, struct arena *a,
                           const struct gateway_kind **ret, struct err *err) MUST_USE;

/* Names of the embedded descriptors, sorted; *ret_n of them. */
const struct str *descriptor_names(struct arena *a, size_t *ret_n);

/* True for gateways made from a descriptor. */
bool descriptor_is(const struct gateway_kind *kind);

/* What a descriptor says of its provider's pace and of what may be asked. 0 = not said. */
struct descriptor_limits {
    double per_second;    /* messages a second over the channel */
    int per_recipient_s;  /* seconds between two messages to one person */
    int in_flight;        /* calls at the same time */
    int parts_max;        /* SMS segments one message may have */
    double price;         /* of one segment, in `currency`; the configuration may override */
    const char *currency; /* "EUR" or NULL */
};
/* All zero for a kind that is no descriptor. */
struct descriptor_limits descriptor_limits(const struct gateway_kind *kind);

/* Copy of `text` in which every secret of the channel's configuration (as written,
 * percent-encoded, in base64, alone or as user:password) is replaced by "[secret]". Works for C
 * gateways too: there, every value whose key looks like a secret counts. For logs and for
 * `gateway try`. */
struct str descriptor_redact(const struct gw_channel *ch, struct str text, struct arena *a);

/* The keys the configuration may hold: one "name type" per item, for `gateway check`. */
const struct str *descriptor_config(const struct gateway_kind *kind, struct arena *a,
                                    size_t *ret_n);

#endif
