/* fuzz_query.c - any text as a search: what is accepted, written out and read again stays the
 * same. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>

#include "base/text.h"
#include "bot/expr/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct arena a;

static void demand(bool law) {
    if (!law) {
        abort();
    }
}

static enum query_type field(void *ctx, struct str key) {
    (void)ctx;
    return str_is(key, "age")   ? QUERY_NUMBER
           : str_is(key, "dob") ? QUERY_DATETIME
           : str_is(key, "job") ? QUERY_TEXT
                                : QUERY_NONE;
}

static bool any_name(void *ctx, struct str name) {
    (void)ctx;
    return name.n > 0;
}

static size_t values(void *ctx, enum query_kind kind, struct str key, struct arena *tmp,
                     const struct val *const **ret) {
    (void)ctx;
    (void)kind;
    const struct val **v = ARENA_ARRAY(tmp, const struct val *, 1);
    v[0] = str_is(key, "age")   ? val_int(tmp, 17)
           : str_is(key, "dob") ? val_at(tmp, (struct instant){.sec = 1173700000})
                                : val_textz(tmp, "Léa");
    *ret = v;
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct query_schema schema = {field, any_name, any_name, NULL};
    struct query_source source = {values, NULL};
    struct expr_env env = {
        .country = STR("FR"), .redact_urns = size % 5 == 0, .now = {.sec = 1775000000}};
    const struct query *q, *again;
    struct err err;
    arena_reset(&a);
    struct str text = text_repair((struct str){(const char *)data, size}, &a);
    const struct query_schema *known = size % 3 ? &schema : NULL;
    if (query_parse(text, &env, known, &a, &q, &err) != OK) {
        return 0;
    }
    struct str usual = query_text(q, &a);
    query_matches(q, &source, &env, &a);
    /* schemes of addresses may hold signs that no property name has: those are not read back */
    if (query_parse(usual, &env, known, &a, &again, &err) == OK) {
        demand(str_eq(query_text(again, &a), usual));
        demand(query_matches(q, &source, &env, &a) == query_matches(again, &source, &env, &a));
    }
    return 0;
}
