/* dexpr_func.c - functions of descriptor expressions: texts, lists and numbers. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "gateways/dexpr_priv.h"
#include "gateways/gateway.h"
#include "gateways/gsm7.h"
#include "gateways/sms_text.h"
#include "gateways/xml.h"

#define ARGS struct dexpr_env *env, const struct val *const *arg, int n
#define TEXT(i) dexpr_text(arg[i], env->a)
#define GIVE(s) val_text(env->a, (s))

static const struct val *fn_if(ARGS) {
    (void)env;
    (void)n;
    return arg[0]; /* evaluated lazily by dexpr_eval */
}

static const struct val *fn_extract(ARGS) {
    (void)env;
    (void)n;
    return arg[0]; /* its pattern is run by dexpr_eval */
}

static const struct val *fn_public(ARGS) {
    (void)env;
    (void)n;
    return arg[0];
}

static const struct val *fn_upper(ARGS) {
    (void)n;
    return GIVE(text_upper(TEXT(0), env->a));
}

static const struct val *fn_lower(ARGS) {
    (void)n;
    return GIVE(text_lower(TEXT(0), env->a));
}

static const struct val *fn_trim(ARGS) {
    (void)n;
    return arg[0]->type == VAL_NULL ? arg[0] : GIVE(str_trim(TEXT(0)));
}

static const struct val *fn_before(ARGS) {
    (void)n;
    struct str s = TEXT(0);
    size_t at = str_find(s, TEXT(1), 0);
    return at == SIZE_MAX ? arg[0] : GIVE(str_sub(s, 0, at));
}

static const struct val *fn_after(ARGS) {
    (void)n;
    struct str s = TEXT(0), sep = TEXT(1);
    size_t at = str_find(s, sep, 0);
    return at == SIZE_MAX ? arg[0] : GIVE(str_sub(s, at + sep.n, s.n));
}

static const struct val *fn_replace(ARGS) {
    (void)n;
    struct str s = TEXT(0), from = TEXT(1), to = TEXT(2);
    struct buf out;
    buf_init(&out, 1 << 20);
    for (size_t i = 0, at; i <= s.n; i = at + from.n) {
        at = from.n ? str_find(s, from, i) : SIZE_MAX;
        if (at == SIZE_MAX) {
            buf_str(&out, str_sub(s, i, s.n));
            break;
        }
        buf_str(&out, str_sub(s, i, at - i));
        buf_str(&out, to);
    }
    struct str done = arena_str(env->a, buf_view(&out));
    buf_done(&out);
    return GIVE(done);
}

static const struct val *fn_cut(ARGS) {
    (void)n;
    int64_t max;
    if (!str_to_i64(TEXT(1), &max) || max < 0) {
        return arg[0];
    }
    if (arg[0]->type == VAL_LIST) {
        size_t len = arg[0]->list.n < (size_t)max ? arg[0]->list.n : (size_t)max;
        return val_list(env->a, arg[0]->list.item, len);
    }
    return GIVE(text_cut(TEXT(0), (size_t)max));
}

static const struct val *fn_len(ARGS) {
    (void)n;
    const struct val *v = arg[0];
    size_t len = v->type == VAL_LIST  ? v->list.n
                 : v->type == VAL_MAP ? v->map.n
                                      : text_length(TEXT(0));
    return val_int(env->a, (int64_t)len);
}

static const struct val *fn_split(ARGS) {
    (void)n;
    struct str rest = TEXT(0), sep = TEXT(1), item;
    struct val_builder *b = val_list_begin(env->a);
    while (sep.n == 1 && rest.n && str_next(&rest, sep.p[0], &item)) {
        val_push(b, GIVE(item));
    }
    return val_end(b);
}

static const struct val *fn_join(ARGS) {
    (void)n;
    struct buf out;
    buf_init(&out, 1 << 20);
    if (arg[0]->type == VAL_LIST) {
        for (size_t i = 0; i < arg[0]->list.n; i++) {
            buf_str(&out, i ? TEXT(1) : STR_EMPTY);
            buf_str(&out, dexpr_text(arg[0]->list.item[i], env->a));
        }
    } else {
        buf_str(&out, TEXT(0));
    }
    struct str done = arena_str(env->a, buf_view(&out));
    buf_done(&out);
    return GIVE(done);
}

