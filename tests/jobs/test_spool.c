/* test_spool.c - the folder of a modem daemon: written whole, read once, never left. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "db/sql.h"
#include "jobs/carriers.h"
#include "jobs/metrics.h"
#include "jobs/spool.h"

#define PHONE "+33639980150"

static const char *const FOLDERS[] = {"inbox", "outbox", "sent", "error"};

struct desk {
    struct office o;
    struct arena a;
    char dir[64];
};

static const char *path(struct desk *d, const char *folder, const char *name) {
    return arena_printf(&d->a, "%s/%s/%s", d->dir, folder, name).p;
}

static void make_folders(struct desk *d) {
    arena_init(&d->a);
    snprintf(d->dir, sizeof d->dir, "/tmp/rebond-spool-XXXXXX");
    assert_non_null(mkdtemp(d->dir));
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(mkdir(path(d, FOLDERS[i], ""), 0700), 0);
    }
}

static void remove_folders(struct desk *d) {
    for (size_t i = 0; i < 4; i++) {
        struct str *name = NULL;
        size_t n = 0;
        struct err err = {0};
        assert_int_equal(file_list(path(d, FOLDERS[i], ""), "", &d->a, &name, &n, &err), OK);
        for (size_t k = 0; k < n; k++) {
            unlink(path(d, FOLDERS[i], arena_cstr(&d->a, name[k])));
        }
        rmdir(path(d, FOLDERS[i], ""));
    }
    assert_int_equal(rmdir(d->dir), 0);
    arena_done(&d->a);
}

static void open_desk(struct desk *d) {
    make_folders(d);
    office_open(&d->o,
                arena_printf(&d->a,
                             "  - {name: sms, gateway: gammu, spool: '%s', per_second: 1000, "
                             "per_person: 0}\n",
                             d->dir)
                    .p,
                NULL);
}

static void close_desk(struct desk *d) {
    office_close(&d->o);
    remove_folders(d);
}

/* A file that nobody writes to any more. */
static void put_file(struct desk *d, const char *folder, const char *name, const char *bytes) {
    struct err err = {0};
    struct timespec old[2] = {{.tv_sec = 1700000000}, {.tv_sec = 1700000000}};
    assert_int_equal(file_write(path(d, folder, name), str_from(bytes), &err), OK);
    assert_int_equal(utimensat(AT_FDCWD, path(d, folder, name), old, 0), 0);
}

static size_t count_files(struct desk *d, const char *folder, const char **ret_last) {
    struct str *name = NULL;
    size_t n = 0;
    struct err err = {0};
    assert_int_equal(file_list(path(d, folder, ""), "", &d->a, &name, &n, &err), OK);
    if (n > 0 && ret_last) {
        *ret_last = arena_cstr(&d->a, name[n - 1]);
    }
    return n;
}

/* The pause between two looks is real time: the test does not wait for it. */
static void look(struct desk *d) {
    for (int i = 0; i < 3; i++) {
        d->o.s.carrier[0].poll_after_ms = 0;
        office_settle(&d->o);
    }
}

static struct gw_answer call(struct desk *d, const char *method, const char *url,
                             const char *body) {
    struct gw_call c = {
        .method = str_from(method), .url = str_from(url), .body = str_from(body)};
    assert_true(spool_is(&c));
    return spool_do(&c, &d->a);
}

static const char *url(struct desk *d, const char *rest) {
    return arena_printf(&d->a, "spool:%s%s", d->dir, rest).p;
}

static void file_is_written_once(void **unused) {
    (void)unused;
    struct desk d;
    make_folders(&d);
    assert_int_equal(call(&d, "PUT", url(&d, "/outbox/a.txt"), "un").status, 201);
    assert_int_equal(call(&d, "PUT", url(&d, "/outbox/a.txt"), "deux").status, 409);
    assert_int_equal(count_files(&d, "outbox", NULL), 1); /* no half-written one beside it */
    struct gw_answer a = call(&d, "PUT", url(&d, "/nowhere/a.txt"), "un");
    assert_int_equal(a.status, 0);
    assert_false(a.left); /* certain not to have left: tried again */
    assert_true(str_find(a.error, str_from(d.dir), 0) == SIZE_MAX);
    assert_int_equal(call(&d, "DELETE", url(&d, "/outbox/a.txt"), "").status, 204);
    assert_int_equal(call(&d, "DELETE", url(&d, "/outbox/a.txt"), "").status, 204);
    assert_int_equal(count_files(&d, "outbox", NULL), 0);
    remove_folders(&d);
}

