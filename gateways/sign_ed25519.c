/* sign_ed25519.c - a signature that only the provider can make, checked with its public key. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/digest.h"
#include "gateways/sign.h"

/* Telnyx: telnyx-signature-ed25519, base64, of "TIMESTAMP|BODY"; the key is on the portal,
 * base64 of 32 bytes. https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks
 */

static enum rc check(const struct sign_input *in, struct arena *a) {
    struct str given =
        gw_header_get(in->rq->header, in->rq->headers, arena_cstr(a, in->header));
    struct str key, sig;
    if (digest_unbase64(in->secret, a, &key) != OK || digest_unbase64(given, a, &sig) != OK) {
        return E_DENIED;
    }
    struct str data = in->data.p ? in->data : in->rq->body;
    return digest_ed25519(key, data, sig) && sign_is_fresh(in) ? OK : E_DENIED;
}

const struct sign_scheme SIGN_ED25519 = {"ed25519", true, check};
