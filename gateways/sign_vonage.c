/* sign_vonage.c - the sig parameter of Vonage messages: a hash or HMAC over the sorted
 * parameters. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <ctype.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/digest.h"
#include "gateways/sign.h"

/* https://developer.vonage.com/concepts/guides/signing-messages: "&key=value" of every
 * parameter but sig, sorted by key; & and = inside values become _; md5hash appends the secret,
 * the others are HMACs. */

#define FIELDS_MAX 300

struct field {
    struct str key, value;
};

static int by_key(const void *a, const void *b) {
    const struct field *x = a, *y = b;
    return str_cmp(x->key, y->key);
}

static size_t sorted_fields(struct str form, struct field *f, struct arena *a) {
    size_t n = 0;
    while (n < FIELDS_MAX && gw_form_next(&form, a, &f[n].key, &f[n].value)) {
        n += !str_is(f[n].key, "sig");
    }
    qsort(f, n, sizeof *f, by_key);
    return n;
}

enum rc sign_vonage(struct str secret, struct str alg, struct str form, struct arena *a,
                    struct str *ret) {
    static const struct {
        const char *name;
        enum digest digest;
        bool hmac;
    } algs[] = {{"md5hash", DIGEST_MD5, false},
                {"md5hmac", DIGEST_MD5, true},
                {"sha1hmac", DIGEST_SHA1, true},
                {"sha256hmac", DIGEST_SHA256, true},
                {"sha512hmac", DIGEST_SHA512, true}};
    struct field *f = ARENA_ARRAY(a, struct field, FIELDS_MAX + 1);
    size_t n = sorted_fields(form, f, a);
    struct buf data;
    buf_init(&data, 4 << 20);
    for (size_t i = 0; i < n; i++) {
        buf_printf(&data, "&%.*s=", STR_ARG(f[i].key));
        for (size_t k = 0; k < f[i].value.n; k++) {
            char c = f[i].value.p[k];
            buf_putc(&data, c == '&' || c == '=' ? '_' : c);
        }
    }
    enum rc rc = E_INVALID;
    for (size_t i = 0; i < sizeof algs / sizeof *algs; i++) {
        unsigned char out[DIGEST_MAX];
        if (!str_eq_nocase(alg, str_from(algs[i].name))) {
            continue;
        }
        if (!algs[i].hmac) {
            buf_str(&data, secret);
        }
        size_t len = algs[i].hmac ? digest_hmac(algs[i].digest, secret, buf_view(&data), out)
                                  : digest_hash(algs[i].digest, buf_view(&data), out);
        *ret = digest_hex(out, len, a);
        rc = OK;
    }
    buf_done(&data);
    return rc;
}

static bool is_fresh(const struct sign_input *in, struct str form, struct arena *a) {
    int64_t at;
    if (!in->skew_s) {
        return true;
    }
    if (!str_to_i64(gw_form_get(form, "timestamp", a), &at)) {
        return false;
    }
    int64_t age = in->rq->now_ms / 1000 - at;
    return age <= in->skew_s && age >= -in->skew_s;
}

static enum rc check(const struct sign_input *in, struct arena *a) {
    bool post = str_is(in->rq->method, "POST") && in->rq->body.n;
    struct str form = post ? in->rq->body : in->rq->query;
    struct str given = gw_form_get(form, "sig", a), want;
    char *low = arena_cstr(a, given);
    for (char *p = low; *p; p++) {
        *p = (char)tolower((unsigned char)*p);
    }
    struct str alg = in->alg.n ? in->alg : STR("md5hash");
    if (!given.n || sign_vonage(in->secret, alg, form, a, &want) != OK) {
        return E_DENIED;
    }
    return digest_equal(want, str_from(low)) && is_fresh(in, form, a) ? OK : E_DENIED;
}

const struct sign_scheme SIGN_VONAGE = {"vonage", true, check};
