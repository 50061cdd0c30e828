/* guard_password.c - argon2id by libsodium; the only file that knows it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/guard_password.h"

#include <sodium.h>
#include <string.h>

#include "base/text.h"

#define MEMORY (19u * 1024 * 1024)
#define PASSES 3

enum rc guard_password_hash(struct str password, struct arena *a, struct str *ret,
                            struct err *err) {
    char out[crypto_pwhash_STRBYTES];
    if (text_length(password) < GUARD_PASSWORD_MIN || password.n > GUARD_PASSWORD_MAX) {
        err_set(err, E_INVALID, "Le mot de passe doit avoir de %d à %d caractères.",
                GUARD_PASSWORD_MIN, GUARD_PASSWORD_MAX);
        err_hint(err, "une phrase de quatre mots convient");
        return E_INVALID;
    }
    if (sodium_init() < 0 || crypto_pwhash_str_alg(out, password.p, password.n, PASSES, MEMORY,
                                                   crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return err_set(err, E_IO, "pas assez de mémoire pour le mot de passe");
    }
    *ret = arena_str(a, str_from(out));
    return OK;
}

bool guard_password_check(struct str hash, struct str password) {
    /* of a word nobody knows: keeps the time the same for accounts that do not exist */
    static const char decoy[] = "$argon2id$v=19$m=19456,t=3,p=1$YWJjZGVmZ2hpamtsbW5vcA$"
                                "kWJ0Yb1vK3kHqzZ0xw4yYkq1n8iY5pXkqJm9v8QmW5c";
    char text[crypto_pwhash_STRBYTES] = "";
    bool usable = hash.n > 0 && hash.n < sizeof text && password.n <= GUARD_PASSWORD_MAX;
    if (sodium_init() < 0) {
        return false;
    }
    if (usable) {
        memcpy(text, hash.p, hash.n);
    } else {
        memcpy(text, decoy, sizeof decoy);
        password = STR("-");
    }
    bool ok = crypto_pwhash_str_verify(text, password.n ? password.p : "", password.n) == 0;
    return ok && usable;
}

bool guard_password_is_old(struct str hash) {
    char text[crypto_pwhash_STRBYTES] = "";
    if (hash.n >= sizeof text) {
        return true;
    }
    memcpy(text, hash.p ? hash.p : "", hash.n);
    return crypto_pwhash_str_needs_rehash(text, PASSES, MEMORY) != 0;
}
