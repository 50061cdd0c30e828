/* test_digest.c - hashes against published vectors, base64 against RFC 4648. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/digest.h"

#include "tests/unit/checks.h"

static struct arena a;

static void published_hashes(void **state) {
    (void)state;
    unsigned char out[DIGEST_MAX];
    size_t n = digest_hash(DIGEST_MD5, STR("abc"), out); /* RFC 1321 */
    check_str(digest_hex(out, n, &a), "900150983cd24fb0d6963f7d28e17f72");
    n = digest_hash(DIGEST_SHA1, STR("abc"), out); /* FIPS 180 */
    check_str(digest_hex(out, n, &a), "a9993e364706816aba3e25717850c26c9cd0d89d");
    n = digest_hash(DIGEST_SHA256, STR_EMPTY, out);
    check_str(digest_hex(out, n, &a),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    n = digest_hash(DIGEST_SHA384, STR("abc"), out); /* FIPS 180 */
    assert_int_equal(n, 48);
    assert_int_equal(out[0], 0xcb);
    assert_int_equal(digest_hash(DIGEST_SHA512, STR("abc"), out), 64);
    assert_int_equal(out[0], 0xdd);
    n = digest_hmac(DIGEST_SHA256, STR("Jefe"), STR("what do ya want for nothing?"), out);
    check_str(digest_hex(out, n, &a), /* RFC 4231, case 2 */
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    assert_int_equal(digest_hmac(DIGEST_SHA1, STR_EMPTY, STR_EMPTY, out), 20);
}

static void base64_both_alphabets(void **state) {
    (void)state;
    const char *plain[] = {"", "f", "fo", "foo", "foob", "fooba", "foobar"};
    const char *coded[] = {"", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    for (size_t i = 0; i < 7; i++) {
        struct str back;
        check_str(digest_base64(plain[i], strlen(plain[i]), &a), coded[i]);
        assert_int_equal(digest_unbase64(str_from(coded[i]), &a, &back), OK);
        check_str(back, plain[i]);
        struct str bare = digest_base64url(plain[i], strlen(plain[i]), &a);
        assert_true(str_find_char(bare, '=', 0) == SIZE_MAX);
        assert_int_equal(digest_unbase64(bare, &a, &back), OK);
        check_str(back, plain[i]);
    }
    check_str(digest_base64("\xff\xef\xbe", 3, &a), "/+++");
    check_str(digest_base64url("\xff\xef\xbe", 3, &a), "_---");
    struct str back;
    const char *bad[] = {"Z", "Zg=", "Zm9v=", "Zm 9v", "Zm9v!", "====", "Zg==="};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(digest_unbase64(str_from(bad[i]), &a, &back), E_INVALID);
    }
}

static void hex_both_ways(void **state) {
    (void)state;
    struct str back;
    assert_int_equal(digest_unhex(STR("00fFa1"), &a, &back), OK);
    check_str(digest_hex(back.p, back.n, &a), "00ffa1");
    assert_int_equal(digest_unhex(STR("0"), &a, &back), E_INVALID);
    assert_int_equal(digest_unhex(STR("0g"), &a, &back), E_INVALID);
}

static void equal_means_equal(void **state) {
    (void)state;
    assert_true(digest_equal(STR("abc"), STR("abc")));
    assert_false(digest_equal(STR("abc"), STR("abd")));
    assert_false(digest_equal(STR("ab"), STR("abc")));
    assert_false(digest_equal(STR("abcabc"), STR("abc")));
    assert_false(digest_equal(STR("abc"), STR("abcabc")));
    assert_false(digest_equal(STR(""), STR("a")));
    assert_false(digest_equal(STR("a"), STR("")));
    assert_true(digest_equal(STR_EMPTY, STR("")));
}

/* RFC 8032, 7.1, test 2. */
static void ed25519(void **state) {
    (void)state;
    struct str key, sig;
    assert_int_equal(
        digest_unhex(STR("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"),
                     &a, &key),
        OK);
    assert_int_equal(
        digest_unhex(STR("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                         "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
                     &a, &sig),
        OK);
    assert_true(digest_ed25519(key, STR("\x72"), sig));
    assert_false(digest_ed25519(key, STR("\x73"), sig));
    assert_false(digest_ed25519(key, STR(""), sig));
    assert_false(digest_ed25519(key, STR("\x72"), str_sub(sig, 0, 63)));
    assert_false(digest_ed25519(str_sub(key, 0, 31), STR("\x72"), sig));
    assert_false(digest_ed25519(sig, STR("\x72"), sig));
    ((char *)(uintptr_t)sig.p)[5] ^= 1;
    assert_false(digest_ed25519(key, STR("\x72"), sig));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_hashes), cmocka_unit_test(base64_both_alphabets),
        cmocka_unit_test(hex_both_ways),    cmocka_unit_test(equal_means_equal),
        cmocka_unit_test(ed25519),
    };
    arena_init(&a);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_done(&a);
    return failed;
}
