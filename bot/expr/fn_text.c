/* fn_text.c - functions on texts as characters. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <string.h>

#include "base/text.h"
#include "base/text_form.h"
#include "bot/expr/convert.h"
#include "bot/expr/functions.h"
#include "bot/expr/rxcache.h"

static const struct val *mapped(struct eval *e, const struct val *v,
                                uint32_t (*map)(uint32_t cp)) {
    struct str s;
    TRY(convert_text(e, v, &s));
    return eval_text(e, text_form_map(s, map, e->a));
}

const struct val *fn_upper(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    return mapped(e, arg[0], text_form_upper);
}

const struct val *fn_lower(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    return mapped(e, arg[0], text_form_lower);
}

const struct val *fn_title(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct str s;
    struct sink out;
    bool inside = false;
    TRY(convert_text(e, arg[0], &s));
    sink_init(&out, e->a);
    for (size_t i = 0; i < s.n;) {
        uint32_t cp = text_next(s, &i);
        sink_cp(&out, inside ? text_form_lower(cp) : text_form_upper(cp));
        inside = cp < 0x80 ? cp == '_' || text_is_letter(cp) || text_is_digit(cp)
                           : !text_is_space(cp);
    }
    return eval_text(e, sink_view(&out));
}

const struct val *fn_char(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    int code;
    TRY(convert_int(e, arg[0], &code));
    char *p = arena_alloc(e->a, 4);
    bool exists = code > 0 && code <= 0x10FFFF;
    return val_text(e->a, (struct str){p, text_put(exists ? (uint32_t)code : 0xFFFD, p)});
}

const struct val *fn_code(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct str s;
    size_t pos = 0;
    TRY(convert_text(e, arg[0], &s));
    if (s.n == 0) {
        return eval_error(e, "requires a string of at least one character");
    }
    return val_int(e->a, (int64_t)text_next(s, &pos));
}

const struct val *fn_clean(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct str s;
    struct sink out;
    TRY(convert_text(e, arg[0], &s));
    sink_init(&out, e->a);
    for (size_t i = 0; i < s.n;) {
        uint32_t cp = text_next(s, &i);
        if (!text_form_is_control(cp)) {
            sink_cp(&out, cp);
        }
    }
    return eval_text(e, sink_view(&out));
}

const struct val *fn_read_chars(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct str s;
    struct sink out;
    TRY(convert_text(e, arg[0], &s));
    sink_init(&out, e->a);
    if (str_starts(s, STR("+"))) {
        s = str_sub(s, 1, s.n);
    }
    size_t length = text_length(s), k = 0;
    /* in the groups by which people say them: 3-2-4, threes, fours; else one by one */
    size_t group = length % 3 == 0 ? 3 : length % 4 == 0 ? 4 : 1;
    for (size_t i = 0; i < s.n; k++) {
        bool cut = length == 9 ? k == 3 || k == 5 : k % group == 0;
        if (k) {
            sink_puts(&out, cut && group == 1 ? "," : cut ? " , " : " ");
        }
        sink_cp(&out, text_next(s, &i));
    }
    return eval_text(e, sink_view(&out));
}

const struct val *fn_text_length(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct str s;
    TRY(convert_text(e, arg[0], &s));
    return val_int(e->a, (int64_t)text_length(s));
}

const struct val *fn_text_compare(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct str a, b;
    TRY(convert_text(e, arg[0], &a));
    TRY(convert_text(e, arg[1], &b));
    int cmp = str_cmp(a, b);
    return val_int(e->a, cmp < 0 ? -1 : cmp > 0);
}

const struct val *fn_repeat(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct str s;
    int count;
    struct sink out;
    TRY(convert_text(e, arg[0], &s));
    TRY(convert_int(e, arg[1], &count));
    if (count < 0) {
        return eval_error(e, "must be called with a positive integer, got %d", count);
    }
    if ((int64_t)text_length(s) * count > EXPR_ITEMS_MAX) {
        return eval_error(e, "cannot build a string longer than %d characters", EXPR_ITEMS_MAX);
    }
    sink_init(&out, e->a);
    for (int i = 0; s.n && i < count; i++) {
        sink_add(&out, s);
    }
    return eval_text(e, sink_view(&out));
}

