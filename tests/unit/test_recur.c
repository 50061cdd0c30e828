/* test_recur.c - calendar rules: their dates, their words, their faults. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/recur.h"

#include "tests/unit/checks.h"

static struct arena a;

/* The first four dates from 1 December 2026 of a series that began on `start`. */
static void check_dates(const char *rule, struct date start, const char *expected) {
    struct date d[4];
    int n = 0;
    struct err e;
    if (recur_dates(str_from(rule), start, date_make(2026, 12, 1), d, 4, &n, &e) != OK) {
        fail_msg("%s: %s", rule, e.text);
    }
    struct str s = STR_EMPTY;
    for (int i = 0; i < n; i++) {
        s = arena_printf(&a, "%.*s%s%.*s", STR_ARG(s), i ? " " : "",
                         STR_ARG(date_iso(d[i], &a)));
    }
    check_str(s, expected);
}

static void the_dates(void **state) {
    (void)state;
    struct date s = date_make(2026, 11, 30);
    check_dates("FREQ=MONTHLY;BYDAY=1WE", s, "2026-12-02 2027-01-06 2027-02-03 2027-03-03");
    check_dates("freq=monthly;byday=-1fr", s, "2026-12-25 2027-01-29 2027-02-26 2027-03-26");
    check_dates("RRULE:FREQ=WEEKLY;BYDAY=TU,TH", s,
                "2026-12-01 2026-12-03 2026-12-08 2026-12-10");
    check_dates("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", s,
                "2026-12-02 2026-12-16 2026-12-30 2027-01-13");
    check_dates("FREQ=DAILY", s, "2026-12-01 2026-12-02 2026-12-03 2026-12-04");
    check_dates("FREQ=DAILY;INTERVAL=10", s, "2026-12-10 2026-12-20 2026-12-30 2027-01-09");
    check_dates("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", s,
                "2027-05-17 2028-05-15 2029-05-14 2030-05-13");
    check_dates("FREQ=YEARLY;BYYEARDAY=366", s, "2028-12-31 2032-12-31 2036-12-31 2040-12-31");
    check_dates("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", s,
                "2027-08-13 2028-10-13 2029-04-13 2029-07-13");
    check_dates("FREQ=YEARLY", s, "2027-11-30 2028-11-30 2029-11-30 2030-11-30");
    check_dates("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", s,
                "2026-12-31 2027-01-29 2027-02-26 2027-03-31");
}

static void short_months_give_their_last_day(void **state) {
    (void)state;
    check_dates("FREQ=MONTHLY;INTERVAL=3", date_make(2026, 11, 30),
                "2027-02-28 2027-05-30 2027-08-30 2027-11-30");
    check_dates("FREQ=MONTHLY;BYMONTHDAY=31", date_make(2026, 11, 30),
                "2026-12-31 2027-01-31 2027-02-28 2027-03-31");
    check_dates("FREQ=MONTHLY;BYMONTHDAY=30,31", date_make(2027, 2, 1),
                "2027-02-28 2027-03-30 2027-03-31 2027-04-30");
    check_dates("FREQ=MONTHLY;BYMONTHDAY=-1", date_make(2026, 11, 30),
                "2026-12-31 2027-01-31 2027-02-28 2027-03-31");
    check_dates("FREQ=YEARLY", date_make(2024, 2, 29),
                "2027-02-28 2028-02-29 2029-02-28 2030-02-28");
    check_dates("RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=OMIT",
                date_make(2026, 11, 30), "2026-12-31 2027-01-31 2027-03-31 2027-05-31");
}

static void series_end(void **state) {
    (void)state;
    struct date s = date_make(2026, 11, 30);
    check_dates("FREQ=DAILY;COUNT=3", s, "2026-12-01 2026-12-02");
    check_dates("FREQ=DAILY;UNTIL=20261203", s, "2026-12-01 2026-12-02 2026-12-03");
    check_dates("FREQ=DAILY;UNTIL=20261202T225959Z", s, "2026-12-01 2026-12-02");
    check_dates("FREQ=DAILY;COUNT=1", s, "");
    check_dates("FREQ=WEEKLY;BYDAY=MO", date_make(2006, 1, 2),
                "2026-12-07 2026-12-14 2026-12-21 2026-12-28");
}

