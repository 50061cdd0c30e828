/* test_gammu.c - what goes into smsd's folder, and what is read out of it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/gammu.h"

#include "tests/fake/gw_case.h"
#include "tests/unit/checks.h"

static const char CONFIG[] = "{\"spool\":\"/var/spool/gammu/\"}";

static void open_case(struct gw_case *c) {
    assert_int_equal(gw_case_open(c, "gammu", CONFIG), OK);
    c->now_ms = 1795320000000;
}

static struct outbound message(const char *to, const char *text) {
    return (struct outbound){.id = 42,
                             .tag = STR("000000000000a"),
                             .to = {STR("tel"), str_from(to)},
                             .text = str_from(text),
                             .attempt = 1};
}

static void text_becomes_a_file(void **unused) {
    (void)unused;
    struct gw_case c;
    open_case(&c);
    struct outbound m = message("+33639980150", "Été");
    struct gw_answer done = {.status = 201, .left = true};
    struct outcome o = gw_case_send(&c, &m, &done, 1);
    assert_int_equal(o.kind, OUTCOME_SENT);
    assert_int_equal(o.provider_ids, 1);
    check_str(o.provider_id[0], "000000000000a/1");
    assert_int_equal(c.calls, 1);
    check_str(c.call[0].method, "PUT");
    check_str(c.call[0].url, "spool:/var/spool/gammu/outbox/"
                             "OUTA20261122_040000_00_+33639980150_000000000000a.txtd");
    assert_int_equal(c.call[0].body.n, 8);
    assert_memory_equal(c.call[0].body.p, "\xFE\xFF\x00\xC9\x00t\x00\xE9", 8);
    gw_case_done(&c);
}

static void long_text_has_an_id_a_part(void **unused) {
    (void)unused;
    struct gw_case c;
    open_case(&c);
    char text[200];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    struct outbound m = message("+33639980150", text);
    m.bulk = true;
    struct gw_answer done = {.status = 201, .left = true};
    struct outcome o = gw_case_send(&c, &m, &done, 1);
    assert_int_equal(o.provider_ids, 2);
    check_str(o.provider_id[1], "000000000000a/2");
    assert_true(str_find(c.call[0].url, STR("/OUTM2026"), 0) != SIZE_MAX); /* after replies */
    gw_case_done(&c);
}

static struct str said(struct gw_case *c) {
    struct str body = str_sub(c->call[0].body, 2, c->call[0].body.n); /* after the BOM */
    char *p = arena_alloc(&c->a, body.n / 2 + 1);
    for (size_t i = 0; i < body.n / 2; i++) {
        p[i] = body.p[2 * i + 1];
    }
    return (struct str){p, body.n / 2};
}

/* A phone without pictures gets what it can open, and nothing else. */
static void a_picture_becomes_its_address(void **unused) {
    (void)unused;
    static const struct str files[] = {{"image/jpeg:https://a.example/p.jpg", 34},
                                       {"image/jpeg:tg-file:ABC", 22},
                                       {"https://a.example/plan.pdf", 26},
                                       {"geo:44.8,-0.5", 13}};
    struct gw_case c;
    open_case(&c);
    struct outbound m = message("+33639980150", "Le local");
    m.attachment = files;
    m.attachments = 4;
    struct gw_answer done = {.status = 201, .left = true};
    struct outcome o = gw_case_send(&c, &m, &done, 1);
    check_str(said(&c), "Le local\nhttps://a.example/p.jpg\nhttps://a.example/plan.pdf\n"
                        "https://www.openstreetmap.org/?mlat=44.8&mlon=-0.5");
    assert_int_equal(o.provider_ids, 1);
    gw_case_done(&c);
}

static void full_disk_waits_and_odd_numbers_fail(void **unused) {
    (void)unused;
    static const char *const ODD[] = {"33639980150", "+33/../../etc", "+", "+336a"};
    struct gw_case c;
    open_case(&c);
    struct outbound m = message("+33639980150", "Bonjour");
    struct gw_answer refused = {.error = STR("the spool folder cannot be written")};
    assert_int_equal(gw_case_send(&c, &m, &refused, 1).kind, OUTCOME_LATER);
    for (size_t i = 0; i < 4; i++) {
        m = message(ODD[i], "Bonjour");
        struct outcome o = gw_case_send(&c, &m, NULL, 0);
        assert_int_equal(o.kind, OUTCOME_NEVER);
        assert_true(o.bad_address);
        assert_int_equal(c.calls, 0);
    }
    gw_case_done(&c);
}

static void needs_a_full_path(void **unused) {
    (void)unused;
    struct gw_case c;
    assert_int_equal(gw_case_open(&c, "gammu", "{\"spool\":\"spool\"}"), E_INVALID);
    gw_case_done(&c);
    assert_int_equal(gw_case_open(&c, "gammu", "{\"spol\":\"/x\"}"), E_INVALID);
    gw_case_done(&c);
}

/* ---- reading ---- */

#define BACKUP(pdu, number, text)                                                              \
    "; comment\n\n[SMSBackup000]\n; words\nPDU = " pdu "\nNumber = \"" number "\"\n"           \
    "Text00 = " text "\nCoding = Unicode_No_Compression\nMessageReference = 7\n\n"

static struct gw_parsed read_folder(struct gw_case *c, const char *folder, const char *name,
                                    const char *bytes) {
    struct gw_parsed p;
    struct str cursor;
    int64_t wait = 0;
    struct gw_answer answer = {.status = 200, .left = true};
    answer.body = arena_printf(&c->a, "%s %s %zu\n%s\n", folder, name, strlen(bytes), bytes);
    assert_int_equal(c->ch.kind->poll_parse(&c->ch, STR(""), &answer, c->now_ms, &c->a, &p,
                                            &cursor, &wait, &c->err),
                     OK);
    assert_int_equal(wait, GAMMU_LOOK_MS);
    return p;
}

