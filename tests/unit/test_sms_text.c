/* test_sms_text.c - segments to the septet, parts that keep pairs whole, policies that never
 * cost more. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/sms_text.h"

#include "tests/unit/arena_fixture.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/text.h"
#include "base/val.h"

static struct str repeat(const char *s, int n) {
    struct buf b;
    buf_init(&b, 100000);
    for (int i = 0; i < n; i++) {
        buf_puts(&b, s);
    }
    struct str ret = arena_str(&A, buf_view(&b));
    buf_done(&b);
    return ret;
}

static struct str join(struct str x, struct str y) {
    return arena_printf(&A, "%.*s%.*s", STR_ARG(x), STR_ARG(y));
}

static void assert_count(struct str text, bool ucs2, int units, int segments) {
    struct sms_count c = sms_count(text);
    if (c.ucs2 != ucs2 || c.units != units || c.segments != segments) {
        fail_msg("got ucs2=%d units=%d segments=%d, want %d %d %d", c.ucs2, c.units, c.segments,
                 ucs2, units, segments);
    }
}

static void gsm_lengths(void **state) {
    (void)state;
    assert_count(STR(""), false, 0, 1);
    assert_count(repeat("a", 160), false, 160, 1);
    assert_count(repeat("a", 161), false, 161, 2);
    assert_count(repeat("a", 306), false, 306, 2);
    assert_count(repeat("a", 307), false, 307, 3);
    assert_count(repeat("é", 160), false, 160, 1);
    assert_count(repeat("€", 80), false, 160, 1);
    assert_count(repeat("€", 81), false, 162, 2);
    assert_int_equal(sms_count(repeat("a", 150)).left, 10);
    assert_int_equal(sms_count(repeat("a", 161)).left, 145);
}

/* 152 letters and a euro: the pair would need septets 153 and 154, so it opens the second part.
 */
static void escape_pair_stays_whole(void **state) {
    (void)state;
    struct str text = join(join(repeat("a", 152), STR("€")), repeat("b", 152));
    assert_count(text, false, 306, 3);
    struct str *part;
    assert_int_equal(sms_split(text, &A, &part), 3);
    assert_int_equal(part[0].n, 152);
    assert_true(str_starts(part[1], STR("€")));
    assert_int_equal(text_length(part[1]), 152);
    assert_int_equal(part[2].n, 1);
}

static void ucs2_lengths(void **state) {
    (void)state;
    assert_count(repeat("ê", 70), true, 70, 1);
    assert_count(repeat("ê", 71), true, 71, 2);
    assert_count(repeat("ê", 134), true, 134, 2);
    assert_count(repeat("ê", 135), true, 135, 3);
    assert_count(repeat("😀", 35), true, 70, 1);
    assert_count(repeat("😀", 36), true, 72, 2);
    assert_count(repeat("😀", 66), true, 132, 2);
    assert_count(repeat("😀", 67), true, 134, 3);
    assert_count(join(repeat("a", 69), STR("ç")), true, 70, 1);
}

static void parts_join_to_the_text(void **state) {
    (void)state;
    struct str texts[] = {repeat("Salut € ", 60), repeat("😀ê", 90), repeat("[]", 200)};
    for (size_t i = 0; i < 3; i++) {
        struct str *part;
        size_t n = sms_split(texts[i], &A, &part);
        assert_int_equal((int)n, sms_count(texts[i]).segments);
        struct str whole = STR("");
        for (size_t k = 0; k < n; k++) {
            struct sms_count c = sms_count(part[k]);
            assert_int_equal(c.segments, 1);
            assert_true(text_is_utf8(part[k]));
            whole = join(whole, part[k]);
        }
        assert_true(str_eq(whole, texts[i]));
    }
}

