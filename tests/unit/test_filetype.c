/* test_filetype.c - pictures, sounds, films and PDFs are known by their bytes; nothing else is.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/filetype.h"

#include "tests/unit/checks.h"

static void known(void **state) {
    (void)state;
    static const struct {
        struct str bytes;
        const char *type, *ext;
    } all[] = {
        {{"\xff\xd8\xff\xe0\0\x10JFIF", 10}, "image/jpeg", "jpg"},
        {{"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16}, "image/png", "png"},
        {{"GIF89a....", 10}, "image/gif", "gif"},
        {{"RIFF\x24\0\0\0WEBPVP8 ", 16}, "image/webp", "webp"},
        {{"RIFF\x24\0\0\0WAVEfmt ", 16}, "audio/wav", "wav"},
        {{"%PDF-1.7\n", 9}, "application/pdf", "pdf"},
        {{"OggS\0\2", 6}, "audio/ogg", "ogg"},
        {{"ID3\4", 4}, "audio/mpeg", "mp3"},
        {{"#!AMR\n", 6}, "audio/amr", "amr"},
        {{"\0\0\0\x18"
          "ftypmp42....",
          16},
         "video/mp4",
         "mp4"},
        {{"\0\0\0\x18"
          "ftypM4A ....",
          16},
         "audio/mp4",
         "m4a"},
        {{"\0\0\0\x18"
          "ftyp3gp5....",
          16},
         "video/3gpp",
         "3gp"},
        {{"\0\0\0\x18"
          "ftypheic....",
          16},
         "image/heic",
         "heic"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const char *type = filetype_of(all[i].bytes);
        assert_non_null(type);
        assert_string_equal(type, all[i].type);
        assert_string_equal(filetype_extension(str_from(type)), all[i].ext);
    }
}

/* What could run in a browser, or on a desk, has no name. */
static void the_rest_is_refused(void **state) {
    (void)state;
    static const struct str all[] = {
        {"", 0},
        {"<html><script>", 14},
        {"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", 54},
        {"<?xml version='1.0'?><svg/>", 27},
        {"PK\3\4", 4},
        {"MZ\x90\0", 4},
        {"\x7f"
         "ELF",
         4},
        {"RIFF\x24\0\0\0AVI ", 12},
        {"\xff\xd8", 2},
        {"bonjour", 7},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        assert_null(filetype_of(all[i]));
    }
    assert_string_equal(filetype_extension(STR("text/html")), "bin");
    assert_true(filetype_is_picture(STR("image/png")));
    assert_false(filetype_is_picture(STR("image/svg+xml")));
    assert_false(filetype_is_picture(STR("image/heic"))); /* few browsers show it */
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(known),
                                       cmocka_unit_test(the_rest_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
