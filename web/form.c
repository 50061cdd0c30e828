/* form.c - decodes what browsers send. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "web/form.h"

#include "base/text.h"

static int hex(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static enum rc decode(struct str s, struct arena *a, struct str *ret) {
    char *out = arena_alloc(a, s.n + 1), *p = out;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '+') {
            c = ' ';
        } else if (c == '%') {
            int hi = i + 2 < s.n ? hex(s.p[i + 1]) : -1;
            int lo = i + 2 < s.n ? hex(s.p[i + 2]) : -1;
            if (hi < 0 || lo < 0) {
                return E_INVALID;
            }
            c = (char)(hi * 16 + lo);
            i += 2;
        }
        if (c != '\r') {
            *p++ = c;
        }
    }
    *ret = (struct str){out, (size_t)(p - out)};
    return text_is_utf8(*ret) ? OK : E_INVALID;
}

enum rc form_parse(struct str text, struct arena *a, struct form *ret) {
    struct str rest = text, one;
    size_t n = 0;
    struct form f = {0};
    for (size_t i = 0; i < text.n; i++) {
        n += text.p[i] == '&';
    }
    if (n + 1 > FORM_FIELDS_MAX) {
        return E_LIMIT;
    }
    f.field = ARENA_ARRAY(a, struct form_field, n + 1);
    while (rest.p && str_next(&rest, '&', &one)) {
        size_t eq = str_find_char(one, '=', 0);
        if (!one.n) {
            continue;
        }
        struct form_field *x = &f.field[f.n];
        enum rc rc = decode(str_sub(one, 0, eq == SIZE_MAX ? one.n : eq), a, &x->name);
        if (rc == OK) {
            rc = decode(eq == SIZE_MAX ? STR("") : str_sub(one, eq + 1, one.n), a, &x->value);
        }
        if (rc != OK) {
            return rc;
        }
        f.n++;
    }
    *ret = f;
    return OK;
}

struct str form_get(const struct form *f, const char *name) {
    for (size_t i = 0; i < f->n; i++) {
        if (str_is(f->field[i].name, name)) {
            return str_trim(f->field[i].value);
        }
    }
    return STR_EMPTY;
}

int64_t form_int(const struct form *f, const char *name, int64_t dflt) {
    int64_t v;
    struct str s = form_get(f, name);
    return s.n && str_to_i64(s, &v) ? v : dflt;
}

size_t form_all(const struct form *f, const char *name, struct arena *a, struct str **ret) {
    size_t n = 0;
    *ret = ARENA_ARRAY(a, struct str, f->n + 1);
    for (size_t i = 0; i < f->n; i++) {
        struct str v = str_trim(f->field[i].value);
        if (str_is(f->field[i].name, name) && v.n) {
            (*ret)[n++] = v;
        }
    }
    return n;
}
