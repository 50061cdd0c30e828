/* test_file.c - whole files, with caps. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/file.h"

#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/checks.h"

static char dir[] = "/tmp/rebond-file-XXXXXX";

static const char *in_dir(struct arena *a, const char *name) {
    return arena_printf(a, "%s/%s", dir, name).p;
}

static void what_is_written_is_read(void **state) {
    struct arena *a = *state;
    struct err e;
    struct str got;
    const char *path = in_dir(a, "a.txt");
    assert_int_equal(file_write(path, STR("one"), &e), OK);
    assert_int_equal(file_write(path, STR("two\0!"), &e), OK);
    assert_int_equal(file_read(path, 5, a, &got, &e), OK);
    assert_int_equal(got.n, 5);
    assert_memory_equal(got.p, "two\0!", 6); /* and a NUL behind */
    assert_int_equal(file_read(path, 4, a, &got, &e), E_LIMIT);
    assert_int_equal(file_read(in_dir(a, "none"), 4, a, &got, &e), E_IO);
    assert_non_null(strstr(e.text, "none"));
    assert_int_equal(file_write(in_dir(a, "no/such/folder"), STR("x"), &e), E_IO);
    char *big = arena_alloc(a, 100000);
    memset(big, 'z', 100000);
    assert_int_equal(file_write(path, (struct str){big, 100000}, &e), OK);
    assert_int_equal(file_read(path, 100000, a, &got, &e), OK);
    assert_int_equal(got.n, 100000);
    assert_int_equal(file_read(path, 99999, a, &got, &e), E_LIMIT);
}

static void a_secret_file_stays_secret(void **state) {
    struct arena *a = *state;
    struct err e;
    struct stat st;
    const char *path = in_dir(a, "secret");
    assert_int_equal(file_write(path, STR("x"), &e), OK);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(file_write(path, STR("y"), &e), OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void lines_with_both_endings(void **state) {
    struct arena *a = *state;
    struct err e;
    const char *path = in_dir(a, "lines");
    assert_int_equal(file_write(path, STR("one\r\n\ntoo long a line\nlast"), &e), OK);
    FILE *f = fopen(path, "r");
    char *buf = NULL;
    size_t cap = 0;
    struct str line;
    assert_int_equal(file_line(f, &buf, &cap, 8, &line), OK);
    check_str(line, "one");
    assert_int_equal(file_line(f, &buf, &cap, 8, &line), OK);
    check_str(line, "");
    assert_int_equal(file_line(f, &buf, &cap, 8, &line), E_LIMIT);
    assert_int_equal(file_line(f, &buf, &cap, 8, &line), OK); /* goes on behind it */
    check_str(line, "last");
    assert_int_equal(file_line(f, &buf, &cap, 8, &line), NONE);
    fclose(f);
    free(buf);
}

static void a_folder_is_listed_in_order(void **state) {
    struct arena *a = *state;
    struct err e;
    const char *names[] = {"b.yaml", "a.yaml", "c.txt", "10.yaml"};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(file_write(in_dir(a, names[i]), STR(""), &e), OK);
    }
    assert_int_equal(mkdir(in_dir(a, "d.yaml"), 0700), 0); /* no file */
    struct str *list;
    size_t n;
    assert_int_equal(file_list(dir, ".yaml", a, &list, &n, &e), OK);
    assert_int_equal(n, 3);
    check_str(list[0], "10.yaml");
    check_str(list[1], "a.yaml");
    check_str(list[2], "b.yaml");
    assert_int_equal(file_list(in_dir(a, "nowhere"), "", a, &list, &n, &e), E_IO);
}

static int setup(void **state) {
    static struct arena a;
    arena_init(&a);
    *state = &a;
    return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state) {
    struct arena *a = *state;
    struct str *list;
    size_t n;
    rmdir(in_dir(a, "d.yaml"));
    if (file_list(dir, "", a, &list, &n, NULL) == OK) {
        for (size_t i = 0; i < n; i++) {
            unlink(in_dir(a, list[i].p));
        }
    }
    arena_done(a);
    return rmdir(dir); /* fails when a temporary file was left behind */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(a_secret_file_stays_secret),
        cmocka_unit_test(lines_with_both_endings),
        cmocka_unit_test(a_folder_is_listed_in_order),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