static void french_letters(void **state) {
    (void)state;
    static const char *const GSM[] = {"à", "é", "è", "ù", "É", "Ç", "Ä",  "Ö", "Ü",
                                      "ä", "ö", "ü", "æ", "Æ", "ñ", "\n", "@", "_"};
    static const char *const NOT[] = {"ç", "ê", "ë", "â",  "î",      "ï", "ô", "û",
                                      "œ", "Œ", "À", "Â",  "È",      "’", "«", "…",
                                      "–", "°", "`", "\t", "\u00a0", "№"};
    for (size_t i = 0; i < sizeof(GSM) / sizeof(GSM[0]); i++) {
        assert_false(sms_count(str_from(GSM[i])).ucs2);
    }
    for (size_t i = 0; i < sizeof(NOT) / sizeof(NOT[0]); i++) {
        assert_true(sms_count(str_from(NOT[i])).ucs2);
    }
}

static void assert_policy(const char *text, enum sms_policy policy, const char *want) {
    struct str got = sms_policy_apply(str_from(text), policy, &A);
    assert_string_equal(arena_cstr(&A, got), want);
}

static void typographic_policy(void **state) {
    (void)state;
    assert_policy("C’est demain…", SMS_TYPOGRAPHIC, "C'est demain...");
    assert_policy("« Bonjour » – à 14\u00a0h", SMS_TYPOGRAPHIC, "\"Bonjour\" - à 14 h");
    assert_policy("e\u0301tape", SMS_TYPOGRAPHIC, "étape");
    assert_policy("20 m² à 5\u202f°", SMS_TYPOGRAPHIC, "20 m2 à 5 o");
    assert_policy("C’est demain…", SMS_EXACT, "C’est demain…");
}

/* A text that stays UCS-2 anyway keeps its typography: the replacements would save nothing. */
static void no_loss_for_no_gain(void **state) {
    (void)state;
    assert_policy("C’est ça…", SMS_TYPOGRAPHIC, "C’est ça…");
    assert_policy("Привет – ça", SMS_GSM, "Привет – ça");
    assert_policy("🎉", SMS_GSM, "🎉");
}

static void gsm_policy(void **state) {
    (void)state;
    assert_policy("Ça va être l’été, garçon", SMS_GSM, "Ça va etre l'été, garcon");
    assert_policy("Œuvre, ŒUVRE, cœur, À bientôt", SMS_GSM, "Oeuvre, OEUVRE, coeur, A bientot");
    assert_policy("Bravo 👏🏽 !", SMS_GSM, "Bravo  !");
}

static void never_dearer(void **state) {
    (void)state;
    static const char *const TEXTS[] = {"Ça…", "a…b", "être « là »", "½ €", "😀 ok", "plain"};
    for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++) {
        struct str text = repeat(TEXTS[i], 40);
        int before = sms_count(text).segments;
        for (int p = SMS_EXACT; p <= SMS_GSM; p++) {
            struct str got = sms_policy_apply(text, (enum sms_policy)p, &A);
            assert_true(sms_count(got).segments <= before);
        }
    }
}

static void aliens_have_place_and_cure(void **state) {
    (void)state;
    struct sms_alien x[4];
    assert_int_equal(sms_aliens(STR("Été ça l’ x 漢 👍"), &A, x, 4), 4);
    assert_int_equal(x[0].column, 5);
    assert_int_equal(x[0].cp, 0xE7);
    assert_true(str_is(x[0].replacement, "c"));
    assert_int_equal(x[0].policy, SMS_GSM);
    assert_int_equal(x[1].column, 9);
    assert_true(str_is(x[1].replacement, "'"));
    assert_int_equal(x[1].policy, SMS_TYPOGRAPHIC);
    assert_null(x[2].replacement.p);
    assert_int_equal(x[2].policy, SMS_EXACT);
    assert_true(str_is(x[3].character, "👍"));
    assert_non_null(x[3].replacement.p);
    assert_int_equal(x[3].replacement.n, 0);
    assert_int_equal(sms_aliens(STR("ççççç"), &A, x, 2), 5);
    assert_int_equal(sms_aliens(STR("rien à dire"), &A, x, 4), 0);
}

