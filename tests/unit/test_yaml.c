/* test_yaml.c - YAML as flow authors write it: texts stay texts, values know their place. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/yaml.h"

#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "tests/unit/checks.h"

static struct arena a;

static const struct val *parse(const char *text) {
    const struct val *v = NULL;
    struct err e;
    char line[1200];
    if (yaml_parse("t.yaml", str_from(text), &a, &v, &e) != OK) {
        fail_msg("%s", err_format(&e, line, sizeof line));
    }
    return v;
}

static void scalars_stay_as_written(void **state) {
    (void)state;
    const struct val *v =
        parse("a: non\nb: 08\nc: 1.10\nd: 'o''clock'\ne: \"x\\ty\"\nf:\ng: \"\"\n"
              "h: ~\ni: 2026-01-01\nj: [oui, no, on]\nk: {x: 1, y: }\n"
              "l: bonjour # comment\n");
    check_str(
        json_text(v, &a),
        "{\"a\":\"non\",\"b\":\"08\",\"c\":\"1.10\",\"d\":\"o'clock\",\"e\":\"x\\ty\","
        "\"f\":null,\"g\":\"\",\"h\":\"~\",\"i\":\"2026-01-01\",\"j\":[\"oui\",\"no\",\"on\"],"
        "\"k\":{\"x\":\"1\",\"y\":null},\"l\":\"bonjour\"}");
    assert_int_equal(parse("")->type, VAL_NULL);
    assert_int_equal(parse("# only a comment\n")->type, VAL_NULL);
    check_str(json_text(parse("\xef\xbb\xbf"
                              "a: 1\r\nb: 2\r\n"),
                        &a),
              "{\"a\":\"1\",\"b\":\"2\"}");
}

static void check_place(const struct val *v, int line, int column) {
    assert_non_null(v);
    assert_int_equal(v->line, line);
    assert_int_equal(v->column, column);
}

static void places_count_from_one_in_characters(void **state) {
    (void)state;
    const struct val *v =
        parse("# é\nétape: début\nlist:\n  - un\n  - deux: \"é\"\n    trois:\n"
              "fin: {é: ü, b: c}\n");
    check_place(v, 2, 1);
    check_place(val_get(v, "étape"), 2, 8);
    assert_int_equal(v->map.pair[1].line, 3);
    assert_int_equal(v->map.pair[1].column, 1);
    check_place(val_get(v, "list"), 4, 3);
    check_place(val_path(v, "list.0"), 4, 5);
    check_place(val_path(v, "list.1"), 5, 5);
    check_place(val_path(v, "list.1.deux"), 5, 11);
    check_place(val_path(v, "list.1.trois"), 6, 11);
    check_place(val_path(v, "fin.b"), 7, 16);
    assert_int_equal(val_get(v, "fin")->map.pair[1].column, 13);
}

static void block_texts(void **state) {
    (void)state;
    const struct val *v =
        parse("say: |\n  Salut\n\n    toi\nfold: >-\n  un\n  deux\n\n  trois\n"
              "late: |\n\n\n   x\nlast: |+\n  y\n\n");
    check_str(val_get(v, "say")->text, "Salut\n\n  toi\n");
    check_place(val_get(v, "say"), 2, 3);
    check_str(val_get(v, "fold")->text, "un deux\ntrois");
    check_place(val_get(v, "fold"), 6, 3);
    check_place(val_get(v, "late"), 11, 4);
    check_str(val_get(v, "last")->text, "y\n\n");
}

static void errors_have_place_and_advice(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"a: 1\nb: 2\na: 3\n", "t.yaml:3:1: 'a' is written twice (first on line 1)"},
        {"a: b: c\n", "t.yaml:1:5: mapping values are not allowed in this context (a text that "
                      "contains \": \" needs quotes)"},
        {"ok: 1\né:  \"abc\n\nb: 2\n",
         "t.yaml:2:5: found unexpected end of stream while scanning a "
         "quoted scalar (is a closing quote missing?)"},
        {"a:\n\t- x\n",
         "t.yaml:2:1: found character that cannot start any token while scanning for "
         "the next token (put the text in quotes; indent with spaces, never tabs)"},
        {"a: &x 1\n",
         "t.yaml:1:4: anchors (&name) are not used here (put the text in quotes if it "
         "begins with &)"},
        {"a: *x\n",
         "t.yaml:1:4: aliases (*name) are not used here (write the text again, or put it "
         "in quotes if it begins with *)"},
        {"a: !!str 1\n",
         "t.yaml:1:4: tags (!name) are not used here (put the text in quotes if it "
         "begins with !)"},
        {"a: 1\n---\nb: 1\n", "t.yaml:2:1: a second document begins here (one document a file; "
                              "remove the line ---)"},
        {"? [a]\n: 1\n", "t.yaml:1:3: a key must be a plain text"},
        {"a: \"\\0\"\n", "t.yaml:1:4: a text cannot contain the character NUL"},
        {"a: 1\nb: é\xff\n",
         "t.yaml:2:5: not readable as UTF-8 text: invalid leading UTF-8 octet"},
        {"a: 1\n\x01",
         "t.yaml:2:1: not readable as UTF-8 text: control characters are not allowed"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const struct val *v = NULL;
        struct err e;
        char line[1200];
        assert_int_equal(yaml_parse("t.yaml", str_from(bad[i].text), &a, &v, &e), E_INVALID);
        assert_string_equal(err_format(&e, line, sizeof line), bad[i].message);
        assert_null(v);
    }
}

static void hostile_files_are_stopped_early(void **state) {
    (void)state;
    const struct val *v;
    struct err e;
    size_t n = YAML_SIZE_MAX;
    char *big = arena_alloc(&a, n + 2);
    memset(big, '[', n + 1);
    assert_int_equal(yaml_parse("t", (struct str){big, n + 1}, &a, &v, &e), E_LIMIT);
    assert_int_equal(yaml_parse("t", (struct str){big, n}, &a, &v, &e), E_LIMIT);
    assert_non_null(strstr(e.text, "deep"));
    assert_int_equal(e.column, YAML_DEPTH_MAX + 1);
    memset(big, '{', n); /* a map as a key is refused at once */
    assert_int_equal(yaml_parse("t", (struct str){big, n}, &a, &v, &e), E_INVALID);
    for (size_t i = 0; i + 1 < n; i += 2) {
        memcpy(big + i, "- ", 2);
    }
    assert_int_equal(yaml_parse("t", (struct str){big, n}, &a, &v, &e), E_LIMIT);
    /* as many keys as fit: looked up by hash, not by walking */
    struct buf b;
    buf_init(&b, n);
    for (int i = 0; i < 26000; i++) {
        buf_printf(&b, "k%d: 1\n", i);
    }
    assert_false(b.over);
    assert_int_equal(yaml_parse("t", buf_view(&b), &a, &v, &e), OK);
    assert_int_equal(v->map.n, 26000);
    buf_puts(&b, "k7: 1\n");
    assert_int_equal(yaml_parse("t", buf_view(&b), &a, &v, &e), E_INVALID);
    assert_int_equal(e.line, 26001);
    buf_done(&b);
}

static void files(void **state) {
    (void)state;
    char path[] = "/tmp/rebond-yaml-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    const struct val *v;
    struct err e;
    assert_int_equal(file_write(path, STR("a: [1\n"), &e), OK);
    assert_int_equal(yaml_load(path, &a, &v, &e), E_INVALID);
    assert_string_equal(e.file, path);
    assert_int_equal(file_write(path, STR("a: 1\n"), &e), OK);
    assert_int_equal(yaml_load(path, &a, &v, &e), OK);
    unlink(path);
    assert_int_equal(yaml_load(path, &a, &v, &e), E_IO);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_stay_as_written),
        cmocka_unit_test(places_count_from_one_in_characters),
        cmocka_unit_test(block_texts),
        cmocka_unit_test(errors_have_place_and_advice),
        cmocka_unit_test(hostile_files_are_stopped_early),
        cmocka_unit_test(files),
    };
    arena_init(&a);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_done(&a);
    return failed;
}
