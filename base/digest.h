/* digest.h - hashes, HMAC, base64, hex, and comparison that takes the same time (OpenSSL). */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum digest { DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 };
#define DIGEST_MAX 64

/* Return the length written (16, 20, 32, 48, 64). */
size_t digest_hash(enum digest d, struct str data, unsigned char out[DIGEST_MAX]);
size_t digest_hmac(enum digest d, struct str key, struct str data,
                   unsigned char out[DIGEST_MAX]);
struct str digest_hex(const void *p, size_t n, struct arena *a); /* lower case */
struct str digest_base64(const void *p, size_t n, struct arena *a);
struct str digest_base64url(const void *p, size_t n, struct arena *a); /* no padding */
/* Accepts both alphabets, padding optional. E_INVALID otherwise. */
enum rc digest_unbase64(struct str s, struct arena *a, struct str *ret);
enum rc digest_unhex(struct str s, struct arena *a, struct str *ret);
/* Ed25519 (RFC 8032): is `sig` (64 bytes) the holder of `public_key` (32 bytes) signing `data`?
 */
bool digest_ed25519(struct str public_key, struct str data, struct str sig);
/* Time depends only on the length of b. */
bool digest_equal(struct str a, struct str b);

#endif