static void faults_are_named(void **state) {
    (void)state;
    static const char *const bad[][2] = {
        {"", "1 to"},
        {"tous les mardis", "TOUS LES MARDIS"},
        {"BYDAY=MO", "needs FREQ"},
        {"FREQ=HOURLY", "FREQ=HOURLY"},
        {"FREQ=MONTHLY;BYDAY=1MERCREDI", "BYDAY=1MERCREDI"},
        {"FREQ=MONTHLY;BYDAY=0MO", "BYDAY=0MO"},
        {"FREQ=MONTHLY;BYDAY=", "BYDAY="},
        {"FREQ=WEEKLY;BYDAY=1WE", "1WE"},
        {"FREQ=WEEKLY;BYMONTHDAY=3", "BYMONTHDAY"},
        {"FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2", "BYSETPOS"},
        {"FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY=32"},
        {"FREQ=MONTHLY;BYMONTHDAY=1,x", "BYMONTHDAY=1,X"},
        {"FREQ=DAILY;INTERVAL=0", "INTERVAL=0"},
        {"FREQ=DAILY;COUNT=2;UNTIL=20270101", "not both"},
        {"FREQ=DAILY;UNTIL=20270231", "UNTIL=20270231"},
        {"FREQ=DAILY;BYHOUR=9", "BYHOUR"},
        {"FREQ=DAILY;FREQ=DAILY", "twice"},
        {"FREQ=DAILY;SKIP=LEFT", "SKIP=LEFT"},
        {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;SKIP=OMIT;RSCALE=GREGORIAN", "no dates"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct date d[2];
        int n = 77;
        struct err e = {0};
        struct date day = date_make(2026, 12, 1);
        assert_int_not_equal(recur_dates(str_from(bad[i][0]), day, day, d, 2, &n, &e), OK);
        if (!strstr(e.text, bad[i][1])) {
            fail_msg("%s: %s", bad[i][0], e.text);
        }
        assert_int_equal(n, 77);
    }
}

static void rules_in_words(void **state) {
    (void)state;
    static const char *const words[][3] = {
        {"FREQ=MONTHLY;BYDAY=1WE", "le 1er mercredi du mois",
         "the first Wednesday of the month"},
        {"FREQ=MONTHLY;BYDAY=2SA", "le 2e samedi du mois", "the second Saturday of the month"},
        {"FREQ=MONTHLY;BYDAY=-1FR", "le dernier vendredi du mois",
         "the last Friday of the month"},
        {"FREQ=MONTHLY;INTERVAL=2;BYDAY=3TU", "le 3e mardi du mois, un mois sur deux",
         "the third Tuesday of the month, every other month"},
        {"FREQ=MONTHLY;BYMONTHDAY=1", "le 1er du mois", "day 1 of the month"},
        {"FREQ=MONTHLY;BYMONTHDAY=15", "le 15 du mois", "day 15 of the month"},
        {"FREQ=MONTHLY;BYMONTHDAY=-1", "le dernier jour du mois", "the last day of the month"},
        {"FREQ=WEEKLY;BYDAY=WE", "chaque mercredi", "every Wednesday"},
        {"FREQ=WEEKLY;INTERVAL=2;BYDAY=WE", "un mercredi sur deux", "every other Wednesday"},
        {"FREQ=WEEKLY;BYDAY=MO,WE,FR", "les lundis, mercredis et vendredis",
         "on Mondays, Wednesdays and Fridays"},
        {"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "du lundi au vendredi", "Monday to Friday"},
        {"FREQ=DAILY", "chaque jour", "every day"},
        {"FREQ=DAILY;COUNT=3", "FREQ=DAILY;COUNT=3", "FREQ=DAILY;COUNT=3"},
        {"FREQ=YEARLY;BYMONTH=3", "FREQ=YEARLY;BYMONTH=3", "FREQ=YEARLY;BYMONTH=3"},
        {"nonsense", "nonsense", "nonsense"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        check_str(recur_text(str_from(words[i][0]), "fr", &a), words[i][1]);
        check_str(recur_text(str_from(words[i][0]), "en", &a), words[i][2]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_dates),      cmocka_unit_test(short_months_give_their_last_day),
        cmocka_unit_test(series_end),     cmocka_unit_test(faults_are_named),
        cmocka_unit_test(rules_in_words),
    };
    arena_init(&a);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_done(&a);
    return failed;
}
