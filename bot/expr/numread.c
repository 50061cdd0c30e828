/* numread.c - reads numbers as people and forms write them. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "bot/expr/numread.h"

#include "base/text.h"
#include "base/text_form.h"
#include "bot/expr/sink.h"

#define WHOLE_MAX 200 /* bytes of a number in words */

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* -? digits [. digits] or -? . digits, nothing else. */
static enum rc read_plain(struct str s, struct arena *a, struct dec *ret) {
    size_t i = s.n && s.p[0] == '-' ? 1 : 0, whole = 0, part = 0;
    size_t start = i;
    for (; i < s.n && is_digit(s.p[i]); i++) {
        whole++;
    }
    if (i < s.n && s.p[i] == '.') {
        for (i++; i < s.n && is_digit(s.p[i]); i++) {
            part++;
        }
        if (!part) {
            return NONE;
        }
    }
    if (i != s.n || whole + part == 0) {
        return NONE;
    }
    if (!whole) {
        s = arena_printf(a, "%s0%.*s", start ? "-" : "", (int)(s.n - start), s.p + start);
    }
    return dec_parse(s, ret) == OK ? OK : NONE;
}

static bool is_thin_space(uint32_t cp) {
    return cp == ' ' || cp == 0xA0 || cp == 0x202F || cp == 0x2009;
}

/* A French number in digits at `from`: groups of three by spaces, comma or point before
 * decimals. Writes it plainly into out; the end of it, or `from` when there is none. */
static size_t french_digits(struct str s, size_t from, struct sink *out) {
    size_t i = from, end = from, run = 0;
    bool grouped = false;
    while (i < s.n && is_digit(s.p[i])) {
        sink_putc(out, s.p[i++]);
        run++;
    }
    end = i;
    while (run && (grouped || run <= 3)) {
        size_t next = end;
        if (next >= s.n || !is_thin_space(text_next(s, &next)) || next + 3 > s.n ||
            !is_digit(s.p[next]) || !is_digit(s.p[next + 1]) || !is_digit(s.p[next + 2]) ||
            (next + 3 < s.n && is_digit(s.p[next + 3]))) {
            break;
        }
        sink_add(out, str_sub(s, next, 3));
        end = next + 3;
        grouped = true;
    }
    if (end + 1 < s.n && (s.p[end] == ',' || s.p[end] == '.') && is_digit(s.p[end + 1])) {
        sink_putc(out, '.');
        for (end++; end < s.n && is_digit(s.p[end]); end++) {
            sink_putc(out, s.p[end]);
        }
    }
    return end;
}

static enum rc whole_french(struct str s, struct arena *a, struct dec *ret) {
    struct sink out;
    sink_init(&out, a);
    size_t from = 0;
    if (s.n && s.p[0] == '-') {
        sink_putc(&out, '-');
        from = 1;
    }
    if (from < s.n && is_digit(s.p[from])) {
        return french_digits(s, from, &out) == s.n && dec_parse(sink_view(&out), ret) == OK
                   ? OK
                   : NONE;
    }
    int64_t v;
    size_t end;
    struct str folded = text_fold(s, a);
    if (numread_french_words(folded, 0, &v, &end) != OK || end != folded.n) {
        return NONE;
    }
    *ret = dec_from_i64(v);
    return OK;
}

enum rc numread_whole(struct str s, const struct expr_env *env, struct arena *a,
                      struct dec *ret) {
    s = text_form_trim(s);
    if (read_plain(s, a, ret) == OK) {
        return OK;
    }
    return env->french && s.n <= WHOLE_MAX ? whole_french(s, a, ret) : NONE;
}

/* 0..9 for the digits of ASCII, Arabic-Indic, Eastern Arabic-Indic and Bengali; -1 otherwise.
 */
static int digit_of(uint32_t cp) {
    static const uint32_t ZERO[] = {'0', 0x660, 0x6F0, 0x9E6};
    for (size_t i = 0; i < sizeof(ZERO) / sizeof(ZERO[0]); i++) {
        if (cp >= ZERO[i] && cp <= ZERO[i] + 9) {
            return (int)(cp - ZERO[i]);
        }
    }
    return -1;
}

