/* bench_send.c - messages that wait in the outbox, until the provider has taken them all. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/bench/bench.h"

#include "base/clock.h"
#include "base/log.h"
#include "db/addresses.h"
#include "db/contacts.h"
#include "db/outbox.h"
#include "db/sql.h"
#include "jobs/config.h"
#include "jobs/metrics.h"
#include "jobs/service.h"

/* usage: bench_send CONFIG COUNT     The first channel of CONFIG sends COUNT texts to as many
 * people. Each row is committed when it is queued, claimed and answered. Prints the CPU of
 * queueing and of sending, a message. */

#define SILENCE_MS 30000

static void must(enum rc rc, const char *what, const struct service *s) {
    if (rc < OK) {
        bench_die(what, s->db ? sql_error(s->db) : rc_name(rc));
    }
}

static void person(struct service *s, long i, struct arena *a, int64_t *id) {
    int64_t now = service_now(s), address_id;
    struct contact c = {.lang = STR("fr"), .origin = STR("bench")};
    struct address at = {STR("tel"), arena_printf(a, "+336398%05ld", i)};
    must(contacts_new(s->db, &c, now), "contact", s);
    must(addresses_add(s->db, c.id, at, s->config->channel[0].name, now, &address_id),
         "address", s);
    *id = c.id;
}

static void queue_one(struct service *s, long i, struct arena *a, int64_t *id) {
    int64_t now = service_now(s);
    struct outbox_row m = {
        .kind = STR("reply"),
        .text = arena_printf(a, "Merci %ld, à mercredi 14h à la maison des projets", i)};
    m.contact_id = *id;
    must(outbox_put(s->db, &m, NULL, a, now), "outbox", s);
}

/* In transactions of 64, as the service's own batches. */
static void each(struct service *s, long count, int64_t *id,
                 void (*one)(struct service *s, long i, struct arena *a, int64_t *id)) {
    struct arena a;
    arena_init(&a);
    for (long i = 0; i < count; i++) {
        if (i % 64 == 0) {
            must(sql_begin(s->db, SQL_WRITE), "begin", s);
        }
        one(s, i, &a, &id[i]);
        if (i % 64 == 63 || i == count - 1) {
            must(sql_commit(s->db), "commit", s);
        }
        arena_reset(&a);
    }
    arena_done(&a);
}

static void swallow(const char *line, void *ctx) {
    (void)ctx;
    if (getenv("REBOND_TEST_LOG")) {
        fprintf(stderr, "%s\n", line);
    }
}

int main(int argc, char **argv) {
    static struct config config;
    static struct service s;
    struct arena a;
    struct buf problems;
    struct err err = {0};
    if (argc != 3) {
        bench_die("usage", "CONFIG COUNT");
    }
    long count = atol(argv[2]);
    arena_init(&a);
    buf_init(&problems, 65536);
    log_capture(swallow, NULL);
    if (config_load(argv[1], &a, &config, &problems) != OK) {
        bench_die(argv[1], buf_cstr(&problems));
    }
    clock_real(&s.clock);
    if (service_open(&config, &s, &err) != OK) {
        bench_die("service", err.text);
    }
    int64_t *id = ARENA_ARRAY(&a, int64_t, (size_t)count);
    each(&s, count, id, person);
    double at = bench_cpu_us();
    each(&s, count, id, queue_one);
    bench_say("queue_us", (bench_cpu_us() - at) / (double)count);
    at = bench_cpu_us();
    int64_t moved = clock_mono_ms(), sent = 0;
    while (sent < count) {
        must(service_round(&s, 100) < 0 ? E_IO : OK, "round", &s);
        if (metric_get(METRIC_SENT) != sent) {
            sent = metric_get(METRIC_SENT);
            moved = clock_mono_ms();
        } else if (clock_mono_ms() - moved > SILENCE_MS) {
            bench_die("sending", "nothing has left for half a minute");
        }
    }
    bench_say("send_us", (bench_cpu_us() - at) / (double)count);
    service_close(&s);
    buf_done(&problems);
    arena_done(&a);
    return 0;
}
