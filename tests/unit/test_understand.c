/* test_understand.c - our own corpus of replies, table mistakes, and texts no one should send.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/understand/understand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "tests/unit/checks.h"

#define CORPUS "tests/understand/corpus.txt"
#define OPTIONS_MAX 8

static struct und *u;
static const struct zone *utc;

/* What the "= ..." line in force says. */
struct expect {
    struct ask ask;
    struct ask_option option[OPTIONS_MAX];
    struct str intent, value;
};

static void ask_init(struct ask *ask, enum ask_kind kind) {
    memset(ask, 0, sizeof *ask);
    ask->kind = kind;
    ask->zone = utc;
    ask->now_ms = 1773136800000LL; /* Tuesday 2026-03-10 10:00 */
    ask->region = STR("FR");
}

static void read_header(struct str line, struct expect *e) {
    struct str w, rest = str_trim(str_sub(line, 1, line.n));
    enum ask_kind kind;
    assert_true(str_next(&rest, ' ', &w));
    assert_int_equal(ask_kind_parse(w, &kind), OK);
    ask_init(&e->ask, kind);
    e->ask.option = e->option;
    if (rest.n && rest.p[0] == '(') {
        size_t close = str_find_char(rest, ')', 0);
        struct str list = str_sub(rest, 1, close - 1), label;
        while (str_next(&list, ';', &label)) {
            e->option[e->ask.options++] = (struct ask_option){.label = str_trim(label)};
        }
        rest = str_trim(str_sub(rest, close + 1, rest.n));
    }
    assert_true(str_next(&rest, ' ', &w));
    if (str_is(w, "past") || str_is(w, "birth")) {
        e->ask.hint = str_is(w, "past") ? HINT_PAST : HINT_BIRTH;
        assert_true(str_next(&rest, ' ', &w));
    }
    e->intent = w;
    e->value = str_trim(rest);
}

static struct str with_breaks(struct str line, struct arena *a) {
    char *p = arena_cstr(a, line);
    size_t n = 0;
    for (size_t i = 0; i < line.n; i++) {
        if (line.p[i] == '\\' && i + 1 < line.n && line.p[i + 1] == 'n') {
            p[n++] = '\n';
            i++;
        } else {
            p[n++] = line.p[i];
        }
    }
    return (struct str){p, n};
}

struct score {
    int right, total;
};

static bool is_right(const struct answer *r, const struct expect *e, struct arena *a) {
    const struct val *want;
    struct err err;
    if (!str_is(e->intent, intent_name(r->intent))) {
        return false;
    }
    if (e->value.n && json_parse(e->value, a, &want, &err) == OK) {
        return val_eq(want, r->value);
    }
    return e->value.n == 0 || (val_is(r->value, VAL_TEXT) && str_eq(r->value->text, e->value));
}

static void every_reply_of_the_corpus_is_understood(void **state) {
    (void)state;
    struct arena file, a;
    struct str text, line;
    struct err err;
    struct score score[INTENT_UNCLEAR + 1] = {{0, 0}};
    struct expect e = {.intent = STR_EMPTY};
    int wrong = 0, number = 0;
    arena_init(&file);
    arena_init(&a);
    assert_int_equal(file_read(CORPUS, 1 << 20, &file, &text, &err), OK);
    while (str_next(&text, '\n', &line)) {
        number++;
        if (line.n == 0 || line.p[0] == '#') {
            continue;
        }
        if (line.p[0] == '=') {
            memset(&e, 0, sizeof e);
            read_header(line, &e);
            continue;
        }
        struct answer r;
        und_read(u, with_breaks(line, &a), &e.ask, &a, &r);
        size_t k = 0;
        while (k < INTENT_UNCLEAR && !str_is(e.intent, intent_name((enum intent)k))) {
            k++;
        }
        bool ok = is_right(&r, &e, &a);
        score[k].total++;
        score[k].right += ok;
        wrong += !ok;
        if (!ok) {
            fprintf(stderr,
                    CORPUS ":%d: '%.*s' asked %s: expected %.*s %.*s, got %s %.*s (%.*s)\n",
                    number, STR_ARG(line), ask_kind_name(e.ask.kind), STR_ARG(e.intent),
                    STR_ARG(e.value), intent_name(r.intent), STR_ARG(json_text(r.value, &a)),
                    STR_ARG(r.rule));
        }
        arena_reset(&a);
    }
    for (size_t k = 0; k <= INTENT_UNCLEAR; k++) {
        if (score[k].total) {
            printf("  %-12s %3d of %3d\n", intent_name((enum intent)k), score[k].right,
                   score[k].total);
        }
    }
    arena_done(&a);
    arena_done(&file);
    assert_int_equal(wrong, 0);
}

