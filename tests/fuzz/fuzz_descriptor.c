/* fuzz_descriptor.c - any bytes as a web-hook of any descriptor, as an answer, as a descriptor.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "gateways/descriptor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte chooses the descriptor and the second what the rest is: a JSON, form, XML or
 * multipart body, a query, an answer, a descriptor. */

static void check_inbound(const struct inbound *in) {
    if (!in->from.value.n || !in->provider_id.n || !text_is_utf8(in->text) ||
        !text_is_utf8(in->provider_id)) {
        abort();
    }
}

static void try_hook(struct gw_channel *ch, int what, struct str bytes, struct arena *a) {
    static const char *const types[] = {"application/json", "application/x-www-form-urlencoded",
                                        "text/xml", "multipart/form-data; boundary=x"};
    static const char *const actions[] = {"receive", "status", "event", "delivered"};
    struct gw_header h[] = {{STR("Content-Type"), str_from(types[what & 3])},
                            {STR("X-Signature"), STR("x")}};
    struct gw_request rq = {.method = STR("POST"),
                            .path = STR("/hook/x"),
                            .header = h,
                            .headers = 2,
                            .now_ms = 1795320000000};
    rq.action = str_from(actions[(what >> 2) & 3]);
    rq.query = what & 16 ? bytes : STR("");
    rq.body = what & 16 ? STR("") : bytes;
    struct gw_parsed p;
    struct err err = {0};
    enum rc rc = ch->kind->hook(ch, &rq, a, &p, &err);
    if (rc < 0 && (p.ins || p.receipts || p.http_status < 400)) {
        abort();
    }
    for (size_t i = 0; i < p.ins; i++) {
        check_inbound(&p.in[i]);
    }
}

/* The same bytes answer every call: it must end. */
static void try_send(struct gw_channel *ch, int status, struct str bytes, struct arena *a) {
    struct str media = STR("image/jpeg:https://a.example/i.jpg");
    struct outbound m = {.id = 1,
                         .tag = STR("0000000000001"),
                         .to = {ch->kind->scheme, STR("+33639980123")},
                         .text = STR("Salut"),
                         .attachment = &media,
                         .attachments = 1};
    struct gw_send s = {.channel = ch, .msg = &m, .a = a, .now_ms = 1795320000000};
    struct gw_answer answer = {.status = status, .left = true, .body = bytes};
    const struct gw_answer *last = NULL;
    struct gw_call call;
    for (int i = 0; ch->kind->send_next(&s, last, &call) == GW_CALL; i++) {
        if (i > 50) {
            abort();
        }
        last = &answer;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena a;
    size_t n;
    struct err err;
    if (size < 2) {
        return 0;
    }
    arena_init(&a);
    const struct str *name = descriptor_names(&a, &n);
    struct str bytes = {(const char *)data + 2, size - 2};
    struct gw_channel ch = {
        .name = STR("x"), .lenient = true, .public_url = STR("https://bot.example.org")};
    const struct gateway_kind *own;
    if (data[1] & 128) {
        (void)!descriptor_compile("x.yaml", bytes, &a, &own, &err);
    } else if (n && descriptor_find(name[data[0] % n], &ch.kind) == OK &&
               ch.kind->open(&ch, &a, &err) == OK) {
        if (data[1] & 64) {
            try_send(&ch, data[1] & 1 ? 200 : 400, bytes, &a);
        } else if (ch.kind->hook) {
            try_hook(&ch, data[1], bytes, &a);
        }
    }
    arena_done(&a);
    return 0;
}
