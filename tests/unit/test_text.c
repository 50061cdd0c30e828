/* test_text.c - Unicode: what is valid, where to cut, what counts as the same word. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/text.h"
#include "base/text_form.h"

#include "tests/unit/checks.h"

static struct arena a;

static void strict_utf8(void **state) {
    (void)state;
    assert_true(text_is_utf8(STR("aé€😀")));
    assert_true(text_is_utf8(STR_EMPTY));
    const char *bad[] = {"\x80",         "\xc0\xaf",         "\xe0\x80\xaf",
                         "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80",
                         "\xc3",         "a\xe2\x82",        "\xfe",
                         "12345678\xff"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(text_is_utf8(str_from(bad[i])));
        assert_true(text_is_utf8(text_repair(str_from(bad[i]), &a)));
    }
    assert_false(text_is_utf8((struct str){"a\0b", 3}));
    check_str(text_repair(STR("a\xff\xc3\xa9\xe2\x82"), &a), "a�é��");
    check_str(text_repair(STR("fine"), &a), "fine");
}

/* Every character there is goes out and in again. */
static void every_character(void **state) {
    (void)state;
    for (uint32_t cp = 1; cp <= 0x10FFFF; cp++) {
        if (cp >= 0xD800 && cp <= 0xDFFF) {
            continue;
        }
        char c[4];
        struct str s = {c, text_put(cp, c)};
        size_t pos = 0;
        uint32_t back = text_next(s, &pos);
        if (back != cp || pos != s.n || !text_is_utf8(s)) {
            fail_msg("U+%04X", (unsigned)cp);
        }
    }
    char c[4];
    assert_int_equal(text_put(0xD800, c), 3); /* U+FFFD instead */
    assert_memory_equal(c, "\xef\xbf\xbd", 3);
}

static void cutting_and_counting(void **state) {
    (void)state;
    assert_int_equal(text_length(STR("aé€😀")), 4);
    check_str(text_cut(STR("aé€😀"), 3), "aé€");
    check_str(text_cut(STR("aé"), 99), "aé");
    check_str(text_cut(STR("é"), 0), "");
}

static void cases(void **state) {
    (void)state;
    check_str(text_lower(STR("ÉTÉ Stop"), &a), "été stop");
    check_str(text_upper(STR("été straße"), &a), "ÉTÉ STRASSE");
    check_str(text_title(STR("jean-pierre D'ÉTÉ"), &a), "Jean-Pierre D'été");
    check_str(text_lower(STR("STOP"), &a), "stop");
    check_str(text_nfc(STR("e\xcc\x81"), &a), "é");
    check_str(text_nfc(STR(""), &a), "");
}

static void folding(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"Ça va, Cœur d’Été", "ca va, coeur d'ete"},
        {"OUI", "oui"},
        {"ÆON Œuvre ŒUVRE", "aeon oeuvre oeuvre"},
        {"Straße STRASSE ẞ", "strasse strasse ss"},
        {"e\xcc\x81t\xc3\xa9", "ete"},
        {"L´ami `x` ‘y’ ʼz", "l'ami 'x' 'y' 'z"},
        {"« oui » “non” „ja“", "\" oui \" \"non\" \"ja\""},
        {"a\xc2\xa0"
         "b\xe2\x80\xaf"
         "c\td",
         "a b c d"},
        {"A–B—C‑D−E", "a-b-c-d-e"},
        {"ﬁn ﬀ", "fin ff"},
        {"ＯＵＩ　１２", "oui 12"},
        {"Łódź Øre Đ İstanbul", "lodz ore d istanbul"},
        {"Привет ЁЖ", "привет еж"},
        {"Ελλάδα", "ελλαδα"},
        {"한국어", "한국어"},
        {"नमस्ते", "नमस्ते"},
        {"مُحَمَّد", "محمد"},
        {"👍🏽 OK ❤\xef\xb8\x8f", "👍🏽 ok ❤"},
        {"½ ² №", "1/2 2 no"},
        {"a\xc2\xad"
         "b\xe2\x80\x8b"
         "c",
         "abc"}, /* soft hyphen, zero width space */
        {"", ""},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        check_str(text_fold(str_from(pairs[i][0]), &a), pairs[i][1]);
    }
    check_str(text_fold(STR("a\xff"
                            "B"),
                        &a),
              "a�b");
}

/* The table for Latin and the library's road agree: a snowman sends the same text down the
 * other. */
