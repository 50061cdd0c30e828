/* guard_password.h - passwords of the staff: hashed slowly, so that a stolen file says nothing.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef WEB_GUARD_PASSWORD_H
#define WEB_GUARD_PASSWORD_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define GUARD_PASSWORD_MIN                                                                     \
    10 /* characters, with a lock after five tries (NIST SP 800-63B: at least 8) */
#define GUARD_PASSWORD_MAX 200

/* argon2id, 19 MiB, 3 passes (OWASP password storage, at least 19 MiB and 2): about 0.1 s of
 * one core. Never on the server's thread. E_INVALID: too short or too long; E_IO: no memory for
 * it. */
enum rc guard_password_hash(struct str password, struct arena *a, struct str *ret,
                            struct err *err) MUST_USE;

/* Takes as long for an empty or broken hash as for a good one. */
bool guard_password_check(struct str hash, struct str password);

/* True when the hash was made with weaker settings than today's. */
bool guard_password_is_old(struct str hash);

#endif
