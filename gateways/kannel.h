/* kannel.h - SMS through a Kannel gateway (SMPP operators, modems, its fake SMSC). */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef GATEWAYS_KANNEL_H
#define GATEWAYS_KANNEL_H

#include "gateways/gateway.h"

/* Sends by GET on smsbox's sendsms service; a long text is cut by Kannel itself, so one request
 * is one message; the text goes as it is (the channel's text policy was applied when it was
 * written). Our tag travels in dlr-url: Kannel gives no id of its own that would be the same in
 * the answer and in the reports. Hooks: ACTION "receive" (or none) for messages, "status" for
 * reports.
 *
 * Configuration keys (texts):
 *   send_url      http://127.0.0.1:13013/cgi-bin/sendsms
 *   username      of a sendsms-user group: needed
 *   password      of the same group: needed
 *   from          sender or short code ("address" is read when absent)
 *   callback_url  how Kannel reaches us when that is not the public address
 *   secret        16+ of A-Z a-z 0-9 _ -: must come back on each hook, in ?secret= or in the
 *                 header X-Rebond-Secret
 *   dlr_mask      reports wanted, a sum: 1 delivered, 2 failed, 4 queued, 8 at the SMSC,
 *                 16 refused; default 27
 *   region        country of national numbers, default FR ("country" is read when absent)
 *   charset       of UCS-2 texts: utf-8 | utf-16be. Default by the address: Kannel's own path
 *                 (/cgi-bin/sendsms) knows charset=UTF-8; services that only imitate it want
 *                 the UTF-16BE bytes that coding=2 means without a charset
 *   use_national  yes: recipients without country code
 *   ignore_sent   yes: reports 4 (queued) are not kept
 *
 * Kannel's sms-service must have (with max-messages = 0, omit-empty = true and
 * http-request-retry set, or a message that comes while we are down is lost):
 *   post-url = HOOK/receive?sender=%p&to=%P&id=%I&ts=%T&charset=%C&secret=...
 * The text is the body. With get-url and &message=%a it is in the query: good for GSM texts
 * only, since those of UCS-2 arrive as UTF-16BE whose zero bytes (%00) web servers refuse in an
 * address. A message without id is named by a hash of its bytes ("h-..."): Kannel repeats the
 * same ones. */
extern const struct gateway_kind kannel_kind;

#endif
