/* replay_vector.c - pure vectors: what an SMS counts, whether a signature is genuine. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/json.h"
#include "cli/replay.h"
#include "gateways/sign.h"
#include "gateways/sms_text.h"

static void count_sms(struct str text, struct arena *a, struct val_builder *out) {
    struct sms_count c = sms_count(text);
    struct sms_alien *alien = ARENA_ARRAY(a, struct sms_alien, text.n + 1);
    size_t n = sms_aliens(text, a, alien, text.n + 1);
    struct val_builder *b = val_list_begin(a);
    for (size_t i = 0; i < n && i <= text.n; i++) {
        val_push(b, val_text(a, alien[i].character));
    }
    val_put(out, "encoding", val_textz(a, c.ucs2 ? "ucs2" : "gsm7"));
    val_put(out, "units", val_int(a, c.units));
    val_put(out, "segments", val_int(a, c.segments));
    val_put(out, "non_gsm", val_end(b));
}

static struct str form_text(const struct val *form, struct arena *a) {
    struct buf out;
    buf_init(&out, 1 << 20);
    for (size_t i = 0; val_is(form, VAL_MAP) && i < form->map.n; i++) {
        const struct val *v = form->map.pair[i].val;
        char *key = arena_cstr(a, form->map.pair[i].key);
        for (size_t k = 0; val_is(v, VAL_LIST) && k < v->list.n; k++) {
            gw_form_put(&out, key, v->list.item[k]->text);
        }
        if (val_is(v, VAL_TEXT)) {
            gw_form_put(&out, key, v->text);
        }
    }
    struct str done = arena_str(a, buf_view(&out));
    buf_done(&out);
    return done;
}

/* X-Ovh-Signature of a request that leaves (see providers/ovh_sms.yaml). */
static struct str ovh_signature(const struct val *line, struct arena *a) {
    unsigned char raw[DIGEST_MAX];
    const char *keys[] = {"app_secret", "consumer_key", "method", "url", "body"};
    struct buf out;
    buf_init(&out, 1 << 20);
    for (size_t i = 0; i < 5; i++) {
        buf_str(&out, val_get_text(line, keys[i], STR_EMPTY));
        buf_putc(&out, '+');
    }
    const struct val *at = val_get(line, "timestamp");
    buf_str(&out, val_is(at, VAL_TEXT) ? at->text : json_text(at ? at : &VAL_NIL, a));
    size_t n = digest_hash(DIGEST_SHA1, buf_view(&out), raw);
    buf_done(&out);
    return arena_printf(a, "$1$%.*s", STR_ARG(digest_hex(raw, n, a)));
}

/* The request the vector's parts make, signed as it says. */
static void fill(const struct val *line, struct arena *a, struct sign_input *in,
                 struct gw_request *rq) {
    struct gw_header *h = ARENA_ARRAY(a, struct gw_header, 3);
    struct str signature = val_get_text(line, "signature", STR_EMPTY);
    rq->method = val_get_text(line, "method", STR("POST"));
    rq->url = val_get_text(line, "url", STR_EMPTY);
    size_t q = str_find_char(rq->url, '?', 0);
    rq->query = q == SIZE_MAX ? STR_EMPTY : str_sub(rq->url, q + 1, rq->url.n);
    rq->body = val_get_text(line, "body", STR_EMPTY);
    const struct val *form = val_get(line, "form");
    if (!rq->body.n && form) {
        rq->body = form_text(form, a);
    }
    in->rq = rq;
    in->secret = val_get_text(line, "secret", STR_EMPTY);
    in->header = val_get_text(line, "header", STR("X-Signature"));
    in->alg = val_get_text(line, "alg", STR_EMPTY);
    h[rq->headers++] = (struct gw_header){in->header, signature};
    const struct val *at = val_get(line, "timestamp");
    if (at) {
        in->timestamp = val_is(at, VAL_TEXT) ? at->text : json_text(at, a);
        struct str name = val_get_text(line, "timestamp_header", STR("X-Timestamp"));
        h[rq->headers++] = (struct gw_header){name, in->timestamp};
    }
    rq->header = h;
}

static enum rc check_signature(const struct val *line, struct arena *a, struct val_builder *out,
                               struct err *err) {
    struct str name = val_get_text(line, "scheme", STR_EMPTY);
    struct gw_request rq = {0};
    struct sign_input in = {0};
    fill(line, a, &in, &rq);
    struct str given = val_get_text(line, "signature", STR_EMPTY);
    if (str_is(name, "ovh")) {
        struct str want = ovh_signature(line, a);
        val_put(out, "valid", val_bool(digest_equal(want, given)));
        val_put(out, "signature", val_text(a, want));
        return OK;
    }
    if (str_is(name, "vonage")) {
        rq.body = arena_printf(a, "%.*s&sig=%.*s", STR_ARG(rq.body), STR_ARG(given));
    } else if (str_is(name, "meta")) {
        name = STR("hmac_body");
        in.prefix = STR("sha256=");
    } else if (str_is(name, "smsgate")) {
        name = STR("hmac_body");
        in.append = in.timestamp;
    }
    const struct sign_scheme *scheme = sign_find(name);
    if (!scheme) {
        return err_set(err, E_UNSUPPORTED, "no signature scheme '%.*s'", STR_ARG(name));
    }
    val_put(out, "valid", val_bool(scheme->check(&in, a) == OK));
    return OK;
}

enum rc replay_vector(const struct val *line, struct arena *a, struct val_builder *out,
                      struct err *err) {
    if (val_get(line, "scheme")) {
        return check_signature(line, a, out, err);
    }
    if (!val_is(val_get(line, "text"), VAL_TEXT)) {
        return err_set(err, E_INVALID, "neither 'dir', 'text' nor 'scheme'");
    }
    count_sms(val_get(line, "text")->text, a, out);
    return OK;
}