static const struct val *fn_first(ARGS) {
    (void)n;
    (void)env;
    if (arg[0]->type != VAL_LIST) {
        return arg[0];
    }
    return arg[0]->list.n ? arg[0]->list.item[0] : &VAL_NIL;
}

static const struct val *fn_last(ARGS) {
    (void)n;
    (void)env;
    if (arg[0]->type != VAL_LIST) {
        return arg[0];
    }
    return arg[0]->list.n ? arg[0]->list.item[arg[0]->list.n - 1] : &VAL_NIL;
}

static const struct val *fn_least(ARGS) {
    const struct val *least = NULL;
    int64_t low = 0, v;
    (void)n;
    for (size_t i = 0; arg[0]->type == VAL_LIST && i < arg[0]->list.n; i++) {
        const struct val *one = arg[0]->list.item[i];
        if (str_to_i64(dexpr_text(one, env->a), &v) && (!least || v < low)) {
            least = one;
            low = v;
        }
    }
    return least ? least : &VAL_NIL;
}

static const struct val *fn_flat(ARGS) {
    (void)n;
    struct val_builder *b = val_list_begin(env->a);
    for (size_t i = 0; arg[0]->type == VAL_LIST && i < arg[0]->list.n; i++) {
        const struct val *in = arg[0]->list.item[i];
        for (size_t j = 0; in->type == VAL_LIST && j < in->list.n; j++) {
            val_push(b, in->list.item[j]);
        }
        if (in->type != VAL_LIST) {
            val_push(b, in);
        }
    }
    return val_end(b);
}

static const struct val *fn_keys(ARGS) {
    (void)n;
    struct val_builder *b = val_list_begin(env->a);
    for (size_t i = 0; arg[0]->type == VAL_MAP && i < arg[0]->map.n; i++) {
        val_push(b, GIVE(arg[0]->map.pair[i].key));
    }
    return val_end(b);
}

/* "MediaUrl0", "MediaUrl1"... as long as there are. */
static const struct val *fn_numbered(ARGS) {
    int64_t from = 0;
    struct val_builder *b = val_list_begin(env->a);
    if (n > 2 && !str_to_i64(TEXT(2), &from)) {
        from = 0;
    }
    for (int64_t i = from; arg[0]->type == VAL_MAP && i < from + 50; i++) {
        struct str key = arena_printf(env->a, "%.*s%lld", STR_ARG(TEXT(1)), (long long)i);
        const struct val *v = val_get_str(arg[0], key);
        if (!v) {
            break;
        }
        if (!dexpr_is_empty(v)) {
            val_push(b, v);
        }
    }
    return val_end(b);
}

static const struct val *fn_object(ARGS) {
    struct val_builder *b = val_map_begin(env->a);
    if (n == 1 && arg[0]->type == VAL_LIST) {
        for (size_t i = 0; i < arg[0]->list.n; i++) {
            const struct val *pair = arg[0]->list.item[i];
            if (val_is(pair, VAL_LIST) && pair->list.n == 2) {
                val_put_str(b, dexpr_text(pair->list.item[0], env->a), pair->list.item[1]);
            }
        }
        return val_end(b);
    }
    for (int i = 0; i + 1 < n; i += 2) {
        if (arg[i + 1]->type != VAL_NULL) {
            val_put_str(b, TEXT(i), arg[i + 1]);
        }
    }
    return val_end(b);
}

static const struct val *fn_number(ARGS) {
    (void)n;
    struct dec d;
    if (arg[0]->type == VAL_NUMBER || dexpr_is_empty(arg[0])) {
        return arg[0]->type == VAL_NUMBER ? arg[0] : &VAL_NIL;
    }
    return dec_parse(str_trim(TEXT(0)), &d) == OK ? val_num(env->a, d)
                                                  : dexpr_fail(env, "a number is expected");
}

/* 1 with 6 decimals is "1.000000". */
static const struct val *fn_decimals(ARGS) {
    (void)n;
    struct dec d;
    int64_t places;
    if (dec_parse(TEXT(0), &d) != OK || !str_to_i64(TEXT(1), &places) || places < 1 ||
        places > 12) {
        return &VAL_NIL;
    }
    struct str s = dec_text(dec_round(d, (int)places, DEC_HALF_AWAY), env->a);
    size_t dot = str_find_char(s, '.', 0);
    size_t have = dot == SIZE_MAX ? 0 : s.n - dot - 1;
    return GIVE(arena_printf(env->a, "%.*s%s%.*s", STR_ARG(s), dot == SIZE_MAX ? "." : "",
                             (int)((size_t)places - have), "000000000000"));
}

