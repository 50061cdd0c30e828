/* crash_office.c - an office that is killed at a named point, restarted, and counted by a
 * witness.
 *
 *   crash_office live DIR URL    one life of the office: seeds, receives, lets 45 days pass;
 * may be killed crash_office judge POINT...  for each point (or POINT:n): a provider, lives
 * until one ends well, then the counting
 *
 * The witness is the provider: what it received cannot be argued with. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/id.h"
#include "base/log.h"
#include "bot/effect.h"
#include "db/addresses.h"
#include "db/broadcasts.h"
#include "db/contacts.h"
#include "db/inbox.h"
#include "db/places.h"
#include "db/sql.h"
#include "jobs/receive.h"
#include "tests/fake/fake_http.h"

#define YOUTHS 5
#define SAYINGS 4
#define DAYS 45
#define LIVES_MAX 6

static const char *const WORDS[SAYINGS] = {"aide", "horaires", "adresse", "guichet"};

/* A conversation that asks another service, so that this road is walked too. */
static const char GUICHET[] =
    "flow: guichet\ntitle: Guichet\nidentifies: yes\nstarts: {keywords: [guichet]}\nsteps:\n"
    "  - webhook: agenda\n    query: {qui: \"@contact.id\"}\n"
    "    failed:\n      - say: Le guichet ne repond pas.\n      - end:\n"
    "  - say: Le guichet est ouvert.\n";

/* ---- a life ---- */

static void phone_of(int i, char out[16]) {
    snprintf(out, 16, "+3363998020%d", i);
}

static void quiet(const char *line, void *ctx) {
    (void)ctx;
    if (getenv("REBOND_TEST_LOG")) {
        fprintf(stderr, "%s\n", line);
    }
}

static void open_in(struct office *o, const char *dir, const char *url) {
    struct buf problems;
    struct err err = {0};
    memset(o, 0, sizeof *o);
    arena_init(&o->a);
    log_capture(quiet, NULL);
    snprintf(o->dir, sizeof o->dir, "%s", dir);
    buf_init(&problems, 65536);
    struct str yaml = arena_printf(
        &o->a,
        "database: %s/rebond.db\npublic_url: http://127.0.0.1:9\norg: {name: ML Val Rosay}\n"
        "sending: {daily_cap: 20, bulk_per_minute: 600}\nflows: %s/flows\n"
        "webhooks: [{name: agenda, url: '%s/agenda', allow_private: oui}]\nchannels:\n"
        "  - {name: sms, gateway: kannel, send_url: '%s/cgi-bin/sendsms', username: u,\n"
        "     password: 'env:REBOND_TEST_PASSWORD', from: '38000', allow_private: oui, "
        "per_second: 1000, per_person: 0}\n",
        dir, dir, url, url);
    setenv("REBOND_TEST_PASSWORD", "not-a-secret", 1);
    if (config_parse("office.yaml", yaml, &o->a, &o->config, &problems) != OK) {
        fprintf(stderr, "%s", buf_cstr(&problems));
        exit(3);
    }
    buf_done(&problems);
    if (o->s.clock.now == NULL) {
        clock_fake(&o->s.clock, OFFICE_START);
    }
    if (service_open(&o->config, &o->s, &err) != OK) {
        fprintf(stderr, "the office does not open: %s\n", err.text);
        exit(3);
    }
}

/* The time of the last life, so that the next goes on from there. */
static int64_t read_time(const char *dir) {
    char path[128];
    long long ms = OFFICE_START;
    snprintf(path, sizeof path, "%s/time", dir);
    FILE *f = fopen(path, "r");
    if (f) {
        if (fscanf(f, "%lld", &ms) != 1) {
            ms = OFFICE_START;
        }
        fclose(f);
    }
    return ms;
}