static enum intent read_as(const char *text, enum ask_kind kind) {
    struct arena a;
    struct ask ask;
    struct answer r;
    arena_init(&a);
    ask_init(&ask, kind);
    und_read(u, str_from(text), &ask, &a, &r);
    assert_true(r.confidence >= 0 && r.confidence <= 1);
    assert_int_equal(r.sureness == UND_SURE, r.confidence >= 0.5);
    arena_done(&a);
    return r.intent;
}

static void accents_quotes_and_capitals_change_nothing(void **state) {
    (void)state;
    assert_int_equal(read_as("D\xE2\x80\x99"
                             "ACCORD",
                             ASK_YES_NO),
                     INTENT_YES);
    assert_int_equal(read_as("de\xCC\x81sole\xCC\x81 je peux pas", ASK_YES_NO),
                     INTENT_NO); /* NFD */
    assert_int_equal(read_as("ARR\xC3\x8ATEZ", ASK_NAME), INTENT_STOP);
    assert_int_equal(read_as("\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBE", ASK_YES_NO), INTENT_YES);
}

static void nonsense_is_read_without_harm(void **state) {
    (void)state;
    char *big = malloc(100001);
    assert_non_null(big);
    for (size_t i = 0; i < 100000; i++) {
        big[i] = "oui non 12 stop mais "[i % 21];
    }
    big[100000] = 0;
    for (int k = ASK_NONE; k <= ASK_FREE; k++) {
        read_as("", (enum ask_kind)k);
        read_as("\xff\xfe\x80", (enum ask_kind)k);
        read_as("99999999999999999999999999999999/99/99999999", (enum ask_kind)k);
        read_as("''''''' @@@ ,,, ...", (enum ask_kind)k);
        read_as(big, (enum ask_kind)k);
    }
    free(big);
}

static void a_stop_is_found_whatever_was_asked(void **state) {
    (void)state;
    for (int k = ASK_NONE; k <= ASK_FREE; k++) {
        assert_int_equal(read_as("stop", (enum ask_kind)k), INTENT_STOP);
        assert_int_equal(read_as("arrêtez de m'envoyer des sms", (enum ask_kind)k),
                         INTENT_STOP);
        assert_int_equal(read_as("je veux mourir", (enum ask_kind)k), INTENT_DISTRESS);
    }
}

static void the_reflexes_alone_leave_answers_to_the_question(void **state) {
    (void)state;
    struct arena a;
    struct ask ask;
    struct answer r = {.intent = INTENT_OTHER};
    arena_init(&a);
    ask_init(&ask, ASK_YES_NO);
    assert_int_equal(und_reflex(u, STR("oui"), &ask, &a, &r), NONE);
    assert_int_equal(r.intent, INTENT_OTHER); /* untouched */
    assert_int_equal(und_reflex(u, STR("stop"), &ask, &a, &r), OK);
    assert_int_equal(r.intent, INTENT_STOP);
    arena_done(&a);
}

/* ---- tables of one's own */

static char dir[] = "/tmp/und-test-XXXXXX";

static void write_table(const char *text) {
    char path[64];
    struct err err;
    snprintf(path, sizeof path, "%s/own.txt", dir);
    assert_int_equal(file_write(path, str_from(text), &err), OK);
}

static void expect_error(const char *text, int line, int column, const char *says) {
    struct und *other = NULL;
    struct err err = {0};
    write_table(text);
    assert_int_equal(und_load(dir, &other, &err), E_INVALID);
    assert_null(other);
    assert_int_equal(err.line, line);
    assert_int_equal(err.column, column);
    assert_non_null(strstr(err.text, says));
    assert_non_null(strstr(err.file, "own.txt"));
}

static void a_mistake_in_a_table_has_its_place(void **state) {
    (void)state;
    expect_error("# words\nouais\n", 2, 1, "before the first [class]");
    expect_error("[yes\nouais\n", 1, 1, "[name]");
    expect_error("[Yes]\nouais\n", 1, 2, "made of a-z");
    expect_error("[yes]\nbien \xC3\xA9, <nowhere>\n", 2, 9, "no class <nowhere>");
    expect_error("[yes]\nok, a $ b\n", 2, 9, "nothing may follow");
    expect_error("[rewrite]\nabc\n", 2, 1, "short, short = words");
    expect_error("[yes]\nab-\n", 2, 1, "three letters");
    expect_error("[yes x]\nab\n", 1, 6, "a number");
}

