/* json.c - JSON text to values and back (the only file that knows Jansson). */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/json.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Jansson checks the grammar and builds the tree, but it reads numbers into C types: 1.10
 * becomes a double. It keeps members in the order written and refuses duplicate ones, so
 * walking its tree meets the numbers in the order of the text. The reader below therefore walks
 * with a finger on the text: at each number of the tree it moves the finger to the next number
 * written and reads that one as a decimal. The text is known to be valid by then: only strings
 * have to be skipped. */
struct reader {
    struct str text;
    size_t at; /* the finger */
    struct arena *a;
    struct err *err;
};

static bool starts_number(char c) {
    return c == '-' || (c >= '0' && c <= '9');
}

static bool in_number(char c) {
    return starts_number(c) || c == '+' || c == '.' || c == 'e' || c == 'E';
}

/* From the opening quote to behind the closing one. */
static size_t skip_string(struct str s, size_t i) {
    for (i++; i < s.n && s.p[i] != '"'; i++) {
        if (s.p[i] == '\\') {
            i++;
        }
    }
    return i + 1;
}

static struct str next_number(struct reader *r) {
    size_t i = r->at;
    while (i < r->text.n && !starts_number(r->text.p[i])) {
        i = r->text.p[i] == '"' ? skip_string(r->text, i) : i + 1;
    }
    size_t end = i;
    while (end < r->text.n && in_number(r->text.p[end])) {
        end++;
    }
    r->at = end;
    return str_sub(r->text, i, end - i);
}

static enum rc fail_at(struct reader *r, enum rc rc, const char *p, const char *what) {
    size_t offset = (size_t)(p - r->text.p);
    int line = 1;
    size_t start = 0;
    for (size_t i = 0; i < offset; i++) {
        if (r->text.p[i] == '\n') {
            line++;
            start = i + 1;
        }
    }
    int column = (int)text_length(str_sub(r->text, start, offset - start)) + 1;
    return err_at(r->err, rc, "", line, column, "%s", what);
}

static enum rc number(struct reader *r, const struct val **ret) {
    struct str s = next_number(r);
    struct dec d;
    enum rc rc = dec_parse(s, &d);
    if (rc != OK) {
        return fail_at(r, E_LIMIT, s.p, "the number has too many digits or is too large");
    }
    *ret = val_num(r->a, d);
    return OK;
}

static enum rc convert(struct reader *r, json_t *j, int depth, const struct val **ret);

static enum rc array(struct reader *r, json_t *j, int depth, const struct val **ret) {
    size_t n = json_array_size(j);
    const struct val **item = ARENA_ARRAY(r->a, const struct val *, n);
    for (size_t i = 0; i < n; i++) {
        enum rc rc = convert(r, json_array_get(j, i), depth, &item[i]);
        if (rc != OK) {
            return rc;
        }
    }
    struct val *v = ARENA_NEW(r->a, struct val);
    v->type = VAL_LIST;
    v->list.item = item;
    v->list.n = n;
    *ret = v;
    return OK;
}

static enum rc object(struct reader *r, json_t *j, int depth, const struct val **ret) {
    struct val_pair *pair = mem_alloc((json_object_size(j) + 1) * sizeof *pair);
    size_t n = 0;
    enum rc rc = OK;
    for (void *it = json_object_iter(j); it && rc == OK; it = json_object_iter_next(j, it)) {
        pair[n] = (struct val_pair){.key = str_from(json_object_iter_key(it))};
        pair[n].key = arena_str(r->a, pair[n].key);
        rc = convert(r, json_object_iter_value(it), depth, &pair[n].val);
        n++;
    }
    if (rc == OK) {
        *ret = val_map(r->a, pair, n);
    }
    free(pair);
    return rc;
}

static enum rc convert(struct reader *r, json_t *j, int depth, const struct val **ret) {
    if (depth >= JSON_DEPTH_MAX && (json_is_object(j) || json_is_array(j))) {
        return err_set(r->err, E_LIMIT, "nested too deep (%d levels at most)", JSON_DEPTH_MAX);
    }
    switch (json_typeof(j)) {
    case JSON_OBJECT:
        return object(r, j, depth + 1, ret);
    case JSON_ARRAY:
        return array(r, j, depth + 1, ret);
    case JSON_STRING:
        *ret = val_text(
            r->a, arena_str(r->a, (struct str){json_string_value(j), json_string_length(j)}));
        return OK;
    case JSON_INTEGER:
    case JSON_REAL:
        return number(r, ret);
    case JSON_TRUE:
        *ret = &VAL_TRUE;
        return OK;
    case JSON_FALSE:
        *ret = &VAL_FALSE;
        return OK;
    case JSON_NULL:
        *ret = &VAL_NIL;
        return OK;
    }
    return err_set(r->err, E_INVALID, "not JSON");
}

enum rc json_parse(struct str text, struct arena *a, const struct val **ret, struct err *err) {
    json_error_t e;
    /* INT_AS_REAL only so that an integer past 63 bits is no error: the double is never looked
     * at */
    json_t *j =
        json_loadb(text.p ? text.p : "", text.n,
                   JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, &e);
    if (!j) {
        /* its message quotes the text nearby, which may be somebody's words */
        char *near = strstr(e.text, " near '");
        if (near) {
            *near = '\0';
        }
        enum json_error_code code = json_error_code(&e);
        bool cap = code == json_error_stack_overflow || code == json_error_numeric_overflow;
        return err_at(err, cap ? E_LIMIT : E_INVALID, "", e.line, e.column > 0 ? e.column : 1,
                      "not JSON: %s", e.text);
    }
    struct reader r = {.text = text, .a = a, .err = err};
    enum rc rc = convert(&r, j, 0, ret);
    json_decref(j);
    return rc;
}

