/* test_inbound.c - what comes in pieces, in disorder, or is changed afterwards. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include "db/cases.h"
#include "db/contacts.h"
#include "db/sql.h"
#include "db/threads.h"
#include "jobs/carriers.h"
#include "jobs/receive.h"

#define PHONE "+33639980152"

static void receive(struct office *o, struct inbound in) {
    struct receive_item *item = receive_item_new();
    struct inbound *copy = ARENA_NEW(&item->a, struct inbound);
    *copy = in;
    copy->gateway = str_from(o->s.carrier[0].gw.kind->name);
    copy->channel = o->s.carrier[0].gw.name;
    copy->from = (struct address){o->s.carrier[0].gw.kind->scheme, STR(PHONE)};
    item->channel = copy->channel;
    item->parsed = (struct gw_parsed){.in = copy, .ins = 1};
    assert_int_equal(receive_offer(&o->s, item), OK);
    office_settle(o);
}

static void part(struct office *o, int n, int of, const char *id, const char *text) {
    receive(o, (struct inbound){.provider_id = str_from(id),
                                .text = str_from(text),
                                .part = n,
                                .parts = of,
                                .part_ref = STR("ref-7")});
}

static struct contact contact_now(struct office *o) {
    struct contact c;
    assert_int_equal(contacts_get(o->s.db, office_contact(o, PHONE), &o->a, &c), OK);
    return c;
}

/* "STO" and "P svp" are a STOP only together. */
static void parts_in_disorder_are_one_message(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    office_youth(&o, "Awa", PHONE);
    part(&o, 2, 2, "b", "P svp");
    assert_int_equal(contact_now(&o).stop_all_ms, 0);
    part(&o, 2, 2, "b", "P svp"); /* again: providers do */
    part(&o, 1, 2, "a", "STO");
    assert_true(contact_now(&o).stop_all_ms > 0);
    assert_int_equal(office_count(&o, PHONE, ""), 1); /* one confirmation */
    office_close(&o);
}

/* A part that never comes does not keep the others for ever. */
static void a_missing_part_is_waited_for_a_minute(void **unused) {
    (void)unused;
    struct office o;
    office_open(&o, NULL, NULL);
    office_youth(&o, "Awa", PHONE);
    part(&o, 1, 2, "a", "STOP");
    office_pass(&o, 50 * MS_SECOND);
    assert_int_equal(contact_now(&o).stop_all_ms, 0);
    office_pass(&o, 15 * MS_SECOND);
    assert_true(contact_now(&o).stop_all_ms > 0);
    office_close(&o);
}

static void edit(struct office *o, const char *id, const char *text) {
    receive(o, (struct inbound){.provider_id = str_from(id),
                                .text = str_from(text),
                                .kind = INBOUND_EDITED,
                                .message_ref = STR("41")});
}

/* A corrected message is kept and asks for nothing, unless it became a STOP or a cry for help.
 */
static void edited_messages(void **unused) {
    (void)unused;
    struct office o;
    struct thread_line *line;
    size_t n = 0;
    office_open(&o, NULL, NULL);
    int64_t awa = office_youth(&o, "Awa", PHONE);
    edit(&o, "e1", "Bonsoir à tous");
    assert_int_equal(office_count(&o, PHONE, ""), 0);
    assert_int_equal(threads_read(o.s.db, awa, 10, &o.a, &line, &n), OK);
    assert_int_equal(n, 1);
    assert_true(str_is(line[0].text, "Bonsoir à tous"));
    struct case_row c;
    edit(&o, "e3", "je veux mourir");
    assert_int_equal(cases_of(o.s.db, awa, &o.a, &c), OK);
    assert_true(c.urgent);
    assert_int_equal(office_count(&o, PHONE, "3114"), 1);
    edit(&o, "e2", "STOP");
    assert_true(contact_now(&o).stop_all_ms > 0);
    /* what was corrected is forgotten with the rest */
    assert_int_equal(sql_begin(o.s.db, SQL_WRITE), OK);
    assert_int_equal(contacts_erase(o.s.db, awa, service_now(&o.s)), OK);
    assert_int_equal(sql_commit(o.s.db), OK);
    struct inbox_row row;
    assert_int_equal(inbox_get(o.s.db, line[0].id, &o.a, &row), OK);
    assert_int_equal(row.text.n, 0);
    office_close(&o);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_in_disorder_are_one_message),
        cmocka_unit_test(a_missing_part_is_waited_for_a_minute),
        cmocka_unit_test(edited_messages),
    };
    return cmocka_run_group_tests_name("inbound", tests, NULL, NULL);
}
