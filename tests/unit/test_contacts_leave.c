/* test_contacts_leave.c - a person who is forgotten is forgotten in every table: the schema is
 * walked, so that a table or a column that comes later cannot be left out. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/unit/db_fixture.h"

#define WHO "77"

/* Each table with a contact_id, and each of its text columns that says nothing of the person or
 * may stay: all others hold nothing after an erasure. A new table fails here until somebody has
 * thought about it: in contacts_leave.c, then in this list. */
static const struct {
    const char *table;
    const char *row;  /* the rest of an INSERT, every column that may hold words marked */
    const char *kept; /* " col col ": names, codes, states, moments; "rows": none is left */
} TABLES[] = {
    {"addresses",
     "(id, contact_id, scheme, value, since_ms, reason) VALUES (1, 77, 'tel', 'zèbre', 1, "
     "'zèbre')",
     "rows"},
    {"broadcast_people",
     "(broadcast_id, contact_id, step, answer, rank) VALUES (1, 77, 'QUEUED', 'zèbre', 1)",
     " step reason "},
    {"calls",
     "(id, contact_id, token, endpoint, method, url, headers, body, state, next_ms, due_ms, "
     "answer) "
     "VALUES (1, 77, 't', 'e', 'GET', 'zèbre', 'zèbre', 'zèbre', 'QUEUED', 1, 1, 'zèbre')",
     "rows"},
    {"cases",
     "(id, contact_id, state, reason, quote, opened_ms) VALUES (1, 77, 'OPEN', 'zèbre', "
     "'zèbre', 1)",
     " state team "},
    {"files",
     "(id, contact_id, inbox_id, channel, source, state, next_ms, created_ms) VALUES (1, 77, "
     "1, "
     "'sms', 'zèbre', 'WAITING', 1, 1)",
     "rows"},
    {"followups",
     "(id, contact_id, contract_date, kind, created_ms) VALUES (1, 77, '2026-01-01', 'cdi', 1)",
     " contract_date kind ends "}, /* the figures of exits are counted from them, without a name
                                    */
    {"ideas", "(id, contact_id, words, state, at_ms) VALUES (1, 77, 'zèbre', 'NEW', 1)",
     "rows"}, /* the idea is the group's and stays, nobody's */
    {"inbox",
     "(id, contact_id, kind, state, gateway, channel, provider_id, text, payload, extra, "
     "received_ms, ready_ms) VALUES (1, 77, 'text', 'DONE', 'sim', 'sms', 'p', 'zèbre', "
     "'zèbre', "
     "'zèbre', 1, 1), (2, 77, 'text', 'NEW', 'sim', 'sms', 'q', 'zèbre', 'zèbre', 'zèbre', 1, "
     "1), "
     "(3, 77, 'event', 'FAILED', 'event', '', 'r', 'zèbre', 'zèbre', 'zèbre', 1, 1)",
     " kind state gateway channel provider_id reason "},
    {"members", "(series_id, contact_id, role, since_ms) VALUES (1, 77, 'pilote', 1)", "rows"},
    {"notes", "(id, contact_id, at_ms, text) VALUES (1, 77, 1, 'zèbre')", "rows"},
    {"optouts", /* the line is the proof that a STOP was said and followed */
     "(id, contact_id, at_ms, stops, scope, words) VALUES (1, 77, 1, 1, 'all', 'zèbre')",
     " scope channel "},
    {"outbox",
     "(id, contact_id, address_id, channel, kind, priority, text, buttons, attachments, state, "
     "open, next_ms, created_ms) VALUES (1, 77, 1, 'sms', 'reply', 0, 'zèbre', 'zèbre', "
     "'zèbre', "
     "'SENT', 0, 1, 1), (2, 77, 1, 'sms', 'bulk', 5, 'zèbre', 'zèbre', 'zèbre', 'QUEUED', 1, "
     "1, 1)",
     " channel kind lang state arm_token reason "},
    {"places", "(meetup_id, contact_id, state, note) VALUES (1, 77, 'YES', 'zèbre')",
     " state "},
    {"tags", "(tag, contact_id, at_ms) VALUES ('zèbre', 77, 1)", "rows"},
    {"talks", "(contact_id, session, fields) VALUES (77, 'zèbre', 'zèbre')", " "},
    {"timers", "(due_ms, id, kind, contact_id, payload) VALUES (1, 1, 'timeout', 77, 'zèbre')",
     "rows"},
    {"traces", "(inbox_id, contact_id, lines) VALUES (1, 77, 'zèbre')", "rows"},
    {"votes", "(ballot_id, contact_id, rank) VALUES (1, 77, 1)", "rows"},
    {"waves",
     "(id, followup_id, contact_id, month, due, state, situation, success, difficulty, need, "
     "call_note) VALUES (1, 1, 77, 3, '2026-04-01', 'DONE', 'cdi', 'zèbre', 'zèbre', 'zèbre', "
     "'zèbre')",
     " due state situation "},
};
#define N (sizeof TABLES / sizeof *TABLES)

