/* flow_trace.c - rebond flow trace --contact ID | --last: why past turns went as they did. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/flow_trace.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/zone.h"
#include "cli/options.h"
#include "db/db.h"
#include "db/traces.h"
#include "jobs/tracing.h"

#define TURNS_DEFAULT 10
#define TURNS_MAX 1000

bool flow_trace_is_past(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--last") == 0 || strncmp(argv[i], "--contact", 9) == 0) {
            return true;
        }
    }
    return false;
}

static void show_lines(struct str lines, bool french, struct arena *a) {
    struct str line, place = STR_EMPTY;
    while (str_next(&lines, '\n', &line)) {
        struct str said = line;
        if (french) {
            said = tracing_french(line, &place, a);
        } else {
            size_t tab = str_find_char(line, '\t', 0);
            place = tab != SIZE_MAX && tab > 0 ? str_sub(line, 0, tab) : place;
            said = arena_printf(a, "%.*s: %.*s", STR_ARG(place),
                                STR_ARG(str_sub(line, tab == SIZE_MAX ? 0 : tab + 1, line.n)));
        }
        printf("  %.*s\n", STR_ARG(said));
    }
}

static int show(struct db *db, const struct config *c, int64_t contact, int max, bool french,
                struct arena *a) {
    struct trace_row *row = NULL;
    size_t n = 0;
    if (traces_last(db, contact, max, a, &row, &n) < OK) {
        return options_fail("the traces cannot be read");
    }
    if (n == 0) {
        return options_fail("no trace is kept of that (see traces.keep)");
    }
    for (size_t i = n; i-- > 0;) {
        struct date d = {0};
        struct tod t = {0};
        if (row[i].at_ms) {
            zone_to_civil(c->org.tz, row[i].at_ms, &d, &t);
        }
        printf("%04d-%02d-%02d %02d:%02d:%02d  contact %lld  message %lld\n", d.year, d.month,
               d.day, t.hour, t.minute, t.second, (long long)row[i].contact_id,
               (long long)row[i].inbox_id);
        show_lines(row[i].lines, french, a);
    }
    return 0;
}

int flow_trace_main(int argc, char **argv) {
    static const struct option LONG[] = {{"config", required_argument, NULL, 'c'},
                                         {"db", required_argument, NULL, 'd'},
                                         {"contact", required_argument, NULL, 'p'},
                                         {"last", no_argument, NULL, 'l'},
                                         {"turns", required_argument, NULL, 'n'},
                                         {"lang", required_argument, NULL, 'g'},
                                         {NULL, 0, NULL, 0}};
    const char *config_path = NULL, *db_path = NULL;
    bool french = false, last = false, wrong = false;
    int64_t contact = 0, turns = 0;
    optind = 1;
    for (int o; (o = getopt_long(argc, argv, "c:d:", LONG, NULL)) != -1;) {
        config_path = o == 'c' ? optarg : config_path;
        db_path = o == 'd' ? optarg : db_path;
        last |= o == 'l';
        french |= o == 'g' && strcmp(optarg, "fr") == 0;
        wrong |= o == '?' || (o == 'p' && !str_to_i64(str_from(optarg), &contact)) ||
                 (o == 'n' &&
                  (!str_to_i64(str_from(optarg), &turns) || turns < 1 || turns > TURNS_MAX));
    }
    if (wrong || optind != argc || (contact == 0 && !last)) {
        return options_fail("flow trace --contact ID | --last [--turns N] [--lang fr] "
                            "[--config FILE] [--db PATH]");
    }
    struct arena a;
    struct config c;
    arena_init(&a);
    struct db *db = options_config(config_path, db_path, &a, &c) == OK ? options_db(&c) : NULL;
    turns = turns ? turns : last ? 1 : TURNS_DEFAULT;
    int status = db ? show(db, &c, contact, (int)turns, french, &a) : 2;
    db_close(db);
    arena_done(&a);
    return status;
}
