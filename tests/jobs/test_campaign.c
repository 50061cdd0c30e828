/* test_campaign.c - an announcement to many: the preview is what leaves, at a pace, in hours,
 * and who answers first is first. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include <stdio.h>

#include "db/broadcasts.h"
#include "db/contacts.h"
#include "db/optouts.h"
#include "db/sql.h"
#include "db/tags.h"
#include "jobs/campaign.h"

static void phone_of(int i, char out[16]) {
    snprintf(out, 16, "+3363998030%d", i);
}

static void youths(struct office *o, int n, int64_t *id) {
    for (int i = 0; i < n; i++) {
        char phone[16];
        phone_of(i, phone);
        id[i] = office_youth(o, "Awa", phone);
    }
}

static void tag(struct office *o, int64_t id, const char *name) {
    assert_int_equal(sql_begin(o->s.db, SQL_WRITE), OK);
    assert_int_equal(tags_add(o->s.db, id, str_from(name), service_now(&o->s)), OK);
    assert_int_equal(sql_commit(o->s.db), OK);
}

static struct broadcast draft(struct office *o, const struct segment *seg) {
    struct broadcast b = {.title = STR("Job dating"),
                          .text = STR("Job dating jeudi à 10h, salle des fêtes."),
                          .lang = STR("fr")};
    assert_int_equal(sql_begin(o->s.db, SQL_WRITE), OK);
    assert_int_equal(broadcasts_put(o->s.db, &b, seg, service_now(&o->s)), OK);
    assert_int_equal(sql_commit(o->s.db), OK);
    return b;
}

static int64_t confirm(struct office *o, int64_t id) {
    int64_t n = 0;
    assert_int_equal(sql_begin(o->s.db, SQL_WRITE), OK);
    assert_int_equal(broadcasts_confirm(o->s.db, id, service_now(&o->s), &n), OK);
    assert_int_equal(sql_commit(o->s.db), OK);
    return n;
}

static struct broadcast_counts counts(struct office *o, int64_t id) {
    struct broadcast_counts c;
    assert_int_equal(broadcasts_count(o->s.db, id, &c), OK);
    return c;
}

/* DOMAIN row 22: preview count = sent count, and the text is the one that was shown. */
static void preview_is_what_leaves(void **unused) {
    (void)unused;
    struct office o;
    int64_t id[5];
    office_open(&o, NULL, NULL);
    youths(&o, 5, id);
    tag(&o, id[1], "emploi");
    tag(&o, id[3], "emploi");
    struct str emploi = STR("emploi");
    struct segment seg = {.tag = &emploi, .tags = 1, .enrolled_only = true};
    struct broadcast b = draft(&o, &seg);
    struct broadcast_person *who;
    size_t shown = 0;
    int64_t total = 0;
    assert_int_equal(
        broadcasts_preview(o.s.db, b.id, 10, service_now(&o.s), &o.a, &who, &shown, &total),
        OK);
    assert_int_equal(total, 2);
    assert_int_equal(confirm(&o, b.id), total);
    office_pass(&o, MS_MINUTE);
    struct str text = campaign_text(&b, &o.a);
    for (int i = 0; i < 5; i++) {
        char phone[16];
        phone_of(i, phone);
        struct str *sent;
        size_t n = office_texts(&o, phone, &sent);
        assert_int_equal(n, i == 1 || i == 3 ? 1 : 0);
        if (n > 0) {
            assert_true(str_eq(sent[0], text));
        }
    }
    assert_int_equal(counts(&o, b.id).sent, 2);
    office_close(&o);
}

static void interested_people_are_listed_in_order(void **unused) {
    (void)unused;
    struct office o;
    int64_t id[4];
    char phone[4][16];
    office_open(&o, NULL, NULL);
    youths(&o, 4, id);
    for (int i = 0; i < 4; i++) {
        phone_of(i, phone[i]);
    }
    struct segment everybody = {.enrolled_only = true};
    struct broadcast b = draft(&o, &everybody);
    confirm(&o, b.id);
    office_pass(&o, MS_MINUTE);
    office_says(&o, phone[2], "1");
    office_says(&o, phone[0], "oui ca m'interesse");
    office_says(&o, phone[1], "non merci");
    struct broadcast_reply *r;
    size_t n = 0;
    assert_int_equal(broadcasts_replies(o.s.db, b.id, STR("yes"), &o.a, &r, &n), OK);
    assert_int_equal(n, 2);
    assert_int_equal(r[0].who.contact_id, id[2]);
    assert_int_equal(r[1].who.contact_id, id[0]);
    assert_int_equal(counts(&o, b.id).no, 1);
    office_expect(&o, phone[2], "noté");
    office_close(&o);
}

