/* test_talks.c - transcripts of flows played again through the jobs, on a database: the same
 * words must come out. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/jobs/office.h"

#include <stdio.h>

#include "base/file.h"
#include "bot/talk.h"
#include "db/cases.h"
#include "db/sql.h"
#include "jobs/config_value.h"
#include "jobs/handback.h"

#define PHONE "+33639980170"
#define PRETEND_NAME "Mission locale" /* of the player without a database */

/* Only what a phone and a clock can do: pretended worlds, events and buttons stay with the bare
 * engine. */
static bool is_playable(const struct talk_line *line, size_t n) {
    for (size_t i = 0; i < n; i++) {
        switch (line[i].kind) {
        case TALK_EVENT:
        case TALK_START:
        case TALK_GIVEN:
        case TALK_LINK:
        case TALK_ATTACH:
        case TALK_PRESS:
            return false;
        case TALK_TITLE:
        case TALK_SAY:
        case TALK_TEXT:
        case TALK_CASE:
        case TALK_SET:
        case TALK_ACT:
        case TALK_RECORD:
        case TALK_CALL:
        case TALK_STARTS:
        case TALK_WAIT:
        case TALK_CLOSED:
        case TALK_REMARK:
            break;
        }
    }
    return true;
}

/* The transcript's office bears another name than ours. */
static struct str ours(struct office *o, struct str text) {
    size_t at = str_find(text, STR(PRETEND_NAME), 0);
    if (at == SIZE_MAX) {
        return text;
    }
    struct str tail = str_sub(text, at + sizeof PRETEND_NAME - 1, text.n);
    struct str name = o->config.org.name, rest = ours(o, tail);
    return arena_printf(&o->a, "%.*s%.*s%.*s", (int)at, text.p, STR_ARG(name), STR_ARG(rest));
}

/* All that was said since, as lines: where one message ends and the next begins is not the
 * transcript's business. */
static struct str said_since(struct office *o, size_t *seen) {
    struct str *text, all = STR_EMPTY;
    size_t n = office_texts(o, PHONE, &text);
    for (; *seen < n; (*seen)++) {
        all = all.n > 0 ? arena_printf(&o->a, "%.*s\n%.*s", STR_ARG(all), STR_ARG(text[*seen]))
                        : text[*seen];
    }
    return all;
}

static void expect_lines(struct office *o, const struct talk *t, int line, struct str want,
                         size_t *seen) {
    struct str got = said_since(o, seen);
    if (!str_eq(got, ours(o, want))) {
        print_message("%.*s:%d:\n  expected: %.*s\n  on a database: %.*s\n", STR_ARG(t->file),
                      line, STR_ARG(ours(o, want)), STR_ARG(got));
        fail();
    }
}

static void close_case(struct office *o) {
    struct case_row c;
    if (cases_of(o->s.db, office_contact(o, PHONE), &o->a, &c) != OK) {
        return;
    }
    assert_int_equal(sql_begin(o->s.db, SQL_WRITE), OK);
    assert_int_equal(handback_close(o->s.db, c.id, 0, service_now(&o->s)), OK);
    assert_int_equal(sql_commit(o->s.db), OK);
    office_settle(o);
}

static void play(const struct talk *t, const struct talk_line *line, size_t n) {
    struct office o;
    size_t seen = 0;
    struct str want = STR_EMPTY;
    office_open(&o, NULL, NULL);
    struct series s = {.name = STR("rencontre"),
                       .title = STR("Rencontre du mois"),
                       .rule = STR("FREQ=MONTHLY;BYDAY=2TH"),
                       .start = date_make(2026, 3, 4),
                       .at = STR("14:00"),
                       .zone = STR("Europe/Paris"),
                       .duration_min = 120,
                       .venue = STR("Maison des jeunes, Mérignac"),
                       .capacity = 20,
                       .active = true};
    assert_int_equal(sql_begin(o.s.db, SQL_WRITE), OK);
    assert_int_equal(series_put(o.s.db, &s, service_now(&o.s)), OK);
    assert_int_equal(sql_commit(o.s.db), OK);
    o.s.plan_ms = 0;
    office_settle(&o);
    for (size_t i = 0; i < n; i++) {
        int64_t ms;
        struct case_row c;
        switch (line[i].kind) {
        case TALK_SAY:
            office_says(&o, PHONE, arena_cstr(&o.a, line[i].text));
            break;
        case TALK_TEXT:
            want = want.n > 0
                       ? arena_printf(&o.a, "%.*s\n%.*s", STR_ARG(want), STR_ARG(line[i].text))
                       : line[i].text;
            if (i + 1 == n || line[i + 1].kind != TALK_TEXT) {
                expect_lines(&o, t, line[i].line, want, &seen);
                want = STR_EMPTY;
            }
            break;
        case TALK_CASE:
            assert_int_equal(cases_of(o.s.db, office_contact(&o, PHONE), &o.a, &c), OK);
            break;
        case TALK_CLOSED:
            close_case(&o);
            break;
        case TALK_WAIT:
            assert_int_equal(config_duration(line[i].text, &ms), OK);
            office_pass(&o, ms);
            break;
        default:
            break;
        }
    }
    office_close(&o);
}

static void sign_up_says_the_same_on_a_database(void **unused) {
    (void)unused;
    struct arena a;
    struct talk t;
    struct str text;
    struct err err = {0};
    int played = 0, left = 0;
    arena_init(&a);
    assert_int_equal(file_read("flows/inscription.talk", TALK_SIZE_MAX, &a, &text, &err), OK);
    assert_int_equal(talk_parse(STR("flows/inscription.talk"), text, &a, &t, &err), OK);
    for (size_t i = 0; i < t.lines;) {
        size_t end = i + 1;
        while (end < t.lines && t.line[end].kind != TALK_TITLE) {
            end++;
        }
        if (is_playable(t.line + i, end - i)) {
            play(&t, t.line + i, end - i);
            played++;
        } else {
            left++;
        }
        i = end;
    }
    print_message("%d conversations on a database, %d need a pretended world\n", played, left);
    assert_in_range(played, 8, 100);
    arena_done(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(sign_up_says_the_same_on_a_database)};
    return cmocka_run_group_tests_name("talks", tests, NULL, NULL);
}
