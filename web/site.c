/* site.c - everything that answers HTTP for one running service: the table of routes. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobs/service.h"
#include "web/asset.h"
#include "web/guard_password.h"
#include "web/health.h"
#include "web/hook.h"
#include "web/pages.h"

#define ROUTES_MAX 12

struct site {
    struct service *service;
    struct server *server;
    struct pages *pages;
    struct hook *hook;
    struct page_sim *sim;
    struct route route[ROUTES_MAX];
    size_t routes;
    struct server_ws ws[1];
    size_t wss;
    char host[128], proxy[64], address[200];
    int port;
};

static enum rc bad_listen(struct str listen, struct err *err) {
    err_set(err, E_INVALID, "listen: '%.*s' is not an address and a port", STR_ARG(listen));
    err_hint(err, "127.0.0.1:8080, [::1]:8080 or unix:/run/rebond.sock");
    return E_INVALID;
}

/* "127.0.0.1:8080", "[::1]:8080", "8080" or "unix:/path". */
static enum rc read_listen(struct site *s, struct str listen, bool *ret_unix, struct err *err) {
    int64_t port = 0;
    *ret_unix = str_starts(listen, STR("unix:"));
    if (*ret_unix) {
        struct str path = str_sub(listen, 5, listen.n);
        snprintf(s->host, sizeof s->host, "%.*s", STR_ARG(path));
        /* sun_path holds 108 bytes */
        return path.n && path.n < 108 ? OK : bad_listen(listen, err);
    }
    size_t colon = listen.n;
    while (colon > 0 && listen.p[colon - 1] != ':') {
        colon--;
    }
    struct str host = colon ? str_sub(listen, 0, colon - 1) : STR("127.0.0.1");
    if (host.n > 1 && host.p[0] == '[' && host.p[host.n - 1] == ']') {
        host = str_sub(host, 1, host.n - 2);
    }
    if (!str_to_i64(str_sub(listen, colon, listen.n), &port) || port < 0 || port > 65535 ||
        host.n == 0 || host.n >= sizeof s->host) {
        return bad_listen(listen, err);
    }
    snprintf(s->host, sizeof s->host, "%.*s", STR_ARG(host));
    s->port = (int)port;
    return OK;
}

static void add(struct site *s, const char *method, const char *path, bool prefix,
                size_t body_max, server_handler *handle, void *ctx) {
    s->route[s->routes++] = (struct route){method, path, prefix, body_max, handle, ctx};
}

static void build_routes(struct site *s) {
    add(s, "GET", "/hook/", true, 0, hook_serve, s->hook);
    add(s, "POST", "/hook/", true, HOOK_BODY_MAX, hook_serve, s->hook);
    add(s, "GET", "/assets/", true, 0, asset_serve, NULL);
    add(s, "GET", "/health", false, 0, health_serve, s->service);
    add(s, "GET", "/metrics", false, 0, health_metrics, NULL);
    if (s->sim) {
        add(s, "GET", "/sim", false, 0, page_sim_show, s->sim);
        s->ws[s->wss++] = page_sim_socket(s->sim);
    }
    add(s, "GET", "/", true, 0, pages_serve, s->pages);
    add(s, "POST", "/", true, PAGES_BODY_MAX, pages_serve, s->pages);
}

static enum rc open_door(struct site *s, bool on_unix, struct err *err) {
    struct server_options o = {.address = s->host,
                               .port = s->port,
                               .unix_path = on_unix ? s->host : NULL,
                               .trust_proxy = on_unix,
                               .proxy_address = s->proxy,
                               .keep_header = HOOK_HEADERS};
    snprintf(s->proxy, sizeof s->proxy, "%.*s", STR_ARG(s->service->config->trusted_proxy));
    enum rc rc = server_start(&o, s->route, s->routes, s->ws, s->wss, &s->server, err);
    if (rc == OK && on_unix) {
        snprintf(s->address, sizeof s->address, "unix:%s", s->host);
    } else if (rc == OK) {
        snprintf(s->address, sizeof s->address, strchr(s->host, ':') ? "[%s]:%d" : "%s:%d",
                 s->host, server_port(s->server));
    }
    return rc;
}

static void changed(void *ctx, unsigned changes) {
    struct site *s = ctx;
    if (s->sim && changes) {
        page_sim_changed(s->sim);
    }
}

enum rc site_open(struct service *service, const struct sim_backend *sim, struct site **ret,
                  struct err *err) {
    struct site *s = mem_alloc(sizeof *s);
    bool on_unix = false;
    memset(s, 0, sizeof *s);
    s->service = service;
    enum rc rc = read_listen(s, service->config->listen, &on_unix, err);
    if (rc == OK) {
        rc = pages_new(service->config, service, &s->pages, err);
    }
    if (rc == OK) {
        s->hook = hook_new(service);
        s->sim = sim ? page_sim_new(sim) : NULL;
        build_routes(s);
        rc = open_door(s, on_unix, err);
    }
    if (rc != OK) {
        site_close(s);
        return rc;
    }
    service->on_change = changed;
    service->change_ctx = s;
    *ret = s;
    return OK;
}

enum rc site_run(struct site *s) {
    if (s->sim) {
        page_sim_start(s->sim, s->server);
    }
    return server_run(s->server);
}

void site_close(struct site *s) {
    if (!s) {
        return;
    }
    s->service->on_change = NULL;
    hook_close(s->hook);
    pages_free(s->pages);
    page_sim_free(s->sim);
    server_free(s->server);
    free(s);
}

struct server *site_server(struct site *s) {
    return s->server;
}

const char *site_address(const struct site *s) {
    return s->address;
}

enum rc site_hash_password(struct str password, struct arena *a, struct str *ret,
                           struct err *err) {
    return guard_password_hash(password, a, ret, err);
}