static const struct val *fn_digits(ARGS) {
    (void)n;
    struct str s = TEXT(0);
    char *out = arena_alloc(env->a, s.n + 1);
    size_t len = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] >= '0' && s.p[i] <= '9') {
            out[len++] = s.p[i];
        }
    }
    return GIVE(((struct str){out, len}));
}

static const struct val *fn_slash(ARGS) {
    (void)n;
    struct str s = TEXT(0);
    return s.n && s.p[s.n - 1] != '/' ? GIVE(arena_printf(env->a, "%.*s/", STR_ARG(s)))
                                      : GIVE(s);
}

static const struct val *fn_json(ARGS) {
    (void)n;
    return GIVE(json_text(arg[0], env->a));
}

static const struct val *fn_parse_json(ARGS) {
    (void)n;
    const struct val *v;
    return json_parse(TEXT(0), env->a, &v, NULL) == OK ? v : &VAL_NIL;
}

static const struct val *fn_parse_form(ARGS) {
    (void)n;
    return dexpr_form(TEXT(0), env->a);
}

/* All values of one field, in order. */
static const struct val *fn_values(ARGS) {
    (void)n;
    struct str form = TEXT(0), want = TEXT(1), key, value;
    struct val_builder *b = val_list_begin(env->a);
    for (int i = 0; i < 500 && gw_form_next(&form, env->a, &key, &value); i++) {
        if (str_eq(key, want)) {
            val_push(b, GIVE(value));
        }
    }
    return val_end(b);
}

static const struct val *fn_xpath(ARGS) {
    (void)n;
    return xml_find(arg[0], TEXT(1), env->a);
}

static const struct val *fn_ucs2(ARGS) {
    (void)n;
    return val_bool(sms_count(TEXT(0)).ucs2);
}

/* The keyword an operator leaves before the words, whatever its case. */
static const struct val *fn_without(ARGS) {
    (void)n;
    struct str s = TEXT(0);
    for (size_t i = 0; arg[1]->type == VAL_LIST && i < arg[1]->list.n; i++) {
        struct str word = dexpr_text(arg[1]->list.item[i], env->a);
        if (word.n && str_eq_nocase(str_sub(s, 0, word.n), word)) {
            return GIVE(str_trim(str_sub(s, word.n, s.n)));
        }
    }
    return arg[0];
}

static const struct val *fn_gsm7(ARGS) {
    (void)n;
    return GIVE(gsm7_encode(TEXT(0), env->a));
}

/* Septets that no text in another alphabet has show that it is GSM. */
static const struct val *fn_ungsm7(ARGS) {
    (void)n;
    struct str s = TEXT(0);
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c < 0x20 && c != '\n' && c != '\r' && c != '\t') {
            return GIVE(gsm7_decode(s, env->a));
        }
    }
    return arg[0];
}

static const struct val *fn_gsm(ARGS) {
    struct str policy = n > 1 ? TEXT(1) : STR("typographic");
    enum sms_policy p;
    return sms_policy_parse(policy, &p) == OK ? GIVE(sms_policy_apply(TEXT(0), p, env->a))
                                              : arg[0];
}

/* Fills {{name}} in a template that came from the configuration. */
static const struct val *fn_fill(ARGS) {
    struct str t = TEXT(0), mode = TEXT(1);
    struct buf out;
    buf_init(&out, 1 << 20);
    for (size_t i = 0; i < t.n;) {
        size_t end = t.n - i > 1 && t.p[i] == '{' && t.p[i + 1] == '{'
                         ? str_find(t, STR("}}"), i)
                         : SIZE_MAX;
        if (end == SIZE_MAX) {
            buf_putc(&out, t.p[i++]);
            continue;
        }
        struct str name = str_trim(str_sub(t, i + 2, end - i - 2));
        const struct val *v = &VAL_NIL;
        struct str field = name; /* 'texts=text': a list named texts repeats the field text */
        for (int k = 2; k + 1 < n; k += 2) {
            struct str key = TEXT(k);
            size_t eq = str_find_char(key, '=', 0);
            if (str_eq(name, str_sub(key, 0, eq))) {
                v = arg[k + 1];
                field = eq == SIZE_MAX ? name : str_sub(key, eq + 1, key.n);
            }
        }
        bool json = str_is(mode, "json"), xml = str_is(mode, "xml"), url = str_is(mode, "url");
        bool list = v->type == VAL_LIST && !json;
        for (size_t k = 0; k < (list ? v->list.n : 1); k++) {
            const struct val *x = list ? v->list.item[k] : v;
            struct str s = json ? json_text(x, env->a) : dexpr_text(x, env->a);
            s = xml ? xml_escape(s, env->a) : url ? gw_url_encode(s, env->a) : s;
            if (list && url) { /* &name=value once each, as forms repeat a field */
                buf_printf(&out, "&%.*s=", STR_ARG(field));
            }
            buf_printf(&out, list && xml ? "<item>%.*s</item>" : "%.*s", STR_ARG(s));
        }
        i = end + 2;
    }
    struct str done = arena_str(env->a, buf_view(&out));
    buf_done(&out);
    return GIVE(done);
}

