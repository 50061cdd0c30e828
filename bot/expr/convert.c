/* convert.c - from one type of value to another, as the language does it. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/convert.h"

#include "base/text.h"
#include "bot/expr/datewrite.h"
#include "bot/expr/functions.h"
#include "bot/expr/numread.h"
#include "bot/expr/whenread.h"

/* The value that stands for v where a plain type is wanted. */
static const struct val *reduce(const struct val *v) {
    for (int i = 0; i < EXPR_DEPTH_MAX && val_is(v, VAL_MAP) && v->map.fallback; i++) {
        v = v->map.fallback;
    }
    return v ? v : &VAL_NIL;
}

const struct zone *convert_zone(const struct expr_env *env) {
    static const struct zone *_Atomic utc;
    if (env->zone) {
        return env->zone;
    }
    if (!utc) {
        const struct zone *z = NULL;
        if (zone_get(STR("UTC"), &z, NULL) == OK) {
            utc = z;
        }
    }
    return utc;
}

struct str convert_describe(struct eval *e, const struct val *v) {
    struct sink out;
    switch (v ? v->type : VAL_NULL) {
    case VAL_TEXT:
        sink_init(&out, e->a);
        sink_quoted(&out, text_cut(v->text, 200));
        return sink_view(&out);
    case VAL_BOOL:
        return v->b ? STR("true") : STR("false");
    case VAL_NUMBER:
        return dec_text(v->num, e->a);
    case VAL_DATE:
        return STR("date");
    case VAL_TIME:
        return STR("time");
    case VAL_DATETIME:
        return STR("datetime");
    case VAL_LIST:
        return STR("array");
    case VAL_MAP:
        return STR("object");
    case VAL_FUNC:
        return arena_printf(e->a, "%s(...)",
                            v->func->builtin ? v->func->builtin->doc.name : "<anon>");
    case VAL_ERROR:
        return STR("error");
    case VAL_NULL:
        break;
    }
    return STR("null");
}

/* Looking for a date in a text costs by its length. */
static bool spend_reading(struct eval *e, struct str s) {
    return eval_spend(e, (s.n < 2000 ? s.n : 2000) / 8);
}

static const struct val *unable(struct eval *e, const struct val *v, const char *to) {
    if (val_is(v, VAL_ERROR)) {
        return v;
    }
    struct str what = convert_describe(e, v);
    return eval_error(e, "unable to convert %.*s to %s", STR_ARG(what), to);
}

const struct val *convert_text(struct eval *e, const struct val *v, struct str *ret) {
    v = reduce(v);
    if (v->type == VAL_TEXT) {
        *ret = v->text;
        return NULL;
    }
    if (v->type == VAL_ERROR) {
        return v;
    }
    struct sink out;
    sink_init(&out, e->a);
    if (!convert_render(e, v, &out) || out.over) {
        return eval_limit(e);
    }
    *ret = sink_view(&out);
    return NULL;
}

const struct val *convert_bool(struct eval *e, const struct val *v, bool *ret) {
    (void)e;
    v = reduce(v);
    switch (v->type) {
    case VAL_ERROR:
        return v;
    case VAL_NULL:
        *ret = false;
        break;
    case VAL_BOOL:
        *ret = v->b;
        break;
    case VAL_NUMBER:
        *ret = !dec_is_zero(v->num);
        break;
    case VAL_TEXT:
        *ret = v->text.n && !str_eq_nocase(v->text, STR("false"));
        break;
    case VAL_LIST:
        *ret = v->list.n > 0;
        break;
    case VAL_MAP:
        *ret = v->map.n > 0;
        break;
    case VAL_TIME:
        *ret = v->tod.hour || v->tod.minute || v->tod.second || v->tod.nsec;
        break;
    default:
        *ret = true;
    }
    return NULL;
}

const struct val *convert_number(struct eval *e, const struct val *v, struct dec *ret) {
    const struct val *plain = reduce(v);
    if (plain->type == VAL_NUMBER) {
        *ret = plain->num;
        return NULL;
    }
    if (plain->type == VAL_TEXT && numread_whole(plain->text, e->env, e->a, ret) == OK) {
        return NULL;
    }
    return unable(e, plain, "a number");
}

