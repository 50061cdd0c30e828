/* digest.c - hashes, HMAC, base64 and hex (the only file that knows OpenSSL). */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>

static const EVP_MD *method(enum digest d) {
    switch (d) {
    case DIGEST_MD5:
        return EVP_md5();
    case DIGEST_SHA1:
        return EVP_sha1();
    case DIGEST_SHA256:
        return EVP_sha256();
    case DIGEST_SHA384:
        return EVP_sha384();
    case DIGEST_SHA512:
        return EVP_sha512();
    }
    return NULL;
}

/* A hash can only fail on a broken installation or without memory: nothing sane to go on with.
 */
static void __attribute__((noreturn)) broken(void) {
    fputs("the digest library refuses to work\n", stderr);
    abort();
}

size_t digest_hash(enum digest d, struct str data, unsigned char out[DIGEST_MAX]) {
    unsigned n = 0;
    if (!EVP_Digest(data.p ? data.p : "", data.n, out, &n, method(d), NULL)) {
        broken();
    }
    return n;
}

size_t digest_hmac(enum digest d, struct str key, struct str data,
                   unsigned char out[DIGEST_MAX]) {
    unsigned n = 0;
    const unsigned char *text = (const unsigned char *)(data.p ? data.p : "");
    if (key.n > INT32_MAX ||
        !HMAC(method(d), key.p ? key.p : "", (int)key.n, text, data.n, out, &n)) {
        broken();
    }
    return n;
}

struct str digest_hex(const void *p, size_t n, struct arena *a) {
    static const char hex[] = "0123456789abcdef";
    const unsigned char *in = p;
    char *out = arena_alloc(a, 2 * n + 1);
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = hex[in[i] >> 4];
        out[2 * i + 1] = hex[in[i] & 15];
    }
    return (struct str){out, 2 * n};
}

enum rc digest_unhex(struct str s, struct arena *a, struct str *ret) {
    if (s.n % 2 != 0) {
        return E_INVALID;
    }
    char *out = arena_alloc(a, s.n / 2 + 1);
    for (size_t i = 0; i < s.n; i += 2) {
        int hi = str_hex_digit(s.p[i]), lo = str_hex_digit(s.p[i + 1]);
        if (hi < 0 || lo < 0) {
            return E_INVALID;
        }
        out[i / 2] = (char)(hi << 4 | lo);
    }
    *ret = (struct str){out, s.n / 2};
    return OK;
}

static struct str base64(const void *p, size_t n, const char *alphabet, bool pad,
                         struct arena *a) {
    const unsigned char *in = p;
    char *out = arena_alloc(a, (n + 2) / 3 * 4 + 1);
    size_t o = 0;
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i;
        uint32_t v = (uint32_t)in[i] << 16;
        v |= left > 1 ? (uint32_t)in[i + 1] << 8 : 0;
        v |= left > 2 ? in[i + 2] : 0;
        for (size_t k = 0; k < 4; k++) {
            if (k <= left) {
                out[o++] = alphabet[v >> (18 - 6 * k) & 63];
            } else if (pad) {
                out[o++] = '=';
            }
        }
    }
    return (struct str){out, o};
}

struct str digest_base64(const void *p, size_t n, struct arena *a) {
    return base64(p, n, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
                  true, a);
}

struct str digest_base64url(const void *p, size_t n, struct arena *a) {
    return base64(p, n, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
                  false, a);
}

static int base64_digit(char c) {
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    if (c == '+' || c == '-') {
        return 62;
    }
    return c == '/' || c == '_' ? 63 : -1;
}

enum rc digest_unbase64(struct str s, struct arena *a, struct str *ret) {
    size_t padded = s.n;
    while (s.n > 0 && s.p[s.n - 1] == '=' && padded - s.n < 2) {
        s.n--;
    }
    /* one digit left over carries less than a byte; padding must fill the last group */
    if (s.n % 4 == 1 || (padded != s.n && padded % 4 != 0)) {
        return E_INVALID;
    }
    char *out = arena_alloc(a, s.n / 4 * 3 + 3);
    size_t o = 0;
    uint32_t v = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < s.n; i++) {
        int d = base64_digit(s.p[i]);
        if (d < 0) {
            return E_INVALID;
        }
        v = v << 6 | (uint32_t)d;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out[o++] = (char)(v >> bits & 255);
        }
    }
    *ret = (struct str){out, o};
    return OK;
}

bool digest_ed25519(struct str public_key, struct str data, struct str sig) {
    if (public_key.n != 32 || sig.n != 64) {
        return false;
    }
    EVP_PKEY *key = EVP_PKEY_new_raw_public_key(
        EVP_PKEY_ED25519, NULL, (const unsigned char *)public_key.p, public_key.n);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (!ctx) {
        broken();
    }
    const unsigned char *text = (const unsigned char *)(data.p ? data.p : "");
    bool good = key && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) == 1 &&
                EVP_DigestVerify(ctx, (const unsigned char *)sig.p, sig.n, text, data.n) == 1;
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    return good;
}

bool digest_equal(struct str a, struct str b) {
    volatile unsigned char diff = a.n != b.n;
    for (size_t i = 0; i < b.n; i++) {
        unsigned char c = a.n ? (unsigned char)a.p[i % a.n] : 0;
        diff = (unsigned char)(diff | (c ^ (unsigned char)b.p[i]));
    }
    return diff == 0;
}
