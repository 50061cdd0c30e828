/* test_page_thread.c - a conversation as an advisor reads it, also when its words are gone. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/page_thread.h"

#include "tests/unit/db_fixture.h"

#include "db/retention.h"
#include "jobs/config.h"
#include "web/pages.h"

static void emptied_words_are_said_to_be_emptied(void **state) {
    struct fixture *f = *state;
    struct err err = {0};
    struct config config = {.keep.messages = 12};
    struct web_request r = {.method = STR("GET"), .path = STR("/"), .arena = &f->a};
    struct page p = {.r = &r, .config = &config, .db = f->db, .a = &f->a};
    struct inbox_row *row;
    struct talk talk;
    size_t n;
    int64_t emptied = 0, who = fixture_person(f, 1), later = T0 + 400 * MS_DAY;
    assert_ok(zone_get(STR("Europe/Paris"), &config.org.tz, &err));
    fixture_receive(f, 1, "1", "mot zinzolin", T0);
    fixture_receive(f, 1, "2", "", later - MS_DAY); /* a picture without a word */
    assert_ok(sql_begin(f->db, SQL_WRITE));
    assert_ok(inbox_claim(f->db, later, 9, &f->a, &row, &n));
    assert_ok(sessions_load(f->db, who, &f->a, &talk));
    for (size_t i = 0; i < n; i++) {
        assert_ok(inbox_finish(f->db, &row[i], &talk, later));
    }
    assert_ok(sessions_put(f->db, &talk));
    assert_ok(sql_commit(f->db));
    assert_ok(retention_step(f->db, 0, later - 365 * MS_DAY, 100, later, &emptied));
    assert_int_equal(emptied, 1);
    p.now_ms = later;
    html_init(&p.h);
    page_thread_put(&p, who);
    struct str shown = html_view(&p.h);
    size_t gone = str_find(shown, STR("(effacé)"), 0);
    assert_true(gone != SIZE_MAX && str_find(shown, STR("zinzolin"), 0) == SIZE_MAX);
    assert_true(str_find(shown, STR("(effacé)"), gone + 1) == SIZE_MAX);
    assert_true(str_find(shown, STR("(sans texte)"), gone) != SIZE_MAX);
    html_done(&p.h);
}

int main(void) {
    const struct CMUnitTest tests[] = {FIXTURE_TEST(emptied_words_are_said_to_be_emptied)};
    FIXTURE_RUN("page_thread", tests);
}
