/* sign.h - the signature schemes of providers, by name; one file a family. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef GATEWAYS_SIGN_H
#define GATEWAYS_SIGN_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "gateways/gateway.h"

/* What a scheme is told; fields it does not use are empty. */
struct sign_input {
    const struct gw_request *rq;
    struct str secret;
    struct str header;    /* name of the header that carries the signature */
    struct str given;     /* a value to compare, when it is in no header */
    struct str prefix;    /* "sha256=" */
    struct str append;    /* signed after the body */
    struct str data;      /* what is signed, when it is not the body; p NULL = the body */
    struct str timestamp; /* seconds since 1970, or empty */
    struct str alg;       /* "sha256", "md5hash"... */
    struct str list;      /* addresses, comma-separated */
    int64_t skew_s;       /* allowed age of timestamp; 0 = any */
    bool base64;          /* the signature is base64, else hex */
};

/* The time stamp lies within the allowed age, past or future; always true without one. */
bool sign_is_fresh(const struct sign_input *in);

struct sign_scheme {
    const char *name;
    bool needs_secret;
    /* OK when genuine, E_DENIED when not. Comparison takes the same time whatever differs. */
    enum rc (*check)(const struct sign_input *in, struct arena *a);
};

/* NULL when there is no scheme of this name. */
const struct sign_scheme *sign_find(struct str name);
/* All schemes, ended by NULL. */
extern const struct sign_scheme *const SIGN_SCHEMES[];

extern const struct sign_scheme SIGN_TWILIO, SIGN_VONAGE, SIGN_HMAC_BODY, SIGN_JWT_HS,
    SIGN_STATIC_HEADER, SIGN_URL_SECRET, SIGN_FIELD, SIGN_IP_LIST, SIGN_ED25519;

/* The signatures themselves, for vectors and for fakes. form: "a=1&b=2". */
struct str sign_twilio(struct str secret, struct str url, struct str form, struct arena *a);
/* E_INVALID for an unknown algorithm: md5hash, md5hmac, sha1hmac, sha256hmac, sha512hmac. */
enum rc sign_vonage(struct str secret, struct str alg, struct str form, struct arena *a,
                    struct str *ret);

#endif