const struct dexpr_func DEXPR_TEXT_FUNCS[] = {
    {"if", 2, 3, fn_if, "if(condition, then, else): one of two values"},
    {"extract", 2, 2, fn_extract, "extract(text, 'regex'): its first group, else null"},
    {"public", 1, 1, fn_public,
     "public('constant'): a fixed value that is no secret though its field looks like one"},
    {"upper", 1, 1, fn_upper, "upper(text): capital letters"},
    {"lower", 1, 1, fn_lower, "lower(text): small letters"},
    {"trim", 1, 1, fn_trim, "trim(text): without white space around"},
    {"before", 2, 2, fn_before,
     "before(text, mark): what stands before the first mark; all when there is none"},
    {"after", 2, 2, fn_after,
     "after(text, mark): what follows the first mark; all when there is none"},
    {"replace", 3, 3, fn_replace, "replace(text, old, new): every old becomes new"},
    {"cut", 2, 2, fn_cut, "cut(text or list, n): at most n characters or items"},
    {"len", 1, 1, fn_len, "len(text or list): how many characters or items"},
    {"split", 2, 2, fn_split, "split(text, 'c'): list of what one character separates"},
    {"join", 2, 2, fn_join, "join(list, mark): one text"},
    {"first", 1, 1, fn_first, "first(list): its first item or null"},
    {"last", 1, 1, fn_last, "last(list): its last item or null"},
    {"least", 1, 1, fn_least, "least(list): the smallest of its whole numbers, or null"},
    {"flat", 1, 1, fn_flat, "flat(list of lists): one list"},
    {"keys", 1, 1, fn_keys, "keys(map): list of its keys"},
    {"numbered", 2, 3, fn_numbered, "numbered(map, 'Name', first): Name0, Name1... as a list"},
    {"object", 1, -1, fn_object,
     "object(key, value, ...) or object(list of [key, value]): a map without the nulls"},
    {"number", 1, 1, fn_number, "number(text): as a number; a mistake when it is none"},
    {"digits", 1, 1, fn_digits, "digits(text): its digits only"},
    {"decimals", 2, 2, fn_decimals, "decimals(number, n): with exactly n decimals"},
    {"slash", 1, 1, fn_slash, "slash(url): ending in one '/'"},
    {"json", 1, 1, fn_json, "json(value): as JSON text"},
    {"parse_json", 1, 1, fn_parse_json, "parse_json(text): the value, or null"},
    {"parse_form", 1, 1, fn_parse_form, "parse_form('a=1&b=2'): a map"},
    {"values", 2, 2, fn_values, "values(form text, 'name'): every value of a repeated field"},
    {"xpath", 2, 2, fn_xpath, "xpath(xml, '//name'): text of the first such element"},
    {"ucs2", 1, 1, fn_ucs2, "ucs2(text): true when it does not fit the GSM alphabet"},
    {"gsm", 1, 2, fn_gsm,
     "gsm(text, 'typographic' or 'gsm'): replaced by GSM characters where possible"},
    {"gsm7", 1, 1, fn_gsm7,
     "gsm7(text): one byte a septet, escapes before the extension table"},
    {"ungsm7", 1, 1, fn_ungsm7, "ungsm7(bytes): decoded when they clearly are GSM septets"},
    {"without", 2, 2, fn_without,
     "without(text, list): without the first of these words it begins with"},
    {"fill", 2, -1, fn_fill,
     "fill(template, 'url', 'json', 'xml' or 'raw', name, value...): its {{name}} filled in"},
    {NULL, 0, 0, NULL, NULL},
};