static void note_time(struct office *o) {
    char path[128], fresh[140];
    snprintf(path, sizeof path, "%s/time", o->dir);
    snprintf(fresh, sizeof fresh, "%s.new", path);
    FILE *f = fopen(fresh, "w");
    if (f) {
        fprintf(f, "%lld\n", (long long)service_now(&o->s));
        fclose(f);
        rename(fresh, path);
    }
}

static void seed(struct office *o) {
    char phone[16];
    phone_of(0, phone);
    struct contact_address addr;
    struct address at = {STR("tel"), str_from(phone)};
    if (addresses_find(o->s.db, at, &o->a, &addr) == OK) {
        return; /* an earlier life has done it, in one commit */
    }
    if (sql_begin(o->s.db, SQL_WRITE) != OK) {
        exit(3);
    }
    int64_t series = office_series(o, 3);
    for (int i = 0; i < YOUTHS; i++) {
        phone_of(i, phone);
        int64_t id = office_youth(o, "Awa", phone);
        if (series_join(o->s.db, series, id, MEMBER_COLLABORATEUR, service_now(&o->s)) != OK) {
            exit(3);
        }
    }
    struct broadcast b = {
        .title = STR("Job dating"), .text = STR("Job dating jeudi a 10h."), .lang = STR("fr")};
    struct segment everybody = {.enrolled_only = true};
    int64_t people;
    if (broadcasts_put(o->s.db, &b, &everybody, service_now(&o->s)) != OK ||
        broadcasts_confirm(o->s.db, b.id, service_now(&o->s), &people) != OK ||
        sql_commit(o->s.db) != OK) {
        exit(3);
    }
}

/* The provider's side of receiving: what was not acknowledged is sent again, and so is what
 * was. */
static void receive_all(struct office *o) {
    for (int i = 0; i < YOUTHS; i++) {
        for (int w = 0; w < SAYINGS; w++) {
            char phone[16], id[32];
            phone_of(i, phone);
            snprintf(id, sizeof id, "mo-%d-%d", i, w);
            office_receives(o, phone, WORDS[w], id);
        }
    }
    office_settle(o);
}

static int live(const char *dir, const char *url) {
    struct office o = {0};
    clock_fake(&o.s.clock, read_time(dir));
    int64_t now = clock_now(&o.s.clock);
    memset(&o, 0, sizeof o);
    open_in(&o, dir, url);
    clock_advance(&o.s.clock, now - service_now(&o.s));
    id_seed((uint64_t)now + (uint64_t)getpid());
    seed(&o);
    /* copies are recognised for a week: no provider repeats itself later than that */
    if (service_now(&o.s) < OFFICE_START + 5 * MS_DAY) {
        receive_all(&o);
    }
    note_time(&o);
    int64_t end = OFFICE_START + DAYS * MS_DAY;
    while (service_now(&o.s) < end) {
        office_pass(&o, 6 * MS_HOUR);
        note_time(&o);
        if (service_now(&o.s) == OFFICE_START + MS_DAY) {
            receive_all(&o); /* the provider repeats itself even now */
        }
    }
    service_close(&o.s);
    arena_done(&o.a);
    return 0;
}

/* ---- the witness ---- */

static int wrong(const char *point, const char *fmt, ...) PRINTF_LIKE(2, 3);
static int wrong(const char *point, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    fprintf(stderr, "%s: ", point);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    return 1;
}

