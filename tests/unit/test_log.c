/* test_log.c - one line an event, without phone numbers. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/log.h"

#include <stdio.h>
#include <unistd.h>

#include "base/text.h"
#include "tests/unit/checks.h"

static char got[4096];
static int lines;

static void keep(const char *line, void *ctx) {
    (void)ctx;
    snprintf(got, sizeof got, "%s", line);
    lines++;
}

static void numbers_are_masked_and_ids_are_not(void **state) {
    (void)state;
    log_event(LOG_LVL_INFO, "deliver.sent", "contact=%d to=%s", 17, "+33639980123");
    assert_string_equal(got, "deliver.sent contact=17 to=+***");
    log_event(LOG_LVL_INFO, "a", "to=0639980123 url=?to=%%2B33639980123&x=1");
    assert_string_equal(got, "a to=0*** url=?to=+***&x=1");
    log_event(LOG_LVL_INFO, "a", "id=1234567890123456789 n=100000000 short=+12345 zero=0.5");
    assert_string_equal(got, "a id=1234567890123456789 n=100000000 short=+12345 zero=0.5");
    log_event(LOG_LVL_INFO, "a", "x=00336399801239999");
    assert_string_equal(got, "a x=0***");
}

static void an_event_is_one_line(void **state) {
    (void)state;
    log_event(LOG_LVL_WARN, "a.b", "text=\"%s\"", "one\ntwo\x1b[31m");
    assert_string_equal(got, "a.b text=\"one?two?[31m\"");
    log_event(LOG_LVL_WARN, "a.b", NULL);
    assert_string_equal(got, "a.b");
    char big[6000];
    for (size_t i = 0; i + 2 < sizeof big; i += 2) {
        memcpy(big + i, "\xc3\xa9", 3);
    }
    log_event(LOG_LVL_WARN, "a", "x=%s", big);
    assert_true(strlen(got) < 2100);
    assert_true(text_is_utf8(str_from(got)));
}

static void errors_bring_their_place(void **state) {
    (void)state;
    struct err e;
    err_at(&e, E_INVALID, "a.yaml", 2, 3, "a \"quoted\" word, +33639980123");
    log_err("flow.load", &e, "flow=%s", "a");
    assert_string_equal(
        got, "flow.load flow=a rc=E_INVALID err=\"a.yaml:2:3: a 'quoted' word, +***\"");
}

static void the_level_decides(void **state) {
    (void)state;
    lines = 0;
    log_event(LOG_LVL_DEBUG, "a", "x=1");
    assert_int_equal(lines, 0);
    log_set_level(LOG_LVL_DEBUG);
    log_event(LOG_LVL_DEBUG, "a", "x=1");
    assert_int_equal(lines, 1);
    log_set_level(LOG_LVL_INFO);
}

/* What standard error receives: an ISO time, or <N> when the journal reads. */
static void standard_error_gets_a_time_or_a_priority(void **state) {
    (void)state;
    int fd[2], keep_fd = dup(STDERR_FILENO);
    assert_int_equal(pipe(fd), 0);
    dup2(fd[1], STDERR_FILENO);
    log_capture(NULL, NULL);
    unsetenv("JOURNAL_STREAM");
    log_event(LOG_LVL_INFO, "first", "a=1");
    setenv("JOURNAL_STREAM", "8:1", 1);
    log_event(LOG_LVL_WARN, "second", "a=1");
    unsetenv("JOURNAL_STREAM");
    log_capture(keep, NULL);
    dup2(keep_fd, STDERR_FILENO);
    close(fd[1]);
    close(keep_fd);
    char out[512] = "";
    ssize_t n = read(fd[0], out, sizeof out - 1);
    close(fd[0]);
    assert_true(n > 0);
    int y, mo, d, h, mi, s, ms;
    assert_int_equal(sscanf(out, "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ INFO first a=1", &y, &mo, &d, &h,
                            &mi, &s, &ms),
                     7);
    assert_non_null(strstr(out, "INFO first a=1\n<4>second a=1\n"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_masked_and_ids_are_not),
        cmocka_unit_test(an_event_is_one_line),
        cmocka_unit_test(errors_bring_their_place),
        cmocka_unit_test(the_level_decides),
        cmocka_unit_test(standard_error_gets_a_time_or_a_priority),
    };
    log_capture(keep, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