const struct val *convert_int(struct eval *e, const struct val *v, int *ret) {
    struct dec d;
    int64_t i;
    TRY(convert_number(e, v, &d));
    if (dec_to_i64(dec_round(d, 0, DEC_TRUNC), &i) != OK || i < INT32_MIN || i > INT32_MAX) {
        struct str s = dec_text(d, e->a);
        return eval_error(e, "number value %.*s is out of range for an integer", STR_ARG(s));
    }
    *ret = (int)i;
    return NULL;
}

const struct val *convert_date(struct eval *e, const struct val *v, struct date *ret) {
    const struct val *plain = reduce(v);
    struct tod t;
    switch (plain->type) {
    case VAL_DATE:
        *ret = plain->date;
        return NULL;
    case VAL_DATETIME:
        zone_to_civil(convert_zone(e->env), whenread_ms(plain->at), ret, &t);
        return NULL;
    case VAL_TEXT:
        if (spend_reading(e, plain->text) &&
            whenread_date(plain->text, e->env, e->a, ret, NULL)) {
            return NULL;
        }
        break;
    default:
        break;
    }
    return unable(e, plain, "a date");
}

const struct val *convert_time(struct eval *e, const struct val *v, struct tod *ret) {
    const struct val *plain = reduce(v);
    struct date d;
    int64_t hour;
    switch (plain->type) {
    case VAL_TIME:
        *ret = plain->tod;
        return NULL;
    case VAL_DATETIME:
        whenread_civil(plain->at, &d, ret);
        return NULL;
    case VAL_NUMBER:
        if (dec_to_i64(dec_round(plain->num, 0, DEC_TRUNC), &hour) == OK && hour >= 0 &&
            hour <= 24) {
            *ret = (struct tod){.hour = (int8_t)(hour % 24)};
            return NULL;
        }
        break;
    case VAL_TEXT:
        if (spend_reading(e, plain->text) && whenread_time(plain->text, e->env, e->a, ret)) {
            return NULL;
        }
        break;
    default:
        break;
    }
    return unable(e, plain, "a time");
}

const struct val *convert_datetime(struct eval *e, const struct val *v, bool fill_time,
                                   struct instant *ret) {
    const struct val *plain = reduce(v);
    switch (plain->type) {
    case VAL_DATETIME:
        *ret = plain->at;
        return NULL;
    case VAL_DATE:
        *ret = whenread_instant(convert_zone(e->env), plain->date, (struct tod){0});
        return NULL;
    case VAL_TEXT:
        if (spend_reading(e, plain->text) &&
            whenread_datetime(plain->text, e->env, e->a, fill_time, ret)) {
            return NULL;
        }
        break;
    default:
        break;
    }
    return unable(e, plain, "a datetime");
}

const struct val *convert_list(struct eval *e, const struct val *v, const struct val **ret) {
    static const struct val EMPTY = {.type = VAL_LIST};
    if (!v || v->type == VAL_NULL || v->type == VAL_LIST) {
        *ret = v && v->type == VAL_LIST ? v : &EMPTY;
        return NULL;
    }
    const struct val *plain = reduce(v);
    if (plain->type == VAL_LIST) {
        *ret = plain;
        return NULL;
    }
    return unable(e, v, "an array");
}

const struct val *convert_map(struct eval *e, const struct val *v, const struct val **ret) {
    static const struct val EMPTY = {.type = VAL_MAP};
    if (!v || v->type == VAL_NULL || v->type == VAL_MAP) {
        *ret = v && v->type == VAL_MAP ? v : &EMPTY;
        return NULL;
    }
    return unable(e, v, "an object");
}

const struct val *convert_func(struct eval *e, const struct val *v, const struct val **ret) {
    if (val_is(v, VAL_FUNC)) {
        *ret = v;
        return NULL;
    }
    struct str what = convert_describe(e, v);
    return eval_error(e, "%.*s is not a function", STR_ARG(what));
}
