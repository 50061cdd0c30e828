/* test_form.c - forms as browsers and attackers send them. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "web/form.h"

static struct arena a;

static void test_reads(void **state) {
    struct form f;
    struct str *tags;
    (void)state;
    assert_int_equal(
        form_parse(STR("nom=In%C3%A8s+B.&tag=emploi&tag=&tag=sport%26co&vide=&x&n=12"
                       "&texte=a%0D%0Ab"),
                   &a, &f),
        OK);
    assert_true(str_is(form_get(&f, "nom"), "Inès B."));
    assert_int_equal(form_all(&f, "tag", &a, &tags), 2);
    assert_true(str_is(tags[1], "sport&co"));
    assert_int_equal(form_get(&f, "vide").n, 0);
    assert_null(form_get(&f, "absent").p);
    assert_int_equal(form_int(&f, "n", -1), 12);
    assert_int_equal(form_int(&f, "nom", -1), -1);
    assert_true(str_is(form_get(&f, "texte"), "a\nb"));
}

static void test_refuses(void **state) {
    static const char *const bad[] = {"a=%", "a=%4", "a=%zz", "a=%ff", "a=%00", "%=1"};
    struct form f;
    char many[2000];
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(form_parse(str_from(bad[i]), &a, &f), E_INVALID);
    }
    for (size_t i = 0; i < sizeof many; i++) {
        many[i] = i % 2 ? '&' : 'a';
    }
    assert_int_equal(form_parse((struct str){many, sizeof many}, &a, &f), E_LIMIT);
    assert_int_equal(form_parse(STR_EMPTY, &a, &f), OK);
    assert_int_equal(f.n, 0);
}

static int start(void **state) {
    (void)state;
    arena_init(&a);
    return 0;
}

static int end(void **state) {
    (void)state;
    arena_done(&a);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reads),
                                       cmocka_unit_test(test_refuses)};
    return cmocka_run_group_tests(tests, start, end);
}
