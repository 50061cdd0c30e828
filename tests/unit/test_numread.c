/* test_numread.c - numbers as people write them, in digits and in words. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/numread.h"

#include "tests/unit/expr_fixture.h"

static void check_words(const char *text, int64_t expected, const char *rest) {
    int64_t v = -1;
    size_t end = 0;
    if (numread_french_words(str_from(text), 0, &v, &end) != OK || v != expected ||
        strcmp(text + end, rest) != 0) {
        fail_msg("%s: %lld, then '%s'", text, (long long)v, text + end);
    }
}

static void french_words(void **state) {
    (void)state;
    check_words("zero", 0, "");
    check_words("dix-sept ans", 17, " ans");
    check_words("vingt et un", 21, "");
    check_words("vingt-et-un", 21, "");
    check_words("soixante et onze", 71, "");
    check_words("soixante-dix-huit", 78, "");
    check_words("quatre-vingts", 80, "");
    check_words("quatre-vingt-dix-sept", 97, "");
    check_words("septante-deux", 72, "");
    check_words("cent", 100, "");
    check_words("deux cent trois", 203, "");
    check_words("mille neuf cent quatre-vingt-quatre", 1984, "");
    check_words("deux mille sept", 2007, "");
    check_words("trois cent mille deux", 300002, "");
    check_words("un million deux cent mille", 1200000, "");
    check_words("deux ou trois", 2, " ou trois");
    check_words("trois quatre", 3, " quatre");
    check_words("dix onze", 10, " onze");
}

static void what_is_no_number_word(void **state) {
    (void)state;
    int64_t v;
    size_t end;
    static const char *const texts[] = {"", "unique", "et un", "bonjour", "-dix", "dix2"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (numread_french_words(str_from(texts[i]), 0, &v, &end) == OK) {
            fail_msg("%s is no number", texts[i]);
        }
    }
}

static void check_whole(bool french, const char *text, const char *expected) {
    struct expr_env env = place(french);
    struct dec d;
    enum rc rc = expr_read_number(str_from(text), &env, &a, &d);
    if (!expected) {
        assert_int_equal(rc, NONE);
    } else {
        assert_int_equal(rc, OK);
        check_str(dec_text(d, &a), expected);
    }
}

static void whole_texts(void **state) {
    (void)state;
    check_whole(false, " -12.50 ", "-12.5");
    check_whole(false, ".5", "0.5");
    check_whole(false, "-.5", "-0.5");
    check_whole(false, "12.", NULL);
    check_whole(false, "+12", NULL);
    check_whole(false, "1e3", NULL);
    check_whole(false, "1,5", NULL);
    check_whole(false, "", NULL);
    check_whole(false, "-", NULL);
    check_whole(true, "1,5", "1.5");
    check_whole(true, "-1 234 567,89", "-1234567.89");
    check_whole(true, "12 34", NULL);
    check_whole(true, "1 2345", NULL);
    check_whole(true, "Quinze", "15");
    check_whole(true, "quinze ans", NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(french_words),
        cmocka_unit_test(what_is_no_number_word),
        cmocka_unit_test(whole_texts),
    };
    return cmocka_run_group_tests(tests, fixture_start, fixture_end);
}
