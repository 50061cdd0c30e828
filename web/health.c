/* health.c - a few figures about ourselves. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/health.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "jobs/metrics.h"
#include "jobs/service.h"
#include "jobs/version.h"
#include "web/server.h"

#define METRICS_MAX 65536

/* The writer turns at least each second; half a minute without a turn is a hang, not a pause.
 */
#define BEAT_MAX_MS (30 * MS_SECOND)

static const char *state_of(const struct service *s) {
    if (!s) {
        return "ok";
    }
    if (atomic_load(&s->stopping)) {
        return "stopping";
    }
    if (atomic_load(&s->store_lost)) {
        return "database lost";
    }
    int64_t beat = atomic_load(&s->beat_ms);
    return beat && clock_mono_ms() - beat > BEAT_MAX_MS ? "stuck" : "ok";
}

void health_serve(const struct web_request *r, void *ctx) {
    const char *state = state_of(ctx);
    struct web_answer a = {.status = strcmp(state, "ok") == 0 ? 200 : 503,
                           .content_type = STR("application/json")};
    a.body = arena_printf(r->arena, "{\"status\":\"%s\",\"version\":\"%s\"}\n", state,
                          REBOND_VERSION);
    server_answer(r->server, r->id, &a);
}

/* Resident pages, from the kernel's own account. */
static long long resident_bytes(void) {
    long long total = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f) {
        if (fscanf(f, "%lld %lld", &total, &resident) != 2) {
            resident = 0;
        }
        fclose(f);
    }
    return resident * (long long)sysconf(_SC_PAGESIZE);
}

static void put(struct buf *b, const char *name, const char *type, const char *help,
                int64_t v) {
    buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", name, help, name, type, name,
               (long long)v);
}

void health_metrics(const struct web_request *r, void *ctx) {
    struct web_answer a = {.status = 403,
                           .content_type = STR("text/plain; charset=utf-8"),
                           .body = STR("local only\n")};
    struct server_stats st;
    struct buf b;
    (void)ctx;
    buf_init(&b, METRICS_MAX);
    if (str_starts(r->remote_ip, STR("127.")) || str_is(r->remote_ip, "::1")) {
        metrics_write(&b);
        server_stats(r->server, &st);
        put(&b, "rebond_http_requests_total", "counter", "HTTP requests taken", st.requests);
        put(&b, "rebond_http_refused_total", "counter", "HTTP requests and connections refused",
            st.refused);
        put(&b, "rebond_http_timeouts_total", "counter", "HTTP clients cut for being slow",
            st.timeouts);
        put(&b, "rebond_http_connections", "gauge", "open connections", st.connections);
        put(&b, "rebond_websockets", "gauge", "open WebSockets", st.websockets);
        put(&b, "process_resident_memory_bytes", "gauge", "resident memory", resident_bytes());
        a.status = 200;
        a.content_type = STR("text/plain; version=0.0.4; charset=utf-8");
        a.body = buf_view(&b);
    }
    server_answer(r->server, r->id, &a);
    buf_done(&b);
}