static void list_shows_settled_files_only(void **unused) {
    (void)unused;
    struct desk d;
    struct err err = {0};
    make_folders(&d);
    put_file(&d, "inbox", "IN2.txt", "deux\nlignes");
    put_file(&d, "inbox", "IN1.txt", "un");
    put_file(&d, "inbox", "with space.txt", "x");
    put_file(&d, "inbox", SPOOL_PREFIX "IN0.txt", "x");
    assert_int_equal(symlink("/etc/passwd", path(&d, "inbox", "IN3.txt")), 0);
    assert_int_equal(file_write(path(&d, "inbox", "IN4.txt"), STR("half"), &err), OK);
    struct gw_answer a = call(&d, "LIST", url(&d, ""), "inbox\nsent");
    assert_int_equal(a.status, 200);
    check_str(a.body, "inbox IN1.txt 2\nun\ninbox IN2.txt 11\ndeux\nlignes\n");
    assert_int_equal(call(&d, "LIST", url(&d, "/nowhere"), "inbox").status, 0);
    remove_folders(&d);
}

static void odd_paths_are_refused(void **unused) {
    (void)unused;
    static const char *const ODD[] = {"spool:",           "spool:/",
                                      "spool:relative/x", "spool:/tmp/../etc/x",
                                      "spool:/tmp/a\nb",  "spool:/.."};
    struct desk d;
    make_folders(&d);
    for (size_t i = 0; i < sizeof ODD / sizeof *ODD; i++) {
        assert_int_equal(call(&d, "PUT", ODD[i], "x").status, 0);
        assert_int_equal(call(&d, "DELETE", ODD[i], "").status, 0);
    }
    assert_int_equal(call(&d, "STEAL", url(&d, "/inbox/x"), "").status, 0);
    remove_folders(&d);
}

#define WORDS "0062006F006E006A006F00750072" /* bonjour */
#define FILE_OF(pdu, text)                                                                     \
    "[SMSBackup000]\nPDU = " pdu "\nNumber = \"" PHONE "\"\nText00 = " text                    \
    "\nCoding = Default_No_Compression\nMessageReference = 7\n"
#define REPORT FILE_OF("Status_Report", "00440065006C006900760065007200650064")

static void text_in_the_folder_is_answered_there(void **unused) {
    (void)unused;
    struct desk d;
    const char *name = NULL;
    open_desk(&d);
    put_file(&d, "inbox", "IN1.txt", FILE_OF("Deliver", WORDS));
    look(&d);
    office_pass(&d.o, MS_MINUTE);
    assert_int_equal(count_files(&d, "inbox", NULL), 0);
    assert_true(office_contact(&d.o, PHONE) != 0);
    assert_in_range(count_files(&d, "outbox", &name), 1, 3);
    assert_non_null(strstr(name, "_" PHONE "_"));
    /* the same file again, as after a crash before it was deleted */
    int64_t twice = metric_get(METRIC_INBOUND_TWICE);
    put_file(&d, "inbox", "IN1.txt", FILE_OF("Deliver", WORDS));
    look(&d);
    assert_int_equal(metric_get(METRIC_INBOUND_TWICE), twice + 1);
    assert_int_equal(count_files(&d, "inbox", NULL), 0);
    close_desk(&d);
}

static void unreadable_file_is_put_aside(void **unused) {
    (void)unused;
    struct desk d;
    const char *name = NULL;
    open_desk(&d);
    put_file(&d, "inbox", "IN1.txt", "nonsense");
    look(&d);
    assert_int_equal(count_files(&d, "inbox", &name), 1);
    assert_string_equal(name, SPOOL_PREFIX "IN1.txt");
    close_desk(&d);
}

/* Sends a text and plays the daemon: the file goes to `folder`. Returns our id. */
static int64_t send(struct desk *d, int64_t youth, const char *text, const char *folder) {
    const char *name = NULL;
    struct outbox_row m = {.contact_id = youth,
                           .kind = STR("reply"),
                           .text = str_from(text),
                           .channel = STR("sms"),
                           .segments = 1};
    assert_int_equal(sql_begin(d->o.s.db, SQL_WRITE), OK);
    assert_int_equal(outbox_put(d->o.s.db, &m, NULL, &d->o.a, service_now(&d->o.s)), OK);
    assert_int_equal(sql_commit(d->o.s.db), OK);
    office_settle(&d->o);
    assert_int_equal(count_files(d, "outbox", &name), 1);
    assert_int_equal(rename(path(d, "outbox", name), path(d, folder, name)), 0);
    struct timespec old[2] = {{.tv_sec = 1700000000}, {.tv_sec = 1700000000}};
    assert_int_equal(utimensat(AT_FDCWD, path(d, folder, name), old, 0), 0);
    return m.id;
}

