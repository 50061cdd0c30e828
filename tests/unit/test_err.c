/* test_err.c - errors a person can read. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/err.h"

#include "base/text.h"
#include "tests/unit/checks.h"

static void place_text_and_hint(void **state) {
    (void)state;
    struct err e;
    char out[1200];
    assert_int_equal(err_at(&e, E_INVALID, "flows/a.yaml", 3, 7, "no step '%s'", "fin"),
                     E_INVALID);
    assert_string_equal(err_format(&e, out, sizeof out), "flows/a.yaml:3:7: no step 'fin'");
    err_hint(&e, "did you mean '%s'?", "end");
    assert_string_equal(err_format(&e, out, sizeof out),
                        "flows/a.yaml:3:7: no step 'fin' (did you mean 'end'?)");
    err_at(&e, E_INVALID, "a.yaml", 0, 0, "too long");
    assert_string_equal(err_format(&e, out, sizeof out), "a.yaml: too long");
    err_at(&e, E_INVALID, "", 2, 4, "not JSON");
    assert_string_equal(err_format(&e, out, sizeof out), "2:4: not JSON");
    err_at(&e, E_INVALID, "", 0, 4, "bad pattern");
    assert_string_equal(err_format(&e, out, sizeof out), "column 4: bad pattern");
    assert_int_equal(err_set(&e, E_BUSY, "later"), E_BUSY); /* clears place and hint */
    assert_string_equal(err_format(&e, out, sizeof out), "later");
    assert_int_equal(err_set(NULL, E_IO, "nobody listens"), E_IO);
    err_hint(NULL, "neither here");
}

static void an_error_may_wrap_itself(void **state) {
    (void)state;
    struct err e;
    err_set(&e, E_IO, "disk full");
    err_set(&e, e.rc, "saving %s: %s", "contacts", e.text);
    assert_string_equal(e.text, "saving contacts: disk full");
    err_at(&e, e.rc, "f.yaml", 1, 1, "%s", e.text);
    err_at(&e, e.rc, e.file, e.line, e.column, "again: %s", e.text);
    assert_string_equal(e.file, "f.yaml");
    assert_string_equal(e.text, "again: saving contacts: disk full");
}

static void a_cut_text_stays_utf8(void **state) {
    (void)state;
    struct err e;
    for (size_t lead = 0; lead < 4; lead++) {
        char words[1000];
        memset(words, 'a', lead);
        for (size_t i = lead; i + 3 < sizeof words; i += 3) {
            memcpy(words + i, "\xe2\x82\xac", 3);
            words[i + 3] = '\0';
        }
        err_set(&e, E_INVALID, "%s", words);
        assert_true(text_is_utf8(str_from(e.text)));
        assert_true(strlen(e.text) > sizeof e.text - 5);
        char small[20];
        err_format(&e, small, sizeof small);
        assert_true(text_is_utf8(str_from(small)));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(place_text_and_hint),
        cmocka_unit_test(an_error_may_wrap_itself),
        cmocka_unit_test(a_cut_text_stays_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