/* Rows that the others refer to. */
static const char *const FIRST[] = {
    "INSERT INTO contacts (id, first_name, last_name, folded, born, commune, postcode, insee, "
    "guardian_phone, origin, created_ms) VALUES (77, 'zèbre', 'zèbre', 'zèbre', 'zèbre', "
    "'zèbre', "
    "'zèbre', 'zèbre', 'zèbre', 'zèbre', 1)",
    "INSERT INTO series (id, name, title, rule, start_day, at, zone, duration_min, created_ms) "
    "VALUES (1, 's', 's', 'FREQ=MONTHLY', '2026-01-01', '14:00', 'Europe/Paris', 60, 1)",
    "INSERT INTO meetups (id, title, day, starts_ms, ends_ms, zone, state, created_ms) VALUES "
    "(1, "
    "'m', '2026-02-01', 1, 2, 'Europe/Paris', 'DONE', 1)",
    "INSERT INTO ballots (id, title, state, closes_ms, created_ms) VALUES (1, 'b', 'OPEN', 1, "
    "1)",
    "INSERT INTO broadcasts (id, title, text, segment, state, created_ms) VALUES (1, 'b', 'b', "
    "'{}', 'DONE', 1)",
};

struct column {
    struct str table, name;
};

/* Every text column of every table that has a contact_id. */
static size_t columns(struct fixture *f, struct column **ret) {
    struct sql_stmt *st =
        fixture_url
            ? sql_start0(
                  f->db,
                  "SELECT c.table_name, c.column_name FROM information_schema.columns c "
                  "WHERE c.table_schema = 'rebond_test' AND c.data_type IN ('text', "
                  "'bytea') AND EXISTS (SELECT 1 FROM information_schema.columns d WHERE "
                  "d.table_schema = c.table_schema AND d.table_name = c.table_name AND "
                  "d.column_name = 'contact_id') UNION SELECT e.table_name, '' FROM "
                  "information_schema.columns e WHERE e.table_schema = 'rebond_test' AND "
                  "e.column_name = 'contact_id'")
            : sql_start0(
                  f->db,
                  "SELECT m.name, c.name FROM sqlite_master m JOIN "
                  "pragma_table_info(m.name) c WHERE m.type = 'table' AND c.type IN "
                  "('TEXT', 'BLOB') AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) d "
                  "WHERE d.name = 'contact_id') UNION SELECT t.name, '' FROM "
                  "sqlite_master t JOIN pragma_table_info(t.name) e WHERE t.type = "
                  "'table' AND e.name = 'contact_id'");
    struct column *list = NULL;
    size_t n = 0;
    enum rc rc;
    while ((rc = sql_step(st)) == OK) {
        struct str table = sql_str(st, 0, &f->a);
        *SQL_PUSH(&f->a, list, n) = (struct column){table, sql_str(st, 1, &f->a)};
    }
    assert_int_equal(rc, NONE);
    *ret = list;
    return n;
}