static void nothing_leaves_outside_the_hours(void **unused) {
    (void)unused;
    struct office o;
    int64_t id[3];
    office_open(&o, NULL, NULL);
    youths(&o, 3, id);
    office_pass(&o, 11 * MS_HOUR); /* 21:00 */
    struct segment everybody = {.enrolled_only = true};
    struct broadcast b = draft(&o, &everybody);
    confirm(&o, b.id);
    office_pass(&o, 11 * MS_HOUR);
    assert_int_equal(counts(&o, b.id).sent, 0);
    office_pass(&o, 2 * MS_HOUR);
    assert_int_equal(counts(&o, b.id).sent, 3);
    office_close(&o);
}

static void pace_is_kept(void **unused) {
    (void)unused;
    struct office o;
    int64_t id[9];
    office_open(&o, NULL, "sending: {bulk_per_minute: 12}\n"); /* one each five seconds */
    youths(&o, 9, id);
    struct segment everybody = {.enrolled_only = true};
    struct broadcast b = draft(&o, &everybody);
    confirm(&o, b.id);
    office_pass(&o, 16 * MS_SECOND);
    assert_in_range(counts(&o, b.id).sent, 2, 5);
    office_pass(&o, MS_MINUTE);
    assert_int_equal(counts(&o, b.id).sent, 9);
    office_close(&o);
}

/* A STOP between the confirmation and the sending is honoured, and the advisor sees why. */
static void stop_meanwhile_is_honoured_and_explained(void **unused) {
    (void)unused;
    struct office o;
    int64_t id[2];
    char phone[16];
    office_open(&o, NULL, NULL);
    youths(&o, 2, id);
    office_pass(&o, 11 * MS_HOUR);
    struct segment everybody = {.enrolled_only = true};
    struct broadcast b = draft(&o, &everybody);
    confirm(&o, b.id);
    phone_of(0, phone);
    office_says(&o, phone, "stop");
    office_pass(&o, 14 * MS_HOUR);
    assert_int_equal(office_count(&o, phone, "Job dating"), 0);
    assert_int_equal(counts(&o, b.id).sent, 1);
    struct broadcast_miss *miss;
    size_t n = 0;
    assert_int_equal(broadcasts_missed(o.s.db, b.id, &o.a, &miss, &n), OK);
    assert_int_equal(n, 1);
    assert_true(miss[0].reason.n > 0);
    office_close(&o);
}

/* Two questions never come together, "oui" is about the last one, and the first is asked again
 * after it. */
static void announcement_keeps_its_distance_and_its_answer(void **unused) {
    (void)unused;
    struct office o;
    int64_t id[1];
    char phone[16];
    office_open(&o, NULL, NULL);
    youths(&o, 1, id);
    phone_of(0, phone);
    int64_t series = office_series(&o, 10);
    assert_int_equal(sql_begin(o.s.db, SQL_WRITE), OK);
    assert_int_equal(
        series_join(o.s.db, series, id[0], MEMBER_COLLABORATEUR, service_now(&o.s)), OK);
    assert_int_equal(sql_commit(o.s.db), OK);
    office_pass(&o, 19 * MS_DAY + 23 * MS_HOUR +
                        5 * MS_MINUTE); /* Monday, 9:05: the invitation has just left */
    assert_int_equal(office_count(&o, phone, "Tu viens ?"), 1);
    struct segment everybody = {.enrolled_only = true};
    struct broadcast b = draft(&o, &everybody);
    confirm(&o, b.id);
    office_pass(&o, 5 * MS_MINUTE);
    assert_int_equal(office_count(&o, phone, "Job dating"), 0);
    office_pass(&o, 15 * MS_MINUTE);
    assert_int_equal(office_count(&o, phone, "Job dating"), 1);
    office_says(&o, phone, "oui");
    assert_int_equal(counts(&o, b.id).yes, 1);
    office_expect(&o, phone, "Tu viens ?");
    office_says(&o, phone, "oui");
    office_expect(&o, phone, "place est prise");
    office_close(&o);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(preview_is_what_leaves),
        cmocka_unit_test(interested_people_are_listed_in_order),
        cmocka_unit_test(nothing_leaves_outside_the_hours),
        cmocka_unit_test(pace_is_kept),
        cmocka_unit_test(stop_meanwhile_is_honoured_and_explained),
        cmocka_unit_test(announcement_keeps_its_distance_and_its_answer),
    };
    return cmocka_run_group_tests_name("campaign", tests, NULL, NULL);
}
