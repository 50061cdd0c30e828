/* sign.c - the table of signature schemes, and the plain ones: header, URL, field, address
 * list. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/sign.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/digest.h"

const struct sign_scheme *const SIGN_SCHEMES[] = {
    &SIGN_TWILIO,     &SIGN_VONAGE, &SIGN_HMAC_BODY, &SIGN_JWT_HS,  &SIGN_STATIC_HEADER,
    &SIGN_URL_SECRET, &SIGN_FIELD,  &SIGN_IP_LIST,   &SIGN_ED25519, NULL,
};

const struct sign_scheme *sign_find(struct str name) {
    for (size_t i = 0; SIGN_SCHEMES[i]; i++) {
        if (str_is(name, SIGN_SCHEMES[i]->name)) {
            return SIGN_SCHEMES[i];
        }
    }
    return NULL;
}

static enum rc same(struct str secret, struct str given) {
    return given.n && digest_equal(secret, given) ? OK : E_DENIED;
}

static enum rc check_header(const struct sign_input *in, struct arena *a) {
    return same(in->secret,
                gw_header_get(in->rq->header, in->rq->headers, arena_cstr(a, in->header)));
}

static enum rc check_url(const struct sign_input *in, struct arena *a) {
    return same(in->secret,
                gw_form_get(in->rq->query, in->header.n ? arena_cstr(a, in->header) : "k", a));
}

static enum rc check_field(const struct sign_input *in, struct arena *a) {
    (void)a;
    return same(in->secret, in->given);
}

/* Both in network order, IPv4 as mapped IPv6; false when it is no address. */
static bool address_of(struct str s, struct arena *a, unsigned char out[16]) {
    const char *c = arena_cstr(a, s);
    memset(out, 0, 16);
    if (inet_pton(AF_INET6, c, out) == 1) {
        return true;
    }
    out[10] = out[11] = 0xFF;
    return inet_pton(AF_INET, c, out + 12) == 1;
}

/* "192.0.2.0/24" or a plain address. */
static bool in_block(const unsigned char ip[16], struct str block, struct arena *a) {
    unsigned char net[16];
    int64_t bits = 128;
    size_t slash = str_find_char(block, '/', 0);
    struct str base = slash == SIZE_MAX ? block : str_sub(block, 0, slash);
    if (!address_of(base, a, net)) {
        return false;
    }
    if (slash != SIZE_MAX) {
        bool v4 = str_find_char(base, ':', 0) == SIZE_MAX;
        if (!str_to_i64(str_sub(block, slash + 1, block.n), &bits) || bits < 0 ||
            bits > (v4 ? 32 : 128)) {
            return false;
        }
        bits += v4 ? 96 : 0;
    }
    for (int i = 0; i < 16 && bits > 0; i++, bits -= 8) {
        unsigned char mask = bits >= 8 ? 0xFF : (unsigned char)(0xFF << (8 - bits));
        if ((ip[i] & mask) != (net[i] & mask)) {
            return false;
        }
    }
    return true;
}

static enum rc check_ip(const struct sign_input *in, struct arena *a) {
    unsigned char ip[16];
    struct str rest = in->list, block;
    if (!address_of(in->rq->remote_ip, a, ip)) {
        return E_DENIED;
    }
    while (rest.n && str_next(&rest, ',', &block)) {
        if (in_block(ip, str_trim(block), a)) {
            return OK;
        }
    }
    return E_DENIED;
}

const struct sign_scheme SIGN_STATIC_HEADER = {"static_header", true, check_header};
const struct sign_scheme SIGN_URL_SECRET = {"url_secret", true, check_url};
const struct sign_scheme SIGN_FIELD = {"field", true, check_field};
const struct sign_scheme SIGN_IP_LIST = {"ip_list", false, check_ip};
