/* hook.h - web-hooks of SMS providers and networks: bytes in, answered once they are stored. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef WEB_HOOK_H
#define WEB_HOOK_H

#include "web/request.h"

struct service;

#define HOOK_BODY_MAX (256 * 1024)

struct hook;

struct hook *hook_new(struct service *s);
/* Before server_free: what is stored or refused from now on is answered to nobody. Items that
 * are still on their way keep the rest alive. NULL is fine. */
void hook_close(struct hook *h);

/* Handler of the prefix routes GET and POST /hook/ with the hook as ctx: /hook/CHANNEL or
 * /hook/CHANNEL/ACTION. 200 leaves after the COMMIT; 404 unknown channel, 403 wrong signature,
 * 400 not understood, 503 with Retry-After when the queue is full or the disk says no. */
void hook_serve(const struct web_request *r, void *ctx);

/* Request headers that gateways look at beyond the standard ones, for
 * server_options.keep_header. */
extern const char *const HOOK_HEADERS[];

#endif