static enum outbox_state state_of(struct desk *d, int64_t id) {
    struct outbox_row m;
    assert_int_equal(outbox_get(d->o.s.db, id, &d->o.a, &m), OK);
    return m.state;
}

static void fate_comes_home(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    int64_t youth = office_youth(&d.o, "Awa", PHONE);
    int64_t sent = send(&d, youth, "un", "sent");
    int64_t lost = send(&d, youth, "deux", "error");
    look(&d);
    assert_int_equal(state_of(&d, sent), OUTBOX_SENT);
    assert_int_equal(state_of(&d, lost), OUTBOX_FAILED);
    assert_int_equal(count_files(&d, "sent", NULL) + count_files(&d, "error", NULL), 0);
    close_desk(&d);
}

/* A report that names a number only: used when one message alone can be meant. */
static void report_without_an_id(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    int64_t youth = office_youth(&d.o, "Awa", PHONE);
    int64_t first = send(&d, youth, "un", "sent");
    put_file(&d, "inbox", "IN1.txt", REPORT);
    look(&d);
    assert_int_equal(state_of(&d, first), OUTBOX_DELIVERED);
    /* two are open: nobody can say which; neither is called delivered */
    int64_t second = send(&d, youth, "deux", "sent");
    int64_t third = send(&d, youth, "trois", "sent");
    put_file(&d, "inbox", "IN2.txt", REPORT);
    look(&d);
    assert_int_equal(state_of(&d, second), OUTBOX_SENT);
    assert_int_equal(state_of(&d, third), OUTBOX_SENT);
    close_desk(&d);
}

/* A text of three parts is delivered when three reports have come. */
static void every_part_is_reported(void **unused) {
    (void)unused;
    struct desk d;
    char text[400], name[32];
    open_desk(&d);
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    int64_t youth = office_youth(&d.o, "Awa", PHONE);
    int64_t id = send(&d, youth, text, "sent");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(state_of(&d, id), OUTBOX_SENT);
        snprintf(name, sizeof name, "IN%d.txt", i);
        put_file(&d, "inbox", name, REPORT);
        look(&d);
    }
    assert_int_equal(state_of(&d, id), OUTBOX_DELIVERED);
    close_desk(&d);
}

static void missing_folder_keeps_the_message(void **unused) {
    (void)unused;
    struct desk d;
    open_desk(&d);
    int64_t youth = office_youth(&d.o, "Awa", PHONE);
    assert_int_equal(rmdir(path(&d, "outbox", "")), 0);
    struct outbox_row m = {.contact_id = youth,
                           .kind = STR("reply"),
                           .text = STR("Bonjour"),
                           .channel = STR("sms")};
    assert_int_equal(sql_begin(d.o.s.db, SQL_WRITE), OK);
    assert_int_equal(outbox_put(d.o.s.db, &m, NULL, &d.o.a, service_now(&d.o.s)), OK);
    assert_int_equal(sql_commit(d.o.s.db), OK);
    office_settle(&d.o);
    assert_int_equal(state_of(&d, m.id), OUTBOX_QUEUED);
    assert_int_equal(mkdir(path(&d, "outbox", ""), 0700), 0);
    office_pass(&d.o, 2 * MS_MINUTE);
    assert_int_equal(state_of(&d, m.id), OUTBOX_SENT);
    assert_int_equal(count_files(&d, "outbox", NULL), 1);
    close_desk(&d);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file_is_written_once),
        cmocka_unit_test(list_shows_settled_files_only),
        cmocka_unit_test(odd_paths_are_refused),
        cmocka_unit_test(text_in_the_folder_is_answered_there),
        cmocka_unit_test(unreadable_file_is_put_aside),
        cmocka_unit_test(fate_comes_home),
        cmocka_unit_test(report_without_an_id),
        cmocka_unit_test(every_part_is_reported),
        cmocka_unit_test(missing_folder_keeps_the_message),
    };
    return cmocka_run_group_tests_name("spool", tests, NULL, NULL);
}