static void parts_become_one_message(void **unused) {
    (void)unused;
    struct gw_case c;
    open_case(&c);
    struct gw_parsed p = read_folder(&c, "inbox", "IN20261122_070530_00_0639980150_00.txt",
                                     BACKUP("Deliver", "0639980150", "00C90074D83D")
                                         BACKUP("Deliver", "0639980150", "DC4B00E9"));
    assert_int_equal(p.ins, 1);
    check_str(p.in[0].text, "Ét👋é"); /* a surrogate pair cut between two parts is whole again */
    check_str(p.in[0].from.value, "+33639980150");
    assert_true(str_find(p.in[0].provider_id, STR("0639980150"), 0) == SIZE_MAX);
    assert_int_equal(p.reacts, 1);
    check_str(p.react[0].method, "DELETE");
    check_str(p.react[0].url,
              "spool:/var/spool/gammu/inbox/IN20261122_070530_00_0639980150_00.txt");
    gw_case_done(&c);
}

static void report_names_its_number_only(void **unused) {
    (void)unused;
    struct gw_case c;
    open_case(&c);
    struct gw_parsed p = read_folder(
        &c, "inbox", "IN1.txt",
        BACKUP("Status_Report", "+33639980150", "00440065006C006900760065007200650064"));
    assert_int_equal(p.ins, 0);
    assert_int_equal(p.receipts, 1);
    assert_int_equal(p.receipt[0].status, RECEIPT_DELIVERED);
    check_str(p.receipt[0].to.value, "+33639980150");
    assert_int_equal(p.receipt[0].message_id, 0);
    p = read_folder(&c, "inbox", "IN2.txt",
                    BACKUP("Status_Report", "+33639980150", "004600610069006C00650064"));
    assert_int_equal(p.receipt[0].status, RECEIPT_FAILED);
    gw_case_done(&c);
}

static void fate_is_in_the_name(void **unused) {
    (void)unused;
    struct gw_case c;
    open_case(&c);
    struct str tag = gw_tag(912242073514434560, &c.a);
    const char *name =
        arena_printf(&c.a, "OUTA20261122_040000_00_+33639980150_%.*s.txtd", STR_ARG(tag)).p;
    struct gw_parsed p = read_folder(&c, "sent", name, "whatever");
    assert_int_equal(p.receipts, 1);
    assert_true(p.receipt[0].message_id == 912242073514434560);
    assert_int_equal(p.receipt[0].status, RECEIPT_SENT);
    p = read_folder(&c, "error", name, "whatever");
    assert_int_equal(p.receipt[0].status, RECEIPT_FAILED);
    assert_false(p.receipt[0].permanent);
    /* another program's message through the same modem */
    p = read_folder(&c, "sent", "OUTC20261122_070416_00_+33639980150_sms0.txt", "x");
    assert_int_equal(p.receipts, 0);
    check_str(p.react[0].method, "MOVE");
    gw_case_done(&c);
}

static void several_files_stay_apart(void **unused) {
    (void)unused;
    static const char ONE[] = BACKUP("Deliver", "+33639980150", "0041");
    static const char TWO[] = BACKUP("Deliver", "+33639980151", "0042");
    struct gw_case c;
    struct gw_parsed p;
    struct str cursor;
    int64_t wait;
    open_case(&c);
    struct gw_answer answer = {.status = 200, .left = true};
    answer.body = arena_printf(&c.a, "inbox IN1.txt %zu\n%s\ninbox IN2.txt %zu\n%s\n",
                               strlen(ONE), ONE, strlen(TWO), TWO);
    assert_int_equal(c.ch.kind->poll_parse(&c.ch, STR(""), &answer, c.now_ms, &c.a, &p, &cursor,
                                           &wait, &c.err),
                     OK);
    assert_int_equal(p.ins, 2);
    check_str(p.in[0].text, "A");
    check_str(p.in[1].text, "B");
    check_str(p.in[1].from.value, "+33639980151");
    gw_case_done(&c);
}

static void nonsense_is_put_aside(void **unused) {
    (void)unused;
    static const char *const BAD[] = {
        "",
        "no message",
        "[SMSBackup000]\n",
        "[SMSBackup000]\nNumber = \"\n",
        "[SMSBackup000]\nNumber = \"SFR\"\nText00 = 0041\n",
        "[SMSBackup000]\nCoding = 8bit\nNumber = \"+33639980150\"\nText00 = 41\n"};
    struct gw_case c;
    open_case(&c);
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct gw_parsed p = read_folder(&c, "inbox", "IN1.txt", BAD[i]);
        assert_int_equal(p.ins + p.receipts, 0);
        assert_int_equal(p.reacts, 1);
        check_str(p.react[0].method, "MOVE");
    }
    gw_case_done(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_becomes_a_file),
        cmocka_unit_test(long_text_has_an_id_a_part),
        cmocka_unit_test(a_picture_becomes_its_address),
        cmocka_unit_test(full_disk_waits_and_odd_numbers_fail),
        cmocka_unit_test(needs_a_full_path),
        cmocka_unit_test(parts_become_one_message),
        cmocka_unit_test(report_names_its_number_only),
        cmocka_unit_test(fate_is_in_the_name),
        cmocka_unit_test(several_files_stay_apart),
        cmocka_unit_test(nonsense_is_put_aside),
    };
    return cmocka_run_group_tests_name("gammu", tests, NULL, NULL);
}