static void a_word_of_ones_own_is_understood(void **state) {
    (void)state;
    struct und *mine = NULL, *all = u;
    struct err err;
    assert_int_not_equal(read_as("zbeulzbeul", ASK_YES_NO), INTENT_YES);
    write_table("[yes]\nzbeulzbeul, grave <and> fort\n");
    assert_int_equal(und_load(dir, &mine, &err), OK);
    u = mine;
    assert_int_equal(read_as("zbeulzbeul", ASK_YES_NO), INTENT_YES);
    assert_int_equal(read_as("zbeulzebul", ASK_YES_NO), INTENT_YES); /* one slip */
    und_free(mine);
    write_table("[stopword 1 =]\nfinito\n");
    assert_int_equal(und_load(dir, &mine, &err), OK);
    u = mine;
    assert_int_equal(read_as("finito", ASK_NONE), INTENT_STOP);
    und_free(mine);
    u = all;
}

static int setup(void **state) {
    (void)state;
    struct err err = {0};
    char text[1024];
    if (zone_get(STR("UTC"), &utc, &err) || und_load(NULL, &u, &err) || !mkdtemp(dir)) {
        fprintf(stderr, "%s\n", err_format(&err, text, sizeof text));
        return -1;
    }
    return 0;
}

static int teardown(void **state) {
    (void)state;
    char path[64];
    snprintf(path, sizeof path, "%s/own.txt", dir);
    unlink(path);
    rmdir(dir);
    und_free(u);
    return 0;
}

static void assert_same_answer(const struct answer *x, const struct answer *y) {
    assert_int_equal(x->intent, y->intent);
    assert_int_equal(x->sureness, y->sureness);
    assert_true(x->confidence == y->confidence);
    assert_int_equal(x->second, y->second);
    assert_int_equal(x->scope, y->scope);
    assert_int_equal(x->also_stop_doubt, y->also_stop_doubt);
    assert_true(str_eq(x->rule, y->rule));
    assert_true(str_eq(x->span, y->span));
    assert_true(val_eq(x->value, y->value));
}

/* A text made ready once says to each question what it says when it is read for that alone. */
static void one_text_may_be_asked_many_questions(void **state) {
    static const enum ask_kind KINDS[] = {ASK_NONE, ASK_DATE,   ASK_YES_NO, ASK_YES_NO,
                                          ASK_NAME, ASK_CHOICE, ASK_TIME,   ASK_AGE,
                                          ASK_FREE, ASK_DATE};
    struct arena file, a;
    struct str text, line;
    struct err err;
    (void)state;
    arena_init(&file);
    arena_init(&a);
    assert_int_equal(file_read(CORPUS, 1 << 20, &file, &text, &err), OK);
    for (int n = 0; str_next(&text, '\n', &line); n++) {
        if (line.n == 0 || line.p[0] == '#' || line.p[0] == '=' || n % 5) {
            continue;
        }
        struct str said = with_breaks(line, &a);
        struct und_text *t = und_prepare(u, said, &a);
        static const struct ask_option OPTION[] = {{STR("Mardi 14h"), NULL, 0},
                                                   {STR("Sport"), NULL, 0}};
        for (size_t k = 0; k < sizeof KINDS / sizeof *KINDS; k++) {
            struct ask *ask = ARENA_NEW(&a, struct ask);
            struct answer once, again;
            ask_init(ask, KINDS[k]);
            ask->option = OPTION;
            ask->options = KINDS[k] == ASK_CHOICE ? 2 : 0;
            ask->now_ms += (int64_t)k / 4 * 86400000;
            und_read(u, said, ask, &a, &once);
            und_read_text(t, ask, &again);
            assert_same_answer(&once, &again);
        }
        arena_reset(&a);
    }
    arena_done(&a);
    arena_done(&file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reply_of_the_corpus_is_understood),
        cmocka_unit_test(accents_quotes_and_capitals_change_nothing),
        cmocka_unit_test(nonsense_is_read_without_harm),
        cmocka_unit_test(a_stop_is_found_whatever_was_asked),
        cmocka_unit_test(the_reflexes_alone_leave_answers_to_the_question),
        cmocka_unit_test(one_text_may_be_asked_many_questions),
        cmocka_unit_test(a_mistake_in_a_table_has_its_place),
        cmocka_unit_test(a_word_of_ones_own_is_understood),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
