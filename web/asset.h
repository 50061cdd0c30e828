/* asset.h - style sheet, scripts and pictures out of the binary, cached for a year by their
 * hash. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef WEB_ASSET_H
#define WEB_ASSET_H

#include "web/request.h"

/* "style.css" gives "/assets/style.3f2a9c81d0.css", "/assets/missing" when there is none. The
 * text lives as long as the process. Thread-safe. */
struct str asset_url(const char *name);

/* Handler of the prefix route GET /assets/. Another hash than today's is a 404. */
void asset_serve(const struct web_request *r, void *ctx);

#endif