static size_t place_of(struct str table) {
    for (size_t i = 0; i < N; i++) {
        if (str_is(table, TABLES[i].table)) {
            return i;
        }
    }
    fail_msg("%.*s has a contact_id: what becomes of its rows when a person is erased? See "
             "contacts_leave.c, then say it here",
             STR_ARG(table));
    return 0;
}

static int64_t count(struct fixture *f, const char *sql) {
    int64_t n = -1;
    assert_ok(sql_get_int_n(f->db, &n, sql, NULL, 0));
    return n;
}

static void check(struct fixture *f, const struct column *c) {
    size_t t = place_of(c->table);
    bool rows = strcmp(TABLES[t].kept, "rows") == 0;
    struct str word = arena_printf(&f->a, " %.*s ", STR_ARG(c->name));
    int64_t left = 0;
    if (c->name.n == 0 || rows) {
        left = rows ? count(f, arena_printf(&f->a,
                                            "SELECT count(*) FROM %.*s WHERE contact_id = " WHO,
                                            STR_ARG(c->table))
                                   .p)
                    : 0;
    } else if (str_find(str_from(TABLES[t].kept), word, 0) == SIZE_MAX) {
        left = count(f, arena_printf(&f->a,
                                     "SELECT count(*) FROM %.*s WHERE contact_id = " WHO
                                     " AND %.*s <> '' AND %.*s <> '(effacé)' AND %.*s <> "
                                     "'erased'",
                                     STR_ARG(c->table), STR_ARG(c->name), STR_ARG(c->name),
                                     STR_ARG(c->name))
                            .p);
    }
    if (left != 0) {
        fail_msg("%.*s.%.*s keeps something of a person who was erased", STR_ARG(c->table),
                 STR_ARG(c->name));
    }
}

static void nothing_of_a_person_stays(void **state) {
    struct fixture *f = *state;
    struct column *c = NULL;
    for (size_t i = 0; i < sizeof FIRST / sizeof *FIRST; i++) {
        assert_ok(sql_script(f->db, FIRST[i]));
    }
    static const char *const AFTER[] = {"followups", "waves"}; /* one refers to the other */
    for (size_t i = 0; i < N; i++) {
        if (strcmp(TABLES[i].table, AFTER[1]) != 0) {
            assert_ok(sql_script(
                f->db,
                arena_printf(&f->a, "INSERT INTO %s %s", TABLES[i].table, TABLES[i].row).p));
        }
    }
    assert_ok(sql_script(
        f->db,
        arena_printf(&f->a, "INSERT INTO waves %s", TABLES[place_of(STR("waves"))].row).p));
    IN_WRITE(f, contacts_erase(f->db, 77, T0));
    size_t n = columns(f, &c);
    assert_true(n > 80);
    for (size_t i = 0; i < n; i++) {
        check(f, &c[i]);
    }
    for (size_t i = 0; i < N; i++) { /* the list names no table that is gone */
        bool found = false;
        for (size_t k = 0; k < n; k++) {
            found |= str_is(c[k].table, TABLES[i].table);
        }
        assert_true(found);
    }
    assert_int_equal(count(f, "SELECT count(*) FROM optouts WHERE contact_id = " WHO), 1);
    assert_int_equal(count(f, "SELECT count(*) FROM inbox WHERE contact_id = " WHO), 3);
    assert_int_equal(count(f, "SELECT count(*) FROM inbox WHERE state = 'NEW'"), 0);
    assert_int_equal(count(f, "SELECT count(*) FROM outbox WHERE state = 'QUEUED'"), 0);
    assert_int_equal(count(f, "SELECT count(*) FROM waves WHERE situation = 'cdi'"), 1);
    assert_int_equal(count(f, "SELECT count(*) FROM ideas WHERE contact_id IS NULL"), 1);
    assert_int_equal(count(f,
                           "SELECT count(*) FROM contacts WHERE first_name || last_name || "
                           "folded || born || commune || postcode || insee || guardian_phone "
                           "|| origin <> ''"),
                     0);
}

int main(void) {
    const struct CMUnitTest tests[] = {FIXTURE_TEST(nothing_of_a_person_stays)};
    FIXTURE_RUN("erasure", tests);
}
