/* fn_json.c - values to JSON and back. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/json.h"
#include "bot/expr/convert.h"
#include "bot/expr/datewrite.h"
#include "bot/expr/functions.h"

#define WRITE_DEPTH_MAX 200

static bool write(struct eval *e, const struct val *v, struct buf *out, int depth);

static void write_text(struct str s, struct buf *out) {
    json_quote(s, out);
}

static bool write_list(struct eval *e, const struct val *v, struct buf *out, int depth) {
    buf_putc(out, '[');
    for (size_t i = 0; i < v->list.n; i++) {
        if (i) {
            buf_putc(out, ',');
        }
        if (!write(e, v->list.item[i], out, depth + 1)) {
            return false;
        }
    }
    buf_putc(out, ']');
    return true;
}

static bool write_map(struct eval *e, const struct val *v, struct buf *out, int depth) {
    const struct val_pair *pair = convert_sorted(e, v);
    bool first = true;
    buf_putc(out, '{');
    for (size_t i = 0; i < v->map.n; i++) {
        if (val_is(pair[i].val, VAL_ERROR)) {
            continue;
        }
        if (!first) {
            buf_putc(out, ',');
        }
        first = false;
        write_text(pair[i].key, out);
        buf_putc(out, ':');
        if (!write(e, pair[i].val, out, depth + 1)) {
            return false;
        }
    }
    buf_putc(out, '}');
    return true;
}

static bool write(struct eval *e, const struct val *v, struct buf *out, int depth) {
    if (depth > WRITE_DEPTH_MAX || out->over || !eval_spend(e, 1)) {
        return false;
    }
    struct sink text;
    switch (v ? v->type : VAL_NULL) {
    case VAL_LIST:
        return write_list(e, v, out, depth);
    case VAL_MAP:
        return write_map(e, v, out, depth);
    case VAL_BOOL:
        buf_puts(out, v->b ? "true" : "false");
        return true;
    case VAL_NUMBER:
        buf_str(out, dec_text(v->num, e->a));
        return true;
    case VAL_TEXT:
    case VAL_DATE:
    case VAL_TIME:
    case VAL_DATETIME:
        sink_init(&text, e->a);
        convert_render(e, v, &text);
        write_text(sink_view(&text), out);
        return true;
    default:
        buf_puts(out, "null");
        return true;
    }
}

const struct val *fn_json(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct buf out;
    if (arg[0]->type == VAL_ERROR) {
        return arg[0];
    }
    buf_init(&out, EXPR_TEXT_MAX);
    bool ok = write(e, arg[0], &out, 0) && !out.over;
    const struct val *v = ok ? eval_text(e, arena_str(e->a, buf_view(&out))) : eval_limit(e);
    buf_done(&out);
    return v;
}

const struct val *fn_parse_json(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct str s;
    const struct val *v;
    TRY(convert_text(e, arg[0], &s));
    if (!eval_spend(e, s.n / 8)) {
        return eval_limit(e);
    }
    return json_parse(s, e->a, &v, NULL) == OK ? v : eval_error(e, "invalid JSON");
}