/* Digits (and grouping signs when `group` is not empty) from i on, written as ASCII without the
 * groups; *bad when a digit of a script that we cannot read is among them. Returns the end. */
static size_t scan_run(struct str s, size_t i, struct str group, struct sink *out, bool *bad) {
    while (i < s.n) {
        if (group.n && str_starts(str_sub(s, i, s.n), group)) {
            i += group.n;
            continue;
        }
        size_t next = i;
        uint32_t cp = text_next(s, &next);
        int d = digit_of(cp);
        if (d < 0 && !text_form_is_number(cp)) {
            break;
        }
        *bad = *bad || d < 0;
        sink_putc(out, (char)('0' + (d < 0 ? 0 : d)));
        i = next;
    }
    return i;
}

static bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* One candidate at `from`. Returns its end (from when there is none); *ok when it could be
 * read. */
static size_t candidate(struct str s, size_t from, struct str point, struct str group,
                        struct arena *a, struct dec *ret, bool *ok) {
    struct sink out;
    bool bad = false;
    size_t i = from;
    *ok = false;
    sink_init(&out, a);
    bool sign = s.p[i] == '-' || s.p[i] == '+';
    bad = s.p[i] == '+';
    if (sign) {
        sink_puts(&out, s.p[i++] == '-' ? "-" : "");
    }
    size_t start = i;
    i = scan_run(s, i, group, &out, &bad);
    if (i == start) {
        bool free_point = sign || from == 0 || !is_word(s.p[from - 1]);
        if (!free_point || !point.n || !str_starts(str_sub(s, i, s.n), point)) {
            return from;
        }
    }
    if (point.n && str_starts(str_sub(s, i, s.n), point)) {
        sink_putc(&out, '.');
        size_t part = i + point.n, n = out.n;
        size_t end = scan_run(s, part, STR(""), &out, &bad);
        i = end > part ? end : i;
        out.n = end > part ? out.n : n - 1;
    }
    if (i == start) {
        return from;
    }
    *ok = !bad && point.n && read_plain(sink_view(&out), a, ret) == OK;
    return i;
}

static enum rc next_french(struct str s, size_t *pos, struct arena *a, struct dec *ret) {
    for (size_t i = *pos; i < s.n; i++) {
        bool begins = i == 0 || !is_word(s.p[i - 1]);
        if (is_digit(s.p[i])) {
            struct sink out;
            sink_init(&out, a);
            if (i > *pos && s.p[i - 1] == '-' && (i < 2 || !is_word(s.p[i - 2]))) {
                sink_putc(&out, '-');
            }
            size_t end = french_digits(s, i, &out);
            *pos = end;
            if (dec_parse(sink_view(&out), ret) == OK) {
                return OK;
            }
            i = end - 1;
            continue;
        }
        int64_t v;
        size_t end;
        if (!begins || numread_french_words(s, i, &v, &end) != OK) {
            continue;
        }
        if (v != 1 || (i == 0 && end == s.n)) {
            *ret = dec_from_i64(v);
            *pos = end;
            return OK;
        }
    }
    *pos = s.n;
    return NONE;
}

enum rc numread_next(struct str s, size_t *pos, const struct expr_env *env, struct arena *a,
                     struct dec *ret) {
    if (env->french) {
        return next_french(s, pos, a, ret);
    }
    struct str point = env->decimal_symbol.p ? env->decimal_symbol : STR(".");
    struct str group = env->grouping_symbol.p ? env->grouping_symbol : STR(",");
    for (size_t i = *pos; i < s.n;) {
        bool ok;
        size_t end = candidate(s, i, point, group, a, ret, &ok);
        if (ok) {
            *pos = end;
            return OK;
        }
        if (end == i) {
            text_next(s, &end);
        }
        i = end;
    }
    *pos = s.n;
    return NONE;
}