static void policy_names(void **state) {
    (void)state;
    enum sms_policy p;
    assert_int_equal(sms_policy_parse(STR("gsm"), &p), OK);
    assert_int_equal(p, SMS_GSM);
    assert_int_equal(sms_policy_parse(STR("exact"), &p), OK);
    assert_int_equal(p, SMS_EXACT);
    assert_int_equal(sms_policy_parse(STR("GSM7"), &p), NONE);
    assert_int_equal(p, SMS_EXACT);
}

static void charsets(void **state) {
    (void)state;
    struct str wide = sms_to_utf16be(STR("é😀"), &A);
    assert_int_equal(wide.n, 6);
    assert_memory_equal(wide.p, "\x00\xE9\xD8\x3D\xDE\x00", 6);
    assert_true(str_is(sms_from_utf16be(wide, &A), "é😀"));
    assert_true(str_is(sms_from_charset(wide, STR("utf-16be"), &A), "é😀"));
    assert_true(str_is(sms_from_charset(STR("\xE9\x80"), STR("ISO-8859-1"), &A), "é€"));
    assert_true(str_is(sms_from_charset(STR("a\xFFz"), STR("UTF-8"), &A), "a\uFFFDz"));
    /* a lone high surrogate, then half a unit */
    assert_true(str_is(sms_from_utf16be(STR("\xD8\x3D\x00"), &A), "\uFFFD\uFFFD"));
}

/* Every GSM character has its own code, and as many bytes as septets. */
static void gsm_bytes(void **state) {
    (void)state;
    struct str all = STR("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
                         "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
    struct str bytes = sms_to_gsm7(all, &A);
    assert_int_equal(bytes.n, 127);
    for (size_t i = 0, code = 0; i < bytes.n; i++, code++) {
        code += code == 0x1B; /* the escape is no character */
        assert_int_equal((unsigned char)bytes.p[i], code);
    }
    bytes = sms_to_gsm7(STR("€[ê"), &A);
    assert_int_equal(bytes.n, 5);
    assert_memory_equal(bytes.p, "\x1B\x65\x1B\x3C?", 5);
}

/* Vectors may be given as a file of JSON lines {text, encoding, units, segments}. */
static void vectors(void **state) {
    (void)state;
    const char *path = getenv("REBOND_SEGMENT_VECTORS");
    FILE *f = path ? fopen(path, "r") : NULL;
    if (!f) {
        skip();
    }
    static char line[65536];
    int n = 0;
    while (fgets(line, sizeof(line), f)) {
        const struct val *v;
        struct err err;
        assert_int_equal(json_parse(str_from(line), &A, &v, &err), OK);
        struct str text = val_get_text(v, "text", STR(""));
        bool ucs2 = str_is(val_get_text(v, "encoding", STR("")), "ucs2");
        assert_count(text, ucs2, (int)val_get_int(v, "units", -1),
                     (int)val_get_int(v, "segments", -1));
        struct sms_alien x[1];
        const struct val *non_gsm = val_get(v, "non_gsm");
        assert_int_equal(sms_aliens(text, &A, x, 1) > 0, non_gsm->list.n > 0);
        n++;
    }
    fclose(f);
    print_message("%d vectors\n", n);
    assert_true(n > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gsm_lengths),         cmocka_unit_test(escape_pair_stays_whole),
        cmocka_unit_test(ucs2_lengths),        cmocka_unit_test(parts_join_to_the_text),
        cmocka_unit_test(french_letters),      cmocka_unit_test(typographic_policy),
        cmocka_unit_test(no_loss_for_no_gain), cmocka_unit_test(gsm_policy),
        cmocka_unit_test(never_dearer),        cmocka_unit_test(aliens_have_place_and_cure),
        cmocka_unit_test(policy_names),        cmocka_unit_test(charsets),
        cmocka_unit_test(gsm_bytes),           cmocka_unit_test(vectors),
    };
    return cmocka_run_group_tests_name("sms_text", tests, setup, teardown);
}
