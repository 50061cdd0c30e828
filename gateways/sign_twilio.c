/* sign_twilio.c - X-Twilio-Signature: base64 of HMAC-SHA1 over the URL and the sorted
 * parameters. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "gateways/sign.h"

/* https://www.twilio.com/docs/usage/security: the full URL with its query, then each POST
 * field's name and value, in byte order of the names; a repeated field counts its distinct
 * values, sorted. */

#define FIELDS_MAX 300

struct field {
    struct str key, value;
};

static int by_key_value(const void *a, const void *b) {
    const struct field *x = a, *y = b;
    int c = str_cmp(x->key, y->key);
    return c ? c : str_cmp(x->value, y->value);
}

struct str sign_twilio(struct str secret, struct str url, struct str form, struct arena *a) {
    struct field *f = ARENA_ARRAY(a, struct field, FIELDS_MAX);
    size_t n = 0;
    while (n < FIELDS_MAX && gw_form_next(&form, a, &f[n].key, &f[n].value)) {
        n++;
    }
    qsort(f, n, sizeof *f, by_key_value);
    struct buf data;
    buf_init(&data, 4 << 20);
    buf_str(&data, url);
    for (size_t i = 0; i < n; i++) {
        if (i && !by_key_value(&f[i], &f[i - 1])) {
            continue;
        }
        buf_str(&data, f[i].key);
        buf_str(&data, f[i].value);
    }
    unsigned char out[DIGEST_MAX];
    size_t len = digest_hmac(DIGEST_SHA1, secret, buf_view(&data), out);
    buf_done(&data);
    return digest_base64(out, len, a);
}

/* The same address with the default port written or left out. */
static struct str other_port(struct str url, struct arena *a) {
    bool tls = str_starts(url, STR("https://"));
    struct str port = tls ? STR(":443") : STR(":80");
    size_t host = tls ? 8 : 7;
    size_t end = host;
    while (end < url.n && url.p[end] != '/' && url.p[end] != '?' && url.p[end] != ':') {
        end++;
    }
    struct str rest = str_sub(url, end, url.n);
    if (str_starts(rest, port)) {
        return arena_printf(a, "%.*s%.*s", (int)end, url.p,
                            STR_ARG(str_sub(rest, port.n, rest.n)));
    }
    if (rest.n && rest.p[0] == ':') {
        return url;
    }
    return arena_printf(a, "%.*s%.*s%.*s", (int)end, url.p, STR_ARG(port), STR_ARG(rest));
}

static bool body_is_as_signed(const struct sign_input *in, struct arena *a) {
    struct str want = gw_form_get(in->rq->query, "bodySHA256", a);
    unsigned char out[DIGEST_MAX];
    size_t n = digest_hash(DIGEST_SHA256, in->rq->body, out);
    return !want.n || digest_equal(digest_hex(out, n, a), want);
}

static enum rc check(const struct sign_input *in, struct arena *a) {
    struct str given =
        gw_header_get(in->rq->header, in->rq->headers,
                      in->header.n ? arena_cstr(a, in->header) : "X-Twilio-Signature");
    bool json = gw_form_get(in->rq->query, "bodySHA256", a).n > 0;
    struct str form = json ? STR_EMPTY : in->rq->body;
    struct str type = gw_header_get(in->rq->header, in->rq->headers, "Content-Type");
    if (type.n && !str_starts(type, STR("application/x-www-form-urlencoded"))) {
        form = STR_EMPTY;
    }
    if (!given.n || (json && !body_is_as_signed(in, a))) {
        return E_DENIED;
    }
    bool plain = digest_equal(sign_twilio(in->secret, in->rq->url, form, a), given);
    bool ported =
        digest_equal(sign_twilio(in->secret, other_port(in->rq->url, a), form, a), given);
    return plain || ported ? OK : E_DENIED;
}

const struct sign_scheme SIGN_TWILIO = {"twilio", true, check};
