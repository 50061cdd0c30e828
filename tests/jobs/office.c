/* office.c - a whole office in a temporary folder, with a clock of its own. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/id.h"
#include "base/log.h"
#include "db/addresses.h"
#include "db/contacts.h"
#include "db/db.h"
#include "db/sql.h"
#include "db/threads.h"
#include "gateways/gateway.h"
#include "jobs/carriers.h"
#include "jobs/receive.h"

static void open_service(struct office *o) {
    struct err err = {0};
    if (service_open(&o->config, &o->s, &err) != OK) {
        char line[1024];
        fail_msg("the office does not open: %s", err_format(&err, line, sizeof line));
    }
}

static void swallow(const char *line, void *ctx) {
    (void)ctx;
    if (getenv("REBOND_TEST_LOG")) {
        fprintf(stderr, "%s\n", line);
    }
}

/* The PostgreSQL of REBOND_TEST_PG, emptied, or a file in the office's folder. */
static struct str fresh_database(struct office *o) {
    const char *url = getenv("REBOND_TEST_PG");
    struct db *db;
    struct err err = {0};
    if (!url || !*url) {
        return arena_printf(&o->a, "%s/rebond.db", o->dir);
    }
    if (db_open(url, NULL, &db, &err) != OK) {
        fail_msg("%s", err.text);
    }
    assert_int_equal(sql_script(db, "DROP SCHEMA public CASCADE; CREATE SCHEMA public"), OK);
    db_close(db);
    return str_from(url);
}

void office_open(struct office *o, const char *channels, const char *more) {
    memset(o, 0, sizeof *o);
    arena_init(&o->a);
    log_capture(swallow, NULL);
    id_seed(20260303);
    snprintf(o->dir, sizeof o->dir, "/tmp/rebond-test-XXXXXX");
    assert_non_null(mkdtemp(o->dir));
    struct buf problems;
    buf_init(&problems, 65536);
    struct str database = fresh_database(o);
    struct str yaml = arena_printf(
        &o->a,
        "database: '%.*s'\n"
        "org:\n  name: Mission Locale du Val Rosay\n  short_name: ML Val Rosay\n"
        "  phone: 01 99 00 12 34\n  address: 4 rue des Tilleuls\n  postcode: 33700\n  hours: "
        "9h-17h\n"
        "%schannels:\n%s",
        STR_ARG(database), more ? more : "",
        channels ? channels
                 : "  - {name: sms, gateway: sim, per_second: 1000, per_person: 0}\n");
    if (config_parse("office.yaml", yaml, &o->a, &o->config, &problems) != OK) {
        fail_msg("%s", buf_cstr(&problems));
    }
    buf_done(&problems);
    clock_fake(&o->s.clock, OFFICE_START);
    open_service(o);
}

void office_restart(struct office *o) {
    int64_t now = service_now(&o->s);
    service_close(&o->s);
    clock_fake(&o->s.clock, now);
    open_service(o);
}

void office_close(struct office *o) {
    static const char *const ENDS[] = {"rebond.db", "rebond.db-wal", "rebond.db-shm"};
    service_close(&o->s);
    for (size_t i = 0; i < 3; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", o->dir, ENDS[i]);
        unlink(path);
    }
    rmdir(o->dir);
    arena_done(&o->a);
    log_capture(NULL, NULL);
}

/* The scheme of the first channel is that of the phones. */
static struct str scheme_of(struct office *o) {
    return o->s.carrier[0].gw.kind->scheme;
}

void office_receives(struct office *o, const char *phone, const char *text,
                     const char *provider_id) {
    struct receive_item *item = receive_item_new();
    struct inbound *in = ARENA_NEW(&item->a, struct inbound);
    *in = (struct inbound){.gateway = str_from(o->s.carrier[0].gw.kind->name),
                           .channel = o->s.carrier[0].gw.name,
                           .provider_id = arena_str(&item->a, str_from(provider_id)),
                           .from = {scheme_of(o), arena_str(&item->a, str_from(phone))},
                           .kind = INBOUND_TEXT,
                           .text = arena_str(&item->a, str_from(text))};
    item->channel = in->channel;
    item->parsed = (struct gw_parsed){.in = in, .ins = 1};
    assert_int_equal(receive_offer(&o->s, item), OK);
}

void office_says(struct office *o, const char *phone, const char *text) {
    char id[32];
    snprintf(id, sizeof id, "said-%d", ++o->said);
    office_receives(o, phone, text, id);
    office_settle(o);
    /* an answer that might go on is waited for: let that moment pass */
    office_pass(o, o->config.sending.join_ms + 1);
}

void office_settle(struct office *o) {
    assert_int_equal(service_settle(&o->s), OK);
}

