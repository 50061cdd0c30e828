/* health.h - /health for those who restart us, /metrics for those who draw curves. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef WEB_HEALTH_H
#define WEB_HEALTH_H

#include "web/request.h"

/* ctx: the struct service, or NULL. 200 {"status":"ok",...}; 503 while stopping, or "stuck"
 * when the writer has not turned for half a minute. */
void health_serve(const struct web_request *r, void *ctx);
/* Prometheus text format 0.0.4; for this machine only (403 to other addresses): a proxy must
 * not pass it on, a collector elsewhere asks through an agent here. ctx unused. */
void health_metrics(const struct web_request *r, void *ctx);

#endif