const struct val *fn_replace(struct eval *e, const struct val *const *arg, size_t n) {
    struct str s, needle, with;
    struct sink out;
    int count = -1;
    TRY(convert_text(e, arg[0], &s));
    TRY(convert_text(e, arg[1], &needle));
    TRY(convert_text(e, arg[2], &with));
    if (n > 3) {
        TRY(convert_int(e, arg[3], &count));
    }
    sink_init(&out, e->a);
    size_t i = 0;
    while (count != 0 && !out.over) {
        /* an empty needle stands before every character and at the end */
        size_t at = needle.n ? str_find(s, needle, i) : i;
        if (at == SIZE_MAX || at > s.n) {
            break;
        }
        sink_add(&out, str_sub(s, i, at - i));
        sink_add(&out, with);
        count -= count > 0;
        i = at + needle.n;
        if (!needle.n) {
            if (i == s.n) {
                break;
            }
            size_t next = i;
            text_next(s, &next);
            sink_add(&out, str_sub(s, i, next - i));
            i = next;
        }
    }
    sink_add(&out, str_sub(s, i, s.n));
    return out.over ? eval_limit(e) : eval_text(e, sink_view(&out));
}

static struct str slice_chars(struct str s, size_t from, size_t to) {
    size_t i = 0, k = 0, begin = s.n, end = s.n;
    for (; i < s.n; k++) {
        if (k == from) {
            begin = i;
        }
        if (k == to) {
            end = i;
            break;
        }
        text_next(s, &i);
    }
    return begin < end ? str_sub(s, begin, end - begin) : STR("");
}

const struct val *fn_text_slice(struct eval *e, const struct val *const *arg, size_t n) {
    struct str s;
    int start, end = INT32_MAX;
    TRY(convert_text(e, arg[0], &s));
    TRY(convert_int(e, arg[1], &start));
    if (n > 2 && arg[2]->type != VAL_NULL) {
        TRY(convert_int(e, arg[2], &end));
    }
    int64_t length = (int64_t)text_length(s);
    int64_t from = start < 0 ? length + start : start, to = end < 0 ? length + end : end;
    from = from < 0 ? 0 : from;
    to = to > length ? length : to;
    return eval_text(e, to > from ? slice_chars(s, (size_t)from, (size_t)to) : STR(""));
}

static bool in_set(uint32_t cp, struct str set) {
    if (!set.n) {
        return text_is_space(cp);
    }
    for (size_t i = 0; i < set.n;) {
        if (text_next(set, &i) == cp) {
            return true;
        }
    }
    return false;
}

static const struct val *trim(struct eval *e, const struct val *const *arg, size_t n, bool left,
                              bool right) {
    struct str s, set = STR("");
    TRY(convert_text(e, arg[0], &s));
    if (n > 1) {
        TRY(convert_text(e, arg[1], &set));
    }
    size_t from = 0, to = 0;
    bool leading = true;
    for (size_t i = 0; i < s.n;) {
        bool cut = in_set(text_next(s, &i), set);
        from = leading && cut ? i : from;
        leading = leading && cut;
        to = cut ? to : i;
    }
    from = left ? from : 0;
    to = right ? to : s.n;
    return eval_text(e, to > from ? str_sub(s, from, to - from) : STR(""));
}

const struct val *fn_trim(struct eval *e, const struct val *const *arg, size_t n) {
    return trim(e, arg, n, true, true);
}

const struct val *fn_trim_left(struct eval *e, const struct val *const *arg, size_t n) {
    return trim(e, arg, n, true, false);
}

const struct val *fn_trim_right(struct eval *e, const struct val *const *arg, size_t n) {
    return trim(e, arg, n, false, true);
}

const struct val *fn_url_encode(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    static const char HEX[] = "0123456789ABCDEF";
    struct str s;
    struct sink out;
    TRY(convert_text(e, arg[0], &s));
    sink_init(&out, e->a);
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                     (c >= 'A' && c <= 'Z') || (c && strchr("-_.~", c));
        if (plain) {
            sink_putc(&out, (char)c);
        } else {
            sink_putc(&out, '%');
            sink_putc(&out, HEX[c >> 4]);
            sink_putc(&out, HEX[c & 15]);
        }
    }
    return eval_text(e, sink_view(&out));
}

