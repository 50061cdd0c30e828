/* query.c - searches for contacts: written in their usual form, and tried on a contact. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/query.h"

#include "base/text.h"
#include "base/text_form.h"
#include "bot/expr/convert.h"
#include "bot/expr/numread.h"
#include "bot/expr/operators.h"
#include "bot/expr/whenread.h"

#define NAME_PREFIX                                                                            \
    8 /* characters of a word that a search compares: the index of names has no more */

/* --- in words --- */

static bool is_plain_number(struct str s) {
    size_t i = 0, from;
    while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9') {
        i++;
    }
    if (i == 0 || i == s.n) {
        return i > 0;
    }
    from = ++i;
    while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9') {
        i++;
    }
    return s.p[from - 1] == '.' && i == s.n && i > from;
}

static void write_condition(const struct query *q, struct sink *out) {
    static const char *const SIGN[] = {" = ", " != ", " ~ ", " < ", " <= ", " > ", " >= "};
    sink_puts(out, q->kind == QUERY_FIELD ? "fields." : q->kind == QUERY_URN ? "urns." : "");
    sink_add(out, q->key);
    sink_puts(out, SIGN[q->op]);
    if (is_plain_number(q->value)) {
        sink_add(out, q->value);
    } else {
        sink_quoted(out, q->value);
    }
}

static void write_query(const struct query *q, struct sink *out, bool top) {
    if (q->is_condition) {
        write_condition(q, out);
        return;
    }
    sink_puts(out, top ? "" : "(");
    for (size_t i = 0; i < q->n; i++) {
        if (i) {
            sink_puts(out, q->is_or ? " OR " : " AND ");
        }
        write_query(q->child[i], out, false);
    }
    sink_puts(out, top ? "" : ")");
}

struct str query_text(const struct query *q, struct arena *a) {
    struct sink out;
    sink_init(&out, a);
    write_query(q, &out, true);
    return sink_view(&out);
}

/* --- names --- */

static bool in_word(uint32_t cp) {
    return cp == '_' || text_is_letter(cp) || text_form_is_number(cp) || text_form_is_mark(cp);
}

/* A point, an apostrophe or a comma stays inside a word or number that goes on behind it (UAX
 * 29). */
static bool joins(uint32_t cp) {
    return cp == '.' || cp == '\'' || cp == 0x2019;
}

static size_t word_end(struct str s, size_t from) {
    size_t end = from;
    for (size_t i = from; i < s.n;) {
        uint32_t cp = text_next(s, &i);
        size_t next = i;
        bool inside = in_word(cp) ||
                      (joins(cp) && end > from && next < s.n && in_word(text_next(s, &next)));
        if (!inside) {
            break;
        }
        end = i;
    }
    return end;
}

size_t query_name_words(struct str name, struct arena *a, const struct str **ret) {
    struct str s = text_form_map(name, text_form_lower, a);
    size_t n = 0;
    struct str *word = ARENA_ARRAY(a, struct str, s.n / 2 + 1);
    for (size_t i = 0; i < s.n;) {
        size_t end = word_end(s, i);
        if (end - i >= 2) {
            word[n++] = str_sub(s, i, end - i);
        }
        if (end == i) {
            text_next(s, &end);
        }
        i = end;
    }
    *ret = word;
    return n;
}

static bool name_has(struct str name, struct str wanted, struct arena *a) {
    const struct str *have, *want;
    size_t n = query_name_words(name, a, &have), m = query_name_words(wanted, a, &want);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < m; k++) {
            if (str_starts(text_cut(have[i], NAME_PREFIX), text_cut(want[k], NAME_PREFIX))) {
                return true;
            }
        }
    }
    return false;
}

/* --- on a contact --- */

static bool by_order(enum query_op op, int cmp) {
    switch (op) {
    case QUERY_EQ:
        return cmp == 0;
    case QUERY_NEQ:
        return cmp != 0;
    case QUERY_LT:
        return cmp < 0;
    case QUERY_LTE:
        return cmp <= 0;
    case QUERY_GT:
        return cmp > 0;
    case QUERY_GTE:
        return cmp >= 0;
    case QUERY_HAS:
        break;
    }
    return false;
}

static struct str comparable(struct str s, struct arena *a) {
    return text_form_trim(text_form_map(s, text_form_lower, a));
}

static bool text_fits(const struct query *q, const struct val *v, struct arena *a) {
    if (!val_is(v, VAL_TEXT)) {
        return false;
    }
    if (q->op == QUERY_HAS && q->kind == QUERY_ATTRIBUTE && str_is(q->key, "name")) {
        return name_has(v->text, q->value, a);
    }
    struct str have = comparable(v->text, a), want = comparable(q->value, a);
    if (q->op == QUERY_HAS) {
        return str_find(have, want, 0) != SIZE_MAX;
    }
    return q->op <= QUERY_NEQ && str_eq(have, want) == (q->op == QUERY_EQ);
}

/* A day is meant, in the zone in which it was written: before it, within it, after it. */
static bool date_fits(const struct query *q, const struct val *v, const struct expr_env *env,
                      struct arena *a) {
    struct instant i;
    struct date day;
    struct tod t;
    if (!val_is(v, VAL_DATETIME) || expr_read_datetime(q->value, env, a, &i) != OK) {
        return false;
    }
    whenread_civil(i, &day, &t);
    const struct zone *zone = i.zone ? i.zone : convert_zone(env);
    struct instant start = whenread_instant(zone, day, (struct tod){0});
    struct instant end = whenread_instant(zone, date_add_days(day, 1), (struct tod){0});
    bool before = operators_cmp_instants(v->at, start) < 0,
         after = operators_cmp_instants(v->at, end) >= 0;
    return by_order(q->op, before ? -1 : after);
}

static bool value_fits(const struct query *q, const struct val *v, const struct expr_env *env,
                       struct arena *a) {
    struct dec d;
    switch (q->type) {
    case QUERY_NUMBER:
        return val_is(v, VAL_NUMBER) && numread_whole(q->value, env, a, &d) == OK &&
               by_order(q->op, dec_cmp(v->num, d));
    case QUERY_DATETIME:
        return date_fits(q, v, env, a);
    default:
        return text_fits(q, v, a);
    }
}

static bool condition_fits(const struct query *q, const struct query_source *source,
                           const struct expr_env *env, struct arena *a) {
    const struct val *const *value = NULL;
    size_t n = source->values(source->ctx, q->kind, q->key, a, &value);
    if (q->value.n == 0 && q->op <= QUERY_NEQ) {
        return (n == 0) == (q->op == QUERY_EQ);
    }
    bool any = false, all = true;
    for (size_t i = 0; i < n; i++) {
        bool fits = value_fits(q, value[i], env, a);
        any = any || fits;
        all = all && fits;
    }
    return q->op == QUERY_NEQ ? all : any;
}

bool query_matches(const struct query *q, const struct query_source *source,
                   const struct expr_env *env, struct arena *a) {
    if (q->is_condition) {
        return condition_fits(q, source, env, a);
    }
    for (size_t i = 0; i < q->n; i++) {
        if (query_matches(q->child[i], source, env, a) == q->is_or) {
            return q->is_or;
        }
    }
    return !q->is_or;
}