void office_pass(struct office *o, int64_t ms) {
    assert_int_equal(service_pass_time(&o->s, ms), OK);
}

int64_t office_contact(struct office *o, const char *phone) {
    struct contact_address addr;
    struct address at = {scheme_of(o), str_from(phone)};
    return addresses_find(o->s.db, at, &o->a, &addr) == OK ? addr.contact_id : 0;
}

int64_t office_youth(struct office *o, const char *first_name, const char *phone) {
    struct contact c = {.first_name = str_from(first_name),
                        .lang = STR("fr"),
                        .commune = STR("Mérignac"),
                        .postcode = STR("33700"),
                        .born = date_make(2007, 5, 4),
                        .origin = STR("test")};
    struct address at = {scheme_of(o), str_from(phone)};
    int64_t address;
    bool first;
    assert_int_equal(sql_begin(o->s.db, SQL_WRITE), OK);
    assert_int_equal(contacts_new(o->s.db, &c, service_now(&o->s)), OK);
    assert_int_equal(
        addresses_add(o->s.db, c.id, at, o->s.carrier[0].gw.name, service_now(&o->s), &address),
        OK);
    assert_int_equal(contacts_enrol(o->s.db, c.id, service_now(&o->s), &first), OK);
    assert_int_equal(sql_commit(o->s.db), OK);
    return c.id;
}

int64_t office_series(struct office *o, int capacity) {
    struct series s = {.name = STR("rencontre"),
                       .title = STR("Rencontre des jeunes"),
                       .rule = STR("FREQ=MONTHLY;BYDAY=1WE"),
                       .start =
                           date_make(2026, 3, 5), /* after the March one: April is the first */
                       .at = STR("14:00"),
                       .zone = STR("Europe/Paris"),
                       .duration_min = 120,
                       .venue = STR("Maison des projets"),
                       .capacity = capacity,
                       .invite_days = 10,
                       .active = true};
    assert_int_equal(sql_begin(o->s.db, SQL_WRITE), OK);
    assert_int_equal(series_put(o->s.db, &s, service_now(&o->s)), OK);
    assert_int_equal(sql_commit(o->s.db), OK);
    o->s.plan_ms = 0; /* look ahead at the next round */
    return s.id;
}

static bool has_left(enum outbox_state s) {
    return s == OUTBOX_SENT || s == OUTBOX_DELIVERED || s == OUTBOX_READ;
}

size_t office_texts(struct office *o, const char *phone, struct str **ret) {
    struct thread_line *line = NULL;
    size_t n = 0, kept = 0;
    int64_t id = office_contact(o, phone);
    if (!id || threads_read(o->s.db, id, 400, &o->a, &line, &n) < OK) {
        *ret = NULL;
        return 0;
    }
    struct str *text = ARENA_ARRAY(&o->a, struct str, n);
    for (size_t i = 0; i < n; i++) {
        if (!line[i].inbound && has_left(line[i].state)) {
            text[kept++] = line[i].text;
        }
    }
    *ret = text;
    return kept;
}

struct str office_last(struct office *o, const char *phone) {
    struct str *text;
    size_t n = office_texts(o, phone, &text);
    return n > 0 ? text[n - 1] : STR("");
}

int office_count(struct office *o, const char *phone, const char *words) {
    struct str *text;
    size_t n = office_texts(o, phone, &text);
    int found = 0;
    for (size_t i = 0; i < n; i++) {
        found += str_find(text[i], str_from(words), 0) != SIZE_MAX;
    }
    return found;
}

int64_t office_in_state(struct office *o, enum outbox_state s) {
    struct outbox_row *m;
    size_t n = 0;
    assert_true(outbox_list(o->s.db, s, 10000, &o->a, &m, &n) >= OK);
    return (int64_t)n;
}

static void show_thread(struct office *o, const char *phone) {
    struct thread_line *line;
    size_t n = 0;
    int64_t id = office_contact(o, phone);
    if (!id || threads_read(o->s.db, id, 100, &o->a, &line, &n) < OK) {
        print_message("  (no thread)\n");
        return;
    }
    for (size_t i = 0; i < n; i++) {
        print_message("  %s %.*s%s%s\n", line[i].inbound ? ">" : "<", STR_ARG(line[i].text),
                      line[i].inbound ? "" : "   ",
                      line[i].inbound ? "" : outbox_state_name(line[i].state));
    }
}

void office_expect_at(struct office *o, const char *phone, const char *words, const char *file,
                      int line) {
    if (str_find(office_last(o, phone), str_from(words), 0) != SIZE_MAX) {
        return;
    }
    print_message("%s:%d: the last text should hold « %s »; the thread is:\n", file, line,
                  words);
    show_thread(o, phone);
    fail();
}