/* The entities people meet in pasted texts (HTML 4, section 24, the common half). */
static const struct {
    const char *name;
    uint32_t cp;
} ENTITIES[] = {{"amp", '&'},      {"lt", '<'},       {"gt", '>'},       {"quot", '"'},
                {"apos", '\''},    {"nbsp", 0xA0},    {"iexcl", 0xA1},   {"cent", 0xA2},
                {"pound", 0xA3},   {"yen", 0xA5},     {"sect", 0xA7},    {"copy", 0xA9},
                {"laquo", 0xAB},   {"reg", 0xAE},     {"deg", 0xB0},     {"middot", 0xB7},
                {"raquo", 0xBB},   {"iquest", 0xBF},  {"Agrave", 0xC0},  {"Acirc", 0xC2},
                {"AElig", 0xC6},   {"Ccedil", 0xC7},  {"Egrave", 0xC8},  {"Eacute", 0xC9},
                {"Ecirc", 0xCA},   {"Icirc", 0xCE},   {"Ocirc", 0xD4},   {"Ugrave", 0xD9},
                {"agrave", 0xE0},  {"aacute", 0xE1},  {"acirc", 0xE2},   {"auml", 0xE4},
                {"aelig", 0xE6},   {"ccedil", 0xE7},  {"egrave", 0xE8},  {"eacute", 0xE9},
                {"ecirc", 0xEA},   {"euml", 0xEB},    {"iacute", 0xED},  {"icirc", 0xEE},
                {"iuml", 0xEF},    {"ntilde", 0xF1},  {"oacute", 0xF3},  {"ocirc", 0xF4},
                {"ouml", 0xF6},    {"ugrave", 0xF9},  {"uacute", 0xFA},  {"ucirc", 0xFB},
                {"uuml", 0xFC},    {"szlig", 0xDF},   {"OElig", 0x152},  {"oelig", 0x153},
                {"ndash", 0x2013}, {"mdash", 0x2014}, {"lsquo", 0x2018}, {"rsquo", 0x2019},
                {"ldquo", 0x201C}, {"rdquo", 0x201D}, {"bull", 0x2022},  {"hellip", 0x2026},
                {"euro", 0x20AC},  {"trade", 0x2122}, {"times", 0xD7},   {"divide", 0xF7}};

/* The character of the entity at "&" (*end behind its ";"), or 0. */
static uint32_t entity_at(struct str s, size_t at, size_t *end) {
    size_t stop = str_find_char(s, ';', at);
    if (stop == SIZE_MAX || stop - at > 10 || stop - at < 3) {
        return 0;
    }
    struct str name = str_sub(s, at + 1, stop - at - 1);
    *end = stop + 1;
    if (name.p[0] != '#') {
        for (size_t i = 0; i < sizeof(ENTITIES) / sizeof(ENTITIES[0]); i++) {
            if (str_is(name, ENTITIES[i].name)) {
                return ENTITIES[i].cp;
            }
        }
        return 0;
    }
    bool hex = name.n > 1 && (name.p[1] == 'x' || name.p[1] == 'X');
    uint32_t cp = 0;
    for (size_t i = hex ? 2 : 1; i < name.n; i++) {
        static const char DIGITS[] = "0123456789abcdef";
        const char *found = strchr(DIGITS, name.p[i] | 0x20);
        uint32_t d = found ? (uint32_t)(found - DIGITS) : 99;
        if (d >= (hex ? 16u : 10u)) {
            return 0;
        }
        cp = cp * (hex ? 16 : 10) + d;
        cp = cp > 0x10FFFF ? 0x110000 : cp;
    }
    return cp && cp <= 0x10FFFF ? cp : 0xFFFD;
}

const struct val *fn_html_decode(struct eval *e, const struct val *const *arg, size_t n) {
    (void)n;
    struct str s;
    struct sink out;
    TRY(convert_text(e, arg[0], &s));
    sink_init(&out, e->a);
    for (size_t i = 0; i < s.n;) {
        size_t end;
        uint32_t cp = s.p[i] == '&' ? entity_at(s, i, &end) : 0;
        if (cp) {
            sink_cp(&out, cp == 0xA0 ? ' ' : cp);
            i = end;
        } else {
            sink_putc(&out, s.p[i++]);
        }
    }
    return eval_text(e, sink_view(&out));
}

const struct val *fn_regex_match(struct eval *e, const struct val *const *arg, size_t n) {
    struct str s, pattern;
    int group = 0;
    struct rx_match m;
    TRY(convert_text(e, arg[0], &s));
    TRY(convert_text(e, arg[1], &pattern));
    if (n > 2) {
        TRY(convert_int(e, arg[2], &group));
    }
    const struct rx *rx = functions_pattern(e, pattern);
    if (!rx) {
        return eval_error(e, "invalid regular expression");
    }
    enum rc rc = functions_search(e, rx, s, &m);
    if (rc == E_LIMIT) {
        return e->limit ? eval_limit(e)
                        : eval_error(e, "the regular expression takes too long");
    }
    if (rc != OK) {
        return val_text(e->a, STR(""));
    }
    if (group < 0 || group > rx_groups(rx)) {
        return eval_error(e, "invalid regular expression group");
    }
    return eval_text(e, m.group[group].p ? m.group[group] : STR(""));
}
