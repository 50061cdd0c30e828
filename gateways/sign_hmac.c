/* sign_hmac.c - an HMAC of the raw body in a header, with or without a time stamp. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <ctype.h>

#include "base/buf.h"
#include "base/digest.h"
#include "gateways/sign.h"

/* Meta: X-Hub-Signature-256 "sha256=" hex of the body. SMSGate: X-Signature hex of body +
 * X-Timestamp. Plivo: base64 of the address without its query + a nonce. */

static bool digest_named(struct str name, enum digest *ret) {
    static const struct {
        const char *name;
        enum digest digest;
    } all[] = {{"md5", DIGEST_MD5},
               {"sha1", DIGEST_SHA1},
               {"sha256", DIGEST_SHA256},
               {"sha512", DIGEST_SHA512}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (str_eq_nocase(name, str_from(all[i].name))) {
            *ret = all[i].digest;
            return true;
        }
    }
    return false;
}

bool sign_is_fresh(const struct sign_input *in) {
    int64_t at;
    if (!in->skew_s) {
        return true;
    }
    if (!str_to_i64(in->timestamp, &at)) {
        return false;
    }
    int64_t age = in->rq->now_ms / 1000 - at;
    return age <= in->skew_s && age >= -in->skew_s;
}

static enum rc check(const struct sign_input *in, struct arena *a) {
    struct str given =
        gw_header_get(in->rq->header, in->rq->headers, arena_cstr(a, in->header));
    enum digest d = DIGEST_SHA256;
    if (in->alg.n && !digest_named(in->alg, &d)) {
        return E_DENIED;
    }
    if (!given.n || !str_starts(given, in->prefix)) {
        return E_DENIED;
    }
    given = str_sub(given, in->prefix.n, given.n);
    struct buf data;
    buf_init(&data, 4 << 20);
    buf_str(&data, in->data.p ? in->data : in->rq->body);
    buf_str(&data, in->append);
    unsigned char out[DIGEST_MAX];
    size_t n = digest_hmac(d, in->secret, buf_view(&data), out);
    buf_done(&data);
    if (in->base64) {
        return digest_equal(digest_base64(out, n, a), given) && sign_is_fresh(in) ? OK
                                                                                  : E_DENIED;
    }
    char *low = arena_cstr(a, given);
    for (char *p = low; *p; p++) {
        *p = (char)tolower((unsigned char)*p);
    }
    return digest_equal(digest_hex(out, n, a), str_from(low)) && sign_is_fresh(in) ? OK
                                                                                   : E_DENIED;
}

const struct sign_scheme SIGN_HMAC_BODY = {"hmac_body", true, check};
