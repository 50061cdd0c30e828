/* kannel.h - SMS through a Kannel gateway (SMPP operators, modems, its fake SMSC). */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef GATEWAYS_KANNEL_H
#define GATEWAYS_KANNEL_H

#include "gateways/gateway.h"

/* Sends by GET on smsbox's sendsms service; a long text is cut by Kannel itself, so one request
 * is one message. Our tag travels in dlr-url: Kannel gives no id of its own that would be the
 * same in the answer and in the reports. Hooks: ACTION "receive" (or none) for messages,
 * "status" for reports.
 *
 * Configuration keys (texts):
 *   send_url      http://127.0.0.1:13013/cgi-bin/sendsms
 *   username, password   of a sendsms-user group: needed
 *   from          sender or short code ("address" is read when absent)
 *   callback_url  how Kannel reaches us when that is not the public address,
 * "http://127.0.0.1:8080" secret        16+ letters or digits: must come back in ?secret= or in
 * X-Rebond-Secret on each hook dlr_mask      reports wanted: 1 delivered, 2 failed, 4 queued, 8
 * at the SMSC, 16 refused; default 27 region        country of national numbers, default FR
 * ("country" is read when absent) policy        exact | typographic | gsm, default typographic
 * (see sms_text.h) charset       of UCS-2 texts: utf-8 | utf-16be. Default by the address:
 * Kannel's own path
 *                 (/cgi-bin/sendsms) knows charset=UTF-8, services that only imitate it want
 * the UTF-16BE bytes that coding=2 means without a charset use_national  yes: recipients
 * without country code ignore_sent   yes: reports 4 (queued) are not kept
 *
 * The get-url of Kannel's sms-service must be (with max-messages = 0, omit-empty = true and
 * http-request-retry set, or a message that comes while we are down is lost):
 *   HOOK/receive?sender=%p&to=%P&message=%a&id=%I&ts=%T&charset=%C&secret=...
 * A message without id is named by a hash of its query ("h-..."): Kannel repeats the same
 * query. */
extern const struct gateway_kind kannel_kind;

#endif
