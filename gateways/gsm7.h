/* gsm7.h - texts as bytes of the GSM 7-bit default alphabet. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef GATEWAYS_GSM7_H
#define GATEWAYS_GSM7_H

#include "base/arena.h"
#include "base/str.h"

/* One byte a septet (3GPP TS 23.038, 6.2.1), 0x1B before those of the extension table;
 * characters that have no septet become '?'. Not packed: gateways that take it do that
 * themselves. */
struct str gsm7_encode(struct str text, struct arena *a);
/* The reverse; bytes over 0x7F become U+FFFD. */
struct str gsm7_decode(struct str bytes, struct arena *a);

#endif
