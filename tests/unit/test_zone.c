/* test_zone.c - the clock on the wall, across daylight saving and overseas. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/zone.h"

#include <pthread.h>
#include <stdio.h>

#include "base/clock.h"
#include "tests/unit/checks.h"

static const struct zone *zone(const char *name) {
    const struct zone *z = NULL;
    assert_int_equal(zone_get(str_from(name), &z, NULL), OK);
    return z;
}

static int64_t utc(const char *name, int y, int m, int d, int h, int min) {
    struct tod t = {(int8_t)h, (int8_t)min, 0, 0};
    return zone_to_utc(zone(name), date_make(y, m, d), t);
}

/* "2026-03-29 03:30" in the zone. */
static void check_wall(const char *name, int64_t ms, const char *expected) {
    char got[64];
    struct date d;
    struct tod t;
    zone_to_civil(zone(name), ms, &d, &t);
    snprintf(got, sizeof got, "%04d-%02d-%02d %02d:%02d", d.year, d.month, d.day, t.hour,
             t.minute);
    assert_string_equal(got, expected);
}

#define AT(y, m, d, h, min)                                                                    \
    (date_to_days(date_make(y, m, d)) * MS_DAY + (h)*MS_HOUR + (min)*MS_MINUTE)

static void spring_in_paris(void **state) {
    (void)state;
    const char *p = "Europe/Paris";
    assert_true(utc(p, 2026, 3, 29, 1, 59) == AT(2026, 3, 29, 0, 59));
    assert_true(utc(p, 2026, 3, 29, 2, 0) == AT(2026, 3, 29, 1, 0));
    assert_true(utc(p, 2026, 3, 29, 2, 30) == AT(2026, 3, 29, 1, 30));
    check_wall(p, utc(p, 2026, 3, 29, 2, 30), "2026-03-29 03:30"); /* the hour does not exist */
    assert_true(utc(p, 2026, 3, 29, 3, 0) == AT(2026, 3, 29, 1, 0));
    check_wall(p, AT(2026, 3, 29, 0, 59), "2026-03-29 01:59");
    check_wall(p, AT(2026, 3, 29, 1, 0), "2026-03-29 03:00");
    assert_int_equal(zone_offset(zone(p), AT(2026, 3, 29, 1, 0) - 1), 3600);
    assert_int_equal(zone_offset(zone(p), AT(2026, 3, 29, 1, 0)), 7200);
}

static void autumn_in_paris(void **state) {
    (void)state;
    const char *p = "Europe/Paris";
    assert_true(utc(p, 2026, 10, 25, 1, 59) == AT(2026, 10, 24, 23, 59));
    assert_true(utc(p, 2026, 10, 25, 2, 30) ==
                AT(2026, 10, 25, 0, 30)); /* the first of the two */
    assert_true(utc(p, 2026, 10, 25, 3, 0) == AT(2026, 10, 25, 2, 0));
    check_wall(p, AT(2026, 10, 25, 0, 30), "2026-10-25 02:30");
    check_wall(p, AT(2026, 10, 25, 1, 30), "2026-10-25 02:30");
    check_wall(p, AT(2026, 10, 25, 2, 30), "2026-10-25 03:30");
}

static void a_meeting_stays_at_its_hour(void **state) {
    (void)state;
    for (int32_t n = date_to_days(date_make(2026, 1, 1)); date_from_days(n).year < 2028; n++) {
        struct date d = date_from_days(n), back;
        struct tod t = {14, 0, 0, 0}, got;
        zone_to_civil(zone("Europe/Paris"), zone_to_utc(zone("Europe/Paris"), d, t), &back,
                      &got);
        assert_int_equal(date_cmp(d, back), 0);
        assert_int_equal(got.hour, 14);
    }
    assert_true(utc("Europe/Paris", 2026, 7, 1, 14, 0) == AT(2026, 7, 1, 12, 0));
    assert_true(utc("Europe/Paris", 2026, 12, 1, 14, 0) == AT(2026, 12, 1, 13, 0));
    assert_true(utc("Europe/Paris", 2099, 7, 1, 14, 0) == AT(2099, 7, 1, 12, 0));
}

static void zones_without_seasons(void **state) {
    (void)state;
    assert_true(utc("Indian/Reunion", 2026, 3, 29, 2, 30) == AT(2026, 3, 28, 22, 30));
    assert_true(utc("America/Martinique", 2026, 7, 14, 20, 0) == AT(2026, 7, 15, 0, 0));
    check_wall("America/Martinique", AT(2026, 1, 1, 3, 59), "2025-12-31 23:59");
    assert_true(utc("UTC", 2026, 3, 29, 2, 30) == AT(2026, 3, 29, 2, 30));
    check_wall("UTC", -1, "1969-12-31 23:59");
    check_wall("Europe/Paris", -1, "1970-01-01 00:59");
}

static void instants(void **state) {
    (void)state;
    struct instant i = zone_instant(zone("Europe/Paris"), AT(2026, 7, 1, 12, 0) + 250);
    assert_int_equal(i.offset, 7200);
    assert_int_equal(i.nsec, 250000000);
    assert_true(i.sec * 1000 == AT(2026, 7, 1, 12, 0));
    check_str(zone_name(i.zone), "Europe/Paris");
    i = zone_instant(zone("UTC"), -1);
    assert_true(i.sec == -1);
    assert_int_equal(i.nsec, 999000000);
}

static void unknown_names_are_refused(void **state) {
    (void)state;
    const char *bad[] = {
        "",
        "Europe/Pariss",
        "Paris",
        "GMT+2:30",
        "Etc/Unknown",
        "Europe/P\xc3\xa2ris",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const struct zone *z = NULL;
        struct err e;
        assert_int_equal(zone_get(str_from(bad[i]), &z, &e), E_INVALID);
        assert_null(z);
        assert_non_null(strstr(e.hint, "Europe/Paris"));
    }
    assert_ptr_equal(zone("Europe/Paris"), zone("Europe/Paris"));
}

static void *load_and_use(void *arg) {
    static const char *const names[] = {"Europe/London", "Asia/Tokyo", "America/New_York",
                                        "Europe/London", "Pacific/Noumea"};
    int64_t sum = 0;
    for (int i = 0; i < 200; i++) {
        sum += zone_offset(zone(names[i % 5]), AT(2026, 7, 1, 0, 0));
    }
    *(int64_t *)arg = sum;
    return NULL;
}

static void threads_share_zones(void **state) {
    (void)state;
    pthread_t t[4];
    int64_t sum[4];
    for (int i = 0; i < 4; i++) {
        pthread_create(&t[i], NULL, load_and_use, &sum[i]);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(t[i], NULL);
        assert_true(sum[i] == 40 * 3600LL * (1 + 9 - 4 + 1 + 11));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spring_in_paris),
        cmocka_unit_test(autumn_in_paris),
        cmocka_unit_test(a_meeting_stays_at_its_hour),
        cmocka_unit_test(zones_without_seasons),
        cmocka_unit_test(instants),
        cmocka_unit_test(unknown_names_are_refused),
        cmocka_unit_test(threads_share_zones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