static void both_roads_fold_alike(void **state) {
    (void)state;
    for (uint32_t cp = 0x20; cp < 0x2070; cp++) {
        if (cp == 0x250) {
            cp = 0x2000;
        }
        char in[16];
        size_t n = text_put(cp, in);
        struct str fast = text_fold((struct str){in, n}, &a);
        memcpy(in + n, "☃", 3);
        struct str slow = text_fold((struct str){in, n + 3}, &a);
        if (!str_eq(fast, str_sub(slow, 0, slow.n - 3))) {
            fail_msg("U+%04X: '%.*s' and '%.*s'", (unsigned)cp, STR_ARG(fast), STR_ARG(slow));
        }
    }
}

static void folding_twice_changes_nothing(void **state) {
    (void)state;
    struct arena b;
    arena_init(&b);
    for (uint32_t cp = 0x20; cp < 0x30000; cp++) {
        char in[4];
        struct str once = text_fold((struct str){in, text_put(cp, in)}, &b);
        if (!str_eq(text_fold(once, &b), once) || !text_is_utf8(once)) {
            fail_msg("U+%04X", (unsigned)cp);
        }
        arena_reset(&b);
    }
    arena_done(&b);
}

static void order_of_a_dictionary(void **state) {
    (void)state;
    assert_true(text_collate(STR("cote"), STR("côté")) < 0);
    assert_true(text_collate(STR("Élodie"), STR("Fatou")) < 0);
    assert_true(text_collate(STR("éa"), STR("eb")) < 0);
    assert_int_equal(text_collate(STR("a"), STR("a")), 0);
}

static void kinds_of_characters(void **state) {
    (void)state;
    static const uint32_t emoji[] = {0x1F600, 0x2764,  0x200D, 0xFE0F,  0x1F3FD, 0x1F1EB,
                                     0x20E3,  0x1FAE8, 0x23F0, 0xE0067, 0x2705,  0x1F469};
    for (size_t i = 0; i < sizeof emoji / sizeof *emoji; i++) {
        assert_true(text_is_emoji(emoji[i]));
    }
    static const uint32_t other[] = {'1', '#', 'a', 0xE9, 0xA9, 0x2122, 0x20AC, 0x2019, 0x3042};
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        assert_false(text_is_emoji(other[i]));
    }
    assert_true(text_is_letter(0xE9));
    assert_false(text_is_letter('1'));
    assert_true(text_is_digit(0x0663)); /* Arabic-Indic three */
    assert_true(text_is_space(0xA0));
    assert_false(text_is_space(0x110000));
}

/* The quick road of ASCII: one text of each character and its neighbours gives what the
 * characters give one by one, and the simple case agrees with the full one where that keeps the
 * length. */
static void simple_case(void **state) {
    (void)state;
    for (uint32_t cp = 1; cp < 0x600; cp++) {
        char one[4], all[16];
        size_t k = text_put(cp, one), n = 0;
        all[n++] = 'x';
        memcpy(all + n, one, k);
        n += k;
        all[n++] = 'Z';
        uint32_t (*const maps[])(uint32_t) = {text_form_upper, text_form_lower};
        for (size_t m = 0; m < 2; m++) {
            char want[16];
            size_t w = text_put(maps[m]('x'), want);
            w += text_put(maps[m](cp), want + w);
            w += text_put(maps[m]('Z'), want + w);
            struct str got = text_form_map((struct str){all, n}, maps[m], &a);
            assert_true(str_eq(got, (struct str){want, w}));
            struct str full = m == 0 ? text_upper((struct str){one, k}, &a)
                                     : text_lower((struct str){one, k}, &a);
            if (cp < 0x80) {
                assert_true(str_eq(full, str_sub(got, 1, got.n - 2)));
            }
        }
    }
    assert_true(str_is(text_form_map(STR("Élève n°7 ß"), text_form_upper, &a), "ÉLÈVE N°7 ß"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strict_utf8),
        cmocka_unit_test(every_character),
        cmocka_unit_test(cutting_and_counting),
        cmocka_unit_test(cases),
        cmocka_unit_test(folding),
        cmocka_unit_test(both_roads_fold_alike),
        cmocka_unit_test(folding_twice_changes_nothing),
        cmocka_unit_test(order_of_a_dictionary),
        cmocka_unit_test(kinds_of_characters),
        cmocka_unit_test(simple_case),
    };
    arena_init(&a);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_done(&a);
    return failed;
}
