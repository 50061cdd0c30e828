/* test_html.c - nothing from outside becomes markup. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "web/html.h"

static void is(struct html *h, const char *want) {
    struct str got = html_view(h);
    assert_int_equal(got.n, strlen(want));
    assert_memory_equal(got.p, want, got.n);
    html_done(h);
}

static void test_escapes(void **state) {
    struct html h;
    (void)state;
    html_init(&h);
    html_open(&h, "a", "class", "x\"y", NULL);
    html_attr(&h, "title", STR("<b>'&"));
    html_puts(&h, "<script>alert(\"1\")</script> & co");
    html_close(&h);
    is(&h,
       "<a class=\"x&quot;y\" title=\"&lt;b&gt;&#39;&amp;\">&lt;script&gt;alert(&quot;1&quot;)"
       "&lt;/script&gt; &amp; co</a>");
}

static void test_bytes_that_are_no_text(void **state) {
    struct html h;
    (void)state;
    html_init(&h);
    html_text(&h, (struct str){"a\0b\xff\xc3\xa9\xf0\x9f\x99\x82\xc3", 11});
    is(&h, "a\xEF\xBF\xBD"
           "b\xEF\xBF\xBD\xc3\xa9\xf0\x9f\x99\x82\xEF\xBF\xBD");
}

static void test_urls(void **state) {
    static const char *const bad[] = {"javascript:alert(1)",
                                      " javascript:x",
                                      "data:text/html,x",
                                      "//evil.example/",
                                      "/\\evil.example",
                                      "vbscript:x",
                                      ""};
    static const char *const good[] = {"/cas/12",          "#haut",
                                       "?page=2",          "https://rebond.example/",
                                       "tel:+33639980123", "HTTPS://x/"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct html h;
        html_init(&h);
        html_open(&h, "a", NULL);
        html_url(&h, "href", str_from(bad[i]));
        html_close(&h);
        is(&h, "<a href=\"#\"></a>");
    }
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct html h;
        html_init(&h);
        html_open(&h, "a", NULL);
        html_url(&h, "href", str_from(good[i]));
        html_close(&h);
        struct str got = html_view(&h);
        assert_true(str_find(got, str_from(good[i]), 0) != SIZE_MAX);
        html_done(&h);
    }
}

static void test_lines_and_voids(void **state) {
    struct html h;
    (void)state;
    html_init(&h);
    html_open(&h, "p", NULL);
    html_lines(&h, STR("un\n<deux>"));
    html_open(&h, "input", "name", "a", NULL);
    html_flag(&h, "required", true);
    html_flag(&h, "checked", false);
    html_close(&h);
    is(&h, "<p>un<br>&lt;deux&gt;<input name=\"a\" required></p>\n");
}

static void test_too_large(void **state) {
    struct html h;
    (void)state;
    html_init(&h);
    for (int i = 0; i < HTML_MAX / 8 + 10; i++) {
        html_puts(&h, "12345678");
    }
    assert_null(html_view(&h).p);
    html_done(&h);
}

static void test_encode(void **state) {
    struct arena a;
    (void)state;
    arena_init(&a);
    struct str s = html_encode(STR("a b&c=é/~"), &a);
    assert_true(str_is(s, "a%20b%26c%3D%C3%A9%2F~"));
    arena_done(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_escapes),   cmocka_unit_test(test_bytes_that_are_no_text),
        cmocka_unit_test(test_urls),      cmocka_unit_test(test_lines_and_voids),
        cmocka_unit_test(test_too_large), cmocka_unit_test(test_encode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
