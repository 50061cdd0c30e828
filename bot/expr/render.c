/* render.c - values as text: the plain form of templates and the pretty form of format(). */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "bot/expr/convert.h"
#include "bot/expr/datewrite.h"
#include "bot/expr/functions.h"

#define RENDER_DEPTH_MAX 200 /* JSON from outside is 100 deep at most */

static int by_key(const void *a, const void *b) {
    const struct val_pair *x = a, *y = b;
    return str_cmp(x->key, y->key);
}

const struct val_pair *convert_sorted(struct eval *e, const struct val *map) {
    bool sorted = true;
    for (size_t i = 1; i < map->map.n; i++) {
        sorted = sorted && str_cmp(map->map.pair[i - 1].key, map->map.pair[i].key) <= 0;
    }
    if (sorted) {
        return map->map.pair;
    }
    struct val_pair *copy = ARENA_ARRAY(e->a, struct val_pair, map->map.n);
    memcpy(copy, map->map.pair, map->map.n * sizeof(*copy));
    qsort(copy, map->map.n, sizeof(*copy), by_key);
    return copy;
}

static bool may_go_on(struct eval *e, const struct sink *out, int depth) {
    e->limit = e->limit || depth > RENDER_DEPTH_MAX;
    return !out->over && eval_spend(e, 1);
}

static bool render(struct eval *e, const struct val *v, struct sink *out, int depth);

static bool render_list(struct eval *e, const struct val *v, struct sink *out, int depth) {
    sink_putc(out, '[');
    for (size_t i = 0; i < v->list.n; i++) {
        if (i) {
            sink_puts(out, ", ");
        }
        if (!render(e, v->list.item[i], out, depth + 1)) {
            return false;
        }
    }
    sink_putc(out, ']');
    return true;
}

static bool render_map(struct eval *e, const struct val *v, struct sink *out, int depth) {
    const struct val_pair *pair = convert_sorted(e, v);
    sink_putc(out, '{');
    for (size_t i = 0; i < v->map.n; i++) {
        if (i) {
            sink_puts(out, ", ");
        }
        sink_add(out, pair[i].key);
        sink_puts(out, ": ");
        if (!render(e, pair[i].val, out, depth + 1)) {
            return false;
        }
    }
    sink_putc(out, '}');
    return true;
}

static bool render(struct eval *e, const struct val *v, struct sink *out, int depth) {
    if (!may_go_on(e, out, depth)) {
        return false;
    }
    switch (v ? v->type : VAL_NULL) {
    case VAL_TEXT:
        sink_add(out, v->text);
        return true;
    case VAL_BOOL:
        sink_puts(out, v->b ? "true" : "false");
        return true;
    case VAL_NUMBER:
        sink_add(out, dec_text(v->num, e->a));
        return true;
    case VAL_DATE:
        sink_add(out, date_iso(v->date, e->a));
        return true;
    case VAL_TIME:
        datewrite_iso_time(v->tod, out);
        return true;
    case VAL_DATETIME:
        datewrite_iso(v->at, out);
        return true;
    case VAL_LIST:
        return render_list(e, v, out, depth);
    case VAL_MAP:
        return v->map.fallback ? render(e, v->map.fallback, out, depth + 1)
                               : render_map(e, v, out, depth);
    case VAL_FUNC:
        sink_puts(out, v->func->builtin ? v->func->builtin->doc.name : "<anon>");
        return true;
    case VAL_NULL:
    case VAL_ERROR:
        break;
    }
    return true;
}

bool convert_render(struct eval *e, const struct val *v, struct sink *out) {
    if (v && v->type == VAL_TEXT && may_go_on(e, out, 0)) { /* most of what templates show */
        sink_add(out, v->text);
        return true;
    }
    return render(e, v, out, 0);
}

static struct str sign_or(struct str set, struct str usual) {
    return set.p ? set : usual;
}

