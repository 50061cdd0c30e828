/* site.h - everything that answers HTTP for one running service: routes, pages, web-hooks,
 * health. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef WEB_SITE_H
#define WEB_SITE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "web/page_sim.h"
#include "web/server.h"

struct service;
struct site;

/* Listens at service->config->listen; serves nothing before site_run. `sim` NULL: no simulator
 * pages. Sets service->on_change, so open it before the writer's thread starts. */
enum rc site_open(struct service *s, const struct sim_backend *sim, struct site **ret,
                  struct err *err) MUST_USE;
/* Serves until server_stop(site_server(site)). */
enum rc site_run(struct site *site) MUST_USE;
/* After site_run returned and the writer's thread ended. NULL is fine. */
void site_close(struct site *site);
struct server *site_server(struct site *site);
/* "127.0.0.1:8080" with the port really used; "unix:/path". */
const char *site_address(const struct site *site);

/* Argon2id of a password, for accounts made outside the pages. */
enum rc site_hash_password(struct str password, struct arena *a, struct str *ret,
                           struct err *err) MUST_USE;

#endif
