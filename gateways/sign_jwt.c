/* sign_jwt.c - a JSON web token (HS256, HS384 or HS512) that carries hashes of the URL and of
 * the body. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/digest.h"
#include "base/json.h"
#include "gateways/sign.h"

/* MessageBird-Signature-JWT: https://developers.messagebird.com/api/#verifying-http-requests.
 * url_hash is the SHA-256 of the full URL with its query; payload_hash that of the body, absent
 * without a body. */

#define CLOCK_SLACK_S 60

static bool hash_fits(const struct val *claims, const char *claim, struct str data,
                      struct arena *a) {
    unsigned char out[DIGEST_MAX];
    struct str want = val_get_text(claims, claim, STR_EMPTY);
    size_t n = digest_hash(DIGEST_SHA256, data, out);
    return want.n ? digest_equal(digest_hex(out, n, a), want) : data.n == 0;
}

static bool claims_fit(const struct val *claims, const struct sign_input *in, struct arena *a) {
    int64_t now = in->rq->now_ms / 1000;
    return now + CLOCK_SLACK_S >= val_get_int(claims, "nbf", 0) &&
           now - CLOCK_SLACK_S <= val_get_int(claims, "exp", INT64_MAX) &&
           hash_fits(claims, "url_hash", in->rq->url, a) &&
           hash_fits(claims, "payload_hash", in->rq->body, a);
}

static bool digest_of(struct str alg, enum digest *ret) {
    if (str_is(alg, "HS256")) {
        *ret = DIGEST_SHA256;
    } else if (str_is(alg, "HS384")) {
        *ret = DIGEST_SHA384;
    } else if (str_is(alg, "HS512")) {
        *ret = DIGEST_SHA512;
    } else {
        return false;
    }
    return true;
}

static enum rc check(const struct sign_input *in, struct arena *a) {
    struct str token =
        gw_header_get(in->rq->header, in->rq->headers, arena_cstr(a, in->header));
    size_t one = str_find_char(token, '.', 0);
    size_t two = one == SIZE_MAX ? SIZE_MAX : str_find_char(token, '.', one + 1);
    struct str head_json, claims_json, signature;
    const struct val *head, *claims;
    if (two == SIZE_MAX || digest_unbase64(str_sub(token, 0, one), a, &head_json) != OK ||
        digest_unbase64(str_sub(token, one + 1, two - one - 1), a, &claims_json) != OK ||
        digest_unbase64(str_sub(token, two + 1, token.n), a, &signature) != OK ||
        json_parse(head_json, a, &head, NULL) != OK ||
        json_parse(claims_json, a, &claims, NULL) != OK) {
        return E_DENIED;
    }
    enum digest d;
    if (!digest_of(val_get_text(head, "alg", STR_EMPTY), &d)) {
        return E_DENIED; /* "none" among them */
    }
    unsigned char out[DIGEST_MAX];
    size_t n = digest_hmac(d, in->secret, str_sub(token, 0, two), out);
    bool genuine = digest_equal((struct str){(const char *)out, n}, signature);
    return genuine && claims_fit(claims, in, a) ? OK : E_DENIED;
}

const struct sign_scheme SIGN_JWT_HS = {"jwt_hs", true, check};
