/* cmd_queue.c - rebond queue: what waits, what is on its way, and what nobody knows the fate
 * of. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/options.h"
#include "db/channels.h"
#include "db/db.h"
#include "db/outbox.h"
#include "db/reports.h"
#include "jobs/spoken.h"

static void show_depths(struct db *db, struct arena *a, int64_t now) {
    struct outbox_depth *d = NULL;
    size_t n = 0;
    if (outbox_depths(db, a, &d, &n) < OK) {
        return;
    }
    if (n == 0) {
        puts("à envoyer : rien");
    }
    for (size_t i = 0; i < n; i++) {
        printf("%-10s canal %.*s : %lld, le plus ancien %.*s\n", outbox_state_name(d[i].state),
               STR_ARG(d[i].channel), (long long)d[i].n,
               STR_ARG(spoken_age(now - d[i].oldest_ms, a)));
    }
}

static void show_channels(struct db *db, struct arena *a, int64_t now) {
    struct channel *c = NULL;
    size_t n = 0;
    if (channels_list(db, now - MS_DAY, a, &c, &n) < OK) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        printf("canal %.*s (%.*s) : %s%.*s, %lld envoyés, %lld reçus depuis 24 h\n",
               STR_ARG(c[i].name), STR_ARG(c[i].gateway),
               c[i].paused_until_ms > now ? "EN PAUSE " : "ouvert", STR_ARG(c[i].fault),
               (long long)c[i].sent, (long long)c[i].received);
    }
}

/* Numbers and texts stay in the database: the id is what the console looks a message up by. */
static void show_state(struct db *db, enum outbox_state s, struct arena *a, int64_t now) {
    struct outbox_row *m = NULL;
    size_t n = 0;
    if (outbox_list(db, s, 50, a, &m, &n) < OK) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        printf("%s %lld contact %lld %.*s, %.*s, %d essai(s) : %.*s\n", outbox_state_name(s),
               (long long)m[i].id, (long long)m[i].contact_id, STR_ARG(m[i].kind),
               STR_ARG(spoken_age(now - m[i].created_ms, a)), m[i].attempt,
               STR_ARG(m[i].reason));
    }
}

static int show(struct db *db) {
    struct arena a;
    struct clock clock;
    struct report_overview o = {0};
    arena_init(&a);
    clock_real(&clock);
    int64_t now = clock_now(&clock);
    int status = reports_overview(db, &o) >= OK ? 0 : 1;
    printf("reçus à traiter : %lld, en échec : %lld\n", (long long)o.inbox_waiting,
           (long long)o.inbox_failed);
    show_depths(db, &a, now);
    show_channels(db, &a, now);
    printf("prévus (rappels, relances) : %lld ; conversations qui attendent un humain : %lld\n",
           (long long)o.timers, (long long)o.cases_open);
    show_state(db, OUTBOX_UNKNOWN, &a, now);
    show_state(db, OUTBOX_FAILED, &a, now);
    arena_done(&a);
    return status;
}

static int run(int argc, char **argv) {
    struct options_where where;
    if (!options_where(argc, argv, &where)) {
        return 2;
    }
    if (optind + 1 != argc || strcmp(argv[optind], "show") != 0) {
        return options_fail("queue show [--config FILE] [--db PATH]");
    }
    struct db *db = options_open(&where);
    int status = db ? show(db) : 2;
    db_close(db);
    return status;
}

const struct command CMD_QUEUE = {
    .name = "queue",
    .usage = "show",
    .summary = "ce qui attend, ce qui est parti, et ce dont on ne connaît pas le sort",
    .help = "  show   inbox and outbox depths, channels and their pauses, messages UNKNOWN "
            "(the request left and no\n"
            "         answer came: never sent again by itself) and FAILED, by id; never a "
            "number or a text\n\n"
            "  --config FILE, --db PATH   which database (default: rebond.yaml here, then "
            "rebond.db)",
    .run = run,
};