/* Nobody's question to the other service is put twice; each person hears of it once. */
static int count_calls(const char *point, struct fake_http *provider, struct office *o) {
    struct arena *a = &o->a;
    size_t n = fake_http_count(provider), unknown = 0;
    struct str *seen = ARENA_ARRAY(a, struct str, n + 1);
    int bad = 0, told = 0;
    for (size_t i = 0; i < n; i++) {
        struct fake_request rq = fake_http_request(provider, i);
        struct str said = gw_form_get(rq.query, "text", a);
        told += str_find(said, STR("guichet"), 0) != SIZE_MAX;
        seen[i] = str_is(rq.path, "/agenda") ? rq.query : STR_EMPTY;
        for (size_t j = 0; j < i; j++) {
            if (seen[i].n > 0 && str_eq(seen[i], seen[j])) {
                bad += wrong(point, "web-hook %zu was called twice", i);
            }
        }
    }
    /* who died just before the wire, with the others of its commit, is UNKNOWN and not sent
     * again */
    struct outbox_row *m;
    int lost = 0;
    if (outbox_list(o->s.db, OUTBOX_UNKNOWN, 100000, a, &m, &unknown) < OK) {
        return wrong(point, "the outbox cannot be read");
    }
    for (size_t i = 0; i < unknown; i++) {
        lost += str_find(m[i].text, STR("guichet"), 0) != SIZE_MAX;
    }
    return told + lost < YOUTHS || told > YOUTHS
               ? bad + wrong(point, "%d people of %d heard the answer, of %d nobody knows",
                             told, YOUTHS, lost)
               : bad;
}

/* Each of our ids reaches the provider at most once. */
static int count_doubles(const char *point, struct fake_http *provider, struct arena *a) {
    size_t n = fake_http_count(provider);
    struct str *seen = ARENA_ARRAY(a, struct str, n + 1);
    int bad = 0;
    for (size_t i = 0; i < n; i++) {
        struct fake_request rq = fake_http_request(provider, i);
        seen[i] = gw_form_get(rq.query, "dlr-url", a);
        for (size_t j = 0; j < i && seen[i].n > 0; j++) {
            if (str_eq(seen[i], seen[j])) {
                bad += wrong(point, "message %zu was sent twice", i);
            }
        }
    }
    return bad;
}

static int count_inbox(const char *point, struct office *o) {
    struct inbox_row *row;
    size_t n = 0, messages = 0;
    int bad = 0;
    if (inbox_list(o->s.db, INBOX_FAILED, 1000, &o->a, &row, &n) < OK || n > 0) {
        bad += wrong(point, "%zu turns failed", n);
    }
    int64_t waiting = 0;
    if (inbox_waiting(o->s.db, &waiting) < OK || waiting > 0) {
        bad += wrong(point, "%lld messages were never dealt with", (long long)waiting);
    }
    if (inbox_list(o->s.db, INBOX_DONE, 100000, &o->a, &row, &n) < OK) {
        return bad + wrong(point, "the inbox cannot be read");
    }
    for (size_t i = 0; i < n; i++) {
        messages += row[i].kind == INBOX_TEXT;
    }
    if (messages != YOUTHS * SAYINGS) {
        bad += wrong(point, "%zu messages are kept instead of %d", messages, YOUTHS * SAYINGS);
    }
    return bad;
}

/* Every person got exactly one of each kind for each meetup, and one broadcast; nothing is
 * stuck. */
static int count_outbox(const char *point, struct office *o, int64_t *ret_unknown) {
    static const enum outbox_state ENDS[] = {OUTBOX_SENT, OUTBOX_DELIVERED, OUTBOX_UNKNOWN};
    int bulk = 0, bad = 0;
    for (size_t s = 0; s < sizeof ENDS / sizeof *ENDS; s++) {
        struct outbox_row *m;
        size_t n = 0;
        if (outbox_list(o->s.db, ENDS[s], 100000, &o->a, &m, &n) < OK) {
            return wrong(point, "the outbox cannot be read");
        }
        *ret_unknown += ENDS[s] == OUTBOX_UNKNOWN ? (int64_t)n : 0;
        for (size_t i = 0; i < n; i++) {
            bulk += str_is(m[i].kind, "bulk");
        }
    }
    if (bulk != YOUTHS) {
        bad += wrong(point, "%d broadcast messages instead of %d", bulk, YOUTHS);
    }
    if (office_in_state(o, OUTBOX_INFLIGHT) || office_in_state(o, OUTBOX_FAILED)) {
        bad += wrong(point, "messages are stuck in flight or failed");
    }
    struct meetup *meetup;
    size_t n = 0;
    if (meetups_list(o->s.db, 0, OFFICE_START, OFFICE_START + 40 * MS_DAY, &o->a, &meetup, &n) <
            OK ||
        n != 1) {
        return bad + wrong(point, "%zu meetups instead of 1", n);
    }
    struct place_counts c;
    if (places_count(o->s.db, meetup[0].id, &c) < OK || c.n[PLACE_INVITED] != YOUTHS) {
        bad += wrong(point, "%lld people invited instead of %d", (long long)c.n[PLACE_INVITED],
                     YOUTHS);
    }
    return bad;
}

