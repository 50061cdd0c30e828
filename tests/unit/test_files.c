/* test_files.c - files that people sent: expected once, kept whole, forgotten with the person.
 */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/db_fixture.h"

#include "db/files.h"

#define SOURCE "image/jpeg:tg-file:A_1"

/* Every byte there is, twice: engines must not take it for text. */
static struct str all_bytes(struct arena *a) {
    char *p = arena_alloc(a, 512);
    for (int i = 0; i < 512; i++) {
        p[i] = (char)i;
    }
    return (struct str){p, 512};
}

static int64_t message(struct fixture *f, const char *id, int64_t *ret_contact) {
    struct inbound in = fixture_text(f, 1, id, "Voilà ma photo");
    struct file_row *list;
    size_t n;
    int64_t inbox;
    assert_ok(sql_begin(f->db, SQL_WRITE));
    assert_ok(inbox_receive(f->db, &in, &f->a, T0, &inbox));
    assert_ok(files_expect(f->db, inbox, STR(SOURCE), T0));
    assert_ok(sql_commit(f->db));
    struct contact_address addr;
    assert_ok(addresses_find(f->db, in.from, &f->a, &addr));
    *ret_contact = addr.contact_id;
    assert_ok(files_of(f->db, addr.contact_id, &f->a, &list, &n));
    assert_true(n > 0);
    assert_true(list[n - 1].inbox_id == inbox);
    return list[n - 1].id;
}

static struct file_row claim_one(struct fixture *f, int64_t now_ms) {
    struct file_row *list = NULL;
    size_t n = 0;
    assert_ok(files_claim(f->db, 5, MS_MINUTE, now_ms, &f->a, &list, &n));
    assert_int_equal(n, 1);
    return list[0];
}

static void kept_byte_for_byte(void **state) {
    struct fixture *f = *state;
    int64_t who, at, id = message(f, "m1", &who);
    struct str want = all_bytes(&f->a), got;
    struct file_row row = claim_one(f, T0);
    assert_true(row.id == id && row.contact_id == who && row.tries == 1);
    assert_str(row.source, SOURCE);
    assert_int_equal(files_get(f->db, id, &f->a, &row, &got), NONE); /* not there yet */
    assert_ok(files_keep(f->db, id, STR("image/jpeg"), want));
    assert_ok(files_get(f->db, id, &f->a, &row, &got));
    assert_int_equal(got.n, 512);
    assert_memory_equal(got.p, want.p, 512);
    assert_str(row.type, "image/jpeg");
    assert_str(row.source, "");
    assert_true(row.size == 512 && row.state == FILE_KEPT);
    assert_int_equal(files_next_ms(f->db, &at), NONE);
    assert_int_equal(files_keep(f->db, id, STR("image/png"), want), NONE); /* once only */
    assert_ok(files_count(f->db, who, T0 - 1, &at));
    assert_int_equal(at, 1);
}

static void a_claim_holds(void **state) {
    struct fixture *f = *state;
    struct file_row *list = NULL;
    size_t n = 9;
    int64_t who, at, id = message(f, "m1", &who);
    claim_one(f, T0);
    assert_ok(files_claim(f->db, 5, MS_MINUTE, T0, &f->a, &list, &n));
    assert_int_equal(n, 0); /* nobody else gets it meanwhile */
    assert_int_equal(claim_one(f, T0 + MS_MINUTE).tries, 2);
    assert_ok(files_later(f->db, id, T0 + MS_HOUR, STR("HTTP 503")));
    assert_ok(files_next_ms(f->db, &at));
    assert_true(at == T0 + MS_HOUR);
    assert_ok(files_end(f->db, id, FILE_GONE, STR("HTTP 404")));
    assert_int_equal(files_next_ms(f->db, &at), NONE);
    assert_ok(files_of(f->db, who, &f->a, &list, &n));
    assert_true(n == 1 && list[0].state == FILE_GONE);
    assert_str(list[0].reason, "HTTP 404");
}

static void emptied_after_a_while(void **state) {
    struct fixture *f = *state;
    struct file_row row;
    struct str bytes;
    int64_t who, n, id = message(f, "m1", &who);
    assert_ok(files_keep(f->db, id, STR("image/png"), STR("abc")));
    assert_ok(files_forget(f->db, T0, 10, &n));
    assert_int_equal(n, 0);
    assert_ok(files_forget(f->db, T0 + 1, 10, &n));
    assert_int_equal(n, 1);
    assert_int_equal(files_get(f->db, id, &f->a, &row, &bytes), NONE);
    assert_ok(sql_get_int_n(f->db, &n, "SELECT count(*) FROM files WHERE bytes IS NOT NULL",
                            NULL, 0));
    assert_int_equal(n, 0);
}

static void gone_with_the_person(void **state) {
    struct fixture *f = *state;
    int64_t who, n, kept = message(f, "m1", &who), waiting = message(f, "m2", &who);
    assert_ok(files_keep(f->db, kept, STR("image/png"), STR("abc")));
    IN_WRITE(f, contacts_erase(f->db, who, T0 + 1));
    assert_ok(sql_get_int_n(f->db, &n, "SELECT count(*) FROM files", NULL, 0));
    assert_int_equal(n, 0);
    assert_int_equal(files_keep(f->db, waiting, STR("image/png"), STR("late")), NONE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(kept_byte_for_byte),
        FIXTURE_TEST(a_claim_holds),
        FIXTURE_TEST(emptied_after_a_while),
        FIXTURE_TEST(gone_with_the_person),
    };
    FIXTURE_RUN("files", tests);
}
