/* test_query.c - searches for contacts: read, checked, written, tried on a person. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/query.h"

#include "base/buf.h"
#include "tests/unit/expr_fixture.h"

static enum query_type field(void *ctx, struct str key) {
    (void)ctx;
    return str_is(key, "age")    ? QUERY_NUMBER
           : str_is(key, "born") ? QUERY_DATETIME
           : str_is(key, "town") ? QUERY_TEXT
                                 : QUERY_NONE;
}

static bool is_known(void *ctx, struct str name) {
    (void)ctx;
    return str_eq_nocase(name, STR("Rencontres"));
}

static const struct query_schema SCHEMA = {field, is_known, is_known, NULL};

static void reads(const char *text, const char *expected) {
    struct expr_env env = place(false);
    const struct query *q;
    struct err err = {0};
    if (query_parse(str_from(text), &env, &SCHEMA, &a, &q, &err) != OK) {
        fail_msg("%s: %s", text, err.text);
    }
    check_str(query_text(q, &a), expected);
}

static void refuses(const char *text, bool redacted, const char *why) {
    struct expr_env env = place(false);
    env.redact_urns = redacted;
    const struct query *q;
    struct err err = {0};
    enum rc rc = query_parse(str_from(text), &env, &SCHEMA, &a, &q, &err);
    if (rc == OK || !strstr(err.text, why)) {
        fail_msg("%s: %s '%s', wanted '%s'", text, rc_name(rc), err.text, why);
    }
}

static void conditions(void **state) {
    (void)state;
    reads("age>=18", "fields.age >= 18");
    reads("Town IS Rennes", "fields.town = \"Rennes\"");
    reads("name has \"Léa M\"", "name ~ \"Léa M\"");
    reads("urns.telegram = 12", "urns.telegram = 12");
    reads("tel = \"\"", "urns.tel = \"\"");
    reads("born < 01/09/2008", "fields.born < \"01/09/2008\"");
    reads("town = \"l\\\"Île\"", "fields.town = \"l\\\"Île\"");
    reads("group = rencontres", "group = \"rencontres\"");
}

static void bare_words(void **state) {
    (void)state;
    reads("léa", "name ~ \"léa\"");
    reads("l", "name = \"l\"");
    reads("06 39 98 01 23", "urns.tel = \"+33639980123\"");
    reads("0639", "urns.tel ~ 0639");
    reads("telegram:123", "urns.telegram = 123");
    reads("léa 17", "name ~ \"léa\" AND name ~ 17");
}

static void combinations(void **state) {
    (void)state;
    reads("a1 b2 or c3 and d4",
          "(name ~ \"a1\" AND name ~ \"b2\") OR (name ~ \"c3\" AND name ~ \"d4\")");
    reads("(age = 1 or age = 2) and (age = 3 or (age = 4 or age = 5))",
          "(fields.age = 1 OR fields.age = 2) AND (fields.age = 3 OR fields.age = 4 OR "
          "fields.age = 5)");
    reads("((léa))", "name ~ \"léa\"");
}

static void what_is_refused(void **state) {
    (void)state;
    refuses("", false, "syntax error");
    refuses("age =", false, "syntax error");
    refuses("(léa", false, "syntax error");
    refuses("léa )", false, "syntax error");
    refuses("age = dix", false, "can't convert 'dix' to a number");
    refuses("born > demain", false, "can't convert 'demain' to a date");
    refuses("shoe = 42", false, "can't resolve 'shoe'");
    refuses("town > a", false, "comparisons with >");
    refuses("town ~ ren", false, "contains conditions");
    refuses("tel ~ 06", false, "minimum length 3");
    refuses("group = x", false, "not a valid group name");
    refuses("status = happy", false, "contact status");
    refuses("id = \"\"", false, "set or not set");
    refuses("foo.bar = 1", false, "unknown property type 'foo'");
    refuses("tel = 0639980123", true, "redacted");
}

static void limits(void **state) {
    (void)state;
    struct buf text;
    buf_init(&text, 8000);
    for (int i = 0; i < 120; i++) {
        buf_putc(&text, '(');
    }
    buf_puts(&text, "a1");
    refuses(buf_cstr(&text), false, "too complex");
    buf_reset(&text);
    for (int i = 0; i < 260; i++) {
        buf_puts(&text, "a1 or ");
    }
    buf_puts(&text, "a1");
    refuses(buf_cstr(&text), false, "too complex");
    buf_done(&text);
}

/* Léa Martin, 17, of Rennes, born on 12 March 2008 in the evening; two numbers, no telegram. */
static size_t values(void *ctx, enum query_kind kind, struct str key, struct arena *tmp,
                     const struct val *const **ret) {
    (void)ctx;
    const struct val **v = ARENA_ARRAY(tmp, const struct val *, 2);
    *ret = v;
    if (kind == QUERY_URN) {
        v[0] = val_textz(tmp, "+33639980123");
        v[1] = val_textz(tmp, "+33639980199");
        return str_is(key, "tel") ? 2 : 0;
    }
    if (str_is(key, "age")) {
        v[0] = val_int(tmp, 17);
    } else if (str_is(key, "born")) {
        v[0] = val_at(tmp, (struct instant){.sec = 1205348400}); /* 2008-03-12 20:00 in Paris */
    } else if (str_is(key, "town")) {
        v[0] = val_textz(tmp, "Rennes");
    } else if (str_is(key, "name")) {
        v[0] = val_textz(tmp, "Léa Martin");
    } else {
        return 0;
    }
    return 1;
}

static void tried(const char *text, bool expected) {
    struct expr_env env = place(false);
    struct query_source source = {values, NULL};
    const struct query *q;
    struct err err = {0};
    if (query_parse(str_from(text), &env, &SCHEMA, &a, &q, &err) != OK ||
        query_matches(q, &source, &env, &a) != expected) {
        fail_msg("%s is not %d %s", text, expected, err.text);
    }
}

static void on_a_person(void **state) {
    (void)state;
    tried("age > 16 and town = RENNES", true);
    tried("age != 17 or town = Brest", false);
    tried("born = 12/03/2008", true);
    tried("born > 12/03/2008", false);
    tried("born >= 12/03/2008 and born <= 12/03/2008 and born < 13/03/2008", true);
    tried("mart", true);
    tried("name ~ martinique", false);
    tried("tel = +33639980199", true);
    tried("tel != +33639980199", false); /* one of her numbers is it */
    tried("tel ~ 980", true);
    tried("telegram = \"\"", true);
    tried("tel = \"\"", false);
    tried("telegram != 5", true);
    tried("language = fra", false);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions),   cmocka_unit_test(bare_words),
        cmocka_unit_test(combinations), cmocka_unit_test(what_is_refused),
        cmocka_unit_test(limits),       cmocka_unit_test(on_a_person),
    };
    return cmocka_run_group_tests(tests, fixture_start, fixture_end);
}