struct str convert_number_pretty(struct eval *e, struct dec d, int places, bool group) {
    bool fr = e->env->french;
    struct str point = sign_or(e->env->decimal_symbol, fr ? STR(",") : STR("."));
    struct str comma = sign_or(e->env->grouping_symbol, fr ? STR(" ") : STR(","));
    struct str plain = dec_text(places >= 0 ? dec_round(d, places, DEC_HALF_AWAY) : d, e->a);
    size_t dot = str_find_char(plain, '.', 0);
    struct str whole = str_sub(plain, 0, dot == SIZE_MAX ? plain.n : dot);
    struct str part = dot == SIZE_MAX ? STR("") : str_sub(plain, dot + 1, plain.n);
    struct sink out;
    sink_init(&out, e->a);
    for (size_t i = 0; i < whole.n; i++) {
        size_t left = whole.n - i;
        bool digit_before = i > 0 && whole.p[i - 1] != '-';
        if (group && digit_before && left % 3 == 0) {
            sink_add(&out, comma);
        }
        sink_putc(&out, whole.p[i]);
    }
    size_t decimals = places >= 0 ? (size_t)places : part.n;
    if (decimals) {
        sink_add(&out, point);
    }
    for (size_t i = 0; i < decimals; i++) {
        sink_putc(&out, i < part.n ? part.p[i] : '0');
    }
    return sink_view(&out);
}

static bool pretty(struct eval *e, const struct val *v, struct sink *out, int depth);

/* The pretty form of one member on its own, to see whether it takes several lines. */
static bool pretty_alone(struct eval *e, const struct val *v, struct str *ret, int depth) {
    struct sink own;
    sink_init(&own, e->a);
    if (!pretty(e, v, &own, depth + 1) || !eval_spend(e, own.n / 32)) {
        return false;
    }
    *ret = sink_view(&own);
    return true;
}

/* Each line of `text` but the first (unless `all`) pushed two spaces to the right. */
static void add_indented(struct sink *out, struct str text, bool all) {
    struct str line;
    for (bool first = true; str_next(&text, '\n', &line); first = false) {
        if (!first) {
            sink_putc(out, '\n');
        }
        if (all || !first) {
            sink_puts(out, "  ");
        }
        sink_add(out, line);
    }
}

static bool pretty_list(struct eval *e, const struct val *v, struct sink *out, int depth) {
    struct str *item = ARENA_ARRAY(e->a, struct str, v->list.n);
    bool lines = false;
    for (size_t i = 0; i < v->list.n; i++) {
        if (!pretty_alone(e, v->list.item[i], &item[i], depth)) {
            return false;
        }
        lines = lines || str_find_char(item[i], '\n', 0) != SIZE_MAX;
    }
    for (size_t i = 0; i < v->list.n; i++) {
        if (i) {
            sink_puts(out, lines ? "\n" : ", ");
        }
        if (lines) {
            sink_puts(out, "- ");
        }
        add_indented(out, item[i], false);
    }
    return true;
}

static bool pretty_map(struct eval *e, const struct val *v, struct sink *out, int depth) {
    const struct val_pair *pair = convert_sorted(e, v);
    for (size_t i = 0; i < v->map.n; i++) {
        struct str text;
        if (!pretty_alone(e, pair[i].val, &text, depth)) {
            return false;
        }
        if (i) {
            sink_putc(out, '\n');
        }
        sink_add(out, pair[i].key);
        if (str_find_char(text, '\n', 0) != SIZE_MAX) {
            sink_puts(out, ":\n");
            add_indented(out, text, true);
        } else {
            sink_puts(out, ": ");
            sink_add(out, text);
        }
    }
    return true;
}

static bool pretty(struct eval *e, const struct val *v, struct sink *out, int depth) {
    if (!may_go_on(e, out, depth)) {
        return false;
    }
    switch (v ? v->type : VAL_NULL) {
    case VAL_NUMBER:
        sink_add(out, convert_number_pretty(e, v->num, -1, true));
        return true;
    case VAL_DATE:
    case VAL_TIME:
    case VAL_DATETIME:
        datewrite_pretty(e->env, v, e->a, out);
        return true;
    case VAL_LIST:
        return pretty_list(e, v, out, depth);
    case VAL_MAP:
        return v->map.fallback ? pretty(e, v->map.fallback, out, depth + 1)
                               : pretty_map(e, v, out, depth);
    default:
        return render(e, v, out, depth);
    }
}

bool convert_pretty(struct eval *e, const struct val *v, struct sink *out) {
    return pretty(e, v, out, 0);
}
