/* test_fault.c - fault points strike where and when they are told (builds with faults only). */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/fault.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/checks.h"

#ifdef REBOND_FAULTS
#define BUILT true
#else
#define BUILT false
#endif

static void fails_at_the_nth_passage_only(void **state) {
    (void)state;
    setenv("REBOND_FAULT", "disk.full:2", 1);
    assert_false(FAULT_FAILS("disk.full"));
    assert_false(FAULT_FAILS("disk.fullest"));
    assert_int_equal(FAULT_FAILS("disk.full"), BUILT);
    assert_false(FAULT_FAILS("disk.full"));
    setenv("REBOND_FAULT", "disk.full", 1);
    assert_int_equal(FAULT_FAILS("disk.full"), BUILT);
    unsetenv("REBOND_FAULT");
    assert_false(FAULT_FAILS("disk.full"));
}

static void kills_the_process(void **state) {
    (void)state;
    setenv("REBOND_FAULT", "outbox.before_commit", 1);
    pid_t pid = fork();
    if (pid == 0) {
        FAULT("outbox.after_commit");
        FAULT("outbox.before_commit");
        _exit(3);
    }
    unsetenv("REBOND_FAULT");
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (BUILT) {
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), SIGKILL);
    } else {
        assert_int_equal(WEXITSTATUS(status), 3);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fails_at_the_nth_passage_only),
        cmocka_unit_test(kills_the_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
