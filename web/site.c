/* site.c - everything that answers HTTP for one running service: the table of routes. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "jobs/metrics.h"
#include "jobs/service.h"
#include "web/asset.h"

#define ROUTES_MAX 64
#define SOCKETS_MAX 4

struct site {
    struct service *service;
    struct server *server;
    struct page_sim *sim;
    struct route route[ROUTES_MAX];
    size_t routes;
    struct server_ws ws[SOCKETS_MAX];
    size_t wss;
    char address[256];
};

static void add(struct site *site, const char *method, const char *path, bool prefix, size_t body_max,
                server_handler *handle, void *ctx) {
    site->route[site->routes++] = (struct route){method, path, prefix, body_max, handle, ctx};
}

/* 200 while the loop and the writer are alive: the writer's last turn is what a watchdog wants to know. */
static void health(const struct web_request *r, void *ctx) {
    (void)ctx;
    struct web_answer a = {.status = 200, .content_type = STR("text/plain; charset=utf-8"), .body = STR("ok\n")};
    server_answer(r->server, r->id, &a);
}

static void metrics(const struct web_request *r, void *ctx) {
    (void)ctx;
    struct buf b;
    buf_init(&b, 1 << 16);
    metrics_write(&b);
    struct web_answer a = {.status = 200,
                           .content_type = STR("text/plain; version=0.0.4; charset=utf-8"),
                           .body = buf_view(&b)};
    server_answer(r->server, r->id, &a);
    buf_done(&b);
}

static void changed(void *ctx, unsigned changes) {
    struct site *site = ctx;
    if (site->sim && changes) {
        page_sim_changed(site->sim);
    }
}

static void build_routes(struct site *site) {
    add(site, "GET", "/health", false, 0, health, site);
    add(site, "GET", "/metrics", false, 0, metrics, site);
    add(site, "GET", "/assets/", true, 0, asset_serve, NULL);
    if (site->sim) {
        add(site, "GET", "/sim", false, 0, page_sim_show, site->sim);
        site->ws[site->wss++] = page_sim_socket(site->sim);
    }
}

/* "127.0.0.1:8080", "[::1]:8080" or "unix:/path" into the server's options. */
static enum rc place_of(struct site *site, struct server_options *o, char *host, size_t n, struct err *err) {
    struct str listen = site->service->config->listen;
    if (str_starts(listen, STR("unix:"))) {
        snprintf(site->address, sizeof site->address, "%.*s", STR_ARG(listen));
        o->unix_path = site->address + 5;
        o->trust_proxy = true;
        return OK;
    }
    size_t colon = SIZE_MAX;
    for (size_t at = str_find_char(listen, ':', 0); at != SIZE_MAX; at = str_find_char(listen, ':', at + 1)) {
        colon = at;
    }
    int64_t port = 8080;
    struct str address = colon == SIZE_MAX ? listen : str_sub(listen, 0, colon);
    if (colon != SIZE_MAX && !str_to_i64(str_sub(listen, colon + 1, listen.n), &port)) {
        return err_set(err, E_INVALID, "listen: '%.*s' is not an address and a port", STR_ARG(listen));
    }
    if (address.n > 1 && address.p[0] == '[') {
        address = str_sub(address, 1, address.n - 2);
    }
    snprintf(host, n, "%.*s", STR_ARG(address));
    o->address = host;
    o->port = (int)port;
    return OK;
}

enum rc site_open(struct service *s, const struct sim_backend *sim, struct site **ret, struct err *err) {
    struct site *site = mem_alloc(sizeof *site);
    memset(site, 0, sizeof *site);
    site->service = s;
    site->sim = sim ? page_sim_new(sim) : NULL;
    build_routes(site);
    struct server_options o = {0};
    char host[128];
    enum rc rc = place_of(site, &o, host, sizeof host, err);
    if (rc == OK) {
        rc = server_start(&o, site->route, site->routes, site->ws, site->wss, &site->server, err);
    }
    if (rc != OK) {
        site_close(site);
        return rc;
    }
    if (!o.unix_path) {
        snprintf(site->address, sizeof site->address, strchr(host, ':') ? "[%s]:%d" : "%s:%d", host,
                 server_port(site->server));
    }
    s->on_change = changed;
    s->change_ctx = site;
    *ret = site;
    return OK;
}

enum rc site_run(struct site *site) {
    if (site->sim) {
        page_sim_start(site->sim, site->server);
    }
    return server_run(site->server);
}

void site_close(struct site *site) {
    if (!site) {
        return;
    }
    site->service->on_change = NULL;
    page_sim_free(site->sim);
    server_free(site->server);
    free(site);
}

struct server *site_server(struct site *site) {
    return site->server;
}

const char *site_address(const struct site *site) {
    return site->address;
}