/* True when the life ended by our kill. */
static bool one_life(const char *self, const char *dir, const char *url, const char *point,
                     int *ret_status) {
    pid_t pid = fork();
    if (pid == 0) {
        if (point) {
            setenv("REBOND_FAULT", point, 1);
        } else {
            unsetenv("REBOND_FAULT");
        }
        execl(self, self, "live", dir, url, (char *)NULL);
        _exit(127);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    *ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static void remove_dir(const char *dir) {
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    if (system(command) != 0) {
        fprintf(stderr, "%s is left\n", dir);
    }
}

/* The conversations of the product, and ours. */
static bool copy_flows(const char *dir) {
    char command[160];
    snprintf(command, sizeof command, "cp -r flows '%s/flows'", dir);
    if (system(command) != 0) {
        return false;
    }
    snprintf(command, sizeof command, "%s/flows/guichet.yaml", dir);
    FILE *f = fopen(command, "w");
    if (!f) {
        return false;
    }
    fputs(GUICHET, f);
    return fclose(f) == 0;
}

static int judge(const char *self, const char *point) {
    char dir[64] = "/tmp/rebond-crash-XXXXXX";
    if (!mkdtemp(dir) || !copy_flows(dir)) {
        return wrong(point, "no folder");
    }
    struct fake_http *provider = fake_http_start();
    fake_http_default(provider,
                      (struct fake_answer){.status = 202, .body = "0: Accepted for delivery"});
    int status = 0, lives = 1;
    bool killed = one_life(self, dir, fake_http_url(provider),
                           strcmp(point, "none") ? point : NULL, &status);
    bool once = killed;
    while (killed && lives++ < LIVES_MAX) {
        killed = one_life(self, dir, fake_http_url(provider), NULL, &status);
    }
    /* a point that no life passes through proves nothing; a later passage (":3") may not exist
     */
    bool must = strcmp(point, "none") && !strchr(point, ':');
    int bad = must && !once ? wrong(point, "was never reached") : 0;
    bad += status != 0 ? wrong(point, "the last life ended with %d", status) : 0;
    struct office o = {0};
    int64_t unknown = 0;
    open_in(&o, dir, fake_http_url(provider));
    clock_advance(&o.s.clock, read_time(dir) - service_now(&o.s));
    bad += count_doubles(point, provider, &o.a);
    bad += count_calls(point, provider, &o);
    bad += count_inbox(point, &o);
    bad += count_outbox(point, &o, &unknown);
    printf("%-28s %s, %zu requests, %lld unknown: %s\n", point,
           once ? "killed" : "never reached", fake_http_count(provider), (long long)unknown,
           bad ? "WRONG" : "nothing lost, nothing doubled");
    service_close(&o.s);
    arena_done(&o.a);
    fake_http_stop(provider);
    if (!bad) {
        remove_dir(dir);
    }
    return bad;
}

int main(int argc, char **argv) {
    if (argc == 4 && strcmp(argv[1], "live") == 0) {
        return live(argv[2], argv[3]);
    }
    int bad = 0;
    for (int i = 2; i < argc; i++) {
        bad += judge(argv[0], argv[i]);
    }
    return bad ? 1 : 0;
}