/* --- writing --- */

/* ASCII that stands in a JSON text as it is. */
static bool is_plain(unsigned char c) {
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

void json_quote(struct str s, struct buf *out) {
    static const char hex[] = "0123456789abcdef";
    buf_putc(out, '"');
    size_t from = 0;
    for (size_t i = 0; i < s.n;) {
        if (is_plain((unsigned char)s.p[i])) {
            i++;
            continue;
        }
        size_t at = i;
        uint32_t cp = text_next(s, &i);
        bool bad = cp == 0xFFFD && i - at == 1;
        if (cp >= 0x20 && cp != '"' && cp != '\\' && cp != 0x7F && !bad) {
            continue;
        }
        buf_add(out, s.p + from, at - from);
        from = i;
        static const char plain[] = "\"\\\n\r\t\b\f", code[] = "\"\\nrtbf";
        const char *k = cp && cp < 0x80 ? strchr(plain, (int)cp) : NULL;
        if (bad) {
            buf_puts(out, "\xEF\xBF\xBD");
        } else if (k) {
            char esc[2] = {'\\', code[k - plain]};
            buf_add(out, esc, 2);
        } else {
            char esc[6] = {'\\', 'u', '0', '0', hex[cp >> 4 & 15], hex[cp & 15]};
            buf_add(out, esc, 6);
        }
    }
    buf_add(out, s.p ? s.p + from : "", s.n - from);
    buf_putc(out, '"');
}

static void put_fraction(int32_t nsec, struct buf *out) {
    if (nsec == 0) {
        return;
    }
    char digits[16];
    int n = snprintf(digits, sizeof digits, ".%09d", (int)nsec);
    while (n > 0 && digits[n - 1] == '0') {
        n--;
    }
    buf_add(out, digits, (size_t)n);
}

static void put_tod(struct tod t, struct buf *out) {
    buf_printf(out, "%02d:%02d:%02d", t.hour, t.minute, t.second);
    put_fraction(t.nsec, out);
}

static void put_date(struct date d, struct buf *out) {
    buf_printf(out, "%04d-%02d-%02d", d.year, d.month, d.day);
}

static void put_instant(struct instant i, struct buf *out) {
    int64_t local = i.sec + i.offset;
    int64_t day = local / 86400 - (local % 86400 < 0);
    int32_t s = (int32_t)(local - day * 86400);
    bool in_range = day > -800000 && day < 3000000; /* years 1 to 9999 */
    put_date(in_range ? date_from_days((int32_t)day) : (struct date){0}, out);
    buf_putc(out, 'T');
    put_tod((struct tod){(int8_t)(s / 3600), (int8_t)(s / 60 % 60), (int8_t)(s % 60), i.nsec},
            out);
    if (i.offset == 0) {
        buf_putc(out, 'Z');
        return;
    }
    int32_t minutes = (i.offset < 0 ? -i.offset : i.offset) / 60;
    buf_printf(out, "%c%02d:%02d", i.offset < 0 ? '-' : '+', (int)(minutes / 60),
               (int)(minutes % 60));
}

static void put_number(struct dec d, struct buf *out) {
    char room[160];
    size_t n = dec_format(d, room, sizeof room);
    buf_add(out, room, n);
}

static void put_list(const struct val *v, struct buf *out) {
    buf_putc(out, '[');
    for (size_t i = 0; i < v->list.n; i++) {
        if (i) {
            buf_putc(out, ',');
        }
        json_write(v->list.item[i], out);
    }
    buf_putc(out, ']');
}

static void put_map(const struct val *v, struct buf *out) {
    buf_putc(out, '{');
    for (size_t i = 0; i < v->map.n; i++) {
        if (i) {
            buf_putc(out, ',');
        }
        json_quote(v->map.pair[i].key, out);
        buf_putc(out, ':');
        json_write(v->map.pair[i].val, out);
    }
    buf_putc(out, '}');
}

void json_write(const struct val *v, struct buf *out) {
    switch (v ? v->type : VAL_NULL) {
    case VAL_NULL:
    case VAL_FUNC:
    case VAL_ERROR:
        buf_puts(out, "null");
        return;
    case VAL_BOOL:
        buf_puts(out, v->b ? "true" : "false");
        return;
    case VAL_NUMBER:
        put_number(v->num, out);
        return;
    case VAL_TEXT:
        json_quote(v->text, out);
        return;
    case VAL_LIST:
        put_list(v, out);
        return;
    case VAL_MAP:
        put_map(v, out);
        return;
    case VAL_DATE:
    case VAL_TIME:
    case VAL_DATETIME:
        break;
    }
    buf_putc(out, '"');
    if (v->type == VAL_DATE) {
        put_date(v->date, out);
    } else if (v->type == VAL_TIME) {
        put_tod(v->tod, out);
    } else {
        put_instant(v->at, out);
    }
    buf_putc(out, '"');
}

struct str json_text(const struct val *v, struct arena *a) {
    struct buf b;
    buf_init(&b, SIZE_MAX / 4);
    json_write(v, &b);
    struct str s = arena_str(a, buf_view(&b));
    buf_done(&b);
    return s;
}
